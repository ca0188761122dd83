//! What a member really gets, in a session of her own: MYRIGHTS (RFC 4314, section 3.5), and beside
//! it LIST and EXAMINE, as there are servers whose MYRIGHTS tells less than she can do.

use super::names::patterns;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{Glance, Glanced, Refusal, Session};
use crate::model::dialect::Family;
use crate::model::effect::{Effect, FolderEffect};
use crate::model::folder::WireName;
use crate::model::pace::Pace;
use crate::model::rights::Rights;
use crate::model::state::Folder;
use crate::model::tree::Tree;
use std::collections::BTreeMap;

/// A folder, and what to look at.
#[derive(Clone, Copy)]
pub struct Sought<'a> {
    /// The folder.
    pub folder: &'a Folder,
    /// How far to look.
    pub eyes: Eyes,
}

/// How far to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eyes {
    /// By MYRIGHTS; where that lacks some of these, LIST and EXAMINE are asked as well, which takes
    /// another round trip.
    For(Rights),
    /// For whatever is left: by all three at once.
    Left,
}

/// What `session` may do with `folders`, under whichever of `trees` shows it anything; further than
/// by MYRIGHTS where that lacks some of `sought`.
///
/// # Errors
/// Whatever the session may meet, and where the server's answer leaves open what there is.
pub fn effect(
    session: &mut Session,
    trees: &[Tree],
    folders: &[&Folder],
    sought: Rights,
    pace: &Pace,
) -> Result<Effect> {
    let eyes = Eyes::For(sought);
    let folders = folders.iter().map(|folder| Sought { folder, eyes });
    let effect = sight(session, trees, &folders.collect::<Vec<_>>(), pace)?;
    match effect.unknown() {
        Some(why) => Err(Error::new(Exit::TryAgain, why)),
        None => Ok(effect),
    }
}

/// What `session` may do with each folder that is `sought`, under whichever of `trees` shows it
/// anything. A folder is denied only by a refusal that says so under every one of them: whatever
/// else is refused is unknown, and part of the answer.
///
/// # Errors
/// Whatever the session may meet.
pub fn sight(
    session: &mut Session,
    trees: &[Tree],
    sought: &[Sought],
    pace: &Pace,
) -> Result<Effect> {
    let mut best: Option<Effect> = None;
    let mut guesses = Guesses::default();
    for (at, tree) in trees.iter().enumerate() {
        if at == 0 {
            let others = trees.get(1..).unwrap_or_default().iter();
            guesses.roots = others.map(|tree| tree.root().clone()).collect();
        }
        let likeliest = best.is_none();
        let ask = Ask::new(session, tree, sought, likeliest);
        let mut seen = ask.look(session, &mut guesses, pace)?;
        if seen.is_anything() {
            return Ok(seen);
        }
        if let Some(before) = &best {
            // What one name leaves open, another's denial does not close.
            for (folder, before) in seen.folders.iter_mut().zip(&before.folders) {
                match (&before.wire, &folder.wire) {
                    // What has no name under a tree is not there.
                    (None, _) => {}
                    (Some(_), None) => *folder = before.clone(),
                    _ => folder.unknown = before.unknown.clone().or(folder.unknown.take()),
                }
            }
            seen.tree.clone_from(&before.tree);
        }
        best = Some(seen);
    }
    Ok(best.unwrap_or_else(|| Effect {
        tree: None,
        folders: sought.iter().map(nothing).collect(),
        tells: None,
    }))
}

fn nothing(sought: &Sought) -> FolderEffect {
    FolderEffect {
        path: sought.folder.path.clone(),
        ..FolderEffect::default()
    }
}

