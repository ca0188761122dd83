//! Rules that send mail on: where they may, and how often for one message. The settings of a mailbox say so, and the
//! profile of the administrator decides.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mail::MailAddress;
use crate::model::rule::{Rule, Rules};
use crate::model::script::Scripts;

/// Why mail is not sent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// The profile does not name the domain.
    Domain,
    /// It would come back: the address is the mailbox's own.
    Own,
}

/// Whether the domain of `address` is one of `domains`, of which each stands for itself alone.
pub fn is_named(address: &str, domains: &[String]) -> bool {
    let address = MailAddress::parse(address);
    address.is_ok_and(|address| domains.iter().any(|named| named == address.domain()))
}

/// The addresses to which `rules` of the mailbox called `mailbox` send mail on and may not, where the profile names
/// `domains`, each with its rule.
pub fn barred<'r>(
    mailbox: &str,
    rules: impl IntoIterator<Item = &'r Rule>,
    domains: &[String],
) -> Vec<(&'r Rule, &'r str, Barred)> {
    let own = MailAddress::parse(mailbox).ok();
    let is_own = |address: &str| {
        let address = MailAddress::parse(address).ok();
        own.as_ref().zip(address).is_some_and(|(own, address)| {
            let name = |address: &MailAddress| {
                let local = address.local().split('+').next();
                local.unwrap_or_default().to_lowercase()
            };
            own.domain() == address.domain() && name(own) == name(&address)
        })
    };
    let mut barred = Vec::new();
    for rule in rules {
        for address in &rule.then.forward {
            let why = match (is_own(address), is_named(address, domains)) {
                (true, _) => Barred::Own,
                (false, false) => Barred::Domain,
                (false, true) => continue,
            };
            barred.push((rule, address.as_str(), why));
        }
    }
    barred
}

/// That `rules` of the mailbox called `mailbox` send mail on to nobody but where the profile lets them.
///
/// # Errors
/// [`Exit::Refused`] with the first address of which that is not so.
pub fn permitted<'r>(
    mailbox: &str,
    rules: impl IntoIterator<Item = &'r Rule>,
    domains: &[String],
) -> Result<()> {
    let barred = barred(mailbox, rules, domains).into_iter().next();
    let Some((rule, address, why)) = barred else {
        return Ok(());
    };
    let what = format!("the rule {:?} {}", rule.name, why.of(address));
    let error = Error::new(Exit::Refused, what).about(mailbox);
    Err(match why {
        Barred::Own => error.hint("name somebody else: what is forwarded there comes back"),
        Barred::Domain => {
            let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
            error.hint(format!(
                "forward-domains = [\"{domain}\"] in the profile lets rules forward there"
            ))
        }
    })
}

impl Barred {
    /// The same of `address`, in words that follow the name of a rule.
    pub fn of(self, address: &str) -> String {
        match self {
            Self::Own => format!("forwards to {address}, which is the mailbox itself"),
            Self::Domain => format!(
                "forwards to {address}, and the profile does not name that domain (forward-domains)"
            ),
        }
    }
}

/// That the server's filter, which has `scripts`, sends on what `rules` of the mailbox called `mailbox` may tell it to.
/// Where somebody else's script is active, which sends `others` on, that counts too.
///
/// # Errors
/// [`Exit::Refused`] where it does not do that at all, or not to so many.
pub fn filtered(mailbox: &str, rules: &Rules, scripts: &Scripts, others: usize) -> Result<()> {
    let Some(rule) = rules.forwarding() else {
        return Ok(());
    };
    let refused = |what: String| Error::new(Exit::Refused, what).about(mailbox);
    if !scripts.copies {
        let what = format!(
            "the rule {:?} forwards, and the server's filter cannot do that and keep the message (no extension \
             \"copy\")",
            rule.name
        );
        return Err(refused(what).hint("rule run --forward does on what is there"));
    }
    let own = rules.most_forwards();
    let Some(most) = scripts.most_redirects else {
        return Ok(());
    };
    if (own + others) as u64 <= most {
        return Ok(());
    }
    let besides = match others {
        0 => String::new(),
        n => format!(", the script that is active to {} besides", addresses(n)),
    };
    let what = format!(
        "the rules may forward one message to {}{besides}, and the server takes {most} for a message \
         (MAXREDIRECTS): beyond that it would forward it to nobody",
        addresses(own)
    );
    Err(refused(what).hint(
        "forward to a list or a group, or have rules end with stop = true, so that those behind them are not asked too",
    ))
}

