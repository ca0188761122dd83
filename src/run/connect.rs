//! From the options of a run to the provider that it is about.

use crate::audit::{Actor, Log, Place};
use crate::cli::global::Global;
use crate::cli::typed::typed;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{Direction, Endpoint, Trace, Trust};
use crate::interrupt;
use crate::output::Output;
use crate::private;
use crate::profile::{
    Environment, Override, Profile, SecretInputs, Section, Selection, Server, state_folder,
};
use crate::reach::{Provider, Submitter};
use secrecy::SecretString;
use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

/// No file of certificates is larger, in bytes; the system's own bundle has 0.2 MiB.
const CA_MAX: u64 = 8 * 1024 * 1024;

/// The provider of the profile that the options choose, with its secret at hand; nothing is
/// connected yet.
///
/// # Errors
/// Whatever is wrong with the profile, the secret or the certificates ([`Exit::Config`]).
pub fn provider(global: &Global, output: &Arc<Output>) -> Result<Provider> {
    // Files may be pipes, and a command may ask somebody for a passphrase.
    interrupt::idle(|| {
        let environment = Environment::of_process();
        let profile = crate::profile::load(&selection(global), &environment)?;
        let secret = secret(&profile.imap, &secret_inputs(global, &environment)?, output)?;
        let endpoint = endpoint(&profile.imap)?;
        let log = log(&profile);
        Ok(Provider::new(profile, endpoint, secret, trace(output)).witnessed_by(log))
    })
}

/// The same, with the profile's submission server, for which both the options and standard input
/// are read once.
///
/// # Errors
/// As [`provider`]; [`Exit::Config`] where the profile has no submission server.
pub fn provider_and_submitter(
    global: &Global,
    output: &Arc<Output>,
) -> Result<(Provider, Submitter)> {
    let profile = crate::profile::load(&selection(global), &Environment::of_process())?;
    both_of(profile, global, output)
}

/// The provider and the submission server of `profile`, with their secrets at hand.
///
/// # Errors
/// As [`provider_and_submitter`].
pub fn both_of(
    profile: Profile,
    global: &Global,
    output: &Arc<Output>,
) -> Result<(Provider, Submitter)> {
    let name = profile.name.clone();
    let (provider, submitter) = with_submitter(profile, global, output)?;
    let submitter = submitter.ok_or_else(|| {
        let what = format!("profile {name:?} has no SMTP server");
        let table = Section::Smtp.head(&name);
        let hint = format!("add host = \"…\" under {table}, or set SHAREMAIL_SMTP_HOST");
        Error::new(Exit::Config, what).hint(hint)
    })??;
    Ok((provider, submitter))
}

/// The provider of the profile that the options choose, and its submission server where it names
/// one: what is wrong with that alone keeps nobody from the provider.
///
/// # Errors
/// As [`provider`].
pub fn provider_and_any_submitter(
    global: &Global,
    output: &Arc<Output>,
) -> Result<(Provider, Option<Result<Submitter>>)> {
    interrupt::idle(|| {
        let profile = crate::profile::load(&selection(global), &Environment::of_process())?;
        with_submitter(profile, global, output)
    })
}

fn with_submitter(
    profile: Profile,
    global: &Global,
    output: &Arc<Output>,
) -> Result<(Provider, Option<Result<Submitter>>)> {
    let inputs = secret_inputs(global, &Environment::of_process())?;
    let secret = secret(&profile.imap, &inputs, output)?;
    let submitter = profile.smtp.as_ref().map(|server| {
        let imap = &profile.imap;
        let same = server.secret_source == imap.secret_source
            && server.keyring_account == imap.keyring_account;
        // A password command may ask somebody, or hand out each password once.
        let own = match same {
            true => secret.clone(),
            false => self::secret(server, &inputs, output)?,
        };
        let (endpoint, domain) = (endpoint(server)?, profile.domain.clone());
        Ok(Submitter::new(
            server.clone(),
            endpoint,
            own,
            domain,
            trace(output),
        ))
    });
    let endpoint = endpoint(&profile.imap)?;
    let log = log(&profile);
    let provider = Provider::new(profile, endpoint, secret, trace(output)).witnessed_by(log);
    Ok((provider, submitter))
}

/// The log of what this process changes by `profile`.
fn log(profile: &Profile) -> Log {
    let (audit, imap) = (profile.audit.clone(), &profile.imap);
    let server = format!("{}:{}", imap.host, imap.port);
    let (name, user) = (profile.name.clone(), imap.user.clone());
    Log::new(move || {
        let state = || state_folder(&Environment::of_process());
        let actor = Actor::new(&name, server.clone(), &user, typed(std::env::args_os()));
        Ok((Place::new(&audit, state)?, actor))
    })
}

/// Which profile the options choose, and what they say in its place.
pub fn selection(global: &Global) -> Selection {
    let overrides = global.provider.overrides().into_iter();
    let overrides = overrides.map(|o| Override {
        flag: o.flag.into(),
        key: o.key.into(),
        value: o.value.into(),
    });
    Selection {
        config: global.config.clone(),
        profile: global.profile.clone(),
        overrides: overrides.collect(),
    }
}

/// The secret that this run was given, if it was.
///
/// # Errors
/// When what was given cannot be a secret.
pub fn secret_inputs(global: &Global, environment: &Environment) -> Result<SecretInputs> {
    let mut stdin = global
        .provider
        .password_stdin
        .then(|| std::io::stdin().lock());
    let stdin = stdin.as_mut().map(|stdin| stdin as &mut dyn BufRead);
    SecretInputs::gather(environment, stdin)
}

/// The secret for `server`; where nobody keeps one, whoever sits at the terminal is asked.
///
/// # Errors
/// [`Exit::Config`] where there is none, and nobody to ask.
fn secret(server: &Server, inputs: &SecretInputs, output: &Output) -> Result<SecretString> {
    server.secret_or(inputs, |error| match output.can_ask() {
        true => super::secret::secret(server, output),
        false => Err(error),
    })
}

/// Where the IMAP server of a profile is, its certificates read.
///
/// # Errors
/// [`Exit::Config`] when they cannot be read.
pub fn endpoint(server: &Server) -> Result<Endpoint> {
    let pem = server.ca_file.as_deref().map(certificates).transpose()?;
    Ok(Endpoint {
        host: server.host.clone(),
        port: server.port,
        tls: server.tls,
        trust: pem.map_or_else(Trust::system, Trust::only),
        timeout: server.timeout,
    })
}

/// What shows the dialogue to somebody who asked for it (`-vv`).
pub fn trace(output: &Arc<Output>) -> Option<Trace> {
    if !output.shows_dialogue() {
        return None;
    }
    let output = Arc::clone(output);
    Some(Trace::new(move |direction, line| {
        let side = match direction {
            Direction::Sent => "C",
            Direction::Received => "S",
        };
        output.dialogue(&format!("{side}: {line}"));
    }))
}

fn certificates(path: &Path) -> Result<Vec<u8>> {
    let unreadable = |why: String| {
        Error::new(
            Exit::Config,
            format!("the certificates cannot be read: {why}"),
        )
        .about(path.display().to_string())
        .hint("ca-file in the profile names a file of PEM certificates to trust")
    };
    // Whoever may write them says which server gets the password.
    private::obeyed(path, CA_MAX).map_err(|error| unreadable(error.to_string()))
}
