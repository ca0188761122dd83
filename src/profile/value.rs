//! What each value must look like: text in, a checked value or what is wrong with it out.

use super::duration;
use super::problem::{Wrong, quoted};
use super::server::{Impersonate, LogFile};
use crate::model::level::Level;
use crate::model::level_name::LevelName;
use crate::model::login::{Mechanism, ReachKind, SentCopy, Side, Spelling, Tls};
use crate::model::near::nearest;
use crate::model::rights::Rights;
use crate::model::size;
use crate::model::typed;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[cfg(target_os = "macos")]
const SYSLOG: &str = "/var/run/syslog";
#[cfg(not(target_os = "macos"))]
const SYSLOG: &str = "/dev/log";

/// No value in a profile needs to be longer, in bytes.
const MAX_TEXT: usize = 4096;

const TLS: &[(&str, Tls)] = &[
    ("implicit", Tls::Implicit),
    ("starttls", Tls::Starttls),
    ("none", Tls::None),
];
const MECHANISM: &[(&str, Mechanism)] = &[
    ("plain", Mechanism::Plain),
    ("login", Mechanism::Login),
    ("xoauth2", Mechanism::Xoauth2),
    ("oauthbearer", Mechanism::Oauthbearer),
];
const REACH: &[(&str, ReachKind)] = &[
    ("impersonate", ReachKind::Impersonate),
    ("namespace", ReachKind::Namespace),
];
const SIDE: &[(&str, Side)] = &[("imap", Side::Imap), ("server", Side::Server)];
const SENT_COPY: &[(&str, SentCopy)] = &[
    ("imap", SentCopy::Imap),
    ("own", SentCopy::Own),
    ("server", SentCopy::Server),
];
const SPELLING: &[(&str, Spelling)] = &[
    ("address", Spelling::Address),
    ("local-part", Spelling::LocalPart),
];

/// Text that can go on the wire: not empty, not endless, without control characters.
pub(super) fn text(text: &str) -> Result<String, Wrong> {
    if text.trim().is_empty() {
        Err(Wrong::new("the value is empty"))
    } else if text.len() > MAX_TEXT {
        Err(Wrong::new(format!("the value exceeds {MAX_TEXT} bytes")))
    } else if let Some(c) = text.chars().find(|c| c.is_control()) {
        let name = c.escape_unicode();
        Err(Wrong::new(format!(
            "the value holds the control character {name}"
        )))
    } else {
        Ok(text.to_owned())
    }
}

/// A host name or an IP address; brackets around an IPv6 address are dropped.
pub(super) fn host(given: &str) -> Result<String, Wrong> {
    let given = text(given)?;
    let bare = given
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(&given);
    if bare.parse::<IpAddr>().is_ok() {
        return Ok(bare.to_owned());
    }
    let wrong = Wrong::new(format!("{} is not a host name", quoted(&given)));
    if given.contains("://") {
        Err(wrong.hint("write the name alone, without a scheme"))
    } else if given.contains(':') {
        Err(wrong.hint("write the name alone; the port has a key of its own"))
    } else if given.len() > 253 || !given.chars().all(is_host_char) || given.starts_with('-') {
        Err(wrong)
    } else {
        Ok(given)
    }
}

/// Letters of every script: what is not ASCII may be an internationalised name.
fn is_host_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '.' | '_')
}

/// Whether bytes sent to `host` stay on this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

/// What follows the `@` of an address.
pub(super) fn domain(given: &str) -> Result<String, Wrong> {
    let wrong = Wrong::new(format!("{} is not a domain", quoted(given)));
    match host(given) {
        _ if given.starts_with('@') => Err(wrong.hint("write it without the @")),
        Ok(domain) => Ok(domain),
        Err(_) => Err(wrong),
    }
}

/// A number in `range`.
pub(super) fn number<T: TryFrom<i64>>(given: i64, range: RangeInclusive<i64>) -> Result<T, Wrong> {
    let (low, high) = (range.start(), range.end());
    let wrong = Wrong::new(format!("{given} is not between {low} and {high}"));
    match T::try_from(given) {
        Ok(number) if range.contains(&given) => Ok(number),
        _ => Err(wrong),
    }
}

pub(super) fn tls(given: &str) -> Result<Tls, Wrong> {
    one_of(given, TLS)
}

