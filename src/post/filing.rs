//! The copy of what was sent, in the shared mailbox's Sent folder: by the sender where she may put
//! it there, else by the administrator, else as the mailbox itself. Whoever sends with a profile of
//! her own and sees no such folder keeps it in her own; so does whom the profile tells to.

use crate::apply::deeds;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::Session;
use crate::model::address::{Address, MailboxName};
use crate::model::command::command;
use crate::model::deed::{Deed, Deeds};
use crate::model::dialect::Family;
use crate::model::login::SentCopy;
use crate::model::rights::Rights;
use crate::reach::{MemberView, Provider, Reach, SentFolder, sent_folder};
use std::sync::Arc;

/// Files what one person sends from one mailbox: over one session, as long as that lives.
pub struct Filing<'a> {
    provider: &'a Provider,
    mailbox: &'a Address,
    person: &'a Address,
    /// Her login name, once a session has shown it.
    login: Option<String>,
    /// Her session from before, which may be used.
    hers: Option<MemberView>,
    /// Where the last copy went.
    place: Option<Place>,
}

/// A copy.
#[derive(Clone, Copy)]
pub struct Sheet<'m> {
    /// Its name, with brackets.
    pub message_id: &'m str,
    /// All of it.
    pub message: &'m [u8],
    /// It may have been filed before: look first.
    pub look_first: bool,
}

/// Where a copy lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// The folder.
    pub folder: String,
    /// Whose, where it is not in the mailbox that the message is from.
    pub of: Option<String>,
}

/// A session and the Sent folder in it.
struct Place {
    session: Session,
    folder: SentFolder,
    /// As whom, where it is not the administrator.
    acting: Option<String>,
    /// It is the sender's own, and not the mailbox's.
    own: bool,
}

impl<'a> Filing<'a> {
    /// Nothing is connected yet, but `hers` where there was something to ask her.
    pub fn new(
        provider: &'a Provider,
        mailbox: &'a Address,
        person: &'a Address,
        hers: Option<MemberView>,
    ) -> Self {
        Self {
            provider,
            mailbox,
            person,
            login: hers.as_ref().map(|hers| hers.login.clone()),
            hers,
            place: None,
        }
    }

    /// Her login name, once a session has shown it.
    pub fn login(&self) -> Option<&str> {
        self.login.as_deref()
    }

