//! Logs that were tampered with, moved, cut or written by many: what is found, and what cannot be.

use super::book::Book;
use super::chain::Chain;
use super::head::Head;
use super::line::{Event, seal};
use super::link::Link;
use super::page::Durable;
use super::rotate::rotate;
use super::show::{Filter, show};
use super::told::Told;
use super::verify::{Verdict, verify};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

struct Log {
    _folder: TempDir,
    path: PathBuf,
}

fn event(folder: &str) -> Event {
    Event::Outcome(Told {
        folder: Some(folder.to_owned()),
        ..Told::default()
    })
}

impl Log {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/audit.jsonl");
        Self {
            _folder: folder,
            path,
        }
    }

    /// With so many lines, in batches of two.
    fn of(lines: usize) -> Self {
        let log = Self::new();
        for _ in 0..lines / 2 {
            log.append(2);
        }
        log.append(lines % 2);
        log
    }

    fn append(&self, lines: usize) {
        append(&self.path, None, lines);
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }

    fn lines(&self) -> Vec<String> {
        self.text().lines().map(str::to_owned).collect()
    }

    fn write(&self, lines: &[String]) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(&self.path, text).unwrap();
    }

    fn chain(&self) -> Chain {
        Chain::find(&self.path).unwrap()
    }

    fn verify(&self) -> Verdict {
        verify(&self.chain(), None, false).unwrap()
    }

    #[track_caller]
    fn is_whole(&self, lines: u64) -> Verdict {
        let verdict = self.verify();
        assert_eq!(verdict.findings, [], "{}", self.text());
        assert_eq!(verdict.lines, lines);
        verdict
    }

    /// What is found, as `line: says`.
    fn found(&self) -> Vec<String> {
        let verdict = self.verify();
        let told = verdict.findings.iter().map(|finding| {
            let line = finding.line.unwrap_or_default();
            format!("{line}: {}", finding.says)
        });
        told.collect()
    }

    fn forget_head(&self) {
        fs::remove_file(Head::path(&self.path)).unwrap();
    }
}

fn append(path: &Path, limit: Option<u64>, lines: usize) {
    let book = Book::new(path.to_owned(), limit);
    let written = book.append(Durable::Now, |page| {
        (0..lines).try_for_each(|_| page.line(&event("Sent")))
    });
    written.unwrap();
}

#[test]
fn a_log_that_nobody_touched_is_whole() {
    let log = Log::of(7);
    let end = log.is_whole(7).end.unwrap();
    assert_eq!(end.number, 7);
    assert_eq!(Head::remembered(&log.path).unwrap(), Some(end));
    let later = verify(&log.chain(), Some(end), false).unwrap();
    assert_eq!(later.findings, []);
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let log = Log::of(1);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&log.path), 0o600);
    assert_eq!(mode(&Head::path(&log.path)), 0o600);
    assert_eq!(mode(log.path.parent().unwrap()), 0o700);
    rotate(&log.path).unwrap();
    assert_eq!(mode(&log.path), 0o600);
}

#[test]
fn every_changed_line_is_named() {
    for at in 0..6 {
        let log = Log::of(6);
        let mut lines = log.lines();
        lines[at] = lines[at].replace("Sent", "sent");
        log.write(&lines);
        let found = log.found();
        let named = match at {
            5 => "6: number 6 is not the line that was remembered".to_owned(),
            _ => format!(
                "{}: number {} was changed after this line was written",
                at + 2,
                at + 1
            ),
        };
        assert_eq!(found, [named]);
    }
}

#[test]
fn every_missing_line_is_named() {
    for at in 0..6 {
        let log = Log::of(6);
        let mut lines = log.lines();
        lines.remove(at);
        log.write(&lines);
        let named = match at {
            0 => "1: the file begins with number 2: what came before it was cut off".to_owned(),
            5 => "0: the log ends with number 5, and number 6 was remembered: its end was cut off"
                .to_owned(),
            _ => format!("{}: before it number {} is missing", at + 1, at + 1),
        };
        assert_eq!(log.found()[0], named);
        assert_eq!(log.found().len(), if at == 0 { 2 } else { 1 });
    }
}

#[test]
fn every_line_that_was_put_in_is_named() {
    for at in 1..6 {
        let log = Log::of(6);
        let mut lines = log.lines();
        lines.insert(at, lines[at - 1].clone());
        log.write(&lines);
        let copied = format!("{}: number {at} is out of place", at + 1);
        assert!(log.found()[0].starts_with(&copied), "{:?}", log.found());
        lines[at] = "{\"event\":\"outcome\"}".to_owned();
        log.write(&lines);
        let strange = format!(
            "{}: this is no line of the log: changed or inserted",
            at + 1
        );
        assert_eq!(log.found(), [strange]);
    }
}

