//! Which folders a wish is about.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::command::command;
use crate::model::near::nearest;
use crate::model::setting;
use crate::model::state::{Folder, Mailbox};
use crate::model::wish::{Access, AccessWish, Scope};

/// The folders of `mailbox` that `scope` names, in the mailbox's order.
///
/// # Errors
/// [`Exit::NotFound`] for a path that names no folder, with the nearest one as advice;
/// [`Exit::Usage`] for a folder that keeps identities.
pub fn select<'a>(mailbox: &'a Mailbox, scope: &Scope) -> Result<Vec<&'a Folder>> {
    let Scope::Folders { paths, recurse } = scope else {
        return Ok(mailbox.folders.iter().collect());
    };
    // What holds no mail is among them where it is named, and only there.
    let all = || mailbox.folders.iter().chain(&mailbox.other_folders);
    for path in paths {
        unreserved(mailbox, path)?;
        let beneath = all().any(|f| *recurse && f.is_below(path));
        if !all().any(|folder| folder.is_called(path)) && !beneath {
            return Err(no_such_folder(mailbox, path));
        }
    }
    let named = |folder: &&Folder| {
        paths
            .iter()
            .any(|path| folder.is_called(path) || *recurse && folder.is_below(path))
    };
    Ok(all().filter(named).collect())
}

/// The folders whose entries `wish` would change and nobody could read: what is to be done there,
/// nobody knows.
///
/// # Errors
/// As [`select`].
pub fn unread<'a>(mailbox: &'a Mailbox, wish: &AccessWish) -> Result<Vec<&'a Folder>> {
    let mut asked = select(mailbox, &wish.folders)?;
    asked.retain(|folder| wish.access != Access::Same && folder.acl.is_err());
    Ok(asked)
}

/// Refuses a path that is kept for identities or for the team, or lies below one that is.
///
/// # Errors
/// [`Exit::Usage`], with what works there.
pub fn unreserved(mailbox: &Mailbox, path: &str) -> Result<()> {
    let names = &mailbox.identity_names;
    if !names.reserve(path) {
        return Ok(());
    }
    if setting::keeps(path) {
        let what =
            format!("{path:?} is kept for what the team shares: no command about mail touches it");
        let error = Error::new(Exit::Usage, what).about(&mailbox.name);
        return Err(error.hint("sharemail label define and rename change what stands there"));
    }
    let what = format!("{path:?} keeps who may send for the mailbox: no other command touches it");
    Err(Error::new(Exit::Usage, what)
        .about(&mailbox.name)
        .hint("sharemail grant and revoke change it with --send-as and --send-on-behalf"))
}

/// The error of a folder that is not there at `path`, with the nearest one as advice.
pub(super) fn no_such_folder(mailbox: &Mailbox, path: &str) -> Error {
    let error = Error::new(Exit::NotFound, format!("no folder {path:?}")).about(&mailbox.name);
    let known = mailbox.folders.iter().map(|folder| folder.path.as_str());
    match nearest(path, known) {
        Some(near) => error.hint(format!("did you mean {near:?}?")),
        None => error.hint(format!(
            "{} shows them",
            command(["folder", "list", &mailbox.name])
        )),
    }
}
