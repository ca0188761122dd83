//! A table for `smtpd_sender_login_maps` (Postfix, `postconf(5)`), and what differs from another.

use super::{Groups, Shared, comment, remarks};
use crate::error::{Error, Result, printable};
use crate::exit::Exit;
use crate::mail::MailAddress;
use crate::model::login::Spelling;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Envelope senders, each with the login names that may use it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table(BTreeMap<String, BTreeSet<String>>);

/// What the file says where Send on Behalf gives the mailbox's envelope.
const ON_BEHALF: &str = "whoever holds Send on Behalf may use the mailbox's envelope sender here: Postfix \
                         cannot tell it from Send As";

/// How login names are spelled, and who gets a mailbox's envelope.
#[derive(Clone, Copy, Debug)]
pub struct Logins<'a> {
    /// As addresses or as local parts; where absent, as each mailbox spells its people.
    pub spelling: Option<Spelling>,
    /// The domain whose people log in by their local part.
    pub home: Option<&'a str>,
    /// Whether Send on Behalf gives the mailbox's envelope too.
    pub with_on_behalf: bool,
}

/// One line of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The envelope sender.
    pub sender: String,
    /// Who may use it.
    pub logins: Vec<String>,
}

/// What must change in one table for it to be as another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Lines that are there and should not be.
    pub remove: Vec<Line>,
    /// Lines that should be there and are not.
    pub add: Vec<Line>,
}

impl Logins<'_> {
    fn of(&self, address: &MailAddress, shown: Spelling) -> String {
        let at_home = self.home.is_none_or(|home| home == address.domain());
        match self.spelling.unwrap_or(shown) {
            Spelling::LocalPart if at_home => address.local().to_owned(),
            _ => address.to_string(),
        }
    }
}

impl Table {
    /// No installed table is larger, in bytes.
    pub const MOST: u64 = 64 * 1024 * 1024;
    /// What a line of it takes once it is read, in bytes (measured).
    pub const LINE: u64 = 480;

    /// Each mailbox for itself and its Send As holders (and those of Send on Behalf where `logins` says so),
    /// each person for herself. Also what no line can say.
    pub fn new(mailboxes: &[Shared], groups: &Groups, logins: Logins) -> (Self, Vec<String>) {
        let mut table = Self::default();
        let mut left_out = BTreeSet::new();
        for shared in mailboxes {
            let own = shared.address.iter().map(|address| (address, address));
            let on_behalf = shared
                .send_on_behalf
                .iter()
                .filter(|_| logins.with_on_behalf);
            let holders = shared.send_as.iter().chain(on_behalf);
            let holders = holders.filter_map(|person| Some((shared.address.as_ref()?, person)));
            let people = shared.people.iter().map(|person| (person, person));
            for (sender, login) in own.chain(holders).chain(people) {
                left_out.extend(table.let_use(sender, &logins.of(login, shared.spelling)));
            }
            // As the SMTP server names them: it knows no more of their login than this.
            let on_behalf = shared.logins_on_behalf.iter();
            let on_behalf = on_behalf.filter(|_| logins.with_on_behalf);
            for login in shared.logins.iter().chain(on_behalf) {
                let sender = shared.address.iter();
                left_out.extend(sender.filter_map(|sender| table.let_use(sender, login)));
            }
        }
        // Whoever stands in no entry of her own may log in as any mailbox shows.
        let shown: Vec<Spelling> = [Spelling::Address, Spelling::LocalPart]
            .into_iter()
            .filter(|way| mailboxes.iter().any(|shared| shared.spelling == *way))
            .collect();
        let shown = match shown.as_slice() {
            [] => &[Spelling::Address],
            shown => shown,
        };
        for person in groups.everybody() {
            for way in shown {
                left_out.extend(table.let_use(person, &logins.of(person, *way)));
            }
        }
        (table, left_out.into_iter().collect())
    }

    fn let_use(&mut self, sender: &MailAddress, login: &str) -> Option<String> {
        let key = sender.to_string();
        if !is_word(&key) || !is_word(login) {
            let what = "left out, as a table could misread it";
            return Some(format!("{key} for the login {login}: {what}"));
        }
        self.0.entry(key).or_default().insert(login.to_owned());
        None
    }

