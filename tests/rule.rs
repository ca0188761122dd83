//! `sharemail rule`: rules, and what they did to mail, seen by a client of the tests' own.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Command;

use crate::provider::client::quoted;
use crate::provider::{Courier, Cyrus, Mailbox, OTHER_DOMAIN, Ran, Toy, on_both};

/// Messages with odd headers; which of the rules below take each, by their letters.
const MAIL: [(&str, &str); 9] = [
    (
        "From: carol@Billing.example.com\nSubject: =?UTF-8?Q?Rechnung_f=C3=BCr?=\n =?UTF-8?B?IE3DpHJ6?=\n",
        "a",
    ),
    (
        "From: \"x@billing.example.com\" <dave@example.com>\nSubject: hello\n",
        "",
    ),
    (
        "From: dave@example.com\nSubject: hello\nSubject: your INVOICE\n",
        "b",
    ),
    (
        "From: Team: erin@example.com, carol@billing.example.com;\nSubject: =?utf-8?b?Z2FyYmFnZQ\n",
        "a",
    ),
    (
        "From: dave@example.com\nCc: one@example.com,\n\tsupport-cc@example.test\nSubject:\n",
        "c",
    ),
    ("Subject: no sender\nList-Id: <all.lists.example>\n", "dx"),
    (
        "From: carol@billing.example.com\nList-Id: <all.lists.example>\nSubject: invoice\n",
        "ab",
    ),
    ("From: dave@example.com\nX-Other: invoice\n", ""),
    ("From: dave@example.com\nX-Long: \n  two\n  lines\n", "e"),
];

const RULES: [[&str; 3]; 6] = [
    [
        "a",
        "from = \"*@billing.example.com\"",
        "label = \"invoice\", flag = true",
    ],
    [
        "b",
        "subject = [\"invoice\", \"rechnung*x\"]",
        "label = [\"To Do\", \"Invoice\"], stop = true",
    ],
    ["c", "to = \"support-cc@*\"", "label = \"copied\""],
    [
        "d",
        "header = { List-Id = \"*lists.example>\" }",
        "label = \"list\"",
    ],
    ["x", "not = { from = \"*\" }", "flag = true"],
    [
        "e",
        "any = [{ header = { X-Long = \"two lines\" } }, { header = { X-Long = \"two  lines\" } }, \
      { larger = \"1 GiB\" }]",
        "label = \"long\"",
    ],
];

/// Rules that move mail, after those.
const MOVING: [[&str; 3]; 2] = [
    [
        "m",
        "from = \"*@billing.example.com\"",
        "label = \"filed\", move = \"Rechnungen/März\"",
    ],
    // Never asked for what has gone.
    [
        "n",
        "not = { subject = \"never there\" }",
        "label = \"seen by n\"",
    ],
];

fn fill(mailbox: &Mailbox, folder: &str) {
    let mut owner = mailbox.member(&mailbox.address);
    for (n, (header, _)) in MAIL.into_iter().enumerate() {
        let message = format!("{header}Message-ID: <{n}@example.test>\n\nworld\n");
        owner.append_asking(folder, &message);
    }
}

fn rule(mailbox: &Mailbox, typed: &[&str]) -> Ran {
    let mut words = vec!["rule", typed[0], &mailbox.address];
    words.extend(&typed[1..]);
    words.push("-vv");
    mailbox.provider.run(words)
}

fn add(mailbox: &Mailbox, [name, when, then]: [&str; 3]) -> Ran {
    rule(mailbox, &["add", name, "--when", when, "--then", then])
}

/// What each message of a folder carries but `\Recent` and `\Seen`.
fn carried(mailbox: &Mailbox, who: &str, folder: &str) -> Vec<String> {
    let mut session = mailbox.member(who);
    session.ok(&format!("SELECT {}", quoted(&mailbox.seen(folder))));
    let told = session.ok("UID FETCH 1:* (FLAGS)");
    let fetched = told.lines().filter_map(|line| {
        let flags = line.split_once(" FETCH ")?.1.split_once("FLAGS (")?.1;
        let flags = flags.split_once(')')?.0.split(' ');
        let mut flags: Vec<&str> = flags
            .filter(|flag| !["\\Recent", "\\Seen", ""].contains(flag))
            .collect();
        flags.sort_unstable();
        Some(flags.join(" "))
    });
    fetched.collect()
}

