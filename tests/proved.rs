//! A proof is what the member can do: servers whose MYRIGHTS tells less, or whose refusals tell
//! nothing, are neither told as having given nothing nor as having taken all.

use serde_json::Value;

use crate::provider::client::quoted;
use crate::provider::odd::{self, CAROL, SHARED, asked, tell};
use crate::provider::{Courier, Cyrus, Dovecot, Mailbox, Ran, Toy, on_both, run};

/// What a session of carol's proved, by the report in JSON.
fn proof(ran: &Ran) -> Value {
    ran.json()["members"][0]["proof"].clone()
}

fn explained(toy: &Toy) -> Value {
    toy.run(["explain", "support@", "carol", "-o", "json"])
        .exits(0)
        .json()
}

/// What it says of one folder.
fn folder<'e>(explained: &'e Value, folder: &str) -> &'e Value {
    let folders = explained["folders"].as_array().unwrap();
    folders.iter().find(|row| row["folder"] == folder).unwrap()
}

fn said(explained: &Value) -> String {
    explained["verdict"].to_string() + &explained["remarks"].to_string()
}

#[test]
fn letters_that_myrights_never_shows_are_seen_otherwise_or_told_to_be_only_stored() {
    let toy = odd::without_l_and_a();
    let ran = toy.run(["grant", "support@", "carol", "--read-only", "-o", "json"]);
    let read = proof(&ran.exits(0));
    assert_eq!(
        [&read["result"], &read["only_stored"]],
        ["verified", ""],
        "{read}"
    );
    let ran = toy.run(["grant", "support@", "carol", "--full-access", "-o", "json"]);
    let full = proof(&ran.exits(0));
    assert_eq!(
        [&full["result"], &full["only_stored"]],
        ["verified", "a"],
        "{full}"
    );
    toy.run(["grant", "support@", "carol", "--full-access"])
        .exits(0)
        .says("a stored, which the server does not show");
    let explained = explained(&toy);
    assert_eq!(folder(&explained, "Sent")["level"], "full-access");
    assert!(!said(&explained).contains("less than"), "{explained:#}");
    toy.run(["check", "support@"]).exits(0);
    toy.run(["revoke", "support@", "carol"])
        .exits(0)
        .says("verified as");
}

#[test]
fn a_letter_that_the_server_shows_others_is_still_lacking() {
    let toy = Toy::twisted(&["Sent"], |peer, line, _| {
        let is_sent = asked(line, "MYRIGHTS") == Some("Sent");
        if is_sent {
            tell(peer, line, "lr");
        }
        is_sent
    });
    let ran = toy.run(["grant", "support@", "carol", "--write", "-o", "json"]);
    let proof = proof(&ran.exits(3));
    assert_eq!(
        [&proof["result"], &proof["has"]],
        ["partly", "lr"],
        "{proof}"
    );
}

#[test]
fn a_revocation_after_which_the_member_still_opens_a_folder_is_not_verified() {
    let toy = odd::by_group();
    toy.run(["grant", "support@", "carol", "--read-only"])
        .exits(0);
    toy.run([
        "grant",
        "support@",
        "bob",
        "--read-only",
        "--folder",
        "Sent",
    ])
    .exits(0);
    let ran = toy.run(["revoke", "support@", "carol"]).exits(3);
    ran.says("others still give")
        .says("Sent")
        .says_not("verified as");
    let ran = toy
        .run(["revoke", "support@", "carol", "-o", "json"])
        .exits(3);
    let proof = proof(&ran);
    assert_eq!(proof["result"], "remains", "{proof}");
    assert_eq!(proof["folders"], serde_json::json!(["Sent"]));
    // Nobody takes her Recent from anybody.
    assert_eq!(toy.heard_of("SELECT"), [""; 0]);
    let explained = explained(&toy);
    assert_eq!(folder(&explained, "Sent")["rights"], "r");
    assert_eq!(folder(&explained, "INBOX")["rights"], "");
    toy.run(["check", "support@"]).exits(0);
    toy.set("INBOX", CAROL, "lrs");
    let everywhere = ("SHAREMAIL_MAILBOXES", "support@");
    let mut left = toy.sharemail();
    run::run(
        left.env(everywhere.0, everywhere.1),
        ["offboard", "carol", "--yes"],
    )
    .exits(3)
    .says("Sent")
    .says_not("(verified as");
}

