//! Every reader, over its seeds and over what comes of them by chance: what the fuzzer found once
//! is found again here.

use super::*;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn tests(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(below)
}

/// The names in a folder, without their endings and what is hidden.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().path());
    let stem = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    names
        .map(stem)
        .filter(|name| !name.starts_with('.'))
        .collect()
}

/// What the fuzzer begins with, and what it found.
fn seeds(reader: &Reader) -> Vec<Vec<u8>> {
    let folder = tests("seeds").join(reader.name);
    let files = names(&folder);
    files
        .iter()
        .map(|name| fs::read(folder.join(name)).unwrap())
        .collect()
}

#[test]
fn every_reader_has_seeds() {
    let readers: BTreeSet<String> = READERS.iter().map(|r| r.name.to_owned()).collect();
    assert_eq!(readers.len(), READERS.len());
    assert_eq!(names(&tests("seeds")), readers);
    for reader in READERS {
        assert!(seeds(reader).len() > 1, "{}", reader.name);
    }
    // No package has the fuzzer, but each has the seeds.
    let targets = tests("fuzz/targets");
    if targets.is_dir() {
        assert_eq!(names(&targets), readers);
    }
}

#[test]
fn every_seed_is_read() {
    for reader in READERS {
        for seed in seeds(reader) {
            (reader.read)(&seed);
        }
    }
}

#[test]
#[should_panic(expected = "no reader is called mail")]
fn a_reader_that_is_not_there_reads_nothing() {
    read("mail", b"");
}

#[test]
fn what_must_not_be_said_is_noticed() {
    for bad in ["a\u{1b}[2J", "a\nb", "\u{202e}"] {
        assert!(std::panic::catch_unwind(|| is_fit(bad, 100)).is_err());
    }
    assert!(std::panic::catch_unwind(|| is_fit("abc", 2)).is_err());
    is_fit("Entwürfe", 9);
}

/// One thing that happens to bytes.
#[derive(Clone, Debug)]
enum Accident {
    Changed(Index, u8),
    PutIn(Index, Vec<u8>),
    Cut(Index, Index),
    Doubled(Index, Index),
    /// Goes on as another seed does.
    GoesOn(Index, Index, Index),
}

fn accident() -> impl Strategy<Value = Accident> {
    let index = any::<Index>;
    let words = select(vec![
        &b"\""[..],
        b"\\",
        b"\r\n",
        b"\n",
        b"\0",
        b"(",
        b")",
        b"{",
        b"}",
        b"[",
        b"]",
        b"{3}\r\n",
        b"\xff",
        b"\xc3",
        "é".as_bytes(),
        "\u{202e}".as_bytes(),
        b"\x1b[2J",
        b",",
        b";",
        b":",
        b"=",
        b"<",
        b">",
        b"@",
        b"-",
        b"&",
        b"=?utf-8?q?=0D?=",
        b"99999999999999999999",
        b"''''",
        b"null",
        b" ",
        b"\t",
    ]);
    prop_oneof![
        (index(), any::<u8>()).prop_map(|(at, byte)| Accident::Changed(at, byte)),
        (index(), words).prop_map(|(at, word)| Accident::PutIn(at, word.to_vec())),
        (index(), index()).prop_map(|(one, other)| Accident::Cut(one, other)),
        (index(), index()).prop_map(|(one, other)| Accident::Doubled(one, other)),
        (index(), index(), index()).prop_map(|(at, seed, from)| Accident::GoesOn(at, seed, from)),
    ]
}

impl Accident {
    fn happen(&self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let place = |index: &Index, bytes: &[u8]| index.index(bytes.len() + 1);
        let stretch = |one: &Index, other: &Index, bytes: &[u8]| {
            let (one, other) = (place(one, bytes), place(other, bytes));
            one.min(other)..one.max(other)
        };
        match self {
            Self::Changed(at, byte) => {
                let at = place(at, bytes);
                if let Some(there) = bytes.get_mut(at) {
                    *there = *byte;
                }
            }
            Self::PutIn(at, word) => {
                let at = place(at, bytes);
                bytes.splice(at..at, word.iter().copied());
            }
            Self::Cut(one, other) => drop(bytes.drain(stretch(one, other, bytes))),
            Self::Doubled(one, other) => {
                let stretch = stretch(one, other, bytes);
                let (end, again) = (stretch.end, bytes[stretch].to_vec());
                bytes.splice(end..end, again);
            }
            Self::GoesOn(at, seed, from) => {
                let seed = &seeds[seed.index(seeds.len())];
                bytes.truncate(place(at, bytes));
                bytes.extend_from_slice(&seed[place(from, seed)..]);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_comes_of_the_seeds_by_chance_is_read_too(
        begin in any::<Index>(),
        accidents in proptest::collection::vec(accident(), 1..6),
    ) {
        for reader in READERS {
            let seeds = seeds(reader);
            let mut bytes = seeds[begin.index(seeds.len())].clone();
            accidents.iter().for_each(|accident| accident.happen(&mut bytes, &seeds));
            (reader.read)(&bytes);
        }
    }
}
