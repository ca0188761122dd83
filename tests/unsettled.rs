//! `sharemail apply`, cut off between making a folder and settling who has access to it.

use std::time::Duration;

use crate::plan::Wishes;
use crate::provider::proxy::{Cut, Proxy};
use crate::provider::{Dovecot, Mailbox, Provider, run};

const MADE: [&str; 3] = ["Archive/Größe", "Pläne", "Pläne/2030"];

/// A mailbox with two people whom no file names: bob has INBOX, carol the archive alone.
fn inherited(provider: &Provider) -> Mailbox<'_> {
    let mailbox = Mailbox::on(provider, &["Archive", "Sent"], 3);
    mailbox.set("INBOX", mailbox.bob(), "lrs");
    mailbox.set("Archive", &mailbox.people[2], "lrsw");
    mailbox
}

fn wishes(mailbox: &Mailbox) -> Wishes {
    let made = MADE.map(|folder| format!("{folder:?}")).join(", ");
    let alice = mailbox.alice();
    Wishes::of(
        mailbox,
        &format!("folders = [{made}]\nfull-access = [\"{alice}\"]\nsend-as = [\"{alice}\"]\n"),
    )
}

#[test]
fn a_note_that_cannot_be_read_is_not_taken_for_none() {
    let mailbox = inherited(Dovecot::running());
    let file = wishes(&mailbox);
    let state = tempfile::tempdir().unwrap();
    let cut = Cut::After("CREATE ", 2);
    let proxy = Proxy::plain(mailbox.provider, Duration::ZERO, Some(cut));
    let apply = |mut command: std::process::Command| {
        command.env("XDG_STATE_HOME", state.path());
        command.args(["apply", "--yes", "--proof", "none", "-f"]);
        run::wait(run::start(command.arg(file.path())))
    };
    assert_ne!(apply(proxy.sharemail(mailbox.provider)).code, Some(0));
    let notes = std::fs::read_dir(state.path().join("sharemail/unsettled")).unwrap();
    for note in notes {
        std::fs::write(note.unwrap().path(), "{ half a no").unwrap();
    }
    apply(mailbox.provider.sharemail())
        .says("a note of a run that may have broken off cannot be read")
        .says("may have stayed");
}
