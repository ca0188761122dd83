//! Whoever sends: her own session, what she holds there, and where her mail is filed.

use super::holding::{Shown, holding};
use super::impersonate::NotImpersonated;
use super::locate::{candidates, personal};
use super::member::{MemberSession, MemberView};
use super::provider::Provider;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{ListOptions, Pattern, Refusal, Session};
use crate::model::address::{Address, MailboxName};
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::identity::{Identity, IdentityFolders};
use crate::model::login::{ReachKind, Spelling};
use crate::model::pace::Pace;
use crate::model::rights::Rights;
use crate::model::state::SENT;
use crate::model::tree::Tree;

/// What a sender holds on a mailbox, as far as her own session shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// What she holds.
    pub identities: Vec<Identity>,
    /// An identity folder that she could change, so that it is not believed.
    pub changeable: Option<String>,
}

/// The folder for copies of what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentFolder {
    /// Its name on the wire.
    pub wire: WireName,
    /// What people call it.
    pub path: String,
}

impl Provider {
    /// Whether the profile's own login is that of `person`.
    pub fn is_own_login_of(&self, person: &Address) -> bool {
        let own = &self.profile.imap.user;
        let names = self.login_names(&MailboxName::Address(person.clone()));
        // Where no login name can be told to be hers, the profile's own is not told to be either.
        let names = names.unwrap_or_default();
        names.iter().any(|name| name.eq_ignore_ascii_case(own))
    }

    /// How a grant must name `person`, so that it counts for the profile's own login where it is hers:
    /// a login name without a domain is somebody else than the address on a server that tells them
    /// apart.
    pub fn granted_as(&self, person: &Address, family: Family) -> String {
        let own = &self.profile.imap.user;
        let by_local_part = self.profile.identifier == Some(Spelling::LocalPart);
        let is_bare = family == Family::Dovecot && !by_local_part && !own.contains('@');
        match is_bare && self.is_own_login_of(person) {
            true => format!("id:{own}"),
            false => person.to_string(),
        }
    }

    /// Whether the profile's user is one who acts as others, and may act as `mailbox` over IMAP:
    /// the mailbox itself needs nobody's permission. Nobody is tried who does so nowhere.
    pub fn acts_as(&self, mailbox: &Address) -> Option<String> {
        let acts = self.profile.reach == Some(ReachKind::Impersonate)
            || self.profile.imap.impersonate.is_some();
        if !acts || self.is_own_login_of(mailbox) {
            return None;
        }
        self.sender_session(mailbox).ok().map(|hers| hers.login)
    }

    /// The session of `person`, and where the shared mailbox `mailbox` may lie in it.
    ///
    /// # Errors
    /// Whatever connecting may meet, or that the profile's user may not act as `person`.
    pub fn sender(&self, person: &Address, mailbox: &Address) -> Result<MemberView> {
        let mut hers = self.sender_session(person)?;
        let trees = if person == mailbox {
            vec![personal(&mut hers.session)?]
        } else {
            self.sender_trees(&mut hers.session, person, mailbox)?
        };
        Ok(hers.seeing(trees))
    }

    fn sender_session(&self, person: &Address) -> Result<MemberSession> {
        let names = if self.is_own_login_of(person) {
            vec![self.profile.imap.user.clone()]
        } else {
            self.login_names(&MailboxName::Address(person.clone()))?
        };
        let mut refusal = None;
        for login in names {
            match self.member_session(&login)? {
                Ok(session) => return Ok(session),
                Err(refused) => {
                    refusal.get_or_insert(refused);
                }
            }
        }
        let none = || Error::new(Exit::Config, format!("{person} names no account"));
        let error = refusal.map_or_else(none, NotImpersonated::into_error);
        Err(if self.is_courier() {
            let what = format!("no session as {person}: Courier lets nobody act as somebody else");
            Error::new(error.exit(), what)
                .hint("everybody sends with a profile of their own: sharemail login")
        } else {
            error
        })
    }

    /// A mailbox under its local part alone is one of our own domain: that of another domain with
    /// the same local part must not be taken for it.
    fn sender_trees(
        &self,
        session: &mut Session,
        person: &Address,
        mailbox: &Address,
    ) -> Result<Vec<Tree>> {
        let home = self.home().seen_by(&person.to_string());
        let sights = candidates(session, &MailboxName::Address(mailbox.clone()), &home)?;
        Ok(sights.into_iter().map(|sight| sight.tree).collect())
    }
}

impl MemberView {
    /// What she holds, by MYRIGHTS on the identity folders and those above them. A folder that she
    /// could change herself proves nothing. Where MYRIGHTS tells less than is so, an identity is a
    /// folder that a list shows her and that she cannot open.
    ///
    /// # Errors
    /// Whatever the session may meet, where the server has no ACL, and where it does not say what she
    /// may do.
    pub fn held(&mut self, folders: &IdentityFolders) -> Result<Held> {
        if !self.session.capabilities().has("ACL") {
            let what = "the server offers no ACL (RFC 4314), in which identities are kept";
            let hint = "set identity-check = \"server\" in the profile to leave the decision to \
                        the SMTP server";
            return Err(Error::new(Exit::Config, what).hint(hint));
        }
        for tree in &self.trees {
            if let Some(held) = held_in(&mut self.session, tree, folders)? {
                return Ok(held);
            }
        }
        Ok(Held::default())
    }

