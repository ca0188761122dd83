//! As what somebody sends: Send As if she holds it, else Send on Behalf, else not at all.

use super::sending::{Begun, Sending};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::Address;
use crate::model::command::command;
use crate::model::dialect::Family;
use crate::model::identity::Identity;
use crate::model::login::Side;
use crate::output::Output;
use crate::reach::{Held, MemberView};

/// Who sends as what, if she insists on one, and her own session where she was asked: over IMAP, unless the
/// profile leaves it to the SMTP server.
///
/// # Errors
/// [`Exit::Refused`] where she holds nothing that would do, and whatever asking may meet.
pub fn sending(
    insists: Option<Identity>,
    mailbox: Address,
    begun: &Begun,
    output: &Output,
) -> Result<(Sending, Option<MemberView>)> {
    let (provider, person) = (&begun.provider, begun.person.clone());
    let profile = provider.profile();
    let on_imap = profile.identity_check == Side::Imap;
    let (identity, session) = if !on_imap {
        (insists.unwrap_or(Identity::SendAs), None)
    } else if person == mailbox && insists != Some(Identity::SendOnBehalf) {
        // The mailbox's own login needs nobody's permission, and the copy goes in as she.
        let session = provider.sender(&person, &mailbox)?;
        (Identity::SendAs, Some(session))
    } else {
        let mut session: MemberView = provider.sender(&person, &mailbox)?;
        let held = session.held(&profile.identities)?;
        let refused = || {
            let family = session.session.server_family();
            refused(&held, insists, &mailbox, begun, family)
        };
        let identity = choose(&held, insists).ok_or_else(refused)?;
        (identity, Some(session))
    };
    output.detail(&format!("{person} sends: {identity} for {mailbox}"));
    let login = session.as_ref().map(|session| session.login.as_str());
    let sending = Sending {
        called: begun.called(login),
        mailbox,
        person,
        identity,
    };
    Ok((sending, session))
}

/// Whoever may send as the mailbox may do the lesser thing only if she was given that too: the
/// two are apart.
fn choose(held: &Held, insists: Option<Identity>) -> Option<Identity> {
    let mut wanted = Identity::ALL.into_iter();
    wanted.find(|identity| {
        insists.is_none_or(|insisted| insisted == *identity) && held.identities.contains(identity)
    })
}

fn refused(
    held: &Held,
    insists: Option<Identity>,
    mailbox: &Address,
    begun: &Begun,
    family: Family,
) -> Error {
    let person = &begun.person;
    let wanted = insists.map_or("Send As nor Send on Behalf".to_owned(), |i| i.to_string());
    let what = match insists {
        Some(_) => format!("{person} does not hold {wanted} on {mailbox}: nothing was sent"),
        None => format!("{person} holds neither {wanted} on {mailbox}: nothing was sent"),
    };
    let error = Error::new(Exit::Refused, what);
    if let Some(folder) = &held.changeable {
        return error.hint(format!(
            "{person} could change {folder:?}, so that it is not believed: {}",
            command(["check", &mailbox.to_string()])
        ));
    }
    // Whoever keeps the mailboxes for a program to send from, such as one that cron runs, is no member.
    let as_itself = insists != Some(Identity::SendOnBehalf) && begun.is_unnamed;
    if as_itself && begun.acts_as(mailbox) {
        return error.hint(format!(
            "add --user {mailbox}: {} may act as the mailbox, which needs nobody's permission to send",
            begun.provider.profile().imap.user
        ));
    }
    let option = match insists {
        Some(Identity::SendOnBehalf) => "--send-on-behalf",
        _ => "--send-as",
    };
    let who = begun.provider.granted_as(person, family);
    error.hint(format!(
        "an administrator gives it: {}; --user NAME sends as somebody else",
        command(["grant", &mailbox.to_string(), &who, option])
    ))
}
