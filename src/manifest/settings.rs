//! The settings of a mailbox as a file says them: what stands there is what the mailbox itself keeps, kind by kind.

use super::fault::Faults;
use super::key::{LABELS, RULE};
use super::node::Node;
use super::source::Source;
use super::write::{write_labels, write_rules};
use super::{labels, rules};
use crate::error::Error;
use crate::model::setting::Kind;

/// The kinds of settings that a file may say, each under its key in the table of a mailbox.
pub(super) const KINDS: [(Kind, &str); 2] = [(Kind::Labels, LABELS), (Kind::Rules, RULE)];

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
        Kind::Retention | Kind::Holds | Kind::Seen => None,
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
        Kind::Retention | Kind::Holds | Kind::Seen => None,
    })
}
