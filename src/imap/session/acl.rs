//! Asking who may do what on a folder (RFC 4314).

use super::Session;
use crate::error::Result;
use crate::imap::acl::{Acl, ListRights, Names, read_acl, read_list_rights, read_rights};
use crate::imap::answer::{Refusal, told};
use crate::imap::request::Request;
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
