//! create: a shared mailbox with its folders, its quota, and rights for nobody.

use super::delete::partly;
use super::folder::{named_with_parents, plan_report, plan_report_by};
use crate::apply::carry_out;
use crate::cli;
use crate::decide::{self, STANDARD_FOLDERS};
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::accounts;
use crate::journey::identity_folders::{make, missing};
use crate::journey::root::{account, by_hand, made, make_root, nothing, root_change, unread};
use crate::model::address::MailboxName;
use crate::model::outcome::Outcome;
use crate::model::pace::Pace;
use crate::model::plan::{Change, Place, Plan};
use crate::model::state::Mailbox;
use crate::observe::{self, Ask};
use crate::output::Output;
use crate::profile::names;
use crate::profile::{Call, Task};
use crate::reach;
use crate::reach::{Opened, Provider};
use crate::run::Run;

/// Makes the mailbox where it is missing, then what it lacks: the usual folders, those named, the
/// quota, and the folders that keep identities. What the server grants on new folders by itself is taken away.
///
/// # Errors
/// Whatever stands in the way before the first change, and a mailbox that cannot be made.
pub fn create(args: &cli::create::Create, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let mut outcome = Outcome::default();
    let mut warnings = Vec::new();
    let (mut opened, is_new, by_program) = match provider.open_if_there(&name) {
        Ok(opened) => (opened, false, false),
        Err(error) if error.exit() != Exit::NotFound => return Err(error),
        Err(error) => match program(provider, &name)? {
            Some(call) if args.change.dry_run => {
                return foreseen(args, provider, &name, &call, output);
            }
            Some(call) => {
                if args.quota_kib.is_some() {
                    decide::limits_can_be_set(&accounts::unborn(provider, &name))?;
                }
                let plan = account(&name);
                let made = accounts::make(provider, &name, &plan, &call, &mut outcome)?;
                warnings.extend(made.warning);
                (made.opened, true, true)
            }
            None => {
                let error = by_hand(error, provider, &name);
                let opened = provider.place(&name, error)?;
                if args.quota_kib.is_some() {
                    decide::limits_can_be_set(&nothing(&opened))?;
                }
                (opened, true, false)
            }
        },
    };
    let root = Plan {
        mailbox: name.to_string(),
        changes: vec![root_change(&opened)],
    };
    if is_new && !by_program && !args.change.dry_run {
        opened = make_root(provider, opened, &name, &root, &mut outcome)?;
    }
    let mut state = match (is_new, args.change.dry_run) {
        (true, true) => nothing(&opened),
        _ => read(provider, &mut opened, by_program)?,
    };
    if by_program {
        warnings.extend(accounts::remains(provider, &name, &state));
    }
    let plan = lacking(args, &opened, &state)?;
    if args.change.dry_run {
        let first = if is_new { root.changes } else { Vec::new() };
        let kept = missing(&opened, &state).changes;
        let plan = Plan {
            changes: first.into_iter().chain(plan.changes).chain(kept).collect(),
            ..root
        };
        return plan_report(&state, &plan, None, args.change, output);
    }
    outcome.extend(carry_out(
        provider,
        &mut opened,
        &state.vocabulary,
        &plan,
        output,
    )?);
    if outcome.cut_short.is_none() && !outcome.changes.is_empty() {
        state = read(provider, &mut opened, false)?;
        outcome.unread_folders(|place| unread(&state, place));
        let entries = if is_new {
            decide::strip(&state)
        } else {
            decide::inherit(&state, &made(&plan))
        };
        outcome.extend(carry_out(
            provider,
            &mut opened,
            &state.vocabulary,
            &entries,
            output,
        )?);
    }
    if outcome.cut_short.is_none() {
        let kept = make(provider, &mut opened, &mut state, output)?;
        outcome.extend(kept.outcome);
        outcome.changes.extend(kept.lacking);
    }
    let exit = plan_report(&state, &plan, Some(&outcome), args.change, output)?;
    let told = warnings.iter();
    told.for_each(|why| output.warning(&format!("{name}: {why}")));
    Ok(partly(exit, &warnings))
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
        let change = Change::Create {
            folder,
            special_use: None,
        };
        if !plan.changes.contains(&change) {
            plan.changes.push(change);
        }
    }
    let root = plan.changes.first().map(|change| change.folder().clone());
    if let (Some(after), Some(folder)) = (args.quota_kib, root) {
        plan.changes.push(Change::Quota {
            folder,
            resource: "STORAGE".to_owned(),
            before: None,
            after,
        });
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
            plan.changes.push(Change::Quota {
                folder,
                resource,
                before,
                after,
            });
        }
    }
    Ok(plan)
}
