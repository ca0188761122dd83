//! create: a shared mailbox with its folders, its quota, and rights for nobody.

use crate::cli;
use crate::decide;
use crate::decide::STANDARD_FOLDERS;
use crate::decide::folders::Creating;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::born::Born;
use crate::journey::foresee::foresee;
use crate::journey::root::{account, by_hand, nothing};
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::journey::{Unsettled, Watch, accounts};
use crate::model::address::MailboxName;
use crate::model::change::{Change, Create, Quota};
use crate::model::whom::Whom;
use crate::profile::names;
use crate::profile::{Call, Task};
use crate::reach::{self, Opened, Provider};
use crate::run::Run;

/// Makes the mailbox where it is missing, then what it lacks: the usual folders, those named, the
/// quota, and the folders that keep identities. What the server grants on new folders by itself is taken away.
///
/// # Errors
/// Whatever stands in the way before the first change, and a mailbox that cannot be made.
pub fn create(args: &cli::create::Create, run: &Run) -> Result<Exit> {
    let provider = &run.undoable(&args.change.undoable, "create")?;
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let mut born = Born::default();
    let opened = match provider.open_if_there(&name) {
        Ok(opened) => opened,
        Err(error) if error.exit() != Exit::NotFound => return Err(error),
        Err(missing) => match program(provider, &name)? {
            Some(call) if args.change.preview.dry_run => {
                return foreseen(args, provider, &name, &call, run);
            }
            Some(call) => {
                if args.quota_kib.is_some() {
                    decide::limits_can_be_set(&accounts::unborn(provider, &name))?;
                }
                born.by_program(provider, &name, &call)?
            }
            None => {
                let missing = by_hand(missing, provider, &name);
                let opened = provider.place(&name, missing)?;
                if args.quota_kib.is_some() {
                    decide::limits_can_be_set(&nothing(&opened))?;
                }
                if args.change.preview.dry_run {
                    return unmade(args, &opened, run);
                }
                born.by_imap(provider, opened, &name)?
            }
        },
    };
    rest(args, provider, opened, born, run)
}

/// Makes what the mailbox of `opened` lacks, which may have been `born` a moment ago. What a run that broke off left
/// there unsettled goes, as in a mailbox that is new.
fn rest(
    args: &cli::create::Create,
    provider: &Provider,
    opened: Opened,
    mut born: Born,
    run: &Run,
) -> Result<Exit> {
    let (name, unread) = (opened.name.clone(), nothing(&opened));
    let creating = Creating {
        messages: born.is_by_program(),
        ..creating(args)
    };
    let watch = Watch::new(args.change.watched(Whom::None));
    let (terms, output) = (Terms::new(&watch), run.output());
    let visit = Visit::within(opened, &creating, terms, provider, output);
    let visit = visit.map(|visit| visit.of_new(born.is_new()));
    if args.change.preview.dry_run {
        let visit = visit?;
        let plan = visit.foresee()?;
        return run.foreseen(visit.state(), &plan, None, &args.change);
    }
    if let (true, Ok(visit)) = (born.is_by_program(), &visit) {
        born.warn(accounts::remains(provider, &name, visit.state()));
    }
    let (state, done, warnings) = born.with(unread, visit.and_then(Visit::carry))?;
    let exit = run.became(&state, &done, &done.outcome())?;
    Ok(run.warned(exit, &name, &warnings))
}

fn creating(args: &cli::create::Create) -> Creating<'_> {
    Creating {
        folders: &args.folders,
        limit: args.quota_kib,
        messages: false,
    }
}

/// Tells what would be made of a mailbox that is not there.
fn unmade(args: &cli::create::Create, opened: &Opened, run: &Run) -> Result<Exit> {
    let state = nothing(opened);
    let place = |path: &str| reach::place(opened, path);
    let creating = creating(args);
    let plan = foresee(&creating, &state, &Unsettled::default(), &place, false)?;
    run.foreseen(&state, &plan, None, &args.change)
}

/// The program that makes the account of a mailbox which is not there, where one does.
fn program(provider: &Provider, name: &MailboxName) -> Result<Option<Call>> {
    match accounts::makes(provider, name)? {
        true => accounts::call(provider.profile(), Task::Create, name, None),
        false => Ok(None),
    }
}

/// Tells what would be made of a mailbox that a program makes first.
fn foreseen(
    args: &cli::create::Create,
    provider: &Provider,
    name: &MailboxName,
    call: &Call,
    run: &Run,
) -> Result<Exit> {
    let state = accounts::unborn(provider, name);
    let usual = STANDARD_FOLDERS.iter().map(|(path, _)| (*path).to_owned());
    let mut paths: Vec<String> = usual.collect();
    for path in &args.folders {
        decide::unreserved(&state, path)?;
        let ends = path.match_indices('/').map(|(at, _)| at);
        let parts = ends.chain([path.len()]).map(|end| &path[..end]);
        paths.extend(parts.map(str::to_owned));
    }
    paths.extend(state.identity_names.all().into_iter().map(str::to_owned));
    let mut plan = account(name);
    for path in paths {
        let folder = reach::on_paper(&state, &path)?;
        let change = Change::Create(Create {
            folder,
            special_use: None,
        });
        if !plan.changes.contains(&change) {
            plan.changes.push(change);
        }
    }
    let root = plan.changes.first().map(|change| change.folder().clone());
    if let (Some(after), Some(folder)) = (args.quota_kib, root) {
        plan.changes.push(Change::Quota(Quota {
            folder,
            resource: "STORAGE".to_owned(),
            before: None,
            after,
        }));
    }
    run.foreseen(&state, &plan, Some(call.to_string()), &args.change)
}
