//! The rows of a sheet that are about one mailbox: opened once, read once, changed in one go, each
//! member proved.

use super::access::{Job, changes, gives, read};
use super::ahead::Ahead;
use super::identity_folders::{Made, Missing, assumed};
use super::told::{Told, verdict};
use crate::apply::carry_out;
use crate::decide;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::identity::Identity;
use crate::model::level::Levels;
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::model::wish::AccessWish;
use crate::observe::Ask;
use crate::output::Output;
use crate::reach::{Opened, Provider};
use crate::report::access::rows::RowReport;
use crate::report::access::unkept::Unkept;
use crate::report::access::unseen::Unseen;
use crate::sheet::Row;
use std::collections::HashSet;

/// How to go about the rows.
#[derive(Clone, Copy)]
pub struct Options {
    /// Only say what would be done.
    pub dry_run: bool,
    /// Subscribe the members.
    pub subscribe: bool,
    /// Keep what gives nothing.
    pub force: bool,
}

/// The rows of one mailbox, and what is needed to work on them.
pub struct Work<'a> {
    /// The mailbox.
    pub mailbox: &'a MailboxName,
    /// Its rows.
    pub rows: &'a [&'a Row],
    /// How to go about them.
    pub options: Options,
    /// The provider.
    pub provider: &'a Provider,
    /// What the levels mean.
    pub levels: &'a Levels,
    /// Where progress goes.
    pub output: &'a Output,
}

/// What became of the rows of a mailbox.
#[derive(Default)]
pub struct Became {
    /// Each row.
    pub rows: Vec<RowReport>,
    /// What to warn of.
    pub warnings: Vec<String>,
    /// Who may see nothing of it in a mail program.
    pub unseen: Unseen,
}

/// What a row comes to on the server.
struct Planned {
    /// Its wish, with the identities that come with the level.
    wish: AccessWish,
    /// Those that cannot be given.
    left_out: Vec<Identity>,
    /// What no row before it changes too.
    changes: Vec<Change>,
}

