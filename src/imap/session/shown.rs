//! What lists show a session, and what it is subscribed to, asked in one breath.

use super::Session;
use crate::error::Result;
use crate::imap::answer::Answer;
use crate::imap::collect::{Aloft, Collect};
use crate::imap::list;
use crate::imap::list::{Found, ListOptions, Listed};
use crate::imap::pattern::Pattern;
use crate::imap::request::Request;
use crate::imap::response::Data;
use crate::imap::token::Malformed;
use crate::model::folder::WireName;
use crate::model::pace::Pace;
use std::collections::BTreeSet;

/// What a session is shown of the folders in a pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Those that LIST shows, in the server's order.
    pub listed: Vec<Listed>,
    /// Those that it is subscribed to, existing or not.
    pub subscribed: BTreeSet<WireName>,
}

impl Session {
    /// What is shown in each of `patterns`: LIST and LSUB (RFC 3501, section 6.3.9), which can be told
    /// apart while both are in flight, as LIST (SUBSCRIBED) could not. A server without LSUB, of
    /// IMAP4rev2 alone, is asked for the latter, one by one.
    ///
    /// # Errors
    /// When the session breaks, or the server refuses.
    pub fn shown(&mut self, patterns: &[Pattern]) -> Result<Vec<Shown>> {
        let capabilities = self.capabilities();
        let lsub = capabilities.has("IMAP4rev1") || !capabilities.has_list_extended();
        let options = ListOptions::default();
        let lists = patterns.iter();
        let lists = lists.map(|pattern| list::request(pattern, options, capabilities));
        let asked = patterns.iter().filter(|_| lsub);
        let lsubs = asked.map(|p| Request::plain("LSUB").string("").pattern(p.sent()));
        let requests: Vec<Request> = lists.chain(lsubs).collect();
        let found = || patterns.iter().cloned().map(Found::new).collect();
        let mut both = Both {
            listed: found(),
            subscribed: found(),
        };
        let batch = self.link.run(&requests, &Pace::unattended(), &mut both);
        if let Some(error) = batch.broken {
            return Err(error);
        }
        for (at, answer) in batch.answers.iter().enumerate() {
            let verb = if at < patterns.len() { "LIST" } else { "LSUB" };
            if let Some(refusal) = Answer::refusal(answer) {
                return Err(refusal.error(verb));
            }
        }
        let pairs = both.listed.into_iter().zip(both.subscribed);
        let mut all: Vec<Shown> = pairs
            .map(|(listed, subscribed)| Shown {
                listed: listed.folders(),
                subscribed: subscribed.folders().into_iter().map(|f| f.name).collect(),
            })
            .collect();
        if !lsub {
            for (shown, pattern) in all.iter_mut().zip(patterns) {
                shown.subscribed = self.subscribed(pattern)?;
            }
        }
        Ok(all)
    }
}

struct Both {
    listed: Vec<Found>,
    subscribed: Vec<Found>,
}

impl Collect for Both {
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        let lists = if data.is("LIST") {
            &mut self.listed
        } else if data.is("LSUB") {
            &mut self.subscribed
        } else {
            return Ok(());
        };
        lists
            .iter_mut()
            .try_for_each(|list| list.collect(data, aloft))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;

    #[test]
    fn what_is_listed_and_what_is_subscribed_are_told_apart() {
        let (mut session, script) = dialogue(
            "IMAP4rev1 LIST-EXTENDED",
            r#"C: S1 LIST "" "a/*"
               C: S2 LIST "" "b"
               C: S3 LSUB "" "a/*"
               C: S4 LSUB "" "b"
               S: * LSUB () "/" a/gone
               S: * LIST (\Subscribed) "/" a/x
               S: * LIST () "/" b
               S: S4 OK done
               S: * LSUB () "/" a/x
               S: S1 OK done
               S: S3 OK done
               S: S2 OK done"#,
        );
        let a = Pattern::below(b"a/");
        let b = Pattern::exactly(&WireName::from_wire("b"));
        let shown = session.shown(&[a, b]).unwrap();
        script.join().unwrap();
        let names = |listed: &[Listed]| -> Vec<String> {
            listed.iter().map(|l| l.name.to_string()).collect()
        };
        assert_eq!(names(&shown[0].listed), ["a/x"]);
        assert_eq!(names(&shown[1].listed), ["b"]);
        let subscribed: Vec<String> = shown[0].subscribed.iter().map(|n| n.to_string()).collect();
        assert_eq!(subscribed, ["a/gone", "a/x"]);
        assert!(shown[1].subscribed.is_empty());
    }
}
