//! A password that somebody at the terminal is asked for.

use crate::error::Result;
use crate::output::Output;
use crate::profile::Server;
use secrecy::SecretString;

/// How a password is given where nobody can be asked for it.
pub const WAYS: &str = "give it by SHAREMAIL_PASSWORD or --password-stdin, or name a \
                        --password-file or a --password-command";

/// The password or token, unseen.
///
/// # Errors
/// When there is no terminal, or nothing was typed.
pub fn secret(server: &Server, output: &Output) -> Result<SecretString> {
    let what = if server.mechanism.takes_token() {
        "Access token"
    } else {
        "Password"
    };
    let question = format!("{what} of {} at {}", server.user, server.host);
    output.ask_secret(&question, WAYS)
}
