//! The shared mailboxes that the profile's program lists.

use super::run::{Ended, ended, run};
use crate::error::{Error, Result, abridged};
use crate::exit::Exit;
use crate::interrupt;
use crate::model::address::{Address, MailboxName};
use crate::profile::{Profile, Task};
use std::collections::BTreeSet;

/// What a list is called where it cannot be read: the key that names its program.
pub const LISTED_BY: &str = "accounts.list";

/// A longer list is not read, in bytes.
const LONGEST: usize = 32 << 20;

/// So many lines that name no mailbox are told one by one.
const TOLD: usize = 5;

/// What a program listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The mailboxes, each once.
    pub names: Vec<MailboxName>,
    /// The lines that name none, each with why; of many the first ones, and how many there are more.
    pub junk: Vec<String>,
}

/// The shared mailboxes that the profile's program lists; nothing where it names none.
///
/// # Errors
/// Why there is no list: the program could not be started ([`Exit::Config`]), took too long
/// ([`Exit::TryAgain`]), failed, or printed something else.
pub fn list(profile: &Profile) -> Result<Option<Listed>> {
    let Some(recipe) = profile.accounts.recipe(Task::List) else {
        return Ok(None);
    };
    let call = recipe.plain();
    let program = call.program.display().to_string();
    let fail = |exit, why: &str| {
        let what = format!("the mailboxes are not known: {program} {why}");
        Err(Error::new(exit, what).about(LISTED_BY))
    };
    let ran = run(profile, &call, LONGEST).map_err(|error| error.about(LISTED_BY))?;
    match ended(&ran, profile) {
        Ended::Well => {}
        Ended::Badly(why) => return fail(Exit::Failure, &why),
        Ended::Stopped(why) if interrupt::requested() => return fail(Exit::Interrupted, &why),
        Ended::Stopped(why) => return fail(Exit::TryAgain, &why),
    }
    if ran.stdout.len() >= LONGEST {
        return fail(Exit::BadInput, "printed more than 32 MiB");
    }
    if !ran.is_whole {
        return fail(
            Exit::Failure,
            "ended while something that it had started went on writing: its list may not be whole",
        );
    }
    let listed = parse(&ran.stdout, profile.domain.as_deref());
    // Many a program prints nothing, and ends with 0, where it could not find out.
    match (listed.names.as_slice(), listed.junk.as_slice()) {
        ([], []) => fail(
            Exit::Failure,
            "ended with 0 and printed nothing, which is not taken for a provider without mailboxes",
        ),
        ([], junk) => {
            let why = format!("printed nothing that names one: {}", junk.join("; "));
            fail(Exit::BadInput, &why)
        }
        _ => Ok(Some(listed)),
    }
}

/// The mailboxes that `bytes` name, one address a line; what has no domain is of `domain`.
pub fn parse(bytes: &[u8], domain: Option<&str>) -> Listed {
    let mut listed = Listed::default();
    let (mut seen, mut junk) = (BTreeSet::new(), 0);
    for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        match address(line, domain) {
            Ok(address) => {
                if seen.insert(address.clone()) {
                    listed.names.push(MailboxName::Address(address));
                }
            }
            Err(why) => {
                junk += 1;
                if junk <= TOLD {
                    let shown = short(line);
                    let line = at + 1;
                    let told = format!("line {line} names no mailbox ({why}): {shown}");
                    listed.junk.push(told);
                }
            }
        }
    }
    if junk > TOLD {
        let more = junk - TOLD;
        listed
            .junk
            .push(format!("{more} lines more name no mailbox"));
    }
    listed
}

fn address(line: &[u8], domain: Option<&str>) -> Result<Address, String> {
    let text = std::str::from_utf8(line).map_err(|_| "it is not UTF-8 text".to_owned())?;
    if text.contains(char::is_whitespace) {
        return Err("it holds a blank".to_owned());
    }
    // RFC 5322, section 3.2.3; a slash is none of an account's.
    let is_of_one = |c: char| c.is_alphanumeric() || "!#$%&'*+-=?^_`{|}~.@".contains(c);
    if !text.chars().all(is_of_one) || text.matches('@').count() > 1 {
        return Err("it is no address".to_owned());
    }
    let address = Address::parse(text, domain).map_err(|why| why.to_string())?;
    match address.domain() {
        Some(domain) if !domain.is_empty() => Ok(address),
        _ => Err("it has no domain, and the profile names none".to_owned()),
    }
}

fn short(line: &[u8]) -> String {
    const MOST: usize = 80;
    match line.len() > MOST {
        true => abridged(&[&line[..MOST], "…".as_bytes()].concat()),
        false => abridged(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(listed: &Listed) -> Vec<String> {
        listed.names.iter().map(MailboxName::to_string).collect()
    }

    #[test]
    fn one_address_a_line_each_once() {
        let text = b"support@x.test\r\nsales\n\n  info@y.test\nSUPPORT@x.test\nsales@";
        let listed = parse(text, Some("x.test"));
        assert_eq!(
            names(&listed),
            ["support@x.test", "sales@x.test", "info@y.test"]
        );
        assert_eq!(listed.junk, [""; 0]);
    }

    #[test]
    fn what_names_no_mailbox_is_told_and_the_rest_is_read() {
        let text =
            b"a@x.test\n\xff\xfe\nb b@x.test\nc\nd@x.test@y\nPublic/Team\n\x1b[2J@x.test\n@\n@\n";
        let listed = parse(text, None);
        assert_eq!(names(&listed), ["a@x.test"]);
        assert_eq!(
            listed.junk,
            [
                "line 2 names no mailbox (it is not UTF-8 text): \u{fffd}\u{fffd}",
                "line 3 names no mailbox (it holds a blank): b b@x.test",
                "line 4 names no mailbox (it has no domain, and the profile names none): c",
                "line 5 names no mailbox (it is no address): d@x.test@y",
                "line 6 names no mailbox (it is no address): Public/Team",
                "3 lines more name no mailbox",
            ]
        );
    }

    #[test]
    fn a_line_without_an_end_is_shown_in_part() {
        let listed = parse(&vec![b'x'; 100_000], Some("x.test"));
        assert!(listed.junk[0].len() < 250, "{}", listed.junk[0]);
    }

    proptest! {
        #[test]
        fn nothing_reaches_a_terminal_and_no_name_comes_twice(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let listed = parse(&bytes, Some("x.test"));
            prop_assert!(listed.junk.iter().all(|told| !told.contains(char::is_control)));
            let all: BTreeSet<&MailboxName> = listed.names.iter().collect();
            prop_assert_eq!(all.len(), listed.names.len());
        }
    }
}
