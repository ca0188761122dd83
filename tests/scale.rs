//! A thousand folders: granted, interrupted, granted again.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::provider::proxy::Proxy;
use crate::provider::{Cyrus, Dovecot, Mailbox, Provider, Ran, run};

/// A thousand, of which each costs Dovecot 2.4 a tenth of a second: there it is fewer.
fn count(provider: &Provider) -> usize {
    if provider.is_dovecot_2_4() { 150 } else { 1000 }
}

fn large(provider: &Provider) -> (Mailbox<'_>, Vec<String>) {
    let mailbox = Mailbox::on(provider, &[], 1);
    let names: Vec<String> = (1..count(provider)).map(|n| format!("F{n:03}")).collect();
    mailbox.make(&names.iter().map(String::as_str).collect::<Vec<_>>());
    (mailbox, names)
}

/// The folders that have the member's entry.
fn granted(mailbox: &Mailbox, names: &[String]) -> BTreeSet<String> {
    let mut owner = mailbox.owner();
    let folders = names.iter().map(String::as_str).chain(["INBOX"]);
    let has = |folder: &&str| {
        let entries = owner.getacl(&mailbox.owned(folder));
        entries
            .get(mailbox.spelled(mailbox.alice()))
            .map(String::as_str)
            == Some("ilprsw")
    };
    folders.filter(has).map(str::to_owned).collect()
}

/// A grant that gets Ctrl-C as soon as the server has stored the first entry.
fn interrupted(mailbox: &Mailbox) -> Ran {
    let proxy = Proxy::tls(mailbox.provider, Duration::from_millis(20), None);
    let mut command = proxy.sharemail(mailbox.provider);
    command.args(["grant", &mailbox.address, mailbox.alice(), "--write"]);
    let child = run::start(&mut command);
    let pid = Pid::from_raw(child.id().cast_signed()).unwrap();
    let patience = Instant::now() + Duration::from_secs(300);
    let mut owner = mailbox.owner();
    let inbox = mailbox.owned("INBOX");
    while !owner
        .getacl(&inbox)
        .contains_key(mailbox.spelled(mailbox.alice()))
    {
        assert!(Instant::now() < patience, "nothing was granted");
        thread::sleep(Duration::from_millis(5));
    }
    kill_process(pid, Signal::INT).unwrap();
    run::wait(child)
}

fn a_grant_is_interrupted_and_finished(provider: &Provider) {
    let (mailbox, names) = large(provider);
    let count = count(provider);
    let ran = interrupted(&mailbox).exits(130);
    let done = granted(&mailbox, &names).len();
    assert!((1..count).contains(&done), "{done}");
    ran.says(&format!("write on {done} folders"))
        // One of them is Send on Behalf.
        .says(&format!("not tried: {} changes", count - done + 1))
        .says("run it again");
    let again = mailbox.grant([mailbox.alice(), "--write", "-vv"]).exits(0);
    assert_eq!(again.changes().len(), count - done + 1);
    again
        .says(&format!("write on {count} folders"))
        .says("verified");
    assert_eq!(granted(&mailbox, &names).len(), count);
    let last = mailbox.grant([mailbox.alice(), "--write", "-vv"]).exits(0);
    assert_eq!(last.changes(), [""; 0]);
}

#[test]
fn a_grant_on_a_thousand_folders_of_cyrus_is_interrupted_and_finished() {
    a_grant_is_interrupted_and_finished(Cyrus::running());
}

#[test]
fn a_grant_on_a_thousand_folders_of_dovecot_is_interrupted_and_finished() {
    a_grant_is_interrupted_and_finished(&Dovecot::start());
}
