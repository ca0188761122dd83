//! What a session of somebody's own proves. Pure: what it showed is given.

use crate::model::effect::{Effect, FolderEffect};
use crate::model::proof::Proof;
use crate::model::rights::Rights;
use crate::model::state::Folder;

/// What a member should find on one folder.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// The folder.
    pub folder: &'a Folder,
    /// These rights or more; none at all where this is empty.
    pub rights: Rights,
}

/// Whether `login` has what is `expected` of her. What no session can show counts where `stored`
/// says that the server holds it, and is named.
pub fn presence(
    login: String,
    effect: &Effect,
    expected: &[Expected],
    stored: impl Fn(&Expected) -> Rights,
) -> Proof {
    let mut lacking = Vec::new();
    let mut only_stored = Rights::NONE;
    let mut unknown = None;
    for (seen, expected) in effect.folders.iter().zip(expected) {
        let missing = expected.rights.minus(seen.rights);
        if missing.is_empty() {
            continue;
        }
        if let Some(why) = &seen.unknown {
            unknown.get_or_insert(why);
            continue;
        }
        let unseen = missing
            .intersection(effect.untold(seen))
            .intersection(stored(expected));
        match missing.minus(unseen).is_empty() {
            true => only_stored = only_stored.union(unseen),
            false => lacking.push(seen),
        }
    }
    match (lacking.first(), unknown) {
        (Some(_), Some(why)) if !effect.is_anything() => unknowable(why),
        (Some(first), _) => lacks(login, effect, expected, &lacking, first),
        (None, Some(why)) => unknowable(why),
        (None, None) => Proof::Verified {
            login,
            path: effect.tree.as_ref().map(|tree| tree.root().to_string()),
            listed: effect.folders.iter().any(|folder| folder.rights.has('l')),
            only_stored,
        },
    }
}

fn lacks(
    login: String,
    effect: &Effect,
    expected: &[Expected],
    lacking: &[&FolderEffect],
    first: &FolderEffect,
) -> Proof {
    let shows = |expected: &Expected| expected.rights.has('l') || expected.rights.has('r');
    if !effect.is_anything() && !expected.iter().any(shows) {
        let why = "the server tells nobody her rights on what she can neither list nor read";
        return unknowable(why);
    }
    if !effect.is_anything() {
        let why = format!(
            "a session as {login} sees none of it; is this how the server spells people in its ACLs?"
        );
        return Proof::Nothing { why };
    }
    Proof::Partly {
        login,
        folders: lacking.iter().map(|f| f.path.clone()).collect(),
        has: first.rights,
    }
}

/// Whether nothing is left to `login`: by all that she could do, each of it denied.
pub fn absence(login: String, effect: &Effect) -> Proof {
    match (remains(&login, effect.folders.iter()), effect.unknown()) {
        (Some(remains), _) => remains,
        (None, Some(why)) => unknowable(why),
        (None, None) => Proof::Verified {
            login,
            path: None,
            listed: false,
            only_stored: Rights::NONE,
        },
    }
}

/// That something is left to `login` on one of `folders`.
pub fn remains<'f>(login: &str, folders: impl Iterator<Item = &'f FolderEffect>) -> Option<Proof> {
    let left: Vec<&FolderEffect> = folders.filter(|f| !f.rights.is_empty()).collect();
    let first = left.first()?;
    Some(Proof::Remains {
        login: login.to_owned(),
        folders: left.iter().map(|f| f.path.clone()).collect(),
        has: first.rights,
    })
}

