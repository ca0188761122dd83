//! The rows, by what they mean.

use super::row::Row;

mod access;
mod files;
mod mailboxes;
mod many;
mod sending;
mod telling;

/// All of them: those that change nothing first, as they can share a world.
pub fn all() -> Vec<Row> {
    let rows = [
        telling::rows(),
        sending::rows(),
        files::rows(),
        access::rows(),
        many::rows(),
        mailboxes::rows(),
    ];
    rows.into_iter().flatten().collect()
}
