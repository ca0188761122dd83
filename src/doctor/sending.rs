//! The server that takes the mail: how it is reached, what it can do, and whether it checks who
//! sends. Nothing is sent.

use super::Examination;
use super::connection::{failed, mechanisms, name, protection, reached};
use crate::error::{Error, Result};
use crate::mail::MailAddress;
use crate::model::address::MailboxName;
use crate::post::probing::nobody_at;
use crate::profile::{Profile, Section as Table, Server};
use crate::reach::Submitter;
use crate::report::doctor::{Finding, Section, Sends, Verdict};
use crate::smtp::{Capabilities, Probe, Submission};

const SECTION: Section = Section::Sending;

impl Examination {
    /// Looks at the submission server, if the profile names one.
    pub fn sending(
        &mut self,
        named: Option<&MailboxName>,
        profile: &Profile,
        submitter: Option<Result<Submitter>>,
    ) {
        self.forwarding(profile);
        let (Some(server), Some(submitter)) = (&profile.smtp, submitter) else {
            let says = "the profile names no SMTP server, which send and can-send need";
            let table = format!("add {} with its host", profile.head(Table::Smtp));
            self.note(Finding::fact(SECTION, "server", says).change(table));
            return;
        };
        let works = match submitter {
            Ok(submitter) => self.submission(named, profile, server, &submitter),
            Err(error) => {
                self.note(failed(SECTION, "login", &error));
                Err(error)
            }
        };
        let no_identities = self.no_identities.clone();
        let (works, why) = match (works, no_identities) {
            (Err(error), _) => (false, Some(error.what().to_owned())),
            (Ok(_), Some(why)) => (false, Some(format!("identities: {why}"))),
            (Ok(doubt), None) => (true, doubt),
        };
        self.send = Some(Sends { works, why });
    }

    /// Where rules may forward, if anywhere.
    fn forwarding(&mut self, profile: &Profile) {
        let domains = &profile.forward_domains;
        if domains.is_empty() {
            return;
        }
        let says = format!("rules may send mail on to {}", domains.join(", "));
        let by = match (&profile.sieve, &profile.smtp) {
            (None, None) => {
                "no server for it is named: neither rule install nor rule run --forward can"
            }
            (None, Some(_)) => {
                "rule run --forward does on what is there; for what comes the profile names no sieve"
            }
            (Some(_), None) => {
                "the server does with what comes; rule run --forward needs an SMTP server"
            }
            (Some(_), Some(_)) => {
                "the server does with what comes, rule run --forward with what is there"
            }
        };
        let finding = Finding::fact(SECTION, "forwarding", says);
        self.note(finding.change(by.to_owned()));
    }

    /// What to know about sending here, if it can be done.
    fn submission(
        &mut self,
        named: Option<&MailboxName>,
        profile: &Profile,
        server: &Server,
        submitter: &Submitter,
    ) -> Result<Option<String>> {
        let offered = match submitter.look() {
            Ok(offered) => offered,
            Err(failure) => {
                self.unreached(SECTION, server, &failure);
                return Err(failure.error);
            }
        };
        self.note(reached(SECTION, server));
        self.note(protection(SECTION, server));
        let names: Vec<String> = offered.auth.iter().map(|n| n.to_lowercase()).collect();
        self.note(mechanisms(SECTION, server.mechanism, &names));
        let mut session = match submitter.session_as(&server.user) {
            Ok(session) => session,
            Err(error) => {
                self.note(failed(SECTION, "login", &error));
                return Err(error);
            }
        };
        let says = format!(
            "as {}, with mechanism {}",
            server.user,
            name(server.mechanism)
        );
        self.note(Finding::works(SECTION, "login", says).value(&server.user));
        self.extensions(session.capabilities());
        let finding = senders(&mut session, named, profile, server);
        session.quit();
        let checked = finding.verdict == Verdict::Works;
        let doubt = (finding.verdict == Verdict::Warning).then(|| finding.says.clone());
        self.note(finding);
        self.as_somebody(profile, submitter, checked);
        Ok(doubt)
    }

