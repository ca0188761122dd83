//! Which messages a command is about.

use super::shared::Scope;
use crate::cli::value::query::{self, Id};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::label::Typed;
use crate::model::selection;
use crate::model::size;
use crate::model::uids::Uids;
use crate::model::wish;
use chrono::NaiveDate;

/// Messages by what is said of them: all of it must hold.
#[derive(Clone, Debug, clap::Args)]
pub struct Selection {
    /// Only these: '<left@right>' by Message-ID, abcd... by its start, or a UID with --folder
    #[arg(value_name = "ID", value_parser = query::id)]
    pub ids: Vec<Id>,

    /// Which folders.
    #[command(flatten)]
    pub scope: Scope,

    /// From somebody: a part of the From field
    #[arg(long, value_name = "TEXT", value_parser = query::part)]
    pub from: Option<String>,

    /// To somebody: a part of the To field
    #[arg(long, value_name = "TEXT", value_parser = query::part)]
    pub to: Option<String>,

    /// Copied to somebody: a part of the Cc field
    #[arg(long, value_name = "TEXT", value_parser = query::part, hide_short_help = true)]
    pub cc: Option<String>,

    /// With this in the subject
    #[arg(long, value_name = "TEXT", value_parser = query::part)]
    pub subject: Option<String>,

    /// With this in the text that people read, attachments left out
    #[arg(long, value_name = "TEXT", value_parser = query::part)]
    pub text: Option<String>,

    /// Arrived on this day or later: 2026-11-21, or 7d, 2y ago
    #[arg(long, value_name = "DAY", value_parser = query::day)]
    pub since: Option<NaiveDate>,

    /// Arrived before this day
    #[arg(long, value_name = "DAY", value_parser = query::day)]
    pub before: Option<NaiveDate>,

    /// Larger than this: 500KiB, 5MiB
    #[arg(long = "larger", value_name = "SIZE", value_parser = size::parse)]
    pub larger_kib: Option<u64>,

    /// Smaller than this
    #[arg(long = "smaller", value_name = "SIZE", value_parser = size::parse, hide_short_help = true)]
    pub smaller_kib: Option<u64>,

    /// Not read by the mailbox itself: members read for themselves
    #[arg(long)]
    pub unread: bool,

    /// Not answered
    #[arg(long)]
    pub unanswered: bool,

    /// Flagged
    #[arg(long)]
    pub flagged: bool,

    /// With this label; may be repeated
    #[arg(long = "label", value_name = "LABEL", value_parser = query::label)]
    pub labels: Vec<Typed>,

    /// Without this label; may be repeated
    #[arg(long = "no-label", value_name = "LABEL", value_parser = query::label)]
    pub no_labels: Vec<Typed>,

    /// And all that belong to a conversation with one of them, in the folders that are looked into
    #[arg(long, hide_short_help = true)]
    pub conversation: bool,

    /// Of these only spare copies: another one in the same folder says the same and carries as much
    #[arg(long, hide_short_help = true, conflicts_with = "conversation")]
    pub duplicate: bool,
}

/// The messages called `ids` in `scope`.
///
/// # Errors
/// [`Exit::Usage`] where it is not said of which folder a UID is.
pub fn called(ids: &[Id], scope: &Scope) -> Result<selection::Selection> {
    let uid = |id: &Id| match id {
        Id::Uid(uid) => Some(*uid),
        Id::Name(_) | Id::Beginning(_) => None,
    };
    let name = |id: &Id| match id {
        Id::Uid(_) => None,
        Id::Name(name) => Some(name.to_string()),
        Id::Beginning(beginning) => Some(format!("<{beginning}")),
    };
    let query = selection::Query {
        uids: ids.iter().filter_map(uid).collect::<Uids>(),
        ids: ids.iter().filter_map(name).collect(),
        ..selection::Query::default()
    };
    let mut folders = scope.meant();
    match &mut folders {
        // Each folder counts for itself.
        wish::Scope::Folders { paths, recurse } if paths.len() == 1 => {
            *recurse &= query.uids.is_empty();
        }
        _ if !query.uids.is_empty() => {
            let what = "a UID is the number of a message in one folder, and none is named";
            let error = Error::new(Exit::Usage, what);
            return Err(error.hint("add --folder FOLDER, or name the message by its Message-ID"));
        }
        _ => {}
    }
    Ok(selection::Selection {
        folders,
        query,
        labels: Vec::new(),
    })
}

impl Selection {
    /// The messages meant.
    ///
    /// # Errors
    /// [`Exit::Usage`] where nothing is said, and where it is not said of which folder a UID is.
    pub fn meant(&self) -> Result<selection::Selection> {
        let meant = self.meant_of_all()?;
        if meant.folders == wish::Scope::Every && meant.is_everything() {
            let what = "it is not said which messages are meant";
            let error = Error::new(Exit::Usage, what);
            return Err(error.hint(
                "name some by ID, or say --from, --subject, --since, …; --folder INBOX means all of that \
                 folder",
            ));
        }
        Ok(meant)
    }

    fn together(&self) -> Option<selection::Together> {
        let conversation = self
            .conversation
            .then_some(selection::Together::Conversation);
        conversation.or(self.duplicate.then_some(selection::Together::Duplicate))
    }

    /// The same where every message is meant if nothing is said.
    ///
    /// # Errors
    /// [`Exit::Usage`] where it is not said of which folder a UID is.
    pub fn meant_of_all(&self) -> Result<selection::Selection> {
        let selection::Selection { folders, query, .. } = called(&self.ids, &self.scope)?;
        let labels = self.labels.iter().map(|label| (label.clone(), true));
        let without = self.no_labels.iter().map(|label| (label.clone(), false));
        let query = selection::Query {
            from: self.from.clone(),
            to: self.to.clone(),
            cc: self.cc.clone(),
            subject: self.subject.clone(),
            text: self.text.clone(),
            larger: self.larger_kib.map(|kib| kib.saturating_mul(1024)),
            smaller: self.smaller_kib.map(|kib| kib.saturating_mul(1024)),
            since: self.since,
            before: self.before,
            unread: self.unread,
            unanswered: self.unanswered,
            flagged: self.flagged,
            together: self.together(),
            ..query
        };
        Ok(selection::Selection {
            folders,
            query,
            labels: labels.chain(without).collect(),
        })
    }
}