/// What they carry after the rules that take each.
fn expected() -> Vec<String> {
    let carries = |takers: &str| {
        let mut flags: Vec<&str> = Vec::new();
        for taker in takers.chars() {
            flags.extend(match taker {
                'a' => vec!["\\Flagged", "invoice"],
                'b' => vec!["$label4", "invoice"],
                'c' => vec!["copied"],
                'd' => vec!["list"],
                'x' => vec!["\\Flagged"],
                _ => vec!["long"],
            });
        }
        flags.sort_unstable();
        flags.dedup();
        flags.join(" ")
    };
    MAIL.iter().map(|(_, takers)| carries(takers)).collect()
}

/// The commands of a run that change what messages carry.
fn stores(ran: &Ran) -> usize {
    let sent = ran.sent().into_iter();
    sent.filter(|command| command.starts_with("UID STORE"))
        .count()
}

fn with_rules<'p>(mailbox: Mailbox<'p>) -> Mailbox<'p> {
    mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
    for rule in RULES {
        add(&mailbox, rule).exits(0);
    }
    mailbox
}

/// Tells of each message which rules took it, does what they say, and nothing the second time.
fn takes_each(mailbox: &Mailbox) {
    let alice = mailbox.alice();
    let dry = rule(mailbox, &["run", "-n", "--detailed-exitcode", "-o", "json"]).exits(2);
    assert_eq!(stores(&dry), 0);
    let told = dry.json();
    let rules_of = |uid: usize| {
        let all = told["messages"].as_array().unwrap();
        let taken = all
            .iter()
            .find(|row| row["message_id"] == format!("<{uid}@example.test>"));
        taken.map_or(String::new(), |row| {
            let rules = row["rules"].as_array().unwrap();
            rules.iter().map(|name| name.as_str().unwrap()).collect()
        })
    };
    for (n, (header, takers)) in MAIL.iter().enumerate() {
        assert_eq!(rules_of(n), *takers, "{header}");
    }
    assert_eq!(told["judged"], MAIL.len());
    assert!(
        carried(mailbox, alice, "INBOX")
            .iter()
            .all(String::is_empty)
    );
    let ran = rule(mailbox, &["run"]).exits(0);
    assert!(stores(&ran) > 0);
    ran.says("9 messages judged, 7 taken by rules, 7 changed");
    assert_eq!(carried(mailbox, alice, "INBOX"), expected());
    // Other folders are not looked into unless they are named.
    assert!(
        carried(mailbox, alice, "Archive")
            .iter()
            .all(String::is_empty)
    );
    let again = rule(mailbox, &["run"]).exits(0);
    assert_eq!(stores(&again), 0);
    again.says("nothing new, 9 messages judged before");
    let again = rule(mailbox, &["run", "--all"]).exits(0);
    assert_eq!(stores(&again), 0);
    again.says("7 taken by rules and so already, nothing to do");
}

#[test]
fn each_message_is_taken_by_its_rules_on_every_server_alike() {
    for mailbox in on_both(&["Archive"], 1) {
        let mailbox = with_rules(mailbox);
        fill(&mailbox, "INBOX");
        fill(&mailbox, "Archive");
        takes_each(&mailbox);
        // As far as they are meant.
        rule(
            &mailbox,
            &["run", "--folder", "Archive", "--subject", "invoice"],
        )
        .exits(0)
        .says("1 message judged, 1 taken by rules, 1 changed");
        let unread = mailbox.member(&mailbox.address).ok("STATUS INBOX (UNSEEN)");
        assert!(unread.contains("UNSEEN 9"), "{unread}");
    }
}

#[test]
fn on_courier_too() {
    let mailbox = Mailbox::on(Courier::running(), &["Archive"], 1);
    let mailbox = with_rules(mailbox);
    fill(&mailbox, "INBOX");
    fill(&mailbox, "INBOX.Archive");
    takes_each(&mailbox);
}

