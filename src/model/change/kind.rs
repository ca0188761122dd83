//! What every kind of change says of itself, and the one place that names them all.
//!
//! A kind is a file beside this one, with what it is, what takes it back, what it leaves of a mailbox, and its
//! words; and one in `apply`, with its request and how it is read back. What most kinds say stands here.

use super::Change;
use super::back::{Back, There};
use super::facts::Facts;
use crate::model::dialect::Dialect;
use crate::model::messages::Meant;
use crate::model::plan::Place;
use crate::model::state::{Folder, Mailbox};

/// A change of any kind as what its kind is.
macro_rules! kind {
    ($change:expr) => {
        match $change {
            $crate::model::change::Change::Entry(kind) => kind,
            $crate::model::change::Change::Create(kind) => kind,
            $crate::model::change::Change::Delete(kind) => kind,
            $crate::model::change::Change::Rename(kind) => kind,
            $crate::model::change::Change::Quota(kind) => kind,
            $crate::model::change::Change::Label(kind) => kind,
            $crate::model::change::Change::Move(kind) => kind,
            $crate::model::change::Change::Copy(kind) => kind,
            $crate::model::change::Change::Expunge(kind) => kind,
            $crate::model::change::Change::Remove(kind) => kind,
            $crate::model::change::Change::Setting(kind) => kind,
        }
    };
}
pub(crate) use kind;

/// What a kind is, in a plan and in a file.
pub(crate) trait Kind<P> {
    /// The folder that is changed.
    fn folder(&self) -> &P;

    /// Whether it is a limit, which are read where one of them is changed.
    fn is_limit(&self) -> bool {
        false
    }

    /// Whether it is of messages, which are looked for before it is taken back.
    fn is_of_mail(&self) -> bool {
        false
    }

    /// Whether it is a setting, which are read where one of them is changed.
    fn is_setting(&self) -> bool {
        false
    }
}

/// What a kind is in a plan, whose folders have their names on the wire.
pub(crate) trait Planned: Kind<Place> {
    /// What takes it back, where that is possible.
    fn reverse(&self) -> Option<Change>;

    /// Its word in the log.
    fn name(&self) -> &'static str;

    /// What the log tells of it beside the folder.
    fn facts(&self) -> Facts;

    /// Its cells for programs: verb, folder, identifier, before, after.
    fn cells(&self) -> [String; 5];

    /// The same for people, who are called as on the command line.
    fn called(&self, dialect: &Dialect) -> [String; 5] {
        let _ = dialect;
        self.cells()
    }

    /// Those cells in a line.
    fn line(&self, [verb, folder, who, before, after]: [String; 5]) -> String {
        format!("{verb} {folder} {who}: {before} → {after}")
    }

    /// Whether it is of the mailbox itself, where the provider's program does it.
    fn is_of_account(&self) -> bool {
        false
    }

    /// When it comes in a saved plan, whatever the order in the file.
    fn order(&self) -> (u8, usize) {
        (2, 0)
    }

    /// Lets `state` be as if it had been made, where what comes later asks for that.
    fn assume(&self, state: &mut Mailbox) {
        let _ = state;
    }
}

/// What a kind is in a file, whose folders have their paths alone, and which anybody may have written.
pub(crate) trait Written: Kind<String> {
    /// Whether it names something as no server does.
    fn is_odd(&self) -> bool {
        false
    }

    /// Why a saved plan cannot do it in the mailbox of `state`, whose `folder` it is, if it is there, or
    /// `is_made` by the same plan.
    fn misfit(
        &self,
        state: &Mailbox,
        folder: Option<&Folder>,
        is_made: bool,
    ) -> Option<&'static str> {
        let _ = (state, folder, is_made);
        Some("a plan deletes, renames and labels nothing")
    }

    /// Which messages are to be looked for before it is taken back.
    fn meant(&self, there: &There) -> Option<Meant> {
        let _ = there;
        None
    }

    /// Adds to `back` what takes it back, as far as all is as it was left.
    fn put_back<'a>(&'a self, back: &mut Back<'a>);
}