    /// The Sent folder of her own mailbox.
    ///
    /// # Errors
    /// Whatever the session may meet.
    pub fn own_sent_folder(&mut self) -> Result<Option<SentFolder>> {
        let own = personal(&mut self.session)?;
        sent_folder(&mut self.session, &own)
    }

    /// The Sent folder that she sees, and what she may do there.
    ///
    /// # Errors
    /// Whatever the session may meet, and where the server does not say what she may do there.
    pub fn sent_folder(&mut self) -> Result<Option<(SentFolder, Rights)>> {
        for tree in &self.trees {
            if let Some(sent) = sent_folder(&mut self.session, tree)? {
                let told = self.session.my_rights_on(&sent.wire)?;
                let shown = Shown {
                    wire: &sent.wire,
                    path: &sent.path,
                    told: told.unwrap_or_default().without_virtual(),
                };
                // What no session shows is seen when it is tried.
                let filing = Rights::parse("rswi").unwrap_or_default();
                let held = holding(&mut self.session, shown, filing)?;
                return Ok(Some((sent, held.seen.union(held.untold))));
            }
        }
        Ok(None)
    }
}

/// Nothing where none of the folders is in sight. Dovecot tells rights on folders that are not there,
/// where a namespace has rights of its own; whoever holds an identity sees its folder in a list.
fn held_in(session: &mut Session, tree: &Tree, folders: &IdentityFolders) -> Result<Option<Held>> {
    let listed = session.list(&Pattern::below(tree.stem()), ListOptions::default())?;
    if listed.is_empty() {
        return Ok(None);
    }
    let mut held = Held::default();
    let mut in_sight = false;
    let needed = Identity::rights_on(session.server_family());
    for identity in Identity::ALL {
        let chain = folders.chain(identity);
        let Ok(wires) = chain
            .iter()
            .map(|path| tree.wire(path))
            .collect::<Result<Vec<_>, _>>()
        else {
            continue;
        };
        let rights = session.my_rights(&wires, &Pace::unattended())?;
        let told = |(path, answer): (&&str, Result<Rights, Refusal>)| match answer {
            Ok(rights) => Ok(rights.without_virtual()),
            Err(refusal) if refusal.denies() => Ok(Rights::NONE),
            // Whether she holds it, or could change it, nobody knows.
            Err(refusal) => Err(refusal.error(&format!("MYRIGHTS on {path:?}"))),
        };
        let mut rights: Vec<Rights> = chain.iter().zip(rights).map(told).collect::<Result<_>>()?;
        if let (Some(told), Some(wire), Some(path)) =
            (rights.last_mut(), wires.last(), chain.last())
            && listed.iter().any(|l| l.name == *wire && l.is_selectable())
        {
            let shown = Shown {
                wire,
                path,
                told: *told,
            };
            let held = holding(session, shown, needed)?;
            // Whoever can read it holds something else there than an identity.
            *told = held.seen.union(needed.intersection(held.untold));
        }
        in_sight |= rights.iter().any(|rights| !rights.is_empty());
        let changeable = rights
            .iter()
            .position(|rights| !Identity::leaves_alone(*rights));
        match changeable.and_then(|at| chain.get(at)) {
            Some(folder) => held.changeable = Some((*folder).to_owned()),
            None if rights.last().is_some_and(|rights| rights.contains(needed)) => {
                held.identities.push(identity);
            }
            None => {}
        }
    }
    Ok(in_sight.then_some(held))
}

/// The Sent folder in `tree`: by its special use, else by its name.
///
/// # Errors
/// Whatever the session may meet.
pub fn sent_folder(session: &mut Session, tree: &Tree) -> Result<Option<SentFolder>> {
    let options = ListOptions {
        special_use: true,
        ..ListOptions::default()
    };
    let listed = session.list(&Pattern::below(tree.stem()), options)?;
    let folders: Vec<(SentFolder, bool)> = listed
        .iter()
        .filter(|listed| listed.is_selectable())
        .filter_map(|listed| {
            let (wire, path) = (listed.name.clone(), tree.path(&listed.name)?);
            Some((SentFolder { wire, path }, listed.is("\\Sent")))
        })
        .collect();
    let special = folders.iter().find(|(_, special)| *special);
    let named = || {
        let by_name = |name: &&str| folders.iter().find(|(sent, _)| sent.path == *name);
        SENT.iter().find_map(by_name)
    };
    Ok(special.or_else(named).map(|(sent, _)| sent.clone()))
}
