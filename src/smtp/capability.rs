//! What a server can do: the lines of its answer to EHLO (RFC 5321, section 4.1.1.1).

use super::reply::Reply;

/// The extensions that matter for handing over a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Commands may be sent ahead of replies (RFC 2920).
    pub pipelining: bool,
    /// The largest message in bytes (RFC 1870), where the server has a limit and says so.
    pub size: Option<u64>,
    /// The size of a message may be declared (RFC 1870).
    pub declares_size: bool,
    /// Bytes beyond ASCII may travel in a body (RFC 6152).
    pub eight_bit_mime: bool,
    /// Addresses and headers may be UTF-8 (RFC 6531).
    pub smtputf8: bool,
    /// Delivery status notifications may be asked for (RFC 3461).
    pub dsn: bool,
    /// The connection can be protected (RFC 3207).
    pub starttls: bool,
    /// SASL mechanisms (RFC 4954), in upper case.
    pub auth: Vec<String>,
}

impl Capabilities {
    /// Reads the answer to EHLO, whose first line is a greeting.
    pub(super) fn parse(reply: &Reply) -> Self {
        let mut found = Self::default();
        for line in reply.lines().iter().skip(1) {
            found.add(&line.to_ascii_uppercase());
        }
        found
    }

    fn add(&mut self, line: &str) {
        let mut words = line.split_ascii_whitespace();
        match words.next().unwrap_or_default() {
            "PIPELINING" => self.pipelining = true,
            "8BITMIME" => self.eight_bit_mime = true,
            "SMTPUTF8" => self.smtputf8 = true,
            "DSN" => self.dsn = true,
            "STARTTLS" => self.starttls = true,
            "SIZE" => {
                self.declares_size = true;
                let size = words.next().and_then(|n| n.parse().ok());
                // Zero stands for no limit.
                self.size = size.filter(|n| *n > 0);
            }
            "AUTH" => self.auth.extend(words.map(str::to_owned)),
            // How it was written before RFC 2554.
            word => {
                if let Some(first) = word.strip_prefix("AUTH=") {
                    let all = std::iter::once(first).chain(words);
                    self.auth.extend(all.map(str::to_owned));
                }
            }
        }
    }

    /// Whether the SASL mechanism `name` is offered.
    pub fn offers(&self, name: &str) -> bool {
        self.auth.iter().any(|offered| offered == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(lines: &[&str]) -> Capabilities {
        let lines: Vec<_> = lines.iter().map(|l| l.as_bytes().to_vec()).collect();
        Capabilities::parse(&Reply::new(250, &lines))
    }

    #[test]
    fn extensions_are_read_in_any_case() {
        let found = parse(&[
            "SIZE",
            "pipelining",
            "size 10240000",
            "8BITMIME",
            "SMTPUTF8",
            "DSN",
            "CHUNKING",
            "AUTH plain LOGIN",
            "AUTH=XOAUTH2",
        ]);
        assert!(found.pipelining && found.eight_bit_mime && found.smtputf8 && found.dsn);
        assert_eq!(found.size, Some(10_240_000));
        assert!(found.offers("PLAIN") && found.offers("LOGIN") && found.offers("XOAUTH2"));
        assert!(!found.starttls);
    }

    #[test]
    fn a_limit_of_zero_or_none_is_no_limit() {
        for line in ["SIZE 0", "SIZE", "SIZE x", "SIZE 99999999999999999999999"] {
            let found = parse(&["hi", line]);
            assert!(found.declares_size && found.size.is_none());
        }
    }
}
