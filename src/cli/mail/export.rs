//! `sharemail mail export`.

use crate::archive::Form;
use crate::cli::options::selection::Selection;
use crate::cli::options::shared::Target;
use crate::cli::value::text;
use crate::error::{Error, Result};
use crate::exit::Exit;
use std::path::{Path, PathBuf};

/// Write messages into files, with a manifest by which anybody can prove later what was exported
///
/// Without any condition every message of every folder that holds mail. Each is hashed as it comes from the
/// server, and all files are read again from the disk: the run ends with 0 only when every message is there,
/// byte for byte. Nothing is marked as read, and the log tells who exported which messages. The files are
/// readable for their owner alone; a run that is cut off leaves none that looks whole.
///
/// The manifest, PATH.jsonl beside an mbox and manifest.jsonl in a folder, has one JSON line for each message:
/// its Message-ID, folder, UIDVALIDITY, UID, date, flags, keywords, size, SHA-256 and file.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail mail export support@ --into mbox support.mbox
  sharemail mail export support@ --into eml support --folder INBOX
  sharemail mail export support@ --into maildir 2025 --before 2026-01-01")]
pub struct MailExport {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Which messages.
    #[command(flatten)]
    pub selection: Selection,

    /// As what, and where: mbox and a new file, maildir or eml and a new or empty folder
    #[arg(long, required = true, num_args = 2, value_parser = text::path(), value_names = ["mbox|maildir|eml", "PATH"])]
    pub into: Vec<PathBuf>,
}

impl MailExport {
    /// In what files, and where they go.
    ///
    /// # Errors
    /// [`Exit::Usage`] where there is no such form.
    pub fn place(&self) -> Result<(Form, &Path)> {
        let [form, path] = &self.into[..] else {
            return Err(Error::new(Exit::Usage, "--into takes a form and a path"));
        };
        let named = |known: &Form| form.as_os_str() == known.name();
        match Form::ALL.into_iter().find(named) {
            Some(form) => Ok((form, path)),
            None => {
                let what = format!("--into {}: there is no such form", form.display());
                let hint = "say --into mbox FILE, --into maildir FOLDER or --into eml FOLDER";
                Err(Error::new(Exit::Usage, what).hint(hint))
            }
        }
    }
}
