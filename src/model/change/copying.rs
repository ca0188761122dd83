//! Messages of which another folder gets copies.

use super::At;
use super::Change;
use super::back::{Back, There};
use super::expunge::Expunge;
use super::facts::Facts;
use super::kind::{Kind, Logged, Planned, Written};
use crate::model::messages::{Aim, Lying, Meant, Origin};
use crate::model::plan::Place;
use crate::model::selection::Query;
use crate::model::uids::Uids;
use crate::model::words::messages;
use serde::{Deserialize, Serialize};

/// Copies of messages of a folder go into another one (COPY, RFC 9051, section 6.4.7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copy<P> {
    /// The folder in which they lie.
    pub folder: P,
    /// The identity of its numbering: in another one the UIDs are those of other messages.
    pub uid_validity: u32,
    /// The messages.
    pub uids: Uids,
    /// How long they are together, in bytes.
    pub size: u64,
    /// The folder that gets copies.
    pub to: P,
    /// Where these lie then, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<At>,
    /// The identity of the numbering there, and the number that its next message got, before anything was sent.
    #[serde(skip)]
    pub next: Option<(u32, u32)>,
    /// Where some of the messages went afterwards.
    #[serde(skip, default = "Vec::new")]
    pub went: Vec<Origin<P>>,
}

impl<P> Copy<P> {
    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Copy<Q>, E> {
        let went = self.went.into_iter().map(|origin| {
            Ok(Origin {
                folder: name(origin.folder)?,
                uid_validity: origin.uid_validity,
                uids: origin.uids,
            })
        });
        Ok(Copy {
            went: went.collect::<Result<_, E>>()?,
            folder: name(self.folder)?,
            uid_validity: self.uid_validity,
            uids: self.uids,
            size: self.size,
            to: name(self.to)?,
            at: self.at,
            next: self.next,
        })
    }
}

impl<P> Kind<P> for Copy<P> {
    fn folder(&self) -> &P {
        &self.folder
    }

    fn is_of_mail(&self) -> bool {
        true
    }
}

fn copies(n: u64) -> String {
    match n {
        1 => "1 copy".to_owned(),
        n => format!("{n} copies"),
    }
}

impl Planned for Copy<Place> {
    /// The copies go, where it is known which they are.
    fn reverse(&self) -> Option<Change> {
        let at = self.at.clone()?;
        Some(Change::Expunge(Expunge {
            folder: self.to.clone(),
            uid_validity: at.uid_validity,
            uids: at.uids,
            size: self.size,
            others: Uids::default(),
        }))
    }

    fn name(&self) -> &'static str {
        "copy"
    }

    fn facts(&self) -> Facts {
        let at = |at: &At| format!("{} in UIDVALIDITY {}", at.uids, at.uid_validity);
        Facts {
            to: Some(self.to.path.clone()),
            uid_validity: Some(self.uid_validity),
            uids: Some(self.uids.to_string()),
            messages: Some(self.uids.len()),
            after: self.at.as_ref().map(|there| at(there).into()),
            ..Facts::default()
        }
    }

    fn cells(&self) -> [String; 5] {
        [
            self.name().into(),
            self.folder.path.clone(),
            self.to.path.clone(),
            String::new(),
            messages(self.uids.len()),
        ]
    }

    fn line(&self, [verb, folder, to, _, messages]: [String; 5]) -> String {
        format!("{verb} {folder} → {to}: {messages}")
    }
}

impl<P> Logged for Copy<P> {
    fn in_log(name: &str, folder: &str, facts: &Facts) -> Option<String> {
        (name == "copy").then(|| {
            let to = facts.to.as_deref().unwrap_or_default();
            let messages = messages(facts.messages.unwrap_or_default());
            format!("copy {folder} → {to}: {messages}")
        })
    }
}

impl Written for Copy<String> {
    fn is_odd(&self) -> bool {
        self.to.is_empty() || self.to.contains(char::is_control)
    }

