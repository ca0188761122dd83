//! Every command that is printed as advice is typed as it was printed, on a terminal of its own, and
//! does what was said of it.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use tempfile::TempDir;

use crate::hints::commands;
use crate::provider::client::quoted;
use crate::provider::{
    Act, Client, Cyrus, Dovecot, FakeSmtp, Mailbox, PASSWORD, Postfix, Provider, Ran, Step,
    command, run, terminal,
};

const SEND_AS: &str = "Identities/Send As";
const FOLDERS: [&str; 3] = ["Sent", "It's a folder", "Büro $HOME"];

/// A shared mailbox, the only one of a profile, and a home whose name needs quotes.
struct Place {
    mailbox: Mailbox<'static>,
    home: TempDir,
}

/// What is printed, and what must be so when it was typed.
struct Printed {
    /// What makes sharemail print it.
    when: fn(&Place) -> Ran,
    /// How it begins; behind an ellipsis, what tells it from others.
    command: &'static str,
    /// How it ends.
    exit: i32,
    /// What must hold then.
    then: fn(&Place, &Ran),
}

impl Place {
    fn on(provider: &'static Provider) -> Place {
        let mailbox = Mailbox::on(provider, &FOLDERS, 3);
        let home = tempfile::Builder::new()
            .prefix("it's a home ")
            .tempdir()
            .unwrap();
        Place { mailbox, home }
    }

    fn address(&self) -> &str {
        &self.mailbox.address
    }

    fn alice(&self) -> &str {
        self.mailbox.alice()
    }

    fn bob(&self) -> &str {
        self.mailbox.bob()
    }

    fn carol(&self) -> &str {
        &self.mailbox.people[2]
    }

    fn path(&self, name: &str) -> String {
        self.home.path().join(name).to_str().unwrap().to_owned()
    }

    fn sharemail(&self) -> Command {
        let mut command = self.mailbox.provider.sharemail();
        command.env("SHAREMAIL_MAILBOXES", self.address());
        command.env("XDG_STATE_HOME", self.home.path());
        command
    }

    fn run(&self, words: &[&str]) -> Ran {
        run::run(&mut self.sharemail(), words)
    }

    /// Types what `ran` printed that begins so.
    #[track_caller]
    fn types(&self, ran: &Ran, begin: &str) -> Ran {
        typed(&self.sharemail(), ran, begin)
    }

    /// What any entry of `identifier` gives, by the owner's own session.
    fn stored(&self, folder: &str, identifier: &str) -> Option<String> {
        self.mailbox.stored(folder, identifier)
    }

    fn entries(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        let folders = ["INBOX"].into_iter().chain(FOLDERS).chain([SEND_AS]);
        folders
            .map(|folder| (folder.to_owned(), self.mailbox.entries(folder)))
            .collect()
    }

    /// The provider's profile, for a file in another folder.
    fn config(&self) -> String {
        let text = fs::read_to_string(self.mailbox.provider.config_path()).unwrap();
        let folder = self.mailbox.provider.dir().display();
        ["ca.pem", "password"].into_iter().fold(text, |text, file| {
            text.replace(&format!("\"{file}\""), &format!("\"{folder}/{file}\""))
        })
    }

    /// bob could change who may send.
    fn disbelieve(&self) {
        self.mailbox.grant([self.alice(), "--send-as"]).exits(0);
        self.mailbox.set(SEND_AS, self.bob(), "lpa");
    }

    /// The plan to let alice read, as a file.
    fn wishes(&self) -> String {
        let path = self.path("what's wanted.toml");
        let text = format!(
            "[mailbox.\"{}\"]\nread-only = [\"{}\"]\n",
            self.address(),
            self.alice()
        );
        fs::write(&path, text).unwrap();
        path
    }

    fn plan(&self) -> (String, Ran) {
        let path = self.path("a plan.json");
        let ran = self
            .run(&["plan", "-f", &self.wishes(), "--out", &path])
            .exits(0);
        (path, ran)
    }

