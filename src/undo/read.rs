//! Reading: the file may come from anybody.

use super::paper::{Header, Recorded};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::memory;
use crate::model::change::Change;
use crate::private;
use std::collections::HashMap;
use std::io;
use std::path::Path;

/// No file is larger, in bytes: over a million entries.
const MOST: u64 = 256 << 20;

/// What a part of one takes once it is read, in bytes (measured: 165).
const PART: u64 = 180;

/// What an undo file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What made it.
    pub header: Header,
    /// Each mailbox once, with its changes in the order in which they were made.
    pub mailboxes: Vec<Recorded>,
    /// Whether the run ended while it wrote: then nothing of the line that is missing was sent.
    pub cut_short: bool,
}

/// Reads the undo file at `path`.
///
/// # Errors
/// [`Exit::NotFound`] where there is none, [`Exit::BadInput`] where it is none, or is damaged.
pub fn read(path: &Path) -> Result<Record> {
    let about = |error: Error| error.about(path.display().to_string());
    let bytes = private::read_regular(path, MOST).map_err(|error| about(unreadable(&error)))?;
    if bytes.len() as u64 > MOST {
        return Err(about(Error::new(Exit::BadInput, "the file is too large")));
    }
    let fits = memory::fits(&bytes, PART);
    fits.map_err(|excess| about(excess.of_file()))?;
    parse(&bytes).map_err(about)
}

fn unreadable(error: &io::Error) -> Error {
    if error.kind() == io::ErrorKind::NotFound {
        return Error::new(Exit::NotFound, "there is no such file")
            .hint("a run that changes nothing writes no undo file");
    }
    Error::new(
        Exit::BadInput,
        format!("the file cannot be read: {}", error.to_string().trim()),
    )
}

/// What the bytes of a file say.
pub(super) fn parse(bytes: &[u8]) -> Result<Record> {
    let whole = match bytes.iter().rposition(|byte| *byte == b'\n') {
        Some(end) => &bytes[..end],
        None => bytes,
    };
    let rest = &bytes[(whole.len() + 1).min(bytes.len())..];
    let mut lines = whole.split(|byte| *byte == b'\n').enumerate();
    let (_, first) = lines.next().unwrap_or_default();
    let mut record = Record {
        header: Header::parse(first)?,
        mailboxes: Vec::new(),
        cut_short: !rest.is_empty(),
    };
    let mut places = HashMap::new();
    for (n, line) in lines {
        record.add(Recorded::parse(line, n + 1)?, n + 1, &mut places)?;
    }
    Ok(record)
}

impl Record {
    /// `places` says where among its mailboxes each is, by name.
    ///
    /// # Errors
    /// [`Exit::BadInput`] where line `n` gives a mailbox a second name.
    fn add(&mut self, new: Recorded, n: usize, places: &mut HashMap<String, usize>) -> Result<()> {
        let place = *places
            .entry(new.mailbox.clone())
            .or_insert(self.mailboxes.len());
        // What follows under a mailbox's new name is of the same mailbox.
        if let Some(became) = new.became() {
            places.insert(became.to_owned(), place);
        }
        match self.mailboxes.get_mut(place) {
            Some(mailbox) if mailbox.became().is_some() && new.became().is_some() => {
                let what = format!("line {n} gives a mailbox a second name");
                return Err(Error::new(Exit::BadInput, what));
            }
            Some(mailbox) => mailbox.changes.extend(new.changes),
            None => self.mailboxes.push(new),
        }
        Ok(())
    }

