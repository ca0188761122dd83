//! How the server spells people in its entries, and what shows it.

use super::Examination;
use super::mailbox::key;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::dialect::{Family, Reading};
use crate::model::login::Spelling;
use crate::model::state::Mailbox;
use crate::profile::Profile;
use crate::reach::Opened;
use crate::report::doctor::{Finding, Section};

impl Examination {
    /// Tells the spelling that is used, how it was found out, and whether the entries agree.
    pub(super) fn spelling(&mut self, opened: &Opened, state: &Mailbox, profile: &Profile) {
        let used = opened.dialect.people;
        let seen = seen(opened, state, profile);
        let said = profile.identifier.is_some();
        let example = format!("people are spelled {}", describe(used));
        let finding = match seen {
            Some((shown, why)) if shown == used && said => {
                let says = format!("{example}: the profile says so, and {why}");
                Finding::works(Section::Mailbox, "identifier", says)
            }
            Some((shown, why)) if shown == used => {
                let says = format!("{example}: found out, because {why}");
                Finding::works(Section::Mailbox, "identifier", says)
            }
            Some((shown, why)) => {
                let who = if said { "the profile" } else { "sharemail" };
                let says = format!(
                    "{who} spells people {}, but {why}: a grant would be stored and give nothing",
                    describe(used)
                );
                let error = Error::new(Exit::NotFound, &says);
                self.fails(error);
                let change = format!("identifier = \"{}\" in the profile", key(shown));
                Finding::fails(Section::Mailbox, "identifier", says).change(change)
            }
            None if said => {
                let says = format!("{example}: the profile says so; no entry here shows it");
                Finding::fact(Section::Mailbox, "identifier", says)
            }
            None => {
                let says = format!("{example}: assumed, as no entry here shows it");
                let change = "identifier = \"address\" or \"local-part\" in the profile settles it";
                self.doubts("how the server spells people is assumed");
                Finding::warning(Section::Mailbox, "identifier", says).change(change)
            }
        };
        self.note(finding.value(key(used)));
    }
}

/// How the entries of the mailbox spell people, and what shows it.
fn seen(opened: &Opened, state: &Mailbox, profile: &Profile) -> Option<(Spelling, String)> {
    let spelled = |name: &str| {
        if name.contains('@') {
            Spelling::Address
        } else {
            Spelling::LocalPart
        }
    };
    let root = state.root()?;
    let local = |name: &str| name.split('@').next().unwrap_or_default().to_lowercase();
    let own = local(opened.owner.as_deref().unwrap_or(&state.name));
    let people = || {
        root.entries()
            .filter(|(name, _)| is_person(name, opened, profile))
    };
    if let Some((name, _)) = people().find(|(name, rights)| rights.has('a') && local(name) == own) {
        return Some((spelled(name), format!("the owner's entry is {name}")));
    }
    if let (Some(owner), Family::Cyrus) = (&opened.owner, opened.dialect.family) {
        return Some((spelled(owner), format!("the owner is called {owner}")));
    }
    let mut all = people().map(|(name, _)| name);
    let first = all.next()?;
    let agree = all.all(|name| spelled(name) == spelled(first));
    agree.then(|| (spelled(first), format!("there is an entry for {first}")))
}

fn is_person(name: &str, opened: &Opened, profile: &Profile) -> bool {
    matches!(opened.dialect.read(name), Reading::Person(_)) && name != profile.imap.user
}

fn describe(spelling: Spelling) -> &'static str {
    match spelling {
        Spelling::Address => "by address (alice@example.com)",
        Spelling::LocalPart => "by what stands before the @ (alice)",
    }
}
