//! Another limit for a resource.

use super::Change;
use super::back::{Back, Verdict, link};
use super::facts::{Facts, or_none};
use super::kind::{Kind, Logged, Planned, Written};
use crate::model::plan::Place;
use crate::model::state::{Folder, Mailbox};
use crate::model::words::storage;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Another limit for a resource (SETQUOTA, RFC 9208, section 4.1.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota<P> {
    /// The folder whose quota root it is.
    pub folder: P,
    /// `STORAGE`, …
    pub resource: String,
    /// The limit now, in the resource's unit; absent where there is none.
    pub before: Option<u64>,
    /// The limit to be.
    pub after: u64,
}

impl<P> Quota<P> {
    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Quota<Q>, E> {
        Ok(Quota {
            folder: name(self.folder)?,
            resource: self.resource,
            before: self.before,
            after: self.after,
        })
    }
}

impl<P> Kind<P> for Quota<P> {
    fn folder(&self) -> &P {
        &self.folder
    }

    fn is_limit(&self) -> bool {
        true
    }
}

impl Planned for Quota<Place> {
    /// The limit that there was, where there was one: no server takes away all of them.
    fn reverse(&self) -> Option<Change> {
        Some(Change::Quota(Self {
            before: Some(self.after),
            after: self.before?,
            ..self.clone()
        }))
    }

    fn name(&self) -> &'static str {
        "quota"
    }

    fn facts(&self) -> Facts {
        Facts {
            resource: Some(self.resource.clone()),
            before: self.before.map(Value::from),
            after: Some(self.after.into()),
            ..Facts::default()
        }
    }

    fn cells(&self) -> [String; 5] {
        let amount = |n: u64| match self.resource.as_str() {
            "STORAGE" => storage(n),
            _ => n.to_string(),
        };
        [
            "quota".into(),
            self.folder.path.clone(),
            self.resource.to_lowercase(),
            self.before.map_or("none".to_owned(), amount),
            amount(self.after),
        ]
    }

    fn order(&self) -> (u8, usize) {
        (1, 0)
    }
}

impl<P> Logged for Quota<P> {
    fn in_log(name: &str, _: &str, facts: &Facts) -> Option<String> {
        let resource = facts.resource.as_deref().unwrap_or_default();
        (name == "quota").then(|| {
            let (before, after) = (
                or_none(facts.before.as_ref()),
                or_none(facts.after.as_ref()),
            );
            format!("quota {resource}: {before} → {after}")
        })
    }
}

impl Written for Quota<String> {
    fn is_odd(&self) -> bool {
        self.resource.is_empty() || self.resource.contains(char::is_control)
    }

    fn misfit(&self, state: &Mailbox, _: Option<&Folder>, _: bool) -> Option<&'static str> {
        let now = state.storage_limit();
        if self.folder != "INBOX" || self.resource != "STORAGE" {
            Some("a plan limits the storage of a mailbox and nothing else")
        } else if now.is_err_and(|untold| !untold.is_kept) {
            Some("the limit that there is could not be read")
        } else if now.unwrap_or_default() != self.before {
            Some("the limit is not what it was")
        } else if self.after == 0 || i64::try_from(self.after).is_err() {
            Some("it is no limit")
        } else {
            None
        }
    }

    fn put_back<'a>(&'a self, back: &mut Back<'a>) {
        let key = (&*self.folder, &*self.resource);
        link(&mut back.limits, key, self.before, Some(self.after));
    }
}

/// Judges the limits that were changed, after the last of them.
pub(crate) fn limits(back: &mut Back) {
    let (mailbox, reversal) = (back.there.mailbox, &mut back.reversal);
    for ((path, resource), chain) in std::mem::take(&mut back.limits) {
        let folder = match back.there.only(path) {
            Ok(folder) => folder,
            Err(missing) => {
                reversal.keep(path, None, missing.words());
                continue;
            }
        };
        let untold = mailbox.quota_untold.as_ref();
        if let Some(untold) = untold.filter(|_| mailbox.quota.is_empty()) {
            let why = format!("its limit could not be read {}", untold.why);
            reversal.keep(path, None, why);
            continue;
        }
        let mut quota = mailbox.quota.iter();
        let quota = quota.find(|quota| quota.resource.eq_ignore_ascii_case(resource));
        let now = quota.map(|quota| quota.limit);
        match (chain.judge(&now, |_, _| false), chain.before) {
            (Verdict::Already, _) => reversal.already += 1,
            (Verdict::PutBack, Some(after)) => reversal.put(Change::Quota(Quota {
                folder: folder.place(),
                resource: resource.to_owned(),
                before: now,
                after,
            })),
            (Verdict::PutBack, None) => reversal.keep(path, None, "IMAP cannot take a limit away"),
            (Verdict::SomebodyElses, _) => {
                reversal.keep(path, None, "its limit was changed since");
            }
        }
    }
}
