//! Which file and which profile: flag, environment, file, default, in this order.

use super::environment::Environment;
use super::file;
use super::problem::quoted;
use super::server::Profile;
use super::setting::Settings;
use super::table::Config;
use super::value::did_you_mean;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::command::{command, word};
use crate::model::near::nearest;
use std::path::{Path, PathBuf};

/// What the command line says about the profile.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// `--config`
    pub config: Option<PathBuf>,
    /// `--profile`
    pub profile: Option<String>,
    /// Flags that give a key of the profile.
    pub overrides: Vec<Override>,
}

/// A key of the profile given by a flag.
#[derive(Clone, Debug)]
pub struct Override {
    /// The flag as it was typed, for errors: `--host`.
    pub flag: String,
    /// The key as a path: `imap.host`.
    pub key: String,
    /// Its value as text.
    pub value: String,
}

/// The configuration file to be read or written, which need not exist.
///
/// # Errors
/// When neither a flag, `SHAREMAIL_CONFIG`, `XDG_CONFIG_HOME` nor the home folder says where.
pub fn config_path(selection: &Selection, environment: &Environment) -> Result<PathBuf> {
    let path = explicit_path(selection, environment).or_else(|| default_path(environment));
    path.ok_or_else(|| {
        Error::new(
            Exit::Config,
            "there is no home folder to look for a configuration in",
        )
        .hint("name the file with --config or SHAREMAIL_CONFIG, or set HOME")
    })
}

/// The folder for what must outlive a run: sharemail in `XDG_STATE_HOME`, or in `~/.local/state`.
///
/// # Errors
/// When neither `XDG_STATE_HOME` nor the home folder says where.
pub fn state_folder(environment: &Environment) -> Result<PathBuf> {
    let xdg = environment.path("XDG_STATE_HOME");
    let home = || Some(environment.path("HOME")?.join(".local/state"));
    let folder = xdg.filter(|path| path.is_absolute()).or_else(home);
    folder
        .map(|folder| folder.join("sharemail"))
        .ok_or_else(|| {
            Error::new(
                Exit::Config,
                "there is no home folder to keep the outbox and the log in",
            )
            .hint("set XDG_STATE_HOME or HOME")
        })
}

/// The names of all profiles, for completion: no names where there is no readable file.
pub fn profile_names(selection: &Selection, environment: &Environment) -> Vec<String> {
    let path = config_path(selection, environment).ok();
    let config = path.and_then(|path| file::open(&path).ok()?);
    config.unwrap_or_default().profiles.into_keys().collect()
}

fn explicit_path(selection: &Selection, environment: &Environment) -> Option<PathBuf> {
    let given = selection.config.clone();
    given.or_else(|| environment.path("SHAREMAIL_CONFIG"))
}

/// XDG Base Directory Specification: a relative `XDG_CONFIG_HOME` is to be ignored.
fn default_path(environment: &Environment) -> Option<PathBuf> {
    let xdg = environment.path("XDG_CONFIG_HOME");
    let home = || Some(environment.path("HOME")?.join(".config"));
    let folder = xdg.filter(|path| path.is_absolute()).or_else(home)?;
    Some(folder.join("sharemail").join("config.toml"))
}

/// The file's content; it may be absent unless it was named.
pub(super) fn config(selection: &Selection, environment: &Environment) -> Result<Config> {
    if let Some(path) = explicit_path(selection, environment) {
        return file::open(&path)?.ok_or_else(|| {
            Error::new(Exit::Config, "no such file")
                .about(path.display().to_string())
                .hint(format!(
                    "create it with `{}`, or correct --config or SHAREMAIL_CONFIG",
                    command(["login"])
                ))
        });
    }
    let config = default_path(environment).map(|path| file::open(&path));
    Ok(config.transpose()?.flatten().unwrap_or_default())
}

