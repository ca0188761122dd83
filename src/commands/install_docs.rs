//! install-docs: the man pages and completions that the program carries, where man and shells look.

use crate::cli::completions::Shell;
use crate::cli::docs::{generate, script};
use crate::cli::install_docs::InstallDocs as Args;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::command::word;
use crate::report::install_docs::{InstallDocsReport, Installed};
use crate::run::Run;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where programs for everybody have their data where nothing says otherwise (XDG Base Directory
/// Specification).
const DATA_DIRS: &str = "/usr/local/share:/usr/share";

/// Writes what is asked for, and says what man and the shells need to be told.
///
/// # Errors
/// When nothing says where, or a file cannot be written.
pub fn install_docs(args: &Args, run: &Run) -> Result<Exit> {
    let places = Places::new(args, |name| std::env::var_os(name))?;
    let mut report = InstallDocsReport {
        dry_run: args.dry_run,
        files: Vec::new(),
        hints: Vec::new(),
    };
    if !args.no_man {
        for page in generate::pages()? {
            let section = page.path.extension().unwrap_or_default();
            let name = page.path.file_name().unwrap_or_default();
            let mut folder = OsString::from("man");
            folder.push(section);
            let path = places.man.join(folder).join(name);
            put(args, &path, &page.content)?;
            report.files.push(Installed::new("man", &path));
        }
        report.hints.extend(places.man_hint());
    }
    if !args.no_completions {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let (folder, file) = completion(shell);
            let path = places.data.join(folder).join(file);
            put(args, &path, &script::text(shell)?)?;
            report.files.push(Installed::new(name(shell), &path));
            report.hints.extend(places.shell_hint(shell, &path));
        }
    }
    run.output().report(&report)?;
    Ok(Exit::Done)
}

fn put(args: &Args, path: &Path, content: &str) -> Result<()> {
    if args.dry_run {
        return Ok(());
    }
    generate::install(path, content)
        .map_err(|error| error.hint("--prefix DIR writes elsewhere; below /usr/local takes root"))
}

const fn name(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => "bash",
        Shell::Zsh => "zsh",
        Shell::Fish => "fish",
        Shell::Powershell => "powershell",
        Shell::Elvish => "elvish",
    }
}

/// Where a shell looks for the completions of a program that is not its own, below a data folder.
const fn completion(shell: Shell) -> (&'static str, &'static str) {
    match shell {
        Shell::Bash => ("bash-completion/completions", "sharemail"),
        Shell::Zsh => ("zsh/site-functions", "_sharemail"),
        _ => ("fish/vendor_completions.d", "sharemail.fish"),
    }
}

/// Where everything goes, and what the environment says of that.
struct Places {
    data: PathBuf,
    man: PathBuf,
    /// Whether man looks there by itself.
    is_in_manpath: bool,
    /// Whether bash and fish do.
    is_data_folder: bool,
}

impl Places {
    fn new(args: &Args, variable: impl Fn(&str) -> Option<OsString>) -> Result<Self> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let home = || set("HOME").map(PathBuf::from).or_else(std::env::home_dir);
        let xdg = set("XDG_DATA_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute());
        let own = xdg.or_else(|| Some(home()?.join(".local/share")));
        let data = match &args.prefix {
            Some(prefix) => Some(absolute(&prefix.join("share"))?),
            None => own.clone(),
        };
        let data = data.ok_or_else(|| {
            let what = "there is no home folder to install the manual in";
            Error::new(Exit::Config, what).hint("name a folder with --prefix, or set HOME")
        })?;
        let man = match &args.man {
            Some(folder) => absolute(folder)?,
            None => data.join("man"),
        };
        let dirs = set("XDG_DATA_DIRS").unwrap_or_else(|| DATA_DIRS.into());
        let is_data_folder = own.as_ref() == Some(&data) || lists(&dirs, &data);
        let is_in_manpath = match set("MANPATH") {
            Some(path) if lists(&path, &man) => true,
            // An empty part of it stands for what man looks through by itself.
            Some(path) if !std::env::split_paths(&path).any(|part| part.as_os_str().is_empty()) => {
                false
            }
            _ => programs_of(&man).is_some_and(|bin| lists(&set("PATH").unwrap_or_default(), &bin)),
        };
        Ok(Self {
            data,
            man,
            is_in_manpath,
            is_data_folder,
        })
    }

    fn man_hint(&self) -> Option<String> {
        let folders = word(&format!("{}:", self.man.display()));
        (!self.is_in_manpath).then(|| format!("for man, in ~/.profile: export MANPATH={folders}"))
    }

