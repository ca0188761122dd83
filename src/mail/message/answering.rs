//! A draft becomes the answer to a message.

use super::draft::Draft;
use super::original::Original;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mail::MailAddress;
use std::collections::HashSet;

/// How a message is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answering {
    /// Everybody who got it gets the answer.
    pub all: bool,
    /// No more people than this whom the message names.
    pub at_most: usize,
    /// The subject of the draft stays; else it is that of the message.
    pub keeps_subject: bool,
    /// The text of the message stands below one's own.
    pub quotes: bool,
}

impl Original {
    /// Makes `draft`, which `person` writes, an answer.
    ///
    /// # Errors
    /// [`Exit::BadInput`] where it would go to nobody, or to more people than anybody has looked at.
    pub fn complete(
        &self,
        draft: &mut Draft,
        person: Option<&MailAddress>,
        how: Answering,
    ) -> Result<()> {
        let answer = self.answer(&draft.mailbox, person, how.all);
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
        if many > how.at_most {
            let what = format!("the answer would go to {many} people whom the message names");
            let hint = format!("--to says to whom; --at-most {many} answers all of them");
            return Err(Error::new(Exit::BadInput, what).hint(hint));
        }
        if !how.keeps_subject {
            draft.subject = answer.subject;
        }
        draft.in_reply_to = answer.in_reply_to;
        draft.references = answer.references;
        if how.quotes {
            self.put_below(draft);
        }
        Ok(())
    }

    /// Below the text, and below the same in HTML. A message that is HTML alone stays that.
    fn put_below(&self, draft: &mut Draft) {
        if let Some(html) = &mut draft.html {
            *html = self.quote_html(html);
        }
        let text = draft.text.trim_end();
        if draft.html.is_none() || !text.is_empty() {
            let gap = if text.is_empty() { "" } else { "\n\n" };
            draft.text = format!("{text}{gap}{}", self.quote());
        }
    }
}