pub(super) fn mechanism(given: &str) -> Result<Mechanism, Wrong> {
    one_of(given, MECHANISM)
}

pub(super) fn reach(given: &str) -> Result<ReachKind, Wrong> {
    one_of(given, REACH)
}

/// `imap` or `server`: who does what could be done on either side.
pub(super) fn side(given: &str) -> Result<Side, Wrong> {
    one_of(given, SIDE)
}

/// `imap`, `own` or `server`: who files copies, and where.
pub(super) fn sent_copy(given: &str) -> Result<SentCopy, Wrong> {
    one_of(given, SENT_COPY)
}

pub(super) fn spelling(given: &str) -> Result<Spelling, Wrong> {
    one_of(given, SPELLING)
}

fn one_of<T: Copy>(given: &str, choices: &[(&str, T)]) -> Result<T, Wrong> {
    if let Some((_, value)) = choices.iter().find(|(name, _)| *name == given) {
        return Ok(*value);
    }
    let names = || choices.iter().map(|(name, _)| *name);
    let list = names().collect::<Vec<_>>().join(", ");
    let what = format!("{} is none of {list}", quoted(given));
    let near = nearest(given, names()).map(did_you_mean);
    Err(Wrong::new(what).maybe_hint(near))
}

pub(super) fn did_you_mean(name: &str) -> String {
    format!("did you mean \"{name}\"?")
}

/// `authzid` or a login-name template.
pub(super) fn impersonate(given: &str) -> Result<Impersonate, Wrong> {
    if given == "authzid" {
        return Ok(Impersonate::Authzid);
    }
    let wrong = |bad| {
        Wrong::new(format!("{} is not a login template: {bad}", quoted(given)))
            .hint("write a template such as \"{mailbox}*{admin}\", or \"authzid\"")
    };
    let given = text(given)?;
    given.parse().map(Impersonate::Template).map_err(wrong)
}

/// The rights that a level stands for.
pub(super) fn rights(given: &str) -> Result<Rights, Wrong> {
    match typed::rights_of_level(given) {
        Ok(rights) if rights.is_empty() => Err(Wrong::new("a level without any right")),
        Ok(rights) => Ok(rights),
        Err(bad) => Err(Wrong::new(bad)),
    }
}

/// The name of a level that a profile makes up. What is nearly the name of a level that every
/// profile has is taken for a slip: the level that was meant would keep its old meaning unseen.
pub(super) fn level_name(given: &str) -> Result<LevelName, Wrong> {
    let near = nearest(given, Level::COMMON.iter().map(Level::name));
    let name = LevelName::parse(given).map_err(|why| {
        let wrong = Wrong::new(format!("{} is no name for a level: {why}", quoted(given)));
        wrong.maybe_hint(near.map(did_you_mean))
    })?;
    match near {
        Some(near) => {
            let what = format!(
                "{} is no name for a level: it is nearly {near}",
                quoted(given)
            );
            Err(Wrong::new(what).hint(format!(
                "did you mean \"{near}\"? A level of your own needs a name that nobody takes for it"
            )))
        }
        None => Ok(name),
    }
}

pub(super) fn duration(given: &str) -> Result<Duration, Wrong> {
    duration::parse(given).map_err(|why| Wrong::new(format!("{} {why}", quoted(given))))
}

/// Where the system takes what is to be logged: `true` for its usual socket, or the path of
/// another; nowhere for `false`.
pub(super) fn syslog(given: &str) -> Result<Option<PathBuf>, Wrong> {
    match given {
        "true" => Ok(Some(Path::new(SYSLOG).to_owned())),
        "false" => Ok(None),
        path if path.starts_with('/') => text(path).map(|path| Some(path.into())),
        other => {
            let wrong = Wrong::new(format!("{} is neither true nor false", quoted(other)));
            Err(wrong.hint("a socket other than /dev/log is given by its whole path"))
        }
    }
}

/// A size in bytes.
pub(super) fn size(given: &str) -> Result<u64, Wrong> {
    let kib = size::parse(given).map_err(|why| {
        let wrong = Wrong::new(format!("{}: {why}", quoted(given)));
        wrong.hint("write it as \"100MiB\"")
    })?;
    Ok(kib.saturating_mul(1024))
}

