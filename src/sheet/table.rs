//! Text to rows of cells: which character stands between the cells, and where each row stands.

use super::faults::Faults;

/// The cells of a file.
pub(super) struct Table {
    pub(super) header: Vec<String>,
    /// Those below the header that say anything.
    pub(super) lines: Vec<Line>,
}

/// The cells of one row.
pub(super) struct Line {
    /// The row's number, that of the header being 1.
    pub(super) number: usize,
    pub(super) cells: Vec<String>,
}

/// Splits `text` into cells; nothing where there is no header.
pub(super) fn read(text: &str, faults: &mut Faults) -> Option<Table> {
    let (text, separator) = separated(text);
    let mut numbers = Numbers::new(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let start = record.position().map_or(0, csv::Position::byte);
                lines.push(Line {
                    number: numbers.of(start),
                    cells: record.iter().map(str::to_owned).collect(),
                });
            }
            Err(error) => {
                faults.add(format!("it cannot be read: {error}"), None);
                return None;
            }
        }
    }
    let is_blank = |line: &Line| line.cells.iter().all(|cell| cell.trim().is_empty());
    lines.retain(|line| !is_blank(line));
    if lines.is_empty() {
        let hint = "the first row names the columns: mailbox,who,level";
        faults.add("it is empty".to_owned(), Some(hint.to_owned()));
        return None;
    }
    let header = lines.remove(0).cells;
    Some(Table { header, lines })
}

/// The rows of `text`, and what stands between their cells.
pub fn separated(text: &str) -> (&str, u8) {
    let (text, told) = separator_told(text);
    (text, told.unwrap_or_else(|| separator(text)))
}

/// Excel's own first line, `sep=;`, which it does not count among the rows, and what follows it.
fn separator_told(text: &str) -> (&str, Option<u8>) {
    let told = text.split_once('\n').and_then(|(first, rest)| {
        let (word, separator) = first.trim_end_matches('\r').split_once('=')?;
        let separator: [u8; 1] = separator.as_bytes().try_into().ok()?;
        let known = b",;\t".contains(&separator[0]);
        (word.eq_ignore_ascii_case("sep") && known).then_some((rest, Some(separator[0])))
    });
    told.unwrap_or((text, None))
}

/// What stands between the names of the columns, none of which holds any of the three: Excel
/// writes semicolons where a comma stands in decimal numbers.
fn separator(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty());
    let is_in = |c: &&u8| header.is_some_and(|header| header.as_bytes().contains(c));
    *b",;\t".iter().find(is_in).unwrap_or(&b',')
}

/// Which line begins where: the reader passes over empty ones, and counts them as part of the
/// next.
struct Numbers<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
}

impl<'a> Numbers<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// The number of the first line, from the byte `start` on, that is not empty.
    fn of(&mut self, start: u64) -> usize {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        while self.at < self.bytes.len() && (self.at < start || self.bytes[self.at] == b'\n') {
            self.line += usize::from(self.bytes[self.at] == b'\n');
            self.at += 1;
        }
        self.line
    }
}
