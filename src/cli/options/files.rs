//! Options of the commands that take files which say what mailboxes shall be like.

use crate::cli::value::text;
use crate::model::partition::Partition;
use crate::model::whom::Whom;
use std::path::PathBuf;

/// Of whom the server is asked whether it knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LookUp {
    /// Of nobody
    None,
    /// Of up to 50 people
    Some,
    /// Of everybody to whom the files give something
    All,
}

impl From<LookUp> for Whom {
    fn from(typed: LookUp) -> Self {
        match typed {
            LookUp::None => Self::None,
            LookUp::Some => Self::Some,
            LookUp::All => Self::All,
        }
    }
}

/// The files, and how they are to be taken.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Files {
    /// Files that say what mailboxes shall be like, and folders of them (*.toml, *.json); - is
    /// standard input
    ///
    /// Several are read as one; a mailbox stands in one of them only, a team serves in all.
    #[arg(long = "file", short, value_name = "FILE", num_args = 1.., value_parser = text::path())]
    pub files: Vec<PathBuf>,

    /// Entries that the files do not list go, on the mailboxes that they name
    ///
    /// Never those of the owner and of the administrator, and never a folder or a mailbox.
    #[arg(long, requires = "files")]
    pub prune: bool,

    /// Only this part of the mailboxes: 3/8 is the third of eight
    ///
    /// By the SHA-256 of the mailbox's name in lower case: its first eight bytes, as a big-endian
    /// number, modulo 8, are 2. A mailbox is always in the same part; 03/08 is the same as 3/8.
    #[arg(long, value_name = "N/M")]
    pub partition: Option<Partition>,
}
