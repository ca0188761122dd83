//! Identity folders that a server opens although no entry says so.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::dialect::{Family, Reading};
use crate::model::effect::{Effect, FolderEffect};
use crate::model::finding::{Finding, FindingKind};
use crate::model::identity::Identity;
use crate::model::pace::Pace;
use crate::model::rights::Rights;
use crate::model::setting;
use crate::model::state::{Folder, Mailbox};
use crate::observe;
use crate::reach::{MemberView, Opened, Sessions};

/// What came of looking for them.
#[derive(Debug, Default)]
pub struct Exposure {
    /// To whom the server gives more than the entries say, if to anybody.
    pub finding: Option<Finding>,
    /// Why nobody could look, where none of those who might be given more could be had.
    pub untried: Option<Error>,
}

/// Whether there are any to look for: seen on Dovecot alone, with `acl_defaults_from_inbox`.
pub fn may_be_exposed(mailbox: &Mailbox) -> bool {
    let dovecot = mailbox.dialect.family == Family::Dovecot;
    dovecot && of_identities(mailbox).next().is_some() && !masters(mailbox).is_empty()
}

/// The folders that keep identities.
fn of_identities(mailbox: &Mailbox) -> impl Iterator<Item = &Folder> {
    let all = mailbox.identity_folders.iter();
    all.filter(|folder| !setting::keeps(&folder.path))
}

/// Whether the server gives a member with full access more on an identity folder than its entries
/// say. It is a setting of the server: the first of them whose session answers decides.
pub fn exposed(mailbox: &Mailbox, opened: &Opened, sessions: &Sessions) -> Exposure {
    let mut exposure = Exposure::default();
    if !may_be_exposed(mailbox) {
        return exposure;
    }
    let folders: Vec<&Folder> = of_identities(mailbox).collect();
    let look = |view: &mut MemberView| -> Result<Effect> {
        let (session, pace) = (&mut view.session, Pace::unattended());
        observe::effect(session, &view.trees, &folders, Rights::NONE, &pace)
    };
    for member in masters(mailbox) {
        match sessions.view(opened, member, look) {
            Ok(effect) => {
                exposure.finding = finding(mailbox, member, &effect);
                exposure.untried = None;
                return exposure;
            }
            // Nobody is given nothing.
            Err(error) if error.exit() == Exit::NotFound => {}
            Err(error) => {
                exposure.untried.get_or_insert(error);
            }
        }
    }
    exposure
}

/// The people with full access to the mailbox itself who do not keep it.
fn masters(mailbox: &Mailbox) -> Vec<&str> {
    let person = |name: &&str| matches!(mailbox.dialect.read(name), Reading::Person(_));
    let entries = mailbox.root().into_iter().flat_map(Folder::entries);
    let masters = entries.filter(|(_, rights)| rights.has('a'));
    let names = masters.map(|(name, _)| name).filter(person);
    names.filter(|name| !mailbox.is_keeper(name)).collect()
}

fn finding(mailbox: &Mailbox, member: &str, effect: &Effect) -> Option<Finding> {
    let is_open = |folder: &&FolderEffect| {
        let mut kept = mailbox.identity_folders.iter();
        let entry = kept.find(|f| f.path == folder.path);
        // Where nobody could read what its entries say, nothing says more than they.
        let entry = entry.filter(|folder| folder.acl.is_ok());
        let given = entry.map(|folder| folder.rights_of(member).unwrap_or_default());
        !Identity::leaves_alone(folder.rights) && given.is_some_and(Identity::leaves_alone)
    };
    let open: Vec<&FolderEffect> = effect.folders.iter().filter(is_open).collect();
    let paths = open.iter().map(|folder| folder.path.clone()).collect();
    Some(Finding {
        rights: Some(open.first()?.rights),
        ..Finding::new(
            FindingKind::IdentityExposed,
            &mailbox.dialect,
            member,
            paths,
        )
    })
}
