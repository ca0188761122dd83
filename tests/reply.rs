//! `sharemail send --reply`: answers to messages that lie in a shared mailbox, seen from the
//! recipient's side and in the mailbox.

use std::process::Command;

use tempfile::TempDir;

use crate::provider::client::utf7;
use crate::provider::mail::mails;
use crate::provider::{
    Act, Client, Cyrus, FakeSmtp, Kind, Mail, Mailbox, Postfix, Provider, Ran, run,
};

/// A mailbox whose alice may do everything and whose bob may only read and send on its behalf.
struct Desk {
    mailbox: Mailbox<'static>,
    state: TempDir,
    /// Where there is no Postfix.
    smtp: Option<FakeSmtp>,
}

impl Desk {
    fn on_dovecot() -> Desk {
        let desk = Desk::on(Postfix::running(), None);
        let (support, alice) = (&desk.mailbox.address, desk.mailbox.alice());
        desk.mailbox
            .provider
            .sender_owners(support, &[support, alice]);
        desk
    }

    fn on_cyrus() -> Desk {
        Desk::on(Cyrus::running(), Some(FakeSmtp::tls(|_, _| Act::Go)))
    }

    fn on_both() -> [Desk; 2] {
        [Desk::on_dovecot(), Desk::on_cyrus()]
    }

    fn on(provider: &'static Provider, smtp: Option<FakeSmtp>) -> Desk {
        let mailbox = Mailbox::on(provider, &["Sent", "Entwürfe & Ähnliches"], 3);
        let [alice, bob] = [mailbox.alice(), mailbox.bob()];
        mailbox
            .grant([alice, "--full-access", "--send-as"])
            .exits(0);
        mailbox
            .grant([bob, "--read-only", "--send-on-behalf"])
            .exits(0);
        let state = tempfile::tempdir().unwrap();
        Desk {
            mailbox,
            state,
            smtp,
        }
    }

    fn sharemail(&self) -> Command {
        let mut command = self.mailbox.provider.sharemail();
        command.env("XDG_STATE_HOME", self.state.path());
        if let Some(smtp) = &self.smtp {
            smtp.serve(&mut command);
        }
        command
    }

    fn send(&self, user: &str, words: &[&str]) -> Ran {
        let begin = [
            "send",
            &self.mailbox.address,
            "--user",
            user,
            "--body",
            "Yes.\n",
        ];
        run::run(&mut self.sharemail(), begin.iter().chain(words))
    }

    /// Puts a message into a folder and says its UID.
    fn arrives(&self, folder: &str, message: &str) -> String {
        let message = message.replace('\n', "\r\n");
        let mut owner = Client::impersonate(self.mailbox.provider, &self.mailbox.address);
        owner.append(&utf7(folder), &message);
        self.lies(folder).last().unwrap().uid.to_string()
    }

    /// What lies in a folder, with the flags that everybody sees.
    fn lies(&self, folder: &str) -> Vec<Mail> {
        let mut alice = self.mailbox.member(self.mailbox.alice());
        let root = self.mailbox.seen("INBOX");
        let seen = match folder {
            "INBOX" => root,
            _ => format!("{root}/{folder}"),
        };
        mails(&mut alice, &seen)
    }

    /// The last copy, which is the message with Bcc.
    fn copy(&self) -> Mail {
        self.lies("Sent").pop().unwrap()
    }

    fn flags(&self, folder: &str) -> Vec<String> {
        let mut flags = self.lies(folder).pop().unwrap().flags;
        flags.retain(|flag| flag != "\\Recent");
        flags
    }

    fn is_dovecot(&self) -> bool {
        self.mailbox.provider.kind() == Kind::Dovecot
    }
}

/// A question by robin with whatever else.
fn question(fields: &str, text: &str) -> String {
    format!(
        "From: =?utf-8?q?R=C3=B6bin?= <robin@sink.test>\n\
         Date: Fri, 21 Nov 2025 19:28:00 +0100\nSubject: =?utf-8?q?Stra=C3=9Fe?=\n\
         Message-ID: <q1@sink.test>\n{fields}\n{text}"
    )
}

