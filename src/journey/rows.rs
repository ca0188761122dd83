//! The rows of a sheet that are about one mailbox: opened once, read once, changed in one go, each
//! member proved.

use super::terms::Terms;
use super::visit::Visit;
use super::watch::Watch;
use crate::decide;
use crate::decide::granting::gives;
use crate::decide::rows::{Part, Rows};
use crate::error::Result;
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::change::Change;
use crate::model::done::Done;
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::output::Output;
use crate::reach::Provider;
use crate::report::access::change::AccessReport;
use crate::report::access::rows::RowReport;
use crate::report::access::told::{Manner, Told, verdict};
use crate::report::access::unseen::Unseen;
use crate::sheet::Row;

/// The rows of one mailbox, and what is needed to work on them.
pub struct Work<'a> {
    /// The mailbox.
    pub mailbox: &'a MailboxName,
    /// Its rows.
    pub rows: &'a [&'a Row],
    /// Only say what would be done.
    pub dry_run: bool,
    /// How to go about them.
    pub manner: Manner,
    /// The provider.
    pub provider: &'a Provider,
    /// Whose own sessions are looked at.
    pub watch: &'a Watch,
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

impl Work<'_> {
    /// What became of each row.
    ///
    /// # Errors
    /// What stands in the way of all of them.
    pub fn work(&self) -> Result<Became> {
        let rows = Rows {
            wishes: self.rows.iter().map(|row| &row.wish).collect(),
            levels: &self.provider.profile().levels,
        };
        let terms = Terms {
            subscribe: self.manner.subscribe,
            keep: self.manner.force,
            guard: !self.manner.force,
            ..Terms::new(self.watch)
        };
        let (provider, output) = (self.provider, self.output);
        let visit = Visit::to(self.mailbox, &rows, terms, provider, output)?;
        if self.dry_run {
            let plan = visit.foresee()?;
            return Ok(Became {
                rows: self.dry(&rows, plan, visit.state()),
                ..Became::default()
            });
        }
        let (state, done) = visit.carry()?;
        let mut told = Became::default();
        let parts = self.rows.iter().zip(rows.parts(&state)).enumerate();
        for (n, (row, part)) in parts {
            let report = part.and_then(|part| self.told(n, part, &state, &done));
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

    /// What each row would do, those first that make folders for identities.
    fn dry(&self, rows: &Rows, plan: Plan, state: &Mailbox) -> Vec<RowReport> {
        let is_made = |change: &Change| change.makes().is_some();
        let mut first: Vec<Change> = plan.changes.into_iter().filter(is_made).collect();
        let mut after = state.clone();
        decide::assume(&mut after, &first);
        let one = |(row, part): (&&Row, Result<Part>)| match part {
            Ok(part) => {
                let folders = match gives(&part.wish) {
                    true => std::mem::take(&mut first),
                    false => Vec::new(),
                };
                let changes = folders.into_iter().chain(part.changes).collect();
                match decide::unread(state, &part.wish) {
                    Ok(unread) => RowReport::dry(row, changes, &unread),
                    Err(error) => RowReport::failed(row, &error),
                }
            }
            Err(error) => RowReport::failed(row, &error),
        };
        self.rows.iter().zip(rows.parts(&after)).map(one).collect()
    }

    /// The report of row `n`, and how it ended.
    fn told(
        &self,
        n: usize,
        part: Part,
        state: &Mailbox,
        done: &Done,
    ) -> Result<(AccessReport, Exit)> {
        let is_its = |(change, _): &&(Change, Fate)| part.changes.contains(change);
        let changes = done.stages.iter().flat_map(|stage| &stage.outcome.changes);
        let outcome = Outcome {
            changes: changes.filter(is_its).cloned().collect(),
            cut_short: done.cut_short().map(str::to_owned),
            said: Vec::new(),
        };
        let is_done = outcome.failures().next().is_none();
        let asked = part.wish.clone();
        let meant = (part.wish, part.left_out);
        let about = (state, done);
        let told = Told::new(
            &asked,
            meant,
            about,
            (n, outcome),
            self.manner,
            self.provider,
        )?;
        let report = told.report()?;
        // Whatever was cut short was another row.
        let exit = match report.cut_short.is_some() && is_done {
            true => Exit::Done,
            false => verdict(&report),
        };
        Ok((report, exit))
    }
}