fn addresses(n: usize) -> String {
    match n {
        1 => "1 address".to_owned(),
        n => format!("{n} addresses"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::rulebook::written;

    fn rules(thens: &[&str]) -> Rules {
        let mut rules = Rules::default();
        for (n, then) in thens.iter().enumerate() {
            let rule = written(&n.to_string(), "from = \"*\"", then).unwrap();
            rules.add(rule).unwrap();
        }
        rules
    }

    #[test]
    fn mail_goes_to_the_domains_that_the_profile_names_and_to_no_others() {
        let domains = ["example.org", "xn--bcher-kva.example"].map(str::to_owned);
        let may = |then: &str| {
            let rules = rules(&[then]);
            permitted("Support@example.com", rules.iter(), &domains).map_err(|error| {
                assert_eq!(error.exit(), Exit::Refused);
                error.what().to_owned()
            })
        };
        for good in [
            "flag = true",
            "forward = \"a@Example.ORG\"",
            "forward = [\"a@example.org\", \"b@B\u{fc}cher.example\"]",
        ] {
            assert_eq!(may(good), Ok(()), "{good}");
        }
        for bad in [
            "forward = \"a@x.example.org\"",
            "forward = \"a@example.org.evil.test\"",
            "forward = [\"a@example.org\", \"b@example.com\"]",
            "forward = \"support@example.org.\", flag = true, label = \"x\"",
        ] {
            match may(bad) {
                Ok(()) => assert!(bad.contains("org.\""), "a dot at the end is nothing: {bad}"),
                Err(why) => assert!(why.contains("does not name that domain"), "{why}"),
            }
        }
        let rules = rules(&["forward = \"a@example.org\""]);
        assert!(permitted("support@example.com", rules.iter(), &[]).is_err());
    }

    #[test]
    fn mail_does_not_come_back() {
        let domains = ["example.com".to_owned()];
        for own in ["support@example.com", "SUPPORT+x@Example.com"] {
            let rules = rules(&[&format!("forward = \"{own}\"")]);
            let error = permitted("support@example.com", rules.iter(), &domains).unwrap_err();
            assert!(error.what().contains("the mailbox itself"), "{error}");
        }
        let rules = rules(&["forward = \"supporter@example.com\""]);
        assert!(permitted("support@example.com", rules.iter(), &domains).is_ok());
    }

    #[test]
    fn a_script_sends_on_what_the_server_takes() {
        let scripts = |copies, most_redirects| Scripts {
            copies,
            most_redirects,
            ..Scripts::default()
        };
        let two = rules(&["forward = [\"a@x.test\", \"b@x.test\"]", "flag = true"]);
        let may = |scripts: &Scripts, others| filtered("support@", &two, scripts, others);
        assert!(may(&scripts(true, Some(2)), 0).is_ok() && may(&scripts(true, None), 9).is_ok());
        for (scripts, others, what) in [
            (
                scripts(true, Some(1)),
                0,
                "2 addresses, and the server takes 1",
            ),
            (scripts(true, Some(2)), 1, "1 address besides"),
            (scripts(true, Some(0)), 0, "takes 0"),
            (scripts(false, None), 0, "no extension \"copy\""),
        ] {
            let error = may(&scripts, others).unwrap_err();
            assert!(error.what().contains(what), "{error}");
        }
        let none = rules(&["flag = true"]);
        assert!(filtered("support@", &none, &scripts(false, Some(0)), 9).is_ok());
    }
}
