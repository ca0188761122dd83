//! A mailbox that tests and the fuzzer decide about.

use crate::model::dialect::{Dialect, Family};
use crate::model::folder::WireName;
use crate::model::level::Vocabulary;
use crate::model::login::Spelling;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use std::sync::Arc;

/// `support@example.com` on a Dovecot, with these folders and entries.
pub(crate) fn mailbox(folders: &[(&str, &[(&str, &str)])]) -> Mailbox {
    let groups: Vec<Rights> = "lrwstpiekxa"
        .chars()
        .map(|c| {
            Rights::NONE
                .with(c)
                .expect("what a test says is well formed")
        })
        .collect();
    let folder = |(path, entries): &(&str, &[(&str, &str)])| Folder {
        wire: WireName::from_unicode(path).expect("what a test says is well formed"),
        path: (*path).to_owned(),
        special_use: None,
        acl: Ok(entries
            .iter()
            .map(|(identifier, rights)| {
                (
                    Arc::from(*identifier),
                    Rights::parse(rights).expect("what a test says is well formed"),
                )
            })
            .collect()),
        messages: None,
    };
    let dialect = Dialect {
        family: Family::Dovecot,
        people: Spelling::Address,
        home: Some("example.com".to_owned()),
    };
    Mailbox {
        owner: Some("support@example.com".to_owned()),
        administrator: Some("admin@example.com".to_owned()),
        login: "admin@example.com".to_owned(),
        vocabulary: Vocabulary::new(Rights::NONE, &groups, true),
        folders: folders.iter().map(folder).collect(),
        keeps_special_uses: true,
        ..Mailbox::named("support@example.com", dialect)
    }
}
