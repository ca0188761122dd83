//! A server for tests, on loopback: it says what a script tells it to.

use super::endpoint::{Credentials, Endpoint};
use super::trust::Trust;
use crate::model::login::{Mechanism, Tls};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// One client's connection, seen from the server.
pub(crate) struct Peer {
    reader: BufReader<TcpStream>,
}

/// The script's thread; joining it fails where the client did not keep to the script.
pub(crate) type Script = JoinHandle<()>;

/// Serves one connection by `script`.
pub(crate) fn serve(script: impl FnOnce(&mut Peer) + Send + 'static) -> (Endpoint, Script) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = Endpoint {
        host: "127.0.0.1".into(),
        port: listener.local_addr().unwrap().port(),
        tls: Tls::None,
        trust: Trust::system(),
        timeout: Duration::from_secs(5),
    };
    let thread = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        stream.set_nodelay(true).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let reader = BufReader::new(stream);
        script(&mut Peer { reader });
    });
    (endpoint, thread)
}

/// Alice and her password, `secret`.
pub(crate) fn credentials() -> Credentials {
    Credentials {
        mechanism: Mechanism::Plain,
        user: "alice".into(),
        authzid: None,
        secret: "secret".into(),
    }
}

impl Peer {
    /// Follows lines that begin with `C: ` or `S: `, as in RFCs.
    pub fn follow(&mut self, dialogue: &str) {
        for line in dialogue.lines().map(str::trim_start) {
            match line.split_at_checked(3) {
                Some(("C: ", line)) => self.expect(line),
                Some(("S: ", line)) => self.say(line),
                _ => assert!(line.is_empty(), "{line}"),
            }
        }
    }

    /// The client's next line without its CRLF; empty when it has gone.
    pub fn line(&mut self) -> String {
        let mut line = Vec::new();
        self.reader.read_until(b'\n', &mut line).unwrap();
        String::from_utf8(line)
            .unwrap()
            .trim_end_matches("\r\n")
            .to_owned()
    }

    /// The client's next line must be this.
    pub fn expect(&mut self, line: &str) {
        assert_eq!(self.line(), line);
    }

    /// Ends the conversation without cutting off what is still on its way to the client.
    pub fn hang_up(&mut self) {
        let _ = self.reader.get_ref().shutdown(Shutdown::Write);
        let _ = self.reader.read_to_end(&mut Vec::new());
    }

    /// The client must send nothing for a while.
    pub fn expect_silence(&mut self) {
        let moment = Some(Duration::from_millis(50));
        self.reader.get_ref().set_read_timeout(moment).unwrap();
        assert!(self.reader.fill_buf().is_err());
        let long = Some(Duration::from_secs(60));
        self.reader.get_ref().set_read_timeout(long).unwrap();
    }

    /// Sends a line.
    pub fn say(&mut self, line: &str) {
        self.send(format!("{line}\r\n").as_bytes());
    }

    /// Sends bytes; a client that has gone is no error of the script.
    pub fn send(&mut self, bytes: &[u8]) {
        let _ = self.reader.get_mut().write_all(bytes);
    }
}
