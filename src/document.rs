//! What a report says, before anybody decided how it looks: lines, tables, hints, warnings.

use serde::Serialize;

/// Something that can be told in every output format, with the same facts in each.
///
/// JSON is the value's own serialisation: lower-case keys, arrays present when empty.
pub trait Report: Serialize {
    /// For people.
    fn document(&self) -> Document;

    /// For spreadsheets and scripts: one kind of row, all columns always there.
    fn records(&self) -> Records;
}

/// A report with so many rows that each is made when it is written, and made again where it is written twice.
///
/// JSON is the value's own serialisation, as of a [`Report`].
pub trait Long: Serialize {
    /// The columns of the table for people.
    fn columns(&self) -> Vec<Column>;

    /// The rows of it.
    fn rows(&self) -> Box<dyn Iterator<Item = Vec<Text>> + '_>;

    /// The names of the fields for programs.
    fn fields(&self) -> Vec<&'static str>;

    /// The fields of each row.
    fn records(&self) -> Box<dyn Iterator<Item = Vec<String>> + '_>;

    /// What is told of it behind the table.
    fn rest(&self) -> Document;
}

/// One of many alike, told one after the other: a result of any length.
pub trait Item: Serialize {
    /// The columns of a table for people.
    fn columns() -> Vec<Column>;

    /// This one's row in it.
    fn row(&self) -> Vec<Text>;

    /// The names of the fields for programs.
    fn fields() -> Vec<&'static str>;

    /// This one's fields.
    fn record(&self) -> Vec<String>;
}

/// A report for people, block by block.
///
/// Texts may come straight from a server: the output makes them printable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// From top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a [`Document`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// One line, in pieces of different style.
    Line(Vec<Text>),
    /// Rows under column titles.
    Table(Table),
    /// What the user may do next. Goes to stderr, so that a pipe gets the result alone.
    Hint(String),
    /// What the user should know before trusting the result. Goes to stderr.
    Warning(String),
}

/// Rows under column titles. A row shorter than the columns is filled with empty cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// From left to right.
    pub columns: Vec<Column>,
    /// From top to bottom.
    pub rows: Vec<Vec<Text>>,
}

/// A column of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its title, in lower case; the output decides how a title looks.
    pub title: String,
    /// Whether cells stand at the right edge, as numbers do.
    pub right: bool,
}

/// A piece of text with a meaning, which may become a colour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The text itself, never with escape sequences.
    pub content: String,
    /// What it means.
    pub style: Style,
}

/// What a text means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Nothing in particular.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// Failed or refused.
    Bad,
    /// Worth a look.
    Warn,
    /// Of lesser importance.
    Dim,
    /// What the eye should find first.
    Strong,
}

/// Rows of plain fields: the same facts as the document, for programs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// Names of the fields: lower case, stable between versions.
    pub columns: Vec<&'static str>,
    /// Each as long as `columns`.
    pub rows: Vec<Vec<String>>,
}

impl Document {
    /// A document without blocks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line of one style.
    #[must_use]
    pub fn line(self, text: impl Into<Text>) -> Self {
        self.spans([text.into()])
    }

    /// Adds a line made of pieces.
    #[must_use]
    pub fn spans(mut self, pieces: impl Into<Vec<Text>>) -> Self {
        self.blocks.push(Block::Line(pieces.into()));
        self
    }

    /// Adds an empty line.
    #[must_use]
    pub fn blank(self) -> Self {
        self.spans([])
    }

    /// Adds a table. One without rows says nothing and is left out: say in a line what is empty.
    #[must_use]
    pub fn table(mut self, table: Table) -> Self {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
        self
    }

    /// Adds what the user may do next.
    #[must_use]
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Hint(text.into()));
        self
    }

    /// Adds what the user should know before trusting the result.
    #[must_use]
    pub fn warning(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Warning(text.into()));
        self
    }

    /// [`Document::hint`] for each of `all`.
    #[must_use]
    pub fn hints<'a>(self, all: impl IntoIterator<Item = &'a String>) -> Self {
        all.into_iter()
            .fold(self, |document, text| document.hint(text))
    }

    /// [`Document::warning`] for each of `all`.
    #[must_use]
    pub fn warnings<'a>(self, all: impl IntoIterator<Item = &'a String>) -> Self {
        all.into_iter()
            .fold(self, |document, text| document.warning(text))
    }
}

impl Table {
    /// A table with these columns and no rows yet.
    pub fn new<C: Into<Column>>(columns: impl IntoIterator<Item = C>) -> Self {
        let columns = columns.into_iter().map(Into::into).collect();
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn push<T: Into<Text>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// This table with one more row.
    #[must_use]
    pub fn row<T: Into<Text>>(mut self, cells: impl IntoIterator<Item = T>) -> Self {
        self.push(cells);
        self
    }
}

impl Column {
    /// A column of words.
    pub fn left(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            right: false,
        }
    }

    /// A column of numbers.
    pub fn right(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            right: true,
        }
    }
}

impl Text {
    /// A text of this style.
    pub fn new(content: impl Into<String>, style: Style) -> Self {
        Self {
            content: content.into(),
            style,
        }
    }

    /// Nothing in particular.
    pub fn plain(content: impl Into<String>) -> Self {
        Self::new(content, Style::Plain)
    }

    /// As it should be.
    pub fn good(content: impl Into<String>) -> Self {
        Self::new(content, Style::Good)
    }

    /// Failed or refused.
    pub fn bad(content: impl Into<String>) -> Self {
        Self::new(content, Style::Bad)
    }

    /// Worth a look.
    pub fn warn(content: impl Into<String>) -> Self {
        Self::new(content, Style::Warn)
    }

    /// Of lesser importance.
    pub fn dim(content: impl Into<String>) -> Self {
        Self::new(content, Style::Dim)
    }

    /// What the eye should find first.
    pub fn strong(content: impl Into<String>) -> Self {
        Self::new(content, Style::Strong)
    }
}

impl Records {
    /// Records with these fields and no rows yet.
    pub fn new(columns: impl Into<Vec<&'static str>>) -> Self {
        Self {
            columns: columns.into(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, one field per column.
    pub fn push<T: Into<String>>(&mut self, fields: impl IntoIterator<Item = T>) {
        self.rows.push(fields.into_iter().map(Into::into).collect());
    }
}

impl From<&str> for Text {
    fn from(content: &str) -> Self {
        Self::new(content, Style::Plain)
    }
}

impl From<String> for Text {
    fn from(content: String) -> Self {
        Self::new(content, Style::Plain)
    }
}

impl From<&str> for Column {
    fn from(title: &str) -> Self {
        Self::left(title)
    }
}
