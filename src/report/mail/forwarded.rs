//! rule run: to whom a message is forwarded, and what became of that.

use crate::model::rule::Onward;
use serde::Serialize;

/// Somebody to whom a message is forwarded.
#[derive(Clone, Debug, Serialize)]
pub struct Forwarded {
    /// The address.
    pub to: String,
    /// `needs --forward`, `planned`, `sent`, `sent before`, `needless`, `not sent` or `unknown`.
    pub result: &'static str,
    /// Why, where that has to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What the message is called in the outbox, where nobody knows whether it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outbox: Option<String>,
    #[serde(skip)]
    fate: Onward,
}

impl Forwarded {
    /// That `fate` became of it for the address `to`.
    pub fn new(to: &str, fate: Onward) -> Self {
        let (result, why, outbox) = match &fate {
            Onward::Unasked => ("needs --forward", None, None),
            Onward::Planned => ("planned", None, None),
            Onward::Sent => ("sent", None, None),
            Onward::Before => ("sent before", None, None),
            Onward::Needless(why) => ("needless", Some((*why).to_owned()), None),
            Onward::NotSent(why) => ("not sent", Some(why.clone()), None),
            Onward::Unknown(why, id) => ("unknown", Some(why.clone()), Some(id.clone())),
        };
        Self {
            to: to.to_owned(),
            result,
            why,
            outbox,
            fate,
        }
    }

    /// What became of it.
    pub fn fate(&self) -> &Onward {
        &self.fate
    }
}

/// What became of all, in a cell.
pub fn in_words(all: &[Forwarded]) -> String {
    let one = |one: &Forwarded| match &one.why {
        Some(why) => format!("{}: {} ({why})", one.to, one.result),
        None => format!("{}: {}", one.to, one.result),
    };
    let all: Vec<String> = all.iter().map(one).collect();
    all.join(", ")
}