    fn alice_reads(&self, ran: &Ran) {
        assert_eq!(
            self.stored("It's a folder", self.alice()).as_deref(),
            Some("lrs"),
            "{ran:?}"
        );
    }
}

/// The only command of `ran` that begins so, typed where `sharemail` is what this one runs; whatever it
/// asks is answered with yes.
#[track_caller]
fn typed(sharemail: &Command, ran: &Ran, begin: &str) -> Ran {
    let mut told = commands(ran);
    let (start, option) = begin.split_once('…').unwrap_or((begin, ""));
    told.retain(|command| command.starts_with(start) && command.contains(option));
    assert_eq!(told.len(), 1, "{begin}: {told:?}\n{ran:?}");
    terminal::typed(sharemail, &told[0], "y\n")
}

#[track_caller]
fn each(provider: &'static Provider, table: &[Printed]) {
    for line in table {
        let place = Place::on(provider);
        let ran = (line.when)(&place);
        let typed = place.types(&ran, line.command).exits(line.exit);
        (line.then)(&place, &typed);
    }
}

/// Told where identities are not believed, to mend it.
fn mended(place: &Place, ran: &Ran) {
    assert_eq!(place.stored(SEND_AS, place.bob()), None, "{ran:?}");
    place.run(&["check"]).says_not("not believed");
}

fn says_why(_: &Place, ran: &Ran) {
    assert!(ran.stdout.contains("not believed"), "{ran:?}");
}

#[test]
fn what_tells_of_identities_that_are_not_believed() {
    let mends = |when| Printed {
        when,
        command: "sharemail check",
        exit: 0,
        then: mended,
    };
    let tells = |when| Printed {
        when,
        command: "sharemail check",
        exit: 2,
        then: says_why,
    };
    let table = [
        mends(|place| {
            place.disbelieve();
            place.run(&["show", place.address()])
        }),
        mends(|place| {
            place.disbelieve();
            place.run(&["identities"])
        }),
        mends(|place| {
            place.disbelieve();
            place.run(&["identities", "--format", "gam"])
        }),
        mends(|place| {
            place.disbelieve();
            place.run(&["doctor", place.address()])
        }),
        tells(|place| {
            place.disbelieve();
            place.run(&["list"])
        }),
        tells(|place| {
            place.disbelieve();
            place
                .run(&["grant", place.address(), place.carol(), "--send-as"])
                .exits(77)
        }),
        tells(|place| {
            place.disbelieve();
            place.run(&["access", "copy", place.alice(), place.carol(), "--yes"])
        }),
    ];
    each(Dovecot::running(), &table);
}

#[test]
fn what_tells_of_folders_whose_entries_cannot_be_read() {
    let table = [Printed {
        when: |place| {
            place.mailbox.grant([place.bob(), "--full-access"]).exits(0);
            let name = quoted(&place.mailbox.seen("It's a folder"));
            place
                .mailbox
                .member(place.bob())
                .ok(&format!("SETACL {name} \"-owner\" a"));
            place.run(&["list"]).exits(3)
        },
        command: "sharemail check",
        exit: 2,
        then: |_, ran| {
            assert!(
                ran.stdout.contains("the owner lacks the a right there"),
                "{ran:?}"
            )
        },
    }];
    each(Dovecot::running(), &table);
}

