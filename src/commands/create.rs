//! create: a shared mailbox with its folders, its quota, and rights for nobody.

use crate::cli;
use crate::decide::{self, STANDARD_FOLDERS};
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::accounts;
use crate::journey::root::{account, by_hand, make_root, nothing, root_change};
use crate::journey::settle::{join, make};
use crate::journey::{Unsettled, identity_folders, named_with_parents};
use crate::model::address::MailboxName;
use crate::model::change::{Change, Create, Quota};
use crate::model::outcome::Outcome;
use crate::model::pace::Pace;
use crate::model::plan::{Place, Plan};
use crate::model::state::Mailbox;
use crate::observe::{self, Ask};
use crate::output::Output;
use crate::profile::names;
use crate::profile::{Call, Task};
use crate::reach;
use crate::reach::{Opened, Provider};
use crate::run::Run;
use crate::run::planned::{partly, plan_report, plan_report_by};

/// Makes the mailbox where it is missing, then what it lacks: the usual folders, those named, the
/// quota, and the folders that keep identities. What the server grants on new folders by itself is taken away.
///
/// # Errors
/// Whatever stands in the way before the first change, and a mailbox that cannot be made.
pub fn create(args: &cli::create::Create, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let mut made = Made {
        unsettled: Unsettled::of(provider, &name.to_string()),
        outcome: Outcome::default(),
        by_program: false,
        warnings: Vec::new(),
    };
    let (mut opened, is_new) = match provider.open_if_there(&name) {
        Ok(opened) => (opened, false),
        Err(error) if error.exit() != Exit::NotFound => return Err(error),
        Err(missing) => match program(provider, &name)? {
            Some(call) if args.change.dry_run => {
                return foreseen(args, provider, &name, &call, output);
            }
            Some(call) => (made.by_program(args, provider, &name, &call)?, true),
            None => {
                let missing = by_hand(missing, provider, &name);
                let opened = provider.place(&name, missing)?;
                if args.quota_kib.is_some() {
                    decide::limits_can_be_set(&nothing(&opened))?;
                }
                if args.change.dry_run {
                    let state = nothing(&opened);
                    let plan = wanted(args, &opened, &state)?;
                    return plan_report(&state, &plan, None, args.change, output);
                }
                (made.by_imap(provider, opened, &name)?, true)
            }
        },
    };
    let became = made.rest(args, provider, &mut opened, is_new, output);
    let Made {
        mut outcome,
        warnings,
        ..
    } = made;
    let (state, plan) = match became {
        Ok(Rest::Planned(state, plan)) => {
            return plan_report(&state, &plan, None, args.change, output);
        }
        Ok(Rest::Done(state, plan)) => (state, plan),
        Err(error) if outcome.changes.is_empty() => return Err(error),
        // The mailbox itself was made: of an error alone nobody would learn that.
        Err(error) => {
            outcome.cut_short.get_or_insert(error.to_string());
            (Box::new(nothing(&opened)), Plan::new(&name.to_string()))
        }
    };
    let exit = plan_report(&state, &plan, Some(&outcome), args.change, output)?;
    let told = warnings.iter();
    told.for_each(|why| output.warning(&format!("{name}: {why}")));
    Ok(partly(exit, &warnings))
}

/// What was made so far.
struct Made {
    unsettled: Unsettled,
    outcome: Outcome,
    /// The provider's own program has made the mailbox itself.
    by_program: bool,
    warnings: Vec<String>,
}

