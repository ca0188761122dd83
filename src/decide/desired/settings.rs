//! The settings that a mailbox shall have.

use crate::decide::assumed::assume;
use crate::decide::errand::Found;
use crate::decide::settings::{believed, settled};
use crate::error::Result;
use crate::manifest::settings::in_file;
use crate::model::change::Change;
use crate::model::desired::DesiredMailbox;
use crate::model::plan::Place;
use crate::model::setting::Settings;
use crate::model::state::{Mailbox, Trust};
use std::collections::BTreeMap;

/// What makes the settings say what `wish` does, once `before` is made: the folder for them where it is missing,
/// read by those who read the mail by then.
///
/// # Errors
/// Where what is there is not known, or not believed.
pub(super) fn settings(
    state: &Mailbox,
    wish: &DesiredMailbox,
    before: &[Change],
    place: &impl Fn(&str) -> Result<Place>,
) -> Result<Vec<Change>> {
    let mut others = Vec::new();
    for (kind, text) in &wish.settings {
        let now = believed(state, *kind)?;
        // What another version wrote may be other bytes that say the same.
        let same = in_file(*kind, now).is_ok_and(|now| now.as_ref() == Some(text));
        others.extend((!same).then_some((*kind, text)));
    }
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let mut then = state.clone();
    assume(&mut then, before);
    if state.trust_in_settings() == Trust::Missing {
        then.settings.get_or_insert_with(Settings::default);
    }
    let mut all = Vec::new();
    for (kind, text) in others {
        let found = Found {
            state: &then,
            place,
            by_others: &BTreeMap::new(),
        };
        let changes = settled(&found, kind, text.clone())?;
        assume(&mut then, &changes);
        all.extend(changes);
    }
    Ok(all)
}
