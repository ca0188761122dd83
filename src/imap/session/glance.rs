//! What a session may do with many folders, asked in one breath: LIST, MYRIGHTS and EXAMINE.
//!
//! EXAMINE changes which folder is selected, and no other answer here depends on that, so that all
//! may be in flight together (RFC 9051, section 5.5); what it tells untagged of each folder is left
//! aside. It takes no `\Recent` from anybody, as SELECT does (section 6.3.3).

use super::Session;
use super::gather::item;
use crate::error::Result;
use crate::imap::acl::read_rights;
use crate::imap::answer::{Answer, Refusal};
use crate::imap::collect::{Aloft, Collect};
use crate::imap::list;
use crate::imap::list::{Found, ListOptions, Listed};
use crate::imap::pattern::Pattern;
use crate::imap::request::Request;
use crate::imap::response::Data;
use crate::imap::token::Malformed;
use crate::model::folder::WireName;
use crate::model::pace::Pace;
use crate::model::rights::Rights;
use std::collections::{HashMap, HashSet};

/// What to ask, in this order.
#[derive(Clone, Debug, Default)]
pub struct Glance {
    /// LIST of these.
    pub list: Vec<Pattern>,
    /// MYRIGHTS on each of these.
    pub rights: Vec<WireName>,
    /// EXAMINE of each of these.
    pub open: Vec<WireName>,
}

/// What came back, in the order of what was asked.
#[derive(Clone, Debug)]
pub struct Glanced {
    /// All folders that were listed.
    pub listed: Vec<Listed>,
    /// The first refusal of a LIST.
    pub unlisted: Option<Refusal>,
    /// What this login may do.
    pub rights: Vec<Result<Rights, Refusal>>,
    /// Whether it may be opened to be looked at.
    pub opens: Vec<Result<(), Refusal>>,
}

impl Session {
    /// Asks what `glance` says, pipelined.
    ///
    /// # Errors
    /// When the session breaks or is stopped; what the server refuses is a [`Refusal`] in the
    /// folder's place.
    pub fn glance(&mut self, glance: &Glance, pace: &Pace) -> Result<Glanced> {
        let capabilities = self.capabilities();
        let options = ListOptions::default();
        let lists = glance.list.iter();
        let lists = lists.map(|pattern| list::request(pattern, options, capabilities));
        let rights = glance.rights.iter().map(Request::my_rights);
        let opens = glance.open.iter().map(Request::examine);
        let requests: Vec<Request> = lists.chain(rights).chain(opens).collect();
        let mut gathering = Gathering {
            lists: glance.list.iter().cloned().map(Found::new).collect(),
            wanted: glance.rights.iter().collect(),
            rights: HashMap::new(),
        };
        let batch = self.link.run(&requests, pace, &mut gathering);
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let Gathering {
            lists,
            rights: told,
            ..
        } = gathering;
        let mut answers = batch.answers.iter();
        let listing = answers.by_ref().take(glance.list.len());
        let unlisted = listing.filter_map(Answer::refusal).next();
        let rights = glance.rights.iter().zip(answers.by_ref());
        let rights = rights
            .map(|(name, answer)| item(told.get(name).copied(), answer, "MYRIGHTS"))
            .collect::<Result<Vec<_>>>()?;
        let opens = answers.map(|answer| item(Some(()), answer, "EXAMINE"));
        let opens = opens.collect::<Result<Vec<_>>>()?;
        let rights = match self.capabilities().has_union() {
            true => self.union_rights(&glance.rights, rights)?,
            false => rights,
        };
        Ok(Glanced {
            listed: lists.into_iter().flat_map(Found::folders).collect(),
            unlisted,
            rights,
            opens,
        })
    }
}

struct Gathering<'g> {
    lists: Vec<Found>,
    wanted: HashSet<&'g WireName>,
    rights: HashMap<WireName, Rights>,
}

impl Collect for Gathering<'_> {
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        if data.is("LIST") {
            return self
                .lists
                .iter_mut()
                .try_for_each(|list| list.collect(data, aloft));
        }
        if data.is("MYRIGHTS") {
            let mut values = data.values;
            let name = list::folder(&mut values, aloft)?;
            if self.wanted.contains(&name) {
                self.rights.insert(name, read_rights(&mut values)?);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;

    fn names(names: &[&str]) -> Vec<WireName> {
        names
            .iter()
            .map(|name| WireName::from_wire(*name))
            .collect()
    }

    #[test]
    fn all_is_in_flight_at_once_and_matched_by_tag_and_name() {
        let (mut session, script) = dialogue(
            "ACL",
            r#"C: S1 LIST "" "s*"
               C: S2 MYRIGHTS "s/a"
               C: S3 MYRIGHTS "s/b"
               C: S4 EXAMINE "s/a"
               C: S5 EXAMINE "s/b"
               S: * LIST () "/" s/b
               S: * LIST (\Noselect) "/" s
               S: S1 OK done
               S: S4 NO [NOPERM] not you
               S: * 3 EXISTS
               S: * MYRIGHTS s/b wsrl
               S: * OK [CLOSED] gone
               S: S3 OK done
               S: * FLAGS (\Seen)
               S: S5 OK [READ-ONLY] done
               S: S2 NO [NONEXISTENT] what"#,
        );
        let glance = Glance {
            list: vec![Pattern::tree(&WireName::from_wire("s"), Some('/'))],
            rights: names(&["s/a", "s/b"]),
            open: names(&["s/a", "s/b"]),
        };
        let seen = session.glance(&glance, &Pace::unattended()).unwrap();
        script.join().unwrap();
        assert_eq!(seen.listed.len(), 2);
        assert!(seen.rights[0].is_err());
        assert_eq!(seen.rights[1], Ok(Rights::parse("lrsw").unwrap()));
        assert!(seen.opens[0].as_ref().is_err_and(Refusal::denies));
        assert_eq!(seen.opens[1], Ok(()));
        assert_eq!(seen.unlisted, None);
    }
}
