//! Mailboxes of one try on a server that all tries share, made and looked at by clients that are not
//! sharemail.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::rows::Row;
use super::way::Way;
use crate::provider::client::{is_ok, quoted, replies};
use crate::provider::run::{self, Ran};
use crate::provider::{Client, Courier, Cyrus, Dovecot, Kind, Mailbox, PASSWORD, Provider};

/// Who is there on every server.
const PEOPLE: [&str; 4] = ["alice", "bob", "carol", "dave"];

/// What a place holds, and what somebody may do there: folder of a mailbox, fact.
pub type Facts = BTreeSet<(String, String)>;

/// The server of this kind.
pub fn server(kind: Kind) -> &'static Provider {
    static DOVECOT: OnceLock<Provider> = OnceLock::new();
    static CYRUS: OnceLock<Provider> = OnceLock::new();
    match kind {
        Kind::Dovecot => DOVECOT.get_or_init(|| Dovecot::quick(&["--keep-processes"])),
        Kind::Cyrus => CYRUS.get_or_init(|| Cyrus::quick(&["--delete-at-once", "--allow-moves"])),
        Kind::Courier => Courier::running(),
    }
}

/// What stands before the names of the mailboxes of so many tries; where mailboxes are accounts, these
/// are there.
pub fn prefixes(row: &Row, kind: Kind, count: usize) -> Vec<String> {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    let next = || format!("f{:05}", NEXT.fetch_add(1, Ordering::Relaxed));
    let prefixes: Vec<String> = (0..count).map(|_| next()).collect();
    let mut names: Vec<&str> = Vec::new();
    if kind != Kind::Cyrus {
        names.extend(row.mailboxes.iter().map(|(name, _)| name));
    }
    if row.wanders {
        names.extend(PEOPLE);
    }
    let named = |prefix: &String| -> Vec<String> {
        let names = names.iter();
        names
            .map(|name| format!("{prefix}{name}@example.test"))
            .collect()
    };
    let accounts: Vec<String> = prefixes.iter().flat_map(named).collect();
    if !accounts.is_empty() {
        server(kind).add_users(&accounts, &[]);
    }
    prefixes
}

/// The mailboxes of one try.
pub struct Town<'r> {
    row: &'r Row,
    server: &'static Provider,
    prefix: String,
    dir: tempfile::TempDir,
    /// The way on which sharemail reaches them.
    pub way: Way,
}

