//! Rules to a script. It means of mail that comes what the rules mean of mail that is there.

use crate::error::printable;
use crate::model::label::Keyword;
use crate::model::rule::{Pattern, Rule, Rules, When};
use crate::model::setting::Labels;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The folders of a rule, as the server calls them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filed {
    /// Those that get a copy.
    pub copies: Vec<String>,
    /// The one into which the message goes.
    pub goes: Option<String>,
}

/// The largest number that every server takes, in bytes (RFC 5228, section 2.4.1), which is more than a message has.
const MOST: u64 = i32::MAX as u64;

/// How its first line begins.
const OPENING: &str = "# The rules of ";
/// How that ends.
const WROTE: &str = ", as sharemail wrote them.";

/// Whether `script` was written by [`compile`]: no other is ever written over.
pub fn is_ours(script: &[u8]) -> bool {
    let first = script.split(|byte| *byte == b'\n').next();
    let first = first.unwrap_or_default().trim_ascii_end();
    first.starts_with(OPENING.as_bytes()) && first.ends_with(WROTE.as_bytes())
}

/// The script that gives labels and flags as `rules` do in a mailbox with these `labels`, which people call
/// `mailbox`, and files messages into the `folders` that stand there by the names of rules.
pub fn compile(
    mailbox: &str,
    rules: &Rules,
    labels: &Labels,
    folders: &BTreeMap<String, Filed>,
) -> String {
    let mut needed = vec!["\"imap4flags\""];
    needed.extend((!folders.is_empty()).then_some("\"fileinto\""));
    let copies = rules.copying().or(rules.forwarding());
    needed.extend(copies.map(|_| "\"copy\""));
    needed.extend(rules.reading_text().map(|_| "\"body\""));
    let needed = needed.join(", ");
    let mut script = format!(
        "{OPENING}{}{WROTE}\nrequire [{needed}];\n",
        printable(mailbox)
    );
    let mut copied = BTreeSet::new();
    for rule in rules.iter() {
        let filed = folders.get(&rule.name).cloned().unwrap_or_default();
        one(&mut script, rule, labels, &filed, &copied);
        copied.extend(filed.copies);
    }
    script
}

/// What `rule` does with what is `filed`, after rules that have `copied` into some folders.
fn one(
    script: &mut String,
    rule: &Rule,
    labels: &Labels,
    filed: &Filed,
    copied: &BTreeSet<String>,
) {
    let given = rule.then.labels.iter().map(|given| given.keyword(labels));
    let given = given.chain(rule.then.flag.then(Keyword::flagged));
    let given: Vec<String> = given.map(|keyword| quoted(keyword.as_str())).collect();
    let mut does = String::new();
    // Writing to memory cannot fail.
    if !given.is_empty() {
        let _ = writeln!(does, "    addflag [{}];", given.join(", "));
    }
    // The message stays all the same (RFC 3894).
    for address in &rule.then.forward {
        let _ = writeln!(does, "    redirect :copy {};", quoted(address));
    }
    // With the flags that were added before (RFC 5232, section 4).
    let copies = filed.copies.iter();
    for folder in copies.filter(|folder| Some(*folder) != filed.goes.as_ref()) {
        let _ = writeln!(does, "    fileinto :copy {};", quoted(folder));
    }
    if let Some(folder) = &filed.goes {
        let _ = writeln!(does, "    fileinto {};", quoted(folder));
        // Dovecot takes it for the copy that was filed there before, and keeps the message beside it.
        if copied.contains(folder) {
            does.push_str("    discard;\n");
        }
    }
    if rule.then.ends() {
        does.push_str("    stop;\n");
    }
    let (name, test) = (printable(&rule.name), test(&rule.when));
    let _ = write!(script, "\n# rule:[{name}]\nif {test} {{\n{does}}}\n");
}

fn test(when: &When) -> String {
    match when {
        When::From(pattern) => addresses("\"from\"", pattern),
        When::To(pattern) => addresses("[\"to\", \"cc\"]", pattern),
        When::Subject(pattern) => field("subject", pattern),
        When::Header(name, pattern) => field(name, pattern),
        When::Text(pattern) => {
            format!(
                "body :content \"text\" :contains {}",
                quoted(pattern.as_str())
            )
        }
        When::Larger(kib) if is_countable(*kib) => format!("size :over {kib}K"),
        When::Larger(_) => "false".to_owned(),
        When::Smaller(kib) if is_countable(*kib) => format!("size :under {kib}K"),
        When::Smaller(_) => "true".to_owned(),
        When::All(all) => format!("allof({})", tests(all)),
        When::Any(any) => format!("anyof({})", tests(any)),
        When::Not(one) => format!("not {}", test(one)),
    }
}

fn tests(all: &[When]) -> String {
    let all: Vec<String> = all.iter().map(test).collect();
    all.join(", ")
}

fn is_countable(kib: u64) -> bool {
    kib.checked_mul(1024).is_some_and(|bytes| bytes <= MOST)
}

fn addresses(fields: &str, pattern: &Pattern) -> String {
    // A field that names nobody holds an address for servers that is empty or the name of a group, and none for
    // rules.
    let pattern = match pattern.as_str().bytes().all(|byte| byte == b'*') {
        true => "\"?*@?*\"".to_owned(),
        false => matched(pattern),
    };
    format!("address :all :matches {fields} {pattern}")
}

