//! Rules: what happens to mail of a mailbox by itself. One definition for mail that is there and mail that comes.

mod judge;
mod judged;
mod onward;
mod pattern;

pub use judge::{Facts, Field, taken};
pub use judged::Judged;
pub use onward::{Onward, Went};
pub use pattern::{Pattern, Unfit};

use super::label::{Keyword, Typed};
use super::setting::Labels;
use std::collections::BTreeSet;

/// No mailbox has more rules.
pub const MOST: usize = 500;
/// A condition lies no deeper in others.
pub const DEEPEST: usize = 8;

/// The rules of a mailbox, in the order in which they are asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    all: Vec<Rule>,
}

/// What happens to the messages of which something holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What people call it; no other of the mailbox is called so.
    pub name: String,
    /// Which messages it takes.
    pub when: When,
    /// What happens to them.
    pub then: Then,
}

/// What holds of a message or does not. Letters of ASCII are the same in capitals and small, as servers compare them
/// that filter mail (`i;ascii-casemap`, RFC 5228, section 2.7.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// An address in From is this one.
    From(Pattern),
    /// An address in To or Cc is this one.
    To(Pattern),
    /// A Subject holds it.
    Subject(Pattern),
    /// A field of that name holds it.
    Header(String, Pattern),
    /// A part of it that is text holds it, as it was written: of HTML with its marks.
    Text(Pattern),
    /// It is longer, in KiB.
    Larger(u64),
    /// It is shorter, in KiB.
    Smaller(u64),
    /// Each of these holds.
    All(Vec<When>),
    /// One of these holds.
    Any(Vec<When>),
    /// This does not hold.
    Not(Box<When>),
}

/// What happens to a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Then {
    /// The labels that it gets.
    pub labels: Vec<Given>,
    /// It is flagged.
    pub flag: bool,
    /// The paths of the folders that get a copy, with the labels that the message has by then.
    pub copies: Vec<String>,
    /// Whom it is sent on to, as mail spells addresses, each once.
    pub forward: Vec<String>,
    /// Where it goes.
    pub goes: Option<Goes>,
    /// No later rule is asked.
    pub stop: bool,
}

/// A label that a rule gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// As whoever wrote the rule calls it.
    pub written: String,
    /// The keyword that it is where the mailbox calls none of its labels so.
    pub key: Keyword,
}

/// Where a message goes. No later rule is asked: it is not there any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goes {
    /// Into the folder of that path.
    To(String),
    /// Where deleted mail lies.
    ToTrash,
}

impl Given {
    /// The keyword that it is in a mailbox with these labels.
    pub fn keyword(&self, labels: &Labels) -> Keyword {
        let typed = Typed::new(&self.written);
        let meant = typed.and_then(|typed| labels.meant(&typed));
        meant.map_or_else(|_| self.key.clone(), |label| label.keyword)
    }
}

impl Then {
    /// Whether nothing would happen.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Whether no later rule is asked.
    pub fn ends(&self) -> bool {
        self.stop || self.goes.is_some()
    }
}

impl When {
    /// Whether it asks for more than the header says.
    pub fn reads_text(&self) -> bool {
        match self {
            Self::Text(_) => true,
            Self::All(all) | Self::Any(all) => all.iter().any(Self::reads_text),
            Self::Not(one) => one.reads_text(),
            _ => false,
        }
    }

    /// The names of the fields that it asks for, in small letters.
    pub fn fields(&self) -> BTreeSet<String> {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        match self {
            Self::From(_) => own(&["from"]),
            Self::To(_) => own(&["to", "cc"]),
            Self::Subject(_) => own(&["subject"]),
            Self::Header(name, _) => own(&[&name.to_ascii_lowercase()]),
            Self::Text(_) | Self::Larger(_) | Self::Smaller(_) => BTreeSet::new(),
            Self::All(all) | Self::Any(all) => all.iter().flat_map(Self::fields).collect(),
            Self::Not(one) => one.fields(),
        }
    }
}

impl Rules {
    /// Adds one at the end.
    ///
    /// # Errors
    /// Where one is called so already.
    pub fn add(&mut self, rule: Rule) -> Result<(), &Rule> {
        match self
            .all
            .iter()
            .position(|other| is_same(&other.name, &rule.name))
        {
            Some(at) => self.all.get(at).map_or(Ok(()), Err),
            None => {
                self.all.push(rule);
                Ok(())
            }
        }
    }

