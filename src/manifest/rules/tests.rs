use super::*;
use crate::manifest::write_rules;
use proptest::prelude::*;

const ALL: &str = r#"
[[rule]]
name = "invoices"
when = { from = "*@billing.example.com", subject = "invoice" }
then = { label = ["invoice", "To Do"], move = "Rechnungen/Für mich" }

[[rule]]
name = "boss"
when = { larger = "1 GiB" }
then = { forward = ["Boss@Bücher.Example", "boss@xn--bcher-kva.example", "b.c+d@example.org"], flag = true }

[[rule]]
name = "books"
when = { from = "*@bank.example" }
then = { stop = true, copy = ["Accounting", "Tax", "Accounting"], flag = true }

[[rule]]
name = "lists"
[rule.when]
any = [{ header = { List-Id = ["*a*", "*b*"], X-Loop = "*" } }, { to = ["x@y.test", "z@y.test"] }]
not = { all = [{ larger = "5 MiB" }, { smaller = "1 GiB" }] }
[rule.then]
flag = true
stop = true

[[rule]]
name = "gone"
when = { not = { from = "*@*" } }
then = { trash = true }
"#;

#[test]
fn rules_are_read_and_written_alike() {
    let rules = parse(ALL).unwrap();
    assert_eq!(rules.len(), 5);
    let written = write_rules(&rules);
    insta::assert_snapshot!(written, @r#"
    [[rule]]
    name = "invoices"
    when = { from = "*@billing.example.com", subject = "invoice" }
    then = { label = ["invoice", "To Do"], move = "Rechnungen/Für mich" }

    [[rule]]
    name = "boss"
    when = { larger = "1 GiB" }
    then = { flag = true, forward = ["Boss@xn--bcher-kva.example", "b.c+d@example.org"] }

    [[rule]]
    name = "books"
    when = { from = "*@bank.example" }
    then = { flag = true, copy = ["Accounting", "Tax"], stop = true }

    [[rule]]
    name = "lists"
    when = { any = [{ any = [{ header = { "List-Id" = "*a*" } }, { header = { "List-Id" = "*b*" } }], header = { "X-Loop" = "*" } }, { any = [{ to = "x@y.test" }, { to = "z@y.test" }] }], not = { larger = "5 MiB", smaller = "1 GiB" } }
    then = { flag = true, stop = true }

    [[rule]]
    name = "gone"
    when = { not = { from = "*@*" } }
    then = { trash = true }
    "#);
    assert_eq!(parse(&written), Ok(rules));
    assert_eq!(parse(""), Ok(Rules::default()));
}

#[test]
fn whatever_is_wrong_is_told_with_its_place() {
    let good = ("{ from = \"a\" }", "{ flag = true }");
    for (when, then, what) in [
        ("{}", good.1, "says nothing, and every message"),
        ("{ from = \"\" }", good.1, "it is empty"),
        ("{ form = \"a\" }", good.1, "unknown key \"form\""),
        ("{ from = [] }", good.1, "names nothing"),
        ("{ any = [] }", good.1, "names no condition"),
        ("{ any = [{}] }", good.1, "says nothing"),
        ("{ larger = \"5\" }", good.1, "is no size"),
        ("{ larger = 5 }", good.1, "expected a string"),
        (
            "{ header = { \"a b\" = \"x\" } }",
            good.1,
            "no name of a header field",
        ),
        ("{ header = {} }", good.1, "names no field"),
        ("\"from\"", good.1, "expected a table, found a string"),
        (good.0, "{}", "nothing would happen"),
        (good.0, "{ flag = false }", "nothing would happen"),
        (good.0, "{ flag = \"yes\" }", "expected true or false"),
        (good.0, "{ label = \"\\\\Seen\" }", "is no label"),
        (good.0, "{ label = [] }", "names no label"),
        (good.0, "{ move = \"\" }", "is no path"),
        (good.0, "{ move = \"a\\nb\" }", "is no path"),
        (good.0, "{ move = \"a\", trash = true }", "one place alone"),
        (good.0, "{ send = \"a@b.test\" }", "unknown key \"send\""),
        (good.0, "{ forward = [] }", "names nobody"),
        (good.0, "{ forward = \"boss\" }", "the form local@domain"),
        (good.0, "{ copy = [] }", "names no folder"),
        (good.0, "{ copy = [\"a\", \"\"] }", "is no path"),
        (good.0, "{ copy = \"Inbox\" }", "lies in INBOX already"),
        (good.0, "{ copy = true }", "expected"),
        (
            good.0,
            "{ forward = \"a@b.test\\r\\nBcc: c@d.test\" }",
            "control character",
        ),
        (
            good.0,
            "{ forward = \"a%c.test@b.test\" }",
            "\"%\" stands before the @",
        ),
        (
            good.0,
            "{ forward = \"\\\"a@c.test\\\"@b.test\" }",
            "\"@\" stands before the @",
        ),
        (
            good.0,
            "{ forward = \"jörg@b.test\" }",
            "stands before the @",
        ),
        (good.0, "{ forward = \"-f@b.test\" }", "no plain name"),
        (good.0, "{ forward = \"a@[192.0.2.1]\" }", "no domain"),
        (
            good.0,
            "{ forward = \"a@b.test, c@d.test\" }",
            "cannot be forwarded",
        ),
    ] {
        let text = format!("[[rule]]\nname = \"a\"\nwhen = {when}\nthen = {then}\n");
        let errors = parse(&text).unwrap_err();
        let told = errors[0].to_string();
        assert!(told.contains(what), "{text}: {told}");
        assert!(told.starts_with("Team/Settings:"), "{told}");
        assert_eq!(errors.len(), 1, "{text}: {errors:?}");
    }
    let one = |name: &str| {
        format!(
            "[[rule]]\nname = {name:?}\nwhen = {}\nthen = {}\n",
            good.0, good.1
        )
    };
    for (text, what) in [
        (one("a") + &one("A"), "another rule is called"),
        (one(" "), "names no rule"),
        ("[[rule]]\nname = \"a\"\n".to_owned(), "says no \"when\""),
        ("[labels]\n".to_owned(), "unknown key \"labels\""),
        ("rule = \"a\"\n".to_owned(), "expected an array"),
        ("rule = [\"a\"]\n".to_owned(), "expected a table"),
    ] {
        let told = parse(&text).unwrap_err()[0].to_string();
        assert!(told.contains(what), "{text}: {told}");
    }
}

#[test]
fn what_is_too_much_or_too_deep_is_refused() {
    let rule = |when: &str| {
        parse(&format!(
            "[[rule]]\nname = \"a\"\nwhen = {when}\nthen = {{ flag = true }}\n"
        ))
    };
    let many: String = "\"a\",".repeat(MOST_PARTS + 1);
    assert!(rule(&format!("{{ from = [{many}] }}")).is_err());
    let many: String = "{ from = \"a\" },".repeat(MOST_PARTS + 1);
    assert!(rule(&format!("{{ any = [{many}] }}")).is_err());
    let deep = "{ not = ".repeat(DEEPEST) + "{ from = \"a\" }" + &" }".repeat(DEEPEST);
    assert!(rule(&deep).is_err());
    let deep = "{ not = ".repeat(DEEPEST - 1) + "{ from = \"a\" }" + &" }".repeat(DEEPEST - 1);
    assert!(rule(&deep).is_ok(), "{:?}", rule(&deep));
    let all: String = (0..=MOST)
        .map(|n| {
            format!(
                "[[rule]]\nname = \"{n}\"\nwhen = {{ from = \"a\" }}\nthen = {{ flag = true }}\n"
            )
        })
        .collect();
    assert!(parse(&all).is_err());
}

fn when() -> impl Strategy<Value = When> {
    let pattern = "[^\\p{C}\\p{Z}]{1,12}".prop_map(|text| Pattern::new(&text).unwrap());
    let leaf = prop_oneof![
        pattern.clone().prop_map(When::From),
        pattern.clone().prop_map(When::To),
        pattern.clone().prop_map(When::Subject),
        ("[A-Za-z-]{1,8}", pattern).prop_map(|(name, pattern)| When::Header(name, pattern)),
        (1u64..10_000_000).prop_map(When::Larger),
        (1u64..10_000_000).prop_map(When::Smaller),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(When::All),
            proptest::collection::vec(inner.clone(), 1..4).prop_map(When::Any),
            inner.prop_map(|one| When::Not(Box::new(one))),
        ]
    })
}

