//! All mailboxes in which somebody who leaves may stand: those that the administrator can list or
//! the profile names, and those that their own sessions see.

use crate::decide;
use crate::error::{Error, Result};
use crate::journey::own_session::{Own, own_session};
use crate::model::effect::Visible;
use crate::model::failure::Unopened;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use crate::observe::everywhere::{more, survey};
use crate::observe::{self, Ask, Look};
use crate::output::Output;
use crate::profile::names;
use crate::reach::Provider;
use crate::report::access::notes::left_alone;
use std::collections::BTreeSet;

/// What was looked into.
pub struct Whole {
    /// The mailboxes, sorted by name.
    pub mailboxes: Vec<Mailbox>,
    /// Those that could not be read.
    pub failures: Vec<Unopened>,
    /// Those that only lists of those who leave show, and that do not exist, as the server says.
    pub nonexistent: Vec<String>,
    /// Whether there may be mailboxes that nobody has named.
    pub may_miss_accounts: bool,
    /// Those of whom the server says that it does not know them.
    pub unknown: Vec<Who>,
    /// Those of whom it does not say.
    pub untold: Vec<Who>,
    /// Whether the login of one of them met no answer.
    pub unanswered: bool,
    /// What to know before trusting it.
    pub warnings: Vec<String>,
    /// What else to know.
    pub notes: Vec<String>,
}

impl Whole {
    /// Reads them.
    ///
    /// # Errors
    /// Whatever logging in may meet; [`crate::exit::Exit::Config`] where there is nothing to look
    /// into.
    pub fn look(who: &[Who], provider: &Provider, output: &Output) -> Result<Self> {
        let mut survey = survey(provider, &[], Ask::default(), output)?;
        let mut failures: Vec<(String, Error)> = std::mem::take(&mut survey.failures);
        let mut warnings = Vec::new();
        let (mut unknown, mut untold) = (Vec::new(), Vec::new());
        let mut unanswered = false;
        let mut nonexistent = BTreeSet::new();
        for who in who {
            match own_session(who, provider, &survey.mailboxes)? {
                Own::Session(mut session) => {
                    let domain = provider.profile().domain.as_deref();
                    let seen = observe::seen(&mut session, domain, Look::default())?;
                    let known = |seen: &observe::Seen| {
                        let failed = failures.iter().any(|(name, _)| seen.is_called(name));
                        failed || survey.mailboxes.iter().any(|m| seen.is_called(&m.name))
                    };
                    let unknown = seen.iter().filter(|seen| !known(seen));
                    let unknown: Vec<&observe::Seen> = unknown.collect();
                    let known = survey.mailboxes.iter_mut();
                    for mailbox in known {
                        let Err(error) = reveal(mailbox, &seen, provider) else {
                            continue;
                        };
                        failures.push((mailbox.name.clone(), error));
                    }
                    let more = more(provider, &unknown, &mut session, output);
                    survey.mailboxes.extend(more.mailboxes);
                    failures.extend(more.failures);
                    nonexistent.extend(more.nonexistent);
                }
                Own::Nobody(_) => {
                    warnings.push(format!("the server knows no user {who}"));
                    unknown.push(who.clone());
                }
                // What they see by themselves, as by a group, may be more than what was read.
                Own::Unclear(error) => {
                    warnings.push(format!("{who} could not be looked up: {}", error.what()));
                    untold.push(who.clone());
                    unanswered = true;
                }
                Own::None => untold.push(who.clone()),
            }
        }
        survey.failures = failures;
        let mut survey = survey.of_something()?;
        survey.mailboxes.sort_by(|a, b| a.name.cmp(&b.name));
        let mut notes = vec![
            "groups that they may be in cannot be seen over IMAP: take them out of those at the \
             provider"
                .to_owned(),
        ];
        let by_profile = survey.by_profile && !survey.by_program;
        let unnamed = by_profile && provider.profile().mailboxes.is_empty();
        let may_miss_accounts = survey.may_miss_accounts || unnamed;
        if may_miss_accounts {
            warnings.push(
                "IMAP cannot list accounts, so that there may be mailboxes which were not looked \
                 into: name them in the profile (mailboxes = [\"support@\"])"
                    .to_owned(),
            );
        } else if survey.by_program {
            notes.push(
                "the mailboxes are those that the profile's program lists, and those that they see \
                 themselves"
                    .to_owned(),
            );
        } else if by_profile {
            notes.push(
                "the mailboxes are those that the profile names, and those that they see themselves"
                    .to_owned(),
            );
        }
        for mailbox in &survey.mailboxes {
            let left = who.iter().filter_map(|who| left_alone(mailbox, who));
            warnings.extend(left.map(|left| format!("{}: {left}", mailbox.name)));
        }
        Ok(Self {
            failures: survey.failures.iter().map(Unopened::new).collect(),
            mailboxes: survey.mailboxes,
            nonexistent: nonexistent.into_iter().collect(),
            may_miss_accounts,
            unknown,
            untold,
            unanswered,
            warnings,
            notes,
        })
    }
}

/// Adds to `mailbox` the folders that only the list of somebody who leaves shows.
fn reveal(mailbox: &mut Mailbox, seen: &[observe::Seen], provider: &Provider) -> Result<()> {
    let called = seen.iter().filter(|seen| seen.is_called(&mailbox.name));
    let shown = called.flat_map(|seen| seen.folders.iter().map(|folder| folder.path.clone()));
    let seen = Visible {
        listed: shown.collect(),
        ..Visible::default()
    };
    let known = decide::all_folders(mailbox).map(|folder| folder.path.clone());
    let known: BTreeSet<String> = known.collect();
    if !observe::hides(mailbox.dialect.family) || seen.listed.is_subset(&known) {
        return Ok(());
    }
    let name = names::mailbox(&mailbox.name, provider.profile())?;
    let mut opened = provider.open(&name)?;
    observe::reveal(&mut opened, mailbox, &seen).map(drop)
}
