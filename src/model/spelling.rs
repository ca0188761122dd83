//! How a server spells people in its entries, and what shows it. One place decides, for every verb
//! and for `doctor`: an entry under the wrong spelling is stored and gives nothing.

use super::dialect::{Dialect, Family, Reading};
use super::home::Home;
use super::login::Spelling;
use super::rights::Rights;
use super::state::{Folder, Ground, Mailbox, Shown};

/// What is known of a mailbox and its administrator besides the entries.
#[derive(Clone, Copy, Debug)]
pub struct Clues<'a> {
    /// What the profile says.
    pub said: Option<Spelling>,
    /// The administrator's login name.
    pub login: &'a str,
    /// Whether the names of the mailboxes are those that Cyrus shows its administrators, with the
    /// domain of each: members are shown none.
    pub whole_names: bool,
}

impl Mailbox {
    /// Settles how people are spelled in this mailbox: as the profile says, else as the entries
    /// show, else as was supposed when it was opened.
    pub fn settle_spelling(&mut self, clues: Clues) {
        let shown = self.shown(clues);
        let found = shown.as_ref().map(|shown| shown.spelling);
        self.dialect.people = clues.said.or(found).unwrap_or(self.dialect.people);
        self.ground = Ground {
            said: clues.said.is_some(),
            shown,
        };
        self.respell_owner(clues);
        self.respell_administrator(clues);
    }

    /// Why nothing must be given under the spelling that the profile says: the entries show
    /// another one for certain. In a sentence.
    pub fn contradiction(&self) -> Option<String> {
        let shown = self.ground.shown.as_ref()?;
        let contradicts = shown.certain && shown.spelling != self.dialect.people;
        contradicts.then(|| {
            format!(
                "the profile spells people {}, but {}: a grant would be stored and give nothing",
                self.dialect.people.in_words(),
                shown.why
            )
        })
    }

    fn shown(&self, clues: Clues) -> Option<Shown> {
        let certain = |name: &str, why: String| Shown {
            spelling: Spelling::of(name),
            why,
            certain: true,
        };
        let named = self.owner.as_deref().filter(|_| clues.whole_names);
        if let Some(owner) = named.filter(|owner| self.is_at_home(owner)) {
            return Some(certain(owner, format!("the owner is called {owner}")));
        }
        let root = self.speaking()?;
        if let Some(name) = self.the_owners(root).filter(|name| self.is_at_home(name)) {
            return Some(certain(name, format!("the owner's entry is {name}")));
        }
        if let Some(name) = the_logins(root, clues.login).filter(|name| self.is_at_home(name)) {
            return Some(certain(name, format!("the login's own entry is {name}")));
        }
        let others = root
            .entries()
            .map(|(name, _)| name)
            .filter(|name| is_person(&self.dialect, name) && *name != clues.login)
            .filter(|name| self.is_at_home(name));
        let first = agreed(others)?;
        Some(Shown {
            spelling: Spelling::of(first),
            why: format!("there is an entry for {first}"),
            certain: false,
        })
    }

    /// The folder whose entries show how people are spelled: the mailbox itself, or where those could
    /// not be read the first other one.
    fn speaking(&self) -> Option<&Folder> {
        let others = self.folders.iter();
        let mut all = self.root().into_iter().chain(others);
        all.find(|folder| folder.acl.is_ok())
    }

    /// Whether `name` shows how people of the profile's domain are spelled. One of another domain does
    /// not on Cyrus, which leaves out one domain and writes all others.
    fn is_at_home(&self, name: &str) -> bool {
        let home = Home::new(self.dialect.home.as_deref());
        self.dialect.family != Family::Cyrus || home.is_of(name)
    }

