//! What a proof costs: round trips of a member's own session, and commands.

use std::fs;
use std::time::Duration;

use crate::provider::proxy::Proxy;
use crate::provider::{Dovecot, Mailbox, Ran, run};

const FOLDERS: [&str; 3] = ["Archive", "Drafts", "Sent"];

/// A run through a proxy, and the round trips of each connection as `who`.
fn turns(mailbox: &Mailbox, who: &str, words: &[&str]) -> (Ran, Vec<usize>) {
    let proxy = Proxy::plain(mailbox.provider, Duration::ZERO, None);
    let ran = run::run(&mut proxy.sharemail(mailbox.provider), words);
    let local = format!("{}@", who.split('@').next().unwrap());
    let hers = proxy.turns().into_iter();
    let hers = hers.filter(|(name, _)| name.starts_with(&local));
    (ran, hers.map(|(_, turns)| turns).collect())
}

/// A login takes one, or two where its answer is awaited; what is shown one; MYRIGHTS with EXAMINE one
/// for each name that the mailbox could have, of which there are four. Without EXAMINE and without
/// looking for hidden folders it was one less for `check` and `revoke`, and as many for `grant` and
/// `apply`.
#[test]
fn a_members_session_costs_few_round_trips() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    let (address, alice) = (&*mailbox.address, mailbox.alice());
    let wishes = format!("[mailbox.\"{address}\"]\nwrite = [\"{alice}\"]\n");
    let path = mailbox.provider.dir().join(format!("{address}.toml"));
    fs::write(&path, wishes).unwrap();
    let file = path.to_str().unwrap();
    let most: [(&[&str], &[usize]); 8] = [
        (&["apply", "--yes", "-f", file], &[3]),
        (&["revoke", address, alice], &[3, 6]),
        (&["grant", address, alice, "--write"], &[2, 3]),
        (&["grant", address, alice, "--write"], &[3]),
        (&["check", address], &[3]),
        (&["explain", address, alice], &[4]),
        (&["revoke", address, alice], &[3, 6]),
        (&["revoke", address, alice], &[8]),
    ];
    for (words, most) in most {
        let (ran, turns) = turns(&mailbox, alice, words);
        let ran = ran.exits(0);
        let mut seen = turns.clone();
        seen.sort_unstable();
        let within = seen.len() <= most.len() && seen.iter().zip(most).all(|(n, most)| n <= most);
        assert!(within && !seen.is_empty(), "{words:?}: {turns:?}\n{ran:?}");
    }
}

/// EXAMINE below a name that is nobody's costs Dovecot as much as thirty others.
#[test]
fn nothing_is_opened_below_a_name_that_is_nobodys() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    let alice = mailbox.alice();
    mailbox.grant([alice, "--write"]).exits(0);
    let ran = mailbox.revoke([alice, "-vv"]).exits(0);
    let ran = ran.says("verified as");
    let (local, _) = mailbox.address.split_once('@').unwrap();
    let sent = ran.sent();
    let opened = |root: &str| {
        let below = format!("EXAMINE \"{root}");
        let end = |name: &str| name.starts_with(['/', '"']);
        let all = sent
            .iter()
            .filter_map(|command| command.strip_prefix(&*below));
        all.filter(|rest| end(rest)).count()
    };
    let all = opened(&format!("shared/{}", mailbox.address));
    assert!(all > FOLDERS.len(), "{all} in {sent:#?}");
    // To 2.4 that is a refusal as every other.
    if !mailbox.provider.is_dovecot_2_4() {
        assert_eq!(opened(&format!("shared/{local}")), 1, "{sent:#?}");
    }
}