/// The profile that was asked for by name.
pub(super) fn asked(selection: &Selection, environment: &Environment) -> Option<String> {
    let variable = || environment.value("SHAREMAIL_PROFILE");
    let given = selection.profile.clone();
    given.or_else(|| variable().map(|name| name.to_string_lossy().into_owned()))
}

/// The settings of the file's profile to be used and its name; nothing where the file has none.
pub(super) fn choose(
    config: &mut Config,
    asked: Option<String>,
    path: Option<&Path>,
) -> Result<Option<(String, Settings)>> {
    let name = match asked.or_else(|| config.default.clone()) {
        Some(name) => name,
        None if config.profiles.len() > 1 => return Err(ambiguous(config)),
        None => return Ok(config.profiles.pop_first()),
    };
    match config.profiles.remove_entry(&name) {
        Some(found) => Ok(Some(found)),
        None if name == Profile::ENVIRONMENT => Ok(None),
        None => Err(no_such_profile(&name, config, path)),
    }
}

fn ambiguous(config: &Config) -> Error {
    let what = format!("there are several profiles: {}", names(config));
    Error::new(Exit::Config, what)
        .hint("choose one with --profile or SHAREMAIL_PROFILE, or set default-profile in the file")
}

fn no_such_profile(name: &str, config: &Config, path: Option<&Path>) -> Error {
    let file = path.map_or("the configuration".into(), |path| {
        path.display().to_string()
    });
    let error = Error::new(
        Exit::Config,
        format!("no profile {} in {file}", quoted(name)),
    );
    if config.profiles.is_empty() {
        return error.hint(format!(
            "make it with `sharemail login --profile {}`",
            word(name)
        ));
    }
    let near = nearest(name, config.profiles.keys().map(String::as_str)).map(did_you_mean);
    error.hint(near.unwrap_or_else(|| format!("there are: {}", names(config))))
}

