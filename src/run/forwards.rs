//! What rules send on, sent: from the mailbox, by the profile's SMTP server, before anything else is done with it.

use super::{Run, Turn};
use crate::decide::onward::Letters;
use crate::decide::ruling::Ruling;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::visit::Visit;
use crate::model::address::{Address, MailboxName};
use crate::model::digest::digest;
use crate::model::identity::Identity;
use crate::model::rule::Onward;
use crate::observe::{self, LONGEST};
use crate::outbox::Series;
use crate::post::filing::Filing;
use crate::post::handing::{Hand, Wishes};
use crate::post::onward::Round;
use crate::post::sending::{Begun, Sending, mail_address};
use crate::profile::{Environment, state_folder};
use crate::reach::{Provider, Submitter};

impl Run<'_> {
    /// Whoever takes what the mailbox called `name` sends on, and that mailbox as an address.
    ///
    /// # Errors
    /// Where mail cannot come from it, and where the profile names no such server.
    pub fn submitter_of(&self, name: &MailboxName) -> Result<(Submitter, Address)> {
        match name {
            MailboxName::Address(address) => Ok((self.submission()?, address.clone())),
            MailboxName::Path(path) => {
                let what = format!("mail is forwarded from an address, and {path:?} is none");
                Err(Error::new(Exit::Usage, what))
            }
        }
    }

    /// Sends on what `ruling` says shall go: what became of each is learned there. `visit` is foreseen before, so that
    /// nothing goes where the rest is refused.
    ///
    /// # Errors
    /// Whatever stands in the way before anything goes.
    pub fn send_on(
        &self,
        (submitter, mailbox): (Submitter, Address),
        provider: &Provider,
        visit: &mut Visit,
        ruling: &Ruling,
        turn: &mut Turn,
    ) -> Result<()> {
        let letters = &ruling.letters;
        if letters.all().is_empty() {
            return Ok(());
        }
        visit.foresee()?;
        turn.enter(visit.state())?;
        if !turn.is_known() {
            let what = "runs on other machines cannot be told of this one, and would forward too: nothing was done";
            return Err(Error::new(Exit::TryAgain, what).about(mailbox.to_string()));
        }
        let login = visit.opened().acting().map(str::to_owned);
        let begun = Begun::new(provider.same(), submitter, mailbox.clone(), false);
        let sending = Sending {
            called: begun.called(login.as_deref()),
            mailbox: mailbox.clone(),
            person: mailbox.clone(),
            identity: Identity::SendAs,
        };
        let wishes = Wishes {
            save: false,
            dsn: false,
            patient: false,
        };
        let filing = Filing::new(&begun.provider, &sending.mailbox, &sending.person, None);
        let mut hand = Hand::open(wishes, &begun, &sending, filing, self.output)?;
        let from = mail_address(&mailbox)?;
        let mut round = Round::new(&from, series(&mailbox)?, &mut hand)?;
        let progress = self
            .output
            .progress(Some(letters.all().len() as u64), "forwarding");
        let fates = self.each(letters, visit, &mut round, &|| progress.tick(1));
        drop(progress);
        letters.learn(fates);
        if let Some(error) = round.stopped() {
            self.output.warning(&format!("{mailbox}: {error}"));
        }
        hand.close();
        Ok(())
    }

    /// What became of each of `letters`, address by address.
    fn each(
        &self,
        letters: &Letters,
        visit: &mut Visit,
        round: &mut Round,
        tick: &dyn Fn(),
    ) -> Vec<Vec<Onward>> {
        let mut fates = Vec::with_capacity(letters.all().len());
        for letter in letters.all() {
            let to: Vec<&str> = letter.to.iter().map(|(address, _)| &**address).collect();
            let (uid, size) = (letter.message.uid, letter.message.size);
            let folder = visit.state().folder(&letter.place.path).cloned();
            let unfit = match (&folder, letter.uid_validity) {
                (None, _) => Some("its folder is gone".to_owned()),
                (_, None) => Some(
                    "the folder tells no UIDVALIDITY: nobody could tell its messages apart later"
                        .to_owned(),
                ),
                _ if size >= LONGEST as u64 => Some(format!("it is longer than {LONGEST} bytes")),
                _ => None,
            };
            let became = match (unfit, folder) {
                (None, Some(folder)) => round.message(size, &to, &mut || {
                    let own = letter.uid_validity.unwrap_or_default();
                    observe::whole_of(visit.opened(), &folder, (own, uid))
                }),
                (why, _) => vec![Onward::NotSent(why.unwrap_or_default()); to.len()],
            };
            fates.push(became);
            tick();
        }
        fates
    }
}

/// What is known on this machine of what the mailbox has sent on.
fn series(mailbox: &Address) -> Result<Series> {
    // Servers may get other names: what went, went.
    let texts = ["forward".to_owned(), mailbox.to_string()];
    let key = digest(texts.iter().map(String::as_bytes));
    let series = Series::open(&state_folder(&Environment::of_process())?, &key);
    series.map_err(|error| match error.exit() {
        Exit::TryAgain => Error::new(
            Exit::TryAgain,
            "another run forwards mail of it: nothing was done",
        )
        .about(mailbox.to_string()),
        _ => error,
    })
}
