//! folder: list, create, rename, delete and subscribe the folders of a shared mailbox.

mod subscribe;

use crate::apply::carry_out;
use crate::cli::folder::{
    Folder, FolderCommand, FolderCreate, FolderDelete, FolderList, FolderRename,
};
use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::journey::settle::make;
use crate::journey::{Unsettled, named_with_parents};
use crate::model::pace::Pace;
use crate::model::plan::{Change, Place, Plan};
use crate::model::state::Mailbox;
use crate::model::words::amount;
use crate::observe::{self, Ask};
use crate::profile::names;
use crate::reach;
use crate::reach::{Opened, Provider};
use crate::report::mailbox::folders::FoldersReport;
use crate::run::Run;
use crate::run::planned::plan_report;

/// Does what was asked for with the folders.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn folder(args: &Folder, run: &Run) -> Result<Exit> {
    match &args.command {
        FolderCommand::List(args) => list(args, run),
        FolderCommand::Create(args) => create(args, run),
        FolderCommand::Rename(args) => rename(args, run),
        FolderCommand::Delete(args) => delete(args, run),
        FolderCommand::Subscribe(args) => subscribe::subscribe(args, run),
    }
}

fn list(args: &FolderList, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let (_, state) = open(&args.target.mailbox, provider)?;
    let report = FoldersReport::new(&state);
    output.report(&report)?;
    Ok(match report.unread.is_empty() {
        true => Exit::Done,
        false => Exit::Partly,
    })
}

/// New folders get exactly the entries of the mailbox itself.
fn create(args: &FolderCreate, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let (mut opened, mut state) = open(&args.target.mailbox, provider)?;
    let mut unsettled = Unsettled::of(provider, &state.name);
    unsettled.look(&state);
    let plan = unsettled.plan(&mut state, |state| {
        let named = named_with_parents(&args.folders, &opened, state)?;
        let places: Vec<Place> = named.into_iter().map(|(_, place)| place).collect();
        let entries = decide::inherited(state, &places)?;
        let made = places.into_iter().map(|folder| Change::Create {
            folder,
            special_use: None,
        });
        Ok(Plan {
            mailbox: state.name.clone(),
            changes: made.chain(entries).collect(),
        })
    })?;
    if args.change.dry_run {
        return plan_report(&state, &plan, None, args.change, output);
    }
    if let Some(told) = unsettled.told(&plan) {
        output.warning(&told);
    }
    let whole = plan.clone();
    let outcome = make(
        provider,
        &mut opened,
        &mut state,
        plan,
        &mut unsettled,
        output,
    )?;
    plan_report(&state, &whole, Some(&outcome), args.change, output)
}

fn rename(args: &FolderRename, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let (mut opened, state) = open(&args.target.mailbox, provider)?;
    let folder = existing(&state, &args.folder)?;
    let to = reach::place(&opened, &args.new)?;
    decide::unreserved(&state, &args.new)?;
    if state.folder(&args.new).is_some() {
        let what = format!("there is a folder {:?} already", args.new);
        return Err(Error::new(Exit::Failure, what).about(&state.name));
    }
    let plan = Plan {
        mailbox: state.name.clone(),
        changes: vec![Change::Rename { folder, to }],
    };
    if args.change.dry_run {
        return plan_report(&state, &plan, None, args.change, output);
    }
    let question = format!("Rename {} of {} to {}?", args.folder, state.name, args.new);
    if !args.confirmation.yes && !output.confirm(&question, "--yes")? {
        return Err(Error::new(Exit::Failure, "nothing was renamed").about(&state.name));
    }
    let outcome = carry_out(provider, &mut opened, &state.vocabulary, &plan, output)?;
    plan_report(&state, &plan, Some(&outcome), args.change, output)
}

fn delete(args: &FolderDelete, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let (mut opened, state) = open(&args.target.mailbox, provider)?;
    let folder = existing(&state, &args.folder)?;
    let going = state.subtree(&folder.path);
    let plan = decide::removal(&state, &going);
    if args.change.dry_run {
        return plan_report(&state, &plan, None, args.change, output);
    }
    let amount = amount(&going);
    let question = format!(
        "Delete {} of {} with {amount}? There is no way back.",
        folder.path, state.name
    );
    if !args.confirmation.yes && !output.confirm(&question, "--yes")? {
        return Err(Error::new(Exit::Failure, "nothing was deleted").about(&state.name));
    }
    output.note(&format!("{}: deleting {amount}", state.name));
    let outcome = carry_out(provider, &mut opened, &state.vocabulary, &plan, output)?;
    plan_report(&state, &plan, Some(&outcome), args.change, output)
}

fn open(mailbox: &str, provider: &Provider) -> Result<(Opened, Mailbox)> {
    let name = names::mailbox(mailbox, provider.profile())?;
    let mut opened = provider.open(&name)?;
    let ask = Ask {
        messages: true,
        ..Ask::default()
    };
    let pace = Pace {
        tick: &|_| {},
        stop: interrupt::flag(),
    };
    let state = observe::mailbox(&mut opened, ask, &provider.profile().imap.user, &pace)?;
    Ok((opened, state))
}

/// A folder that is there and is not the mailbox itself.
fn existing(state: &Mailbox, path: &str) -> Result<Place> {
    let scope = crate::model::wish::Scope::Folders {
        paths: vec![path.to_owned()],
        recurse: false,
    };
    let found = decide::select(state, &scope)?;
    match found.first() {
        Some(folder) if folder.path != "INBOX" => Ok(folder.place()),
        _ => Err(Error::new(
            Exit::Usage,
            "INBOX is the mailbox itself: it stays as it is",
        )
        .about(&state.name)
        .hint("sharemail rename and sharemail delete work on whole mailboxes")),
    }
}
