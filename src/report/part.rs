//! A report that says which it is, and of which part of the mailboxes: what `report merge` puts
//! together.

use crate::document::{Document, Records, Report};
use crate::model::partition::Partition;
use serde::Serialize;

/// A report with its name and its part.
#[derive(Clone, Debug, Serialize)]
pub struct Part<R> {
    report: &'static str,
    partition: Option<String>,
    #[serde(flatten)]
    told: R,
}

impl<R: Report> Part<R> {
    /// `told`, which is the report of the verb `report`.
    pub fn new(report: &'static str, partition: Option<Partition>, told: R) -> Self {
        Self {
            report,
            partition: partition.map(|partition| partition.to_string()),
            told,
        }
    }
}

impl<R: Report> Report for Part<R> {
    fn document(&self) -> Document {
        self.told.document()
    }

    fn records(&self) -> Records {
        self.told.records()
    }
}
