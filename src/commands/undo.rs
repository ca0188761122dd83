//! undo: what an earlier command changed is put back, as far as it is as that command left it.

use crate::cli;
use crate::cli::options::shared::{Preview, Target};
use crate::decide::{self, Kept, Reversal, Undoing, followed, rulebook};
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::moved::{self, Standing};
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::journey::{Many, Watch, verdict};
use crate::model::address::MailboxName;
use crate::model::change::Change;
use crate::model::failure::Unopened;
use crate::model::setting::Kind;
use crate::model::state::Mailbox;
use crate::model::whom::Whom;
use crate::output::Output;
use crate::profile::names;
use crate::reach::{self, Provider};
use crate::report::undo::{UndoReport, Undone};
use crate::run::{Run, Turn};
use crate::undo::{FORWARDING, Record, Recorded, read};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Looks at everything that the file names, says what would be put back, asks, and does it.
///
/// # Errors
/// A file that cannot be believed, or was made on another provider; whatever stands in the way
/// before the first change.
pub fn undo(args: &cli::undo::Undo, run: &Run) -> Result<Exit> {
    let output = run.output();
    let provider = &run.undoable(&args.change.undoable, "undo")?;
    let record = read(&args.file)?;
    record.header.must_be_of(provider.profile())?;
    let mut report = UndoReport {
        file: args.file.display().to_string(),
        command: record.header.command.clone(),
        dry_run: args.change.preview.dry_run,
        mailboxes: Vec::new(),
        failures: Vec::new(),
        undo_file: None,
        notes: notes(&record),
    };
    // Of nobody, where nobody says: the command names none.
    let watch = Watch::new(args.change.watched(Whom::None));
    let terms = Terms {
        thrifty: true,
        ..Terms::new(&watch)
    };
    let looked =
        |recorded: &Recorded, provider: &Provider| foresee(recorded, terms, provider, output);
    each(&record, provider, output, &mut report, "reading", looked);
    let pending: usize = report.mailboxes.iter().map(|undone| undone.put_back).sum();
    if !args.change.preview.dry_run && pending > 0 {
        confirm(args, &report, output)?;
        let shown = std::mem::take(&mut report.mailboxes);
        let shared = run.shared_output();
        let put_back = |recorded: &Recorded, provider: &Provider| {
            let named = going(&shown, recorded);
            put_back(recorded, &named, terms, provider, &shared)
        };
        let what = "putting back";
        each(&record, provider, output, &mut report, what, put_back);
        let file = args.change.undoable.undo_file.as_ref();
        report.undo_file = file.map(|path| path.display().to_string());
    }
    if !args.change.preview.dry_run {
        report.mailboxes.iter_mut().for_each(|m| m.changes.clear());
    }
    output.report(&report)?;
    let exit = exit(&report, args, pending);
    match args.change.preview.dry_run {
        true => Ok(exit),
        false => filtered(&record, &report, args, exit, run),
    }
}

/// How the run ends that ended with `exit`, once the server filters what comes to each mailbox by the rules that were
/// put back, where the profile says where scripts are kept.
fn filtered(
    record: &Record,
    report: &UndoReport,
    args: &cli::undo::Undo,
    exit: Exit,
    run: &Run,
) -> Result<Exit> {
    let are_rules = |change: &Change<String>| match change {
        Change::Setting(setting) => setting.kind == Kind::Rules,
        _ => false,
    };
    let mut ends = vec![exit];
    for recorded in &record.mailboxes {
        let undone = report.mailboxes.iter();
        let is_back = |one: &Undone| one.mailbox == recorded.mailbox && one.put_back > 0;
        if !recorded.changes.iter().any(are_rules) || !undone.into_iter().any(is_back) {
            continue;
        }
        let target = Target {
            mailbox: recorded.mailbox.clone(),
        };
        ends.push(run.follow(Exit::Done, &target, &args.change, &rulebook::rules)?);
    }
    Ok(verdict(ends, false))
}

/// `work` on each mailbox of the file, and what came of it in `report`, in place of what stood there.
fn each(
    record: &Record,
    provider: &Provider,
    output: &Output,
    report: &mut UndoReport,
    what: &str,
    work: impl Fn(&Recorded, &Provider) -> Result<Undone> + Sync,
) {
    let results =
        Many::new(what, provider, output)
            .of_one_session()
            .each(&record.mailboxes, |_| 1, work);
    report.mailboxes.clear();
    report.failures.clear();
    for (recorded, result) in record.mailboxes.iter().zip(results) {
        match result {
            Ok(undone) => report.mailboxes.push(undone),
            Err(hindrance) => {
                let failed = (recorded.mailbox.clone(), hindrance.into_error());
                report.failures.push(Unopened::new(&failed));
            }
        }
    }
}

/// A mailbox of the file, and where it is now.
struct Found<'a> {
    recorded: &'a Recorded,
    /// What it is called now.
    name: MailboxName,
    /// Where it is, and what it was called, where the command gave it another name.
    renamed: Option<(Standing, MailboxName)>,
}

impl<'a> Found<'a> {
    /// # Errors
    /// Where it is under none of its names, or nobody can tell.
    fn of(recorded: &'a Recorded, provider: &Provider) -> Result<Self> {
        let profile = provider.profile();
        let name = names::mailbox(&recorded.mailbox, profile)?;
        let Some(became) = recorded.became() else {
            return Ok(Self {
                recorded,
                name,
                renamed: None,
            });
        };
        let new = names::mailbox(became, profile)?;
        let standing = moved::standing(provider, &name, &new)?;
        let now = match standing {
            Standing::Back => name.clone(),
            Standing::Moved | Standing::Taken => new,
        };
        Ok(Self {
            recorded,
            name: now,
            renamed: Some((standing, name)),
        })
    }

