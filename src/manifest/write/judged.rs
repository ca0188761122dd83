//! The TOML of which messages rules were asked about.

use super::json::quoted;
use crate::manifest::key::{FOLDERS, JUDGED, RULES};
use crate::model::rule::Judged;

/// The text of settings that says `all`; nothing where no rule was asked.
pub fn write_judged(all: &Judged) -> String {
    let tables = all.alike().into_iter().map(|(rules, folders)| {
        let rules: Vec<String> = rules.into_iter().map(quoted).collect();
        let folders = folders.iter().map(|(path, (uid_validity, uids))| {
            format!(
                "{} = {}",
                quoted(path),
                quoted(&format!("{uid_validity} {uids}"))
            )
        });
        format!(
            "[[{JUDGED}]]\n{RULES} = [{}]\n{FOLDERS} = {{ {} }}\n",
            rules.join(", "),
            folders.collect::<Vec<_>>().join(", ")
        )
    });
    tables.collect::<Vec<_>>().join("\n")
}
