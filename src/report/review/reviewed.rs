//! From a mailbox as read to a mailbox as reviewed.

use super::{Changed, Differs, Grant, Reviewed, Told, Unread};
use crate::model::finding::Finding;
use crate::model::level::Levels;
use crate::model::member::{Deviation, Member, members};
use crate::model::state::Mailbox;
use crate::report::mailbox::check::sentence;

impl Reviewed {
    /// What `mailbox` says, with the levels given and what `check` found.
    pub fn new(mailbox: &Mailbox, levels: &Levels, findings: &[Finding]) -> Self {
        let grant = |member| Grant::new(mailbox, member);
        let all = mailbox.folders.iter().chain(&mailbox.identity_folders);
        let unread = all.filter_map(|folder| {
            let why = folder.acl.as_ref().err()?.clone();
            Some(Unread {
                folder: folder.path.clone(),
                why,
            })
        });
        let intruders = mailbox.intruders_of_identities();
        Self {
            mailbox: mailbox.name.clone(),
            owner: mailbox.owner.clone(),
            folders: mailbox.folders.len(),
            unread: unread.collect(),
            grants: members(mailbox, levels).into_iter().map(grant).collect(),
            disbelieved: intruders.iter().map(ToString::to_string).collect(),
            findings: findings.iter().map(Told::new).collect(),
            ..Self::default()
        }
    }

    /// The findings about the entries of `identifier`.
    pub fn about<'a>(&'a self, identifier: &'a str) -> impl Iterator<Item = &'a Told> {
        let findings = self.findings.iter();
        findings.filter(move |told| told.identifier == identifier)
    }

    /// What changed for `identifier`.
    pub fn change_of(&self, identifier: &str) -> Option<&Changed> {
        self.changes
            .iter()
            .find(|changed| changed.identifier == identifier)
    }
}

impl Grant {
    fn new(mailbox: &Mailbox, member: Member) -> Self {
        Self {
            administrator: mailbox.administrator.as_ref() == Some(&member.identifier),
            who: member.who,
            identifier: member.identifier,
            kind: member.kind,
            level: member.level.word(),
            rights: member.rights,
            folders: member.folders,
            differs: member.differs.into_iter().map(Differs::from).collect(),
            identities: member.identities,
        }
    }
}

impl From<Deviation> for Differs {
    fn from(deviation: Deviation) -> Self {
        Self {
            level: deviation.level.word(),
            rights: deviation.rights,
            folders: deviation.folders,
        }
    }
}

impl Told {
    fn new(finding: &Finding) -> Self {
        Self {
            finding: finding.kind.name().to_owned(),
            who: finding.who.clone(),
            identifier: finding.identifier.clone(),
            folders: finding.folders.clone(),
            says: sentence(finding),
        }
    }
}
