//! From options to what a verb works with: the provider, the submission, files, a message, the undo
//! file.

mod alone;
pub mod connect;
pub mod files;
mod filters;
mod finished;
mod forwards;
mod judged;
pub mod letter;
pub mod login;
pub mod secret;
mod sending;
mod settings;
mod turn;
mod undoable;
pub mod wishes;
mod withheld;

pub use alone::{Alone, Question};
pub use judged::Judged;
pub use turn::Turn;
pub use undoable::{advice, never_undone};

use crate::cli::options::global::Global;
use crate::error::Result;
use crate::imap::Trace;
use crate::output::Output;
use crate::profile::{Environment, Profile, SecretInputs, Selection, load};
use crate::reach::{Filterer, Provider, Submitter};
use crate::undo::UndoFile;
use connect::Servers;
use std::cell::OnceCell;
use std::sync::Arc;

/// What a verb works with. Nothing is read or asked for before a verb wants it: what is wrong with the
/// profile keeps nobody from what needs none.
pub struct Run<'a> {
    global: &'a Global,
    output: &'a Arc<Output>,
    servers: OnceCell<Servers<'a>>,
    /// Where what was changed is written down, if somebody asked for that.
    undo_file: OnceCell<UndoFile>,
}

impl<'a> Run<'a> {
    /// A run with `global` options that tells by `output`.
    pub fn new(global: &'a Global, output: &'a Arc<Output>) -> Self {
        Self {
            global,
            output,
            servers: OnceCell::new(),
            undo_file: OnceCell::new(),
        }
    }

    /// What tells the user.
    pub fn output(&self) -> &'a Output {
        self.output
    }

    /// The same, for a thread that may outlive a borrow.
    pub fn shared_output(&self) -> Arc<Output> {
        Arc::clone(self.output)
    }

    /// Which profile the options choose, and what they say in its place.
    pub fn selection(&self) -> Selection {
        connect::selection(self.global)
    }

    /// The profile that the options choose. No secret is asked for.
    ///
    /// # Errors
    /// Whatever is wrong with the profile.
    pub fn profile(&self) -> Result<Profile> {
        load(&self.selection(), &Environment::of_process())
    }

    /// The provider of that profile, with its secret at hand; nothing is connected yet.
    ///
    /// # Errors
    /// Whatever is wrong with the profile, the secret or the certificates
    /// ([`Exit::Config`](crate::exit::Exit::Config)).
    pub fn provider(&self) -> Result<&Provider> {
        Ok(self.servers()?.provider())
    }

    /// The provider of the profile called `name`, beside the one that the options choose: what they and the environment
    /// say in the place of a profile is not meant of it.
    ///
    /// # Errors
    /// As [`Run::provider`].
    pub fn provider_called(&self, name: &str) -> Result<Provider> {
        let selection = Selection {
            profile: Some(name.to_owned()),
            overrides: Vec::new(),
            ..self.selection()
        };
        let environment = Environment::of_process().without_settings();
        let servers =
            Servers::of_another(|| load(&selection, &environment), &environment, self.output)?;
        Ok(servers.into_provider())
    }

    /// The submission server of that profile, with its secret at hand; nothing is connected yet.
    ///
    /// # Errors
    /// As [`Run::provider`], and where the profile names no such server.
    pub fn submission(&self) -> Result<Submitter> {
        self.servers()?.submission()
    }

    /// Where the scripts of that profile are kept, with its secret at hand; nothing is connected yet.
    ///
    /// # Errors
    /// As [`Run::provider`], and where the profile names no such server.
    pub fn filterer(&self) -> Result<Filterer> {
        self.servers()?.filterer()
    }

    /// The secret that this run was given, if it was. Standard input is read once.
    ///
    /// # Errors
    /// When what was given cannot be a secret.
    pub fn secret_inputs(&self) -> Result<SecretInputs> {
        connect::secret_inputs(self.global, &Environment::of_process())
    }

    /// What shows the dialogue to somebody who asked for it (`-vv`).
    pub fn trace(&self) -> Option<Trace> {
        connect::trace(self.output)
    }

    fn servers(&self) -> Result<&Servers<'a>> {
        if let Some(servers) = self.servers.get() {
            return Ok(servers);
        }
        let servers = Servers::open(|| self.profile(), self.global, self.output)?;
        Ok(self.servers.get_or_init(|| servers))
    }
}
