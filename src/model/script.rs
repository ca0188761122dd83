//! Scripts: the texts by which a server filters the mail of a mailbox that comes.

use super::outcome::Fate;
use std::collections::BTreeMap;

/// The script that holds the rules of a mailbox.
pub const OWN: &str = "sharemail";
/// The script that is active where nobody else has one: it includes that of the rules.
pub const STARTER: &str = "sharemail-start";

/// The scripts of a mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scripts {
    /// Whether a script may include another (RFC 6609).
    pub includes: bool,
    /// Whether a script may look into the text of messages (RFC 5173).
    pub reads_text: bool,
    /// Whether a script may leave copies and go on (RFC 3894).
    pub copies: bool,
    /// To how many addresses a message may be sent on, where the server says so (MAXREDIRECTS, RFC 5804).
    pub most_redirects: Option<u64>,
    /// Each by its name; its text where it was read.
    pub all: BTreeMap<String, Option<Vec<u8>>>,
    /// The one that mail is filtered by.
    pub active: Option<String>,
}

/// One change of the scripts of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A script says something else.
    Put {
        /// What it is called.
        name: String,
        /// What it says; nothing where there is none.
        before: Option<Vec<u8>>,
        /// What it shall say.
        after: Vec<u8>,
    },
    /// Mail is filtered by another script.
    Activate {
        /// Which.
        name: String,
        /// By which it is.
        before: Option<String>,
    },
}

/// What has to be put where, or was.
#[derive(Clone, Debug)]
pub struct Filtered {
    /// What people call the mailbox.
    pub mailbox: String,
    /// The script that mail was filtered by before.
    pub active: Option<String>,
    /// Each step; its fate where it was tried, and what the server warns of.
    pub steps: Vec<(Step, Option<Fate>, Option<String>)>,
    /// How many rules there are.
    pub rules: usize,
    /// To whom somebody else's script, which is active, sends mail on.
    pub redirects: Vec<String>,
}

impl Scripts {
    /// Whether there is a script called `name`.
    pub fn has(&self, name: &str) -> bool {
        self.all.contains_key(name)
    }

    /// What the script called `name` says, where it is there and was read.
    pub fn text(&self, name: &str) -> Option<&[u8]> {
        self.all.get(name)?.as_deref()
    }
}

impl Step {
    /// The script that it is about.
    pub fn script(&self) -> &str {
        match self {
            Self::Put { name, .. } | Self::Activate { name, .. } => name,
        }
    }
}