    /// Takes the one called `name` away, if there is one.
    pub fn remove(&mut self, name: &str) -> Option<Rule> {
        let at = self.all.iter().position(|rule| is_same(&rule.name, name))?;
        Some(self.all.remove(at))
    }

    /// The one called `name`.
    pub fn called(&self, name: &str) -> Option<&Rule> {
        self.iter().find(|rule| is_same(&rule.name, name))
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.all.iter()
    }

    /// The first one that leaves copies.
    pub fn copying(&self) -> Option<&Rule> {
        self.iter().find(|rule| !rule.then.copies.is_empty())
    }

    /// The first one that sends mail on.
    pub fn forwarding(&self) -> Option<&Rule> {
        self.iter().find(|rule| !rule.then.forward.is_empty())
    }

    /// To how many addresses one message may be sent on at most, whatever it says.
    pub fn most_forwards(&self) -> usize {
        let (mut going_on, mut most) = (BTreeSet::new(), 0);
        for rule in self.iter() {
            let own: BTreeSet<&String> = rule.then.forward.iter().collect();
            let all: BTreeSet<&String> = going_on.union(&own).copied().collect();
            most = most.max(all.len());
            if !rule.then.ends() {
                going_on = all;
            }
        }
        most
    }

    /// The first one that asks for more than the header says.
    pub fn reading_text(&self) -> Option<&Rule> {
        self.iter().find(|rule| rule.when.reads_text())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The names of the fields that any of them asks for, in small letters.
    pub fn fields(&self) -> BTreeSet<String> {
        self.iter().flat_map(|rule| rule.when.fields()).collect()
    }
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str) -> Rule {
        Rule {
            name: name.to_owned(),
            when: When::Not(Box::new(When::To(Pattern::new("x@*").unwrap()))),
            then: Then {
                flag: true,
                ..Then::default()
            },
        }
    }

    #[test]
    fn no_two_rules_are_called_alike_and_their_order_stays() {
        let mut rules = Rules::default();
        for name in ["b", "a", "Über"] {
            rules.add(rule(name)).unwrap();
        }
        assert_eq!(rules.add(rule("ÜBER")).unwrap_err().name, "Über");
        let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names, ["b", "a", "Über"]);
        assert_eq!(rules.fields().into_iter().collect::<Vec<_>>(), ["cc", "to"]);
        assert!(rules.remove("B").is_some() && rules.remove("B").is_none());
        assert_eq!(rules.len(), 2);
    }

    #[test]
    fn a_message_is_sent_on_to_as_many_as_rules_may_name_that_are_asked_together() {
        let forward = |name: &str, to: &[&str], stop: bool| {
            let then = Then {
                forward: to.iter().map(|to| (*to).to_owned()).collect(),
                stop,
                ..Then::default()
            };
            Rule { then, ..rule(name) }
        };
        let most = |all: &[(&[&str], bool)]| {
            let mut rules = Rules::default();
            for (n, (to, stop)) in all.iter().enumerate() {
                rules.add(forward(&n.to_string(), to, *stop)).unwrap();
            }
            rules.most_forwards()
        };
        assert_eq!(most(&[]), 0);
        assert_eq!(most(&[(&["a"], false), (&["b", "a"], false)]), 2);
        assert_eq!(most(&[(&["a"], true), (&["b"], true), (&["c"], true)]), 1);
        assert_eq!(
            most(&[(&["a"], false), (&["b", "c"], true), (&["d"], false)]),
            3
        );
    }

    #[test]
    fn a_label_is_what_the_mailbox_calls_so() {
        use crate::model::setting::Defined;
        let given = Given {
            written: "Urgent".to_owned(),
            key: Keyword::of("Urgent").unwrap(),
        };
        let mut labels = Labels::default();
        assert_eq!(given.keyword(&labels).as_str(), "urgent");
        let own = Defined {
            word: "urgent".to_owned(),
            key: Keyword::parse("$label1").unwrap(),
            name: "Sofort".to_owned(),
            colour: None,
        };
        labels.add(own).unwrap();
        assert_eq!(given.keyword(&labels).as_str(), "$label1");
    }
}
