//! Mail where there is no room for it, and where a server keeps it otherwise than in a Maildir: each message hashed by a
//! client of the tests' own, with its flags, keywords and date.

use crate::mail_archive::{FOLDERS, all, archive, fill, lying, message, sorted};
use crate::provider::client::quoted;
use crate::provider::{Cyrus, Dovecot, Mailbox, Ran};

/// Some 60 KiB.
fn large(n: usize) -> String {
    format!("{}{}\n", message(n, ""), "room\n".repeat(12 << 10))
}

/// Two messages in INBOX, which there is room for in the archive, and four in Sent.
fn fill_up(mailbox: &Mailbox) {
    let alice = mailbox.alice();
    mailbox.grant([alice, "--full-access"]).exits(0);
    let mut member = mailbox.member(alice);
    for n in 0..6 {
        let folder = if n < 2 { "INBOX" } else { "Sent" };
        member.append_asking(&mailbox.seen(folder), &large(n));
    }
}

const PLACES: [&str; 3] = ["INBOX", "Sent", "Archive"];

/// What lies in each of them, as somebody with access sees it.
fn places(mailbox: &Mailbox) -> [Vec<String>; 3] {
    let mut member = mailbox.member(mailbox.alice());
    PLACES.map(|folder| lying(&mut member, &mailbox.seen(folder)))
}

fn each(mailbox: &Mailbox) -> Vec<String> {
    sorted(places(mailbox).each_ref().map(Vec::as_slice))
}

const TYPED: &str = "--since 2000-01-01 --to-folder Archive";

/// Archives into an archive that is full after the first folder, and once more when there is room.
fn archives_as_far_as_there_is_room(mailbox: &Mailbox, makes_room: impl Fn()) {
    let before = each(mailbox);
    let ran = archive(mailbox, TYPED);
    assert!(ran.code == Some(3), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(each(mailbox), before);
    let [inbox, sent, archived] = places(mailbox);
    assert_eq!((inbox.len(), sent.len(), archived.len()), (0, 4, 2));
    // Nothing becomes of it as long as there is none.
    archive(mailbox, TYPED);
    assert_eq!(each(mailbox), before);
    makes_room();
    archive(mailbox, TYPED).exits(0);
    assert_eq!(places(mailbox)[2], before);
}

#[test]
fn what_there_is_no_room_for_is_not_moved_and_what_went_before_is_there_once() {
    let mailbox = Mailbox::on(Cyrus::running(), &["Sent", "Archive"], 1);
    fill_up(&mailbox);
    let limit = |kib: u32| {
        let root = quoted(&mailbox.owned("Archive"));
        let mut owner = mailbox.owner();
        owner.ok(&format!("SETQUOTA {root} (STORAGE {kib})"));
    };
    limit(200);
    archives_as_far_as_there_is_room(&mailbox, || limit(100_000));
}

/// Copies take room for a while, which a mailbox that is full does not have.
#[test]
fn what_there_is_no_room_for_is_not_copied_and_nothing_of_it_removed() {
    let provider = Dovecot::with(&["--no-move"]);
    let mailbox = Mailbox::on(&provider, &["Sent", "Archive"], 1);
    fill_up(&mailbox);
    mailbox.limit_storage(6 * 73 + 150);
    archives_as_far_as_there_is_room(&mailbox, || mailbox.limit_storage(100_000));
}

/// The words of a command, of which the first two are the verb.
fn typed(mailbox: &Mailbox, words: &str) -> Ran {
    let mut words: Vec<&str> = words.split(' ').collect();
    words.insert(2, &mailbox.address);
    mailbox.provider.run(words)
}

#[test]
fn mail_in_mdbox_is_listed_labelled_archived_and_kept_as_anywhere() {
    let provider = Dovecot::with(&["--mdbox"]);
    let mailbox = Mailbox::on(&provider, &FOLDERS, 1);
    fill(&mailbox);
    let places = [
        "INBOX",
        "Sent",
        "Entwürfe/März",
        "Archive/1970",
        "Archive/2018",
        "Archive/2019",
        "Archive/2021",
        "Archive/2024",
        "Old/2018",
    ];
    let each = || sorted(all(&mailbox, places).each_ref().map(Vec::as_slice));
    typed(&mailbox, "mail list --before 2025-01-01 --count")
        .exits(0)
        .says("7 messages");
    let bare = each();
    typed(&mailbox, "label add project --before 2025-01-01")
        .exits(0)
        .says("7 messages labelled project");
    let labelled = each();
    assert!(labelled.iter().all(|one| one.contains("project")));
    typed(&mailbox, "label remove project --before 2025-01-01").exits(0);
    assert_eq!(each(), bare);
    typed(&mailbox, "label add project --before 2025-01-01").exits(0);
    archive(
        &mailbox,
        "--folder INBOX --folder Sent --to-folder Archive/{year}",
    )
    .exits(0);
    assert_eq!(each(), labelled);
    let [inbox, sent, ..] = all(&mailbox, places);
    assert!(inbox.is_empty() && sent.is_empty());
    let policy = "retention set Archive/2018 --after 1y --then archive --to Old/{year} --yes";
    typed(&mailbox, policy).exits(0);
    typed(&mailbox, "retention run --unsafe-allow-remove-all --yes").exits(0);
    assert_eq!(each().len(), labelled.len());
    // How it is kept nobody can tell from outside: a Maildir would lose the 27th.
    let is_added = |n: &i32| {
        let ran = typed(
            &mailbox,
            &format!("label add many{n} --folder Archive/2024"),
        );
        ran.code == Some(0)
    };
    let kept = (0..30).take_while(is_added).count();
    assert!((20..27).contains(&kept), "{kept}");
}
