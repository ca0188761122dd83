//! Identities: the folders that keep them, the entries that give and take them, and what is done
//! about folders that cannot be believed.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Create, Entry};
use crate::model::command::command;
use crate::model::finding::{Finding, FindingKind};
use crate::model::folder::WireName;
use crate::model::identity::{Identity, Standing, Unread};
use crate::model::plan::{Place, Plan};
use crate::model::rights::Rights;
use crate::model::state::{Acl, Folder, Mailbox};
use crate::model::wish::AccessWish;

/// The plan that makes the identity folders which are not there, parents first. `wire` gives a
/// path's name on the wire.
pub fn missing_identity_folders(mailbox: &Mailbox, wire: impl Fn(&str) -> WireName) -> Plan {
    let mut plan = Plan::new(&mailbox.name);
    for path in mailbox.identity_names.all() {
        if !mailbox
            .identity_folders
            .iter()
            .any(|folder| folder.path == path)
        {
            let folder = Place {
                path: path.to_owned(),
                wire: wire(path),
            };
            plan.changes.push(Change::Create(Create {
                folder,
                special_use: None,
            }));
        }
    }
    plan
}

/// `state` as it would be with the identity folders that `plan` makes, empty of entries.
#[must_use]
pub fn assumed(state: &Mailbox, plan: &Plan) -> Mailbox {
    let mut state = state.clone();
    let empty = |place: &Place| Folder {
        wire: place.wire.clone(),
        path: place.path.clone(),
        special_use: None,
        acl: Ok(Acl::new()),
        messages: None,
    };
    let places = plan.changes.iter().map(Change::folder);
    state.identity_folders.extend(places.map(empty));
    state
}

/// The plan that takes every entry but the owner's and the administrator's from the identity
/// folders called `paths`: what new folders inherited, or what cannot be believed.
pub fn strip_identity_folders(mailbox: &Mailbox, paths: &[String]) -> Plan {
    let mut plan = Plan::new(&mailbox.name);
    for folder in mailbox
        .identity_folders
        .iter()
        .filter(|folder| paths.contains(&folder.path))
    {
        for (identifier, before) in folder
            .entries()
            .filter(|(name, _)| !mailbox.is_keeper(name))
        {
            plan.changes
                .push(entry(folder, identifier, Some(before), None));
        }
    }
    plan
}

/// `wish` with the identities that come with its level, as far as they can be given, and those
/// that cannot.
pub fn with_included(mailbox: &Mailbox, wish: &AccessWish) -> (AccessWish, Vec<Identity>) {
    let believed =
        |identity: &Identity| matches!(mailbox.standing(*identity), Standing::Holders(_));
    let (given, left_out): (Vec<Identity>, Vec<Identity>) =
        wish.include.iter().copied().partition(believed);
    let mut wish = wish.clone();
    wish.include.clear();
    wish.give.extend(given);
    (wish, left_out)
}

/// The plan that mends the identity folders that cannot be believed: all their entries go, as any
/// of them may be forged. Empty where there is none.
pub fn mend_identities(mailbox: &Mailbox) -> Plan {
    let mut paths = Vec::new();
    for identity in Identity::ALL {
        if let Standing::Disbelieved(intruders) = mailbox.standing(identity) {
            paths.push(mailbox.identity_names.path(identity).to_owned());
            paths.extend(intruders.into_iter().map(|intruder| intruder.folder));
        }
    }
    paths.sort_unstable();
    paths.dedup();
    strip_identity_folders(mailbox, &paths)
}

/// What is out of order with the identity folders: who could change what they say, who could make
/// those that are missing, and entries that make no holder.
pub fn identity_findings(mailbox: &Mailbox) -> Vec<Finding> {
    let mut found = Vec::new();
    let intruders = mailbox.intruders_of_identities().into_iter();
    for intruder in intruders {
        found.push(Finding {
            rights: Some(intruder.rights),
            ..Finding::new(
                FindingKind::IdentityNotBelieved,
                &mailbox.dialect,
                &intruder.identifier,
                vec![intruder.folder],
            )
        });
    }
    found.extend(unprotected(mailbox));
    found.extend(incomplete(mailbox));
    found
}

