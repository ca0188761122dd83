//! What people name to be read: files, pipes and standard input, whole, bounded in size, and a pipe
//! in time too.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// So long nothing may come out of a pipe: nobody may ever write to it.
const PATIENCE: Duration = Duration::from_secs(60);

/// So much is taken out of a pipe at once, in bytes.
const PIECE: usize = 64 * 1024;

/// Whether `path` means standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What people call `path` in a message.
pub fn name(path: &Path) -> String {
    if is_stdin(path) {
        "<stdin>".to_owned()
    } else {
        path.display().to_string()
    }
}

/// All that can be read at `path`, where - is standard input.
///
/// # Errors
/// Where it cannot be read, is larger than `most` bytes, or is a pipe out of which nothing comes.
pub fn bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    match is_stdin(path) {
        true => bounded(whole(io::stdin().lock(), most)?, most),
        false => file(path, most),
    }
}

/// The same where - is nothing but a name.
///
/// # Errors
/// As [`bytes`].
pub fn file(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    patiently(path, most, PATIENCE)
}

/// All of a file that is open already.
///
/// # Errors
/// Where it cannot be read, or is larger than `most` bytes.
pub fn within(file: File, most: u64) -> io::Result<Vec<u8>> {
    bounded(whole(file, most)?, most)
}

fn patiently(path: &Path, most: u64, patience: Duration) -> io::Result<Vec<u8>> {
    let bytes = if path.metadata()?.is_file() {
        whole(File::open(path)?, most)
    } else {
        piped(path, most, patience)
    }?;
    bounded(bytes, most)
}

fn bounded(bytes: Vec<u8>, most: u64) -> io::Result<Vec<u8>> {
    if bytes.len() as u64 > most {
        let what = match most >> 20 {
            0 => format!("it is larger than {most} bytes"),
            mib => format!("it is larger than {mib} MiB"),
        };
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
    }
    Ok(bytes)
}

fn whole(from: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opening a pipe waits too, and can only be left alone by another thread.
fn piped(path: &Path, most: u64, patience: Duration) -> io::Result<Vec<u8>> {
    let (pieces, coming) = sync_channel(1);
    let path = path.to_owned();
    thread::spawn(move || {
        if let Err(error) = pass(&path, &pieces) {
            // Where nobody listens any more, nobody misses it.
            let _ = pieces.send(Err(error));
        }
    });
    let mut bytes = Vec::new();
    while bytes.len() as u64 <= most {
        match coming.recv_timeout(patience) {
            Ok(piece) => bytes.extend(piece?),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                let what = format!("nothing came out of it for {} s", patience.as_secs());
                return Err(io::Error::new(io::ErrorKind::TimedOut, what));
            }
        }
    }
    Ok(bytes)
}

fn pass(path: &Path, pieces: &SyncSender<io::Result<Vec<u8>>>) -> io::Result<()> {
    let mut file = File::open(path)?;
    loop {
        let mut piece = vec![0; PIECE];
        let n = match file.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        piece.truncate(n);
        if n == 0 || pieces.send(Ok(piece)).is_err() {
            return Ok(());
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    const SOON: Duration = Duration::from_millis(300);

    fn fifo(folder: &Path) -> std::path::PathBuf {
        let path = folder.join("fifo");
        assert!(
            Command::new("mkfifo")
                .arg(&path)
                .status()
                .unwrap()
                .success()
        );
        path
    }

    #[test]
    fn a_pipe_that_nobody_writes_to_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let error = patiently(&fifo(folder.path()), 10, SOON).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn what_comes_out_of_a_pipe_is_read_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = fifo(folder.path());
        let text = "x".repeat(3 * PIECE);
        let writer = {
            let (path, text) = (path.clone(), text.clone());
            thread::spawn(move || std::fs::write(path, text))
        };
        let read = patiently(&path, 1 << 20, Duration::from_secs(20)).unwrap();
        writer.join().unwrap().unwrap();
        assert_eq!(read, text.as_bytes());
    }

    #[test]
    fn what_has_no_end_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "0123456789").unwrap();
        assert_eq!(bytes(&file, 10).unwrap().len(), 10);
        for path in [&file, Path::new("/dev/zero")] {
            let error = bytes(path, 9).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::FileTooLarge, "{path:?}");
        }
        assert!(bytes(folder.path(), 9).is_err());
        assert!(bytes(&folder.path().join("none"), 9).is_err());
    }
}
