//! What somebody may send by the grants of a mailbox.

use serde::Serialize;

/// What the grants allow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Grants {
    /// To send as the mailbox.
    pub send_as: bool,
    /// To send on its behalf.
    pub send_on_behalf: bool,
}
