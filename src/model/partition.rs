//! A part of the mailboxes, so that several runs share the work: the same mailbox always falls into
//! the same part.

use super::address::MailboxName;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// `3/8`: the third of eight parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    part: u64,
    of: u64,
}

impl Partition {
    /// Whether the mailbox called `name` belongs to it: the first eight bytes of the SHA-256 of its
    /// name in lower case, as a big-endian number, modulo the number of parts, count from 0.
    pub fn holds(self, name: &MailboxName) -> bool {
        let hash = Sha256::digest(name.to_string().to_lowercase());
        let number = hash
            .iter()
            .take(8)
            .fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        number % self.of == self.part - 1
    }
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || "write 3/8 for the third of eight parts: they are counted from 1".to_owned();
        let number = |text: &str| match text.bytes().all(|b| b.is_ascii_digit()) {
            true => text.parse::<u64>().map_err(|_| wrong()),
            false => Err(wrong()),
        };
        let (part, of) = text.split_once('/').ok_or_else(wrong)?;
        let (part, of) = (number(part)?, number(of)?);
        if part == 0 || part > of || of > 1_000_000 {
            return Err(wrong());
        }
        Ok(Self { part, of })
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> MailboxName {
        MailboxName::parse(text, None).unwrap()
    }

    #[test]
    fn every_mailbox_belongs_to_exactly_one_part() {
        for n in 0..200 {
            let name = name(&format!("m{n}@example.com"));
            let parts = (1..=8).filter(|part| {
                format!("{part}/8")
                    .parse::<Partition>()
                    .unwrap()
                    .holds(&name)
            });
            assert_eq!(parts.count(), 1);
        }
    }

    #[test]
    fn the_part_of_a_mailbox_never_changes() {
        // printf support@example.com | sha256sum: 25d4b1bc…
        let support = name("Support@Example.com");
        let part = |text: &str| text.parse::<Partition>().unwrap().holds(&support);
        let part_of_eight = (1..=8).find(|n| part(&format!("{n}/8")));
        assert_eq!(part_of_eight, Some(5));
        assert!(part("1/1"));
    }

    #[test]
    fn zeros_in_front_are_forgotten() {
        let padded: Partition = "03/08".parse().unwrap();
        assert_eq!(padded, "3/8".parse().unwrap());
        assert_eq!(padded.to_string(), "3/8");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "3",
            "0/8",
            "9/8",
            "-1/8",
            "+1/8",
            "1/0",
            "a/b",
            "1/8/2",
            "1/99999999",
        ] {
            assert!(text.parse::<Partition>().is_err(), "{text}");
        }
    }
}
