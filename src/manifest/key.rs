//! The words of the file. Levels and identities are called what they are called everywhere
//! ([`Level::name`](crate::model::level::Level::name),
//! [`Identity::name`](crate::model::identity::Identity::name)).

use crate::model::identity::Identity;
use crate::model::level::Levels;

/// The table of the mailboxes, at the top of the file.
pub const MAILBOX: &str = "mailbox";
/// The table of the teams, at the top of the file.
pub const TEAM: &str = "team";
/// The limit of storage of a mailbox.
pub const QUOTA: &str = "quota";
/// The folders that a mailbox shall have.
pub const FOLDERS: &str = "folders";
/// The tables of a mailbox's folders where somebody has something else.
pub const FOLDER: &str = "folder";
/// The labels of a mailbox, by what people call them.
pub const LABELS: &str = "labels";
/// What people call one of them.
pub(super) const NAME: &str = "name";
/// The keyword that it is.
pub(super) const KEY: &str = "key";
/// Its colour.
pub(super) const COLOUR: &str = "colour";
/// What happens to mail by itself, rule by rule.
pub const RULE: &str = "rule";
/// Which messages a rule takes.
pub(super) const WHEN: &str = "when";
/// What happens to them.
pub(super) const THEN: &str = "then";
/// How long mail of each folder is kept.
pub const RETENTION: &str = "retention";
/// How old it is when something happens to it.
pub(super) const AFTER: &str = "after";
/// Where it goes then.
pub(super) const TO: &str = "to";
/// Which of it.
pub(super) const ONLY: &str = "only";
/// How long it waits before it goes for good.
pub(super) const GRACE: &str = "grace";
/// Whether it does not wait.
pub(super) const AT_ONCE: &str = "at-once";
/// What is kept whatever else is said, case by case.
pub const HOLD: &str = "hold";
/// What people call a case.
pub(super) const CASE: &str = "case";
/// Which messages a case is about.
pub(super) const MATCH: &str = "match";
/// Since when mail lies where it lies, folder by folder.
pub(super) const SEEN: &str = "seen";
/// Which messages rules were asked about.
pub(super) const JUDGED: &str = "judged";
/// The rules of which that is.
pub(super) const RULES: &str = "rules";
/// Which messages are held, case by case.
pub(super) const HELD: &str = "held";
/// Until when they are kept.
pub(super) const UNTIL: &str = "until";
/// Exactly these letters, person by person.
pub const RIGHTS: &str = "rights";
/// Whoever shall have no entry.
pub const NONE: &str = "none";
/// What marks a name as a team's, and nobody's else.
pub const TEAM_MARK: &str = "team:";

/// What a mailbox keeps of its settings in itself.
const SETTINGS: [&str; 4] = [LABELS, RULE, RETENTION, HOLD];

/// What may stand at the top.
pub(super) const TOP: [&str; 2] = [MAILBOX, TEAM];

/// What may stand in the table of a folder.
pub(super) fn of_folders(levels: &Levels) -> Vec<&str> {
    levels.names().chain([RIGHTS, NONE]).collect()
}

/// What may stand in the table of a mailbox.
pub(super) fn of_mailboxes(levels: &Levels) -> Vec<&str> {
    let mut keys = of_folders(levels);
    keys.extend(Identity::ALL.iter().map(|identity| identity.name()));
    keys.extend([QUOTA, FOLDERS, FOLDER]);
    keys.extend(SETTINGS);
    keys
}
