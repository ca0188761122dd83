//! Names that hold nothing: somebody who is gone already, or somebody else's, mistyped.

use super::whole::Whole;
use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::who::Who;
use crate::model::words::count;
use crate::report::access::offboard::OffboardReport;

/// Refuses names that hold nothing and that the server does not know, unless `missing_ok`; where
/// it cannot be found out whether it knows them, a warning says whom they are like.
///
/// # Errors
/// [`Exit::NotFound`], naming the first of them.
pub fn must_be_somebody(
    whole: &Whole,
    missing_ok: bool,
    report: &mut OffboardReport,
) -> Result<()> {
    let holds = |who: &Who| {
        let who = who.to_string();
        report.left.iter().any(|left| left.who == who)
    };
    let mut unknown = whole.unknown.iter().filter(|who| !holds(who));
    if let Some(who) = unknown.next().filter(|_| report.complete && !missing_ok) {
        return Err(nobody(who, whole));
    }
    let strangers = whole.unknown.iter().chain(&whole.untold);
    let strangers: Vec<&Who> = strangers.filter(|who| !holds(who)).collect();
    for who in strangers {
        if let Some(near) = like(who, whole) {
            let warning = format!("{who} holds nothing: did you mean {near}?");
            report.warnings.push(warning);
        }
    }
    Ok(())
}

fn nobody(who: &Who, whole: &Whole) -> Error {
    let what = format!(
        "nobody of that name holds anything in the {} looked into, and the server knows no such \
         user; nothing was changed",
        count(whole.mailboxes.len(), "mailbox")
    );
    let gone = "with --missing-ok, whoever is gone already is no failure";
    let hint = match like(who, whole) {
        Some(near) => format!("did you mean {near}? {gone}"),
        None => gone.to_owned(),
    };
    let error = Error::new(Exit::NotFound, what).about(who.to_string());
    error.hint(hint)
}

/// Whoever holds something and is spelled nearly as `who`.
fn like(who: &Who, whole: &Whole) -> Option<String> {
    decide::alike(&whole.mailboxes, &who.to_string())
}