    /// The table as a file, with `left_out` and what the mailboxes say in comments.
    pub fn text(&self, mailboxes: &[Shared], left_out: &[String], with_on_behalf: bool) -> String {
        let mut text = comment("smtpd_sender_login_maps for Postfix, made by");
        text += &match with_on_behalf {
            false => comment("sharemail identities --format postfix"),
            true => {
                comment("sharemail identities --format postfix --with-on-behalf")
                    + &comment(ON_BEHALF)
            }
        };
        text += &remarks(mailboxes);
        text.extend(left_out.iter().map(|what| comment(what)));
        for line in self.lines() {
            text += &format!("{} {}\n", line.sender, line.logins.join(","));
        }
        text
    }

    /// Reads a table that is installed (`postmap(1)`, input file format).
    ///
    /// # Errors
    /// [`Exit::BadInput`], with the number of the line.
    pub fn parse(text: &str) -> Result<Self> {
        let mut table = Self::default();
        let mut last: Option<String> = None;
        for (number, line) in text.lines().enumerate() {
            let bad = |why: &str| {
                let what = format!("line {}: {why}: {}", number + 1, printable(line));
                Error::new(Exit::BadInput, what)
            };
            let content = line.trim();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let goes_on = line.starts_with(char::is_whitespace);
            let (key, value) = match (&last, goes_on) {
                (Some(key), true) => (key.clone(), content),
                (None, true) => return Err(bad("it continues a line that is not there")),
                (_, false) => {
                    let (key, value) = content
                        .split_once(char::is_whitespace)
                        .unwrap_or((content, ""));
                    let key = key.to_lowercase();
                    if table.0.contains_key(&key) {
                        return Err(bad("this sender is there twice"));
                    }
                    (key, value)
                }
            };
            let logins = value
                .split([',', ' ', '\t'])
                .filter(|login| !login.is_empty());
            let entry = table.0.entry(key.clone()).or_default();
            entry.extend(logins.map(str::to_owned));
            last = Some(key);
        }
        Ok(table)
    }

    /// What must change in `installed` for it to be as this one.
    pub fn difference(&self, installed: &Self) -> Difference {
        let only = |one: &Self, other: &Self| {
            let lines = one.lines();
            lines
                .filter(|l| {
                    other
                        .0
                        .get(&l.sender)
                        .is_none_or(|o| !o.iter().eq(&l.logins))
                })
                .collect()
        };
        Difference {
            remove: only(installed, self),
            add: only(self, installed),
        }
    }

    /// The same, but for what cannot be judged as not all could be read: the lines of `partial`
    /// mailboxes that are installed, and where there is such a mailbox, those of senders that this
    /// table does not have, as they may have access there. Besides, whose lines those are.
    pub fn judged(
        &self,
        difference: Difference,
        installed: &Self,
        partial: &BTreeSet<String>,
    ) -> (Difference, Vec<String>) {
        if partial.is_empty() {
            return (difference, Vec::new());
        }
        let is_open = |sender: &str| {
            let is_there = installed.0.contains_key(sender);
            is_there && (partial.contains(sender) || !self.0.contains_key(sender))
        };
        let (open, remove): (Vec<Line>, Vec<Line>) = difference
            .remove
            .into_iter()
            .partition(|line| is_open(&line.sender));
        let add = difference.add.into_iter();
        let add = add.filter(|line| !is_open(&line.sender)).collect();
        let open = open.into_iter().map(|line| line.sender).collect();
        (Difference { remove, add }, open)
    }

    fn lines(&self) -> impl Iterator<Item = Line> {
        self.0.iter().map(|(sender, logins)| Line {
            sender: sender.clone(),
            logins: logins.iter().cloned().collect(),
        })
    }
}

impl Difference {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.remove.is_empty() && self.add.is_empty()
    }
}