    /// Whether mail can be sent as somebody who gave the administrator no password. That the server
    /// says OK shows little: her own address tells, where senders are checked at all.
    fn as_somebody(&mut self, profile: &Profile, submitter: &Submitter, checked: bool) {
        let Some(login) = self.somebody.clone() else {
            let says = "nobody was there to try send --user and can-send WHO with";
            return self.note(Finding::unknown(SECTION, "act as others", says));
        };
        let user = submitter.user();
        let tried = submitter.session_as(&login).map(|mut session| {
            let own = address(&login, profile).filter(|_| checked);
            let probe = own.map(|own| session.probe(&own, &own));
            session.quit();
            probe
        });
        self.note(match tried {
            Ok(Some(Ok(Probe::NotOwned(reply)))) => {
                let says = format!(
                    "the server said OK to a session as {login}, and refuses her own address in it: \
                     {reply}"
                );
                Finding::warning(SECTION, "act as others", says)
            }
            Ok(probe) => {
                let shown = match probe {
                    Some(Ok(Probe::Taken(_))) => "and it is hers",
                    _ => "though nothing shows that it is hers",
                };
                let says = format!("{user} may open a session as {login}, {shown}");
                Finding::works(SECTION, "act as others", says)
            }
            Err(error) => {
                let says = format!("everybody sends by a login of her own: {}", error.what());
                let change = "impersonate in the profile's smtp section, where the server lets it";
                Finding::fact(SECTION, "act as others", says).change(change)
            }
        });
    }

    fn extensions(&mut self, can: &Capabilities) {
        let most = can.size.map_or("its limit untold".to_owned(), mib);
        let size = format!("a message that is too large is told before it is handed over: {most}");
        let all = [
            (
                "PIPELINING",
                can.pipelining,
                "many recipients in one go",
                "one recipient at a time",
            ),
            (
                "SIZE",
                can.declares_size,
                &size,
                "a message that is too large is told when it is there",
            ),
            (
                "8BITMIME",
                can.eight_bit_mime,
                "letters beyond ASCII travel as they are",
                "a finished message (--raw) must be ASCII",
            ),
            (
                "SMTPUTF8",
                can.smtputf8,
                "addresses may have letters beyond ASCII before the @",
                "no address may have letters beyond ASCII before the @",
            ),
            (
                "DSN",
                can.dsn,
                "reports can be asked for (send --dsn)",
                "no reports can be asked for (send --dsn)",
            ),
        ];
        for (subject, offered, good, lacking) in all {
            self.note(match offered {
                true => Finding::works(SECTION, subject, good).value("yes"),
                false => Finding::fact(SECTION, subject, lacking).value("no"),
            });
        }
    }
}

/// Where mail for whoever logs in as `login` goes.
fn address(login: &str, profile: &Profile) -> Option<MailAddress> {
    let whole = match &profile.domain {
        Some(domain) if !login.contains('@') => format!("{login}@{domain}"),
        _ => login.to_owned(),
    };
    MailAddress::parse(&whole).ok()
}

fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

/// Whether the server refuses senders that the login does not own: asked for one that nobody owns,
/// and for the mailbox.
fn senders(
    session: &mut Submission,
    named: Option<&MailboxName>,
    profile: &Profile,
    server: &Server,
) -> Finding {
    let subject = "sender check";
    let unknown = |says: String| Finding::unknown(SECTION, subject, says);
    let mailbox = named.and_then(|name| MailAddress::parse(&name.to_string()).ok());
    let Some(to) = mailbox.clone().or_else(|| address(&server.user, profile)) else {
        return unknown("there is no address to try it with".to_owned());
    };
    let probed = nobody_at(&to).and_then(|nobody| {
        let nobody = session.probe(&nobody, &to)?;
        let mailbox = mailbox.as_ref().map(|from| session.probe(from, &to));
        Ok((nobody, mailbox.transpose()?))
    });
    match probed {
        Ok((Probe::NotOwned(_), _)) => {
            let says = "a sender that nobody owns is refused: the server checks who sends as whom";
            Finding::works(SECTION, subject, says).value("yes")
        }
        Ok((Probe::Taken(_), Some(Probe::NotOwned(_)))) => {
            let says = "the senders that the server knows are checked, and any other is taken";
            Finding::works(SECTION, subject, says).value("known")
        }
        Ok((Probe::Taken(_), _)) => {
            let says = "the server takes any sender from anybody who is logged in, as far as it \
                        says before the message";
            let change = "Postfix: reject_sender_login_mismatch, and the table of sharemail \
                          identities --format postfix";
            Finding::warning(SECTION, subject, says)
                .value("no")
                .change(change)
        }
        Ok((other, _)) => unknown(format!("the server would not say: {}", other.reply())),
        Err(error) => unknown(Error::what(&error).to_owned()),
    }
}