#[test]
fn rules_lie_in_the_mailbox_where_members_read_them() {
    for mailbox in on_both(&[], 1) {
        rule(&mailbox, &["list"]).exits(0).says("no rules");
        rule(&mailbox, &["run"]).exits(67).says("no rules");
        let mailbox = with_rules(mailbox);
        let listed = rule(&mailbox, &["list", "-o", "json"]).exits(0).json();
        let names: Vec<&str> = listed["rules"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["a", "b", "c", "d", "x", "e"]);
        assert_eq!(
            listed["rules"][0]["when"],
            "from = \"*@billing.example.com\""
        );
        // A member reads them in the settings, and is refused to change them.
        let mut alice = mailbox.member(mailbox.alice());
        alice.ok(&format!(
            "SELECT {}",
            quoted(&mailbox.seen("Team/Settings"))
        ));
        let text = alice.ok("UID FETCH 1:* (BODY.PEEK[])");
        assert!(text.contains("*@billing.example.com"), "{text}");
        alice.command("UID STORE 1:* +FLAGS (\\Deleted)");
        alice.command("EXPUNGE");
        rule(&mailbox, &["list"]).exits(0).says("6 rules");
        // The same again is nothing to do, and another of that name is refused.
        let again = add(&mailbox, RULES[0]).exits(0);
        assert!(
            again
                .sent()
                .iter()
                .all(|command| !command.starts_with("APPEND"))
        );
        add(&mailbox, ["A", "from = \"x\"", "flag = true"])
            .exits(64)
            .says("another rule is called \"a\"");
        // What is taken away comes back by undo.
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}.rules", mailbox.address));
        let file = file.to_str().unwrap();
        rule(&mailbox, &["remove", "B", "--undo-file", file]).exits(0);
        rule(&mailbox, &["list"])
            .exits(0)
            .says("5 rules")
            .says_not("rechnung");
        rule(&mailbox, &["remove", "b"])
            .exits(67)
            .says("no rule is called \"b\"");
        mailbox.provider.run(["undo", file, "--yes"]).exits(0);
        rule(&mailbox, &["list"])
            .exits(0)
            .says("6 rules")
            .says("rechnung");
        fs::remove_file(file).unwrap();
    }
}

#[test]
fn an_undo_takes_off_what_the_rules_gave_and_nothing_else() {
    for mailbox in on_both(&["Archive"], 1) {
        let mailbox = with_rules(mailbox);
        fill(&mailbox, "INBOX");
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok("SELECT INBOX");
        owner.ok("UID STORE 1 +FLAGS (\\Flagged invoice)");
        drop(owner);
        let before = carried(&mailbox, mailbox.alice(), "INBOX");
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}.ran", mailbox.address));
        let file = file.to_str().unwrap();
        rule(&mailbox, &["run", "--undo-file", file])
            .exits(0)
            .says("7 taken by rules, 6 changed");
        assert_eq!(carried(&mailbox, mailbox.alice(), "INBOX"), expected());
        mailbox.provider.run(["undo", file, "--yes"]).exits(0);
        assert_eq!(carried(&mailbox, mailbox.alice(), "INBOX"), before);
        let words = ["audit", "show", "--mailbox", &mailbox.address, "-o", "json"];
        let told = mailbox.provider.run(words).exits(0).stdout;
        assert!(
            told.contains("\\\\Flagged") && !told.contains("hello"),
            "{told}"
        );
        fs::remove_file(file).unwrap();
    }
}

#[test]
fn whoever_lacks_the_w_right_and_what_others_could_write_is_refused_first() {
    for mailbox in on_both(&["Archive"], 1) {
        let mailbox = with_rules(mailbox);
        fill(&mailbox, "Archive");
        let others = mailbox.everything().replace('w', "");
        mailbox.set("Archive", &mailbox.address, &others);
        let ran = rule(&mailbox, &["run", "--folder", "Archive"]).exits(77);
        assert_eq!(stores(&ran), 0);
        mailbox.set("Team/Settings", mailbox.alice(), "lri");
        for typed in [&["run"][..], &["list"], &["remove", "a"]] {
            rule(&mailbox, typed).exits(77).says("not obeyed");
        }
    }
}

