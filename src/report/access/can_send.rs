//! can-send: what the grants allow, what the server says, and whether they agree.

use crate::document::{Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::command::command;
use crate::model::grants::Grants;
use crate::smtp::Probe;
use serde::Serialize;

/// The report of `can-send`.
#[derive(Clone, Debug, Serialize)]
pub struct CanSend {
    /// What people call the mailbox.
    pub mailbox: String,
    /// Whose permission it is.
    pub who: String,
    /// The name that the server was asked under.
    pub login: String,
    /// What the grants allow.
    pub grants: Grants,
    /// What the server says, sender by sender.
    pub answers: Vec<Asked>,
    /// Both together.
    pub verdict: Verdict,
    /// What else to know.
    pub remarks: Vec<String>,
    /// Whether an identity of hers is not believed.
    #[serde(skip)]
    pub disbelieved: bool,
    /// How a grant names her.
    #[serde(skip)]
    pub granted_as: String,
    /// Whether the profile's user, who is asked about, may act as the mailbox itself.
    #[serde(skip)]
    pub as_itself: bool,
}

/// One question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// What kind of sender it is.
    pub sender: Sender,
    /// The sender itself.
    pub address: String,
    /// What became of it.
    pub answer: Answer,
    /// The server's words.
    pub reply: String,
}

/// What kind of sender was asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sender {
    /// The mailbox.
    Mailbox,
    /// The person's own address.
    Person,
    /// An address that nobody owns.
    Nobody,
}

/// What a server makes of a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It would take the mail.
    Taken,
    /// The login may not use this sender.
    NotOwned,
    /// Refused for another reason.
    Refused,
    /// Not now.
    Deferred,
}

/// What grants and server say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The grants allow it, and the server obeys them.
    Allowed,
    /// The grants do not allow it, and the server refuses it.
    NotAllowed,
    /// The grants allow it, and the server does not.
    ServerRefuses,
    /// The grants do not allow it, and the server does.
    ServerAllows,
    /// The server takes any sender from anybody who is logged in.
    Unchecked,
    /// The server refused for another reason, so that nothing is known.
    Refused,
    /// The server asks to come back later.
    Deferred,
}

impl From<&Probe> for Answer {
    fn from(probe: &Probe) -> Self {
        match probe {
            Probe::Taken(_) => Answer::Taken,
            Probe::NotOwned(_) => Answer::NotOwned,
            Probe::SenderRefused(_) | Probe::RecipientRefused(_) => Answer::Refused,
            Probe::Deferred(_) => Answer::Deferred,
        }
    }
}

impl Verdict {
    /// What `grants` and the answers for the mailbox, the person's own address and an address of
    /// nobody say together.
    pub fn new(grants: Grants, mailbox: Answer, person: Option<Answer>, nobody: Answer) -> Self {
        if mailbox == Answer::Taken && nobody == Answer::Taken {
            return Verdict::Unchecked;
        }
        let on_behalf = grants.send_on_behalf && !grants.send_as;
        let decisive = if on_behalf && mailbox != Answer::Taken {
            person.unwrap_or(Answer::Refused)
        } else {
            mailbox
        };
        let granted = grants.send_as || on_behalf && mailbox != Answer::Taken;
        match (decisive, granted) {
            (Answer::Taken, true) => Verdict::Allowed,
            (Answer::Taken, false) => Verdict::ServerAllows,
            (Answer::NotOwned, true) => Verdict::ServerRefuses,
            (Answer::NotOwned, false) => Verdict::NotAllowed,
            (Answer::Refused, _) => Verdict::Refused,
            (Answer::Deferred, _) => Verdict::Deferred,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Verdict::Allowed => "allowed",
            Verdict::NotAllowed => "not-allowed",
            Verdict::ServerRefuses => "server-refuses",
            Verdict::ServerAllows => "server-allows",
            Verdict::Unchecked => "unchecked",
            Verdict::Refused => "refused",
            Verdict::Deferred => "deferred",
        }
    }

    /// How the run ends.
    pub const fn exit(self) -> Exit {
        match self {
            Verdict::Allowed => Exit::Done,
            Verdict::NotAllowed => Exit::Refused,
            Verdict::ServerRefuses | Verdict::ServerAllows | Verdict::Unchecked => Exit::Found,
            Verdict::Refused => Exit::Failure,
            Verdict::Deferred => Exit::TryAgain,
        }
    }
}

impl CanSend {
    fn sentence(&self) -> String {
        let (who, mailbox) = (&self.who, &self.mailbox);
        let how = match (self.grants.send_as, self.grants.send_on_behalf) {
            (true, _) => "as",
            (false, true) => "on behalf of",
            (false, false) => "for",
        };
        match self.verdict {
            Verdict::Allowed => format!("{who} may send {how} {mailbox}, and the server lets her"),
            Verdict::NotAllowed => {
                format!("{who} may not send for {mailbox}, and the server refuses it")
            }
            Verdict::ServerRefuses => {
                format!("{who} may send {how} {mailbox}, and the server refuses it")
            }
            Verdict::ServerAllows => {
                format!("{who} may not send as {mailbox}, and the server lets her")
            }
            Verdict::Unchecked => format!(
                "the server does not check who sends: it takes {mailbox} from {who}, and a sender \
                 that nobody owns"
            ),
            Verdict::Refused => format!("the server refused for another reason: {who}, {mailbox}"),
            Verdict::Deferred => "the server asks to come back later".to_owned(),
        }
    }

