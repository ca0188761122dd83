//! A list of addresses, cut into its items (RFC 5322, section 3.4).
//!
//! Tolerant where headers in the wild are: empty items, dots and UTF-8 in names. Nothing
//! recurses, however deep comments are nested.

/// One address of a list, not yet checked.
#[derive(Debug, Default)]
pub(super) struct Item<'a> {
    /// All of it.
    pub text: &'a str,
    /// The display name, without quotes.
    pub phrase: String,
    /// The address, with the quotes of its local part.
    pub address: String,
}

/// The items of `text`, groups taken apart.
pub(super) fn items(text: &str) -> impl Iterator<Item = Item<'_>> {
    let mut rest = Scanner { rest: text };
    std::iter::from_fn(move || {
        while !rest.rest.is_empty() {
            if let Some(item) = rest.item() {
                return Some(item);
            }
        }
        None
    })
}

struct Scanner<'a> {
    rest: &'a str,
}

/// What an item has shown so far.
#[derive(Default)]
struct Seen {
    /// Outside of angle brackets, with quotes as they stand.
    raw: String,
    /// The same without them.
    phrase: String,
    /// Inside of angle brackets.
    angle: Option<String>,
    /// Something follows the closing bracket, or there are two pairs.
    trailing: bool,
}

impl<'a> Scanner<'a> {
    /// Up to the next comma or semicolon; nothing when nothing stands there.
    fn item(&mut self) -> Option<Item<'a>> {
        let mut text = self.rest;
        let mut seen = Seen::default();
        let mut length = 0;
        while let Some(c) = self.next() {
            match c {
                ',' | ';' => {
                    length = 1;
                    break;
                }
                '(' => self.comment(),
                '"' => seen.quoted(self.quoted()),
                '<' => seen.bracketed(self.until('>')),
                '[' => seen.plain(&format!("[{}]", self.until(']'))),
                // What came so far was the name of a group.
                ':' => {
                    seen = Seen::default();
                    text = self.rest;
                }
                c => seen.plain(c.encode_utf8(&mut [0; 4])),
            }
        }
        let text = &text[..text.len() - self.rest.len() - length];
        seen.item(text)
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    /// The rest of a comment, which may hold others.
    fn comment(&mut self) {
        let mut depth = 1usize;
        while depth > 0 {
            match self.next() {
                Some('\\') => drop(self.next()),
                Some('(') => depth += 1,
                Some(')') => depth -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    /// The rest of a quoted string: as it stands, and as it is meant.
    fn quoted(&mut self) -> (String, String) {
        let (mut raw, mut meant) = (String::from('"'), String::new());
        while let Some(c) = self.next() {
            raw.push(c);
            match c {
                '"' => break,
                '\\' => {
                    raw.extend(self.rest.chars().next());
                    meant.extend(self.next());
                }
                c => meant.push(c),
            }
        }
        (raw, meant)
    }

    /// Up to `end`; quoted strings may hold it.
    fn until(&mut self, end: char) -> String {
        let mut out = String::new();
        while let Some(c) = self.next() {
            match c {
                c if c == end => break,
                '"' => out.push_str(&self.quoted().0),
                c => out.push(c),
            }
        }
        out
    }
}

impl Seen {
    fn plain(&mut self, text: &str) {
        self.trailing |= self.angle.is_some() && !text.trim().is_empty();
        self.raw.push_str(text);
        self.phrase.push_str(text);
    }

    fn quoted(&mut self, (raw, meant): (String, String)) {
        self.trailing |= self.angle.is_some();
        self.raw.push_str(&raw);
        self.phrase.push_str(&meant);
    }

    fn bracketed(&mut self, inner: String) {
        self.trailing |= self.angle.replace(inner).is_some();
    }

    fn item(self, text: &str) -> Option<Item<'_>> {
        let (phrase, address) = match self.angle {
            // Shown whole, it is refused as no address.
            Some(_) if self.trailing => (String::new(), text.to_owned()),
            Some(angle) => (self.phrase, angle),
            None => (String::new(), self.raw),
        };
        let address = address.trim().to_owned();
        if address.is_empty() && phrase.trim().is_empty() {
            return None;
        }
        Some(Item {
            text,
            phrase,
            address,
        })
    }
}
