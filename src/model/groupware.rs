//! Folders of Cyrus that hold no mail: calendars, address books and what else its other services
//! keep below a mailbox. An administrator's list shows them among the folders and marks them by
//! nothing but their names; members are not shown them, and cannot open them over IMAP.

use super::dialect::Family;

/// What Cyrus calls them unless its administrator says otherwise (imapd.conf: `calendarprefix`,
/// `addressbookprefix`, `davnotificationsprefix`, `davdriveprefix`, `jmapuploadfolder`, …).
const NAMES: [&str; 9] = [
    "#calendars",
    "#addressbooks",
    "#notifications",
    "#drive",
    "#jmap",
    "#jmapnotification",
    "#jmappushsubscription",
    "#jmapsubmission",
    "#sieve",
];

/// Whether the folder called `path` in a mailbox holds no mail, on a server of `family`.
pub fn holds_no_mail(family: Family, path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    family == Family::Cyrus && NAMES.contains(&first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cyrus_keeps_there_is_set_apart() {
        for path in ["#calendars", "#calendars/Default", "#jmap"] {
            assert!(holds_no_mail(Family::Cyrus, path), "{path}");
            assert!(!holds_no_mail(Family::Dovecot, path), "{path}");
        }
        for path in [
            "#Archive",
            "Archive/#calendars",
            "calendars",
            "INBOX",
            "#calendars2",
        ] {
            assert!(!holds_no_mail(Family::Cyrus, path), "{path}");
        }
    }
}
