//! explain: why somebody can or cannot, by what the server says.

use super::access_change::read;
use super::connect::levels;
use super::names;
use crate::cli;
use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::Pace;
use crate::interrupt;
use crate::model::dialect::Reading;
use crate::model::level::Levels;
use crate::model::state::{Folder, Mailbox};
use crate::model::wish::Scope;
use crate::observe::{self, Effect, Visible};
use crate::output::Output;
use crate::reach::{NotImpersonated, Opened, Provider};
use crate::report::explain::{Counting, Effective, ExplainReport, Way};

/// Tells each entry that counts for WHO, what a session as WHO really has, and what would mend it.
///
/// # Errors
/// Whatever stands in the way of reading the mailbox.
pub fn explain(args: &cli::explain::Explain, provider: &Provider, output: &Output) -> Result<Exit> {
    let profile = provider.profile();
    let who = names::who(&args.who, profile)?;
    let mut opened = provider.open(&names::mailbox(&args.target.mailbox, profile)?)?;
    let state = read(provider, &mut opened, output)?;
    let scope = match &args.folder {
        Some(path) => Scope::Folders {
            paths: vec![path.clone()],
            recurse: false,
        },
        None => Scope::Every,
    };
    let folders = decide::select(&state, &scope)?;
    let identifier = decide::spell(&state, &who)?;
    let levels = levels(profile);
    let view = look(provider, &opened, &identifier, &folders);
    let case = Case {
        state: &state,
        levels: &levels,
        identifier: &identifier,
        folders: &folders,
    };
    let entries = case.entries();
    let effective = match &view {
        Ok(view) => case.seen(view),
        Err(_) => case.by_entries(),
    };
    let (login, path, not_verified) = match &view {
        Ok(view) => {
            let root = view
                .effect
                .tree
                .as_ref()
                .filter(|_| view.effect.is_anything());
            (
                Some(view.login.clone()),
                root.map(|tree| tree.root().to_string()),
                None,
            )
        }
        Err(error) => (None, None, Some(error.to_string())),
    };
    let (verdict, mend) = case.verdict(
        &args.target.mailbox,
        &args.who,
        path.as_deref(),
        &effective,
        &entries,
    );
    output.report(&ExplainReport {
        mailbox: state.name.clone(),
        who: who.to_string(),
        identifier: identifier.clone(),
        login,
        path,
        not_verified,
        entries,
        folders: effective,
        verdict,
        mend,
    })?;
    Ok(Exit::Done)
}

/// What a session as WHO shows.
struct View {
    login: String,
    effect: Effect,
    visible: Visible,
}

fn look(
    provider: &Provider,
    opened: &Opened,
    identifier: &str,
    folders: &[&Folder],
) -> Result<View> {
    let Reading::Person(login) = opened.dialect.read(identifier) else {
        return Err(Error::new(
            Exit::Failure,
            "it is not a person, who could log in",
        ));
    };
    let mut view = provider
        .member(opened, login)?
        .map_err(NotImpersonated::into_error)?;
    let pace = Pace {
        tick: &|_| {},
        stop: interrupt::flag(),
    };
    let effect = observe::effect(&mut view.session, &view.trees, folders, &pace)?;
    let visible = match &effect.tree {
        Some(tree) => observe::visible(&mut view.session, tree)?,
        None => Visible::default(),
    };
    Ok(View {
        login: view.login,
        effect,
        visible,
    })
}

struct Case<'a> {
    state: &'a Mailbox,
    levels: &'a Levels,
    identifier: &'a str,
    folders: &'a [&'a Folder],
}

