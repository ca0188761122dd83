//! Whatever a ManageSieve server answers, for the fuzzer: see [`crate::fuzz`].

use super::greeting::greet;
use super::reply::Answer;
use super::session::Filters;
use super::token::{Token, said, scan};
use super::wire::Wire;
use super::{Refusal, ScriptName};
use crate::error::{Error, Result};
use crate::fuzz::{choice, cuts, is_fit, is_same, is_told};
use crate::model::login::Mechanism;
use crate::net::Connection;
use crate::net::tape::{SECRET, Tape, credentials, endpoint};
use std::fmt::Debug;

/// No refusal is told in more bytes.
const MOST_TOLD: usize = 10 << 10;

const MECHANISMS: [Mechanism; 4] = [
    Mechanism::Plain,
    Mechanism::Login,
    Mechanism::Xoauth2,
    Mechanism::Oauthbearer,
];

/// What a server says that takes a login.
const LOGGED_IN: &[u8] = b"\"SASL\" \"PLAIN LOGIN XOAUTH2 OAUTHBEARER\"\r\nOK\r\nOK\r\n\
    \"VERSION\" \"1.0\"\r\nOK\r\n";

/// The words of a line, and what they amount to.
pub fn line(bytes: &[u8]) {
    let mut words = Vec::new();
    if scan(bytes, &mut words).is_err() {
        return;
    }
    for text in words.iter().filter_map(Token::text) {
        let mut again = Vec::new();
        let written = said(text);
        if written.starts_with(b"\"") {
            is_same(&scan(&written, &mut again), &Ok(None));
            is_same(&again.first().and_then(Token::text), &Some(text));
        }
    }
    if let Some(refusal) = Answer::read(&words).and_then(|answer| answer.refusal()) {
        told(&refusal);
    }
}

fn told(refusal: &Refusal) {
    is_fit(&refusal.to_string(), MOST_TOLD);
}

/// What a server says in a whole session: the first byte says how one logs in, and whether that is taken as done.
pub fn session(bytes: &[u8]) {
    let (how, rest) = choice(bytes, 2 * MECHANISMS.len());
    let (method, begun) = (MECHANISMS[how % 4], how >= 4);
    let said = match begun {
        true => [LOGGED_IN, rest].concat(),
        false => rest.to_vec(),
    };
    let _ = talk(Tape::new(&said, &[]), method);
    let whole = talk(Tape::line_by_line(&said, &[]), method);
    assert!(whole.len() <= (64 << 10) + 64 * said.len());
    for cuts in cuts(rest) {
        let tape = Tape::line_by_line(&said, &cuts);
        is_same(&talk(tape, method), &whole);
    }
}

fn talk(tape: Tape, method: Mechanism) -> String {
    let mut wire = Wire::new(Connection::played(tape));
    let capabilities = match greet(&mut wire) {
        Ok(capabilities) => capabilities,
        // Whatever it says, nobody has told it anything yet.
        Err(error) => {
            let (kind, error) = (error.kind, Error::from(error));
            is_told(&error, 1000);
            return format!("{kind:?} {error:?}\n");
        }
    };
    let opened = Filters::over(wire, &capabilities, &endpoint(), &credentials(method));
    let mut filters = match opened {
        Ok(filters) => filters,
        Err(error) => {
            let kind = error.kind;
            return format!("{kind:?} {}", failed(&error.into()));
        }
    };
    let mut seen = format!("{:?}\n", filters.capabilities());
    let Ok(name) = ScriptName::new("x") else {
        return seen;
    };
    seen += &answered(filters.list());
    seen += &answered(filters.get(&name));
    seen += &answered(filters.check(b"keep;\r\n"));
    seen += &answered(filters.put(&name, b"keep;\r\n"));
    seen += &answered(filters.activate(&name));
    filters.quit();
    seen
}

fn answered<T: Debug>(answer: Result<Result<T, Refusal>>) -> String {
    match &answer {
        Err(error) => failed(error),
        Ok(Err(refusal)) => {
            told(refusal);
            format!("{refusal:?}\n")
        }
        Ok(Ok(read)) => format!("{read:?}\n"),
    }
}

fn failed(error: &Error) -> String {
    is_told(error, 1000);
    assert!(!error.what().contains(SECRET), "{}", error.what());
    format!("{error:?}\n")
}
