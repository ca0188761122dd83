//! From the options of a run to the servers that it is about.

use crate::audit::{Actor, Log, Place};
use crate::cli::options::global::Global;
use crate::cli::typed::typed;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{Direction, Endpoint, Trace, Trust};
use crate::interrupt;
use crate::model::login::Tls;
use crate::output::Output;
use crate::private;
use crate::profile::{
    Environment, Override, Profile, SecretInputs, Section, Selection, Server, state_folder,
};
use crate::reach::{Filterer, Provider, Service, Submitter};
use secrecy::SecretString;
use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

/// No file of certificates is larger, in bytes; the system's own bundle has 0.2 MiB.
const CA_MAX: u64 = 8 * 1024 * 1024;

/// The servers of one profile, and what the run was given to log in to them.
pub struct Servers<'a> {
    provider: Provider,
    inputs: SecretInputs,
    /// The secret of the IMAP server.
    secret: SecretString,
    output: &'a Arc<Output>,
}

impl<'a> Servers<'a> {
    /// Those of the profile that `load` gives; nothing is connected yet.
    ///
    /// # Errors
    /// Whatever is wrong with the profile, the secret or the certificates ([`Exit::Config`]).
    pub fn open(
        load: impl FnOnce() -> Result<Profile>,
        global: &Global,
        output: &'a Arc<Output>,
    ) -> Result<Self> {
        let inputs = || secret_inputs(global, &Environment::of_process());
        Self::with(load, inputs, output)
    }

    /// The same of another profile beside it: what this run was given as a secret is not that one's.
    ///
    /// # Errors
    /// As [`Servers::open`].
    pub fn of_another(
        load: impl FnOnce() -> Result<Profile>,
        environment: &Environment,
        output: &'a Arc<Output>,
    ) -> Result<Self> {
        Self::with(load, || SecretInputs::gather(environment, None), output)
    }

    fn with(
        load: impl FnOnce() -> Result<Profile>,
        inputs: impl FnOnce() -> Result<SecretInputs>,
        output: &'a Arc<Output>,
    ) -> Result<Self> {
        // Files may be pipes, and a command may ask somebody for a passphrase.
        interrupt::idle(|| {
            let profile = load()?;
            let inputs = inputs()?;
            let secret = secret(&profile.imap, &inputs, output)?;
            let endpoint = endpoint(&profile.imap)?;
            let log = log(&profile);
            let provider = Provider::new(profile, endpoint, secret.clone(), trace(output));
            Ok(Self {
                provider: provider.witnessed_by(log),
                inputs,
                secret,
                output,
            })
        })
    }

    /// The provider.
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// The provider alone.
    pub fn into_provider(self) -> Provider {
        self.provider
    }

    /// The submission server.
    ///
    /// # Errors
    /// [`Exit::Config`] where the profile names none; whatever is wrong with its secret or certificates.
    pub fn submission(&self) -> Result<Submitter> {
        let profile = self.provider.profile();
        let server = profile.smtp.as_ref();
        let server = server.ok_or_else(|| no_submission(&profile.name))?;
        Ok(Submitter::new(self.service(server)?))
    }

    /// Where scripts are kept.
    ///
    /// # Errors
    /// As [`Servers::submission`].
    pub fn filterer(&self) -> Result<Filterer> {
        let profile = self.provider.profile();
        let server = profile.sieve.as_ref();
        let server = server.ok_or_else(|| no_scripts(&profile.name))?;
        Ok(Filterer::new(self.service(server)?))
    }

    fn service(&self, server: &Server) -> Result<Service> {
        interrupt::idle(|| {
            Ok(Service {
                server: server.clone(),
                endpoint: endpoint(server)?,
                secret: self.secret_of(server)?,
                domain: self.provider.profile().domain.clone(),
                trace: trace(self.output),
            })
        })
    }

    fn secret_of(&self, server: &Server) -> Result<SecretString> {
        let imap = &self.provider.profile().imap;
        let same = server.secret_source == imap.secret_source
            && server.keyring_account == imap.keyring_account;
        // A password command may ask somebody, or hand out each password once.
        match same {
            true => Ok(self.secret.clone()),
            false => secret(server, &self.inputs, self.output),
        }
    }
}

fn no_submission(profile: &str) -> Error {
    let what = format!("profile {profile:?} has no SMTP server");
    let table = Section::Smtp.head(profile);
    let hint = format!("add host = \"…\" under {table}, or set SHAREMAIL_SMTP_HOST");
    Error::new(Exit::Config, what).hint(hint)
}

fn no_scripts(profile: &str) -> Error {
    let what = format!("profile {profile:?} has no server for scripts (ManageSieve)");
    let table = Section::Sieve.head(profile);
    let hint = format!(
        "add port = {} under {table}, or set SHAREMAIL_SIEVE_PORT; without one, rule run sorts what is there, and \
         rule export prints a script to be put in place by hand",
        Tls::SIEVE_PORT
    );
    Error::new(Exit::Config, what).hint(hint)
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
