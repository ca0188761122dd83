//! `sharemail label add`.

use super::labelled::Labelled;

/// Put a label on messages
///
/// Without --folder, on those of the whole mailbox that are meant; something has to be said of them. Only
/// messages that do not carry the label yet are changed, and what they carry then is read back in a fresh
/// session. A folder that keeps no new keywords is refused before anything is changed, and so is the 27th in
/// a folder of Dovecot, unless the profile says max-keywords.
///
/// --proof is refused (64) unless it is none: a label lies on the message itself, is the same for everybody
/// who may read that, and is read back from each message.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail label add support@ important --from '*@billing.example.com'
  sharemail label add support@ urgent --folder INBOX --unanswered --before 7d
  sharemail label add support@ 'To Do' '<left@right>'
  sharemail label add support@ work --folder INBOX 812 815 --undo-file work.undo
  sharemail label add support@ later --subject invoice --since 2026-01-01 --dry-run")]
pub struct LabelAdd {
    /// The label and the messages.
    #[command(flatten)]
    pub labelled: Labelled,
}
