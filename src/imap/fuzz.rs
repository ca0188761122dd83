//! Whatever a server sends, for the fuzzer: see [`crate::fuzz`].

use super::argument::Style;
use super::capability::Capabilities;
use super::response::{Response, State};
use super::session::{Greeted, Session};
use super::token::{Cursor, announced_literal};
use super::wire::Wire;
use super::{Answer, FirstLook, ListOptions, Part, Pattern, Request, StatusItems};
use crate::error::{Error, Result};
use crate::fuzz::{choice, cuts, is_fit, is_same, is_told};
use crate::model::folder::WireName;
use crate::model::login::Mechanism;
use crate::model::pace::Pace;
use crate::model::rights::Rights;
use crate::net::tape::{SECRET, Tape, credentials, endpoint};
use crate::net::{Connection, OpenError};
use std::fmt::Debug;
use std::sync::Arc;

/// No text of a server is told in more bytes: 500 of its bytes, each an escape, and our own words.
const MOST_TOLD: usize = 8 << 10;

/// What servers can do that makes a difference to what they are asked.
const SERVERS: [&str; 5] = [
    "ACL LIST-EXTENDED LIST-STATUS SPECIAL-USE NAMESPACE QUOTA METADATA LITERAL+ UIDPLUS ID RIGHTS=texk",
    "ACL LIST-EXTENDED LIST-STATUS LIST-MYRIGHTS NAMESPACE QUOTA METADATA LITERAL- UIDPLUS ID CREATE-SPECIAL-USE SPECIAL-USE",
    "ACL ACL2=UNION NAMESPACE QUOTA",
    "IMAP4REV2 UTF8=ONLY ACL",
    "",
];

const MECHANISMS: [Mechanism; 4] = [
    Mechanism::Plain,
    Mechanism::Login,
    Mechanism::Xoauth2,
    Mechanism::Oauthbearer,
];

/// The words of a response, and the response itself.
pub fn tokens(bytes: &[u8]) {
    let _ = announced_literal(bytes);
    let mut at = Cursor::new(bytes);
    while !at.at_end() {
        let before = at.rest().len();
        for mut other in [at; 4] {
            let _ = other.number();
            let _ = other.nstring();
            let _ = other.word();
        }
        let mut read = at;
        if let Ok(word) = read.astring() {
            assert!(word.len() <= before && read.rest().len() < before);
            // What goes out as a quoted string comes back as what it was.
            let fits = |b: &u8| !matches!(b, b'\r' | b'\n');
            if word.iter().all(fits) {
                let mut quoted = vec![b'"'];
                for byte in word.iter() {
                    if matches!(byte, b'"' | b'\\') {
                        quoted.push(b'\\');
                    }
                    quoted.push(*byte);
                }
                quoted.push(b'"');
                let back = Cursor::new(&quoted).astring().ok();
                is_same(&back.as_deref(), &Some(&*word));
            }
        }
        if at.skip().is_err() {
            break;
        }
        assert!(at.rest().len() < before);
    }
    let _ = Response::is_text(bytes);
    match Response::parse(bytes) {
        Ok(Response::Tagged(_, state) | Response::Status(state)) => told(&state),
        Ok(Response::Data(data)) => assert!(data.name.len() < bytes.len()),
        Ok(Response::Continue(_)) | Err(_) => {}
    }
}

fn told(state: &State<'_>) {
    is_fit(&state.printable_text(), MOST_TOLD);
    is_fit(&state.code_name().unwrap_or_default(), MOST_TOLD);
    let answer = Answer::from_state(state);
    if let Some(refusal) = answer.refusal() {
        is_fit(&refusal.to_string(), MOST_TOLD);
        is_told(&refusal.error("GETACL on \"Archive\""), 500);
    }
}

/// A question, and a tag's number for each command of its answer.
type Question = fn(&mut Session) -> String;

