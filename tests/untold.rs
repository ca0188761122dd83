//! What a server does not say is no answer: neither that there is nothing, nor what another mailbox
//! is like.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::provider::fake::Peer;
use crate::provider::mailbox::local;
use crate::provider::toy::World;
use crate::provider::{Act, Cyrus, FakeSmtp, Mailbox, OTHER_DOMAIN, Ran, Toy, run};
use crate::unread::list;

const ALL: &str = "lrswipkxtea";
const NOT_NOW: &str = "[UNAVAILABLE] not now";

/// A toy in which alice may read, and holds Send As, where commands with all of `words` are refused
/// in these words.
fn refusing(words: &'static [&'static str], refusal: &'static str) -> Toy {
    Toy::twisted(&["Sent"], move |peer, line, world| {
        for folder in ["INBOX", "Sent"] {
            world.set(folder, "alice@example.test", "lrs");
        }
        world.set("Identities/Send As", "alice@example.test", "lp");
        let refused = words.iter().all(|word| line.contains(word));
        if refused {
            peer.no(refusal);
        }
        refused
    })
}

fn with_mailbox(toy: &Toy, words: &[&str]) -> Ran {
    let mut command = toy.sharemail();
    run::run(command.env("SHAREMAIL_MAILBOXES", "support@"), words)
}

/// Two mailboxes that the administrator's own session sees; `twist` may answer first.
fn two(twist: impl Fn(&mut Peer, &str, &World) -> bool + Send + Sync + 'static) -> Toy {
    Toy::twisted(&[], move |peer, line, world| {
        for n in ["m1", "m2"] {
            let name = format!("shared/{n}@example.test");
            world.set(&name, &format!("{n}@example.test"), ALL);
            world.set(&name, "admin", ALL);
            world.set(&name, "bob@example.test", "lrsa");
        }
        twist(peer, line, world) || list(peer, line, world)
    })
}

fn namespaced(toy: &Toy, words: &[&str]) -> Ran {
    let mut command = toy.sharemail();
    run::run(command.env("SHAREMAIL_REACH", "namespace"), words)
}

#[test]
fn rights_that_the_server_does_not_tell_are_not_none() {
    let toy = refusing(&["MYRIGHTS", "support@example.test/Sent"], NOT_NOW);
    for form in ["table", "csv"] {
        with_mailbox(&toy, &["access", "alice@", "-o", form])
            .exits(3)
            .says("the server did not say what may be done on Sent (UNAVAILABLE): not now");
    }
    let csv = with_mailbox(&toy, &["access", "alice@", "-o", "csv"]);
    csv.says("alice@example.test,support@example.test,,,,not-read,,\n");
    let access = with_mailbox(&toy, &["access", "alice@", "-o", "json"]);
    let access = access.exits(3).json();
    assert_eq!(access["failures"][0]["mailbox"], "support@example.test");
    // One that is denied is none.
    let toy = refusing(
        &["MYRIGHTS", "support@example.test/Sent"],
        "[NONEXISTENT] no such folder",
    );
    with_mailbox(&toy, &["access", "alice@"]).exits(0);
}

#[test]
fn an_identity_that_the_server_does_not_tell_is_not_missing() {
    let send = |refusal| {
        let toy = refusing(&["MYRIGHTS", "Identities/Send As"], refusal);
        let words = ["send", "support@", "--user", "alice@", "--to", "x@y.test"];
        let words = [&words[..], &["--subject", "s", "--body", "b"]].concat();
        let smtp = FakeSmtp::tls(|_, _| Act::Go);
        let ran = run::run(smtp.serve(&mut toy.sharemail()), words);
        (ran, smtp.received().len())
    };
    let (ran, sent) = send(NOT_NOW);
    ran.exits(75)
        .says("MYRIGHTS on \"Identities/Send As\" (UNAVAILABLE): not now")
        .says_not("neither");
    assert_eq!(sent, 0);
    // The list shows the folder and it does not open: that is an identity, whatever MYRIGHTS denies.
    let (ran, sent) = send("[NONEXISTENT] no such folder");
    ran.says_not("neither");
    assert_eq!(sent, 1);
}

