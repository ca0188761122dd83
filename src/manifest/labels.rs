//! What people call the labels of a mailbox: the table `labels`, in a file and in the mailbox's own settings.
//!
//! ```toml
//! [labels]
//! invoice = "Invoice"
//! urgent = { key = "$label1", name = "Urgent", colour = "#cc0000" }
//! ```

use super::fault::{Faults, cut};
use super::key::{COLOUR, KEY, NAME};
use super::node::{self, Name, Node, Value};
use super::source::Source;
use super::{key, toml, unknown};
use crate::error::{Error, is_printable};
use crate::model::label::Keyword;
use crate::model::setting::{Defined, FOLDER, Labels};

/// No name is longer, in characters.
const LONGEST: usize = 100;
/// No mailbox has more labels.
const MOST: usize = 1_000;

/// Reads the table called `label`.
pub(super) fn read(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Labels {
    let mut labels = Labels::default();
    let entries = node::table(source, node, label, faults);
    if entries.len() > MOST {
        let what = format!("{label} names more than {MOST} labels");
        faults.add(source, node.at, what, None);
        return labels;
    }
    for (name, node) in entries {
        let Some(defined) = one(source, name, node, label, faults) else {
            continue;
        };
        if let Err(other) = labels.add(defined) {
            let what = format!(
                "{:?} has a word, a name or a key that is that of {:?} too",
                cut(&name.text),
                cut(&other.word)
            );
            faults.add(source, name.at, what, None);
        }
    }
    labels
}

fn one(
    source: &Source,
    word: &Name,
    node: &Node,
    label: &str,
    faults: &mut Faults,
) -> Option<Defined> {
    let label = format!("{label}.{:?}", cut(&word.text));
    let (mut name, mut key, mut colour) = (None, None, None);
    match &node.value {
        Value::Text(text) => name = Some((node.at, text.as_str())),
        _ => {
            for (field, node) in node::table(source, node, &label, faults) {
                let text = node::text(source, node, &format!("{label}.{}", field.text), faults);
                let text = text.map(|text| (node.at, text));
                match field.text.as_str() {
                    NAME => name = text,
                    KEY => key = text,
                    COLOUR => colour = text,
                    _ => unknown(
                        source,
                        field,
                        &format!("in {label}"),
                        &[NAME, KEY, COLOUR],
                        faults,
                    ),
                }
            }
        }
    }
    let mut wrong = |at: usize, what: String| faults.add(source, at, what, None);
    // Without a name of its own it is called as its word.
    let (at, name) = name.unwrap_or((word.at, &word.text));
    if let Err(why) = fits(name) {
        wrong(at, format!("{:?} names no label: {why}", cut(name)));
        return None;
    }
    if let Err(why) = fits(&word.text) {
        wrong(word.at, format!("{:?} is no label: {why}", cut(&word.text)));
        return None;
    }
    let (at, keyword) = match key {
        Some((at, key)) => (at, Keyword::parse(key)),
        None => (word.at, Keyword::of(&word.text)),
    };
    let keyword = match keyword {
        Ok(keyword) => keyword,
        Err(why) => {
            let what = format!("{label}: no keyword can be made of it: {why}");
            wrong(at, what);
            return None;
        }
    };
    let colour = match colour.map(|(at, text)| (at, self::colour(text))) {
        None => None,
        Some((_, Ok(colour))) => Some(colour),
        Some((at, Err(why))) => {
            wrong(at, format!("{label}: {why}"));
            return None;
        }
    };
    Some(Defined {
        word: word.text.clone(),
        key: keyword,
        name: name.to_owned(),
        colour,
    })
}

/// Whether `name` can be what people call a label.
///
/// # Errors
/// Why not.
pub fn fits(name: &str) -> Result<(), &'static str> {
    if name.trim().is_empty() {
        Err("it is empty")
    } else if name.trim() != name {
        Err("it begins or ends with a blank")
    } else if !name.chars().all(is_printable) {
        Err("it holds a character that nobody sees")
    } else if name.chars().count() > LONGEST {
        Err("it is longer than 100 characters")
    } else {
        Ok(())
    }
}

