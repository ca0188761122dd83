//! One file per verb: the whole story of that verb in one breath.

mod access;
mod apply;
mod audit;
mod can_send;
mod check;
mod create;
mod delete;
mod doctor;
mod explain;
mod export;
mod folder;
mod grant;
mod identities;
mod install_docs;
mod list;
mod login;
mod logout;
mod offboard;
mod outbox;
mod plan;
mod rename;
mod report;
mod revoke;
mod send;
mod show;
mod undo;

#[cfg(any(test, fuzzing))]
pub(crate) use send::fuzz;

pub use crate::run::connect::selection;

use crate::cli::access::AccessCommand;
use crate::cli::completions::Shell;
use crate::cli::{self, Args, Command, generate, script};
use crate::error::Result;
use crate::exit::Exit;
use crate::model::command;
use crate::output::Output;
use crate::reach::Provider;
use crate::run::connect;
use crate::run::undoable::undoable;
use std::sync::Arc;

/// Runs the command that was typed.
///
/// # Errors
/// Whatever the command may meet; the error says how the run ends.
pub fn run(args: &Args, output: &Arc<Output>) -> anyhow::Result<Exit> {
    command::about_provider(args.global.choice());
    let provider = || connect::provider(&args.global, output);
    let exit = match &args.command {
        Command::Grant(args) => {
            undoable(&args.undoable, "grant", provider()?, output, |provider| {
                grant::grant(args, provider, output)
            })
        }
        Command::Revoke(args) => {
            undoable(&args.undoable, "revoke", provider()?, output, |provider| {
                revoke::revoke(args, provider, output)
            })
        }
        Command::Offboard(args) => offboard::offboard(args, provider()?, output),
        Command::Undo(args) => undoable(&args.undoable, "undo", provider()?, output, |provider| {
            undo::undo(args, provider, output)
        }),
        Command::Show(args) => show::show(args, &provider()?, output),
        Command::Explain(args) => explain::explain(args, &provider()?, output),
        Command::Access(args) => access(args, provider()?, output),
        Command::Check(args) if !args.files.files.is_empty() => {
            check::drift::drift(args, &provider()?, output)
        }
        Command::Check(args) => {
            undoable(&args.undoable, "check", provider()?, output, |provider| {
                check::check(args, provider, output)
            })
        }
        Command::Report(args) => report::report(args, provider, output),
        Command::Plan(args) => plan::plan(args, &provider()?, output),
        Command::Apply(args) => {
            undoable(&args.undoable, "apply", provider()?, output, |provider| {
                apply::apply(args, provider, output)
            })
        }
        Command::Identities(args) => identities::identities(args, &provider()?, output),
        Command::Export(args) => export::export(args, &provider()?, output),
        Command::CanSend(ask) => {
            let (provider, submitter) = connect::provider_and_submitter(&args.global, output)?;
            can_send::can_send(ask, &provider, &submitter, output)
        }
        Command::List(_) => list::list(&provider()?, output),
        Command::Create(args) => create::create(args, &provider()?, output),
        Command::Rename(args) => rename::rename(args, &provider()?, output),
        Command::Delete(args) => delete::delete(args, &provider()?, output),
        Command::Folder(args) => folder::folder(&args.command, &provider()?, output),
        Command::Doctor(look) => {
            let (provider, submitter) = connect::provider_and_any_submitter(&args.global, output)?;
            doctor::doctor(look, &provider, submitter, output)
        }
        Command::Send(send) => send::send(send, &args.global, output),
        Command::Outbox(outbox) => outbox::outbox(outbox, &args.global, output),
        Command::Audit(audit) => audit::audit(audit, &args.global, output),
        Command::Login(login) => login::login(login, &args.global, output),
        Command::Logout(_) => logout::logout(&args.global, output),
        Command::InstallDocs(args) => install_docs::install_docs(args, output),
        Command::Completions(args) => completions(args.shell, output),
        Command::Generate(args) => generate::write_below(&args.dir).map(|_| Exit::Done),
    };
    Ok(exit?)
}

fn access(args: &cli::access::Access, provider: Provider, output: &Output) -> Result<Exit> {
    match &args.command {
        None => access::access(args, &provider, output),
        Some(AccessCommand::Copy(copy)) => undoable(
            &copy.undoable,
            "access-copy",
            provider,
            output,
            |provider| access::copy::copy(copy, provider, output),
        ),
    }
}

fn completions(shell: Shell, output: &Output) -> Result<Exit> {
    output.text(&script::text(shell)?)?;
    Ok(Exit::Done)
}
