//! Members who may read now, and whose mail programs may show them nothing of it.

use crate::model::command::command;
use crate::model::dialect::{Family, Reading};
use crate::model::proof::Proof;
use crate::model::state::Mailbox;
use crate::model::words::count;

const SAYS: &str = "many mail programs show nothing until the folders are subscribed";

/// Whom nobody has subscribed to what they see since this run.
#[derive(Clone, Debug, Default)]
pub struct Unseen {
    /// Those whose sessions showed it, mailbox by mailbox.
    members: Vec<(String, Vec<String>)>,
    /// Whether there are some whom nobody else can subscribe.
    alone: bool,
}

impl Unseen {
    /// Adds somebody who was given something to be listed on `mailbox`; `proof` is what her own session
    /// showed.
    pub fn add(&mut self, mailbox: &Mailbox, who: &str, identifier: &str, proof: &Proof) {
        let sees = match proof {
            Proof::Verified { path, listed, .. } => path.is_some() && *listed,
            Proof::Partly { .. } => true,
            _ => false,
        };
        let dialect = &mailbox.dialect;
        if sees {
            self.put(&mailbox.name, [who.to_owned()]);
        } else if dialect.family == Family::Courier {
            // Nobody has a session as her there.
            self.alone |= matches!(dialect.read(identifier), Reading::Person(_));
        }
    }

    /// Adds all that `other` holds.
    pub fn extend(&mut self, other: Self) {
        self.alone |= other.alone;
        for (mailbox, members) in other.members {
            self.put(&mailbox, members);
        }
    }

    fn put(&mut self, mailbox: &str, who: impl IntoIterator<Item = String>) {
        let found = self.members.iter().position(|(name, _)| name == mailbox);
        let place = found.unwrap_or(self.members.len());
        if found.is_none() {
            self.members.push((mailbox.to_owned(), Vec::new()));
        }
        if let Some((_, members)) = self.members.get_mut(place) {
            for who in who {
                if !members.contains(&who) {
                    members.push(who);
                }
            }
        }
    }

    /// What to do about it, in one sentence however many they are.
    pub fn note(&self) -> Option<String> {
        let Some((mailbox, members)) = self.members.first() else {
            let alone = || format!("{SAYS}, which they do in the program itself");
            return self.alone.then(alone);
        };
        let words = ["folder", "subscribe", mailbox].map(str::to_owned);
        let subscribes = command(words.into_iter().chain(members.iter().cloned()));
        let more = match self.members.len() - 1 {
            0 => String::new(),
            n => format!(", and likewise on {} more", count(n, "mailbox")),
        };
        Some(format!("{SAYS}: {subscribes}{more}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::rights::Rights;

    fn seen(listed: bool) -> Proof {
        Proof::Verified {
            login: "alice".to_owned(),
            path: Some("shared/support".to_owned()),
            listed,
            only_stored: Rights::NONE,
        }
    }

    #[test]
    fn one_sentence_tells_of_all() {
        let mut state = mailbox(&[]);
        let mut all = Unseen::default();
        assert_eq!(all.note(), None);
        for (name, who) in [
            ("a@x.test", "alice"),
            ("b@x.test", "bob"),
            ("a@x.test", "bob"),
        ] {
            state.name = name.to_owned();
            let mut one = Unseen::default();
            one.add(&state, who, who, &seen(true));
            one.add(&state, "carol", "carol", &seen(false));
            all.extend(one);
        }
        let told = all.note().unwrap();
        let says = format!(
            "{SAYS}: sharemail folder subscribe a@x.test alice bob, and likewise on 1 mailbox more"
        );
        assert_eq!(told, says);
    }

    #[test]
    fn whom_nobody_can_subscribe_is_told_so() {
        let mut state = mailbox(&[]);
        state.dialect.family = Family::Courier;
        let mut all = Unseen::default();
        let why = "no session".to_owned();
        all.add(&state, "alice", "alice", &Proof::NotVerified { why });
        assert!(all.note().unwrap().ends_with("in the program itself"));
    }
}