    /// The copies, beside the messages of which they are; where it was not written down which they are, all that may be
    /// some.
    fn meant(&self, there: &There) -> Option<Meant> {
        // Whoever took a move back has given it another number there.
        let own = Origin {
            folder: self.folder.clone(),
            uid_validity: self.uid_validity,
            uids: Uids::default(),
        };
        let origins = [&own].into_iter().chain(&self.went);
        let of = origins.filter_map(|origin| {
            Some(Origin {
                folder: there.only(&origin.folder).ok()?.place(),
                uid_validity: origin.uid_validity,
                uids: origin.uids.clone(),
            })
        });
        Some(Meant {
            place: there.only(&self.to).ok()?.place(),
            query: Query {
                uids: self
                    .at
                    .as_ref()
                    .map_or_else(Uids::default, |at| at.uids.clone()),
                ..Query::default()
            },
            aim: Aim::Twins {
                of: of.collect(),
                unchanged: true,
            },
        })
    }

    fn put_back<'a>(&'a self, back: &mut Back<'a>) {
        let folder = match back.there.only(&self.to) {
            Ok(folder) => folder,
            Err(missing) => return back.reversal.keep(&self.to, None, missing.words()),
        };
        let found = back.found.next().map(|lie| &lie.found);
        let lying = match found {
            Some(Ok(lying)) => lying,
            Some(Err(why)) => {
                let why = format!("its messages could not be looked at {why}");
                return back.reversal.keep(&self.to, None, why);
            }
            None => {
                let why = "nobody looked at its messages";
                return back.reversal.keep(&self.to, None, why);
            }
        };
        if back.there.mailbox.identity_names.reserve(&self.to) {
            let why = "no undo file deletes mail there";
            return back.reversal.keep(&self.to, None, why);
        }
        match &self.at {
            None => self.look_for(lying, back),
            Some(at) => self.take_away((&folder.place(), at), lying, back),
        }
    }
}

impl Copy<String> {
    /// Written down before anything was sent: what may be a copy is told, unless it is written down later.
    fn look_for<'a>(&'a self, lying: &Lying, back: &mut Back<'a>) {
        let (may_be, _) = back.copied.entry(&self.to).or_default();
        may_be.extend(lying.twins.keys());
    }

    /// Exactly the copies go that are as they were made, while their messages are there.
    fn take_away<'a>(&'a self, (to, at): (&Place, &At), lying: &Lying, back: &mut Back<'a>) {
        let (_, are) = back.copied.entry(&self.to).or_default();
        are.extend(at.uids.iter());
        let reversal = &mut back.reversal;
        if lying.uid_validity != at.uid_validity {
            let why = "it numbers its messages anew since then: the copies that came into it cannot be told";
            return reversal.keep(&self.to, None, why);
        }
        let there = |uid: &u32| lying.all.contains(*uid);
        let is_twin = |uid: &u32| lying.twins.contains_key(uid);
        let gone: Uids = at.uids.iter().filter(|uid| !there(uid)).collect();
        let stay: Uids = at
            .uids
            .iter()
            .filter(|uid| there(uid) && !is_twin(uid))
            .collect();
        let uids: Uids = at
            .uids
            .iter()
            .filter(|uid| there(uid) && is_twin(uid))
            .collect();
        if gone.len() == at.uids.len() {
            reversal.already += 1;
            return;
        }
        if !gone.is_empty() {
            let why = format!(
                "{} made there {} not there any more: UID {gone}",
                copies(gone.len()),
                if gone.len() == 1 { "is" } else { "are" },
            );
            reversal.keep(&self.to, None, why);
        }
        if !stay.is_empty() {
            let why = format!(
                "{} made there {}: what they are copies of is not where it was left, or they carry something else \
                 since: UID {stay}",
                copies(stay.len()),
                if stay.len() == 1 { "stays" } else { "stay" },
            );
            reversal.keep(&self.to, None, why);
        }
        if uids.is_empty() {
            return;
        }
        let sizes = lying.dated.iter().filter(|one| uids.contains(one.uid));
        reversal.put(Change::Expunge(Expunge {
            folder: to.clone(),
            uid_validity: at.uid_validity,
            size: sizes.map(|one| one.size).sum(),
            uids,
            others: Uids::default(),
        }));
    }
}

