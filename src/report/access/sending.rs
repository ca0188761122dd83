//! Whether WHO may send for the mailbox, why not, and what would change that.

use super::case::Case;
use super::effective::Way;
use super::remark::{Mend, Remark};
use crate::model::effect::FolderEffect;
use crate::model::identity::{Identity, Standing};
use crate::model::rights::Rights;

/// What there is to say of the identities of WHO.
pub struct Sending {
    /// Those that she holds.
    pub held: Vec<Identity>,
    /// In sentences.
    pub remarks: Vec<Remark>,
}

impl Case<'_> {
    /// The identities of WHO: by what a session of her own may do with the folders that keep them
    /// (`seen`), else by the entries alone.
    pub fn sending(&self, seen: Option<&[FolderEffect]>) -> Sending {
        let mut held = Vec::new();
        let mut remarks = Vec::new();
        // The owner sends as herself, and nobody needs to tell her so.
        if self.state.is_keeper(self.identifier) || self.takes_away() {
            return Sending { held, remarks };
        }
        for identity in Identity::ALL {
            let path = self.state.identity_names.path(identity);
            let rights = seen.map(|seen| {
                let mut seen = seen.iter();
                let folder = seen.find(|folder| folder.path == path);
                folder.map(|folder| folder.rights).unwrap_or_default()
            });
            let verdict = self.verdict(identity, rights);
            if verdict.is_ok() {
                held.push(identity);
            }
            // Whoever may send as the mailbox need not do so on its behalf.
            let needless = identity == Identity::SendOnBehalf && held == [Identity::SendAs];
            match verdict {
                Ok(says) => remarks.push(Remark { says, mend: None }),
                Err(remark) if !needless => remarks.push(remark),
                Err(_) => {}
            }
        }
        Sending { held, remarks }
    }

    /// Whether WHO may, or why not, in sentences whose subject is WHO.
    fn verdict(&self, identity: Identity, rights: Option<Rights>) -> Result<String, Remark> {
        let may = match identity {
            Identity::SendAs => "send as the mailbox",
            Identity::SendOnBehalf => "send on its behalf",
        };
        let no = |why: String, mend: Mend| Remark {
            says: format!("may not {may}: {why}"),
            mend: Some(mend),
        };
        let grant = || Mend::Give(identity);
        let vocabulary = &self.state.vocabulary;
        let names_her = self
            .state
            .identities_of(self.identifier)
            .contains(&identity);
        match (self.state.standing(identity), rights) {
            (Standing::Disbelieved(intruders), _) => {
                let who = intruders.first().map(ToString::to_string);
                let why = format!("what says so is not believed ({})", who.unwrap_or_default());
                Err(no(why, Mend::Check))
            }
            (Standing::Unknown(unread), _) => {
                let why = unread.first().map(ToString::to_string).unwrap_or_default();
                Err(Remark {
                    says: format!("whether they may {may} is not known: {why}"),
                    mend: Some(Mend::Look),
                })
            }
            (_, Some(rights)) if !Identity::leaves_alone(rights) => Err(Remark {
                says: format!(
                    "could give themselves the right to {may}: the server gives {rights} on {:?} \
                     although no entry says so",
                    self.state.identity_names.path(identity)
                ),
                mend: Some(Mend::Doctor),
            }),
            (_, Some(rights)) if Identity::is_held_by(rights, vocabulary) => Ok(if names_her {
                format!("may {may}")
            } else {
                format!("may {may}, through {}", self.others(identity))
            }),
            (_, None) if names_her => Ok(format!("may {may}, by the entries")),
            _ if names_her => {
                let why = "their entry gives it, and the server does not".to_owned();
                Err(no(why, grant()))
            }
            (_, None) if !self.others(identity).is_empty() => {
                let why = format!("only members of {} may", self.others(identity));
                Err(no(why, grant()))
            }
            _ => Err(no("no entry gives it to them".to_owned(), grant())),
        }
    }

    /// The groups, and names for everybody, that hold `identity`.
    fn others(&self, identity: Identity) -> String {
        let Standing::Holders(holders) = self.state.standing(identity) else {
            return String::new();
        };
        let may_count = |name: &&str| matches!(self.way(name), Some(Way::Group | Way::Everybody));
        let counting = holders.iter().map(String::as_str).filter(may_count);
        let names: Vec<String> = counting.map(|name| self.state.dialect.who(name)).collect();
        names.join(" or ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::level::Levels;
    use crate::model::state::Mailbox;

    const ALICE: &str = "alice@example.com";

    fn state(send_as: &[(&str, &str)]) -> Mailbox {
        let mut state = mailbox(&[
            ("INBOX", &[(ALICE, "lrs")]),
            ("Identities", &[]),
            ("Identities/Send As", send_as),
            ("Identities/Send on Behalf", &[]),
        ]);
        state.part_identity_folders();
        state
    }

    /// What is said of alice's right to send as the mailbox, where MYRIGHTS shows her `rights`.
    fn said(state: &Mailbox, rights: Option<&str>) -> (Vec<Identity>, Remark) {
        let case = Case {
            state,
            levels: &Levels::default(),
            identifier: ALICE,
            folders: &[],
        };
        let seen = rights.map(|rights| {
            vec![FolderEffect {
                path: "Identities/Send As".to_owned(),
                rights: Rights::parse(rights).unwrap(),
                ..FolderEffect::default()
            }]
        });
        let Sending { held, remarks } = case.sending(seen.as_deref());
        (held, remarks[0].clone())
    }

    #[test]
    fn a_holder_may_and_others_are_told_the_command() {
        let (held, remark) = said(&state(&[(ALICE, "lp")]), Some("lp"));
        assert_eq!(
            (held, remark.says.as_str()),
            (vec![Identity::SendAs], "may send as the mailbox")
        );
        let (held, remark) = said(&state(&[]), Some(""));
        assert_eq!(held, []);
        assert_eq!(remark.mend, Some(Mend::Give(Identity::SendAs)));
    }

    #[test]
    fn a_group_is_named_and_counts_only_where_a_session_shows_it() {
        let group = state(&[("$team", "lp")]);
        let (held, remark) = said(&group, Some("lp"));
        assert_eq!(held, [Identity::SendAs]);
        assert!(remark.says.ends_with("through group:team"), "{remark:?}");
        let (held, remark) = said(&group, None);
        assert_eq!(held, []);
        assert!(remark.says.contains("members of group:team"), "{remark:?}");
    }

    #[test]
    fn what_is_not_believed_or_not_protected_is_no_identity() {
        let forged = state(&[(ALICE, "lp"), ("mallory@example.com", "lpa")]);
        let (held, remark) = said(&forged, Some("lp"));
        assert_eq!((held, remark.mend), (vec![], Some(Mend::Check)));
        let (held, remark) = said(&state(&[]), Some("lrswipkxtea"));
        assert_eq!(held, []);
        assert!(
            remark.says.starts_with("could give themselves"),
            "{remark:?}"
        );
    }
}
