//! `src/commands/` holds verbs alone: a file there is called as one types it, a noun with verbs is a folder. An
//! option that is a way of its own (`grant --csv`) may be a file in the folder of its verb.

use std::fs;
use std::path::Path;

use clap::Command;

/// What a noun does where no verb follows it.
const ALONE: [&str; 2] = ["access/who", "outbox/list"];

#[test]
fn commands_holds_verbs_alone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands");
    let mut files = Vec::new();
    below(&folder, "", &mut files);
    assert!(files.len() > 40, "only {} files were found", files.len());
    let root = sharemail::cli::command();
    files.retain(|file| !is_typed(file, &root) && !ALONE.contains(&file.as_str()));
    assert!(
        files.is_empty(),
        "no verb and no option is called so: {files:?}"
    );
}

#[test]
fn a_file_that_is_no_verb_is_found() {
    let root = sharemail::cli::command();
    for file in ["show", "can_send", "folder", "folder/rename", "grant/csv"] {
        assert!(is_typed(file, &root), "{file}");
    }
    for file in ["held", "send/parts", "folder/who", "csv"] {
        assert!(!is_typed(file, &root), "{file}");
    }
}

/// The files below `folder` but mod.rs, and the folders, by their paths without the ending.
fn below(folder: &Path, name: &str, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let stem = entry.path().file_stem().unwrap().to_owned();
        let path = format!("{name}{}", stem.to_str().unwrap());
        if entry.path().is_dir() {
            below(&entry.path(), &format!("{path}/"), files);
        } else if stem == "mod" {
            continue;
        }
        files.push(path);
    }
}

/// Whether each part of `path` is a verb of the one before it, or the last an option of it.
fn is_typed(path: &str, root: &Command) -> bool {
    let mut verb = root;
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let part = part.replace('_', "-");
        match verb.find_subcommand(&part) {
            Some(found) => verb = found,
            None => {
                let mut options = verb.get_arguments();
                let is_option = options.any(|option| option.get_long() == Some(&part));
                return is_option && parts.peek().is_none() && !std::ptr::eq(verb, root);
            }
        }
    }
    true
}
