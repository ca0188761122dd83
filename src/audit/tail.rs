//! The end of a file of the log: its last line, and what a crash may have left behind that. Read
//! backwards, in the memory of one line.

use super::line::{LONGEST, Mark};
use super::link::{Hash, Link};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// How much is read at once.
const BLOCK: usize = 64 << 10;

/// The end of a file.
#[derive(Debug)]
pub struct Tail {
    /// How long the file is.
    pub length: u64,
    /// The last line that has its line break.
    pub last: Last,
    /// What follows it without one.
    pub torn: Option<Fragment>,
}

/// The last line of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Last {
    /// There is none.
    None,
    /// A line of the log.
    Line(Link),
    /// Something else, with its hash where it has the size of a line.
    Strange(Hash),
}

/// Bytes without a line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// How many.
    pub bytes: u64,
    /// Their hash.
    pub hash: Hash,
}

impl Tail {
    /// That of the first `length` bytes of `file`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(file: &File, length: u64) -> io::Result<Self> {
        let mut end = length;
        while end > 0 && byte_before(file, end)? != b'\n' {
            end = line_break_before(file, end)?.map_or(0, |at| at + 1);
        }
        let torn = if end < length {
            Some(fragment(file, end, length)?)
        } else {
            None
        };
        let last = if end == 0 {
            Last::None
        } else {
            last(file, end - 1)?
        };
        Ok(Self { length, last, torn })
    }
}

/// The line that the line break at `end` ends.
fn last(file: &File, end: u64) -> io::Result<Last> {
    let start = line_break_before(file, end)?.map_or(0, |at| at + 1);
    if end - start > LONGEST as u64 {
        return Ok(Last::Strange(Hash::NONE));
    }
    let mut line = vec![0; (end - start) as usize];
    read_at(file, start, &mut line)?;
    let hash = Hash::of(&line);
    Ok(match Mark::of(&line) {
        Some(mark) => Last::Line(Link {
            number: mark.n,
            hash,
        }),
        None => Last::Strange(hash),
    })
}

/// Where the last line break before `end` is.
fn line_break_before(file: &File, end: u64) -> io::Result<Option<u64>> {
    let mut block = vec![0; BLOCK];
    let mut end = end;
    while end > 0 {
        let start = end.saturating_sub(BLOCK as u64);
        let block = &mut block[..(end - start) as usize];
        read_at(file, start, block)?;
        if let Some(at) = block.iter().rposition(|b| *b == b'\n') {
            return Ok(Some(start + at as u64));
        }
        end = start;
    }
    Ok(None)
}

fn byte_before(file: &File, end: u64) -> io::Result<u8> {
    let mut byte = [0];
    read_at(file, end - 1, &mut byte)?;
    Ok(byte[0])
}

fn fragment(file: &File, start: u64, end: u64) -> io::Result<Fragment> {
    let mut file = file;
    file.seek(SeekFrom::Start(start))?;
    let mut hasher = Sha256::new();
    let bytes = io::copy(&mut file.take(end - start), &mut Feeding(&mut hasher))?;
    Ok(Fragment {
        bytes,
        hash: Hash::finish(hasher),
    })
}

fn read_at(file: &File, start: u64, into: &mut [u8]) -> io::Result<()> {
    let mut file = file;
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(into)
}

struct Feeding<'a>(&'a mut Sha256);

impl io::Write for Feeding<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn tail(content: &[u8]) -> Tail {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        Tail::of(&file, content.len() as u64).unwrap()
    }

    fn torn(content: &[u8]) -> Option<Fragment> {
        let (bytes, hash) = (content.len() as u64, Hash::of(content));
        Some(Fragment { bytes, hash })
    }

    #[test]
    fn the_last_line_and_what_is_behind_it_are_told_apart() {
        let none = Hash::NONE.to_string();
        let line = format!("{{\"n\":7,\"prev\":\"{none}\"}}");
        let link = Link {
            number: 7,
            hash: Hash::of(line.as_bytes()),
        };
        assert_eq!(tail(b"").last, Last::None);
        let whole = tail(format!("x\n{line}\n").as_bytes());
        assert_eq!((whole.last, whole.torn), (Last::Line(link), None));
        let first = tail(format!("{line}\n").as_bytes());
        assert_eq!(first.last, Last::Line(link));
        let crashed = tail(format!("{line}\n{{\"n\":8,").as_bytes());
        assert_eq!(
            (crashed.last, crashed.torn),
            (Last::Line(link), torn(b"{\"n\":8,"))
        );
        let zeros = vec![0; 3 * BLOCK + 5];
        let crashed = tail(&[format!("{line}\n").as_bytes(), &zeros].concat());
        assert_eq!(
            (crashed.last, crashed.torn),
            (Last::Line(link), torn(&zeros))
        );
        let only = tail(b"abc");
        assert_eq!((only.last, only.torn), (Last::None, torn(b"abc")));
    }

    #[test]
    fn what_is_no_line_of_the_log_is_strange() {
        assert_eq!(tail(b"abc\n").last, Last::Strange(Hash::of(b"abc")));
        assert_eq!(tail(b"\n").last, Last::Strange(Hash::of(b"")));
        let mut endless = vec![b'x'; LONGEST + 2];
        endless.push(b'\n');
        assert_eq!(tail(&endless).last, Last::Strange(Hash::NONE));
    }
}
