//! Where an answer goes, and how it is told to belong to a conversation (RFC 5322, section
//! 3.6.4).

use super::id::MessageId;
use super::original::Original;
use crate::mail::{Contact, MailAddress};
use std::collections::HashSet;

/// The fields of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// To whom.
    pub to: Vec<Contact>,
    /// Who else.
    pub cc: Vec<Contact>,
    /// The subject, with one `Re:`.
    pub subject: String,
    /// What is answered.
    pub in_reply_to: Option<MessageId>,
    /// The conversation.
    pub references: Vec<MessageId>,
}

/// How languages and programs write `Re`, in lower case.
const RE: [&str; 14] = [
    "re", "aw", "antw", "sv", "vs", "res", "rif", "odp", "ynt", "bls", "回复", "答复", "回覆",
    "返信",
];
/// The most identifiers in References: the first one and the latest.
const REFERENCES: usize = 30;

impl Original {
    /// The answer that `mailbox` gives: to whom Reply-To says, else to the author; with `all` a
    /// copy to everybody else, but never to the mailbox itself or to `person`, who writes it. An
    /// answer to what the mailbox itself has written goes to whom that went; where nobody is named
    /// as the author (a bounce, say), to nobody.
    pub fn answer(&self, mailbox: &MailAddress, person: Option<&MailAddress>, all: bool) -> Answer {
        let mut seen = HashSet::from([mailbox.key()]);
        let own = self.from.iter().any(|c| c.address.key() == mailbox.key());
        let mut to = others(&self.reply_to, &mut seen);
        if to.is_empty() {
            // A list may have set Reply-To to the mailbox.
            to = others(&self.from, &mut seen);
        }
        if to.is_empty() && own {
            to = others(&self.to, &mut seen);
        }
        let mut cc = Vec::new();
        // Whoever writes it may be the one who asked, but needs no copy.
        seen.extend(person.map(MailAddress::key));
        if all {
            cc = others(&self.to, &mut seen);
            cc.extend(others(&self.cc, &mut seen));
        }
        Answer {
            to,
            cc,
            subject: re(&self.subject),
            in_reply_to: self.message_id.clone(),
            references: self.conversation(),
        }
    }

    fn conversation(&self) -> Vec<MessageId> {
        let mut all: Vec<_> = self.references.clone();
        all.extend(self.message_id.clone());
        if all.len() > REFERENCES {
            all.drain(1..=all.len() - REFERENCES);
        }
        all
    }
}

/// Those who are not among `seen` yet.
fn others(contacts: &[Contact], seen: &mut HashSet<(String, String)>) -> Vec<Contact> {
    let new = contacts
        .iter()
        .filter(|contact| seen.insert(contact.address.key()));
    new.cloned().collect()
}

/// `subject` with one `Re:` before it, whatever stood there.
fn re(subject: &str) -> String {
    let mut rest = subject.trim();
    while let Some(after) = without_re(rest) {
        rest = after;
    }
    format!("Re: {rest}").trim_end().to_owned()
}

/// What follows `Re:`, `AW:`, `Re[2]:` …
fn without_re(subject: &str) -> Option<&str> {
    let (word, after) = subject.split_once([':', '：'])?;
    let word = word.trim_end();
    let counted = word.strip_suffix([']', ')']).and_then(|w| {
        let (word, count) = w.rsplit_once(['[', '('])?;
        count.bytes().all(|b| b.is_ascii_digit()).then_some(word)
    });
    let word = counted.unwrap_or(word).to_lowercase();
    RE.contains(&&*word).then(|| after.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn re_is_never_doubled() {
        for subject in [
            "Hello",
            "Re: Hello",
            "RE: AW: Hello",
            "Sv: re: Hello",
            "Re[2]: Hello",
            "回复：Hello",
        ] {
            assert_eq!(re(subject), "Re: Hello");
        }
        assert_eq!(re("Refund: Re: x"), "Re: Refund: Re: x");
        assert_eq!(re("Fwd: x"), "Re: Fwd: x");
        assert_eq!(re("re: "), "Re:");
    }

    fn contacts(text: &str) -> Vec<Contact> {
        Contact::parse_list(text).unwrap()
    }

    fn written(contacts: &[Contact]) -> String {
        let all: Vec<_> = contacts.iter().map(|c| c.address.to_string()).collect();
        all.join(" ")
    }

    fn support() -> MailAddress {
        MailAddress::parse("support@example.test").unwrap()
    }

    #[test]
    fn an_answer_goes_where_it_is_wanted_and_to_nobody_twice() {
        let mut original = Original {
            from: contacts("A <a@example.test>"),
            to: contacts("Support@Example.test, b@example.test, A@example.test"),
            cc: contacts("c@example.test, B@example.test"),
            ..Original::default()
        };
        let answer = original.answer(&support(), None, true);
        assert_eq!(written(&answer.to), "a@example.test");
        assert_eq!(written(&answer.cc), "b@example.test c@example.test");
        assert_eq!(original.answer(&support(), None, false).cc, []);
        original.reply_to = contacts("list@example.test");
        let answer = original.answer(&support(), None, true);
        assert_eq!(written(&answer.to), "list@example.test");
        assert_eq!(
            written(&answer.cc),
            "b@example.test A@example.test c@example.test"
        );
    }

    #[test]
    fn whoever_writes_the_answer_gets_no_copy_but_may_be_whom_it_goes_to() {
        let alice = MailAddress::parse("alice@example.test").unwrap();
        let mut original = Original {
            from: contacts("a@example.test"),
            to: contacts("Alice@example.test, b@example.test"),
            ..Original::default()
        };
        let answer = original.answer(&support(), Some(&alice), true);
        assert_eq!(written(&answer.cc), "b@example.test");
        original.from = contacts("alice@example.test");
        let answer = original.answer(&support(), Some(&alice), true);
        assert_eq!(written(&answer.to), "alice@example.test");
    }

    #[test]
    fn an_answer_to_oneself_goes_on_to_the_others() {
        let original = Original {
            from: contacts("support@example.test"),
            to: contacts("a@example.test"),
            ..Original::default()
        };
        assert_eq!(
            written(&original.answer(&support(), None, false).to),
            "a@example.test"
        );
    }

    #[test]
    fn where_nobody_is_named_as_the_author_the_answer_goes_to_nobody() {
        let mut original = Original {
            to: contacts("victim@example.test"),
            ..Original::default()
        };
        assert_eq!(original.answer(&support(), None, false).to, []);
        original.reply_to = contacts("support@example.test");
        assert_eq!(original.answer(&support(), None, false).to, []);
        original.from = contacts("a@example.test");
        let answer = original.answer(&support(), None, false);
        assert_eq!(written(&answer.to), "a@example.test");
    }

    #[test]
    fn a_long_conversation_keeps_its_beginning_and_its_end() {
        let id = |n: usize| MessageId::parse(&format!("{n}@x")).unwrap();
        let original = Original {
            references: (0..100).map(id).collect(),
            message_id: Some(id(100)),
            ..Original::default()
        };
        let references = original.answer(&support(), None, false).references;
        assert_eq!(references.len(), REFERENCES);
        assert_eq!(
            (&references[0], references.last()),
            (&id(0), Some(&id(100)))
        );
        assert_eq!(references[1], id(72));
    }
}
