//! What people call the labels of a mailbox, as its settings say it.

use super::settings::believed;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::manifest::{labels, write_labels};
use crate::model::command::command;
use crate::model::label::{self, Keyword, NoLabel, Typed};
use crate::model::selection::{Query, Selection};
use crate::model::setting::{Called, Defined, Kind, Labels};
use crate::model::state::Mailbox;

/// The labels that have a name.
///
/// # Errors
/// [`Exit::Refused`] where the settings are not known, or not believed; [`Exit::BadInput`] where they cannot be
/// understood.
pub fn names(state: &Mailbox) -> Result<Labels> {
    labels::parse(believed(state, Kind::Labels)?).map_err(|errors| {
        let error = errors.into_iter().next();
        let error = error.unwrap_or_else(|| Error::new(Exit::BadInput, "the labels make no sense"));
        error.about(&state.name)
    })
}

/// The same to tell of messages: where it is not known what people call them, why.
pub fn told(state: &Mailbox) -> (Labels, Option<String>) {
    match names(state) {
        Ok(labels) => (labels, None),
        Err(error) => {
            let why =
                format!("labels are shown as keywords, as their names are not known: {error}");
            (Labels::default(), Some(why))
        }
    }
}

/// The label that somebody means who types `typed`.
///
/// # Errors
/// As [`names`], but for a keyword, and [`Exit::Usage`] where no keyword can be made of it.
pub fn meant(state: &Mailbox, typed: &Typed) -> Result<Called> {
    // A keyword is what it is, whoever wrote what into the settings.
    let labels = match typed.is_keyword() {
        true => told(state).0,
        false => names(state)?,
    };
    labels
        .meant(typed)
        .map_err(|why| unfit(&state.name, typed.as_str(), why))
}

pub(super) fn unfit(mailbox: &str, typed: &str, why: NoLabel) -> Error {
    Error::new(Exit::Usage, format!("{typed:?} is no label: {why}")).about(mailbox)
}

/// Which messages of a folder of `state` are meant by `selection`.
///
/// # Errors
/// As [`meant`].
pub fn query(state: &Mailbox, selection: &Selection) -> Result<Query> {
    let mut query = selection.query.clone();
    for (typed, carried) in &selection.labels {
        query.labels.push((meant(state, typed)?.keyword, *carried));
    }
    Ok(query)
}

/// What somebody says of a label.
#[derive(Clone, Debug)]
pub struct Naming {
    word: String,
    name: Option<String>,
    key: Option<Keyword>,
    made: Keyword,
    colour: Option<String>,
}

impl Naming {
    /// What was typed of the label called `word`.
    ///
    /// # Errors
    /// [`Exit::Usage`], where it can be no label.
    pub fn new(
        word: &str,
        name: Option<&str>,
        key: Option<&str>,
        colour: Option<&str>,
    ) -> Result<Self> {
        let unfit = |typed: &str, why: String| {
            Error::new(Exit::Usage, format!("{typed:?} is no label: {why}"))
        };
        labels::fits(word).map_err(|why| unfit(word, why.to_owned()))?;
        name.map_or(Ok(()), fits)?;
        let key = key.map(|key| {
            let parsed = Keyword::parse(key);
            parsed.map_err(|why| unfit(key, why.to_string()))
        });
        let key = key.transpose()?;
        let made = match &key {
            Some(key) => key.clone(),
            None => Keyword::of(word).map_err(|why| {
                let error = unfit(word, why.to_string());
                error.hint("--key says which keyword it is")
            })?,
        };
        let colour = colour.map(labels::colour).transpose();
        Ok(Self {
            word: word.to_owned(),
            name: name.map(str::to_owned),
            key,
            made,
            colour: colour.map_err(|why| Error::new(Exit::Usage, why))?,
        })
    }

    /// What the settings say when the label is as it shall be.
    ///
    /// # Errors
    /// As [`names`], and [`Exit::Usage`] where another label is in the way, or its keyword would change.
    pub fn text(&self, state: &Mailbox) -> Result<String> {
        let mut labels = names(state)?;
        let there = labels.iter().find(|label| label.word == self.word).cloned();
        let added = match &there {
            Some(own) => {
                self.keeps_the_key_of(own, state)?;
                labels.change(&self.word, |label| {
                    label.name = self.name.clone().unwrap_or(own.name.clone());
                    label.colour = self.colour.clone().or(own.colour.clone());
                })
            }
            None => labels.add(self.defined()).map_err(Clone::clone),
        };
        added.map_err(|other| taken(state, &self.word, &other))?;
        Ok(write_labels(&labels))
    }

    fn defined(&self) -> Defined {
        let key = self.made.clone();
        // One of the five is called as programs show it.
        let agreed = label::name(&self.word).or(key.name().filter(|_| self.key.is_none()));
        let name = self.name.as_deref().or(agreed).unwrap_or(&self.word);
        Defined {
            word: self.word.clone(),
            name: name.to_owned(),
            key,
            colour: self.colour.clone(),
        }
    }

    fn keeps_the_key_of(&self, own: &Defined, state: &Mailbox) -> Result<()> {
        match &self.key {
            Some(key) if !own.key.is(key.as_str()) => {
                let what = format!(
                    "{:?} is {} already, which messages carry: the keyword of a label stays",
                    self.word, own.key
                );
                let error = Error::new(Exit::Usage, what).about(&state.name);
                Err(error.hint("define another label"))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a label may be called so.
///
/// # Errors
/// [`Exit::Usage`], where it may not.
pub fn fits(name: &str) -> Result<()> {
    labels::fits(name).map_err(|why| {
        let what = format!("{name:?} names no label: {why}");
        Error::new(Exit::Usage, what)
    })
}

/// What the settings say when the label that is `typed` is called `name`.
///
/// # Errors
/// As [`names`], [`Exit::NotFound`] where there is no such label, and [`Exit::Usage`] where another one is in the
/// way.
pub fn renamed(state: &Mailbox, typed: &str, name: &str) -> Result<String> {
    let mut labels = names(state)?;
    let word = defined(state, &labels, typed)?.word.clone();
    let changed = labels.change(&word, |label| label.name = name.to_owned());
    changed.map_err(|other| taken(state, name, &other))?;
    Ok(write_labels(&labels))
}

/// The label among `labels` that is `typed`.
///
/// # Errors
/// [`Exit::NotFound`], with what comes near.
pub fn defined<'a>(state: &Mailbox, labels: &'a Labels, typed: &str) -> Result<&'a Defined> {
    labels.find(typed).map_err(|not_found| {
        let what = format!("no label called {typed:?} is defined");
        let error = Error::new(Exit::NotFound, what).about(&state.name);
        match not_found.near {
            Some(near) => error.hint(format!("did you mean {near:?}?")),
            None => {
                let define = command(["label", "define", &state.name, typed]);
                error.hint(format!("{define} defines it"))
            }
        }
    })
}

fn taken(state: &Mailbox, new: &str, other: &Defined) -> Error {
    let what = format!(
        "{new:?} cannot be told from {:?}, which is called {:?} and is {}",
        other.word, other.name, other.key
    );
    Error::new(Exit::Usage, what).about(&state.name)
}