#[test]
fn an_answer_belongs_to_the_conversation_and_marks_what_it_answers() {
    for desk in Desk::on_both() {
        let asked = question("References: <a@sink.test> <b@sink.test>\n", "Is it\nyou?\n");
        let uid = desk.arrives("INBOX", &asked);
        let ran = desk.send(desk.mailbox.alice(), &["--reply", &uid]);
        ran.exits(0)
            .says("marked as answered in INBOX")
            .says("filed in Sent");
        let copy = desk.copy();
        assert_eq!(
            copy.field("To").unwrap(),
            "=?utf-8?b?UsO2Ymlu?= <robin@sink.test>"
        );
        assert_eq!(copy.field("In-Reply-To").unwrap(), "<q1@sink.test>");
        let references = copy.field("References").unwrap();
        assert_eq!(references, "<a@sink.test> <b@sink.test> <q1@sink.test>");
        assert_eq!(
            copy.field("Subject").unwrap(),
            "=?utf-8?b?UmU6IFN0cmHDn2U=?="
        );
        assert_eq!(copy.body(), b"Yes.\r\n");
        // Nobody has read it by that.
        assert_eq!(desk.flags("INBOX"), ["\\Answered"]);
    }
}

#[test]
fn an_answer_to_all_leaves_out_the_mailbox_and_the_sender_and_obeys_reply_to() {
    for desk in Desk::on_both() {
        let (support, alice) = (&desk.mailbox.address, desk.mailbox.alice());
        let fields = format!(
            "Reply-To: list@sink.test\nTo: {support}, b@sink.test\nCc: {alice}, B@sink.test, c@sink.test\n"
        );
        let uid = desk.arrives("INBOX", &question(&fields, "> old\nIs it\n\nyou?\x1b[2J\n"));
        let words = ["--reply", &uid, "--all", "--quote", "--cc", "d@sink.test"];
        desk.send(alice, &words).exits(0);
        let copy = desk.copy();
        assert_eq!(copy.field("To").unwrap(), "list@sink.test");
        assert_eq!(
            copy.field("Cc").unwrap(),
            "d@sink.test, b@sink.test, c@sink.test"
        );
        let body = String::from_utf8(copy.body().to_vec()).unwrap();
        // Röbin is not ASCII, so that the text is encoded.
        let text = body.replace("=\r\n", "").replace("=C3=B6", "ö");
        assert_eq!(
            text,
            "Yes.\r\n\r\nOn 2025-11-21 19:28, Röbin wrote:\r\n>> old\r\n> Is it\r\n>\r\n> you?[2J\r\n"
        );
        let words = ["--reply", &uid, "--to", "e@sink.test", "--subject", "Other"];
        desk.send(alice, &words).exits(0);
        let copy = desk.copy();
        assert_eq!(copy.field("To").unwrap(), "e@sink.test");
        assert_eq!(
            (copy.field("Cc"), copy.field("Subject").unwrap()),
            (None, "Other".into())
        );
        assert_eq!(copy.field("In-Reply-To").unwrap(), "<q1@sink.test>");
    }
}

#[test]
fn a_message_is_found_by_its_name_in_any_folder() {
    for desk in Desk::on_both() {
        let folder = "Entwürfe & Ähnliches";
        desk.arrives(folder, &question("", "One\n"));
        let other = question("", "Two\n").replace("<q1@", "<xq1@");
        desk.arrives(folder, &other);
        let words = [
            "--folder",
            folder,
            "--reply",
            "<q1@sink.test>",
            "--output",
            "json",
        ];
        let ran = desk.send(desk.mailbox.alice(), &words).exits(0);
        assert_eq!(ran.json()["answered"]["folder"], folder);
        assert_eq!(ran.json()["answered"]["marked"], true);
        let lies = desk.lies(folder);
        let answered = |mail: &Mail| mail.flags.contains(&"\\Answered".to_owned());
        assert_eq!(lies.iter().map(answered).collect::<Vec<_>>(), [true, false]);
        assert_eq!(desk.copy().field("In-Reply-To").unwrap(), "<q1@sink.test>");
    }
}

#[test]
fn who_may_not_mark_it_sends_it_and_is_told() {
    for desk in Desk::on_both() {
        let uid = desk.arrives("INBOX", &question("", "x\n"));
        let ran = desk.send(desk.mailbox.bob(), &["--reply", &uid]).exits(3);
        ran.says("sent").says("not marked as answered");
        assert_eq!(desk.lies("Sent").len(), 1);
        assert!(!desk.flags("INBOX").contains(&"\\Answered".to_owned()));
    }
}

