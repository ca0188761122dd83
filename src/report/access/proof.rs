//! The proof of a change: what the member's own session showed.

use crate::document::Text;
use crate::model::proof::Proof;
use crate::model::rights::Rights;
use crate::model::words::some;

/// What the proof adds, in brackets.
pub(in crate::report) fn proved(proof: &Proof) -> Option<Text> {
    Some(match proof {
        Proof::Verified {
            login, only_stored, ..
        } if !only_stored.is_empty() => Text::good(format!(
            "(verified as {login}; {only_stored} stored, which the server does not show)"
        )),
        Proof::Verified { login, .. } => Text::good(format!("(verified as {login})")),
        Proof::Partly {
            login,
            folders,
            has,
        } => {
            let on = some(folders);
            Text::bad(format!("(but {login} has only {}, on {on})", rights(*has)))
        }
        Proof::Nothing { why } => Text::bad(format!("(stored, but gives nothing: {why})")),
        Proof::NotVerified { why } => Text::dim(format!("(stored, not verified: {why})")),
        Proof::Remains { .. } => return None,
    })
}

/// Rights in words.
pub(in crate::report) fn rights(rights: Rights) -> String {
    if rights.is_empty() {
        "nothing".to_owned()
    } else {
        rights.to_string()
    }
}