    /// Files a copy and says where; where it lay already, it is left alone.
    ///
    /// # Errors
    /// Why it was not filed, or why nobody knows.
    pub fn file(&mut self, sheet: Sheet<'_>) -> Result<Filed> {
        let place = match self.place.take() {
            Some(place) => Ok(place),
            None if self.keeps_own() => self.own(),
            None => self.hers('i'),
        };
        match place.and_then(|place| self.put(place, sheet)) {
            Err(error) if self.may_keep_own(&error) => {
                let own = self.own().and_then(|place| self.put(place, sheet));
                // What she lacks in the mailbox is what the user can mend.
                own.map_err(|_| error)
            }
            Err(error) if self.may_help(&error) => {
                let second = self
                    .somebody_elses('i')
                    .and_then(|place| self.put(place, sheet));
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

    /// The folder that holds the message called `message_id`, where one does.
    ///
    /// # Errors
    /// Where nobody can look.
    pub fn look(&mut self, message_id: &str) -> Result<Option<Filed>> {
        let place = match self.keeps_own() {
            true => self.own(),
            false => self.hers('r'),
        };
        let place = match place {
            Err(error) if self.may_keep_own(&error) => self.own().map_err(|_| error),
            Err(error) if self.may_help(&error) => self.somebody_elses('r'),
            place => place,
        };
        let mut place = place?;
        let found = is_there(&mut place, message_id)?;
        Ok(found.then(|| self.filed(&place)))
    }

    fn filed(&self, place: &Place) -> Filed {
        Filed {
            folder: place.folder.path.clone(),
            of: place.own.then(|| self.person.to_string()),
        }
    }

    fn keeps_own(&self) -> bool {
        self.provider.profile().sent_copy == SentCopy::Own && self.person != self.mailbox
    }

    /// Where she has logged in herself, and what failed was about her. Nobody puts anything into the
    /// mailbox of somebody else unasked.
    fn may_keep_own(&self, error: &Error) -> bool {
        let about_her = matches!(error.exit(), Exit::Refused | Exit::NotFound);
        let hers = self.person != self.mailbox && self.provider.is_own_login_of(self.person);
        about_her && hers && !self.keeps_own()
    }

    /// The Sent folder of her own mailbox.
    fn own(&mut self) -> Result<Place> {
        let mut hers = self.lend()?;
        let Some(folder) = hers.own_sent_folder()? else {
            let what = format!("{} has no Sent folder of her own", self.person);
            let hint = command(["folder", "create", &self.person.to_string(), "Sent"]);
            return Err(Error::new(Exit::NotFound, what).hint(hint));
        };
        Ok(Place {
            session: hers.session,
            folder,
            acting: Some(hers.login),
            own: true,
        })
    }

    /// Her own session, alive, for something else; see [`Filing::give_back`].
    ///
    /// # Errors
    /// Whatever connecting may meet.
    pub fn lend(&mut self) -> Result<MemberView> {
        // Mail may have taken so long that the server has hung up.
        let hers = self.hers.take();
        let living = hers.and_then(|mut hers| hers.session.noop().is_ok().then_some(hers));
        living.map_or_else(|| self.provider.sender(self.person, self.mailbox), Ok)
    }

    /// Takes back what was lent.
    pub fn give_back(&mut self, hers: MemberView) {
        self.hers = Some(hers);
    }

    /// Says goodbye where anything is open.
    pub fn close(self) {
        let place = self.place.map(|place| place.session);
        let hers = self.hers.map(|hers| hers.session);
        place.into_iter().chain(hers).for_each(Session::logout);
    }

    /// Where the profile's user is somebody else than the sender, and a refusal or a missing folder
    /// was about her.
    fn may_help(&self, error: &Error) -> bool {
        let about_her = matches!(error.exit(), Exit::Refused | Exit::NotFound);
        about_her && !self.keeps_own() && !self.provider.is_own_login_of(self.person)
    }

    fn hers(&mut self, needed: char) -> Result<Place> {
        let mut hers = self.lend()?;
        let family = hers.session.server_family();
        match hers.sent_folder()? {
            None => Err(self.error(Exit::NotFound, "sees no Sent folder", family)),
            Some((_, rights)) if !self.allows(rights, needed) => {
                Err(self.error(Exit::Refused, "may not do that in the Sent folder", family))
            }
            Some((folder, _)) => Ok(Place {
                session: hers.session,
                folder,
                acting: Some(hers.login),
                own: false,
            }),
        }
    }

    /// The owner's rights need not be told.
    fn allows(&self, rights: Rights, needed: char) -> bool {
        rights.has(needed) || self.person == self.mailbox
    }

    /// An administrator who may give rights need not have them (Cyrus), and some folders are marked
    /// as Sent for the owner alone: the mailbox's own session then does.
    fn somebody_elses(&self, needed: char) -> Result<Place> {
        match self.administrators(needed) {
            Err(error) if matches!(error.exit(), Exit::Refused | Exit::NotFound) => {
                self.owners().map_err(|_| error)
            }
            place => place,
        }
    }

    fn administrators(&self, needed: char) -> Result<Place> {
        let name = MailboxName::Address(self.mailbox.clone());
        let mut opened = self.provider.open(&name)?;
        let Some(folder) = sent_folder(&mut opened.session, &opened.tree)? else {
            return Err(self.missing());
        };
        let rights = opened.session.my_rights_on(&folder.wire)?;
        let is_owners = matches!(opened.reach, Reach::Impersonate { .. });
        if !is_owners && !rights.unwrap_or_default().has(needed) {
            let what = "the administrator may not do that in the Sent folder";
            return Err(Error::new(Exit::Refused, what).about(self.mailbox.to_string()));
        }
        Ok(Place {
            folder,
            acting: opened.acting().map(str::to_owned),
            session: opened.session,
            own: false,
        })
    }

    fn owners(&self) -> Result<Place> {
        let mut owner = self.provider.sender(self.mailbox, self.mailbox)?;
        match owner.sent_folder()? {
            Some((folder, _)) => Ok(Place {
                folder,
                session: owner.session,
                acting: Some(owner.login),
                own: false,
            }),
            None => Err(self.missing()),
        }
    }

    fn missing(&self) -> Error {
        let mailbox = self.mailbox;
        let error = Error::new(Exit::NotFound, "there is no Sent folder");
        let hint = command(["folder", "create", &mailbox.to_string(), "Sent"]);
        error.about(mailbox.to_string()).hint(hint)
    }

    fn put(&mut self, mut place: Place, sheet: Sheet<'_>) -> Result<Filed> {
        if !(sheet.look_first && is_there(&mut place, sheet.message_id)?) {
            let tried = format!("APPEND to {:?}", place.folder.path);
            let deed = Deed::File {
                folder: place.folder.path.clone(),
                message_id: sheet.message_id.to_owned(),
            };
            let whose = if place.own { self.person } else { self.mailbox };
            let whose = whose.to_string();
            let deeds = Deeds::new(&whose, place.acting.as_deref(), vec![deed]);
            deeds::one(self.provider.ledger(), &deeds, || {
                let message = Arc::from(sheet.message);
                let put = place.session.append_seen(&place.folder.wire, message)?;
                put.map_err(|refusal| refusal.error(&tried))
            })?;
        }
        let filed = self.filed(&place);
        self.place = Some(place);
        Ok(filed)
    }

    fn error(&self, exit: Exit, what: &str, family: Family) -> Error {
        let (person, mailbox) = (self.person, self.mailbox);
        let (to, who) = (
            mailbox.to_string(),
            self.provider.granted_as(person, family),
        );
        let hint = format!(
            "{}, or {}",
            command(["grant", &to, &who, "--write"]),
            command(["folder", "create", &to, "Sent"])
        );
        Error::new(exit, format!("{person} {what} of {mailbox}")).hint(hint)
    }
}

fn is_there(place: &mut Place, message_id: &str) -> Result<bool> {
    let tried = format!("a search in {:?}", place.folder.path);
    let found = place
        .session
        .holds_message(&place.folder.wire, message_id)?;
    found.map_err(|refusal| refusal.error(&tried))
}
