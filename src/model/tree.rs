//! Where a shared mailbox lies on the server: which names are its folders, and back.

use super::folder::{BadName, WireName};
use std::fmt;

/// The shape of a shared mailbox's names in one session.
///
/// The owner of a mailbox sees `INBOX` and `Archive.2025`, an administrator of Cyrus
/// `user/support` and `user/support/Archive/2025@example.com`, a member
/// `shared/support@example.com/Archive/2025`; people read `INBOX` and `Archive/2025` in all of
/// them. Prefixes and separators come from the server (NAMESPACE, RFC 2342, and LIST).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    root: WireName,
    stem: Vec<u8>,
    tail: Vec<u8>,
    separator: Option<char>,
    foreign: Vec<Vec<u8>>,
    is_bare: bool,
}

/// Why a path names no folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadPath {
    /// One of its parts cannot be a name.
    Name(BadName),
    /// A part between two `/`, or at an end, is empty.
    EmptyPart,
    /// A part is `.` or `..`, which stand for other folders where folders are files.
    Dots,
    /// The server has no hierarchy.
    Flat,
}

impl Tree {
    /// The mailbox of a session's own user: INBOX, and everything below `prefix` that is not
    /// below one of `foreign`, the prefixes of the other namespaces.
    pub fn personal(prefix: &[u8], separator: Option<char>, foreign: Vec<Vec<u8>>) -> Self {
        Self {
            root: WireName::inbox(),
            stem: prefix.to_vec(),
            tail: Vec::new(),
            separator,
            foreign,
            is_bare: false,
        }
    }

    /// The mailbox whose own folder is `root`, with everything below it.
    pub fn below(root: &WireName, separator: Option<char>) -> Self {
        let mut stem = root.as_bytes().to_vec();
        stem.extend(separator.map(|c| c as u8));
        Self {
            root: root.clone(),
            stem,
            tail: Vec::new(),
            separator,
            foreign: Vec::new(),
            is_bare: false,
        }
    }

    /// The same on a server that writes a domain behind the whole name: a folder with a domain there
    /// is one of another mailbox, `user/sales/Sent@other.test` none of `user/sales` (Cyrus).
    pub fn below_bare(root: &WireName, separator: Option<char>) -> Self {
        Self {
            is_bare: true,
            ..Self::below(root, separator)
        }
    }

    /// The mailbox whose own folder is `root` followed by `tail`, and whose folders carry `tail`
    /// at their end: `user/support@example.com`, `user/support/Sent@example.com` (Cyrus with
    /// virtual domains).
    pub fn with_tail(root: &[u8], tail: &[u8], separator: Option<char>) -> Self {
        let below = Self::below(&WireName::from_wire(root), separator);
        Self {
            root: WireName::from_wire([root, tail].concat()),
            tail: tail.to_vec(),
            is_bare: tail.is_empty(),
            ..below
        }
    }

    /// The same names, but for the mailbox itself, which is called `root` here.
    #[must_use]
    pub fn with_root(&self, root: WireName) -> Self {
        Self {
            root,
            ..self.clone()
        }
    }

    /// Where INBOX lies if the mailbox's own name is only a level, as some servers have it.
    pub fn inbox_below(&self) -> Option<WireName> {
        let inbox = WireName::from_wire([&self.stem[..], b"INBOX"].concat());
        let below = !self.has_tail() && !self.root.is_inbox() && self.is_second_name(&inbox);
        below.then_some(inbox)
    }

    /// The mailbox itself: the folder that people call INBOX.
    pub fn root(&self) -> &WireName {
        &self.root
    }

    /// What stands before every other folder's path, on the wire.
    pub fn stem(&self) -> &[u8] {
        &self.stem
    }

    /// What stands between the parts of a folder's name on the wire; absent where there is no
    /// hierarchy.
    pub fn separator(&self) -> Option<char> {
        self.separator
    }

    /// Whether `name` is the second one under which Dovecot shows the mailbox itself, among other
    /// users' mailboxes.
    pub fn is_second_name(&self, name: &WireName) -> bool {
        let below_root = |separator| [self.root.as_bytes(), &[separator as u8]].concat();
        self.separator.map(below_root).as_ref() == Some(&self.stem)
            && name.as_bytes().strip_prefix(&self.stem[..]) == Some(b"INBOX")
    }

    /// Whether folders carry something behind their path: the domain, on Cyrus.
    pub fn has_tail(&self) -> bool {
        !self.tail.is_empty()
    }

    /// Whether `name` lies below the mailbox by its letters, and belongs to one of another domain:
    /// `user/sales/Sent@other.test` below `user/sales`.
    pub fn is_anothers(&self, name: &WireName) -> bool {
        let name = name.as_bytes();
        self.is_bare && name.contains(&b'@') && name.starts_with(&self.stem)
    }

