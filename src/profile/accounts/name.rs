//! A mailbox as a program may be told it, and why it may not.

use crate::model::address::Address;
use crate::model::home::{Bare, Home};
use std::fmt;

/// Why no program is run for a mailbox of this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It has no domain, and the profile names none.
    NoDomain,
    /// It holds this character.
    Character(char),
    /// It begins, ends or goes on as no address does: this part of it.
    Form(String),
    /// The program is told only what stands before the @, which would name a mailbox of another
    /// domain.
    Domainless(String),
}

/// A mailbox as a program may be told it.
pub(super) struct Name {
    pub(super) address: String,
    pub(super) local: String,
    pub(super) domain: String,
}

impl Name {
    /// `address`, where it is fit; one whose domain the program is not told must be of `home`.
    pub(super) fn of(address: &Address, home: &Home, domain_is_told: bool) -> Result<Self, Unfit> {
        let local = address.local();
        let domain = address.domain().or(home.domain()).ok_or(Unfit::NoDomain)?;
        check(local, domain)?;
        let name = Self {
            address: format!("{local}@{domain}"),
            local: local.to_owned(),
            domain: domain.to_owned(),
        };
        if !domain_is_told && address.domain().is_some() && home.bare(address) != Bare::Its {
            return Err(Unfit::Domainless(name.address));
        }
        Ok(name)
    }
}

/// Whether both parts of an address can stand in any argument of any program.
fn check(local: &str, domain: &str) -> Result<(), Unfit> {
    let is_local = |c: char| c.is_alphanumeric() || "._-+".contains(c);
    let is_domain = |c: char| c.is_alphanumeric() || ".-".contains(c);
    let odd = local.chars().find(|c| !is_local(*c));
    let odd = odd.or_else(|| domain.chars().find(|c| !is_domain(*c)));
    if let Some(c) = odd {
        return Err(Unfit::Character(c));
    }
    let begins = |c: char| c.is_alphanumeric() || c == '_';
    let parts = local.split('.').chain(domain.split('.'));
    let mut bad = parts.filter(|part| part.is_empty() || part.starts_with('-'));
    let first = local.chars().next();
    if !first.is_some_and(begins) {
        return Err(Unfit::Form(local.to_owned()));
    }
    match bad.next() {
        Some(_) => Err(Unfit::Form(format!("{local}@{domain}"))),
        None => Ok(()),
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfit::NoDomain => f.write_str("it has no domain, and the profile names none"),
            Unfit::Character(c) => write!(
                f,
                "it holds {:?}, and a program is told letters, digits and . _ - + alone",
                c
            ),
            Unfit::Form(part) => write!(
                f,
                "{part:?} could be taken for an option or a path: no part of it may be empty or begin \
                 with a mark"
            ),
            Unfit::Domainless(address) => write!(
                f,
                "the program is told only what stands before the @, and {address} is of another \
                 domain than the profile's"
            ),
        }
    }
}

impl std::error::Error for Unfit {}