#[test]
fn what_grant_and_those_who_name_nothing_tell() {
    let table = [
        Printed {
            when: |place| {
                place
                    .mailbox
                    .grant([place.alice(), "--full-access"])
                    .exits(0)
            },
            command: "sharemail grant",
            exit: 0,
            then: |place, _| {
                assert_eq!(place.stored(SEND_AS, place.alice()).as_deref(), Some("lp"))
            },
        },
        Printed {
            when: |place| {
                place
                    .mailbox
                    .grant(["id:two o'clock", "--full-access", "--force"])
            },
            command: "sharemail grant",
            exit: 0,
            then: |place, _| {
                let held = place.stored(SEND_AS, "two o'clock");
                assert_eq!(held.as_deref(), Some("lp"));
            },
        },
        Printed {
            when: |place| {
                place
                    .run(&[
                        "grant",
                        place.address(),
                        place.alice(),
                        "--write",
                        "--folder",
                        "xyz",
                    ])
                    .exits(67)
            },
            command: "sharemail folder list",
            exit: 0,
            then: |_, ran| assert!(ran.stdout.contains("It's a folder"), "{ran:?}"),
        },
        Printed {
            when: |place| place.run(&["grant", place.address(), place.alice(), "--read-only"]),
            command: "sharemail folder subscribe",
            exit: 0,
            then: |place, _| {
                let lists = place.mailbox.member(place.alice()).ok("LSUB \"\" \"*\"");
                assert!(
                    lists.contains(&place.mailbox.seen("It's a folder")),
                    "{lists}"
                );
            },
        },
        // A person, and a mailbox, asked for by the other's verb.
        Printed {
            when: |place| {
                place.mailbox.grant([place.alice(), "--write"]).exits(0);
                place.run(&["show", place.alice()]).exits(0)
            },
            command: "sharemail access",
            exit: 0,
            then: |place, ran| assert!(ran.stdout.contains(place.address()), "{ran:?}"),
        },
        Printed {
            when: |place| {
                place.mailbox.grant([place.alice(), "--write"]).exits(0);
                place.run(&["access", place.address()])
            },
            command: "sharemail show",
            exit: 0,
            then: |place, ran| assert!(ran.stdout.contains(place.alice()), "{ran:?}"),
        },
        Printed {
            when: |place| place.run(&["grant", place.address(), place.alice(), "--rights", "lrsq"]),
            command: "sharemail doctor",
            exit: 0,
            then: |_, ran| assert!(ran.stdout.contains("rights"), "{ran:?}"),
        },
        Printed {
            when: |place| place.run(&["show", "nobody-of-that-name@"]).exits(67),
            command: "sharemail doctor",
            exit: 0,
            then: |_, ran| assert!(ran.stdout.contains("impersonat"), "{ran:?}"),
        },
        Printed {
            when: |place| {
                place.mailbox.owner().ok("DELETE Sent");
                place.mailbox.grant([place.alice(), "--send-as"])
            },
            command: "sharemail folder create",
            exit: 0,
            then: |place, _| assert_eq!(place.mailbox.owner().list("Sent").len(), 1),
        },
        Printed {
            when: |place| {
                place
                    .run(&["outbox", "forget", "6560f2a1c0ffee00"])
                    .exits(67)
            },
            command: "sharemail outbox",
            exit: 0,
            then: |_, ran| assert!(ran.stdout.contains("outbox"), "{ran:?}"),
        },
    ];
    each(Dovecot::running(), &table);
}

