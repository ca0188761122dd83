//! A profile in the making: what file, environment and flags say, laid over each other.

use super::address;
use super::complete::complete;
use super::environment::Environment;
use super::key::{Key, Section};
use super::origin::Origin;
use super::problem::{Problems, Wrong};
use super::selection::{self, Selection};
use super::server::{LogFile, Profile};
use super::setting::{Setting, Settings, Value};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::command::command;
use crate::model::level_name::LevelName;
use crate::model::login::Tls;
use std::path::PathBuf;

/// The profile to be used, complete and checked.
///
/// # Errors
/// Everything that is wrong with the file, the variables or the flags (exit code 78, or 64 where
/// only flags are wrong), or that no profile could be chosen.
pub fn load(selection: &Selection, environment: &Environment) -> Result<Profile> {
    Draft::load(selection, environment)?.finish()
}

/// A profile that may still lack something: what `sharemail login` asks for.
#[derive(Clone, Debug)]
pub struct Draft {
    name: String,
    settings: Settings,
    home: Option<PathBuf>,
}

impl Draft {
    /// The name of a profile that is made without one being given.
    const FIRST: &str = "default";

    /// The profile that is chosen, which must exist in the file or the environment.
    ///
    /// # Errors
    /// When the file, a variable or a flag is wrong, or no profile can be chosen.
    pub fn load(selection: &Selection, environment: &Environment) -> Result<Self> {
        let mut config = selection::config(selection, environment)?;
        let upper = upper(selection, environment)?;
        let path = selection::config_path(selection, environment).ok();
        let asked = selection::asked(selection, environment);
        let chosen = selection::choose(&mut config, asked, path.as_deref())?;
        if chosen.is_none() && upper.values.is_empty() {
            return Err(nothing(path));
        }
        Ok(Self::over(chosen, Profile::ENVIRONMENT, upper, environment))
    }

    /// The profile that is chosen, or the beginning of a new one where it does not exist yet.
    ///
    /// # Errors
    /// When the file, a variable or a flag is wrong, or several profiles are there to choose from.
    pub fn begin(selection: &Selection, environment: &Environment) -> Result<Self> {
        let path = selection::config_path(selection, environment).ok();
        let file = path.as_deref().map(super::file::open).transpose()?;
        let mut config = file.flatten().unwrap_or_default();
        let upper = upper(selection, environment)?;
        let asked = selection::asked(selection, environment);
        let name = asked.clone().unwrap_or_else(|| Self::FIRST.into());
        let chosen = match asked {
            Some(asked) => config.profiles.remove_entry(&asked),
            None => selection::choose(&mut config, None, path.as_deref())?,
        };
        Ok(Self::over(chosen, &name, upper, environment))
    }

    fn over(
        chosen: Option<(String, Settings)>,
        new: &str,
        upper: Settings,
        environment: &Environment,
    ) -> Self {
        let (name, mut settings) = chosen.unwrap_or_else(|| (new.to_owned(), Settings::default()));
        settings.overlay(upper);
        let home = environment.path("HOME");
        Self {
            name,
            settings,
            home,
        }
    }

    /// The name of the profile.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value given for a key, such as `imap.host`.
    pub fn value(&self, key: Key) -> Option<&Value> {
        self.settings.values.get(&key).map(|setting| &setting.value)
    }

    /// Gives a key its value as text, as a person typed it; `asked` names it in errors.
    ///
    /// # Errors
    /// When the value cannot be one for this key.
    pub fn set(&mut self, key: Key, text: &str, asked: &str) -> Result<()> {
        let mut problems = Problems::default();
        let upper = given(key, text, asked, &mut problems);
        self.overlay(upper, problems)
    }

