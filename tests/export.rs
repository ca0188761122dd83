//! `sharemail export`: what mailboxes are like, as the file that makes them so.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::str::FromStr;

use crate::provider::client::quoted;
use crate::provider::{Cyrus, Dovecot, Kind, Mailbox, Provider, Ran, Toy};

const FOLDERS: [&str; 4] = [
    "Archive",
    "Archive/2025",
    "Entwürfe 'alt', [x] = \"#1\"",
    "Sent",
];

fn export(mailbox: &Mailbox, words: &[&str]) -> Ran {
    let first = ["export", mailbox.address.as_str()];
    mailbox.provider.run(first.iter().chain(words))
}

/// Gives this rights, as the server itself spells it, behind sharemail's back.
fn set(mailbox: &Mailbox, folder: &str, identifier: &str, rights: &str) {
    mailbox
        .owner()
        .setacl(&mailbox.owned(folder), identifier, rights);
}

fn group(provider: &Provider) -> &'static str {
    match provider.kind() {
        Kind::Dovecot => "$helpdesk",
        _ => "group:staff",
    }
}

/// A mailbox with everything that a file can say.
fn rich(provider: &Provider) -> Mailbox<'_> {
    let folders: Vec<&str> = match provider.kind() {
        // It stores them damaged, or takes them for something else.
        Kind::Cyrus => vec![
            "Archive",
            "Archive/2025",
            "Entwürfe 'alt', [x] = #1",
            "Sent",
        ],
        _ => FOLDERS.to_vec(),
    };
    let mailbox = Mailbox::on(provider, &folders, 3);
    let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].clone());
    mailbox
        .grant([&alice, "--full-access", "--send-as"])
        .exits(0);
    mailbox.grant([&bob, "--write"]).exits(0);
    mailbox
        .grant([&bob, "--read-only", "--folder", "Archive"])
        .exits(0);
    mailbox.revoke([&alice, "--folder", "Sent"]).exits(0);
    mailbox.set("Sent", &carol, "lrswt");
    if provider.kind() == Kind::Cyrus {
        let root = quoted(&mailbox.owned("INBOX"));
        mailbox
            .owner()
            .ok(&format!("SETQUOTA {root} (STORAGE 5242880)"));
    }
    set(&mailbox, "INBOX", group(provider), "lrs");
    set(
        &mailbox,
        "INBOX",
        &format!("-{}", mailbox.spelled(&bob)),
        "w",
    );
    set(&mailbox, folders[2], "odd name's", "lr");
    mailbox
}

#[test]
fn everything_that_a_file_can_say_is_written() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let mailbox = rich(provider);
        let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
        let ran = export(&mailbox, &[]).exits(0);
        assert!(ran.stderr.is_empty(), "{ran:?}");
        let odd = match provider.kind() {
            Kind::Cyrus => "Entwürfe 'alt', [x] = #1",
            _ => "Entwürfe 'alt', [x] = \\\"#1\\\"",
        };
        let group = if provider.kind() == Kind::Dovecot {
            "helpdesk"
        } else {
            "staff"
        };
        let support = &mailbox.address;
        let expected = format!(
            "# What shared mailboxes are like, as sharemail export found them.\n\
             \n\
             [mailbox.\"{support}\"]\n\
             folders = [\"Archive\", \"{odd}\", \"Sent\", \"Archive/2025\"]\n\
             full-access = [\"{alice}\"]\n\
             write = [\"{bob}\"]\n\
             send-as = [\"{alice}\"]\n\
             send-on-behalf = [\"{bob}\"]\n\
             \n\
             [mailbox.\"{support}\".folder.\"Archive\"]\n\
             read-only = [\"{bob}\"]\n\
             \n\
             [mailbox.\"{support}\".folder.\"Archive/2025\"]\n\
             read-only = [\"{bob}\"]\n\
             \n\
             [mailbox.\"{support}\".folder.\"{odd}\"]\n\
             rights = {{ \"id:odd name's\" = \"lr\" }}\n\
             \n\
             [mailbox.\"{support}\".folder.\"INBOX\"]\n\
             read-only = [\"group:{group}\"]\n\
             rights = {{ \"id:-{}\" = \"w\" }}\n\
             \n\
             [mailbox.\"{support}\".folder.\"Sent\"]\n\
             none = [\"{alice}\"]\n\
             rights = {{ \"{carol}\" = \"lrswt\" }}\n",
            mailbox.spelled(bob)
        );
        assert_eq!(without_quota(&ran.stdout), expected);
        // The same state gives the same bytes, however it is read.
        assert_eq!(export(&mailbox, &["--connections", "1"]).stdout, ran.stdout);
    }
}

