//! A program with its arguments: as the profile writes it, and ready to be run.

use super::Task;
use super::argument::{Part, parts};
use super::name::{Name, Unfit};
use crate::model::address::Address;
use crate::model::command::word;
use crate::model::home::Home;
use crate::profile::problem::{Wrong, quoted};
use crate::profile::value;
use std::fmt;
use std::path::{Path, PathBuf};

/// No program is given more arguments.
const MOST_ARGUMENTS: usize = 64;

/// A program with its arguments, in which a mailbox is still to be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    program: PathBuf,
    arguments: Vec<Vec<Part>>,
}

/// A program with all its arguments, ready to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The program: a whole path, or a name that is looked for in `PATH`.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl Recipe {
    /// Reads the program of `task` and its arguments; `home` is what `~` stands for.
    pub(in crate::profile) fn parse(
        task: Task,
        words: &[String],
        home: Option<&Path>,
    ) -> Result<Self, Wrong> {
        let Some((program, arguments)) = words.split_first() else {
            return Err(Wrong::new("the list is empty")
                .hint("its first word is the program, by its whole path"));
        };
        if arguments.len() > MOST_ARGUMENTS {
            return Err(Wrong::new(format!("more than {MOST_ARGUMENTS} arguments")));
        }
        let program = program_at(program, home)?;
        let arguments = arguments.iter().map(|argument| parts(argument));
        let arguments: Vec<Vec<Part>> = arguments.collect::<Result<_, _>>()?;
        let recipe = Self { program, arguments };
        recipe.suits(task)?;
        Ok(recipe)
    }

    /// The program: a whole path, or a name that is looked for in `PATH`.
    pub fn program(&self) -> &Path {
        &self.program
    }

    fn suits(&self, task: Task) -> Result<(), Wrong> {
        if let Some(part) = self.parts().find(|part| !task.takes(part)) {
            let what = format!("{part} means nothing here");
            return Err(Wrong::new(what));
        }
        let names =
            |one: &Part, other: &Part| self.parts().any(|part| part == one || part == other);
        let lacking = match task {
            Task::List => None,
            _ if !names(&Part::Address, &Part::Local) => Some("{address}"),
            Task::Rename if !names(&Part::To, &Part::ToLocal) => Some("{to}"),
            _ => None,
        };
        match lacking {
            None => Ok(()),
            Some(lacking) => Err(Wrong::new(format!(
                "{lacking} is missing: the program would not know which mailbox is meant"
            ))),
        }
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.arguments.iter().flatten()
    }

    /// The call for the mailbox called `address`, and for a renaming the one that it is to be called.
    ///
    /// # Errors
    /// Where a name is not fit to be told to a program.
    pub fn fill(
        &self,
        address: &Address,
        to: Option<&Address>,
        home: &Home,
    ) -> Result<Call, Unfit> {
        let whole =
            |whole: &Part, domain: &Part| self.parts().any(|part| part == whole || part == domain);
        let name = Name::of(address, home, whole(&Part::Address, &Part::Domain))?;
        let to = to
            .map(|to| Name::of(to, home, whole(&Part::To, &Part::ToDomain)))
            .transpose()?;
        let to = to.as_ref();
        let text = |part: &Part| match part {
            Part::Literal(text) => text.clone(),
            Part::Address => name.address.clone(),
            Part::Local => name.local.clone(),
            Part::Domain => name.domain.clone(),
            Part::To => to.map(|to| to.address.clone()).unwrap_or_default(),
            Part::ToLocal => to.map(|to| to.local.clone()).unwrap_or_default(),
            Part::ToDomain => to.map(|to| to.domain.clone()).unwrap_or_default(),
        };
        Ok(self.with(text))
    }

    /// The call that names no mailbox.
    pub fn plain(&self) -> Call {
        self.with(|part| match part {
            Part::Literal(text) => text.clone(),
            _ => String::new(),
        })
    }

    fn with(&self, text: impl Fn(&Part) -> String) -> Call {
        let filled = |parts: &Vec<Part>| parts.iter().map(&text).collect();
        Call {
            program: self.program.clone(),
            arguments: self.arguments.iter().map(filled).collect(),
        }
    }
}

/// The program itself: by its whole path, below the home folder, or by a name for `PATH`.
fn program_at(given: &str, home: Option<&Path>) -> Result<PathBuf, Wrong> {
    let text = value::text(given)?;
    if text.contains(['{', '}']) {
        return Err(Wrong::new("the program itself is no place for a mailbox"));
    }
    if let Some(rest) = text.strip_prefix("~/") {
        let home = home.unwrap_or(Path::new("~"));
        return Ok(home.join(rest));
    }
    let path = PathBuf::from(&text);
    if path.is_absolute() || path.components().count() == 1 && !text.contains(['/', '\\']) {
        if text.starts_with('-') || text == "." || text == ".." {
            return Err(Wrong::new(format!("{} is no program", quoted(&text))));
        }
        return Ok(path);
    }
    let what = format!("{} depends on the folder that it is run in", quoted(&text));
    Err(Wrong::new(what)
        .hint("write its whole path, or its name alone, which is looked for in PATH"))
}

impl fmt::Display for Call {
    /// As a shell would have to be told it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&word(&self.program.display().to_string()))?;
        self.arguments
            .iter()
            .try_for_each(|argument| write!(f, " {}", word(argument)))
    }
}
