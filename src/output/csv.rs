//! CSV: RFC 4180 with a header line, one record per line.
//!
//! Fields are faithful. A leading `=`, `+`, `-` or `@` is not masked against spreadsheets that
//! take it for a formula: identifiers such as `-bob` and folders such as `@todo` are real names,
//! and a quote put before them would break the scripts this format is for. Who opens the file in
//! a spreadsheet imports its columns as text. Control characters, which no sane name holds and
//! for which CSV has no escape, become `\u{…}` as on a terminal: a record stays one line.

use crate::document::Records;
use crate::error::harmless;
use std::io::{self, Write};

/// Writes `records` as CSV.
///
/// # Errors
/// Whatever the writer says.
pub fn write(out: &mut impl Write, records: &Records) -> io::Result<()> {
    write_rows(out, &records.columns, records.rows.iter())
}

/// Writes rows under the names of their `fields`.
///
/// # Errors
/// Whatever the writer says.
pub fn write_rows<R: AsRef<[String]>>(
    out: &mut impl Write,
    fields: &[&str],
    rows: impl Iterator<Item = R>,
) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(out);
    csv.write_record(fields).map_err(as_io)?;
    for row in rows {
        let fields = row.as_ref().iter().map(|field| harmless(field));
        csv.write_record(fields).map_err(as_io)?;
    }
    csv.flush()
}

/// Writes one record that is like the others.
///
/// # Errors
/// Whatever the writer says.
pub fn write_record<'f>(
    out: &mut impl Write,
    fields: impl IntoIterator<Item = &'f str>,
) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(out);
    csv.write_record(fields.into_iter().map(harmless))
        .map_err(as_io)?;
    csv.flush()
}

/// The library wraps what the writer said, and a reader that went away would be a failure.
fn as_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_faithful_and_records_are_lines() {
        let mut records = Records::new(["folder", "identifier"]);
        records.push(["=1+1", "-bob"]);
        records.push(["a \"b\", c", "$team"]);
        records.push(["a\r\nb\u{9b}", ""]);
        let mut out = Vec::new();
        write(&mut out, &records).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        folder,identifier
        =1+1,-bob
        "a ""b"", c",$team
        a\u{d}\u{a}b\u{9b},
        "#);
    }
}
