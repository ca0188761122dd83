//! Which rules take a message.

use super::{Pattern, Rule, Rules, When};

/// What a message says of itself as far as rules ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its header fields, in their order.
    pub fields: Vec<Field>,
    /// How long it is, in bytes.
    pub size: u64,
    /// Its parts that are text, where they were read.
    pub texts: Option<Vec<String>>,
}

/// A header field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it says: unfolded, its encoded words read, without blanks around it.
    pub text: String,
    /// The addresses that it names, if it is one that does.
    pub addresses: Vec<String>,
}

/// Those of `rules` that take the message of `facts`, in their order: the last one may end them. Nothing where its
/// text decides, which was not read.
pub fn taken<'r>(rules: &'r Rules, facts: &Facts) -> Option<Vec<&'r Rule>> {
    let mut taken = Vec::new();
    for rule in rules.iter() {
        if !rule.when.judge(facts)? {
            continue;
        }
        taken.push(rule);
        if rule.then.ends() {
            break;
        }
    }
    Some(taken)
}

impl When {
    /// Whether it holds of the message of `facts`. A field that is missing holds nothing; of one that stands there
    /// more than once, each is asked.
    pub fn holds(&self, facts: &Facts) -> bool {
        self.judge(facts) == Some(true)
    }

    /// The same; nothing where the text of the message decides, which was not read.
    fn judge(&self, facts: &Facts) -> Option<bool> {
        Some(match self {
            Self::From(pattern) => facts.names(&["From"], pattern),
            Self::To(pattern) => facts.names(&["To", "Cc"], pattern),
            Self::Subject(pattern) => facts.says("Subject", pattern),
            Self::Header(name, pattern) => facts.says(name, pattern),
            Self::Text(pattern) => {
                let mut texts = facts.texts.as_ref()?.iter();
                texts.any(|text| pattern.is_in(text))
            }
            Self::Larger(kib) => facts.size > kib.saturating_mul(1024),
            Self::Smaller(kib) => facts.size < kib.saturating_mul(1024),
            Self::All(all) => return decided(all, facts, false).map(|is_against| !is_against),
            Self::Any(any) => return decided(any, facts, true),
            Self::Not(one) => !one.judge(facts)?,
        })
    }
}

/// Whether one of `all` is `is`, whatever is not known of the others.
fn decided(all: &[When], facts: &Facts, is: bool) -> Option<bool> {
    let mut open = false;
    for one in all {
        match one.judge(facts) {
            Some(held) if held == is => return Some(true),
            Some(_) => {}
            None => open = true,
        }
    }
    (!open).then_some(false)
}

impl Facts {
    fn called<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f Field> {
        let fields = self.fields.iter();
        fields.filter(move |field| field.name.eq_ignore_ascii_case(name))
    }

    fn says(&self, name: &str, pattern: &Pattern) -> bool {
        self.called(name).any(|field| pattern.is_in(&field.text))
    }