fn names(config: &Config) -> String {
    let names: Vec<String> = config
        .profiles
        .keys()
        .take(20)
        .map(|name| quoted(name))
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::level::Level;
    use crate::profile::load;
    use tempfile::{TempDir, tempdir};

    const TWO: &str = "[profile.prod.imap]\nhost = \"prod.example.com\"\nuser = \"admin\"\n\
                       [profile.test.imap]\nhost = \"test.example.com\"\nuser = \"admin\"\n";

    /// A folder that is the home of its own, with `text` as its configuration.
    fn home(text: &str) -> (TempDir, String) {
        let folder = tempdir().unwrap();
        let config = folder.path().join(".config/sharemail");
        std::fs::create_dir_all(&config).unwrap();
        std::fs::write(config.join("config.toml"), text).unwrap();
        let path = folder.path().to_str().unwrap().to_owned();
        (folder, path)
    }

    fn environment(home: &str, more: &[(&str, &str)]) -> Environment {
        [("HOME", home)].iter().chain(more).copied().collect()
    }

    fn profile(name: &str) -> Selection {
        let profile = Some(name.to_owned());
        Selection {
            profile,
            ..Selection::default()
        }
    }

    fn host(selection: &Selection, environment: &Environment) -> Result<String> {
        load(selection, environment).map(|profile| profile.imap.host)
    }

    #[test]
    fn no_file_is_needed() {
        let more = [
            ("SHAREMAIL_IMAP_HOST", "imap.example.com"),
            ("SHAREMAIL_IMAP_USER", "admin"),
            ("SHAREMAIL_IMAP_PORT", "1993"),
            ("SHAREMAIL_MAILBOXES", "support@,sales@"),
            ("SHAREMAIL_LEVEL_READ_ONLY", "lr"),
        ];
        let environment = more.into_iter().collect();
        let profile = load(&Selection::default(), &environment).unwrap();
        assert_eq!(
            (profile.name.as_str(), profile.imap.port),
            ("environment", 1993)
        );
        assert_eq!(profile.mailboxes.len(), 2);
        assert_eq!(
            profile.levels.defined(Level::ReadOnly).unwrap().to_string(),
            "lr"
        );
    }

    #[test]
    fn the_flag_beats_the_environment_and_that_the_file() {
        let (_folder, home) = home(TWO);
        let more = [("SHAREMAIL_PROFILE", "test")];
        let test = environment(&home, &more);
        assert_eq!(
            host(&Selection::default(), &test).unwrap(),
            "test.example.com"
        );
        assert_eq!(host(&profile("prod"), &test).unwrap(), "prod.example.com");
        let more = [("SHAREMAIL_IMAP_HOST", "other.example.com")];
        let other = environment(&home, &more);
        assert_eq!(host(&profile("prod"), &other).unwrap(), "other.example.com");
        let mut flags = profile("prod");
        flags.overrides.push(Override {
            flag: "--host".into(),
            key: "imap.host".into(),
            value: "flag.example.com".into(),
        });
        assert_eq!(host(&flags, &other).unwrap(), "flag.example.com");
        flags.overrides[0].value = "a b".into();
        let error = host(&flags, &other).unwrap_err();
        assert_eq!(
            error.what(),
            "--host: imap.host: \"a b\" is not a host name"
        );
        assert_eq!(error.exit(), Exit::Usage);
    }

    #[test]
    fn the_default_or_the_only_profile_needs_no_name() {
        let (_folder, two) = home(&format!("default-profile = \"test\"\n{TWO}"));
        let selection = Selection::default();
        assert_eq!(
            host(&selection, &environment(&two, &[])).unwrap(),
            "test.example.com"
        );
        let (_folder, one) = home(TWO.split("[profile.test").next().unwrap());
        assert_eq!(
            host(&selection, &environment(&one, &[])).unwrap(),
            "prod.example.com"
        );
    }

    #[test]
    fn without_a_choice_the_profiles_are_named() {
        let (_folder, home) = home(TWO);
        let environment = environment(&home, &[]);
        let error = host(&Selection::default(), &environment).unwrap_err();
        assert_eq!(
            error.what(),
            "there are several profiles: \"prod\", \"test\""
        );
        let error = host(&profile("prd"), &environment).unwrap_err();
        assert!(error.what().starts_with("no profile \"prd\" in /"));
        assert_eq!(error.advice(), Some("did you mean \"prod\"?"));
        assert_eq!(
            profile_names(&Selection::default(), &environment),
            ["prod", "test"]
        );
    }

    #[test]
    fn with_nothing_at_all_the_first_step_is_named() {
        let error = host(&Selection::default(), &Environment::default()).unwrap_err();
        assert_eq!((error.what(), error.exit()), ("no profile", Exit::Config));
        assert!(
            error
                .advice()
                .is_some_and(|hint| hint.contains("sharemail login"))
        );
    }

    #[test]
    fn a_file_that_was_named_must_be_there() {
        let (_folder, home) = home(TWO);
        let missing = environment(&home, &[("SHAREMAIL_CONFIG", "/nowhere/c.toml")]);
        let error = host(&Selection::default(), &missing).unwrap_err();
        assert_eq!(error.what(), "/nowhere/c.toml: no such file");
        assert!(profile_names(&Selection::default(), &missing).is_empty());
        let named = Selection {
            config: Some(format!("{home}/.config/sharemail/config.toml").into()),
            ..profile("test")
        };
        assert_eq!(host(&named, &missing).unwrap(), "test.example.com");
    }

    #[test]
    fn a_relative_xdg_folder_is_ignored() {
        let at = |pairs: &[(&str, &str)]| {
            let environment = pairs.iter().copied().collect();
            config_path(&Selection::default(), &environment).unwrap()
        };
        let home = ("HOME", "/home/a");
        let expected = Path::new("/home/a/.config/sharemail/config.toml");
        assert_eq!(at(&[home, ("XDG_CONFIG_HOME", "here")]), expected);
        let expected = Path::new("/x/sharemail/config.toml");
        assert_eq!(at(&[home, ("XDG_CONFIG_HOME", "/x")]), expected);
    }
}
