//! Parse, run, exit.

use sharemail::cli::complete::{self, Sources};
use sharemail::error::Error;
use sharemail::exit::Exit;
use sharemail::output::{Output, Settings};
use sharemail::run::connect;
use sharemail::{cli, commands, interrupt, memory, profile};
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    let sources = Sources {
        profiles: |global| profile::completion::profiles(&connect::selection(global)),
        mailboxes: |global| profile::completion::mailboxes(&connect::selection(global)),
        levels: |global| profile::completion::levels(&connect::selection(global)),
    };
    if complete::answer(sources) {
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
