//! Handing messages over, with the outbox as witness, and filing their copies.

use super::filing::{Filed, Filing, Sheet};
use super::posting::Posting;
use super::sending::{Begun, Sending, outbox};
use crate::apply::{deeds, mark_answered};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::mail::message::Composed;
use crate::model::deed::{Deed, Deeds};
use crate::model::letter::Lying;
use crate::model::login::SentCopy;
use crate::outbox::{Entry, Outbox, Slip, State};
use crate::output::Output;
use crate::smtp::{Delivery, Step, Submission, Verdict};

/// What became of a message and its copy.
pub struct Handed {
    /// What it is called in the outbox.
    pub id: String,
    /// What the server said.
    pub delivery: Delivery,
    /// What became of the copy.
    pub copy: Copy,
    /// Whether the message that it answers was marked, where it answers one.
    pub marked: Option<Result<()>>,
    /// Whether what became of it could not be logged.
    pub unlogged: bool,
}

/// What became of the copy.
pub enum Copy {
    /// There is nothing to file: nothing was sent, or nobody knows.
    Nothing,
    /// None was wanted.
    Unwanted,
    /// The server files it by itself.
    Servers,
    /// It lies there.
    Filed(Filed),
    /// It does not, or nobody knows.
    NotFiled(Error),
}

/// Somebody who writes down what becomes of a message, besides the outbox.
pub trait Witness {
    /// The series that the message belongs to.
    fn series(&self) -> Option<&str> {
        None
    }

    /// The message is in the outbox as `id`, and goes next. An error stops it.
    ///
    /// # Errors
    /// When it cannot be written down.
    fn goes(&mut self, id: &str, message: &Composed) -> Result<()>;

    /// The server has spoken, or is gone; what the outbox keeps of it may be removed next.
    ///
    /// # Errors
    /// When it cannot be written down.
    fn went(&mut self, delivery: &Delivery) -> Result<()>;
}

/// Nobody.
impl Witness for () {
    fn goes(&mut self, _: &str, _: &Composed) -> Result<()> {
        Ok(())
    }

    fn went(&mut self, _: &Delivery) -> Result<()> {
        Ok(())
    }
}

/// What is wished for besides the messages themselves.
#[derive(Clone, Copy, Debug)]
pub struct Wishes {
    /// Copies are filed.
    pub save: bool,
    /// Reports of what becomes of the messages are asked for (RFC 3461).
    pub dsn: bool,
    /// A copy whose filing broke off is tried once more.
    pub patient: bool,
}

/// A login over which messages go, and the folder for their copies.
pub struct Hand<'a> {
    begun: &'a Begun,
    sending: &'a Sending,
    /// The sender's login name, where she was asked over IMAP.
    login: Option<String>,
    outbox: Outbox,
    submission: Submission,
    filing: Filing<'a>,
    save: bool,
    by_server: bool,
    /// A copy whose filing broke off is tried once more.
    patient: bool,
    output: &'a Output,
}

impl<'a> Hand<'a> {
    /// Logs in. `filing` has her own session, where there is one.
    ///
    /// # Errors
    /// Whatever connecting and logging in may meet.
    pub fn open(
        wishes: Wishes,
        begun: &'a Begun,
        sending: &'a Sending,
        filing: Filing<'a>,
        output: &'a Output,
    ) -> Result<Self> {
        let login = filing.login().map(str::to_owned);
        let submission = begun.submission(login.as_deref())?;
        if wishes.dsn && !submission.capabilities().dsn {
            output.warning("the server takes no wishes for reports (no DSN): there will be none");
        }
        let by_server = begun.provider.profile().sent_copy == SentCopy::Server;
        Ok(Self {
            begun,
            sending,
            login,
            outbox: outbox()?,
            submission,
            filing,
            save: wishes.save && !by_server,
            by_server,
            patient: wishes.patient,
            output,
        })
    }

    /// Whether the connection takes no more messages.
    pub fn is_broken(&self) -> bool {
        self.submission.check().is_err()
    }

    /// The most bytes that a message may have, where the server says so.
    pub fn most(&self) -> Option<u64> {
        self.submission.capabilities().size
    }

    /// Logs in anew.
    ///
    /// # Errors
    /// Whatever connecting and logging in may meet.
    pub fn reconnect(&mut self) -> Result<()> {
        self.submission = self.begun.submission(self.login.as_deref())?;
        Ok(())
    }

