//! Messages as they lie in a folder, byte for byte.

use super::client::{Client, quoted, utf7};

/// One of them.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its UID.
    pub uid: u32,
    /// Its flags, as the server spells them: `\Seen`.
    pub flags: Vec<String>,
    /// All of it.
    pub raw: Vec<u8>,
}

/// What lies in a folder now, without touching it.
pub fn mails(client: &mut Client, folder: &str) -> Vec<Mail> {
    client.ok(&format!("EXAMINE {}", quoted(&utf7(folder))));
    let answer = client.command_bytes(b"UID FETCH 1:* (FLAGS BODY.PEEK[])");
    let mut found = Vec::new();
    let mut rest = &answer[..];
    while let Some(end) = position(rest, b"\r\n") {
        let line = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 2..];
        let literal = line
            .strip_suffix('}')
            .and_then(|line| line.rsplit_once('{'));
        if let Some((words, length)) = literal {
            let (raw, after) = rest.split_at(length.parse().unwrap());
            rest = after;
            found.push(Mail::new(words, raw));
        }
    }
    found
}

impl Mail {
    fn new(words: &str, raw: &[u8]) -> Mail {
        let after = |start: &str| words.split_once(start).map(|(_, rest)| rest);
        let uid = after("UID ").and_then(|rest| rest.split(' ').next());
        let flags = after("FLAGS (").and_then(|rest| rest.split(')').next());
        Mail {
            uid: uid.unwrap().parse().unwrap(),
            flags: flags
                .unwrap()
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            raw: raw.to_vec(),
        }
    }

    /// All of it as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    /// Every field of this name, unfolded (RFC 5322, section 2.2.3), not decoded.
    pub fn fields(&self, name: &str) -> Vec<String> {
        let end = position(&self.raw, b"\r\n\r\n").unwrap_or(self.raw.len());
        let head = String::from_utf8_lossy(&self.raw[..end]).into_owned();
        let head = head.replace("\r\n ", " ").replace("\r\n\t", "\t");
        let fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
        fields
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned())
            .collect()
    }

    /// The only field of this name, or `None`.
    #[track_caller]
    pub fn field(&self, name: &str) -> Option<String> {
        let mut fields = self.fields(name);
        assert!(fields.len() < 2, "{name}: {fields:?}");
        fields.pop()
    }

    /// What comes after the header, byte for byte.
    pub fn body(&self) -> &[u8] {
        position(&self.raw, b"\r\n\r\n").map_or(&[], |end| &self.raw[end + 4..])
    }
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}
