//! rule: the rules of a mailbox as its settings say them.

use super::scope::unreserved;
use super::settings::believed;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::manifest::braces::braced;
use crate::manifest::{rules, write_rule, write_rules};
use crate::model::command::command;
use crate::model::near::nearest;
use crate::model::rule::{Goes, Rule, Rules};
use crate::model::setting::{Kind, Labels};
use crate::model::state::{Folder, Mailbox};
use crate::sieve::{self, Filed};
use std::collections::BTreeMap;

/// The rules of the mailbox.
///
/// # Errors
/// [`Exit::Refused`] where the settings are not known, or not believed; [`Exit::BadInput`] where they cannot be
/// understood.
pub fn rules(state: &Mailbox) -> Result<Rules> {
    parsed(state, believed(state, Kind::Rules)?)
}

/// The rules that `text` says, in the mailbox of `state`.
///
/// # Errors
/// [`Exit::BadInput`] where it cannot be understood.
pub fn parsed(state: &Mailbox, text: &str) -> Result<Rules> {
    rules::parse(text).map_err(|errors| first(&state.name, errors))
}

/// The same of a mailbox that has some.
///
/// # Errors
/// As [`rules`], and [`Exit::NotFound`] where it has none.
pub fn some_rules(state: &Mailbox) -> Result<Rules> {
    let rules = rules(state)?;
    if rules.is_empty() {
        let error = Error::new(Exit::NotFound, "the mailbox has no rules").about(&state.name);
        let add = ["rule", "add", &state.name];
        return Err(error.hint(format!("{} NAME --when … --then … adds one", command(add))));
    }
    Ok(rules)
}

fn first(mailbox: &str, errors: Vec<Error>) -> Error {
    let error = errors.into_iter().next();
    let error = error.unwrap_or_else(|| Error::new(Exit::BadInput, "the settings make no sense"));
    error.about(mailbox)
}

/// The rule called `name` of which somebody wrote what stands between the braces of `when` and `then`, as [`braced`]
/// reads it.
///
/// # Errors
/// [`Exit::BadInput`] where it is none.
pub fn written(name: &str, when: &str, then: &str) -> Result<Rule> {
    // A text of JSON is one of TOML.
    let name = serde_json::Value::from(name);
    let (when, then) = (braced(when), braced(then));
    let text = format!("[[rule]]\nname = {name}\nwhen = {when}\nthen = {then}\n");
    let wrong = |what: &str| Error::new(Exit::BadInput, what).about("the rule");
    let rules = rules::parse_in("the rule", &text).map_err(|errors| {
        let error = errors.into_iter().next();
        error.unwrap_or_else(|| wrong("it makes no sense"))
    })?;
    let (Some(rule), 1) = (rules.iter().next(), rules.len()) else {
        return Err(wrong("it is more than one rule"));
    };
    // What is written may nest deeper than what was typed.
    match rules::parse(&write_rule(rule)) {
        Ok(again) if again == rules => Ok(rule.clone()),
        _ => Err(wrong("its conditions lie too deep in each other")),
    }
}

/// What the settings say with `rule` at their end.
///
/// # Errors
/// As [`rules`], [`Exit::Usage`] where another one is called so, and where a folder is missing to which it moves or
/// copies mail.
pub fn with(state: &Mailbox, rule: &Rule) -> Result<String> {
    let mut rules = rules(state)?;
    target(state, rule)?;
    copies(state, rule)?;
    match rules.called(&rule.name) {
        Some(same) if same == rule => {}
        Some(other) => {
            let what = format!("another rule is called {:?}", other.name);
            let remove = ["rule", "remove", &state.name, &other.name];
            let error = Error::new(Exit::Usage, what).about(&state.name);
            return Err(error.hint(format!("{} makes room", command(remove))));
        }
        None => drop(rules.add(rule.clone())),
    }
    Ok(write_rules(&rules))
}

/// What the settings say without the rule called `name`.
///
/// # Errors
/// As [`rules`], and [`Exit::NotFound`] where there is none.
pub fn without(state: &Mailbox, name: &str) -> Result<String> {
    let mut rules = rules(state)?;
    match rules.remove(name) {
        Some(_) => Ok(write_rules(&rules)),
        None => Err(not_called(state, &rules, name)),
    }
}

/// The one of `rules` called `name`, and as which it is asked, from 1.
///
/// # Errors
/// [`Exit::NotFound`] where there is none.
pub fn called<'r>(state: &Mailbox, rules: &'r Rules, name: &str) -> Result<(usize, &'r Rule)> {
    let rule = rules
        .called(name)
        .ok_or_else(|| not_called(state, rules, name))?;
    let before = rules.iter().take_while(|other| *other != rule).count();
    Ok((before + 1, rule))
}