#[test]
fn a_quota_that_cannot_be_read_is_not_none() {
    let toy = |refusal: &'static str| {
        Toy::twisted(&["Sent"], move |peer, line, world| {
            world.offer("QUOTA");
            let asked = line.contains("GETQUOTAROOT");
            if asked {
                peer.no(refusal);
            }
            asked
        })
    };
    let lost = toy(NOT_NOW);
    let told = "(UNAVAILABLE): not now";
    for words in [&["show", "support@"][..], &["list"], &["export"]] {
        println!("{words:?}");
        with_mailbox(&lost, words).exits(3).says(told);
    }
    let show = lost.run(["show", "support@", "-o", "json"]).exits(3).json();
    assert_eq!(show["quota_untold"], told);
    lost.run(["create", "support@", "--quota", "1GiB"])
        .exits(75)
        .says(told);
    let file = lost.write("wish.toml", "[mailbox.\"support@\"]\nquota = \"1GiB\"\n");
    lost.run(["apply", "-f", file.to_str().unwrap(), "--yes"])
        .says(told)
        .says_not("1 GiB");
    assert_eq!(lost.heard_of("SETQUOTA"), Vec::<String>::new());
    // What the server keeps from this login for good is told, and is no failure.
    let kept = toy("Not showing other users' quota.");
    with_mailbox(&kept, &["show", "support@"])
        .exits(0)
        .says("its storage is not told (NO): Not showing other users' quota.");
    with_mailbox(&kept, &["list"]).exits(0);
}

#[test]
fn rights_that_a_server_does_not_list_are_told_as_a_promise() {
    let toy = refusing(&["LISTRIGHTS"], "[NOPERM] not yours to ask");
    let told = "the server did not say which rights it knows (NOPERM): not yours to ask";
    toy.run(["grant", "support@", "bob", "--full-access"])
        .exits(0)
        .says(told);
    with_mailbox(&toy, &["report"]).says(told);
    with_mailbox(&toy, &["doctor", "support@"]).says("as its capabilities promise");
    let toy = refusing(&["LISTRIGHTS"], NOT_NOW);
    toy.run(["grant", "support@", "bob", "--full-access"])
        .exits(75)
        .says("LISTRIGHTS");
    assert_eq!(toy.heard_of("SETACL"), Vec::<String>::new());
}

#[test]
fn each_mailbox_says_which_rights_it_knows() {
    let toy = two(|peer, line, _| {
        let poor = line.contains("LISTRIGHTS") && line.contains("m2@");
        if poor {
            peer.send("* LISTRIGHTS \"shared/m2@example.test\" \"anyone\" \"\" l r s a\r\n");
            peer.ok("done");
        }
        poor
    });
    let report = namespaced(&toy, &["report", "-o", "json"]).exits(0).json();
    let levels: Vec<_> = (0..2)
        .map(|n| {
            let grants = report["mailboxes"][n]["grants"].as_array().unwrap();
            let bob = grants
                .iter()
                .find(|grant| grant["who"] == "bob@example.test");
            bob.unwrap()["level"].as_str().unwrap()
        })
        .collect();
    assert_eq!(levels, ["custom", "full-access"]);
    assert_eq!(report["about"]["levels"]["full-access"], ALL);
    assert_eq!(report["mailboxes"][1]["levels"]["full-access"], "lrsa");
}

#[test]
fn each_mailbox_spells_its_own_people() {
    let cyrus = Cyrus::default_domain();
    // The first by name is the one of the domain that the server does not leave out.
    let away = format!("a@{OTHER_DOMAIN}");
    let names = cyrus.fresh_all(&[&away, "team", "alice", &format!("zoe@{OTHER_DOMAIN}")]);
    let mailbox = |at: usize, person: usize| {
        let mailbox = Mailbox {
            provider: cyrus,
            address: names[at].clone(),
            people: vec![names[person].clone()],
        };
        mailbox.make(&["Sent"]);
        mailbox
            .grant([mailbox.alice(), "--read-only", "--send-as"])
            .exits(0);
        mailbox
    };
    let (away, home) = (mailbox(0, 3), mailbox(1, 2));
    assert!(away.address < home.address);
    let words = [
        "identities",
        &away.address,
        &home.address,
        "--format",
        "postfix",
    ];
    let (team, alice) = (local(&home.address), local(home.alice()));
    cyrus
        .run(words)
        .exits(0)
        .says(&format!("{} {alice},{team}\n", home.address))
        .says(&format!("{} {alice}\n", home.alice()))
        .says(&format!(
            "{} {},{}\n",
            away.address,
            away.address,
            away.alice()
        ));
}

