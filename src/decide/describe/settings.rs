//! What a mailbox keeps of its settings, in the words of a file.

use super::Described;
use crate::manifest::settings::in_file;
use crate::model::setting::Kind;
use crate::model::state::Mailbox;

impl Described {
    /// Tells the settings of `state`, where they were read: such as are believed, and can stand in a file.
    pub(super) fn settings(&mut self, state: &Mailbox) {
        if state.settings.is_none() {
            return;
        }
        for kind in Kind::ALL {
            let text = match state.setting(kind) {
                Ok(text) => text,
                Err(why) => {
                    self.remark(format!("its settings are left out: {why}"));
                    return;
                }
            };
            match in_file(kind, text) {
                Ok(Some(text)) if !text.is_empty() => {
                    self.mailbox.settings.insert(kind, text);
                }
                Ok(_) => {}
                Err(errors) => {
                    let why = errors.first().map(ToString::to_string);
                    let why = why.unwrap_or_default();
                    self.remark(format!("its {kind} are left out: {why}"));
                }
            }
        }
    }
}
