//! Writing a profile down for `sharemail login`: comments and other profiles stay.

use super::file;
use super::key::{Key, Section};
use super::problem::quoted;
use super::setting::Value;
use super::table;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::level_name::LevelName;
use crate::private::{NewFile, Place, Unopened};
use std::io::Write;
use std::path::Path;
use toml_edit::{Array, DocumentMut, Item, Table, TableLike};

/// Sets `values` and the `levels` that are made up in the profile `name` of the file at `path`, which is
/// made (0600, its folders 0700) where it does not exist. The first profile becomes the default.
///
/// The file is replaced as a whole: after a crash the old or the new one is there, never a part.
///
/// # Errors
/// When the file is not valid, before or after, or cannot be written; then it is unchanged.
pub fn write_profile(
    path: &Path,
    name: &str,
    values: &[(Key, Value)],
    levels: &[(LevelName, Value)],
) -> Result<()> {
    let fail = |what: String| Error::new(Exit::Config, what).about(path.display().to_string());
    let old = file::text(path)?.unwrap_or_default();
    let first = table::parse(path, old.clone())?.profiles.is_empty();
    let mut document: DocumentMut = old.parse().map_err(|_| fail("is not valid TOML".into()))?;
    edit(&mut document, name, values, levels, first)
        .ok_or_else(|| fail(format!("no place for profile {}", quoted(name))))?;
    let new = document.to_string();
    // What could not be read back must not be written.
    table::parse(path, new.clone())?;
    replace(path, &new).map_err(|why| fail(format!("cannot be written: {why}")))
}

/// A link of this user's stays a link: what it points to is replaced.
fn replace(path: &Path, text: &str) -> Result<(), Unopened> {
    let mut file = NewFile::new(Place::making_folders(path)?)?;
    file.write_all(text.as_bytes())?;
    file.replace()?;
    Ok(())
}

fn edit(
    document: &mut DocumentMut,
    name: &str,
    values: &[(Key, Value)],
    levels: &[(LevelName, Value)],
    first: bool,
) -> Option<()> {
    let root = document.as_table_mut();
    if first && !root.contains_key("default-profile") {
        root.insert("default-profile", toml_edit::value(name));
    }
    let profiles = table_in(root, "profile", true)?;
    let profile = table_in(profiles, name, false)?;
    for (key, value) in values {
        let place: &mut dyn TableLike = match key.section.table() {
            Some(inner) => table_in(profile, inner, false)?,
            None => &mut *profile,
        };
        if key.is_secret_source() {
            forget_other_sources(place, *key, values);
        }
        set(place, key.name, value);
    }
    if let (Some(table), false) = (Section::Levels.table(), levels.is_empty()) {
        let place = table_in(profile, table, false)?;
        for (name, value) in levels {
            set(place, name.as_str(), value);
        }
    }
    Some(())
}

/// The table of that name, made where it is missing.
fn table_in<'t>(
    outer: &'t mut dyn TableLike,
    name: &str,
    implicit: bool,
) -> Option<&'t mut dyn TableLike> {
    let new = || {
        let mut table = Table::new();
        table.set_implicit(implicit);
        Item::Table(table)
    };
    outer.entry(name).or_insert_with(new).as_table_like_mut()
}

/// A password-file must not outlive the login that chose a password-command.
fn forget_other_sources(place: &mut dyn TableLike, key: Key, values: &[(Key, Value)]) {
    let given = |other: Key| values.iter().any(|(key, _)| *key == other);
    let names = Section::names(key.section).iter();
    let keys = names.filter_map(|name| key.section.key(name));
    for other in keys.filter(|other| other.is_secret_source() && !given(*other)) {
        place.remove(other.name);
    }
}

/// Sets a value; the comment behind the old one stays.
fn set(place: &mut dyn TableLike, name: &str, value: &Value) {
    let mut new: toml_edit::Value = match value {
        Value::Text(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::List(items) => items.iter().collect::<Array>().into(),
    };
    match place.get_mut(name).and_then(Item::as_value_mut) {
        Some(old) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        None => {
            place.insert(name, Item::Value(new));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    fn values(pairs: &[(&str, &str)]) -> Vec<(Key, Value)> {
        let value = |(key, text): &(&str, &str)| {
            let key = Key::parse(key).unwrap();
            (key, Value::from_text(key, text).unwrap())
        };
        pairs.iter().map(value).collect()
    }

    const LOGIN: &[(&str, &str)] = &[
        ("domain", "example.com"),
        ("mailboxes", "support@ sales@"),
        ("imap.host", "imap.example.com"),
        ("imap.port", "993"),
        ("imap.user", "admin"),
    ];

    #[test]
    fn the_first_profile_makes_the_file_and_is_the_default() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("a/b/config.toml");
        write_profile(&path, "prod", &values(LOGIN), &[]).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let expected = "default-profile = \"prod\"\n\n\
             [profile.prod]\ndomain = \"example.com\"\nmailboxes = [\"support@\", \"sales@\"]\n\n\
             [profile.prod.imap]\nhost = \"imap.example.com\"\nport = 993\nuser = \"admin\"\n";
        assert_eq!(text, expected);
        assert_eq!(
            std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1
        );
    }

    #[cfg(unix)]
    #[test]
    fn file_and_folders_are_private_whatever_they_were() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let folder = tempdir().unwrap();
        let path = folder.path().join("new/config.toml");
        write_profile(&path, "prod", &values(LOGIN), &[]).unwrap();
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        let link = folder.path().join("link.toml");
        symlink(&path, &link).unwrap();
        write_profile(&link, "prod", &values(LOGIN), &[]).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert!(link.is_symlink());
    }

    #[test]
    fn comments_and_other_profiles_stay() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let old = "# mine\n[profile.a.imap] # work\nhost = \"a.example.com\" # old\nuser = \"admin\"\n\
                   password-file = \"secret\"\n\n[profile.b]\nimap = { host = \"b\", user = \"b\" }\n";
        std::fs::write(&path, old).unwrap();
        let new = [
            ("imap.host", "new.example.com"),
            ("imap.password-command", "pass x"),
        ];
        write_profile(&path, "a", &values(&new), &[]).unwrap();
        write_profile(&path, "b", &values(&[("imap.port", "143")]), &[]).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let expected = "# mine\n[profile.a.imap] # work\nhost = \"new.example.com\" # old\n\
             user = \"admin\"\npassword-command = \"pass x\"\n\n[profile.b]\n\
             imap = { host = \"b\", user = \"b\" , port = 143 }\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_broken_file_or_value_is_left_alone() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, "not toml at all").unwrap();
        assert!(write_profile(&path, "a", &values(LOGIN), &[]).is_err());
        std::fs::write(&path, "").unwrap();
        assert!(write_profile(&path, "a", &values(&[("imap.host", "a b")]), &[]).is_err());
        assert!(write_profile(&path, "a\n", &values(LOGIN), &[]).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "");
    }
}
