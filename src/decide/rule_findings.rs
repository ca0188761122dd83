//! Rules that do not do what they say: their folder is gone, or none is ever asked of them.

use super::forwarding::{Barred, barred};
use super::rulebook::{copies, target};
use super::spell;
use crate::model::rule::{Pattern, Rule, Rules, When};
use crate::model::state::Mailbox;
use crate::model::who::Who;

/// What is out of order with one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleFinding {
    /// It moves or copies mail into a folder that is not there; why, in words.
    FolderMissing(String),
    /// The rule of that name takes all that it would, and is the last one for them.
    NeverReached(String),
    /// It waits for mail of this address, which is nobody's on the server.
    SenderUnknown(String),
    /// It forwards to an address to which it may not; why not.
    ForwardBarred(String, Barred),
}

/// An address from which a rule wants mail, where it is one of the mailbox's own domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The name of the rule.
    pub rule: String,
    /// The address, as the rule has it.
    pub address: String,
    /// The same as the server spells people.
    pub spelled: String,
}

/// Whose mail `rules` want by their whole addresses, of the domain of the mailbox of `state`: they may have left. Who
/// is somewhere else, no server here can tell.
pub fn senders(state: &Mailbox, rules: &Rules) -> Vec<Sender> {
    let Some((_, domain)) = state.name.rsplit_once('@') else {
        return Vec::new();
    };
    let mut senders = Vec::new();
    for rule in rules.iter() {
        for address in froms(&rule.when) {
            let is_own = |(_, its): (&str, &str)| its.eq_ignore_ascii_case(domain);
            if !address.rsplit_once('@').is_some_and(is_own) {
                continue;
            }
            let who = Who::parse(address, None).ok();
            if let Some(spelled) = who.and_then(|who| spell(state, &who).ok()) {
                senders.push(Sender {
                    rule: rule.name.clone(),
                    address: address.to_owned(),
                    spelled,
                });
            }
        }
    }
    senders
}

/// The whole addresses of senders that `when` asks for, wherever it does.
fn froms(when: &When) -> Vec<&str> {
    match when {
        When::From(pattern) if !pattern.is_wild() => vec![pattern.as_str()],
        When::All(all) | When::Any(all) => all.iter().flat_map(froms).collect(),
        // Without somebody who is not there, it takes the same.
        _ => Vec::new(),
    }
}

/// What is out of order with `rules` in the mailbox of `state`, each by the name of its rule.
pub fn rule_findings(state: &Mailbox, rules: &Rules) -> Vec<(String, RuleFinding)> {
    let mut found = Vec::new();
    for (n, rule) in rules.iter().enumerate() {
        let target = target(state, rule).map(drop);
        for why in [target, copies(state, rule).map(drop)]
            .into_iter()
            .filter_map(Result::err)
        {
            let missing = RuleFinding::FolderMissing(why.what().to_owned());
            found.push((rule.name.clone(), missing));
        }
        let mut earlier = rules.iter().take(n);
        if let Some(first) = earlier.find(|first| first.then.ends() && takes_all_of(first, rule)) {
            let never = RuleFinding::NeverReached(first.name.clone());
            found.push((rule.name.clone(), never));
        }
    }
    found
}

/// Where `rules` of the mailbox of `state` forward and may not, as the profile names `domains`.
pub fn forward_findings(
    state: &Mailbox,
    rules: &Rules,
    domains: &[String],
) -> Vec<(String, RuleFinding)> {
    let barred = barred(&state.name, rules.iter(), domains).into_iter();
    barred
        .map(|(rule, address, why)| {
            let finding = RuleFinding::ForwardBarred(address.to_owned(), why);
            (rule.name.clone(), finding)
        })
        .collect()
}

/// Whether `first` certainly takes whatever `later` would: all that it asks for is asked for there too. What is not seen
/// so may be so all the same.
fn takes_all_of(first: &Rule, later: &Rule) -> bool {
    let asked = all(&later.when);
    all(&first.when)
        .iter()
        .all(|one| always(one) || asked.iter().any(|asked| covers(one, asked)))
}

/// Whether `one` certainly holds wherever `other` does.
fn covers(one: &When, other: &When) -> bool {
    let is_part = |one: &Pattern, other: &Pattern| {
        !one.is_wild() && !other.is_wild() && one.is_in(other.as_str())
    };
    let is_whole = |one: &Pattern, other: &Pattern| !other.is_wild() && one.is(other.as_str());
    match (one, other) {
        (one, other) if one == other => true,
        (one, When::Any(any)) => any.iter().all(|other| covers(one, other)),
        (When::Any(any), other) => any.iter().any(|one| covers(one, other)),
        (When::From(one), When::From(other)) | (When::To(one), When::To(other)) => {
            is_whole(one, other)
        }
        (When::Subject(one), When::Subject(other)) | (When::Text(one), When::Text(other)) => {
            is_part(one, other)
        }
        (When::Header(name, one), When::Header(same, other)) => {
            name.eq_ignore_ascii_case(same) && is_part(one, other)
        }
        (When::Larger(one), When::Larger(other)) => one <= other,
        (When::Smaller(one), When::Smaller(other)) => one >= other,
        _ => false,
    }
}

