//! One file per verb: the whole story of that verb in one breath.

mod access;
mod access_change;
mod ahead;
mod carry_out;
mod check;
mod connect;
mod create;
mod crowd;
mod delete;
mod doctor;
mod explain;
mod folder;
mod grant;
mod list;
mod names;
mod prove;
mod rename;
mod revoke;
mod show;
mod subscribe;
mod survey;

pub use connect::selection;

use crate::cli::{Args, Command, generate, script};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::Output;
use std::sync::Arc;

/// Runs the command that was typed.
///
/// # Errors
/// Whatever the command may meet; the error says how the run ends.
pub fn run(args: &Args, output: &Arc<Output>) -> Result<Exit> {
    match &args.command {
        Command::Completions(args) => output.text(&script::text(args.shell)?).map(|()| Exit::Done),
        Command::Generate(args) => generate::write_below(&args.dir).map(|_| Exit::Done),
        command => {
            let provider = connect::provider(&args.global, output)?;
            with_provider(command, &provider, output)
        }
    }
}

fn with_provider(
    command: &Command,
    provider: &crate::reach::Provider,
    output: &Output,
) -> Result<Exit> {
    match command {
        Command::Grant(args) => grant::grant(args, provider, output),
        Command::Revoke(args) => revoke::revoke(args, provider, output),
        Command::Show(args) => show::show(args, provider, output),
        Command::List(_) => list::list(provider, output),
        Command::Check(args) => check::check(args, provider, output),
        Command::Create(args) => create::create(args, provider, output),
        Command::Delete(args) => delete::delete(args, provider, output),
        Command::Rename(args) => rename::rename(args, provider, output),
        Command::Doctor(args) => doctor::doctor(args, provider, output),
        Command::Folder(args) => folder::folder(&args.command, provider, output),
        Command::Explain(args) => explain::explain(args, provider, output),
        Command::Access(args) => access::access(args, provider, output),
        _ => Err(Error::new(Exit::Failure, "not built yet")),
    }
}
