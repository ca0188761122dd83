//! Whether a program may be run: whoever can change it, or the script that it is handed, acts as this
//! user.

use crate::private::{self, Unopened};
use crate::program::whereabouts;
use std::path::Path;

/// Programs that do what the file says which is named first.
const INTERPRETERS: [&str; 12] = [
    "sh", "ash", "bash", "dash", "ksh", "zsh", "python", "perl", "ruby", "node", "php", "lua",
];

/// That nobody but this user or root can change `program`, or the script that it is handed as the
/// first of its `arguments`. One that is not there is left to whoever runs it.
///
/// # Errors
/// Which of them others can change, how, and what to do.
pub fn trusted(program: &Path, arguments: &[String]) -> Result<(), String> {
    if let Ok(place) = whereabouts(program) {
        judge(&place)?;
    }
    match arguments.first() {
        Some(script) if is_interpreter(program) && !script.starts_with('-') => {
            judge(Path::new(script))
        }
        _ => Ok(()),
    }
}

/// The same of what the shell runs first for `command`, where that stands there as it is: a word that
/// the shell makes something else of is its own business.
///
/// # Errors
/// As [`trusted`].
pub fn trusted_command(command: &str, home: Option<&Path>) -> Result<(), String> {
    let is_plain = |word: &&str| {
        word.chars()
            .all(|c| c.is_alphanumeric() || "_./+-~@".contains(c))
    };
    let mut words = command.split_ascii_whitespace().take_while(is_plain);
    let meant = |word: &str| match (word.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest).display().to_string(),
        _ => word.to_owned(),
    };
    let Some(program) = words.next().map(meant) else {
        return Ok(());
    };
    let argument: Vec<String> = words.next().map(meant).into_iter().collect();
    trusted(Path::new(&program), &argument)
}

fn is_interpreter(program: &Path) -> bool {
    let name = program.file_name().and_then(|name| name.to_str());
    // python3.11
    let name = name.map(|name| name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.'));
    name.is_some_and(|name| INTERPRETERS.contains(&name))
}

fn judge(path: &Path) -> Result<(), String> {
    match private::judge(path) {
        Err(Unopened::Untrusted(why)) => Err(format!("{} is not run: {why}", path.display())),
        // Where it cannot be looked at, it can mostly not be run; who runs it says why.
        Ok(()) | Err(Unopened::System(_)) => Ok(()),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_systems_own_programs_are_trusted() {
        for program in [
            "sh",
            "/bin/sh",
            "/usr/bin/env",
            "no-such-program-here",
            "/nonexistent/x",
        ] {
            assert_eq!(trusted(Path::new(program), &[]), Ok(()), "{program}");
        }
        for command in [
            "printf x",
            "cat /etc/passwd | head -n 1",
            "",
            "exec true",
            "x=1 true",
            "$HOME/x",
        ] {
            assert_eq!(trusted_command(command, None), Ok(()), "{command}");
        }
    }

    #[test]
    fn what_others_may_write_is_not_run() {
        let folder = tempfile::tempdir().unwrap();
        let [script, data, link] = ["script", "data", "link"].map(|name| folder.path().join(name));
        fs::write(&script, "#!/bin/sh\n").unwrap();
        fs::write(&data, "").unwrap();
        symlink(&script, &link).unwrap();
        let [shown, of] = [&script, &data].map(|path| path.display().to_string());
        let arguments = [shown.clone()];
        let all = || {
            let home = Some(folder.path());
            [
                trusted(&script, &[]),
                trusted(&link, &[]),
                trusted(Path::new("sh"), &arguments),
                trusted(Path::new("/usr/bin/python3.11"), &arguments),
                trusted_command(&format!("{shown} a b"), None),
                trusted_command(&format!("sh {shown}"), None),
                trusted_command("~/script | head -n 1", home),
            ]
        };
        set(&script, 0o755);
        assert!(all().iter().all(Result::is_ok), "{:?}", all());
        for mode in [0o757, 0o777] {
            set(&script, mode);
            for refused in all() {
                let why = refused.unwrap_err();
                let helps = format!("(mode {mode:04o}): chmod go-w {shown}");
                assert!(why.ends_with(&helps), "{why}");
            }
        }
        set(&script, 0o755);
        set(folder.path(), 0o777);
        for refused in all() {
            assert!(refused.unwrap_err().contains("others may write its folder"));
        }
        // As /tmp is: whoever may write there cannot put another in its place.
        set(folder.path(), 0o1777);
        assert!(all().iter().all(Result::is_ok), "{:?}", all());
        // What a program works on is no program.
        set(&data, 0o666);
        assert_eq!(trusted(Path::new("/usr/bin/sqlite3"), &[of]), Ok(()));
        assert_eq!(trusted(Path::new("sh"), &["-c".to_owned(), shown]), Ok(()));
    }
}
