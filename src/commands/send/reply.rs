//! send --reply: the message that is answered, read as the sender sees it.

use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mail::message::{MessageId, Original};
use crate::model::letter::Lying;
use crate::observe::{self, Called};
use crate::output::Output;
use crate::post::sending::{Begun, Sending};
use crate::reach::MemberView;

/// What `--reply` names and where it lies, as the sender herself sees it: in `hers`, or in a session that
/// is opened for that.
///
/// # Errors
/// Where she does not see it, and whatever the session may meet.
pub fn answered(
    args: &cli::send::Send,
    begun: &Begun,
    sending: &Sending,
    hers: &mut Option<MemberView>,
    output: &Output,
) -> Result<Option<(Original, Lying)>> {
    let Some(name) = &args.reply else {
        return Ok(None);
    };
    let called = called(name)?;
    let mut session = match hers.take() {
        Some(session) => session,
        None => begun.provider.sender(&sending.person, &sending.mailbox)?,
    };
    let read = observe::original(&mut session, &args.folder, &called, args.quote);
    *hers = Some(session);
    let (original, lying) = read.map_err(|error| error.about(sending.mailbox.to_string()))?;
    if args.quote && original.text.trim().is_empty() {
        output.warning("the message that is answered has no text near its beginning to quote");
    }
    told(&original, args.quote, output);
    Ok(Some((original, lying)))
}

/// What of the message is not taken over as it was meant.
fn told(original: &Original, quote: bool, output: &Output) {
    let taken = |part: &&&str| quote || **part != "text";
    let unreadable: Vec<&str> = original.unreadable.iter().filter(taken).copied().collect();
    if !unreadable.is_empty() {
        output.warning(&format!(
            "the message that is answered holds characters that cannot be read in: {}",
            unreadable.join(", ")
        ));
    }
    if original.message_id.is_none() {
        output.warning(
            "the message that is answered has no Message-ID that an answer could name: \
             mail programs will show the answer apart from it",
        );
    }
}

fn called(name: &str) -> Result<Called> {
    let digits = name.bytes().all(|b| b.is_ascii_digit());
    let uid = name.parse().ok().filter(|uid| *uid > 0);
    let id = MessageId::parse(name).filter(|_| name.contains('@'));
    let called = match digits {
        true => uid.map(Called::Uid),
        false => id.map(Called::Id),
    };
    called.ok_or_else(|| {
        let what = format!("{name:?} is no UID and no Message-ID");
        Error::new(Exit::Usage, what).hint("write 4711 or '<left@right>'")
    })
}
