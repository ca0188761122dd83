//! The system's log, by the datagrams that syslog(3) sends to its socket: RFC 3164, section 4.1,
//! without the name of the host.

use crate::error::{Error, Result, abridged};
use crate::exit::Exit;
use std::path::Path;

/// authpriv.info (RFC 3164, section 4.1.1): who may read what is not for everybody.
#[cfg(unix)]
const PRIORITY: u8 = 10 * 8 + 6;

/// A socket of the system's log.
pub struct Syslog {
    #[cfg(unix)]
    socket: Socket,
    path: String,
}

#[cfg(unix)]
enum Socket {
    Datagrams(std::os::unix::net::UnixDatagram),
    /// Each message ends with a NUL, as with the C library's.
    Stream(std::os::unix::net::UnixStream),
}

impl Syslog {
    /// The one at `path`.
    ///
    /// # Errors
    /// When nobody listens there.
    #[cfg(unix)]
    pub fn open(path: &Path) -> Result<Self> {
        let socket = connect(path).map_err(|error| failed(path, &error))?;
        let path = path.display().to_string();
        Ok(Self { socket, path })
    }

    /// There is none on this system.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(unix))]
    pub fn open(path: &Path) -> Result<Self> {
        Err(failed(path, &std::io::ErrorKind::Unsupported.into()))
    }

    /// Sends `line`.
    ///
    /// # Errors
    /// When it is not taken within seconds.
    #[cfg(unix)]
    pub fn send(&mut self, line: &str) -> std::io::Result<()> {
        use std::io::Write;
        let time = chrono::Utc::now().format("%b %e %H:%M:%S");
        let pid = std::process::id();
        let message = format!("<{PRIORITY}>{time} sharemail[{pid}]: {line}");
        match &mut self.socket {
            Socket::Datagrams(socket) => socket.send(message.as_bytes()).map(drop),
            Socket::Stream(socket) => socket.write_all(format!("{message}\0").as_bytes()),
        }
    }

    /// There is none on this system.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(unix))]
    pub fn send(&mut self, _: &str) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    /// What to say where a line was not taken.
    pub fn failed(&self, error: &std::io::Error) -> Error {
        failed(Path::new(&self.path), error)
    }
}

#[cfg(unix)]
fn connect(path: &Path) -> std::io::Result<Socket> {
    use std::os::unix::net::{UnixDatagram, UnixStream};
    use std::time::Duration;
    const PATIENCE: Option<Duration> = Some(Duration::from_secs(5));
    let socket = UnixDatagram::unbound()?;
    socket.set_write_timeout(PATIENCE)?;
    match socket.connect(path) {
        Ok(()) => Ok(Socket::Datagrams(socket)),
        // Some listen for connections.
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::PROTOTYPE.raw_os_error()) => {
            let socket = UnixStream::connect(path)?;
            socket.set_write_timeout(PATIENCE)?;
            Ok(Socket::Stream(socket))
        }
        Err(error) => Err(error),
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    let why = abridged(error.to_string().as_bytes());
    let what = format!("the system's log takes nothing: {why}");
    Error::new(Exit::TryAgain, what)
        .about(path.display().to_string())
        .hint("audit-syslog in the profile, or SHAREMAIL_AUDIT_SYSLOG, names its socket; false does without it")
}