fn not_called(state: &Mailbox, rules: &Rules, name: &str) -> Error {
    let error = Error::new(Exit::NotFound, format!("no rule is called {name:?}"));
    let near = nearest(name, rules.iter().map(|rule| rule.name.as_str()));
    let list = ["rule", "list", &state.name];
    let hint = match near {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("{} tells which there are", command(list)),
    };
    error.about(&state.name).hint(hint)
}

/// The script by which a server does with mail that comes what `rules` do, in the mailbox of `state` with these
/// `labels`; `called` says what a folder is called there.
///
/// # Errors
/// Where a folder is missing to which a rule moves or copies mail.
pub fn script(
    state: &Mailbox,
    rules: &Rules,
    labels: &Labels,
    called: &dyn Fn(&Folder) -> String,
) -> Result<String> {
    let mut folders = BTreeMap::new();
    for rule in rules.iter() {
        let filed = Filed {
            copies: copies(state, rule)?.into_iter().map(called).collect(),
            goes: target(state, rule)?.map(called),
        };
        if filed != Filed::default() {
            folders.insert(rule.name.clone(), filed);
        }
    }
    Ok(sieve::compile(&state.name, rules, labels, &folders))
}

/// The folder to which `rule` moves mail, if it does.
///
/// # Errors
/// Where there is no such folder.
pub fn target<'s>(state: &'s Mailbox, rule: &Rule) -> Result<Option<&'s Folder>> {
    let (name, mut folders) = (&rule.name, state.folders.iter());
    match &rule.then.goes {
        None => Ok(None),
        Some(Goes::To(path)) => named(state, (name, "moves"), path).map(Some),
        Some(Goes::ToTrash) => {
            let is_trash = |folder: &&Folder| {
                let used = folder.special_use.as_deref();
                used.is_some_and(|used| used.eq_ignore_ascii_case("\\Trash"))
            };
            let missing = || {
                let what = format!(
                    "the rule {name:?} moves mail into the trash, and the server tells no folder that is it (\\Trash)"
                );
                let error = Error::new(Exit::NotFound, what).about(&state.name);
                error.hint("move = \"PATH\" in place of trash = true names a folder")
            };
            folders.find(is_trash).map(Some).ok_or_else(missing)
        }
    }
}

/// The folders to which `rule` copies mail.
///
/// # Errors
/// Where one of them is missing.
pub fn copies<'s>(state: &'s Mailbox, rule: &Rule) -> Result<Vec<&'s Folder>> {
    let folder = |path: &String| named(state, (&rule.name, "copies"), path);
    rule.then.copies.iter().map(folder).collect()
}

/// The folder of that `path`, into which the rule called `name` does something with mail.
fn named<'s>(state: &'s Mailbox, (name, does): (&str, &str), path: &str) -> Result<&'s Folder> {
    unreserved(state, path)?;
    let missing = || {
        let what =
            format!("the rule {name:?} {does} mail into {path:?}, and there is no such folder");
        let near = nearest(path, state.folders.iter().map(|one| one.path.as_str()));
        let create = ["folder", "create", &state.name, path];
        let hint = match near {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("{} makes it", command(create)),
        };
        Error::new(Exit::NotFound, what)
            .about(&state.name)
            .hint(hint)
    };
    state.folder(path).ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    #[test]
    fn a_rule_is_one_that_makes_sense() {
        let wrong = |when: &str, then: &str| written("a", when, then).unwrap_err().to_string();
        assert!(wrong("from = \"x\"", "move = \"b\", trash = true").contains("one place alone"));
        assert!(wrong("", "flag = true").contains("says nothing"));
        assert!(wrong("from = \"x\"", "label = \"a\" }\n[[rule]]\nx = {").contains("the rule:"));
        assert!(written("a", "{ from = \"x\" }", "{ flag = true }").is_ok());
        let deep = format!(
            "{}from = [\"a\", \"b\"]{}",
            "not = { ".repeat(7),
            " }".repeat(7)
        );
        assert!(
            wrong(&deep, "flag = true").contains("too deep"),
            "{}",
            wrong(&deep, "flag = true")
        );
    }

    #[test]
    fn settings_have_each_rule_once() {
        let mut state = mailbox(&[("INBOX", &[])]);
        let rule = written("a", "from = \"x\"", "flag = true").unwrap();
        assert!(with(&state, &rule).unwrap().starts_with("[[rule]]\n"));
        assert_eq!(without(&state, "a").unwrap_err().exit(), Exit::NotFound);
        assert_eq!(some_rules(&state).unwrap_err().exit(), Exit::NotFound);
        state.messages.clear();
    }
}
