//! Of which type a file is that goes with a message (RFC 2046), by its content and its name.

/// How files of a type begin.
const BEGINNINGS: [(&[u8], &str); 10] = [
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"BM", "image/bmp"),
];

/// Endings that tell more than the content: text of some kind, or a ZIP of some kind.
const ENDINGS: [(&str, &str); 19] = [
    ("csv", "text/csv"),
    ("css", "text/css"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("ics", "text/calendar"),
    ("json", "application/json"),
    ("md", "text/markdown"),
    ("svg", "image/svg+xml"),
    ("vcf", "text/vcard"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("webp", "image/webp"),
];

/// The type of the file called `name`: what the content shows counts before what the name says.
pub fn media_type(name: &str, bytes: &[u8]) -> &'static str {
    let begins = BEGINNINGS
        .iter()
        .find(|(start, _)| bytes.starts_with(start));
    if let Some((_, media)) = begins {
        return media;
    }
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_lowercase());
    let known = ENDINGS
        .iter()
        .find(|(known, _)| ending.as_deref() == Some(*known));
    match known {
        Some((_, media)) => media,
        None if is_text(bytes) => "text/plain",
        None => "application/octet-stream",
    }
}

fn is_text(bytes: &[u8]) -> bool {
    let control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c');
    std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(control))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_counts_before_the_name() {
        assert_eq!(media_type("a.txt", b"%PDF-1.7"), "application/pdf");
        assert_eq!(media_type("a.CSV", b"a,b\n"), "text/csv");
        assert_eq!(media_type("notes", "é\n".as_bytes()), "text/plain");
        assert_eq!(
            media_type("notes.txt", b"\0\xff"),
            "application/octet-stream"
        );
        assert_eq!(media_type("", b""), "text/plain");
    }
}
