//! What somebody wants to say, as whom, and to whom.

use super::body::{Attachment, body};
use super::composed::Composed;
use super::custom;
use super::field;
use super::id::MessageId;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mail::{Contact, Envelope, MailAddress};
use std::time::SystemTime;

/// A message that is not yet bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The shared mailbox, which the message is from.
    pub mailbox: MailAddress,
    /// What people read as its sender.
    pub from_name: Option<String>,
    /// Who sends on behalf of the mailbox; nobody for Send As.
    pub sender: Option<Contact>,
    /// To whom.
    pub to: Vec<Contact>,
    /// Who gets a copy.
    pub cc: Vec<Contact>,
    /// Who gets a copy without the others knowing.
    pub bcc: Vec<Contact>,
    /// To whom answers go, if not to the mailbox.
    pub reply_to: Vec<Contact>,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// The same in HTML.
    pub html: Option<String>,
    /// Files that go with it.
    pub attachments: Vec<Attachment>,
    /// Other header fields: names and values.
    pub headers: Vec<(String, String)>,
    /// Which message it answers.
    pub in_reply_to: Option<MessageId>,
    /// The conversation up to here.
    pub references: Vec<MessageId>,
    /// When it was written.
    pub date: SystemTime,
    /// Its name.
    pub message_id: MessageId,
}

/// What a message says, whoever it goes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// In text.
    pub text: String,
    /// The same in HTML.
    pub html: Option<String>,
    /// Files that go with it.
    pub attachments: Vec<Attachment>,
    /// Other header fields: names and values.
    pub headers: Vec<(String, String)>,
}

impl Draft {
    /// An empty message from `mailbox`, written now.
    pub fn new(mailbox: MailAddress) -> Self {
        Self {
            message_id: MessageId::generate(mailbox.domain()),
            mailbox,
            from_name: None,
            sender: None,
            to: Vec::new(),
            cc: Vec::new(),
            bcc: Vec::new(),
            reply_to: Vec::new(),
            subject: String::new(),
            text: String::new(),
            html: None,
            attachments: Vec::new(),
            headers: Vec::new(),
            in_reply_to: None,
            references: Vec::new(),
            date: SystemTime::now(),
        }
    }

    /// The message as bytes, and its envelope.
    ///
    /// # Errors
    /// [`Exit::BadInput`] when it goes to nobody, or some part of it cannot be said.
    pub fn compose(mut self) -> Result<Composed> {
        let before = self.fields_before_bcc()?;
        let bcc = field::contacts("Bcc", &self.bcc)?;
        let mut rest = self.fields_after_bcc()?.into_bytes();
        let attachments = std::mem::take(&mut self.attachments);
        rest.extend(body(&self.text, self.html.as_deref(), attachments)?);
        let envelope = envelope(
            &self.mailbox,
            self.sender.as_ref(),
            self.to.iter().chain(&self.cc).chain(&self.bcc),
        )?;
        Composed::new(self.message_id, envelope, before, bcc.as_bytes(), &rest)
    }

    fn fields_before_bcc(&self) -> Result<String> {
        let mut fields = from(&self.mailbox, self.from_name.as_ref(), self.sender.as_ref())?;
        fields += &field::contacts("Reply-To", &self.reply_to)?;
        fields += &field::contacts("To", &self.to)?;
        fields += &field::contacts("Cc", &self.cc)?;
        if self.to.is_empty() && self.cc.is_empty() {
            fields += "To: undisclosed-recipients:;\r\n";
        }
        Ok(fields)
    }

    fn fields_after_bcc(&self) -> Result<String> {
        let mut fields = field::text("Subject", &self.subject)?;
        fields += &field::date(self.date);
        fields += &field::ids("Message-ID", std::slice::from_ref(&self.message_id));
        fields += &field::ids("In-Reply-To", self.in_reply_to.as_slice());
        fields += &field::ids("References", &self.references);
        for (name, value) in &self.headers {
            fields += &custom::field(name, value)?;
        }
        fields += "MIME-Version: 1.0\r\n";
        Ok(fields)
    }
}

/// From, and Sender where there is one.
pub(super) fn from(
    mailbox: &MailAddress,
    name: Option<&String>,
    sender: Option<&Contact>,
) -> Result<String> {
    let from = Contact {
        name: name.cloned(),
        address: mailbox.clone(),
    };
    let mut fields = field::contacts("From", &[from])?;
    if let Some(sender) = sender {
        fields += &field::contacts("Sender", std::slice::from_ref(sender))?;
    }
    Ok(fields)
}

/// From whoever is responsible to everybody once.
pub(super) fn envelope<'a>(
    mailbox: &MailAddress,
    sender: Option<&Contact>,
    to: impl IntoIterator<Item = &'a Contact>,
) -> Result<Envelope> {
    let from = sender.map_or(mailbox, |sender| &sender.address);
    let to = to.into_iter().map(|contact| contact.address.clone());
    let envelope = Envelope::new(from.clone(), to);
    if envelope.to.is_empty() {
        return Err(Error::new(Exit::BadInput, "the message goes to nobody"));
    }
    Ok(envelope)
}
