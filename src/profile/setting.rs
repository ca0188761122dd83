//! Values as they were given, each with its origin, before they are understood.

use super::key::{Key, Kind, Section};
use super::origin::Origin;
use super::problem::Wrong;
use crate::model::level_name::LevelName;
use crate::nesting;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::DeValue;

/// A value as the file or the environment gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A string.
    Text(String),
    /// An integer.
    Integer(i64),
    /// An array of strings.
    List(Vec<String>),
}

/// A value and where it was given.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

/// The values of one profile, from one source or from several laid over each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    pub(super) values: BTreeMap<Key, Setting>,
    /// The rights of levels that have no key, as the profile made them up.
    pub(super) levels: BTreeMap<LevelName, Setting>,
    /// Where the file opens each section: the place to name when something is missing there.
    pub(super) sections: BTreeMap<Section, Origin>,
}

impl Value {
    /// What `text`, from a variable or a flag, means for `key`.
    pub(super) fn from_text(key: Key, text: &str) -> Result<Self, Wrong> {
        match key.kind() {
            Kind::Text | Kind::Switch => Ok(Value::Text(text.to_owned())),
            Kind::Integer => match text.trim().parse() {
                Ok(number) => Ok(Value::Integer(number)),
                Err(_) => Err(Wrong::new(format!("{} must be a whole number", key.name))),
            },
            Kind::List => {
                let words = text.split([',', ' ', '\t', '\n']);
                let words = words.filter(|word| !word.is_empty());
                Ok(Value::List(words.map(str::to_owned).collect()))
            }
            Kind::Program => words(text).map(Value::List),
        }
    }
}

impl Settings {
    pub(super) fn insert(&mut self, key: Key, value: Value, origin: Origin) {
        self.values.insert(key, Setting { value, origin });
    }

    /// Lays `upper` over these settings.
    pub(super) fn overlay(&mut self, upper: Settings) {
        // A password-command from the environment must not lose to a password-file of the file.
        for key in upper.values.keys().filter(|key| key.is_secret_source()) {
            self.values
                .retain(|own, _| own.section != key.section || !own.is_secret_source());
        }
        self.values.extend(upper.values);
        self.levels.extend(upper.levels);
    }

    pub(super) fn has(&self, section: Section) -> bool {
        self.values.keys().any(|key| key.section == section)
    }

    pub(super) fn origin(&self, section: Section, name: &str) -> Option<&Origin> {
        let key = section.key(name)?;
        self.values.get(&key).map(|setting| &setting.origin)
    }
}

/// The array of strings that `text` is, written as in the file: `["/usr/bin/x", "list"]`.
fn words(text: &str) -> Result<Vec<String>, Wrong> {
    let wrong = || {
        Wrong::new("expected an array of strings")
            .hint("write it as in the file: [\"/usr/local/bin/accounts\", \"list\"]")
    };
    nesting::toml(text).map_err(|_| wrong())?;
    let array = DeValue::parse(text.trim()).map_err(|_| wrong())?;
    let DeValue::Array(items) = array.get_ref() else {
        return Err(wrong());
    };
    let item = |item: &Spanned<DeValue<'_>>| item.get_ref().as_str().map(str::to_owned);
    let items = items.iter().map(item);
    items.collect::<Option<_>>().ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(path: &str, flag: &str) -> Settings {
        let mut settings = Settings::default();
        let key = Key::parse(path).unwrap();
        settings.insert(key, Value::Text("x".into()), Origin::Flag(flag.into()));
        settings
    }

    #[test]
    fn an_upper_secret_source_hides_the_lower_one() {
        let mut lower = settings("imap.password-file", "file");
        lower.overlay(settings("imap.password-command", "environment"));
        let keys: Vec<_> = lower.values.keys().map(Key::to_string).collect();
        assert_eq!(keys, ["imap.password-command"]);
    }

    #[test]
    fn a_secret_source_for_sending_leaves_the_one_for_reading_alone() {
        let mut lower = settings("imap.password-file", "file");
        lower.overlay(settings("smtp.password-command", "environment"));
        assert_eq!(lower.values.len(), 2);
    }

    #[test]
    fn a_list_is_separated_by_commas_or_spaces() {
        let key = Key::parse("mailboxes").unwrap();
        let list = Value::from_text(key, "support@, sales@ info@,").unwrap();
        let expected = ["support@", "sales@", "info@"].map(str::to_owned);
        assert_eq!(list, Value::List(expected.into()));
    }

    #[test]
    fn a_program_in_a_variable_is_written_as_in_the_file() {
        let ok = |text: &str| words(text).unwrap();
        assert_eq!(ok("[\"/bin/x\", 'a b']"), ["/bin/x", "a b"]);
        assert_eq!(ok(" [] "), [""; 0]);
        for bad in [
            "",
            "/bin/x a",
            "[1]",
            "[\"a\"",
            "[\"a\"]\nb = 1",
            "\"a\"",
            "{a = 1}",
            "[[\"a\"]]",
        ] {
            assert!(words(bad).is_err(), "{bad}");
        }
        assert!(words(&"[".repeat(100_000)).is_err());
    }
}
