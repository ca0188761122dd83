//! Reading Courier's own ACLs (`ACL2=UNION`, announced beside RFC 2086's), which LIST shows: every
//! entry and every letter. How they are spelled, `courier` says.

use super::Session;
use crate::error::Result;
use crate::imap::acl::{Acl, Entry, Names, read_rights};
use crate::imap::answer::Refusal;
use crate::imap::collect::{Aloft, Collect};
use crate::imap::courier::{bare, modern};
use crate::imap::list::folder;
use crate::imap::namespace::read_separator;
use crate::imap::pattern::Pattern;
use crate::imap::request::Request;
use crate::imap::response::Data;
use crate::imap::token::{Cursor, Malformed};
use crate::model::folder::WireName;
use crate::model::pace::Pace;
use crate::model::rights::Rights;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

impl Session {
    /// LIST (ACL), one question for folders that begin alike. What it does not show is asked for by
    /// GETACL, whose refusal tells why.
    pub(super) fn union_acls(
        &mut self,
        folders: &[WireName],
        pace: &Pace,
    ) -> Result<Vec<Result<Acl, Refusal>>> {
        let told = self.union_list("ACL", folders)?.acls;
        (pace.tick)(told.len());
        let is_untold = |name: &&WireName| !told.contains_key(*name);
        let untold: Vec<WireName> = folders.iter().filter(is_untold).cloned().collect();
        let mut asked = self.get_acls(&untold, pace)?.into_iter();
        let mut answer = |name| match told.get(name) {
            Some(acl) => Some(Ok(acl.clone())),
            None => Some(asked.next()?.map(modern_acl)),
        };
        Ok(folders.iter().filter_map(&mut answer).collect())
    }

    /// What MYRIGHTS answered, with the letters that only LIST (MYRIGHTS) tells.
    pub(super) fn union_rights(
        &mut self,
        folders: &[WireName],
        answers: Vec<Result<Rights, Refusal>>,
    ) -> Result<Vec<Result<Rights, Refusal>>> {
        let told = self.union_list("MYRIGHTS", folders)?.rights;
        let both = |(name, answer): (&WireName, Result<Rights, Refusal>)| {
            let listed = told.get(name).copied();
            answer.map(|rights| listed.unwrap_or_else(|| modern(rights)))
        };
        Ok(folders.iter().zip(answers).map(both).collect())
    }

    fn union_list(&mut self, what: &'static str, folders: &[WireName]) -> Result<Told> {
        let mut told = Told {
            wanted: folders.iter().cloned().collect(),
            ..Told::default()
        };
        for pattern in covering(folders) {
            let request = Request::plain("LIST").raw(format!("({what})"));
            let request = request.string("").pattern(pattern.sent());
            let answer = self.ask(request, &mut told)?;
            answer.map_err(|refusal| refusal.error("LIST"))?;
        }
        Ok(told)
    }
}

/// The fewest patterns that match `folders`.
fn covering(folders: &[WireName]) -> Vec<Pattern> {
    let mut all = folders.iter();
    let Some(first) = all.next() else {
        return Vec::new();
    };
    let shared = all.fold(first.as_bytes(), |shared, name| {
        let alike = shared
            .iter()
            .zip(name.as_bytes())
            .take_while(|(a, b)| a == b);
        &shared[..alike.count()]
    });
    if shared.is_empty() || folders.len() == 1 {
        folders.iter().map(Pattern::exactly).collect()
    } else {
        vec![Pattern::below(shared)]
    }
}

/// What LIST told of the folders that were asked about.
#[derive(Default)]
struct Told {
    wanted: HashSet<WireName>,
    names: Names,
    acls: HashMap<WireName, Acl>,
    rights: HashMap<WireName, Rights>,
}

