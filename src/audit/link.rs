//! A link of the chain: a line's number and the hash of its bytes.

use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The SHA-256 of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hash([u8; 32]);

/// A line of the log: what the next one refers to. Written `1233:9f86d081…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The line's number; the first of all is 1.
    pub number: u64,
    /// The hash of its bytes, without the line break.
    pub hash: Hash,
}

impl Hash {
    /// Of nothing: what the first line of all refers to.
    pub const NONE: Hash = Hash([0; 32]);

    /// Of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Of what a hasher was fed.
    pub(super) fn finish(hasher: Sha256) -> Self {
        Self(hasher.finalize().into())
    }
}

impl Link {
    /// What comes before the first line.
    pub const START: Link = Link {
        number: 0,
        hash: Hash::NONE,
    };
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Hash {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.as_bytes();
        let mut hash = [0; 32];
        if digits.len() != 2 * hash.len() {
            return Err(());
        }
        let digit = |c: u8| char::from(c).to_digit(16).ok_or(());
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
        }
        Ok(Self(hash))
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

impl FromStr for Link {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "it is not a line's number and hash, such as 1233:9f86d0…".to_owned();
        let (number, hash) = text.trim().split_once(':').ok_or_else(wrong)?;
        let is_number = number.bytes().all(|b| b.is_ascii_digit());
        let number = number.parse().ok().filter(|_| is_number);
        Ok(Self {
            number: number.ok_or_else(wrong)?,
            hash: hash.parse().map_err(|()| wrong())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_as_it_is_written() {
        let hash = Hash::of(b"abc");
        let text = "7:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let link = Link { number: 7, hash };
        assert_eq!((link.to_string().as_str(), text.parse()), (text, Ok(link)));
        for bad in [
            "",
            "7",
            "7:",
            "x:00",
            "7:ba78",
            "-7:00",
            &text.replace('f', "g"),
        ] {
            assert!(bad.parse::<Link>().is_err(), "{bad}");
        }
        assert!(format!("7:{}", "é".repeat(32)).parse::<Link>().is_err());
    }
}
