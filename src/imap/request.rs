//! Commands as values.

use super::argument::{Argument, Encoded, Style};
use super::courier;
use crate::model::folder::WireName;
use crate::model::label::Keyword;
use crate::model::rights::Rights;
use crate::model::uids::Uids;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// One command with its arguments.
#[derive(Clone)]
pub struct Request {
    verb: &'static str,
    arguments: Vec<Argument>,
    /// CREATE, DELETE, RENAME: the folders above and below are touched too.
    structural: bool,
    secret: bool,
}

impl Request {
    /// SETACL: `identifier` holds exactly `rights` on `folder` (RFC 4314, section 3.1).
    pub fn set_acl(folder: &WireName, identifier: &str, rights: Rights) -> Self {
        let identifier = Argument::Identifier(identifier.to_owned());
        let rights = Argument::Rights(rights);
        Self::on("SETACL", folder).and(identifier).and(rights)
    }

    /// DELETEACL: `identifier` has no entry on `folder` any more (RFC 4314, section 3.2).
    pub fn delete_acl(folder: &WireName, identifier: &str) -> Self {
        Self::on("DELETEACL", folder).and(Argument::Identifier(identifier.to_owned()))
    }

    /// CREATE, with a special use such as `\Sent` where the server takes one (RFC 6154).
    pub fn create(folder: &WireName, special_use: Option<&str>) -> Self {
        let mut request = Self::on("CREATE", folder).structural();
        if let Some(special) = special_use {
            request = request.and(Argument::SpecialUse(special.to_owned()));
        }
        request
    }

    /// CREATE in a partition of the server's, which must be an atom: Cyrus takes no quoted one.
    pub fn create_in(folder: &WireName, partition: &'static str) -> Self {
        Self::on("CREATE", folder).raw(partition).structural()
    }

    /// DELETE (RFC 9051, section 6.3.5).
    pub fn delete(folder: &WireName) -> Self {
        Self::on("DELETE", folder).structural()
    }

    /// RENAME (RFC 9051, section 6.3.6).
    pub fn rename(folder: &WireName, new: &WireName) -> Self {
        let new = Argument::Folder(new.clone());
        Self::on("RENAME", folder).and(new).structural()
    }

    /// SUBSCRIBE (RFC 9051, section 6.3.7).
    pub fn subscribe(folder: &WireName) -> Self {
        Self::on("SUBSCRIBE", folder)
    }

    /// UNSUBSCRIBE (RFC 9051, section 6.3.8).
    pub fn unsubscribe(folder: &WireName) -> Self {
        Self::on("UNSUBSCRIBE", folder)
    }

    /// STORE: the messages `uids` of the folder that is selected carry `keyword`, or do not (RFC 9051,
    /// section 6.4.6).
    pub fn label(uids: &Uids, keyword: &Keyword, carry: bool) -> Self {
        let sign = if carry { '+' } else { '-' };
        let words = format!("{uids} {sign}FLAGS.SILENT ({})", keyword.as_str());
        Self::plain("UID STORE").raw(words)
    }

    /// UID MOVE: the messages `uids` of the folder that is selected lie in `folder` then (RFC 6851, section 3.2).
    pub(super) fn move_to(uids: &Uids, folder: &WireName) -> Self {
        let folder = Argument::Folder(folder.clone());
        Self::plain("UID MOVE").raw(uids.to_string()).and(folder)
    }

    /// UID COPY: they lie in `folder`, too (RFC 9051, section 6.4.7).
    pub(super) fn copy_to(uids: &Uids, folder: &WireName) -> Self {
        let folder = Argument::Folder(folder.clone());
        Self::plain("UID COPY").raw(uids.to_string()).and(folder)
    }

    /// `marks` are its flags in brackets, and its date behind them, where it shall have one.
    pub(super) fn append(
        folder: &WireName,
        marks: impl Into<Cow<'static, str>>,
        message: Arc<[u8]>,
    ) -> Self {
        Self::on("APPEND", folder)
            .raw(marks)
            .and(Argument::Message(message))
    }

    pub(super) fn examine(folder: &WireName) -> Self {
        Self::on("EXAMINE", folder)
    }

    pub(super) fn select(folder: &WireName) -> Self {
        Self::on("SELECT", folder)
    }

    pub(super) fn get_acl(folder: &WireName) -> Self {
        Self::on("GETACL", folder)
    }

    pub(super) fn my_rights(folder: &WireName) -> Self {
        Self::on("MYRIGHTS", folder)
    }

    pub(super) fn list_rights(folder: &WireName, identifier: &str) -> Self {
        Self::on("LISTRIGHTS", folder).and(text(identifier))
    }

    pub(super) fn status(folder: &WireName, items: String) -> Self {
        Self::on("STATUS", folder).raw(items)
    }

    pub(super) fn quota_root(folder: &WireName) -> Self {
        Self::on("GETQUOTAROOT", folder)
    }

    pub(super) fn get_metadata(folder: &WireName, entry: &str) -> Self {
        Self::on("GETMETADATA", folder).and(text(entry))
    }

