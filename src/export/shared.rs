//! One shared mailbox, and the people who may send for it.

use super::Groups;
use crate::mail::MailAddress;
use crate::model::dialect::{Dialect, Reading};
use crate::model::identity::{Identity, Standing};
use crate::model::level::{Level, Levels, Naming};
use crate::model::login::Spelling;
use crate::model::member::{Member, members};
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::who::is_readable;
use std::collections::BTreeSet;

/// A mailbox with its senders, every group taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// What people call it.
    pub name: String,
    /// Where mail for it goes; a folder in a public namespace has no such place.
    pub address: Option<MailAddress>,
    /// Who may send as it.
    pub send_as: BTreeSet<MailAddress>,
    /// Who may send on its behalf.
    pub send_on_behalf: BTreeSet<MailAddress>,
    /// Who has full access to every folder.
    pub full_access: BTreeSet<MailAddress>,
    /// Who has access of another kind.
    pub other_access: Vec<Other>,
    /// Who may send as it by a login name without a domain, which is no address.
    pub logins: BTreeSet<String>,
    /// Who may send on its behalf by such a login name.
    pub logins_on_behalf: BTreeSet<String>,
    /// Everybody who has anything to do with it.
    pub people: BTreeSet<MailAddress>,
    /// What is left out, and why.
    pub remarks: Vec<String>,
    /// Whether somebody is left out whose identifier cannot be read.
    pub is_nameless: bool,
    /// How its entries spell people, as they log in.
    pub spelling: Spelling,
    /// Whether senders are left out who may be right, as an identity is not believed.
    pub is_disbelieved: bool,
    /// Whether somebody may be missing: an identity is not believed or not known, or the entries of a
    /// folder could not be read.
    pub is_partial: bool,
}

/// Access that is not full access of somebody by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Who has it, as on the command line.
    pub who: String,
    /// What it is called.
    pub level: String,
    /// Why it is not among the others.
    pub why: Why,
}

/// Why access is not full access of somebody by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is less.
    Less,
    /// It is a group's, and no file says who is in it.
    NoGroupFile,
    /// It is everybody's.
    Everybody,
    /// Its holder is called by no address.
    NoAddress,
    /// It takes something away.
    TakesAway,
}

impl Shared {
    /// Those who may send as it and have no address, each in a sentence.
    pub fn without_address(&self) -> impl Iterator<Item = String> {
        let logins = [
            (Identity::SendAs, &self.logins),
            (Identity::SendOnBehalf, &self.logins_on_behalf),
        ];
        logins.into_iter().flat_map(|(identity, logins)| {
            logins.iter().map(move |login| {
                format!("the login {login:?} holds {identity}, and is no address: it has no domain")
            })
        })
    }
}

/// What a mailbox is looked at with.
struct Look<'a> {
    mailbox: &'a Mailbox,
    groups: &'a Groups,
    logins: [BTreeSet<String>; 2],
    remarks: Vec<String>,
    is_partial: bool,
}

impl Shared {
    /// What `mailbox` says, with the levels and groups given.
    pub fn new(mailbox: &Mailbox, groups: &Groups, levels: &Levels) -> Self {
        let mut look = Look {
            mailbox,
            groups,
            logins: [BTreeSet::new(), BTreeSet::new()],
            remarks: Vec::new(),
            is_partial: false,
        };
        let address = plain(&mailbox.name).ok();
        if address.is_none() {
            let remark = "it has no address that mail could come from";
            look.remarks.push(remark.to_owned());
        }
        for unread in mailbox.folders.iter().filter_map(Folder::unread) {
            look.remark(format!("{unread}: who has access there is left out"));
        }
        let believed = |identity: &Identity| mailbox.count_holders(*identity).is_some();
        let is_partial = !mailbox.unread().is_empty() || !Identity::ALL.iter().all(believed);
        let disbelieved =
            |identity: &Identity| matches!(mailbox.standing(*identity), Standing::Disbelieved(_));
        let is_disbelieved = Identity::ALL.iter().any(disbelieved);
        let send_as = look.holders(Identity::SendAs);
        let send_on_behalf = look.holders(Identity::SendOnBehalf);
        let mut people: BTreeSet<_> = send_as.union(&send_on_behalf).cloned().collect();
        let (mut full_access, mut other_access) = (BTreeSet::new(), Vec::new());
        for member in members(mailbox, levels) {
            if !is_readable(&member.identifier) {
                look.unreadable(&member.identifier);
                continue;
            }
            let those = look.people(&member.identifier);
            people.extend(those.iter().cloned());
            match of_every_folder(&member) {
                Some(Level::FullAccess) if !those.is_empty() => full_access.extend(those),
                _ if member.levels.is_empty() => {}
                level => other_access.push(Other {
                    who: member.who.clone(),
                    level: access(&member),
                    why: look.why(&member.identifier, level),
                }),
            }
        }
        let [logins, logins_on_behalf] = look.logins;
        Self {
            name: mailbox.name.clone(),
            address,
            send_as,
            send_on_behalf,
            full_access,
            other_access,
            people,
            logins,
            logins_on_behalf,
            remarks: look.remarks,
            is_nameless: look.is_partial,
            spelling: mailbox.dialect.people,
            is_disbelieved,
            is_partial: is_partial || look.is_partial,
        }
    }
}

