//! grant: give people or groups access to a shared mailbox.

use super::access_change::{Job, run};
use super::names;
use crate::cli;
use crate::cli::grant::{IdentityOptions, LevelChoice};
use crate::error::Result;
use crate::exit::Exit;
use crate::model::identity::Identity;
use crate::model::level::Level;
use crate::model::wish::{Access, AccessWish};
use crate::output::Output;
use crate::reach::Provider;

/// Gives everybody named the level asked for, on every folder or the folders named, and proves it.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn grant(args: &cli::grant::Grant, provider: &Provider, output: &Output) -> Result<Exit> {
    let profile = provider.profile();
    let choice = args.level.choice();
    let everywhere = args.scope.folders.is_empty();
    let wish = AccessWish {
        who: names::everybody(&args.members.who, profile)?,
        access: match choice {
            Some(LevelChoice::ReadOnly) => Access::Level(Level::ReadOnly),
            Some(LevelChoice::Write) => Access::Level(Level::Write),
            Some(LevelChoice::FullAccess) => Access::Level(Level::FullAccess),
            Some(LevelChoice::Exactly(rights)) => Access::Rights(rights),
            None => Access::Same,
        },
        folders: names::scope(&args.scope),
        give: asked_for(&args.identities),
        include: included(
            &args.identities,
            choice == Some(LevelChoice::Write) && everywhere,
        ),
        take: Vec::new(),
    };
    let job = Job {
        mailbox: names::mailbox(&args.target.mailbox, profile)?,
        wish,
        dry_run: args.change.dry_run,
        detailed_exitcode: args.change.detailed_exitcode,
        subscribe: args.subscribe,
        force: args.force,
        note: None,
    };
    run(&job, provider, output)
}

/// What is asked for beside the level.
fn asked_for(options: &IdentityOptions) -> Vec<Identity> {
    let asked = [
        (options.send_as, Identity::SendAs),
        (options.send_on_behalf, Identity::SendOnBehalf),
    ];
    let asked = asked.into_iter().filter(|(asked, _)| *asked);
    asked.map(|(_, identity)| identity).collect()
}

/// What comes with the level: write on the whole mailbox includes Send on Behalf.
fn included(options: &IdentityOptions, writes: bool) -> Vec<Identity> {
    if writes && !options.no_send && !options.send_on_behalf {
        vec![Identity::SendOnBehalf]
    } else {
        Vec::new()
    }
}
