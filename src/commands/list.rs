//! list: every shared mailbox that the administrator can reach.

use crate::cli::list::List;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::failure::Unopened;
use crate::model::identity::Identity;
use crate::model::state::Mailbox;
use crate::observe::Ask;
use crate::observe::everywhere::survey;
use crate::report::mailbox::list::{ListReport, Summary};
use crate::run::Run;

/// Tells each mailbox with its folders, members, messages and storage.
///
/// # Errors
/// Whatever stands in the way of reading any.
pub fn list(_: &List, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let survey = survey(provider, &[], Ask::ALL, output)?.of_something()?;
    // Whoever could not be told of is not nobody.
    let exit = survey.exit(|mailbox| {
        let summary = summary(mailbox);
        summary.members.is_some() && summary.storage_unread.is_none()
    });
    let report = ListReport {
        mailboxes: survey.mailboxes.iter().map(summary).collect(),
        failures: survey.failures.iter().map(Unopened::new).collect(),
        notes: survey.missed().into_iter().collect(),
    };
    output.report(&report)?;
    Ok(exit)
}

fn summary(mailbox: &Mailbox) -> Summary {
    let storage = mailbox
        .quota
        .iter()
        .find(|q| q.resource.eq_ignore_ascii_case("STORAGE"));
    Summary {
        mailbox: mailbox.name.clone(),
        folders: mailbox.folders.len(),
        members: mailbox.unread().is_empty().then(|| mailbox.members().len()),
        send_as: mailbox.count_holders(Identity::SendAs),
        send_on_behalf: mailbox.count_holders(Identity::SendOnBehalf),
        messages: crate::model::state::messages(&mailbox.folders),
        storage_used: storage.map(|quota| quota.used),
        storage_limit: storage.map(|quota| quota.limit),
        storage_unread: mailbox
            .quota_untold
            .as_ref()
            .filter(|untold| !untold.is_kept)
            .map(|untold| untold.why.clone()),
    }
}
