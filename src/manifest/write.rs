//! [`Desired`](crate::model::desired::Desired) to text: the same mailboxes are always the same bytes,
//! which read back as what they were made from.

mod json;
mod judged;
mod page;
mod retention;
mod rules;
mod toml;

pub use judged::write_judged;
pub use retention::{policy_in_toml, write_held, write_holds, write_policies, write_seen};
pub use rules::{then_in_toml, when_in_toml, write_rule, write_rules};
pub use toml::write_labels;

use crate::model::desired::DesiredMailbox;

/// What a file is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// TOML, with remarks as comments.
    #[default]
    Toml,
    /// The same shape in JSON, which has no room for remarks.
    Json,
}

/// What a file says of one mailbox.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is like; absent where there is nothing but remarks to write.
    pub mailbox: Option<&'a DesiredMailbox>,
    /// What is not written, and why, a sentence each.
    pub remarks: &'a [String],
}

/// The file that says all of `pages`, in their order.
pub fn write(pages: &[Page], form: Form) -> String {
    match form {
        Form::Toml => toml::write(pages),
        Form::Json => json::write(pages),
    }
}

#[cfg(test)]
mod tests;
