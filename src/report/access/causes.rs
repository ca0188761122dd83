//! What is wrong in the case of one WHO and one mailbox, each cause with the command that mends it.

use super::case::Case;
use super::effective::{Counting, Effective, Way};
use super::remark::{Mend, Remark, remark};
use crate::model::command::word;
use crate::model::dialect::Family;
use crate::model::rights::Rights;
use crate::model::words::{count, some};

fn readable(folders: &[Effective]) -> Remark {
    let all = folders.len();
    let says = match with(folders, |folder| folder.rights.has('r')) {
        0 => "cannot read any folder".to_owned(),
        n if n == all && n > 1 => format!("can read all {n} folders"),
        n => format!("can read {n} of {}", count(all, "folder")),
    };
    remark(says, None)
}

impl Case<'_> {
    /// The answer in sentences; `verified` where `folders` is what a session showed.
    pub fn remarks(
        &self,
        folders: &[Effective],
        entries: &[Counting],
        verified: bool,
    ) -> Vec<Remark> {
        let mut remarks = vec![readable(folders)];
        if !verified && let Some(first) = remarks.first_mut() {
            first.says = format!("by the entries alone: {}", first.says);
        }
        let unread = self.unread();
        let is_read = |f: &&Effective| !unread.iter().any(|unread| unread.folder == f.folder);
        let read: Vec<Effective> = folders.iter().filter(is_read).cloned().collect();
        if !unread.is_empty() {
            let paths: Vec<String> = unread.into_iter().map(|unread| unread.folder).collect();
            let says = format!(
                "may hold more: the entries of {} could not be read",
                some(&paths)
            );
            remarks.push(remark(says, Some(Mend::Look)));
        }
        if !self.takes_away() {
            remarks.extend(self.unnamed(folders, entries, read.len() < folders.len()));
            remarks.extend(self.bare(&read));
            remarks.extend(unreadable(&read));
        }
        let lacking = lacking(folders);
        let against = |entry| self.against(entry, verified.then_some(lacking));
        remarks.extend(entries.iter().filter_map(against));
        if verified {
            remarks.extend(self.less_than_entry(folders, entries));
            remarks.extend(more_than_entries(self.state.dialect.family, &read, entries));
            remarks.extend(unlisted(folders));
            remarks.extend(hidden(folders));
            remarks.extend(unsubscribed(folders));
        }
        remarks
    }

    fn unnamed(
        &self,
        folders: &[Effective],
        entries: &[Counting],
        in_part: bool,
    ) -> Option<Remark> {
        if entries.iter().any(|entry| entry.way == Way::Own) {
            return None;
        }
        let nothing = with(folders, |folder| folder.rights.has('r')) == 0;
        let says = match in_part {
            true => "no entry that could be read names them",
            false => "no entry names them",
        };
        // What was meant for them and is misspelt is what they shall have.
        let meant = entries.iter().find(|entry| entry.way == Way::Misspelt);
        let level = match (meant, self.root_entry()) {
            (Some(meant), _) => format!("--rights {}", meant.rights),
            (None, Some(root)) if !root.is_empty() => format!("--rights {root}"),
            (None, _) => "--read-only".to_owned(),
        };
        let paths = match (meant, self.is_in_part()) {
            (Some(meant), _) if meant.folders.len() < folders.len() => meant.folders.iter(),
            (_, true) => {
                return Some(remark(
                    says,
                    nothing.then(|| self.grant_on(&level, folders)),
                ));
            }
            _ => [].iter(),
        };
        let options = options(&level, paths.map(String::as_str));
        Some(remark(says, nothing.then_some(Mend::Grant(options))))
    }

    fn grant_on(&self, level: &str, folders: &[Effective]) -> Mend {
        let paths = folders.iter().map(|folder| folder.folder.as_str());
        Mend::Grant(options(level, paths))
    }

    /// Whether a part of the mailbox is asked about.
    fn is_in_part(&self) -> bool {
        self.folders.len() < self.state.folders.len()
    }

    /// What WHO's own entry on the mailbox itself gives, whether that is asked about or not.
    fn root_entry(&self) -> Option<Rights> {
        self.state.folder("INBOX")?.rights_of(self.identifier)
    }

    /// Folders that never got, or lost, the entry that WHO has on the mailbox itself, or on others.
    fn bare(&self, folders: &[Effective]) -> Option<Remark> {
        let bare = |f: &&Effective| f.rights.is_empty() && f.entry.is_none();
        let bare: Vec<&Effective> = folders.iter().filter(bare).collect();
        if bare.is_empty() {
            return None;
        }
        let paths = || bare.iter().map(|folder| folder.folder.as_str());
        let n = count(bare.len(), "folder");
        if let Some(root) = self.root_entry().filter(|root| !root.is_empty()) {
            let mend = Mend::Grant(options(&format!("--rights {root}"), paths()));
            let says = format!("has an entry on the mailbox and none on {n}");
            return Some(remark(says, Some(mend)));
        }
        // An entry that only shows the way to a folder below gives nothing to be wished elsewhere.
        let mut own = folders
            .iter()
            .filter(|f| f.entry.is_some_and(|e| e.has('r')));
        let first = own.next()?;
        let level = format!("--rights {}", first.entry?);
        let more = match own.next() {
            Some(_) => " and others",
            None => "",
        };
        let says = format!("has an entry on {}{more}, and none on {n}", first.folder);
        Some(remark(says, Some(Mend::MayGrant(options(&level, paths())))))
    }

    /// Entries that take away, or that look right and are not. `lacking` is what a session of hers
    /// lacks of what her own entries say, where one was seen.
    fn against(&self, entry: &Counting, lacking: Option<Rights>) -> Option<Remark> {
        let Counting { who, rights, .. } = entry;
        let revoke = || Some(Mend::Revoke(who.clone()));
        match entry.way {
            // Sharemail acts as the owner, who may not do this any more.
            Way::Negative if self.is_owner() && rights.has('a') => {
                let says =
                    format!("{who} takes {rights} away, and with it the right to give it back");
                Some(remark(says, Some(Mend::Look)))
            }
            Way::Negative => Some(remark(format!("{who} takes {rights} away"), revoke())),
            Way::NegativeGroup => match lacking.map(|lacking| lacking.intersects(*rights)) {
                Some(true) => {
                    let says = format!("{who} takes {rights} away: they are in that group");
                    Some(remark(says, revoke()))
                }
                Some(false) => None,
                None => {
                    let says = format!("{who} takes {rights} away, if they are in that group");
                    Some(remark(says, Some(Mend::MayRevoke(who.clone()))))
                }
            },
            Way::Misspelt => Some(remark(
                format!("{who} is spelled as this server never reads it"),
                revoke(),
            )),
            Way::Own | Way::Group | Way::Everybody => None,
        }
    }

    /// Where no entry that takes away says why, the server's own rules do.
    fn less_than_entry(&self, folders: &[Effective], entries: &[Counting]) -> Option<Remark> {
        let less = |f: &&Effective| f.entry.is_some_and(|entry| !f.rights.contains(entry));
        let less: Vec<&Effective> = folders.iter().filter(less).collect();
        let first = less.first()?;
        let says = format!(
            "on {} the server gives less than their entry says",
            count(less.len(), "folder")
        );
        let taken = |f: &Effective, entry: &Counting| {
            let takes = matches!(entry.way, Way::Negative | Way::NegativeGroup);
            takes && entry.folders.contains(&f.folder)
        };
        let is_told = less
            .iter()
            .all(|f| entries.iter().any(|entry| taken(f, entry)));
        if is_told {
            return Some(remark(says, None));
        }
        let why = match (self.state.dialect.family, &first.seen_as) {
            (Family::Dovecot, Some(name)) => format!(
                "; on the mail server, doveadm acl debug -u {} {} tells what takes it",
                word(self.identifier),
                word(name)
            ),
            _ => String::new(),
        };
        Some(remark(format!("{says}{why}"), Some(Mend::Doctor)))
    }
}

