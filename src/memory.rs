//! How much memory the program may take: what servers send is kept only up to there.
//!
//! How much a reply takes once it is understood cannot be told from its length: an entry of six
//! bytes becomes a hundred, a name of eight thousand stays what it is. So it is measured: where the
//! system says how much the process has resident (Linux), that counts; elsewhere an estimate of what
//! came does.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::size;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// The variable that allows more or less, as `2GiB`.
pub const VARIABLE: &str = "SHAREMAIL_MEMORY";

/// What is allowed where nobody says otherwise, in bytes: some two million folders with their entries.
pub const USUAL: u64 = 1 << 30;

/// The least that can be allowed, in bytes: the program itself with a mailbox or two.
const LEAST: u64 = 32 << 20;

/// What is estimated for each reply besides its length, in bytes: a folder with its path, the
/// request for its entries, the answer, and three of them were measured to take 520.
const EACH: u64 = 600;
/// What is estimated for each byte of a reply: a name is kept as it came and as its path, and a short
/// entry as its node in two maps.
const BYTE: u64 = 8;

static ALLOWED: AtomicU64 = AtomicU64::new(USUAL);

/// Allows what [`VARIABLE`] says, where it says something.
///
/// # Errors
/// Where that is no size, or too small to work with: [`Exit::Config`].
pub fn allow(said: Option<&str>) -> Result<()> {
    let Some(said) = said.filter(|said| !said.is_empty()) else {
        return Ok(());
    };
    let wrong = |why: String| {
        let hint = "write a size such as 2GiB, or leave the variable out";
        Error::new(Exit::Config, format!("{VARIABLE}: {why}")).hint(hint)
    };
    let allowed = size::parse(said).map_err(wrong)?.saturating_mul(1024);
    if allowed < LEAST {
        let least = size::write(LEAST / 1024);
        return Err(wrong(format!("{least} is the least to work with")));
    }
    ALLOWED.store(allowed, Ordering::Relaxed);
    Ok(())
}

/// What the replies of one session may take.
#[derive(Clone, Copy, Debug)]
pub struct Ration {
    allowed: fn() -> u64,
    resident: fn() -> Option<u64>,
    replies: u64,
    bytes: u64,
    unchecked: u64,
}

/// More was taken than may be, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excess {
    /// What is taken.
    pub taken: u64,
    /// What may be.
    pub allowed: u64,
}

/// So many bytes are taken in between two looks at the system's numbers.
const STEP: u64 = 64 << 10;

impl Ration {
    /// That of this process.
    pub fn of_process() -> Self {
        // Tests and the fuzzer share a process in which others may take what they like.
        let unlimited = cfg!(any(test, fuzzing));
        Self::new(
            if unlimited { || u64::MAX } else { allowed },
            if unlimited { || None } else { resident },
        )
    }

    /// One where `allowed` and `resident` say how much may be taken and is taken.
    pub(crate) fn new(allowed: fn() -> u64, resident: fn() -> Option<u64>) -> Self {
        Self {
            allowed,
            resident,
            replies: 0,
            bytes: 0,
            unchecked: 0,
        }
    }

    /// Takes note of a reply of so many bytes that is kept.
    ///
    /// # Errors
    /// Where it is too much.
    pub fn take(&mut self, bytes: usize) -> Result<(), Excess> {
        let bytes = bytes as u64;
        self.replies += 1;
        self.bytes += bytes;
        // A reply takes some room, however short.
        self.unchecked += bytes + 64;
        if self.unchecked < STEP {
            return Ok(());
        }
        self.unchecked = 0;
        self.check()
    }

    /// Whether no more is taken than may be.
    ///
    /// # Errors
    /// Where it is.
    pub fn check(&self) -> Result<(), Excess> {
        let allowed = (self.allowed)();
        let taken = (self.resident)().unwrap_or_else(|| self.estimate());
        match taken > allowed {
            true => Err(Excess { taken, allowed }),
            false => Ok(()),
        }
    }