/// The file that changes are logged in, or `none`; `resolve` says which file a path means.
pub(super) fn log_file(
    given: &str,
    resolve: impl FnOnce(&str) -> PathBuf,
) -> Result<LogFile, Wrong> {
    match text(given)?.as_str() {
        LogFile::NONE => Ok(LogFile::None),
        path => Ok(LogFile::At(resolve(path))),
    }
}

/// The path of a folder in a mailbox: `Identities/Send As`.
pub(super) fn folder(given: &str) -> Result<String, Wrong> {
    let path = text(given)?;
    let inbox = path.eq_ignore_ascii_case("inbox");
    if inbox || path.split('/').any(|part| part.trim().is_empty()) {
        let wrong = Wrong::new(format!("{} is no folder of its own", quoted(given)));
        return Err(wrong.hint("write a path such as \"Identities/Send As\""));
    }
    Ok(path)
}

/// Domains that mail travels to, as addresses spell them: in small letters and A-labels (RFC 5890).
pub(super) fn mail_domains(given: &[String]) -> Result<Vec<String>, Wrong> {
    let one = |given: &String| {
        let named = domain(given)?;
        let wrong = || Wrong::new(format!("{} is not a domain of mail", quoted(given)));
        let ascii = idna::domain_to_ascii(&named).map_err(|_| wrong())?;
        let ascii = ascii.strip_suffix('.').unwrap_or(&ascii).to_owned();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_number = ascii.parse::<IpAddr>().is_ok();
        match !ascii.is_empty() && !is_number && ascii.chars().all(is_name) {
            true => Ok(ascii),
            false => Err(wrong()),
        }
    };
    given.iter().map(one).collect()
}

/// The shared mailboxes there are, each of them text for the wire.
pub(super) fn mailboxes(given: &[String]) -> Result<Vec<String>, Wrong> {
    given.iter().map(|name| text(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_of_mail_are_spelled_as_addresses_spell_them() {
        let domains = |given: &str| mail_domains(&[given.to_owned()]);
        for (given, read) in [
            ("Example.ORG", "example.org"),
            ("b\u{fc}cher.example.", "xn--bcher-kva.example"),
        ] {
            assert_eq!(domains(given).unwrap(), [read]);
        }
        for bad in [
            "",
            "@example.org",
            "*.example.org",
            "a b",
            "[192.0.2.1]",
            "::1",
            "a@b",
        ] {
            assert!(domains(bad).is_err(), "{bad}");
        }
        assert_eq!(mail_domains(&[]).unwrap(), [""; 0]);
    }

    #[test]
    fn hosts_are_names_or_addresses() {
        for good in [
            "imap.example.com",
            "localhost",
            "127.0.0.1",
            "::1",
            "bücher.example",
        ] {
            assert_eq!(host(good).as_deref(), Ok(good));
        }
        assert_eq!(host("[::1]").as_deref(), Ok("::1"));
        for bad in [
            "",
            " ",
            "a b",
            "a:993",
            "imaps://a",
            "a/b",
            "a\r\nb",
            "[a]",
            "-a",
        ] {
            assert!(host(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for here in ["localhost", "LocalHost", "127.0.0.1", "127.8.8.8", "::1"] {
            assert!(is_loopback(here), "{here}");
        }
        for there in [
            "localhost.example.com",
            "127.0.0.1.example.com",
            "0.0.0.0",
            "::",
        ] {
            assert!(!is_loopback(there), "{there}");
        }
    }

    #[test]
    fn the_nearest_choice_is_named() {
        let wrong = tls("startls").unwrap_err();
        assert_eq!(
            wrong.what,
            "\"startls\" is none of implicit, starttls, none"
        );
        assert_eq!(wrong.hint.as_deref(), Some("did you mean \"starttls\"?"));
    }

    #[test]
    fn numbers_stay_in_their_range() {
        assert_eq!(number::<u16>(65_535, 1..=65_535), Ok(65_535));
        assert!(number::<u16>(0, 1..=65_535).is_err());
        assert!(number::<u16>(65_536, 1..=65_535).is_err());
        assert!(number::<usize>(-1, 1..=32).is_err());
    }

    #[test]
    fn a_domain_is_written_without_the_at() {
        let hint = domain("@example.com").unwrap_err().hint;
        assert_eq!(hint.as_deref(), Some("write it without the @"));
    }
}