const QUESTIONS: [Question; 20] = [
    |s| seen(s.acls(&folders(), &pace())),
    |s| seen(s.list(&Pattern::everything(), everything())),
    |s| seen(s.my_rights(&folders(), &pace())),
    |s| seen(s.list_rights(&[(folders()[0].clone(), "x".to_owned())], &pace())),
    |s| seen(s.statuses(&folders(), items(), &pace())),
    |s| seen(s.quotas(&folders(), &pace())),
    |s| seen(s.metadata(&folders(), "/shared/comment", &pace())),
    |s| seen(s.namespaces()),
    |s| seen(s.subscribed(&Pattern::everything())),
    |s| {
        seen(s.list(
            &Pattern::tree(&folders()[0], Some('/')),
            ListOptions::default(),
        ))
    },
    |s| seen(s.holds_message(&folders()[0], "<1@x>")),
    |s| seen(s.latest_called("<1@x>")),
    |s| seen(s.beginning(7, Part::Header)),
    |s| seen(s.beginning(7, Part::Beginning)),
    |s| seen(s.mark_answered(&folders()[0], 7)),
    |s| seen(s.append_seen(&folders()[0], Arc::from(*b"a: b\r\n\r\nx\r\n"))),
    |s| seen(s.look_into(&folders()[1])),
    |s| seen(s.quota(&WireName::inbox())),
    |s| seen(s.noop()),
    change,
];

fn folders() -> [WireName; 3] {
    ["a", "INBOX", "user/team/&AOQ-"].map(WireName::from_wire)
}

fn pace() -> Pace<'static> {
    Pace::unattended()
}

fn items() -> StatusItems {
    StatusItems {
        messages: true,
        size: true,
        ..StatusItems::NONE
    }
}

fn everything() -> ListOptions {
    ListOptions {
        subscribed: true,
        my_rights: true,
        status: items(),
        special_use: true,
        children: true,
    }
}

fn change(session: &mut Session) -> String {
    let [a, inbox, long] = folders();
    let rights = Rights::parse("lrs").unwrap_or_default();
    let requests = vec![
        Request::set_acl(&a, "jürgen", rights),
        Request::delete_acl(&inbox, "-bob"),
        Request::create(&long, Some("\\Sent")),
        Request::rename(&a, &long),
    ];
    let batch = session.run(requests, &pace());
    for refusal in batch.answers.iter().filter_map(Answer::refusal) {
        is_fit(&refusal.to_string(), MOST_TOLD);
    }
    batch.broken.iter().for_each(|error| is_told(error, 500));
    format!("{:?} {:?}", batch.answers, batch.broken)
}

/// What came of a question, once it is fit to be told.
fn seen<T: Debug>(answer: Result<T>) -> String {
    if let Err(error) = &answer {
        is_told(error, 500);
    }
    format!("{answer:?}")
}

fn connection(said: &[u8], cuts: &[u8]) -> Wire {
    Wire::new(Connection::played(Tape::new(said, cuts)))
}

/// A session in which a server that has `capabilities` says `said`, in pieces.
fn begun(capabilities: &str, said: &[u8], cuts: &[u8]) -> Session {
    let capabilities = Capabilities::parse(Cursor::new(capabilities.as_bytes()));
    Session::over(connection(said, cuts), capabilities)
}

/// Whatever is `asked`, the answer is the same however it is cut, and no longer than it may be.
fn however_cut(said: &[u8], asked: impl Fn(&[u8]) -> String) {
    let whole = asked(&[]);
    assert!(
        whole.len() <= (64 << 10) + 64 * said.len(),
        "{}",
        whole.len()
    );
    for cuts in cuts(said) {
        is_same(&asked(&cuts), &whole);
    }
}

/// What a server says in a whole session: the first byte says which server it is, the second where
/// the questions begin.
pub fn session(bytes: &[u8]) {
    let (server, rest) = choice(bytes, SERVERS.len());
    let (first, said) = choice(rest, QUESTIONS.len());
    however_cut(said, |cuts| {
        let mut session = begun(SERVERS[server], said, cuts);
        let questions = QUESTIONS.iter().cycle().skip(first).take(QUESTIONS.len());
        let told: Vec<_> = questions.map(|ask| ask(&mut session)).collect();
        session.logout();
        told.join("\n")
    });
}

