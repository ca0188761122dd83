//! The settings of a mailbox as a file says them: what stands there is what the mailbox itself keeps, kind by kind.

use super::fault::Faults;
use super::key::{HOLD, LABELS, RETENTION, RULE};
use super::node::Node;
use super::source::Source;
use super::write::{write_holds, write_labels, write_policies, write_rules};
use super::{labels, retention, rules};
use crate::error::Error;
use crate::model::setting::Kind;

/// The kinds of settings that a file may say, each under its key in the table of a mailbox.
pub(super) const KINDS: [(Kind, &str); 4] = [
    (Kind::Labels, LABELS),
    (Kind::Rules, RULE),
    (Kind::Retention, RETENTION),
    (Kind::Holds, HOLD),
];

/// The kind of settings that stands under `key`.
pub(super) fn kind(key: &str) -> Option<Kind> {
    let mut all = KINDS.iter();
    all.find(|(_, own)| *own == key).map(|(kind, _)| *kind)
}

/// What `node`, which is called `label`, says of `kind`, as the mailbox keeps it.
pub(super) fn read(
    source: &Source,
    kind: Kind,
    node: &Node,
    label: &str,
    faults: &mut Faults,
) -> Option<String> {
    match kind {
        Kind::Labels => Some(write_labels(&labels::read(source, node, label, faults))),
        Kind::Rules => Some(write_rules(&rules::read(source, node, label, faults))),
        Kind::Retention => {
            let policies = retention::policies(source, node, label, faults);
            Some(write_policies(&policies))
        }
        Kind::Holds => Some(write_holds(&retention::holds(source, node, label, faults))),
        // What runs have seen is nothing that anybody wishes.
        Kind::Seen | Kind::Held | Kind::Judged => None,
    }
}

/// `text`, which a mailbox keeps of `kind`, as a file would say it; nothing where no file says that kind.
///
/// # Errors
/// Everything that is wrong with it.
pub fn in_file(kind: Kind, text: &str) -> Result<Option<String>, Vec<Error>> {
    Ok(match kind {
        Kind::Labels => Some(write_labels(&labels::parse(text)?)),
        Kind::Rules => Some(write_rules(&rules::parse(text)?)),
        Kind::Retention => Some(write_policies(&retention::parse_policies(text)?)),
        Kind::Holds => Some(write_holds(&retention::parse_holds(text)?)),
        Kind::Seen | Kind::Held | Kind::Judged => None,
    })
}