/// A colour as everybody writes it: `#cc0000`.
///
/// # Errors
/// Why it is none.
pub fn colour(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    match digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit())) {
        Some(digits) => Ok(format!("#{}", digits.to_ascii_lowercase())),
        None => Err(format!("{:?} is no colour: write #cc0000", cut(text))),
    }
}

/// What the settings of a mailbox say, in `text`, of its labels.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(text: &str) -> Result<Labels, Vec<Error>> {
    let mut faults = Faults::default();
    let source = Source::new(1, FOLDER, text);
    let mut labels = Labels::default();
    if let Some(root) = toml::parse(&source, &mut faults) {
        for (name, node) in root.entries() {
            match name.text.as_str() {
                key::LABELS => labels = read(&source, node, key::LABELS, &mut faults),
                _ => unknown(
                    &source,
                    name,
                    "in the settings",
                    &[key::LABELS],
                    &mut faults,
                ),
            }
        }
    }
    faults.into_result().map(|()| labels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::write_labels as write;
    use proptest::prelude::*;

    #[test]
    fn labels_are_read_and_written_alike() {
        let text = "[labels]\n\"für später\" = \"Für später\"\ninvoice = \"Invoice\"\n\
                    urgent = { key = \"$label1\", name = \"Urgent\", colour = \"#CC0000\" }\n";
        let labels = parse(text).unwrap();
        assert_eq!(labels.len(), 3);
        let urgent = labels.called("Urgent").unwrap();
        assert_eq!(urgent.key.as_str(), "$label1");
        assert_eq!(urgent.colour.as_deref(), Some("#cc0000"));
        assert_eq!(
            labels.called("für später").unwrap().key.as_str(),
            "f&apw-r_sp&aoq-ter"
        );
        let written = write(&labels);
        assert_eq!(parse(&written), Ok(labels));
        insta::assert_snapshot!(written, @r##"
        [labels]
        "für später" = "Für später"
        "invoice" = "Invoice"
        "urgent" = { key = "$label1", name = "Urgent", colour = "#cc0000" }
        "##);
        assert_eq!(parse(""), Ok(Labels::default()));
    }

    #[test]
    fn whatever_is_wrong_is_told_with_its_place() {
        for (text, what) in [
            ("[labels]\na = \"\"\n", "names no label: it is empty"),
            ("[labels]\na = 3\n", "expected a table, found an integer"),
            ("[labels]\na = { key = \"b]\" }\n", "no keyword holds"),
            (
                "[labels]\na = { key = \"\\\\Seen\" }\n",
                "no keyword can be made",
            ),
            ("[labels]\na = { colour = \"red\" }\n", "is no colour"),
            (
                "[labels]\na = { color = \"#000000\" }\n",
                "unknown key \"color\"",
            ),
            ("[labels]\na = \"X\"\nb = \"x\"\n", "that of \"a\" too"),
            (
                "[labels]\na = { key = \"k\" }\nb = { key = \"K\" }\n",
                "that of \"a\" too",
            ),
            ("[labels]\na = \"x\\u0007\"\n", "nobody sees"),
            ("[rules]\n", "unknown key \"rules\" in the settings"),
            ("[labels", "unclosed table"),
        ] {
            let errors = parse(text).unwrap_err();
            let told = errors[0].to_string();
            assert!(told.contains(what), "{text}: {told}");
            assert!(told.starts_with("Team/Settings:"), "{told}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_again(names in proptest::collection::btree_map("[a-z]{1,8}", "[^\\p{C}\\p{Z}]{1,30}", 0..8)) {
            let mut labels = Labels::default();
            for (word, name) in names {
                let key = Keyword::of(&word).unwrap();
                let _ = labels.add(Defined { word, key, name, colour: None });
            }
            prop_assert_eq!(parse(&write(&labels)), Ok(labels));
        }
    }
}
