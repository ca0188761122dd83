//! The one way to stdout: buffered, and every failure noticed.

use crate::error::{Error, Result};
use crate::exit::Exit;
use std::io::{self, BufWriter, ErrorKind, Write};

/// Lets `write` fill stdout and makes sure that all of it arrived.
///
/// A reader that went away (`| head -1`) has what it wanted: that ends quietly and leaves the
/// exit code to the work that was done. Anything else, such as a full disk, is a failure, because
/// the user did not get the result.
///
/// A stdout that was closed by the caller (`>&-`) cannot be told from `>/dev/null`: the language's
/// runtime opens /dev/null in its place before `main` begins.
///
/// # Errors
/// When the result could not be delivered.
pub fn deliver(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let outcome = open().and_then(|stdout| {
        let mut out = BufWriter::new(stdout);
        write(&mut out).and_then(|()| out.flush())
    });
    settle(outcome)
}

fn settle(outcome: io::Result<()>) -> Result<()> {
    match outcome {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(undelivered(&error)),
        _ => Ok(()),
    }
}

fn undelivered(error: &io::Error) -> Error {
    Error::new(
        Exit::Failure,
        format!("cannot write the result to stdout: {error}"),
    )
    .hint("only the report is lost: whatever was changed on the server stays changed")
}

/// The descriptor itself: the standard library's handle takes "bad file descriptor" for success.
#[cfg(unix)]
fn open() -> io::Result<std::fs::File> {
    use std::os::fd::AsFd;
    io::stdout().as_fd().try_clone_to_owned().map(Into::into)
}

/// The standard library's handle, which knows how to write Unicode to a console.
#[cfg(not(unix))]
fn open() -> io::Result<io::Stdout> {
    Ok(io::stdout())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_went_away_is_no_failure() {
        assert_eq!(settle(Err(ErrorKind::BrokenPipe.into())), Ok(()));
    }

    #[test]
    fn a_full_disk_is_a_failure() {
        let error = settle(Err(ErrorKind::StorageFull.into())).unwrap_err();
        assert_eq!(error.exit(), Exit::Failure);
        assert!(error.advice().unwrap().contains("stays changed"));
    }
}
