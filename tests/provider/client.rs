//! A small IMAP client that shares no code with sharemail: the member's side, and the judge.
//!
//! It speaks in whole lines. A reply's literals stay where they are, so that a transcript is what
//! the server sent. It panics where a test could not go on.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::{Kind, PASSWORD, Provider, authority};

/// One connection.
pub struct Client {
    stream: BufReader<Box<dyn Stream>>,
    tags: u32,
}

/// Clear text or TLS.
pub(super) trait Stream: Read + Write + Send {}
impl<S: Read + Write + Send> Stream for S {}

impl Client {
    /// Logs in, in clear text where the server allows it: a test looks often, and TLS takes time.
    pub fn login(provider: &Provider, user: &str, password: &str) -> Client {
        Client::try_login(provider, user, password)
            .unwrap_or_else(|reply| panic!("{user}: {reply}"))
    }

    /// The same, with the server's refusal as the error.
    pub fn try_login(provider: &Provider, user: &str, password: &str) -> Result<Client, String> {
        let mut client = Client::connect_anyhow(provider);
        let reply = client.command(&format!("LOGIN {} {}", quoted(user), quoted(password)));
        if is_ok(&reply) {
            Ok(client)
        } else {
            Err(reply)
        }
    }

    /// A session as `user`, opened by the administrator.
    pub fn impersonate(provider: &Provider, user: &str) -> Client {
        Client::authzid(provider, user).unwrap_or_else(|reply| panic!("{user}: {reply}"))
    }

    /// The administrator's own session.
    pub fn admin(provider: &Provider) -> Client {
        Client::login(provider, provider.admin(), PASSWORD)
    }

    /// Whoever owns the mailbox, or may give rights on it: Dovecot's owner, the others' administrator.
    pub fn owner(provider: &Provider, user: &str) -> Client {
        match provider.kind() {
            Kind::Dovecot => Client::impersonate(provider, user),
            Kind::Cyrus | Kind::Courier => Client::admin(provider),
        }
    }

    fn authzid(provider: &Provider, user: &str) -> Result<Client, String> {
        let mut client = Client::connect_anyhow(provider);
        let answer = format!("{user}\0{}\0{PASSWORD}", provider.admin());
        let reply = client.authenticate("PLAIN", answer.as_bytes());
        if is_ok(&reply) {
            Ok(client)
        } else {
            Err(reply)
        }
    }

    fn connect_anyhow(provider: &Provider) -> Client {
        if provider.has("--login-disabled") {
            Client::connect(provider)
        } else {
            Client::connect_plain(provider)
        }
    }

    /// TLS from the first byte, not logged in.
    pub fn connect(provider: &Provider) -> Client {
        Client::connect_at(provider, provider.imaps_port())
    }

    /// The same at another port, a proxy's.
    pub fn connect_at(provider: &Provider, port: u16) -> Client {
        let socket = socket(provider.host(), port);
        let tls = authority::connector(&provider.ca_path());
        Client::greeted(Box::new(tls.connect(provider.host(), socket).unwrap()))
    }

    /// Clear text, not logged in.
    pub fn connect_plain(provider: &Provider) -> Client {
        Client::greeted(Box::new(socket(provider.host(), provider.imap_port())))
    }

    /// STARTTLS on the clear-text port, not logged in.
    pub fn connect_starttls(provider: &Provider) -> Client {
        let socket = socket(provider.host(), provider.imap_port());
        let mut client = Client::greeted(Box::new(socket.try_clone().unwrap()));
        client.ok("STARTTLS");
        let tls = authority::connector(&provider.ca_path());
        let stream = tls.connect(provider.host(), socket).unwrap();
        Client {
            stream: BufReader::new(Box::new(stream)),
            tags: client.tags,
        }
    }

    fn greeted(stream: Box<dyn Stream>) -> Client {
        let mut client = Client {
            stream: BufReader::new(stream),
            tags: 0,
        };
        let greeting = client.line();
        assert!(
            greeting.starts_with(b"* OK"),
            "{}",
            String::from_utf8_lossy(&greeting)
        );
        client
    }

