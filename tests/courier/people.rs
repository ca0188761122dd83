//! People on Courier: sheets, offboard, access copy, undo, the log, the access review.

use std::fs;

use super::{native, store};
use crate::provider::{Courier, Mailbox, Provider, run};

const FOLDERS: [&str; 3] = ["Archive", "Größe", "Sent"];

fn on(provider: &Provider) -> [Mailbox<'_>; 2] {
    [3, 3].map(|people| Mailbox::on(provider, &FOLDERS, people))
}

fn export(mailbox: &Mailbox) -> String {
    mailbox.run(["export", &mailbox.address]).exits(0).stdout
}

#[test]
fn each_row_of_a_sheet_is_granted_or_named() {
    let [one, two] = on(Courier::running());
    let (alice, bob) = (one.alice(), one.bob());
    let text = format!(
        "mailbox,who,level,rights,send-as,folders\n\
         {0},{alice},write,,yes,\n\
         {0},group:helpdesk,read-only,,,Größe\n\
         {1},id:-{bob},,lw,,Größe\n\
         {1},group:night shift,read-only,,,\n\
         {1},id:administrators,read-only,,,\n\
         nobody@example.test,{alice},write,,,\n\
         {1},jürgen,read-only,,,Sent\n",
        one.address, two.address
    );
    let path = one.provider.dir().join(format!("{}.csv", one.address));
    fs::write(&path, text).unwrap();
    let undo = path.with_extension("undo");
    let before = [export(&one), export(&two)];
    let words = [
        "grant",
        "--yes",
        "--csv",
        path.to_str().unwrap(),
        "--undo-file",
        undo.to_str().unwrap(),
    ];
    let ran = one.run(words).exits(3);
    ran.says("the server stores nothing")
        .says("7 rows: 4 done, 3 failed");
    assert_eq!(one.rights(alice, "Größe").as_deref(), Some("ilrsw"));
    assert!(native(&one, "Identities/Send As").contains(&format!("(\"user={alice}\" \"l\")")));
    assert!(native(&one, "Größe").contains("(\"group=helpdesk\" \"lrs\")"));
    assert!(!native(&one, "Sent").contains("helpdesk"));
    assert!(native(&two, "Größe").contains(&format!("(\"-user={bob}\" \"lw\")")));
    assert!(!native(&two, "INBOX").contains("night"));
    assert!(native(&two, "Sent").contains("(\"user=jürgen@example.test\" \"lrs\")"));
    assert!(native(&two, "INBOX").contains("(\"administrators\" \"acdilrsw\")"));
    one.run(["undo", undo.to_str().unwrap(), "--yes"]).exits(0);
    assert_eq!([export(&one), export(&two)], before);
}

#[test]
fn whoever_leaves_goes_in_every_spelling_and_can_be_put_back() {
    let provider = Courier::start();
    let [one, two] = on(&provider);
    let (alice, bob) = (one.alice(), one.bob());
    one.grant([alice, "--full-access", "--send-as"]).exits(0);
    two.grant([alice, "--read-only", "--folder", "Größe"])
        .exits(0);
    store(&two, "Archive", &format!("-user={alice}"), "w");
    store(&two, "Archive", "group=helpdesk", "lr");
    let before = [export(&one), export(&two)];
    let undo = provider.dir().join("left.undo");
    let undo = undo.to_str().unwrap();
    let words = ["offboard", alice, "--to", bob, "--yes", "--undo-file", undo];
    let ran = provider.run(words);
    // Nobody can look through her eyes here, or his: that is told.
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran.says("nobody looked through the eyes of")
        .says("not verified");
    for (mailbox, folder) in [&one, &two].into_iter().flat_map(|m| {
        FOLDERS
            .iter()
            .chain(&["INBOX"])
            .map(move |folder| (m, *folder))
    }) {
        assert!(!native(mailbox, folder).contains(alice), "{folder}");
        assert_eq!(mailbox.rights(alice, folder), None);
    }
    assert_eq!(one.rights(bob, "Größe").as_deref(), Some("ailrsw"));
    assert_eq!(one.rights(bob, "Identities/Send As").as_deref(), Some("l"));
    assert_eq!(two.rights(bob, "Größe").as_deref(), Some("lrs"));
    assert!(native(&two, "Archive").contains("(\"group=helpdesk\" \"lr\")"));
    provider.run(["undo", undo, "--yes"]).exits(0);
    assert_eq!([export(&one), export(&two)], before);
    provider
        .run(["undo", undo, "--yes"])
        .exits(0)
        .says("nothing to put back");
    let told = provider
        .run(["audit", "show", "--mailbox", &two.address])
        .exits(0);
    told.says("Größe")
        .says(&format!("-{alice} on Archive: w → none"));
    provider.run(["audit", "verify"]).exits(0).says("whole");
}

#[test]
fn a_newcomer_gets_what_a_colleague_has() {
    let provider = Courier::start();
    let [one, two] = on(&provider);
    let (alice, bob) = (one.alice(), one.bob());
    one.grant([alice, "--write", "--send-as"]).exits(0);
    two.grant([alice, "--rights", "lrx", "--folder", "Größe"])
        .exits(0);
    let ran = provider.run(["access", "copy", alice, bob]).exits(0);
    ran.says("on 2 shared mailboxes")
        .says("stored, not verified");
    assert_eq!(one.rights(bob, "Sent").as_deref(), Some("ilrsw"));
    assert_eq!(one.rights(bob, "Identities/Send As").as_deref(), Some("l"));
    assert!(native(&two, "Größe").contains(&format!("(\"user={bob}\" \"lrx\")")));
    let told = provider.run(["access", bob]).exits(0);
    told.says(&one.address).says(&two.address);
}

#[test]
fn the_access_review_shows_groups_and_what_takes_away() {
    let [mailbox, _] = on(Courier::running());
    let alice = mailbox.alice();
    mailbox.grant([alice, "--write", "--send-as"]).exits(0);
    store(&mailbox, "Größe", "group=helpdesk", "lr");
    store(&mailbox, "Größe", &format!("-user={alice}"), "w");
    let words = ["report", &mailbox.address, "--format", "csv"];
    let rows = mailbox.run(words).exits(0).stdout;
    let row = |who: &str| {
        let row = rows.lines().find(|row| row.split(',').nth(1) == Some(who));
        row.unwrap_or_else(|| panic!("{who} {rows}")).to_owned()
    };
    assert!(
        row(alice).contains(",write,") && row(alice).contains("send-as"),
        "{rows}"
    );
    assert!(row("group:helpdesk").contains(",group,"), "{rows}");
    assert!(
        row(&format!("id:-{alice}")).contains(",negative,"),
        "{rows}"
    );
    assert!(
        !rows.contains("administrators") && !rows.contains("owner"),
        "{rows}"
    );
    let page = mailbox
        .provider
        .dir()
        .join(format!("{}.html", mailbox.address));
    let mut command = mailbox.provider.sharemail();
    let words = ["report", &mailbox.address, "--out", page.to_str().unwrap()];
    run::run(&mut command, words).exits(0);
    let text = fs::read_to_string(page).unwrap();
    assert!(text.contains("Größe") && text.contains("group:helpdesk"));
}
