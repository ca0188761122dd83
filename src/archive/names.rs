//! Names that every file system bears: made of what a server calls its folders, and of nothing that a message
//! says.

use super::form::Form;
use crate::model::folder::WireName;
use crate::model::message::Message;
use std::collections::BTreeMap;

/// The most characters of a name.
const NAME: usize = 60;
/// The most bytes of all names of a path, and of the one name that a folder in a Maildir has.
const PATH: usize = 1000;
const DOTTED: usize = 200;

/// What no name may be on Windows, whatever comes behind its first dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The places of folders, each of its own.
#[derive(Debug, Default)]
pub struct Names {
    /// Which folder has each, however its letters are written.
    taken: BTreeMap<String, String>,
}

impl Names {
    /// Where the messages of the folder `path` go, which no other folder has; empty for the top.
    pub fn folder(&mut self, form: Form, path: &str) -> String {
        let plain = match form {
            Form::Mbox => return String::new(),
            Form::Maildir if path == "INBOX" => return String::new(),
            Form::Maildir => dotted(path),
            Form::Eml => nested(path),
        };
        for n in 1_u64.. {
            let name = match n {
                1 => plain.clone(),
                n => format!("{plain}~{n}"),
            };
            let taken = self.taken.entry(name.to_lowercase());
            if taken.or_insert_with(|| path.to_owned()) == path {
                return name;
            }
        }
        plain
    }
}

/// Folders in folders.
fn nested(path: &str) -> String {
    let names: Vec<String> = path.split('/').map(|part| safe(part, NAME)).collect();
    let mut whole = cut(&names.join("/"), PATH).to_owned();
    while whole.ends_with(['/', '.', ' ']) {
        whole.pop();
    }
    whole
}

/// As Maildir++ has it: one name, a dot before each part, in modified UTF-7.
fn dotted(path: &str) -> String {
    let mut whole = String::new();
    for part in path.split('/') {
        let part = safe(part, NAME).replace('.', "_");
        whole.push('.');
        match WireName::from_unicode(&part) {
            Ok(name) => whole.push_str(&String::from_utf8_lossy(name.as_bytes())),
            Err(_) => whole.push('_'),
        }
    }
    cut(&whole, DOTTED).to_owned()
}

/// One name, of no more than so many characters.
fn safe(name: &str, most: usize) -> String {
    let harmless = |c: char| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '~' => '_',
        c if !crate::error::is_printable(c) => '_',
        c => c,
    };
    let mut safe: String = name.chars().take(most).map(harmless).collect();
    // It leads nowhere, is hidden from nobody, and ends as Windows lets it.
    if safe.starts_with(['.', ' ']) {
        safe.replace_range(..1, "_");
    }
    if safe.ends_with(['.', ' ']) {
        safe.pop();
        safe.push('_');
    }
    let small = safe.to_lowercase();
    let stem = small.split('.').next().unwrap_or_default();
    let is_port = |rest: &str| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit());
    let mut ports = ["com", "lpt"].into_iter();
    let is_device =
        DEVICES.contains(&stem) || ports.any(|port| stem.strip_prefix(port).is_some_and(is_port));
    // No folder is called as a message or the manifest is.
    let is_file = small.ends_with(".eml") || small.ends_with(".jsonl");
    if safe.is_empty() || is_file {
        safe.push('_');
    }
    match is_device {
        true => format!("_{safe}"),
        false => safe,
    }
}

/// Its beginning, of no more than so many bytes.
fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev();
    let end = { end }.find(|at| text.is_char_boundary(*at));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// The file of a message, in its folder.
pub fn file(form: Form, message: &Message, uid_validity: Option<u32>) -> String {
    let uid = message.uid;
    match form {
        Form::Mbox => String::new(),
        Form::Maildir => {
            let seconds = message.arrived.map_or(0, |at| at.timestamp());
            let validity = uid_validity.unwrap_or_default();
            let flags = flags(message);
            // No name holds a colon there, and programs take this one for it.
            let mark = if cfg!(windows) { ';' } else { ':' };
            format!("cur/{seconds}.V{validity}U{uid}.sharemail{mark}2,{flags}")
        }
        Form::Eml => match message.arrived {
            Some(at) => format!("{}-{uid}.eml", at.format("%Y-%m-%d")),
            None => format!("undated-{uid}.eml"),
        },
    }
}

/// The flags that a Maildir knows, in the order of the alphabet.
fn flags(message: &Message) -> String {
    let known = [
        ("\\draft", 'D'),
        ("\\flagged", 'F'),
        ("\\answered", 'R'),
        ("\\seen", 'S'),
        ("\\deleted", 'T'),
    ];
    let carried = known.into_iter().filter(|(flag, _)| message.has(flag));
    carried.map(|(_, letter)| letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_lead_nowhere_and_those_that_become_alike_stay_apart() {
        let mut names = Names::default();
        let mut eml = |path: &str| names.folder(Form::Eml, path);
        let paths = [
            "INBOX",
            "a/b",
            "A/B",
            "../x",
            "a:b",
            "a*b",
            "a:b",
            "con",
            "LPT1.x",
            "b.eml",
            "Übung/März.",
            "/",
            "\u{1b}[2J\u{202e}",
            "a/b~2",
        ];
        assert_eq!(
            paths.map(&mut eml),
            [
                "INBOX",
                "a/b",
                "A/B~2",
                "__/x",
                "a_b",
                "a_b~2",
                "a_b",
                "_con",
                "_LPT1.x",
                "b.eml_",
                "Übung/März_",
                "_/_",
                "_[2J_",
                "a/b_2"
            ]
        );
        let mut names = Names::default();
        let mut maildir = |path: &str| names.folder(Form::Maildir, path);
        let paths = ["INBOX", "Entwürfe/März", "a.b", "a_b", "inbox/x"];
        assert_eq!(
            paths.map(&mut maildir),
            ["", ".Entw&APw-rfe.M&AOQ-rz", ".a_b", ".a_b~2", ".INBOX.x"]
        );
    }

    proptest! {
        #[test]
        fn every_folder_has_a_place_of_its_own(all in proptest::collection::btree_set(".{0,9}(/.{0,9})?", 0..9)) {
            for form in [Form::Maildir, Form::Eml] {
                let mut names = Names::default();
                let made: Vec<String> = all.iter().map(|path| names.folder(form, path)).collect();
                let mut small: Vec<String> = made.iter().map(|name| name.to_lowercase()).collect();
                small.sort();
                small.dedup();
                prop_assert_eq!(small.len(), all.len());
                for name in made {
                    prop_assert!(!name.starts_with('/') && !name.split('/').any(|part| part == ".."));
                    prop_assert!(name.chars().all(crate::error::is_printable));
                    prop_assert!(name.split('/').all(|part| part.len() <= 255));
                }
            }
        }
    }
}
