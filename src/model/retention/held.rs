//! What holds have once matched: that is kept until they end, whatever they say by then.

use crate::model::digest::digest;
use crate::model::rule::Facts;
use std::collections::{BTreeMap, BTreeSet};

/// By what a message is known again wherever it goes: its Message-ID, and where it has none, what its header says
/// beside its length. A hash of that, so that nobody reads there with whom the mailbox has written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(String);

/// Messages that are kept, by the cases for which they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// By the names of the cases in small letters.
    cases: BTreeMap<String, BTreeSet<Mark>>,
}

impl Mark {
    /// So many characters; nobody writes a message that has the mark of another one.
    const LONG: usize = 24;
    /// The names of the header fields of which it is made, in small letters.
    pub const FIELDS: [&'static str; 4] = ["message-id", "from", "date", "subject"];

    /// That of the message of `facts`.
    pub fn of(facts: &Facts) -> Self {
        let said = Self::FIELDS.map(|name| {
            let mut fields = facts.fields.iter();
            let field = fields.find(|field| field.name.eq_ignore_ascii_case(name));
            field.map(|field| field.text.as_bytes()).unwrap_or_default()
        });
        let [id, others @ ..] = said;
        let size = facts.size.to_be_bytes();
        let mut whole = match id.is_empty() {
            false => digest([id]),
            true => digest(others.into_iter().chain([&size[..]])),
        };
        whole.truncate(Self::LONG);
        Self(whole)
    }

    /// The one that is written so, where it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_one = text.len() == Self::LONG && text.bytes().all(is_digit);
        is_one.then(|| Self(text.to_owned()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Held {
    /// No more messages are remembered of a mailbox: its settings are one message.
    pub const MOST: usize = 16_000;

    /// The message of `mark` is kept for `case` from now on; whether that could be remembered.
    pub fn note(&mut self, case: &str, mark: Mark) -> bool {
        let is_full = self.len() >= Self::MOST;
        let marks = self.cases.entry(case.to_lowercase()).or_default();
        if is_full && !marks.contains(&mark) {
            return false;
        }
        marks.insert(mark);
        true
    }

    /// Whether the message of `mark` is kept for `case`.
    pub fn keeps(&self, case: &str, mark: &Mark) -> bool {
        let marks = self.cases.get(&case.to_lowercase());
        marks.is_some_and(|marks| marks.contains(mark))
    }

    /// Forgets those of the cases of which `lasts` does not say so.
    pub fn retain(&mut self, lasts: impl Fn(&str) -> bool) {
        self.cases
            .retain(|case, marks| lasts(case) && !marks.is_empty());
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.cases.values().map(BTreeSet::len).sum()
    }

    /// Whether that is none.
    pub fn is_empty(&self) -> bool {
        self.cases.values().all(BTreeSet::is_empty)
    }

    /// Each case, and the messages that are kept for it.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &BTreeSet<Mark>)> {
        self.cases.iter().map(|(case, all)| (case.as_str(), all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rule::Field;

    fn facts(fields: &[(&str, &str)], size: u64) -> Facts {
        let field = |(name, text): &(&str, &str)| Field {
            name: (*name).to_owned(),
            text: (*text).to_owned(),
            addresses: Vec::new(),
        };
        Facts {
            fields: fields.iter().map(field).collect(),
            size,
            texts: None,
        }
    }

    #[test]
    fn a_message_is_known_by_its_id_and_else_by_all_that_it_says() {
        let mark = |fields: &[(&str, &str)], size| Mark::of(&facts(fields, size));
        let one = mark(&[("Message-Id", "<a@b>"), ("Subject", "x")], 10);
        assert_eq!(one, mark(&[("MESSAGE-ID", "<a@b>")], 20));
        assert_ne!(one, mark(&[("Message-ID", "<b@b>")], 10));
        let without = mark(&[("From", "a"), ("Date", "b"), ("Subject", "c")], 10);
        assert_eq!(
            without,
            mark(&[("Subject", "c"), ("From", "a"), ("Date", "b")], 10)
        );
        assert_ne!(
            without,
            mark(&[("From", "a"), ("Date", "b"), ("Subject", "c")], 11)
        );
        assert_ne!(without, mark(&[("From", "ab"), ("Subject", "c")], 10));
        assert_eq!(Mark::parse(one.as_str()), Some(one));
        assert_eq!(Mark::parse("x"), None);
    }

    #[test]
    fn no_more_are_remembered_than_fit_and_those_that_are_there_stay() {
        let mut held = Held::default();
        let mark = |n: u64| Mark::of(&facts(&[], n));
        for n in 0..Held::MOST as u64 {
            assert!(held.note("Case", mark(n)));
        }
        assert!(!held.note("case", mark(u64::MAX)) && !held.note("other", mark(0)));
        assert!(held.note("CASE", mark(7)) && held.keeps("case", &mark(7)));
        assert_eq!(held.len(), Held::MOST);
        held.retain(|case| case == "other");
        assert!(held.is_empty() && !held.keeps("case", &mark(7)));
    }
}