fn then() -> impl Strategy<Value = Then> {
    let given = "[^\\p{C}\\p{Z}\\\\$\\]]{1,12}".prop_filter_map("no label", |written| {
        let key = Keyword::of(&written).ok()?;
        Some(Given { written, key })
    });
    let goes = prop_oneof![
        Just(None),
        Just(Some(Goes::ToTrash)),
        "[^\\p{C}\\p{Z}]{1,12}".prop_map(|path| Some(Goes::To(path))),
    ];
    let labels = proptest::collection::vec(given, 0..3);
    let forward = proptest::collection::btree_set("[a-z+]{1,3}@[a-z]{1,2}\\.test", 0..3);
    let copies = proptest::collection::btree_set("[^\\p{C}\\p{Z}]{1,12}", 0..3);
    (labels, any::<bool>(), copies, forward, goes, any::<bool>())
        .prop_map(|(labels, flag, copies, forward, goes, stop)| Then {
            labels,
            flag,
            copies: copies.into_iter().collect(),
            forward: forward.into_iter().collect(),
            goes,
            stop,
        })
        .prop_filter("nothing", |then| !then.is_nothing())
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_again(all in proptest::collection::btree_map("[a-z]{1,8}", (when(), then()), 0..4)) {
        let mut rules = Rules::default();
        for (name, (when, then)) in all {
            rules.add(Rule { name, when, then }).unwrap();
        }
        prop_assert_eq!(parse(&write_rules(&rules)), Ok(rules));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        let _ = parse(&format!("[[rule]]\nwhen = {{ {text}"));
        let _ = parse(&format!("[[rule]]\nwhen = {text}\nthen = {{ {text} }}\n"));
    }
}
