//! show of several mailboxes: what is told of each, one after the other.

use super::show::ShowReport;
use crate::document::{Document, Records, Report};
use crate::model::failure::Unopened;
use crate::report::failure::unopened;
use serde::Serialize;

/// The report of `show` for more than one mailbox.
#[derive(Clone, Debug, Serialize)]
pub struct SeveralReport {
    /// The mailboxes, sorted by name.
    pub mailboxes: Vec<ShowReport>,
    /// Mailboxes that could not be opened.
    pub failures: Vec<Unopened>,
}

impl Report for SeveralReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        for (n, mailbox) in self.mailboxes.iter().enumerate() {
            if n > 0 {
                document = document.blank();
            }
            document.blocks.extend(mailbox.document().blocks);
        }
        unopened(document, &self.failures)
    }

    fn records(&self) -> Records {
        let mut all = Records::default();
        for records in self.mailboxes.iter().map(ShowReport::records) {
            all.columns = records.columns;
            all.rows.extend(records.rows);
        }
        all
    }
}
