//! What administrators have: doveadm, cyradm, Python's imaplib and IMAPClient.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::provider::PASSWORD;
use super::scene::{Scene, Size};

/// Where the way is long and the mailboxes are many, the others do a tenth of the work and are
/// told as if they had done all: one command after the other takes ten times as long for ten times
/// as much.
const PART: &str = "team00";

/// What is done on every folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Read,
    Grant,
    Revoke,
}

/// One of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    Imaplib,
    ImapClient,
    Doveadm,
    Cyradm,
}

impl Other {
    /// Those that can do it here: doveadm runs on the server itself, where no way is long. Taking
    /// away is the same stream of commands as granting, and is not measured again.
    pub fn on(scene: &Scene<'_>, deed: Deed) -> Vec<Other> {
        if scene.alone || deed == Deed::Revoke {
            return Vec::new();
        }
        let by_hand = [Other::Imaplib, Other::ImapClient];
        let own = match (scene.is_dovecot(), scene.delay.is_zero()) {
            (true, true) => Some(Other::Doveadm),
            (true, false) => None,
            (false, _) => Some(Other::Cyradm),
        };
        by_hand.into_iter().chain(own).collect()
    }

    pub fn name(self) -> &'static str {
        match self {
            Other::Imaplib => "imaplib",
            Other::ImapClient => "IMAPClient",
            Other::Doveadm => "doveadm, on the server itself",
            Other::Cyradm => "cyradm",
        }
    }

    /// How long the deed takes on all folders.
    pub fn run(self, scene: &Scene<'_>, deed: Deed) -> Duration {
        let some = scene.size == Size::ManyMailboxes && !scene.delay.is_zero();
        let mailboxes: Vec<&String> = match some {
            true => scene
                .mailboxes
                .iter()
                .filter(|m| m.starts_with(PART))
                .collect(),
            false => scene.mailboxes.iter().collect(),
        };
        let (command, input) = match self {
            Other::Imaplib => python("imaplib_peer.py", scene, deed, &mailboxes),
            Other::ImapClient => python("imapclient_peer.py", scene, deed, &mailboxes),
            Other::Doveadm => doveadm(scene, deed),
            Other::Cyradm => (cyradm(scene, deed, &mailboxes), String::new()),
        };
        let time = fed(command, &input);
        time.mul_f64(scene.mailboxes.len() as f64 / mailboxes.len() as f64)
    }

    /// Whether its times are those of a part.
    pub fn is_told_by_a_part(self, scene: &Scene<'_>) -> bool {
        scene.size == Size::ManyMailboxes && !scene.delay.is_zero()
    }
}

fn word(deed: Deed) -> &'static str {
    match deed {
        Deed::Read => "read",
        Deed::Grant => "grant",
        Deed::Revoke => "revoke",
    }
}

fn python(name: &str, scene: &Scene<'_>, deed: Deed, mailboxes: &[&String]) -> (Command, String) {
    let mut command = Command::new("python3");
    command
        .env("PYTHONPATH", cache().join("imapclient"))
        .env("PASSWORD", PASSWORD)
        .arg(here(name))
        .args([
            word(deed),
            scene.provider.host(),
            &scene.proxy.port().to_string(),
        ])
        .arg(scene.provider.ca_path())
        .args([
            &pattern(scene, mailboxes),
            &scene.identifier(),
            scene.rights(),
        ]);
    let logins: Vec<String> = match scene.is_dovecot() {
        true => mailboxes
            .iter()
            .map(|mailbox| scene.login(mailbox))
            .collect(),
        false => vec![scene.login("")],
    };
    (command, logins.join("\n"))
}

fn doveadm(scene: &Scene<'_>, deed: Deed) -> (Command, String) {
    let addresses: Vec<String> = scene
        .mailboxes
        .iter()
        .map(|m| super::provider::address(m))
        .collect();
    let users = match addresses.as_slice() {
        [one] => one.clone(),
        all => {
            let file = scene.provider.dir().join("doveadm-users");
            fs::write(&file, all.join("\n") + "\n").unwrap();
            file.to_str().unwrap().to_owned()
        }
    };
    let mut command = Command::new("sh");
    command
        .arg(here("doveadm_peer.sh"))
        .arg(word(deed))
        .arg(scene.provider.dir().join("server/dovecot.conf"))
        .args([users, scene.identifier()]);
    let folders: Vec<String> = scene.wire("").collect();
    (command, folders.join("\n") + "\n")
}

/// Its library speaks to the port without TLS, and so comes by a way of its own.
fn cyradm(scene: &Scene<'_>, deed: Deed, mailboxes: &[&String]) -> Command {
    let mut command = Command::new("perl");
    let libraries = cache().join("cyrus/usr/lib").join(architecture());
    let modules = fs::read_dir(
        cache()
            .join("cyradm/usr/lib")
            .join(architecture())
            .join("perl5"),
    );
    let modules = modules.unwrap().next().unwrap().unwrap().path();
    command
        .env("LD_LIBRARY_PATH", libraries)
        .env("PASSWORD", PASSWORD)
        .arg("-I")
        .arg(modules)
        .arg(here("cyradm_peer.pl"))
        .args([
            word(deed),
            scene.provider.host(),
            &scene.clear.port().to_string(),
        ])
        .args([
            &pattern(scene, mailboxes),
            &scene.identifier(),
            scene.rights(),
        ]);
    command
}

fn architecture() -> String {
    format!("{}-linux-gnu", std::env::consts::ARCH)
}

/// What lists the folders of the mailboxes, without those that keep identities.
fn pattern(scene: &Scene<'_>, mailboxes: &[&String]) -> String {
    match (scene.is_dovecot(), mailboxes) {
        (true, _) => "Customer-*".to_owned(),
        (false, [one]) => format!("user/{one}/Customer-*"),
        (false, all) if all.len() == scene.mailboxes.len() => "user/*/Customer-*".to_owned(),
        (false, _) => format!("user/{PART}*/Customer-*"),
    }
}

pub fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("benches/peers")
        .join(name)
}

/// Where the tests' packages are, as tests/provider/shell/cache.sh knows it.
pub fn cache() -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/provider/shell/cache.sh");
    let mut ask = Command::new("bash");
    ask.args(["-c", ". \"$0\"; echo \"$cache\""]).arg(script);
    PathBuf::from(super::run::said(ask).trim())
}

fn fed(mut command: Command, input: &str) -> Duration {
    let begin = Instant::now();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // Gone with the end of this statement, which is what the script waits for.
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success(), "{command:?}");
    begin.elapsed()
}
