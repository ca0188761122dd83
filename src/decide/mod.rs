//! Wish and State to Plan, and the guards: pure, needs no server.

mod access;
mod apart;
mod describe;
mod desired;
mod extent;
mod findings;
mod fingerprint;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod guard;
mod handing;
mod identity;
mod layout;
mod leaving;
mod reversal;
mod reviewed;
mod scope;
mod unknown;

pub use access::{access, identifiers, rights, spell};
pub use apart::apart;
pub use describe::{Described, describe};
pub use desired::{Terms, desired};
pub use extent::Extent;
pub use findings::{findings, mend};
pub use fingerprint::fingerprint;
pub use guard::{lock_out, own_lock_out};
pub use handing::Handing;
pub use identity::{
    assumed, identities, identity_findings, intruders_first, missing_identity_folders,
    strip_identity_folders, strip_new_identity_folders, with_included,
};
pub use layout::{STANDARD_FOLDERS, inherit, missing_folders, removal, strip};
pub use leaving::{all_folders, is_own, leaving};
pub use reversal::{Kept, Reversal, reversal};
pub use reviewed::reviewed;
pub use scope::{select, unreserved};
pub use unknown::{people, unknown_people};

#[cfg(test)]
pub(crate) mod tests {
    use crate::model::dialect::{Dialect, Family};
    use crate::model::folder::WireName;
    use crate::model::level::Vocabulary;
    use crate::model::login::Spelling;
    use crate::model::rights::Rights;
    use crate::model::state::{Folder, Mailbox};
    use crate::model::who::Who;
    use std::sync::Arc;

    pub(crate) fn who(name: &str) -> Who {
        Who::parse(name, Some("example.com")).unwrap()
    }

    /// `support@example.com` on a Dovecot, with these folders and entries.
    pub(crate) fn mailbox(folders: &[(&str, &[(&str, &str)])]) -> Mailbox {
        let groups: Vec<Rights> = "lrwstpiekxa"
            .chars()
            .map(|c| Rights::NONE.with(c).unwrap())
            .collect();
        let folder = |(path, entries): &(&str, &[(&str, &str)])| Folder {
            wire: WireName::from_unicode(path).unwrap(),
            path: (*path).to_owned(),
            special_use: None,
            acl: Ok(entries
                .iter()
                .map(|(identifier, rights)| {
                    (Arc::from(*identifier), Rights::parse(rights).unwrap())
                })
                .collect()),
            messages: None,
        };
        Mailbox {
            name: "support@example.com".to_owned(),
            owner: Some("support@example.com".to_owned()),
            administrator: Some("admin@example.com".to_owned()),
            dialect: Dialect {
                family: Family::Dovecot,
                people: Spelling::Address,
                home: Some("example.com".to_owned()),
            },
            ground: Default::default(),
            vocabulary: Vocabulary::new(Rights::NONE, &groups, true),
            folders: folders.iter().map(folder).collect(),
            identity_names: Default::default(),
            identity_folders: Vec::new(),
            other_folders: Vec::new(),
            administrator_is_above: false,
            quota: Vec::new(),
        }
    }
}