/// What came of the rest: of the mailbox as it is, what would be made, or what was.
enum Rest {
    Planned(Box<Mailbox>, Plan),
    Done(Box<Mailbox>, Plan),
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
        self.unsettled.about_to_make(&root)?;
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
        self.unsettled.about_to_make(&root)?;
        let made = accounts::make(provider, name, &root, call, &mut self.outcome)?;
        self.warnings.extend(made.warning);
        self.by_program = true;
        Ok(made.opened)
    }

    /// Makes what the mailbox lacks; where it is new (`is_new`), also what the server put there by
    /// itself goes.
    fn rest(
        &mut self,
        args: &cli::create::Create,
        provider: &Provider,
        opened: &mut Opened,
        is_new: bool,
        output: &Output,
    ) -> Result<Rest> {
        let mut state = read(provider, opened, self.by_program)?;
        if self.by_program {
            let remains = accounts::remains(provider, &opened.name, &state);
            self.warnings.extend(remains);
        }
        self.unsettled.look(&state);
        let unsettled = &mut self.unsettled;
        let plan = unsettled.plan(&mut state, |state| wanted(args, opened, state))?;
        if args.change.dry_run {
            return Ok(Rest::Planned(Box::new(state), plan));
        }
        if let Some(told) = unsettled.told(&plan).filter(|_| !is_new) {
            output.warning(&told);
        }
        let whole = plan.clone();
        let made = make(provider, opened, &mut state, plan, unsettled, output)?;
        join(&mut self.outcome, made);
        Ok(Rest::Done(Box::new(state), whole))
    }
}

/// What the mailbox of `state` lacks: itself, where it is not there; the folders and the limit; the
/// folders that keep identities, last, as a server may refuse them; and the entries of all of these. What
/// a new mailbox has without having been asked goes.
fn wanted(args: &cli::create::Create, opened: &Opened, state: &Mailbox) -> Result<Plan> {
    let is_new = state.root().is_none();
    let mut plan = Plan::new(&state.name);
    if is_new {
        plan.changes.push(root_change(opened));
    }
    let lacking = lacking(args, opened, state)?;
    let places: Vec<&Place> = lacking.changes.iter().filter_map(Change::makes).collect();
    let entries = match is_new {
        true => decide::strip(state).changes,
        false => decide::inherited(state, places)?,
    };
    plan.changes.extend(lacking.changes);
    plan.changes
        .extend(identity_folders::lacking(opened, state).changes);
    plan.changes.extend(entries);
    Ok(plan)
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
    output: &Output,
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
    plan_report_by(Some(call), &state, &plan, None, args.change, output)
}

fn read(provider: &Provider, opened: &mut Opened, messages: bool) -> Result<Mailbox> {
    let ask = Ask {
        quota: true,
        messages,
    };
    observe::mailbox(
        opened,
        ask,
        &provider.profile().imap.user,
        &Pace::unattended(),
    )
}

/// The folders and the limit that the mailbox lacks.
fn lacking(args: &cli::create::Create, opened: &Opened, state: &Mailbox) -> Result<Plan> {
    // A special use is its user's own: in a shared namespace there is nobody to have it.
    let has_uses = opened.session.capabilities().has("CREATE-SPECIAL-USE");
    let gives_use = has_uses && opened.owner.is_some();
    let mut wanted: Vec<(String, Option<String>)> = STANDARD_FOLDERS
        .iter()
        .map(|(path, used)| ((*path).to_owned(), gives_use.then(|| (*used).to_owned())))
        .collect();
    for (path, _) in named_with_parents(&args.folders, opened, state)? {
        if !wanted.iter().any(|(there, _)| *there == path) {
            wanted.push((path, None));
        }
    }
    let places = wanted.iter().map(|(path, _)| reach::place(opened, path));
    let places: Vec<Place> = places.collect::<Result<_>>()?;
    let wire = |path: &str| {
        places
            .iter()
            .find(|p| p.path == path)
            .map(|p| p.wire.clone())
    };
    let root = opened.tree.root();
    let mut plan = decide::missing_folders(state, &wanted, |path| {
        wire(path).unwrap_or_else(|| root.clone())
    });
    plan.changes
        .sort_by_key(|change| change.folder().path.split('/').count());
    if let Some(after) = args.quota_kib {
        let before = decide::limit_to_change(state)?;
        if before != Some(after) {
            decide::limits_can_be_set(state)?;
            let folder = Place {
                path: "INBOX".to_owned(),
                wire: root.clone(),
            };
            let resource = "STORAGE".to_owned();
            plan.changes.push(Change::Quota(Quota {
                folder,
                resource,
                before,
                after,
            }));
        }
    }
    Ok(plan)
}
