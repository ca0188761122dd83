//! Commands on their way, and their replies in the same order (RFC 2920, section 3.1).
//!
//! The window is bounded so that what is sent always fits the buffers between the two sides: a
//! client and a server that both wait to write would wait for ever.

use super::reply::Reply;
use super::wire::Wire;
use crate::error::Result;

/// The most bytes of commands without a reply.
const BYTES: usize = 16 << 10;
/// The most commands without a reply.
const COMMANDS: usize = 100;

/// Whether to go on with the commands that are not sent yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Send them.
    Go,
    /// Send no more; the replies to what was sent are still read.
    Stop,
}

/// Sends `commands`, and gives each reply with its command's number to `answer`. One at a time,
/// unless the server takes them ahead.
pub(super) fn run(
    wire: &mut Wire,
    commands: &[String],
    pipelining: bool,
    mut answer: impl FnMut(usize, Reply) -> Next,
) -> Result<()> {
    let most = if pipelining { COMMANDS } else { 1 };
    let (mut sent, mut answered, mut bytes) = (0, 0, 0);
    let mut end = commands.len();
    while answered < end {
        // Refilled when half of it is empty, so that a burst is one write.
        if sent - answered <= most / 2 {
            while sent < end && fits(sent - answered, bytes, commands[sent].len(), most) {
                bytes += commands[sent].len();
                wire.queue(&commands[sent]);
                sent += 1;
            }
            if let Err(error) = wire.flush() {
                if let Some(reply) = wire.last_words().filter(|r| r.code() == 421) {
                    answer(answered, reply);
                }
                return Err(error);
            }
        }
        let reply = wire.reply()?;
        if reply.code() / 100 == 3 && commands[answered] != "DATA" {
            return Err(wire.broke("it asks for more where nothing follows"));
        }
        bytes -= commands[answered].len();
        let ended = reply.code() == 421;
        if answer(answered, reply) == Next::Stop {
            end = sent;
        }
        answered += 1;
        if ended {
            return wire.check();
        }
    }
    Ok(())
}

fn fits(aloft: usize, bytes: usize, more: usize, most: usize) -> bool {
    aloft == 0 || aloft < most && bytes + more <= BYTES
}
