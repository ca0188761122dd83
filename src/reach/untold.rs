//! What nobody can tell without the profile's domain.

use crate::error::Error;
use crate::exit::Exit;

/// That a bare login name cannot be told to be that of `full`.
pub(super) fn no_home(full: &str) -> Error {
    let what = format!(
        "people are spelled by what stands before the @ here, and the profile names no domain: whether \
         {full} is one of them cannot be told"
    );
    Error::new(Exit::Config, what)
        .hint("set domain in the profile: the domain whose people the server calls by bare names")
}
