//! Which identities somebody holds, by her own session where one can be had.

use crate::error::Result;
use crate::model::address::Address;
use crate::model::grants::Grants;
use crate::model::identity::Identity;
use crate::model::pace::Pace;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::observe;
use crate::reach::{NotImpersonated, Opened, Provider};

/// What the grants give somebody, and what is to be said of it.
pub struct Found {
    /// The identities.
    pub grants: Grants,
    /// What else to know.
    pub remarks: Vec<String>,
    /// Whether an identity is not believed.
    pub disbelieved: bool,
    is_owner: bool,
}

impl Found {
    /// What the entries of `state` and a session of her own say of `identifier`.
    pub fn new(provider: &Provider, opened: &Opened, state: &Mailbox, identifier: &str) -> Self {
        if state.owner.as_deref() == Some(identifier) {
            return Self::owner();
        }
        let mut found = Self {
            grants: Grants::default(),
            remarks: Vec::new(),
            disbelieved: false,
            is_owner: false,
        };
        let own = found.own_eyes(provider, opened, state, identifier);
        let mut holds = |identity| found.holds(state, identifier, identity, own.as_ref());
        let (send_as, send_on_behalf) = (holds(Identity::SendAs), holds(Identity::SendOnBehalf));
        found.grants = Grants {
            send_as,
            send_on_behalf,
        };
        found
    }

    /// The mailbox's own login needs nobody's permission.
    fn owner() -> Self {
        let grants = Grants {
            send_as: true,
            send_on_behalf: false,
        };
        Self {
            grants,
            remarks: Vec::new(),
            disbelieved: false,
            is_owner: true,
        }
    }

    /// What the session of `person` says: that takes no administrator. Who else might have given
    /// herself an identity cannot be seen so.
    ///
    /// # Errors
    /// Whatever logging in may meet.
    pub fn by_own_session(
        provider: &Provider,
        mailbox: &Address,
        person: &Address,
    ) -> Result<Self> {
        if person == mailbox {
            return Ok(Self::owner());
        }
        let mut sender = provider.sender(person, mailbox)?;
        let held = sender.held(&provider.profile().identities)?;
        let changeable = held.changeable.iter();
        let remark =
            |folder| format!("{person} could change {folder:?}, so that it is not believed");
        Ok(Self {
            grants: Grants {
                send_as: held.identities.contains(&Identity::SendAs),
                send_on_behalf: held.identities.contains(&Identity::SendOnBehalf),
            },
            remarks: changeable.map(remark).collect(),
            disbelieved: held.changeable.is_some(),
            is_owner: false,
        })
    }

    /// What the entries of `state` say besides: they tell an administrator, who keeps the identities,
    /// from somebody who should not. The owner needs no identity.
    pub fn doubt(&mut self, state: &Mailbox) {
        if self.is_owner {
            return;
        }
        self.remarks.clear();
        self.disbelieved = false;
        for identity in Identity::ALL {
            if self.disbelieves(state, identity) {
                match identity {
                    Identity::SendAs => self.grants.send_as = false,
                    Identity::SendOnBehalf => self.grants.send_on_behalf = false,
                }
            }
        }
    }

    /// Whether somebody could have changed who holds `identity`; says so then.
    fn disbelieves(&mut self, state: &Mailbox, identity: Identity) -> bool {
        // A member may not read the entries; the administrator's word is not at hand then.
        let intruders = state.intruders_of(identity);
        let Some(intruder) = intruders.first() else {
            return false;
        };
        let remark = format!("{identity} is not believed: {intruder}");
        self.remarks.push(remark);
        self.disbelieved = true;
        true
    }

    /// What her own session may do with each identity folder, as groups count only there.
    fn own_eyes(
        &mut self,
        provider: &Provider,
        opened: &Opened,
        state: &Mailbox,
        identifier: &str,
    ) -> Option<Vec<(String, Rights)>> {
        let folders: Vec<&Folder> = state.identity_folders.iter().collect();
        let (needed, pace) = (state.identity_rights(), unattended());
        let member = provider.member(opened, identifier);
        let view = member.and_then(|view| view.map_err(NotImpersonated::into_error));
        let seen = view.and_then(|mut view| {
            observe::effect(&mut view.session, &view.trees, &folders, needed, &pace)
        });
        match seen {
            Ok(seen) => Some(
                seen.folders
                    .into_iter()
                    .map(|f| (f.path, f.rights))
                    .collect(),
            ),
            Err(error) => {
                self.remarks.push(format!(
                    "the grants are told by the entries alone, and groups do not count: {}",
                    error.what()
                ));
                None
            }
        }
    }

    fn holds(
        &mut self,
        state: &Mailbox,
        identifier: &str,
        identity: Identity,
        own: Option<&Vec<(String, Rights)>>,
    ) -> bool {
        if self.disbelieves(state, identity) {
            return false;
        }
        let path = state.identity_names.path(identity);
        match own {
            Some(own) => own.iter().any(|(folder, rights)| {
                folder == path && Identity::is_held_by(*rights, &state.vocabulary)
            }),
            None => state.identities_of(identifier).contains(&identity),
        }
    }
}

fn unattended() -> Pace<'static> {
    Pace::interruptible()
}
