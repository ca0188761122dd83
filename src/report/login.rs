//! login and logout: what was set up, and where the password is.

use crate::document::{Document, Records, Report, Text};
use crate::exit::Exit;
use crate::model::command::command;
use crate::model::login::Spelling;
use serde::Serialize;

/// The report of `login`: the login was taken, and the profile is written.
#[derive(Clone, Debug, Serialize)]
pub struct LoginReport {
    /// The profile's name.
    pub profile: String,
    /// The file that holds it.
    pub config: String,
    /// Host and port of the server.
    pub server: String,
    /// Who logs in.
    pub user: String,
    /// Whether the server has access control lists.
    pub acl: bool,
    /// How sessions are opened as somebody else, where that was found out and is now written.
    pub impersonate: Option<String>,
    /// The mailboxes that were tried.
    pub mailboxes: Vec<Tried>,
    /// Where the password is.
    pub password: Keeping,
}

/// A mailbox that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// Its name.
    pub mailbox: String,
    /// How it was reached: `impersonate` or `namespace`; nothing where it was not.
    pub reach: Option<&'static str>,
    /// How people are spelled in its entries.
    pub identifier: Option<Spelling>,
    /// Why it was not reached.
    pub why: Option<String>,
    /// What to do about that.
    pub hint: Option<String>,
}

/// Where the password is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kept", rename_all = "lowercase")]
pub enum Keeping {
    /// In the system's keyring.
    Keyring,
    /// In the file that the profile names.
    File {
        /// The file.
        path: String,
        /// Whether this login made it.
        made: bool,
    },
    /// Where the command that the profile names gets it.
    Command,
    /// Nowhere.
    Not {
        /// Why.
        why: String,
    },
}

/// The report of `logout`.
#[derive(Clone, Debug, Serialize)]
pub struct LogoutReport {
    /// The profile's name.
    pub profile: String,
    /// The logins whose passwords the keyring had and has forgotten.
    pub forgotten: Vec<String>,
    /// The logins for which the keyring had nothing.
    pub absent: Vec<String>,
    /// Whether there is a keyring service here at all.
    pub keyring: bool,
    /// What else there is to know, such as a password file that stays.
    pub notes: Vec<String>,
}

const WAYS: &str = "name a password-file (--password-file) or a password-command \
                    (--password-command) in the profile, or give the password to each run by \
                    SHAREMAIL_PASSWORD or --password-stdin";

impl LoginReport {
    /// How the run ends: the login itself was taken.
    pub fn exit(&self) -> Exit {
        if self.mailboxes.iter().any(|tried| tried.why.is_some()) {
            Exit::Partly
        } else {
            Exit::Done
        }
    }

    fn password(&self, document: Document) -> Document {
        match &self.password {
            Keeping::Keyring => document.line("the password is in the system's keyring"),
            Keeping::File { path, made: true } => document.line(format!(
                "the password is kept in {path}, which only you can read"
            )),
            Keeping::File { path, .. } => document.line(format!("the password stays in {path}")),
            Keeping::Command => {
                document.line("the password comes from the profile's password-command")
            }
            Keeping::Not { why } => document
                .warning(format!("the password was not kept: {why}"))
                .hint(WAYS),
        }
    }
}

impl Report for LoginReport {
    fn document(&self) -> Document {
        let mut document = Document::new().spans([
            Text::good("logged in"),
            format!(" as {} at {}", self.user, self.server).into(),
        ]);
        for tried in &self.mailboxes {
            document = tried.tell(document);
        }
        if let Some(found) = &self.impersonate {
            document = document.line(format!("impersonate = \"{found}\" was found out"));
        }
        document = document.spans([
            "profile ".into(),
            Text::strong(&self.profile),
            format!(" is written to {}", self.config).into(),
        ]);
        document = self.password(document);
        if !self.acl {
            let what = format!(
                "{} offers no ACL (RFC 4314): nothing can be granted there",
                self.server
            );
            document = document.warning(what);
        }
        document.hint(format!("{} tells all that works here", command(["doctor"])))
    }

    fn records(&self) -> Records {
        let kept = match &self.password {
            Keeping::Keyring => "keyring",
            Keeping::File { .. } => "file",
            Keeping::Command => "command",
            Keeping::Not { .. } => "not",
        };
        let mut records = Records::new(["what", "name", "value", "why"]);
        records.push(["profile", &self.profile, &self.config, ""]);
        records.push(["login", &self.user, &self.server, ""]);
        records.push(["acl", "", if self.acl { "yes" } else { "no" }, ""]);
        let impersonate = self.impersonate.as_deref().unwrap_or_default();
        records.push(["impersonate", "", impersonate, ""]);
        for tried in &self.mailboxes {
            let (reach, why) = (tried.reach.unwrap_or_default(), tried.why.as_deref());
            records.push(["mailbox", &tried.mailbox, reach, why.unwrap_or_default()]);
        }
        let (value, why) = match &self.password {
            Keeping::File { path, .. } => (path.as_str(), ""),
            Keeping::Not { why } => ("", why.as_str()),
            _ => ("", ""),
        };
        records.push(["password", kept, value, why]);
        records
    }
}

impl Tried {
    fn tell(&self, document: Document) -> Document {
        if let Some(why) = &self.why {
            let document = document.warning(why.clone());
            return match &self.hint {
                Some(hint) => document.hint(hint.clone()),
                None => document,
            };
        }
        let reach = match self.reach {
            Some("namespace") => "in the administrator's own session",
            _ => "in a session of its own",
        };
        let people = match self.identifier {
            Some(Spelling::LocalPart) => "what stands before the @",
            _ => "address",
        };
        document.line(format!(
            "{} was opened {reach}; people are spelled by {people}",
            self.mailbox
        ))
    }
}

impl Report for LogoutReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        for login in &self.forgotten {
            document = document.line(format!("the keyring forgot the password of {login}"));
        }
        for login in &self.absent {
            document = document.line(format!("the keyring has no password of {login}"));
        }
        if !self.keyring {
            document =
                document.line("there is no keyring service here, so nothing was kept in one");
        }
        let document = document.line(format!("profile {} stays as it is", self.profile));
        document.hints(&self.notes)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(["login", "forgotten"]);
        for login in &self.forgotten {
            records.push([login.as_str(), "yes"]);
        }
        for login in &self.absent {
            records.push([login.as_str(), "no"]);
        }
        records
    }
}