    fn shell_hint(&self, shell: Shell, path: &Path) -> Option<String> {
        let folder = path.parent().unwrap_or(path);
        let [file, folder] = [path, folder].map(|path| word(&path.display().to_string()));
        match shell {
            Shell::Bash if !self.is_data_folder => {
                Some(format!("for bash, in ~/.bashrc: . {file}"))
            }
            Shell::Bash => {
                Some("bash looks there where the package bash-completion is installed".to_owned())
            }
            // Only zsh knows its fpath; as it comes, this one is in it.
            Shell::Zsh if !self.data.starts_with("/usr") => Some(format!(
                "for zsh, in ~/.zshrc before compinit: fpath=({folder} $fpath)"
            )),
            Shell::Fish if !self.is_data_folder => Some(format!(
                "for fish, in ~/.config/fish/config.fish: source {file}"
            )),
            _ => None,
        }
    }
}

/// The folder of the programs whose pages man looks for in `man`.
fn programs_of(man: &Path) -> Option<PathBuf> {
    let above = man.parent().filter(|_| man.ends_with("man"))?;
    let prefix = if above.ends_with("share") {
        above.parent()?
    } else {
        above
    };
    Some(prefix.join("bin"))
}

fn lists(paths: &OsString, folder: &Path) -> bool {
    std::env::split_paths(paths).any(|path| path == folder)
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|error| {
        Error::new(Exit::Failure, format!("{error}")).about(path.display().to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(args: &Args, variables: &[(&str, &str)]) -> Places {
        Places::new(args, |name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.into())
        })
        .unwrap()
    }

    #[test]
    fn they_go_where_programs_of_ones_own_have_theirs() {
        let own = places(
            &Args::default(),
            &[("HOME", "/home/alice"), ("PATH", "/bin")],
        );
        assert_eq!(own.data, Path::new("/home/alice/.local/share"));
        assert_eq!(own.man, Path::new("/home/alice/.local/share/man"));
        assert!(own.is_data_folder && !own.is_in_manpath);
        let hint = own.man_hint().unwrap();
        assert!(
            hint.contains("export MANPATH=/home/alice/.local/share/man:"),
            "{hint}"
        );
        let xdg = [("HOME", "/home/alice"), ("XDG_DATA_HOME", "/data")];
        assert_eq!(places(&Args::default(), &xdg).data, Path::new("/data"));
    }

    #[test]
    fn man_finds_what_lies_beside_the_programs_in_the_path() {
        let home = ("HOME", "/home/alice");
        let path = ("PATH", "/bin:/home/alice/.local/bin");
        let found = |more: &[(&str, &str)]| {
            let all = [&[home, path], more].concat();
            places(&Args::default(), &all).is_in_manpath
        };
        assert!(found(&[]));
        assert!(found(&[("MANPATH", "/opt/man:")]));
        assert!(!found(&[("MANPATH", "/opt/man")]));
        assert!(found(&[(
            "MANPATH",
            "/opt/man:/home/alice/.local/share/man"
        )]));
    }

    #[test]
    fn for_everybody_nothing_needs_to_be_told_but_what_bash_needs() {
        let args = Args {
            prefix: Some("/usr/local".into()),
            ..Args::default()
        };
        let all = places(
            &args,
            &[("HOME", "/root"), ("PATH", "/usr/bin:/usr/local/bin")],
        );
        assert_eq!(all.man_hint(), None);
        let path = Path::new("/usr/local/share/x/y");
        assert_eq!(all.shell_hint(Shell::Zsh, path), None);
        assert_eq!(all.shell_hint(Shell::Fish, path), None);
        assert!(
            all.shell_hint(Shell::Bash, path)
                .unwrap()
                .contains("bash-completion")
        );
    }

    #[test]
    fn elsewhere_each_is_told_by_itself() {
        let args = Args {
            prefix: Some("/opt/sharemail".into()),
            man: Some("/srv/pages".into()),
            ..Args::default()
        };
        let odd = places(&args, &[("HOME", "/root"), ("PATH", "/usr/bin")]);
        assert!(odd.man_hint().unwrap().contains("/srv/pages:"));
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let (folder, file) = completion(shell);
            let path = odd.data.join(folder).join(file);
            let hint = odd.shell_hint(shell, &path).unwrap();
            assert!(hint.contains("/opt/sharemail/share/"), "{hint}");
        }
    }
}