#[test]
fn what_she_does_not_see_she_cannot_answer() {
    for desk in Desk::on_both() {
        let (alice, carol) = (desk.mailbox.alice(), &desk.mailbox.people[2]);
        desk.mailbox.grant([carol, "--send-on-behalf"]).exits(0);
        let uid = desk.arrives("INBOX", &question("", "secret\n"));
        let ran = desk.send(carol, &["--reply", &uid, "--quote"]);
        assert!(matches!(ran.code, Some(67 | 77)), "{ran:?}");
        ran.says_not("secret");
        desk.send(alice, &["--reply", "4711"])
            .exits(67)
            .says("UID 4711");
        desk.send(alice, &["--reply", "<none@sink.test>"]).exits(67);
        desk.send(alice, &["--reply", "<1@sink.test>"]).exits(67);
        desk.send(alice, &["--reply", &uid, "--folder", "Nowhere"])
            .exits(67);
        for odd in ["0", "99999999999", "hello", "<a é@c>"] {
            desk.send(alice, &["--reply", odd]).exits(64);
        }
        desk.send(alice, &["--all", "--to", "a@sink.test", "--subject", "x"])
            .exits(64);
        assert!(desk.lies("Sent").is_empty());
        assert!(!desk.flags("INBOX").contains(&"\\Answered".to_owned()));
    }
}

#[test]
fn nothing_is_marked_where_nothing_was_sent() {
    let desk = Desk::on_dovecot();
    let uid = desk.arrives("INBOX", &question("Reply-To: nobody@example.test\n", "x\n"));
    let alice = desk.mailbox.alice();
    desk.send(alice, &["--reply", &uid]).exits(1);
    let dry = desk.send(alice, &["--reply", &uid, "--dry-run"]).exits(0);
    dry.says("RCPT TO:<nobody@example.test>")
        .says("In-Reply-To: <q1@sink.test>");
    assert_eq!(desk.flags("INBOX"), [""; 0]);
    assert!(desk.is_dovecot() && desk.lies("Sent").is_empty());
}

#[test]
fn a_hostile_message_takes_nothing_over_into_the_answer() {
    for desk in Desk::on_both() {
        let fields = "Reply-To: a@sink.test\n\tb@sink.test,=?utf-8?q?x=0D=0ABcc:_e@sink.test?= <c@sink.test>\n\
             References: <ok@sink.test> <a\tb> x\n";
        let html = format!("<p>{}</p>", "long &lt;b&gt; ".repeat(100_000));
        let fields = format!("{fields}MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n");
        let uid = desk.arrives("INBOX", &question(&fields, &html));
        desk.send(desk.mailbox.alice(), &["--reply", &uid, "--quote"])
            .exits(0);
        let copy = desk.copy();
        assert_eq!(copy.field("Bcc"), None);
        assert!(copy.field("To").unwrap().ends_with("<c@sink.test>"));
        assert_eq!(
            copy.field("References").unwrap(),
            "<ok@sink.test> <q1@sink.test>"
        );
        assert!(
            copy.raw.len() > 100_000 && copy.raw.len() < 2_000_000,
            "{}",
            copy.raw.len()
        );
    }
}

#[test]
fn an_answer_in_html_quotes_the_text_in_html_and_none_of_its_elements() {
    for desk in Desk::on_both() {
        let uid = desk.arrives("INBOX", &question("", "Is it <b>you</b> & me?\n"));
        let folder = tempfile::tempdir().unwrap();
        let html = folder.path().join("answer.html");
        std::fs::write(&html, "<html><body><p>Yes.</p></body></html>\n").unwrap();
        let html = html.to_str().unwrap();
        let alice = desk.mailbox.alice();
        desk.send(alice, &["--reply", &uid, "--quote", "--html", html])
            .exits(0);
        let body = String::from_utf8(desk.copy().body().to_vec()).unwrap();
        let body = body.replace("=\r\n", "").replace("=3D", "=");
        let body = body.replace("=C3=B6", "ö").replace("\r\n", "\n");
        for part in [
            "Yes.\n\nOn 2025-11-21 19:28, Röbin wrote:\n> Is it <b>you</b> & me?\n",
            "<p>Yes.</p>\n<p>On 2025-11-21 19:28, Röbin wrote:</p>\n<blockquote \
             style=\"white-space: pre-wrap\">Is it &lt;b&gt;you&lt;/b&gt; &amp; me?</blockquote>\n</body>",
        ] {
            assert!(body.contains(part), "{part}\n---\n{body}");
        }
    }
}