/// What has to hold, each by itself.
fn all(when: &When) -> Vec<&When> {
    match when {
        When::All(all_of) => all_of.iter().flat_map(all).collect(),
        one => vec![one],
    }
}

fn always(when: &When) -> bool {
    match when {
        When::All(all) => all.iter().all(always),
        When::Any(any) => any.iter().any(|one| {
            always(one)
                || any
                    .iter()
                    .any(|other| *other == When::Not(Box::new(one.clone())))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::rule::{Goes, Then};

    fn subject(text: &str) -> When {
        When::Subject(Pattern::new(text).unwrap())
    }

    fn rules(all: Vec<(When, Then)>) -> Rules {
        let mut rules = Rules::default();
        for (n, (when, then)) in all.into_iter().enumerate() {
            let name = n.to_string();
            rules.add(Rule { name, when, then }).unwrap();
        }
        rules
    }

    fn stops() -> Then {
        Then {
            stop: true,
            ..Then::default()
        }
    }

    fn flags() -> Then {
        Then {
            flag: true,
            ..Then::default()
        }
    }

    #[test]
    fn who_stands_behind_one_that_takes_all_is_never_asked() {
        let state = mailbox(&[("INBOX", &[])]);
        let (a, b) = (subject("a"), subject("b"));
        let both = When::All(vec![b.clone(), a.clone()]);
        let anything = When::Any(vec![b.clone(), When::Not(Box::new(b.clone()))]);
        let never = |n: &str, by: &str| (n.to_owned(), RuleFinding::NeverReached(by.to_owned()));
        let found = |all| rule_findings(&state, &rules(all));
        let same = vec![
            (a.clone(), flags()),
            (a.clone(), stops()),
            (both.clone(), flags()),
            (b.clone(), flags()),
        ];
        assert_eq!(found(same), [never("2", "1")]);
        // One that asks for more lets some pass.
        assert!(found(vec![(both, stops()), (a.clone(), flags())]).is_empty());
        assert_eq!(
            found(vec![(anything, stops()), (a, flags())]),
            [never("1", "0")]
        );
    }

    #[test]
    fn senders_of_the_own_domain_are_those_whom_the_server_may_know() {
        let state = mailbox(&[("INBOX", &[])]);
        let domain = state.name.rsplit_once('@').unwrap().1.to_uppercase();
        let from = |text: &str| When::From(Pattern::new(text).unwrap());
        let (bob, any) = (format!("bob@{domain}"), format!("*@{domain}"));
        let not = When::Not(Box::new(from(&bob)));
        let all = When::Any(vec![
            from("erin@elsewhere.test"),
            from(&any),
            not,
            When::All(vec![subject("x"), from(&bob)]),
        ]);
        let found = senders(
            &state,
            &rules(vec![(all, flags()), (subject("bob"), flags())]),
        );
        let found: Vec<_> = found.iter().map(|s| (&*s.rule, &*s.address)).collect();
        assert_eq!(found, [("0", &*bob)]);
    }

    #[test]
    fn one_that_asks_for_less_takes_what_asks_for_more() {
        let of = |text: &str| Pattern::new(text).unwrap();
        let list = |text: &str| When::Header("List-Id".to_owned(), of(text));
        let any = |all: &[When]| When::Any(all.to_vec());
        for (one, other, is) in [
            (subject("inv"), subject("your INVOICE"), true),
            (subject("invoice"), subject("inv"), false),
            (subject("inv*"), subject("invoice"), false),
            (subject("inv"), subject("*inv*"), false),
            (When::Text(of("inv")), When::Text(of("invoice")), true),
            (When::Text(of("inv")), subject("invoice"), false),
            (When::From(of("*@x.test")), When::From(of("a@X.test")), true),
            (
                When::From(of("*@x.test")),
                When::From(of("a*@x.test")),
                false,
            ),
            (When::From(of("*@x.test")), When::To(of("a@x.test")), false),
            (list("lists"), list("all.lists"), true),
            (When::Larger(1), When::Larger(2), true),
            (When::Larger(2), When::Larger(1), false),
            (When::Smaller(2), When::Smaller(1), true),
            (subject("a"), any(&[subject("ab"), subject("ac")]), true),
            (subject("a"), any(&[subject("ab"), subject("c")]), false),
            (any(&[subject("x"), subject("a")]), subject("ab"), true),
        ] {
            assert_eq!(covers(&one, &other), is, "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_folder_that_is_gone_is_told() {
        let state = mailbox(&[("INBOX", &[])]);
        let goes = Then {
            goes: Some(Goes::To("Gone".to_owned())),
            ..Then::default()
        };
        let copies = Then {
            copies: vec!["INBOX".to_owned(), "Copied".to_owned()],
            ..goes.clone()
        };
        let found = rule_findings(
            &state,
            &rules(vec![(subject("a"), goes), (subject("b"), copies)]),
        );
        for ((_, found), path) in found.iter().zip(["Gone", "Gone", "Copied"]) {
            assert!(matches!(found, RuleFinding::FolderMissing(why) if why.contains(path)));
        }
        assert_eq!(found.len(), 3);
    }
}