#[test]
fn what_explain_tells() {
    fn explain(place: &Place) -> Ran {
        place.run(&["explain", place.address(), place.alice()])
    }
    let table = [
        Printed {
            when: explain,
            command: "sharemail grant…--read-only",
            exit: 0,
            then: |place, ran| assert!(place.stored("INBOX", place.alice()).is_some(), "{ran:?}"),
        },
        Printed {
            when: |place| {
                let alice = place.alice();
                place
                    .mailbox
                    .grant([alice, "--write", "--subscribe"])
                    .exits(0);
                place
                    .mailbox
                    .revoke([alice, "--folder", "It's a folder"])
                    .exits(0);
                explain(place)
            },
            command: "sharemail grant…--rights",
            exit: 0,
            then: |place, _| {
                let held = place.stored("It's a folder", place.alice());
                assert_eq!(held, place.stored("INBOX", place.alice()));
            },
        },
        Printed {
            when: |place| {
                place.mailbox.grant([place.alice(), "--write"]).exits(0);
                explain(place)
            },
            command: "sharemail folder subscribe",
            exit: 0,
            then: |place, _| {
                let lists = place.mailbox.member(place.alice()).ok("LSUB \"\" \"*\"");
                assert!(
                    lists.contains(&place.mailbox.seen("It's a folder")),
                    "{lists}"
                );
            },
        },
        Printed {
            when: |place| {
                place
                    .mailbox
                    .grant([place.alice(), "--write", "--subscribe"])
                    .exits(0);
                let negative = format!("-{}", place.alice());
                place.mailbox.set("INBOX", &negative, "r");
                explain(place)
            },
            command: "sharemail revoke",
            exit: 0,
            then: |place, _| {
                assert_eq!(place.stored("INBOX", &format!("-{}", place.alice())), None);
                let rights = place.mailbox.rights(place.alice(), "INBOX").unwrap();
                assert!(rights.contains('r'), "{rights}");
            },
        },
        Printed {
            when: |place| {
                place.disbelieve();
                explain(place)
            },
            command: "sharemail check",
            exit: 0,
            then: mended,
        },
        // Read, and shown in no list.
        Printed {
            when: |place| {
                place
                    .mailbox
                    .grant([place.alice(), "--write", "--subscribe"])
                    .exits(0);
                place.mailbox.set("It's a folder", place.alice(), "rs");
                explain(place)
            },
            command: "sharemail grant…--rights",
            exit: 0,
            then: |place, _| {
                let held = place.stored("It's a folder", place.alice());
                assert_eq!(held.as_deref(), Some("lrs"));
            },
        },
        // Entries on some folders alone.
        Printed {
            when: |place| {
                place.mailbox.set("Sent", place.alice(), "lrs");
                place
                    .run(&["folder", "subscribe", place.address(), place.alice()])
                    .exits(0);
                explain(place)
            },
            command: "sharemail grant…--folder",
            exit: 0,
            then: |place, _| {
                for folder in ["INBOX", "It's a folder", "Büro $HOME"] {
                    let held = place.stored(folder, place.alice());
                    assert_eq!(held.as_deref(), Some("lrs"), "{folder}");
                }
            },
        },
        Printed {
            when: |place| {
                place.mailbox.grant([place.bob(), "--full-access"]).exits(0);
                let name = quoted(&place.mailbox.seen("It's a folder"));
                place
                    .mailbox
                    .member(place.bob())
                    .ok(&format!("SETACL {name} \"-owner\" a"));
                place
                    .run(&["explain", place.address(), place.alice()])
                    .exits(3)
            },
            command: "sharemail check",
            exit: 2,
            then: |_, ran| assert!(ran.stdout.contains("entries cannot be read"), "{ran:?}"),
        },
    ];
    each(Dovecot::running(), &table);
}

#[test]
fn what_takes_back() {
    let table = [
        Printed {
            when: |place| {
                place
                    .mailbox
                    .grant([place.alice(), "--write", "--send-as"])
                    .exits(0);
                let before = place.entries();
                let ran = place.run(&["offboard", place.alice(), "--yes"]).exits(0);
                assert_eq!(place.stored("Sent", place.alice()), None);
                fs::write(place.path("before"), format!("{before:?}")).unwrap();
                ran
            },
            command: "sharemail undo",
            exit: 0,
            then: |place, _| {
                let before = fs::read_to_string(place.path("before")).unwrap();
                assert_eq!(format!("{:?}", place.entries()), before);
            },
        },
        Printed {
            when: |place| {
                let file = place.path("what's \"granted\"");
                place
                    .run(&[
                        "grant",
                        place.address(),
                        place.alice(),
                        "--write",
                        "--undo-file",
                        &file,
                    ])
                    .exits(0)
            },
            command: "sharemail undo",
            exit: 0,
            then: |place, _| assert_eq!(place.stored("Sent", place.alice()), None),
        },
    ];
    each(Dovecot::running(), &table);
}

