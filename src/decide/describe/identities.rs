//! Who may send, as far as that is believed.

use super::Described;
use super::share::named;
use crate::model::identity::{Identity, Standing};
use crate::model::state::{Folder, Mailbox};
use crate::model::who::Who;
use std::collections::BTreeSet;

impl Described {
    /// Who holds each identity, but for those of whom something else could not be told; whatever else
    /// stands on the folders that keep them is a remark.
    pub(super) fn identities(&mut self, state: &Mailbox, left_out: &BTreeSet<&str>) {
        for identity in Identity::ALL {
            let holders = match state.standing(identity) {
                Standing::Missing => continue,
                Standing::Holders(holders) => holders,
                Standing::Unknown(unread) => {
                    let why: Vec<String> = unread.iter().map(ToString::to_string).collect();
                    let why = why.join("; ");
                    self.remark(format!("{identity} is not known and left out: {why}"));
                    continue;
                }
                Standing::Disbelieved(intruders) => {
                    let why: Vec<String> = intruders.iter().map(ToString::to_string).collect();
                    let why = why.join("; ");
                    self.remark(format!("{identity} is not believed and left out: {why}"));
                    continue;
                }
            };
            let told = holders
                .iter()
                .filter(|holder| !left_out.contains(holder.as_str()));
            let mut people: Vec<Who> = told.filter_map(|holder| named(state, holder)).collect();
            people.sort_by_cached_key(ToString::to_string);
            if !people.is_empty() {
                self.mailbox.identities.insert(identity, people);
            }
            self.without_effect(state, identity, &holders);
        }
    }

    /// Entries on the folder of `identity` that make nobody a holder.
    fn without_effect(&mut self, state: &Mailbox, identity: Identity, holders: &BTreeSet<String>) {
        let path = state.identity_names.path(identity);
        let keeps = |folder: &&Folder| folder.path == path;
        let folder = state.identity_folders.iter().find(keeps);
        for (name, rights) in folder.into_iter().flat_map(Folder::entries) {
            if !holders.contains(name) && !state.is_keeper(name) {
                self.remark(format!(
                    "{:?} holds {rights} on {path:?}, which gives no {identity}",
                    state.dialect.who(name)
                ));
            }
        }
    }
}