impl Case<'_> {
    /// The entries that may count for WHO, one for each identifier and set of rights.
    fn entries(&self) -> Vec<Counting> {
        let mut entries: Vec<Counting> = Vec::new();
        for folder in self.folders {
            for (identifier, rights) in folder.entries() {
                let Some(way) = self.way(identifier) else {
                    continue;
                };
                let same = |e: &&mut Counting| e.identifier == identifier && e.rights == rights;
                match entries.iter_mut().find(same) {
                    Some(entry) => entry.folders.push(folder.path.clone()),
                    None => entries.push(Counting {
                        identifier: identifier.to_owned(),
                        way,
                        level: self.levels.name(rights, &self.state.vocabulary),
                        rights,
                        folders: vec![folder.path.clone()],
                    }),
                }
            }
        }
        entries
    }

    fn way(&self, identifier: &str) -> Option<Way> {
        if identifier == self.identifier {
            return Some(Way::Own);
        }
        let is_person = matches!(self.state.dialect.read(self.identifier), Reading::Person(_));
        match self.state.dialect.read(identifier) {
            Reading::Negative(name) if name == self.identifier => Some(Way::Negative),
            Reading::Negative(name) => match self.state.dialect.read(name) {
                Reading::Group(_) if is_person => Some(Way::NegativeGroup),
                Reading::Special(_) => Some(Way::Negative),
                _ => None,
            },
            Reading::Group(_) if is_person => Some(Way::Group),
            Reading::Special("owner" | "administrators") => None,
            Reading::Special(_) => Some(Way::Everybody),
            Reading::Person(name) if is_person && alike(name, self.identifier) => {
                Some(Way::Misspelt)
            }
            _ => None,
        }
    }

    fn seen(&self, view: &View) -> Vec<Effective> {
        let folder = |effect: &observe::FolderEffect| {
            let hidden_by = self.hidden_by(&effect.path, &view.visible);
            Effective {
                level: self.levels.name(effect.rights, &self.state.vocabulary),
                rights: effect.rights,
                entry: self.entry(&effect.path),
                visible: Some(view.visible.listed.contains(&effect.path)),
                hidden_by,
                subscribed: Some(view.visible.subscribed.contains(&effect.path)),
                folder: effect.path.clone(),
            }
        };
        view.effect.folders.iter().map(folder).collect()
    }

    fn by_entries(&self) -> Vec<Effective> {
        let folder = |folder: &&Folder| {
            let entry = folder.rights_of(self.identifier);
            let rights = entry.unwrap_or_default();
            Effective {
                folder: folder.path.clone(),
                level: self.levels.name(rights, &self.state.vocabulary),
                rights,
                entry,
                visible: None,
                hidden_by: None,
                subscribed: None,
            }
        };
        self.folders.iter().map(folder).collect()
    }

    fn entry(&self, path: &str) -> Option<crate::model::rights::Rights> {
        self.state.folder(path)?.rights_of(self.identifier)
    }

    /// The nearest folder above `path` that exists and that a list does not show.
    fn hidden_by(&self, path: &str, visible: &Visible) -> Option<String> {
        let parents = path.rmatch_indices('/').map(|(at, _)| &path[..at]);
        let mut hidden = parents.filter(|parent| {
            self.state.folder(parent).is_some() && !visible.listed.contains(*parent)
        });
        hidden.next().map(str::to_owned)
    }

    /// The answer in sentences, and the commands that would mend what is wrong.
    fn verdict(
        &self,
        mailbox: &str,
        who: &str,
        path: Option<&str>,
        folders: &[Effective],
        entries: &[Counting],
    ) -> (Vec<String>, Vec<String>) {
        let mut said = Vec::new();
        let mut mend = Vec::new();
        let with = |c: char| folders.iter().filter(|folder| folder.rights.has(c)).count();
        let all = folders.len();
        match with('r') {
            0 => said.push("cannot read any folder".to_owned()),
            n if n == all => said.push(format!("can read {}", every(all))),
            n => said.push(format!("can read {n} of {}", folders_of(all))),
        }
        said.extend(path.map(|path| format!("sees the mailbox as {path}")));
        let verified = folders.iter().any(|folder| folder.visible.is_some());
        if !entries.iter().any(|entry| entry.way == Way::Own) {
            said.push("no entry names them".to_owned());
            if with('r') == 0 {
                mend.push(format!("sharemail grant {mailbox} {who} --read-only"));
            }
        }
        let lost = folders
            .iter()
            .filter(|f| verified && f.entry.is_some_and(|e| !f.rights.contains(e)))
            .count();
        if lost > 0 {
            said.push(format!(
                "on {} the server gives less than the entry says",
                folders_of(lost)
            ));
        }
        let unshown = folders.iter().filter(|f| {
            !f.rights.is_empty()
                && f.entry.is_none()
                && !entries.iter().any(|e| e.folders.contains(&f.folder))
        });
        if verified && unshown.count() > 0 {
            said.push(
                "the server gives rights that no entry shows (a default of the server's)"
                    .to_owned(),
            );
        }
        for entry in entries {
            match entry.way {
                Way::Negative => {
                    said.push(format!("{} takes {} away", entry.identifier, entry.rights));
                    mend.push(format!(
                        "sharemail revoke {mailbox} id:{}",
                        entry.identifier
                    ));
                }
                Way::Misspelt => said.push(format!(
                    "the entry {} is spelled as this server never reads it",
                    entry.identifier
                )),
                _ => {}
            }
        }
        let readable_hidden = folders
            .iter()
            .filter(|f| f.rights.has('r') && f.visible == Some(false))
            .count();
        if readable_hidden > 0 {
            said.push(format!(
                "can read {} that no list shows: the right l is missing there",
                folders_of(readable_hidden)
            ));
        }
        if let Some(above) = folders
            .iter()
            .find_map(|f| f.hidden_by.as_ref().filter(|_| f.rights.has('r')))
        {
            said.push(format!(
                "{above} is not listed, and some mail programs hide what lies below it"
            ));
            mend.push(format!(
                "sharemail grant {mailbox} {who} --rights l --folder {above:?} --no-recurse"
            ));
        }
        let unsubscribed = folders
            .iter()
            .filter(|f| f.rights.has('l') && f.subscribed == Some(false))
            .count();
        if unsubscribed > 0 {
            said.push(format!(
                "is not subscribed to {}: many mail programs show only what is",
                folders_of(unsubscribed)
            ));
            mend.push(format!("sharemail folder subscribe {mailbox} {who}"));
        }
        mend.dedup();
        (said, mend)
    }
}

/// Whether two spellings look like the same person.
fn alike(a: &str, b: &str) -> bool {
    let local = |name: &str| name.split('@').next().unwrap_or_default().to_lowercase();
    a.eq_ignore_ascii_case(b) || a.contains('@') != b.contains('@') && local(a) == local(b)
}

fn folders_of(n: usize) -> String {
    if n == 1 {
        "1 folder".to_owned()
    } else {
        format!("{n} folders")
    }
}

fn every(n: usize) -> String {
    if n == 1 {
        "the folder".to_owned()
    } else {
        format!("all {n} folders")
    }
}
