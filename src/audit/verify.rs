//! Whether the chain holds: every line with the number that comes next and the hash of the line
//! before.

use super::chain::{Chain, Part};
use super::line::Mark;
use super::lines::Raw;
use super::link::{Hash, Link};
use crate::error::Result;

/// Of more findings than this only the number is told.
const MOST: usize = 100;

/// What became of the check.
#[derive(Debug, Default)]
pub struct Verdict {
    /// How many lines there are.
    pub lines: u64,
    /// The last of them: what to remember.
    pub end: Option<Link>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// How much more is wrong.
    pub more: u64,
    /// What is worth knowing and not wrong.
    pub remarks: Vec<Finding>,
}

/// What was found at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which of the files, where it is about one.
    pub file: Option<usize>,
    /// Which line of it; the first is 1.
    pub line: Option<u64>,
    /// What is the matter.
    pub says: String,
}

struct Check {
    verdict: Verdict,
    /// The last line that was one.
    before: Option<Link>,
    /// What came after it and was none.
    strange: Vec<Strange>,
    /// Lines that should be there, with their hashes.
    remembered: Vec<Link>,
    file: usize,
    line: u64,
}

/// Something that is no line of the log.
struct Strange {
    file: usize,
    line: u64,
    length: u64,
    hash: Hash,
    /// Whether a line break follows.
    is_whole: bool,
}

/// Checks the whole of `chain`: against itself, what is remembered beside it, and `head`, a line
/// that somebody else has remembered. `archived` says that its oldest files may be elsewhere.
///
/// # Errors
/// When a file cannot be read.
pub fn verify(chain: &Chain, head: Option<Link>, archived: bool) -> Result<Verdict> {
    let mut check = Check {
        verdict: Verdict::default(),
        before: None,
        strange: Vec::new(),
        remembered: chain.head.into_iter().chain(head).collect(),
        file: 0,
        line: 0,
    };
    for (number, part) in chain.parts.iter().enumerate() {
        check.part(number, part)?;
    }
    check.settle_strange(None);
    if let Some(link) = chain.missing {
        check.beginning(link, archived);
    }
    check.end();
    if chain.forgotten {
        let says = "the file beside it that remembers its end (.head) is not there, or holds \
                    nothing: it was removed, or lost in a crash of the system, and lines cut off \
                    the end would not show";
        check.push(Finding {
            file: None,
            line: None,
            says: says.to_owned(),
        });
    }
    Ok(check.verdict)
}

impl Check {
    fn part(&mut self, number: usize, part: &Part) -> Result<()> {
        (self.file, self.line) = (number, 0);
        let mut lines = part.lines()?;
        while let Some(raw) = lines.next().map_err(|error| part.unreadable(&error))? {
            self.line += 1;
            self.verdict.lines += 1;
            self.raw(&raw);
        }
        Ok(())
    }

    fn raw(&mut self, raw: &Raw<'_>) {
        let whole = raw.fits() && raw.is_whole;
        let Some(mark) = Mark::of(raw.bytes).filter(|_| whole) else {
            // Few are needed to see what became of them.
            if self.strange.len() < MOST {
                self.strange.push(Strange {
                    file: self.file,
                    line: self.line,
                    length: raw.length,
                    hash: raw.hash,
                    is_whole: raw.is_whole,
                });
            } else {
                self.verdict.more += 1;
            }
            return;
        };
        let strange = self.settle_strange(Some(&mark));
        let link = Link {
            number: mark.n,
            hash: raw.hash,
        };
        if self.follows(&mark, strange) {
            self.remember(link);
            self.before = Some(link);
        }
        if mark.event == "broken" {
            let word = |end: &Option<String>| {
                let end: Option<Link> = end.as_deref().and_then(|end| end.parse().ok());
                end.map_or("no line".to_owned(), |end| format!("number {}", end.number))
            };
            let (expected, found) = (word(&mark.expected), word(&mark.found));
            self.find(match mark.expected {
                Some(_) => format!(
                    "what stood before it was not as it had been left: it should have ended with \
                     {expected}, and ended with {found}"
                ),
                None => format!(
                    "how the log should have ended was not remembered any more when this was \
                     written: it ended with {found}"
                ),
            });
        }
    }

