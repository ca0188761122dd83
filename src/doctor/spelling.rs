//! How the server spells people in its entries, and what shows it.

use super::Examination;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::state::Mailbox;
use crate::report::doctor::{Finding, Section};

impl Examination {
    /// Tells the spelling that is used, how it was found out, and whether the entries agree.
    pub(super) fn spelling(&mut self, state: &Mailbox) {
        let used = state.dialect.people;
        let example = format!("people are spelled {}", used.in_words());
        let finding = |says: String| Finding::works(Section::Mailbox, "identifier", says);
        let found = match (&state.ground.shown, state.ground.said) {
            (Some(shown), said) if shown.spelling != used => match state.contradiction() {
                Some(says) => {
                    self.fails(Error::new(Exit::NotFound, &says));
                    let failed = Finding::fails(Section::Mailbox, "identifier", says);
                    failed.change(shown.spelling.advice())
                }
                None => {
                    let who = if said {
                        "the profile says so"
                    } else {
                        "assumed"
                    };
                    let says = format!(
                        "{example}: {who}, but {}, which may be a mistake",
                        shown.why
                    );
                    self.doubts("how the server spells people is in doubt");
                    Finding::warning(Section::Mailbox, "identifier", says)
                }
            },
            (Some(shown), true) => {
                finding(format!("{example}: the profile says so, and {}", shown.why))
            }
            (Some(shown), false) => finding(format!("{example}: found out, because {}", shown.why)),
            (None, true) => {
                let says = format!("{example}: the profile says so; no entry here shows it");
                Finding::fact(Section::Mailbox, "identifier", says)
            }
            (None, false) => {
                let says = format!("{example}: assumed, as no entry here shows it");
                let change = "identifier = \"address\" or \"local-part\" in the profile settles it";
                self.doubts("how the server spells people is assumed");
                Finding::warning(Section::Mailbox, "identifier", says).change(change)
            }
        };
        self.note(found.value(used.key()));
    }
}
