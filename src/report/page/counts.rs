//! What is counted of a mailbox.

use super::levels::{Code, Levels};
use crate::model::identity::Identity;
use crate::report::review::Reviewed;

/// How many hold what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) members: usize,
    pub(super) full: usize,
    pub(super) write: usize,
    pub(super) read: usize,
    /// Of each level that profiles make up.
    pub(super) own: Vec<usize>,
    pub(super) other: usize,
    pub(super) send_as: usize,
    pub(super) on_behalf: usize,
    pub(super) findings: usize,
}

impl Counts {
    /// What is held on `mailbox`, by `levels`.
    pub(super) fn of(mailbox: &Reviewed, levels: &Levels) -> Self {
        let mut counts = Self {
            members: mailbox.grants.len(),
            findings: mailbox.findings.len(),
            own: vec![0; levels.own().len()],
            ..Self::default()
        };
        for grant in &mailbox.grants {
            let own = match levels.code(grant) {
                Code::Own(place) => counts.own.get_mut(place),
                Code::Common(_) => None,
            };
            *match (levels.code(grant), own) {
                (Code::Common('f'), _) => &mut counts.full,
                (Code::Common('w'), _) => &mut counts.write,
                (Code::Common('r'), _) => &mut counts.read,
                (Code::Own(_), Some(own)) => own,
                _ => &mut counts.other,
            } += 1;
            let holds = |identity| usize::from(grant.identities.contains(&identity));
            counts.send_as += holds(Identity::SendAs);
            counts.on_behalf += holds(Identity::SendOnBehalf);
        }
        counts
    }
}

/// A number, with a blank where a thousand ends so that it can be read: `12 345`.
pub(super) fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            // A narrow blank that no line breaks at.
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A number and what it counts: `1 folder`, `12 folders`, `2 mailboxes`.
pub(super) fn count(n: usize, noun: &str) -> String {
    let plural = match noun {
        "person" if n != 1 => return format!("{} people", number(n)),
        _ if n == 1 => "",
        _ if noun.ends_with('x') => "es",
        _ => "s",
    };
    format!("{} {noun}{plural}", number(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_can_be_read() {
        assert_eq!(number(7), "7");
        assert_eq!(number(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(count(1, "mailbox"), "1 mailbox");
        assert_eq!(count(2000, "person"), "2\u{202f}000 people");
    }
}
