//! Which file of `src/` imports which: `crate::…`, `super::…` and `self::…`, in `use` lines and inline.
//! What only tests and the fuzzer compile is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::words::{closing, words};

/// A file of the source, and its room: the first part of its path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// From the root of the repository: `src/imap/list.rs`.
    pub path: String,
    /// `imap`.
    pub room: String,
}

/// One file names something of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// Who.
    pub from: Source,
    /// Whom.
    pub to: Source,
}

impl Import {
    /// That of one path by another.
    pub fn between(from: &str, to: &str) -> Import {
        let [from, to] = [from, to].map(|path| Source {
            path: path.to_owned(),
            room: module(path)
                .first()
                .map_or("lib", String::as_str)
                .to_owned(),
        });
        Import { from, to }
    }
}

/// All imports below `src`, each pair of files once.
pub fn imports(src: &Path) -> Vec<Import> {
    let mut texts = BTreeMap::new();
    read(src, "src", &mut texts);
    let parsed = texts.iter().map(|(path, text)| (path, parse(text)));
    let parsed: BTreeMap<&String, Parsed> = parsed.collect();
    let testing = parsed.iter().flat_map(|(path, parsed)| {
        let inside = module(path);
        let below = move |name: &String| [&inside[..], std::slice::from_ref(name)].concat();
        parsed.testing.iter().map(below)
    });
    let testing: BTreeSet<Vec<String>> = testing.collect();
    let is_tested = |path: &String| {
        let module = module(path);
        (1..=module.len()).any(|n| testing.contains(&module[..n]))
    };
    let files: BTreeMap<Vec<String>, &String> = texts
        .keys()
        .filter(|path| !is_tested(path))
        .map(|path| (module(path), path))
        .collect();
    let mut all = BTreeSet::new();
    for (inside, from) in &files {
        for named in &parsed[*from].paths {
            let whole = named.within(inside);
            let file = (0..=whole.len()).rev().find_map(|n| files.get(&whole[..n]));
            if let Some(to) = file.filter(|to| *to != from) {
                all.insert(Import::between(from, to));
            }
        }
    }
    assert!(all.len() > 500, "only {} imports were found", all.len());
    all.into_iter().collect()
}

