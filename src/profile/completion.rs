//! What the shell offers to complete: names from the configuration file, no network.

use super::draft::load;
use super::environment::Environment;
use super::selection::{Selection, profile_names};
use crate::model::level::Levels;

/// The names of all profiles.
pub fn profiles(selection: &Selection) -> Vec<String> {
    profile_names(selection, &Environment::of_process())
}

/// The mailboxes that the profile in use names.
pub fn mailboxes(selection: &Selection) -> Vec<String> {
    let profile = load(selection, &Environment::of_process());
    profile.map(|profile| profile.mailboxes).unwrap_or_default()
}

/// The names of the levels that the profile in use knows.
pub fn levels(selection: &Selection) -> Vec<String> {
    let profile = load(selection, &Environment::of_process());
    let levels = profile.map(|profile| profile.levels);
    // Those of every profile are there without any.
    let levels: Levels = levels.unwrap_or_default();
    levels.names().map(str::to_owned).collect()
}
