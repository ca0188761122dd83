//! `sharemail plan` and `sharemail check -f`: the difference between a file and the provider.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::provider::{Cyrus, Dovecot, Mailbox, Ran, on_both, run};

pub const FOLDERS: [&str; 3] = ["Sent", "Archive", "Archive/2025"];

/// A file that says what mailboxes shall be like, in a folder of its own.
pub struct Wishes {
    dir: TempDir,
}

impl Wishes {
    /// A file `access.toml` with this text.
    pub fn new(text: &str) -> Wishes {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("access.toml"), text).unwrap();
        Wishes { dir }
    }

    /// What it says of one mailbox: the table's name stands already.
    pub fn of(mailbox: &Mailbox, text: &str) -> Wishes {
        let table = format!("[mailbox.\"{}\"]", mailbox.address);
        let here = format!("[mailbox.\"{}\".folder.", mailbox.address);
        Wishes::new(&format!("{table}\n{}", text.replace("[folder.", &here)))
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.dir.path().join("access.toml")
    }

    /// Another file beside it.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// `sharemail VERB -f FILE` with these words more.
    pub fn run(&self, mailbox: &Mailbox, verb: &str, words: &[&str]) -> Ran {
        with_file(mailbox, verb, &self.path(), words)
    }
}

pub fn with_file(mailbox: &Mailbox, verb: &str, path: &Path, words: &[&str]) -> Ran {
    let path = path.to_str().unwrap();
    let words = [&[verb, "-f", path], words].concat();
    mailbox.provider.run(words)
}

#[test]
fn the_difference_is_told_in_words_and_nothing_is_changed() {
    for mailbox in on_both(&FOLDERS, 3) {
        let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
        mailbox.grant([alice, "--read-only"]).exits(0);
        mailbox.set("Archive", bob, "lrs");
        let text = format!(
            "folders = [\"Plans/Entwürfe\"]\nwrite = [\"{alice}\"]\nread-only = [\"{carol}\"]\n\
             send-as = [\"{carol}\"]\n[folder.Archive]\nnone = [\"{alice}\"]\nwrite = [\"{bob}\"]\n"
        );
        let wishes = Wishes::of(&mailbox, &text);
        let ran = wishes.run(&mailbox, "plan", &["-vv"]).exits(0);
        assert_eq!(ran.changes(), [""; 0]);
        let ran = ran
            .says("+ folders Plans, Plans/Entwürfe")
            .says(&format!(
                "~ {alice}: read-only → write on INBOX, Archive/2025, Sent"
            ))
            .says(&format!("- {alice}: read-only → none on Archive"))
            .says(&format!("~ {bob}: read-only → write on Archive"))
            .says(&format!("+ {carol}: read-only on every folder"))
            .says(&format!("+ {carol}: may send as the mailbox"))
            .says("1 mailbox differs in");
        let sum = ran
            .stdout
            .lines()
            .find_map(|line| line.strip_prefix("checksum "));
        assert_eq!(sum.map(str::len), Some(64), "{}", ran.stdout);
        wishes
            .run(&mailbox, "plan", &["--detailed-exitcode"])
            .exits(2);
        let json = wishes
            .run(&mailbox, "plan", &["-o", "json"])
            .exits(0)
            .json();
        assert_eq!(json["checksum"].as_str(), sum);
        assert_eq!(json["mailboxes"][0]["mailbox"], mailbox.address);
        assert_eq!(json["mailboxes"][0]["changes"][0]["change"], "create");
        wishes
            .run(&mailbox, "plan", &["-o", "csv"])
            .exits(0)
            .says("grant,Sent,");
    }
}

#[test]
fn nothing_to_do_is_nothing_to_do() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox
            .grant([mailbox.alice(), "--write", "--no-send"])
            .exits(0);
        let wishes = Wishes::of(
            &mailbox,
            &format!("folders = [\"Sent\"]\nwrite = [\"{}\"]\n", mailbox.alice()),
        );
        let ran = wishes
            .run(&mailbox, "plan", &["--detailed-exitcode"])
            .exits(0);
        ran.says("nothing to do: 1 mailbox is as the files say");
        let quiet = wishes.run(&mailbox, "check", &[]).exits(0);
        assert_eq!(quiet.stdout + &quiet.stderr, "");
    }
}

#[test]
fn drift_is_told_and_ends_with_2() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, "--read-only"]).exits(0);
        let wishes = Wishes::of(&mailbox, &format!("read-only = [\"{alice}\"]\n"));
        wishes.run(&mailbox, "check", &[]).exits(0);
        mailbox.set("Sent", alice, "lrsw");
        let ran = wishes.run(&mailbox, "check", &[]).exits(2);
        ran.says(&format!("~ {alice}: custom (lrsw) → read-only on Sent"));
        mailbox.set("Sent", alice, "lrs");
        mailbox.set("Sent", bob, "lrs");
        wishes.run(&mailbox, "check", &[]).exits(0);
        let ran = wishes.run(&mailbox, "check", &["--prune"]).exits(2);
        ran.says(&format!("- {bob}: read-only → none on Sent"));
    }
}