/// Without the limit of storage, which is the server's.
fn without_quota(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("quota = "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_file_is_private_whole_and_in_the_form_of_its_name() {
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent"], 1);
    mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let ran = export(&mailbox, &["--out", &path("a.toml")]).exits(0);
    assert!(
        ran.stdout.is_empty() && ran.stderr.contains("1 mailbox written to"),
        "{ran:?}"
    );
    let mode = fs::metadata(path("a.toml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = fs::read_to_string(path("a.toml")).unwrap();
    assert_eq!(text, export(&mailbox, &[]).stdout);
    export(&mailbox, &["--out", &path("a.json"), "--quiet"]).exits(0);
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(path("a.json")).unwrap()).unwrap();
    assert_eq!(
        json["mailbox"][&mailbox.address]["read-only"][0],
        mailbox.alice()
    );
    assert_eq!(export(&mailbox, &["--format", "json"]).json(), json);
    // What cannot be written is told before anything is read.
    let ran = export(&mailbox, &["--out", &path("none/a.toml"), "-vv"]).exits(64);
    assert!(ran.sent().is_empty(), "{ran:?}");
}

#[test]
fn what_cannot_be_told_is_named_and_the_rest_is_written() {
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent"], 2);
    let (alice, mallory) = (mailbox.alice(), mailbox.bob());
    mailbox.grant([alice, "--read-only", "--send-as"]).exits(0);
    mailbox.grant([mallory, "--full-access"]).exits(0);
    mailbox.set("Identities/Send As", mallory, "lpa");
    let ran = export(&mailbox, &[]).exits(0);
    let remark = format!("Send As is not believed and left out: {mallory} holds");
    assert!(ran.stdout.contains(&format!("# {remark}")), "{ran:?}");
    assert!(ran.stderr.contains(&remark), "{ran:?}");
    assert!(!ran.stdout.contains("send-as"), "{ran:?}");
    let words = ["export", &mailbox.address, "nothing@example.test"];
    let ran = mailbox.provider.run(words).exits(3);
    assert!(
        ran.stdout.contains("\n# nothing@example.test: left out: "),
        "{ran:?}"
    );
    assert!(
        ran.stdout.contains(&format!("read-only = [\"{alice}\"]")),
        "{ran:?}"
    );
    mailbox
        .provider
        .run(["export", "nothing@example.test"])
        .exits(67);
}

#[test]
fn nothing_that_a_server_says_ends_a_line_or_a_text() {
    let evil = "x\\\"]\\nwrite = [\\\"mallory";
    let toy = Toy::twisted(&["Sent"], move |peer, line, _| {
        let asked = line.contains("GETACL \"Sent\"");
        if asked {
            peer.send(format!(
                "* ACL \"Sent\" \"{evil}\" lrs {{9}}\r\na\nb = \"c\u{1b} lrs \"\u{202e}d\" lrs\r\n"
            ));
            peer.ok("done");
        }
        asked
    });
    let ran = toy.run(["export", "support@"]).exits(0);
    let sane = |c: char| c == '\n' || !c.is_control() && c != '\u{202e}';
    assert!(ran.stdout.chars().all(sane), "{ran:?}");
    let value =
        toml::Table::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}\n{ran:?}"));
    let sent = &value["mailbox"]["support@example.test"]["folder"]["Sent"];
    assert_eq!(sent["read-only"].as_array().unwrap().len(), 2, "{ran:?}");
    assert!(sent.get("write").is_none(), "{ran:?}");
}

#[test]
fn a_name_that_is_not_utf8_is_left_out_with_the_reason() {
    let toy = Toy::twisted(&["Sent"], |peer, line, _| {
        let Some((_, folder)) = line.split_once("GETACL ") else {
            return false;
        };
        let mut reply = format!("* ACL {folder} support@example.test lrswipkxtea bob lrs ");
        reply.push_str("\"j");
        peer.send([reply.as_bytes(), b"\xfcrgen\" lrs\r\n"].concat());
        peer.ok("done");
        true
    });
    let text = toy.run(["export", "support@"]).stdout;
    let told: Vec<&str> = text.lines().filter(|l| l.contains('\u{fffd}')).collect();
    assert!(!told.is_empty(), "{text}");
    for line in told {
        assert!(line.starts_with('#'), "{text}");
    }
    assert!(
        text.contains("the server's name for it is not UTF-8"),
        "{text}"
    );
    let json = toy.run(["export", "support@", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mailbox = &json["mailbox"]["support@example.test"];
    assert!(!mailbox.to_string().contains('\u{fffd}'), "{json}");
    assert!(mailbox.to_string().contains("bob"), "{json}");
    // Whoever reviews is told that somebody is there.
    let csv = toy.run(["report", "support@", "--format", "csv"]).stdout;
    assert!(csv.contains("j\u{fffd}rgen"), "{csv}");
}

/// `plan` by what `export` says of this mailbox, and of nothing else.
fn nothing_to_plan(mailbox: &Mailbox, words: &[&str]) {
    for form in ["toml", "json"] {
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}.{form}", mailbox.address));
        let file = file.to_str().unwrap();
        export(
            mailbox,
            &["--out", file, "-q"]
                .iter()
                .chain(words)
                .copied()
                .collect::<Vec<_>>(),
        )
        .exits(0);
        for more in [&[][..], &["--prune"], &["--prune", "--force"]] {
            let plan = [&["plan", "-f", file, "--detailed-exitcode"], words, more].concat();
            mailbox.provider.run(plan).exits(0);
        }
        mailbox
            .provider
            .run([&["check", "-f", file, "--look-up", "none"], words].concat())
            .exits(0);
    }
}

#[test]
fn a_plan_by_the_file_changes_nothing() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let mailbox = rich(provider);
        nothing_to_plan(&mailbox, &[]);
        // Levels that the profile redefines.
        let config = fs::read_to_string(provider.config_path()).unwrap();
        let name = config
            .lines()
            .find_map(|line| line.strip_prefix("[profile."))
            .unwrap();
        let name = name.split(['.', ']']).next().unwrap();
        let levels = format!("\n[profile.{name}.levels]\nread-only = \"lr\"\nwrite = \"lrs\"\n");
        let path = provider
            .dir()
            .join(format!("levels-{}.toml", mailbox.address));
        fs::write(&path, config + &levels).unwrap();
        let words = ["--config", path.to_str().unwrap()];
        let text = export(&mailbox, &words).exits(0).stdout;
        assert!(
            text.contains(&format!(
                "rights = {{ \"{}\" = \"lrswip\" }}",
                mailbox.bob()
            )),
            "{text}"
        );
        assert!(
            text.contains(&format!("write = [\"{}\"]", mailbox.bob())),
            "{text}"
        );
        nothing_to_plan(&mailbox, &words);
    }
}

/// Folders and identifiers with every odd character that the server takes.
fn odd(provider: &Provider) -> (Vec<&'static str>, Vec<&'static str>) {
    match provider.kind() {
        Kind::Dovecot => (
            vec![
                "a \"b\" \\c",
                "*",
                "%d",
                "&e&-",
                "f'g`",
                "# h",
                "[i]",
                "{j} = 1",
                "k,l;m|n",
                "-o",
                "$p!",
                "Entwürfe",
                "下書き 📥",
                "q\u{202e}r",
                " s ",
                "INBOX ",
                "t@u",
                "INBOX/v",
                "x/y/z",
                "x/y",
                "x",
                "=cmd",
                "e\u{301}",
            ],
            vec![
                "\"",
                "\\",
                "two words",
                "a,b;c",
                "Alice@Example.Test",
                "alice",
                "group:x",
                "group=x",
                "id:x",
                "team:ops",
                "owner",
                "!$ops",
                "-$helpdesk",
                "-émile@example.test",
                "émile@example.test",
                "*",
                "%",
                "#1",
                "a'b",
                "[c]",
                "d = e",
                "q\u{202e}r",
                "-",
                "--x",
                "$",
                "x@",
                "@x",
                "a@b@c",
                "anyone",
                "-anyone",
                "authenticated",
                "administrators",
                "ΣΑΣ@example.test",
                "σας@example.test",
            ],
        ),
        Kind::Cyrus | Kind::Courier => (
            vec![
                "a'b",
                "# h",
                "[i]",
                "j = 1",
                "k,l",
                "-o",
                "$p",
                "Entwürfe",
                "下書き 📥",
                "q\u{202e}r",
                "x/y/z",
                "x/y",
                "x",
                "t+u",
                "v~w",
                "e\u{301}",
                "&e",
            ],
            vec![
                "two words",
                "a,b;c",
                "alice@other.test",
                "group:x",
                "id:x",
                "team:ops",
                "-group:x",
                "*",
                "#1",
                "a'b",
                "[c]",
                "d = e",
                "-",
                "--x",
                "anyone",
                "anonymous",
                "$x",
                "x@",
                "@x",
                "a@b@c",
            ],
        ),
    }
}

#[test]
fn every_odd_character_that_a_name_may_have_survives() {
    let dovecot = Dovecot::with(&["--anyone"]);
    for provider in [&dovecot, Cyrus::open_to_anyone()] {
        let (folders, identifiers) = odd(provider);
        let mailbox = Mailbox::on(provider, &[], 1);
        let mut owner = mailbox.owner();
        let mut made = vec!["INBOX"];
        for folder in folders {
            let reply = owner.command(&format!("CREATE {}", quoted(&mailbox.owned(folder))));
            if reply.contains(" OK ") {
                made.push(folder);
            } else {
                println!(
                    "{:?} takes no folder {folder:?}: {}",
                    provider.kind(),
                    reply.trim()
                );
            }
        }
        let rights = ["lrs", "lrswip", "lrswt", "lr", mailbox.everything()];
        let mut stored = 0;
        for (n, identifier) in identifiers.iter().enumerate() {
            // Each on some of the folders, with rights that differ.
            for (m, folder) in made.iter().enumerate().filter(|(m, _)| (n + m) % 3 > 0) {
                // What takes a away from everybody would rightly be refused.
                let kinds = rights.len() - usize::from(identifier.starts_with('-'));
                let rights = rights[(n + m / 4) % kinds];
                let (folder, identifier) = (quoted(&mailbox.owned(folder)), quoted(identifier));
                let reply = owner.command(&format!("SETACL {folder} {identifier} {rights}"));
                stored += usize::from(reply.contains(" OK "));
            }
        }
        println!(
            "{:?}: {stored} entries on {} folders",
            provider.kind(),
            made.len()
        );
        let text = export(&mailbox, &[]).exits(0).stdout;
        nothing_to_plan(&mailbox, &[]);
        let bare = Mailbox::on(provider, &[], 0);
        let path = provider.dir().join("odd.toml");
        fs::write(&path, text.replace(&mailbox.address, &bare.address)).unwrap();
        let ran = provider
            .run([
                "apply",
                "-f",
                path.to_str().unwrap(),
                "--yes",
                "--proof=none",
            ])
            .exits(0);
        println!("{}", ran.stderr);
        let again = export(&bare, &[]).exits(0).stdout;
        assert_eq!(again.replace(&bare.address, &mailbox.address), text);
        // What was left out is told.
        let entries: usize = made
            .iter()
            .map(|folder| mailbox.entries(folder).len())
            .sum();
        assert!(entries > 100, "{entries}");
    }
}

#[test]
fn an_empty_provider_becomes_the_same_and_says_the_same() {
    for start in [Dovecot::start, Cyrus::start] {
        let (first, second) = (start(), start());
        let there = rich(&first);
        let bare = Mailbox::on(&second, &[], 3);
        assert_eq!(bare.address, there.address);
        for form in ["toml", "json"] {
            let file = first.dir().join(format!("all.{form}"));
            let file = file.to_str().unwrap();
            export(&there, &["--out", file]).exits(0);
            let text = fs::read_to_string(file).unwrap();
            // The second time there is nothing left to do.
            let ran = second.run(["apply", "-f", file, "--yes", "-vv"]);
            // A negative entry of the same person, and somebody whom nobody knows, are told.
            assert!([Some(0), Some(3)].contains(&ran.code), "{ran:?}");
            if form == "json" {
                assert_eq!(ran.changes(), [""; 0]);
            }
            assert_eq!(export(&bare, &["--format", form]).exits(0).stdout, text);
        }
    }
}

#[test]
fn a_folder_that_no_file_can_name_is_told_by_its_own_name() {
    // People read it as INBOX, which is the mailbox itself.
    let mailbox = Mailbox::on(Cyrus::running(), &["Inbox", "Sent"], 2);
    mailbox.set("Inbox", mailbox.alice(), "lrs");
    mailbox.set("Sent", mailbox.bob(), "lrs");
    let ran = export(&mailbox, &[]).exits(0);
    let name = mailbox.owned("Inbox");
    let ran = ran.says(&format!("no file can name the folder \"{name}\""));
    assert!(
        ran.stderr
            .contains("is left out: no file can name the folder"),
        "{ran:?}"
    );
    assert!(
        !ran.stdout.contains(&format!("[\"{}\"]", mailbox.alice())),
        "{ran:?}"
    );
    assert!(
        ran.stdout.contains(&format!("[\"{}\"]", mailbox.bob())),
        "{ran:?}"
    );
}

#[test]
fn a_folder_below_a_mere_level_of_names_asks_for_nothing_above_it() {
    let mailbox = Mailbox::on(Dovecot::running(), &["Lone/Child"], 1);
    mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
    export(&mailbox, &[])
        .exits(0)
        .says("folders = [\"Lone/Child\"]");
    nothing_to_plan(&mailbox, &[]);
}
