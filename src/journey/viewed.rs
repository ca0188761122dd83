//! A mailbox with what only the sessions of its members show: folders that the owner's list does not,
//! and identity folders that the server opens although no entry says so.

use super::accounts::own_login;
use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::dialect::Reading;
use crate::model::finding::{Finding, FindingKind};
use crate::model::pace::Pace;
use crate::model::state::{Acl, Folder, Known, Mailbox};
use crate::observe;
use crate::observe::exposed::{Exposure, exposed, may_be_exposed};
use crate::observe::unlisted;
use crate::observe::unlisted::Looked;
use crate::output::Output;
use crate::profile::names;
use crate::reach::crowd;
use crate::reach::{MemberView, Opened, Provider, Reach, Sessions};
use std::collections::BTreeMap;

/// What came of looking so.
#[derive(Debug, Default)]
pub struct Viewed {
    /// The folders that were found, and how they were looked for.
    pub looked: Looked,
    /// What gives the owner back the folders that were taken from her list, as far as that is certain.
    pub mends: Vec<Change>,
    /// What the identity folders are like.
    pub exposure: Exposure,
}

impl Viewed {
    /// What is out of order in `mailbox` by it.
    fn findings(&self, mailbox: &Mailbox) -> impl Iterator<Item = Finding> {
        let looked = self.looked.findings(mailbox, &self.mends);
        looked.chain(self.exposure.finding.clone())
    }

    /// All that is out of order in `mailbox`, as far as `known` tells of its people; and why nobody could find
    /// out whether it has a login of its own, where nobody could.
    pub fn all_findings(
        &self,
        mailbox: &Mailbox,
        known: &BTreeMap<String, Known>,
        provider: &Provider,
    ) -> (Vec<Finding>, Option<String>) {
        let mut findings = decide::findings(mailbox, known);
        self.without_twins(mailbox, &mut findings);
        findings.extend(self.findings(mailbox));
        let own_login = own_login(mailbox, provider);
        if let Ok(true) = own_login {
            findings.push(Finding::of_folder(FindingKind::OwnLogin, "INBOX"));
        }
        let untold = own_login.err().map(|error| error.what().to_owned());
        (findings, untold)
    }

    /// Takes from `findings` of `mailbox` what is told of the same entries as one that hides a folder.
    fn without_twins(&self, mailbox: &Mailbox, findings: &mut Vec<Finding>) {
        let hiding = |path: &String| self.mends.iter().any(|mend| mend.folder().path == *path);
        let owner = mailbox.owner.as_deref();
        for finding in findings.iter_mut() {
            let whose = finding.identifier.strip_prefix('-');
            if whose.is_some_and(|whose| whose == "owner" || Some(whose) == owner) {
                finding.folders.retain(|path| !hiding(path));
            }
        }
        findings.retain(|finding| !finding.folders.is_empty());
    }

    /// Why nobody could look whether the server opens identity folders beyond what their entries say,
    /// where it may.
    pub fn untried(&self) -> Option<String> {
        let error = self.exposure.untried.as_ref()?;
        Some(error.what().to_owned())
    }
}

/// Looks at each of `mailboxes`, and adds the folders that were found; whoever is a member of several
/// logs in once for all of them.
pub fn view_all(
    mailboxes: &[Mailbox],
    sessions: &Sessions,
    output: &Output,
) -> Vec<Result<(Mailbox, Viewed)>> {
    let total = Some(mailboxes.len() as u64);
    let progress = output.progress(total, "looking as the members");
    let work = |mailbox: &Mailbox| {
        let viewed = view(mailbox, sessions);
        progress.tick(1);
        viewed
    };
    let hands = sessions.provider().profile().imap.connections_of_many;
    crowd::each(mailboxes, hands, work)
}

fn view(mailbox: &Mailbox, sessions: &Sessions) -> Result<(Mailbox, Viewed)> {
    let (mut mailbox, mut viewed) = (mailbox.clone(), Viewed::default());
    let hides = observe::hides(mailbox.dialect.family);
    if !hides && !may_be_exposed(&mailbox) {
        return Ok((mailbox, viewed));
    }
    let provider = sessions.provider();
    let name = names::mailbox(&mailbox.name, provider.profile())?;
    let mut opened = sessions.open(&name)?;
    if hides {
        let look = |opened: &Opened, login: &str| sessions.view(opened, login, observe::glimpse);
        viewed.looked = unlisted::look(provider, &mut opened, &mut mailbox, unlisted::people, look);
        viewed.mends = mends(&mailbox, &viewed.looked, &opened, sessions);
    }
    viewed.exposure = exposed(&mailbox, &opened, sessions);
    sessions.leave(opened);
    Ok((mailbox, viewed))
}

/// What gives the owner back the folders that `looked` found, where a session that is shown the entries
/// as they are stored can be had.
fn mends(mailbox: &Mailbox, looked: &Looked, opened: &Opened, sessions: &Sessions) -> Vec<Change> {
    let found = |folder: &&Folder| looked.revealed.contains(&folder.path);
    let mend = |folder: &Folder| {
        let stored = match opened.reach {
            Reach::Namespace => folder.acl.clone().ok(),
            Reach::Impersonate { .. } => stored(mailbox, folder, opened, sessions),
        };
        let changes = stored.map(|entries| decide::unhide(mailbox, folder, &entries));
        changes.unwrap_or_default()
    };
    let folders = mailbox.folders.iter().filter(found);
    folders.flat_map(mend).collect()
}

/// The entries of a folder as somebody who may read them, and is not its owner, is shown them.
fn stored(mailbox: &Mailbox, folder: &Folder, opened: &Opened, sessions: &Sessions) -> Option<Acl> {
    let read = |view: &mut MemberView| -> Result<Acl> {
        let names = view.trees.iter();
        let names: Vec<_> = names
            .filter_map(|tree| tree.wire(&folder.path).ok())
            .collect();
        let acls = observe::acls(&mut view.session, &names, &Pace::unattended())?;
        let read = acls.into_iter().find_map(std::result::Result::ok);
        read.ok_or_else(|| Error::new(Exit::Refused, "the entries cannot be read"))
    };
    let masters = folder.entries().filter(|(name, rights)| {
        let person = matches!(mailbox.dialect.read(name), Reading::Person(_));
        person && rights.has('a') && !mailbox.is_keeper(name)
    });
    let names: Vec<&str> = masters.map(|(name, _)| name).collect();
    // Whoever cannot be had, or may not read them, shows nothing: the next one may.
    let entries = names
        .into_iter()
        .find_map(|name| sessions.view(opened, name, read).ok())?;
    let normal = entries
        .into_iter()
        .map(|(name, rights)| (name, mailbox.vocabulary.normal(rights)));
    Some(normal.collect())
}
