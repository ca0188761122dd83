//! One file per verb, a noun with verbs is a folder: the whole story of that verb in one breath.

mod access;
mod apply;
mod audit;
mod can_send;
mod check;
mod completions;
mod create;
mod delete;
mod doctor;
mod explain;
mod export;
mod folder;
mod generate;
mod grant;
mod identities;
mod install_docs;
mod label;
mod list;
mod login;
mod logout;
mod mail;
mod offboard;
mod outbox;
mod plan;
mod rename;
mod report;
mod retention;
mod revoke;
mod rule;
mod send;
mod show;
mod undo;

use crate::cli::{Args, Command};
use crate::exit::Exit;
use crate::model::command;
use crate::output::Output;
use crate::run::Run;
use std::sync::Arc;

/// Runs the command that was typed.
///
/// # Errors
/// Whatever the command may meet; the error says how the run ends.
pub fn run(args: &Args, output: &Arc<Output>) -> anyhow::Result<Exit> {
    command::about_provider(args.global.choice());
    let run = &Run::new(&args.global, output);
    let exit = match &args.command {
        Command::Grant(args) => grant::grant(args, run),
        Command::Revoke(args) => revoke::revoke(args, run),
        Command::Offboard(args) => offboard::offboard(args, run),
        Command::Undo(args) => undo::undo(args, run),
        Command::Show(args) => show::show(args, run),
        Command::Explain(args) => explain::explain(args, run),
        Command::Access(args) => access::access(args, run),
        Command::Check(args) => check::check(args, run),
        Command::Plan(args) => plan::plan(args, run),
        Command::Apply(args) => apply::apply(args, run),
        Command::Export(args) => export::export(args, run),
        Command::List(args) => list::list(args, run),
        Command::Report(args) => report::report(args, run),
        Command::Identities(args) => identities::identities(args, run),
        Command::CanSend(args) => can_send::can_send(args, run),
        Command::Create(args) => create::create(args, run),
        Command::Rename(args) => rename::rename(args, run),
        Command::Delete(args) => delete::delete(args, run),
        Command::Folder(args) => folder::folder(args, run),
        Command::Label(args) => label::label(args, run),
        Command::Rule(args) => rule::rule(args, run),
        Command::Retention(args) => retention::retention(args, run),
        Command::Mail(args) => mail::mail(args, run),
        Command::Send(args) => send::send(args, run),
        Command::Outbox(args) => outbox::outbox(args, run),
        Command::Audit(args) => audit::audit(args, run),
        Command::Login(args) => login::login(args, run),
        Command::Logout(args) => logout::logout(args, run),
        Command::Doctor(args) => doctor::doctor(args, run),
        Command::InstallDocs(args) => install_docs::install_docs(args, run),
        Command::Completions(args) => completions::completions(args, run),
        Command::Generate(args) => generate::generate(args, run),
    };
    run.end();
    Ok(exit?)
}
