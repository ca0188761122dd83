//! The environment: every key of a profile as a variable, so that no file is needed.

use super::key::Key;
use super::origin::Origin;
use super::problem::{Problems, Wrong};
use super::setting::{Setting, Settings, Value};
use super::value::level_name;
use crate::model::level_name::LevelName;
use crate::model::near::nearest;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

const PREFIX: &str = "SHAREMAIL_";

/// What stands before the name of a level.
const LEVEL: &str = "SHAREMAIL_LEVEL_";

/// Variables that the program reads for something else than a key of the profile.
const PROGRAM: &[&str] = &[
    "CONFIG", "PROFILE", "PASSWORD", "OUTPUT", "COLOR", "LOG", "MEMORY",
];

/// Variables without the prefix that matter here.
const FOREIGN: &[&str] = &[
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
    "DISPLAY",
    "WAYLAND_DISPLAY",
];

/// The variables that matter here, taken once; a test brings its own.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, OsString>);

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        let pairs = std::env::vars_os();
        let named = pairs.filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        let mut environment: Self = named.collect();
        // The password database knows the home folder where HOME is not set, as under cron.
        if let (None, Some(home)) = (environment.path("HOME"), std::env::home_dir()) {
            environment.0.insert("HOME".into(), home.into());
        }
        environment
    }

    /// The same without what variables say in the place of a profile.
    #[must_use]
    pub fn without_settings(mut self) -> Self {
        let is_setting = |name: &str| name.starts_with(PREFIX) && name != "SHAREMAIL_CONFIG";
        self.0.retain(|name, _| !is_setting(name));
        self
    }

    /// The value of a variable. One that is set to nothing counts as not set.
    pub(super) fn value(&self, name: &str) -> Option<&OsString> {
        self.0.get(name).filter(|value| !value.is_empty())
    }

    /// The value of a variable as a path.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.value(name).map(PathBuf::from)
    }

    /// Whether somebody may sit in front of a screen where a keyring could ask for its password.
    pub(super) fn is_graphical(&self) -> bool {
        self.value("DISPLAY").is_some() || self.value("WAYLAND_DISPLAY").is_some()
    }

    /// The settings that the variables give.
    pub(super) fn settings(&self, problems: &mut Problems) -> Settings {
        let mut settings = Settings::default();
        let keys: BTreeMap<String, Key> = Key::all().map(|key| (key.variable(), key)).collect();
        for name in self.0.keys().filter(|name| name.starts_with(PREFIX)) {
            let origin = Origin::Environment(name.clone());
            match keys.get(name) {
                Some(key) => match self.setting(*key, name) {
                    Ok(Some(value)) => settings.insert(*key, value, origin),
                    Ok(None) => {}
                    Err(wrong) => problems.push(&origin, wrong),
                },
                None if is_program(name) => {}
                None if name.starts_with(LEVEL) => match self.own_level(name) {
                    Ok(Some((level, value))) => {
                        settings.levels.insert(level, Setting { value, origin });
                    }
                    Ok(None) => {}
                    Err(wrong) => problems.push(&origin, wrong),
                },
                None => problems.push(&origin, unknown(name, keys.keys())),
            }
        }
        settings
    }

    /// A level that is made up: `SHAREMAIL_LEVEL_EDITOR=lrswipte`.
    fn own_level(&self, name: &str) -> Result<Option<(LevelName, Value)>, Wrong> {
        let level = name.strip_prefix(LEVEL).unwrap_or(name);
        let level = level_name(&level.to_ascii_lowercase().replace('_', "-"))?;
        match self.value(name).map(|value| value.to_str()) {
            None => Ok(None),
            Some(None) => Err(Wrong::new("the value is not UTF-8 text")),
            Some(Some(text)) => Ok(Some((level, Value::Text(text.to_owned())))),
        }
    }

    fn setting(&self, key: Key, name: &str) -> Result<Option<Value>, Wrong> {
        match self.value(name).map(|value| value.to_str()) {
            None => Ok(None),
            Some(None) => Err(Wrong::new("the value is not UTF-8 text")),
            Some(Some(text)) => Value::from_text(key, text).map(Some),
        }
    }
}

