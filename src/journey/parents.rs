//! Folders that are to be there, with those that they lie in.

use crate::decide;
use crate::error::Result;
use crate::model::plan::Place;
use crate::model::state::Mailbox;
use crate::reach::{self, Opened};

/// The folders called `paths` that are not there, each after its missing parents.
///
/// # Errors
/// [`Exit::Usage`](crate::exit::Exit::Usage) for a path that names no folder.
pub fn named_with_parents(
    paths: &[String],
    opened: &Opened,
    state: &Mailbox,
) -> Result<Vec<(String, Place)>> {
    let mut places: Vec<(String, Place)> = Vec::new();
    for path in paths {
        reach::place(opened, path)?;
        decide::unreserved(state, path)?;
        let ends = path
            .match_indices('/')
            .map(|(at, _)| at)
            .chain([path.len()]);
        for part in ends.map(|end| &path[..end]) {
            let kept = state.identity_names.reserve(part);
            let planned = places.iter().any(|(there, _)| there == part);
            if !kept && !planned && state.folder(part).is_none() {
                places.push((part.to_owned(), reach::place(opened, part)?));
            }
        }
    }
    Ok(places)
}