#[test]
fn what_is_told_of_plans_and_files() {
    let table = [
        Printed {
            when: |place| place.plan().1,
            command: "sharemail apply",
            exit: 0,
            then: Place::alice_reads,
        },
        Printed {
            when: |place| place.run(&["plan", "-f", &place.plan().0]).exits(65),
            command: "sharemail apply",
            exit: 0,
            then: Place::alice_reads,
        },
        Printed {
            when: |place| place.run(&["apply", &place.wishes(), "--yes"]).exits(65),
            command: "sharemail apply -f",
            exit: 0,
            then: Place::alice_reads,
        },
        Printed {
            when: |place| place.run(&["check", &place.wishes()]).exits(64),
            command: "sharemail check -f",
            exit: 2,
            then: |place, ran| assert!(ran.stdout.contains(place.alice()), "{ran:?}"),
        },
        Printed {
            when: |place| place.run(&["plan", &place.wishes()]).exits(64),
            command: "sharemail plan -f",
            exit: 0,
            then: |place, ran| assert!(ran.stdout.contains(place.alice()), "{ran:?}"),
        },
    ];
    each(Dovecot::running(), &table);
}

#[test]
fn what_is_told_of_a_log() {
    fn log(place: &Place) -> String {
        place.mailbox.grant([place.alice(), "--write"]).exits(0);
        let text = place.run(&["grant", place.address(), place.alice(), "--read-only"]);
        text.exits(0);
        place.path("sharemail/audit.jsonl")
    }
    let table = [
        Printed {
            when: |place| {
                fs::set_permissions(log(place), Permissions::from_mode(0o666)).unwrap();
                place.run(&["audit", "verify"]).exits(78)
            },
            command: "sharemail audit verify",
            exit: 0,
            then: |_, ran| assert!(ran.stdout.contains("whole"), "{ran:?}"),
        },
        Printed {
            when: |place| {
                let copy = place.path("a copy.jsonl");
                let mut text = fs::read_to_string(log(place)).unwrap();
                text.push_str("nothing of the log\n");
                fs::write(&copy, text).unwrap();
                place.run(&["audit", "show", &copy]).exits(0)
            },
            command: "sharemail audit verify",
            exit: 2,
            then: |_, ran| assert!(ran.stdout.contains("a copy.jsonl"), "{ran:?}"),
        },
        Printed {
            when: |place| {
                fs::remove_file(log(place) + ".head").unwrap();
                place.run(&["audit", "rotate"])
            },
            command: "sharemail audit verify",
            exit: 2,
            then: |_, ran| assert!(ran.stdout.contains("head"), "{ran:?}"),
        },
        Printed {
            when: |place| {
                let log = log(place);
                let text = fs::read_to_string(&log).unwrap() + "{torn";
                fs::write(&log, text).unwrap();
                place.run(&["audit", "rotate"])
            },
            command: "sharemail audit verify",
            exit: 0,
            then: |_, ran| assert!(ran.stdout.contains("no whole line"), "{ran:?}"),
        },
    ];
    each(Dovecot::running(), &table);
}

/// The `chmod` that `ran` printed.
#[track_caller]
fn chmod(ran: &Ran) -> String {
    let said = format!("{}{}", ran.stdout, ran.stderr);
    let line = said
        .split("chmod ")
        .nth(1)
        .unwrap_or_else(|| panic!("{said}"));
    let line = line.lines().next().unwrap();
    format!("chmod {}", line.split(", or ").next().unwrap())
}