#[test]
fn what_a_folder_lets_in_is_a_grant_that_counts_though_myrights_denies_it() {
    let toy = odd::denying();
    let ran = toy.run(["grant", "support@", "carol", "--write", "-o", "json"]);
    let given = proof(&ran.exits(0));
    // All that LIST and EXAMINE cannot show.
    assert_eq!(
        [&given["result"], &given["only_stored"]],
        ["verified", "swip"],
        "{given}"
    );
    // Identity folders are listed, and do not open.
    let ran = toy.run(["grant", "support@", "carol", "--send-as", "-o", "json"]);
    let sends = proof(&ran.exits(0));
    assert_eq!(
        [&sends["result"], &sends["only_stored"]],
        ["verified", "p"],
        "{sends}"
    );
    let explained = explained(&toy);
    assert_eq!(
        folder(&explained, "Sent")["level"],
        "write",
        "{explained:#}"
    );
    toy.run(["revoke", "support@", "carol"]).exits(0);
}

#[test]
fn sets_that_read_back_closed_and_in_another_order_are_proved_by_what_they_do() {
    let toy = odd::closing();
    let ran = toy.run(["grant", "support@", "carol", "--write"]).exits(0);
    ran.says("write on 2 folders").says("verified as");
    assert_eq!(toy.stored("Sent", CAROL).as_deref(), Some("wpisrl"));
    let ran = toy.run(["grant", "support@", "carol", "--send-as", "-o", "json"]);
    let ran = ran.exits(0);
    assert_eq!(
        toy.stored("Identities/Send As", CAROL).as_deref(),
        Some("p")
    );
    assert_eq!(proof(&ran)["result"], "verified", "{ran:?}");
    assert_eq!(ran.json()["failures"], serde_json::json!([]), "{ran:?}");
    // More than was asked for is told.
    let ran = toy
        .run(["grant", "support@", "carol", "--read-only"])
        .exits(3);
    ran.says("read-only on 2 folders")
        .says("the server stores lrsw");
    toy.run(["revoke", "support@", "carol"])
        .exits(0)
        .says("verified as");
}

#[test]
fn a_refusal_that_says_nothing_of_the_folder_proves_nothing() {
    for words in [
        "[UNAVAILABLE] later",
        "[LIMIT] slowly",
        "Internal error",
        "[X-ODD] what",
        "[SERVERBUG] oops",
    ] {
        for verbs in [&["MYRIGHTS", "EXAMINE"][..], &["MYRIGHTS"], &["EXAMINE"]] {
            let toy = odd::refusing(verbs, words);
            let ran = toy.run(["grant", "support@", "carol", "--write"]).exits(0);
            match verbs {
                // MYRIGHTS tells all.
                ["EXAMINE"] => ran.says("verified as"),
                // Nothing is taken back for it.
                _ => ran.says("not verified").says_not("gives nothing"),
            };
            assert_eq!(toy.stored("Sent", CAROL).as_deref(), Some("lrswip"));
            let code = if *verbs == ["EXAMINE"] { 0 } else { 3 };
            let explained = toy.run(["explain", "support@", "carol", "-o", "json"]);
            let explained = explained.exits(code).json();
            let told = explained["not_verified"].as_str().unwrap_or_default();
            assert_eq!(told.is_empty(), verbs == ["EXAMINE"], "{explained:#}");
            let ran = toy
                .run(["revoke", "support@", "carol", "-o", "json"])
                .exits(0);
            let gone = proof(&ran);
            assert_eq!(gone["result"], "not-verified", "{verbs:?} {words}: {gone}");
            let why = gone["why"].as_str().unwrap();
            assert!(why.contains(words.rsplit(' ').next().unwrap()), "{why}");
            toy.run(["check", "support@"]).exits(0);
        }
    }
}

#[test]
fn a_member_who_cannot_log_in_is_not_verified_and_no_stranger() {
    let toy = odd::shutting_out();
    let ran = toy.run(["grant", "support@", "carol", "--write"]).exits(0);
    ran.says("not verified").says_not("knows no user");
    assert_eq!(toy.stored("Sent", CAROL).as_deref(), Some("lrswip"));
    let ran = toy.run(["revoke", "support@", "carol"]).exits(0);
    ran.says("not verified").says_not("verified as");
}

