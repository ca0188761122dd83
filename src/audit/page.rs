//! Lines being written to the end of the file: all of them, or none.

use super::head::Head;
use super::line::{Event, now, seal};
use super::link::{Hash, Link};
use super::tail::{Last, Tail};
use std::fs::File;
use std::io::{self, Write};

/// When lines are on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durable {
    /// As soon as they are written.
    Now,
    /// With the next ones that are, or by [`Book::settle`](super::book::Book::settle). Until then a crash of the system, not
    /// of this program, may lose them.
    Later,
}

/// How much is written at once.
const BLOCK: usize = 256 << 10;

/// Lines that go to the end of a file which this run has taken.
pub struct Page<'f> {
    file: &'f File,
    /// The last line so far.
    pub link: Link,
    at: String,
    waiting: Vec<u8>,
    /// How long the file was.
    begin: u64,
    /// How much was written to it.
    written: u64,
}

impl<'f> Page<'f> {
    /// Goes on behind `tail`, which the lines say if it is not what was `remembered`.
    ///
    /// # Errors
    /// What the system says.
    pub fn begin(file: &'f File, tail: &Tail, remembered: Option<Link>) -> io::Result<Self> {
        let (link, news) = follow(&tail.last, remembered);
        let mut page = Self {
            file,
            link,
            at: now(),
            waiting: Vec::new(),
            begin: tail.length,
            written: 0,
        };
        if let Some(torn) = &tail.torn {
            page.waiting.push(b'\n');
            page.line(&Event::Torn {
                bytes: torn.bytes,
                sha256: torn.hash.to_string(),
            })?;
        }
        if let Some(news) = news {
            page.line(&news)?;
        }
        Ok(page)
    }

    /// Adds a line.
    ///
    /// # Errors
    /// What the system says.
    pub fn line(&mut self, event: &Event) -> io::Result<()> {
        self.link = seal(self.link, &self.at, event, &mut self.waiting)?;
        if self.waiting.len() >= BLOCK {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> io::Result<()> {
        let mut file = self.file;
        file.write_all(&self.waiting)?;
        self.written += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }

    /// Has everything in the file, and remembers the last line; how long the file was and is.
    ///
    /// # Errors
    /// What the system says.
    pub fn end(&mut self, head: &Head, durable: Durable) -> io::Result<(u64, u64)> {
        self.write()?;
        if durable == Durable::Now {
            self.file.sync_data()?;
        }
        head.write(self.link)?;
        Ok((self.begin, self.begin + self.written))
    }

    /// Takes back what was written. Where that fails too, the next writer says what it finds.
    pub fn take_back(self) {
        let _ = self.file.set_len(self.begin);
    }
}

/// The line that the next one follows, and what there is to say of that first.
fn follow(last: &Last, remembered: Option<Link>) -> (Link, Option<Event>) {
    let number = remembered.map_or(0, |link| link.number);
    let broken = |found: Option<Link>, hash: Hash| {
        let event = Event::Broken {
            expected: remembered.map(|link| link.to_string()),
            found: found.map(|link| link.to_string()),
        };
        (Link { number, hash }, Some(event))
    };
    match (last, remembered) {
        (Last::None, None) => (Link::START, None),
        (Last::None, Some(Link::START)) => (Link::START, None),
        // Somebody else has moved the file away or emptied it.
        (Last::None, Some(link)) => (link, Some(Event::Rotated { from: None })),
        (Last::Line(found), Some(link)) if link.number > found.number => {
            broken(Some(*found), found.hash)
        }
        (Last::Line(found), Some(link)) if link.number == found.number && link != *found => {
            broken(Some(*found), found.hash)
        }
        // Whoever begins a log remembers that before the first line: somebody has taken it away.
        (Last::Line(found), None) => {
            let (_, news) = broken(Some(*found), found.hash);
            (*found, news)
        }
        // A crash may have come between a line and its remembering.
        (Last::Line(found), _) => (*found, None),
        (Last::Strange(hash), _) => broken(None, *hash),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(number: u64, bytes: &[u8]) -> Link {
        let hash = Hash::of(bytes);
        Link { number, hash }
    }

    #[test]
    fn a_file_that_was_left_so_is_gone_on_with() {
        assert_eq!(follow(&Last::None, None).0, Link::START);
        let seven = link(7, b"a");
        for remembered in [Link::START, link(6, b"b"), seven] {
            let (from, news) = follow(&Last::Line(seven), Some(remembered));
            assert!(from == seven && news.is_none());
        }
        assert!(follow(&Last::None, Some(Link::START)).1.is_none());
    }

    #[test]
    fn a_file_that_was_not_left_so_is_named() {
        let (seven, other) = (link(7, b"a"), link(7, b"b"));
        let (from, news) = follow(&Last::None, Some(seven));
        assert!(from == seven && matches!(news, Some(Event::Rotated { from: None })));
        for remembered in [other, link(9, b"c")] {
            let (from, news) = follow(&Last::Line(seven), Some(remembered));
            assert_eq!((from.number, from.hash), (remembered.number, seven.hash));
            assert!(matches!(news, Some(Event::Broken { .. })));
        }
        let (from, news) = follow(&Last::Line(seven), None);
        assert!(from == seven && matches!(news, Some(Event::Broken { expected: None, .. })));
        let (from, news) = follow(&Last::Strange(other.hash), Some(seven));
        assert_eq!(from, other);
        assert!(matches!(news, Some(Event::Broken { found: None, .. })));
    }
}
