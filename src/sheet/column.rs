//! The columns of a sheet, by the names in its first row.

use super::faults::{Faults, quoted};
use crate::model::identity::Identity;
use crate::model::near::nearest;

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The shared mailbox.
    Mailbox,
    /// The person or group.
    Who,
    /// `read-only`, `write` or `full-access`.
    Level,
    /// Exactly these letters, in place of a level.
    Rights,
    /// Whether an identity is given.
    Identity(Identity),
    /// The folders that it is about, with `|` between them; empty means all.
    Folders,
    /// Whether the folders below them count too; they do where nothing is said.
    Recurse,
    /// Whatever people note there.
    Comment,
    /// What became of the row in a former run.
    Result,
    /// Whether that was proved.
    Proof,
    /// Why.
    Why,
}

impl Column {
    /// Every column there is, in the order in which the help tells them.
    pub const ALL: [Column; 12] = [
        Column::Mailbox,
        Column::Who,
        Column::Level,
        Column::Rights,
        Column::Identity(Identity::SendAs),
        Column::Identity(Identity::SendOnBehalf),
        Column::Folders,
        Column::Recurse,
        Column::Comment,
        Column::Result,
        Column::Proof,
        Column::Why,
    ];

    /// Its name in the header.
    pub const fn name(self) -> &'static str {
        match self {
            Column::Mailbox => "mailbox",
            Column::Who => "who",
            Column::Level => "level",
            Column::Rights => "rights",
            Column::Identity(identity) => identity.name(),
            Column::Folders => "folders",
            Column::Recurse => "recurse",
            Column::Comment => "comment",
            Column::Result => "result",
            Column::Proof => "proof",
            Column::Why => "why",
        }
    }

    /// Whether a run writes it: a sheet that was written by one can be run again.
    pub fn is_result(self) -> bool {
        matches!(self, Column::Result | Column::Proof | Column::Why)
    }
}

/// No sheet has more.
const MOST: usize = 1000;

/// What stands in which column; nothing for one without a name, which may only be empty.
pub(super) fn header(cells: &[String], faults: &mut Faults) -> Option<Vec<Option<Column>>> {
    if cells.len() > MOST {
        let what = format!("{} columns are too many: {MOST} are the most", cells.len());
        faults.in_row(1, &what, Some(known()));
        return None;
    }
    let mut columns: Vec<Option<Column>> = Vec::new();
    let mut is_sound = true;
    for cell in cells {
        let name = cell.trim();
        let column = Column::ALL
            .into_iter()
            .find(|column| column.name().eq_ignore_ascii_case(name));
        let problem = match column {
            None if name.is_empty() => None,
            None => Some((format!("unknown column {}", quoted(name)), meant(name))),
            Some(column) if columns.contains(&Some(column)) => {
                Some((format!("the column {name} stands there twice"), None))
            }
            Some(_) => None,
        };
        if let Some((what, hint)) = problem {
            faults.in_row(1, &what, hint);
            is_sound = false;
        }
        columns.push(column);
    }
    // One that is spelled wrongly is not missing too.
    if is_sound {
        is_sound = is_complete(&columns, faults);
    }
    is_sound.then_some(columns)
}

fn is_complete(columns: &[Option<Column>], faults: &mut Faults) -> bool {
    let has = |column| columns.contains(&Some(column));
    let mut is_complete = true;
    for column in [Column::Mailbox, Column::Who] {
        if !has(column) {
            let what = format!("there is no column {}", column.name());
            faults.in_row(1, &what, Some(known()));
            is_complete = false;
        }
    }
    let gives = |c: &Column| matches!(c, Column::Level | Column::Rights | Column::Identity(_));
    if !Column::ALL.into_iter().filter(gives).any(has) {
        let what = "no column says what is given";
        faults.in_row(1, what, Some(known()));
        is_complete = false;
    }
    is_complete
}

fn meant(name: &str) -> Option<String> {
    let names = Column::ALL.into_iter().map(Column::name);
    let near = nearest(name, names).map(|near| format!("did you mean {near:?}?"));
    near.or_else(|| Some(known()))
}

fn known() -> String {
    let asked = Column::ALL.into_iter().filter(|column| !column.is_result());
    let names: Vec<&str> = asked.map(Column::name).collect();
    format!("the columns are {}", names.join(", "))
}