    /// Whether nothing can lie below the mailbox: without a separator, whatever begins with its
    /// name is another mailbox.
    fn is_flat(&self) -> bool {
        self.separator.is_none()
            && self.root.as_bytes().strip_suffix(&self.tail[..]) == Some(&self.stem)
    }

    /// The path of the folder called `wire`, or nothing where it belongs to another mailbox. One
    /// that is called INBOX in any case and lies below the mailbox reads `./Inbox`: people who
    /// say `inbox` mean the mailbox itself.
    pub fn path(&self, wire: &WireName) -> Option<String> {
        if *wire == self.root {
            return Some("INBOX".to_owned());
        }
        if self.is_flat() {
            return None;
        }
        let name = wire.as_bytes();
        if self.is_bare && name.contains(&b'@') {
            return None;
        }
        // Dovecot shows the mailbox itself under this name too, among other users' mailboxes.
        if name.strip_prefix(&self.stem[..]) == Some(b"INBOX") && !self.stem.is_empty() {
            return Some("INBOX".to_owned());
        }
        let foreign = |prefix: &Vec<u8>| is_below(name, prefix, self.separator);
        let rest = name
            .strip_prefix(&self.stem[..])?
            .strip_suffix(&self.tail[..])?;
        if rest.is_empty() || self.foreign.iter().any(foreign) {
            return None;
        }
        // A folder called Inbox below the mailbox is not the mailbox itself.
        if rest.eq_ignore_ascii_case(b"INBOX") {
            return Some(format!("./{}", String::from_utf8_lossy(rest)));
        }
        Some(swap(
            &WireName::from_wire(rest).to_unicode(),
            self.separator,
        ))
    }

    /// The name on the wire of the folder that people call `path`; INBOX in any case is the
    /// mailbox itself.
    ///
    /// # Errors
    /// When the path has an empty part or one that cannot be a name.
    pub fn wire(&self, path: &str) -> Result<WireName, BadPath> {
        if path.eq_ignore_ascii_case("INBOX") {
            return Ok(self.root.clone());
        }
        if path.split('/').any(str::is_empty) {
            return Err(if path.is_empty() {
                BadPath::Name(BadName::Empty)
            } else {
                BadPath::EmptyPart
            });
        }
        let below = path.strip_prefix("./").filter(|_| !self.stem.is_empty());
        if let Some(name) = below.filter(|name| name.eq_ignore_ascii_case("INBOX")) {
            let name = [&self.stem, name.as_bytes(), &self.tail].concat();
            return Ok(WireName::from_wire(name));
        }
        if path.split('/').any(|part| part == "." || part == "..") {
            return Err(BadPath::Dots);
        }
        if self.is_flat() || self.separator.is_none() && path.contains('/') {
            return Err(BadPath::Flat);
        }
        let name = WireName::from_unicode(&swap(path, self.separator)).map_err(BadPath::Name)?;
        Ok(WireName::from_wire(
            [&self.stem, name.as_bytes(), &self.tail].concat(),
        ))
    }
}

/// Exchanges `/`, which people write between the parts of a path, and the server's separator:
/// where that is `.`, the folder `Archive.2025/Q1` is read as `Archive/2025.Q1`, and no two
/// folders ever read alike.
fn swap(path: &str, separator: Option<char>) -> String {
    let Some(separator) = separator.filter(|c| *c != '/') else {
        return path.to_owned();
    };
    path.chars()
        .map(|c| match c {
            '/' => separator,
            c if c == separator => '/',
            c => c,
        })
        .collect()
}

/// Whether `name` is the namespace `prefix` itself or lies below it.
fn is_below(name: &[u8], prefix: &[u8], separator: Option<char>) -> bool {
    let bare = separator
        .and_then(|c| prefix.strip_suffix(&[c as u8]))
        .unwrap_or(prefix);
    !prefix.is_empty() && (name == bare || name.starts_with(prefix))
}

impl fmt::Display for BadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadPath::Name(bad) => bad.fmt(f),
            BadPath::EmptyPart => f.write_str("a part of the path is empty"),
            BadPath::Dots => f.write_str("a part of the path is . or .."),
            BadPath::Flat => f.write_str("this server has no folders below folders"),
        }
    }
}

impl std::error::Error for BadPath {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wire(name: &str) -> WireName {
        WireName::from_wire(name.as_bytes())
    }