impl<'r> Town<'r> {
    /// As the row begins.
    pub fn begin(row: &'r Row, kind: Kind, prefix: String) -> Town<'r> {
        let server = server(kind);
        let town = Town {
            row,
            server,
            prefix,
            dir: tempfile::tempdir().unwrap(),
            way: Way::to(server.imap_port()),
        };
        for (name, folders) in row.mailboxes {
            town.make(name, folders);
        }
        for (name, text) in row.files {
            std::fs::write(town.dir.path().join(name), town.filled(text)).unwrap();
        }
        for typed in row.first {
            town.way.arm(None, false);
            run::wait(run::start(&mut town.sharemail(typed))).exits(0);
        }
        town
    }

    fn make(&self, name: &str, folders: &[&str]) {
        let mailbox = self.mailbox(name);
        let mut owner = mailbox.owner();
        let all = ["INBOX"].iter().chain(folders);
        let is_there = |folder: &&&str| **folder == "INBOX" && self.server.kind() != Kind::Cyrus;
        let made = all.filter(|folder| !is_there(folder));
        let create = |folder: &&str| format!("CREATE {}", quoted(&mailbox.owned(folder)));
        let mut commands: Vec<String> = made.map(create).collect();
        let entries = self.row.entries.iter().filter(|entry| entry.0 == name);
        commands.extend(entries.map(|(_, folder, who, rights)| {
            let folder = quoted(&mailbox.owned(folder));
            let who = self.person(who);
            match self.server.kind() {
                // It knows no p.
                Kind::Courier => {
                    let rights = rights.replace('p', "");
                    format!("ACL STORE {folder} \"user={who}\" {rights}")
                }
                _ => format!("SETACL {folder} {} {rights}", mailbox.spelled(&who)),
            }
        }));
        owner.all_ok(commands);
        let mut itself = None;
        let mail = self.row.mail.iter().filter(|mail| mail.0 == name);
        for (n, (_, folder, flags)) in mail.enumerate() {
            let itself = itself.get_or_insert_with(|| self.itself(name));
            let path = self.in_itself(folder);
            // Not every message has a name.
            let id = match n % 3 {
                1 => String::new(),
                _ => format!("Message-ID: <{n}@example.test>\n"),
            };
            let message = format!(
                "Subject: in {folder}\nFrom: erin@example.test\n{id}\
                 Date: Wed, 1 Jan {} 09:00:00 +0000\n\nhello {}\n",
                2024 + n % 2,
                "x".repeat(n)
            );
            let came = format!("01-Jan-{} 10:00:00 +0000", 2024 + n % 2);
            itself.append_of(&path, &came, &message);
            if !flags.is_empty() {
                itself.ok(&format!("SELECT {}", quoted(&path)));
                itself.ok(&format!("STORE * +FLAGS ({})", flags.join(" ")));
            }
        }
    }

    fn mailbox(&self, name: &str) -> Mailbox<'static> {
        Mailbox {
            provider: self.server,
            address: format!("{}{name}@example.test", self.prefix),
            people: Vec::new(),
        }
    }

    /// The address of somebody who has access.
    fn person(&self, name: &str) -> String {
        match self.row.wanders {
            true => format!("{}{name}@example.test", self.prefix),
            false => format!("{name}@example.test"),
        }
    }

    /// A session of a mailbox's own.
    fn itself(&self, name: &str) -> Client {
        let address = format!("{}{name}@example.test", self.prefix);
        match self.server.kind() {
            Kind::Courier => Client::login(self.server, &address, PASSWORD),
            _ => Client::impersonate(self.server, &address),
        }
    }

    /// A folder in such a session.
    fn in_itself(&self, folder: &str) -> String {
        match (self.server.kind(), folder) {
            (Kind::Courier, folder) if folder != "INBOX" => {
                format!("INBOX.{}", folder.replace('/', "."))
            }
            _ => folder.to_owned(),
        }
    }

    /// What a row says, with the names of this try.
    fn filled(&self, text: &str) -> String {
        let names = self.row.mailboxes.iter().map(|(name, _)| name);
        let people = PEOPLE.iter().filter(|_| self.row.wanders);
        let mut text = text.to_owned();
        for name in names.chain(self.row.new).chain(people) {
            text = text.replace(&format!("{{{name}}}"), &format!("{}{name}", self.prefix));
        }
        text
    }

