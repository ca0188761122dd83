//! A mailbox of 100,000 messages in 20 folders, of which 10,000 are listed, labelled, moved into an archive, and go into
//! another mailbox; and what a policy for each of the folders would do.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use super::floor;
use super::others::{cache, here};
use super::provider::proxy::Proxy;
use super::provider::{Kind, PASSWORD, Provider, address};
use super::run::timed;
use super::table::{Samples, Table};

/// How often each is measured.
const ROUNDS: usize = 3;
/// Whoever takes longer than this is measured once.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many times the floor anything may take.
const FLOOR: f64 = 1.2;

const MAILBOX: &str = "post";
/// Another one, into which messages go.
const OTHER: &str = "archive";
const FOLDERS: usize = 20;
/// In each of the folders.
const MESSAGES: usize = 5_000;
/// In each of the folders, and from before [`BEFORE`].
const OLD: usize = 500;
/// In a folder that is moved.
const BATCH: usize = 10_000;
const BEFORE: &str = "2020-01-01";
const BEFORE_ON_THE_WIRE: &str = "1-Jan-2020";
/// The first second of 2019 and of 2026, in UTC.
const THEN: u64 = 1_546_300_800;
const NOW: u64 = 1_767_225_600;
const SUMMARY: &str = "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM TO CC SUBJECT MESSAGE-ID)])";

/// What is done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    List,
    Label,
    Plan,
    Move,
    Append,
}

/// Who takes a turn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Ours,
    Floor,
    ImapClient,
    ImapFilter,
    Doveadm,
}

/// The mailbox, and the way to it.
pub struct Letters<'p> {
    provider: &'p Provider,
    delay: Duration,
    proxy: Proxy,
    alone: bool,
    /// So many folders were made for messages to be moved.
    batches: usize,
}

