//! The settings of one mailbox become others.

use super::{Alone, Run};
use crate::cli::options::shared::{Change, Target};
use crate::decide::errand::Errand;
use crate::error::Result;
use crate::exit::Exit;
use crate::profile::names;

impl Run<'_> {
    /// Carries out `settling` in the mailbox that `target` names, for `verb`, and tells what became of it.
    ///
    /// # Errors
    /// Whatever stands in the way before the first change.
    pub fn settle(
        &self,
        target: &Target,
        options: &Change,
        verb: &str,
        settling: &dyn Errand,
    ) -> Result<Exit> {
        let provider = self.undoable(&options.undoable, verb)?;
        let name = names::mailbox(&target.mailbox, provider.profile())?;
        let alone = Alone {
            name: &name,
            options,
            provider: &provider,
        };
        let opened = provider.open_for_mail(&name, &settling.ask().look())?;
        let (exit, _) = self.alone_in(opened, &alone, settling, |_| Ok(None))?;
        Ok(exit)
    }
}
