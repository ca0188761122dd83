//! grant and revoke: the entries that differ from what is wished for.

use super::scope::select;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::command::command;
use crate::model::level::{Levels, Ungrantable};
use crate::model::plan::Plan;
use crate::model::rights::Rights;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use crate::model::wish::{Access, AccessWish};

/// The plan that gives everybody in `wish` the access it names, on the folders it names: one
/// change for each entry that differs, none where all is so already.
///
/// Folders whose ACL cannot be read are left out; the caller names them.
///
/// # Errors
/// [`Exit::NotFound`] for an unknown folder, [`Exit::BadInput`] where the server cannot express the
/// access, [`Exit::Config`] where WHO cannot be spelled for it.
pub fn access(mailbox: &Mailbox, wish: &AccessWish, levels: &Levels) -> Result<Plan> {
    let after = rights(mailbox, wish.access, levels)?;
    let folders = select(mailbox, &wish.folders)?;
    let mut plan = Plan::new(&mailbox.name);
    if wish.access == Access::Same {
        return Ok(plan);
    }
    for who in &wish.who {
        let identifier = spell(mailbox, who)?;
        for folder in folders.iter().filter(|folder| folder.acl.is_ok()) {
            let before = folder.rights_of(&identifier);
            if before != after {
                plan.changes.push(Change::Entry(Entry {
                    folder: folder.place(),
                    identifier: identifier.clone(),
                    before,
                    after,
                }));
            }
        }
    }
    Ok(plan)
}

/// How each WHO of `wish` is spelled on the server of `mailbox`, in the wish's order.
///
/// # Errors
/// [`Exit::Config`] where one cannot be.
pub fn identifiers(mailbox: &Mailbox, wish: &AccessWish) -> Result<Vec<String>> {
    wish.who.iter().map(|who| spell(mailbox, who)).collect()
}

/// The rights that `access` means on this server; `None` is no entry at all.
///
/// # Errors
/// [`Exit::BadInput`] where the server cannot grant exactly that.
pub fn rights(mailbox: &Mailbox, access: Access, levels: &Levels) -> Result<Option<Rights>> {
    let refused = |what: &str, why: Ungrantable| {
        let error = Error::new(Exit::BadInput, format!("{what} cannot be granted: {why}"));
        let error = match &why {
            Ungrantable::Unknown { .. } | Ungrantable::Tied { .. } => error.hint(format!(
                "{} shows the rights that the server knows and ties",
                command(["doctor"])
            )),
            Ungrantable::Obsolete => error.hint("write the rights that are meant"),
            Ungrantable::Undefined => error.hint("define it under levels in the profile"),
        };
        error.about(&mailbox.name)
    };
    match access {
        Access::None | Access::Same => Ok(None),
        Access::Level(level) => levels
            .rights(level, &mailbox.vocabulary)
            .map(Some)
            .map_err(|why| refused(level.name(), why)),
        Access::Rights(rights) => mailbox
            .vocabulary
            .exactly(rights)
            .map(Some)
            .map_err(|why| refused(&rights.to_string(), why)),
    }
}

