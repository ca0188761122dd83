//! Answering a message that lies in the shared mailbox.

use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::Part;
use crate::mail::MailAddress;
use crate::mail::message::{Draft, MessageId, Original};
use crate::model::letter::Lying;
use crate::observe::{self, Called};
use crate::output::Output;
use crate::post::sending::Begun;
use crate::post::sending::Sending;
use crate::reach::MemberView;
use std::collections::HashSet;

/// What is answered.
pub struct Answering {
    original: Original,
    lying: Lying,
}

/// What `--reply` names, as the sender herself sees it: in `hers`, or in a session that is opened
/// for that.
///
/// # Errors
/// Where she does not see it, and whatever the session may meet.
pub fn answering(
    args: &cli::send::Send,
    begun: &Begun,
    sending: &Sending,
    hers: &mut Option<MemberView>,
    output: &Output,
) -> Result<Option<Answering>> {
    let Some(name) = &args.reply else {
        return Ok(None);
    };
    let called = called(name)?;
    let part = match args.quote {
        true => Part::Beginning,
        false => Part::Header,
    };
    let mut session = match hers.take() {
        Some(session) => session,
        None => begun.provider.sender(&sending.person, &sending.mailbox)?,
    };
    let read = observe::original(&mut session, &args.folder, &called, part);
    *hers = Some(session);
    let (original, lying) = read.map_err(|error| error.about(sending.mailbox.to_string()))?;
    if args.quote && original.text.trim().is_empty() {
        output.warning("the message that is answered has no text near its beginning to quote");
    }
    told(&original, args.quote, output);
    Ok(Some(Answering { original, lying }))
}

/// What of the message is not taken over as it was meant.
fn told(original: &Original, quote: bool, output: &Output) {
    let taken = |part: &&&str| quote || **part != "text";
    let unreadable: Vec<&str> = original.unreadable.iter().filter(taken).copied().collect();
    if !unreadable.is_empty() {
        output.warning(&format!(
            "the message that is answered holds characters that cannot be read in: {}",
            unreadable.join(", ")
        ));
    }
    if original.message_id.is_none() {
        output.warning(
            "the message that is answered has no Message-ID that an answer could name: \
             mail programs will show the answer apart from it",
        );
    }
}

fn called(name: &str) -> Result<Called> {
    let digits = name.bytes().all(|b| b.is_ascii_digit());
    let uid = name.parse().ok().filter(|uid| *uid > 0);
    let id = MessageId::parse(name).filter(|_| name.contains('@'));
    let called = match digits {
        true => uid.map(Called::Uid),
        false => id.map(Called::Id),
    };
    called.ok_or_else(|| {
        let what = format!("{name:?} is no UID and no Message-ID");
        Error::new(Exit::Usage, what).hint("write 4711 or '<left@right>'")
    })
}

impl Answering {
    /// Where the message that is answered lies, for whoever marks it.
    pub fn lying(&self) -> &Lying {
        &self.lying
    }

    /// Where the message that is answered lies.
    pub fn folder(&self) -> &str {
        &self.lying.folder
    }

    /// Makes `draft`, which `person` writes, an answer.
    ///
    /// # Errors
    /// [`Exit::BadInput`] where it would go to nobody.
    pub fn complete(
        &self,
        draft: &mut Draft,
        args: &cli::send::Send,
        person: Option<&MailAddress>,
    ) -> Result<()> {
        let answer = self.original.answer(&draft.mailbox, person, args.all);
        let typed = draft.to.len() + draft.cc.len();
        if draft.to.is_empty() {
            draft.to = answer.to;
        }
        let named = draft.to.iter().chain(&draft.cc);
        let mut named: HashSet<_> = named.map(|contact| contact.address.key()).collect();
        let new = answer.cc.into_iter();
        let new = new.filter(|contact| named.insert(contact.address.key()));
        draft.cc.extend(new);
        if draft.to.is_empty() && draft.cc.is_empty() && draft.bcc.is_empty() {
            let what = "what is answered names nobody to whom an answer could go";
            return Err(Error::new(Exit::BadInput, what).hint("--to says to whom"));
        }
        // Whoever wrote the message has chosen them, and nobody has looked.
        let many = draft.to.len() + draft.cc.len() - typed;
        if many > args.at_most {
            let what = format!("the answer would go to {many} people whom the message names");
            let hint = format!("--to says to whom; --at-most {many} answers all of them");
            return Err(Error::new(Exit::BadInput, what).hint(hint));
        }
        if args.subject.is_none() {
            draft.subject = answer.subject;
        }
        draft.in_reply_to = answer.in_reply_to;
        draft.references = answer.references;
        if args.quote {
            self.quote(draft);
        }
        Ok(())
    }

    /// Below the text, and below the same in HTML. A message that is HTML alone stays that.
    fn quote(&self, draft: &mut Draft) {
        if let Some(html) = &mut draft.html {
            *html = self.original.quote_html(html);
        }
        let text = draft.text.trim_end();
        if draft.html.is_none() || !text.is_empty() {
            let gap = if text.is_empty() { "" } else { "\n\n" };
            draft.text = format!("{text}{gap}{}", self.original.quote());
        }
    }
}