    /// What is tried.
    pub fn row(&self) -> &'r Row {
        self.row
    }

    /// sharemail, where the row runs.
    pub fn sharemail(&self, typed: &str) -> Command {
        let mut command = self.server.sharemail();
        command.env("SHAREMAIL_IMAP_TLS", "none");
        command.env("SHAREMAIL_IMAP_PORT", self.way.port().to_string());
        command.env("XDG_STATE_HOME", self.dir.path().join("state"));
        command.env("XDG_CACHE_HOME", self.dir.path().join("cache"));
        let names = self.row.mailboxes.iter().map(|(name, _)| name);
        let names = names.map(|name| self.mailbox(name).address);
        let names: Vec<String> = names.collect();
        if !names.is_empty() {
            command.env("SHAREMAIL_MAILBOXES", names.join(","));
        }
        if self.needs_programs() {
            for (task, names) in [
                ("create", &["{address}"][..]),
                ("rename", &["{address}", "{to}"]),
                ("delete", &["{address}"]),
            ] {
                let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/provider/accounts");
                let dir = self.server.dir().to_str().unwrap();
                let words = [&[program, dir, task], names].concat();
                let variable = format!("SHAREMAIL_ACCOUNTS_{}", task.to_uppercase());
                command.env(variable, serde_json::to_string(&words).unwrap());
            }
        }
        command.current_dir(self.dir.path());
        let typed = self.filled(typed);
        command.args(typed.split(' '));
        command
    }

    /// Whether mailboxes come and go that are accounts.
    pub fn needs_programs(&self) -> bool {
        self.server.kind() != Kind::Cyrus && self.row.accounts
    }

    /// Runs it undisturbed, until the server is done as well.
    pub fn run(&self, typed: &str) -> Ran {
        self.way.arm(None, self.needs_programs());
        let ran = run::wait(run::start(&mut self.sharemail(typed)));
        self.way.rest();
        ran
    }

    /// Whether a file lies where the row runs.
    pub fn has(&self, file: &str) -> bool {
        self.dir.path().join(file).exists()
    }

    /// All that there is of the try's mailboxes, and what everybody may do with it.
    pub fn facts(&self) -> Facts {
        let mut facts = Facts::new();
        let mut seen = Vec::new();
        let names = self.row.mailboxes.iter().map(|(name, _)| name);
        for name in names.chain(self.row.new) {
            for path in self.held(name, &mut facts) {
                seen.push((format!("{name}{path}"), self.seen(name, &path)));
            }
        }
        if let Some(file) = self.row.keeps {
            facts.insert((file.to_owned(), kept(&self.dir.path().join(file))));
        }
        for person in PEOPLE {
            let address = self.person(person);
            let login = self.server.login_of(&address);
            let mut session = Client::login(self.server, login, PASSWORD);
            let asked = seen
                .iter()
                .map(|(_, name)| format!("MYRIGHTS {}", quoted(name)));
            for ((place, _), told) in seen.iter().zip(session.each(asked)) {
                if let Some(rights) = replies(&told, "MYRIGHTS").pop().and_then(|mut w| w.pop()) {
                    facts.insert((
                        place.clone(),
                        format!("seen by {person}: {}", letters(&rights)),
                    ));
                }
            }
        }
        facts
    }

    /// What a mailbox holds; the ends of its folders' names, from the separator on.
    fn held(&self, name: &str, facts: &mut Facts) -> Vec<String> {
        let mailbox = self.mailbox(name);
        let kind = self.server.kind();
        let is_there = match kind {
            Kind::Dovecot => self
                .server
                .dir()
                .join("server/users")
                .join(&mailbox.address)
                .exists(),
            _ => true,
        };
        if !is_there {
            return Vec::new();
        }
        let mut owner = mailbox.owner();
        let root = match kind {
            Kind::Dovecot => String::new(),
            _ => mailbox.owned("INBOX"),
        };
        let mut wires = match kind {
            Kind::Dovecot => owner.list("*"),
            _ => [
                owner.list(&root),
                owner.list(&format!("{root}{}*", self.server.separator())),
            ]
            .concat(),
        };
        wires.retain(|wire| !wire.starts_with("shared/") && !wire.starts_with("Public/"));
        let end = |wire: &String| match wire.strip_prefix(&root) {
            Some("INBOX") => String::new(),
            Some(path) if kind == Kind::Dovecot => format!("/{path}"),
            Some(path) => path.to_owned(),
            None => panic!("{wire} is not of {root}"),
        };
        let ask = |wire: &String| match kind {
            Kind::Courier => format!("LIST (ACL) \"\" {}", quoted(wire)),
            _ => format!("GETACL {}", quoted(wire)),
        };
        let told = owner.each(wires.iter().map(ask));
        let ends: Vec<String> = wires.iter().map(end).collect();
        for ((wire, end), told) in wires.iter().zip(&ends).zip(told) {
            assert!(is_ok(&told), "{wire}: {told}");
            let place = format!("{name}{end}");
            facts.insert((place.clone(), "is there".to_owned()));
            if kind == Kind::Courier {
                // In no order: one by one.
                for entry in told.split("(\"").skip(1) {
                    let entry = entry.split(')').next().unwrap_or_default();
                    let what = format!("entry of \"{}", entry.replace(&self.prefix, ""));
                    facts.insert((place.clone(), what));
                }
                continue;
            }
            let words = replies(&told, "ACL").pop().unwrap_or_default();
            for pair in words.get(1..).unwrap_or_default().chunks(2) {
                let (who, rights) = (pair[0].replace(&self.prefix, ""), letters(&pair[1]));
                facts.insert((place.clone(), format!("entry of {who}: {rights}")));
            }
        }
        if !self.row.mail.is_empty() && !ends.is_empty() {
            self.mail(name, &ends, facts);
        }
        ends
    }

    /// What lies in the folders of a mailbox, and what it carries.
    fn mail(&self, name: &str, ends: &[String], facts: &mut Facts) {
        let mut itself = self.itself(name);
        let commands = ends.iter().flat_map(|end| {
            let path = match (end.as_str(), self.server.kind()) {
                ("", _) => "INBOX".to_owned(),
                (end, Kind::Courier) => format!("INBOX{end}"),
                (end, _) => end[1..].to_owned(),
            };
            // Of settings the newest counts, whatever its number.
            let fetch = match is_settings(end) {
                true => "FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)] BODY.PEEK[TEXT])",
                false if self.row.moves => "UID FETCH 1:* (FLAGS BODY.PEEK[])",
                false => "UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])",
            };
            [format!("EXAMINE {}", quoted(&path)), fetch.to_owned()]
        });
        let told = itself.each(commands);
        for (end, told) in ends.iter().zip(told.chunks(2)) {
            if is_settings(end) {
                let said = settings_of(&told[1]).into_iter();
                facts.extend(said.map(|said| (format!("{name}{end}"), said)));
                continue;
            }
            if self.row.moves {
                let what = format!("{LETTERS}{}", letters_of(&told[1]).join(BETWEEN));
                facts.insert((format!("{name}{end}"), what));
                continue;
            }
            let lines = told[1].lines().filter(|line| !line.starts_with('e'));
            let words = lines.flat_map(|line| line.split([' ', '(', ')', '\r']));
            let words: Vec<&str> = words
                .filter(|word| !word.is_empty() && *word != "\\Recent")
                .collect();
            facts.insert((format!("{name}{end}"), format!("mail: {}", words.join(" "))));
        }
    }

    /// What members call a folder.
    fn seen(&self, name: &str, end: &str) -> String {
        format!("{}{end}", self.mailbox(name).seen("INBOX"))
    }
}

