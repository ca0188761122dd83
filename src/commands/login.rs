//! login: set up a provider. Ask what is missing, try it, and only then write anything down.

mod question;
mod trial;

use super::connect;
use crate::cli;
use crate::cli::global::Global;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::Output;
use crate::profile::{
    Draft, Environment, Key, Override, Profile, SecretInputs, SecretSource, Selection, config_path,
    keyring_store, write_profile,
};
use crate::reach::Provider;
use crate::report::login::{Keeping, LoginReport};
use secrecy::SecretString;
use std::sync::Arc;
use trial::Trial;

/// Makes or changes a profile, tries it, writes it, and keeps the password where one is kept.
///
/// # Errors
/// Whatever is missing or wrong, and whatever the server says to the login; then nothing was
/// written.
pub fn login(args: &cli::login::Login, global: &Global, output: &Arc<Output>) -> Result<Exit> {
    let environment = Environment::of_process();
    let selection = selection(args, global);
    let path = config_path(&selection, &environment)?;
    let mut draft = Draft::begin(&selection, &environment)?;
    draft.add_mailboxes(&args.mailboxes, "--mailbox")?;
    let asked = question::complete(&mut draft, output)?;
    let profile = draft.finish()?;
    let tried = mailboxes(&profile, args.mailboxes.iter().chain(&asked));
    let inputs = connect::secret_inputs(global, &environment)?;
    let (secret, is_new) = secret(&profile, &inputs, output)?;
    let endpoint = connect::endpoint(&profile.imap)?;
    let provider = Provider::new(profile, endpoint, secret.clone(), connect::trace(output));
    let trial = Trial::run(&provider, &tried)?;
    if let (Some(found), Some(key)) = (&trial.impersonate, Key::parse("imap.impersonate")) {
        draft.set(key, found, "what was found out")?;
    }
    write_profile(&path, draft.name(), &draft.changes())?;
    let profile = provider.profile();
    let report = LoginReport {
        profile: draft.name().to_owned(),
        config: path.display().to_string(),
        server: format!("{}:{}", profile.imap.host, profile.imap.port),
        user: profile.imap.user.clone(),
        acl: trial.acl,
        impersonate: trial.impersonate,
        mailboxes: trial.mailboxes,
        password: keep(profile, &secret, is_new, &environment),
    };
    output.report(&report)?;
    Ok(report.exit())
}

fn selection(args: &cli::login::Login, global: &Global) -> Selection {
    let mut selection = connect::selection(global);
    let more = args.overrides().into_iter().map(|o| Override {
        flag: o.flag.into(),
        key: o.key.into(),
        value: o.value.into(),
    });
    selection.overrides.extend(more);
    selection
}

/// The mailboxes to try with: those just named, else the first that the profile names.
fn mailboxes<'a>(profile: &Profile, named: impl Iterator<Item = &'a String>) -> Vec<String> {
    let named: Vec<String> = named.cloned().collect();
    if named.is_empty() {
        profile.mailboxes.first().cloned().into_iter().collect()
    } else {
        named
    }
}

/// The password, and whether it is one that the keyring does not have yet.
fn secret(
    profile: &Profile,
    inputs: &SecretInputs,
    output: &Output,
) -> Result<(SecretString, bool)> {
    let server = &profile.imap;
    match (inputs.given(), &server.secret_source) {
        (Some(given), _) => Ok((given.clone(), true)),
        (None, SecretSource::Keyring) if output.can_ask() => {
            question::secret(server, output).map(|secret| (secret, true))
        }
        (None, SecretSource::Keyring) => match server.secret(inputs) {
            Ok(secret) => Ok((secret, false)),
            Err(error) => Err(error.hint(question::WAYS)),
        },
        (None, _) => server.secret(inputs).map(|secret| (secret, false)),
    }
}

/// Keeps a new password in the keyring, where the profile names no other place for it. A token is
/// not kept: it would be of no use tomorrow.
fn keep(
    profile: &Profile,
    secret: &SecretString,
    is_new: bool,
    environment: &Environment,
) -> Keeping {
    let server = &profile.imap;
    match &server.secret_source {
        SecretSource::File(path) => Keeping::File {
            path: path.display().to_string(),
        },
        SecretSource::Command(_) => Keeping::Command,
        SecretSource::Keyring if server.mechanism.takes_token() => Keeping::Not {
            why: "access tokens expire".to_owned(),
        },
        SecretSource::Keyring if !is_new => Keeping::Keyring,
        SecretSource::Keyring => match keyring_store(server, secret, environment) {
            Ok(()) => Keeping::Keyring,
            Err(no) => Keeping::Not {
                why: no.to_string(),
            },
        },
    }
}
