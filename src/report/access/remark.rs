//! What is worth saying of somebody's access, and what would mend it.

use crate::model::identity::Identity;

/// Something worth saying about the case, with the command that would mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// In a sentence whose subject is WHO.
    pub says: String,
    /// The words behind `sharemail`, where there is such a command: verb, then options.
    pub mend: Option<Mend>,
}

/// A command for the mailbox that is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mend {
    /// Give WHO these options of `grant`.
    Grant(String),
    /// The same, of what WHO may rightly lack.
    MayGrant(String),
    /// Take the entry of this one away, called as on the command line.
    Revoke(String),
    /// Subscribe WHO.
    Subscribe,
    /// Take it away, if it counts.
    MayRevoke(String),
    /// Mend the mailbox.
    Check,
    /// See what is wrong with it: what mends that is told there.
    Look,
    /// See what the server makes of it: what would have to change is told there.
    Doctor,
    /// Give WHO an identity, which she may rightly lack.
    Give(Identity),
}

/// Something worth saying.
pub(super) fn remark(says: impl Into<String>, mend: Option<Mend>) -> Remark {
    Remark {
        says: says.into(),
        mend,
    }
}
