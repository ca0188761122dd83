//! One message: MAIL, RCPT for everybody, DATA, and the answer (RFC 5321, section 3.3).

use super::content::{Content, stuffed};
use super::delivery::{Delivery, Fate, Recipient, Step, Verdict};
use super::refusal::Stage;
use super::reply::Reply;
use super::session::Submission;
use super::window::{self, Next};
use crate::error::{Error, Result};
use crate::smtp::{Envelope, MailAddress};

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
    /// Nothing is ever sent a second time. After a verdict other than `Sent` the session can be
    /// used again if [`Submission::check`] says so.
    pub fn send(&mut self, envelope: &Envelope, message: &[u8], on_step: OnStep<'_>) -> Delivery {
        let mut transaction = Transaction::new(envelope);
        let prepared = self.prepare(envelope, message);
        let verdict = match prepared {
            Ok(commands) => self.hand_over(&mut transaction, &commands, message, on_step),
            Err(error) => Verdict::NotSent(error),
        };
        Delivery {
            recipients: transaction.recipients,
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
        let notify = envelope.notify.filter(|_| can.dsn);
        let notify = notify.map_or(String::new(), |n| format!(" NOTIFY={}", n.esmtp()));
        let rcpt = |to: &MailAddress| format!("RCPT TO:<{to}>{notify}");
        let commands = std::iter::once(mail).chain(envelope.to.iter().map(rcpt));
        Ok(commands.chain(["DATA".to_owned()]).collect())
    }

    fn hand_over(
        &mut self,
        transaction: &mut Transaction,
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
                0 => transaction.mail(reply),
                n if n == last => transaction.data(reply),
                n => transaction.rcpt(n - 1, n == last - 1, reply),
            },
        );
        if let Err(error) = ran {
            return transaction.broken(error);
        }
        let verdict = match (transaction.verdict(), transaction.data_code()) {
            // Nobody is there to get it: an empty message to nobody ends what DATA began (RFC
            // 2920, section 3.1).
            (Some(verdict), Some(354)) => {
                let _ = self.wire.ask(".");
                return verdict;
            }
            (None, Some(354)) => return self.content(transaction, message, on_step),
            (Some(verdict), _) => verdict,
            (None, _) => transaction.refused_data(|| self.wire.broke("no answer to DATA")),
        };
        // The verdict stands, whatever becomes of the connection.
        let _ = self.reset();
        verdict
    }

    /// The message itself, once the server waits for it.
    fn content(
        &mut self,
        transaction: &Transaction,
        message: &[u8],
        on_step: OnStep<'_>,
    ) -> Verdict {
        if let Err(error) = on_step(Step::Recipients(&transaction.recipients)) {
            return self.abandon(error);
        }
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

/// The replies so far.
struct Transaction {
    recipients: Vec<Recipient>,
    mail: Option<Reply>,
    data: Option<Reply>,
    /// The first refusal of a recipient that means the sender.
    sender: Option<Reply>,
    /// A 421, after which there are no more.
    goodbye: Option<Reply>,
}

impl Transaction {
    fn new(envelope: &Envelope) -> Self {
        let recipient = |address: &MailAddress| Recipient {
            address: address.clone(),
            fate: Fate::Unknown,
        };
        Self {
            recipients: envelope.to.iter().map(recipient).collect(),
            mail: None,
            data: None,
            sender: None,
            goodbye: None,
        }
    }

    fn mail(&mut self, reply: Reply) -> Next {
        let next = if reply.is_positive() {
            Next::Go
        } else {
            Next::Stop
        };
        self.note_goodbye(&reply);
        self.mail = Some(reply);
        next
    }

    fn rcpt(&mut self, number: usize, is_last: bool, reply: Reply) -> Next {
        self.note_goodbye(&reply);
        // After a refused MAIL this is no answer about the recipient.
        let asked = self.mail.as_ref().is_some_and(Reply::is_positive);
        if let Some(recipient) = self.recipients.get_mut(number).filter(|_| asked) {
            recipient.fate = Fate::of(&reply);
            if reply.refuses_sender(Stage::Rcpt) {
                self.sender.get_or_insert(reply);
            }
        }
        if is_last && !self.has_accepted() {
            Next::Stop
        } else {
            Next::Go
        }
    }

    fn data(&mut self, reply: Reply) -> Next {
        self.note_goodbye(&reply);
        self.data = Some(reply);
        Next::Go
    }

    fn note_goodbye(&mut self, reply: &Reply) {
        if reply.code() == 421 {
            self.goodbye = Some(reply.clone());
        }
    }

    fn has_accepted(&self) -> bool {
        self.recipients.iter().any(|r| r.fate == Fate::Accepted)
    }

    fn data_code(&self) -> Option<u16> {
        self.data.as_ref().map(Reply::code)
    }

    /// Why the message is not to be sent, if so.
    fn verdict(&self) -> Option<Verdict> {
        match &self.mail {
            Some(reply) if reply.is_positive() => {}
            Some(reply) => return Some(refused(reply.clone(), Stage::Mail)),
            None => return Some(Verdict::NoRecipients),
        }
        if self.has_accepted() {
            return None;
        }
        Some(match &self.sender {
            Some(reply) => refused(reply.clone(), Stage::Rcpt),
            None => Verdict::NoRecipients,
        })
    }

    fn refused_data(&self, missing: impl FnOnce() -> Error) -> Verdict {
        match &self.data {
            Some(reply) if !reply.is_positive() && reply.code() >= 400 => {
                refused(reply.clone(), Stage::Data)
            }
            _ => Verdict::NotSent(missing()),
        }
    }

    /// The connection failed before the message.
    fn broken(&self, error: Error) -> Verdict {
        match &self.goodbye {
            Some(reply) => Verdict::Deferred(reply.clone()),
            None => Verdict::NotSent(error),
        }
    }
}

/// A complaint of the server about the whole message.
fn refused(reply: Reply, stage: Stage) -> Verdict {
    if reply.refuses_sender(stage) {
        let not_owned = reply.denies_ownership(stage);
        Verdict::SenderRefused { reply, not_owned }
    } else if reply.is_temporary() {
        Verdict::Deferred(reply)
    } else {
        Verdict::Refused(reply)
    }
}
