//! create: a shared mailbox with its folders, its quota, and rights for nobody.

use super::carry_out::carry_out;
use super::delete::partly;
use super::folder::{named_with_parents, plan_report, plan_report_by};
use super::identity_folders::{make, missing};
use super::{accounts, names};
use crate::apply;
use crate::cli;
use crate::decide::{self, STANDARD_FOLDERS};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::Pace;
use crate::ledger::Witness;
use crate::model::address::MailboxName;
use crate::model::command::command;
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::{Change, Place, Plan};
use crate::model::state::Mailbox;
use crate::observe::{self, Ask};
use crate::output::Output;
use crate::profile::{Call, Section, Task};
use crate::reach::{Opened, Provider, Reach};
use crate::report::plan::failure;

/// Makes the mailbox where it is missing, then what it lacks: the usual folders, those named, the
/// quota, and the folders that keep identities. What the server grants on new folders by itself is taken away.
///
/// # Errors
/// Whatever stands in the way before the first change, and a mailbox that cannot be made.
pub fn create(args: &cli::create::Create, provider: &Provider, output: &Output) -> Result<Exit> {
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

/// What a program that makes an account changes, as it is written down.
pub(super) fn account(name: &MailboxName) -> Plan {
    let folder = Place {
        path: "INBOX".to_owned(),
        wire: WireName::inbox(),
    };
    Plan {
        mailbox: name.to_string(),
        changes: vec![Change::Create {
            folder,
            special_use: None,
        }],
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
        let folder = names::on_paper(&state, &path)?;
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

/// `missing`, with what would make such an account, where the profile names no program for it.
pub(super) fn by_hand(missing: Error, provider: &Provider, name: &MailboxName) -> Error {
    let profile = provider.profile();
    if profile.accounts.create.is_some() || !matches!(name, MailboxName::Address(_)) {
        return missing;
    }
    missing.hint_too(format!(
        "a program named in the profile can make it: create under {}",
        profile.head(Section::Accounts)
    ))
}

/// The change that makes the mailbox itself.
pub(super) fn root_change(opened: &Opened) -> Change {
    let folder = Place {
        path: "INBOX".to_owned(),
        wire: opened.tree.root().clone(),
    };
    Change::Create {
        folder,
        special_use: None,
    }
}

/// Makes the mailbox itself, and opens it: under the name that the server made of it.
pub(super) fn make_root(
    provider: &Provider,
    mut opened: Opened,
    name: &MailboxName,
    root: &Plan,
    outcome: &mut Outcome,
) -> Result<Opened> {
    provider.ledger().acting(&root.mailbox, opened.acting());
    provider.ledger().about_to(root)?;
    let mut made = apply::apply(&mut opened.session, root, &Pace::unattended());
    if let Err(error) = provider.ledger().became(&root.mailbox, &made) {
        let why = format!("the mailbox was made, and that could not be written down: {error}");
        made.cut_short.get_or_insert(why);
    }
    outcome.cut_short = made.cut_short.take();
    if let Some((_, fate @ Fate::Refused(_))) = made.changes.first() {
        let why = failure(fate).unwrap_or_default();
        let error = Error::new(
            Exit::Refused,
            format!("the mailbox could not be made: {why}"),
        );
        return Err(error.about(name.to_string()).hint(
            "accounts are made at the provider itself where IMAP may not make them; then sharemail \
             create adds the folders",
        ));
    }
    let opened = provider.open(name).map_err(|error| {
        if error.exit() != Exit::NotFound {
            return error;
        }
        let made = root
            .changes
            .first()
            .map(|change| change.folder().wire.to_unicode());
        let what = format!(
            "the server made {:?} and shows no mailbox of that name: it leaves the domain out",
            made.unwrap_or_default()
        );
        Error::new(Exit::NotFound, what)
            .about(name.to_string())
            .hint(format!(
                "{} shows what it made; set domain in the profile to that domain",
                command(["list"])
            ))
    })?;
    outcome.changes.extend(
        made.changes
            .into_iter()
            .map(|(change, _)| (change, Fate::Done)),
    );
    Ok(opened)
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

/// Why the entries of a folder that was made cannot be read, where they cannot.
pub(super) fn unread(state: &Mailbox, made: &Place) -> Option<String> {
    let mut all = state.folders.iter().chain(&state.identity_folders);
    match all.find(|folder| folder.is_called(&made.path)) {
        Some(folder) => folder.acl.as_ref().err().cloned(),
        None => Some("(no list shows it)".to_owned()),
    }
}

/// A mailbox that is not there yet.
pub(super) fn nothing(opened: &Opened) -> Mailbox {
    Mailbox {
        name: opened.name.to_string(),
        owner: opened.owner.clone(),
        administrator: None,
        login: String::new(),
        dialect: opened.dialect.clone(),
        ground: Default::default(),
        vocabulary: crate::model::level::Vocabulary::new(Default::default(), &[], true),
        folders: Vec::new(),
        identity_names: opened.identity_names.clone(),
        identity_folders: Vec::new(),
        other_folders: Vec::new(),
        administrator_is_above: false,
        quota: Vec::new(),
        quota_untold: None,
        takes_limits: opened.session.takes_limits(),
    }
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
    let places = wanted.iter().map(|(path, _)| names::place(opened, path));
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

/// The paths of the folders that `plan` makes.
pub(super) fn made(plan: &Plan) -> Vec<String> {
    let created = plan
        .changes
        .iter()
        .filter(|change| matches!(change, Change::Create { .. }));
    created.map(|change| change.folder().path.clone()).collect()
}

/// Whether the mailbox is an account of its own, which IMAP can neither make nor remove.
pub(super) fn is_account(opened: &Opened) -> bool {
    let courier = opened.dialect.family == Family::Courier;
    courier || matches!(opened.reach, Reach::Impersonate { .. })
}
