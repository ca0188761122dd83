//! Teams: names for lists of people. A team may name teams.

use super::fault::{Faults, cut, nearest};
use super::key::TEAM_MARK;
use super::node::{self, Name, Node};
use super::people::who;
use super::source::Source;
use crate::model::who::Who;
use std::collections::{BTreeMap, BTreeSet};

/// More people than this are not gathered from the teams of all files, each team counted with all
/// that it names.
const MOST: usize = 1_000_000;

/// The teams of all files, as written.
#[derive(Default)]
pub(super) struct Teams<'s> {
    written: BTreeMap<String, Written<'s>>,
}

struct Written<'s> {
    source: &'s Source,
    name: &'s Name,
    members: Vec<(usize, &'s str)>,
    domain: Option<&'s str>,
}

/// The teams, each with everybody in it, by their names in lower case.
pub(super) struct Resolved(BTreeMap<String, Vec<Who>>);

/// Whom a text names among teams and people.
pub(super) enum Named<'t> {
    /// Everybody in a team.
    Team(&'t [Who]),
    /// Nobody: there is no such team, but perhaps this one.
    NoTeam(Option<String>),
    /// It is no team's name.
    Person,
}

impl<'s> Teams<'s> {
    /// Adds the teams of one file.
    pub(super) fn gather(
        &mut self,
        source: &'s Source,
        node: &'s Node,
        domain: Option<&'s str>,
        faults: &mut Faults,
    ) {
        for (name, node) in node::table(source, node, "team", faults) {
            let label = format!("team.{}", cut(&name.text));
            let members = node::texts(source, node, &label, faults);
            if let Some(what) = unfit(&name.text) {
                faults.add(
                    source,
                    name.at,
                    format!("{:?} can name no team: {what}", cut(&name.text)),
                    None,
                );
                continue;
            }
            if let Some(first) = self.written.get(&name.text.to_lowercase()) {
                let what = format!("the team {:?} stands in two places", cut(&name.text));
                let hint = format!("the other is {}", first.source.place(first.name.at));
                faults.add(source, name.at, what, Some(hint));
                continue;
            }
            let written = Written {
                source,
                name,
                members,
                domain,
            };
            self.written.insert(name.text.to_lowercase(), written);
        }
    }

    /// Everybody in each team.
    pub(super) fn resolve(self, faults: &mut Faults) -> Resolved {
        let names: Vec<&String> = self.written.keys().collect();
        let mut resolver = Resolver {
            teams: &self.written,
            done: Resolved(BTreeMap::new()),
            gathered: 0,
            faults,
        };
        for name in names {
            resolver.resolve(name, &mut Vec::new());
        }
        resolver.done
    }
}

struct Resolver<'t, 's, 'f> {
    teams: &'t BTreeMap<String, Written<'s>>,
    done: Resolved,
    gathered: usize,
    faults: &'f mut Faults,
}

impl<'t> Resolver<'t, '_, '_> {
    /// Resolves the team called `name`, which those of `above` are waiting for.
    fn resolve(&mut self, name: &'t str, above: &mut Vec<&'t str>) {
        let Some(team) = self
            .teams
            .get(name)
            .filter(|_| !self.done.0.contains_key(name))
        else {
            return;
        };
        above.push(name);
        let mut all = BTreeSet::new();
        let mut ordered = Vec::new();
        for (at, text) in &team.members {
            for who in self.member(team, (*at, text), above) {
                if all.insert(who.clone()) {
                    ordered.push(who);
                }
            }
        }
        above.pop();
        self.gathered += ordered.len();
        if self.gathered > MOST {
            let what = format!("the teams name more than {MOST} people all together");
            self.faults.add(team.source, team.name.at, what, None);
            ordered.clear();
        }
        self.done.0.insert(name.to_owned(), ordered);
    }

    fn member(
        &mut self,
        team: &Written<'_>,
        (at, text): (usize, &str),
        above: &mut Vec<&'t str>,
    ) -> Vec<Who> {
        let asked = bare(text);
        if let Some((inner, _)) = self.teams.get_key_value(&asked) {
            if let Some(first) = above.iter().position(|name| *name == inner) {
                let mut round = above[first..].to_vec();
                round.push(inner);
                let what = format!(
                    "the team {:?} would be in itself: {}",
                    cut(inner),
                    cut(&round.join(" → "))
                );
                self.faults.add(team.source, at, what, None);
                return Vec::new();
            }
            if above.len() >= 64 {
                self.faults.add(
                    team.source,
                    at,
                    "teams in teams are too deep here".to_owned(),
                    None,
                );
                return Vec::new();
            }
            self.resolve(inner, above);
            return self.done.0.get(inner).cloned().unwrap_or_default();
        }
        if is_marked(text) {
            let known: Vec<&str> = self.teams.keys().map(String::as_str).collect();
            let hint = nearest(&asked, &known);
            self.faults.add(
                team.source,
                at,
                format!("there is no team {:?}", cut(&asked)),
                hint,
            );
            return Vec::new();
        }
        who(team.source, (at, text), team.domain, self.faults)
            .into_iter()
            .collect()
    }
}

impl Resolved {
    /// Whom `text` names here. A team goes before a person of that name, who is named by her
    /// address.
    pub(super) fn named(&self, text: &str) -> Named<'_> {
        let asked = bare(text);
        match self.0.get(&asked) {
            Some(people) => Named::Team(people),
            None if is_marked(text) => {
                let known: Vec<&str> = self.0.keys().map(String::as_str).collect();
                Named::NoTeam(nearest(&asked, &known))
            }
            None => Named::Person,
        }
    }
}

/// The name of the team that `text` would be.
fn bare(text: &str) -> String {
    let name = if is_marked(text) {
        &text[TEAM_MARK.len()..]
    } else {
        text
    };
    name.to_lowercase()
}

/// `team:night-shift` is a team and nothing else.
fn is_marked(text: &str) -> bool {
    text.starts_with(TEAM_MARK) && !text.contains('@')
}

/// Why a name is no team's: it must not be taken for somebody whom a file can name otherwise.
fn unfit(name: &str) -> Option<&'static str> {
    match name {
        "" => Some("it is empty"),
        "anyone" => Some("it is everybody"),
        _ if name.chars().any(char::is_control) => Some("it holds a control character"),
        _ if name.contains(['@', ':']) => Some("with @ or : it would be a person or a group"),
        _ if name.starts_with(['-', '$', '!']) => Some("it begins with - or $ or !"),
        _ => None,
    }
}