    pub(super) fn login(user: &str, password: &str) -> Self {
        let mut request = Self::plain("LOGIN").and(text(user)).and(text(password));
        request.secret = true;
        request
    }

    /// A command without a folder.
    pub(super) fn plain(verb: &'static str) -> Self {
        Self {
            verb,
            arguments: Vec::new(),
            structural: false,
            secret: false,
        }
    }

    /// Adds words of our own making.
    pub(super) fn raw(self, words: impl Into<Cow<'static, str>>) -> Self {
        self.and(Argument::Raw(words.into()))
    }

    /// Adds a string.
    pub(super) fn string(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.and(Argument::Text(bytes.into()))
    }

    /// Adds a pattern for LIST.
    pub(super) fn pattern(self, pattern: &[u8]) -> Self {
        self.and(Argument::Pattern(WireName::from_wire(pattern)))
    }

    /// The folders that it touches.
    pub(super) fn folders(&self) -> impl Iterator<Item = &[u8]> {
        self.arguments.iter().filter_map(|argument| match argument {
            Argument::Folder(folder) => Some(folder.as_bytes()),
            _ => None,
        })
    }

    /// Whether the server holds something else afterwards.
    pub(super) fn is_change(&self) -> bool {
        let verbs = [
            "SETACL",
            "DELETEACL",
            "SUBSCRIBE",
            "UNSUBSCRIBE",
            "UID STORE",
            "UID MOVE",
            "UID COPY",
            "UID EXPUNGE",
        ];
        self.structural || verbs.contains(&self.verb)
    }

    /// Whether it only asks about one folder, so that the order among such does not matter.
    pub(super) fn is_question(&self) -> bool {
        let verbs = [
            "GETACL",
            "MYRIGHTS",
            "LISTRIGHTS",
            "STATUS",
            "GETQUOTAROOT",
            "GETMETADATA",
            // Which folder is selected tells in no answer of these.
            "EXAMINE",
        ];
        verbs.contains(&self.verb)
    }

    /// Whether it only asks, or makes the folder the one that is selected: what is asked about that folder by its name tells
    /// nothing of it, and is told nothing by it.
    pub(super) fn changes_nothing(&self) -> bool {
        self.is_question() || self.enters()
    }

    /// Whether it makes its folder the one that is selected.
    pub(super) fn enters(&self) -> bool {
        ["SELECT", "EXAMINE"].contains(&self.verb)
    }

    /// Whether it puts a message into a folder: which of two is the first there nobody asks, as each is looked for
    /// afterwards, and what it came to is told by its tag.
    pub(super) fn is_append(&self) -> bool {
        self.verb == "APPEND"
    }

    /// Whether replies to the two can be taken for each other.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.verb == other.verb
    }

    pub(super) fn is_structural(&self) -> bool {
        self.structural
    }

    /// The command without arguments that must not be seen, for the dialogue log.
    pub(super) fn shown<'a>(&self, line: &'a [u8]) -> Cow<'a, [u8]> {
        if self.secret {
            Cow::Owned(format!("{} {}", self.verb, crate::net::MASK).into_bytes())
        } else {
            Cow::Borrowed(line)
        }
    }

    /// Appends the command to `out` under `tag`. Returns the places in `out` after which the
    /// server must say `+` before the rest may follow.
    pub(super) fn encode(&self, tag: &str, style: Style, out: &mut Vec<u8>) -> Encoded {
        let begin = out.len();
        let mut pauses = Vec::new();
        out.extend_from_slice(tag.as_bytes());
        out.push(b' ');
        out.extend_from_slice(self.verb_for(style).as_bytes());
        for argument in &self.arguments {
            if let Err(unfit) = argument.encode(style, out, &mut pauses) {
                out.truncate(begin);
                return Err(unfit);
            }
        }
        out.extend_from_slice(b"\r\n");
        Ok(pauses)
    }

    /// Courier takes an entry that SETACL cannot name by a command of its own.
    fn verb_for(&self, style: Style) -> &'static str {
        let native = |argument: &Argument| match argument {
            Argument::Identifier(name) => courier::needs_own_command(name),
            _ => false,
        };
        match self.verb {
            "SETACL" if style.union && self.arguments.iter().any(native) => "ACL STORE",
            "DELETEACL" if style.union && self.arguments.iter().any(native) => "ACL DELETE",
            verb => verb,
        }
    }

    fn on(verb: &'static str, folder: &WireName) -> Self {
        Self {
            // Most have no other, and a million may wait.
            arguments: vec![Argument::Folder(folder.clone())],
            ..Self::plain(verb)
        }
    }

    fn and(mut self, argument: Argument) -> Self {
        self.arguments.push(argument);
        self
    }

    fn structural(mut self) -> Self {
        self.structural = true;
        self
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.verb)?;
        self.folders()
            .try_for_each(|folder| write!(f, " {:?}", String::from_utf8_lossy(folder)))
    }
}