impl<N: Into<String>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let pairs = pairs
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        let mine = |name: &String| name.starts_with(PREFIX) || FOREIGN.contains(&name.as_str());
        Self(pairs.filter(|(name, _)| mine(name)).collect())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names alone: one of the values is the password.
        f.debug_set().entries(self.0.keys()).finish()
    }
}

fn is_program(name: &str) -> bool {
    name.strip_prefix(PREFIX)
        .is_some_and(|rest| PROGRAM.contains(&rest))
}

fn unknown<'k>(name: &str, keys: impl Iterator<Item = &'k String>) -> Wrong {
    let wrong = Wrong::new("unknown variable");
    if name.ends_with("_PASSWORD") {
        return wrong.hint("the password is given by SHAREMAIL_PASSWORD");
    }
    let rest = |name: &'k String| name.strip_prefix(PREFIX);
    let known = keys.filter_map(rest).chain(PROGRAM.iter().copied());
    let near = nearest(name.strip_prefix(PREFIX).unwrap_or(name), known);
    wrong.maybe_hint(near.map(|near| format!("did you mean {PREFIX}{near}?")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::key::Section;

    fn settings(pairs: &[(&str, &str)]) -> (Settings, Option<String>) {
        let environment: Environment = pairs.iter().copied().collect();
        let mut problems = Problems::default();
        let settings = environment.settings(&mut problems);
        let error = problems.into_result().err();
        (
            settings,
            error.map(|error| format!("{error} | {:?}", error.advice())),
        )
    }

    #[test]
    fn every_key_can_be_given() {
        let value = |key: Key| match key.kind() {
            crate::profile::Kind::Program => "['/bin/x', \"a b\"]",
            _ => "1",
        };
        let names: Vec<(String, &str)> =
            Key::all().map(|key| (key.variable(), value(key))).collect();
        let pairs: Vec<(&str, &str)> = names
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        let (settings, error) = settings(&pairs);
        assert_eq!(error, None);
        assert_eq!(settings.values.len(), Key::all().count());
    }

    #[test]
    fn a_variable_set_to_nothing_is_not_set() {
        let (settings, error) = settings(&[("SHAREMAIL_IMAP_HOST", "")]);
        assert!(error.is_none() && !settings.has(Section::Imap));
    }

    #[test]
    fn an_unknown_variable_is_an_error_with_the_nearest_name() {
        let (_, error) = settings(&[("SHAREMAIL_IMAP_HOTS", "x")]);
        let expected = "SHAREMAIL_IMAP_HOTS: unknown variable | \
                        Some(\"did you mean SHAREMAIL_IMAP_HOST?\")";
        assert_eq!(error.as_deref(), Some(expected));
        let (_, error) = settings(&[("SHAREMAIL_IMAP_PASSWORD", "x")]);
        assert!(error.is_some_and(|error| error.contains("given by SHAREMAIL_PASSWORD")));
    }

    #[test]
    fn a_level_can_be_made_up_there() {
        let (given, error) = settings(&[("SHAREMAIL_LEVEL_NIGHT_SHIFT", "lrste")]);
        assert_eq!(error, None);
        let names: Vec<String> = given.levels.keys().map(ToString::to_string).collect();
        assert_eq!(names, ["night-shift"]);
        assert!(
            settings(&[("SHAREMAIL_LEVEL_EDITOR", "")])
                .0
                .levels
                .is_empty()
        );
        let (_, error) = settings(&[("SHAREMAIL_LEVEL_WIRTE", "lrs")]);
        assert!(error.is_some_and(|error| error.contains("did you mean")));
    }

    #[test]
    fn the_programs_own_variables_and_those_of_others_are_left_alone() {
        let pairs = [
            ("SHAREMAIL_OUTPUT", "json"),
            ("SHAREMAIL_LOG", "x"),
            ("LANG", "C"),
        ];
        assert_eq!(settings(&pairs).1, None);
    }

    #[test]
    fn debug_shows_no_password() {
        let environment: Environment = [("SHAREMAIL_PASSWORD", "hunter2")].into_iter().collect();
        assert_eq!(format!("{environment:?}"), "{\"SHAREMAIL_PASSWORD\"}");
    }
}
