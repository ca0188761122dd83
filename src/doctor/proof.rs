//! What can be done in sessions of other people: proof, subscriptions, and who exists.

use super::mailbox::Patient;
use super::told::{fails, unknown, warning, works};
use crate::model::dialect::{Family, Reading};
use crate::model::state::Known;
use crate::observe;
use crate::profile::Impersonate;
use crate::reach::{Impersonated, Opened, Provider, Reach};
use crate::report::doctor::Finding;

/// Whether somebody could be impersonated, to see with her own eyes what she was given.
pub(super) enum Proof {
    As(Box<Impersonated>),
    Refused(String),
    /// Courier lets nobody act as somebody else.
    Never,
    Nobody,
}

impl Proof {
    pub(super) fn try_out(patient: Option<&Patient>, provider: &Provider) -> Self {
        if patient.is_some_and(|patient| patient.opened.dialect.family == Family::Courier) {
            return Proof::Never;
        }
        let mut logins = patient.map(people).unwrap_or_default();
        // Everybody may act as herself, which shows nothing.
        logins.retain(|login| *login != provider.profile().imap.user);
        let mut why = Proof::Nobody;
        for login in logins.iter().take(3) {
            match provider.impersonate(login) {
                Ok(Ok(impersonated)) => return Proof::As(Box::new(impersonated)),
                Ok(Err(refused)) => why = Proof::Refused(refused.into_error().to_string()),
                Err(error) => why = Proof::Refused(error.to_string()),
            }
        }
        why
    }

    pub(super) fn finding(&self) -> Finding {
        let subject = "proof as the member";
        match self {
            Proof::As(who) => {
                let how = match &who.method {
                    Impersonate::Authzid => {
                        "by authorisation identity (impersonate = \"authzid\")".to_owned()
                    }
                    method => format!("by login name (impersonate = \"{method}\")"),
                };
                let says = format!("a session as {} was opened {how}, and shown to be hers", who.login);
                works(subject, says).value(who.method.to_string())
            }
            Proof::Refused(why) => fails(subject, why).change(
                "let the administrator log in as others (Dovecot: a master user; Cyrus: admins or \
                 proxyservers) and set impersonate in the profile; grants work without it, unproved",
            ),
            Proof::Never => fails(
                subject,
                "Courier lets nobody act as somebody else; grants work without it, unproved",
            ),
            Proof::Nobody => unknown(subject, "nobody was there to be impersonated"),
        }
    }

    pub(super) fn subscribe(&self) -> Finding {
        let subject = "subscribe";
        match self {
            Proof::As(_) => works(
                subject,
                "grant --subscribe subscribes members to what they see",
            ),
            Proof::Refused(_) => fails(subject, "only the member's own session can subscribe her")
                .change("as for the proof: impersonation"),
            Proof::Never => fails(subject, "only the member's own session can subscribe her"),
            Proof::Nobody => unknown(subject, "needs impersonation, as the proof does"),
        }
    }

    /// Whether the server tells somebody who does not exist from somebody who does: asked in the
    /// way that `check` asks.
    pub(super) fn strangers(&self, patient: Option<&Patient>, provider: &Provider) -> Finding {
        let subject = "unknown people";
        let (Proof::As(who), Some(_)) = (self, patient) else {
            let says = "whether an entry's person exists cannot be asked without impersonation";
            return match self {
                Proof::Nobody => unknown(subject, says),
                Proof::Never => fails(subject, says),
                _ => fails(subject, says).change("as for the proof: impersonation"),
            };
        };
        let stranger = match who.login.rsplit_once('@') {
            Some((_, domain)) => format!("sharemail-doctor-stranger@{domain}"),
            None => "sharemail-doctor-stranger".to_owned(),
        };
        let told = |provider: &Provider| {
            let known = observe::known_people(provider, &[&stranger], Some(&who.login));
            known.map(|known| known.get(&stranger).cloned())
        };
        let pinned = provider.having(|profile| profile.imap.impersonate = Some(who.method.clone()));
        match told(provider) {
            Ok(Some(Known::No)) => {
                works(subject, "check finds entries for people who do not exist")
            }
            Ok(_) if told(&pinned) == Ok(Some(Known::No)) => {
                let says = "check cannot tell who exists while several ways to log in are tried";
                let change = format!("impersonate = \"{}\" in the profile", who.method);
                warning(subject, says).change(change)
            }
            Ok(Some(Known::Unclear(unclear))) => fails(
                subject,
                format!(
                    "the server does not say that somebody does not exist: check tells that such \
                     people could not be looked up, and leaves their entries ({})",
                    unclear.why
                ),
            ),
            Ok(Some(Known::Yes) | None) => fails(
                subject,
                "the server takes any name: check cannot tell who exists",
            ),
            Err(error) => unknown(subject, error.to_string()),
        }
    }
}

/// Login names of people who can be expected to exist, likeliest first.
fn people(patient: &Patient) -> Vec<String> {
    let Opened {
        reach,
        owner,
        dialect,
        ..
    } = &patient.opened;
    let own = match reach {
        Reach::Impersonate { login } => Some(login.clone()),
        Reach::Namespace => owner.clone(),
    };
    let members = patient.state.members().into_iter();
    let members = members.filter_map(|identifier| match dialect.read(identifier) {
        Reading::Person(login) => Some(login.to_owned()),
        _ => None,
    });
    own.into_iter().chain(members).collect()
}