    /// As [`Draft::set`] for a server that is asked for once more: what an earlier answer said of its
    /// port and its protection goes with it, and the usual port in the clear means STARTTLS.
    ///
    /// # Errors
    /// As [`Draft::set`]; then nothing has changed.
    pub fn set_server(&mut self, key: Key, text: &str, asked: &str) -> Result<()> {
        let mut fresh = self.clone();
        let was_answered = |origin: &Origin| matches!(origin, Origin::Flag(flag) if flag == asked);
        fresh.settings.values.retain(|old, setting| {
            let goes = old.section == key.section && matches!(old.name, "port" | "tls");
            !goes || !was_answered(&setting.origin)
        });
        fresh.set(key, text, asked)?;
        let value = |name| key.section.key(name).and_then(|key| fresh.value(key));
        let in_the_clear = Value::Integer(Tls::Starttls.imap_port().into());
        let (port, tls) = (value("port"), key.section.key("tls"));
        if let (Some(tls), true, None) = (tls, port == Some(&in_the_clear), value("tls")) {
            fresh.set(tls, "starttls", asked)?;
        }
        *self = fresh;
        Ok(())
    }

    /// Takes back what was given for a key here; what the file says of it stays.
    pub fn forget(&mut self, key: Key) {
        let is_new = |setting: &Setting| !matches!(setting.origin, Origin::File(_));
        if self.settings.values.get(&key).is_some_and(is_new) {
            self.settings.values.remove(&key);
        }
    }

    /// Adds `names` to the shared mailboxes that the profile names; `asked` names them in errors.
    ///
    /// # Errors
    /// When one of them cannot be a mailbox.
    pub fn add_mailboxes(&mut self, names: &[String], asked: &str) -> Result<()> {
        let Some(key) = Section::Profile
            .key("mailboxes")
            .filter(|_| !names.is_empty())
        else {
            return Ok(());
        };
        let mut all = match self.value(key) {
            Some(Value::List(known)) => known.clone(),
            _ => Vec::new(),
        };
        for name in names {
            if !all.contains(name) {
                all.push(name.clone());
            }
        }
        let mut upper = Settings::default();
        upper.insert(key, Value::List(all), Origin::Flag(asked.to_owned()));
        self.overlay(upper, Problems::default())
    }

    fn overlay(&mut self, upper: Settings, mut problems: Problems) -> Result<()> {
        super::reading::read(&upper, None, &mut problems);
        problems.into_result()?;
        self.settings.overlay(upper);
        Ok(())
    }

    /// The keys without which there is no profile and which nobody gave yet.
    pub fn missing(&self) -> Vec<Key> {
        let needed = ["host", "user"]
            .into_iter()
            .filter_map(|name| Section::Imap.key(name));
        needed.filter(|key| self.value(*key).is_none()).collect()
    }

    /// The complete profile.
    ///
    /// # Errors
    /// Everything that is wrong or missing.
    pub fn finish(&self) -> Result<Profile> {
        complete(&self.name, &self.settings, self.home.as_deref())
    }

    /// What did not come from the file, ready for [`super::write_profile`]: relative paths, which
    /// meant the working folder so far, are made absolute.
    pub fn changes(&self) -> Vec<(Key, Value)> {
        let values = self.settings.values.iter();
        let new = values.filter(|(_, setting)| !matches!(setting.origin, Origin::File(_)));
        new.map(|(key, setting)| (*key, portable(*key, &setting.value)))
            .collect()
    }

    /// The same of levels that are made up: where they were given, they are the profile's from now on.
    pub fn made_up(&self) -> Vec<(LevelName, Value)> {
        let levels = self.settings.levels.iter();
        let new = levels.filter(|(_, setting)| !matches!(setting.origin, Origin::File(_)));
        new.map(|(name, setting)| (*name, setting.value.clone()))
            .collect()
    }
}

/// Whether `text` means the same file everywhere, or none.
fn is_settled(text: &str) -> bool {
    text.starts_with("~/") || text == LogFile::NONE
}

fn portable(key: Key, value: &Value) -> Value {
    match value {
        Value::Text(text) if key.is_path() && !is_settled(text) => {
            let absolute = std::path::absolute(text).ok();
            let absolute = absolute.and_then(|path| path.into_os_string().into_string().ok());
            Value::Text(absolute.unwrap_or_else(|| text.clone()))
        }
        _ => value.clone(),
    }
}

