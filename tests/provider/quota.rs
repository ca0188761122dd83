//! Limits of storage, as each server has them set.

use std::thread;
use std::time::{Duration, Instant};

use super::client::{Client, quoted};
use super::{Kind, Mailbox, Provider};

/// A server may look at its accounts once a second.
const LONGEST: Duration = Duration::from_secs(300);

impl Provider {
    /// Whether an administrator can set limits over IMAP: Dovecot cannot any more from 2.4 on.
    pub fn sets_quota(&self) -> bool {
        match self.kind() {
            Kind::Dovecot => !self.is_dovecot_2_4(),
            Kind::Cyrus => true,
            Kind::Courier => false,
        }
    }

    /// Whether this is Dovecot 2.4, by what it wrote into its configuration.
    pub fn is_dovecot_2_4(&self) -> bool {
        let conf = self.dir().join("server/dovecot.conf");
        std::fs::read_to_string(conf).is_ok_and(|text| text.contains("dovecot_config_version"))
    }

    /// Limits what the user's Dovecot mailbox may hold to so many KiB, from the next login on.
    #[track_caller]
    pub fn limit_storage(&self, user: &str, kib: u32) {
        if self.sets_quota() {
            let root = quoted("User quota");
            Client::impersonate(self, user).ok(&format!("SETQUOTA {root} (STORAGE {kib})"));
            return;
        }
        self.add_users(&[user], &[&format!("quota_storage_size={kib}K")]);
        let begin = Instant::now();
        let limit = format!(" {kib})");
        while !Client::impersonate(self, user)
            .ok("GETQUOTAROOT INBOX")
            .contains(&limit)
        {
            assert!(begin.elapsed() < LONGEST, "{}", self.log());
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Mailbox<'_> {
    /// Limits what the mailbox may hold to so many KiB.
    #[track_caller]
    pub fn limit_storage(&self, kib: u32) {
        match self.provider.kind() {
            Kind::Dovecot => self.provider.limit_storage(&self.address, kib),
            _ => {
                let root = quoted(&self.owned("INBOX"));
                self.owner().ok(&format!("SETQUOTA {root} (STORAGE {kib})"));
            }
        }
    }
}
