//! From options and files to a message.

use super::attachment;
use super::reply::Answering;
use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;
use crate::mail::message::{Attachment, Composed, Draft, compose_raw};
use crate::mail::{Contact, MailAddress, Notify};
use crate::run::files;
use encoding_rs::{Encoding, UTF_8};
use std::borrow::Cow;
use std::path::Path;

/// No file is larger, in bytes.
pub(super) const MOST: u64 = 256 << 20;

/// What the options and files say, before it is known who sends.
pub struct Content {
    to: Vec<Contact>,
    cc: Vec<Contact>,
    bcc: Vec<Contact>,
    reply_to: Vec<Contact>,
    notify: Option<Notify>,
    body: Body,
}

enum Body {
    Raw(Vec<u8>),
    Parts(Parts),
}

/// What a message says.
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

impl Content {
    /// Reads addresses, files and standard input.
    ///
    /// # Errors
    /// [`Exit::BadInput`] with what cannot be read or used.
    pub fn gather(args: &cli::send::Send) -> Result<Self> {
        Ok(Self {
            to: contacts(&args.to)?,
            cc: contacts(&args.cc)?,
            bcc: contacts(&args.bcc)?,
            reply_to: contacts(&args.reply_to)?,
            notify: args.dsn.as_deref().map(notify).transpose()?,
            body: match &args.raw {
                Some(path) => Body::Raw(read(path)?),
                None => Body::Parts(Parts::gather(args)?),
            },
        })
    }

    /// The message, from `mailbox` and on its behalf by `sender` where there is one; `person` is
    /// who writes the answer that it is, if it is one.
    ///
    /// # Errors
    /// What cannot be said in a message.
    pub fn compose(
        self,
        args: &cli::send::Send,
        mailbox: &MailAddress,
        sender: Option<MailAddress>,
        answering: Option<(&Answering, Option<MailAddress>)>,
    ) -> Result<Composed> {
        let sender = sender.map(Contact::new);
        let mut composed = match self.body {
            Body::Raw(raw) => {
                let to = [self.to, self.cc, self.bcc].concat();
                compose_raw(&raw, mailbox, args.from_name.clone(), sender.as_ref(), &to)?
            }
            Body::Parts(parts) => {
                let mut draft = Draft {
                    from_name: args.from_name.clone(),
                    sender,
                    to: self.to,
                    cc: self.cc,
                    bcc: self.bcc,
                    reply_to: self.reply_to,
                    subject: args.subject.clone().unwrap_or_default(),
                    text: parts.text,
                    html: parts.html,
                    attachments: parts.attachments,
                    headers: parts.headers,
                    ..Draft::new(mailbox.clone())
                };
                if let Some((answering, person)) = answering {
                    answering.complete(&mut draft, args, person.as_ref())?;
                }
                draft.compose()?
            }
        };
        composed.ask_for_reports(self.notify);
        Ok(composed)
    }
}

impl Parts {
    /// Reads the files and standard input.
    ///
    /// # Errors
    /// [`Exit::BadInput`] with what cannot be read or used.
    pub fn gather(args: &cli::send::Send) -> Result<Self> {
        let text = match (&args.body, &args.body_file) {
            (Some(text), _) => text.clone(),
            (None, Some(path)) => text(path, false)?,
            (None, None) if args.html.is_some() => String::new(),
            (None, None) => text(Path::new("-"), !args.attach.is_empty())?,
        };
        let html = args
            .html
            .as_deref()
            .map(|path| self::text(path, false))
            .transpose()?;
        let attachments = args.attach.iter().map(|path| attachment::read(path));
        let headers = args.header.iter().map(|field| header(field));
        Ok(Self {
            text,
            html,
            attachments: attachments.collect::<Result<_>>()?,
            headers: headers.collect::<Result<_>>()?,
        })
    }
}

fn contacts(texts: &[String]) -> Result<Vec<Contact>> {
    let mut all = Vec::new();
    for text in texts {
        all.extend(Contact::parse_list(text)?);
    }
    Ok(all)
}

/// When reports are wanted, as `--dsn` says it.
///
/// # Errors
/// The word that it does not know.
pub(super) fn notify(text: &str) -> Result<Notify> {
    Notify::parse(text).map_err(|word| {
        let what = format!("--dsn does not know {word:?}");
        Error::new(Exit::Usage, what).hint("success, failure and delay, or never")
    })
}

fn header(field: &str) -> Result<(String, String)> {
    let (name, value) = field.split_once(':').ok_or_else(|| {
        let what = format!("{field:?} is no header field");
        Error::new(Exit::BadInput, what).hint("write it as 'X-Ticket: 7'")
    })?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// The text in the file at `path`. One that begins with a byte order mark is UTF-8 or UTF-16, as
/// editors of Windows write it. Standard input must say something, unless something else does.
fn text(path: &Path, may_be_empty: bool) -> Result<String> {
    let bytes = read(path)?;
    let (encoding, mark) = Encoding::for_bom(&bytes).unwrap_or((UTF_8, 0));
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
    let text = text.map(Cow::into_owned).ok_or_else(|| {
        let what = format!("it is not {} text", encoding.name());
        Error::new(Exit::BadInput, what).about(input::name(path))
    })?;
    // A program that failed says nothing, too.
    if input::is_stdin(path) && !may_be_empty && text.trim().is_empty() {
        let what = "there is no text on standard input";
        return Err(Error::new(Exit::BadInput, what).hint("--body '' sends a message without text"));
    }
    Ok(text)
}

/// Whether the text, or the whole message, comes from standard input.
pub(super) fn is_typed(args: &cli::send::Send) -> bool {
    let file = args.raw.as_deref().or(args.body_file.as_deref());
    let given = args.body.is_some() || (args.html.is_some() && file.is_none());
    !given && file.is_none_or(input::is_stdin)
}

/// The file at `path`, where - is standard input.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    files::bytes(path, MOST)
}
