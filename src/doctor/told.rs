//! What is told of a feature: that it works, or not, or that nobody knows.

use crate::report::doctor::{Finding, Section};

pub(super) fn works(subject: &str, says: impl Into<String>) -> Finding {
    Finding::works(Section::Features, subject, says)
}

pub(super) fn warning(subject: &str, says: impl Into<String>) -> Finding {
    Finding::warning(Section::Features, subject, says)
}

pub(super) fn fails(subject: &str, says: impl Into<String>) -> Finding {
    Finding::fails(Section::Features, subject, says)
}

pub(super) fn unknown(subject: &str, says: impl Into<String>) -> Finding {
    Finding::unknown(Section::Features, subject, says)
}
