//! Who is in a group: a file, because IMAP cannot tell.

use crate::error::{Error, Result, printable};
use crate::exit::Exit;
use crate::mail::MailAddress;
use std::collections::{BTreeMap, BTreeSet};

/// The members of groups, by the group's bare name.
///
/// One group per line: its name, a colon, its members with blanks or commas between them. Empty
/// lines and what follows a `#` at the begin of a line or after a blank say nothing.
///
/// ```text
/// # who is in which group
/// helpdesk: alice bob@example.com
/// night shift: carol
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups(BTreeMap<String, BTreeSet<MailAddress>>);

impl Groups {
    /// No file is larger, in bytes.
    pub const MOST: u64 = 4 * 1024 * 1024;

    /// Reads the text of a file; members without a domain get `domain`.
    ///
    /// # Errors
    /// [`Exit::BadInput`], with the number of the line.
    pub fn parse(text: &str, domain: Option<&str>) -> Result<Self> {
        let mut groups = Self::default();
        for (number, line) in text.lines().enumerate() {
            let line = without_comment(line).trim();
            if !line.is_empty() {
                let added = groups.line(line, domain);
                added.map_err(|why| {
                    let what = format!("line {}: {}", number + 1, printable(&why));
                    Error::new(Exit::BadInput, what)
                        .hint("a line is a group and its members: helpdesk: alice bob@example.com")
                })?;
            }
        }
        Ok(groups)
    }

    /// Who is in the group called `name`, where the file says so.
    pub fn members(&self, name: &str) -> Option<&BTreeSet<MailAddress>> {
        self.0.get(name)
    }

    /// Everybody in any group.
    pub fn everybody(&self) -> impl Iterator<Item = &MailAddress> {
        self.0.values().flatten()
    }

    /// The groups that `person` is in.
    pub fn of<'a>(&'a self, person: &'a MailAddress) -> impl Iterator<Item = &'a str> {
        let inside = self
            .0
            .iter()
            .filter(|(_, members)| members.contains(person));
        inside.map(|(name, _)| name.as_str())
    }

    fn line(&mut self, line: &str, domain: Option<&str>) -> Result<(), String> {
        let (name, members) = line.split_once(':').ok_or("no colon follows a group")?;
        let name = name.trim();
        if name.is_empty() || name.chars().any(char::is_control) {
            return Err(format!("{name:?} is no name of a group"));
        }
        let members = members.split([' ', '\t', ',']).filter(|m| !m.is_empty());
        let members = members.map(|member| person(member, domain));
        let members = members.collect::<Result<_, String>>()?;
        match self.0.insert(name.to_owned(), members) {
            None => Ok(()),
            Some(_) => Err(format!("the group {name} is there twice")),
        }
    }
}

/// A `#` inside of a name is a part of it.
fn without_comment(line: &str) -> &str {
    let marks = line.match_indices('#').map(|(at, _)| at);
    let mut comments = marks.filter(|at| line[..*at].ends_with([' ', '\t']) || *at == 0);
    comments.next().map_or(line, |at| &line[..at])
}

fn person(text: &str, domain: Option<&str>) -> Result<MailAddress, String> {
    let lower = text.to_lowercase();
    let whole = match (lower.strip_suffix('@').unwrap_or(&lower), domain) {
        (local, Some(domain)) if !local.contains('@') => format!("{local}@{domain}"),
        _ => lower,
    };
    MailAddress::parse(&whole).map_err(|why| format!("{text:?} is no address: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<Groups> {
        Groups::parse(text, Some("example.com"))
    }

    #[test]
    fn a_line_is_a_group_and_its_members() {
        let groups = parse("# all\n\nhelpdesk: Alice, bob@x.test # day\r\nnight shift:\tcarol@\n");
        let groups = groups.unwrap();
        let names = |name| {
            let members = groups.members(name).unwrap().iter();
            members.map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(names("helpdesk"), ["alice@example.com", "bob@x.test"]);
        assert_eq!(names("night shift"), ["carol@example.com"]);
        assert_eq!(groups.members("other"), None);
        let carol = MailAddress::parse("carol@example.com").unwrap();
        assert_eq!(groups.of(&carol).collect::<Vec<_>>(), ["night shift"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, line) in [
            ("a: b\n\nhelpdesk alice", "line 3: no colon"),
            (": alice", "line 1: \"\" is no name"),
            ("a: b\na: c", "line 2: the group a is there twice"),
            ("a: group:b", "line 1: \"group:b\" is no address"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.what().starts_with(line), "{error}");
            assert_eq!(error.exit(), Exit::BadInput);
        }
        assert!(Groups::parse("a: alice", None).is_err());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a:@# ,\n\\PC]{0,60}") {
            let _ = parse(&text);
        }
    }
}
