//! rule: add, remove, list and export the rules of a shared mailbox, and carry them out.

mod add;
mod export;
mod list;
mod remove;
mod run;

use crate::cli::options::shared::{Change, Target};
use crate::cli::rule::{Rule, RuleCommand};
use crate::decide::errand::Errand as _;
use crate::decide::settings::Settling;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::setting::Kind;
use crate::model::state::Mailbox;
use crate::profile::names;
use crate::run::{Alone, Run};

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
        RuleCommand::Run(args) => run::run(args, run),
    }
}

/// Has the settings of the mailbox say of its rules what `text` makes of them, for `verb`.
fn settle(
    target: &Target,
    options: &Change,
    verb: &str,
    text: &(dyn Fn(&Mailbox) -> Result<String> + Sync),
    run: &Run,
) -> Result<Exit> {
    let provider = run.undoable(&options.undoable, verb)?;
    let name = names::mailbox(&target.mailbox, provider.profile())?;
    let kind = Kind::Rules;
    let settling = Settling { kind, text };
    let alone = Alone {
        name: &name,
        options,
        provider: &provider,
    };
    let opened = provider.open_for_mail(&name, &settling.ask().look())?;
    let (exit, _) = run.alone_in(opened, &alone, &settling, |_| Ok(None))?;
    Ok(exit)
}
