//! The tables of mailboxes and their folders.

use super::fault::{Faults, cut};
use super::key;
use super::node::{self, Name, Node};
use super::people::who;
use super::source::Source;
use super::team::{Named, Resolved};
use super::{Reading, settings, unknown};
use crate::model::address::MailboxName;
use crate::model::desired::{Desired, DesiredMailbox, Share};
use crate::model::folder::WireName;
use crate::model::identity::Identity;
use crate::model::size;
use crate::model::typed;
use crate::model::who::Who;
use crate::model::wish::Access;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// More entries than this are not read from one file, teams counted with all that they name.
const MOST: usize = 5_000_000;

/// Reads the mailboxes of one file.
pub(super) struct Reader<'a, 'f> {
    source: &'a Source,
    teams: &'a Resolved,
    reading: Reading<'a>,
    faults: &'f mut Faults,
    entries: usize,
}

/// What somebody was given, where, under which key.
type Given = BTreeMap<Who, (Access, usize, String)>;

impl<'a, 'f> Reader<'a, 'f> {
    pub(super) fn new(
        source: &'a Source,
        teams: &'a Resolved,
        reading: Reading<'a>,
        faults: &'f mut Faults,
    ) -> Self {
        Self {
            source,
            teams,
            reading,
            faults,
            entries: 0,
        }
    }

    /// Reads the table of mailboxes into `desired`; `places` says where each was found.
    pub(super) fn mailboxes(
        &mut self,
        node: &Node,
        desired: &mut Desired,
        places: &mut BTreeMap<MailboxName, String>,
    ) {
        for (name, node) in node::table(self.source, node, key::MAILBOX, self.faults) {
            let label = format!("mailbox.{:?}", cut(&name.text));
            let mailbox = self.mailbox(node, &label);
            let called = match MailboxName::parse(&name.text, self.reading.domain) {
                Ok(called) => called,
                Err(why) => {
                    let what = format!("{:?} names no mailbox: {why}", cut(&name.text));
                    let hint = "write support@example.com, or set domain in the profile and write support@";
                    self.wrong(name.at, what, Some(hint.to_owned()));
                    continue;
                }
            };
            match places.entry(called.clone()) {
                Entry::Occupied(first) => {
                    let what = format!("the mailbox {:?} stands in two places", cut(&name.text));
                    let hint = format!(
                        "the other is {}: what is said of a mailbox stands in one place",
                        first.get()
                    );
                    self.wrong(name.at, what, Some(hint));
                }
                Entry::Vacant(free) => {
                    free.insert(self.source.place(name.at));
                    desired.mailboxes.insert(called, mailbox);
                }
            }
        }
    }

    fn mailbox(&mut self, node: &Node, label: &str) -> DesiredMailbox {
        let mut mailbox = DesiredMailbox::default();
        let mut given = Given::new();
        for (name, node) in node::table(self.source, node, label, self.faults) {
            match name.text.as_str() {
                key::QUOTA => mailbox.quota = self.quota(node),
                key::FOLDERS => mailbox.folders = self.folders(node),
                key::FOLDER => mailbox.here = self.here(node, label),
                text => match Identity::ALL
                    .into_iter()
                    .find(|identity| identity.name() == text)
                {
                    Some(identity) => {
                        let people = self.people(node, text);
                        mailbox.identities.insert(identity, people);
                    }
                    None if self.share(name, node, &mut mailbox.access, &mut given) => {}
                    None if self.setting(name, node, label, &mut mailbox) => {}
                    None => unknown(
                        self.source,
                        name,
                        &format!("in [{label}]"),
                        &key::of_mailboxes(self.reading.levels),
                        self.faults,
                    ),
                },
            }
        }
        mailbox
    }

    /// Reads the settings under the key `name`, if it is one of theirs.
    fn setting(
        &mut self,
        name: &Name,
        node: &Node,
        label: &str,
        mailbox: &mut DesiredMailbox,
    ) -> bool {
        let Some(kind) = settings::kind(&name.text) else {
            return false;
        };
        let label = format!("{label}.{}", name.text);
        let said = settings::read(self.source, kind, node, &label, self.faults);
        mailbox.settings.extend(said.map(|said| (kind, said)));
        true
    }

    fn quota(&mut self, node: &Node) -> Option<u64> {
        let text = node::text(self.source, node, key::QUOTA, self.faults)?;
        match size::parse(text) {
            Ok(kib) => Some(kib),
            Err(why) => {
                self.wrong(node.at, format!("{:?} is no quota: {why}", cut(text)), None);
                None
            }
        }
    }

    fn folders(&mut self, node: &Node) -> Vec<String> {
        let mut folders = Vec::new();
        for (at, path) in node::texts(self.source, node, key::FOLDERS, self.faults) {
            folders.extend(self.path(at, path));
        }
        folders.sort_by_cached_key(|path| (path.split('/').count(), path.clone()));
        folders.dedup();
        folders
    }

