//! What would be changed, mailbox by mailbox, and what speaks against it.

use super::kept::learn_settings;
use super::states::{Found, states};
use super::taken;
use super::unsettled::Unsettled;
use crate::decide::errand::Errand;
use crate::decide::{self, Applying, Asked, Part, Shown, Terms};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::manifest::{SavedMailbox, SavedPlan};
use crate::model::address::MailboxName;
use crate::model::change::Change;
use crate::model::change::Quota;
use crate::model::desired::{Desired, DesiredMailbox};
use crate::model::failure::Unopened;
use crate::model::plan::Plan;
use crate::model::size;
use crate::model::state::Mailbox;
use crate::output::Output;
use crate::profile::Call;
use crate::reach;
use crate::reach::Provider;
use crate::report::file::difference::{Changed, Difference};
use crate::report::file::people::People;
use std::collections::BTreeMap;

/// The plans of all mailboxes that files name.
#[derive(Default)]
pub struct Foreseen {
    /// Those that can be planned, sorted by name; some with nothing to be done.
    pub planned: Vec<Planned>,
    /// What cannot be, with why.
    pub failures: Vec<(String, Error)>,
    /// The limits of storage that the files ask for, and nobody can set over IMAP.
    pub out_of_reach: Vec<(MailboxName, Change)>,
}

/// The plan of one mailbox.
pub struct Planned {
    /// The mailbox.
    pub name: MailboxName,
    /// Whether it is to be made.
    pub is_new: bool,
    /// The provider's program that makes it, where one does.
    pub program: Option<Call>,
    /// What it was like.
    pub state: Mailbox,
    /// What would be changed. Folders that are not there have no name on the wire yet.
    pub plan: Plan,
}

impl Foreseen {
    /// What would make the mailboxes what `desired` says.
    ///
    /// # Errors
    /// Whatever logging in as the administrator may meet, and the first reason where no mailbox can
    /// be planned.
    pub fn new(
        provider: &Provider,
        desired: &Desired,
        prune: bool,
        output: &Output,
    ) -> Result<Self> {
        let names: Vec<MailboxName> = desired.mailboxes.keys().cloned().collect();
        if names.is_empty() {
            return Ok(Self::default());
        }
        let terms = Terms {
            levels: &provider.profile().levels,
            prune,
        };
        let limits = desired.mailboxes.values().any(|wish| wish.quota.is_some());
        let mut found = states(provider, &names, limits, output)?;
        let wishes = desired.mailboxes.values();
        let sets: Vec<bool> = wishes.map(|wish| !wish.settings.is_empty()).collect();
        let is_set = |n: usize| sets.get(n).is_some_and(|sets| *sets);
        learn_settings(provider, &mut found, is_set, output);
        let revealed = taken::reveal(provider, desired, &mut found, output);
        let mut foreseen = Self::default();
        let wishes = desired.mailboxes.iter().zip(revealed);
        for (((name, wish), revealed), found) in wishes.zip(found) {
            let unsettled = Unsettled::of(provider, &name.to_string());
            let asked = Asked::File { wish, terms };
            match found.and_then(|found| Planned::new(name, asked, found, &unsettled)) {
                Ok(mut planned) => {
                    taken::forget(&mut planned.state, &planned.plan.changes, &revealed);
                    if let Some(told) = unsettled.told(&planned.plan) {
                        output.warning(&told);
                    }
                    foreseen.add(planned, wish);
                }
                Err(error) => foreseen.failures.push((name.to_string(), error)),
            }
        }
        match foreseen.failures.first() {
            Some((_, error)) if foreseen.planned.is_empty() => Err(error.clone()),
            _ => Ok(foreseen),
        }
    }

    /// The same as a file keeps it.
    pub fn saved(&self, provider: &Provider) -> SavedPlan {
        let imap = &provider.profile().imap;
        SavedPlan::new(
            &imap.host,
            imap.port,
            self.changed().map(Planned::saved).collect(),
        )
    }

    /// Those where something would be changed.
    pub fn changed(&self) -> impl Iterator<Item = &Planned> {
        self.planned
            .iter()
            .filter(|planned| !planned.plan.is_empty())
    }

    /// What speaks against it, unless somebody insists.
    pub fn objections(&self) -> Vec<String> {
        let there = self.planned.iter().filter(|planned| !planned.is_new);
        decide::objections(there.map(|one| (one.name.to_string(), &one.state, &one.plan)))
    }

    /// Refuses what changes very much at once.
    ///
    /// # Errors
    /// As [`unobjectionable`].
    pub fn unobjectionable(&self, output: &Output) -> Result<()> {
        unobjectionable(&self.objections(), output)
    }

