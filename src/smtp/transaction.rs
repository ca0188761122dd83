//! One message: MAIL, RCPT for everybody, DATA, and the answer (RFC 5321, section 3.3).

use super::answers::{Answers, refused};
use super::delivery::{Delivery, Step, Verdict};
use super::refusal::Stage;
use super::session::Submission;
use super::window;
use crate::error::{Error, Result};
use crate::mail::content::{Content, stuffed};
use crate::mail::{Envelope, MailAddress};

/// How much of a message goes out in one write, under one deadline.
const PIECE: usize = 32 << 10;

/// Is told how far a message has come, and may stop it.
pub type OnStep<'a> = &'a mut dyn FnMut(Step<'_>) -> Result<()>;

impl Submission {
    /// Sends `message` to the envelope's recipients. MAIL, all RCPTs and DATA go out in one go
    /// where the server takes them so.
    ///
    /// `message` must have CRLF line ends and no line above 998 bytes, or else it is not sent.
    /// `on_step` is called where a journal wants to know; its error stops the message, which is
    /// then [`Verdict::NotSent`] with that error.
    ///
    /// Where the server takes only so many recipients for one message, the others get it in further
    /// transactions, as long as each brings somebody on the way.
    ///
    /// Nothing is ever sent a second time. After a verdict other than `Sent` the session can be
    /// used again if [`Submission::check`] says so.
    pub fn send(&mut self, envelope: &Envelope, message: &[u8], on_step: OnStep<'_>) -> Delivery {
        let mut delivery = self.transaction(envelope, message, on_step);
        loop {
            let left: Vec<usize> = delivery.left_over().collect();
            if left.is_empty() || self.check().is_err() {
                return delivery;
            }
            let address = |at: &usize| delivery.recipients.get(*at).map(|r| r.address.clone());
            let rest = Envelope {
                to: left.iter().filter_map(address).collect(),
                ..envelope.clone()
            };
            let more = self.transaction(&rest, message, on_step);
            if !delivery.go_on(&left, more) {
                return delivery;
            }
        }
    }

    fn transaction(
        &mut self,
        envelope: &Envelope,
        message: &[u8],
        on_step: OnStep<'_>,
    ) -> Delivery {
        let mut answers = Answers::new(envelope);
        let prepared = self.prepare(envelope, message);
        let verdict = match prepared {
            Ok(commands) => self.hand_over(&mut answers, &commands, message, on_step),
            Err(error) => Verdict::NotSent(error),
        };
        Delivery {
            recipients: answers.recipients,
            verdict,
        }
    }

    /// The commands of the transaction, if this server can take this message.
    fn prepare(&mut self, envelope: &Envelope, message: &[u8]) -> Result<Vec<String>> {
        self.wire.check_idle()?;
        let content = Content::of(message)?;
        if envelope.to.is_empty() {
            return Err(self.cannot("cannot send to nobody"));
        }
        self.check_addresses(std::iter::once(&envelope.from).chain(&envelope.to))?;
        let can = self.capabilities().clone();
        let utf8 = content.utf8_headers || envelope.needs_smtputf8();
        if utf8 && !can.smtputf8 {
            return Err(self.cannot("takes no headers beyond ASCII (no SMTPUTF8)"));
        }
        if content.eight_bit && !can.eight_bit_mime {
            return Err(self.cannot("takes no bytes beyond ASCII (no 8BITMIME)"));
        }
        if let Some(most) = can.size.filter(|most| content.size > *most) {
            let size = content.size;
            return Err(self.cannot(&format!("takes {most} bytes at most, and these are {size}")));
        }
        let mut mail = format!("MAIL FROM:<{}>", envelope.from);
        if can.declares_size {
            mail.push_str(&format!(" SIZE={}", content.size));
        }
        if content.eight_bit {
            mail.push_str(" BODY=8BITMIME");
        }
        if utf8 {
            mail.push_str(" SMTPUTF8");
        }
        if can.dsn {
            mail.push_str(&envelope.dsn_of_message());
        }
        let rcpt = |to: &MailAddress| match can.dsn {
            true => format!("RCPT TO:<{to}>{}", envelope.dsn_of_recipient(to)),
            false => format!("RCPT TO:<{to}>"),
        };
        let commands = std::iter::once(mail).chain(envelope.to.iter().map(rcpt));
        Ok(commands.chain(["DATA".to_owned()]).collect())
    }

    fn hand_over(
        &mut self,
        answers: &mut Answers,
        commands: &[String],
        message: &[u8],
        on_step: OnStep<'_>,
    ) -> Verdict {
        let pipelining = self.capabilities().pipelining;
        let last = commands.len() - 1;
        let ran = window::run(
            &mut self.wire,
            commands,
            pipelining,
            |number, reply| match number {
                0 => answers.mail(reply),
                n if n == last => answers.data(reply),
                n => answers.rcpt(n - 1, n == last - 1, reply),
            },
        );
        if let Err(error) = ran {
            return answers.broken(error);
        }
        let verdict = match (answers.verdict(), answers.data_code()) {
            // Nobody is there to get it: an empty message to nobody ends what DATA began (RFC
            // 2920, section 3.1).
            (Some(verdict), Some(354)) => {
                let _ = self.wire.ask(".");
                return verdict;
            }
            (None, Some(354)) => return self.content(answers, message, on_step),
            (Some(verdict), _) => verdict,
            (None, _) => answers.refused_data(|| self.wire.broke("no answer to DATA")),
        };
        // The verdict stands, whatever becomes of the connection.
        let _ = self.reset();
        verdict
    }

    /// The message itself, once the server waits for it.
    fn content(&mut self, answers: &Answers, message: &[u8], on_step: OnStep<'_>) -> Verdict {
        if let Err(error) = on_step(Step::Recipients(&answers.recipients)) {
            return self.abandon(error);
        }
        self.wire.show_message(message.len());
        if let Err(error) = stuffed(message, PIECE, |piece| self.wire.send(piece)) {
            return self.cut_off(error);
        }
        if let Err(error) = on_step(Step::Committing) {
            return self.abandon(error);
        }
        let patience = self.patience;
        let answer = self.wire.send(b".\r\n");
        match answer.and_then(|()| self.wire.reply_within(patience, false)) {
            Ok(reply) if reply.is_positive() => Verdict::Sent(reply),
            Ok(reply) if reply.code() == 354 => {
                Verdict::Unknown(self.wire.broke("it asks for the message again"))
            }
            Ok(reply) => refused(reply, Stage::Data),
            Err(error) => Verdict::Unknown(error),
        }
    }

    /// The caller wants it no more. Half a message cannot be taken back, but without its end it
    /// is none: the connection goes.
    fn abandon(&mut self, error: Error) -> Verdict {
        self.wire.break_off(error.clone());
        Verdict::NotSent(error)
    }

    /// The server went in the middle of the message, which some explain.
    fn cut_off(&mut self, error: Error) -> Verdict {
        match self.wire.last_words() {
            Some(reply) if !reply.is_positive() && reply.code() != 354 => {
                refused(reply, Stage::Data)
            }
            _ => Verdict::NotSent(error),
        }
    }
}
