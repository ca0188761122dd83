//! The review as rows: one for each person and mailbox. It is made for spreadsheets, so that no
//! field is a formula there.

use super::{Changed, Grant, Review, Reviewed, Turn};
use crate::document::Records;
use crate::model::member::Kind;
use crate::report::access::change::identities;

const COLUMNS: [&str; 14] = [
    "mailbox",
    "who",
    "via",
    "kind",
    "level",
    "rights",
    "rights_in_words",
    "folders",
    "deviations",
    "identities",
    "findings",
    "change",
    "identifier",
    "remark",
];

/// A row under [`COLUMNS`], empty where nothing is said.
#[derive(Default)]
struct Row([String; COLUMNS.len()]);

impl Row {
    fn of(mailbox: &str) -> Self {
        Self::default().with("mailbox", mailbox)
    }

    fn with(mut self, column: &str, field: &str) -> Self {
        let mut cells = COLUMNS.iter().zip(&mut self.0);
        if let Some((_, cell)) = cells.find(|(name, _)| **name == column) {
            *cell = inert(field);
        }
        self
    }
}

/// A row for each grant, and one for each member of a group whose members are known; a mailbox that
/// nobody holds anything on, that could not be read, or only in part, has a row that says so.
pub(super) fn records(review: &Review) -> Records {
    let mut records = Records::new(COLUMNS);
    let mut push = |row: Row| records.push(row.0);
    for mailbox in &review.mailboxes {
        if mailbox.grants.is_empty() && mailbox.unread.is_empty() {
            let row = Row::of(&mailbox.mailbox).with("kind", "nobody");
            push(row.with("remark", "nobody but its owner holds anything"));
        }
        for grant in &mailbox.grants {
            push(of_grant(mailbox, grant).with("who", &grant.who));
            for who in members(review, grant) {
                let row = of_grant(mailbox, grant).with("who", who);
                push(row.with("via", &grant.who).with("kind", "person"));
            }
        }
        // What is out of order with the mailbox as a whole stands beside no entry.
        for told in mailbox.about("") {
            let row = Row::of(&mailbox.mailbox).with("kind", "mailbox");
            let row = row
                .with("findings", &told.finding)
                .with("remark", &told.says);
            push(row.with("folders", &told.folders.join(", ")));
        }
        for changed in mailbox.changes.iter().filter(|c| c.change == Turn::Revoked) {
            let row = Row::of(&mailbox.mailbox).with("who", &changed.who);
            let row = row.with("kind", "revoked").with("change", &change(changed));
            push(row.with("identifier", &changed.identifier));
        }
        for unread in &mailbox.unread {
            let remark = format!("{} could not be read: {}", unread.folder, unread.why);
            let row = Row::of(&mailbox.mailbox).with("kind", "not-read");
            push(row.with("folders", &unread.folder).with("remark", &remark));
        }
    }
    for mailbox in review.since.iter().flat_map(|since| &since.gone) {
        let row = Row::of(mailbox).with("kind", "gone");
        push(row.with("remark", "named by the former file, and not there any more"));
    }
    for failure in &review.failures {
        let remark = format!("the mailbox could not be read: {}", failure.why);
        let row = Row::of(&failure.mailbox).with("kind", "not-read");
        push(row.with("remark", &remark));
    }
    records
}

fn members<'a>(review: &'a Review, grant: &Grant) -> &'a [String] {
    match grant.kind {
        Kind::Group => review.members_of(&grant.who).unwrap_or_default(),
        _ => &[],
    }
}

fn of_grant(mailbox: &Reviewed, grant: &Grant) -> Row {
    let differs = grant.differs.iter().map(|differs| {
        let folders = differs.folders.join(", ");
        let letters = match differs.rights {
            rights if rights.is_empty() => String::new(),
            rights => format!(" ({rights})"),
        };
        format!("{}{letters} on {folders}", differs.level)
    });
    let findings = mailbox.about(&grant.identifier).map(|f| f.finding.as_str());
    let changed = mailbox.change_of(&grant.identifier);
    Row::of(&mailbox.mailbox)
        .with("kind", grant.kind.name())
        .with("level", &grant.level)
        .with("rights", &grant.rights.to_string())
        .with("rights_in_words", &grant.rights.in_words())
        .with(
            "folders",
            &format!("{} of {}", grant.folders, mailbox.folders),
        )
        .with("deviations", &differs.collect::<Vec<_>>().join("; "))
        .with("identities", &identities(&grant.identities))
        .with("findings", &findings.collect::<Vec<_>>().join(" "))
        .with("change", &changed.map(change).unwrap_or_default())
        .with("identifier", &grant.identifier)
        .with(
            "remark",
            if grant.administrator {
                "the administrator"
            } else {
                ""
            },
        )
}

fn change(changed: &Changed) -> String {
    match changed.change {
        Turn::Granted => "granted".to_owned(),
        turn => format!("{}: was {}", turn.name(), changed.before),
    }
}

/// The field with a `'` before whatever a spreadsheet takes for the begin of a formula; blanks
/// before it do not count there, and East Asian editions take the wide forms too.
fn inert(field: &str) -> String {
    let first = field.trim_start().chars().next();
    let begins = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
    );
    if begins || field.starts_with(['\t', '\r', '\n']) {
        format!("'{field}")
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_is_a_formula() {
        for field in ["=1+1", "+1", "-bob", "@SUM(A1)", " =1", "\t=1", "＝1"] {
            assert_eq!(inert(field), format!("'{field}"));
        }
        for field in ["alice@example.com", "", "Sent", "a=b"] {
            assert_eq!(inert(field), field);
        }
    }
}
