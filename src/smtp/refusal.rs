//! A refused sender, told from everything else that a server may refuse.
//!
//! Servers say it at MAIL, but Postfix waits for RCPT (`smtpd_delay_reject`) and Exchange for
//! the end of DATA. There only the words tell that it is not the recipient or the message.

use super::reply::Reply;

/// Where a reply was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// To MAIL.
    Mail,
    /// To RCPT.
    Rcpt,
    /// To DATA or the final dot.
    Data,
}

/// Words by which servers refuse a sender, in lower case.
const SENDER: [&str; 14] = [
    "sender address rejected",
    "sender address is not allowed",
    "not owned by",
    "sendasdenied",
    "send as this sender",
    "not allowed to send as",
    "not allowed to send from",
    "not authorized to send from",
    "not authorised to send from",
    "not one of your addresses",
    "mail from address must be same as authorization user",
    "sender is not allowed to send",
    "relaying disallowed as",
    "sender rejected",
];

impl Reply {
    /// Whether the sender is refused for good, for whatever reason.
    pub(super) fn refuses_sender(&self, stage: Stage) -> bool {
        let by_place = stage == Stage::Mail && matches!(self.code(), 501 | 550 | 551 | 553 | 554);
        self.is_permanent() && (by_place || self.mentions_sender())
    }

    /// Whether the reason is that the login may not use this sender.
    pub(super) fn denies_ownership(&self, stage: Stage) -> bool {
        if !self.refuses_sender(stage) {
            return false;
        }
        let status = |subject, detail| {
            self.status()
                .is_some_and(|s| s.is_permanent(subject, detail))
        };
        let text = self.text().to_ascii_lowercase();
        let unknown = [
            "domain not found",
            "malformed",
            "does not exist",
            "bad sender",
        ];
        if unknown.iter().any(|reason| text.contains(reason)) {
            return false;
        }
        let by_code = status(7, 1) || status(7, 60) || status(7, 0);
        let at_mail = stage == Stage::Mail && (self.code() == 553 || status(5, 4));
        by_code || at_mail || self.mentions_sender()
    }

    fn mentions_sender(&self) -> bool {
        let text = self.text().to_ascii_lowercase();
        let exchange = self.status().is_some_and(|s| s.is_permanent(7, 60));
        exchange || SENDER.iter().any(|words| text.contains(words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: u16, text: &str) -> Reply {
        Reply::new(code, &[text.as_bytes().to_vec()])
    }

    #[test]
    fn servers_say_it_in_their_own_places_and_words() {
        for (stage, code, text) in [
            (
                Stage::Rcpt,
                553,
                "5.7.1 <s@x.test>: Sender address rejected: not owned by user a@x.test",
            ),
            (
                Stage::Rcpt,
                553,
                "5.7.1 <s@x.test>: Sender address rejected: not logged in",
            ),
            (
                Stage::Mail,
                501,
                "5.5.4 You are not allowed to send from this address.",
            ),
            (
                Stage::Mail,
                553,
                "5.7.1 Sender address rejected: not owned by auth user.",
            ),
            (
                Stage::Data,
                550,
                "5.7.60 SMTP; Client does not have permissions to send as this sender",
            ),
            (
                Stage::Data,
                554,
                "5.2.252 SendAsDenied; a@x.test not allowed to send as s@x.test",
            ),
            (Stage::Mail, 553, "Relaying disallowed as s@x.test"),
        ] {
            assert!(reply(code, text).denies_ownership(stage), "{text}");
        }
    }

    #[test]
    fn another_fault_of_the_sender_is_no_question_of_ownership() {
        for (stage, code, text) in [
            (
                Stage::Rcpt,
                550,
                "5.1.8 <s@x.test>: Sender address rejected: Domain not found",
            ),
            (Stage::Mail, 550, "5.1.0 <s@x.test>: we do not like it"),
        ] {
            let reply = reply(code, text);
            assert!(
                reply.refuses_sender(stage) && !reply.denies_ownership(stage),
                "{text}"
            );
        }
    }

    #[test]
    fn a_refused_recipient_message_or_command_is_not_the_senders_fault() {
        for (stage, code, text) in [
            (
                Stage::Rcpt,
                550,
                "5.1.1 <b@x.test>: Recipient address rejected: User unknown",
            ),
            (Stage::Rcpt, 554, "5.7.1 <b@x.test>: Relay access denied"),
            (
                Stage::Rcpt,
                550,
                "5.7.133 sender not authenticated for group",
            ),
            (
                Stage::Rcpt,
                450,
                "4.1.8 <s@x.test>: Sender address rejected: Domain not found",
            ),
            (Stage::Mail, 552, "5.3.4 Message size exceeds fixed limit"),
            (
                Stage::Mail,
                530,
                "5.7.0 Must issue a STARTTLS command first",
            ),
            (Stage::Mail, 451, "4.3.0 try again"),
            (Stage::Data, 550, "5.7.1 This looks like spam"),
        ] {
            assert!(!reply(code, text).refuses_sender(stage), "{text}");
        }
    }
}
