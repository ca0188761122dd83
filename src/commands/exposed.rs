//! Identity folders that a server opens although no entry says so.

use super::names;
use crate::imap::Pace;
use crate::model::dialect::{Family, Reading};
use crate::model::effect::FolderEffect;
use crate::model::finding::{Finding, FindingKind};
use crate::model::identity::Identity;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::observe;
use crate::reach::Provider;

/// The first member with full access to whom the server gives more on an identity folder than its
/// entries say: seen on Dovecot with `acl_defaults_from_inbox`. Nothing where no session as her
/// can be had.
pub fn exposed(mailbox: &Mailbox, provider: &Provider) -> Option<Finding> {
    let root = mailbox.root()?;
    let person = |name: &&str| matches!(mailbox.dialect.read(name), Reading::Person(_));
    let granted = |(name, rights): (&'_ str, Rights)| rights.has('a').then(|| name.to_owned());
    let member = root
        .entries()
        .filter(|(name, _)| !mailbox.is_keeper(name) && person(name))
        .find_map(granted)?;
    let folders: Vec<&Folder> = mailbox.identity_folders.iter().collect();
    if mailbox.dialect.family != Family::Dovecot || folders.is_empty() {
        return None;
    }
    let name = names::mailbox(&mailbox.name, provider.profile()).ok()?;
    let opened = provider.open(&name).ok()?;
    let mut view = provider.member(&opened, &member).ok()?.ok()?;
    let (session, pace) = (&mut view.session, Pace::unattended());
    let effect = observe::effect(session, &view.trees, &folders, Rights::NONE, &pace).ok()?;
    let is_open = |folder: &&FolderEffect| {
        let entry = folders.iter().find(|f| f.path == folder.path);
        let entry = entry.and_then(|f| f.rights_of(&member)).unwrap_or_default();
        !Identity::leaves_alone(folder.rights) && Identity::leaves_alone(entry)
    };
    let open: Vec<&FolderEffect> = effect.folders.iter().filter(is_open).collect();
    let paths = open.iter().map(|folder| folder.path.clone()).collect();
    Some(Finding {
        rights: Some(open.first()?.rights),
        ..Finding::new(
            FindingKind::IdentityExposed,
            &mailbox.dialect,
            &member,
            paths,
        )
    })
}