impl<'p> Letters<'p> {
    /// Makes the mailbox and its messages.
    pub fn new(provider: &'p Provider, alone: bool) -> Letters<'p> {
        let begin = Instant::now();
        provider.add_users(&[MAILBOX, OTHER], &[]);
        let letters = Letters {
            provider,
            delay: Duration::ZERO,
            proxy: Proxy::tls(provider, Duration::ZERO, None),
            alone,
            batches: 0,
        };
        for folder in folders() {
            letters.fill(&folder, MESSAGES, OLD);
        }
        for folder in folders() {
            timed(letters.policy(&folder));
        }
        // The server's own index is made by whoever comes first.
        timed(letters.ours(Deed::List));
        eprintln!("{}: made in {:.1?}", letters.title(), begin.elapsed());
        letters
    }

    /// From now on everybody comes this way.
    pub fn moves_away(&mut self, round_trip: Duration) {
        self.delay = round_trip;
        self.proxy = Proxy::tls(self.provider, round_trip / 2, None);
    }

    /// All take turns at all of it.
    pub fn measure(&mut self) -> Table {
        let mut table = Table::new(self.title());
        for (deed, what) in [
            (Deed::List, "listing 10,000 of 100,000 messages"),
            (Deed::Label, "a label on 10,000 messages"),
            (Deed::Plan, "what policies for 100,000 messages would do"),
            (Deed::Move, "10,000 messages into the archive"),
            (Deed::Append, "10,000 messages into another mailbox"),
        ] {
            self.work(deed, what, &mut table);
        }
        table.print();
        table
    }

    fn work(&mut self, deed: Deed, what: &str, table: &mut Table) {
        let turns = self.turns(deed);
        let mut times = vec![Samples::default(); turns.len()];
        for round in 0..ROUNDS {
            for turn in 0..turns.len() {
                let n = (turn + round) % turns.len();
                if !times[n].is_longer_than(PATIENCE) {
                    self.prepare(deed);
                    let time = self.turn(turns[n], deed);
                    eprintln!("{}: {what}: {}: {time:.2?}", self.title(), name(turns[n]));
                    times[n].push(time);
                }
            }
        }
        if matches!(deed, Deed::Move | Deed::Append) {
            // They would be looked into by the next work.
            let both = |n: usize| {
                [
                    format!("DELETE Batch-{n:03}"),
                    format!("DELETE Archive-{n:03}"),
                ]
            };
            self.stream((1..=self.batches).flat_map(both).collect());
            if deed == Deed::Append {
                let made = (1..=self.batches).map(|n| format!("DELETE Archive-{n:03}"));
                self.stream_as(OTHER, &made.collect::<Vec<_>>());
            }
            self.batches = 0;
        }
        table.work(what);
        let mut others = Vec::new();
        for (turn, samples) in turns.iter().zip(&times).skip(2) {
            table.other(name(*turn), samples, false);
            // On the server itself nothing goes over a wire.
            if *turn != Turn::Doveadm {
                others.push(samples.clone());
            }
        }
        table.ours(&times[0], &others, 1.0);
        table.floor(&times[1], &times[0], Some(FLOOR));
    }

    fn turns(&self, deed: Deed) -> Vec<Turn> {
        let own = [Turn::Ours, Turn::Floor];
        // What the others could do there is no more than the floor does, one after the other.
        if matches!(deed, Deed::Plan | Deed::Append) {
            return own.to_vec();
        }
        let others = [Turn::ImapClient, Turn::ImapFilter];
        let others = others.into_iter().filter(|_| !self.alone);
        let is_near = self.provider.kind() == Kind::Dovecot && self.delay.is_zero();
        let doveadm = (is_near && !self.alone).then_some(Turn::Doveadm);
        own.into_iter().chain(others).chain(doveadm).collect()
    }

    /// Makes it so that there is something to be done.
    fn prepare(&mut self, deed: Deed) {
        match deed {
            Deed::List | Deed::Plan => {}
            Deed::Label => {
                let take = |folder: String| {
                    [
                        format!("SELECT {folder}"),
                        "UID STORE 1:* -FLAGS.SILENT (project)".to_owned(),
                    ]
                };
                self.stream(folders().flat_map(take).collect());
            }
            Deed::Move | Deed::Append => {
                self.batches += 1;
                let (from, to) = self.batch();
                self.fill(&to, 0, 0);
                if deed == Deed::Append {
                    self.stream_as(OTHER, &[format!("CREATE {to}")]);
                }
                self.fill(&from, BATCH, 0);
                // Its index too is there before.
                self.stream(vec![
                    format!("SELECT {from}"),
                    format!("UID FETCH 1:* {SUMMARY}"),
                ]);
            }
        }
    }

    /// The folder whose messages are moved now, and where to.
    fn batch(&self) -> (String, String) {
        (
            format!("Batch-{:03}", self.batches),
            format!("Archive-{:03}", self.batches),
        )
    }

    fn turn(&self, turn: Turn, deed: Deed) -> Duration {
        match turn {
            Turn::Ours => timed(self.ours(deed)),
            Turn::Floor => {
                let letters = match deed {
                    Deed::Append => self.appends(),
                    _ => Vec::new(),
                };
                let begin = Instant::now();
                if deed == Deed::Append {
                    self.stream(vec![
                        format!("SELECT {}", self.batch().0),
                        format!("UID FETCH 1:{BATCH} (UID FLAGS INTERNALDATE BODY.PEEK[])"),
                    ]);
                    self.stream_as(OTHER, &letters);
                }
                self.stream(self.floor(deed));
                begin.elapsed()
            }
            Turn::ImapClient => timed(self.imapclient(deed)),
            Turn::ImapFilter => timed(self.imapfilter(deed)),
            Turn::Doveadm => timed(self.doveadm(deed)),
        }
    }

    fn ours(&self, deed: Deed) -> Command {
        let mut command = self.proxy.sharemail(self.provider);
        let mailbox = format!("{MAILBOX}@");
        let (from, to) = self.batch();
        match deed {
            Deed::List => command.args(["mail", "list", &mailbox, "--before", BEFORE, "-o", "csv"]),
            Deed::Label => command.args(["label", "add", &mailbox, "project", "--before", BEFORE]),
            Deed::Plan => command.args(["retention", "plan", &mailbox]),
            Deed::Append => command.args([
                "mail",
                "archive",
                &mailbox,
                "--folder",
                &from,
                "--to-mailbox",
                &format!("{OTHER}@"),
                "--to-folder",
                &to,
                "--yes",
            ]),
            Deed::Move => command.args([
                "mail",
                "archive",
                &mailbox,
                "--folder",
                &from,
                "--to-folder",
                &to,
                "--yes",
            ]),
        };
        command
    }

    /// The bare stream; what is changed is read before and after.
    fn floor(&self, deed: Deed) -> Vec<String> {
        let search = format!("UID SEARCH BEFORE {BEFORE_ON_THE_WIRE}");
        let (from, to) = self.batch();
        match deed {
            Deed::List => folders()
                .flat_map(|folder| {
                    [
                        format!("EXAMINE {folder}"),
                        search.clone(),
                        format!("UID FETCH 1:{OLD} {SUMMARY}"),
                    ]
                })
                .collect(),
            Deed::Label => folders()
                .flat_map(|folder| {
                    [
                        format!("SELECT {folder}"),
                        search.clone(),
                        format!("UID FETCH 1:{OLD} (UID FLAGS)"),
                        format!("UID STORE 1:{OLD} +FLAGS.SILENT (project)"),
                        format!("UID FETCH 1:{OLD} (UID FLAGS)"),
                    ]
                })
                .collect(),
            Deed::Plan => folders()
                .flat_map(|folder| {
                    [
                        format!("EXAMINE {folder}"),
                        format!(
                            "UID FETCH 1:{MESSAGES} (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE)])"
                        ),
                    ]
                })
                .collect(),
            // They are in the other mailbox by then.
            Deed::Append => vec![
                format!("SELECT {from}"),
                format!("UID STORE 1:{BATCH} +FLAGS.SILENT (\\Deleted)"),
                format!("UID EXPUNGE 1:{BATCH}"),
            ],
            Deed::Move => vec![
                format!("SELECT {from}"),
                format!("UID FETCH 1:{BATCH} {SUMMARY}"),
                format!("UID MOVE 1:{BATCH} {to}"),
                format!("EXAMINE {to}"),
                format!("UID FETCH 1:{BATCH} (UID FLAGS INTERNALDATE RFC822.SIZE)"),
            ],
        }
    }

    fn stream(&self, commands: Vec<String>) {
        self.stream_as(MAILBOX, &commands);
    }

    fn stream_as(&self, user: &str, commands: &[String]) {
        let way = (self.provider.host(), self.proxy.port());
        let connector = floor::trusting(self.provider);
        floor::session_at(way, &connector, &address(user), commands);
    }

    /// What puts the messages of a batch into the other mailbox, and reads what came there.
    fn appends(&self) -> Vec<String> {
        let (from, to) = self.batch();
        let put = |n| {
            let text = letter(&from, n);
            let len = text.len();
            format!("APPEND {to} (\\Seen) \" 1-Jan-2026 00:00:00 +0000\" {{{len}+}}\r\n{text}")
        };
        let look = [
            format!("EXAMINE {to}"),
            format!("UID FETCH 1:{BATCH} (UID FLAGS INTERNALDATE BODY.PEEK[])"),
        ];
        (0..BATCH).map(put).chain(look).collect()
    }

    /// Has old mail of `folder` go into an archive.
    fn policy(&self, folder: &str) -> Command {
        let mut command = self.proxy.sharemail(self.provider);
        let mailbox = format!("{MAILBOX}@");
        command.args(["retention", "set", &mailbox, folder, "--after", "5y"]);
        command.args(["--then", "archive", "--to", "Old/{year}", "--yes"]);
        command
    }

    /// What a script is told: what to do, where, and of which folders.
    fn told(&self, deed: Deed) -> Vec<String> {
        let (from, to) = self.batch();
        let port = self.proxy.port().to_string();
        let word = match deed {
            Deed::List => "list",
            Deed::Label => "label",
            Deed::Plan | Deed::Append => "",
            Deed::Move => "move",
        };
        let ca = self.provider.ca_path().to_str().unwrap().to_owned();
        let host = self.provider.host().to_owned();
        let first = [word.to_owned(), host, port, ca, address(MAILBOX)];
        let folders: Vec<String> = match deed {
            Deed::Move => vec![from, to],
            _ => folders().collect(),
        };
        first.into_iter().chain(folders).collect()
    }

    fn imapclient(&self, deed: Deed) -> Command {
        let mut command = Command::new("python3");
        command
            .env("PYTHONPATH", cache().join("imapclient"))
            .env("PASSWORD", PASSWORD)
            .arg(here("imapclient_mail.py"))
            .args(self.told(deed));
        command
    }

    fn imapfilter(&self, deed: Deed) -> Command {
        let mut command = Command::new("imapfilter");
        command
            .env("HOME", self.provider.dir())
            .env("PASSWORD", PASSWORD)
            .env("WORDS", self.told(deed).join(" "))
            .arg("-t")
            .arg(self.provider.ca_path())
            .arg("-c")
            .arg(here("imapfilter_mail.lua"));
        command
    }

    fn doveadm(&self, deed: Deed) -> Command {
        let mut command = Command::new("sh");
        command
            .arg(here("doveadm_mail.sh"))
            .arg(self.provider.dir().join("server/dovecot.conf"))
            .args(self.told(deed));
        command
    }

    fn title(&self) -> String {
        let server = match self.provider.kind() {
            Kind::Dovecot => "Dovecot",
            _ => "Cyrus",
        };
        let way = match self.delay.as_millis() {
            0 => "no delay".to_owned(),
            ms => format!("{ms} ms round trip"),
        };
        format!("{server}, one mailbox of 100,000 messages, {way}")
    }

    /// Makes the folder `name` with so many messages, the first of them old.
    fn fill(&self, name: &str, messages: usize, old: usize) {
        let arrived = |n| match n < old {
            true => THEN + n as u64,
            false => NOW + n as u64,
        };
        match self.provider.kind() {
            Kind::Dovecot => self.as_maildir(name, (0..messages).map(arrived)),
            _ => self.by_imap(name, (0..messages).map(arrived)),
        }
    }

    fn as_maildir(&self, name: &str, arrived: impl Iterator<Item = u64>) {
        let above = self.provider.dir().join("server/mail");
        let owner = fs::metadata(&above).unwrap();
        let own = |path: &Path| chown(path, Some(owner.uid()), Some(owner.gid())).unwrap();
        let home = above.join(address(MAILBOX));
        let folder = home.join("Maildir").join(format!(".{name}"));
        let parts = ["cur", "new", "tmp"].map(|part| folder.join(part));
        for dir in [&home, &home.join("Maildir"), &folder]
            .into_iter()
            .chain(&parts)
        {
            fs::create_dir_all(dir).unwrap();
            own(dir);
        }
        fs::write(folder.join("maildirfolder"), "").unwrap();
        for (n, time) in arrived.enumerate() {
            let text = letter(name, n);
            let path: PathBuf = parts[0].join(format!("{time}.M{n}P1.host,S={}:2,S", text.len()));
            fs::write(&path, text).unwrap();
            // That is what Dovecot says of when it arrived.
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(time);
            File::options()
                .append(true)
                .open(&path)
                .unwrap()
                .set_modified(time)
                .unwrap();
            own(&path);
        }
    }

    fn by_imap(&self, name: &str, arrived: impl Iterator<Item = u64>) {
        let mut commands = vec![format!("CREATE {name}")];
        commands.extend(arrived.enumerate().map(|(n, time)| {
            let (text, year) = (letter(name, n), if time < NOW { 2019 } else { 2026 });
            format!(
                "APPEND {name} (\\Seen) \" 1-Jan-{year} 00:00:00 +0000\" {{{}+}}\r\n{text}",
                text.len()
            )
        }));
        let way = (
            self.provider.host(),
            Proxy::tls(self.provider, Duration::ZERO, None),
        );
        let connector = floor::trusting(self.provider);
        floor::session_at(
            (way.0, way.1.port()),
            &connector,
            &address(MAILBOX),
            &commands,
        );
    }
}

fn folders() -> impl Iterator<Item = String> {
    (1..=FOLDERS).map(|n| format!("Customer-{n:02}"))
}

fn name(turn: Turn) -> &'static str {
    match turn {
        Turn::Ours => "sharemail",
        Turn::Floor => "the floor",
        Turn::ImapClient => "IMAPClient",
        Turn::ImapFilter => "imapfilter",
        Turn::Doveadm => "doveadm, on the server itself",
    }
}

/// A message of some two kilobytes.
fn letter(folder: &str, n: usize) -> String {
    let line = "Dear Sir or Madam, the order has not arrived yet, and we are waiting for it.\r\n";
    format!(
        "From: Customer {n} <customer{n}@customers.example>\r\nTo: {}\r\nSubject: Order {n} of {folder}\r\n\
         Date: Tue, 01 Jan 2019 00:00:00 +0000\r\nMessage-ID: <{n}.{folder}@customers.example>\r\n\r\n{}",
        address(MAILBOX),
        line.repeat(25)
    )
}