/// The options of a grant of `level` on the folders at `paths`, and nothing below them; on all of the
/// mailbox where there are none.
fn options<'p>(level: &str, paths: impl IntoIterator<Item = &'p str>) -> String {
    let mut options = level.to_owned();
    for path in paths {
        options.push_str(&format!(" --folder {}", word(path)));
    }
    if options.len() > level.len() {
        options.push_str(" --no-recurse");
    }
    options
}

/// What sessions lack of what the entries say, on all folders together.
fn lacking(folders: &[Effective]) -> Rights {
    let lacks = |f: &Effective| f.entry.unwrap_or_default().minus(f.rights);
    folders.iter().map(lacks).fold(Rights::NONE, Rights::union)
}

/// Folders on which WHO's own entry is not enough to read.
fn unreadable(folders: &[Effective]) -> Option<Remark> {
    let short = |f: &&Effective| {
        let entry = f.entry.unwrap_or_default();
        !entry.is_empty() && !entry.has('r') && !f.rights.has('r')
    };
    let short: Vec<&Effective> = folders.iter().filter(short).collect();
    let entry = short.first()?.entry?;
    let alike = short.iter().filter(|f| f.entry == Some(entry));
    let level = format!("--rights {}", entry.with('r').ok()?);
    let says = format!(
        "on {} their entry does not let them read: r is missing",
        count(short.len(), "folder")
    );
    let options = options(&level, alike.map(|folder| folder.folder.as_str()));
    Some(remark(says, Some(Mend::MayGrant(options))))
}

