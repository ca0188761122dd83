//! `sharemail mail archive --to-file`: each message once, in the files as Python reads them or in the mailbox as
//! a client of the tests' own fetches it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::mail_archive::{FOLDERS, all, archive, changes, filled, lying, message};
use crate::mail_export::{Hashes, fetched, judged};
use crate::provider::client::{quoted, utf7};
use crate::provider::{Courier, Mailbox, Ran, Toy};

/// Every message of the mailbox by its hash.
fn hashes(mailbox: &Mailbox) -> Hashes {
    let names = ["INBOX"].into_iter().chain(FOLDERS);
    let pair = |folder: &str| (folder.to_owned(), utf7(folder));
    let folders: Vec<(String, String)> = names.map(pair).collect();
    fetched(&mut mailbox.member(&mailbox.address), &folders)
}

fn values(hashes: &Hashes) -> BTreeSet<&String> {
    hashes.values().collect()
}

fn into(mailbox: &Mailbox, path: &Path, typed: &str) -> Ran {
    archive(mailbox, &format!("{typed} --to-file {}", path.display()))
}

#[test]
fn what_is_in_the_files_is_gone_and_nothing_else() {
    for mailbox in filled() {
        let dir = tempfile::tempdir().unwrap();
        let before = hashes(&mailbox);
        for (form, name, folder) in [("mbox", "a.mbox", "INBOX"), ("eml", "b", "Sent")] {
            let path = dir.path().join(name);
            let untouched = hashes(&mailbox);
            let typed = format!("--folder {folder} --no-recurse --before 2025-01-01");
            let dry = into(&mailbox, &path, &format!("{typed} -n --detailed-exitcode"));
            assert_eq!(changes(&dry), 0);
            dry.exits(2)
                .says("would be written into")
                .says_not("secret");
            // Nobody is there to be asked.
            let unasked = into(&mailbox, &path, &typed);
            assert_eq!((unasked.code, changes(&unasked)), (Some(64), 0));
            into(&mailbox, &path, &format!("{typed} --yes --undo-file x"))
                .exits(64)
                .says("does not come back");
            assert!(!path.exists() && hashes(&mailbox) == untouched);
            let ran = into(&mailbox, &path, &format!("{typed} --yes"));
            assert!(ran.sent().iter().all(|sent| !sent.starts_with("EXPUNGE")));
            ran.exits(0).says("and deleted").says_not("secret");
            let kept = judged(form, &path);
            assert!(kept.iter().all(|(at, hash)| before.get(at) == Some(hash)));
            assert!(kept.keys().all(|(lay, _)| lay == folder));
            let again = into(&mailbox, &path, &format!("{typed} --yes"));
            assert_eq!(changes(&again), 0);
            again.exits(0).says("no message is meant, nothing to do");
            logged(&mailbox, &path);
        }
        let left = hashes(&mailbox);
        let (inbox, sent) = (dir.path().join("a.mbox"), dir.path().join("b"));
        let kept = [judged("mbox", &inbox), judged("eml", &sent)];
        assert_eq!([kept[0].len(), kept[1].len()], [4, 1]);
        let mut whole = left.clone();
        whole.extend(kept.into_iter().flatten());
        assert_eq!(whole, before);
        assert_eq!(left.len(), 2);
        // What is in its place is not added to.
        let mut owner = mailbox.member(&mailbox.address);
        owner.append("INBOX", "Subject: new\n\nworld\n");
        let ran = into(&mailbox, &inbox, "--folder INBOX --no-recurse --yes");
        assert_eq!(changes(&ran), 0);
        ran.exits(3)
            .says("1 message that is meant is not in")
            .says("name another file");
        assert_eq!(hashes(&mailbox).len(), 3);
    }
}

/// The log tells which files, by the hash of their manifest.
fn logged(mailbox: &Mailbox, path: &Path) {
    let manifest = match path.is_dir() {
        true => path.join("manifest.jsonl"),
        false => path.with_extension("mbox.jsonl"),
    };
    let hash = Sha256::digest(fs::read(manifest).unwrap());
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let words = ["audit", "show", "--mailbox", &mailbox.address, "-o", "json"];
    let told = mailbox.provider.run(words).exits(0).stdout;
    for word in ["\"keep\"", "\"expunge\"", &hash] {
        assert!(told.contains(word), "{word} in {told}");
    }
    assert!(!told.contains("secret") && !told.contains("carol"));
    let words = ["audit", "show", "--mailbox", &mailbox.address];
    mailbox
        .provider
        .run(words)
        .says(&format!("in {}", path.display()));
}

#[test]
fn a_run_that_broke_off_is_gone_on_with_and_a_file_that_was_cut_is_refused() {
    for mailbox in filled() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.mbox");
        let before = hashes(&mailbox);
        // As a run leaves it that ended when the file was in its place.
        let words = ["mail", "export", &mailbox.address, "--folder", "INBOX"];
        let words = [
            &words[..],
            &["--no-recurse", "--into", "mbox", path.to_str().unwrap()],
        ];
        mailbox.provider.run(words.concat()).exits(0);
        let whole = fs::read(&path).unwrap();
        let typed = "--folder INBOX --folder Sent --no-recurse --yes";
        for spoil in [
            &whole[..whole.len() - 20],
            &whole.replace_one(b"world", b"World"),
        ] {
            fs::write(&path, spoil).unwrap();
            let ran = into(&mailbox, &path, typed);
            assert!(ran.sent().is_empty());
            ran.exits(1)
                .says("it is not as it was when it was written")
                .says("nothing was deleted");
        }
        fs::remove_file(&path).unwrap();
        into(&mailbox, &path, typed)
            .exits(64)
            .says("its manifest")
            .says("is there, and it is not");
        fs::write(&path, &whole).unwrap();
        // Some are gone already.
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok("SELECT INBOX");
        owner.ok("UID STORE 2 +FLAGS.SILENT (\\Deleted)");
        owner.ok("UID EXPUNGE 2");
        into(&mailbox, &path, &format!("{typed} -n"))
            .exits(3)
            .says("3 of 4 messages would be deleted");
        into(&mailbox, &path, typed)
            .exits(3)
            .says("3 of 4 messages archived")
            .says("1 message that is meant is not in");
        let mut found = hashes(&mailbox);
        assert_eq!(found.len(), 3);
        found.extend(judged("mbox", &path));
        assert_eq!(found, before);
    }
}