    /// What it gets its name back from, where it does.
    fn old(&self) -> Option<&MailboxName> {
        match &self.renamed {
            Some((Standing::Moved, old)) => Some(old),
            _ => None,
        }
    }

    /// What undoing comes to, but for the name that it gets back.
    fn reversed(&self, state: &Mailbox, undoing: &Undoing) -> Reversal {
        let place = |path: &str| reach::on_paper(state, path).ok();
        let mut reversal = decide::reversal(state, undoing.done, &place);
        match &self.renamed {
            Some((Standing::Back, _)) => reversal.already += 1,
            Some((Standing::Taken, old)) => reversal.kept.push(Kept {
                folder: "INBOX".to_owned(),
                identifier: None,
                why: format!("it is {} now, and there is another {old}", self.name),
            }),
            Some((Standing::Moved, _)) | None => {}
        }
        reversal
    }

    /// What `work` makes of the mailbox. One that the command made, and that is gone again, is as it was
    /// before.
    fn with(
        &self,
        undoing: &Undoing,
        terms: Terms,
        provider: &Provider,
        output: &Output,
        work: impl FnOnce(Visit) -> Result<Undone>,
    ) -> Result<Undone> {
        let recorded = self.recorded;
        match Visit::to(&self.name, undoing, terms, provider, output) {
            Err(error) if error.exit() == Exit::NotFound && undoing.made_it() => {
                Ok(Undone::gone(&recorded.mailbox, recorded.changes.len()))
            }
            visit => work(visit?),
        }
    }
}

/// What would be put back.
fn foresee(
    recorded: &Recorded,
    terms: Terms,
    provider: &Provider,
    output: &Output,
) -> Result<Undone> {
    let found = Found::of(recorded, provider)?;
    let changes = followed(&recorded.changes);
    let undoing = Undoing {
        done: &changes,
        named: None,
    };
    found.with(&undoing, terms, provider, output, |visit| {
        visit.foresee()?;
        let state = visit.leave();
        let mut reversal = found.reversed(&state, &undoing);
        if let Some(old) = found.old() {
            let back = moved::foresee(provider, &found.name, old, output)?;
            reversal.plan.changes.extend(back.changes);
        }
        Ok(Undone::foreseen(&recorded.mailbox, &state, reversal))
    })
}

/// Puts `recorded` back; of folders only those go that were `named` before.
fn put_back(
    recorded: &Recorded,
    named: &BTreeSet<String>,
    terms: Terms,
    provider: &Provider,
    output: &Arc<Output>,
) -> Result<Undone> {
    let found = Found::of(recorded, provider)?;
    let changes = followed(&recorded.changes);
    let moves = changes.iter().any(Change::takes_messages);
    let turn = || {
        Turn::new(
            provider,
            &found.name,
            &Preview::default(),
            Arc::clone(output),
        )
    };
    let mut turn = moves.then(turn).transpose()?;
    let undoing = Undoing {
        done: &changes,
        named: Some(named),
    };
    found.with(&undoing, terms, provider, output, |visit| {
        let (state, mut done) = match &mut turn {
            Some(turn) => turn.carry(visit)?,
            None => visit.carry()?,
        };
        let reversal = found.reversed(&state, &undoing);
        let mut warnings = Vec::new();
        // What was changed under its new name is put back under that.
        if let Some(old) = found.old().filter(|_| done.cut_short().is_none()) {
            let names = (&found.name, old);
            let back = moved::name_back(provider, names, terms.watch, output)?;
            done.stages.push(back.carried);
            let seen = back.seen.iter();
            seen.for_each(|seen| output.note(&format!("{old}: {seen}")));
            warnings = back.warnings;
        }
        let undone = Undone::became(&recorded.mailbox, &state, reversal, &done);
        Ok(undone.warned(warnings))
    })
}

/// The folders of `recorded` that are deleted, by what was `shown` before it was asked.
fn going(shown: &[Undone], recorded: &Recorded) -> BTreeSet<String> {
    let its = shown.iter().filter(|one| one.mailbox == recorded.mailbox);
    its.flat_map(Undone::going).map(str::to_owned).collect()
}

/// Says what is about to be done, and asks: the file may come from anybody.
fn confirm(args: &cli::undo::Undo, report: &UndoReport, output: &Output) -> Result<()> {
    report.sentences().iter().for_each(|line| output.note(line));
    output.agree(args.change.yes, &report.question(), "nothing was put back")
}

fn notes(record: &Record) -> Vec<String> {
    let cut_short = record.cut_short.then(|| {
        "the command ended while it wrote the last line of the file: nothing of that line was sent"
            .to_owned()
    });
    let forwarded = (record.header.command == FORWARDING)
        .then(|| "what the command forwarded has gone, and cannot be undone".to_owned());
    cut_short.into_iter().chain(forwarded).collect()
}

fn exit(report: &UndoReport, args: &cli::undo::Undo, pending: usize) -> Exit {
    let failed = report.failures.iter().map(|failure| failure.exit);
    let undone = report.mailboxes.iter().map(|undone| undone.exit);
    let is_found = args.change.preview.detailed_exitcode && pending > 0;
    verdict(failed.chain(undone), is_found)
}
