//! The committed man pages and completion scripts are those that the program generates.

use sharemail::cli::docs::generate;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const REFRESH: &str = "refresh them with: cargo run -- generate .";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn committed_files_are_what_the_program_generates() {
    let files = generate::files().unwrap();
    let stale = |file: &generate::Generated| {
        fs::read_to_string(root().join(&file.path)).ok().as_ref() != Some(&file.content)
    };
    let stale: Vec<_> = files.iter().filter(|f| stale(f)).map(|f| &f.path).collect();
    assert!(stale.is_empty(), "stale: {stale:?}; {REFRESH}");
}

#[test]
fn nothing_else_lies_beside_them() {
    let files = generate::files().unwrap();
    let expected: BTreeSet<PathBuf> = files.into_iter().map(|file| file.path).collect();
    for folder in ["man", "completions"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = Path::new(folder).join(entry.unwrap().file_name());
            // What pages are made of: tests/manual.rs knows each of them.
            let is_source = path.extension() == Some(OsStr::new("md"));
            assert!(
                is_source || expected.contains(&path),
                "{path:?} is no longer generated: remove it"
            );
        }
    }
}

#[test]
fn generating_writes_every_file() {
    let folder = tempfile::tempdir().unwrap();
    let written = generate::write_below(folder.path()).unwrap();
    assert_eq!(written.len(), generate::files().unwrap().len());
    assert!(
        folder
            .path()
            .join("man/sharemail-folder-create.1")
            .is_file()
    );
    assert!(folder.path().join("completions/_sharemail").is_file());
}

#[test]
fn a_completion_script_is_a_script_whatever_form_results_have() {
    let script = |form: &str| {
        let mut run = Command::new(env!("CARGO_BIN_EXE_sharemail"));
        let run = run.args(["completions", "zsh", "--config", "/nonexistent"]);
        let ended = run.env("SHAREMAIL_OUTPUT", form).output().unwrap();
        assert!(ended.status.success() && ended.stderr.is_empty());
        ended.stdout
    };
    assert!(!script("table").is_empty());
    assert_eq!(script("json"), script("table"));
    assert_eq!(script("csv"), script("table"));
}

#[test]
fn every_page_says_how_it_ends_and_shows_examples() {
    for page in generate::files().unwrap() {
        if page.path.extension() == Some(OsStr::new("1")) {
            for section in [
                ".SH NAME",
                ".SH SYNOPSIS",
                ".SH EXAMPLES",
                ".SH \"EXIT STATUS\"",
            ] {
                assert!(
                    page.content.contains(section),
                    "{:?}: no {section}",
                    page.path
                );
            }
        }
    }
}

#[test]
fn shells_find_no_fault_with_their_scripts() {
    for (shell, script) in [
        ("bash", "sharemail.bash"),
        ("zsh", "_sharemail"),
        ("fish", "sharemail.fish"),
    ] {
        let script = root().join("completions").join(script);
        let Ok(checked) = Command::new(shell).arg("-n").arg(&script).output() else {
            eprintln!("{shell} is not installed: {} not checked", script.display());
            continue;
        };
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        assert!(
            checked.status.success() && said.is_empty(),
            "{shell}: {said}"
        );
    }
}

/// The pages of `man/` that end so.
fn pages(sections: &[&str]) -> Vec<PathBuf> {
    let files = fs::read_dir(root().join("man")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let is_in = |path: &PathBuf| {
        sections
            .iter()
            .any(|s| path.extension() == Some(OsStr::new(s)))
    };
    paths.filter(is_in).collect()
}

/// What a program says of a page; tests/provider/install brings it.
fn checked(program: &str, words: &[&str], page: &Path) -> String {
    let ran = Command::new(program).args(words).arg(page).output();
    let ran = ran.unwrap_or_else(|error| panic!("{program}: {error}: run tests/provider/install"));
    String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned()
}

#[test]
fn groff_finds_no_fault_with_the_pages() {
    for page in pages(&["1", "5", "7"]) {
        let said = checked("groff", &["-t", "-man", "-Tutf8", "-ww", "-z"], &page);
        assert!(said.is_empty(), "{page:?}: {said}");
    }
}

#[test]
fn mandoc_finds_no_fault_with_the_manual() {
    for page in pages(&["5", "7"]) {
        let said = checked("mandoc", &["-Tlint", "-Wwarning"], &page);
        // A page has none: the same source gives the same page tomorrow.
        let faults: Vec<&str> = said
            .lines()
            .filter(|line| !line.contains("missing date"))
            .collect();
        assert!(faults.is_empty(), "{page:?}: {faults:#?}");
    }
}

/// `sharemail install-docs` for somebody whose home is `home`, and whose files are for nobody else.
fn install_docs(home: &Path, words: &[&str]) -> (i32, String) {
    let mut run = Command::new("sh");
    let run = run.args(["-c", "umask 077; exec \"$0\" install-docs \"$@\""]);
    let run = run.arg(env!("CARGO_BIN_EXE_sharemail")).args(words);
    let run = run
        .env_clear()
        .env("HOME", home)
        .env("PATH", "/usr/bin:/bin");
    let ended = run.current_dir(home).output().unwrap();
    let told = [ended.stdout, ended.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (ended.status.code().unwrap(), told.concat())
}

#[test]
fn the_program_alone_has_its_manual_and_completions() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join(".local/share");
    let pages = data.join("man");

    let (exit, told) = install_docs(home.path(), &["--dry-run"]);
    assert_eq!(exit, 0, "{told}");
    assert!(
        told.contains("nothing was written") && !data.exists(),
        "{told}"
    );

    // What an earlier version left is replaced.
    fs::create_dir_all(pages.join("man1")).unwrap();
    fs::write(pages.join("man1/sharemail.1"), "old").unwrap();
    let (exit, told) = install_docs(home.path(), &[]);
    assert_eq!(exit, 0, "{told}");
    for line in [
        &format!("{}/man1: ", pages.display()),
        &format!("export MANPATH={}:", pages.display()),
        &format!("fpath=({}/zsh/site-functions $fpath)", data.display()),
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    for page in generate::pages().unwrap() {
        let section = page.path.extension().unwrap().to_str().unwrap();
        let name = page.path.file_name().unwrap();
        let path = pages.join(format!("man{section}")).join(name);
        assert_eq!(fs::read_to_string(&path).unwrap(), page.content, "{path:?}");
    }
    for file in [
        "man/man7/sharemail-tasks.7",
        "bash-completion/completions/sharemail",
        "zsh/site-functions/_sharemail",
        "fish/vendor_completions.d/sharemail.fish",
    ] {
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let path = data.join(file);
        assert_eq!(mode(&path), 0o644, "{path:?}");
        assert_eq!(mode(path.parent().unwrap()), 0o755, "{path:?}");
    }

    let words = ["--man", "pages", "--no-completions", "--prefix", "other"];
    let (exit, told) = install_docs(home.path(), &words);
    assert_eq!(exit, 0, "{told}");
    assert!(home.path().join("pages/man5/sharemail-config.5").is_file());
    assert!(!home.path().join("other").exists(), "{told}");
}

#[test]
fn where_the_manual_cannot_go_is_told() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("file"), "").unwrap();
    let (exit, told) = install_docs(home.path(), &["--prefix", "file"]);
    assert_eq!(exit, 1, "{told}");
    assert!(
        told.contains("cannot write") && told.contains("--prefix DIR"),
        "{told}"
    );
    assert_eq!(
        install_docs(home.path(), &["--no-man", "--no-completions"]).0,
        64
    );
}