#[test]
fn what_is_no_rule_is_told_before_anybody_logs_in() {
    let toy = Toy::twisted(&["Archive"], |_, _, _| false);
    let at = |words: &[&str]| {
        let begin = ["rule", words[0], "support@example.test"].into_iter();
        toy.run(begin.chain(words[1..].iter().copied()))
    };
    let add = |when: &str, then: &str| at(&["add", "a", "--when", when, "--then", then]);
    add("form = \"x\"", "flag = true")
        .exits(65)
        .says("did you mean \"from\"?");
    add("{}", "flag = true")
        .exits(65)
        .says("every message would be meant");
    add("text = [\"x\", \"in*oice\"]", "flag = true")
        .exits(65)
        .says("* stands for nothing there");
    let hold = [
        "retention",
        "hold",
        "support@example.test",
        "case",
        "--until",
        "2999-01-01",
    ];
    toy.run(
        hold.into_iter()
            .chain(["--match", "not = { text = \"x\" }"]),
    )
    .exits(65)
    .says("asks headers alone");
    add("from = \"x\"", "forward = \"x%y.test@y.example\"")
        .exits(65)
        .says("stands before the @");
    add("from = \"x\"", "forward = \"x@y.example\"")
        .exits(77)
        .says("the profile does not name that domain");
    add("from = \"x\"", "move = \"Archive\", trash = true")
        .exits(65)
        .says("can go to one place alone");
    at(&["run", "--proof", "all"])
        .exits(64)
        .says("no member is looked at for a rule");
    assert!(toy.heard_of("LOGIN").is_empty() && toy.heard_of("AUTHENTICATE").is_empty());
    toy.finish();
}

#[test]
fn rules_reach_no_mailbox_of_the_same_name_elsewhere() {
    let provider = Cyrus::default_domain();
    let names = provider.fresh_all(&["team", &format!("team@{OTHER_DOMAIN}"), "alice"]);
    let [home, abroad] = [0, 1].map(|n| Mailbox {
        provider,
        address: names[n].clone(),
        people: vec![names[2].clone()],
    });
    for mailbox in [&home, &abroad] {
        mailbox.make(&[]);
        fill(mailbox, "INBOX");
    }
    add(&abroad, RULES[0]).exits(0);
    rule(&abroad, &["run"])
        .exits(0)
        .says("3 taken by rules, 3 changed");
    rule(&home, &["list"]).exits(0).says("no rules");
    rule(&home, &["run"]).exits(67);
    assert!(
        carried(&home, &home.address, "INBOX")
            .iter()
            .all(String::is_empty)
    );
}

/// How the configuration of the Dovecot that is installed begins, whose version 2.4 wants its own number first.
fn mail_at(place: &str) -> String {
    let asked = Command::new("sh")
        .args(["-c", "PATH=$PATH:/usr/sbin dovecot --version"])
        .output();
    let told = String::from_utf8(asked.unwrap().stdout).unwrap();
    // As in "2.4.1-4 (7d8c0e5759)".
    let version = told.split([' ', '-', '\n']).next().unwrap();
    match version.starts_with("2.3.") {
        true => format!("mail_location = maildir:{place}\n"),
        false => format!(
            "dovecot_config_version = {version}\ndovecot_storage_version = {version}\n\
             mail_driver = maildir\nmail_path = {place}\n"
        ),
    }
}