/// Members who hold `k`, with which one makes folders, or `a`, with which one gives oneself `k`.
fn unprotected(mailbox: &Mailbox) -> Vec<Finding> {
    let is_missing = |path: &&str| {
        !mailbox
            .identity_folders
            .iter()
            .any(|folder| folder.path == *path)
    };
    let missing = mailbox.identity_names.all().into_iter().filter(is_missing);
    let missing: Vec<String> = missing.map(str::to_owned).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let made_with = Rights::parse("ka").unwrap_or_default();
    let held = |identifier: &str| {
        let entries = mailbox
            .folders
            .iter()
            .filter_map(|f| f.rights_of(identifier));
        entries
            .fold(Rights::NONE, Rights::union)
            .intersection(made_with)
    };
    let could = mailbox.members().into_iter().filter(|identifier| {
        !identifier.starts_with('-')
            && !mailbox.is_keeper(identifier)
            && !held(identifier).is_empty()
    });
    could
        .map(|identifier| Finding {
            rights: Some(held(identifier)),
            ..Finding::new(
                FindingKind::IdentityUnprotected,
                &mailbox.dialect,
                identifier,
                missing.clone(),
            )
        })
        .collect()
}

fn incomplete(mailbox: &Mailbox) -> Vec<Finding> {
    let needed = mailbox.identity_rights();
    let keeps = |folder: &&Folder| {
        let mut all = Identity::ALL.iter();
        all.any(|identity| mailbox.identity_names.path(*identity) == folder.path)
    };
    let mut found = Vec::new();
    for folder in mailbox.identity_folders.iter().filter(keeps) {
        for (identifier, rights) in folder.entries() {
            let counts = !identifier.starts_with('-') && !mailbox.is_keeper(identifier);
            // Whoever holds something else there is a finding of her own.
            let too_little = Identity::leaves_alone(rights) && !mailbox.gives_identity(rights);
            if counts && !rights.is_empty() && too_little {
                found.push(Finding {
                    rights: Some(rights),
                    detail: Some(needed.to_string()),
                    ..Finding::new(
                        FindingKind::IdentityIncomplete,
                        &mailbox.dialect,
                        identifier,
                        vec![folder.path.clone()],
                    )
                });
            }
        }
    }
    found
}

/// The plan that gives each of `identifiers` the identities `given` and takes those `taken`, one
/// change for each entry that differs.
///
/// # Errors
/// [`Exit::Refused`] where an identity would be given in a folder that cannot be believed.
pub fn identities(
    mailbox: &Mailbox,
    identifiers: &[String],
    given: &[Identity],
    taken: &[Identity],
) -> Result<Plan> {
    for identity in given {
        match mailbox.standing(*identity) {
            Standing::Disbelieved(_) => return Err(disbelieved(mailbox, *identity)),
            Standing::Unknown(unread) => return Err(unknown(mailbox, *identity, &unread)),
            Standing::Missing | Standing::Holders(_) => {}
        }
    }
    let mut plan = Plan::new(&mailbox.name);
    let needed = mailbox.identity_rights();
    for identifier in identifiers
        .iter()
        .filter(|identifier| !mailbox.is_keeper(identifier))
    {
        for folder in &mailbox.identity_folders {
            let keeps =
                |identity: &&Identity| mailbox.identity_names.path(**identity) == folder.path;
            let before = folder.rights_of(identifier);
            if given.iter().any(|identity| keeps(&identity)) {
                if before != Some(needed) {
                    plan.changes
                        .push(entry(folder, identifier, before, Some(needed)));
                }
            } else if taken.iter().any(|identity| keeps(&identity)) && before.is_some() {
                plan.changes.push(entry(folder, identifier, before, None));
            }
        }
    }
    Ok(plan)
}

