//! Reports that are put together, for the fuzzer: see [`crate::fuzz`].

use super::mailbox::plan::PlanReport;
use super::merge::{Part, merge};
use super::page::page;
use super::review::Review;
use crate::fuzz::is_same;
use crate::model::dialect::Dialect;
use crate::model::plan::Plan;
use crate::output::{Format, Output, Settings};

/// The parts of a report, parted by NULs; what comes of an access review is told in every form.
pub fn parts(bytes: &[u8]) {
    let parts = bytes.split(|byte| *byte == 0).enumerate().map(|(n, part)| {
        let value = serde_json::from_slice(part).ok()?;
        Some((format!("part {n}"), value))
    });
    let Some(parts) = parts.collect::<Option<Vec<Part>>>() else {
        return;
    };
    match merge(parts) {
        Ok(whole) => {
            assert!(whole.is_object());
            if let Ok(review) = serde_json::from_value::<Review>(whole) {
                told(&review);
            }
        }
        Err(apart) => assert!(!apart.to_string().is_empty()),
    }
}

/// What is told of a review says it whole, and drives neither a terminal nor a browser.
fn told(review: &Review) {
    let output = Output::new(Settings::default());
    let strange = |c: char| c.is_control() && c != '\n';
    for format in [Format::Table, Format::Json] {
        let text = output.told(review, format);
        assert!(text.is_ok(), "{text:?}");
        let text = text.unwrap_or_default();
        assert!(!text.contains(strange), "{text:?}");
        if format == Format::Json {
            is_same(&serde_json::from_str(&text).ok(), &Some(review.clone()));
        }
    }
    assert!(output.told(review, Format::Csv).is_ok());
    let page = page(review);
    assert!(!page.contains(strange), "{page:?}");
    // No name becomes an element: one script and one style are all that there are.
    for tag in ["<script", "<style"] {
        assert_eq!(page.matches(tag).count(), 1, "{tag}");
    }
}

/// What is told of a plan, before it is carried out.
pub(crate) fn plan(plan: &Plan, dialect: &Dialect, length: usize) {
    let output = Output::new(Settings::default());
    let report = PlanReport::dry(plan, dialect);
    for format in [Format::Table, Format::Json, Format::Csv] {
        let text = output.told(&report, format);
        assert!(text.is_ok(), "{text:?}");
        let text = text.unwrap_or_default();
        let strange = |c: char| c.is_control() && c != '\n';
        assert!(format == Format::Csv || !text.contains(strange), "{text:?}");
        // A table is as wide as its widest line.
        assert!(text.len() <= (4096 + 12 * length) * (1 + plan.changes.len()));
    }
}
