//! A server as people write it down: `imap.example.com`, `imap.example.com:1993`, `[::1]:993`,
//! `imaps://imap.example.com`.

use std::net::Ipv6Addr;

/// The parts of it, each as it was written: what they may be is said where each has its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts<'a> {
    /// The name or address, in brackets or not.
    pub(super) host: &'a str,
    /// What stands behind the colon.
    pub(super) port: Option<&'a str>,
    /// How the connection is protected, where a scheme says so (`imaps`: RFC 8314, section 3.2).
    pub(super) tls: Option<&'static str>,
}

/// Takes `given` apart. What is no such thing is all host, which is then told to be none.
pub(super) fn split(given: &str) -> Parts<'_> {
    let whole = Parts {
        host: given,
        port: None,
        tls: None,
    };
    let (tls, rest) = match given.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("imaps") => (Some("implicit"), rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("imap") => (Some("starttls"), rest),
        Some(_) => return whole,
        None => (None, given),
    };
    let rest = match tls {
        Some(_) => rest.strip_suffix('/').unwrap_or(rest),
        None => rest,
    };
    let (host, port) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((_, "")) => (rest, None),
        Some((inner, behind)) => match behind.strip_prefix(':') {
            Some(port) => (&rest[..inner.len() + 2], Some(port)),
            None => return whole,
        },
        None if rest.parse::<Ipv6Addr>().is_ok() => (rest, None),
        None => match rest.split_once(':') {
            Some((host, port)) if !port.contains(':') => (host, Some(port)),
            Some(_) => return whole,
            None => (rest, None),
        },
    };
    Parts { host, port, tls }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::IpAddr;

    #[test]
    fn host_port_and_scheme_are_told_apart() {
        for (given, host, port, tls) in [
            ("imap.example.com", "imap.example.com", None, None),
            (
                "imap.example.com:1993",
                "imap.example.com",
                Some("1993"),
                None,
            ),
            ("imap.example.com:", "imap.example.com", Some(""), None),
            ("192.0.2.1:993", "192.0.2.1", Some("993"), None),
            ("::1", "::1", None, None),
            ("[::1]", "[::1]", None, None),
            ("[::1]:993", "[::1]", Some("993"), None),
            ("2001:db8::2:993", "2001:db8::2:993", None, None),
            ("imaps://a.example/", "a.example", None, Some("implicit")),
            (
                "IMAPS://a.example:1",
                "a.example",
                Some("1"),
                Some("implicit"),
            ),
            ("imap://[::1]:143", "[::1]", Some("143"), Some("starttls")),
            ("https://a.example", "https://a.example", None, None),
            ("[::1]993", "[::1]993", None, None),
            ("a:b:c", "a:b:c", None, None),
        ] {
            assert_eq!(split(given), Parts { host, port, tls }, "{given}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics_and_nothing_is_lost(given in "(imaps?://)?[a-z.\\[\\]:0-9/é]{0,20}") {
            let parts = split(&given);
            prop_assert!(given.contains(parts.host));
            prop_assert!(parts.port.is_none_or(|port| given.contains(port)));
        }

        #[test]
        fn what_is_put_together_is_taken_apart(address: IpAddr, port: u16) {
            let host = match address {
                IpAddr::V4(four) => four.to_string(),
                IpAddr::V6(six) => format!("[{six}]"),
            };
            let written = format!("{host}:{port}");
            let port = port.to_string();
            prop_assert_eq!(split(&written), Parts { host: &host, port: Some(&port), tls: None });
            let bare = address.to_string();
            prop_assert_eq!(split(&bare), Parts { host: &bare, port: None, tls: None });
        }
    }
}
