//! explain: why somebody can or cannot, by what the server says.

use crate::cli;
use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::opening::read;
use crate::model::dialect::Reading;
use crate::model::effect::{Effect, FolderEffect, Visible};
use crate::model::pace::Pace;
use crate::model::rights::Rights;
use crate::model::state::Folder;
use crate::model::wish::Scope;
use crate::observe::{self, Ask, Eyes, Sought};
use crate::profile::names;
use crate::reach::{MemberView, NotImpersonated, Opened, Provider};
use crate::report::access::case::Case;
use crate::report::access::effective::{Counting, Effective, Way};
use crate::report::access::explain::ExplainReport;
use crate::run::Run;

/// Tells each entry that counts for WHO, what a session as WHO really has, and what would mend it.
///
/// # Errors
/// Whatever stands in the way of reading the mailbox.
pub fn explain(args: &cli::explain::Explain, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let profile = provider.profile();
    let who = names::who(&args.who, profile)?;
    let name = names::mailbox(&args.target.mailbox, profile)?;
    let mut opened = provider.open_and_look(&name, &Ask::default().look())?;
    let state = read(provider, &mut opened, Ask::default(), output)?;
    let scope = match &args.folder {
        Some(path) => Scope::Folders {
            paths: vec![path.clone()],
            recurse: false,
        },
        None => Scope::Every,
    };
    let folders = decide::select(&state, &scope)?;
    let identifier = decide::spell(&state, &who)?;
    let case = Case {
        state: &state,
        levels: &profile.levels,
        identifier: &identifier,
        folders: &folders,
    };
    let entries = case.entries();
    let mut exit = Exit::Done;
    let kept: Vec<&Folder> = state.identity_folders.iter().collect();
    let report = match look(provider, &opened, &identifier, &folders, &kept) {
        Ok(View {
            login,
            effect,
            visible,
            kept,
        }) => {
            let root = effect.tree.as_ref().filter(|_| effect.is_anything());
            let path = root.map(|tree| tree.root().to_string());
            let folders = case.seen(&effect, &visible);
            ExplainReport {
                login: Some(login),
                path,
                ..told(&case, entries, folders, Some(&kept))
            }
        }
        Err(error) => {
            let mut report = told(&case, entries, case.by_entries(), None);
            report.notes.extend(error.advice().map(str::to_owned));
            match error.exit() {
                Exit::NotFound => {
                    report.remarks = vec![case.nobody()];
                    report.identities.clear();
                    exit = Exit::NotFound;
                }
                // A session could have been had, and was lost.
                Exit::Unreachable | Exit::TryAgain => exit = Exit::Partly,
                _ => {}
            }
            ExplainReport {
                not_verified: Some(error.to_string()),
                ..report
            }
        }
    };
    let mut report = ExplainReport {
        who: who.to_string(),
        ..report
    };
    // Whoever holds nothing may be somebody else, mistyped.
    let is_own = |entry: &Counting| entry.way == Way::Own;
    let is_lost = report.login.is_none() && !report.entries.iter().any(is_own);
    if let Some(near) = decide::alike([&state], &report.who).filter(|_| is_lost) {
        report.notes.insert(0, format!("did you mean {near}?"));
    }
    if exit == Exit::Done && !report.unread.is_empty() {
        exit = Exit::Partly;
    }
    output.report(&report.with_commands(&args.target.mailbox, &args.who))?;
    Ok(exit)
}

fn told(
    case: &Case,
    entries: Vec<Counting>,
    folders: Vec<Effective>,
    kept: Option<&[FolderEffect]>,
) -> ExplainReport {
    let sending = case.sending(kept);
    let mut remarks = case.remarks(&folders, &entries, kept.is_some());
    remarks.extend(sending.remarks);
    ExplainReport {
        identities: sending.held,
        remarks,
        mailbox: case.state.name.clone(),
        who: String::new(),
        identifier: case.identifier.to_owned(),
        login: None,
        path: None,
        not_verified: None,
        verdict: Vec::new(),
        mend: Vec::new(),
        offers: Vec::new(),
        notes: Vec::new(),
        entries,
        folders,
        unread: case.unread(),
    }
}

/// What a session as WHO shows.
struct View {
    login: String,
    effect: Effect,
    visible: Visible,
    /// The identity folders, as far as they are there.
    kept: Vec<FolderEffect>,
}

fn look(
    provider: &Provider,
    opened: &Opened,
    identifier: &str,
    folders: &[&Folder],
    kept: &[&Folder],
) -> Result<View> {
    let Reading::Person(login) = opened.dialect.read(identifier) else {
        return Err(Error::new(
            Exit::Failure,
            "it is not a person, who could log in",
        ));
    };
    let view = provider
        .member(opened, login)?
        .map_err(NotImpersonated::into_error)?;
    // In a session that was had, whatever the server will not answer is a question that is left open.
    through(view, identifier, folders, kept).map_err(|error| match error.exit() {
        Exit::Refused => Error::new(Exit::TryAgain, error.what()),
        _ => error,
    })
}

fn through(
    mut view: MemberView,
    identifier: &str,
    folders: &[&Folder],
    kept: &[&Folder],
) -> Result<View> {
    let pace = Pace::interruptible();
    let readable = Rights::parse("lr").unwrap_or_default();
    let expects = |folder: &&Folder| folder.rights_of(identifier).unwrap_or_default();
    let sought = folders.iter().map(|folder| Sought {
        folder,
        eyes: Eyes::For(expects(folder).union(readable)),
    });
    let kept = kept.iter().map(|folder| Sought {
        folder,
        eyes: Eyes::For(expects(folder)),
    });
    let sought: Vec<Sought> = sought.chain(kept).collect();
    let mut effect = observe::sight(&mut view.session, &view.trees, &sought, &pace)?;
    if let Some(why) = effect.unknown() {
        return Err(Error::new(Exit::TryAgain, why));
    }
    let visible = match &effect.tree {
        Some(tree) => observe::visible(&mut view.session, tree)?,
        None => Visible::default(),
    };
    Ok(View {
        login: view.login,
        kept: effect.folders.split_off(folders.len()),
        effect,
        visible,
    })
}