fn entry(
    folder: &Folder,
    identifier: &str,
    before: Option<Rights>,
    after: Option<Rights>,
) -> Change {
    Change::Entry(Entry {
        folder: folder.place(),
        identifier: identifier.to_owned(),
        before,
        after,
    })
}

/// That `identity` cannot be given, as it is not known who could change who holds it.
pub(super) fn unknown(mailbox: &Mailbox, identity: Identity, unread: &[Unread]) -> Error {
    let why = unread.first().map(ToString::to_string).unwrap_or_default();
    let what = format!("{identity} cannot be given: {why}");
    Error::new(Exit::Refused, what).about(&mailbox.name)
}

fn disbelieved(mailbox: &Mailbox, identity: Identity) -> Error {
    let path = mailbox.identity_names.path(identity);
    let what = format!("{identity} cannot be given: others than its keepers can change {path:?}");
    let hint = format!(
        "{} tells who; with --fix it mends the folder",
        command(["check", &mailbox.name])
    );
    Error::new(Exit::Refused, what)
        .about(&mailbox.name)
        .hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    type Entries<'a> = &'a [(&'a str, &'a str)];

    fn state(send_as: Entries) -> Mailbox {
        let mut state = mailbox(&[
            ("INBOX", &[] as Entries),
            ("Identities", &[]),
            ("Identities/Send As", send_as),
            ("Identities/Send on Behalf", &[]),
        ]);
        state.part_identity_folders();
        state
    }

    fn wire(path: &str) -> WireName {
        WireName::from_unicode(path).unwrap()
    }

    #[test]
    fn folders_are_made_once_and_parents_first() {
        let mut bare = mailbox(&[("INBOX", &[] as Entries), ("Identities", &[])]);
        bare.part_identity_folders();
        let plan = missing_identity_folders(&bare, wire);
        let paths: Vec<&str> = plan
            .changes
            .iter()
            .map(|c| c.folder().path.as_str())
            .collect();
        assert_eq!(paths, ["Identities/Send As", "Identities/Send on Behalf"]);
        assert!(missing_identity_folders(&state(&[]), wire).is_empty());
    }

    #[test]
    fn an_identity_is_given_once_and_taken_whole() {
        let alice = ["alice@example.com".to_owned()];
        let given = identities(&state(&[]), &alice, &[Identity::SendAs], &[]).unwrap();
        assert!(matches!(&given.changes[..],
            [Change::Entry(Entry { after: Some(rights), .. })] if *rights == Rights::parse("lp").unwrap()));
        let held = state(&[("alice@example.com", "lp")]);
        assert!(
            identities(&held, &alice, &[Identity::SendAs], &[])
                .unwrap()
                .is_empty()
        );
        let taken = identities(&held, &alice, &[], &Identity::ALL).unwrap();
        assert!(matches!(
            &taken.changes[..],
            [Change::Entry(Entry { after: None, .. })]
        ));
    }

    #[test]
    fn nothing_is_given_where_it_would_not_be_believed() {
        let forged = state(&[
            ("mallory@example.com", "lrswipkxtea"),
            ("eve@example.com", "lp"),
        ]);
        let alice = ["alice@example.com".to_owned()];
        let refused = identities(&forged, &alice, &[Identity::SendAs], &[]).unwrap_err();
        assert_eq!(refused.exit(), Exit::Refused);
        let mend = mend_identities(&forged);
        assert_eq!(mend.changes.len(), 2);
        assert!(mend_identities(&state(&[("alice@example.com", "lp")])).is_empty());
        let mut unread = forged.clone();
        unread.identity_folders[0].acl = Err("(NOPERM): no".to_owned());
        assert!(mend_identities(&unread).is_empty());
        let refused = identities(&unread, &alice, &[Identity::SendAs], &[]).unwrap_err();
        assert_eq!(refused.exit(), Exit::Refused);
    }
}
