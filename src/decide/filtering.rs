//! The rules of a mailbox among the scripts by which its server filters mail: what has to be put where.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::command::command;
use crate::model::script::{OWN, STARTER, Scripts, Step};
use crate::sieve::{Untouched, is_ours, parted, with};

/// What includes the rules.
const INCLUDE: &str = "require [\"include\"];\ninclude :personal :optional \"sharemail\";\n";

/// What makes `scripts`, those of `mailbox`, filter by `rules`, which is a whole script; where there are none, what
/// takes them away again. Nobody else's text is changed but between two marks, and no script is made active in place
/// of another.
///
/// # Errors
/// [`Exit::Refused`] where somebody else's script is called as ours, or cannot be added to.
pub fn steps(mailbox: &str, scripts: &Scripts, rules: Option<&str>) -> Result<Vec<Step>> {
    let about = |error: Error| error.about(mailbox);
    free(scripts, OWN).map_err(about)?;
    match scripts.active.as_deref() {
        None => begun(scripts, rules).map_err(about),
        Some(OWN) => Ok(own(scripts, rules).into_iter().collect()),
        Some(active) => among(mailbox, scripts, active, rules).map_err(about),
    }
}

/// To whom somebody else's script, which is active, sends mail on; nobody where it cannot be read.
pub fn redirects(scripts: &Scripts) -> Vec<String> {
    let active = scripts.active.as_deref().filter(|active| *active != OWN);
    let text = active.and_then(|active| scripts.text(active));
    let parted = text.and_then(|text| parted(text).ok());
    parted.map_or_else(Vec::new, |parted| parted.redirects)
}

/// Ours says what the rules say. Where there are none and there is no script either, nothing is done.
fn own(scripts: &Scripts, rules: Option<&str>) -> Option<Step> {
    let none = "# The rules of nobody, as sharemail wrote them.\n";
    let text = match rules {
        Some(rules) => rules,
        None if scripts.has(OWN) => none,
        None => return None,
    };
    put(scripts, OWN, text.as_bytes().to_vec())
}

/// Nobody filters anything yet.
fn begun(scripts: &Scripts, rules: Option<&str>) -> Result<Vec<Step>> {
    let mut steps: Vec<Step> = own(scripts, rules).into_iter().collect();
    if rules.is_none() {
        return Ok(steps);
    }
    let name = match scripts.includes {
        true => {
            let text = [OPENING, INCLUDE].concat().into_bytes();
            if scripts.text(STARTER).is_some_and(|there| there != text) {
                free(scripts, STARTER)?;
            }
            steps.extend(put(scripts, STARTER, text));
            STARTER
        }
        false => OWN,
    };
    steps.push(Step::Activate {
        name: name.to_owned(),
        before: None,
    });
    Ok(steps)
}

/// What people read who open the small one.
const OPENING: &str = "# Has the rules run that sharemail keeps.\n";

/// Somebody else's script filters, or the small one of ours, to which people may add.
fn among(mailbox: &str, scripts: &Scripts, active: &str, rules: Option<&str>) -> Result<Vec<Step>> {
    let unread = || {
        refused(format!(
            "the script {active:?}, which is active, was not read"
        ))
    };
    let text = scripts.text(active).ok_or_else(unread)?;
    let untouched = |why: Untouched| {
        let what = format!("the script {active:?}, which is active, is left as it is: {why}");
        let export = ["rule", "export", mailbox];
        refused(what).hint(format!(
            "have it include {OWN:?} by hand (include :personal {OWN:?};), or mend it; {} prints the rules",
            command(export)
        ))
    };
    let parted = parted(text).map_err(untouched)?;
    let is_included = parted.includes.iter().any(|name| name == OWN);
    let after = match rules {
        Some(_) if is_included => parted.bare,
        Some(_) if scripts.includes => with(&parted.bare, INCLUDE).map_err(untouched)?,
        Some(rules) => with(&parted.bare, rules).map_err(untouched)?,
        None => parted.bare,
    };
    let mut steps = Vec::new();
    if is_included || scripts.includes {
        steps.extend(own(scripts, rules));
    }
    steps.extend(put(scripts, active, after));
    Ok(steps)
}

fn put(scripts: &Scripts, name: &str, after: Vec<u8>) -> Option<Step> {
    let before = scripts.text(name).map(<[u8]>::to_vec);
    (before.as_deref() != Some(&after)).then(|| Step::Put {
        name: name.to_owned(),
        before,
        after,
    })
}

/// Refuses to write over a script of that name which somebody else wrote.
fn free(scripts: &Scripts, name: &str) -> Result<()> {
    match scripts.has(name) && !scripts.text(name).is_some_and(is_ours) {
        false => Ok(()),
        true => {
            let what = format!("a script called {name:?} is there, which sharemail did not write");
            Err(refused(what).hint("rename it, or delete it, in the web mailer"))
        }
    }
}