/// Names below `shared`, whose prefix the server tells without a separator at its end.
#[test]
fn a_namespace_without_a_separator_at_its_end_is_asked_about() {
    let toy = odd::without_separator();
    let ran = toy.run(["grant", "support@", "carol", "--write"]).exits(0);
    ran.says("verified as").says(SHARED);
    let explained = explained(&toy);
    assert_eq!(explained["path"], SHARED, "{explained:#}");
    toy.run(["revoke", "support@", "carol"])
        .exits(0)
        .says("verified as");
}

/// Where the mailbox's own name is a level, and INBOX lies below it.
#[test]
fn an_inbox_below_a_level_that_is_no_folder_is_asked_about() {
    let toy = odd::below_a_level();
    let ran = toy.run(["grant", "support@", "carol", "--write"]).exits(0);
    ran.says("verified as")
        .says("shared/support@example.test/INBOX");
    let explained = explained(&toy);
    let inbox = folder(&explained, "INBOX");
    assert_eq!(inbox["level"], "write", "{explained:#}");
    assert_eq!(inbox["visible"], true, "{explained:#}");
    toy.run(["revoke", "support@", "carol"])
        .exits(0)
        .says("verified as");
}

/// A folder is not there for whoever has not listed it.
#[test]
fn folders_that_are_there_only_behind_a_list_are_listed() {
    let toy = odd::behind_a_list();
    let ran = toy.run(["grant", "support@", "carol", "--write"]).exits(0);
    ran.says("write on 2 folders").says("verified as");
    assert_eq!(toy.stored("Sent", CAROL).as_deref(), Some("lrswip"));
    assert_eq!(folder(&explained(&toy), "Sent")["level"], "write");
    toy.run(["check", "support@"]).exits(0);
    toy.run(["revoke", "support@", "carol"])
        .exits(0)
        .says("verified as");
}

/// A proof opens folders, and nobody's `\Recent` goes by it: the member finds it afterwards.
#[test]
fn a_proof_takes_no_recent_from_anybody() {
    let dovecot = Mailbox::on(Dovecot::running(), &["Sent"], 0);
    let dave = "dave@example.test";
    dovecot
        .member(&dovecot.address)
        .append("Sent", "Subject: x\n\ny\n");
    dovecot
        .grant([dave, "group:helpdesk", "--read-only"])
        .exits(0);
    let ran = dovecot.revoke([dave, "-vv"]).exits(3);
    let ran = ran.says("others still give").says_not("(verified as");
    assert!(
        ran.stderr.contains("EXAMINE") && !ran.stderr.contains(" SELECT "),
        "{ran:?}"
    );
    let sent = quoted(&dovecot.seen("Sent"));
    let selected = dovecot.member(dave).ok(&format!("SELECT {sent}"));
    assert!(selected.contains("* 1 RECENT"), "{selected}");
}

#[test]
fn a_member_whom_another_entry_lets_in_is_not_told_to_be_out() {
    let cyrus = Mailbox::on(Cyrus::open_to_anyone(), &["Sent"], 1);
    let alice = cyrus.alice();
    cyrus.grant([alice, "--read-only"]).exits(0);
    cyrus.set("Sent", "anyone", "lr");
    let ran = cyrus.revoke([alice]).exits(3);
    ran.says("others still give")
        .says("Sent")
        .says_not("(verified as");
    cyrus
        .member(alice)
        .ok(&format!("EXAMINE {}", quoted(&cyrus.seen("Sent"))));
    // On Courier nobody can look as she does, and so nothing is verified.
    let courier = Mailbox::on(Courier::running(), &["Sent"], 1);
    let alice = courier.alice();
    courier.grant([alice, "--read-only"]).exits(0);
    courier.set("Sent", "anyone", "lr");
    let ran = courier.revoke([alice]);
    ran.says_not("(verified as");
    courier
        .member(alice)
        .ok(&format!("EXAMINE {}", quoted(&courier.seen("Sent"))));
}

#[test]
fn a_revocation_is_proved_by_what_no_longer_opens() {
    for mailbox in on_both(&["Sent", "Archive"], 1) {
        let alice = mailbox.alice();
        mailbox.grant([alice, "--write"]).exits(0);
        let ran = mailbox.revoke([alice, "-vv"]).exits(0);
        let ran = ran.says("verified as");
        for folder in ["INBOX", "Sent", "Archive"] {
            let opened = format!("EXAMINE {}", quoted(&mailbox.seen(folder)));
            assert!(ran.stderr.contains(&opened), "{ran:?}");
            mailbox.member(alice).no(&opened);
        }
    }
}