/// What the environment gives, and over it what the flags give.
fn upper(selection: &Selection, environment: &Environment) -> Result<Settings> {
    let mut problems = Problems::default();
    let mut settings = environment.settings(&mut problems);
    for flag in &selection.overrides {
        match Key::parse(&flag.key) {
            Some(key) => {
                let given = given(key, &flag.value, &flag.flag, &mut problems);
                contradicted(&settings, &given, &mut problems);
                settings.overlay(given);
            }
            None => {
                let wrong = Wrong::new(format!("there is no key {}", flag.key));
                problems.push(&Origin::Flag(flag.flag.clone()), wrong);
            }
        }
    }
    problems.into_result()?;
    Ok(settings)
}

/// Tells where one flag says something else than another, as `--host a:993 --port 143` does.
fn contradicted(settings: &Settings, given: &Settings, problems: &mut Problems) {
    for (key, Setting { value, origin }) in &given.values {
        let other = settings.values.get(key);
        let other = other.filter(|other| matches!(other.origin, Origin::Flag(_)));
        if let Some(other) = other.filter(|other| other.value != *value) {
            let what = format!("{key} is given by {} too, and differs", other.origin);
            problems.push(origin, Wrong::new(what).hint("say it once"));
        }
    }
}

fn given(key: Key, text: &str, flag: &str, problems: &mut Problems) -> Settings {
    let mut settings = Settings::default();
    let origin = Origin::Flag(flag.to_owned());
    let mut insert = |key, text: &str| match Value::from_text(key, text) {
        Ok(value) => settings.insert(key, value, origin.clone()),
        Err(wrong) => problems.push(&origin, wrong),
    };
    if key.name != "host" {
        insert(key, text);
        return settings;
    }
    // People write a server as one word.
    let parts = address::split(text.trim());
    insert(key, parts.host);
    for (name, text) in [("port", parts.port), ("tls", parts.tls)] {
        if let (Some(key), Some(text)) = (key.section.key(name), text) {
            insert(key, text);
        }
    }
    settings
}

