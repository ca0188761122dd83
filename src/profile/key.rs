//! The keys that a profile may hold: one table for the file, the environment and the flags.

use std::fmt;

/// One key of a profile, such as `imap.host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The table it stands in.
    pub section: Section,
    /// Its name in that table, as the file spells it.
    pub name: &'static str,
}

/// The tables of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// `[profile.NAME]`
    Profile,
    /// `[profile.NAME.imap]`
    Imap,
    /// `[profile.NAME.smtp]`
    Smtp,
    /// `[profile.NAME.sieve]`
    Sieve,
    /// `[profile.NAME.levels]`
    Levels,
    /// `[profile.NAME.identities]`
    Identities,
    /// `[profile.NAME.accounts]`
    Accounts,
}

/// What kind of value a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// An integer.
    Integer,
    /// An array of strings; in the environment separated by commas or spaces.
    List,
    /// An array of strings: a program and its arguments. In the environment it is written as in the
    /// file.
    Program,
    /// True, false, or a string that says more than true.
    Switch,
}

const PROFILE: &[&str] = &[
    "domain",
    "identifier",
    "reach",
    "mailboxes",
    "identity-check",
    "sent-copy",
    "max-keywords",
    "forward-domains",
    "audit-file",
    "audit-syslog",
    "audit-rotate",
];
const SERVER: &[&str] = &[
    "host",
    "port",
    "tls",
    "ca-file",
    "user",
    "mechanism",
    "impersonate",
    "password-file",
    "password-command",
    "connections",
    "timeout",
];
const SIEVE: &[&str] = &[
    "host",
    "port",
    "tls",
    "ca-file",
    "user",
    "mechanism",
    "impersonate",
    "password-file",
    "password-command",
    "timeout",
];
const LEVELS: &[&str] = &["read-only", "write", "full-access"];
const IDENTITIES: &[&str] = &["send-as", "send-on-behalf"];
const ACCOUNTS: &[&str] = &["create", "rename", "delete", "list", "has-login", "timeout"];

impl Section {
    /// Every section.
    pub const ALL: [Section; 7] = [
        Section::Profile,
        Section::Imap,
        Section::Smtp,
        Section::Sieve,
        Section::Levels,
        Section::Identities,
        Section::Accounts,
    ];

    /// The tables inside `[profile.NAME]`.
    pub(super) const TABLES: [Section; 6] = [
        Section::Imap,
        Section::Smtp,
        Section::Sieve,
        Section::Levels,
        Section::Identities,
        Section::Accounts,
    ];

    /// The names of its keys.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Section::Profile => PROFILE,
            Section::Imap | Section::Smtp => SERVER,
            Section::Sieve => SIEVE,
            Section::Levels => LEVELS,
            Section::Identities => IDENTITIES,
            Section::Accounts => ACCOUNTS,
        }
    }

    /// The name of its table inside the profile's; nothing for the profile's own.
    pub fn table(self) -> Option<&'static str> {
        match self {
            Section::Profile => None,
            Section::Imap => Some("imap"),
            Section::Smtp => Some("smtp"),
            Section::Sieve => Some("sieve"),
            Section::Levels => Some("levels"),
            Section::Identities => Some("identities"),
            Section::Accounts => Some("accounts"),
        }
    }

    /// The head of its table in the profile called `profile`, as the file writes it.
    pub fn head(self, profile: &str) -> String {
        let name = toml_edit::Key::new(profile);
        match self.table() {
            Some(table) => format!("[profile.{name}.{table}]"),
            None => format!("[profile.{name}]"),
        }
    }

    /// The key of that name in this section.
    pub fn key(self, name: &str) -> Option<Key> {
        let name = self.names().iter().find(|known| **known == name)?;
        Some(Key {
            section: self,
            name,
        })
    }
}

impl Key {
    /// Every key, section by section.
    pub fn all() -> impl Iterator<Item = Key> {
        Section::ALL.into_iter().flat_map(|section| {
            let names = section.names().iter();
            names.map(move |name| Key { section, name })
        })
    }

    /// The key written as a path below the profile: `domain`, `imap.host`, `levels.write`.
    pub fn parse(path: &str) -> Option<Key> {
        Self::all().find(|key| key.to_string() == path)
    }

    /// The kind of value it takes.
    pub fn kind(self) -> Kind {
        match self.name {
            "port" | "connections" | "max-keywords" => Kind::Integer,
            "mailboxes" | "forward-domains" => Kind::List,
            "create" | "rename" | "delete" | "list" | "has-login" => Kind::Program,
            "audit-syslog" => Kind::Switch,
            _ => Kind::Text,
        }
    }