#[test]
fn a_chmod_makes_what_others_may_read_or_write_ones_own() {
    let place = Place::on(Dovecot::running());
    let folder = place.path("what's mine");
    fs::create_dir(&folder).unwrap();
    let secret = format!("{folder}/a password");
    fs::write(&secret, PASSWORD).unwrap();
    let config = format!("{folder}/my config.toml");
    fs::write(&config, place.config()).unwrap();
    let set = |path: &str, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    let sharemail = || {
        let mut sharemail = place.sharemail();
        sharemail.env("SHAREMAIL_CONFIG", &config);
        sharemail.env("SHAREMAIL_IMAP_PASSWORD_FILE", &secret);
        sharemail
    };
    for (path, open) in [(&secret, 0o644), (&config, 0o666), (&folder, 0o777)] {
        for path in [&folder, &secret, &config] {
            set(path, if *path == folder { 0o700 } else { 0o600 });
        }
        set(path, open);
        let ran = run::run(&mut sharemail(), ["show", place.address()]).exits(78);
        terminal::typed(&sharemail(), &chmod(&ran), "").exits(0);
        run::run(&mut sharemail(), ["show", place.address()]).exits(0);
        let mode = fs::metadata(path).unwrap().permissions().mode() & 0o022;
        assert_eq!(mode, 0, "{path}");
    }
}

#[test]
fn what_is_told_is_about_the_profile_that_was_chosen() {
    let place = Place::on(Dovecot::running());
    let text = place.config();
    let text = text.replace("[profile.dovecot", "[profile.\"the other's\"");
    let text = text.replace("\"dovecot\"", "\"nowhere\"");
    let config = place.path("an other.toml");
    let nothing = "\n[profile.nowhere.imap]\nhost = \"localhost\"\nport = 1\nuser = \"nobody\"\n";
    fs::write(&config, format!("{text}{nothing}")).unwrap();
    place.disbelieve();
    let chosen = ["--config", &config, "--profile", "the other's"];
    let words = [&["show", place.address()][..], &chosen].concat();
    let ran = place.run(&words).exits(0);
    place.types(&ran, "sharemail --config").exits(0);
    mended(&place, &ran);
    let words = [
        &["explain", place.address(), place.carol(), "-o", "json"][..],
        &chosen,
    ]
    .concat();
    let told = place.run(&words).exits(0).json()["mend"].to_string();
    assert!(told.contains("--profile"), "{told}");
}

#[test]
fn where_cyrus_has_no_such_mailbox_and_where_one_stays() {
    let place = Place::on(Cyrus::running());
    let name = format!("new-{}", place.address());
    let ran = place.run(&["show", &name]).exits(67);
    place
        .types(&ran, "sharemail list")
        .exits(0)
        .says(place.address());
    place.types(&ran, "sharemail create").exits(0);
    let path = name.split('@').next().unwrap();
    let ran = place.run(&["show", path]).exits(67);
    place
        .types(&ran, "sharemail list")
        .exits(0)
        .says(place.address());
    let mut admin = Client::admin(place.mailbox.provider);
    let folder = format!("user/{}", place.mailbox.provider.spelled(&name));
    assert_eq!(admin.list(&folder).len(), 1);
    // A name deleted twice within a second is refused by Cyrus: another one.
    let name = format!("newer-{}", place.address());
    let folder = format!("user/{}", place.mailbox.provider.spelled(&name));
    let wishes = place.path("what's wanted.toml");
    fs::write(
        &wishes,
        format!(
            "[mailbox.\"{name}\"]\nread-only = [\"{}\"]\n",
            place.alice()
        ),
    )
    .unwrap();
    let file = place.path("an undo");
    place
        .run(&["apply", "-f", &wishes, "--yes", "--undo-file", &file])
        .exits(0);
    let ran = place.run(&["undo", &file, "--yes"]).exits(0);
    assert_eq!(admin.list(&folder).len(), 1);
    place.types(&ran, "sharemail delete").exits(0);
    assert_eq!(admin.list(&folder).len(), 0);
}