fn field(name: &str, pattern: &Pattern) -> String {
    let name = quoted(name);
    match pattern.is_wild() {
        true => format!("header :matches {name} {}", matched(pattern)),
        false => format!("header :contains {name} {}", quoted(pattern.as_str())),
    }
}

/// As `:matches` takes it: `?` stands for a character there, and a backslash takes that from it (RFC 5228, section
/// 2.7.1).
fn matched(pattern: &Pattern) -> String {
    let plain = pattern.as_str().replace('\\', "\\\\").replace('?', "\\?");
    quoted(&plain)
}

/// As a string of the script (RFC 5228, section 2.4.2).
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rule::{Given, Goes, Then};
    use proptest::prelude::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text).unwrap()
    }

    #[test]
    fn what_was_written_here_is_known_again() {
        let script = compile(
            "a@b",
            &Rules::default(),
            &Labels::default(),
            &BTreeMap::new(),
        );
        assert!(is_ours(script.as_bytes()) && is_ours(script.replace('\n', "\r\n").as_bytes()));
        for other in ["", "keep;", "# The rules of my own\nkeep;\n"] {
            assert!(!is_ours(other.as_bytes()));
        }
    }

    #[test]
    fn rules_become_a_script_that_says_the_same() {
        let mut rules = Rules::default();
        let given = Given {
            written: "To Do".to_owned(),
            key: Keyword::of("To Do").unwrap(),
        };
        let any = vec![
            When::From(pattern("*@x?y\"\\.test")),
            When::Header("List-Id".to_owned(), pattern("a\"*")),
            When::Not(Box::new(When::To(pattern("b@y.test")))),
            When::From(pattern("**")),
        ];
        let when = When::All(vec![
            When::Any(any),
            When::Larger(5120),
            When::Smaller(1 << 40),
        ]);
        let then = Then {
            labels: vec![given],
            flag: true,
            stop: true,
            ..Then::default()
        };
        rules
            .add(Rule {
                name: "a".to_owned(),
                when,
                then,
            })
            .unwrap();
        let then = Then {
            flag: true,
            copies: vec!["x".to_owned()],
            forward: vec!["boss@example.org".to_owned()],
            goes: Some(Goes::ToTrash),
            ..Then::default()
        };
        rules
            .add(Rule {
                name: "b".to_owned(),
                when: When::Larger(1),
                then,
            })
            .unwrap();
        let filed = Filed {
            copies: vec!["x".to_owned()],
            goes: Some("A\"b/März".to_owned()),
        };
        let folders = BTreeMap::from([("b".to_owned(), filed)]);
        let script = compile("support@example.com", &rules, &Labels::default(), &folders);
        insta::assert_snapshot!(script, @r#"
        # The rules of support@example.com, as sharemail wrote them.
        require ["imap4flags", "fileinto", "copy"];

        # rule:[a]
        if allof(anyof(address :all :matches "from" "*@x\\?y\"\\\\.test", header :matches "List-Id" "a\"*", not address :all :matches ["to", "cc"] "b@y.test", address :all :matches "from" "?*@?*"), size :over 5120K, true) {
            addflag ["$label4", "\\Flagged"];
            stop;
        }

        # rule:[b]
        if size :over 1K {
            addflag ["\\Flagged"];
            redirect :copy "boss@example.org";
            fileinto :copy "x";
            fileinto "A\"b/März";
            stop;
        }
        "#);
    }

    #[test]
    fn what_was_copied_into_a_folder_is_not_kept_where_it_goes_there() {
        let mut rules = Rules::default();
        for name in ["a", "b"] {
            let rule = Rule {
                name: name.to_owned(),
                when: When::Larger(1),
                then: Then {
                    copies: vec!["x".to_owned()],
                    ..Then::default()
                },
            };
            rules.add(rule).unwrap();
        }
        let filed = |goes: Option<&str>| Filed {
            copies: vec!["x".to_owned(), "y".to_owned()],
            goes: goes.map(str::to_owned),
        };
        let script = |goes: [Option<&str>; 2]| {
            let [a, b] = goes.map(filed);
            let folders = BTreeMap::from([("a".to_owned(), a), ("b".to_owned(), b)]);
            compile("a@b", &rules, &Labels::default(), &folders)
        };
        let own = script([Some("x"), None]);
        assert_eq!(own.matches("fileinto :copy \"x\"").count(), 1, "{own}");
        assert!(!own.contains("discard"), "{own}");
        let later = script([None, Some("x")]);
        assert!(
            later.ends_with("    fileinto :copy \"y\";\n    fileinto \"x\";\n    discard;\n}\n"),
            "{later}"
        );
    }

    /// Whether nothing but a string stands there, from its first quote to its last.
    fn is_string(text: &str) -> bool {
        let inner = text
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        let mut escaped = false;
        let is_inside = |c: char| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            !ends
        };
        inner.is_some_and(|inner| inner.chars().all(is_inside)) && !escaped
    }

    proptest! {
        #[test]
        fn nothing_that_is_looked_for_ends_its_string(text in "[a\"\\\\?*;\\[\\]{}#]{1,12}") {
            let pattern = pattern(&text);
            prop_assert!(is_string(&quoted(&text)) && is_string(&matched(&pattern)));
        }
    }
}
