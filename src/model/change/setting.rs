//! Other settings of the mailbox.

use super::Change;
use super::back::Back;
use super::facts::Facts;
use super::kind::{Kind, Logged, Planned, Written};
use crate::model::digest::sha256;
use crate::model::plan::Place;
use crate::model::setting::{self, FOLDER, LONGEST, Newest, Settings};
use crate::model::state::{Folder, Mailbox};
use crate::model::words::count;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Other settings of a kind: a message in the folder that keeps them, in place of the one before (APPEND and UID
/// EXPUNGE, RFC 9051, sections 6.3.12 and 6.4.9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting<P> {
    /// The folder that keeps them.
    pub folder: P,
    /// What they are about.
    pub kind: setting::Kind,
    /// What they say, in TOML; nothing where there are none.
    pub before: String,
    /// What they shall say.
    pub after: String,
    /// The folder's numbering and the message's UID, where the server told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<(u32, u32)>,
}

impl<P> Setting<P> {
    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Setting<Q>, E> {
        Ok(Setting {
            folder: name(self.folder)?,
            kind: self.kind,
            before: self.before,
            after: self.after,
            at: self.at,
        })
    }
}

impl<P> Kind<P> for Setting<P> {
    fn folder(&self) -> &P {
        &self.folder
    }

    fn is_of_mail(&self) -> bool {
        true
    }

    fn is_setting(&self) -> bool {
        true
    }
}

/// How much `text` says, for people.
fn lines(text: &str) -> String {
    match text.lines().filter(|line| !line.is_empty()).count() {
        0 => "none".to_owned(),
        n => count(n, "line"),
    }
}

impl Planned for Setting<Place> {
    fn reverse(&self) -> Option<Change> {
        // What was seen stays so, whatever is taken back.
        (!self.kind.is_noted()).then(|| {
            Change::Setting(Self {
                before: self.after.clone(),
                after: self.before.clone(),
                at: None,
                ..self.clone()
            })
        })
    }

    fn name(&self) -> &'static str {
        "setting"
    }

    /// What is said there stays out of the log: a hash tells whether it is what was said then.
    fn facts(&self) -> Facts {
        let hash = |text: &String| {
            let told = (!text.is_empty()).then(|| format!("sha256:{}", sha256(text.as_bytes())));
            Some(told.map_or(Value::Null, Value::from))
        };
        Facts {
            setting: Some(self.kind.name().to_owned()),
            before: hash(&self.before),
            after: hash(&self.after),
            uid_validity: self.at.map(|(validity, _)| validity),
            uids: self.at.map(|(_, uid)| uid.to_string()),
            ..Facts::default()
        }
    }

    fn cells(&self) -> [String; 5] {
        [
            "set".into(),
            self.folder.path.clone(),
            self.kind.name().into(),
            lines(&self.before),
            lines(&self.after),
        ]
    }

    fn line(&self, [verb, folder, kind, before, after]: [String; 5]) -> String {
        format!("{verb} {kind} in {folder}: {before} → {after}")
    }

    /// Last: what is written there before it is settled who may read it might be read by anybody.
    fn order(&self) -> (u8, usize) {
        (3, 0)
    }

    fn assume(&self, state: &mut Mailbox) {
        let settings = state.settings.get_or_insert_with(Settings::default);
        let newest = Newest {
            uid: 0,
            older: Vec::new(),
            text: Ok(self.after.clone()),
        };
        settings.newest.insert(self.kind, newest);
    }
}

impl<P> Logged for Setting<P> {
    fn in_log(name: &str, folder: &str, facts: &Facts) -> Option<String> {
        let kind = facts.setting.as_deref().unwrap_or_default();
        (name == "setting").then(|| format!("set {kind} in {folder}"))
    }
}

impl Written for Setting<String> {
    fn is_odd(&self) -> bool {
        self.before.len().max(self.after.len()) > LONGEST
    }

    fn misfit(
        &self,
        state: &Mailbox,
        folder: Option<&Folder>,
        is_made: bool,
    ) -> Option<&'static str> {
        if self.folder != FOLDER {
            return Some("it sets something in a folder that keeps no settings");
        }
        if folder.is_none() && !is_made {
            return Some("there is no such folder");
        }
        match state.setting(self.kind) {
            _ if is_made && folder.is_none() && self.before.is_empty() => None,
            Ok(now) if now == self.before => None,
            Ok(_) => Some("the settings are not what they were"),
            Err(_) => Some("the settings that are there are not known, or not believed"),
        }
    }

    fn put_back<'a>(&'a self, back: &mut Back<'a>) {
        let place = match back.there.only(&self.folder) {
            Ok(folder) => folder.place(),
            Err(missing) => {
                return back.reversal.keep(&self.folder, None, missing.words());
            }
        };
        let now = match back.there.mailbox.setting(self.kind) {
            Ok(now) => now.to_owned(),
            Err(why) => return back.reversal.keep(&self.folder, None, why),
        };
        if now == self.before {
            back.reversal.already += 1;
        } else if now == self.after {
            back.reversal.put(Change::Setting(Setting {
                folder: place,
                kind: self.kind,
                before: now,
                after: self.before.clone(),
                at: None,
            }));
        } else {
            let why = format!("somebody changed the {} since", self.kind);
            back.reversal.keep(&self.folder, None, why);
        }
    }
}