impl Look<'_> {
    fn holders(&mut self, identity: Identity) -> BTreeSet<MailAddress> {
        let holders = match self.mailbox.standing(identity) {
            Standing::Missing => BTreeSet::new(),
            Standing::Holders(holders) => holders,
            Standing::Unknown(unread) => {
                let why: Vec<String> = unread.iter().map(ToString::to_string).collect();
                let why = why.join("; ");
                self.remark(format!("{identity} is not known and left out: {why}"));
                BTreeSet::new()
            }
            Standing::Disbelieved(intruders) => {
                let why: Vec<String> = intruders.iter().map(ToString::to_string).collect();
                let why = why.join("; ");
                self.remark(format!("{identity} is not believed and left out: {why}"));
                BTreeSet::new()
            }
        };
        let mut people = BTreeSet::new();
        for identifier in holders {
            people.extend(self.holder(identity, &identifier));
        }
        people
    }

    /// The people behind one entry that gives `identity`.
    fn holder(&mut self, identity: Identity, identifier: &str) -> Vec<MailAddress> {
        let dialect = &self.mailbox.dialect;
        if !is_readable(identifier) {
            self.unreadable(identifier);
            return Vec::new();
        }
        let people: Vec<MailAddress> = match dialect.read(identifier) {
            Reading::Group(name) => match self.groups.members(name) {
                Some(members) => members.iter().cloned().collect(),
                None => {
                    self.remark(format!(
                        "group:{name} holds {identity}, and no --group-file says who is in it"
                    ));
                    Vec::new()
                }
            },
            Reading::Person(_) => match address(dialect, identifier) {
                Ok(address) => vec![address],
                // A login name without a domain, where others have one: an administrator's, say.
                Err(_) if is_login(identifier) => {
                    let is_same = |other: &str| other == identifier;
                    if self.is_overruled_as(identity, &is_same) {
                        let who = format!("the login {identifier:?}");
                        self.remark(overruled(&who, identity));
                    } else {
                        let [as_it, on_behalf] = &mut self.logins;
                        let logins = match identity {
                            Identity::SendAs => as_it,
                            Identity::SendOnBehalf => on_behalf,
                        };
                        logins.insert(identifier.to_owned());
                    }
                    Vec::new()
                }
                Err(why) => {
                    self.remark(format!("{identifier:?} holds {identity}, and {why}"));
                    Vec::new()
                }
            },
            Reading::Special(_) | Reading::Negative(_) => {
                self.remark(format!(
                    "{identifier} holds {identity}, which cannot be told person by person"
                ));
                Vec::new()
            }
        };
        let (kept, lost): (Vec<_>, Vec<_>) = people
            .into_iter()
            .partition(|person| !self.is_overruled(identity, person));
        for person in lost {
            self.remark(overruled(&person.to_string(), identity));
        }
        kept
    }

    /// Why `identifier`, which holds `level` on every folder if it is one, has no full access by name.
    fn why(&self, identifier: &str, level: Option<Level>) -> Why {
        let dialect = &self.mailbox.dialect;
        match dialect.read(identifier) {
            Reading::Negative(_) => Why::TakesAway,
            Reading::Special("anyone" | "authenticated" | "anonymous") => Why::Everybody,
            Reading::Special(_) => Why::NoAddress,
            Reading::Group(name) if self.groups.members(name).is_none() => Why::NoGroupFile,
            Reading::Person(_) if address(dialect, identifier).is_err() => Why::NoAddress,
            // A group without members.
            _ if level == Some(Level::FullAccess) => Why::NoGroupFile,
            Reading::Person(_) | Reading::Group(_) => Why::Less,
        }
    }

    /// Whether another entry of hers takes something of what makes a holder, or gives less: servers
    /// differ in which counts, and in doubt nobody sends.
    fn is_overruled(&self, identity: Identity, person: &MailAddress) -> bool {
        self.is_overruled_as(
            identity,
            &|identifier| match self.mailbox.dialect.read(identifier) {
                Reading::Group(name) => self.groups.of(person).any(|group| group == name),
                _ => address(&self.mailbox.dialect, identifier).as_ref() == Ok(person),
            },
        )
    }

    /// The same of somebody whose entries, and those of whose groups, are `own`.
    fn is_overruled_as(&self, identity: Identity, own: &dyn Fn(&str) -> bool) -> bool {
        let needed = self.mailbox.identity_rights();
        let Some(folder) = self.folder(identity) else {
            return true;
        };
        let is_hers = |identifier: &str| match self.mailbox.dialect.read(identifier) {
            Reading::Person(_) | Reading::Group(_) => own(identifier),
            Reading::Special(name) => matches!(name, "anyone" | "authenticated"),
            Reading::Negative(_) => false,
        };
        let overrules = |(identifier, rights): (&str, Rights)| match identifier.strip_prefix('-') {
            Some(whose) => !rights.intersection(needed).is_empty() && is_hers(whose),
            None => {
                let own = matches!(self.mailbox.dialect.read(identifier), Reading::Person(_));
                own && !self.mailbox.gives_identity(rights) && is_hers(identifier)
            }
        };
        folder.entries().any(overrules)
    }

    fn folder(&self, identity: Identity) -> Option<&Folder> {
        let path = self.mailbox.identity_names.path(identity);
        let mut folders = self.mailbox.identity_folders.iter();
        folders.find(|folder| folder.path == path)
    }

    /// The people behind any entry, as far as they are known.
    fn people(&self, identifier: &str) -> Vec<MailAddress> {
        let dialect = &self.mailbox.dialect;
        match dialect.read(identifier) {
            Reading::Person(_) => address(dialect, identifier).into_iter().collect(),
            Reading::Group(name) => self
                .groups
                .members(name)
                .into_iter()
                .flatten()
                .cloned()
                .collect(),
            Reading::Special(_) | Reading::Negative(_) => Vec::new(),
        }
    }

    /// Whoever it is gets nothing under the name that is only shown.
    fn unreadable(&mut self, identifier: &str) {
        self.is_partial = true;
        self.remark(format!(
            "{identifier:?} is left out: the server's name for it is not UTF-8, and nobody can be \
             told by what is shown in its place"
        ));
    }

    fn remark(&mut self, remark: String) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }
}