fn read(folder: &Path, name: &str, texts: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{name}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            read(&entry.path(), &name, texts);
        } else if name.ends_with(".rs") {
            texts.insert(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// `src/imap/list.rs` is `imap`, `list`; `src/imap/mod.rs` is `imap`; `src/lib.rs` is the root.
fn module(path: &str) -> Vec<String> {
    let path = path.strip_prefix("src/").unwrap_or(path);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    let names = path.split('/').filter(|name| *name != "lib");
    names.map(str::to_owned).collect()
}

/// What a file says.
#[derive(Default)]
struct Parsed {
    paths: Vec<Named>,
    /// Modules of their own files that only tests compile.
    testing: Vec<String>,
}

/// A path as it stands there, without its first word.
struct Named {
    /// How many modules up it begins; from the root where it says `crate`.
    up: Option<usize>,
    parts: Vec<String>,
}

impl Named {
    fn within(&self, module: &[String]) -> Vec<String> {
        let base = match self.up {
            None => &[],
            Some(up) => &module[..module.len().saturating_sub(up)],
        };
        [base, &self.parts].concat()
    }
}

fn parse(text: &str) -> Parsed {
    let (words, testing) = without_tests(&words(text));
    let mut parsed = Parsed {
        testing,
        ..Parsed::default()
    };
    let mut at = 0;
    while at < words.len() {
        let begins = at == 0 || words[at - 1] != "::";
        let mut up = match words[at].as_str() {
            "crate" if begins => None,
            "self" if begins => Some(0),
            "super" if begins => Some(1),
            _ => {
                at += 1;
                continue;
            }
        };
        at += 1;
        while let (Some(n), [colons, word, ..]) = (up, &words[at..])
            && colons == "::"
            && word == "super"
        {
            (up, at) = (Some(n + 1), at + 2);
        }
        let mut found = Vec::new();
        at = tree(&words, at, &[], &mut found);
        let named = found.into_iter().map(|parts| Named { up, parts });
        parsed
            .paths
            .extend(named.filter(|named| !named.parts.is_empty()));
    }
    parsed
}

/// What follows a path at `at`: `::name`, `::{…}` and so on; gives the place behind it.
fn tree(words: &[String], mut at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut parts = before.to_vec();
    while words.get(at).is_some_and(|word| word == "::") {
        match words.get(at + 1).map(String::as_str) {
            Some("{") => {
                at += 2;
                while words.get(at).is_some_and(|word| word != "}") {
                    if is_name(&words[at]) {
                        let first = [&parts[..], &[words[at].clone()]].concat();
                        at = tree(words, at + 1, &first, found);
                    } else {
                        at += 1;
                    }
                    if words.get(at).is_some_and(|word| word == "as") {
                        at += 2;
                    }
                }
                return at + 1;
            }
            Some(name) if is_name(name) => parts.push(name.to_owned()),
            _ => break,
        }
        at += 2;
    }
    found.push(parts);
    at
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The words but those of items that only tests or the fuzzer compile, and which modules those are.
fn without_tests(words: &[String]) -> (Vec<String>, Vec<String>) {
    let (mut kept, mut testing) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < words.len() {
        let rest = &words[at..];
        let attribute = rest.len() > 3 && rest[0] == "#" && rest[1] == "[" && rest[2] == "cfg";
        let end = attribute.then(|| closing(words, at + 1));
        let is_test = end.is_some_and(|end| {
            let said = &words[at..end];
            let has = |what: &str| said.iter().any(|word| word == what);
            (has("test") || has("fuzzing")) && !has("not")
        });
        let Some(mut end) = end.filter(|_| is_test) else {
            kept.push(words[at].clone());
            at += 1;
            continue;
        };
        // The item ends at its semicolon or behind its braces; in a list, at its comma.
        let (begin, mut module) = (end + 1, None);
        end = begin;
        while let Some(word) = words.get(end) {
            match word.as_str() {
                "mod" => module = words.get(end + 1),
                ";" | "," => break,
                "{" => {
                    end = closing(words, end);
                    module = None;
                    let goes_on = words[begin..].first().is_some_and(|word| word == "use");
                    if !goes_on {
                        break;
                    }
                }
                "(" | "[" => end = closing(words, end),
                "}" => {
                    end -= 1;
                    break;
                }
                _ => {}
            }
            end += 1;
        }
        testing.extend(module.cloned());
        at = end + 1;
    }
    (kept, testing)
}

#[test]
fn every_way_to_import_is_read() {
    let text = "use crate::a::{b, c::{d, E as F}, self};\n// use crate::no\nuse super::x;\n\
                /* crate::no */ fn f<'a>(_: &'a str) -> crate::g::H<'a> { super::super::k::l(\"crate::no\", '\"', \
                b\"crate::no\", r#\"crate::no\"#, '\\'') }\n#[cfg(test)]\nmod tests { use crate::no; }\n\
                #[cfg(any(test, fuzzing))]\npub(crate) mod fuzz;\n#[cfg(test)]\nuse crate::{no, never};\n\
                use crate::last;\npub(crate) struct S;";
    let parsed = parse(text);
    let inside = ["p", "q", "r"].map(str::to_owned);
    let paths = parsed
        .paths
        .iter()
        .map(|named| named.within(&inside).join("::"));
    let paths: Vec<String> = paths.collect();
    assert_eq!(
        paths,
        [
            "a::b", "a::c::d", "a::c::E", "a::self", "p::q::x", "g::H", "p::k::l", "last"
        ]
    );
    assert_eq!(parsed.testing, ["fuzz"]);
}