/// Names those that may be copies, and of which nobody wrote down whether they were made.
pub(crate) fn unwritten(back: &mut Back) {
    for (to, (may_be, are)) in std::mem::take(&mut back.copied) {
        let uids: Uids = may_be.difference(&are).copied().collect();
        if uids.is_empty() {
            continue;
        }
        let why = format!(
            "{} there: nobody wrote down whether that run made {}, as it broke off: UID {uids}",
            match uids.len() {
                1 => "1 copy lies".to_owned(),
                n => format!("{n} copies lie"),
            },
            if uids.len() == 1 { "it" } else { "them" },
        );
        back.reversal.keep(to, None, why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::dated::Dated;
    use crate::model::messages::Lie;

    fn copy(at: Option<&str>) -> Copy<String> {
        Copy {
            folder: "INBOX".to_owned(),
            uid_validity: 7,
            uids: "1:3".parse().unwrap(),
            size: 30,
            to: "Books".to_owned(),
            at: at.map(|at| At {
                uid_validity: 9,
                uids: at.parse().unwrap(),
            }),
            next: None,
            went: Vec::new(),
        }
    }

    /// What undoing comes to where `there` lie in the folder, of which some are `twins` of those with the same last
    /// digit: what is deleted, how much is so already, and why something stays.
    fn undone(
        done: &[Copy<String>],
        uid_validity: u32,
        there: &str,
        twins: &[u32],
    ) -> (Vec<String>, usize, Vec<String>) {
        let mut state = mailbox(&[("INBOX", &[]), ("Books", &[])]);
        let all: Uids = there.parse().unwrap_or_default();
        let dated = all.iter().map(|uid| Dated {
            uid,
            size: 10,
            day: None,
            is_future: false,
        });
        let lie = Lie {
            place: state.folders[1].place(),
            found: Ok(Lying {
                uid_validity,
                dated: dated.collect(),
                all,
                twins: twins.iter().map(|uid| (*uid, uid % 10)).collect(),
                ..Lying::default()
            }),
        };
        state.messages = vec![lie; done.len()];
        assert!(
            done.iter()
                .all(|copy| copy.meant(&There::new(&state)).is_some())
        );
        let mut back = Back::new(&state, &|_| None);
        for copy in done {
            copy.put_back(&mut back);
        }
        unwritten(&mut back);
        let told = |change: &Change| match change {
            Change::Expunge(gone) => format!("{} {} {}", gone.folder.path, gone.uids, gone.size),
            other => format!("{other:?}"),
        };
        let changes = back.reversal.plan.changes.iter().map(told).collect();
        let why = back.reversal.kept.into_iter().map(|kept| kept.why);
        (changes, back.reversal.already, why.collect())
    }

    #[test]
    fn exactly_the_copies_go_that_are_as_they_were_made() {
        let all = [11, 12, 13];
        let made = [copy(None), copy(Some("11:13"))];
        let (gone, _, why) = undone(&made, 9, "5,11:14", &all);
        assert_eq!((gone, why), (vec!["Books 11:13 30".to_owned()], Vec::new()));
        let (gone, _, why) = undone(&made, 9, "12:13", &[12]);
        assert_eq!(gone, ["Books 12 10"]);
        assert!(why[0].ends_with("any more: UID 11") && why[1].ends_with("UID 13"));
        assert_eq!(undone(&made, 9, "", &[]).1, 1, "they are gone already");
        let (gone, _, why) = undone(&made, 8, "11:13", &all);
        assert!(gone.is_empty() && why[0].contains("anew"), "{why:?}");
    }

    #[test]
    fn what_nobody_wrote_down_stays_and_is_told() {
        let (gone, _, why) = undone(&[copy(None)], 9, "11:12", &[12]);
        assert!(gone.is_empty());
        assert!(why[0].contains("nobody wrote down") && why[0].ends_with("UID 12"));
        let (gone, _, why) = undone(&[copy(None)], 9, "11:12", &[]);
        assert!(gone.is_empty() && why.is_empty());
    }

    #[test]
    fn a_file_holds_where_the_copies_lie_and_the_log_tells_of_them() {
        let text = r#"{"change":"copy","folder":"INBOX","uid_validity":7,"uids":"1:3","size":30,"to":"Books","at":{"uid_validity":9,"uids":"11:13"}}"#;
        let change: Change<String> = serde_json::from_str(text).unwrap();
        assert_eq!(change, Change::Copy(copy(Some("11:13"))));
        assert_eq!(serde_json::to_string(&change).unwrap(), text);
        assert!(change.takes_messages());
        let facts = Facts {
            to: Some("Books".to_owned()),
            messages: Some(3),
            ..Facts::default()
        };
        assert_eq!(
            Copy::<Place>::in_log("copy", "INBOX", &facts).unwrap(),
            "copy INBOX → Books: 3 messages"
        );
    }
}