trait Replaced {
    fn replace_one(&self, from: &[u8], to: &[u8]) -> Vec<u8>;
}

impl Replaced for Vec<u8> {
    fn replace_one(&self, from: &[u8], to: &[u8]) -> Vec<u8> {
        let at = self.windows(from.len()).position(|part| part == from);
        let at = at.unwrap();
        [&self[..at], to, &self[at + from.len()..]].concat()
    }
}

#[test]
fn the_manifest_of_another_mailbox_deletes_nothing() {
    for mailbox in filled() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.mbox");
        let words = ["mail", "export", &mailbox.address, "--folder", "INBOX"];
        let words = [
            &words[..],
            &["--no-recurse", "--into", "mbox", path.to_str().unwrap()],
        ];
        mailbox.provider.run(words.concat()).exits(0);
        // The same numbers and lengths, and not the same bytes.
        let manifest = dir.path().join("a.mbox.jsonl");
        let mut owner = mailbox.member(&mailbox.address);
        for n in 1..=4 {
            let text = message(n - 1, "").replace("world", "other");
            owner.ok(&format!(
                "APPEND Archive {{{}+}}\r\n{}",
                text.replace('\n', "\r\n").len(),
                text.replace('\n', "\r\n")
            ));
        }
        let status = owner.ok("STATUS Archive (UIDVALIDITY)");
        let validity = status.split("UIDVALIDITY ").nth(1).unwrap();
        let validity = validity.split(')').next().unwrap();
        let told = fs::read_to_string(&manifest).unwrap();
        let was = told.split("\"uid_validity\":").nth(1).unwrap();
        let was = was.split(',').next().unwrap();
        let told = told.replace("\"INBOX\"", "\"Archive\"").replace(
            &format!("\"uid_validity\":{was}"),
            &format!("\"uid_validity\":{validity}"),
        );
        fs::write(&manifest, told).unwrap();
        let ran = into(&mailbox, &path, "--folder Archive --no-recurse --yes");
        assert_eq!(changes(&ran), 0, "{ran:?}");
        assert_eq!(all(&mailbox, ["Archive"])[0].len(), 4);
    }
}

#[test]
fn courier_lets_exactly_those_go() {
    let mailbox = Mailbox::on(Courier::running(), &["Sent"], 1);
    let alice = mailbox.alice();
    mailbox.grant([alice, "--full-access"]).exits(0);
    let mut member = mailbox.member(alice);
    let sent = mailbox.seen("Sent");
    for n in 0..3 {
        member.append_asking(&sent, &message(n, ""));
    }
    member.ok(&format!("SELECT {}", quoted(&sent)));
    // Somebody else has marked it, and it is not meant.
    member.ok("UID STORE 3 +FLAGS (\\Deleted)");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.mbox");
    let before = fetched(&mut member, &[("Sent".to_owned(), sent.clone())]);
    into(&mailbox, &path, "1 2 --folder Sent --yes")
        .exits(0)
        .says("2 of 2 messages archived");
    let mut found = fetched(&mut member, &[("Sent".to_owned(), sent.clone())]);
    assert_eq!(lying(&mut member, &sent).len(), 1);
    found.extend(judged("mbox", &path));
    assert_eq!(values(&found), values(&before));
    assert_eq!(found.len(), 3);
}

/// A server that says that it has one message.
fn toy(capabilities: &'static str) -> Toy {
    Toy::twisted(&["Archive", "Trash"], move |peer, line, _| {
        let command = line.split_once(' ').map_or("", |(_, command)| command);
        if command.starts_with("CAPABILITY") {
            peer.send(format!("* CAPABILITY IMAP4rev1 {capabilities}\r\n"));
            peer.ok("so");
        } else if command.starts_with("SELECT") || command.starts_with("EXAMINE") {
            peer.send("* 1 EXISTS\r\n* OK [UIDVALIDITY 7] so\r\n");
            peer.ok("in");
        } else if command.starts_with("UID SEARCH") {
            peer.send("* SEARCH 1\r\n");
            peer.ok("found");
        } else if command.starts_with("UID FETCH") {
            peer.send("* 1 FETCH (UID 1 RFC822.SIZE 9 FLAGS ())\r\n");
            peer.ok("told");
        } else {
            return false;
        }
        true
    })
}

#[test]
fn where_exactly_those_cannot_be_removed_nothing_is_written() {
    let toy = toy("MOVE");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.mbox");
    let words = "mail archive support@example.test --folder INBOX --no-recurse --yes --to-file";
    let words = words.split(' ').chain([path.to_str().unwrap()]);
    toy.run(words)
        .exits(77)
        .says("cannot remove exactly the messages that are meant");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    toy.finish();
}