fn refused(what: String) -> Error {
    Error::new(Exit::Refused, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const RULES: &str = "# The rules of a@b, as sharemail wrote them.\nrequire [\"imap4flags\"];\n";

    fn scripts(includes: bool, active: Option<&str>, all: &[(&str, &str)]) -> Scripts {
        let all = all
            .iter()
            .map(|(name, text)| ((*name).to_owned(), Some(text.as_bytes().to_vec())));
        Scripts {
            includes,
            reads_text: true,
            copies: true,
            most_redirects: None,
            all: all.collect::<BTreeMap<_, _>>(),
            active: active.map(str::to_owned),
        }
    }

    /// What `scripts` are after what has to be done, and in how many steps.
    fn after(scripts: &Scripts, rules: Option<&str>) -> (Scripts, usize) {
        let steps = steps("a@b", scripts, rules).unwrap();
        let mut after = scripts.clone();
        for step in &steps {
            match step.clone() {
                Step::Put {
                    name,
                    before,
                    after: text,
                } => {
                    assert_eq!(after.text(&name), before.as_deref());
                    after.all.insert(name, Some(text));
                }
                Step::Activate { name, before } => {
                    assert_eq!(after.active, before);
                    assert!(after.has(&name));
                    after.active = Some(name);
                }
            }
        }
        (after, steps.len())
    }

    fn text<'s>(scripts: &'s Scripts, name: &str) -> &'s str {
        std::str::from_utf8(scripts.text(name).unwrap()).unwrap()
    }

    #[test]
    fn where_nobody_filters_ours_is_active_through_a_small_one() {
        let (then, n) = after(&scripts(true, None, &[("old", "keep;")]), Some(RULES));
        assert_eq!((then.active.as_deref(), n), (Some(STARTER), 3));
        assert_eq!(text(&then, OWN), RULES);
        assert!(text(&then, STARTER).contains("include :personal :optional \"sharemail\";"));
        assert_eq!(after(&then, Some(RULES)).1, 0, "once");
        // Without include it is the rules themselves.
        let (then, n) = after(&scripts(false, None, &[]), Some(RULES));
        assert_eq!((then.active.as_deref(), n), (Some(OWN), 2));
        assert_eq!(after(&then, Some(RULES)).1, 0);
        assert_eq!(after(&scripts(true, None, &[]), None).1, 0);
    }

    #[test]
    fn a_foreign_script_gets_an_include_and_is_else_what_it_was() {
        let foreign = "require \"vacation\";\r\n# rule:[away]\r\nvacation \"x\";\r\n";
        let before = scripts(true, Some("roundcube"), &[("roundcube", foreign)]);
        let (then, n) = after(&before, Some(RULES));
        assert_eq!((then.active.as_deref(), n), (Some("roundcube"), 2));
        assert_eq!(text(&then, OWN), RULES);
        assert_eq!(after(&then, Some(RULES)).1, 0);
        // Other rules change ours alone.
        let (more, n) = after(&then, Some(&format!("{RULES}keep;\n")));
        assert_eq!((text(&more, "roundcube"), n), (text(&then, "roundcube"), 1));
        // No rules, no block.
        let (none, _) = after(&then, None);
        assert_eq!(text(&none, "roundcube"), foreign);
        assert!(is_ours(none.text(OWN).unwrap()));
    }

    #[test]
    fn without_include_the_rules_stand_in_it_themselves() {
        let foreign = "require \"fileinto\";\nfileinto \"x\";\n";
        let before = scripts(false, Some("mine"), &[("mine", foreign)]);
        let (then, n) = after(&before, Some(RULES));
        assert_eq!(n, 1);
        assert!(text(&then, "mine").contains(RULES) && !then.has(OWN));
        assert_eq!(after(&then, Some(RULES)).1, 0);
        assert_eq!(text(&after(&then, None).0, "mine"), foreign);
        // Where it can include others by now, that is what stands between the marks.
        let now = Scripts {
            includes: true,
            ..then
        };
        let (now, _) = after(&now, Some(RULES));
        assert!(text(&now, "mine").contains(INCLUDE) && !text(&now, "mine").contains(RULES));
    }

    #[test]
    fn who_includes_ours_by_hand_is_left_alone() {
        let foreign = "require \"include\"; include \"sharemail\";";
        for includes in [true, false] {
            let before = scripts(includes, Some("mine"), &[("mine", foreign)]);
            let (then, n) = after(&before, Some(RULES));
            assert_eq!(
                (text(&then, "mine"), text(&then, OWN), n),
                (foreign, RULES, 1)
            );
        }
    }

    #[test]
    fn nothing_of_others_is_written_over() {
        let taken = scripts(true, None, &[(OWN, "keep;")]);
        assert_eq!(
            steps("a@b", &taken, Some(RULES)).unwrap_err().exit(),
            Exit::Refused
        );
        let taken = scripts(true, None, &[(STARTER, "keep;")]);
        assert_eq!(
            steps("a@b", &taken, Some(RULES)).unwrap_err().exit(),
            Exit::Refused
        );
        let broken = scripts(true, Some("x"), &[("x", "keep")]);
        let error = steps("a@b", &broken, Some(RULES)).unwrap_err();
        assert!(
            error.what().contains("cannot be read as a script"),
            "{error}"
        );
    }
}
