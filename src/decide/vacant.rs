//! mail clean --empty-folders: folders without messages go, as an errand.

use super::errand::{Errand, Found, Stage};
use super::layout::STANDARD_FOLDERS;
use super::scope::unreserved;
use super::{retaining, rulebook};
use crate::error::Result;
use crate::model::change::{Change, Remove};
use crate::model::done::Done;
use crate::model::plan::Stays;
use crate::model::retention::Then;
use crate::model::rights::Rights;
use crate::model::rule::Goes;
use crate::model::state::{Folder, Mailbox};
use crate::observe::Ask;
use std::collections::BTreeMap;

/// What stands behind the name of a folder while it is looked at again.
const ASIDE: &str = " (put aside by sharemail)";
/// Names that mail programs use unasked.
const USED: [&str; 5] = ["Junk", "Spam", "Outbox", "Templates", "Notes"];

/// The folders that hold nothing go.
pub struct Vacant<'a> {
    /// What the server's filters of the mailbox say.
    pub filters: &'a [Vec<u8>],
}

/// What goes and what stays.
#[derive(Debug, Default)]
pub struct Parted<'s> {
    /// What goes, those below first.
    pub going: Vec<&'s Folder>,
    /// What an earlier run has put aside, with the path that it had.
    pub aside: Vec<(&'s Folder, &'s str)>,
    /// What stays though no message is known to lie there.
    pub stays: Vec<Stays>,
}

impl Vacant<'_> {
    /// The folders of `state`.
    ///
    /// # Errors
    /// Where the settings of the mailbox are not known, which may name some.
    pub fn parted<'s>(&self, state: &'s Mailbox) -> Result<Parted<'s>> {
        let named = named(state)?;
        let mut parted = Parted::default();
        let mut all: Vec<&Folder> = state.folders.iter().collect();
        all.sort_by_key(|folder| std::cmp::Reverse(folder.path.split('/').count()));
        for folder in all {
            if let Some(path) = folder.path.strip_suffix(ASIDE) {
                match unreserved(state, path).is_err() || state.folder(path).is_some() {
                    true => parted.stay(folder, "another folder has the name that it had"),
                    false => parted.aside.push((folder, path)),
                }
                continue;
            }
            match folder.messages {
                Some(0) => {}
                Some(_) => continue,
                None => {
                    parted.stay(folder, "the server does not say whether it is empty");
                    continue;
                }
            }
            match self.why(state, folder, &named, &parted) {
                Some(why) => parted.stay(folder, why),
                None => parted.going.push(folder),
            }
        }
        Ok(parted)
    }

    /// Why `folder`, which is empty, stays where what is `parted` by now goes.
    fn why(
        &self,
        state: &Mailbox,
        folder: &Folder,
        named: &BTreeMap<String, &'static str>,
        parted: &Parted,
    ) -> Option<String> {
        let path = folder.path.as_str();
        let is_standard = STANDARD_FOLDERS.iter().any(|(usual, _)| *usual == path);
        let aside = parted.aside.iter().map(|(folder, _)| folder);
        let going: Vec<_> = parted.going.iter().chain(aside).collect();
        let stays = |other: &&Folder| !going.iter().any(|gone| gone.wire == other.wire);
        let all = state.folders.iter().chain(&state.identity_folders);
        let mut all = all.chain(&state.other_folders).filter(stays);
        if path == "INBOX" {
            return Some("it is the mailbox itself".to_owned());
        }
        if let Some(used) = &folder.special_use {
            return Some(format!("it is the one for {used}"));
        }
        if is_standard || USED.contains(&path) {
            return Some("mail programs use it by its name".to_owned());
        }
        if let Some(below) = all.find(|other| other.is_below(path)) {
            return Some(format!("{} lies below it", below.path));
        }
        if let Some(by) = named.get(path) {
            return Some(format!("{by} names it"));
        }
        if self.filters.iter().any(|text| names(text, folder)) {
            return Some("a filter of the server names it".to_owned());
        }
        if let Err(why) = &folder.acl {
            return Some(format!("its entries could not be read {why}"));
        }
        let who = otherwise(state, folder)?;
        Some(format!(
            "{who} has other rights there than on the mailbox itself"
        ))
    }
}

impl<'s> Parted<'s> {
    fn stay(&mut self, folder: &Folder, why: impl Into<String>) {
        self.stays.push(Stays {
            folder: folder.path.clone(),
            why: why.into(),
        });
    }
}

/// Who has other rights on `folder` than on the mailbox itself: more of them, or fewer.
fn otherwise<'s>(state: &'s Mailbox, folder: &'s Folder) -> Option<&'s str> {
    let root = state.root();
    let on_root = |who: &str| root.and_then(|root| root.rights_of(who));
    let is_own = |who: &str| state.is_keeper(who) || state.is_builtin(who);
    let roots = root.into_iter().flat_map(Folder::entries);
    let mut all = folder.entries().chain(roots).map(|(who, _)| who);
    all.find(|who| !is_own(who) && folder.rights_of(who) != on_root(who))
}