#[test]
fn whoever_may_not_send_is_let_through_by_what_is_told() {
    // The table of senders is installed as a whole.
    let postfix: &'static Provider = Box::leak(Box::new(Postfix::start()));
    let place = Place::on(postfix);
    postfix.sender_owners(place.address(), &[place.address()]);
    let ask = || place.run(&["can-send", place.address(), place.alice()]);
    let ran = ask().exits(77);
    place.types(&ran, "sharemail grant").exits(0);
    assert_eq!(place.stored(SEND_AS, place.alice()).as_deref(), Some("lp"));
    let ran = ask().exits(2);
    let table = place.types(&ran, "sharemail identities").exits(0);
    postfix.sender_login_maps(&table.stdout.replace('\r', ""));
    ask().exits(0);
    let send = |who: &str, more: &[&str]| {
        let words = [
            "send",
            place.address(),
            "--user",
            who,
            "--to",
            place.carol(),
        ];
        place.run(&[&words[..], &["--subject", "x", "--body", "x"], more].concat())
    };
    let ran = send(place.bob(), &["--dry-run"]);
    place.types(&ran, "sharemail grant").exits(0);
    assert_eq!(place.stored(SEND_AS, place.bob()).as_deref(), Some("lp"));
    // Where the copy finds no folder it waits for one.
    let mut owner = place.mailbox.owner();
    owner.ok("DELETE Sent");
    let ran = send(place.alice(), &[]).exits(3);
    place.types(&ran, "sharemail folder create").exits(0);
    place.types(&ran, "sharemail outbox file").exits(0);
    assert_eq!(postfix.mail_in(place.address(), "Sent").len(), 1);
    owner.ok("RENAME Sent Gone");
    send(place.alice(), &[]).exits(3);
    owner.ok("CREATE Sent");
    let ran = place.run(&["outbox"]).exits(0);
    place.types(&ran, "sharemail outbox file").exits(0);
    assert_eq!(postfix.mail_in(place.address(), "Sent").len(), 1);
    // Nobody knows whether it was sent: it is looked for.
    let lost = FakeSmtp::tls(|_, step| match step {
        Step::Message(_) => Act::Close,
        _ => Act::Go,
    });
    let mut command = place.sharemail();
    let words = [
        "send",
        place.address(),
        "--user",
        place.alice(),
        "--to",
        place.carol(),
    ];
    let words = words
        .into_iter()
        .chain(["--subject", "lost", "--body", "x"]);
    run::run(lost.serve(&mut command), words).exits(3);
    let message = String::from_utf8(lost.received().remove(0).message).unwrap();
    owner.append("Sent", &message);
    let ran = place.run(&["outbox"]).exits(0);
    let filed = place.types(&ran, "sharemail outbox file").exits(0);
    filed.says("it was sent, and lies in Sent");
    place.mailbox.set(SEND_AS, place.alice(), "lpa");
    for ran in [ask().exits(2), send(place.alice(), &[]).exits(77)] {
        let ran = place.types(&ran, "sharemail check").exits(2);
        says_why(&place, &ran);
    }
}

#[test]
fn whoever_has_no_profile_makes_one_by_what_is_told() {
    let place = Place::on(Dovecot::running());
    let provider = place.mailbox.provider;
    let mut sharemail = command::sharemail(place.home.path());
    let port = provider.imaps_port().to_string();
    sharemail.env("SHAREMAIL_PROFILE", "it's mine");
    sharemail.env("NO_COLOR", "1");
    sharemail.env(
        "SHAREMAIL_IMAP_PASSWORD_FILE",
        provider.dir().join("password"),
    );
    let ran = run::run(&mut sharemail, ["show", place.address()]).exits(78);
    for (name, value) in [
        ("SHAREMAIL_IMAP_HOST", provider.host()),
        ("SHAREMAIL_IMAP_PORT", &port),
        ("SHAREMAIL_IMAP_USER", provider.admin()),
        ("SHAREMAIL_DOMAIN", "example.test"),
        ("SHAREMAIL_MAILBOXES", place.address()),
        (
            "SHAREMAIL_IMAP_CA_FILE",
            provider.ca_path().to_str().unwrap(),
        ),
    ] {
        sharemail.env(name, value);
    }
    let ran = typed(&sharemail, &ran, "sharemail login").exits(0);
    typed(&sharemail, &ran, "sharemail --profile")
        .exits(0)
        .says(provider.host());
}
