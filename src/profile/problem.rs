//! Everything that is wrong with a configuration, told at once.

use super::origin::Origin;
use crate::error::{Error, Result};
use crate::exit::Exit;

/// What is wrong with one value, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) what: String,
    pub(super) hint: Option<String>,
}

/// A growing list of what is wrong and where.
#[derive(Debug, Default)]
pub(super) struct Problems {
    told: Vec<(String, Wrong)>,
    untold: usize,
    /// Whether only flags are to blame: then the usage is wrong, not the configuration.
    beyond_flags: bool,
}

impl Wrong {
    pub(super) fn new(what: impl Into<String>) -> Self {
        let what = what.into();
        Self { what, hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

impl Problems {
    /// More than this many are counted, not told.
    const TOLD: usize = 20;

    pub(super) fn push(&mut self, origin: &Origin, wrong: Wrong) {
        self.beyond_flags |= !matches!(origin, Origin::Flag(_));
        if self.told.len() < Self::TOLD {
            self.told.push((origin.to_string(), wrong));
        } else {
            self.untold += 1;
        }
    }

    /// One error that tells them all, or nothing where there is none.
    pub(super) fn into_result(self) -> Result<()> {
        let exit = if self.beyond_flags {
            Exit::Config
        } else {
            Exit::Usage
        };
        match <[_; 1]>::try_from(self.told) {
            Ok([(place, wrong)]) => Err(single(exit, &place, wrong)),
            Err(told) if told.is_empty() => Ok(()),
            Err(told) => Err(Error::new(exit, list(&told, self.untold))),
        }
    }
}

fn single(exit: Exit, place: &str, wrong: Wrong) -> Error {
    let error = Error::new(exit, format!("{place}: {}", wrong.what));
    match wrong.hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn list(told: &[(String, Wrong)], untold: usize) -> String {
    let mut lines: Vec<String> = told
        .iter()
        .map(|(place, wrong)| line(place, wrong))
        .collect();
    if untold > 0 {
        lines.push(format!("and {untold} more"));
    }
    lines.join("; ")
}

fn line(place: &str, wrong: &Wrong) -> String {
    match &wrong.hint {
        Some(hint) => format!("{place}: {} ({hint})", wrong.what),
        None => format!("{place}: {}", wrong.what),
    }
}

/// `text` between quotes, cut where it is too long to be read.
pub(super) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(80).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}
