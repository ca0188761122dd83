//! mail usage: how full a mailbox is, and for how long its storage will do.

use crate::model::finding::{Finding, FindingKind};
use crate::model::state::{Mailbox, Quota, Untold};
use crate::model::usage::{RECENT_DAYS, Tally, percent};
use crate::model::words;

/// From so many hundredths on a mailbox is nearly full.
const NEARLY_FULL: u64 = 90;

/// For how long the storage will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prospect {
    /// The server does not say how much there may be.
    NotTold,
    /// There is no limit.
    NoLimit,
    /// It is full.
    Full,
    /// Not all of the mail was counted, so that nobody knows the pace.
    PartCounted,
    /// Nothing came in the days that are looked at, or nothing of it is left.
    NotGrowing,
    /// For so many whole days, at this pace.
    Days(u64),
}

/// The limit of the storage of `mailbox` that is nearest, where there is one.
///
/// # Errors
/// Why the server did not say.
pub fn storage(mailbox: &Mailbox) -> Result<Option<&Quota>, &Untold> {
    let is_storage = |quota: &&Quota| quota.resource.eq_ignore_ascii_case("STORAGE");
    let fullest = |quota: &&Quota| percent(quota.used, quota.limit).unwrap_or(u64::MAX);
    let nearest = mailbox.quota.iter().filter(is_storage).max_by_key(fullest);
    match (&mailbox.quota_untold, nearest) {
        (Some(untold), None) => Err(untold),
        (_, nearest) => Ok(nearest),
    }
}

/// That `mailbox` is nearly full, where the server tells how full it is.
pub(super) fn nearly_full(mailbox: &Mailbox) -> Option<Finding> {
    let quota = storage(mailbox).ok().flatten()?;
    let percent = percent(quota.used, quota.limit).filter(|percent| *percent >= NEARLY_FULL)?;
    Some(Finding {
        detail: Some(format!(
            "{} of {} used ({percent} %)",
            words::storage(quota.used),
            words::storage(quota.limit)
        )),
        ..Finding::of_folder(FindingKind::NearlyFull, "INBOX")
    })
}

/// For how long `storage` will do where `recent` is what came in the last [`RECENT_DAYS`] days and is still
/// there, of all the mail if `is_all` of it was counted.
pub fn prospect(storage: Result<Option<&Quota>, &Untold>, recent: Tally, is_all: bool) -> Prospect {
    let quota = match storage {
        Err(_) => return Prospect::NotTold,
        Ok(None) => return Prospect::NoLimit,
        Ok(Some(quota)) => quota,
    };
    let Some(left) = quota.limit.checked_sub(quota.used).filter(|left| *left > 0) else {
        return Prospect::Full;
    };
    if !is_all {
        return Prospect::PartCounted;
    }
    let octets = u128::from(left) * 1024;
    match (octets * u128::from(RECENT_DAYS)).checked_div(u128::from(recent.bytes)) {
        None => Prospect::NotGrowing,
        Some(days) => Prospect::Days(u64::try_from(days).unwrap_or(u64::MAX)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    fn quota(root: &str, used: u64, limit: u64) -> Quota {
        Quota {
            root: root.to_owned(),
            resource: "storage".to_owned(),
            used,
            limit,
        }
    }

    fn after(used: u64, limit: u64, bytes: u64) -> Prospect {
        let recent = Tally { messages: 1, bytes };
        prospect(Ok(Some(&quota("", used, limit))), recent, true)
    }

    #[test]
    fn the_days_are_those_that_the_pace_leaves() {
        // 1 KiB a day.
        assert_eq!(after(900, 1_000, 90 << 10), Prospect::Days(100));
        assert_eq!(after(999, 1_000, 90 << 11), Prospect::Days(0));
        assert_eq!(after(0, u64::MAX, 1), Prospect::Days(u64::MAX));
        assert_eq!(after(900, 1_000, 0), Prospect::NotGrowing);
        for full in [after(1_000, 1_000, 5), after(7, 1, 0), after(0, 0, 5)] {
            assert_eq!(full, Prospect::Full);
        }
    }

    #[test]
    fn what_nobody_knows_is_no_number() {
        let recent = Tally::of(5);
        let untold = Untold {
            why: "no".to_owned(),
            is_kept: true,
        };
        assert_eq!(prospect(Err(&untold), recent, true), Prospect::NotTold);
        assert_eq!(prospect(Ok(None), recent, true), Prospect::NoLimit);
        let told = quota("", 1, 9);
        assert_eq!(
            prospect(Ok(Some(&told)), recent, false),
            Prospect::PartCounted
        );
    }

    #[test]
    fn nine_tenths_are_nearly_full() {
        let mut state = mailbox(&[("INBOX", &[])]);
        let mut found = |used, limit| {
            state.quota = vec![quota("", used, limit)];
            nearly_full(&state).and_then(|finding| finding.detail)
        };
        assert_eq!((found(899, 1_000), found(0, 0)), (None, None));
        let told = found(900, 1_000);
        assert_eq!(told.as_deref(), Some("900 KiB of 1000 KiB used (90 %)"));
        assert!(found(u64::MAX, 1).is_some());
    }

    #[test]
    fn of_several_limits_the_nearest_counts() {
        let mut state = mailbox(&[("INBOX", &[])]);
        assert_eq!(storage(&state), Ok(None));
        state.quota = vec![quota("domain", 90, 100), quota("own", 5, 10)];
        state.quota.push(Quota {
            resource: "MESSAGE".to_owned(),
            ..quota("own", 10, 10)
        });
        let nearest = storage(&state).map(|quota| quota.map(|quota| quota.root.as_str()));
        assert_eq!(nearest, Ok(Some("domain")));
    }
}
