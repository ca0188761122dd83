//! Where a password stays after the login that proved it: the keyring, or a file that its owner alone
//! can read.

use super::question;
use super::trial::Trial;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::Output;
use crate::profile::{Draft, Environment, Key, SecretSource, Server, keep_in_file, keyring_store};
use crate::reach::Provider;
use crate::report::login::Keeping;
use secrecy::SecretString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file that cannot be is asked for again this many times.
const TRIES: usize = 3;

/// A login that was taken.
pub struct Entered {
    /// The provider.
    pub provider: Provider,
    /// What it showed.
    pub trial: Trial,
    /// The secret that was taken.
    pub secret: SecretString,
    /// Whether nobody keeps the secret yet.
    pub is_new: bool,
}

/// Keeps a new password in the file that the profile names for it, where that is not there yet; else
/// in the keyring; and where there is none in a file, if whoever sits at the terminal wants one. A
/// token is not kept: it would be of no use tomorrow.
///
/// # Errors
/// When the file that the profile names cannot be made, or nobody answers.
pub fn keep(
    entered: &Entered,
    draft: &mut Draft,
    config: &Path,
    environment: &Environment,
    output: &Output,
) -> Result<Keeping> {
    let (server, secret) = (&entered.provider.profile().imap, &entered.secret);
    match &server.secret_source {
        SecretSource::File(path) => {
            let made = entered.is_new && is_free(path);
            if made {
                keep_in_file(path, secret, false)?;
            }
            Ok(file(path, made))
        }
        SecretSource::Command(_) => Ok(Keeping::Command),
        SecretSource::Keyring if server.mechanism.takes_token() => Ok(Keeping::Not {
            why: "access tokens expire".to_owned(),
        }),
        SecretSource::Keyring if !entered.is_new => Ok(Keeping::Keyring),
        SecretSource::Keyring => match keyring_store(server, secret, environment) {
            Ok(()) => Ok(Keeping::Keyring),
            Err(no) if output.can_ask() => {
                let kept = in_a_file(draft, server, secret, (&no.to_string(), config), output)?;
                Ok(kept.unwrap_or(Keeping::Not {
                    why: no.to_string(),
                }))
            }
            Err(no) => Ok(Keeping::Not {
                why: no.to_string(),
            }),
        },
    }
}

/// Whether nothing lies at `path`, not even a link that leads nowhere.
pub fn is_free(path: &Path) -> bool {
    let there = fs::symlink_metadata(path);
    there.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// Asks for a file, keeps the password there, and names it in the draft; nothing where none is wanted.
fn in_a_file(
    draft: &mut Draft,
    server: &Server,
    secret: &SecretString,
    (why, config): (&str, &Path),
    output: &Output,
) -> Result<Option<Keeping>> {
    let Some(key) = Key::parse("imap.password-file") else {
        return Ok(None);
    };
    let beside = beside(config, draft.name()).display().to_string();
    for left in (0..TRIES).rev() {
        let Some(answer) = question::password_file(why, &beside, output)? else {
            return Ok(None);
        };
        match kept(draft, key, &answer, secret, output) {
            Ok(Some((chosen, path))) => {
                *draft = chosen;
                return Ok(Some(file(&path, true)));
            }
            Ok(None) => {}
            Err(error) if left == 0 => {
                let account = &server.keyring_account;
                output.warning(&format!("the password of {account} is not kept"));
                output.error(&error);
                return Ok(None);
            }
            Err(error) => output.error(&error),
        }
    }
    Ok(None)
}

/// The draft that names the file of this name, with the password in it; nothing where what lies there
/// shall stay.
fn kept(
    draft: &Draft,
    key: Key,
    name: &str,
    secret: &SecretString,
    output: &Output,
) -> Result<Option<(Draft, PathBuf)>> {
    let mut chosen = draft.clone();
    chosen.set(key, name, "the answer")?;
    let SecretSource::File(path) = chosen.finish()?.imap.secret_source else {
        return Err(Error::new(
            Exit::Failure,
            "the profile names another secret",
        ));
    };
    let is_new = is_free(&path);
    let question = format!("{} is there already. Replace it?", path.display());
    if !is_new && !output.confirm(&question, "--password-file")? {
        return Ok(None);
    }
    keep_in_file(&path, secret, !is_new)?;
    Ok(Some((chosen, path)))
}

/// The file for the password of profile `name`, in the folder of `config`.
fn beside(config: &Path, name: &str) -> PathBuf {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name = match !name.is_empty() && name.chars().all(is_plain) {
        true => name,
        false => "sharemail",
    };
    config.with_file_name(format!("{name}.password"))
}

fn file(path: &Path, made: bool) -> Keeping {
    Keeping::File {
        path: path.display().to_string(),
        made,
    }
}
