//! How long the mail of a mailbox is kept, as its settings say it: policies and holds.

use super::scope::{no_such_folder, unreserved};
use super::settings::believed;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::manifest::braces::braced;
use crate::manifest::retention::{parse_held, parse_holds, parse_holds_in, parse_policies};
use crate::manifest::{write_held, write_holds, write_policies};
use crate::model::command::command;
use crate::model::near::nearest;
use crate::model::retention::{Ground, Held, Hold, Holds, Mark, Policies, Policy, Then};
use crate::model::setting::Kind;
use crate::model::state::{Folder, Mailbox};
use chrono::NaiveDate;

/// The policies of the mailbox.
///
/// # Errors
/// [`Exit::Refused`] where the settings are not known, or not believed; [`Exit::BadInput`] where they cannot be
/// understood.
pub fn policies(state: &Mailbox) -> Result<Policies> {
    parse_policies(believed(state, Kind::Retention)?).map_err(|errors| first(&state.name, errors))
}

/// The holds of the mailbox, with what they have once matched.
///
/// # Errors
/// As [`policies`].
pub fn holds(state: &Mailbox) -> Result<Holds> {
    let wrong = |errors| first(&state.name, errors);
    let holds = parse_holds(believed(state, Kind::Holds)?).map_err(wrong)?;
    let held = parse_held(believed(state, Kind::Held)?).map_err(wrong)?;
    Ok(holds.having(held))
}

fn first(mailbox: &str, errors: Vec<Error>) -> Error {
    let error = errors.into_iter().next();
    let error = error.unwrap_or_else(|| Error::new(Exit::BadInput, "the settings make no sense"));
    error.about(mailbox)
}

/// Refuses a policy of which parts do not go together; `has_target` where a folder of the archive was named.
///
/// # Errors
/// [`Exit::Usage`], saying which.
pub fn sound(policy: &Policy, has_target: bool) -> Result<()> {
    let usage = |what: &str| Err(Error::new(Exit::Usage, what));
    match &policy.then {
        Then::Archive { .. } => {}
        _ if has_target => return usage("--to is for --then archive alone"),
        _ => {}
    }
    if policy.then != Then::Delete && (policy.grace.is_some() || policy.at_once) {
        return usage("--grace and --at-once are for --then delete alone");
    }
    Ok(())
}

/// What the settings say with `policy` for the folder at `path`.
///
/// # Errors
/// As [`policies`], [`Exit::NotFound`] where that folder or the trash is not there, and [`Exit::Usage`] for what can
/// never come true.
pub fn with(state: &Mailbox, path: &str, policy: &Policy) -> Result<String> {
    let mut all = policies(state)?;
    unreserved(state, path)?;
    let Some(folder) = state.folder(path) else {
        return Err(no_such_folder(state, path));
    };
    let usage = |what: String| Error::new(Exit::Usage, what).about(&state.name);
    all.set(&folder.path, policy.clone());
    match &policy.then {
        Then::Archive { to } => {
            let path = to.as_str().replace("{year}", "2026");
            unreserved(state, &path)?;
            if to.makes(&folder.path) {
                let what = format!(
                    "what lies in {:?} would go into {to}: it lies there",
                    folder.path
                );
                return Err(usage(what));
            }
        }
        Then::Trash => {
            let trash = must_have_trash(state)?;
            if trash.path == folder.path {
                let what = format!("{:?} is the trash itself", folder.path);
                return Err(usage(what).hint("--then delete lets what lies there go for good"));
            }
        }
        Then::Delete if policy.at_once || ground(folder, &all) != Ground::Mail => {}
        Then::Delete => {
            let what = format!(
                "{:?} is neither the trash nor the archive: nothing goes for good from there",
                folder.path
            );
            let hint = "--then trash takes it there first; --at-once lets it go for good";
            return Err(usage(what).hint(hint));
        }
    }
    Ok(write_policies(&all))
}

/// What the settings say without a policy for the folder at `path`, which need not be there any more.
///
/// # Errors
/// As [`policies`], and [`Exit::NotFound`] where there is none.
pub fn without(state: &Mailbox, path: &str) -> Result<String> {
    let mut all = policies(state)?;
    if all.remove(path).is_some() {
        return Ok(write_policies(&all));
    }
    let what = format!("no policy is about the folder {path:?}");
    let near = nearest(path, all.iter().map(|(path, _)| path));
    Err(none(state, what, near))
}

/// The error of what is not there; `near` is what may have been meant.
fn none(state: &Mailbox, what: String, near: Option<&str>) -> Error {
    let show = ["retention", "show", &state.name];
    let hint = match near {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("{} tells what there is", command(show)),
    };
    Error::new(Exit::NotFound, what)
        .about(&state.name)
        .hint(hint)
}

