//! grant: give people or groups access to a shared mailbox.

use super::access_change::{Job, run};
use super::names;
use crate::cli;
use crate::cli::grant::LevelChoice;
use crate::error::Result;
use crate::exit::Exit;
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
    let wish = AccessWish {
        who: names::everybody(&args.members.who, profile)?,
        access: match args.level.choice() {
            LevelChoice::ReadOnly => Access::Level(Level::ReadOnly),
            LevelChoice::Write => Access::Level(Level::Write),
            LevelChoice::FullAccess => Access::Level(Level::FullAccess),
            LevelChoice::Exactly(rights) => Access::Rights(rights),
        },
        folders: names::scope(&args.scope),
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
