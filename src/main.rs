//! Parse, run, exit.

use sharemail::cli::answering;
use sharemail::cli::complete::Sources;
use sharemail::error::Error;
use sharemail::exit::Exit;
use sharemail::output::{Output, Settings};
use sharemail::profile::{Selection, completion};
use sharemail::run::connect;
use sharemail::{cli, commands, interrupt, memory};
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    let sources = Sources {
        profiles: || chosen().map_or_else(Vec::new, |chosen| completion::profiles(&chosen)),
        mailboxes: || chosen().map_or_else(Vec::new, |chosen| completion::mailboxes(&chosen)),
        levels: || chosen().map_or_else(Vec::new, |chosen| completion::levels(&chosen)),
    };
    if answering::answer(sources) {
        return ExitCode::SUCCESS;
    }
    let exit = match cli::parse(std::env::args_os()) {
        Ok(args) => {
            let output = Arc::new(Output::new(args.global.settings()));
            let memory = std::env::var(memory::VARIABLE).ok();
            let run = memory::allow(memory.as_deref()).and_then(|()| interrupt::listen());
            let run = run.map_err(anyhow::Error::from);
            let run = run.and_then(|()| commands::run(&args, &output));
            run.unwrap_or_else(|error| failed(&output, &told(error)))
        }
        Err(ended) => {
            let output = Output::new(Settings {
                color: ended.color,
                ..Settings::default()
            });
            match output.help(&ended.plain, &ended.styled, ended.to_stdout) {
                Ok(()) => ended.exit,
                Err(error) => failed(&output, &error),
            }
        }
    };
    exit.into()
}

/// The profile that the line chooses which a shell wants completed.
fn chosen() -> Option<Selection> {
    let typed = answering::typed()?;
    Some(connect::selection(&typed))
}

/// The error that a command stopped at: one of ours knows its exit code and its remedy.
fn told(error: anyhow::Error) -> Error {
    error
        .downcast()
        .unwrap_or_else(|other| Error::new(Exit::Failure, format!("{other:#}")))
}

fn failed(output: &Output, error: &Error) -> Exit {
    output.error(error);
    error.exit()
}
