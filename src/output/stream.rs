//! Results of any length, written while they come: the memory of some rows is enough.

use super::settings::Look;
use super::{csv, json, table};
use crate::document::{Item, Table};
use crate::error::Result;
use std::io::{self, Write};

/// So many rows make a table of their own: its columns are as wide as they need.
const ROWS: usize = 1000;

/// Writes what `all` gives as tables.
///
/// # Errors
/// Whatever the writer says; inside, whatever `all` returns.
pub fn table<I: Item>(
    out: &mut impl Write,
    look: Look,
    all: impl FnOnce(&mut dyn FnMut(I) -> Result<()>) -> Result<()>,
) -> io::Result<Result<()>> {
    let mut rows = Table::new(I::columns());
    let mut written = Ok(());
    let ended = all(&mut |item| {
        rows.push(item.row());
        if rows.rows.len() >= ROWS && written.is_ok() {
            written = table::write(out, &rows, look);
            rows.rows.clear();
        }
        stopped(&written)
    });
    written?;
    if !rows.rows.is_empty() {
        table::write(out, &rows, look)?;
    }
    Ok(ended)
}

/// Writes what `all` gives as records, under a line of their names.
///
/// # Errors
/// As [`table`].
pub fn csv<I: Item>(
    out: &mut impl Write,
    all: impl FnOnce(&mut dyn FnMut(I) -> Result<()>) -> Result<()>,
) -> io::Result<Result<()>> {
    csv::write_record(out, I::fields())?;
    let mut written = Ok(());
    let ended = all(&mut |item| {
        let record = item.record();
        written = csv::write_record(out, record.iter().map(String::as_str));
        stopped(&written)
    });
    written?;
    Ok(ended)
}

/// Writes what `all` gives as an object with the one list `key`.
///
/// # Errors
/// As [`table`].
pub fn json<I: Item>(
    out: &mut impl Write,
    key: &str,
    all: impl FnOnce(&mut dyn FnMut(I) -> Result<()>) -> Result<()>,
) -> io::Result<Result<()>> {
    write!(out, "{{\n  \"{key}\": [")?;
    let mut before = "\n    ";
    let mut written = Ok(());
    let ended = all(&mut |item| {
        written = out
            .write_all(before.as_bytes())
            .and_then(|()| json::write_value(out, &item, "    "));
        before = ",\n    ";
        stopped(&written)
    });
    written?;
    let end = if before == "\n    " { "]" } else { "\n  ]" };
    writeln!(out, "{end}\n}}")?;
    Ok(ended)
}

/// Nothing more is asked for where nothing more can be written: the writer's own error is told.
fn stopped(written: &io::Result<()>) -> Result<()> {
    match written {
        Ok(()) => Ok(()),
        Err(error) => Err(crate::error::Error::new(
            crate::exit::Exit::Failure,
            error.to_string(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Column, Text};
    use crate::error::Error;
    use crate::exit::Exit;

    #[derive(serde::Serialize)]
    struct Folder {
        folder: String,
    }

    impl Item for Folder {
        fn columns() -> Vec<Column> {
            vec!["folder".into()]
        }

        fn row(&self) -> Vec<Text> {
            vec![self.folder.clone().into()]
        }

        fn fields() -> Vec<&'static str> {
            vec!["folder"]
        }

        fn record(&self) -> Vec<String> {
            vec![self.folder.clone()]
        }
    }

    fn three(each: &mut dyn FnMut(Folder) -> Result<()>) -> Result<()> {
        for folder in ["Sent", "a\u{1b}[2J", "é"] {
            each(Folder {
                folder: folder.to_owned(),
            })?;
        }
        Ok(())
    }

    fn text(write: impl FnOnce(&mut Vec<u8>) -> io::Result<Result<()>>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn it_looks_as_if_it_had_been_written_at_once() {
        insta::assert_snapshot!(text(|out| table(out, Look::default(), three)), @r"
        FOLDER
        Sent
        a\u{1b}[2J
        é
        ");
        insta::assert_snapshot!(text(|out| csv(out, three)), @r"
        folder
        Sent
        a\u{1b}[2J
        é
        ");
        insta::assert_snapshot!(text(|out| json(out, "folders", three)), @r#"
        {
          "folders": [
            {
              "folder": "Sent"
            },
            {
              "folder": "a\u001b[2J"
            },
            {
              "folder": "é"
            }
          ]
        }
        "#);
        let none = |_: &mut dyn FnMut(Folder) -> Result<()>| Ok(());
        insta::assert_snapshot!(text(|out| json(out, "folders", none)), @r#"
        {
          "folders": []
        }
        "#);
    }

    #[test]
    fn an_end_before_the_end_leaves_whole_json() {
        let broken = |each: &mut dyn FnMut(Folder) -> Result<()>| {
            three(each)?;
            Err(Error::new(Exit::Config, "gone"))
        };
        let mut out = Vec::new();
        let ended = json(&mut out, "folders", broken).unwrap();
        assert_eq!(ended.unwrap_err().what(), "gone");
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["folders"].as_array().unwrap().len(), 3);
    }

    #[test]
    fn a_full_disk_is_told_and_ends_it() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert!(csv(&mut Full, three).is_err());
        assert!(json(&mut Full, "x", three).is_err());
        assert!(table(&mut Full, Look::default(), three).is_err());
    }
}
