//! Changes as rows for programs, each in the same columns whatever report it stands in.

use crate::model::change::{Change, Create, Delete, Entry, Label, Quota, Rename};
use crate::model::outcome::{Fate, failure};
use crate::model::rights::Rights;
use crate::model::words::{count, storage};

/// The columns of [`row`] before its last ones.
const COLUMNS: [&str; 6] = [
    "mailbox",
    "change",
    "folder",
    "identifier",
    "before",
    "after",
];

/// The columns of a change, and `last` behind them.
pub(in crate::report) fn columns<const N: usize>(last: [&'static str; N]) -> Vec<&'static str> {
    COLUMNS.into_iter().chain(last).collect()
}

/// The row of a change of `mailbox`, with what the columns behind it hold.
pub(in crate::report) fn row<const N: usize>(
    mailbox: &str,
    change: &Change,
    last: [String; N],
) -> Vec<String> {
    let mailbox = [mailbox.to_owned()].into_iter();
    mailbox.chain(cells(change)).chain(last).collect()
}

/// What became of a change: `done`, or why it was not.
pub(in crate::report) fn result(fate: &Fate) -> String {
    failure(fate).unwrap_or_else(|| "done".to_owned())
}

/// Whether `change` is that of the mailbox itself, where the provider's program does it: the folders of
/// a new account are made over IMAP.
pub(in crate::report) fn of_account(change: &Change) -> bool {
    match change {
        Change::Create(Create { folder, .. }) => folder.path == "INBOX",
        Change::Rename(..) | Change::Delete(..) => true,
        Change::Entry(..) | Change::Quota(..) | Change::Label(..) => false,
    }
}

/// The cells for programs: verb, folder, identifier, before, after.
pub(in crate::report) fn cells(change: &Change) -> [String; 5] {
    let folder = change.folder().path.clone();
    let rights = |rights: &Option<Rights>| rights.map_or("none".to_owned(), |r| r.to_string());
    let blank = String::new;
    match change {
        Change::Entry(Entry {
            identifier,
            before,
            after,
            ..
        }) => {
            let verb = match (before, after) {
                (_, None) => "revoke",
                (None, _) => "grant",
                (Some(before), Some(after)) if after.contains(*before) => "grant",
                _ => "change",
            };
            [
                verb.into(),
                folder,
                identifier.clone(),
                rights(before),
                rights(after),
            ]
        }
        Change::Create(Create { special_use, .. }) => [
            "create".into(),
            folder,
            blank(),
            blank(),
            special_use.clone().unwrap_or_default(),
        ],
        Change::Delete(Delete { messages, .. }) => {
            let gone = messages
                .map(|n| count(n as usize, "message"))
                .unwrap_or_default();
            ["delete".into(), folder, blank(), gone, blank()]
        }
        Change::Rename(Rename { to, .. }) => {
            ["rename".into(), folder, blank(), blank(), to.path.clone()]
        }
        Change::Label(Label {
            uids, keyword, set, ..
        }) => {
            let verb = if *set { "label" } else { "unlabel" };
            let messages = count(usize::try_from(uids.len()).unwrap_or(usize::MAX), "message");
            [
                verb.into(),
                folder,
                keyword.as_str().into(),
                blank(),
                messages,
            ]
        }
        Change::Quota(Quota {
            resource,
            before,
            after,
            ..
        }) => {
            let amount = |n: u64| {
                if resource == "STORAGE" {
                    storage(n)
                } else {
                    n.to_string()
                }
            };
            let before = before.map_or("none".to_owned(), amount);
            [
                "quota".into(),
                folder,
                resource.to_lowercase(),
                before,
                amount(*after),
            ]
        }
    }
}