/// The other names that the mailbox may have in a session, beside the likeliest.
///
/// Measured on Dovecot 2.3: EXAMINE below a name that is no user's is an internal error, which takes
/// it 2 ms and a line in its log for every folder, thirty times as long as a folder that is denied. So
/// EXAMINE of each such root goes out along with all that is asked under the likeliest name; where it
/// meets that error, MYRIGHTS and LIST, which are asked of every folder all the same, decide below that
/// root. Under every other name EXAMINE stays the proof for every folder: a refusal costs no more there
/// (0.06 ms) than one of MYRIGHTS.
#[derive(Default)]
struct Guesses {
    /// Those that have yet to be tried.
    roots: Vec<WireName>,
    opens: BTreeMap<WireName, Result<(), Refusal>>,
}

impl Guesses {
    /// The root of `tree` and what EXAMINE met there, where that is nobody's name.
    fn nobodys(&self, tree: &Tree) -> Option<(WireName, Result<(), Refusal>)> {
        let tried = self.opens.get_key_value(tree.root());
        let tried = tried.filter(|(_, opened)| match opened {
            Err(refusal) => refusal.code.as_deref() == Some("SERVERBUG"),
            Ok(()) => false,
        });
        tried.map(|(root, opened)| (root.clone(), opened.clone()))
    }
}

/// What is asked about a mailbox under one tree of names, in one round trip or two.
struct Ask<'a> {
    tree: &'a Tree,
    /// Whether it is the first, by which the mailbox is called here if it is in sight at all.
    likeliest: bool,
    /// Whether it was seen to be nobody's name: nothing is opened below it.
    is_nobodys: bool,
    sought: &'a [Sought<'a>],
    /// The names of each folder: one, and for INBOX a second where it may lie below a level that
    /// is no folder.
    names: Vec<Vec<WireName>>,
    told: BTreeMap<WireName, Result<Rights, Refusal>>,
    opens: BTreeMap<WireName, Result<(), Refusal>>,
    /// The names that were listed, each with whether it is a folder.
    listed: Option<BTreeMap<WireName, bool>>,
    tells: Option<Rights>,
}