impl Collect for Told {
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        if !data.is("LIST") {
            return Ok(());
        }
        let mut values = data.values;
        values.skip()?;
        read_separator(&mut values)?;
        let name = folder(&mut values, aloft)?;
        if !self.wanted.contains(&name) || values.at_end() {
            return Ok(());
        }
        values.expect(b'(')?;
        while !values.eat(b')') {
            values.expect(b'(')?;
            let kind = values.astring()?;
            if kind.eq_ignore_ascii_case(b"ACL") {
                let acl = read_entries(&mut values, &mut self.names)?;
                self.acls.insert(name.clone(), acl);
            } else if kind.eq_ignore_ascii_case(b"MYRIGHTS") {
                let rights = modern(read_rights(&mut values)?);
                self.rights.insert(name.clone(), rights);
            } else {
                values.skip()?;
            }
            values.expect(b')')?;
        }
        Ok(())
    }
}

/// `"(" *("(" identifier SP rights ")") ")"`
fn read_entries(values: &mut Cursor<'_>, names: &mut Names) -> Result<Acl, Malformed> {
    let mut acl = Acl::new();
    values.expect(b'(')?;
    while !values.eat(b')') {
        values.expect(b'(')?;
        let identifier = values.astring()?;
        let rights = modern(read_rights(values)?);
        values.expect(b')')?;
        let text = String::from_utf8_lossy(&identifier);
        acl.push(Entry {
            exact: matches!(text, Cow::Borrowed(_)),
            identifier: names.intern(bare(&text).as_ref()),
            rights,
        });
    }
    Ok(acl)
}

fn modern_acl(mut acl: Acl) -> Acl {
    for entry in &mut acl {
        entry.rights = modern(entry.rights);
    }
    acl
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;

    fn names(all: &[&str]) -> Vec<WireName> {
        all.iter().map(|name| WireName::from_wire(*name)).collect()
    }

    #[test]
    fn one_list_tells_groups_and_a_refusal_is_getacls() {
        let (mut session, script) = dialogue(
            "ACL ACL2=UNION",
            "C: S1 LIST (ACL) \"\" \"#shared.s*\"\r\n\
             S: * LIST (\\HasChildren) \".\" \"#shared.s\" ((\"ACL\" ((\"owner\" \"acdilrsw\")\
             (\"user=alice\" \"lr\")(\"group=team\" \"lrt\")))(\"POSTADDRESS\" NIL))\r\n\
             S: * LIST () \".\" \"#shared.strange\" ((\"ACL\" ((\"user=bob\" \"lr\"))))\r\n\
             S: * LIST () \".\" \"#shared.s.Sent\"\r\n\
             S: S1 OK done\r\n\
             C: S2 GETACL \"#shared.s.Sent\"\r\n\
             S: S2 NO Access denied\r\n",
        );
        let folders = names(&["#shared.s", "#shared.s.Sent", "#shared.s"]);
        let answers = session.acls(&folders, &Pace::unattended()).unwrap();
        script.join().unwrap();
        let told: Vec<String> = answers[0]
            .iter()
            .flatten()
            .map(|entry| format!("{} {}", entry.identifier, entry.rights))
            .collect();
        assert_eq!(told, ["owner lrswikxtea", "alice lr", "group=team lrt"]);
        assert_eq!(answers[1].as_ref().unwrap_err().text, "Access denied");
        assert_eq!(answers[0], answers[2]);
    }

    #[test]
    fn half_an_entry_breaks_the_session() {
        let (mut session, script) = dialogue(
            "ACL ACL2=UNION",
            "C: S1 LIST (ACL) \"\" \"INBOX\"\r\n\
             S: * LIST () \".\" \"INBOX\" ((\"ACL\" ((\"user=alice\"\r\n",
        );
        let answer = session.acls(&names(&["INBOX"]), &Pace::unattended());
        assert!(answer.is_err());
        drop(session);
        let _ = script.join();
    }

    #[test]
    fn one_question_covers_folders_that_begin_alike() {
        let sent = |all: &[&str]| -> Vec<Vec<u8>> {
            let patterns = covering(&names(all));
            patterns.iter().map(|p| p.sent().to_vec()).collect()
        };
        assert_eq!(sent(&["#shared.a", "#shared.a.Sent"]), [b"#shared.a*"]);
        assert_eq!(sent(&["#shared.a"]), [b"#shared.a"]);
        assert_eq!(sent(&["INBOX", "#shared.a"]).len(), 2);
        assert!(sent(&[]).is_empty());
    }
}