    /// Sends `message`, marks what it answers, and files its copy.
    ///
    /// # Errors
    /// Whatever stands in the way before the server is told anything of the message.
    pub fn hand_over(
        &mut self,
        message: &Composed,
        answered: Option<&Lying>,
        witness: &mut dyn Witness,
    ) -> Result<Handed> {
        let series = witness.series().map(str::to_owned);
        let entry = self.entry(message, series);
        let mut slip = self.outbox.put(entry, message.filed())?;
        let id = slip.id.clone();
        let posting = Posting::begin(self.begun.provider.ledger(), &slip.entry);
        let posting = posting.and_then(|posting| {
            let goes = witness.goes(&id, message);
            goes.inspect_err(|_| posting.give_up()).map(|()| posting)
        });
        let posting = match posting {
            Ok(posting) => posting,
            Err(error) => {
                self.told(slip.remove());
                return Err(error);
            }
        };
        let delivery = submit(&mut self.submission, &mut slip, message);
        match &delivery.verdict {
            Verdict::Unknown(_) => self.told(slip.advance(State::Unknown)),
            Verdict::Sent(_) => self.told(slip.advance(State::Sent)),
            _ => {}
        }
        self.told(witness.went(&delivery));
        let logged = posting.end(&delivery);
        let unlogged = logged.is_err();
        self.told(logged);
        let was_sent = matches!(delivery.verdict, Verdict::Sent(_));
        let marked = answered.filter(|_| was_sent);
        let marked = marked.map(|lying| self.mark(lying));
        let copy = match delivery.verdict {
            Verdict::Unknown(_) => Copy::Nothing,
            Verdict::Sent(_) => self.file(slip, message),
            _ => {
                self.told(slip.remove());
                Copy::Nothing
            }
        };
        Ok(Handed {
            id,
            delivery,
            copy,
            marked,
            unlogged,
        })
    }

    /// Says goodbye.
    pub fn close(self) {
        self.submission.quit();
        self.filing.close();
    }

    fn mark(&mut self, lying: &Lying) -> Result<()> {
        let mut hers = self.filing.lend()?;
        let folder = lying.folder.clone();
        let mailbox = self.sending.mailbox.to_string();
        let deeds = Deeds::new(&mailbox, Some(&hers.login), vec![Deed::Mark { folder }]);
        let ledger = self.begun.provider.ledger();
        let marked = deeds::one(ledger, &deeds, || mark_answered(&mut hers.session, lying));
        self.filing.give_back(hers);
        marked
    }

    fn file(&mut self, slip: Slip, message: &Composed) -> Copy {
        if !self.save {
            self.told(slip.remove());
            return match self.by_server {
                true => Copy::Servers,
                false => Copy::Unwanted,
            };
        }
        let mut sheet = Sheet {
            message_id: &slip.entry.message_id.clone(),
            message: message.filed(),
            look_first: false,
        };
        let mut filed = self.filing.file(sheet);
        if self.patient && filed.as_ref().is_err_and(is_passing) {
            sheet.look_first = true;
            filed = self.filing.file(sheet);
        }
        match filed {
            Ok(filed) => {
                self.told(slip.remove());
                Copy::Filed(filed)
            }
            Err(error) => Copy::NotFiled(error),
        }
    }

    fn entry(&self, message: &Composed, series: Option<String>) -> Entry {
        Entry {
            profile: self.begun.provider.profile().name.clone(),
            mailbox: self.sending.mailbox.to_string(),
            sender: self.sending.person.to_string(),
            identity: self.sending.identity,
            message_id: message.message_id.to_string(),
            envelope: message.envelope.clone(),
            created: 0,
            save: self.save,
            series,
        }
    }

    /// The message is on its way whatever becomes of its file.
    fn told(&self, result: Result<()>) {
        if let Err(error) = result {
            self.output.warning(error.what());
        }
    }
}

/// The session broke, so that another one may do better.
fn is_passing(error: &Error) -> bool {
    let passing = [Exit::Unreachable, Exit::TryAgain, Exit::Protocol];
    passing.contains(&error.exit())
}

/// From `Committing` on nobody knows, so that this is on the disk before the message's end goes.
fn submit(submission: &mut Submission, slip: &mut Slip, message: &Composed) -> Delivery {
    let wire = message.wire();
    submission.send(&message.envelope, &wire, &mut |step| {
        if interrupt::requested() {
            return Err(Error::new(
                Exit::Interrupted,
                "interrupted: nothing was sent",
            ));
        }
        match step {
            Step::Recipients(_) => Ok(()),
            Step::Committing => slip.advance(State::Committing),
        }
    })
}
