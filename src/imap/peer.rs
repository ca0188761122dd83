//! Sessions with a server of the tests' own.

use super::session::Session;
pub(super) use crate::net::peer::{Peer, Script, credentials, serve};
use std::time::Duration;

/// A session with `capabilities` whose server goes on by `script`.
pub(crate) fn session(
    capabilities: &'static str,
    timeout: Duration,
    script: impl FnOnce(&mut Peer) + Send + 'static,
) -> (Session, Script) {
    let (mut endpoint, thread) = serve(move |peer| {
        peer.say("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready");
        peer.expect("a1 AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==");
        peer.say(&format!("a1 OK [CAPABILITY IMAP4rev1 {capabilities}] in"));
        script(peer);
    });
    endpoint.timeout = timeout;
    (
        Session::open(&endpoint, &credentials(), None).unwrap(),
        thread,
    )
}

/// A session that keeps to `dialogue`: lines that begin with `C: ` or `S: `, as in RFCs.
pub(crate) fn dialogue(capabilities: &'static str, dialogue: &'static str) -> (Session, Script) {
    session(capabilities, Duration::from_secs(5), move |peer| {
        peer.follow(dialogue);
    })
}