    /// Sends one command and returns all that came back, up to and with the tagged line.
    pub fn command(&mut self, command: &str) -> String {
        String::from_utf8_lossy(&self.command_bytes(command.as_bytes())).into_owned()
    }

    /// The same with bytes that need not be UTF-8. An untagged `+` is answered by an empty line.
    pub fn command_bytes(&mut self, command: &[u8]) -> Vec<u8> {
        self.tags += 1;
        let tag = format!("c{} ", self.tags);
        self.send(&[tag.as_bytes(), command].concat());
        let mut transcript = Vec::new();
        loop {
            let line = self.line();
            transcript.extend_from_slice(&line);
            if line.is_empty() || line.starts_with(tag.as_bytes()) {
                return transcript;
            }
            if line.starts_with(b"+") {
                self.send(b"");
            }
        }
    }

    /// A command that must succeed.
    pub fn ok(&mut self, command: &str) -> String {
        let reply = self.command(command);
        assert!(is_ok(&reply), "{command}: {reply}");
        reply
    }

    /// Many commands that must succeed, sent without waiting in between.
    pub fn all_ok(&mut self, commands: impl IntoIterator<Item = String>) {
        let commands: Vec<String> = commands.into_iter().collect();
        for some in commands.chunks(100) {
            let tagged = some.iter().enumerate();
            let lines: String = tagged.map(|(n, c)| format!("p{n} {c}\r\n")).collect();
            self.write(lines.as_bytes());
            let mut open = some.len();
            while open > 0 {
                let line = String::from_utf8_lossy(&self.line()).into_owned();
                assert!(!line.is_empty(), "the connection broke");
                if line.starts_with('p') {
                    assert!(is_ok(&line), "{line}");
                    open -= 1;
                }
            }
        }
    }

    /// Many commands, sent without waiting in between, each with all that came back for it. A server
    /// must answer them in this order.
    pub fn each(&mut self, commands: impl IntoIterator<Item = String>) -> Vec<String> {
        let commands: Vec<String> = commands.into_iter().collect();
        let mut replies = Vec::new();
        for some in commands.chunks(100) {
            let tagged = some.iter().enumerate();
            let lines: String = tagged.map(|(n, c)| format!("e{n} {c}\r\n")).collect();
            self.write(lines.as_bytes());
            for n in 0..some.len() {
                let mut transcript = Vec::new();
                loop {
                    let line = self.line();
                    assert!(!line.is_empty(), "the connection broke");
                    transcript.extend_from_slice(&line);
                    if line.starts_with(format!("e{n} ").as_bytes()) {
                        break;
                    }
                }
                replies.push(String::from_utf8_lossy(&transcript).into_owned());
            }
        }
        replies
    }

    /// A command that the server must refuse.
    pub fn no(&mut self, command: &str) -> String {
        let reply = self.command(command);
        assert!(!is_ok(&reply), "{command}: {reply}");
        reply
    }

    /// SASL with the whole answer in the first line (RFC 4959).
    pub fn authenticate(&mut self, mechanism: &str, answer: &[u8]) -> String {
        let answer = BASE64_STANDARD.encode(answer);
        self.command(&format!("AUTHENTICATE {mechanism} {answer}"))
    }

    /// SASL where the server asks for the answer; whether it says OK.
    pub fn authenticate_asked(&mut self, mechanism: &str, answer: &[u8]) -> bool {
        self.send(format!("a AUTHENTICATE {mechanism}").as_bytes());
        assert!(self.line().starts_with(b"+"));
        self.send(BASE64_STANDARD.encode(answer).as_bytes());
        loop {
            let line = self.line();
            if line.is_empty() || line.starts_with(b"a ") {
                return is_ok(&String::from_utf8_lossy(&line));
            }
        }
    }

    /// XOAUTH2 with an access token.
    pub fn xoauth2(&mut self, user: &str, token: &str) -> String {
        self.authenticate(
            "XOAUTH2",
            format!("user={user}\x01auth=Bearer {token}\x01\x01").as_bytes(),
        )
    }

