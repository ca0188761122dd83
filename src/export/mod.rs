//! Who may send as what, in the words of the programs that enforce it.
//!
//! [`Shared`] is one mailbox with those who may send, groups taken apart by a [`Groups`] file;
//! [`postfix`], [`exchange`] and [`gam`] put all of them into text. A name that a target could
//! misread is left out and named in a comment: nothing in an ACL can end a line or a quotation.

pub mod exchange;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod gam;
mod groups;
pub mod postfix;
mod shared;
pub mod thunderbird;

pub use groups::Groups;
pub use shared::{Other, Shared, Why};

use crate::error::printable;

/// `text` as comment lines of shells, PowerShell and Postfix tables alike.
fn comment(text: &str) -> String {
    format!("# {}\n", printable(text))
}

/// What is left out, mailbox by mailbox, as comments.
fn remarks(mailboxes: &[Shared]) -> String {
    let lines = mailboxes.iter().flat_map(|shared| {
        let told = |remark: &String| comment(&format!("{}: {remark}", shared.name));
        shared.remarks.iter().map(told)
    });
    lines.collect()
}
