//! Where the log lies, and what its failures are called.

use crate::error::{Error, Result, abridged};
use crate::exit::Exit;
use crate::profile::{Audit, LogFile};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Where changes are logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file; none where the system's log is to have them alone.
    pub file: Option<PathBuf>,
    /// The socket of the system's log, where it is to have them.
    pub syslog: Option<PathBuf>,
    /// From how many bytes on a new file is begun.
    pub rotate: Option<u64>,
}

impl Place {
    /// Where `audit` says; `state` is the folder for what outlives a run.
    ///
    /// # Errors
    /// That of `state`, where it is needed.
    pub fn new(audit: &Audit, state: impl FnOnce() -> Result<PathBuf>) -> Result<Self> {
        let file = match &audit.file {
            LogFile::Usual => Some(state()?.join("audit.jsonl")),
            LogFile::At(path) => Some(path.clone()),
            LogFile::None => None,
        };
        Ok(Self {
            file,
            syslog: audit.syslog.clone(),
            rotate: audit.rotate,
        })
    }

    /// The file, for those who need one.
    ///
    /// # Errors
    /// [`Exit::Config`] where there is none.
    pub fn log_file(&self) -> Result<&Path> {
        self.file.as_deref().ok_or_else(|| {
            let what = "changes are logged in the system's log alone (audit-file = \"none\")";
            Error::new(Exit::Config, what).hint("look there, or name files")
        })
    }
}

/// An error of the log at `path`: passing where the disk is full or somebody else is busy, else of
/// its configuration.
pub(super) fn failed(path: &Path, what: &str, error: &io::Error) -> Error {
    let exit = match error.kind() {
        ErrorKind::StorageFull
        | ErrorKind::QuotaExceeded
        | ErrorKind::FileTooLarge
        | ErrorKind::WouldBlock
        | ErrorKind::TimedOut => Exit::TryAgain,
        _ => Exit::Config,
    };
    let why = abridged(error.to_string().as_bytes());
    refused(exit, path, &format!("{what}: {why}"))
}

/// An error of the log at `path`, with how another one is named.
pub(super) fn refused(exit: Exit, path: &Path, what: &str) -> Error {
    let error = Error::new(exit, what).about(path.display().to_string());
    error.hint(
        "audit-file in the profile, or SHAREMAIL_AUDIT_FILE, names another file for the log; with \
         audit-file = \"none\" and audit-syslog = true the system's log has it alone",
    )
}
