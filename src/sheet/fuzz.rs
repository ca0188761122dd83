//! Grants from spreadsheets, for the fuzzer: see [`crate::fuzz`].

use super::{Reading, parse};
use crate::fuzz::{are_told, is_same};
use crate::model::level::Levels;

/// A whole sheet.
pub fn rows(bytes: &[u8]) {
    let reading = Reading {
        domain: Some("example.com"),
        levels: &Levels::default(),
    };
    match parse(bytes, "grants.csv", reading) {
        Ok(sheet) => {
            assert!(!sheet.rows.is_empty() && sheet.rows.len() <= bytes.len());
            let mut before = 1;
            for row in &sheet.rows {
                assert!(row.number > before, "rows are counted downwards");
                before = row.number;
                is_same(&row.cells.len(), &sheet.columns.len());
                assert!(!row.mailbox.to_string().contains(char::is_control));
            }
        }
        Err(faults) => are_told(&faults, bytes.len()),
    }
}
