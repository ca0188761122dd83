//! Which part of a plan is carried out: the mailbox itself, or its settings.

use crate::model::change::Change;
use crate::model::desired::DesiredMailbox;
use crate::model::plan::Place;
use crate::model::setting;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A part of a plan. What a mailbox keeps of its settings is written in a session that may read and file mail; on
/// Cyrus the administrator's own is none, and the owner's sets no limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// All but what belongs to settings.
    Mailbox,
    /// The folder for settings, who may read it, and what stands there.
    Settings {
        /// Whether nothing else was to be done before it.
        alone: bool,
    },
}

impl Part {
    /// The parts in which `changes` are carried out, of a mailbox that is to be made where `is_new` says so.
    pub fn of(changes: &[Change], is_new: bool) -> Vec<Self> {
        if !changes.iter().any(Change::is_setting) {
            return vec![Self::Mailbox];
        }
        let alone = !is_new && changes.iter().all(of_settings);
        match alone {
            true => vec![Self::Settings { alone }],
            false => vec![Self::Mailbox, Self::Settings { alone }],
        }
    }

    /// What of `changes` belongs to it.
    pub(super) fn of_it(self, mut changes: Vec<Change>) -> Vec<Change> {
        let sets = changes.iter().any(Change::is_setting);
        changes.retain(|change| match self {
            Self::Whole => true,
            Self::Mailbox => !sets || !of_settings(change),
            Self::Settings { .. } => of_settings(change),
        });
        changes
    }

    /// What of `wish` belongs to it.
    pub(super) fn of_wish(self, wish: &DesiredMailbox) -> Cow<'_, DesiredMailbox> {
        match self {
            _ if wish.settings.is_empty() => Cow::Borrowed(wish),
            Self::Whole => Cow::Borrowed(wish),
            Self::Mailbox => Cow::Owned(DesiredMailbox {
                settings: BTreeMap::new(),
                ..wish.clone()
            }),
            Self::Settings { .. } => Cow::Owned(DesiredMailbox {
                settings: wish.settings.clone(),
                ..DesiredMailbox::default()
            }),
        }
    }

    pub(super) fn is_settings(self) -> bool {
        matches!(self, Self::Settings { .. })
    }
}

fn of_settings(change: &Change<Place>) -> bool {
    setting::keeps(&change.folder().path)
}
