//! Which provider, as whom, with which secret: file, environment, keyring. No network here.
//!
//! ```text
//! flag, environment, file ──► Draft ──► Profile ──► secret
//! selection                   draft     complete    secret
//! ```
//!
//! Every value carries its origin until the profile is complete, so that an error names the
//! flag, the variable, or the line and column that it came from.

mod accounts;
mod address;
mod complete;
pub mod completion;
mod draft;
mod duration;
mod environment;
mod file;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod key;
mod keyring;
pub mod names;
mod origin;
mod password_command;
mod password_file;
mod problem;
mod reading;
mod secret;
mod secret_text;
mod selection;
mod server;
mod setting;
mod table;
mod template;
mod value;
mod write;

pub use accounts::{Accounts, Call, Recipe, Task, Unfit};
pub use draft::{Draft, load};
pub use environment::Environment;
pub use key::{Key, Kind, Section};
pub use keyring::{NoKeyring, keyring_forget, keyring_store};
pub use password_file::keep as keep_in_file;
pub use secret::SecretInputs;
pub use selection::{Override, Selection, config_path, profile_names, state_folder};
pub use server::{Audit, Impersonate, LogFile, Profile, SecretSource, Server};
pub use setting::Value;
pub use template::{BadTemplate, LoginTemplate};
pub use write::write_profile;
