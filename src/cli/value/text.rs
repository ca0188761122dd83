//! Values that are text: no control characters, so that none reaches a server or a terminal.

use clap::builder::{PathBufValueParser, TypedValueParser};
use std::path::PathBuf;

/// The longest value that is taken, in bytes: more than any server believes.
const LONGEST: usize = 8 * 1024;
/// The longest line of a message, in bytes.
const LONGEST_LINE: usize = 64 * 1024;

/// A value of any kind: not empty, not endless, without control characters.
///
/// # Errors
/// What is wrong with it, for the user.
pub fn text(value: &str) -> Result<String, String> {
    if value.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    fits(value, LONGEST)
}

/// One line of a message, which may be empty.
///
/// # Errors
/// What is wrong with it, for the user.
pub fn line(value: &str) -> Result<String, String> {
    fits(value, LONGEST_LINE)
}

/// The path of a file, which need not be UTF-8.
pub fn path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| text(&path.to_string_lossy()).map(|_| path))
}

fn fits(value: &str, longest: usize) -> Result<String, String> {
    if value.len() > longest {
        return Err(format!("it is longer than {longest} bytes"));
    }
    match value.chars().find(|c| c.is_control()) {
        Some(c) => Err(format!(
            "it holds the control character {}",
            c.escape_unicode()
        )),
        None => Ok(value.to_owned()),
    }
}
