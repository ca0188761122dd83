//! Progress of long work: a bar on stderr while a person is looking, nothing otherwise.

use crate::error::printable;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::sync::Arc;

/// A running piece of work. Clones are handles to the same bar; dropping the last clears it.
#[derive(Clone, Debug)]
pub struct Progress(Arc<Bar>);

#[derive(Debug)]
struct Bar(ProgressBar);

impl Progress {
    /// A bar of `total` steps, or a spinner where the total is not known.
    pub(super) fn shown(room: &MultiProgress, total: Option<u64>, what: &str) -> Self {
        let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let bar = room.add(bar).with_message(printable(what));
        let template = match total {
            Some(_) => "{msg} {wide_bar} {pos}/{len}",
            None => "{spinner} {msg} {pos}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━━ "));
        }
        Self(Arc::new(Bar(bar)))
    }

    /// Progress that nobody sees.
    pub fn hidden() -> Self {
        Self(Arc::new(Bar(ProgressBar::hidden())))
    }

    /// `steps` more are done.
    pub fn tick(&self, steps: u64) {
        self.0.0.inc(steps);
    }

    /// How many steps there are, once that is known.
    pub fn total(&self, total: u64) {
        self.0.0.set_length(total);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