fn nothing(path: Option<PathBuf>) -> Error {
    let what = match path {
        Some(path) if path.exists() => format!("no profile: {} has none", path.display()),
        Some(path) => format!("no profile: there is no {}", path.display()),
        None => "no profile".into(),
    };
    Error::new(Exit::Config, what).hint(format!(
        "make one with `{}`, or set SHAREMAIL_IMAP_HOST, SHAREMAIL_IMAP_USER and SHAREMAIL_PASSWORD",
        command(["login"])
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::write_profile;

    fn key(path: &str) -> Key {
        Key::parse(path).unwrap()
    }

    #[test]
    fn a_first_login_asks_writes_and_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        let selection = Selection {
            config: Some(path.clone()),
            ..Selection::default()
        };
        let variables = [
            ("SHAREMAIL_IMAP_CA_FILE", "ca.pem"),
            ("SHAREMAIL_LEVEL_WRITE", "lrsw"),
            ("SHAREMAIL_LEVEL_EDITOR", "lrswipte"),
        ];
        let environment = variables.into_iter().collect();
        let mut draft = Draft::begin(&selection, &environment).unwrap();
        assert_eq!(draft.missing(), [key("imap.host"), key("imap.user")]);
        assert!(draft.set(key("imap.host"), "a b", "host").is_err());
        draft
            .set(key("imap.host"), "imap.example.com", "host")
            .unwrap();
        draft.set(key("imap.user"), "admin", "user").unwrap();
        let asked = draft.finish().unwrap();
        write_profile(&path, draft.name(), &draft.changes(), &draft.made_up()).unwrap();
        let found = load(&selection, &Environment::default()).unwrap();
        assert_eq!(
            (found.name.as_str(), &found.imap.host),
            ("default", &asked.imap.host)
        );
        let absolute = std::path::absolute("ca.pem").unwrap();
        assert_eq!(found.imap.ca_file, Some(absolute));
        let names: Vec<&str> = found.levels.names().collect();
        assert_eq!(names, ["read-only", "write", "full-access", "editor"]);
        for (name, rights) in [("write", "lrsw"), ("editor", "lrswipte")] {
            let level = found.levels.called(name).unwrap();
            let defined = found.levels.defined(level).unwrap();
            assert_eq!(
                defined,
                crate::model::rights::Rights::parse(rights).unwrap()
            );
        }
        // What the file says already is nothing new.
        let later = Draft::begin(&selection, &Environment::default()).unwrap();
        assert!(later.made_up().is_empty() && later.changes().is_empty());
    }

    fn over(flags: &[(&str, &str, &str)]) -> Result<Profile> {
        let flag = |(flag, key, value): &(&str, &str, &str)| selection::Override {
            flag: (*flag).into(),
            key: (*key).into(),
            value: (*value).into(),
        };
        let folder = tempfile::tempdir().unwrap();
        let selection = Selection {
            config: Some(folder.path().join("c.toml")),
            overrides: flags.iter().map(flag).collect(),
            ..Selection::default()
        };
        Draft::begin(&selection, &Environment::default())?.finish()
    }

    #[test]
    fn a_server_may_be_written_as_one_word() {
        let user = ("--user", "imap.user", "admin");
        let server = |text| over(&[("--host", "imap.host", text), user]).unwrap().imap;
        let parts = |server: crate::profile::Server| (server.host, server.port, server.tls);
        let told = |text| parts(server(text));
        assert_eq!(told("a.example"), ("a.example".into(), 993, Tls::Implicit));
        assert_eq!(told("a.example:1"), ("a.example".into(), 1, Tls::Implicit));
        assert_eq!(told("[::1]:1"), ("::1".into(), 1, Tls::Implicit));
        assert_eq!(
            told("imap://a.example"),
            ("a.example".into(), 143, Tls::Starttls)
        );
        let wrong = |flags: &[(&str, &str, &str)]| over(flags).unwrap_err().to_string();
        let both = [
            ("--host", "imap.host", "a:1"),
            ("--port", "imap.port", "2"),
            user,
        ];
        assert_eq!(
            wrong(&both),
            "--port: imap.port is given by --host too, and differs"
        );
        assert!(wrong(&[("--host", "imap.host", "a:0"), user]).contains("imap.port: 0"));
        assert!(wrong(&[("--host", "imap.host", "a:b"), user]).contains("whole number"));
        assert!(wrong(&[("--host", "imap.host", "https://a"), user]).contains("not a host name"));
    }

    #[test]
    fn a_server_that_is_asked_for_again_forgets_the_port_of_the_first_answer() {
        let selection = Selection {
            config: Some(tempfile::tempdir().unwrap().path().join("c.toml")),
            ..Selection::default()
        };
        let mut draft = Draft::begin(&selection, &Environment::default()).unwrap();
        let (host, user) = (key("imap.host"), key("imap.user"));
        draft.set(user, "admin", "the answer").unwrap();
        let mut told = |text| {
            draft.set_server(host, text, "the answer").unwrap();
            let server = draft.finish().unwrap().imap;
            (server.port, server.tls)
        };
        assert_eq!(told("a.example:143"), (143, Tls::Starttls));
        assert_eq!(told("a.example:1993"), (1993, Tls::Implicit));
        assert_eq!(told("b.example"), (993, Tls::Implicit));
        assert!(draft.set_server(host, "a b:1", "the answer").is_err());
        assert_eq!(draft.finish().unwrap().imap.host, "b.example");
    }

    #[test]
    fn a_second_login_starts_from_what_the_file_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        std::fs::write(&path, "[profile.a.imap]\nhost = \"a.example.com\"\n").unwrap();
        let selection = Selection {
            config: Some(path),
            ..Selection::default()
        };
        let draft = Draft::begin(&selection, &Environment::default()).unwrap();
        assert_eq!(
            (draft.name(), draft.missing()),
            ("a", vec![key("imap.user")])
        );
        assert!(draft.changes().is_empty());
        let selection = Selection {
            profile: Some("b".into()),
            ..selection
        };
        let draft = Draft::begin(&selection, &Environment::default()).unwrap();
        assert_eq!((draft.name(), draft.missing().len()), ("b", 2));
    }
}
