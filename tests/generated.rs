//! The committed man pages and completion scripts are those that the program generates.

use sharemail::cli::generate;
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

#[test]
fn groff_finds_no_fault_with_the_pages() {
    let pages = fs::read_dir(root().join("man")).unwrap();
    let pages = pages.map(|page| page.unwrap().path());
    for page in pages.filter(|page| page.extension() != Some(OsStr::new("md"))) {
        let groff = ["-t", "-man", "-Tutf8", "-ww", "-z"].map(OsStr::new);
        let Ok(checked) = Command::new("groff").args(groff).arg(&page).output() else {
            eprintln!("groff is not installed: pages not checked");
            return;
        };
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        assert!(
            checked.status.success() && said.is_empty(),
            "{page:?}: {said}"
        );
    }
}