    /// OAUTHBEARER with an access token (RFC 7628).
    pub fn oauthbearer(&mut self, user: &str, token: &str) -> String {
        let answer = format!("n,a={user},\x01auth=Bearer {token}\x01\x01");
        self.authenticate("OAUTHBEARER", answer.as_bytes())
    }

    /// Creates a folder, named as on the wire (see [`utf7`]).
    pub fn create(&mut self, folder: &str) {
        self.ok(&format!("CREATE {}", quoted(folder)));
    }

    /// Puts a message into a folder.
    pub fn append(&mut self, folder: &str, message: &str) {
        let message = message.replace("\r\n", "\n").replace('\n', "\r\n");
        let length = message.len();
        let reply = self.command(&format!(
            "APPEND {} {{{length}+}}\r\n{message}",
            quoted(folder)
        ));
        assert!(is_ok(&reply), "{reply}");
    }

    /// The same on a server that must be asked before a literal (RFC 9051, section 4.3).
    pub fn append_asking(&mut self, folder: &str, message: &str) {
        self.append_of(folder, "", message);
    }

    /// The same of a message that came at another time: `"01-Jan-2024 10:00:00 +0000"`.
    pub fn append_of(&mut self, folder: &str, time: &str, message: &str) {
        self.append_flagged(folder, "", time, message);
    }

    /// The same with flags: `\\Draft`.
    pub fn append_flagged(&mut self, folder: &str, flags: &str, time: &str, message: &str) {
        let message = message.replace("\r\n", "\n").replace('\n', "\r\n");
        let length = message.len();
        let time = match time {
            "" => String::new(),
            time => format!("{} ", quoted(time)),
        };
        let flags = match flags {
            "" => String::new(),
            flags => format!("({flags}) "),
        };
        let folder_name = quoted(folder);
        self.send(format!("a APPEND {folder_name} {flags}{time}{{{length}}}").as_bytes());
        assert!(self.line().starts_with(b"+"), "{folder}");
        self.send(message.as_bytes());
        let reply = loop {
            let line = self.line();
            if line.is_empty() || line.starts_with(b"a ") {
                break String::from_utf8_lossy(&line).into_owned();
            }
        };
        assert!(is_ok(&reply), "{reply}");
    }

    /// The folders that LIST gives for this pattern, as on the wire; names without a folder left out.
    pub fn list(&mut self, pattern: &str) -> Vec<String> {
        let reply = self.ok(&format!("LIST \"\" {}", quoted(pattern)));
        let folders = replies(&reply, "LIST").into_iter();
        let none = ["\\Noselect", "\\NonExistent"];
        let folders = folders.filter(|words| !none.iter().any(|mark| words[0].contains(mark)));
        folders.filter_map(|mut words| words.pop()).collect()
    }

    /// Identifier and rights of every entry, without the obsolete c and d, in alphabetical order.
    pub fn getacl(&mut self, folder: &str) -> BTreeMap<String, String> {
        let reply = self.ok(&format!("GETACL {}", quoted(folder)));
        let words = replies(&reply, "ACL").pop().unwrap_or_default();
        words[1..]
            .chunks(2)
            .map(|pair| (pair[0].clone(), letters(&pair[1])))
            .collect()
    }

    /// Gives `identifier` these rights instead of what it had; `""` takes all away.
    pub fn setacl(&mut self, folder: &str, identifier: &str, rights: &str) {
        let (folder, identifier) = (quoted(folder), quoted(identifier));
        self.ok(&format!("SETACL {folder} {identifier} {}", quoted(rights)));
    }

    /// What this session may do there, or `None` where the server does not tell.
    pub fn myrights(&mut self, folder: &str) -> Option<String> {
        let reply = self.command(&format!("MYRIGHTS {}", quoted(folder)));
        let words = replies(&reply, "MYRIGHTS").pop()?;
        words.last().map(|rights| letters(rights))
    }

    fn send(&mut self, line: &[u8]) {
        self.write(&[line, b"\r\n"].concat());
    }

    fn write(&mut self, bytes: &[u8]) {
        let stream = self.stream.get_mut();
        stream.write_all(bytes).unwrap();
        stream.flush().unwrap();
    }

