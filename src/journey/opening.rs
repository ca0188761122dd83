//! A mailbox opened for an errand, and read.

use super::ahead::Ahead;
use super::terms::Terms;
use crate::decide::errand::Errand;
use crate::error::Result;
use crate::model::address::MailboxName;
use crate::model::effect::Visible;
use crate::model::pace::{Audience, Pace};
use crate::model::state::Mailbox;
use crate::model::words::count;
use crate::observe::{self, Ask, Help};
use crate::reach::{Opened, Provider};
use std::collections::BTreeSet;
use std::thread;

/// The mailbox and its state, while the first member's session is opened for the proof, where there is to be
/// one.
pub(super) fn open(
    name: &MailboxName,
    errand: &dyn Errand,
    terms: Terms,
    provider: &Provider,
    ahead: &Ahead,
    audience: &dyn Audience,
) -> Result<(Opened, Mailbox)> {
    let first = errand.first().filter(|_| terms.watch.left() > 0);
    let guess = first.and_then(|who| Ahead::guess(provider, who));
    thread::scope(|scope| {
        let open = |login: String| {
            scope.spawn(|| ahead.open(provider, login));
        };
        guess.clone().into_iter().for_each(open);
        let mut opened = session_for(errand, name, provider)?;
        audience.detail(&opened.in_words());
        let login = first.and_then(|who| Ahead::login(provider, &opened, who));
        login
            .filter(|login| guess.as_ref() != Some(login))
            .into_iter()
            .for_each(open);
        let state = match errand.looks_everywhere() {
            true => read_with_help(provider, &mut opened, errand.ask(), audience)?,
            false => read(provider, &mut opened, errand.ask(), audience)?,
        };
        Ok((opened, state))
    })
}

/// The mailbox called `name`, in a session that will do for `errand`.
///
/// # Errors
/// Whatever opening may meet.
pub(super) fn session_for(
    errand: &dyn Errand,
    name: &MailboxName,
    provider: &Provider,
) -> Result<Opened> {
    let look = errand.ask().look();
    match errand.is_of_mail() {
        true => provider.open_for_mail(name, &look),
        false => provider.open_and_look(name, &look),
    }
}

/// Looks for the folders that `errand` is about and that no list showed, and, with progress, for the messages
/// that it is about; `state` learns what was found.
pub(super) fn look_for_more(
    provider: &Provider,
    opened: &mut Opened,
    errand: &dyn Errand,
    state: &mut Mailbox,
    audience: &dyn Audience,
) -> Result<()> {
    if observe::hides(state.dialect.family) {
        let named = Visible {
            subscribed: errand.folders(),
            ..Visible::default()
        };
        observe::reveal(opened, state, &named)?;
    }
    let meant = errand.meant(state)?;
    if meant.is_empty() {
        return Ok(());
    }
    let progress = audience.begins(Some(meant.len() as u64), "looking for messages");
    let tick = |n: usize| progress.tick(n as u64);
    let folders: BTreeSet<&str> = meant.iter().map(|one| one.place.path.as_str()).collect();
    let help = Help {
        hands: provider.hands_for(opened.dialect.family, folders.len()),
        open: &|reach| provider.reached(reach).ok(),
    };
    state.messages = observe::messages(opened, &meant, &help, &Pace::telling(&tick))?;
    Ok(())
}

/// The same, while others log in who will look into many folders of it, each of them.
///
/// # Errors
/// As [`read`].
pub fn read_with_help(
    provider: &Provider,
    opened: &mut Opened,
    ask: Ask,
    audience: &dyn Audience,
) -> Result<Mailbox> {
    let folders = opened.session.folders_told().unwrap_or(0);
    let hands = provider.hands_for(opened.dialect.family, folders);
    let reach = opened.reach.clone();
    thread::scope(|scope| {
        // Fewer hands do the same work.
        let help = || provider.reached(&reach).ok();
        let helping: Vec<_> = (1..hands).map(|_| scope.spawn(help)).collect();
        let state = read(provider, opened, ask, audience);
        let there = helping.into_iter().filter_map(|one| one.join().ok()?);
        opened.more.extend(there);
        state
    })
}

/// The state of the opened mailbox, with progress.
///
/// # Errors
/// Whatever the session may meet.
pub fn read(
    provider: &Provider,
    opened: &mut Opened,
    ask: Ask,
    audience: &dyn Audience,
) -> Result<Mailbox> {
    let progress = audience.begins(None, "reading");
    let tick = |n: usize| progress.tick(n as u64);
    let pace = Pace::telling(&tick);
    let state = observe::mailbox(opened, ask, &provider.profile().imap.user, &pace)?;
    audience.detail(&format!(
        "{}: {} read",
        state.name,
        count(state.folders.len(), "folder")
    ));
    Ok(state)
}
