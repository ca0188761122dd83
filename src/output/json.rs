//! JSON: indented, one value, a line break at the end; nothing in it can drive a terminal.

use crate::error::is_printable;
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};
use std::io::{self, Write};

/// Writes `report` as JSON.
///
/// # Errors
/// Whatever the writer says.
pub fn write(out: &mut impl Write, report: &impl Serialize) -> io::Result<()> {
    let style = Escaping(PrettyFormatter::new());
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, style);
    report.serialize(&mut serializer)?;
    writeln!(out)
}

/// Writes `value` as JSON in the middle of other JSON, its further lines after `indent`.
///
/// # Errors
/// Whatever the writer says.
pub fn write_value(out: &mut impl Write, value: &impl Serialize, indent: &str) -> io::Result<()> {
    let mut json = Vec::new();
    let style = Escaping(PrettyFormatter::new());
    let mut serializer = serde_json::Serializer::with_formatter(&mut json, style);
    value.serialize(&mut serializer)?;
    // A string never holds a line break of its own.
    for (number, line) in json.split(|b| *b == b'\n').enumerate() {
        if number > 0 {
            out.write_all(b"\n")?;
            out.write_all(indent.as_bytes())?;
        }
        out.write_all(line)?;
    }
    Ok(())
}

/// Escapes what JSON would leave as it is and a terminal obeys: DEL, the C1 controls and the characters that reorder text. The value stays the same.
struct Escaping<'a>(PrettyFormatter<'a>);

impl Formatter for Escaping<'_> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        let mut plain = 0;
        for (at, c) in text.char_indices() {
            if !is_printable(c) {
                out.write_all(&text.as_bytes()[plain..at])?;
                write!(out, "\\u{:04x}", u32::from(c))?;
                plain = at + c.len_utf8();
            }
        }
        out.write_all(&text.as_bytes()[plain..])
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(serde::Serialize)]
    struct Folders {
        folders: Vec<String>,
        members: Vec<String>,
    }

    fn json(folder: &str) -> String {
        let (folders, members) = (vec![folder.to_owned()], Vec::new());
        let mut out = Vec::new();
        write(&mut out, &Folders { folders, members }).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn it_is_indented_and_ends_with_a_line_break() {
        insta::assert_snapshot!(json("Entwürfe 📥"), @r#"
        {
          "folders": [
            "Entwürfe 📥"
          ],
          "members": []
        }
        "#);
        assert!(json("x").ends_with("}\n"));
    }

    proptest! {
        #[test]
        fn nothing_in_it_drives_a_terminal_and_nothing_is_lost(name in any::<String>()) {
            let text = json(&name);
            prop_assert!(text.chars().all(|c| c == '\n' || is_printable(c)));
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(value["folders"][0].as_str(), Some(name.as_str()));
        }
    }
}
