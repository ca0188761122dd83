//! How a run ends.

use crate::exit::Exit;
use crate::interrupt;

/// How a run ends whose work ended with `ends`, one for each mailbox or row: interrupted where somebody stopped
/// it, else as all of them did where they ended alike, else partly. Where all is done, and `is_found` says that
/// something was found or is to be changed yet, that is told.
pub fn verdict(ends: impl IntoIterator<Item = Exit>, is_found: bool) -> Exit {
    match Exit::of_all(ends) {
        _ if interrupt::requested() => Exit::Interrupted,
        Exit::Done if is_found => Exit::Found,
        exit => exit,
    }
}