#[test]
fn a_line_put_in_with_its_hash_right_is_found_too() {
    let log = Log::of(4);
    let mut lines = log.lines();
    let two = Link {
        number: 2,
        hash: super::link::Hash::of(lines[1].as_bytes()),
    };
    let mut forged = Vec::new();
    seal(two, "", &event("Trash"), &mut forged).unwrap();
    lines.insert(2, String::from_utf8(forged).unwrap().trim().to_owned());
    log.write(&lines);
    assert!(log.found()[0].starts_with("4: number 3 is out of place"));
}

#[test]
fn an_end_that_was_cut_off_is_seen_against_what_is_remembered() {
    let log = Log::of(6);
    let head = log.verify().end;
    let lines = log.lines();
    log.write(&lines[..3]);
    let cut = "0: the log ends with number 3, and number 6 was remembered: its end was cut off";
    assert_eq!(log.found(), [cut]);
    log.forget_head();
    // The chain alone cannot show it; that nothing is remembered does, and a head that was kept
    // elsewhere.
    let found = log.found();
    assert!(
        found.len() == 1 && found[0].contains("(.head) is not there"),
        "{found:?}"
    );
    let verdict = verify(&log.chain(), head, false).unwrap();
    assert_eq!(verdict.findings.len(), 2);
    assert!(super::rotate::rotate(&log.path).is_err());
    // Nor does writing on make it good: the next line says so.
    append(&log.path, Some(1), 1);
    let found = log.found();
    assert!(
        found.len() == 1 && found[0].contains("not remembered any more"),
        "{found:?}"
    );
    assert!(found[0].starts_with("4: ") && found[0].ends_with("it ended with number 3"));
}

#[test]
fn a_first_line_whose_remembering_a_crash_prevented_is_no_finding() {
    let log = Log::of(1);
    fs::write(Head::path(&log.path), format!("{}\n", Link::START)).unwrap();
    log.is_whole(1);
    fs::write(&log.path, "").unwrap();
    assert_eq!(log.found(), [""; 0]);
    append(&log.path, None, 2);
    log.is_whole(2);
    fs::write(Head::path(&log.path), "").unwrap();
    assert_eq!(log.found().len(), 1);
}

#[test]
fn a_log_written_anew_is_seen_only_against_a_head_kept_elsewhere() {
    let log = Log::of(6);
    let head = log.verify().end;
    fs::remove_file(&log.path).unwrap();
    log.forget_head();
    let book = Book::new(log.path.clone(), None);
    let forged = book.append(Durable::Now, |page| {
        (0..6).try_for_each(|_| page.line(&event("forged")))
    });
    forged.unwrap();
    log.is_whole(6);
    let verdict = verify(&log.chain(), head, false).unwrap();
    assert_eq!(
        verdict.findings[0].says,
        "number 6 is not the line that was remembered"
    );
}

#[test]
fn whoever_writes_next_says_that_the_end_was_not_as_left() {
    let log = Log::of(6);
    log.write(&log.lines()[..3]);
    log.append(2);
    let found = log.found();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("4: what stood before it was not as it had been left"));
    assert!(found[0].contains("ended with number 6, and ended with number 3"));
    let mut lines = Log::of(3).lines();
    lines.push("by hand".to_owned());
    let log = Log::of(3);
    log.write(&lines);
    log.append(1);
    assert!(
        log.found()
            .iter()
            .any(|found| found.starts_with("4: this is no line"))
    );
}

#[test]
fn what_a_crash_left_is_named_by_the_next_line() {
    for left in ["{\"n\":4,\"at\":\"2026", "\0\0\0\0", "x"] {
        let log = Log::of(3);
        fs::write(&log.path, log.text() + left).unwrap();
        assert_eq!(log.found(), [""; 0]);
        assert_eq!(log.verify().remarks.len(), 1);
        log.append(2);
        let verdict = log.is_whole(7);
        assert_eq!(verdict.remarks[0].line, Some(4));
        // Nobody else's line passes for it.
        let mut lines = log.lines();
        lines[3] = "y".repeat(left.len());
        log.write(&lines);
        assert_eq!(
            log.found(),
            ["4: this is no line of the log: changed or inserted"]
        );
    }
}

#[test]
fn nobody_waits_for_those_who_read() {
    let log = Log::of(2);
    let chain = log.chain();
    log.append(1);
    assert_eq!(verify(&chain, None, false).unwrap().lines, 2);
    log.is_whole(3);
}

#[test]
fn a_crash_before_the_remembering_is_none() {
    let log = Log::of(4);
    let head = fs::read(Head::path(&log.path)).unwrap();
    log.append(2);
    fs::write(Head::path(&log.path), head).unwrap();
    log.is_whole(6);
    log.append(1);
    log.is_whole(7);
}

#[test]
fn a_rotated_log_is_one_chain() {
    let log = Log::of(4);
    let first = rotate(&log.path).unwrap();
    assert!(first.to_string_lossy().ends_with(".4"), "{first:?}");
    log.is_whole(5);
    log.append(3);
    let second = rotate(&log.path).unwrap();
    log.append(1);
    log.is_whole(4 + 1 + 3 + 1 + 1);
    assert_eq!(log.chain().parts.len(), 3);
    let mut lines: Vec<String> = fs::read_to_string(&second)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    lines.pop();
    fs::write(&second, lines.join("\n") + "\n").unwrap();
    assert_eq!(log.found(), ["1: before it number 8 is missing"]);
    fs::remove_file(&second).unwrap();
    assert_eq!(
        log.found(),
        ["0: lines up to number 8 are in a file that is not here"]
    );
    let archived = verify(&log.chain(), None, true).unwrap();
    assert!(archived.findings.is_empty() && archived.remarks.len() == 1);
}

