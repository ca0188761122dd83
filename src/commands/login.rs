//! login: set up a provider. Ask what is missing, try it, and only then write anything down.
use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::output::Output;
use crate::profile::names;
use crate::profile::{
    Draft, Environment, Key, Override, Profile, SecretInputs, SecretSource, Selection, config_path,
    write_profile,
};
use crate::reach::Provider;
use crate::report::login::{Keeping, LoginReport};
use crate::run::login::again::{self, Again, Ask};
use crate::run::login::keeping::{self, Entered};
use crate::run::login::question;
use crate::run::login::trial::Trial;
use crate::run::{Run, connect, secret};
use secrecy::SecretString;

/// Makes or changes a profile, tries it, writes it, and keeps the password where one is kept.
///
/// # Errors
/// Whatever is missing or wrong, and whatever the server says to the login; then nothing was
/// written.
pub fn login(args: &cli::login::Login, run: &Run) -> Result<Exit> {
    let output = run.output();
    let environment = Environment::of_process();
    let selection = selection(args, run);
    let path = config_path(&selection, &environment)?;
    let mut draft = Draft::begin(&selection, &environment)?;
    draft.add_mailboxes(&args.mailboxes, "--mailbox")?;
    let with_answers = |error: Error, draft: &Draft| match output.can_ask() {
        true => again::with_answers(error, draft),
        false => error,
    };
    let asked = question::complete(&mut draft, output);
    let asked = asked.map_err(|error| with_answers(error, &draft))?;
    let inputs = run.secret_inputs()?;
    let named: Vec<&String> = args.mailboxes.iter().chain(&asked).collect();
    let entered = enter(&mut draft, &named, &inputs, run);
    let entered = entered.map_err(|error| with_answers(error, &draft))?;
    let Entered {
        provider, trial, ..
    } = &entered;
    if let (Some(found), Some(key)) = (&trial.impersonate, Key::parse("imap.impersonate")) {
        draft.set(key, found, "what was found out")?;
    }
    // A profile that names a file must not be there before the file is.
    let password = keeping::keep(&entered, &mut draft, &path, &environment, output)?;
    let written = write_profile(&path, draft.name(), &draft.changes(), &draft.made_up());
    written.map_err(|error| match &password {
        Keeping::File { path, made: true } => error.hint(format!(
            "the password lies in {path} already: delete it, or try again"
        )),
        _ => error,
    })?;
    let profile = provider.profile();
    let report = LoginReport {
        profile: draft.name().to_owned(),
        config: path.display().to_string(),
        server: format!("{}:{}", profile.imap.host, profile.imap.port),
        user: profile.imap.user.clone(),
        acl: trial.acl,
        impersonate: trial.impersonate.clone(),
        mailboxes: trial.mailboxes.clone(),
        password,
    };
    output.report(&report)?;
    Ok(report.exit())
}

fn selection(args: &cli::login::Login, run: &Run) -> Selection {
    let mut selection = run.selection();
    let more = args.overrides().into_iter().map(|o| Override {
        flag: o.flag.into(),
        key: o.key.into(),
        value: o.value.into(),
    });
    selection.overrides.extend(more);
    selection
}

/// Logs in as the draft says; whoever sits at the terminal is asked again for what may be wrong, and
/// for nothing else.
fn enter(
    draft: &mut Draft,
    named: &[&String],
    inputs: &SecretInputs,
    run: &Run,
) -> Result<Entered> {
    let output = run.output();
    let (mut again, mut ask) = (Again::default(), Ask::Nothing);
    let mut known: Option<(SecretString, bool)> = None;
    loop {
        let profile = draft.finish()?;
        let mailboxes = mailboxes(&profile, named)?;
        let endpoint = match connect::endpoint(&profile.imap) {
            Ok(endpoint) => endpoint,
            Err(error) if output.can_ask() => {
                output.error(&error);
                question::authority(draft, &profile, output)?;
                continue;
            }
            Err(error) => return Err(error),
        };
        let (secret, is_new) = match (known.take(), ask) {
            (_, Ask::Secret) => (secret::secret(&profile.imap, output)?, true),
            (Some(known), Ask::Nothing) => known,
            (None, Ask::Nothing) => secret(&profile, inputs, output)?,
        };
        let provider = Provider::new(profile, endpoint, secret.clone(), run.trace());
        match Trial::run(&provider, &mailboxes) {
            Ok(trial) => {
                return Ok(Entered {
                    provider,
                    trial,
                    secret,
                    is_new,
                });
            }
            Err(failure) => ask = again.ask(failure, draft, provider.profile(), output)?,
        }
        known = Some((secret, is_new));
    }
}

/// The mailboxes to try with: those just named, else the first that the profile names.
fn mailboxes(profile: &Profile, named: &[&String]) -> Result<Vec<MailboxName>> {
    let first = profile.mailboxes.first().filter(|_| named.is_empty());
    let all = named.iter().copied().chain(first);
    all.map(|name| names::mailbox(name, profile)).collect()
}

/// The password, and whether nobody keeps it yet.
fn secret(
    profile: &Profile,
    inputs: &SecretInputs,
    output: &Output,
) -> Result<(SecretString, bool)> {
    let server = &profile.imap;
    match (inputs.given(), &server.secret_source) {
        (Some(given), _) => Ok((given.clone(), true)),
        (None, SecretSource::Keyring) if output.can_ask() => {
            secret::secret(server, output).map(|secret| (secret, true))
        }
        // It is named to be made.
        (None, SecretSource::File(path)) if output.can_ask() && keeping::is_free(path) => {
            secret::secret(server, output).map(|secret| (secret, true))
        }
        (None, SecretSource::Keyring) => match server.secret(inputs) {
            Ok(secret) => Ok((secret, false)),
            Err(error) => Err(error.hint(secret::WAYS)),
        },
        (None, _) => server.secret(inputs).map(|secret| (secret, false)),
    }
}
