//! What can be done with the mail of a mailbox: whether labels last, and how messages are moved and removed.

use super::Examination;
use super::mailbox::Patient;
use super::told::{fails, unknown, warning, works};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{FirstLook, Session};
use crate::model::dialect::Family;
use crate::model::label::{LONGEST_ON_DOVECOT, MOST_IN_MAILDIR, Permits};
use crate::model::pace::Pace;
use crate::observe::{self, Ask};
use crate::profile::Profile;
use crate::reach::{Opened, Provider};
use crate::report::doctor::Finding;

const LABELS: &str = "labels";
const MOVING: &str = "mail archive, rule run";

impl Examination {
    /// Looks at it in a session that may read and change mail, which is the owner's on Cyrus.
    pub(super) fn mail(&mut self, patient: Option<&Patient>, provider: &Provider) {
        let Some(patient) = patient else {
            let says = "no mailbox was there to try it with";
            [LABELS, MOVING]
                .into_iter()
                .for_each(|subject| self.note(unknown(subject, says)));
            return;
        };
        let name = &patient.opened.name;
        match provider.open_for_mail(name, &FirstLook::default()) {
            Ok(mut opened) => {
                self.note(labels(&mut opened, provider.profile()));
                self.note(moving(&opened.session));
                opened.session.hang_up();
            }
            Err(error) => {
                let says = format!("nobody could look: {error}");
                [LABELS, MOVING]
                    .into_iter()
                    .for_each(|subject| self.note(unknown(subject, &says)));
            }
        }
    }
}

fn labels(opened: &mut Opened, profile: &Profile) -> Finding {
    let permits = match permits(opened, profile) {
        Ok(Some(permits)) => permits,
        Ok(None) => {
            let says =
                "every folder holds mail, and asking there takes from others which of it is new";
            return unknown(LABELS, says).change("ask in one: sharemail label check support@");
        }
        Err(error) => return unknown(LABELS, format!("nobody could look: {error}")),
    };
    if !permits.new && permits.named.is_empty() {
        return fails(LABELS, "whoever opens the mailbox can keep none there")
            .change("grant it the right w, or use reach = \"impersonate\"");
    }
    if !permits.new {
        let says = format!(
            "the server keeps no new ones, and only {} that it names",
            permits.named.len()
        );
        return warning(LABELS, says);
    }
    match opened.dialect.family {
        Family::Dovecot if profile.max_keywords.is_none() => works(
            LABELS,
            format!(
                "are kept: {LONGEST_ON_DOVECOT} characters at most, and {MOST_IN_MAILDIR} different ones in a \
                 folder, as a Maildir loses more with the server's index"
            ),
        )
        .change("where mail is not kept in Maildirs, say max-keywords in the profile"),
        Family::Dovecot => {
            let says = format!("are kept: {LONGEST_ON_DOVECOT} characters at most");
            works(LABELS, says)
        }
        Family::Courier => warning(
            LABELS,
            "are kept, but one that another program gives in the same moment can be lost",
        ),
        _ => works(LABELS, "are kept"),
    }
}

/// Which flags a folder of the mailbox keeps; nothing where none is empty. That tells SELECT alone, which takes from
/// others that messages are new (`\Recent`, RFC 3501, section 2.3.2): where there are none, it takes nothing.
fn permits(opened: &mut Opened, profile: &Profile) -> Result<Option<Permits>> {
    let ask = Ask {
        messages: true,
        ..Ask::default()
    };
    let state = observe::mailbox(opened, ask, &profile.imap.user, &Pace::unattended())?;
    let mut folders = state.folders.iter();
    let Some(empty) = folders.find(|folder| folder.messages == Some(0)) else {
        return Ok(None);
    };
    let selected = opened.session.select(&empty.wire)?;
    let selected = selected.map_err(|refusal| {
        Error::new(Exit::Refused, refusal.to_string()).about(opened.name.to_string())
    })?;
    Ok(Some(selected.permits))
}

fn moving(session: &Session) -> Finding {
    match (session.moves(), session.removes_exactly()) {
        (true, true) => works(
            MOVING,
            "messages are moved by MOVE, and exactly those that are meant are removed (UIDPLUS)",
        ),
        (true, false) => warning(
            MOVING,
            "messages are moved by MOVE; none is removed, as this server cannot remove single ones (UIDPLUS)",
        ),
        (false, true) => works(
            MOVING,
            "messages are copied, compared, and then exactly those are removed (UIDPLUS, without MOVE)",
        ),
        (false, false) => fails(
            MOVING,
            "messages stay where they are: the server has neither MOVE nor UIDPLUS",
        ),
    }
}
