//! What may be a secret: one line of text that has an end.

use crate::error::{Error, Result};
use crate::exit::Exit;
use secrecy::SecretString;

/// No secret is longer, in bytes; tokens of several kilobytes do exist.
pub(super) const MAX: usize = 64 * 1024;

/// The secret in `bytes`, which came from `about`: without its line end, and of one line.
pub(super) fn checked(bytes: &[u8], about: &str) -> Result<SecretString> {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| bad(about, "is not UTF-8 text"))?;
    if text.is_empty() {
        Err(bad(about, "holds no password"))
    } else if text.len() > MAX {
        Err(bad(about, "is longer than 64 KiB"))
    } else if text.contains('\0') {
        Err(bad(about, "holds a NUL character, which no password can"))
    } else if text.contains(['\r', '\n']) {
        let hint = "leave the password alone on one line; of a command's output, `| head -n 1`";
        Err(bad(about, "holds more than one line").hint(hint))
    } else {
        Ok(SecretString::from(text))
    }
}

/// That what came from `about` is no secret, without showing it.
pub(super) fn bad(about: &str, what: &str) -> Error {
    Error::new(Exit::Config, format!("{about} {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_secret_is_refused_without_being_shown() {
        for bad in [
            &b""[..],
            b"\n",
            b"hunter2\nx\n",
            b"hunter2\rx",
            b"hunter2\0",
            b"hunter2\xff",
        ] {
            let error = checked(bad, "SHAREMAIL_PASSWORD").unwrap_err();
            assert!(!error.what().contains("hunter2"));
        }
        assert!(checked(&vec![b'x'; MAX + 1], "x").is_err());
        assert!(checked(&vec![b'x'; MAX], "x").is_ok());
    }
}