/// The messages of an mbox, each as it stands there, in alphabetical order; nothing where there is none.
fn kept(path: &std::path::Path) -> String {
    let Ok(text) = std::fs::read_to_string(path) else {
        return "is not there".to_owned();
    };
    let text = format!("\n{text}");
    let mut all: Vec<&str> = text.split("\nFrom ").skip(1).collect();
    // The first line tells when it came, which is another day in each try.
    for one in &mut all {
        *one = one.split_once('\n').map_or("", |(_, rest)| rest).trim_end();
    }
    all.sort_unstable();
    format!("{} letters: {}", all.len(), all.join(BETWEEN))
}

/// What begins the fact that tells what runs noted for the next one, which no undo takes back.
pub const NOTED: &str = "noted: ";

/// What the newest message of each kind of settings says.
fn settings_of(told: &str) -> Vec<String> {
    let mut newest: BTreeMap<&str, String> = BTreeMap::new();
    for message in told.split(" FETCH (").skip(1) {
        let subject = message.split_once("Subject: ");
        let Some(subject) = subject.and_then(|(_, rest)| rest.lines().next()) else {
            continue;
        };
        // Whose turn it was, where that run was killed: it counts for nothing in the end.
        if subject.starts_with("turn ") {
            continue;
        }
        let text = message
            .split_once("BODY[TEXT]")
            .map_or("", |(_, text)| text);
        let lines = text
            .lines()
            .skip(1)
            .filter(|line| !line.starts_with(['e', '*', ')']));
        let words = lines.flat_map(|line| line.split([' ', '(', ')', '\r']));
        // A folder is numbered otherwise in each try.
        let number = |word: &&str| {
            word.trim_matches('"')
                .parse::<u32>()
                .is_ok_and(|n| n > 1_000_000)
        };
        let words = words.filter(|word| !word.is_empty() && !number(word));
        newest.insert(subject, words.collect::<Vec<_>>().join(" "));
    }
    let said = newest.into_iter().map(|(subject, text)| {
        let is_noted = ["judged", "seen"].iter().any(|kind| subject.contains(kind));
        let begin = if is_noted { NOTED } else { "mail: " };
        format!("{begin}{text}")
    });
    said.collect()
}

