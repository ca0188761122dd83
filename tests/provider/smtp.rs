//! A small SMTP client that shares no code with sharemail: one command, one reply.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::client::{Stream, socket};
use super::{PASSWORD, Provider, authority};

/// One connection.
pub struct SmtpClient<'p> {
    provider: &'p Provider,
    stream: BufReader<Box<dyn Stream>>,
    socket: TcpStream,
}

/// What the server said to one command (RFC 5321, section 4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Its three digits.
    pub code: u16,
    /// What stands behind them, line by line.
    pub lines: Vec<String>,
}

impl<'p> SmtpClient<'p> {
    /// Clear text, greeted.
    pub fn connect(provider: &'p Provider) -> SmtpClient<'p> {
        SmtpClient::connect_at(provider, provider.smtp_port())
    }

    /// The same at another port, a proxy's.
    pub fn connect_at(provider: &'p Provider, port: u16) -> SmtpClient<'p> {
        let socket = socket(provider.host(), port);
        let stream = Box::new(socket.try_clone().unwrap());
        SmtpClient::greeted(provider, socket, stream)
    }

    /// TLS from the first byte, greeted.
    pub fn connect_tls(provider: &'p Provider) -> SmtpClient<'p> {
        let socket = socket(provider.host(), provider.submissions_port());
        let stream = secured(provider, &socket);
        SmtpClient::greeted(provider, socket, stream)
    }

    /// Over TLS, logged in.
    pub fn login(provider: &'p Provider, user: &str) -> SmtpClient<'p> {
        let mut client = SmtpClient::connect_tls(provider);
        client.ehlo();
        let reply = client.auth_plain("", user, PASSWORD);
        assert_eq!(reply.code, 235, "{user}: {reply:?}");
        client
    }

    fn greeted(
        provider: &'p Provider,
        socket: TcpStream,
        stream: Box<dyn Stream>,
    ) -> SmtpClient<'p> {
        let mut client = SmtpClient {
            provider,
            socket,
            stream: BufReader::new(stream),
        };
        let greeting = client.reply();
        assert_eq!(greeting.code, 220, "{greeting:?}");
        client
    }

    /// What the server offers: the first line is its name.
    pub fn ehlo(&mut self) -> Reply {
        self.ok("EHLO client.example.test")
    }

    /// STARTTLS and the handshake; EHLO comes next.
    pub fn starttls(&mut self) {
        self.ok("STARTTLS");
        self.stream = BufReader::new(secured(self.provider, &self.socket));
    }

    /// SASL PLAIN (RFC 4616); `authzid` is whom to act as, or empty.
    pub fn auth_plain(&mut self, authzid: &str, user: &str, password: &str) -> Reply {
        let answer = BASE64_STANDARD.encode(format!("{authzid}\0{user}\0{password}"));
        self.command(&format!("AUTH PLAIN {answer}"))
    }

    /// One command and its reply.
    pub fn command(&mut self, line: &str) -> Reply {
        self.send(format!("{line}\r\n").as_bytes());
        self.reply()
    }

    /// A command that must succeed: 2xx or 3xx.
    #[track_caller]
    pub fn ok(&mut self, line: &str) -> Reply {
        let reply = self.command(line);
        assert!(reply.is_ok(), "{line}: {reply:?}");
        reply
    }

    /// Many commands in one go (RFC 2920), and the reply of each.
    pub fn pipeline(&mut self, lines: &[String]) -> Vec<Reply> {
        self.send((lines.join("\r\n") + "\r\n").as_bytes());
        lines.iter().map(|_| self.reply()).collect()
    }

    /// DATA, the message with its dots stuffed, and what the server made of it.
    pub fn data(&mut self, message: &str) -> Reply {
        let reply = self.command("DATA");
        if reply.code != 354 {
            return reply;
        }
        let message = message
            .replace("\r\n", "\n")
            .trim_end()
            .replace("\n.", "\n..");
        let message = message.replace('\n', "\r\n");
        self.send(format!("{message}\r\n.\r\n").as_bytes());
        self.reply()
    }

    /// A whole message that must be taken for every recipient.
    #[track_caller]
    pub fn deliver(&mut self, from: &str, to: &[&str], message: &str) {
        self.ok(&format!("MAIL FROM:<{from}>"));
        for recipient in to {
            self.ok(&format!("RCPT TO:<{recipient}>"));
        }
        let reply = self.data(message);
        assert!(reply.is_ok(), "{reply:?}");
    }

    /// Bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) {
        let stream = self.stream.get_mut();
        stream.write_all(bytes).unwrap();
        stream.flush().unwrap();
    }

    /// The next reply. Code 0 means that the server has gone.
    pub fn reply(&mut self) -> Reply {
        let mut lines = Vec::new();
        loop {
            let mut line = Vec::new();
            let _ = self.stream.read_until(b'\n', &mut line);
            let line = String::from_utf8_lossy(&line).into_owned();
            let code = line.get(..3).and_then(|code| code.parse().ok());
            let text = line.get(4..).unwrap_or_default().trim_end().to_owned();
            lines.push(text);
            if line.as_bytes().get(3) != Some(&b'-') {
                let code = code.unwrap_or_default();
                return Reply { code, lines };
            }
        }
    }
}

impl Reply {
    /// 2xx or 3xx.
    pub fn is_ok(&self) -> bool {
        (200..400).contains(&self.code)
    }

    /// Everything that it says, in one line.
    pub fn text(&self) -> String {
        self.lines.join(" ")
    }

    /// Whether EHLO offers this keyword.
    pub fn offers(&self, keyword: &str) -> bool {
        let mut keywords = self
            .lines
            .iter()
            .skip(1)
            .filter_map(|line| line.split(' ').next());
        keywords.any(|offered| offered.eq_ignore_ascii_case(keyword))
    }
}

fn secured(provider: &Provider, socket: &TcpStream) -> Box<dyn Stream> {
    let tls = authority::connector(&provider.ca_path());
    let socket = socket.try_clone().unwrap();
    Box::new(tls.connect(provider.host(), socket).unwrap())
}