/// What a server answers to one question, whose commands all end well: the first byte says which
/// server it is, the second what is asked.
pub fn replies(bytes: &[u8]) {
    let (server, rest) = choice(bytes, SERVERS.len());
    let (question, told) = choice(rest, QUESTIONS.len());
    let mut said = told.to_vec();
    // Whatever was left open ends here.
    said.extend_from_slice(b"\r\n");
    for tag in 1..=4 {
        said.extend_from_slice(format!("S{tag} OK done\r\n").as_bytes());
    }
    however_cut(&said, |cuts| {
        QUESTIONS[question](&mut begun(SERVERS[server], &said, cuts))
    });
}

/// What a server says from its greeting to the first answers: the first byte says how one logs in.
pub fn login(bytes: &[u8]) {
    let (method, said) = choice(bytes, 2 * MECHANISMS.len());
    let ahead = method >= MECHANISMS.len();
    let credentials = credentials(MECHANISMS[method % MECHANISMS.len()]);
    let look = FirstLook {
        inbox: true,
        folders: Some(everything()),
        rights: true,
        quota: true,
    };
    however_cut(said, |cuts| {
        let opened = Greeted::over(connection(said, cuts)).and_then(|greeted| {
            let promised = greeted.promised().filter(|_| ahead);
            greeted.log_in(&endpoint(), &credentials, &look, promised.as_ref())
        });
        match opened {
            Ok(session) => {
                let identity = session.identity();
                is_fit(&identity.greeting, MOST_TOLD);
                format!("{:?} {:?}", session.looked, session.capabilities())
            }
            Err(error) => refused(error),
        }
    });
}

fn refused(error: OpenError) -> String {
    let kind = format!("{:?}", error.kind);
    let error = Error::from(error);
    is_told(&error, 500);
    assert!(!error.what().contains(SECRET), "{}", error.what());
    format!("{kind} {error:?}")
}

/// What goes out: a folder's name, an identifier and a message parted by 0xFE, to every kind of
/// server.
pub fn requests(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == 0xfe);
    let mut part = || parts.next().unwrap_or_default();
    let (folder, identifier, message) = (part(), String::from_utf8_lossy(part()), part());
    let folder = WireName::from_wire(folder);
    let rights = Rights::parse("lrswipkxtea").unwrap_or_default();
    for server in SERVERS {
        let mut style = Style::of(&Capabilities::parse(Cursor::new(server.as_bytes())));
        style.utf8 = server.contains("UTF8=ONLY");
        one_command(&Request::get_acl(&folder), style, &folder);
        one_command(
            &Request::set_acl(&folder, &identifier, rights),
            style,
            &folder,
        );
        one_command(&Request::delete_acl(&folder, &identifier), style, &folder);
        one_command(&Request::list_rights(&folder, &identifier), style, &folder);
        one_command(&Request::create(&folder, Some(&identifier)), style, &folder);
        one_command(&Request::rename(&folder, &folder), style, &folder);
        let message = Arc::from(message);
        one_command(
            &Request::append(&folder, "(\\Seen)", message),
            style,
            &folder,
        );
    }
}

/// Whatever it is about, it is one command on this very folder, or nothing is sent.
fn one_command(request: &Request, style: Style, folder: &WireName) {
    let mut out = b"before ".to_vec();
    let Ok(pauses) = request.encode("S1", style, &mut out) else {
        return is_same(&&*out, &&b"before "[..]);
    };
    assert!(pauses.is_sorted() && pauses.iter().all(|at| out[..*at].ends_with(b"}\r\n")));
    let line = out.strip_suffix(b"\r\n").unwrap_or_default();
    let mut at = Cursor::new(line);
    for _ in ["before", "S1", "VERB"] {
        assert!(at.word().is_ok());
    }
    // Courier's own commands have two words.
    let mut ahead = at;
    if matches!(ahead.word(), Ok(b"STORE" | b"DELETE")) && line.starts_with(b"before S1 ACL ") {
        at = ahead;
    }
    let name = at.astring().map(|name| style.folder(name).into_owned());
    is_same(&name.as_deref(), &Ok(folder.as_bytes()));
    // No word that is left ends the line.
    while !at.at_end() {
        let before = at.rest().len();
        assert!(at.skip().is_ok(), "{:?}", String::from_utf8_lossy(&out));
        let read = before - at.rest().len();
        assert!(read > 0);
    }
}
