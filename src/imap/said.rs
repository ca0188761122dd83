//! What a server says unasked: an untagged NO or BAD (RFC 9051, sections 7.1.2 and 7.1.3).
//!
//! It ends no command, and it may be all that the server ever says of one.

use super::response::{Condition, State};

/// As many different sentences are kept.
const MOST: usize = 4;

/// The sentences, in their order.
#[derive(Debug, Default)]
pub(super) struct Said {
    words: Vec<String>,
    /// Of the commands before this one, in the order of sending, it may have been about any.
    before: usize,
    /// So many of them are not answered yet.
    open: usize,
    /// The server was asked whether it lives, for these.
    probed: bool,
}

impl Said {
    /// Takes in what `state` says, where it is a warning: after `sent` commands, of which `open`
    /// are not answered.
    pub fn take(&mut self, state: &State<'_>, sent: usize, open: usize) {
        let condition = match state.condition {
            Condition::No => "NO",
            Condition::Bad => "BAD",
            _ => return,
        };
        (self.before, self.open) = (sent, open);
        let words = format!("{condition}: {}", state.printable_text());
        if self.words.len() < MOST && !self.words.contains(&words) {
            self.words.push(words);
        }
    }

    /// The command sent as number `at` is answered.
    pub fn answered(&mut self, at: usize) {
        if at < self.before {
            self.open = self.open.saturating_sub(1);
            self.probed &= self.open > 0;
        }
    }

    /// The server is being asked whether it lives: once, whatever it says meanwhile.
    pub fn probe(&mut self) {
        self.probed = true;
    }

    /// Whether silence would be a reason to ask whether it lives.
    pub fn is_to_probe(&self) -> bool {
        self.open > 0 && !self.probed
    }

    /// Whether it may be all that is ever said of something in flight.
    pub fn is_pending(&self) -> bool {
        self.open > 0
    }

    /// `the server said NO: …`
    pub fn in_words(&self) -> String {
        format!("the server said {}", self.words.join("; "))
    }

    /// The sentences.
    pub fn into_words(self) -> Vec<String> {
        self.words
    }
}

#[cfg(test)]
mod tests {
    use super::super::response::Response;
    use super::*;
    use proptest::prelude::*;

    fn take(said: &mut Said, line: &str, sent: usize, open: usize) {
        if let Ok(Response::Status(state)) = Response::parse(line.as_bytes()) {
            said.take(&state, sent, open);
        }
    }

    #[test]
    fn it_stands_until_all_that_it_may_be_about_is_answered() {
        let mut said = Said::default();
        take(&mut said, "* OK fine", 3, 3);
        assert!(!said.is_to_probe());
        take(&mut said, "* NO [LIMIT] too many", 3, 2);
        said.answered(7);
        said.answered(0);
        assert!(said.is_to_probe() && said.is_pending());
        said.probe();
        assert!(!said.is_to_probe() && said.is_pending());
        said.answered(2);
        assert!(!said.is_pending());
        assert_eq!(said.in_words(), "the server said NO: too many");
    }

    proptest! {
        #[test]
        fn few_words_are_kept_and_each_once(words in proptest::collection::vec("[a-f]", 0..40)) {
            let mut said = Said::default();
            for word in &words {
                take(&mut said, &format!("* NO {word}"), 1, 1);
            }
            let kept = said.into_words();
            let once: std::collections::BTreeSet<_> = kept.iter().collect();
            prop_assert!(kept.len() <= MOST && once.len() == kept.len());
            prop_assert_eq!(kept.is_empty(), words.is_empty());
        }
    }
}