impl Work<'_> {
    /// What became of each row.
    ///
    /// # Errors
    /// What stands in the way of all of them.
    pub fn work(&self) -> Result<Became> {
        let mut opened = self
            .provider
            .open_and_look(self.mailbox, &Ask::default().look())?;
        self.output.detail(&opened.in_words());
        let mut state = read(self.provider, &mut opened, self.output)?;
        let wishes: Vec<&AccessWish> = self.rows.iter().map(|row| &row.wish).collect();
        let wishes = decide::apart(&state, &wishes);
        let missing = if wishes.iter().flatten().any(gives) {
            Missing::of(self.provider, &opened, &mut state)?
        } else {
            Missing::none(&state)
        };
        // Refused before anything is made.
        let foreseen = self.planned(&wishes, &assumed(&state, &missing.plan));
        if self.options.dry_run {
            return Ok(Became {
                rows: self.dry(foreseen, missing.plan, &state),
                ..Became::default()
            });
        }
        let mut good = foreseen.iter().flatten();
        let made = if good.any(|planned| gives(&planned.wish)) {
            missing.make(self.provider, &mut opened, &mut state, self.output)?
        } else {
            Made::default()
        };
        let planned = self.planned(&wishes, &state);
        let outcomes = self.carry_out(&planned, &made, &mut opened, &state)?;
        let mut told = Became::default();
        for ((row, planned), outcome) in self.rows.iter().zip(planned).zip(outcomes) {
            let report = planned.and_then(|planned| {
                let lacking = made.lacking.clone();
                let unkept = Unkept::new(
                    &state,
                    &planned.wish,
                    planned.left_out,
                    lacking,
                    self.provider.profile(),
                )?;
                self.told(planned.wish, unkept, outcome, &mut opened, &state)
            });
            told.rows.push(match report {
                Ok((mut report, exit)) => {
                    told.warnings.append(&mut report.warnings);
                    told.unseen.extend(std::mem::take(&mut report.unseen));
                    RowReport::worked(row, report, exit)
                }
                Err(error) => RowReport::failed(row, &error),
            });
        }
        Ok(told)
    }

    /// What each row would change in `state`, or why it cannot.
    fn planned(&self, wishes: &[Result<AccessWish>], state: &Mailbox) -> Vec<Result<Planned>> {
        let mut taken = HashSet::new();
        let mut one = |wish: &Result<AccessWish>| {
            let wish = wish.as_ref().map_err(Clone::clone)?;
            let (wish, left_out) = decide::with_included(state, wish);
            let mut plan = changes(&wish, state, self.levels)?;
            decide::lock_out(state, &plan)?;
            plan.changes.retain(|change| match change {
                Change::Entry(Entry {
                    folder, identifier, ..
                }) => taken.insert((folder.wire.clone(), identifier.clone())),
                _ => true,
            });
            Ok(Planned {
                wish,
                left_out,
                changes: plan.changes,
            })
        };
        let planned = wishes.iter().map(&mut one).collect();
        guarded(planned, state)
    }

    fn dry(
        &self,
        foreseen: Vec<Result<Planned>>,
        folders: Plan,
        state: &Mailbox,
    ) -> Vec<RowReport> {
        let mut first = folders.changes;
        let one = |(row, planned): (&&Row, Result<Planned>)| match planned {
            Ok(planned) => {
                let folders = if gives(&planned.wish) {
                    std::mem::take(&mut first)
                } else {
                    Vec::new()
                };
                let changes = folders.into_iter().chain(planned.changes).collect();
                match decide::unread(state, &planned.wish) {
                    Ok(unread) => RowReport::dry(row, changes, &unread),
                    Err(error) => RowReport::failed(row, &error),
                }
            }
            Err(error) => RowReport::failed(row, &error),
        };
        self.rows.iter().zip(foreseen).map(one).collect()
    }

    /// Makes the changes of all rows in one go; what became of each row's own.
    fn carry_out(
        &self,
        planned: &[Result<Planned>],
        made: &Made,
        opened: &mut Opened,
        state: &Mailbox,
    ) -> Result<Vec<Outcome>> {
        let all = planned.iter().flatten();
        let plan = Plan {
            mailbox: state.name.clone(),
            changes: all.flat_map(|planned| planned.changes.clone()).collect(),
        };
        let whole = match &made.outcome.cut_short {
            Some(why) => Outcome {
                cut_short: Some(why.clone()),
                changes: plan
                    .changes
                    .into_iter()
                    .map(|change| (change, Fate::NotTried))
                    .collect(),
                said: Vec::new(),
            },
            None => carry_out(self.provider, opened, &state.vocabulary, &plan, self.output)?,
        };
        let mut rest = whole.changes.into_iter();
        let own = |planned: &Result<Planned>| {
            let n = planned.as_ref().map_or(0, |planned| planned.changes.len());
            Outcome {
                changes: rest.by_ref().take(n).collect(),
                cut_short: whole.cut_short.clone(),
                said: Vec::new(),
            }
        };
        Ok(planned.iter().map(own).collect())
    }

    /// The report of one row, and how it ended.
    fn told(
        &self,
        wish: AccessWish,
        unkept: Unkept,
        outcome: Outcome,
        opened: &mut Opened,
        state: &Mailbox,
    ) -> Result<(crate::report::access::change::AccessReport, Exit)> {
        let job = Job {
            mailbox: self.mailbox.clone(),
            wish: wish.clone(),
            dry_run: false,
            detailed_exitcode: false,
            subscribe: self.options.subscribe,
            force: self.options.force,
            note: None,
        };
        let is_done = outcome.failures().next().is_none();
        let mut told = Told {
            job: &job,
            wish: &wish,
            unkept,
            ahead: Ahead::default(),
            provider: self.provider,
            opened,
            state,
            levels: self.levels,
            output: self.output,
        };
        let report = told.report(outcome)?;
        // Whatever was cut short was another row.
        let exit = match report.cut_short.is_some() && is_done {
            true => Exit::Done,
            false => verdict(&report),
        };
        Ok((report, exit))
    }
}

/// `planned` without the rows that only together with those above them would lock everybody out.
fn guarded(mut planned: Vec<Result<Planned>>, state: &Mailbox) -> Vec<Result<Planned>> {
    let mut sum = Plan::new(&state.name);
    let all = planned.iter().flatten();
    sum.changes
        .extend(all.flat_map(|planned| planned.changes.iter().cloned()));
    if decide::lock_out(state, &sum).is_ok() {
        return planned;
    }
    sum.changes.clear();
    for row in &mut planned {
        let Ok(planned) = row else { continue };
        let before = sum.changes.len();
        sum.changes.extend(planned.changes.iter().cloned());
        if let Err(error) = decide::lock_out(state, &sum) {
            sum.changes.truncate(before);
            *row = Err(error);
        }
    }
    planned
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::{mailbox, who};
    use crate::model::level::Level;
    use crate::model::wish::{Access, Scope};

    #[test]
    fn rows_that_only_together_would_lock_everybody_out_are_refused() {
        let all = "lrswipkxtea";
        let mut state = mailbox(&[(
            "INBOX",
            &[("alice@example.com", all), ("bob@example.com", all)],
        )]);
        state.owner = None;
        let row = |name: &str| {
            let wish = AccessWish {
                who: vec![who(name)],
                access: Access::Level(Level::ReadOnly),
                folders: Scope::Every,
                give: Vec::new(),
                include: Vec::new(),
                take: Vec::new(),
            };
            let plan = changes(&wish, &state, &Levels::default()).unwrap();
            decide::lock_out(&state, &plan).unwrap();
            Ok(Planned {
                wish,
                left_out: Vec::new(),
                changes: plan.changes,
            })
        };
        let rows = guarded(vec![row("alice"), row("bob"), row("carol")], &state);
        let refused: Vec<bool> = rows.iter().map(Result::is_err).collect();
        assert_eq!(refused, [false, true, false]);
    }
}
