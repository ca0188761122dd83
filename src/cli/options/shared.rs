//! Options that several commands share: the same words mean the same everywhere.

use crate::cli::complete;
use crate::cli::value::text;
use crate::model::whom::Whom;
use crate::model::wish;
use clap_complete::engine::ArgValueCandidates;
use std::path::PathBuf;

/// The shared mailbox that a command is about.
#[derive(Clone, Debug, clap::Args)]
pub struct Target {
    /// Shared mailbox: support@, support@example.com, or its path in a namespace
    #[arg(value_name = "MAILBOX", value_parser = text::text)]
    #[arg(add = ArgValueCandidates::new(complete::mailboxes))]
    pub mailbox: String,
}

/// The people and groups that a command is about.
#[derive(Clone, Debug, clap::Args)]
pub struct Members {
    /// Person or group: alice, alice@example.com, group:helpdesk, anyone, or id:NAME
    ///
    /// Each is spelled to the server as that server wants it. id:NAME passes NAME as it is: id:-bob
    /// is the entry that takes rights away from bob.
    #[arg(value_name = "WHO", required = true, value_parser = text::text)]
    pub who: Vec<String>,
}

/// Which folders of the mailbox.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Scope {
    /// Only this folder, with the folders below it; may be repeated
    #[arg(long = "folder", value_name = "FOLDER", value_parser = text::text)]
    pub folders: Vec<String>,

    /// Not the folders below
    #[arg(long, requires = "folders")]
    pub no_recurse: bool,
}

impl Scope {
    /// The folders meant.
    pub fn meant(&self) -> wish::Scope {
        match self.folders.as_slice() {
            [] => wish::Scope::Every,
            paths => wish::Scope::Folders {
                paths: paths.to_vec(),
                recurse: !self.no_recurse,
            },
        }
    }
}

/// What every command that changes mailboxes takes: the same for all, because all go one way.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Change {
    /// What to tell instead.
    #[command(flatten)]
    pub preview: Preview,

    /// Do it without being asked; needed where there is no terminal
    #[arg(long, short)]
    pub yes: bool,

    /// Whose own sessions prove what was changed; what the server stored is read back always
    ///
    /// Unless it is given, those of everybody whom the command names; nobody's where it names none.
    #[arg(long, value_name = "WHO", value_enum)]
    pub proof: Option<Proof>,

    /// Where to write what takes it back.
    #[command(flatten)]
    pub undoable: Undoable,
}

/// What every command takes that can tell what it would do.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct Preview {
    /// Print the plan and change nothing
    #[arg(long, short = 'n')]
    pub dry_run: bool,

    /// With --dry-run: exit with 2 when something would change
    #[arg(long, requires = "dry_run")]
    pub detailed_exitcode: bool,
}

/// Whose sessions are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Proof {
    /// Nobody's
    None,
    /// Each person's once, of up to 50 people
    Some,
    /// Every person's, on every mailbox
    All,
}

impl From<Proof> for Whom {
    fn from(typed: Proof) -> Self {
        match typed {
            Proof::None => Self::None,
            Proof::Some => Self::Some,
            Proof::All => Self::All,
        }
    }
}

impl Change {
    /// Whose own sessions are looked at, where nobody says: those of `usual`.
    pub fn watched(&self, usual: Whom) -> Whom {
        self.proof.map_or(usual, Whom::from)
    }
}

/// What every command takes whose changes can be taken back.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Undoable {
    /// Write a file from which 'sharemail undo' puts everything back
    ///
    /// It must not be there yet, and is on the disk before anything is sent. A run that changes
    /// nothing writes none.
    #[arg(long, value_name = "FILE", value_parser = text::path())]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub undo_file: Option<PathBuf>,
}
