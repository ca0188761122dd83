//! Reading again what was written: each message has to be what the server sent.

use super::hex;
use super::manifest::{Entry, LineBreaks};
use crate::mail::mbox::{Reader, with_cr};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub enum Told {
    /// So many messages, all as they were.
    Whole(u64),
    /// This is not as it was.
    Differs(String),
}

/// No line of a manifest is longer, in bytes.
const LONGEST: u64 = 1 << 20;

/// The next line of `manifest`, and how long it is; one that is too long is cut, and then no entry.
pub fn line(manifest: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    line.clear();
    manifest.by_ref().take(LONGEST).read_until(b'\n', line)
}

/// Whether what `manifest` tells of is there: in `one`, behind each other, or each in a file that `open` opens.
pub fn verify(
    mut manifest: impl BufRead,
    one: Option<BufReader<File>>,
    open: &dyn Fn(&str) -> io::Result<BufReader<File>>,
) -> io::Result<Told> {
    let mut one = one.map(Reader::new);
    let (mut count, mut line) = (0, Vec::new());
    loop {
        if self::line(&mut manifest, &mut line)? == 0 {
            break;
        }
        let Ok(entry) = serde_json::from_slice::<Entry>(&line) else {
            let what = format!(
                "line {} of the manifest is not as it was written",
                count + 1
            );
            return Ok(Told::Differs(what));
        };
        let mut found = Found::new(&entry);
        match &mut one {
            Some(reader) => {
                let less = if entry.line_break_added { 2 } else { 1 };
                if !reader.next(less, &mut |bytes| found.push(bytes))? {
                    return Ok(Told::Differs(lacking(&entry)));
                }
            }
            None => {
                let mut file = open(&entry.file)?;
                loop {
                    let bytes = file.fill_buf()?;
                    let n = bytes.len();
                    if n == 0 {
                        break;
                    }
                    found.push(bytes);
                    file.consume(n);
                }
            }
        }
        if found.size != entry.size || hex(found.hash) != entry.sha256 {
            return Ok(Told::Differs(format!(
                "{} is not on the disk as the server sent it",
                name(&entry)
            )));
        }
        count += 1;
    }
    let mut more = 0;
    if let Some(reader) = &mut one {
        while reader.next(1, &mut |_| {})? {
            more += 1;
        }
    }
    Ok(Told::Whole(count + more))
}

/// The bytes of a message as the server sent them.
struct Found {
    is_unix: bool,
    hash: Sha256,
    size: u64,
}

impl Found {
    fn new(entry: &Entry) -> Self {
        Self {
            is_unix: entry.line_breaks == LineBreaks::Lf,
            hash: Sha256::new(),
            size: 0,
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        let mut sent = Vec::new();
        let bytes = match self.is_unix {
            true => {
                with_cr(bytes, &mut sent);
                &sent[..]
            }
            false => bytes,
        };
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
    }
}

fn lacking(entry: &Entry) -> String {
    format!("{} is not there", name(entry))
}

fn name(entry: &Entry) -> String {
    let id = entry
        .message_id
        .as_deref()
        .unwrap_or("without a Message-ID");
    format!("the message {} of {:?} ({id})", entry.uid, entry.folder)
}
