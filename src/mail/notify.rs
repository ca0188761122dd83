//! When reports of what becomes of a message are wanted (RFC 3461).

use serde::{Deserialize, Serialize};

/// When a delivery status notification is asked for (RFC 3461, section 4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    /// When it was delivered.
    pub success: bool,
    /// When it cannot be delivered.
    pub failure: bool,
    /// When it takes long.
    pub delay: bool,
}

impl Notify {
    /// Reads `success,failure,delay` or `never`.
    ///
    /// # Errors
    /// The word that it does not know.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut notify = Self::default();
        if text.trim().eq_ignore_ascii_case("never") {
            return Ok(notify);
        }
        for word in text.split(',').map(str::trim) {
            match word.to_ascii_lowercase().as_str() {
                "success" => notify.success = true,
                "failure" => notify.failure = true,
                "delay" => notify.delay = true,
                _ => return Err(word.to_owned()),
            }
        }
        Ok(notify)
    }

    /// The value of NOTIFY=.
    pub(super) fn esmtp(self) -> String {
        let words = [
            (self.success, "SUCCESS"),
            (self.failure, "FAILURE"),
            (self.delay, "DELAY"),
        ];
        let asked: Vec<_> = words
            .iter()
            .filter_map(|(on, word)| on.then_some(*word))
            .collect();
        if asked.is_empty() {
            "NEVER".to_owned()
        } else {
            asked.join(",")
        }
    }

    pub(super) fn is_never(self) -> bool {
        self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notify_is_read_and_written() {
        let notify = Notify::parse("Success, failure").unwrap();
        assert_eq!(notify.esmtp(), "SUCCESS,FAILURE");
        assert_eq!(Notify::parse("never").unwrap().esmtp(), "NEVER");
        assert_eq!(Notify::parse("success,x\r\n y").unwrap_err(), "x\r\n y");
    }
}
