//! A small ManageSieve client, and delivery by LMTP: both share no code with sharemail.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::client::socket;
use super::{PASSWORD, Provider};

/// One connection, logged in as the owner of some scripts.
pub struct ScriptClient {
    stream: BufReader<TcpStream>,
}

impl ScriptClient {
    /// As `user`, by the administrator.
    pub fn of(provider: &Provider, user: &str) -> ScriptClient {
        let stream = BufReader::new(socket(provider.host(), provider.sieve_port()));
        let mut client = ScriptClient { stream };
        client.reply();
        let answer = format!("{user}\0{}\0{PASSWORD}", provider.admin());
        let answer = BASE64_STANDARD.encode(answer);
        client.ok(&format!("AUTHENTICATE \"PLAIN\" \"{answer}\""));
        client
    }

    /// The scripts, the active one behind a star.
    pub fn list(&mut self) -> Vec<String> {
        let told = String::from_utf8(self.ok("LISTSCRIPTS")).unwrap();
        let names = told.lines().filter(|line| line.starts_with('"'));
        let name = |line: &str| match line.strip_suffix(" ACTIVE") {
            Some(name) => format!("*{}", name.trim_matches('"')),
            None => line.trim_matches('"').to_owned(),
        };
        let mut names: Vec<String> = names.map(name).collect();
        names.sort_unstable();
        names
    }

    /// What a script says, byte for byte.
    pub fn get(&mut self, name: &str) -> String {
        let told = self.ok(&format!("GETSCRIPT \"{name}\""));
        let head = told.iter().position(|byte| *byte == b'\n').unwrap();
        let size = String::from_utf8_lossy(&told[..head]).into_owned();
        let size: usize = size.trim().trim_matches(['{', '}', '+']).parse().unwrap();
        String::from_utf8(told[head + 1..head + 1 + size].to_vec()).unwrap()
    }

    /// Puts a script.
    pub fn put(&mut self, name: &str, text: &str) {
        self.ok(&format!(
            "PUTSCRIPT \"{name}\" {{{}+}}\r\n{text}",
            text.len()
        ));
    }

    /// Has it filter.
    pub fn activate(&mut self, name: &str) {
        self.ok(&format!("SETACTIVE \"{name}\""));
    }

    fn ok(&mut self, command: &str) -> Vec<u8> {
        let stream = self.stream.get_mut();
        stream
            .write_all(format!("{command}\r\n").as_bytes())
            .unwrap();
        let (told, is_ok) = self.reply();
        assert!(is_ok, "{command}: {}", String::from_utf8_lossy(&told));
        told
    }

    /// All up to the answer, and whether that is OK.
    fn reply(&mut self) -> (Vec<u8>, bool) {
        let mut told = Vec::new();
        loop {
            let mut line = Vec::new();
            assert!(self.stream.read_until(b'\n', &mut line).unwrap() > 0);
            let is_end = [&b"OK"[..], b"NO", b"BYE"]
                .iter()
                .any(|word| line.starts_with(word));
            let is_ok = line.starts_with(b"OK");
            told.extend_from_slice(&line);
            let text = String::from_utf8_lossy(&line).into_owned();
            let literal = text
                .trim_end()
                .strip_suffix('}')
                .and_then(|text| text.rsplit('{').next());
            if let Some(size) =
                literal.and_then(|size| size.trim_end_matches('+').parse::<usize>().ok())
            {
                let mut octets = vec![0; size];
                self.stream.read_exact(&mut octets).unwrap();
                told.extend_from_slice(&octets);
                self.stream.read_until(b'\n', &mut told).unwrap();
            }
            if is_end {
                return (told, is_ok);
            }
        }
    }
}

/// Delivers messages to `to`, one after the other.
pub fn deliver<M: AsRef<[u8]>>(provider: &Provider, to: &str, messages: &[M]) {
    let mut stream = BufReader::new(socket(provider.host(), provider.lmtp_port()));
    let mut say = |line: &[u8], code: &str| {
        stream.get_mut().write_all(line).unwrap();
        loop {
            let mut reply = String::new();
            stream.read_line(&mut reply).unwrap();
            assert!(
                reply.starts_with(code),
                "{}: {reply}",
                String::from_utf8_lossy(line)
            );
            if reply.as_bytes().get(3) == Some(&b' ') {
                return;
            }
        }
    };
    say(b"", "220");
    say(b"LHLO tests\r\n", "250");
    for message in messages {
        say(b"MAIL FROM:<tests@example.com>\r\n", "250");
        say(format!("RCPT TO:<{to}>\r\n").as_bytes(), "250");
        say(b"DATA\r\n", "354");
        let mut out = Vec::new();
        for line in message.as_ref().split_inclusive(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.starts_with(b".") {
                out.push(b'.');
            }
            out.extend_from_slice(line);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b".\r\n");
        say(&out, "250");
    }
}
