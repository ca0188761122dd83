//! Entries that are put back.

use crate::decide::leaving::all_folders;
use crate::model::change::back::{Chain, Missing, Reversal, There, Verdict};
use crate::model::change::{Change, Entry};
use crate::model::identity::Identity;
use crate::model::rights::Rights;
use crate::model::setting;
use crate::model::state::Mailbox;

/// An entry goes back to what it was before the run, where it is as the run left it; `is_made` where the run
/// made its folder too.
pub(super) fn entry(
    reversal: &mut Reversal,
    there: &There,
    path: &str,
    identifier: &str,
    chain: &Chain<Option<Rights>>,
    is_made: bool,
) {
    let folder = match there.only(path) {
        Ok(folder) => folder,
        // It went with an earlier undo.
        Err(Missing::Gone) if is_made => return reversal.already += 1,
        Err(missing) => return reversal.keep(path, Some(identifier), missing.words()),
    };
    if let Err(why) = &folder.acl {
        let why = format!("its entries could not be read {why}");
        return reversal.keep(path, Some(identifier), why);
    }
    let now = there.mailbox.entry(folder, identifier);
    let alike =
        |a: &Option<Rights>, b: &Option<Rights>| a.unwrap_or_default() == b.unwrap_or_default();
    match chain.judge(&now, alike) {
        Verdict::Already => reversal.already += 1,
        // Whatever the file says: with more than an identity she could give herself others.
        Verdict::PutBack if is_too_much(there.mailbox, path, identifier, chain.before) => reversal
            .keep(
                path,
                Some(identifier),
                match setting::keeps(path) {
                    true => "nobody may hold that in a folder that keeps settings",
                    false => "nobody may hold that in a folder that keeps identities",
                },
            ),
        Verdict::PutBack => reversal.put(Change::Entry(Entry {
            folder: folder.place(),
            identifier: identifier.to_owned(),
            before: now,
            after: chain.before,
        })),
        Verdict::SomebodyElses => {
            let words = |rights: Option<Rights>| rights.map_or("none".into(), |r| r.to_string());
            let left = chain.afters.last().copied().flatten();
            let why = format!(
                "it was changed since: it is {} now, and was left as {}",
                words(now),
                words(left)
            );
            reversal.keep(path, Some(identifier), why);
        }
    }
}

/// A folder of identities that the run made stays. What it inherited from those above it goes, where
/// the run did not come to that: nobody gave it. Entries that the run tells of are no business of this.
pub(super) fn inherited(
    reversal: &mut Reversal,
    there: &There,
    path: &str,
    is_told: impl Fn(&str) -> bool,
) {
    let mailbox = there.mailbox;
    let Ok(folder) = there.only(path) else {
        return;
    };
    if let Err(why) = &folder.acl {
        let why = format!("what it inherited could not be read {why}");
        return reversal.keep(path, None, why);
    }
    for (identifier, rights) in folder.entries() {
        if is_told(identifier) || mailbox.is_keeper(identifier) {
            continue;
        }
        let mut above = all_folders(mailbox)
            .filter(|above| above.path == "INBOX" || folder.is_below(&above.path));
        if above.any(|above| above.rights_of(identifier) == Some(rights)) {
            reversal.put(Change::Entry(Entry {
                folder: folder.place(),
                identifier: identifier.to_owned(),
                before: Some(rights),
                after: None,
            }));
        } else if !leaves_alone(path, rights) {
            let why = "the command did not give it, and nobody may hold that there";
            reversal.keep(path, Some(identifier), why);
        }
    }
}

/// Whether `rights` in the folder at `path` are more than an identity is.
fn is_too_much(mailbox: &Mailbox, path: &str, identifier: &str, rights: Option<Rights>) -> bool {
    mailbox.identity_names.reserve(path)
        && !mailbox.is_keeper(identifier)
        && !leaves_alone(path, rights.unwrap_or_default())
}

/// Whether these rights let nobody change what the folder at `path`, which is kept apart from mail, says.
fn leaves_alone(path: &str, rights: Rights) -> bool {
    match setting::keeps(path) {
        true => setting::leaves_alone(rights),
        false => Identity::leaves_alone(rights),
    }
}
