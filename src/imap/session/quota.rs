//! Asking how much a mailbox may hold, and saying it (RFC 9208).

use super::Session;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::answer::{Answer, Refusal};
use crate::imap::collect::Nothing;
use crate::imap::quota::{Found, Quota};
use crate::imap::request::Request;
use crate::model::folder::WireName;
use crate::model::pace::{self, Pace};

/// Limits from here on kill the connection on some servers.
const LIMIT_END: u64 = 1 << 31;

impl Session {
    /// The quotas that hold for `folder`: GETQUOTAROOT (RFC 9208, section 4.1.3).
    ///
    /// # Errors
    /// When the session breaks, or the server refuses.
    pub fn quota(&mut self, folder: &WireName) -> Result<Vec<Quota>> {
        let all = self.quotas(std::slice::from_ref(folder), &Pace::unattended())?;
        let first = all.into_iter().next().unwrap_or(Ok(Vec::new()));
        first.map_err(|refusal| refusal.error(&format!("GETQUOTAROOT on \"{folder}\"")))
    }

    /// The quotas that hold for each folder, pipelined. A root of which the server tells nothing
    /// is left out.
    ///
    /// # Errors
    /// As [`Session::acls`].
    pub fn quotas(
        &mut self,
        folders: &[WireName],
        pace: &Pace,
    ) -> Result<Vec<Result<Vec<Quota>, Refusal>>> {
        if let [folder] = folders
            && *folder == WireName::inbox()
            && let Some(quota) = self.looked.quota.take()
        {
            return Ok(vec![Ok(quota)]);
        }
        let requests: Vec<_> = folders.iter().map(Request::quota_root).collect();
        let mut found = Found::new(requests.len());
        let batch = self.link.run(&requests, pace, &mut found);
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let answers = batch.answers.iter().enumerate();
        answers
            .map(|(n, answer)| item(found.of(n), answer))
            .collect()
    }

    /// Replaces all limits of a root: SETQUOTA (RFC 9208, section 4.1.4). Resources that are not
    /// named lose their limit on some servers.
    ///
    /// # Errors
    /// When a limit is 2^31 or more or a name is no atom (nothing is sent), when the session
    /// breaks, or when the server refuses.
    pub fn set_quota(&mut self, root: &str, limits: &[(String, u64)]) -> Result<()> {
        let mut words = Vec::new();
        for (resource, limit) in limits {
            check(resource, *limit)?;
            words.push(format!("{resource} {limit}"));
        }
        let request = Request::plain("SETQUOTA").string(root);
        let request = request.raw(format!("({})", words.join(" ")));
        self.looked.expire();
        let answer = self.ask(request, &mut Nothing)?;
        answer.map_err(|refusal| refusal.error(&format!("SETQUOTA on \"{root}\"")))
    }
}

fn check(resource: &str, limit: u64) -> Result<()> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    if resource.is_empty() || !resource.bytes().all(fits) {
        let what = format!("\"{resource}\" is no name of a quota resource");
        return Err(Error::new(Exit::BadInput, what));
    }
    if limit >= LIMIT_END {
        let what = format!("a {resource} limit of {limit} is more than servers take");
        let hint = "stay below 2147483648 (2 TiB for STORAGE)";
        return Err(Error::new(Exit::BadInput, what).hint(hint));
    }
    Ok(())
}

fn item(quotas: Option<Vec<Quota>>, answer: &Answer) -> Result<Result<Vec<Quota>, Refusal>> {
    if matches!(answer, Answer::Unsent | Answer::Unknown) {
        return Err(pace::stopped());
    }
    Ok(match answer.refusal() {
        Some(refusal) => Err(refusal),
        None => quotas.ok_or_else(|| Refusal::silent("QUOTAROOT")),
    })
}