/// What the script does with a message, as Dovecot's own interpreter tells: the keywords and flags that it gives.
fn filtered(folder: &Path, script: &str, message: &str, into: &str) -> Vec<String> {
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write("rules.sieve", script);
    write("message.eml", message);
    // It runs as nobody where the tests run as root, whose mail it refuses to touch.
    let own = fs::metadata(folder).unwrap().uid();
    let uid = if own == 0 { 65_534 } else { own };
    let place = folder.display();
    let conf = format!(
        "{}mail_home = {place}\nmail_uid = {uid}\nmail_gid = {uid}\nlog_path = /dev/stderr\n\
         first_valid_uid = 1\nfirst_valid_gid = 1\nssl = no\n",
        mail_at(&format!("{place}/mail"))
    );
    write("dovecot.conf", &conf);
    let mut command = Command::new("sieve-test");
    command.current_dir(folder);
    let ran = command
        .args(["-c", "dovecot.conf", "rules.sieve", "message.eml"])
        .output();
    let ran = ran.unwrap();
    let told = String::from_utf8_lossy(&ran.stdout);
    assert!(
        told.contains(&format!("store message in folder: {into}\n")),
        "{told}{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let flags = told
        .split_once("+ add IMAP flags: ")
        .map_or("", |(_, rest)| rest);
    let flags = flags.lines().next().unwrap_or_default();
    let mut flags: Vec<String> = flags.split_whitespace().map(str::to_lowercase).collect();
    flags.sort_unstable();
    flags
}

/// Messages of each From with each Subject.
fn made() -> Vec<String> {
    let from = [
        "",
        "From: carol@billing.example.com\n",
        "From: Carol <CAROL@BILLING.EXAMPLE.COM>\n",
        "From: \"carol@billing.example.com\" <dave@x.test>\n",
        "From: Team: dave@x.test, carol@billing.example.com;, erin@x.test\n",
        "From: =?utf-8?q?carol=40billing.example.com?= <dave@x.test>\n",
        "From: dave@x.test,\n carol@billing.example.com\n",
        "From: dave@x.test\nFrom: carol@billing.example.com\n",
    ];
    let subject = [
        "",
        "Subject:\n",
        "Subject: your INVOICE 7\n",
        "Subject: =?utf-8?q?in?=\n =?utf-8?q?voice?=\n",
        "Subject: =?iso-8859-1?q?Rechnung_f=FCr_x?=\n",
        "Subject: in\n voice\n",
        "Subject: hello\nSubject: invoice\n",
        "Subject: =?utf-8?b?aW52b2ljZQ==?= and more\n",
    ];
    let each = |from: &&str| subject.map(|subject| format!("{from}{subject}"));
    from.iter().flat_map(each).collect()
}

#[test]
fn a_server_that_filters_mail_gives_it_what_the_rules_give() {
    let [mailbox, _] = on_both(&["Rechnungen/März"], 1).map(with_rules);
    for rule in MOVING {
        add(&mailbox, rule).exits(0);
    }
    let ran = mailbox
        .provider
        .run(["rule", "export", &mailbox.address])
        .exits(0);
    let script = ran.stdout;
    let folder = std::env::temp_dir().join(format!("sharemail-sieve-{}", std::process::id()));
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    let made = made()
        .into_iter()
        .chain(MAIL.map(|(header, _)| header.to_owned()));
    let made: Vec<String> = made.collect();
    let mut owner = mailbox.member(&mailbox.address);
    for (n, header) in made.iter().enumerate() {
        owner.append(
            "INBOX",
            &format!("{header}Message-ID: <{n}@example.test>\n\nworld\n"),
        );
    }
    let told = rule(&mailbox, &["run", "-n", "-o", "json"]).exits(0).json();
    for (n, header) in made.iter().enumerate() {
        let id = format!("<{n}@example.test>");
        let all = told["messages"].as_array().unwrap();
        let taken = all.iter().find(|row| row["message_id"] == id);
        let labels = taken.map(|row| row["labels"].as_array().unwrap().clone());
        let labels = labels.unwrap_or_default();
        let mut labels: Vec<String> = labels
            .iter()
            .map(|label| label.as_str().unwrap().to_lowercase())
            .collect();
        labels.sort_unstable();
        let message = format!("{header}Message-ID: {id}\n\nworld\n");
        let to = taken.and_then(|taken| taken["to"].as_str());
        let into = to.unwrap_or("INBOX");
        assert_eq!(
            filtered(&folder, &script, &message, into),
            labels,
            "{header}"
        );
    }
    fs::remove_dir_all(&folder).unwrap();
}

/// What each message of a folder carries, by the number in its Message-ID.
fn by_id(mailbox: &Mailbox, folder: &str) -> BTreeMap<String, String> {
    let mut session = mailbox.member(mailbox.alice());
    let folder = mailbox.seen(folder);
    let selected = session.ok(&format!("SELECT {}", quoted(&folder)));
    if selected.contains("* 0 EXISTS") {
        return BTreeMap::new();
    }
    let told = session.ok("UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])");
    let part = |text: &str, from: &str, to: &str| {
        let (_, rest) = text.split_once(from).unwrap();
        rest.split_once(to).unwrap().0.to_owned()
    };
    let fetched = told.split(" FETCH (").skip(1).map(|text| {
        let flags = part(text, "FLAGS (", ")");
        let mut flags: Vec<&str> = flags
            .split(' ')
            .filter(|flag| !["\\Recent", "\\Seen", ""].contains(flag))
            .collect();
        flags.sort_unstable();
        (part(text, "Message-ID: <", "@"), flags.join(" "))
    });
    fetched.collect()
}

/// Moves what its rules move, with what they give, and puts both back.
fn moves_and_back(mailbox: &Mailbox, (inbox, into): (&str, &str)) {
    fill(mailbox, inbox);
    let mut owner = mailbox.member(&mailbox.address);
    owner.ok(&format!("SELECT {inbox}"));
    // By hand, before any rule.
    owner.ok("UID STORE 1 +FLAGS (\\Flagged)");
    owner.ok("UID STORE 4 +FLAGS (filed kept)");
    drop(owner);
    for rule in RULES
        .iter()
        .filter(|rule| rule[0] != "b")
        .chain(&MOVING[..1])
    {
        add(mailbox, *rule).exits(0);
    }
    let before = by_id(mailbox, "INBOX");
    let dry = rule(mailbox, &["run", "-n", "--detailed-exitcode", "-o", "json"]).exits(2);
    assert_eq!(changes(&dry), 0);
    let told = dry.json();
    let going = told["messages"].as_array().unwrap().iter();
    let going = going.filter(|row| row["to"] == into);
    assert_eq!(going.count(), 3, "{told}");
    assert_eq!(by_id(mailbox, "INBOX"), before);
    let file = mailbox
        .provider
        .dir()
        .join(format!("{}.moving", mailbox.address));
    let file = file.to_str().unwrap();
    rule(mailbox, &["run", "--undo-file", file])
        .exits(0)
        .says("9 messages judged, 6 taken by rules, 6 changed");
    let there = by_id(mailbox, into);
    let expected = [
        ("0", "\\Flagged filed invoice"),
        ("3", "\\Flagged filed invoice kept"),
        ("6", "\\Flagged filed invoice list"),
    ];
    let expected = expected.map(|(id, flags)| (id.to_owned(), flags.to_owned()));
    assert_eq!(there, BTreeMap::from(expected));
    let left = by_id(mailbox, "INBOX");
    assert_eq!(left.len(), 6);
    assert_eq!(left["4"], "copied");
    let again = rule(mailbox, &["run"]).exits(0);
    assert_eq!(changes(&again), 0);
    again.says("nothing new, 6 messages judged before");
    let again = rule(mailbox, &["run", "--all"]).exits(0);
    assert_eq!(changes(&again), 0);
    again.says("3 taken by rules and so already, nothing to do");
    let undone = mailbox.provider.run(["undo", file, "--yes", "-vv"]);
    undone.exits(0);
    assert!(by_id(mailbox, into).is_empty());
    assert_eq!(by_id(mailbox, "INBOX"), before);
    fs::remove_file(file).unwrap();
}

/// The commands of a run that change what messages carry or where they lie.
fn changes(ran: &Ran) -> usize {
    let sent = ran.sent().into_iter();
    let verbs = ["UID STORE", "UID MOVE", "UID COPY", "UID EXPUNGE", "CREATE"];
    sent.filter(|command| verbs.iter().any(|verb| command.starts_with(verb)))
        .count()
}

#[test]
fn what_rules_move_has_its_labels_and_comes_back_without_them() {
    for mailbox in on_both(&["Archive", "Rechnungen", "Rechnungen/März"], 1) {
        mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
        moves_and_back(&mailbox, ("INBOX", "Rechnungen/März"));
    }
}

#[test]
fn so_it_does_on_courier() {
    let mailbox = Mailbox::on(Courier::running(), &["Rechnungen", "Rechnungen/März"], 1);
    mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
    moves_and_back(&mailbox, ("INBOX", "Rechnungen/März"));
}

#[test]
fn a_folder_that_is_missing_is_told_before_anything_is_changed() {
    for mailbox in on_both(&["Invoices"], 1) {
        mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
        fill(&mailbox, "INBOX");
        add(&mailbox, ["m", "from = \"*\"", "move = \"Invoice\""])
            .exits(67)
            .says("there is no such folder")
            .says("did you mean \"Invoices\"?");
        let settings = ["m", "from = \"*\"", "move = \"Team/Settings\""];
        add(&mailbox, settings).exits(64);
        let then = "flag = true, move = \"Invoices\"";
        add(&mailbox, ["m", "from = \"*\"", then]).exits(0);
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok("DELETE Invoices");
        drop(owner);
        let before = by_id(&mailbox, "INBOX");
        let ran = rule(&mailbox, &["run"]).exits(67);
        assert_eq!(changes(&ran), 0);
        ran.says("the rule \"m\" moves mail into \"Invoices\", and there is no such folder");
        assert_eq!(by_id(&mailbox, "INBOX"), before);
        let words = ["rule", "export", &mailbox.address];
        mailbox.provider.run(words).exits(67);
    }
}

#[test]
fn the_trash_is_the_folder_that_the_server_tells() {
    let [dovecot, cyrus] = on_both(&["Trash"], 1);
    let rule_of_trash = ["t", "subject = \"hello\"", "trash = true"];
    for mailbox in [&dovecot, &cyrus] {
        mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
        fill(mailbox, "INBOX");
    }
    add(&dovecot, rule_of_trash).exits(0);
    rule(&dovecot, &["run"])
        .exits(0)
        .says("2 taken by rules, 2 changed");
    let there: Vec<String> = by_id(&dovecot, "Trash").into_keys().collect();
    assert_eq!(there, ["1", "2"]);
    add(&cyrus, rule_of_trash)
        .exits(67)
        .says("the server tells no folder that is it");
}

#[test]
fn rights_that_a_move_lacks_are_told_before_anything_is_changed() {
    for mailbox in on_both(&["Archive", "Invoices"], 1) {
        mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
        fill(&mailbox, "Archive");
        let then = "flag = true, move = \"Invoices\"";
        add(&mailbox, ["m", "from = \"*@billing.example.com\"", then]).exits(0);
        let everything = mailbox.everything();
        for (folder, letters, what) in [
            ("Archive", "te", "lacks the t and the e right"),
            (
                "Archive",
                "e",
                "out of Archive: whoever opens the mailbox lacks the e right",
            ),
            (
                "Invoices",
                "i",
                "into Invoices: whoever opens the mailbox lacks the i right",
            ),
        ] {
            let left = everything.replace(|letter| letters.contains(letter), "");
            // Of Cyrus d and c are letters of their own.
            let left = left.replace(['d', 'c'], "");
            mailbox.set(folder, &mailbox.address, &left);
            let ran = rule(&mailbox, &["run", "--folder", "Archive"]).exits(77);
            assert_eq!(changes(&ran), 0);
            ran.says(what);
            mailbox.set(folder, &mailbox.address, everything);
        }
        assert!(by_id(&mailbox, "Archive").values().all(String::is_empty));
    }
}

#[test]
fn folders_that_were_looked_into_are_named_where_no_rule_takes_anything() {
    for mailbox in on_both(&["Archive"], 1) {
        fill(&mailbox, "Archive");
        add(&mailbox, RULES[0]).exits(0);
        rule(&mailbox, &["run"])
            .exits(0)
            .says("0 messages judged, no rule takes any")
            .says("only INBOX was looked into, and --folder names others");
        rule(&mailbox, &["run", "--folder", "Archive"])
            .exits(0)
            .says_not("looked into");
    }
}
