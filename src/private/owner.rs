//! Whose a file or a folder is, and who else may write it.

use std::fs::Metadata;

/// Why others may write into a folder, as a part of a sentence; nothing where they may not.
#[cfg(unix)]
pub(super) fn others_may_write(folder: &Metadata) -> Option<String> {
    if let Some((owner, _)) = stranger(folder) {
        return Some(format!("that belongs to {owner}"));
    }
    let mode = open_to_others(folder, Group::Own)?;
    Some(format!("that others may write (mode {mode:04o})"))
}

/// Whose it is, and who this is, where that is somebody else.
#[cfg(unix)]
pub(super) fn owner(metadata: &Metadata) -> Option<(String, String)> {
    use std::os::unix::fs::MetadataExt;
    let me = rustix::process::geteuid().as_raw();
    (metadata.uid() != me).then(|| (user(metadata.uid()), user(me)))
}

/// The same, unless it is root's, who can change everything anyway.
#[cfg(unix)]
pub(super) fn stranger(metadata: &Metadata) -> Option<(String, String)> {
    use std::os::unix::fs::MetadataExt;
    let me = rustix::process::geteuid().as_raw();
    owner(metadata).filter(|_| is_others(metadata.uid(), me))
}

#[cfg(unix)]
fn is_others(owner: u32, me: u32) -> bool {
    owner != me && owner != 0
}

#[cfg(unix)]
fn user(uid: u32) -> String {
    let known = nix::unistd::User::from_uid(nix::unistd::Uid::from_raw(uid));
    match known.ok().flatten() {
        Some(user) => format!("{} (user {uid})", user.name),
        None => format!("user {uid}"),
    }
}

#[cfg(not(unix))]
pub(super) fn owner(_: &Metadata) -> Option<(String, String)> {
    None
}

#[cfg(not(unix))]
pub(super) fn stranger(_: &Metadata) -> Option<(String, String)> {
    None
}

/// Whom a group that may write is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// Others, whoever is in it.
    Stranger,
    /// Nobody else, where it is this user's or root's own: what many systems make for each user,
    /// who then makes files that it may write (umask 002).
    Own,
}

/// Its mode, where its group or others may write it.
#[cfg(unix)]
pub(super) fn open_to_others(metadata: &Metadata, group: Group) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let mode = metadata.mode() & 0o7777;
    let others = mode & 0o002 != 0;
    let members = mode & 0o020 != 0 && !(group == Group::Own && is_own_group(metadata.gid()));
    (others || members).then_some(mode)
}

/// Whether a group is the one that was made for this user, or for root: it has the user's name, is
/// the user's first one, and has no other member.
#[cfg(unix)]
fn is_own_group(gid: u32) -> bool {
    use nix::unistd::{Gid, Group, Uid, User};
    let Ok(Some(group)) = Group::from_gid(Gid::from_raw(gid)) else {
        return false;
    };
    let me = rustix::process::geteuid().as_raw();
    [me, 0].into_iter().any(|uid| {
        let user = User::from_uid(Uid::from_raw(uid));
        user.ok().flatten().is_some_and(|user| {
            let is_his = user.gid == group.gid && user.name == group.name;
            is_his && group.mem.iter().all(|member| *member == user.name)
        })
    })
}

#[cfg(not(unix))]
pub(super) fn open_to_others(_: &Metadata, _: Group) -> Option<u32> {
    None
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_no_stranger_and_everybody_else_is_one() {
        for (owner, me, others) in [
            (0, 0, false),
            (7, 7, false),
            (0, 7, false),
            (7, 0, true),
            (7, 8, true),
        ] {
            assert_eq!(is_others(owner, me), others, "{owner} {me}");
        }
    }
}