    /// The environment variable that gives it.
    pub fn variable(self) -> String {
        let section = match self.section {
            Section::Profile => "",
            Section::Imap => "IMAP_",
            Section::Smtp => "SMTP_",
            Section::Sieve => "SIEVE_",
            Section::Levels => "LEVEL_",
            Section::Identities => "IDENTITY_",
            Section::Accounts => "ACCOUNTS_",
        };
        let name = self.name.to_ascii_uppercase().replace('-', "_");
        format!("SHAREMAIL_{section}{name}")
    }

    /// Whether its value is the path of a file.
    pub(super) fn is_path(self) -> bool {
        matches!(self.name, "ca-file" | "password-file" | "audit-file")
    }

    /// Whether it says where the secret is: only one such key counts.
    pub(super) fn is_secret_source(self) -> bool {
        matches!(self.name, "password-file" | "password-command")
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.section.table() {
            Some(table) => write!(f, "{table}.{}", self.name),
            None => f.write_str(self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::near::nearest;

    #[test]
    fn every_key_is_found_by_its_path() {
        for key in Key::all() {
            assert_eq!(Key::parse(&key.to_string()), Some(key));
        }
        assert_eq!(Key::parse("imap.hots"), None);
    }

    #[test]
    fn variables_are_the_path_in_capitals() {
        let variable = |path: &str| Key::parse(path).unwrap().variable();
        assert_eq!(variable("domain"), "SHAREMAIL_DOMAIN");
        assert_eq!(variable("imap.ca-file"), "SHAREMAIL_IMAP_CA_FILE");
        assert_eq!(variable("levels.read-only"), "SHAREMAIL_LEVEL_READ_ONLY");
    }

    #[test]
    fn the_head_of_a_table_can_be_copied_into_the_file() {
        for (name, head) in [
            ("prod", "[profile.prod.accounts]"),
            ("my-2", "[profile.my-2.accounts]"),
            ("our mail", "[profile.\"our mail\".accounts]"),
            ("a.b", "[profile.\"a.b\".accounts]"),
            ("b\u{fc}ro", "[profile.\"b\u{fc}ro\".accounts]"),
        ] {
            let written = Section::Accounts.head(name);
            assert_eq!(written, head);
            let read: toml_edit::DocumentMut = written.parse().unwrap();
            assert!(read["profile"][name]["accounts"].is_table(), "{written}");
        }
    }

    /// The rows of the table in sharemail-config(5): the key, and what it takes.
    fn rows_of_the_manual() -> Vec<(String, String)> {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/man/sharemail-config.5.md");
        let page = std::fs::read_to_string(page).unwrap();
        let table = page.split("\n## Every key\n").nth(1).unwrap();
        let table = table.split("\n## ").next().unwrap();
        let rows = table.lines().filter(|line| line.starts_with("| `"));
        let row = |line: &str| {
            let (key, rest) = line.trim_start_matches("| `").split_once("` | ").unwrap();
            let (values, rest) = rest.split_once(" (").unwrap();
            let (default, does) = rest.split_once("): ").unwrap();
            assert!(![default, does].contains(&""), "{line}");
            (key.to_owned(), values.to_owned())
        };
        rows.map(row).collect()
    }

    #[test]
    fn the_manual_has_every_key_and_none_more() {
        let rows = rows_of_the_manual();
        let told: Vec<String> = rows.iter().map(|(key, _)| key.clone()).collect();
        let mut taken: Vec<String> = Key::all().map(|key| key.to_string()).collect();
        taken.insert(0, "default-profile".to_owned());
        let levels = taken.iter().position(|key| key.starts_with("identities."));
        taken.insert(levels.unwrap(), "levels.NAME".to_owned());
        assert_eq!(told, taken);
        for (key, values) in rows {
            let kind = Key::parse(&key).map(Key::kind);
            assert_eq!(kind == Some(Kind::Program), values == "a program", "{key}");
            assert_eq!(kind == Some(Kind::List), values == "a list", "{key}");
            assert_eq!(
                kind == Some(Kind::Switch),
                values.starts_with("true, false"),
                "{key}"
            );
            let numbers = values.starts_with("1 to ");
            assert_eq!(kind == Some(Kind::Integer), numbers, "{key}");
        }
    }

    #[test]
    fn the_nearest_name_is_found_in_any_spelling() {
        let names = SERVER.iter().copied();
        assert_eq!(nearest("hots", names.clone()), Some("host"));
        assert_eq!(nearest("CA_File", names.clone()), Some("ca-file"));
        assert_eq!(
            nearest("passwordfile", names.clone()),
            Some("password-file")
        );
        assert_eq!(nearest("weather", names), None);
    }
}