    /// One line, with the literals that it announces and what follows them.
    fn line(&mut self) -> Vec<u8> {
        let mut line = Vec::new();
        loop {
            self.stream.read_until(b'\n', &mut line).unwrap();
            let Some(length) = literal(&line) else {
                return line;
            };
            let start = line.len();
            line.resize(start + length, 0);
            self.stream.read_exact(&mut line[start..]).unwrap();
        }
    }
}

/// Whether the tagged line of a transcript says OK.
pub fn is_ok(transcript: &str) -> bool {
    let last = transcript.trim_end().lines().last().unwrap_or_default();
    last.split(' ').nth(1) == Some("OK")
}

/// A quoted string (RFC 9051, section 4.3).
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A folder name as it goes over the wire: modified UTF-7 (RFC 3501, section 5.1.3).
pub fn utf7(name: &str) -> String {
    let mut wire = String::new();
    let mut waiting = Vec::new();
    for character in name.chars() {
        if (' '..='~').contains(&character) {
            shift(&mut wire, &mut waiting);
            wire.push(character);
            if character == '&' {
                wire.push('-');
            }
        } else {
            waiting.extend(
                character
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .flat_map(|u| u.to_be_bytes()),
            );
        }
    }
    shift(&mut wire, &mut waiting);
    wire
}

fn shift(wire: &mut String, waiting: &mut Vec<u8>) {
    if !waiting.is_empty() {
        let encoded = BASE64_STANDARD.encode(&waiting).replace('/', ",");
        wire.push_str(&format!("&{}-", encoded.trim_end_matches('=')));
        waiting.clear();
    }
}

/// The words behind each `* NAME` of a transcript: lists in parentheses are one word, quotes and
/// literals are undone.
pub fn replies(transcript: &str, name: &str) -> Vec<Vec<String>> {
    let start = format!("* {name} ");
    let mut found = Vec::new();
    let mut rest = transcript;
    while let Some(at) = rest.find(&start) {
        if at == 0 || rest.as_bytes()[at - 1] == b'\n' {
            found.push(words(&rest[at + start.len()..]));
        }
        rest = &rest[at + start.len()..];
    }
    found
}

fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(' ');
        let length = match rest.as_bytes().first() {
            None | Some(b'\r' | b'\n') => return words,
            Some(b'"') => quoted_length(rest),
            Some(b'(') => rest.find(')').map_or(rest.len(), |at| at + 1),
            Some(b'{') => {
                let (head, body) = rest.split_once("\r\n").unwrap();
                let length = literal(format!("{head}\r\n").as_bytes()).unwrap();
                words.push(body[..length].to_owned());
                rest = &body[length..];
                continue;
            }
            Some(_) => rest.find([' ', '\r']).unwrap_or(rest.len()),
        };
        words.push(unquoted(&rest[..length]));
        rest = &rest[length..];
    }
}

fn quoted_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text[1..].find(|character| {
        let end = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        end
    });
    end.map_or(text.len(), |at| at + 2)
}

fn unquoted(word: &str) -> String {
    match word
        .strip_prefix('"')
        .and_then(|word| word.strip_suffix('"'))
    {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => word.to_owned(),
    }
}

/// The length that a line announces at its end: `{12}`.
fn literal(line: &[u8]) -> Option<usize> {
    let line = line.strip_suffix(b"}\r\n")?;
    let start = line.iter().rposition(|byte| *byte == b'{')?;
    std::str::from_utf8(&line[start + 1..]).ok()?.parse().ok()
}

fn letters(rights: &str) -> String {
    let mut letters: Vec<char> = rights
        .chars()
        .filter(|letter| !"cd".contains(*letter))
        .collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

/// A connection without anything said on it.
pub(super) fn socket(host: &str, port: u16) -> TcpStream {
    let host = if host == "localhost" {
        "127.0.0.1"
    } else {
        host
    };
    let socket = TcpStream::connect((host, port)).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(300)))
        .unwrap();
    socket.set_nodelay(true).unwrap();
    socket
}