/// The hold of `case` until a day, of which somebody wrote what stands between the braces of `match`, as
/// [`braced`] reads it.
///
/// # Errors
/// [`Exit::BadInput`] where it is none.
pub fn written(case: &str, what: &str, until: NaiveDate) -> Result<Hold> {
    let what = braced(what);
    // A text of JSON is one of TOML.
    let name = serde_json::Value::from(case);
    let text = format!("[[hold]]\ncase = {name}\nmatch = {what}\nuntil = \"{until}\"\n");
    let wrong = |what: &str| Error::new(Exit::BadInput, what).about("the hold");
    let holds = parse_holds_in("the hold", &text).map_err(|errors| {
        let error = errors.into_iter().next();
        error.unwrap_or_else(|| wrong("it makes no sense"))
    })?;
    let (Some(hold), 1) = (holds.iter().next(), holds.len()) else {
        return Err(wrong("it is more than one hold"));
    };
    // What is written may nest deeper than what was typed.
    match parse_holds(&write_holds(&holds)) {
        Ok(again) if again == holds => Ok(hold.clone()),
        _ => Err(wrong("its conditions lie too deep in each other")),
    }
}

/// What the settings say with `hold` at their end.
///
/// # Errors
/// As [`holds`], and [`Exit::Usage`] where another one is of that case.
pub fn held(state: &Mailbox, hold: &Hold) -> Result<String> {
    let mut all = holds(state)?;
    match all.of(&hold.case) {
        Some(same) if same == hold => {}
        Some(other) => {
            let what = format!("another hold is of the case {:?}", other.case);
            let release = ["retention", "release", &state.name, &other.case];
            let error = Error::new(Exit::Usage, what).about(&state.name);
            return Err(error.hint(format!("{} ends it", command(release))));
        }
        None if all.len() >= Holds::MOST => {
            let what = format!(
                "there are {} holds already, which are the most",
                Holds::MOST
            );
            return Err(Error::new(Exit::Usage, what).about(&state.name));
        }
        None => drop(all.add(hold.clone())),
    }
    Ok(write_holds(&all))
}

/// What the settings say without the hold of `case`.
///
/// # Errors
/// As [`holds`], and [`Exit::NotFound`] where there is none.
pub fn released(state: &Mailbox, case: &str) -> Result<String> {
    let mut all = holds(state)?;
    if all.remove(case).is_some() {
        return Ok(write_holds(&all));
    }
    let what = format!("no hold is of the case {case:?}");
    let near = nearest(case, all.iter().map(|hold| hold.case.as_str()));
    Err(none(state, what, near))
}

/// What the settings say of what is held once `news` of the case of `hold`, which lasts from now on, are remembered:
/// what an older hold of that name had matched is not meant.
///
/// # Errors
/// As [`holds`].
pub fn remembered(state: &Mailbox, hold: &Hold, news: &[(String, Mark)]) -> Result<String> {
    let all = holds(state)?;
    let mut held = all.held(NaiveDate::MIN);
    if all.of(&hold.case).is_none() {
        let case = hold.case.to_lowercase();
        held.retain(|other| other != case);
    }
    Ok(write_held(&noted(held, news).0))
}

/// What is `held`, with `news` of it; whether all of them could be remembered.
pub(super) fn noted(mut held: Held, news: &[(String, Mark)]) -> (Held, bool) {
    let mut is_whole = true;
    for (case, mark) in news {
        is_whole &= held.note(case, mark.clone());
    }
    (held, is_whole)
}

/// What the settings say of what is held without that of `case`.
///
/// # Errors
/// As [`holds`].
pub fn forgotten(state: &Mailbox, case: &str) -> Result<String> {
    let mut held = holds(state)?.held(NaiveDate::MIN);
    let case = case.to_lowercase();
    held.retain(|other| other != case);
    Ok(write_held(&held))
}

/// The folders that `policies` are about and that are not there.
pub fn gone(state: &Mailbox, policies: &Policies) -> Vec<String> {
    let gone = policies
        .iter()
        .filter(|(path, _)| state.folder(path).is_none());
    gone.map(|(path, _)| path.to_owned()).collect()
}

fn is_used(folder: &Folder, used: &[&str]) -> bool {
    let own = folder.special_use.as_deref().unwrap_or_default();
    used.iter().any(|used| used.eq_ignore_ascii_case(own))
}

fn is_called(folder: &Folder, names: &[&str]) -> bool {
    names
        .iter()
        .any(|name| folder.path.eq_ignore_ascii_case(name))
}

/// Whether the mailbox keeps in `folder` what it has sent.
pub(super) fn is_for_sent(folder: &Folder) -> bool {
    let names = ["Sent", "Sent Items", "Sent Messages"];
    is_used(folder, &["\\Sent"]) || is_called(folder, &names)
}

