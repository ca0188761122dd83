//! What a line tells of one change: who, with which command, what, and what became of it.

use super::actor::Actor;
use super::bounded::bounded;
use crate::error::abridged;
use crate::model::change::Change;
use crate::model::change::facts::{Facts, letters};
use crate::model::deed::{Deed, Done};
use crate::model::outcome::Fate;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// One change, as it was meant or with what became of it. What is absent does not apply.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// The process that made it.
    pub run: String,
    /// Its number in that run: the same for intent and outcome.
    pub id: u64,
    /// The profile that was used.
    pub profile: String,
    /// Who logged in.
    pub login: String,
    /// As whom that login acted, where it was somebody else.
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub acting: Option<String>,
    /// The system's user.
    pub user: String,
    /// The verb.
    pub command: String,
    /// The shared mailbox.
    pub mailbox: String,
    /// entry, create, delete, rename, quota, label, unlabel, setting, send, file, mark, subscribe, export, keep,
    /// receive, read, script or activate.
    pub change: String,
    /// The folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The provider's program that did it, where it was not done over IMAP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// Its new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The identifier of an entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// What was limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Rights or a limit before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Rights or a limit after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// The purpose of a new folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub special_use: Option<String>,
    /// What a setting is about, or the name of a script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// The keyword that messages got or lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyword: Option<String>,
    /// The identity of the folder's numbering.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid_validity: Option<u32>,
    /// The UIDs of these messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uids: Option<String>,
    /// How many messages went with a folder, got or lost a label, or were exported or kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<u64>,
    /// The mailbox out of which messages came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The SHA-256 of the manifest of what is kept elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Who sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// As what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The name of what was sent or filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// To how many it was to be sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipients: Option<u64>,
    /// How many of them were accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<u64>,
    /// done, refused, differs, not-tried or unknown; absent from an intent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fate: Option<String>,
    /// The server's words of refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What the server stores instead: rights, or null for nothing.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "there")]
    pub stored: Option<Value>,
    /// The server's words on mail that it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// What somebody said is kept as a hash, which tells whether it is what was said then.
fn hash(of: Option<&str>) -> Value {
    of.map_or(Value::Null, |hash| format!("sha256:{hash}").into())
}

/// What is there, and be it null: that is not the same as nothing being told.
fn there<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

impl Told {
    /// What `actor` does to `mailbox`.
    pub(super) fn by(actor: &Actor, acting: Option<&str>, mailbox: &str) -> Self {
        Self {
            run: actor.run.clone(),
            profile: actor.profile.clone(),
            login: actor.login.clone(),
            acting: acting.filter(|name| *name != actor.login).map(bounded),
            user: actor.user.clone(),
            command: actor.command.clone(),
            mailbox: bounded(mailbox),
            ..Self::default()
        }
    }

    /// The same, done by `program`.
    pub(super) fn through(self, program: Option<&str>) -> Self {
        Self {
            program: program.map(bounded),
            ..self
        }
    }

    /// The same, numbered `id`, of `change`.
    pub(super) fn change(&self, id: u64, change: &Change) -> Self {
        let facts = change.facts();
        let text = |text: Option<String>| text.as_deref().map(bounded);
        Self {
            id,
            change: change.name().to_owned(),
            folder: Some(bounded(&change.folder().path)),
            to: text(facts.to),
            identifier: text(facts.identifier),
            resource: text(facts.resource),
            before: facts.before,
            after: facts.after,
            special_use: text(facts.special_use),
            setting: text(facts.setting),
            keyword: text(facts.keyword),
            uid_validity: facts.uid_validity,
            uids: text(facts.uids),
            messages: facts.messages,
            ..self.clone()
        }
    }

    /// What it tells of a change beside its name and folder.
    pub fn facts(&self) -> Facts {
        Facts {
            to: self.to.clone(),
            identifier: self.identifier.clone(),
            resource: self.resource.clone(),
            before: self.before.clone(),
            after: self.after.clone(),
            special_use: self.special_use.clone(),
            setting: self.setting.clone(),
            keyword: self.keyword.clone(),
            uid_validity: self.uid_validity,
            uids: self.uids.clone(),
            messages: self.messages,
        }
    }