fn overruled(who: &str, identity: Identity) -> String {
    format!("{who} is left out: another entry takes {identity} away, or gives less of it")
}

/// Whether `identifier` is a login name without a domain.
fn is_login(identifier: &str) -> bool {
    let fits = |c: char| !c.is_whitespace() && crate::error::is_visible(c);
    !identifier.contains('@') && identifier.chars().all(fits)
}

/// The level that a member has on every folder alike.
fn of_every_folder(member: &Member) -> Option<Level> {
    match member.level {
        Naming::Level(level) if member.differs.is_empty() => Some(level),
        _ => None,
    }
}

fn access(member: &Member) -> String {
    let level = member.level.word();
    if member.differs.is_empty() {
        level
    } else {
        format!("{level}, and something else on some folders")
    }
}

fn address(dialect: &Dialect, identifier: &str) -> Result<MailAddress, String> {
    plain(&dialect.who(identifier))
}

/// An address without quotes, in lower case: what every target reads alike.
fn plain(text: &str) -> Result<MailAddress, String> {
    let address = MailAddress::parse(&text.to_lowercase());
    let address = address.map_err(|why| format!("this is no address: {why}"))?;
    let shown = address.to_string();
    if shown.starts_with('"') || !shown.chars().all(crate::error::is_printable) {
        return Err("this address is none that every program reads alike".to_owned());
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    #[test]
    fn a_name_that_is_not_utf_8_is_left_out_and_told() {
        let all = "lrswipkxtea";
        let bad = "caf\u{fffd}@example.com";
        let state = mailbox(&[("INBOX", &[("alice@example.com", all), (bad, all)])]);
        let shared = Shared::new(&state, &Groups::default(), &Levels::default());
        assert!(shared.is_partial);
        let unreadable = |person: &MailAddress| person.to_string().contains('\u{fffd}');
        assert!(
            !shared
                .people
                .iter()
                .chain(&shared.full_access)
                .any(unreadable)
        );
        assert!(
            shared
                .other_access
                .iter()
                .all(|other| !other.who.contains('\u{fffd}'))
        );
        assert!(
            shared
                .remarks
                .iter()
                .any(|remark| remark.contains("not UTF-8"))
        );
        let state = mailbox(&[("INBOX", &[("alice@example.com", all)])]);
        assert!(!Shared::new(&state, &Groups::default(), &Levels::default()).is_partial);
    }
}
