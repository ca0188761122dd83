//! A member is subscribed to what she can see.

use crate::apply::deeds;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::dialect::Reading;
use crate::model::effect::FolderEffect;
use crate::model::pace::Pace;
use crate::model::rights::Rights;
use crate::model::state::Folder;
use crate::observe;
use crate::reach::{NotImpersonated, Opened, Provider};
use crate::report::mailbox::subscribe::Subscribed;

/// Subscribes `identifier`, in a session of her own, to those of `folders` that she can see. With `dry_run` it only
/// looks.
///
/// # Errors
/// Whatever stands in the way of a session of hers, and where she sees nothing of the mailbox.
pub fn subscribed(
    identifier: &str,
    folders: &[&Folder],
    opened: &Opened,
    provider: &Provider,
    dry_run: bool,
) -> Result<Subscribed> {
    let Reading::Person(login) = opened.dialect.read(identifier) else {
        return Err(Error::new(Exit::Usage, "only a person can be subscribed"));
    };
    let mut view = provider
        .member(opened, login)?
        .map_err(NotImpersonated::into_error)?;
    let pace = Pace::interruptible();
    let listed = Rights::NONE.with('l').unwrap_or_default();
    let effect = observe::effect(&mut view.session, &view.trees, folders, listed, &pace)?;
    let Some(tree) = effect.tree.as_ref().filter(|_| effect.is_anything()) else {
        return Err(Error::new(
            Exit::NotFound,
            format!("{login} sees nothing of the mailbox"),
        ));
    };
    let visible = observe::visible(&mut view.session, tree)?;
    let seen: Vec<&FolderEffect> = effect
        .folders
        .iter()
        .filter(|f| f.rights.has('l'))
        .collect();
    let new: Vec<&FolderEffect> = seen
        .iter()
        .filter(|f| !visible.subscribed.contains(&f.path))
        .copied()
        .collect();
    let mut told = Subscribed {
        who: String::new(),
        already: seen.len() - new.len(),
        folders: new.iter().map(|folder| folder.path.clone()).collect(),
        why: None,
    };
    if !dry_run {
        let named = |f: &&FolderEffect| Some((f.path.clone(), f.wire.clone()?));
        let new = new.iter().filter_map(named).collect();
        let mailbox = opened.name.to_string();
        let ledger = provider.ledger();
        let answers =
            deeds::subscribe(ledger, &mailbox, &view.login, &mut view.session, new, &pace)?;
        told.why = answers.into_iter().find_map(std::result::Result::err);
    }
    Ok(told)
}