    /// Whether there is room for `more` bytes.
    ///
    /// # Errors
    /// Where there is none.
    pub fn has_room(&self, more: u64) -> Result<(), Excess> {
        let allowed = (self.allowed)();
        let taken = (self.resident)().unwrap_or_default().saturating_add(more);
        match taken > allowed {
            true => Err(Excess { taken, allowed }),
            false => Ok(()),
        }
    }

    fn estimate(&self) -> u64 {
        self.replies * EACH + self.bytes * BYTE
    }
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (taken, allowed) = (self.taken >> 20, self.allowed >> 20);
        write!(f, "{taken} MiB of memory where {allowed} MiB are allowed")
    }
}

impl Excess {
    /// What the user is told, where `what` is too much: [`Exit::Protocol`], as nothing but a server
    /// brings so much.
    pub fn error(&self, what: &str) -> Error {
        Error::new(Exit::Protocol, format!("{what} take {self}")).hint(self.hint())
    }

    /// What the user is told of a file that holds too much: [`Exit::BadInput`].
    pub fn of_file(&self) -> Error {
        let what = format!("the file holds too much: it would take some {self}");
        Error::new(Exit::BadInput, what).hint(self.file_hint())
    }

    /// What somebody can do about a file that holds too much.
    pub fn file_hint(&self) -> String {
        format!("split the file, or allow more: {}", self.more())
    }

    fn more(&self) -> String {
        let more = size::write((self.allowed / 1024).saturating_mul(4));
        format!("{VARIABLE}={}", more.replace(' ', ""))
    }

    /// What somebody can do about it.
    pub fn hint(&self) -> String {
        let ask = "where that is no mistake of the server, ask for less at a time, or allow more";
        format!("{ask}: {}", self.more())
    }
}

/// Makes sure that there is room for what a file says, where each part of it takes up to `each` bytes:
/// what stands between commas, semicolons, tabs, line ends, and behind an opening bracket.
///
/// # Errors
/// Where there is none.
pub fn fits(text: &[u8], each: u64) -> Result<(), Excess> {
    let begins_a_part = |byte: &&u8| b",;\t\r\n[{".contains(byte);
    let parts = text.iter().filter(begins_a_part).count() as u64;
    Ration::of_process().has_room(parts.saturating_mul(each))
}

fn allowed() -> u64 {
    ALLOWED.load(Ordering::Relaxed)
}

/// What this process has in memory, in bytes, where the system says so.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// The system is not asked.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn resident() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_says_how_much_is_taken() {
        let mut much = vec![1u8; 64 << 20];
        much[1 << 20] = 7;
        assert!(resident().unwrap() > 64 << 20, "{}", much[1 << 20]);
    }

    #[test]
    fn what_is_no_size_or_too_little_is_refused() {
        for bad in ["much", "1", "0", "1MiB", "-1GiB"] {
            let error = allow(Some(bad)).unwrap_err();
            assert_eq!(error.exit(), Exit::Config);
            assert!(error.what().starts_with("SHAREMAIL_MEMORY: "), "{error}");
        }
        assert_eq!(allow(Some("")), Ok(()));
        assert_eq!(allow(None), Ok(()));
    }

    #[test]
    fn the_system_is_asked_now_and_then_and_its_word_counts() {
        let mut ration = Ration::new(|| 1000, || Some(1001));
        let taken = (0..10_000).position(|_| ration.take(1000).is_err());
        assert_eq!(taken, Some(61));
        let mut ration = Ration::new(|| 1000, || Some(1000));
        assert!((0..10_000).all(|_| ration.take(1000).is_ok()));
    }

    proptest! {
        #[test]
        fn where_the_system_says_nothing_the_estimate_bounds_what_is_kept(
            sizes in proptest::collection::vec(0usize..100_000, 1..200)
        ) {
            const MOST: u64 = 4 << 20;
            let mut ration = Ration::new(|| MOST, || None);
            let mut kept = 0;
            for size in &sizes {
                if ration.take(*size).is_err() {
                    break;
                }
                kept += *size as u64;
            }
            prop_assert!(kept * BYTE <= MOST + STEP * BYTE + 100_000 * BYTE);
        }
    }
}
