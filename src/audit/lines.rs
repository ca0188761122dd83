//! The lines of a file, one at a time, none longer than a line may be: whoever wrote it.

use super::line::LONGEST;
use super::link::Hash;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Take};

/// The lines of the beginning of a file.
pub struct Lines {
    input: BufReader<Take<File>>,
    line: Vec<u8>,
}

/// What stands between two line breaks.
#[derive(Debug)]
pub struct Raw<'l> {
    /// As many of its bytes as a line may have.
    pub bytes: &'l [u8],
    /// How many it has.
    pub length: u64,
    /// The hash of all of them.
    pub hash: Hash,
    /// Whether a line break follows.
    pub is_whole: bool,
}

impl Lines {
    /// The lines of the first `length` bytes of `file`, which is at its beginning.
    pub fn of(file: File, length: u64) -> Self {
        Self {
            input: BufReader::with_capacity(64 << 10, file.take(length)),
            line: Vec::new(),
        }
    }

    /// The next line, if there is one.
    ///
    /// # Errors
    /// What the system says.
    pub fn next(&mut self) -> io::Result<Option<Raw<'_>>> {
        self.line.clear();
        let (mut length, mut is_whole) = (0, false);
        // A hasher of its own only for what does not fit.
        let mut hasher: Option<Sha256> = None;
        while !is_whole {
            let block = self.input.fill_buf()?;
            if block.is_empty() {
                break;
            }
            let end = block.iter().position(|b| *b == b'\n');
            let part = &block[..end.unwrap_or(block.len())];
            let used = part.len() + usize::from(end.is_some());
            length += part.len() as u64;
            let fits = self.line.len() + part.len() <= LONGEST && hasher.is_none();
            if fits {
                self.line.extend_from_slice(part);
            } else {
                let begun = || Sha256::new_with_prefix(&self.line);
                hasher.get_or_insert_with(begun).update(part);
            }
            is_whole = end.is_some();
            self.input.consume(used);
        }
        if length == 0 && !is_whole {
            return Ok(None);
        }
        let hash = hasher.map_or_else(|| Hash::of(&self.line), Hash::finish);
        Ok(Some(Raw {
            bytes: &self.line,
            length,
            hash,
            is_whole,
        }))
    }
}

impl Raw<'_> {
    /// Whether all of its bytes are here.
    pub fn fits(&self) -> bool {
        self.bytes.len() as u64 == self.length
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, Write};

    fn lines(content: &[u8]) -> Vec<(usize, u64, bool)> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        file.rewind().unwrap();
        let mut lines = Lines::of(file, content.len() as u64);
        let mut found = Vec::new();
        while let Some(raw) = lines.next().unwrap() {
            found.push((raw.bytes.len(), raw.length, raw.is_whole));
            if raw.fits() {
                assert_eq!(raw.hash, Hash::of(raw.bytes));
            }
        }
        found
    }

    #[test]
    fn lines_are_told_apart_whatever_they_hold() {
        assert_eq!(lines(b""), []);
        let expected = [(1, 1, true), (0, 0, true), (2, 2, false)];
        assert_eq!(lines(b"a\n\n\xff\0"), expected);
        let endless = vec![b'x'; 3 * LONGEST];
        let [(kept, length, false)] = lines(&endless)[..] else {
            panic!("one line");
        };
        assert!(kept <= LONGEST && length == endless.len() as u64);
    }

    #[test]
    fn a_line_that_does_not_fit_has_the_hash_of_all_of_it() {
        let endless = vec![b'x'; 2 * LONGEST + 7];
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&endless).unwrap();
        file.rewind().unwrap();
        let mut lines = Lines::of(file, endless.len() as u64);
        let raw = lines.next().unwrap().unwrap();
        assert!(!raw.fits() && raw.hash == Hash::of(&endless));
    }
}