impl<'a> Ask<'a> {
    fn new(session: &Session, tree: &'a Tree, sought: &'a [Sought<'a>], likeliest: bool) -> Self {
        let second = second_inbox(session, tree);
        let names = |sought: &Sought| {
            let first = tree.wire(&sought.folder.path).ok();
            let is_root = first.as_ref() == Some(tree.root());
            let second = second.clone().filter(|_| is_root);
            Vec::from_iter(first.into_iter().chain(second))
        };
        Self {
            tree,
            likeliest,
            is_nobodys: false,
            sought,
            names: sought.iter().map(names).collect(),
            told: BTreeMap::new(),
            opens: BTreeMap::new(),
            listed: None,
            tells: None,
        }
    }

    fn look(mut self, session: &mut Session, guesses: &mut Guesses, pace: &Pace) -> Result<Effect> {
        let mut first = Glance::default();
        if let Some((root, opened)) = guesses.nobodys(self.tree).filter(|_| !self.likeliest) {
            self.is_nobodys = true;
            self.opens.insert(root, opened);
        }
        for (sought, names) in self.sought.iter().zip(&self.names) {
            first.rights.extend(names.iter().cloned());
            if sought.eyes == Eyes::Left {
                if !self.is_nobodys {
                    first.open.extend(names.iter().cloned());
                }
                // First of all: some servers know a folder only to whoever has listed it.
                if first.list.is_empty() {
                    first.list = patterns(self.tree);
                }
            }
        }
        self.take_with(session, first, guesses, pace)?;
        let second = self.second_look();
        if !second.rights.is_empty() || !second.open.is_empty() || !second.list.is_empty() {
            self.take_with(session, second, guesses, pace)?;
        }
        Ok(self.effect())
    }

    /// Asks `glance`, and tries what other names there are in the same breath where it opens folders.
    fn take_with(
        &mut self,
        session: &mut Session,
        mut glance: Glance,
        guesses: &mut Guesses,
        pace: &Pace,
    ) -> Result<()> {
        let mut tried = Vec::new();
        if !glance.open.is_empty() {
            tried.append(&mut guesses.roots);
            tried.retain(|root| !glance.open.contains(root));
            glance.open.extend(tried.iter().cloned());
        }
        self.take(session, &glance, pace)?;
        let opened = tried
            .iter()
            .filter_map(|root| self.opens.remove_entry(root));
        guesses.opens.extend(opened);
        Ok(())
    }

    fn take(&mut self, session: &mut Session, glance: &Glance, pace: &Pace) -> Result<()> {
        let rfc4314 = session.capabilities().rights().is_some();
        let Glanced {
            listed,
            unlisted,
            rights,
            opens,
        } = session.glance(glance, pace)?;
        if !glance.list.is_empty() && unlisted.is_none() {
            let names = listed.into_iter().map(|l| (l.is_selectable(), l.name));
            self.listed = Some(names.map(|(folder, name)| (name, folder)).collect());
        }
        let normal = |rights: Rights| match rfc4314 {
            true => rights.without_virtual(),
            false => rights,
        };
        for (name, told) in glance.rights.iter().zip(rights) {
            let told = told.map(normal);
            if name.is_inbox() && !self.names.iter().flatten().any(|asked| asked == name) {
                self.tells = told.ok();
            } else {
                self.told.insert(name.clone(), told);
            }
        }
        self.opens.extend(glance.open.iter().cloned().zip(opens));
        Ok(())
    }

    /// What MYRIGHTS left open, asked again behind LIST, and with EXAMINE where it can be read.
    fn second_look(&self) -> Glance {
        let mut glance = Glance::default();
        for (at, sought) in self.sought.iter().enumerate() {
            let names = &self.names[at];
            let denied = |name: &&WireName| self.told.get(*name).is_some_and(is_denied);
            match sought.eyes {
                Eyes::For(rights) => {
                    let lacking = rights.minus(self.folder(at).rights);
                    if lacking.is_empty() {
                        continue;
                    }
                    if self.listed.is_none() && glance.list.is_empty() {
                        glance.list = patterns(self.tree);
                    }
                    glance.rights.extend(names.iter().filter(denied).cloned());
                    if lacking.has('r') && !self.is_nobodys {
                        glance.open.extend(names.iter().cloned());
                    }
                }
                Eyes::Left => {
                    let shown = |name: &&WireName| self.is_listed(name) == Some(true);
                    let again = names.iter().filter(denied).filter(shown);
                    let again: Vec<WireName> = again.cloned().collect();
                    glance.open.extend(again.iter().cloned());
                    glance.rights.extend(again);
                }
            }
        }
        let asks = !glance.list.is_empty() || !glance.rights.is_empty();
        let inbox = WireName::inbox();
        if asks && !self.told.contains_key(&inbox) {
            // Which letters MYRIGHTS tells at all.
            glance.rights.push(inbox);
        }
        glance
    }

    fn is_listed(&self, name: &WireName) -> Option<bool> {
        let listed = self.listed.as_ref()?;
        Some(listed.get(name).copied().unwrap_or_default())
    }

    /// Whether it was listed as a level of names and no folder.
    fn is_bare_level(&self, name: &WireName) -> bool {
        let listed = self.listed.as_ref();
        listed.is_some_and(|listed| listed.get(name) == Some(&false))
    }

    /// Whether a list shows a guess at the name only because it was asked about: seen on Dovecot 2.4,
    /// which lists the mailbox of a user whom nobody knows from the first question about it on, and
    /// says to every question that there is none.
    fn is_echo(&self, name: &WireName) -> bool {
        let is_none = |refusal: &Refusal| refusal.code.as_deref() == Some("NONEXISTENT");
        let told = self.told.get(name).and_then(|told| told.as_ref().err());
        let opened = self
            .opens
            .get(name)
            .and_then(|opened| opened.as_ref().err());
        !self.likeliest && told.is_some_and(is_none) && opened.is_some_and(is_none)
    }

    /// What was seen of the folder at this place: under the first of its names that shows anything.
    fn folder(&self, at: usize) -> FolderEffect {
        let Some(sought) = self.sought.get(at) else {
            return FolderEffect::default();
        };
        let mut seen: Option<FolderEffect> = None;
        for name in self.names.get(at).into_iter().flatten() {
            let under = self.under(name, sought.folder);
            let before = seen.as_ref();
            if before.is_none_or(|before| before.rights.is_empty() && !under.rights.is_empty()) {
                seen = Some(under);
            } else if let (Some(seen), true) = (&mut seen, under.rights.is_empty()) {
                let open = seen.rights.is_empty().then_some(under.unknown).flatten();
                seen.unknown = seen.unknown.take().or(open);
            }
        }
        seen.unwrap_or_else(|| FolderEffect {
            unknown: Some(format!(
                "no name of this session's can be that of {:?}",
                sought.folder.path
            )),
            ..nothing(sought)
        })
    }

    fn under(&self, name: &WireName, folder: &Folder) -> FolderEffect {
        let told = self.told.get(name);
        let opened = self.opens.get(name);
        let listed = self
            .is_listed(name)
            .map(|listed| listed && !self.is_echo(name));
        let opens = match opened {
            Some(Ok(())) => Some(true),
            Some(Err(refusal)) if refusal.denies() || self.is_bare_level(name) => Some(false),
            // Seen on Dovecot: EXAMINE of a user's whom nobody knows is an internal error. For such
            // a guess at the name, what MYRIGHTS and LIST deny is enough.
            Some(Err(_)) if !self.likeliest && told.is_some_and(is_denied) => {
                (listed == Some(false)).then_some(false)
            }
            _ => None,
        };
        let open_question = |verb: &str, refusal: &Refusal| {
            let tried = format!("{verb} on {:?}", folder.path);
            refusal.error(&tried).what().to_owned()
        };
        let untold = match told {
            Some(Err(refusal)) if !refusal.denies() && !self.is_bare_level(name) => {
                Some(open_question("MYRIGHTS", refusal))
            }
            _ => None,
        };
        let unopened = match opened {
            Some(Err(refusal)) if opens.is_none() => Some(open_question("EXAMINE", refusal)),
            _ => None,
        };
        let told = told.and_then(|told| told.as_ref().ok().copied());
        let told = told.unwrap_or_default();
        let letter = |shown: Option<bool>, letter: char| match shown {
            Some(true) => Rights::NONE.with(letter).unwrap_or_default(),
            _ => Rights::NONE,
        };
        FolderEffect {
            path: folder.path.clone(),
            wire: Some(name.clone()),
            rights: told.union(letter(listed, 'l')).union(letter(opens, 'r')),
            told,
            listed,
            opens,
            unknown: untold.or(unopened),
        }
    }

    fn effect(self) -> Effect {
        let folders: Vec<FolderEffect> = (0..self.sought.len()).map(|at| self.folder(at)).collect();
        // Where INBOX was found below the level that is none, that is the mailbox itself here.
        let inbox = folders.iter().zip(&self.names).find_map(|(seen, names)| {
            let second = seen.wire.as_ref() == names.get(1) && !self.is_folder(names.first());
            seen.wire.clone().filter(|_| second)
        });
        let tree = match inbox {
            Some(inbox) => self.tree.with_root(inbox),
            None => self.tree.clone(),
        };
        Effect {
            tree: Some(tree),
            folders,
            tells: self.tells,
        }
    }

    fn is_folder(&self, name: Option<&WireName>) -> bool {
        name.is_some_and(|name| matches!(self.told.get(name), Some(Ok(_))))
    }
}

fn is_denied(told: &Result<Rights, Refusal>) -> bool {
    told.as_ref().is_err_and(Refusal::denies)
}

/// Where INBOX lies if the mailbox's own name is only a level; on Cyrus and Courier it never is.
fn second_inbox(session: &Session, tree: &Tree) -> Option<WireName> {
    let one_name = matches!(session.server_family(), Family::Cyrus | Family::Courier);
    if one_name { None } else { tree.inbox_below() }
}