    /// How many changes it holds.
    pub fn len(&self) -> usize {
        self.mailboxes.iter().map(|m| m.changes.len()).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The changes of the mailbox called `name`.
    pub fn of(&self, name: &str) -> &[Change<String>] {
        let mailbox = self.mailboxes.iter().find(|m| m.mailbox == name);
        mailbox.map_or(&[], |mailbox| &mailbox.changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::change::Entry;
    use crate::model::rights::Rights;
    use proptest::prelude::*;

    const HEADER: &str = r#"{"sharemail":"undo","version":1,"profile":"p","host":"h","command":"revoke","made":"2026-11-21T09:30:00Z"}"#;
    const LINE: &str = r#"{"mailbox":"s@example.com","changes":[{"change":"entry","folder":"INBOX","identifier":"alice","before":"lrs","after":null}]}"#;

    fn refused(text: &str) -> String {
        let error = parse(text.as_bytes()).unwrap_err();
        assert_eq!(error.exit(), Exit::BadInput);
        error.what().to_owned()
    }

    #[test]
    fn lines_of_a_mailbox_come_together() {
        let record = parse(format!("{HEADER}\n{LINE}\n{LINE}\n").as_bytes()).unwrap();
        assert_eq!((record.mailboxes.len(), record.len()), (1, 2));
        assert!(!record.cut_short);
        let [Change::Entry(Entry { before, after, .. }), _] = record.of("s@example.com") else {
            panic!("{record:?}")
        };
        assert_eq!((*before, *after), (Rights::parse("lrs").ok(), None));
    }

    #[test]
    fn what_was_done_under_a_new_name_belongs_to_the_mailbox_that_got_it() {
        let whole = r#"{"mailbox":"s@example.com","changes":[{"change":"rename","folder":"s@example.com","to":"t@example.com","whole":true}]}"#;
        let after = LINE.replace("s@example.com", "t@example.com");
        let record = parse(format!("{HEADER}\n{whole}\n{after}\n").as_bytes()).unwrap();
        let [mailbox] = &record.mailboxes[..] else {
            panic!("{record:?}");
        };
        assert_eq!(mailbox.became(), Some("t@example.com"));
        assert_eq!(mailbox.changes.len(), 2);
        let again = whole
            .replace("s@", "u@")
            .replace("t@", "s@")
            .replace("u@", "t@");
        assert!(refused(&format!("{HEADER}\n{whole}\n{again}\n")).contains("second name"));
        // Another's name is nobody's to change.
        for (from, to) in [
            ("\"folder\":\"s@", "\"folder\":\"u@"),
            ("\"to\":\"t@", "\"to\":\"s@"),
            ("\"to\":\"t@", "\"to\":\"\\u0000@"),
        ] {
            refused(&format!("{HEADER}\n{}\n", whole.replace(from, to)));
        }
    }

    #[test]
    fn a_file_of_many_mailboxes_takes_no_longer_the_more_they_are() {
        let line = |n: usize| LINE.replace("s@", &format!("s{n}@")) + "\n";
        crate::growth::is_linear(2000, |count| {
            let lines: String = (0..count).chain([0]).map(line).collect();
            let record = parse(format!("{HEADER}\n{lines}").as_bytes()).unwrap();
            assert_eq!((record.mailboxes.len(), record.len()), (count, count + 1));
            assert_eq!(record.of("s0@example.com").len(), 2);
        });
    }

    #[test]
    fn half_a_line_at_the_end_was_never_sent() {
        for cut in 1..LINE.len() {
            let text = format!("{HEADER}\n{LINE}\n{}", &LINE[..cut]);
            let record = parse(text.as_bytes()).unwrap();
            assert_eq!((record.len(), record.cut_short), (1, true));
        }
    }

    #[test]
    fn what_no_run_can_have_written_is_refused() {
        refused("");
        refused("[]");
        refused("{\"a\":1}\n");
        assert!(refused(&HEADER.replace("\"version\":1", "\"version\":2")).contains("version 2"));
        refused(&format!("{HEADER}\n\n"));
        refused(&format!("{HEADER}\nx\n{LINE}\n"));
        for (from, to) in [
            ("alice", "ali\\r\\nce"),
            ("alice", ""),
            ("s@example.com", "s\\u0000@example.com"),
            ("lrs", "l r"),
            ("entry", "shell"),
            ("\"after\"", "\"more\":1,\"after\""),
        ] {
            refused(&format!("{HEADER}\n{}\n", LINE.replace(from, to)));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
            let _ = parse(&[HEADER.as_bytes(), b"\n", &bytes].concat());
        }
    }
}
