//! logout: forget the password that the keyring has. The profile stays.

use crate::cli::logout::Logout;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::profile::{Environment, NoKeyring, SecretSource, Server, keyring_forget};
use crate::report::login::LogoutReport;
use crate::run::Run;

/// Makes the keyring forget the passwords of the profile's logins, and says what there was.
///
/// # Errors
/// When there is no profile, or a keyring is there but does not let go.
pub fn logout(_: &Logout, run: &Run) -> Result<Exit> {
    let environment = Environment::of_process();
    let profile = run.profile()?;
    let mut report = LogoutReport {
        profile: profile.name.clone(),
        forgotten: Vec::new(),
        absent: Vec::new(),
        keyring: true,
        notes: Vec::new(),
    };
    let mut servers = vec![&profile.imap];
    let other = |smtp: &&Server| smtp.keyring_account != profile.imap.keyring_account;
    servers.extend(
        [&profile.smtp, &profile.sieve]
            .into_iter()
            .flatten()
            .filter(other),
    );
    for server in servers {
        let account = server.keyring_account.clone();
        match keyring_forget(server, &environment) {
            Ok(true) => report.forgotten.push(account),
            Ok(false) => report.absent.push(account),
            Err(NoKeyring::Absent) => report.keyring = false,
            Err(no) => return Err(held(&account, &no)),
        }
        report.notes.extend(elsewhere(server));
    }
    run.output().report(&report)?;
    Ok(Exit::Done)
}

fn held(account: &str, no: &NoKeyring) -> Error {
    let what = format!("whether the keyring holds the password of {account} is not known: {no}");
    let exit = match no {
        NoKeyring::Silent => Exit::TryAgain,
        _ => Exit::Failure,
    };
    Error::new(exit, what).hint("unlock the keyring and try again")
}

fn elsewhere(server: &Server) -> Option<String> {
    let account = &server.keyring_account;
    match &server.secret_source {
        SecretSource::File(path) => Some(format!(
            "the password of {account} is in {}, which is left alone",
            path.display()
        )),
        SecretSource::Command(_) => Some(format!(
            "the password of {account} comes from the profile's password-command, which is left alone"
        )),
        SecretSource::Keyring => None,
    }
}
