//! Messages behind each other in one file, and the manifest in a second one beside it.

use super::unwritten;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mail::mbox::Quote;
use crate::model::message::Message;
use crate::private::{NewFile, Place};
use std::fs::File;
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// An mbox that is being written.
#[derive(Debug)]
pub struct OneFile {
    new: NewFile,
    out: BufWriter<File>,
    quote: Quote,
    /// Where what is written now begins.
    start: u64,
    /// How long the file is.
    end: u64,
}

/// Begins a file for `path`, where nothing is.
pub fn begin(path: &Path) -> Result<NewFile> {
    let barred = |why: String| {
        let error = Error::new(Exit::Usage, format!("cannot be written: {why}"));
        error.about(path.display().to_string())
    };
    let place = Place::behind(path).map_err(|why| barred(why.to_string()))?;
    let there = place
        .metadata()
        .map_err(|error| barred(error.to_string()))?;
    if there.is_some() {
        return Err(barred("it is there already".to_owned())
            .hint("name a new one: nothing is overwritten or added to"));
    }
    NewFile::new(place).map_err(|why| barred(why.to_string()))
}

impl OneFile {
    /// Begins the file `path`.
    ///
    /// # Errors
    /// [`Exit::Usage`] where something is there, or nothing can be written.
    pub fn begin(path: &Path) -> Result<Self> {
        let new = begin(path)?;
        let out = new.as_file().try_clone();
        let out = out.map_err(|error| unwritten(path, &error))?;
        Ok(Self {
            new,
            out: BufWriter::with_capacity(256 << 10, out),
            quote: Quote::default(),
            start: 0,
            end: 0,
        })
    }

    pub fn path(&self) -> PathBuf {
        self.new.path()
    }

    /// Begins a message; where that is.
    pub fn open(&mut self, message: &Message) -> io::Result<u64> {
        (self.start, self.quote) = (self.end, Quote::default());
        let sender = sender(&message.head.from);
        let at = message.arrived.unwrap_or_default().to_utc();
        let date = at.format("%a %b %e %H:%M:%S %Y");
        self.put(format!("From {sender} {date}\n").as_bytes())?;
        Ok(self.start)
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut quoted = Vec::with_capacity(bytes.len() + 8);
        self.quote.push(bytes, &mut quoted);
        self.put(&quoted)
    }

    /// Ends the message, which lacks a line break where `adds`.
    pub fn close(&mut self, adds: bool) -> io::Result<()> {
        let mut rest = Vec::new();
        self.quote.end(&mut rest);
        rest.extend_from_slice(if adds { b"\n\n" } else { b"\n" });
        self.put(&rest)
    }

    /// Takes back what was written of the message.
    pub fn abandon(&mut self) -> io::Result<()> {
        self.out.flush()?;
        let file = self.out.get_mut();
        file.set_len(self.start)?;
        file.seek(SeekFrom::Start(self.start))?;
        self.end = self.start;
        Ok(())
    }

    /// All of it, on the disk, to be read from its beginning.
    pub fn read_again(&mut self) -> io::Result<File> {
        self.out.flush()?;
        let file = self.out.get_mut();
        file.sync_all()?;
        file.seek(SeekFrom::Start(0))?;
        file.try_clone()
    }

    /// Gives it its place.
    pub fn put_new(self) -> io::Result<()> {
        self.new.put_new().map(drop)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.end += bytes.len() as u64;
        Ok(())
    }
}

/// The address in `from` where one can stand in a line `From `.
fn sender(from: &str) -> String {
    let bare = match from.rsplit_once('<') {
        Some((_, rest)) => rest.split('>').next().unwrap_or_default(),
        None => from,
    };
    let is_fit = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | ',' | ';');
    match bare.contains('@') && bare.len() <= 254 && bare.chars().all(is_fit) {
        true => bare.to_owned(),
        false => "MAILER-DAEMON".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::sender;

    #[test]
    fn nothing_but_an_address_stands_in_the_first_line() {
        assert_eq!(sender("\"A\" <a@x.test>"), "a@x.test");
        assert_eq!(sender("a@x.test"), "a@x.test");
        for odd in ["", "A", "a@x.test, b@x.test", "<a b@x.test>", "<ä@x.test>"] {
            assert_eq!(sender(odd), "MAILER-DAEMON", "{odd}");
        }
    }
}