#[test]
fn what_a_file_leaves_out_is_no_drift() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        // What Cyrus gives to everybody by itself.
        for folder in ["INBOX", "Sent", "Archive", "Archive/2025"] {
            let owned = mailbox.owned(folder);
            mailbox.owner().ok(&format!("DELETEACL {owned} anyone"));
        }
        let text = format!(
            "write = [\"{alice}\", \"{bob}\"]\n[folder.\"Archive\"]\nnone = [\"{bob}\"]\n\
             [folder.\"Archive/2025\"]\nnone = [\"{alice}\", \"{bob}\"]\n"
        );
        let wishes = Wishes::of(&mailbox, &text);
        wishes.run(&mailbox, "apply", &["--yes"]).exits(0);
        let plain = mailbox.run(["check", &mailbox.address]).exits(2);
        plain
            .says("nothing on 1 folder: Archive")
            .says("check -f FILE");
        let quiet = wishes.run(&mailbox, "check", &[]).exits(0);
        assert_eq!(quiet.stdout + &quiet.stderr, "");
        let json = wishes
            .run(&mailbox, "check", &["-o", "json"])
            .exits(0)
            .json();
        assert_eq!(json["findings"], serde_json::json!([]));
    }
}

#[test]
fn a_plan_is_not_saved_over_anything_else() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 1);
    let wishes = Wishes::of(
        &mailbox,
        &format!("read-only = [\"{}\"]\n", mailbox.alice()),
    );
    let text = std::fs::read_to_string(wishes.path()).unwrap();
    let out = |path: &Path| {
        let path = path.to_str().unwrap();
        wishes.run(&mailbox, "plan", &["--out", path])
    };
    let ran = out(&wishes.path()).exits(64);
    ran.says("access.toml: is there already, and is no saved plan");
    assert_eq!(std::fs::read_to_string(wishes.path()).unwrap(), text);
    let ran = out(&wishes.beside("none/plan.json")).exits(64);
    // Before any mailbox is read.
    assert_eq!(ran.stdout, "");
    let plan = wishes.beside("plan.json");
    out(&plan).exits(0);
    out(&plan).exits(0);
    let ran = with_file(&mailbox, "plan", &plan, &[]).exits(65);
    ran.says("this is a saved plan").says("sharemail apply ");
}

#[test]
fn what_was_meant_is_told() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 1);
    let wishes = Wishes::of(&mailbox, &format!("rights = {{ {} = \"all\" }}\n", "bob"));
    let path = wishes.path();
    let path = path.to_str().unwrap();
    wishes.run(&mailbox, "plan", &[]).exits(65).says(
        "access.toml:2:18: rights.bob: all is a word, and rights are letters: is the key full-access meant?",
    );
    let ran = mailbox.run(["plan", path]).exits(64);
    ran.says(&format!(
        "what a file says is planned by: sharemail plan -f {path}"
    ));
    let ran = mailbox.run(["check", path]).exits(64);
    ran.says(&format!(
        "to compare with what the file says: sharemail check -f {path}"
    ));
    std::fs::write(path, "[mailbox.\"support@\"]\n").unwrap();
    let ran = mailbox.run(["check", "-f", path, "support@"]).exits(65);
    ran.says("support@: cannot be read")
        .says("a mailbox is not named beside -f");
    mailbox.run(["check", "support@", "-f", path]).exits(64);
}

#[test]
fn everything_that_is_wrong_with_the_files_is_told_at_once() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let text = "[mailbox.\"a@example.test\"]\nfull-acces = [\"alice\"]\nquota = \"5\"\nwrite = [\"-bob\"]\n";
    let wishes = Wishes::new(text);
    let ran = wishes.run(&mailbox, "plan", &[]).exits(65);
    let ran = ran
        .says("access.toml:2:1: unknown key \"full-acces\"")
        .says("did you mean \"full-access\"?")
        .says("access.toml:3:9: ")
        .says("access.toml:4:10: \"-bob\" names nobody");
    assert_eq!(ran.stdout, "");
    std::fs::write(
        wishes.beside("b.json"),
        "{\"mailbox\": {\"a@example.test\": {}}}",
    )
    .unwrap();
    std::fs::write(wishes.path(), "[mailbox.\"a@\"]\n").unwrap();
    let ran = with_file(&mailbox, "plan", wishes.path().parent().unwrap(), &[]).exits(65);
    ran.says("b.json:1:14: the mailbox \"a@example.test\" stands in two places")
        .says("access.toml:1:10");
    with_file(&mailbox, "plan", &wishes.beside("none.toml"), &[]).exits(65);
    mailbox.run(["plan"]).exits(64).says("--file");
    std::fs::write(wishes.path(), "").unwrap();
    wishes
        .run(&mailbox, "plan", &[])
        .exits(65)
        .says("name no mailbox");
}