#[test]
fn a_log_that_others_rotate_is_one_chain() {
    let by_renaming = |log: &Log| {
        fs::rename(&log.path, log.path.with_file_name("audit.jsonl.1")).unwrap();
    };
    let by_copying = |log: &Log| {
        fs::copy(&log.path, log.path.with_file_name("audit.jsonl-20261121")).unwrap();
        fs::write(&log.path, "").unwrap();
    };
    for rotated in [&by_renaming as &dyn Fn(&Log), &by_copying] {
        let log = Log::of(4);
        rotated(&log);
        log.is_whole(4);
        log.append(2);
        log.is_whole(7);
        assert_eq!(log.chain().parts.len(), 2);
    }
    let log = Log::of(4);
    fs::remove_file(&log.path).unwrap();
    log.append(2);
    assert_eq!(
        log.found(),
        ["0: lines up to number 4 are in a file that is not here"]
    );
}

#[test]
fn many_writers_and_rotations_at_once_make_one_chain() {
    let log = Log::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..25).for_each(|n| append(&log.path, Some(4000), n % 4)));
        }
        scope.spawn(|| {
            for _ in 0..20 {
                let _ = rotate(&log.path);
                let verdict = log.verify();
                assert_eq!(verdict.findings, []);
            }
        });
    });
    let chain = log.chain();
    let verdict = verify(&chain, None, false).unwrap();
    assert_eq!(verdict.findings, []);
    let mut changes = 0;
    let mut count = |_| {
        changes += 1;
        Ok(())
    };
    show(&chain, &Filter::default(), &mut count).unwrap();
    assert_eq!(changes, 8 * (0..25).map(|n| n % 4).sum::<usize>());
    assert!(chain.parts.len() > 5);
}

#[cfg(unix)]
#[test]
fn a_link_or_what_others_may_write_is_no_log() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    // Whoever reads it and whoever writes it say the same.
    let refused = |log: &Log| {
        let book = Book::new(log.path.clone(), None);
        let refused = book.append(Durable::Now, |page| page.line(&event("Sent")));
        let refused = refused.err().unwrap();
        assert_eq!(Chain::find(&log.path).unwrap_err().what(), refused.what());
        assert_eq!(rotate(&log.path).unwrap_err().what(), refused.what());
        refused.to_string()
    };
    let set_mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let log = Log::of(1);
    let target = log.path.with_file_name("elsewhere");
    fs::rename(&log.path, &target).unwrap();
    symlink(&target, &log.path).unwrap();
    assert!(refused(&log).contains("symbolic link"));
    let log = Log::of(1);
    set_mode(&log.path, 0o620);
    assert!(refused(&log).contains("others may write it (mode 0620)"));
    let log = Log::of(1);
    set_mode(&Head::path(&log.path), 0o602);
    assert!(refused(&log).contains(".head: the log cannot be trusted: others may write it"));
    let log = Log::of(1);
    set_mode(log.path.parent().unwrap(), 0o777);
    assert!(refused(&log).contains("others may write its folder"));
    set_mode(log.path.parent().unwrap(), 0o1777);
    log.append(1);
    log.is_whole(2);
}

#[test]
fn a_folder_in_place_of_the_log_is_refused() {
    let log = Log::of(1);
    fs::remove_file(&log.path).unwrap();
    fs::create_dir(&log.path).unwrap();
    let book = Book::new(log.path.clone(), None);
    assert!(
        book.append(Durable::Now, |page| page.line(&event("Sent")))
            .is_err()
    );
    assert!(Chain::find(&log.path).is_err());
}

proptest! {
    #[test]
    fn whatever_the_file_holds_the_next_line_is_written_and_all_is_told(
        before in proptest::collection::vec(any::<u8>(), 0..300),
        head in "\\PC{0,80}|[0-9]{1,25}:[0-9a-f]{64}",
    ) {
        let log = Log::of(2);
        fs::write(&log.path, &before).unwrap();
        fs::write(Head::path(&log.path), head).unwrap();
        log.verify();
        log.append(1);
        let verdict = log.verify();
        prop_assert!(verdict.end.is_some());
        show(&log.chain(), &Filter::default(), &mut |_| Ok(())).unwrap();
    }

    #[test]
    fn no_byte_of_a_log_can_be_changed_unseen(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let log = Log::of(5);
        let mut bytes = log.text().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        fs::write(&log.path, bytes).unwrap();
        let verdict = log.verify();
        // A last line that lost its line break is told as what a crash leaves.
        prop_assert!(!verdict.findings.is_empty(), "byte {at} to {to}");
    }
}
