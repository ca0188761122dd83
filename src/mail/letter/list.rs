//! Addresses in which values of a row are filled in: `{name} <{email}>`.
//!
//! The list is taken apart before anything is filled in, so that a comma in a name is a comma in a
//! name, and no value can add a recipient. Only where a column is all of an address, its value may
//! be a list.

use super::template::{Piece, Template, Unfit, cell, check_line};
use crate::mail::{Contact, Unchecked};

/// Addresses with columns in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List(Vec<Item>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    /// The value of this column, whatever list that is.
    Cell(usize),
    /// One contact.
    Contact { name: Template, address: Template },
}

/// Characters without a meaning (Unicode's Supplementary Private Use Area A) stand for columns
/// while a list is taken apart.
const PLACES: u32 = 0xF_0000;
/// The most columns.
const MOST: u32 = 0xFFFD;

impl List {
    /// Reads a list as people type it, with columns.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(text: &str, columns: &[String]) -> Result<Self, Vec<String>> {
        let template = Template::parse(text, columns)?;
        let mut masked = String::new();
        for piece in &template.pieces {
            match piece {
                Piece::Text(text) if text.contains(|c| column(c).is_some()) => {
                    return Err(vec!["it holds a character without a meaning".to_owned()]);
                }
                Piece::Text(text) => masked.push_str(text),
                Piece::Cell(column) => masked.extend(place(*column)),
            }
        }
        let items = Contact::split_list(&masked).into_iter().map(Item::of);
        Ok(Self(items.collect()))
    }

    /// Adds what `other` holds.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether nobody is in it for any row.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first column in it.
    pub fn first_column(&self) -> Option<usize> {
        self.0.iter().find_map(|item| match item {
            Item::Cell(column) => Some(*column),
            Item::Contact { name, address } => address.first_column().or(name.first_column()),
        })
    }

    /// Everybody in it, for a row of `cells`.
    ///
    /// # Errors
    /// The first value that is no address, or holds a control character.
    pub fn filled(&self, cells: &[String]) -> Result<Vec<Contact>, Unfit> {
        let mut all = Vec::new();
        for item in &self.0 {
            item.fill(cells, &mut all)?;
        }
        Ok(all)
    }
}

impl Item {
    fn of(unchecked: Unchecked) -> Self {
        let (name, address) = (unmasked(&unchecked.name), unmasked(&unchecked.address));
        match address.pieces.as_slice() {
            [Piece::Cell(column)] if name.pieces.is_empty() && !unchecked.bracketed => {
                Self::Cell(*column)
            }
            _ => Self::Contact { name, address },
        }
    }

    fn fill(&self, cells: &[String], all: &mut Vec<Contact>) -> Result<(), Unfit> {
        match self {
            Self::Cell(column) => {
                check_line(cells, *column)?;
                let list = Contact::parse_list(cell(cells, *column));
                all.extend(list.map_err(|bad| Unfit {
                    column: Some(*column),
                    why: bad.to_string(),
                })?);
            }
            Self::Contact { name, address } => {
                let column = address.first_column().or(name.first_column());
                let contact = Unchecked {
                    name: name.line(cells)?,
                    address: address.line(cells)?,
                    bracketed: true,
                };
                all.push(contact.check().map_err(|bad| Unfit {
                    column,
                    why: bad.to_string(),
                })?);
            }
        }
        Ok(())
    }
}

fn place(column: usize) -> Option<char> {
    let column = u32::try_from(column).ok().filter(|column| *column < MOST)?;
    char::from_u32(PLACES + column)
}

fn column(c: char) -> Option<usize> {
    let column = u32::from(c).checked_sub(PLACES)?;
    (column < MOST).then_some(column as usize)
}

fn unmasked(masked: &str) -> Template {
    let mut template = Template::default();
    for c in masked.trim().chars() {
        match column(c) {
            Some(column) => template.pieces.push(Piece::Cell(column)),
            None => template.text(c.encode_utf8(&mut [0; 4])),
        }
    }
    template
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, cells: [&str; 2]) -> Result<Vec<String>, Unfit> {
        let columns = ["name", "email"].map(str::to_owned);
        let cells = cells.map(str::to_owned);
        let list = List::parse(text, &columns).unwrap();
        let show = |c: Contact| format!("{}<{}>", c.name.unwrap_or_default(), c.address);
        Ok(list.filled(&cells)?.into_iter().map(show).collect())
    }

    #[test]
    fn a_name_stays_a_name_whatever_it_holds() {
        for name in [
            "Doe, John",
            "x@evil.test, y",
            "a <x@evil.test>",
            "\"",
            "(",
            ";",
            "a: b;",
        ] {
            assert_eq!(
                filled("{name} <{email}>, log@example.test", [name, "a@b.test"]).unwrap(),
                [format!("{name}<a@b.test>"), "<log@example.test>".to_owned()],
                "{name}"
            );
        }
        assert_eq!(
            filled("\"{name}, CEO\" <{email}>", ["X", "a@b.test"]).unwrap(),
            ["X, CEO<a@b.test>"]
        );
        assert_eq!(filled("{name}@b.test", ["a", ""]).unwrap(), ["<a@b.test>"]);
    }

    #[test]
    fn no_value_adds_a_recipient_to_an_address() {
        for (text, cells) in [
            ("{name} <{email}>", ["x", "a@b.test, c@d.test"]),
            ("{name} <{email}>", ["x", "a@b.test>, <c@d.test"]),
            ("<{email}>", ["", "a@b.test, c@d.test"]),
            ("{name}@b.test", ["c@d.test, a", ""]),
            ("{name}@b.test", ["c@d.test", ""]),
            ("{name} <{email}>", ["x\r\nBcc: c@d.test", "a@b.test"]),
            ("{email}", ["", "a@b.test\r\nBcc: c@d.test"]),
            ("{name} <{email}>", ["x", ""]),
        ] {
            assert!(filled(text, cells).is_err(), "{text} {cells:?}");
        }
    }

    #[test]
    fn a_column_that_is_all_of_an_address_may_be_a_list_or_nothing() {
        let list = "A <a@b.test>, c@d.test";
        assert_eq!(
            filled("{email}", ["", list]).unwrap(),
            ["A<a@b.test>", "<c@d.test>"]
        );
        assert_eq!(
            filled("x@y.test, {email}", ["", " "]).unwrap(),
            ["<x@y.test>"]
        );
        let unfit = filled("{email}", ["", "a@b.test, broken"]).unwrap_err();
        assert_eq!(unfit.column, Some(1));
        assert!(unfit.why.contains("broken"));
    }
}
