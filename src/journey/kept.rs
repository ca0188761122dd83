//! What mailboxes keep of their settings, read by whoever may read mail in each.

use super::states::Found;
use crate::error::Result;
use crate::model::address::MailboxName;
use crate::model::pace::Pace;
use crate::model::setting::{FOLDER, Settings};
use crate::model::state::Mailbox;
use crate::observe::{self, Ask};
use crate::output::Output;
use crate::profile::names;
use crate::reach::{Provider, crowd};

/// Adds their settings to those of `found` of whose place `is_meant` says so: the session in which they were read may
/// not be one that reads mail.
pub fn learn_settings(
    provider: &Provider,
    found: &mut [Result<Found>],
    is_meant: impl Fn(usize) -> bool,
    output: &Output,
) {
    let name = |(n, found): (usize, &Result<Found>)| {
        let state = &found.as_ref().ok()?.state;
        let keeps = state.kept_folder(FOLDER).is_some() && is_meant(n);
        keeps.then(|| state.name.clone())
    };
    let jobs: Vec<Option<String>> = found.iter().enumerate().map(name).collect();
    for (found, read) in found.iter_mut().zip(each(provider, &jobs, output)) {
        match (read, &mut *found) {
            (Ok(None), _) | (_, Err(_)) => {}
            (Ok(settings), Ok(found)) => found.state.settings = settings,
            (Err(error), _) => *found = Err(error),
        }
    }
}

/// The same of each of `mailboxes`; of those that could not be looked into they say why.
pub fn learn_settings_of(provider: &Provider, mailboxes: &mut [Mailbox], output: &Output) {
    let jobs: Vec<Option<String>> = mailboxes
        .iter()
        .map(|mailbox| mailbox.kept_folder(FOLDER).map(|_| mailbox.name.clone()))
        .collect();
    let read = each(provider, &jobs, output);
    for (mailbox, read) in mailboxes.iter_mut().zip(read) {
        mailbox.settings = read.unwrap_or_else(|error| {
            Some(Settings {
                unread: Some(error.to_string()),
                ..Settings::default()
            })
        });
    }
}

fn each(
    provider: &Provider,
    jobs: &[Option<String>],
    output: &Output,
) -> Vec<Result<Option<Settings>>> {
    let all = jobs.iter().flatten().count();
    if all == 0 {
        return jobs.iter().map(|_| Ok(None)).collect();
    }
    let progress = output.progress(Some(all as u64), "reading settings");
    let work = |job: &Option<String>| {
        let Some(name) = job else {
            return Ok(None);
        };
        let read = settings_of(provider, &names::mailbox(name, provider.profile())?);
        progress.tick(1);
        read.map_err(|error| error.about(name.clone()))
    };
    crowd::each(jobs, provider.profile().imap.connections_of_many, work)
}

fn settings_of(provider: &Provider, name: &MailboxName) -> Result<Option<Settings>> {
    let mut opened = provider.open_for_mail(name, &Ask::SETTINGS.look())?;
    let administrator = &provider.profile().imap.user;
    let pace = Pace::interruptible();
    let state = observe::mailbox(&mut opened, Ask::SETTINGS, administrator, &pace)?;
    opened.session.hang_up();
    Ok(state.settings)
}