fn text(value: &str) -> Argument {
    Argument::Text(value.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(request: &Request, style: Style) -> (String, Vec<usize>) {
        let mut out = Vec::new();
        let pauses = request.encode("T1", style, &mut out).unwrap();
        (String::from_utf8(out).unwrap(), pauses)
    }

    fn name(text: &str) -> WireName {
        WireName::from_unicode(text).unwrap()
    }

    #[test]
    fn quotes_and_backslashes_are_escaped() {
        let request = Request::set_acl(&name(r#"a "b\"#), "-bob", Rights::parse("lr").unwrap());
        let (line, pauses) = encode(&request, Style::default());
        assert_eq!(line, "T1 SETACL \"a \\\"b\\\\\" \"-bob\" \"lr\"\r\n");
        assert!(pauses.is_empty());
    }

    #[test]
    fn bytes_above_ascii_go_as_a_literal_of_the_kind_the_server_takes() {
        let request = Request::delete_acl(&WireName::inbox(), "jürgen");
        let (line, pauses) = encode(&request, Style::default());
        assert_eq!(line, "T1 DELETEACL \"INBOX\" {7}\r\njürgen\r\n");
        assert_eq!(pauses, [26]);
        let plus = Style {
            free_literal: 4096,
            ..Style::default()
        };
        let (line, pauses) = encode(&request, plus);
        assert_eq!(line, "T1 DELETEACL \"INBOX\" {7+}\r\njürgen\r\n");
        assert!(pauses.is_empty());
    }

    #[test]
    fn names_are_utf8_once_that_is_enabled() {
        let utf8 = Style {
            utf8: true,
            ..Style::default()
        };
        let (line, _) = encode(&Request::delete(&name("Entwürfe & R")), utf8);
        assert_eq!(line, "T1 DELETE \"Entwürfe & R\"\r\n");
        let back = utf8.folder(Cow::Borrowed("Entwürfe & R".as_bytes()));
        assert_eq!(&*back, name("Entwürfe & R").as_bytes());
    }

    #[test]
    fn a_name_that_is_not_utf8_is_not_said_as_another_one() {
        let utf8 = Style {
            utf8: true,
            ..Style::default()
        };
        let odd = WireName::from_wire(*b"Sent\xff");
        let shown = name(&odd.to_unicode());
        assert_ne!(odd, shown);
        let mut out = Vec::new();
        assert!(Request::delete(&odd).encode("T1", utf8, &mut out).is_err());
        assert!(out.is_empty());
        assert!(Request::delete(&shown).encode("T1", utf8, &mut out).is_ok());
    }

    #[test]
    fn a_special_use_is_only_said_to_a_server_that_knows_it() {
        let request = Request::create(&name("Sent"), Some("\\Sent"));
        assert_eq!(
            encode(&request, Style::default()).0,
            "T1 CREATE \"Sent\"\r\n"
        );
        let special = Style {
            special_use: true,
            ..Style::default()
        };
        assert_eq!(
            encode(&request, special).0,
            "T1 CREATE \"Sent\" (USE (\\Sent))\r\n"
        );
        let hostile = Request::create(&name("Sent"), Some("\\Sent))\r\nA LOGOUT"));
        assert!(hostile.encode("T1", special, &mut Vec::new()).is_err());
    }

    #[test]
    fn courier_is_told_groups_by_its_own_command_and_letters_of_rfc_2086() {
        let courier = Style {
            union: true,
            ..Style::default()
        };
        let rights = Rights::parse("lrkte").unwrap();
        let group = Request::set_acl(&name("x"), "group=helpdesk", rights);
        assert_eq!(
            encode(&group, courier).0,
            "T1 ACL STORE \"x\" \"group=helpdesk\" \"lrcte\"\r\n"
        );
        let odd = Request::delete_acl(&name("x"), "-a=b@x.test");
        assert_eq!(
            encode(&odd, courier).0,
            "T1 ACL DELETE \"x\" \"-user=a=b@x.test\"\r\n"
        );
        let person = Request::set_acl(&name("x"), "jürgen", rights);
        assert_eq!(
            encode(&person, courier).0,
            "T1 SETACL \"x\" \"jürgen\" \"lrcte\"\r\n"
        );
    }

    #[test]
    fn a_line_end_in_any_argument_sends_nothing() {
        let bad = WireName::from_wire(*b"x\r\nA1 DELETE INBOX");
        for request in [
            Request::get_acl(&bad),
            Request::rename(&name("x"), &bad),
            Request::delete_acl(&name("x"), "a\nb"),
            Request::delete_acl(&name("x"), "a\0b"),
        ] {
            let mut out = b"before".to_vec();
            assert!(request.encode("T1", Style::default(), &mut out).is_err());
            assert_eq!(out, b"before");
        }
    }

    #[test]
    fn a_password_is_in_no_debug_output_and_in_no_log() {
        let request = Request::login("alice", "s3cret");
        assert!(!format!("{request:?}").contains("s3cret"));
        assert_eq!(&*request.shown(b"T1 LOGIN alice s3cret"), b"LOGIN ***");
    }
}
