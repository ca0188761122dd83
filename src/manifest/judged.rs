//! Which messages rules were asked about: the tables `judged` in the mailbox's own settings.
//!
//! ```toml
//! [[judged]]
//! rules = ["3b0c44298fc1c149"]
//! folders = { "INBOX" = "1795946967 1:400" }
//! ```

use super::fault::{Faults, cut};
use super::key::{FOLDERS, JUDGED, RULES};
use super::node::{self, Node};
use super::source::Source;
use super::{toml, unknown};
use crate::error::Error;
use crate::model::rule::Judged;
use crate::model::setting::FOLDER;
use crate::model::uids::Uids;

/// What the settings of a mailbox say, in `text`, of which messages its rules were asked about.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(text: &str) -> Result<Judged, Vec<Error>> {
    let (source, mut faults) = (Source::new(1, FOLDER, text), Faults::default());
    let mut judged = Judged::default();
    if let Some(root) = toml::parse(&source, &mut faults) {
        for (name, node) in root.entries() {
            match name.text == JUDGED {
                true => {
                    for item in node::list(&source, node, JUDGED, &mut faults) {
                        table(&source, item, &mut judged, &mut faults);
                    }
                }
                false => unknown(&source, name, "in the settings", &[JUDGED], &mut faults),
            }
        }
    }
    faults.into_result().map(|()| judged)
}

fn table(source: &Source, node: &Node, judged: &mut Judged, faults: &mut Faults) {
    let (mut rules, mut folders) = (Vec::new(), Vec::new());
    for (name, node) in node::table(source, node, JUDGED, faults) {
        match name.text.as_str() {
            RULES => rules = node::texts(source, node, RULES, faults),
            FOLDERS => {
                for (path, node) in node::table(source, node, FOLDERS, faults) {
                    let label = format!("{FOLDERS}.{:?}", cut(&path.text));
                    let text = node::text(source, node, &label, faults).unwrap_or_default();
                    match numbers(text) {
                        Some(numbers) => folders.push((path.text.as_str(), numbers)),
                        None => {
                            faults.add(source, node.at, format!("{label} makes no sense"), None);
                        }
                    }
                }
            }
            _ => unknown(
                source,
                name,
                &format!("in {JUDGED}"),
                &[RULES, FOLDERS],
                faults,
            ),
        }
    }
    for (_, key) in rules {
        for (path, (uid_validity, uids)) in &folders {
            judged.note(key, path, *uid_validity, uids);
        }
    }
}

/// `1795946967 1:400`
fn numbers(text: &str) -> Option<(u32, Uids)> {
    let (uid_validity, uids) = text.split_once(' ')?;
    let uids: Uids = uids.parse().ok()?;
    Some((uid_validity.parse().ok()?, uids))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::write_judged;

    #[test]
    fn what_rules_were_asked_about_is_read_as_it_was_written() {
        let mut judged = Judged::default();
        for key in ["a", "b", "c"] {
            judged.note(key, "INBOX", 7, &Uids::up_to(400));
        }
        judged.note("b", "Archive \"x\"", 8, &"3,7:9".parse().unwrap());
        let written = write_judged(&judged);
        insta::assert_snapshot!(written, @r#"
        [[judged]]
        rules = ["a", "c"]
        folders = { "INBOX" = "7 1:400" }

        [[judged]]
        rules = ["b"]
        folders = { "Archive \"x\"" = "8 3,7:9", "INBOX" = "7 1:400" }
        "#);
        assert_eq!(parse(&written), Ok(judged));
        assert_eq!(parse(""), Ok(Judged::default()));
        for bad in ["", "7", "x 1", "7 2:1", "7  1"] {
            let text = format!("[[judged]]\nrules = [\"a\"]\nfolders = {{ x = {bad:?} }}");
            assert!(parse(&text).is_err(), "{bad}");
        }
    }
}
