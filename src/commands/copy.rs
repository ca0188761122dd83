//! The copy of what was sent, in the shared mailbox's Sent folder: by the sender where she may put
//! it there, else by the administrator.

use super::witnessed;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::Session;
use crate::model::address::{Address, MailboxName};
use crate::model::deed::{Deed, Deeds};
use crate::model::rights::Rights;
use crate::reach::{Provider, SenderSession, SentFolder, sent_folder};
use std::sync::Arc;

/// Which message is to be filed, and for whom.
pub struct Filing<'a> {
    /// Where.
    pub provider: &'a Provider,
    /// The shared mailbox.
    pub mailbox: &'a Address,
    /// Who sent it.
    pub person: &'a Address,
    /// Its name, with brackets.
    pub message_id: &'a str,
    /// It may have been filed before: look first.
    pub look_first: bool,
}

/// A session and the Sent folder in it.
struct Place {
    session: Session,
    folder: SentFolder,
    /// Whose session it is, where it is not the administrator's own.
    acting: Option<String>,
}

impl Filing<'_> {
    /// Files `message` and says where; where it lay already, it is left alone.
    ///
    /// # Errors
    /// Why it was not filed, or why nobody knows.
    pub fn file(&self, session: Option<SenderSession>, message: &[u8]) -> Result<String> {
        let first = match self.hers(session, 'i') {
            Ok(place) => self.put(place, message),
            Err(error) => Err(error),
        };
        match first {
            Err(error) if self.may_help(&error) => {
                let second = self
                    .administrators()
                    .and_then(|place| self.put(place, message));
                // Why she could not is what the user can mend.
                second.map_err(|other| {
                    if other.exit() == Exit::Refused {
                        error
                    } else {
                        other
                    }
                })
            }
            settled => settled,
        }
    }

    /// The folder that holds the message, where it does.
    ///
    /// # Errors
    /// Where nobody can look.
    pub fn look(&self) -> Result<Option<String>> {
        let place = match self.hers(None, 'r') {
            Err(error) if self.may_help(&error) => self.administrators(),
            place => place,
        };
        let mut place = place?;
        let found = self.is_there(&mut place)?;
        Ok(found.then_some(place.folder.path))
    }

    /// Where the profile's user is somebody else than the sender, and a refusal or a missing folder
    /// was about her.
    fn may_help(&self, error: &Error) -> bool {
        let own = &self.provider.profile().imap.user;
        let about_her = matches!(error.exit(), Exit::Refused | Exit::NotFound);
        about_her && !self.provider.is_login_of(own, self.person)
    }

    fn hers(&self, session: Option<SenderSession>, needed: char) -> Result<Place> {
        // Mail may have taken so long that the server has hung up.
        let living = session.and_then(|mut hers| hers.session.noop().is_ok().then_some(hers));
        let mut hers = match living {
            Some(hers) => hers,
            None => self.provider.sender(self.person, self.mailbox)?,
        };
        match hers.sent_folder()? {
            None => Err(self.error(Exit::NotFound, "sees no Sent folder")),
            Some((_, rights)) if !self.allows(rights, needed) => {
                Err(self.error(Exit::Refused, "may not do that in the Sent folder"))
            }
            Some((folder, _)) => Ok(Place {
                session: hers.session,
                folder,
                acting: Some(hers.login),
            }),
        }
    }

    /// The owner's rights need not be told.
    fn allows(&self, rights: Rights, needed: char) -> bool {
        rights.has(needed) || self.person == self.mailbox
    }

    fn administrators(&self) -> Result<Place> {
        let name = MailboxName::Address(self.mailbox.clone());
        let mut opened = self.provider.open(&name)?;
        let found = sent_folder(&mut opened.session, &opened.tree)?;
        let missing = || {
            let what = "there is no Sent folder";
            Error::new(Exit::NotFound, what).about(self.mailbox.to_string())
        };
        Ok(Place {
            folder: found.ok_or_else(missing)?,
            acting: opened.acting().map(str::to_owned),
            session: opened.session,
        })
    }

    fn put(&self, mut place: Place, message: &[u8]) -> Result<String> {
        if !(self.look_first && self.is_there(&mut place)?) {
            let tried = format!("APPEND to {:?}", place.folder.path);
            let deed = Deed::File {
                folder: place.folder.path.clone(),
                message_id: self.message_id.to_owned(),
            };
            let acting = place.acting.as_deref();
            let deeds = Deeds::new(&self.mailbox.to_string(), acting, vec![deed]);
            witnessed::one(self.provider.ledger(), &deeds, || {
                let message = Arc::from(message);
                let put = place.session.append_seen(&place.folder.wire, message)?;
                put.map_err(|refusal| refusal.error(&tried))
            })?;
        }
        place.session.logout();
        Ok(place.folder.path)
    }

    fn is_there(&self, place: &mut Place) -> Result<bool> {
        let tried = format!("a search in {:?}", place.folder.path);
        let session = &mut place.session;
        let found = session.holds_message(&place.folder.wire, self.message_id)?;
        found.map_err(|refusal| refusal.error(&tried))
    }

    fn error(&self, exit: Exit, what: &str) -> Error {
        let (person, mailbox) = (self.person, self.mailbox);
        let hint =
            format!("sharemail grant {mailbox} {person} --write, or folder create {mailbox} Sent");
        Error::new(exit, format!("{person} {what} of {mailbox}")).hint(hint)
    }
}
