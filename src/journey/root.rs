//! The root of a mailbox that is not there yet: the folder that is the mailbox itself.

use crate::apply;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::command::command;
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::level::Vocabulary;
use crate::model::outcome::failure;
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::{Change, Place, Plan};
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
        changes: vec![Change::Create {
            folder,
            special_use: None,
        }],
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
    Change::Create {
        folder,
        special_use: None,
    }
}

/// Makes the mailbox itself, and opens it: under the name that the server made of it.
pub fn make_root(
    provider: &Provider,
    mut opened: Opened,
    name: &MailboxName,
    root: &Plan,
    outcome: &mut Outcome,
) -> Result<Opened> {
    let mut made = apply::unread(provider, &mut opened, root)?;
    outcome.cut_short = made.cut_short.take();
    if let Some((_, fate @ Fate::Refused(_))) = made.changes.first() {
        let why = failure(fate).unwrap_or_default();
        let error = Error::new(
            Exit::Refused,
            format!("the mailbox could not be made: {why}"),
        );
        return Err(error.about(name.to_string()).hint(
            "accounts are made at the provider itself where IMAP may not make them; then sharemail \
             create adds the folders",
        ));
    }
    let opened = provider.open(name).map_err(|error| {
        if error.exit() != Exit::NotFound {
            return error;
        }
        let made = root
            .changes
            .first()
            .map(|change| change.folder().wire.to_unicode());
        let what = format!(
            "the server made {:?} and shows no mailbox of that name: it leaves the domain out",
            made.unwrap_or_default()
        );
        Error::new(Exit::NotFound, what)
            .about(name.to_string())
            .hint(format!(
                "{} shows what it made; set domain in the profile to that domain",
                command(["list"])
            ))
    })?;
    outcome.changes.extend(
        made.changes
            .into_iter()
            .map(|(change, _)| (change, Fate::Done)),
    );
    Ok(opened)
}

/// A mailbox that is not there yet.
pub fn nothing(opened: &Opened) -> Mailbox {
    Mailbox {
        name: opened.name.to_string(),
        owner: opened.owner.clone(),
        administrator: None,
        login: String::new(),
        dialect: opened.dialect.clone(),
        ground: Default::default(),
        vocabulary: Vocabulary::new(Default::default(), &[], true),
        folders: Vec::new(),
        identity_names: opened.identity_names.clone(),
        identity_folders: Vec::new(),
        other_folders: Vec::new(),
        administrator_is_above: false,
        quota: Vec::new(),
        quota_untold: None,
        takes_limits: opened.session.takes_limits(),
    }
}

/// Whether the mailbox is an account of its own, which IMAP can neither make nor remove.
pub fn is_account(opened: &Opened) -> bool {
    let courier = opened.dialect.family == Family::Courier;
    courier || matches!(opened.reach, Reach::Impersonate { .. })
}

/// Why the entries of a folder that was made cannot be read, where they cannot.
pub fn unread(state: &Mailbox, made: &Place) -> Option<String> {
    let mut all = state.folders.iter().chain(&state.identity_folders);
    match all.find(|folder| folder.is_called(&made.path)) {
        Some(folder) => folder.acl.as_ref().err().cloned(),
        None => Some("(no list shows it)".to_owned()),
    }
}

/// The paths of the folders that `plan` makes.
pub fn made(plan: &Plan) -> Vec<String> {
    let created = plan
        .changes
        .iter()
        .filter(|change| matches!(change, Change::Create { .. }));
    created.map(|change| change.folder().path.clone()).collect()
}