    #[test]
    fn the_owner_sees_inbox_and_the_rest_beside_it() {
        let tree = Tree::personal(
            b"",
            Some('/'),
            vec![b"shared/".to_vec(), b"Public/".to_vec()],
        );
        assert_eq!(tree.path(&wire("inbox")).as_deref(), Some("INBOX"));
        assert_eq!(
            tree.path(&wire("Archive/2025")).as_deref(),
            Some("Archive/2025")
        );
        assert_eq!(tree.path(&wire("shared/sales@example.com/Sent")), None);
        assert_eq!(tree.path(&wire("Public")), None);
        assert_eq!(tree.wire("inbox").unwrap(), WireName::inbox());
    }

    #[test]
    fn a_prefix_and_another_separator_are_hidden_from_people() {
        let tree = Tree::personal(b"INBOX.", Some('.'), vec![b"shared.".to_vec()]);
        assert_eq!(
            tree.path(&wire("INBOX.Archive.2025")).as_deref(),
            Some("Archive/2025")
        );
        assert_eq!(
            tree.wire("Archive/2025").unwrap(),
            wire("INBOX.Archive.2025")
        );
        assert_eq!(tree.path(&wire("INBOX.a/b")).as_deref(), Some("a.b"));
        assert_eq!(tree.path(&wire("INBOX.")), None);
    }

    #[test]
    fn an_administrator_of_virtual_domains_sees_the_domain_at_the_end() {
        let tree = Tree::with_tail(b"user/support", b"@example.com", Some('/'));
        assert_eq!(tree.root(), &wire("user/support@example.com"));
        assert_eq!(
            tree.path(&wire("user/support/Sent@example.com")).as_deref(),
            Some("Sent")
        );
        assert_eq!(
            tree.wire("Sent").unwrap(),
            wire("user/support/Sent@example.com")
        );
        assert_eq!(tree.path(&wire("user/support2@example.com")), None);
    }

    #[test]
    fn a_folder_called_inbox_below_the_mailbox_is_not_the_mailbox() {
        let below = Tree::below(&wire("user/support"), Some('/'));
        let tail = Tree::with_tail(b"user/support", b"@example.com", Some('/'));
        for (tree, name, path) in [
            (&below, "user/support/Inbox", "./Inbox"),
            (&below, "user/support/inbox", "./inbox"),
            (&below, "user/support/Inbox/Sub", "Inbox/Sub"),
            (&tail, "user/support/INBOX@example.com", "./INBOX"),
            (&tail, "user/support/Inbox@example.com", "./Inbox"),
        ] {
            assert_eq!(tree.path(&wire(name)).as_deref(), Some(path));
            assert_eq!(tree.wire(path).unwrap(), wire(name));
        }
        assert_eq!(below.wire("Inbox").unwrap(), wire("user/support"));
        let own = Tree::personal(b"", Some('/'), Vec::new());
        assert_eq!(own.wire("./Inbox"), Err(BadPath::Dots));
        assert_eq!(own.path(&wire("Inbox")).as_deref(), Some("INBOX"));
    }

    #[test]
    fn without_a_separator_a_longer_name_is_another_mailbox() {
        for tree in [
            Tree::below(&wire("user.support"), None),
            Tree::with_tail(b"user.support", b"", None),
        ] {
            assert_eq!(tree.path(&wire("user.support")).as_deref(), Some("INBOX"));
            assert_eq!(tree.path(&wire("user.support2")), None);
            assert_eq!(tree.wire("2"), Err(BadPath::Flat));
        }
    }

    #[test]
    fn a_path_with_an_empty_part_names_no_folder() {
        let tree = Tree::below(&wire("user.support"), Some('.'));
        for path in ["", "/", "a//b", "/a", "a/", "..", "a/../b", "a/."] {
            assert!(tree.wire(path).is_err(), "{path:?}");
        }
        let flat = Tree::personal(b"", None, Vec::new());
        assert_eq!(flat.wire("a/b"), Err(BadPath::Flat));
    }

    proptest! {
        #[test]
        fn every_path_leads_to_one_folder_and_back(
            parts in proptest::collection::vec("[^\\p{Cc}/]{1,8}", 1..4),
            separator in proptest::sample::select(vec!['/', '.', '^']),
        ) {
            let path = parts.join("/");
            prop_assume!(!path.eq_ignore_ascii_case("inbox"));
            prop_assume!(!parts.iter().any(|part| part == "." || part == ".."));
            for tree in [
                Tree::personal(b"", Some(separator), Vec::new()),
                Tree::below(&wire("user"), Some(separator)),
                Tree::with_tail(b"user", b"@example.com", Some(separator)),
            ] {
                let wire = tree.wire(&path).unwrap();
                prop_assert_eq!(tree.path(&wire), Some(path.clone()));
            }
        }
    }
}
