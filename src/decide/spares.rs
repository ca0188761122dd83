//! mail clean --duplicates: spare copies go into the trash, as an errand.

use super::archiving::Archiving;
use super::errand::{Errand, Found, Stage};
use super::retaining::must_have_trash;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::done::Done;
use crate::model::messages::Meant;
use crate::model::selection::{Query, Selection, Together};
use crate::model::state::Mailbox;
use crate::model::template::Template;
use crate::model::wish::Scope;
use crate::observe::Ask;

/// Of messages of one folder that say the same, those that nobody misses go into the trash.
pub struct Spares;

impl Errand for Spares {
    fn ask(&self) -> Ask {
        // Whose turn it is stands there.
        Ask::SETTINGS
    }

    fn is_of_mail(&self) -> bool {
        true
    }

    fn meant(&self, state: &Mailbox) -> Result<Vec<Meant>> {
        with(state, |archiving| archiving.meant(state))
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        with(found.state, |archiving| archiving.next(found, done))
    }
}

/// What moving them into the trash of the mailbox comes to.
fn with<T>(state: &Mailbox, work: impl FnOnce(&Archiving) -> Result<T>) -> Result<T> {
    let trash = &must_have_trash(state)?.path;
    let to: Template = trash.parse().map_err(|why| {
        let what = format!("mail cannot go into {trash:?}: {why}");
        Error::new(Exit::Refused, what).about(&state.name)
    })?;
    let selection = Selection {
        folders: Scope::Every,
        query: Query {
            together: Some(Together::Duplicate),
            ..Query::default()
        },
        labels: Vec::new(),
    };
    work(&Archiving {
        selection: &selection,
        to: &to,
        only: None,
        // What is thrown away needs its labels no more.
        most: Some(usize::MAX),
    })
}