    /// What is said of it.
    pub fn difference(&self, provider: &Provider, checksum: &str) -> Difference {
        let levels = provider.profile().levels.clone();
        let changed = |planned: &Planned| {
            Changed::new(&planned.state, &planned.plan, planned.is_new, &levels)
                .by(planned.program.as_ref().map(Call::to_string))
        };
        Difference {
            mailboxes: self.changed().map(changed).collect(),
            unchanged: self.planned.len() - self.changed().count(),
            failures: self.failures.iter().map(Unopened::new).collect(),
            checksum: checksum.to_owned(),
            people: People::default(),
            is_check: false,
        }
    }

    /// How a run ends that changed nothing; `found` where there is something to be changed.
    pub fn exit(&self, found: Exit) -> Exit {
        if !self.failures.is_empty() {
            Exit::Partly
        } else if self.changed().next().is_some() {
            found
        } else {
            Exit::Done
        }
    }

    /// The same, with the limits too that nobody can set over IMAP: they are a difference all the same.
    pub fn with_what_is_out_of_reach(mut self) -> Self {
        for (name, change) in std::mem::take(&mut self.out_of_reach) {
            let mut planned = self.planned.iter_mut();
            if let Some(planned) = planned.find(|planned| planned.name == name) {
                planned.plan.changes.push(change);
            }
        }
        self
    }

    /// Warns of the limits that are not set, because nobody can over IMAP.
    pub fn warn(&self, output: &Output) {
        for (name, change) in &self.out_of_reach {
            let of = self.planned.iter().find(|planned| planned.name == *name);
            let (Change::Quota(Quota { after, .. }), Some(planned)) = (change, of) else {
                continue;
            };
            output.warning(&format!(
                "{name}: its limit of storage stays as it is: this server takes none over IMAP; set {} {}, \
                 or leave quota out of the file",
                size::write(*after),
                decide::where_limits_are(&planned.state)
            ));
        }
    }

    fn add(&mut self, planned: Planned, wish: &DesiredMailbox) {
        let name = planned.name.to_string();
        let state = &planned.state;
        let beyond = decide::limit_out_of_reach(state, wish, |path| reach::on_paper(state, path));
        match beyond {
            Ok(beyond) => {
                let named = beyond.map(|change| (planned.name.clone(), change));
                self.out_of_reach.extend(named);
            }
            Err(error) => self.failures.push((name.clone(), error)),
        }
        let unread = planned
            .state
            .folders
            .iter()
            .chain(&planned.state.identity_folders);
        for folder in unread {
            if let Err(why) = &folder.acl {
                let what = format!("the entries of {:?} could not be read {why}", folder.path);
                self.failures
                    .push((name.clone(), Error::new(Exit::Refused, what)));
            }
        }
        self.planned.push(planned);
    }
}

/// Refuses what changes very much at once.
///
/// # Errors
/// [`Exit::Refused`] where there are `objections`, after all of them were told.
pub fn unobjectionable(objections: &[String], output: &Output) -> Result<()> {
    let Some((last, others)) = objections.split_last() else {
        return Ok(());
    };
    let refusal = |why: &String| Error::new(Exit::Refused, format!("refused: {why}"));
    others.iter().for_each(|why| output.error(&refusal(why)));
    Err(refusal(last).hint("if that is meant, add --force"))
}

impl Planned {
    /// What would make the mailbox that was `found` what is `asked` of it.
    ///
    /// # Errors
    /// Where it cannot be that.
    pub fn new(
        name: &MailboxName,
        asked: Asked,
        found: Found,
        unsettled: &Unsettled,
    ) -> Result<Self> {
        let Found {
            mut state,
            is_new,
            program,
        } = unsettled.seen(found);
        let applying = Applying {
            asked,
            shown: None,
            exactly: false,
            part: Part::Whole,
        };
        let planned = |state: &Mailbox| {
            applying.plan(&decide::errand::Found {
                state,
                place: &|path| reach::on_paper(state, path),
                by_others: &BTreeMap::new(),
            })
        };
        let plan = unsettled.plan(&mut state, &applying.makes(), planned)?;
        decide::own_lock_out(&state, &plan)?;
        Ok(Self {
            name: name.clone(),
            is_new,
            program,
            state,
            plan,
        })
    }

    /// The errands that carry it out, one after the other, and were `asked` for so: the mailbox first, and then
    /// its settings, for which the session must be one that may read and file mail.
    pub(super) fn errands<'a>(&'a self, asked: Asked<'a>, exactly: bool) -> Vec<Applying<'a>> {
        let errand = |part| Applying {
            asked,
            shown: Some(Shown {
                plan: &self.plan,
                state: &self.state,
                is_new: self.is_new,
            }),
            exactly,
            part,
        };
        let parts = Part::of(&self.plan.changes, self.is_new);
        parts.into_iter().map(errand).collect()
    }

    /// The same as a file keeps it.
    pub fn saved(&self) -> SavedMailbox {
        SavedMailbox {
            mailbox: self.name.to_string(),
            new: self.is_new,
            fingerprint: decide::fingerprint(&self.state, &self.plan.changes),
            changes: self.plan.changes.iter().map(Change::on_paper).collect(),
        }
    }
}