    /// The path of a folder; INBOX in any case is INBOX.
    fn path(&mut self, at: usize, path: &str) -> Option<String> {
        let empty = |path: &str| path.split('/').any(str::is_empty);
        let why = match WireName::from_unicode(path) {
            Err(why) => why.to_string(),
            Ok(wire) if wire.is_inbox() => return Some("INBOX".to_owned()),
            Ok(_) if empty(path) => {
                "a path is written Archive/2025, without a / at its ends".to_owned()
            }
            Ok(_) => return Some(path.to_owned()),
        };
        self.wrong(at, format!("{:?} names no folder: {why}", cut(path)), None);
        None
    }

    fn here(&mut self, node: &Node, label: &str) -> BTreeMap<String, Vec<Share>> {
        let mut here: BTreeMap<String, Vec<Share>> = BTreeMap::new();
        for (name, node) in node::table(self.source, node, &format!("{label}.folder"), self.faults)
        {
            let label = format!("{label}.folder.{:?}", cut(&name.text));
            let shares = self.folder(node, &label);
            let Some(path) = self.path(name.at, &name.text) else {
                continue;
            };
            if here.insert(path, shares).is_some() {
                self.wrong(
                    name.at,
                    format!("the folder {:?} stands in two places", cut(&name.text)),
                    None,
                );
            }
        }
        here
    }

    fn folder(&mut self, node: &Node, label: &str) -> Vec<Share> {
        let (mut shares, mut given) = (Vec::new(), Given::new());
        for (name, node) in node::table(self.source, node, label, self.faults) {
            if self.share(name, node, &mut shares, &mut given) {
                continue;
            }
            if key::of_mailboxes(self.reading.levels).contains(&name.text.as_str()) {
                let what = format!(
                    "{} is said of a mailbox, not of one of its folders",
                    name.text
                );
                self.wrong(name.at, what, None);
            } else {
                let place = format!("in [{label}]");
                let known = key::of_folders(self.reading.levels);
                unknown(self.source, name, &place, &known, self.faults);
            }
        }
        shares
    }

    /// Reads what the key `name` gives to whom, if it is one that gives.
    fn share(
        &mut self,
        name: &Name,
        node: &Node,
        shares: &mut Vec<Share>,
        given: &mut Given,
    ) -> bool {
        let word = name.text.as_str();
        let access = match self.reading.levels.called(word) {
            Some(level) => Access::Level(level),
            None if word == key::NONE => Access::None,
            None if word == key::RIGHTS => {
                self.rights(node, shares, given);
                return true;
            }
            None => return false,
        };
        for (at, text) in node::texts(self.source, node, word, self.faults) {
            for who in self.named(at, text) {
                self.give(Share { who, access }, at, word, shares, given);
            }
        }
        true
    }

    fn rights(&mut self, node: &Node, shares: &mut Vec<Share>, given: &mut Given) {
        for (name, node) in node::table(self.source, node, key::RIGHTS, self.faults) {
            let label = format!("rights.{}", cut(&name.text));
            let people = self.named(name.at, &name.text);
            let Some(text) = node::text(self.source, node, &label, self.faults) else {
                continue;
            };
            let access = match typed::rights_in_file(text) {
                Ok(rights) => Access::Rights(rights),
                Err(why) => {
                    self.wrong(node.at, format!("{label}: {why}"), None);
                    continue;
                }
            };
            for who in people {
                self.give(Share { who, access }, name.at, key::RIGHTS, shares, given);
            }
        }
    }

    /// Adds a share, unless it is there already; somebody with two different ones is told.
    fn give(
        &mut self,
        share: Share,
        at: usize,
        word: &str,
        shares: &mut Vec<Share>,
        given: &mut Given,
    ) {
        match given.get(&share.who) {
            Some((access, _, _)) if *access == share.access => {}
            Some((_, first, other)) => {
                let what = format!(
                    "{} stands under {word} here and under {other} too",
                    share.who
                );
                let hint = format!("the other is {}", self.source.place(*first));
                self.wrong(at, what, Some(hint));
            }
            None => {
                given.insert(share.who.clone(), (share.access, at, word.to_owned()));
                shares.push(share);
            }
        }
    }

    /// Everybody in a list, each once.
    fn people(&mut self, node: &Node, label: &str) -> Vec<Who> {
        let mut all = Vec::new();
        for (at, text) in node::texts(self.source, node, label, self.faults) {
            all.extend(self.named(at, text));
        }
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|who| seen.insert(who.clone()));
        all
    }

    /// Whom `text` names: a team's people, or one person or group.
    fn named(&mut self, at: usize, text: &str) -> Vec<Who> {
        let people: Vec<Who> = match self.teams.named(text) {
            Named::Team(people) => people.to_vec(),
            Named::Person => who(self.source, (at, text), self.reading.domain, self.faults)
                .into_iter()
                .collect(),
            Named::NoTeam(hint) => {
                self.wrong(at, format!("there is no {:?}", cut(text)), hint);
                Vec::new()
            }
        };
        self.entries += people.len();
        if self.entries > MOST {
            // Told once; what follows is not gathered.
            if self.entries - people.len() <= MOST {
                self.wrong(at, format!("the file names more than {MOST} entries"), None);
            }
            return Vec::new();
        }
        people
    }

    fn wrong(&mut self, at: usize, what: String, hint: Option<String>) {
        self.faults.add(self.source, at, what, hint);
    }
}
