//! What every page for `man` begins with, and how it is written down.

/// No word is taken apart, no line stretched, and no sentence set apart by a second blank: what is to be typed
/// looks as it is typed. The register is what headings of groff set hyphenation to.
pub(super) const AS_TYPED: &str = ".nr HY 0\n.nh\n.ds AD l\n.ad l\n.ss 12 0\n";

/// The title line. It has no date, as that would make the same source give another page tomorrow.
pub(super) fn title(name: &str, section: u8) -> String {
    let name = name.to_uppercase();
    let version = env!("CARGO_PKG_VERSION");
    let volume = match section {
        1 => "User Commands",
        5 => "File Formats",
        _ => "Miscellaneous Information",
    };
    format!(".TH \"{name}\" {section} \"\" \"sharemail {version}\" \"{volume}\"\n")
}

/// Everything else as groff's own escapes: a page says nothing about its encoding.
pub(super) fn ascii(text: &str) -> String {
    let mut page = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            page.push(c);
        } else {
            page.push_str(&format!("\\[u{:04X}]", u32::from(c)));
        }
    }
    page
}
