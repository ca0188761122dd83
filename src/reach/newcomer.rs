//! How Cyrus would call a mailbox that is not there yet.

use super::locate::{carries, in_sight};
use super::untold::no_home;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{Answer, Request, Session};
use crate::model::address::Address;
use crate::model::folder::WireName;
use crate::model::home::{Bare, Home};
use crate::model::login::Spelling;
use crate::model::pace::Pace;

/// Whether the new mailbox of `address` gets the full name or the bare one: without domains a full
/// name would make a mailbox that nobody can log in to, and elsewhere a bare one is of the domain that
/// the server leaves out, whichever that is.
///
/// # Errors
/// [`Exit::NotFound`] where the server has no domains and `address` is not one of `home`;
/// [`Exit::Config`] where the domain of `address` is the one that the server leaves out, and the
/// profile names another; whatever the session may meet.
pub(super) fn spelling_of_new(
    session: &mut Session,
    address: &Address,
    home: &Home,
) -> Result<Spelling> {
    let Some(domain) = address.domain() else {
        return Ok(Spelling::LocalPart);
    };
    if carries(session, domain)? {
        return Ok(Spelling::Address);
    }
    let others = in_sight(session)?;
    let mut owned = others
        .iter()
        .filter_map(|(_, sight)| Some((sight, sight.owner.as_deref()?)));
    let bare = owned.find(|(_, owner)| !owner.contains('@'));
    if let Some((sight, _)) = bare {
        let full = [sight.tree.root().as_bytes(), b"@", domain.as_bytes()].concat();
        // The server leaves out this very domain: it takes the full name for the bare one.
        if session.my_rights_on(&WireName::from_wire(full))?.is_some() {
            return match home.bare(address) {
                Bare::Its => Ok(Spelling::LocalPart),
                Bare::Anothers | Bare::Untold => Err(left_out(address, domain)),
            };
        }
    }
    if knows_domains(session)? {
        return Ok(Spelling::Address);
    }
    match home.bare(address) {
        Bare::Its => Ok(Spelling::LocalPart),
        Bare::Anothers => Err(no_domains(address, home)),
        Bare::Untold => Err(no_home(&address.to_string())),
    }
}

/// No partition is called so.
const NOWHERE: &str = "sharemail-nowhere-9f3c1d";

/// Whether the server knows domains, by how it refuses a mailbox that can be made in neither case: one
/// in a partition that is not there. Without domains it refuses the name before the partition, as a
/// `!` may not stand in one (seen on 3.6.1).
fn knows_domains(session: &mut Session) -> Result<bool> {
    for namespace in &session.namespaces()?.other_users {
        let name = [&namespace.prefix[..], b"sharemail!nobody"].concat();
        let request = Request::create_in(&WireName::from_wire(name), NOWHERE);
        let batch = session.run(vec![request], &Pace::unattended());
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let Some(refusal) = batch.answers.first().and_then(Answer::refusal) else {
            continue;
        };
        return Ok(!refusal.text.to_lowercase().contains("invalid mailbox name"));
    }
    Ok(false)
}

fn left_out(address: &Address, domain: &str) -> Error {
    let what = format!(
        "{address} would be called by its bare name: the server leaves out {domain}, and the \
         profile's domain is another"
    );
    Error::new(Exit::Config, what).hint(format!("set domain = \"{domain}\" in the profile"))
}

fn no_domains(address: &Address, home: &Home) -> Error {
    let home = home.domain().unwrap_or_default();
    let what = format!(
        "{address} cannot be told from {}@{home}: this server has no domains",
        address.local()
    );
    Error::new(Exit::NotFound, what).hint("name a mailbox of the profile's domain")
}