    /// Whether the line with this mark takes the chain further; `strange` says how many lines
    /// before it were none.
    fn follows(&mut self, mark: &Mark, strange: u64) -> bool {
        let Some(before) = self.before else {
            self.first(mark);
            return true;
        };
        let next = before.number.saturating_add(1);
        // What says so itself is told as what it says.
        let honest = mark.event == "broken";
        if mark.n < next {
            self.find(format!(
                "number {} is out of place after number {}: inserted, moved or copied",
                mark.n, before.number
            ));
            return false;
        }
        if mark.n > next && mark.n - next != strange && !honest {
            let missing = match mark.n - next {
                1 => format!("number {next} is missing"),
                _ => format!("numbers {next} to {} are missing", mark.n - 1),
            };
            self.find(format!("before it {missing}"));
        } else if mark.n == next && mark.hash() != Some(before.hash) && strange == 0 {
            self.find(format!(
                "number {} was changed after this line was written",
                before.number
            ));
        }
        true
    }

    /// The first line of all may be any, where what came before it is known to be elsewhere.
    fn first(&mut self, mark: &Mark) {
        if mark.n == 1 && mark.hash() != Some(Hash::NONE) {
            self.find("the first line refers to one before it".to_owned());
        }
        if mark.n > 1 && mark.event != "rotated" {
            self.find(format!(
                "the file begins with number {}: what came before it was cut off",
                mark.n
            ));
        }
    }

    /// What was no line is either what a crash left, as `mark` says, or a finding; how many of them
    /// stand in the place of lines.
    fn settle_strange(&mut self, mark: Option<&Mark>) -> u64 {
        let mut strange = std::mem::take(&mut self.strange);
        let torn = mark.filter(|mark| mark.event == "torn");
        if let (Some(torn), Some(last)) = (torn, strange.last())
            && torn.bytes == Some(last.length)
            && torn.sha256.as_deref() == Some(&last.hash.to_string())
        {
            let bytes = match last.length {
                1 => "1 byte".to_owned(),
                n => format!("{n} bytes"),
            };
            let says = format!("{bytes} that a crash left of a line, named by the next line");
            self.verdict.remarks.push(at(last.file, last.line, says));
            strange.pop();
        }
        if let Some(last) = strange.last()
            && !last.is_whole
        {
            let says = "the end of the file is no whole line: left by a crash, or cut";
            self.verdict
                .remarks
                .push(at(last.file, last.line, says.to_owned()));
            strange.pop();
        }
        let count = strange.len() as u64;
        for strange in strange {
            let says = "this is no line of the log: changed or inserted".to_owned();
            self.push(at(strange.file, strange.line, says));
        }
        count
    }

    fn remember(&mut self, link: Link) {
        let (here, other): (Vec<Link>, Vec<Link>) = self
            .remembered
            .drain(..)
            .partition(|known| known.number == link.number);
        self.remembered = other;
        if here.iter().any(|known| known.hash != link.hash) {
            self.find(format!(
                "number {} is not the line that was remembered",
                link.number
            ));
        }
    }

    fn beginning(&mut self, missing: Link, archived: bool) {
        let says = match missing.number {
            1 => "line number 1 is in a file that is not here".to_owned(),
            n => format!("lines up to number {n} are in a file that is not here"),
        };
        let finding = Finding {
            file: None,
            line: None,
            says,
        };
        if archived {
            self.verdict.remarks.push(finding);
        } else {
            self.push(finding);
        }
    }

    /// What is remembered and did not come was cut off.
    fn end(&mut self) {
        let last = self.before.map_or(0, |link| link.number);
        self.verdict.end = self.before;
        let later = self.remembered.iter().map(|link| link.number).max();
        match later {
            Some(number) if number > last => self.push(Finding {
                file: None,
                line: None,
                says: format!(
                    "the log ends with number {last}, and number {number} was remembered: its end \
                     was cut off"
                ),
            }),
            Some(number) => self.push(Finding {
                file: None,
                line: None,
                says: format!("number {number}, which was remembered, is not here"),
            }),
            None => {}
        }
    }

    fn find(&mut self, says: String) {
        self.push(at(self.file, self.line, says));
    }

    fn push(&mut self, finding: Finding) {
        if self.verdict.findings.len() < MOST {
            self.verdict.findings.push(finding);
        } else {
            self.verdict.more += 1;
        }
    }
}

fn at(file: usize, line: u64, says: String) -> Finding {
    Finding {
        file: Some(file),
        line: Some(line),
        says,
    }
}