    fn names(&self, names: &[&str], pattern: &Pattern) -> bool {
        let fields = names.iter().flat_map(|name| self.called(name));
        let mut addresses = fields.flat_map(|field| &field.addresses);
        addresses.any(|address| pattern.is(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rule::{Goes, Then};
    use proptest::prelude::*;

    fn field(name: &str, text: &str) -> Field {
        let addresses = match text.contains('@') {
            true => vec![text.to_owned()],
            false => Vec::new(),
        };
        Field {
            name: name.to_owned(),
            text: text.to_owned(),
            addresses,
        }
    }

    fn facts() -> Facts {
        Facts {
            fields: vec![
                field("from", "a@billing.test"),
                field("CC", "support@example.test"),
                field("Subject", ""),
                field("subject", "Your invoice"),
                field("X-Empty", ""),
            ],
            size: 2048,
            texts: None,
        }
    }

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text).unwrap()
    }

    #[test]
    fn each_field_of_a_name_is_asked_and_a_missing_one_holds_nothing() {
        for (when, is) in [
            (When::From(pattern("*@Billing.test")), true),
            (When::From(pattern("billing")), false),
            (When::To(pattern("support@example.test")), true),
            (When::Subject(pattern("INVOICE")), true),
            (When::Subject(pattern("invoice*")), false),
            (When::Header("x-empty".to_owned(), pattern("*")), true),
            (When::Header("X-None".to_owned(), pattern("*")), false),
            (When::Larger(1), true),
            (When::Larger(2), false),
            (When::Smaller(2), false),
            (When::Smaller(3), true),
        ] {
            assert_eq!(when.holds(&facts()), is, "{when:?}");
            assert_eq!(When::Not(Box::new(when)).holds(&facts()), !is);
        }
    }

    #[test]
    fn a_text_is_asked_for_where_it_decides() {
        let (yes, no) = (When::Larger(1), When::Larger(2));
        let text = || When::Text(pattern("Invoice"));
        let not = |one: &When| When::Not(Box::new(one.clone()));
        let read = |texts: &[&str]| Facts {
            texts: Some(texts.iter().map(|text| (*text).to_owned()).collect()),
            ..facts()
        };
        for (when, without) in [
            (text(), None),
            (not(&text()), None),
            (When::All(vec![text(), no.clone()]), Some(false)),
            (When::All(vec![text(), yes.clone()]), None),
            (When::Any(vec![text(), yes.clone()]), Some(true)),
            (When::Any(vec![text(), no.clone()]), None),
            (not(&When::Any(vec![text(), yes.clone()])), Some(false)),
        ] {
            assert_eq!(when.judge(&facts()), without, "{when:?}");
            assert!(when.judge(&read(&[])).is_some() && when.reads_text());
        }
        assert!(text().holds(&read(&["a", "your\nINVOICE 7"])) && !text().holds(&read(&["a"])));
        let mut rules = Rules::default();
        let rule = |name: &str, when: When, stop: bool| Rule {
            name: name.to_owned(),
            when,
            then: Then {
                stop,
                ..Then::default()
            },
        };
        rules.add(rule("a", yes, true)).unwrap();
        rules.add(rule("b", text(), false)).unwrap();
        assert_eq!(
            taken(&rules, &facts()).unwrap().len(),
            1,
            "b is never asked"
        );
        rules.remove("a");
        assert_eq!(taken(&rules, &facts()), None);
    }

    #[test]
    fn a_rule_that_ends_is_the_last_one() {
        let rule = |name: &str, then: Then| Rule {
            name: name.to_owned(),
            when: When::Larger(1),
            then,
        };
        let stop = Then {
            stop: true,
            ..Then::default()
        };
        let goes = Then {
            goes: Some(Goes::ToTrash),
            ..Then::default()
        };
        for (then, n) in [(Then::default(), 3), (stop, 2), (goes, 2)] {
            let mut rules = Rules::default();
            rules.add(rule("a", Then::default())).unwrap();
            rules.add(rule("b", then)).unwrap();
            rules.add(rule("c", Then::default())).unwrap();
            assert_eq!(taken(&rules, &facts()).unwrap().len(), n);
        }
    }

    fn when() -> impl Strategy<Value = When> {
        let leaf = prop_oneof![
            "[ab*]{1,3}".prop_map(|text| When::From(pattern(&text))),
            "[ab*]{1,3}".prop_map(|text| When::Subject(pattern(&text))),
            (0u64..4).prop_map(When::Larger),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 1..3).prop_map(When::All),
                proptest::collection::vec(inner.clone(), 1..3).prop_map(When::Any),
                inner.prop_map(|one| When::Not(Box::new(one))),
            ]
        })
    }

    proptest! {
        #[test]
        fn not_all_is_any_not(all in proptest::collection::vec(when(), 1..4), text in "[ab]{0,4}", size in 0u64..4096) {
            let mut from = field("From", &text);
            from.addresses.push(text.clone());
            let facts = Facts { fields: vec![from, field("Subject", &text)], size, texts: None };
            let not = |one: &When| When::Not(Box::new(one.clone()));
            let any_not = When::Any(all.iter().map(not).collect());
            prop_assert_eq!(!When::All(all).holds(&facts), any_not.holds(&facts));
        }
    }
}
