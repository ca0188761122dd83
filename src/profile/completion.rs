//! What the shell offers to complete: names from the configuration file, no network.

use super::environment::Environment;
use super::selection::{Selection, load, profile_names};

/// The names of all profiles.
pub fn profiles(selection: &Selection) -> Vec<String> {
    profile_names(selection, &Environment::of_process())
}

/// The mailboxes that the profile in use names.
pub fn mailboxes(selection: &Selection) -> Vec<String> {
    let profile = load(selection, &Environment::of_process());
    profile.map(|profile| profile.mailboxes).unwrap_or_default()
}