#[test]
fn a_mailbox_that_she_sees_and_nobody_can_read_is_named() {
    // alice sees team@ too, which the administrator may not open.
    let toy = Toy::twisted(&[], |peer, line, world| {
        world.set("INBOX", "alice@example.test", "lrs");
        world.set("shared/team@example.test", "alice@example.test", "lrs");
        let lists = line.contains(" LIST ") && line.contains("\"shared/");
        if lists {
            for name in ["support", "team"] {
                peer.send(format!(
                    "* LIST () \"/\" \"shared/{name}@example.test\"\r\n"
                ));
            }
            peer.ok("done");
        }
        lists
    });
    for form in ["table", "csv"] {
        with_mailbox(&toy, &["access", "alice@", "-o", form])
            .exits(3)
            .says("team@example.test: ");
    }
    let access = with_mailbox(&toy, &["access", "alice@", "-o", "json"]);
    let access = access.exits(3).json();
    assert_eq!(access["failures"][0]["mailbox"], "team@example.test");
    assert_eq!(access["looked_into"], json!(["support@example.test"]));
}

/// Two mailboxes of one toy that alice and bob have full access to, as a Dovecot greets.
fn shared(twist: impl Fn(&mut Peer, &str) -> bool + Send + Sync + 'static) -> Toy {
    Toy::dovecot(&["Sent"], move |peer, line, world| {
        for person in ["alice", "bob"] {
            for folder in ["INBOX", "Sent"] {
                world.set(folder, &format!("{person}@example.test"), ALL);
            }
        }
        twist(peer, line)
    })
}

#[test]
fn whoever_answers_shows_whether_identity_folders_are_open() {
    // The server gives alice nothing of an answer, and bob everything.
    let opens = |peer: &mut Peer, line: &str| {
        let asked = line.contains("MYRIGHTS \"shared/") && line.contains("Identities");
        let name = line.split(' ').skip(2).collect::<Vec<_>>().join(" ");
        if asked {
            peer.send(format!("* MYRIGHTS {name} lrswipkxtea\r\n"));
            peer.ok("done");
        }
        asked
    };
    let denies_alice = |line: &str| line.contains(" AUTHENTICATE ") && is_login(line, "alice@");
    let toy = shared(move |peer, line| {
        if denies_alice(line) {
            peer.no("[UNAVAILABLE] not now");
            return true;
        }
        opens(peer, line)
    });
    let ran = toy.run(["check", "support@"]);
    println!("{:#?}", toy.heard());
    ran.says("the server gives bob@example.test")
        .says_not("was not looked at");
    // Where neither can be had, that is told.
    let toy = shared(move |peer, line| {
        let denied =
            denies_alice(line) || line.contains(" AUTHENTICATE ") && is_login(line, "bob@");
        if denied {
            peer.no("[UNAVAILABLE] not now");
        }
        denied
    });
    let ran = toy.run(["check", "support@"]);
    ran.says("whether the server opens the identity folders beyond what their entries say was not looked");
    let ran = toy.run(["report", "support@"]);
    ran.says("whether the server opens the identity folders");
}

/// Whether this command logs in as somebody whose name begins so.
fn is_login(line: &str, begin: &str) -> bool {
    let answer = line.split(' ').nth(3).unwrap_or_default();
    let answer = BASE64_STANDARD.decode(answer).unwrap_or_default();
    let login = answer.split(|byte| *byte == 0).nth(1).unwrap_or_default();
    login.starts_with(begin.as_bytes())
}

#[test]
fn a_blind_listing_is_not_an_empty_provider() {
    // m1 is there for whoever asks by name; the level called ghost is nothing more.
    let toy = |hidden: bool| {
        Toy::twisted(&[], move |peer, line, world| {
            world.set("shared/m1@example.test", "admin", ALL);
            let lists = line.contains(" LIST ") && line.contains("\"shared/");
            if lists {
                let names = ["m1@example.test", "ghost"];
                for name in names.iter().skip(usize::from(!hidden)) {
                    peer.send(format!("* LIST (\\Noselect) \"/\" \"shared/{name}\"\r\n"));
                }
                peer.ok("done");
            }
            lists
        })
    };
    for verb in ["list", "check", "report", "export", "identities"] {
        namespaced(&toy(true), &[verb])
            .exits(3)
            .says("shared/m1@example.test")
            .says("what lies there was not read")
            .says_not("ghost");
        namespaced(&toy(false), &[verb]).exits(0).says_not("ghost");
    }
}

#[test]
fn a_list_that_fails_is_no_empty_provider_to_doctor() {
    let toy = Toy::twisted(&[], |peer, line, _| {
        let lists = line.contains(" LIST ") && line.contains("\"shared/");
        if lists {
            peer.no(NOT_NOW);
        }
        lists
    });
    namespaced(&toy, &["doctor"])
        .says("not now")
        .says_not("none is in sight");
}
