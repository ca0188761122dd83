//! What else to know of a grant or a revocation that was done.

use super::told::Told;
use crate::decide;
use crate::model::command::command;
use crate::model::identity::Identity;
use crate::model::level::{Level, Naming};
use crate::model::proof::Proof;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use crate::model::wish::{Access, Scope};
use crate::model::words::count;
use crate::observe::sent_folder::{lacks_sent_folder, make_sent_folder};
use crate::report::access::change::{MemberReport, may_send};
use crate::report::access::unseen::Unseen;

/// Seen on Dovecot: a folder that is selected stays readable for as long as the session lasts.
pub const OPEN_SESSIONS: &str =
    "a mail program that is open right now may go on reading until it reconnects";

impl Told<'_> {
    /// What else to know: full access gives no right to send, a reader may still hold one, and an
    /// open session goes on.
    pub(crate) fn notes(&self, members: &[MemberReport], warnings: &[String]) -> Vec<String> {
        let changed = members.iter().any(|member| member.changed > 0);
        let mut notes: Vec<String> = self
            .manner
            .note
            .filter(|_| changed)
            .map(str::to_owned)
            .into_iter()
            .collect();
        if self.wish.folders == Scope::Every {
            let who = self.wish.who.iter();
            notes.extend(who.filter_map(|who| left_alone(self.state, who)));
        }
        notes.extend(promised_only(self.state, self.wish.access));
        let mute = members
            .iter()
            .find(|member| !member.undone && member.identities.is_empty());
        if let (Access::Level(Level::FullAccess), Some(member)) = (self.wish.access, mute) {
            notes.push(format!(
                "full access gives no right to send; this does: {}",
                command(["grant", &self.state.name, &member.who, "--send-as"])
            ));
        }
        if let Access::Level(level) = self.wish.access {
            notes.extend(self.of_level(level, members));
        }
        if self.wish.access == Access::Level(Level::ReadOnly) {
            notes.extend(members.iter().filter_map(|member| self.still_sends(member)));
        }
        if !self.unkept.is_failure() && warnings.is_empty() {
            notes.extend(self.unkept.note());
        }
        if members.iter().any(|member| !member.identities.is_empty()) {
            notes.extend(self.nowhere_to_file());
        }
        notes.extend(self.not_asked_of_smtp(members));
        notes.extend(self.unseen(members).note());
        notes.extend(members.iter().filter_map(|member| self.mistyped(member)));
        notes
    }

    /// That the entry alone was proved, and who tells the rest.
    fn not_asked_of_smtp(&self, members: &[MemberReport]) -> Option<String> {
        let given = |member: &&MemberReport| {
            let mut held = member.identities.iter();
            let asked = held.any(|identity| self.asked.give.contains(identity));
            member.changed > 0 && asked
        };
        let member = members.iter().find(given)?;
        let who = Who::parse(&member.who, None);
        // A group does not log in.
        if !matches!(who, Ok(Who::Person(_) | Who::Identifier(_))) {
            return None;
        }
        let asks = command(["can-send", &self.state.name, &member.who]);
        let proved = match member.proof {
            Proof::Verified { .. } => "proved over IMAP",
            _ => "written down over IMAP",
        };
        let then = match self.provider.profile().smtp {
            Some(_) => format!("{asks} asks it"),
            None => format!(
                "{asks} asks it, once the profile has an smtp section, and {} prints the table that it \
                 goes by",
                command(["identities", "--format", "postfix"])
            ),
        };
        Some(format!(
            "that is {proved}; whether the SMTP server lets them send is its own decision: {then}"
        ))
    }

    /// Those who may read now and may see nothing of it.
    pub(super) fn unseen(&self, members: &[MemberReport]) -> Unseen {
        let mut unseen = Unseen::default();
        let gives = matches!(self.wish.access, Access::Level(_) | Access::Rights(_));
        if self.manner.subscribe || !gives {
            return unseen;
        }
        for member in members {
            if member.changed > 0 && member.rights.has('l') {
                let (who, identifier) = (&member.who, &member.identifier);
                unseen.add(self.state, who, identifier, &member.proof);
            }
        }
        unseen
    }

    /// Whom somebody who holds nothing was probably meant to be.
    fn mistyped(&self, member: &MemberReport) -> Option<String> {
        let held_nothing = member.level == Some(Naming::None) && !member.had;
        let is_nobody = matches!(member.proof, Proof::Nothing { .. });
        if !is_nobody && !held_nothing {
            return None;
        }
        let near = decide::alike([self.state], &member.who)?;
        Some(format!("{}: did you mean {near}?", member.who))
    }

    /// That whoever may send now would find no folder for the copies.
    fn nowhere_to_file(&self) -> Option<String> {
        let asked = !self.asked.give.is_empty();
        (asked && lacks_sent_folder(self.state, self.provider)).then(|| {
            format!(
                "{} has no Sent folder for the copies of what is sent; this makes it: {}",
                self.state.name,
                make_sent_folder(self.state)
            )
        })
    }

    /// What a reader may do who was not given it in the same breath.
    fn still_sends(&self, member: &MemberReport) -> Option<String> {
        let old = |identity: &&Identity| !self.wish.give.contains(identity);
        let held: Vec<Identity> = member.identities.iter().filter(old).copied().collect();
        let mut words = ["revoke", &self.state.name, &member.who]
            .map(str::to_owned)
            .to_vec();
        words.extend(held.iter().map(|identity| format!("--{}", identity.name())));
        let note = format!(
            "{} still {}; this takes it away: {}",
            member.who,
            may_send(&held, &self.state.name),
            command(words)
        );
        (!held.is_empty()).then_some(note)
    }
}

/// That what a level gave rests on what the server's capabilities promise.
fn promised_only(state: &Mailbox, access: Access) -> Option<String> {
    let why = state.vocabulary.untold.as_ref()?;
    matches!(access, Access::Level(_)).then(|| {
        format!("the server did not say which rights it knows {why}: the level is made of those that its capabilities promise")
    })
}

/// That `who` holds something on folders without mail, which nobody touches unasked.
pub(crate) fn left_alone(state: &Mailbox, who: &Who) -> Option<String> {
    let folders = state.left_alone(who);
    let first = folders.first()?;
    let words = [
        "revoke",
        &state.name,
        &who.to_string(),
        "--folder",
        &first.path,
    ];
    Some(format!(
        "{who} holds something on {}, which hold no mail and are left alone ({:?}, …); by name it \
         is taken away: {}",
        count(folders.len(), "folder"),
        first.path,
        command(words)
    ))
}
