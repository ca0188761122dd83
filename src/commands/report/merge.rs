//! report merge: the parts of a run in one report.

use super::{Place, exit};
use crate::cli::report::{Form, Merge as Args};
use crate::document::{Document, Records, Report};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::words::count;
use crate::output::Format;
use crate::report::merge::{Part, merge as put_together};
use crate::report::review::Review;
use crate::run::Run;
use crate::run::files;
use serde::Serialize;
use serde_json::Value;
use std::path::Path;

/// No part is larger, in bytes.
const MOST: u64 = 512 * 1024 * 1024;

/// What a value of a part takes, in bytes (measured).
const PART: u64 = 350;

/// Puts the parts together and tells them as one report.
///
/// # Errors
/// [`Exit::BadInput`] where they are not exactly the parts of one run.
pub(super) fn merge(args: &Args, run: &Run) -> Result<Exit> {
    let output = run.output();
    let parts = args.files.iter().map(|path| part(path));
    let parts: Vec<Part> = parts.collect::<Result<_>>()?;
    let whole = put_together(parts);
    let whole = whole.map_err(|apart| Error::new(Exit::BadInput, apart.to_string()))?;
    if whole["report"] == "access-review" {
        let place = Place::of(&args.into, output)?;
        let mut review: Review = serde_json::from_value(whole)
            .map_err(|error| Error::new(Exit::BadInput, format!("no access review: {error}")))?;
        // Whatever a part says of itself: what it could not read is told.
        review.complete &= review.missing().is_empty();
        place.put(&review, output)?;
        return Ok(exit(&review));
    }
    if args.into.format.is_some_and(|form| form != Form::Json) {
        let what = "only an access review can be told as HTML or CSV";
        return Err(Error::new(Exit::Usage, what).hint("--format json"));
    }
    let mut into = args.into.clone();
    into.format = Some(Form::Json);
    let whole = Whole(whole);
    let text = output.told(&whole, Format::Json)?;
    Place::of(&into, output)?.write(&text, &whole, output)?;
    Ok(if whole.is_complete() {
        Exit::Done
    } else {
        Exit::Partly
    })
}

fn part(path: &Path) -> Result<Part> {
    let text = files::text_there(path, MOST)?;
    files::fits(text.as_bytes(), PART, path)?;
    let value = serde_json::from_str(&text).map_err(|error| {
        let error = Error::new(Exit::BadInput, format!("it is no JSON: {error}"));
        files::about(error, path)
    })?;
    Ok((path.display().to_string(), value))
}

/// A report that is known by its JSON alone.
#[derive(Serialize)]
#[serde(transparent)]
struct Whole(Value);

impl Whole {
    fn mailboxes(&self) -> usize {
        self.0["mailboxes"].as_array().map_or(0, Vec::len)
    }

    /// Whether no part left anything out.
    fn is_complete(&self) -> bool {
        let failed = |value: &Value| value["failures"].as_array().is_some_and(|f| !f.is_empty());
        let mut mailboxes = self.0["mailboxes"].as_array().into_iter().flatten();
        self.0["complete"] != false && !failed(&self.0) && !mailboxes.any(failed)
    }
}

impl Report for Whole {
    fn document(&self) -> Document {
        let kind = self.0["report"].as_str().unwrap_or_default();
        Document::new().line(format!("{kind}: {}", count(self.mailboxes(), "mailbox")))
    }

    fn records(&self) -> Records {
        Records::default()
    }
}