    /// The owner's entry, where it stands there in one spelling.
    fn the_owners<'a>(&self, root: &'a Folder) -> Option<&'a str> {
        let own = local(self.owner.as_deref().unwrap_or(&self.name));
        let holds = |(name, rights): &(&str, Rights)| rights.has('a') && local(name) == own;
        let mine = root.entries().filter(holds).map(|(name, _)| name);
        agreed(mine.filter(|name| is_person(&self.dialect, name)))
    }

    /// Whoever logs in by an address may stand in the entries by what is before the @: taken for
    /// somebody else, she would be stripped of the folders that keep identities.
    fn respell_administrator(&mut self, clues: Clues) {
        let entry = self.root().and_then(|root| the_logins(root, clues.login));
        if let (Some(administrator), Some(entry)) = (&self.administrator, entry)
            && administrator == clues.login
        {
            self.administrator = Some(entry.to_owned());
        }
    }

    /// A member of a Cyrus sees no domain in the name of a mailbox: its owner is called as people
    /// are.
    fn respell_owner(&mut self, clues: Clues) {
        let cyrus = self.dialect.family == Family::Cyrus;
        let bare = self.owner.as_deref().filter(|owner| !owner.contains('@'));
        let (Some(owner), Spelling::Address, true) = (bare, self.dialect.people, cyrus) else {
            return;
        };
        if clues.whole_names {
            return;
        }
        let entry = self.root().and_then(|root| self.the_owners(root));
        let entry = entry.filter(|name| name.contains('@')).map(str::to_owned);
        let home = self.dialect.home.as_deref();
        let whole = entry.or_else(|| Some(format!("{owner}@{}", home?)));
        self.owner = whole.or_else(|| Some(owner.to_owned()));
    }
}

/// The entry of somebody who logged in by an address, where it stands there in one spelling and
/// gives the right to give rights, which she has.
fn the_logins<'a>(root: &'a Folder, login: &str) -> Option<&'a str> {
    // A bare login name may be an administrator's, whom the server calls otherwise than its people.
    let (own, _) = login.rsplit_once('@')?;
    let own = own.to_lowercase();
    let bare = |name: &str| name.to_lowercase() == own;
    let mine = root.entries().filter(|(name, rights)| {
        rights.has('a') && (name.eq_ignore_ascii_case(login) || bare(name))
    });
    agreed(mine.map(|(name, _)| name))
}

/// The first of `names`, where all are spelled alike.
fn agreed<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let first = names.next()?;
    let alike = names.all(|name| Spelling::of(name) == Spelling::of(first));
    alike.then_some(first)
}

fn is_person(dialect: &Dialect, name: &str) -> bool {
    matches!(dialect.read(name), Reading::Person(_))
}

fn local(name: &str) -> String {
    name.split('@').next().unwrap_or_default().to_lowercase()
}

impl Spelling {
    /// How `name` is spelled.
    pub fn of(name: &str) -> Self {
        if name.contains('@') {
            Spelling::Address
        } else {
            Spelling::LocalPart
        }
    }

