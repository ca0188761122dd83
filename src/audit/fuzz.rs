//! Logs that anybody wrote, for the fuzzer: see [`crate::fuzz`].

use super::chain::Chain;
use super::line::{Event, Mark, seal};
use super::link::{Hash, Link};
use super::show::{Filter, Shown, show};
use super::tail::{Last, Tail};
use super::told::Told;
use super::verify::verify;
use crate::fuzz::{is_fit, is_same, is_told, text};
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::OnceLock;

/// A file in which the log stands: files are written anew for every input, in one place.
fn path() -> PathBuf {
    static FOLDER: OnceLock<Option<tempfile::TempDir>> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| tempfile::tempdir().ok()).as_ref();
    let thread = format!("{:?}.jsonl", std::thread::current().id());
    folder.map(|f| f.path().join(thread)).unwrap_or_default()
}

/// A whole file of the log: what is found, what is shown, and how it ends.
pub fn log(bytes: &[u8]) {
    one_line(bytes);
    let path = path();
    if fs::write(&path, bytes).is_err() {
        return;
    }
    let Ok(chain) = Chain::of(std::slice::from_ref(&path)) else {
        panic!("{} cannot be read", path.display());
    };
    let remembered = Link {
        number: 2,
        hash: Hash::of(bytes),
    };
    for head in [None, Some(remembered)] {
        match verify(&chain, head, false) {
            Ok(verdict) => {
                assert!(verdict.lines <= bytes.len() as u64);
                assert!(verdict.findings.len() <= 100);
                for found in verdict.findings.iter().chain(&verdict.remarks) {
                    is_fit(&found.says, 1000);
                }
            }
            Err(error) => is_told(&error, 1000),
        }
    }
    shown(&chain, bytes.len());
    let tail = File::open(&path).and_then(|file| Tail::of(&file, bytes.len() as u64));
    let Ok(tail) = tail else {
        panic!("the end of {} cannot be read", path.display());
    };
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(tail.last == Last::None, lines == 0);
    let torn = tail.torn.map_or(0, |torn| torn.bytes);
    let whole = bytes.iter().rposition(|byte| *byte == b'\n');
    assert_eq!(torn as usize, bytes.len() - whole.map_or(0, |end| end + 1));
}

/// What is shown is told, and told again as the same.
fn shown(chain: &Chain, length: usize) {
    let mut count = 0;
    let strange = show(chain, &Filter::default(), &mut |shown: Shown| {
        count += 1;
        let written = serde_json::to_string(&shown).unwrap_or_default();
        let read = serde_json::from_str::<Shown>(&written).ok();
        is_same(&read.map(|read| read.told), &Some(shown.told));
        Ok(())
    });
    match strange {
        Ok(strange) => assert!(strange + count <= 2 * length as u64),
        Err(error) => is_told(&error, 1000),
    }
}

fn one_line(bytes: &[u8]) {
    if let Some(mark) = Mark::of(bytes) {
        assert!(mark.n > 0 && mark.before().number == mark.n - 1);
    }
    let Some(text) = text(bytes) else { return };
    match text.parse::<Link>() {
        Ok(link) => is_same(&link.to_string().parse(), &Ok(link)),
        Err(why) => is_fit(&why, 200),
    }
    let told = Told {
        folder: Some(text.to_owned()),
        ..Told::default()
    };
    let mut out = Vec::new();
    assert!(seal(Link::START, "", &Event::Outcome(told), &mut out).is_ok());
    let line = out.strip_suffix(b"\n").unwrap_or_default();
    is_fit(&String::from_utf8_lossy(line), 4096 + 12 * bytes.len());
    assert_eq!(Mark::of(line).map(|mark| mark.before()), Some(Link::START));
}
