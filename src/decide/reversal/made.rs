//! Folders that were made, and go again.

use crate::decide::layout::removal;
use crate::decide::leaving::all_folders;
use crate::model::change::back::{Missing, Reversal, There};
use crate::model::state::{Folder, Mailbox};
use std::collections::BTreeSet;

/// Folders that the run made go again, where nothing was put into them and nobody uses them;
/// `named` are the identifiers that the run gave or took entries.
pub(super) fn made(
    reversal: &mut Reversal,
    there: &There,
    made: &BTreeSet<&str>,
    named: &BTreeSet<&str>,
) {
    let mailbox = there.mailbox;
    let mut going: Vec<&Folder> = Vec::new();
    // Those below come first: what stays keeps those above it.
    for path in made.iter().rev() {
        match there.only(path) {
            Err(Missing::Gone) => reversal.already += 1,
            Err(missing) => reversal.keep(path, None, missing.words()),
            Ok(folder) if folder.path == "INBOX" => reversal.mailbox_stays = true,
            Ok(_) if mailbox.identity_names.reserve(path) => reversal.stay.push((*path).to_owned()),
            Ok(folder) => {
                match full(mailbox, folder, &going).or_else(|| shared(mailbox, folder, named)) {
                    None => going.push(folder),
                    Some(why) => reversal.keep(path, None, why),
                }
            }
        }
    }
    if !going.is_empty() {
        reversal
            .plan
            .changes
            .extend(removal(mailbox, &going).changes);
    }
}

/// Why `folder` does not go again, where those of `going` do.
fn full(mailbox: &Mailbox, folder: &Folder, going: &[&Folder]) -> Option<String> {
    let stays = |other: &&Folder| !going.iter().any(|gone| gone.wire == other.wire);
    if all_folders(mailbox)
        .filter(stays)
        .any(|other| other.is_below(&folder.path))
    {
        return Some("the folder was made, and stays: there are folders below it".to_owned());
    }
    match folder.messages {
        Some(0) => None,
        Some(_) => Some("the folder was made, and stays: it holds messages".to_owned()),
        None => Some("the folder was made, and stays: whether it is empty is not known".to_owned()),
    }
}

/// Why `folder` does not go again, where it has entries that neither the run made nor any folder
/// above it has: somebody shared it since, or it was there before, whatever the file says.
fn shared(mailbox: &Mailbox, folder: &Folder, named: &BTreeSet<&str>) -> Option<String> {
    let is_above = |above: &&Folder| above.path == "INBOX" || folder.is_below(&above.path);
    let inherited = |identifier: &str| {
        let mut above = mailbox.folders.iter().filter(is_above);
        above.any(|above| above.rights_of(identifier).is_some())
    };
    let explained = |identifier: &str| {
        named.contains(identifier)
            || mailbox.is_keeper(identifier)
            || mailbox.is_builtin(identifier)
            || inherited(identifier)
    };
    let mut entries = folder.entries();
    let (stranger, _) = entries.find(|(identifier, _)| !explained(identifier))?;
    Some(format!(
        "the folder was made, and stays: it is shared with {stranger}, which the command did not do"
    ))
}
