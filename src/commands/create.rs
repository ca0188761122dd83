//! create: a shared mailbox with its folders, its quota, and rights for nobody.

use crate::cli;
use crate::decide;
use crate::decide::STANDARD_FOLDERS;
use crate::decide::folders::Creating;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::root::{account, by_hand, make_root, nothing, root_change};
use crate::journey::settle::join;
use crate::journey::terms::Terms;
use crate::journey::visit::{Visit, foresee};
use crate::journey::{Unsettled, Watch, accounts};
use crate::model::address::MailboxName;
use crate::model::change::{Change, Create, Quota};
use crate::model::done::Done;
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
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
    let mut made = Made::default();
    let opened = match provider.open_if_there(&name) {
        Ok(opened) => opened,
        Err(error) if error.exit() != Exit::NotFound => return Err(error),
        Err(missing) => match program(provider, &name)? {
            Some(call) if args.change.preview.dry_run => {
                return foreseen(args, provider, &name, &call, run);
            }
            Some(call) => made.by_program(args, provider, &name, &call)?,
            None => {
                let missing = by_hand(missing, provider, &name);
                let opened = provider.place(&name, missing)?;
                if args.quota_kib.is_some() {
                    decide::limits_can_be_set(&nothing(&opened))?;
                }
                if args.change.preview.dry_run {
                    return unmade(args, &opened, run);
                }
                made.by_imap(provider, opened, &name)?
            }
        },
    };
    rest(args, provider, opened, made, run)
}

/// What was made so far.
#[derive(Default)]
struct Made {
    /// The mailbox itself, where it was.
    outcome: Outcome,
    /// The provider's own program has made it.
    by_program: bool,
    warnings: Vec<String>,
}

impl Made {
    /// Makes the mailbox itself over IMAP.
    fn by_imap(
        &mut self,
        provider: &Provider,
        opened: Opened,
        name: &MailboxName,
    ) -> Result<Opened> {
        let root = Plan {
            mailbox: name.to_string(),
            changes: vec![root_change(&opened)],
        };
        Unsettled::of(provider, &root.mailbox).about_to_make(&root)?;
        make_root(provider, opened, name, &root, &mut self.outcome)
    }

    /// Has the provider's own program make it.
    fn by_program(
        &mut self,
        args: &cli::create::Create,
        provider: &Provider,
        name: &MailboxName,
        call: &Call,
    ) -> Result<Opened> {
        if args.quota_kib.is_some() {
            decide::limits_can_be_set(&accounts::unborn(provider, name))?;
        }
        let root = account(name);
        Unsettled::of(provider, &root.mailbox).about_to_make(&root)?;
        let made = accounts::make(provider, name, &root, call, &mut self.outcome)?;
        self.warnings.extend(made.warning);
        self.by_program = true;
        Ok(made.opened)
    }
}

/// Makes what the mailbox of `opened` lacks, after what was `made` of it. What a run that broke off left
/// there unsettled goes, as in a mailbox that is new.
fn rest(
    args: &cli::create::Create,
    provider: &Provider,
    opened: Opened,
    mut made: Made,
    run: &Run,
) -> Result<Exit> {
    let (name, unread) = (opened.name.clone(), nothing(&opened));
    let creating = Creating {
        messages: made.by_program,
        ..creating(args, &opened)
    };
    let watch = Watch::new(args.change.watched(Whom::None));
    let (terms, output) = (Terms::new(&watch), run.output());
    let is_new = !made.outcome.changes.is_empty();
    let visit = Visit::within(opened, &creating, terms, provider, output);
    let visit = visit.map(|visit| visit.of_new(is_new));
    let carried = visit.and_then(|visit| {
        if args.change.preview.dry_run {
            let plan = visit.foresee()?;
            return run
                .foreseen(visit.state(), &plan, None, &args.change)
                .map(Err);
        }
        if made.by_program {
            let remains = accounts::remains(provider, &name, visit.state());
            made.warnings.extend(remains);
        }
        visit.carry().map(Ok)
    });
    let mut outcome = std::mem::take(&mut made.outcome);
    let (state, done) = match carried {
        Ok(Ok((state, done))) => (state, done),
        Ok(Err(exit)) => return Ok(exit),
        Err(error) if outcome.changes.is_empty() => return Err(error),
        // The mailbox itself was made: of an error alone nobody would learn that.
        Err(error) => {
            outcome.cut_short.get_or_insert(error.to_string());
            (unread, Done::default())
        }
    };
    join(&mut outcome, done.outcome());
    let exit = run.became(&state, &done, &outcome)?;
    Ok(run.warned(exit, &name, &made.warnings))
}

fn creating<'a>(args: &'a cli::create::Create, opened: &Opened) -> Creating<'a> {
    // A special use is its user's own: in a shared namespace there is nobody to have it.
    let has_uses = opened.session.capabilities().has("CREATE-SPECIAL-USE");
    Creating {
        folders: &args.folders,
        limit: args.quota_kib,
        has_uses: has_uses && opened.owner.is_some(),
        messages: false,
    }
}

/// Tells what would be made of a mailbox that is not there.
fn unmade(args: &cli::create::Create, opened: &Opened, run: &Run) -> Result<Exit> {
    let state = nothing(opened);
    let place = |path: &str| reach::place(opened, path);
    let creating = creating(args, opened);
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
