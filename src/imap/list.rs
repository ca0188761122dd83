//! Which folders there are (RFC 9051, section 6.3.9; RFC 5258, 5819, 6154, 8440).

use super::acl::read_rights;
use super::attributes::Attributes;
use super::capability::Capabilities;
use super::collect::{Aloft, Collect};
use super::namespace::read_separator;
use super::pattern::Pattern;
use super::request::Request;
use super::response::Data;
use super::status::{Status, StatusItems, read_status};
use super::token::{Cursor, Malformed};
use crate::model::folder::WireName;
use crate::model::rights::Rights;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// What to tell of each folder beside its name. Only what the server advertises is asked for,
/// so that the answer may lack it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListOptions {
    /// Whether one is subscribed to it.
    pub subscribed: bool,
    /// What one may do on it.
    pub my_rights: bool,
    /// How much is in it.
    pub status: StatusItems,
    /// What it is for: `\sent`, `\trash`, …
    pub special_use: bool,
    /// Whether there are folders below it.
    pub children: bool,
}

/// One folder of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: WireName,
    /// What separates the levels of its name.
    pub separator: Option<char>,
    /// Its attributes: `\noselect`, `\haschildren`, …
    pub attributes: Attributes,
    /// What one may do on it, where that was asked and answered.
    pub my_rights: Option<Rights>,
    /// How much is in it, where that was asked and answered.
    pub status: Option<Box<Status>>,
    /// Whether one is subscribed to it, where that was asked and answered.
    pub subscribed: bool,
}

impl Listed {
    /// Whether it has this attribute, in any case.
    pub fn is(&self, attribute: &str) -> bool {
        self.attributes.has(attribute)
    }

    /// Whether it is a folder that can hold messages, and not just a level of names.
    pub fn is_selectable(&self) -> bool {
        !self.is("\\noselect") && !self.is("\\nonexistent")
    }
}

/// LIST of `pattern`, with those of `options` that `capabilities` allow.
pub(super) fn request(
    pattern: &Pattern,
    options: ListOptions,
    capabilities: &Capabilities,
) -> Request {
    let request = Request::plain("LIST").string("").pattern(pattern.sent());
    let returned = returned(options, capabilities);
    if returned.is_empty() {
        return request;
    }
    request.raw(format!("RETURN ({})", returned.join(" ")))
}

/// The return options that `options` ask for and `capabilities` allow.
fn returned(options: ListOptions, capabilities: &Capabilities) -> Vec<String> {
    let mut wanted = Vec::new();
    if !capabilities.has_list_extended() {
        return wanted;
    }
    let mut want = |on: bool, name: &str| {
        if on {
            wanted.push(name.to_owned());
        }
    };
    want(options.subscribed, "SUBSCRIBED");
    want(options.children, "CHILDREN");
    want(
        options.special_use && capabilities.has("SPECIAL-USE"),
        "SPECIAL-USE",
    );
    want(
        options.my_rights && capabilities.has_list_myrights(),
        "MYRIGHTS",
    );
    let items = options.status.known(capabilities);
    let status = items != StatusItems::NONE && capabilities.has_list_status();
    want(status, &format!("STATUS {items}"));
    wanted
}

/// What LIST brings: each folder once, and what was told about it before or after.
pub(super) struct Found {
    pattern: Pattern,
    folders: Vec<Listed>,
    rights: HashMap<WireName, Rights>,
    statuses: HashMap<WireName, Status>,
}

impl Found {
    /// Nothing yet of what `pattern` means.
    pub fn new(pattern: Pattern) -> Self {
        Self {
            pattern,
            folders: Vec::new(),
            rights: HashMap::new(),
            statuses: HashMap::new(),
        }
    }

    /// The folders in the server's order.
    pub fn folders(mut self) -> Vec<Listed> {
        // Names are shared, and never copied.
        let mut seen = HashSet::with_capacity(self.folders.len());
        self.folders
            .retain(|folder| seen.insert(folder.name.clone()));
        drop(seen);
        for folder in &mut self.folders {
            folder.my_rights = self.rights.remove(&folder.name);
            folder.status = self.statuses.remove(&folder.name).map(Box::new);
        }
        self.folders
    }
}

impl Collect for Found {
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        let mut values = data.values;
        if data.is("LIST") || data.is("LSUB") {
            let listed = read_listed(&mut values, aloft)?;
            if self.pattern.keeps(&listed.name) {
                self.folders.push(listed);
            }
        } else if data.is("MYRIGHTS") {
            let name = folder(&mut values, aloft)?;
            self.rights.insert(name, read_rights(&mut values)?);
        } else if data.is("STATUS") {
            let name = folder(&mut values, aloft)?;
            self.statuses.insert(name, read_status(&mut values)?);
        }
        Ok(())
    }
}

/// `mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox
/// [SP mbox-list-extended]`
fn read_listed(values: &mut Cursor<'_>, aloft: &Aloft<'_>) -> Result<Listed, Malformed> {
    let mut attributes = Attributes::default();
    values.expect(b'(')?;
    while !values.eat(b')') {
        attributes.add(values.word()?);
    }
    let separator = read_separator(values)?;
    let name = folder(values, aloft)?;
    // A name with a space that nobody quoted would be cut short here: better no list at all.
    if !values.at_end() {
        read_extended(values)?;
    }
    Ok(Listed {
        subscribed: attributes.has("\\subscribed"),
        name,
        separator,
        attributes,
        my_rights: None,
        status: None,
    })
}

/// `mbox-list-extended = "(" [mbox-list-extended-item *(SP mbox-list-extended-item)] ")"`
fn read_extended(values: &mut Cursor<'_>) -> Result<(), Malformed> {
    let list = values.rest().starts_with(b"(");
    values.skip()?;
    if list && values.at_end() {
        Ok(())
    } else {
        Err(Malformed)
    }
}

pub(super) fn folder(values: &mut Cursor<'_>, aloft: &Aloft<'_>) -> Result<WireName, Malformed> {
    let wire: Cow<'_, [u8]> = aloft.folder(values.astring()?);
    if wire.len() > WireName::MAX {
        return Err(Malformed);
    }
    Ok(WireName::from_wire(wire.into_owned()))
}