/// What a kind says of its changes in the log.
pub(crate) trait Logged {
    /// A change called `name` of `folder` in words, where it is one of this kind.
    fn in_log(name: &str, folder: &str, facts: &Facts) -> Option<String>;
}

impl<P> Change<P> {
    fn kind(&self) -> &dyn Kind<P> {
        kind!(self)
    }

    /// The folder that is changed.
    pub fn folder(&self) -> &P {
        self.kind().folder()
    }

    /// Whether it is a limit.
    pub fn is_limit(&self) -> bool {
        self.kind().is_limit()
    }

    /// Whether it is of messages.
    pub fn is_of_mail(&self) -> bool {
        self.kind().is_of_mail()
    }

    /// Whether it is a setting.
    pub fn is_setting(&self) -> bool {
        self.kind().is_setting()
    }
}

impl Change {
    fn planned(&self) -> &dyn Planned {
        kind!(self)
    }

    /// What takes it back, where that is possible: what was deleted is gone.
    pub fn reverse(&self) -> Option<Change> {
        self.planned().reverse()
    }

    /// Its word in the log.
    pub fn name(&self) -> &'static str {
        self.planned().name()
    }

    /// What the log tells of it beside the folder.
    pub fn facts(&self) -> Facts {
        self.planned().facts()
    }

    /// Its cells for programs: verb, folder, identifier, before, after.
    pub fn cells(&self) -> [String; 5] {
        self.planned().cells()
    }

    /// The same for people, who are called as on the command line.
    pub fn called(&self, dialect: &Dialect) -> [String; 5] {
        self.planned().called(dialect)
    }

    /// It in one line: `grant Archive alice@example.com: none → lrs`, `create Archive`, `rename Plans → Ideas`,
    /// `delete Old (3 messages)`.
    pub fn in_words(&self, dialect: &Dialect) -> String {
        self.planned().line(self.called(dialect))
    }

    /// Whether it is that of the mailbox itself, where the provider's program does it: the folders of a new
    /// account are made over IMAP.
    pub fn is_of_account(&self) -> bool {
        self.planned().is_of_account()
    }

    /// When it comes in a saved plan.
    pub fn order(&self) -> (u8, usize) {
        self.planned().order()
    }

    /// Lets `state` be as if it had been made, but for entries, which come all at once.
    pub fn assume(&self, state: &mut Mailbox) {
        self.planned().assume(state);
    }
}

impl Change<String> {
    fn written(&self) -> &dyn Written {
        kind!(self)
    }

    /// Whether it names something as no server does.
    pub fn is_odd(&self) -> bool {
        self.written().is_odd()
    }

    /// Why a saved plan cannot do it in the mailbox of `state`, where that is so.
    pub fn misfit(
        &self,
        state: &Mailbox,
        folder: Option<&Folder>,
        is_made: bool,
    ) -> Option<&'static str> {
        self.written().misfit(state, folder, is_made)
    }

    /// Which messages are to be looked for before it is taken back.
    pub fn meant(&self, there: &There) -> Option<Meant> {
        self.written().meant(there)
    }

    /// Adds to `back` what takes it back.
    pub fn put_back<'a>(&'a self, back: &mut Back<'a>) {
        self.written().put_back(back);
    }
}

/// A change that the log calls `name` in words; the others are told by name and folder alone.
pub fn in_log(name: &str, folder: &str, facts: &Facts) -> Option<String> {
    use super::{Copy, Entry, Expunge, Label, Move, Quota, Remove, Rename, Setting};
    let kinds = [
        Entry::<Place>::in_log,
        Rename::<Place>::in_log,
        Quota::<Place>::in_log,
        Label::<Place>::in_log,
        Move::<Place>::in_log,
        Copy::<Place>::in_log,
        Expunge::<Place>::in_log,
        Remove::<Place>::in_log,
        Setting::<Place>::in_log,
    ];
    kinds.iter().find_map(|in_log| in_log(name, folder, facts))
}
