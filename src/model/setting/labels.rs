//! What people call the labels of a mailbox.

use crate::model::label::{self, Keyword, NoLabel, Typed};
use crate::model::near::nearest;
use serde::Serialize;
use std::fmt;

/// The labels that somebody gave a name, in the order of their words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    all: Vec<Defined>,
}

/// A label that has a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Defined {
    /// The word for it in files and on the command line, which stays when the name changes.
    pub word: String,
    /// The keyword that it is.
    pub key: Keyword,
    /// What people call it.
    pub name: String,
    /// Its colour, as `#cc0000`, where it has one.
    pub colour: Option<String>,
}

/// A keyword with what people call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// The keyword.
    pub keyword: Keyword,
    /// What people call it; the keyword itself where it has no name.
    pub name: String,
}

/// `Urgent ($label1)`, or the keyword alone.
impl fmt::Display for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name == self.keyword.as_str() {
            true => f.write_str(&self.name),
            false => write!(f, "{} ({})", self.name, self.keyword.as_str()),
        }
    }
}

/// Why a label is none of those.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotFound {
    /// What comes near it.
    pub near: Option<String>,
}

impl Defined {
    /// Whether somebody who types `typed` means it.
    pub fn is_called(&self, typed: &str) -> bool {
        let same = |own: &str| own.to_lowercase() == typed.to_lowercase();
        same(&self.word) || same(&self.name) || self.key.is(typed)
    }

    /// Whether `word` alone would lead to its key.
    pub fn is_by_its_word(&self) -> bool {
        Keyword::of(&self.word).is_ok_and(|key| self.key.is(key.as_str()))
    }
}

impl Labels {
    /// Adds one; what stands in its way, where another one has its word, its key or its name.
    ///
    /// # Errors
    /// The other, which stays.
    pub fn add(&mut self, new: Defined) -> Result<(), &Defined> {
        let is_taken = |other: &Defined| {
            other.is_called(&new.word)
                || other.is_called(&new.name)
                || other.key.is(new.key.as_str())
        };
        if let Some(at) = self.all.iter().position(is_taken) {
            return match self.all.get(at) {
                Some(other) => Err(other),
                None => Ok(()),
            };
        }
        self.all.push(new);
        self.all.sort_by(|a, b| a.word.cmp(&b.word));
        Ok(())
    }

    /// Takes the one called `word` away.
    pub fn remove(&mut self, word: &str) {
        self.all.retain(|label| label.word != word);
    }

    /// All of them, by their words.
    pub fn iter(&self) -> impl Iterator<Item = &Defined> {
        self.all.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The one that somebody means who types `typed`: by its word before its name, before its key.
    pub fn called(&self, typed: &str) -> Option<&Defined> {
        let lower = typed.to_lowercase();
        let by = |own: fn(&Defined) -> &str| {
            let mut all = self.all.iter();
            all.find(|label| own(label).to_lowercase() == lower)
        };
        by(|label| &label.word)
            .or_else(|| by(|label| &label.name))
            .or_else(|| by(|label| label.key.as_str()))
    }

    /// The same, and what may have been meant instead.
    ///
    /// # Errors
    /// Where there is no such label.
    pub fn find(&self, typed: &str) -> Result<&Defined, NotFound> {
        self.called(typed).ok_or_else(|| NotFound {
            near: nearest(typed, self.all.iter().map(|label| label.word.as_str()))
                .map(str::to_owned),
        })
    }

    /// The label that somebody means who types `typed`: one of these, or else the keyword that mail programs make
    /// of it.
    ///
    /// # Errors
    /// Where no keyword can be made of it.
    pub fn meant(&self, typed: &Typed) -> Result<Called, NoLabel> {
        let own = match typed.is_keyword() {
            true => self.of_key(typed.as_str()),
            false => self.called(typed.as_str()),
        };
        let keyword = match own {
            Some(own) => own.key.clone(),
            None => Keyword::of(typed.as_str())?,
        };
        Ok(Called {
            name: self.name(keyword.as_str()).to_owned(),
            keyword,
        })
    }

    /// What people call `keyword`: its name here, or the one on which mail programs agree, or itself.
    pub fn name<'a>(&'a self, keyword: &'a str) -> &'a str {
        match self.of_key(keyword) {
            Some(own) => &own.name,
            None => label::name(keyword).unwrap_or(keyword),
        }
    }

    /// Changes the one called `word` as `change` does; what stands in its way, as [`Labels::add`] has it.
    ///
    /// # Errors
    /// The other, and nothing is changed.
    pub fn change(&mut self, word: &str, change: impl FnOnce(&mut Defined)) -> Result<(), Defined> {
        let Some(old) = self.all.iter().find(|label| label.word == word).cloned() else {
            return Ok(());
        };
        let mut new = old.clone();
        change(&mut new);
        self.remove(word);
        match self.add(new).map_err(Clone::clone) {
            Ok(()) => Ok(()),
            Err(other) => {
                self.all.push(old);
                self.all.sort_by(|a, b| a.word.cmp(&b.word));
                Err(other)
            }
        }
    }

    /// The one whose key is `keyword`.
    pub fn of_key(&self, keyword: &str) -> Option<&Defined> {
        self.all.iter().find(|label| label.key.is(keyword))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(word: &str, key: &str, name: &str) -> Defined {
        Defined {
            word: word.to_owned(),
            key: Keyword::parse(key).unwrap(),
            name: name.to_owned(),
            colour: None,
        }
    }

    #[test]
    fn a_label_is_meant_by_word_name_or_key_and_nothing_is_meant_twice() {
        let mut labels = Labels::default();
        labels.add(label("urgent", "$label1", "Sofort")).unwrap();
        labels.add(label("invoice", "invoice", "Rechnung")).unwrap();
        for typed in ["urgent", "SOFORT", "$Label1"] {
            assert_eq!(labels.called(typed).unwrap().word, "urgent", "{typed}");
        }
        assert_eq!(labels.called("important"), None);
        let near = labels.find("invoices").unwrap_err().near;
        assert_eq!(near.as_deref(), Some("invoice"));
        for other in [
            label("new", "$LABEL1", "New"),
            label("new", "new", "Urgent"),
            label("Rechnung", "new", "New"),
        ] {
            assert!(labels.add(other).is_err());
        }
        assert_eq!(labels.len(), 2);
        let meant = |typed: &str| {
            let called = labels.meant(&Typed::new(typed).unwrap());
            called.map(|called| called.to_string())
        };
        assert_eq!(meant("rechnung").as_deref(), Ok("Rechnung (invoice)"));
        assert_eq!(meant("$LABEL1").as_deref(), Ok("Sofort ($label1)"));
        assert_eq!(meant("work").as_deref(), Ok("Work ($label2)"));
        assert_eq!(meant("other").as_deref(), Ok("other"));
        assert_eq!(meant("a]b"), Err(NoLabel::Holds(']')));
        let mut renamed = labels.clone();
        let rename = |label: &mut Defined| label.name = "Rechnung".to_owned();
        assert_eq!(
            renamed.change("urgent", rename).unwrap_err().word,
            "invoice"
        );
        assert_eq!(renamed, labels, "a name is that of one label");
        let rename = |label: &mut Defined| label.name = "a]b".to_owned();
        renamed.change("urgent", rename).unwrap();
        let meant = renamed.meant(&Typed::new("a]b").unwrap()).unwrap();
        assert_eq!(meant.keyword.as_str(), "$label1");
        labels.remove("urgent");
        assert!(labels.called("urgent").is_none());
        assert!(labels.of_key("INVOICE").unwrap().is_by_its_word());
    }
}
