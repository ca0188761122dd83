//! `sharemail offboard`.

use super::options::shared::{Change, Members};
use super::value::text;

/// Take somebody out of every shared mailbox
///
/// Removes every entry of each WHO in one pass: on every folder and every identity folder of all
/// shared mailboxes that can be reached, in every spelling that may stand for them (alice,
/// alice@example.com, in any case), and negative entries too. Their own mailboxes are left alone.
/// Afterwards the folders are read again, and where WHO can be impersonated, a session of theirs is
/// asked what it still reaches.
///
/// With --to, OTHER gets what WHO has, added to what OTHER has already, and permission to send too.
/// WHO loses nothing on a mailbox before OTHER was seen to have it; with --proof none, before what OTHER
/// got was read back, and no session of OTHER's shows that it serves.
///
/// Always writes a file from which 'sharemail undo' puts everything back: FILE, or one in
/// sharemail/undo in $XDG_STATE_HOME. It is on the disk before anything is sent.
///
/// Exits with 3 when it may not be complete: a mailbox or folder could not be read, the mailboxes
/// that there are cannot be listed, or a session of theirs still reaches something. Groups that WHO
/// may be in cannot be seen over IMAP.
///
/// Exits with 77, and changes nothing, where it would take very much at once, unless --force is given.
///
/// Exits with 67, and changes nothing, when a WHO holds nothing anywhere and the server knows no such
/// user: a name that is mistyped must not look as if somebody were gone. Where it is to be repeated
/// after the account was deleted, --missing-ok says so.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail offboard alice --dry-run
  sharemail offboard alice
  sharemail offboard alice --to bob
  sharemail offboard alice carol --yes --undo-file leavers.undo")]
pub struct Offboard {
    /// Who.
    #[command(flatten)]
    pub members: Members,

    /// Give OTHER what they had
    #[arg(long, value_name = "OTHER", value_parser = text::text)]
    pub to: Option<String>,

    /// Take the last right to grant away too, and do even what changes very much at once
    ///
    /// Where more than one mailbox is concerned: all of the several members that one has, more than 30 %
    /// of its ten or more, or of the ten or more people of all together.
    #[arg(long)]
    pub force: bool,

    /// Take a WHO whom nobody knows for somebody who is gone already, and end with 0
    #[arg(long)]
    pub missing_ok: bool,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
