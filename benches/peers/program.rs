//! What the program takes by itself: its start, and its memory.

use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::provider::Provider;
use super::run::{said, timed};
use super::table::{Samples, Table};

const MAILBOXES: usize = 1000;
/// Ten folders with 100 members each in every mailbox make a million entries.
const FOLDERS: usize = 10;
const MEMBERS: usize = 100;

/// Needs no other mailboxes than these: all lie in the namespace Public/.
pub fn measure(provider: &Provider) -> Table {
    let mut table = Table::new("The program itself, Dovecot, no delay".to_owned());
    table.time(
        "sharemail --version",
        &version(provider),
        Duration::from_millis(10),
    );
    let mut there = 0;
    for mailboxes in [MAILBOXES / 100, MAILBOXES / 10, MAILBOXES] {
        crowd(provider, there + 1..=mailboxes);
        there = mailboxes;
        let entries = mailboxes * FOLDERS * MEMBERS;
        table.each(
            &format!("export, {} entries", grouped(entries)),
            &export(provider),
            entries,
        );
    }
    let memory = |words: &[&str]| peak_memory(provider, words);
    let one = memory(&["show", "Public/Team-0001", "--output", "json"]);
    table.memory("show --output json, 1,000 entries", one, 30 << 10);
    let all = memory(&["export"]);
    table.memory("export, 1,000,000 entries", all, 60 << 10);
    let all = memory(&["access", "member001", "--output", "json"]);
    table.memory("access, 1,000,000 entries", all, 60 << 10);
    table.print();
    table
}

fn version(provider: &Provider) -> Samples {
    let mut samples = Samples::default();
    for _ in 0..30 {
        let mut command = provider.sharemail();
        command.arg("--version");
        samples.push(timed(command));
    }
    samples
}

/// Whether it costs as much for each entry, however many there are.
fn export(provider: &Provider) -> Samples {
    let mut samples = Samples::default();
    for _ in 0..3 {
        let mut command = provider.sharemail();
        command.env("SHAREMAIL_REACH", "namespace").arg("export");
        samples.push(timed(command));
    }
    samples
}

/// Digits in groups of three.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    groups.join(",")
}

/// Entries written where Dovecot keeps them, in the mailboxes with these numbers.
fn crowd(provider: &Provider, numbers: RangeInclusive<usize>) {
    let public = provider.dir().join("server/public");
    let entry = |n| format!("user=member{n:03}@example.test lrwstipekxa\n");
    let acl: String = (1..=MEMBERS).map(entry).collect();
    let acl = format!("user=admin lrwstipekxa\n{acl}");
    for n in numbers {
        for folder in 0..FOLDERS {
            let name = match folder {
                0 => format!(".Team-{n:04}"),
                _ => format!(".Team-{n:04}.Customer-{folder}"),
            };
            let folder = public.join(name);
            for part in ["cur", "new", "tmp"] {
                fs::create_dir_all(folder.join(part)).unwrap();
            }
            fs::write(folder.join("dovecot-acl"), &acl).unwrap();
        }
    }
    let owner = fs::metadata(provider.dir().join("server/mail")).unwrap();
    use std::os::unix::fs::MetadataExt;
    let mut chown = Command::new("chown");
    chown
        .arg("-R")
        .arg(format!("{}:{}", owner.uid(), owner.gid()))
        .arg(public);
    said(chown);
}

/// The most memory that a command takes, in KiB.
fn peak_memory(provider: &Provider, words: &[&str]) -> u64 {
    let sharemail = provider.sharemail();
    let set = sharemail
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)));
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/peak_memory.py");
    let mut script = Command::new("python3");
    script
        .arg(here)
        .envs(set)
        .env("SHAREMAIL_REACH", "namespace")
        .arg(sharemail.get_program())
        .args(words);
    said(script).trim().parse().unwrap()
}
