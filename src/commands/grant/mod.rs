//! grant: give people or groups access to a shared mailbox.

mod csv;

use crate::cli;
use crate::cli::grant::{IdentityOptions, LevelChoice};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::access::{self, Job};
use crate::model::identity::Identity;
use crate::model::level::Level;
use crate::model::whom::Whom;
use crate::model::wish::{Access, AccessWish, included};
use crate::profile::names;
use crate::report::access::told::Manner;
use crate::run::Run;
use csv::grant_sheet;

/// Gives everybody named the level asked for, on every folder or the folders named, and proves it;
/// with `--csv`, each row of a sheet.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn grant(args: &cli::grant::Grant, run: &Run) -> Result<Exit> {
    let output = run.output();
    let provider = &run.undoable(&args.change.undoable, "grant")?;
    let profile = provider.profile();
    let (target, members) = match (&args.csv, &args.target, &args.members) {
        (Some(path), _, _) => return grant_sheet(args, path, provider, output),
        (None, Some(target), Some(members)) => (target, members),
        (None, _, _) => return Err(Error::new(Exit::Usage, "no mailbox or nobody is named")),
    };
    let access = match args.level.choice() {
        Some(LevelChoice::ReadOnly) => Access::Level(Level::ReadOnly),
        Some(LevelChoice::Write) => Access::Level(Level::Write),
        Some(LevelChoice::FullAccess) => Access::Level(Level::FullAccess),
        Some(LevelChoice::Named(name)) => Access::Level(names::level(&name, profile)?),
        Some(LevelChoice::Exactly(rights)) => Access::Rights(rights),
        None => Access::Same,
    };
    if args.identities.no_send && access != Access::Level(Level::Write) {
        let what = "--no-send goes with --write alone: nothing else includes Send on Behalf";
        return Err(Error::new(Exit::Usage, what).hint("leave --no-send out"));
    }
    let folders = args.scope.meant();
    let wish = AccessWish {
        who: names::everybody(&members.who, profile)?,
        access,
        give: asked_for(&args.identities),
        include: unless_refused(&args.identities, included(access, &folders)),
        folders,
        take: Vec::new(),
    };
    let job = Job {
        mailbox: names::mailbox(&target.mailbox, profile)?,
        wish,
        dry_run: args.change.preview.dry_run,
        detailed_exitcode: args.change.preview.detailed_exitcode,
        manner: Manner {
            subscribe: args.subscribe,
            force: args.force,
            proof: watched(args),
            note: None,
        },
    };
    access::run(&job, provider, output)
}

/// Whose own sessions are looked at: a subscription is made in one.
fn watched(args: &cli::grant::Grant) -> Whom {
    match args.subscribe {
        true => Whom::All,
        false => args.change.watched(Whom::All),
    }
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

/// What comes with the level, unless it is asked for by name or not wanted.
fn unless_refused(options: &IdentityOptions, included: Vec<Identity>) -> Vec<Identity> {
    if options.no_send || options.send_on_behalf {
        Vec::new()
    } else {
        included
    }
}