#[test]
fn a_mailbox_that_cannot_be_is_named_and_the_rest_is_planned() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 1);
    let alice = mailbox.alice();
    let text = format!(
        "[mailbox.\"{}\"]\nread-only = [\"{alice}\"]\n[mailbox.\"nobody-here@\"]\nwrite = [\"{alice}\"]\n",
        mailbox.address
    );
    let ran = Wishes::new(&text).run(&mailbox, "plan", &[]).exits(3);
    ran.says("nobody-here@example.test: ")
        .says(&format!("+ {alice}: read-only on INBOX"));
}

#[test]
fn mass_changes_are_refused_unless_they_are_meant() {
    for mailbox in on_both(&FOLDERS, 0) {
        let people = mailbox.provider.fresh_all(&[
            "ada", "ben", "cleo", "dan", "eve", "fay", "gus", "hal", "ida", "jon", "kay", "lea",
        ]);
        let everybody = people.iter().map(String::as_str);
        let words = ["grant", &mailbox.address, "--read-only"];
        let words = words.into_iter().chain(everybody);
        mailbox.provider.run(words).exits(0);
        let writing = |n: usize| Wishes::of(&mailbox, &format!("write = {:?}\n", &people[..n]));
        writing(3).run(&mailbox, "plan", &[]).exits(0);
        let wishes = writing(4);
        let ran = wishes.run(&mailbox, "plan", &[]).exits(77);
        ran.says("4 of 12 members would lose or change entries, more than 30 %")
            .says("--force");
        wishes.run(&mailbox, "plan", &["--force"]).exits(0);
        let none = Wishes::of(&mailbox, "");
        let ran = none.run(&mailbox, "plan", &["--prune"]).exits(77);
        ran.says("nobody would be left");
        let out = none.beside("plan.json");
        none.run(
            &mailbox,
            "plan",
            &["--prune", "--out", out.to_str().unwrap()],
        )
        .exits(77);
        assert!(!out.exists());
    }
}

#[test]
fn the_last_who_may_grant_stays() {
    let provider = Dovecot::running();
    let mailbox = Mailbox::on(provider, &[], 1);
    let alice = mailbox.alice();
    let name = format!("Public/Last of {}", crate::provider::mailbox::local(alice));
    let run = |words: &[&str]| {
        let mut command = provider.sharemail();
        run::run(command.env("SHAREMAIL_REACH", "namespace"), words)
    };
    run(&["create", &name]).exits(0);
    run(&["grant", &name, alice, "--full-access"]).exits(0);
    let text = format!(
        "[mailbox.\"{name}\"]\nread-only = [\"{alice}\", \"id:{}\"]\n",
        provider.admin()
    );
    let wishes = Wishes::new(&text);
    let path = wishes.path();
    let plan = ["plan", "-f", path.to_str().unwrap(), "--force"];
    run(&plan)
        .exits(77)
        .says("would lose the right to give rights (a)");
    let text = text
        .replace("[\"", "[\"id:nobody\", \"")
        .replace("id:admin", "id:other");
    std::fs::write(&path, text).unwrap();
    run(&plan).exits(0);
    run(&["delete", &name, "--yes"]).exits(0);
}

#[test]
fn the_parts_of_a_partition_are_the_whole() {
    let mailbox = Mailbox::on(Cyrus::running(), &[], 1);
    let alice = mailbox.alice();
    let others = mailbox.provider.fresh_all(&["one", "two", "three", "four"]);
    let all: Vec<&String> = others.iter().chain([&mailbox.address]).collect();
    let table = |name: &&String| format!("[mailbox.\"{name}\"]\nread-only = [\"{alice}\"]\n");
    let wishes = Wishes::new(&all.iter().map(table).collect::<String>());
    let mut seen = Vec::new();
    for part in 1..=3 {
        // As a matrix of jobs may number them.
        let part = format!("{part:02}/03");
        let ran = wishes
            .run(&mailbox, "plan", &["--partition", &part, "-o", "json"])
            .exits(0);
        let json = ran.json();
        assert_eq!(json["partition"], part.replace('0', ""));
        let names = json["mailboxes"].as_array().unwrap().iter();
        seen.extend(names.map(|changed| changed["mailbox"].as_str().unwrap().to_owned()));
    }
    seen.sort_unstable();
    let mut all: Vec<String> = all.into_iter().cloned().collect();
    all.sort_unstable();
    assert_eq!(seen, all);
    wishes
        .run(&mailbox, "plan", &["--partition", "4/3"])
        .exits(64);
}