fn unknowable(why: &str) -> Proof {
    Proof::NotVerified {
        why: why.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use proptest::prelude::*;

    fn some(letters: &str) -> Rights {
        Rights::parse(letters).unwrap()
    }

    fn effect(folder: FolderEffect, tells: Option<&str>) -> Effect {
        Effect {
            tree: None,
            folders: vec![folder],
            tells: tells.map(some),
        }
    }

    fn told(letters: &str) -> FolderEffect {
        FolderEffect {
            rights: some(letters),
            told: some(letters),
            ..FolderEffect::default()
        }
    }

    fn judged(effect: &Effect, wanted: &str, stored: &str) -> Proof {
        let state = mailbox(&[("INBOX", &[])]);
        let expected = [Expected {
            folder: &state.folders[0],
            rights: some(wanted),
        }];
        presence("carol".to_owned(), effect, &expected, |_| some(stored))
    }

    #[test]
    fn a_letter_that_the_server_tells_nobody_is_only_stored() {
        let proof = judged(&effect(told("rw"), Some("rswi")), "rwa", "rwa");
        assert!(matches!(proof, Proof::Verified { only_stored, .. } if only_stored == some("a")));
        // Not stored either.
        let proof = judged(&effect(told("rw"), Some("rswi")), "rwa", "rw");
        assert!(matches!(proof, Proof::Partly { .. }), "{proof:?}");
        // One that the server tells others is lacking, whatever is stored.
        let proof = judged(&effect(told("r"), Some("rswi")), "rw", "rw");
        assert!(matches!(proof, Proof::Partly { .. }), "{proof:?}");
    }

    #[test]
    fn what_opens_is_read_whatever_myrights_tells() {
        let opened = FolderEffect {
            rights: some("r"),
            opens: Some(true),
            ..FolderEffect::default()
        };
        let proof = judged(&effect(opened.clone(), Some("lrswi")), "rs", "rs");
        assert!(matches!(proof, Proof::Verified { only_stored, .. } if only_stored == some("s")));
        let left = absence("carol".to_owned(), &effect(opened, None));
        assert!(matches!(left, Proof::Remains { has, .. } if has == some("r")));
    }

    #[test]
    fn what_was_not_told_is_neither_there_nor_gone() {
        let unknown = FolderEffect {
            unknown: Some("who knows".to_owned()),
            ..FolderEffect::default()
        };
        let effect = effect(unknown, None);
        assert!(matches!(
            judged(&effect, "r", "r"),
            Proof::NotVerified { .. }
        ));
        let left = absence("carol".to_owned(), &effect);
        assert!(matches!(left, Proof::NotVerified { .. }));
    }

    fn rights() -> impl Strategy<Value = Rights> {
        "[lrswipkxtea]{0,11}".prop_map(|letters| some(&letters))
    }

    proptest! {
        #[test]
        fn verified_is_only_what_was_seen_or_is_stored_and_cannot_be_seen(
            rights in rights(), told in rights(), wanted in rights(), stored in rights(),
            tells in proptest::option::of(rights()), opens: Option<bool>, listed: Option<bool>,
            unknown in proptest::option::of("[a-z]{3}"),
        ) {
            let folder = FolderEffect {
                rights: rights.union(told), told, opens, listed, unknown: unknown.clone(),
                ..FolderEffect::default()
            };
            let seen = folder.rights;
            let effect = Effect { tree: None, folders: vec![folder.clone()], tells };
            let state = mailbox(&[("INBOX", &[])]);
            let expected = [Expected { folder: &state.folders[0], rights: wanted }];
            let proof = presence("carol".to_owned(), &effect, &expected, |_| stored);
            if let Proof::Verified { only_stored, .. } = &proof {
                prop_assert!(seen.union(*only_stored).contains(wanted));
                prop_assert!(stored.contains(*only_stored));
                prop_assert!(effect.untold(&folder).contains(*only_stored));
            }
            if unknown.is_some() && seen.is_empty() {
                let gone = absence("carol".to_owned(), &effect);
                let not_verified = matches!(gone, Proof::NotVerified { .. });
                prop_assert!(not_verified);
            }
            if let Proof::Verified { .. } = absence("carol".to_owned(), &effect) {
                prop_assert!(seen.is_empty() && unknown.is_none());
            }
        }
    }
}
