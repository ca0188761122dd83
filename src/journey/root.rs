//! The root of a mailbox that is not there yet: the folder that is the mailbox itself.

use crate::apply;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::change::Change;
use crate::model::change::Create;
use crate::model::command::command;
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::outcome::failure;
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::{Place, Plan};
use crate::model::state::Mailbox;
use crate::profile::Section;
use crate::reach::{Opened, Provider, Reach};

/// What a program that makes an account changes, as it is written down.
pub fn account(name: &MailboxName) -> Plan {
    let folder = Place {
        path: "INBOX".to_owned(),
        wire: WireName::inbox(),
    };
    Plan {
        mailbox: name.to_string(),
        changes: vec![Change::Create(Create {
            folder,
            special_use: None,
        })],
    }
}

/// `missing`, with what would make such an account, where the profile names no program for it.
pub fn by_hand(missing: Error, provider: &Provider, name: &MailboxName) -> Error {
    let profile = provider.profile();
    if profile.accounts.create.is_some() || !matches!(name, MailboxName::Address(_)) {
        return missing;
    }
    missing.hint_too(format!(
        "a program named in the profile can make it: create under {}",
        profile.head(Section::Accounts)
    ))
}

/// The change that makes the mailbox itself.
pub fn root_change(opened: &Opened) -> Change {
    let folder = Place {
        path: "INBOX".to_owned(),
        wire: opened.tree.root().clone(),
    };
    Change::Create(Create {
        folder,
        special_use: None,
    })
}

/// Makes the mailbox itself, and opens it: under the name that the server made of it.
pub fn make_root(
    provider: &Provider,
    mut opened: Opened,
    name: &MailboxName,
    root: &Plan,
    outcome: &mut Outcome,
) -> Result<Opened> {
    let made = apply::unread(provider, &mut opened, root)?;
    let (cut_short, fate) = match made.changes.into_iter().next() {
        Some((_, fate)) => (made.cut_short, fate),
        None => (made.cut_short, Fate::NotTried),
    };
    if let Fate::Refused(_) = fate {
        let why = failure(&fate).unwrap_or_default();
        let error = Error::new(
            Exit::Refused,
            format!("the mailbox could not be made: {why}"),
        );
        return Err(error.about(name.to_string()).hint(
            "accounts are made at the provider itself where IMAP may not make them; then sharemail \
             create adds the folders",
        ));
    }
    // Whatever was said or not: a session that opens it shows that it is there, and then all is well.
    let opened = provider
        .open(name)
        .map_err(|error| unopened(error, name, root, &fate, cut_short))?;
    let changes = root.changes.iter();
    outcome
        .changes
        .extend(changes.map(|change| (change.clone(), Fate::Done)));
    Ok(opened)
}

/// What `error` says of a mailbox that was to be made, after an answer that came to `fate`.
fn unopened(
    error: Error,
    name: &MailboxName,
    root: &Plan,
    fate: &Fate,
    cut_short: Option<String>,
) -> Error {
    let why = cut_short.unwrap_or_else(|| "no answer came".to_owned());
    let told = match (fate, error.exit()) {
        (Fate::Done, Exit::NotFound) => {
            let made = root.changes.first();
            let made = made.map(|change| change.folder().wire.to_unicode());
            let what = format!(
                "the server made {:?} and shows no mailbox of that name: it leaves the domain out",
                made.unwrap_or_default()
            );
            Error::new(Exit::NotFound, what).hint(format!(
                "{} shows what it made; set domain in the profile to that domain",
                command(["list"])
            ))
        }
        (Fate::NotTried, _) | (Fate::Unknown(_), Exit::NotFound) => Error::new(
            Exit::Unreachable,
            format!("the mailbox was not made: {why}"),
        ),
        (Fate::Done, _) => {
            let what = format!("the mailbox was made, and could not be opened since: {error}");
            Error::new(Exit::Partly, what).hint(goes_on(name))
        }
        _ => {
            let what = format!("whether the mailbox was made is not known: {why}; {error}");
            Error::new(Exit::Partly, what).hint(goes_on(name))
        }
    };
    told.about(name.to_string())
}

fn goes_on(name: &MailboxName) -> String {
    format!(
        "{} looks again, and makes what is missing then",
        command(["create", &name.to_string()])
    )
}

/// A mailbox that is not there yet.
pub fn nothing(opened: &Opened) -> Mailbox {
    Mailbox {
        owner: opened.owner.clone(),
        identity_names: opened.identity_names.clone(),
        takes_limits: opened.session.takes_limits(),
        keeps_special_uses: opened.owner.is_some() && opened.session.keeps_special_uses(),
        ..Mailbox::named(opened.name.to_string(), opened.dialect.clone())
    }
}

/// Whether the mailbox is an account of its own, which IMAP can neither make nor remove.
pub fn is_account(opened: &Opened) -> bool {
    let courier = opened.dialect.family == Family::Courier;
    courier || matches!(opened.reach, Reach::Impersonate { .. })
}
