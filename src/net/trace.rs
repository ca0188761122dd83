//! The dialogue as `-vv` shows it: whole lines, abridged, with every secret masked.

use crate::error::printable;
use std::fmt;
use std::sync::Arc;

/// Which way a line went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From us to the server.
    Sent,
    /// From the server to us.
    Received,
}

/// Somebody who is shown each line of the dialogue.
///
/// The text has no control characters, no secret, no literal's content, and a bounded length.
#[derive(Clone)]
pub struct Trace(Arc<Show>);

type Show = dyn Fn(Direction, &str) + Send + Sync;

/// What stands for a secret.
pub(crate) const MASK: &str = "***";

/// The most bytes of a line that are shown.
const SHOWN: usize = 400;

impl Trace {
    /// Shows every line to `show`.
    pub fn new(show: impl Fn(Direction, &str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(show))
    }

    /// Shows `line` up to its first literal and to a bounded length.
    pub(crate) fn line(&self, direction: Direction, line: &[u8]) {
        let line = line.strip_suffix(b"\r\n").unwrap_or(line);
        let end = line.iter().position(|b| matches!(b, b'\r' | b'\n'));
        let first = &line[..end.unwrap_or(line.len()).min(SHOWN)];
        let mut text = printable(&String::from_utf8_lossy(first));
        if first.len() < line.len() {
            text.push_str(&format!(" … ({} bytes)", line.len()));
        }
        (self.0)(direction, &text);
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trace")
    }
}
