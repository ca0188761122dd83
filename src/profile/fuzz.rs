//! Configuration files and single values, for the fuzzer: see [`crate::fuzz`].

use super::duration;
use super::problem::Problems;
use super::reading::read;
use super::secret_text::checked;
use super::table;
use super::template::LoginTemplate;
use super::value;
use crate::error::Error;
use crate::exit::Exit;
use crate::fuzz::{is_same, is_told, text};
use secrecy::ExposeSecret as _;
use std::path::Path;

/// A whole file, each of whose profiles is understood; and the same bytes as a single value and as
/// a secret.
pub fn config(bytes: &[u8]) {
    match checked(bytes, "password-file x") {
        Ok(secret) => assert!(secret.expose_secret().len() <= bytes.len()),
        Err(error) => is_told(&error, 200),
    }
    let Some(text) = text(bytes) else { return };
    match table::parse(Path::new("/home/x/config.toml"), text.to_owned()) {
        Ok(config) => {
            for settings in config.profiles.values() {
                let mut problems = Problems::default();
                let _ = read(settings, Some(Path::new("/home/x")), &mut problems);
                if let Err(error) = problems.into_result() {
                    is_told(&error, text.len());
                }
            }
        }
        Err(error) => is_told(&error, text.len()),
    }
    one_value(text);
}

fn one_value(text: &str) {
    match text.parse::<LoginTemplate>() {
        Ok(template) => {
            is_same(&template.to_string().parse(), &Ok(template.clone()));
            assert!(template.fill("m", "a").len() <= text.len());
        }
        Err(bad) => is_told(&Error::new(Exit::Config, bad.to_string()), text.len()),
    }
    if let Ok(duration) = duration::parse(text) {
        assert!(!duration.is_zero() && duration <= duration::MAX);
    }
    if let Ok(host) = value::host(text) {
        assert!(!host.is_empty() && host.len() <= text.len());
        assert!(!host.contains(|c: char| c.is_control() || c == ' '));
    }
}
