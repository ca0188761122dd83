//! retention: how long the mail of a shared mailbox is kept.

mod check;
mod hold;
mod plan;
mod release;
mod run;
mod set;
mod show;

use crate::cli::retention::{Retention, RetentionCommand};
use crate::error::Result;
use crate::exit::Exit;
use crate::run::Run;

/// Does what was asked for.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn retention(args: &Retention, run: &Run) -> Result<Exit> {
    match &args.command {
        RetentionCommand::Plan(args) => plan::plan(args, run),
        RetentionCommand::Run(args) => run::run(args, run),
        RetentionCommand::Check(args) => check::check(args, run),
        RetentionCommand::Show(args) => show::show(args, run),
        RetentionCommand::Set(args) => set::set(args, run),
        RetentionCommand::Hold(args) => hold::hold(args, run),
        RetentionCommand::Release(args) => release::release(args, run),
    }
}