/// Seen on Dovecot with `acl_defaults_from_inbox`: GETACL does not show what a folder without an
/// ACL of its own takes from INBOX. An entry of her own ends that.
fn more_than_entries(
    family: Family,
    folders: &[Effective],
    entries: &[Counting],
) -> Option<Remark> {
    let unshown = |f: &&Effective| {
        let mut entries = entries.iter();
        !f.rights.is_empty() && !entries.any(|entry| entry.folders.contains(&f.folder))
    };
    let unshown: Vec<&Effective> = folders.iter().filter(unshown).collect();
    let first = unshown.first()?;
    let why = match family {
        Family::Dovecot => " (acl_defaults_from_inbox?)",
        _ => "",
    };
    let says = format!(
        "on {} the server gives rights that no entry there shows{why}: an entry would",
        count(unshown.len(), "folder")
    );
    let alike = unshown.iter().filter(|f| f.rights == first.rights);
    let level = format!("--rights {}", first.rights);
    let options = options(&level, alike.map(|folder| folder.folder.as_str()));
    Some(remark(says, Some(Mend::MayGrant(options))))
}

fn unlisted(folders: &[Effective]) -> Option<Remark> {
    let unlisted = |f: &&Effective| f.rights.has('r') && f.visible == Some(false);
    let unlisted: Vec<&Effective> = folders.iter().filter(unlisted).collect();
    let first = unlisted.first()?;
    let says = format!(
        "can read {} that no list shows: l is missing there",
        count(unlisted.len(), "folder")
    );
    // Whoever holds the same gets the same and l.
    let alike = unlisted.iter().filter(|f| f.rights == first.rights);
    let level = format!("--rights {}", first.rights.with('l').ok()?);
    let options = options(&level, alike.map(|folder| folder.folder.as_str()));
    Some(remark(says, Some(Mend::Grant(options))))
}

fn hidden(folders: &[Effective]) -> Option<Remark> {
    let readable = folders.iter().filter(|folder| folder.rights.has('r'));
    let above = readable
        .filter_map(|folder| folder.hidden_by.as_ref())
        .next()?;
    let says = format!("does not see {above}: some mail programs hide what lies below it too");
    let held = folders.iter().find(|folder| folder.folder == *above);
    let held = held.map(|folder| folder.rights.union(folder.entry.unwrap_or_default()));
    let level = held.unwrap_or_default().with('l').ok()?;
    let options = options(&format!("--rights {level}"), [above.as_str()]);
    Some(remark(says, Some(Mend::Grant(options))))
}

fn unsubscribed(folders: &[Effective]) -> Option<Remark> {
    let unsubscribed = |f: &Effective| f.rights.has('l') && f.subscribed == Some(false);
    let says = |n| {
        let folders = count(n, "folder");
        format!("is not subscribed to {folders}: many mail programs show only what is")
    };
    some_of(folders, unsubscribed, says, Some(Mend::Subscribe))
}

fn some_of(
    folders: &[Effective],
    which: impl Fn(&Effective) -> bool,
    says: impl Fn(usize) -> String,
    mend: Option<Mend>,
) -> Option<Remark> {
    match with(folders, which) {
        0 => None,
        n => Some(remark(says(n), mend)),
    }
}

fn with(folders: &[Effective], which: impl Fn(&Effective) -> bool) -> usize {
    folders.iter().filter(|folder| which(folder)).count()
}
