//! rule: add, remove, list, show, check, export and install the rules of a shared mailbox, and carry them out.

mod add;
mod check;
mod export;
mod install;
mod list;
mod remove;
mod run;
mod show;

use crate::cli::rule::{Rule, RuleCommand};
use crate::error::Result;
use crate::exit::Exit;
use crate::run::Run;

/// Does what was asked for with the rules.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn rule(args: &Rule, run: &Run) -> Result<Exit> {
    match &args.command {
        RuleCommand::Add(args) => add::add(args, run),
        RuleCommand::Remove(args) => remove::remove(args, run),
        RuleCommand::List(args) => list::list(args, run),
        RuleCommand::Export(args) => export::export(args, run),
        RuleCommand::Show(args) => show::show(args, run),
        RuleCommand::Check(args) => check::check(args, run),
        RuleCommand::Install(args) => install::install(args, run),
        RuleCommand::Run(args) => run::run(args, run),
    }
}