    /// The same, numbered `id`, of `deed`.
    pub(super) fn deed(&self, id: u64, deed: &Deed) -> Self {
        let told = Self { id, ..self.clone() };
        let kind = |kind: &str| kind.to_owned();
        match deed {
            Deed::Send {
                sender,
                identity,
                message_id,
                recipients,
            } => Self {
                change: kind("send"),
                sender: Some(bounded(sender)),
                identity: Some(identity.name().to_owned()),
                message_id: Some(bounded(message_id)),
                recipients: Some(*recipients as u64),
                ..told
            },
            Deed::File { folder, message_id } => Self {
                change: kind("file"),
                folder: Some(bounded(folder)),
                message_id: Some(bounded(message_id)),
                ..told
            },
            Deed::Mark { folder } => Self {
                change: kind("mark"),
                folder: Some(bounded(folder)),
                ..told
            },
            Deed::Export {
                folder,
                uid_validity,
                uids,
            } => Self {
                change: kind("export"),
                folder: Some(bounded(folder)),
                uid_validity: *uid_validity,
                uids: Some(bounded(&uids.to_string())),
                messages: Some(uids.len()),
                ..told
            },
            Deed::Keep {
                to,
                messages,
                sha256,
            } => Self {
                change: kind("keep"),
                to: Some(bounded(to)),
                messages: Some(*messages),
                sha256: Some(bounded(sha256)),
                ..told
            },
            Deed::Receive {
                folder,
                from,
                messages,
            } => Self {
                change: kind("receive"),
                folder: Some(bounded(folder)),
                from: Some(bounded(from)),
                messages: Some(*messages),
                ..told
            },
            Deed::Withdraw {
                folder,
                uid_validity,
                uids,
            } => Self {
                change: kind("withdraw"),
                folder: Some(bounded(folder)),
                uid_validity: Some(*uid_validity),
                uids: Some(bounded(&uids.to_string())),
                messages: Some(uids.len()),
                ..told
            },
            Deed::Read {
                folder,
                uid_validity,
                uid,
            } => Self {
                change: kind("read"),
                folder: Some(bounded(folder)),
                uid_validity: *uid_validity,
                uids: Some(uid.to_string()),
                messages: Some(1),
                ..told
            },
            Deed::Script {
                script,
                before,
                after,
            } => Self {
                change: kind("script"),
                setting: Some(bounded(script)),
                before: Some(hash(before.as_deref())),
                after: Some(hash(Some(after))),
                ..told
            },
            Deed::Activate { script, before } => Self {
                change: kind("activate"),
                setting: Some(bounded(script)),
                before: Some(
                    before
                        .as_deref()
                        .map_or(Value::Null, |name| bounded(name).into()),
                ),
                after: Some(bounded(script).into()),
                ..told
            },
            Deed::Subscribe { folder } => Self {
                change: kind("subscribe"),
                folder: Some(bounded(folder)),
                ..told
            },
        }
    }

    /// The same with what became of it.
    #[must_use]
    pub(super) fn became(self, fate: &Fate) -> Self {
        let (word, why, stored) = match fate {
            Fate::Done => ("done", None, None),
            Fate::Refused(why) => ("refused", Some(abridged(why.as_bytes())), None),
            Fate::Differs(stored) => ("differs", None, Some(stored.0.map_or(Value::Null, letters))),
            Fate::NotTried => ("not-tried", None, None),
            Fate::Unanswered => ("unanswered", None, None),
            Fate::Unknown(why) => ("unknown", Some(abridged(why.as_bytes())), None),
        };
        Self {
            fate: Some(word.to_owned()),
            why,
            stored,
            ..self
        }
    }

    /// The same with what became of a deed.
    #[must_use]
    pub(super) fn done(self, done: &Done) -> Self {
        Self {
            answer: done.answer.as_deref().map(|a| abridged(a.as_bytes())),
            accepted: done.accepted.map(|n| n as u64),
            ..self.became(&done.fate)
        }
    }
}
