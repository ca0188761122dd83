//! Messages that go for good.

use super::Change;
use super::back::{Back, There};
use super::facts::Facts;
use super::kind::{Kind, Logged, Planned, Written};
use crate::model::messages::{Aim, Meant};
use crate::model::plan::Place;
use crate::model::selection::Query;
use crate::model::uids::Uids;
use crate::model::words::messages;
use serde::{Deserialize, Serialize};

/// Exactly these messages of a folder go for good (UID STORE and UID EXPUNGE, RFC 9051, section 6.4.9). Nothing takes
/// that back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expunge<P> {
    /// The folder in which they lie.
    pub folder: P,
    /// The identity of its numbering: in another one the UIDs are those of other messages.
    pub uid_validity: u32,
    /// The messages.
    pub uids: Uids,
    /// How long they are together, in bytes.
    pub size: u64,
    /// Others that were there right before, and were not right after.
    #[serde(skip)]
    pub others: Uids,
}

impl<P> Expunge<P> {
    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Expunge<Q>, E> {
        Ok(Expunge {
            folder: name(self.folder)?,
            uid_validity: self.uid_validity,
            uids: self.uids,
            size: self.size,
            others: self.others,
        })
    }
}

impl<P> Kind<P> for Expunge<P> {
    fn folder(&self) -> &P {
        &self.folder
    }

    fn is_of_mail(&self) -> bool {
        true
    }
}

impl Planned for Expunge<Place> {
    fn reverse(&self) -> Option<Change> {
        None
    }

    fn name(&self) -> &'static str {
        "expunge"
    }

    fn facts(&self) -> Facts {
        Facts {
            uid_validity: Some(self.uid_validity),
            uids: Some(self.uids.to_string()),
            messages: Some(self.uids.len()),
            ..Facts::default()
        }
    }

    fn cells(&self) -> [String; 5] {
        [
            self.name().into(),
            self.folder.path.clone(),
            String::new(),
            messages(self.uids.len()),
            String::new(),
        ]
    }

    fn line(&self, [_, folder, _, messages, _]: [String; 5]) -> String {
        format!("delete {messages} of {folder} for good")
    }
}

impl<P> Logged for Expunge<P> {
    fn in_log(name: &str, folder: &str, facts: &Facts) -> Option<String> {
        (name == "expunge").then(|| {
            let messages = messages(facts.messages.unwrap_or_default());
            format!("delete {messages} of {folder} for good")
        })
    }
}

impl Written for Expunge<String> {
    /// Those that are there yet: written down before anything was sent.
    fn meant(&self, there: &There) -> Option<Meant> {
        Some(Meant {
            place: there.only(&self.folder).ok()?.place(),
            query: Query {
                uids: self.uids.clone(),
                ..Query::default()
            },
            aim: Aim::Leave,
        })
    }

    fn put_back<'a>(&'a self, back: &mut Back<'a>) {
        let reversal = &mut back.reversal;
        if let Err(missing) = back.there.only(&self.folder) {
            return reversal.keep(&self.folder, None, missing.words());
        }
        let lying = match back.found.next().map(|lie| &lie.found) {
            Some(Ok(lying)) => lying,
            Some(Err(why)) => {
                let why = format!("its messages could not be looked at {why}");
                return reversal.keep(&self.folder, None, why);
            }
            None => return reversal.keep(&self.folder, None, "nobody looked at its messages"),
        };
        let is_there =
            |uid: &u32| lying.uid_validity == self.uid_validity && lying.all.contains(*uid);
        let gone: Uids = self.uids.iter().filter(|uid| !is_there(uid)).collect();
        if gone.is_empty() {
            reversal.already += 1;
            return;
        }
        let why = format!(
            "{} deleted for good, and cannot come back: UID {gone}",
            match gone.len() {
                1 => "1 message was".to_owned(),
                n => format!("{n} messages were"),
            },
        );
        reversal.keep(&self.folder, None, why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::messages::{Lie, Lying};

    fn kept(uid_validity: u32, there: &str) -> (usize, Vec<String>) {
        let mut state = mailbox(&[("Trash", &[])]);
        state.messages = vec![Lie {
            place: state.folders[0].place(),
            found: Ok(Lying {
                uid_validity,
                all: there.parse().unwrap(),
                ..Lying::default()
            }),
        }];
        let gone = Expunge {
            folder: "Trash".to_owned(),
            uid_validity: 7,
            uids: "1:3".parse().unwrap(),
            size: 30,
            others: Uids::default(),
        };
        assert!(gone.meant(&There::new(&state)).is_some());
        let mut back = Back::new(&state, &|_| None);
        gone.put_back(&mut back);
        assert!(back.reversal.is_empty());
        let why = back.reversal.kept.into_iter().map(|kept| kept.why);
        (back.reversal.already, why.collect())
    }

    #[test]
    fn what_went_for_good_is_named_and_nothing_is_put_back() {
        assert_eq!(kept(7, "1:9"), (1, Vec::new()));
        let (already, why) = kept(7, "2");
        assert_eq!(already, 0);
        assert_eq!(
            why,
            ["2 messages were deleted for good, and cannot come back: UID 1,3"]
        );
        assert_eq!(kept(8, "1:9").1.len(), 1, "these are other messages");
    }

    #[test]
    fn a_file_holds_what_went_and_the_log_no_more_than_its_numbers() {
        let text =
            r#"{"change":"expunge","folder":"Trash","uid_validity":7,"uids":"1:3","size":30}"#;
        let change: Change<String> = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&change).unwrap(), text);
        let facts = Facts {
            messages: Some(3),
            ..Facts::default()
        };
        assert_eq!(
            Expunge::<Place>::in_log("expunge", "Trash", &facts).unwrap(),
            "delete 3 messages of Trash for good"
        );
    }
}