/// What begins the fact that tells the messages of a folder one by one.
const LETTERS: &str = "letters: ";
/// What stands between them.
const BETWEEN: &str = " | ";

/// Each message as it is told, without its numbers; its words in alphabetical order, as flags have none.
fn letters_of(told: &str) -> Vec<String> {
    let mut all: Vec<Vec<&str>> = Vec::new();
    for line in told.lines() {
        match (line.starts_with("* "), line.contains(" FETCH (")) {
            (true, true) => all.push(Vec::new()),
            (true, false) => continue,
            _ if line.starts_with('e') && line.contains(" OK ") => continue,
            _ => {}
        }
        let words = line.split([' ', '(', ')', '\r']);
        let is_kept = |word: &&str| !["", "*", "UID", "FETCH", "\\Recent"].contains(word);
        let words = words.filter(|word| is_kept(word) && word.parse::<u32>().is_err());
        if let Some(last) = all.last_mut() {
            last.extend(words);
        }
    }
    let sorted = |mut words: Vec<&str>| {
        words.sort_unstable();
        words.join(" ")
    };
    let mut all: Vec<String> = all.into_iter().map(sorted).collect();
    all.sort();
    all
}

/// All messages that facts tell one by one, wherever they lie.
pub fn letters_in(facts: &Facts) -> Vec<&str> {
    let told = facts
        .iter()
        .filter_map(|(_, what)| what.strip_prefix(LETTERS));
    let mut all: Vec<&str> = told.flat_map(|told| told.split(BETWEEN)).collect();
    all.retain(|one| !one.is_empty());
    all.sort_unstable();
    all
}

/// The messages of each place that facts tell one by one, without what they carry: a Message-ID is in all of them.
pub fn texts_by_place(facts: &Facts) -> Vec<Vec<String>> {
    let id = |letter: &str| {
        let mut words = letter.split(' ');
        words
            .find(|word| word.starts_with('<') && word.contains('@'))
            .unwrap_or(letter)
            .to_owned()
    };
    let places = facts
        .iter()
        .filter_map(|(_, what)| what.strip_prefix(LETTERS));
    let letters = places.map(|told| told.split(BETWEEN).filter(|one| !one.is_empty()));
    letters.map(|letters| letters.map(id).collect()).collect()
}

/// All of them, wherever they lie.
pub fn texts_in(facts: &Facts) -> Vec<String> {
    texts_by_place(facts).concat()
}

/// Whether that is what ends the name of the folder that keeps settings.
fn is_settings(end: &str) -> bool {
    end.ends_with("Team/Settings") || end.ends_with("Team.Settings")
}

/// Without the obsolete c and d, in alphabetical order.
fn letters(rights: &str) -> String {
    let mut letters: Vec<char> = rights.chars().filter(|l| !"cd".contains(*l)).collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}
