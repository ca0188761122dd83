//! Asking who may do what on a folder (RFC 4314).

use super::Session;
use super::selected::{Entering, Selected};
use crate::error::Result;
use crate::imap::acl::{Acl, ListRights, Names, read_acl, read_list_rights, read_rights};
use crate::imap::answer::{Answer, Refusal, told};
use crate::imap::collect::{Aloft, Collect};
use crate::imap::request::Request;
use crate::imap::response::{Data, State};
use crate::imap::token::Malformed;
use crate::model::folder::WireName;
use crate::model::pace::Pace;
use crate::model::rights::Rights;

impl Session {
    /// The ACL of each folder: GETACL (RFC 4314, section 3.3), pipelined; on Courier LIST (ACL),
    /// which shows groups as well.
    ///
    /// # Errors
    /// When the session breaks or is stopped; what the server refuses is a [`Refusal`] in the
    /// folder's place.
    pub fn acls(&mut self, folders: &[WireName], pace: &Pace) -> Result<Vec<Result<Acl, Refusal>>> {
        if self.capabilities().has_union() {
            return self.union_acls(folders, pace);
        }
        self.get_acls(folders, pace)
    }

    pub(super) fn get_acls(
        &mut self,
        folders: &[WireName],
        pace: &Pace,
    ) -> Result<Vec<Result<Acl, Refusal>>> {
        let requests: Vec<_> = folders.iter().map(Request::get_acl).collect();
        let mut names = Names::default();
        self.gather(&requests, pace, "ACL", |values| {
            read_acl(values, &mut names)
        })
    }

    /// What this login may do on each folder: MYRIGHTS (RFC 4314, section 3.5), pipelined.
    ///
    /// # Errors
    /// As [`Session::acls`].
    pub fn my_rights(
        &mut self,
        folders: &[WireName],
        pace: &Pace,
    ) -> Result<Vec<Result<Rights, Refusal>>> {
        let requests: Vec<_> = folders.iter().map(Request::my_rights).collect();
        let rights = self.gather(&requests, pace, "MYRIGHTS", read_rights)?;
        if self.capabilities().has_union() {
            return self.union_rights(folders, rights);
        }
        Ok(rights)
    }

    /// What this login may do on one folder; nothing where the server says that there is none.
    ///
    /// # Errors
    /// As [`Session::acls`], and where the server answers neither: then nobody knows.
    pub fn my_rights_on(&mut self, folder: &WireName) -> Result<Option<Rights>> {
        let answers = self.my_rights(std::slice::from_ref(folder), &Pace::unattended())?;
        let tried = || format!("MYRIGHTS on {:?}", folder.to_unicode());
        let first = answers.into_iter().next();
        first.map_or(Ok(None), |answer| told(answer, &tried()))
    }

    /// [`Session::select`] of `folder`, and what this login may do there in the same breath, as far as that is told.
    ///
    /// # Errors
    /// When the session breaks; the inner one where the server refuses to open it.
    pub fn select_with_rights(&mut self, folder: &WireName) -> Result<Result<Selected, Refusal>> {
        let has_rights = self.capabilities().has("ACL") && !self.capabilities().has_union();
        if !has_rights {
            return self.select(folder);
        }
        let requests = [Request::select(folder), Request::my_rights(folder)];
        let mut both = Both::default();
        let batch = self.link.run(&requests, &Pace::unattended(), &mut both);
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let answer = batch.answers.first().unwrap_or(&Answer::Unknown);
        let (rights, entering) = (both.rights, both.entering);
        Ok(match answer.refusal() {
            Some(refusal) => Err(refusal),
            None => Ok(Selected {
                rights,
                ..entering.became(answer)
            }),
        })
    }

    /// What could be granted to each identifier on its folder: LISTRIGHTS (RFC 4314, section
    /// 3.4), pipelined.
    ///
    /// # Errors
    /// As [`Session::acls`].
    pub fn list_rights(
        &mut self,
        pairs: &[(WireName, String)],
        pace: &Pace,
    ) -> Result<Vec<Result<ListRights, Refusal>>> {
        let ask =
            |(folder, identifier): &(WireName, String)| Request::list_rights(folder, identifier);
        if let [(folder, _)] = pairs
            && *folder == WireName::inbox()
            && let Some(rights) = self.looked.rights.take()
        {
            return Ok(vec![Ok(rights)]);
        }
        let requests: Vec<_> = pairs.iter().map(ask).collect();
        self.gather(&requests, pace, "LISTRIGHTS", read_list_rights)
    }
}

/// What is told while one folder is entered and asked about.
#[derive(Default)]
struct Both {
    entering: Entering,
    rights: Option<Rights>,
}

impl Collect for Both {
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        if !data.is("MYRIGHTS") {
            return self.entering.collect(data, aloft);
        }
        let mut values = data.values;
        values.astring()?;
        self.rights = Some(read_rights(&mut values)?);
        Ok(())
    }

    fn told(&mut self, state: &State<'_>, aloft: &Aloft<'_>) {
        self.entering.told(state, aloft);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;

    #[test]
    fn a_folder_is_entered_and_its_rights_are_told_in_one_breath() {
        let (mut session, script) = dialogue(
            "ACL",
            r#"C: S1 SELECT "A"
               C: S2 MYRIGHTS "A"
               S: * MYRIGHTS A lri
               S: S2 OK done
               S: * OK [UIDVALIDITY 7] fine
               S: S1 OK [READ-WRITE] in
               C: S3 SELECT "A"
               C: S4 MYRIGHTS "A"
               S: S3 OK in
               S: S4 NO not that
               C: S5 SELECT "A"
               C: S6 MYRIGHTS "A"
               S: S5 NO [NOPERM] not you
               S: S6 OK done"#,
        );
        let folder = WireName::from_wire(*b"A");
        let mut select = || session.select_with_rights(&folder).unwrap();
        let first = select().unwrap();
        assert_eq!(first.rights, Rights::parse("lri").ok());
        assert_eq!(first.uid_validity, Some(7));
        assert_eq!(select().unwrap().rights, None);
        assert!(select().is_err());
        script.join().unwrap();
    }
}