/// `who` as the server of `mailbox` writes it.
///
/// # Errors
/// [`Exit::Config`] where that cannot be known, [`Exit::NotFound`] where the mailbox shows that the
/// server spells people otherwise than the profile says.
pub fn spell(mailbox: &Mailbox, who: &Who) -> Result<String> {
    if let (Who::Person(_), Some(why)) = (who, mailbox.contradiction()) {
        let shown = mailbox.ground.shown.as_ref();
        let error = Error::new(Exit::NotFound, why).about(&mailbox.name);
        return Err(match shown {
            Some(shown) => error.hint(shown.spelling.advice()),
            None => error,
        });
    }
    mailbox.dialect.spell(who).map_err(|why| {
        Error::new(
            Exit::Config,
            format!("{who} cannot be named in an ACL: {why}"),
        )
        .about(&mailbox.name)
        .hint(why.advice())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::{mailbox, who};
    use crate::model::level::Level;
    use crate::model::wish::Scope;

    fn wish(names: &[&str], access: Access, folders: Scope) -> AccessWish {
        AccessWish {
            who: names.iter().map(|name| who(name)).collect(),
            access,
            folders,
            give: Vec::new(),
            include: Vec::new(),
            take: Vec::new(),
        }
    }

    fn said(plan: &Plan) -> Vec<String> {
        let show = |rights: &Option<Rights>| rights.map_or("-".to_owned(), |r| r.to_string());
        plan.changes
            .iter()
            .map(|change| match change {
                Change::Entry(Entry {
                    folder,
                    identifier,
                    before,
                    after,
                }) => {
                    format!(
                        "{} {identifier} {} {}",
                        folder.path,
                        show(before),
                        show(after)
                    )
                }
                other => format!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn a_grant_reaches_every_folder_and_only_where_something_differs() {
        let mailbox = mailbox(&[
            ("INBOX", &[("alice@example.com", "lrswipkxtea")]),
            ("Sent", &[("alice@example.com", "lr")]),
            ("Archive", &[]),
        ]);
        let wish = wish(&["alice"], Access::Level(Level::FullAccess), Scope::Every);
        let plan = access(&mailbox, &wish, &Levels::default()).unwrap();
        assert_eq!(
            said(&plan),
            [
                "Sent alice@example.com lr lrswipkxtea",
                "Archive alice@example.com - lrswipkxtea"
            ]
        );
    }

    #[test]
    fn a_second_run_plans_nothing() {
        let mailbox = mailbox(&[
            ("INBOX", &[("alice@example.com", "lrs")]),
            ("Sent", &[("alice@example.com", "lrs")]),
        ]);
        let wish = wish(&["alice"], Access::Level(Level::ReadOnly), Scope::Every);
        assert!(
            access(&mailbox, &wish, &Levels::default())
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_folder_counts_with_its_children_unless_told_otherwise() {
        let mailbox = mailbox(&[
            ("INBOX", &[]),
            ("Archive", &[]),
            ("Archive/2025", &[]),
            ("Archived", &[]),
        ]);
        let folders = |recurse| Scope::Folders {
            paths: vec!["Archive".into()],
            recurse,
        };
        let plan = |recurse| {
            let wish = wish(
                &["bob"],
                Access::Rights(Rights::parse("lr").unwrap()),
                folders(recurse),
            );
            said(&access(&mailbox, &wish, &Levels::default()).unwrap())
        };
        assert_eq!(
            plan(true),
            [
                "Archive bob@example.com - lr",
                "Archive/2025 bob@example.com - lr"
            ]
        );
        assert_eq!(plan(false), ["Archive bob@example.com - lr"]);
    }

    #[test]
    fn revoke_removes_entries_and_leaves_folders_without_one_alone() {
        let mailbox = mailbox(&[("INBOX", &[("bob@example.com", "")]), ("Sent", &[])]);
        let wish = wish(&["bob"], Access::None, Scope::Every);
        let plan = access(&mailbox, &wish, &Levels::default()).unwrap();
        assert_eq!(said(&plan), ["INBOX bob@example.com  -"]);
    }

    #[test]
    fn an_unknown_folder_is_named_with_the_nearest_one() {
        let mailbox = mailbox(&[("INBOX", &[]), ("Archive/2025", &[])]);
        let folders = Scope::Folders {
            paths: vec!["archive/2024".into()],
            recurse: true,
        };
        let error = access(
            &mailbox,
            &wish(&["bob"], Access::None, folders),
            &Levels::default(),
        )
        .unwrap_err();
        assert_eq!(error.exit(), Exit::NotFound);
        assert_eq!(error.advice(), Some("did you mean \"Archive/2025\"?"));
    }
}
