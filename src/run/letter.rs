//! The message that options, files and standard input make.

use super::files;
use crate::cli::send::Send;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;
use crate::mail::letter::Typed;
use crate::mail::message::{Answering, Attachment, Composed, Draft, Original, Parts, compose_raw};
use crate::mail::{Contact, MailAddress, Notify, media_type};
use encoding_rs::{Encoding, UTF_8};
use std::borrow::Cow;
use std::path::Path;

/// No file is larger, in bytes.
pub const MOST: u64 = 256 << 20;

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

impl Content {
    /// Reads addresses, files and standard input.
    ///
    /// # Errors
    /// [`Exit::BadInput`] with what cannot be read or used.
    pub fn gather(args: &Send) -> Result<Self> {
        Ok(Self {
            to: contacts(&args.to)?,
            cc: contacts(&args.cc)?,
            bcc: contacts(&args.bcc)?,
            reply_to: contacts(&args.reply_to)?,
            notify: args.dsn.as_deref().map(notify).transpose()?,
            body: match &args.raw {
                Some(path) => Body::Raw(files::bytes(path, MOST)?),
                None => Body::Parts(parts(args)?),
            },
        })
    }

    /// The message, from `mailbox` and on its behalf by `sender` where there is one; `answered` is what it answers
    /// if it answers anything, and who writes that.
    ///
    /// # Errors
    /// What cannot be said in a message.
    pub fn compose(
        self,
        args: &Send,
        mailbox: &MailAddress,
        sender: Option<MailAddress>,
        answered: Option<(&Original, Option<MailAddress>)>,
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
                if let Some((original, person)) = answered {
                    original.complete(&mut draft, person.as_ref(), answering(args))?;
                }
                draft.compose()?
            }
        };
        composed.ask_for_reports(self.notify);
        Ok(composed)
    }
}

/// What a message says, from the files and standard input.
///
/// # Errors
/// [`Exit::BadInput`] with what cannot be read or used.
pub fn parts(args: &Send) -> Result<Parts> {
    let text = match (&args.body, &args.body_file) {
        (Some(text), _) => text.clone(),
        (None, Some(path)) => text(path, false)?,
        (None, None) if args.html.is_some() => String::new(),
        (None, None) => text(Path::new("-"), !args.attach.is_empty())?,
    };
    let html = args.html.as_deref();
    let html = html.map(|path| self::text(path, false)).transpose()?;
    let attachments = args.attach.iter().map(|path| attachment(path));
    let headers = args.header.iter().map(|field| header(field));
    Ok(Parts {
        text,
        html,
        attachments: attachments.collect::<Result<_>>()?,
        headers: headers.collect::<Result<_>>()?,
    })
}

/// What a letter with columns in it consists of besides its parts, as it was typed.
///
/// # Errors
/// [`Exit::Usage`] with a word of `--dsn` that nobody knows.
pub fn typed(args: &Send) -> Result<Typed> {
    Ok(Typed {
        to: args.to.clone(),
        cc: args.cc.clone(),
        bcc: args.bcc.clone(),
        reply_to: args.reply_to.clone(),
        subject: args.subject.clone(),
        from_name: args.from_name.clone(),
        headers: args.header.clone(),
        notify: args.dsn.as_deref().map(notify).transpose()?,
    })
}

/// The file at `path` under its own name, without folders.
fn attachment(path: &Path) -> Result<Attachment> {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else {
        let what = "it is no file that can be attached";
        return Err(Error::new(Exit::BadInput, what).about(path.display().to_string()));
    };
    let bytes = files::bytes(path, MOST)?;
    Ok(Attachment {
        content_type: media_type(&name, &bytes).to_owned(),
        name: name.into_owned(),
        bytes,
    })
}

fn contacts(texts: &[String]) -> Result<Vec<Contact>> {
    let mut all = Vec::new();
    for text in texts {
        all.extend(Contact::parse_list(text)?);
    }
    Ok(all)
}

fn answering(args: &Send) -> Answering {
    Answering {
        all: args.all,
        at_most: args.at_most,
        keeps_subject: args.subject.is_some(),
        quotes: args.quote,
    }
}

/// When reports are wanted, as `--dsn` says it.
///
/// # Errors
/// The word that it does not know.
fn notify(text: &str) -> Result<Notify> {
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
    let bytes = files::bytes(path, MOST)?;
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
pub fn is_typed(args: &Send) -> bool {
    let file = args.raw.as_deref().or(args.body_file.as_deref());
    let given = args.body.is_some() || (args.html.is_some() && file.is_none());
    !given && file.is_none_or(input::is_stdin)
}
