//! What a provider with a Postfix can do: who may send, and what has arrived.

use std::fs::{self, File};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use rustix::fs::{FlockOperation, flock};

use super::client::Client;
use super::mail::{Mail, mails};
use super::{PASSWORD, Provider};

/// No delivery on this machine takes longer.
const LONGEST: Duration = Duration::from_secs(300);

impl Provider {
    /// The submission port: clear text that offers STARTTLS.
    pub fn smtp_port(&self) -> u16 {
        self.submission().0
    }

    /// The submission port that speaks TLS from the first byte (RFC 8314).
    pub fn submissions_port(&self) -> u16 {
        self.submission().1
    }

    /// Who may use which envelope sender, as `smtpd_sender_login_maps` has it, in place of what
    /// was there: each user as herself. The next connection obeys it. Not on a shared provider.
    pub fn sender_login_maps(&self, text: &str) {
        self.change("sender_login_maps", |_| text.to_owned());
    }

    /// Gives one envelope sender these owners. Tests that share a provider each do so for
    /// addresses of their own.
    pub fn sender_owners(&self, address: &str, logins: &[&str]) {
        self.change("sender_login_maps", |text| {
            let others = text
                .lines()
                .filter(|line| line.split_whitespace().next() != Some(address));
            let line = format!("{address} {}", logins.join(","));
            let lines: Vec<&str> = others.chain([line.as_str()]).collect();
            lines.join("\n") + "\n"
        });
    }

    /// Senders that are refused for another reason, as in access(5):
    /// `erin@example.test 550 5.7.1 suspended`.
    pub fn sender_access(&self, text: &str) {
        self.change("sender_access", |_| text.to_owned());
    }

    /// Recipients with an answer of their own, as in access(5), in place of what was there:
    /// `defer@example.test`, deferred with 450.
    pub fn recipient_access(&self, text: &str) {
        self.change("recipient_access", |_| text.to_owned());
    }

    /// What lies in the user's INBOX, once there is anything.
    pub fn mail_of(&self, user: &str) -> Vec<Mail> {
        self.mails_of(user, 1)
    }

    /// What lies in the user's INBOX, once that is so many messages.
    #[track_caller]
    pub fn mails_of(&self, user: &str, count: usize) -> Vec<Mail> {
        let begin = Instant::now();
        let mut client = Client::login(self, user, PASSWORD);
        loop {
            let found = mails(&mut client, "INBOX");
            if found.len() >= count {
                return found;
            }
            let (came, log) = (found.len(), self.log());
            assert!(
                begin.elapsed() < LONGEST,
                "{user}: {came} of {count}\n{log}"
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// What lies in one of the user's folders now.
    pub fn mail_in(&self, user: &str, folder: &str) -> Vec<Mail> {
        mails(&mut Client::login(self, user, PASSWORD), folder)
    }

    /// Waits until everything that Postfix took has been delivered, returned or deferred: after
    /// that a message that is not there will not come.
    #[track_caller]
    pub fn settled(&self) {
        let begin = Instant::now();
        let queue = self.dir().join("server/postfix/queue");
        let busy = |name| fs::read_dir(queue.join(name)).unwrap().next().is_some();
        // In this order: a message that is on its way moves from the first to the second.
        while busy("incoming") || busy("active") {
            assert!(begin.elapsed() < LONGEST, "{}", self.log());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Fills the user's mailbox up: from now on nothing more goes in.
    pub fn fill_up(&self, user: &str) {
        self.limit_storage(user, 1);
    }

    fn submission(&self) -> (u16, u16) {
        self.submission.unwrap_or_else(|| panic!("no Postfix here"))
    }

    /// Rewrites a table of Postfix in one step, while others add users.
    fn change(&self, name: &str, new: impl FnOnce(&str) -> String) {
        let lock = File::create(self.dir().join("server/postfix/lock")).unwrap();
        flock(&lock, FlockOperation::LockExclusive).unwrap();
        let path: PathBuf = self.dir().join(name);
        let draft = path.with_extension("new");
        let old = fs::read_to_string(&path).unwrap_or_default();
        fs::write(&draft, new(&old)).unwrap();
        looks_old(&draft);
        fs::rename(draft, path).unwrap();
    }
}

/// Postfix reads a file that is younger than two seconds again and again until it is not.
fn looks_old(path: &std::path::Path) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(60))
        .unwrap();
}
