//! Bytes to text: what spreadsheets put before it, and what they write that is none.

use super::faults::Faults;

/// The text of a file, its lines ended by LF alone.
pub(super) fn decode(bytes: &[u8], faults: &mut Faults) -> Option<String> {
    const UTF_8: &str = "save it as \"CSV UTF-8\"";
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let what = "it is UTF-16 (\"Unicode text\"), not UTF-8";
        faults.add(what.to_owned(), Some(UTF_8.to_owned()));
        return None;
    }
    if is_workbook(bytes) {
        let what = "it is a workbook, not CSV";
        faults.add(what.to_owned(), Some(UTF_8.to_owned()));
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            Some(text.replace("\r\n", "\n").replace('\r', "\n"))
        }
        Err(error) => {
            let before = &bytes[..error.valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            faults.in_row(line, "it is not UTF-8 text", Some(UTF_8.to_owned()));
            None
        }
    }
}

/// Whether the file is what Excel or LibreOffice keeps, and no text.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0")
}