    fn hint(&self) -> Option<String> {
        let (who, mailbox) = (&self.who, &self.mailbox);
        match self.verdict {
            Verdict::NotAllowed | Verdict::ServerAllows if self.disbelieved => Some(format!(
                "{} tells who could change it; with --fix it mends the folder",
                command(["check", mailbox])
            )),
            Verdict::ServerAllows if self.grants.send_on_behalf => Some(format!(
                "she may send on its behalf: with a table made by {} --with-on-behalf the server lets her on \
                 purpose, and {} expects that",
                command(TABLE),
                command(["can-send", mailbox, who, "--with-on-behalf"])
            )),
            Verdict::ServerRefuses | Verdict::ServerAllows => Some(format!(
                "bring the server's table up to date: {}",
                command(TABLE)
            )),
            Verdict::NotAllowed if self.as_itself => Some(format!(
                "send with --user {mailbox}: {who} may act as the mailbox, which needs nobody's \
                 permission"
            )),
            Verdict::NotAllowed => {
                let gives = command(["grant", mailbox, &self.granted_as, "--send-as"]);
                Some(format!("an administrator gives it: {gives}"))
            }
            Verdict::Unchecked => Some(format!(
                "on Postfix: reject_sender_login_mismatch, and smtpd_sender_login_maps from {}",
                command(TABLE)
            )),
            Verdict::Allowed | Verdict::Refused | Verdict::Deferred => None,
        }
    }
}

/// What prints the table of senders.
const TABLE: [&str; 3] = ["identities", "--format", "postfix"];

impl Report for CanSend {
    fn document(&self) -> Document {
        let sentence = match self.verdict {
            Verdict::Allowed => Text::good(self.sentence()),
            _ => Text::bad(self.sentence()),
        };
        let grants = match (self.grants.send_as, self.grants.send_on_behalf) {
            (true, true) => "Send As, Send on Behalf",
            (true, false) => "Send As",
            (false, true) => "Send on Behalf",
            (false, false) => "neither Send As nor Send on Behalf",
        };
        let mut table = Table::new(["sender", "what it is", "answer", "in the server's words"]);
        for asked in &self.answers {
            table.push([
                Text::strong(&asked.address),
                asked.sender.in_words().into(),
                asked.answer.in_words(),
                Text::dim(&asked.reply),
            ]);
        }
        let document = Document::new().line(sentence);
        let document = document.line(format!("  the grants: {grants}"));
        let document = document.line(format!("  the server, asked as {}:", self.login));
        let mut document = document.table(table);
        document = document.warnings(&self.remarks);
        match self.hint() {
            Some(hint) => document.hint(hint),
            None => document,
        }
    }

    fn records(&self) -> Records {
        let mut records = Records::new([
            "mailbox",
            "who",
            "send_as",
            "send_on_behalf",
            "verdict",
            "sender",
            "address",
            "answer",
            "reply",
        ]);
        for asked in &self.answers {
            records.push([
                self.mailbox.clone(),
                self.who.clone(),
                self.grants.send_as.to_string(),
                self.grants.send_on_behalf.to_string(),
                self.verdict.name().to_owned(),
                asked.sender.name().to_owned(),
                asked.address.clone(),
                asked.answer.name().to_owned(),
                asked.reply.clone(),
            ]);
        }
        records
    }
}

impl Sender {
    const fn name(self) -> &'static str {
        match self {
            Sender::Mailbox => "mailbox",
            Sender::Person => "person",
            Sender::Nobody => "nobody",
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Sender::Mailbox => "the mailbox",
            Sender::Person => "her own address",
            Sender::Nobody => "nobody's",
        }
    }
}

impl Answer {
    const fn name(self) -> &'static str {
        match self {
            Answer::Taken => "taken",
            Answer::NotOwned => "not-owned",
            Answer::Refused => "refused",
            Answer::Deferred => "deferred",
        }
    }

    fn in_words(self) -> Text {
        match self {
            Answer::Taken => Text::plain("taken"),
            Answer::NotOwned => Text::warn("not owned"),
            Answer::Refused => Text::bad("refused"),
            Answer::Deferred => Text::bad("later"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AS: Grants = Grants {
        send_as: true,
        send_on_behalf: false,
    };
    const ON_BEHALF: Grants = Grants {
        send_as: false,
        send_on_behalf: true,
    };
    const NONE: Grants = Grants {
        send_as: false,
        send_on_behalf: false,
    };

    #[test]
    fn grants_and_server_are_held_against_each_other() {
        use Answer::{Deferred, NotOwned, Refused, Taken};
        let own = Some(Taken);
        for (grants, mailbox, person, nobody, verdict, code) in [
            (AS, Taken, own, NotOwned, Verdict::Allowed, 0),
            (AS, Taken, own, Taken, Verdict::Unchecked, 2),
            (NONE, Taken, own, Taken, Verdict::Unchecked, 2),
            (AS, NotOwned, own, NotOwned, Verdict::ServerRefuses, 2),
            (AS, Refused, own, NotOwned, Verdict::Refused, 1),
            (AS, Deferred, own, NotOwned, Verdict::Deferred, 75),
            (ON_BEHALF, NotOwned, own, NotOwned, Verdict::Allowed, 0),
            (ON_BEHALF, Taken, own, NotOwned, Verdict::ServerAllows, 2),
            (
                ON_BEHALF,
                NotOwned,
                Some(NotOwned),
                NotOwned,
                Verdict::ServerRefuses,
                2,
            ),
            (ON_BEHALF, NotOwned, None, NotOwned, Verdict::Refused, 1),
            (NONE, NotOwned, own, NotOwned, Verdict::NotAllowed, 77),
            (NONE, Taken, own, NotOwned, Verdict::ServerAllows, 2),
            (NONE, NotOwned, own, Taken, Verdict::NotAllowed, 77),
        ] {
            let found = Verdict::new(grants, mailbox, person, nobody);
            assert_eq!(
                (found, found.exit().code()),
                (verdict, code),
                "{grants:?} {mailbox:?}"
            );
        }
    }
}