/// Whether a table takes `text` for one word, whatever type of table it is: no blank, no comma, no
/// comment, no quotation, no regular expression.
fn is_word(text: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || matches!(c, ',' | '#' | '"' | '\\' | '$');
    let fits = |c: char| crate::error::is_printable(c) && !odd(c);
    !text.is_empty() && !text.starts_with(['/', '!', '-', '<', '@']) && text.chars().all(fits)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(in crate::export) fn address(text: &str) -> MailAddress {
        MailAddress::parse(text).unwrap()
    }

    pub(in crate::export) fn shared(name: &str, send_as: &[&str], on_behalf: &[&str]) -> Shared {
        let all = |names: &[&str]| {
            names
                .iter()
                .map(|name| address(name))
                .collect::<BTreeSet<_>>()
        };
        let (send_as, send_on_behalf) = (all(send_as), all(on_behalf));
        Shared {
            name: name.to_owned(),
            address: MailAddress::parse(name).ok(),
            people: send_as.union(&send_on_behalf).cloned().collect(),
            full_access: BTreeSet::new(),
            other_access: Vec::new(),
            logins: BTreeSet::new(),
            logins_on_behalf: BTreeSet::new(),
            remarks: Vec::new(),
            is_disbelieved: false,
            is_partial: false,
            is_nameless: false,
            spelling: Spelling::Address,
            send_as,
            send_on_behalf,
        }
    }

    fn table(mailboxes: &[Shared], spelling: Spelling) -> String {
        let logins = Logins {
            spelling: Some(spelling),
            home: Some("example.com"),
            with_on_behalf: false,
        };
        let (table, left_out) = Table::new(mailboxes, &Groups::default(), logins);
        let text = table.text(mailboxes, &left_out, false);
        assert_eq!(Table::parse(&text).unwrap(), table);
        let lines = text.lines().skip(2).map(|line| format!("{line}\n"));
        lines.collect()
    }

    #[test]
    fn each_mailbox_has_itself_and_its_holders_and_each_person_herself() {
        let mut support = shared(
            "support@example.com",
            &["alice@example.com", "zoe@other.test"],
            &["carol@example.com"],
        );
        support.remarks = vec!["group:x\n evil y".to_owned()];
        let all = [support, shared("Public/Team", &["alice@example.com"], &[])];
        insta::assert_snapshot!(table(&all, Spelling::Address), @r"
        # support@example.com: group:x\u{a} evil y
        alice@example.com alice@example.com
        carol@example.com carol@example.com
        support@example.com alice@example.com,support@example.com,zoe@other.test
        zoe@other.test zoe@other.test
        ");
        insta::assert_snapshot!(table(&all[1..], Spelling::LocalPart), @"alice@example.com alice");
        let local = table(&all, Spelling::LocalPart);
        assert!(local.contains("support@example.com alice,support,zoe@other.test\n"));
    }

    #[test]
    fn whoever_sends_on_behalf_gets_the_envelope_where_that_is_chosen() {
        let mut support = shared(
            "support@example.com",
            &["alice@example.com"],
            &["carol@example.com"],
        );
        support.logins_on_behalf = ["admin".to_owned()].into();
        let logins = |with_on_behalf| Logins {
            spelling: None,
            home: None,
            with_on_behalf,
        };
        let owners = |with_on_behalf| {
            let (table, _) = Table::new(
                std::slice::from_ref(&support),
                &Groups::default(),
                logins(with_on_behalf),
            );
            table.0["support@example.com"]
                .iter()
                .cloned()
                .collect::<Vec<_>>()
                .join(",")
        };
        assert_eq!(owners(false), "alice@example.com,support@example.com");
        assert_eq!(
            owners(true),
            "admin,alice@example.com,carol@example.com,support@example.com"
        );
    }

    #[test]
    fn a_login_without_a_domain_is_in_the_table_as_it_is() {
        let mut support = shared("support@example.com", &["alice@example.com"], &[]);
        support.logins = ["admin", "a,b"].map(str::to_owned).into();
        for spelling in [Spelling::Address, Spelling::LocalPart] {
            let told = table(&[support.clone()], spelling);
            let line = told.lines().find(|line| line.starts_with("support@"));
            assert!(line.unwrap().contains(" admin,alice"), "{told}");
            assert!(told.contains("for the login a,b: left out"), "{told}");
        }
    }

    #[test]
    fn no_line_is_to_be_removed_that_could_not_be_judged() {
        let table = |text: &str| Table::parse(text).unwrap();
        let installed = table("support@x.y a,b\nbob@x.y bob\nalice@x.y alice,eve\n");
        let now = table("support@x.y support\nalice@x.y alice\nnew@x.y new\n");
        let difference = now.difference(&installed);
        assert_eq!(difference.remove.len(), 3);
        let partial = BTreeSet::from(["support@x.y".to_owned()]);
        let (judged, open) = now.judged(difference.clone(), &installed, &partial);
        let senders = |lines: &[Line]| lines.iter().map(|l| l.sender.clone()).collect::<Vec<_>>();
        assert_eq!(senders(&judged.remove), ["alice@x.y"]);
        assert_eq!(senders(&judged.add), ["alice@x.y", "new@x.y"]);
        assert_eq!(open, ["bob@x.y", "support@x.y"]);
        let (all, open) = now.judged(difference.clone(), &installed, &BTreeSet::new());
        assert_eq!((all, open.len()), (difference, 0));
    }

    #[test]
    fn what_a_table_could_misread_is_named_in_a_comment() {
        let odd = shared(
            "support@example.com",
            &["a#b@example.com", "/x/@example.com"],
            &[],
        );
        let text = table(&[odd], Spelling::Address);
        let lines: Vec<_> = text
            .lines()
            .filter(|line| !line.starts_with("# "))
            .collect();
        assert_eq!(lines, ["support@example.com support@example.com"]);
        assert_eq!(text.matches("left out").count(), 4);
    }

    #[test]
    fn an_installed_table_is_compared_by_what_it_means() {
        let installed = "# old\nB@x.test  b@x.test,\n\tc@x.test\n\na@x.test a@x.test\n";
        let installed = Table::parse(installed).unwrap();
        let same = Table::parse("a@x.test a@x.test\nb@x.test c@x.test b@x.test").unwrap();
        assert!(same.difference(&installed).is_empty());
        let new = Table::parse("b@x.test b@x.test\nd@x.test d@x.test").unwrap();
        let difference = new.difference(&installed);
        let senders = |lines: &[Line]| lines.iter().map(|l| l.sender.clone()).collect::<Vec<_>>();
        assert_eq!(senders(&difference.remove), ["a@x.test", "b@x.test"]);
        assert_eq!(senders(&difference.add), ["b@x.test", "d@x.test"]);
        let twice = Table::parse("a x\n\nA y").unwrap_err();
        assert!(
            twice
                .what()
                .starts_with("line 3: this sender is there twice")
        );
        assert!(Table::parse(" a x").is_err());
    }

    proptest! {
        #[test]
        fn a_table_says_what_was_meant_and_nothing_else(
            local in "[a-z#/$!'{}|,\\-\u{e9}\u{2028}\u{a0}\u{2003} \t\"\\\\]{1,12}",
            remark in "\\PC{0,20}[\r\n\u{85}\u{2028}]?\\PC{0,20}",
        ) {
            let quoted = local.replace('\\', "\\\\").replace('"', "\\\"");
            let odd = MailAddress::parse(&format!("\"{quoted}\"@example.com"));
            prop_assume!(odd.is_ok());
            let odd = odd.unwrap();
            let mut support = shared("support@example.com", &["alice@example.com"], &[]);
            support.send_as.insert(odd.clone());
            support.remarks = vec![remark];
            let logins = Logins { spelling: Some(Spelling::LocalPart), home: None, with_on_behalf: false };
            let (table, left_out) = Table::new(&[support], &Groups::default(), logins);
            let back = Table::parse(&table.text(&[], &left_out, false)).unwrap();
            prop_assert_eq!(&back, &table);
            let owners = &back.0["support@example.com"];
            prop_assert!(owners.iter().all(|o| ["alice", "support", odd.local()].contains(&o.as_str())));
        }

        #[test]
        fn no_installed_table_panics(text in "[a# ,\t\n\r@\\PC]{0,60}") {
            let _ = Table::parse(&text);
        }
    }
}