/// Whether what is being written lies in `folder`.
pub(super) fn is_for_drafts(folder: &Folder) -> bool {
    is_used(folder, &["\\Drafts"]) || is_called(folder, &["Drafts"])
}

/// What `folder` is for, in a mailbox with these `policies`.
pub fn ground(folder: &Folder, policies: &Policies) -> Ground {
    let passing = ["Trash", "Junk", "Spam", "Deleted Items", "Deleted Messages"];
    let is_target = |(_, policy): (&str, &Policy)| match &policy.then {
        Then::Archive { to } => to.makes(&folder.path),
        _ => false,
    };
    if is_used(folder, &["\\Trash", "\\Junk"]) || is_called(folder, &passing) {
        Ground::Trash
    } else if is_used(folder, &["\\Archive"])
        || is_called(folder, &["Archive"])
        || folder.is_below("Archive")
        || policies.iter().any(is_target)
    {
        Ground::Archive
    } else {
        Ground::Mail
    }
}

/// The folder that is the trash.
pub fn trash(state: &Mailbox) -> Option<&Folder> {
    named(state, "\\Trash", &["Trash"])
}

/// The folder that is marked as the one for `used`, or else is called as one of `names`.
pub(super) fn named<'s>(state: &'s Mailbox, used: &str, names: &[&str]) -> Option<&'s Folder> {
    let marked = state.folders.iter().find(|folder| is_used(folder, &[used]));
    // Not every server tells what a folder is for.
    marked.or_else(|| {
        let mut folders = state.folders.iter();
        folders.find(|folder| is_called(folder, names))
    })
}

/// The same.
///
/// # Errors
/// [`Exit::NotFound`] where there is none.
pub fn must_have_trash(state: &Mailbox) -> Result<&Folder> {
    trash(state).ok_or_else(|| {
        let what = "there is no trash: no folder is it (\\Trash), and none is called Trash";
        let create = ["folder", "create", &state.name, "Trash"];
        let error = Error::new(Exit::NotFound, what).about(&state.name);
        error.hint(format!("{} makes one", command(create)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::retention::Age;

    fn policy(then: Then) -> Policy {
        Policy {
            after: Age::Days(30),
            then,
            only: None,
            grace: None,
            at_once: false,
        }
    }

    #[test]
    fn a_policy_is_one_that_can_come_true() {
        let state = mailbox(&[
            ("INBOX", &[]),
            ("Trash", &[]),
            ("Archive", &[]),
            ("Old", &[]),
        ]);
        let set = |path: &str, policy: &Policy| with(&state, path, policy);
        let archive = |to: &str| {
            policy(Then::Archive {
                to: to.parse().unwrap(),
            })
        };
        assert!(
            set("Trash", &policy(Then::Delete))
                .unwrap()
                .contains("\"Trash\" =")
        );
        assert!(
            set("inbox", &archive("Archive/{year}"))
                .unwrap()
                .contains("\"INBOX\" =")
        );
        let told = |path: &str, policy: &Policy| set(path, policy).unwrap_err();
        assert_eq!(
            told("Nowhere", &policy(Then::Delete)).exit(),
            Exit::NotFound
        );
        assert!(
            told("Old", &policy(Then::Delete))
                .what()
                .contains("neither the trash")
        );
        assert!(told("Old", &archive("Old")).what().contains("lies there"));
        assert_eq!(told("Old", &archive("Team/Settings")).exit(), Exit::Usage);
        assert!(
            told("Trash", &policy(Then::Trash))
                .what()
                .contains("trash itself")
        );
        let mut at_once = policy(Then::Delete);
        at_once.at_once = true;
        assert!(set("Old", &at_once).is_ok());
        assert!(sound(&archive("Old"), true).is_ok());
        assert!(sound(&policy(Then::Trash), true).is_err());
        at_once.then = Then::Trash;
        assert!(sound(&at_once, false).is_err());
        let none = mailbox(&[("INBOX", &[])]);
        let error = with(&none, "INBOX", &policy(Then::Trash)).unwrap_err();
        assert_eq!(error.exit(), Exit::NotFound);
        assert_eq!(without(&state, "Trash").unwrap_err().exit(), Exit::NotFound);
        assert_eq!(released(&state, "x").unwrap_err().exit(), Exit::NotFound);
    }

    #[test]
    fn a_hold_is_one_that_makes_sense() {
        let day = NaiveDate::from_ymd_opt(2028, 1, 1).unwrap();
        let hold = written("2026-17", "from = \"*@acme.example\"", day).unwrap();
        let state = mailbox(&[("INBOX", &[])]);
        assert!(
            held(&state, &hold)
                .unwrap()
                .ends_with("until = 2028-01-01\n")
        );
        assert!(written("a", "", day).is_err());
        assert!(written("a", "from = \"x\" }\n[[hold]]\nx = {", day).is_err());
    }
}