/// Whether a script names `folder`, by its path or as on the wire.
fn names(text: &[u8], folder: &Folder) -> bool {
    let holds = |name: &[u8]| text.windows(name.len()).any(|part| part == name);
    holds(folder.path.as_bytes()) || holds(folder.wire.as_bytes())
}

/// The paths that rules and policies name.
fn named(state: &Mailbox) -> Result<BTreeMap<String, &'static str>> {
    let mut named = BTreeMap::new();
    for rule in rulebook::rules(state)?.iter() {
        let goes = match &rule.then.goes {
            Some(Goes::To(path)) => Some(path),
            _ => None,
        };
        let paths = rule.then.copies.iter().chain(goes);
        named.extend(paths.map(|path| (path.clone(), "a rule")));
    }
    let policies = retaining::policies(state)?;
    for (path, policy) in policies.iter() {
        named.insert(path.to_owned(), "a retention policy");
        if let Then::Archive { to } = &policy.then {
            named.insert(to.to_string(), "a retention policy");
        }
    }
    Ok(named)
}

impl Errand for Vacant<'_> {
    fn ask(&self) -> Ask {
        Ask {
            messages: true,
            settings: true,
            ..Ask::default()
        }
    }

    fn is_of_mail(&self) -> bool {
        true
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        if !done.stages.is_empty() {
            return Ok(None);
        }
        let parted = self.parted(found.state)?;
        let mut changes = Vec::new();
        for (folder, path) in parted.aside {
            changes.push(Change::Remove(Remove {
                folder: (found.place)(path)?,
                aside: folder.place(),
                is_aside: true,
                entries: entries(found.state, folder),
            }));
        }
        for folder in parted.going {
            changes.push(Change::Remove(Remove {
                folder: folder.place(),
                aside: (found.place)(&format!("{}{ASIDE}", folder.path))?,
                is_aside: false,
                entries: entries(found.state, folder),
            }));
        }
        Ok(Some(Stage {
            changes,
            ..Stage::default()
        }))
    }
}

fn entries(state: &Mailbox, folder: &Folder) -> BTreeMap<String, Rights> {
    let is_own = |name: &str| state.owner.as_deref() == Some(name) || state.is_builtin(name);
    let kept = folder.entries().filter(|(name, _)| !is_own(name));
    kept.map(|(name, rights)| (name.to_owned(), rights))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    fn parted(change: impl Fn(&mut Mailbox)) -> (Vec<String>, Vec<Stays>) {
        let write = [("alice@example.com", "lrswip")];
        let folders = [
            "INBOX", "Old", "Old/2020", "Sent", "Spare", "Sub", "Sub/Full",
        ];
        let mut state = mailbox(&folders.map(|path| (path, &write[..])));
        for folder in &mut state.folders {
            folder.messages = Some(u64::from(folder.path == "Sub/Full"));
        }
        change(&mut state);
        let filters = [b"fileinto \"Spare\";".to_vec()];
        let parted = Vacant { filters: &filters }.parted(&state).unwrap();
        let going = parted.going.iter().map(|one| one.path.clone()).collect();
        (going, parted.stays)
    }

    fn of<'a>(stays: &'a [Stays], path: &str) -> &'a str {
        let mut all = stays.iter().filter(|one| one.folder == path);
        all.next().map_or("", |one| &one.why)
    }

    fn folder<'a>(state: &'a mut Mailbox, path: &str) -> &'a mut Folder {
        let mut all = state.folders.iter_mut();
        all.find(|one| one.path == path).unwrap()
    }

    #[test]
    fn what_is_empty_goes_from_below_and_what_is_used_stays() {
        let (going, stays) = parted(|_| {});
        assert_eq!(going, ["Old/2020", "Old"]);
        assert_eq!(of(&stays, "Sub"), "Sub/Full lies below it");
        assert!(of(&stays, "Spare").contains("filter"));
        assert!(of(&stays, "Sent").contains("by its name"));
        assert!(of(&stays, "INBOX").contains("itself"));
    }

    #[test]
    fn unread_is_not_empty_and_other_entries_are_somebodys() {
        let (going, stays) = parted(|state| folder(state, "Old/2020").messages = None);
        assert!(going.is_empty());
        assert!(of(&stays, "Old/2020").contains("does not say"));
        assert!(of(&stays, "Old").contains("below"));
        let (going, stays) = parted(|state| {
            folder(state, "Old").acl = Err("(NOPERM): no".to_owned());
            folder(state, "Old/2020").acl = Ok([].into());
        });
        assert!(going.is_empty());
        assert!(of(&stays, "Old/2020").contains("alice@example.com"));
        let (going, _) = parted(|state| {
            folder(state, "Old/2020").special_use = Some("\\Flagged".to_owned());
        });
        assert!(going.is_empty());
    }
}