    /// As the profile writes it.
    pub fn key(self) -> &'static str {
        match self {
            Spelling::Address => "address",
            Spelling::LocalPart => "local-part",
        }
    }

    /// The same in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Spelling::Address => "by address (alice@example.com)",
            Spelling::LocalPart => "by what stands before the @ (alice)",
        }
    }

    /// What to change in the profile, where this is how the server spells people.
    pub fn advice(self) -> String {
        format!("identifier = \"{}\" in the profile", self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use proptest::prelude::*;

    fn settled(mut state: Mailbox, said: Option<Spelling>, login: &str) -> Mailbox {
        state.settle_spelling(Clues {
            said,
            login,
            whole_names: false,
        });
        state
    }

    /// As a member of a Cyrus sees it: without a domain.
    fn cyrus(entries: &[(&str, &str)]) -> Mailbox {
        let mut state = mailbox(&[("INBOX", entries)]);
        state.dialect.family = Family::Cyrus;
        state.dialect.people = Spelling::LocalPart;
        state.owner = Some("support".to_owned());
        state
    }

    #[test]
    fn the_entries_tell_what_a_name_without_a_domain_does_not() {
        let entries = [
            ("support@example.com", "lra"),
            ("alice@example.com", "lra"),
            ("bob", "lr"),
        ];
        let state = settled(cyrus(&entries), None, "alice@example.com");
        assert_eq!(state.dialect.people, Spelling::Address);
        assert_eq!(state.owner.as_deref(), Some("support@example.com"));
        assert_eq!(state.contradiction(), None);
        let state = settled(cyrus(&entries[1..]), None, "alice@example.com");
        assert_eq!(state.dialect.people, Spelling::Address);
        assert_eq!(state.owner.as_deref(), Some("support@example.com"));
        let bare = [
            ("support", "lra"),
            ("alice", "lra"),
            ("bob@other.org", "lr"),
        ];
        let state = settled(cyrus(&bare), None, "alice@example.com");
        assert_eq!(state.dialect.people, Spelling::LocalPart);
        assert_eq!(state.owner.as_deref(), Some("support"));
        let mut state = cyrus(&bare);
        state.administrator = Some("alice@example.com".to_owned());
        let state = settled(state, None, "alice@example.com");
        assert_eq!(state.administrator.as_deref(), Some("alice"));
    }

    #[test]
    fn a_profile_that_the_owners_entry_contradicts_is_told() {
        let entries = [("support@example.com", "lra"), ("bob", "lr")];
        let state = settled(cyrus(&entries), Some(Spelling::LocalPart), "admin");
        assert_eq!(state.dialect.people, Spelling::LocalPart);
        let says = state.contradiction().unwrap();
        assert!(says.contains("the owner's entry is support@example.com"));
    }

    #[test]
    fn the_entries_of_others_may_be_mistakes() {
        let state = settled(cyrus(&[("bob", "lr")]), Some(Spelling::Address), "admin");
        assert_eq!(state.dialect.people, Spelling::Address);
        assert_eq!(state.contradiction(), None);
        let mut state = mailbox(&[("INBOX", &[("bob", "lr"), ("carol", "lr"), ("admin", "la")])]);
        state.owner = None;
        let state = settled(state, None, "admin");
        assert_eq!(state.dialect.people, Spelling::LocalPart);
    }

    #[test]
    fn where_the_mailbox_itself_cannot_be_read_another_folder_speaks() {
        let entries = [("support", "lra"), ("bob", "lr")];
        let mut state = mailbox(&[("INBOX", &[]), ("Sent", &entries)]);
        state.folders[0].acl = Err("(NOPERM): no".to_owned());
        state.owner = Some("support@example.com".to_owned());
        state.dialect.people = Spelling::Address;
        let state = settled(state, None, "admin");
        assert_eq!(state.dialect.people, Spelling::LocalPart);
        // Where nothing can be read, nothing is shown.
        let mut state = mailbox(&[("INBOX", &[])]);
        state.folders[0].acl = Err("(NOPERM): no".to_owned());
        state.owner = None;
        assert_eq!(settled(state, None, "admin").ground.shown, None);
    }

    #[test]
    fn an_owner_of_another_domain_shows_nothing_of_this_one() {
        let mut state = cyrus(&[("team@other.org", "lra"), ("dave@other.org", "lr")]);
        state.owner = Some("team@other.org".to_owned());
        state.settle_spelling(Clues {
            said: None,
            login: "cyrus",
            whole_names: true,
        });
        assert_eq!(state.dialect.people, Spelling::LocalPart);
        assert_eq!(state.ground.shown, None);
        assert_eq!(state.owner.as_deref(), Some("team@other.org"));
    }

    #[test]
    fn an_owner_who_stands_there_twice_shows_nothing() {
        let both = [("support", "lra"), ("support@example.com", "lra")];
        assert_eq!(cyrus(&both).the_owners(&cyrus(&both).folders[0]), None);
    }

    proptest! {
        /// What the profile says is obeyed whatever the entries say, and is contradicted only by
        /// the owner or the login.
        #[test]
        fn nobody_elses_entry_contradicts_the_profile(
            names in proptest::collection::vec("[a-z]{1,4}(@[a-z]{1,3}\\.test)?", 0..5),
            by_address in any::<bool>(),
        ) {
            let said = if by_address { Spelling::Address } else { Spelling::LocalPart };
            let entries: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "lr")).collect();
            let state = settled(cyrus(&entries), Some(said), "admin@example.com");
            prop_assert_eq!(state.dialect.people, said);
            prop_assert_eq!(state.contradiction(), None);
        }
    }
}
