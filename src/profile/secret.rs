//! The password or token of a server, from the first place that has it.

use super::environment::Environment;
use super::keyring::{Keyring, SystemKeyring};
use super::secret_text::{MAX, bad, checked};
use super::server::{SecretSource, Server};
use super::{password_command, password_file};
use crate::error::{Error, Result};
use crate::exit::Exit;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use std::io::{BufRead, Read};

const WAYS: &str = "give it by SHAREMAIL_PASSWORD or --password-stdin, name a password-file or a \
                    password-command in the profile, or keep it in the keyring with \
                    `sharemail login`";

/// What this run was given besides the profile: a secret, and how patient the keyring may be.
#[derive(Debug, Default)]
pub struct SecretInputs {
    given: Option<SecretString>,
    keyring: SystemKeyring,
}

impl SecretInputs {
    /// Takes the secret from `stdin` (`--password-stdin`: its first line), else from
    /// `SHAREMAIL_PASSWORD`, where one of them is there.
    ///
    /// # Errors
    /// When what was given cannot be a secret.
    pub fn gather(environment: &Environment, stdin: Option<&mut dyn BufRead>) -> Result<Self> {
        let given = match stdin {
            Some(stdin) => Some(first_line(stdin)?),
            None => variable(environment)?,
        };
        let keyring = SystemKeyring::new(environment);
        Ok(Self { given, keyring })
    }

    /// The secret that this run was given, where it was.
    pub fn given(&self) -> Option<&SecretString> {
        self.given.as_ref()
    }
}

impl Server {
    /// The password, or for the OAuth mechanisms the token: the one given to this run, else the
    /// one from the password file or command that the profile names, else from the keyring.
    ///
    /// # Errors
    /// Exit code 78, saying which place failed and how, or that there is none and what to do.
    pub fn secret(&self, inputs: &SecretInputs) -> Result<SecretString> {
        self.secret_from(inputs.given.as_ref(), &inputs.keyring)
    }

    /// The same, or what `otherwise` makes of the error where nobody keeps a secret for this server.
    ///
    /// # Errors
    /// As [`Server::secret`], and whatever `otherwise` returns.
    pub fn secret_or(
        &self,
        inputs: &SecretInputs,
        otherwise: impl FnOnce(Error) -> Result<SecretString>,
    ) -> Result<SecretString> {
        // A file or a command that is named and fails is told: what it was to say is not known.
        let is_named = !matches!(self.secret_source, SecretSource::Keyring);
        match self.secret(inputs) {
            Err(error) if !is_named => otherwise(error),
            secret => secret,
        }
    }

    fn secret_from(
        &self,
        given: Option<&SecretString>,
        keyring: &dyn Keyring,
    ) -> Result<SecretString> {
        if let Some(secret) = given {
            return Ok(secret.clone());
        }
        match &self.secret_source {
            SecretSource::File(path) => password_file::read(path),
            SecretSource::Command(command) => {
                let about = format!("the password-command for {}", self.keyring_account);
                password_command::run(command).map_err(|error| error.about(about))
            }
            SecretSource::Keyring => match keyring.read(&self.keyring_account) {
                Ok(Some(secret)) => Ok(secret),
                Ok(None) => Err(self.no_secret("the keyring has none")),
                Err(no) => Err(self.no_secret(&no.to_string())),
            },
        }
    }

    fn no_secret(&self, why: &str) -> Error {
        let what = format!("no password for {}: {why}", self.keyring_account);
        Error::new(Exit::Config, what).hint(WAYS)
    }
}

fn first_line(stdin: &mut dyn BufRead) -> Result<SecretString> {
    let mut line = Zeroizing::new(Vec::with_capacity(1024));
    let about = "standard input";
    stdin
        .take(MAX as u64 + 2)
        .read_until(b'\n', &mut line)
        .map_err(|error| bad(about, &format!("cannot be read: {error}")))?;
    checked(&line, about)
}

fn variable(environment: &Environment) -> Result<Option<SecretString>> {
    const NAME: &str = "SHAREMAIL_PASSWORD";
    match environment.value(NAME).map(|value| value.to_str()) {
        None => Ok(None),
        Some(Some(text)) => checked(text.as_bytes(), NAME).map(Some),
        Some(None) => Err(bad(NAME, "is not UTF-8 text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{NoKeyring, Selection, load};
    use secrecy::ExposeSecret;

    struct Fake(Result<Option<&'static str>, NoKeyring>);

    impl Keyring for Fake {
        fn read(&self, account: &str) -> Result<Option<SecretString>, NoKeyring> {
            assert_eq!(account, "admin@imap.example.com");
            self.0.clone().map(|found| found.map(SecretString::from))
        }
    }

    fn environment(more: &[(&str, &str)]) -> Environment {
        let server = [
            ("SHAREMAIL_IMAP_HOST", "imap.example.com"),
            ("SHAREMAIL_IMAP_USER", "admin"),
        ];
        server.iter().chain(more).copied().collect()
    }

    fn secret(more: &[(&str, &str)], keyring: Fake) -> Result<String> {
        let environment = environment(more);
        let profile = load(&Selection::default(), &environment)?;
        let inputs = SecretInputs::gather(&environment, None)?;
        let secret = profile.imap.secret_from(inputs.given.as_ref(), &keyring)?;
        Ok(secret.expose_secret().to_owned())
    }

    const UNUSED: Fake = Fake(Err(NoKeyring::Absent));

    #[test]
    fn the_variable_comes_before_every_other_place() {
        let more = [
            ("SHAREMAIL_PASSWORD", "first"),
            ("SHAREMAIL_IMAP_PASSWORD_COMMAND", "echo second"),
        ];
        assert_eq!(secret(&more, UNUSED).unwrap(), "first");
        assert_eq!(secret(&more[1..], UNUSED).unwrap(), "second");
    }

    #[test]
    fn standard_input_comes_before_the_variable_and_gives_one_line() {
        let environment = environment(&[("SHAREMAIL_PASSWORD", "other")]);
        let mut stdin: &[u8] = b"s\xc3\xa9cret \r\nrest";
        let inputs = SecretInputs::gather(&environment, Some(&mut stdin)).unwrap();
        assert_eq!(inputs.given.unwrap().expose_secret(), "s\u{e9}cret ");
        assert_eq!(stdin, b"rest");
    }

    #[test]
    fn the_keyring_is_asked_last() {
        assert_eq!(secret(&[], Fake(Ok(Some("kept")))).unwrap(), "kept");
    }

    #[test]
    fn without_any_secret_all_four_ways_are_named() {
        for keyring in [Fake(Ok(None)), Fake(Err(NoKeyring::Absent))] {
            let error = secret(&[], keyring).unwrap_err();
            assert_eq!(error.exit(), Exit::Config);
            assert!(
                error
                    .what()
                    .starts_with("no password for admin@imap.example.com: ")
            );
            let hint = error.advice().unwrap();
            for way in [
                "SHAREMAIL_PASSWORD",
                "password-file",
                "password-command",
                "keyring",
            ] {
                assert!(hint.contains(way), "{hint}");
            }
        }
    }

    #[test]
    fn endless_input_is_not_read_to_its_end() {
        let mut endless = std::io::BufReader::new(std::io::repeat(b'x'));
        let error = first_line(&mut endless).unwrap_err();
        assert_eq!(error.what(), "standard input is longer than 64 KiB");
    }
}
