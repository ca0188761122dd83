//! The rules of a mailbox, put where its server filters what comes.

use super::Run;
use crate::cli::options::shared::{Change, Target};
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::filtered::filtered;
use crate::model::command::command;
use crate::model::rule::Rules;
use crate::model::state::Mailbox;
use crate::observe::Ask;
use crate::profile::names;
use crate::report::mail::installed::InstalledReport;

impl Run<'_> {
    /// Has the server filter the mailbox that `target` names by the rules that `wanted` gives.
    ///
    /// # Errors
    /// Whatever stands in the way before anything is put.
    pub fn install(
        &self,
        target: &Target,
        options: &Change,
        wanted: &dyn Fn(&Mailbox) -> Result<Rules>,
    ) -> Result<InstalledReport> {
        let (provider, dry_run) = (self.provider()?, options.preview.dry_run);
        let filterer = self.filterer()?;
        let name = names::mailbox(&target.mailbox, provider.profile())?;
        let mut opened = provider.open_for_mail(&name, &Ask::SETTINGS.look())?;
        let how = (dry_run, self.output() as _);
        let filtered = filtered(provider, &mut opened, &filterer, wanted, how)?;
        Ok(InstalledReport::new(filtered, dry_run))
    }

    /// The same after a change of rules that ended with `exit`, where the profile says where scripts are kept: told
    /// beside what became of the change. What keeps the server from following takes nothing back of that.
    ///
    /// # Errors
    /// Whatever is wrong with the profile.
    pub fn follow(
        &self,
        exit: Exit,
        target: &Target,
        options: &Change,
        wanted: &dyn Fn(&Mailbox) -> Result<Rules>,
    ) -> Result<Exit> {
        let is_meant = matches!(exit, Exit::Done | Exit::Found);
        if !is_meant || self.provider()?.profile().sieve.is_none() {
            return Ok(exit);
        }
        let (output, mailbox) = (self.output(), &target.mailbox);
        let install = command(["rule", "install", mailbox]);
        let lacking = match self.install(target, options, wanted) {
            Err(error) => Some(error.to_string()),
            Ok(report) => {
                output.note(&format!(
                    "{mailbox}: mail that comes: {}",
                    report.in_words()
                ));
                report.lacking()
            }
        };
        match lacking {
            None => Ok(exit),
            Some(why) => {
                output.warning(&format!(
                    "{mailbox}: the server does not filter by these rules: {why}"
                ));
                output.hint(&format!("the rules are kept; {install} tries again"));
                Ok(if options.preview.dry_run {
                    exit
                } else {
                    Exit::Partly
                })
            }
        }
    }
}
