//! Whether sharemail works with a provider, and if not, why: each part of it is looked at by itself.

mod accounts;
mod capabilities;
mod connection;
mod culprit;
mod features;
mod identities;
mod levels;
mod mail;
mod mailbox;
mod proof;
mod sending;
mod spelling;
mod told;

use crate::error::Error;
use crate::exit::Exit;
use crate::imap::Session;
use crate::model::address::MailboxName;
use crate::reach::Provider;
use crate::report::doctor::{DoctorReport, Finding, Sends};

/// What was found so far.
#[derive(Default)]
pub struct Examination {
    findings: Vec<Finding>,
    mailbox: Option<String>,
    /// What keeps the main job from working.
    obstacle: Option<Error>,
    /// What could not be tried, or may go wrong.
    doubt: Option<String>,
    /// Somebody as whom a session could be had.
    somebody: Option<String>,
    /// Why nobody can be told to hold an identity here, so that `send` refuses everybody.
    no_identities: Option<String>,
    /// Whether `send` works, where there is a server for it.
    send: Option<Sends>,
}

impl Examination {
    /// Looks at everything that the main job needs on the mailbox `named`, or one that there is.
    pub fn examine(&mut self, named: Option<MailboxName>, provider: &Provider) {
        let Some(mut session) = self.enter(provider) else {
            self.accounts(provider);
            return;
        };
        self.capabilities(&session);
        self.namespaces(&mut session);
        // The list is asked first: it may name the mailbox to try with.
        let mut programs = Self::default();
        let named = programs
            .accounts(provider)
            .filter(|_| named.is_none())
            .or(named);
        let patient = if session.capabilities().has("ACL") {
            self.mailbox(named, &mut session, provider)
        } else {
            self.fails(no_acl(provider));
            None
        };
        self.features(&session, patient.as_ref(), provider);
        self.mail(patient.as_ref(), provider);
        self.findings.append(&mut programs.findings);
        self.identities(&session, patient.as_ref(), provider);
    }

    /// From the address to a session of the administrator's own; nothing where the way ends.
    fn enter(&mut self, provider: &Provider) -> Option<Session> {
        let welcome = self.connection(provider)?;
        self.login(&welcome, provider)
    }

    fn note(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// The first obstacle is the one that `grant` would meet.
    fn fails(&mut self, error: Error) {
        self.obstacle.get_or_insert(error);
    }

    fn doubts(&mut self, doubt: impl Into<String>) {
        self.doubt.get_or_insert_with(|| doubt.into());
    }

    /// How `grant` would end.
    pub fn exit(&self) -> Exit {
        self.obstacle.as_ref().map_or(Exit::Done, Error::exit)
    }

    /// What is told of it.
    pub fn report(&self, provider: &Provider) -> DoctorReport {
        let profile = provider.profile();
        let obstacle = self.obstacle.as_ref().map(|error| error.what().to_owned());
        DoctorReport {
            profile: profile.name.clone(),
            server: format!("{}:{}", profile.imap.host, profile.imap.port),
            user: profile.imap.user.clone(),
            mailbox: self.mailbox.clone(),
            works: obstacle.is_none(),
            why: obstacle.or_else(|| self.doubt.clone()),
            exit: self.exit().code(),
            send: self.send.clone(),
            findings: self.findings.clone(),
        }
    }
}

fn no_acl(provider: &Provider) -> Error {
    let host = &provider.profile().imap.host;
    let what = format!("{host} offers no ACL (RFC 4314): access cannot be granted over IMAP");
    Error::new(Exit::Failure, what)
}
