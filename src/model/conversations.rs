//! Conversations: messages that belong together, by what they name (RFC 5322, section 3.6.4).

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

/// The most Message-IDs that are told apart: about a million messages.
pub const MOST_NAMES: usize = 2_000_000;

/// Message-IDs, and which of them are of one conversation.
///
/// A message ties its own to all that its References and In-Reply-To fields name, whether these are there or not:
/// two answers to a message that is gone belong together.
#[derive(Clone, Debug)]
pub struct Conversations {
    // A seed of this run alone: nobody can write two that are taken for each other.
    seed: RandomState,
    numbers: HashMap<u64, u32>,
    /// The number above each; its own at the top.
    above: Vec<u32>,
    most: usize,
}

/// There are more Message-IDs than are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

impl Default for Conversations {
    fn default() -> Self {
        Self {
            seed: RandomState::new(),
            numbers: HashMap::new(),
            above: Vec::new(),
            most: MOST_NAMES,
        }
    }
}

impl Conversations {
    /// A message that has, and names, `names`, the number of which stands for it; one without any belongs to
    /// nobody else.
    ///
    /// # Errors
    /// When they are too many.
    pub fn add<'n>(&mut self, names: impl Iterator<Item = &'n str>) -> Result<u32, TooMany> {
        let mut own = None;
        for name in names {
            let number = self.number(name)?;
            match own {
                None => own = Some(number),
                Some(own) => self.tie(own, number),
            }
        }
        own.map_or_else(|| self.another(), Ok)
    }

    /// The number that stands for the whole conversation of which `number` is.
    pub fn whole(&mut self, number: u32) -> u32 {
        let mut top = number;
        while let Some(&above) = self.above.get(top as usize)
            && above != top
        {
            top = above;
        }
        let mut at = number;
        while at != top {
            match self.above.get_mut(at as usize) {
                Some(above) => at = std::mem::replace(above, top),
                None => break,
            }
        }
        top
    }

    fn number(&mut self, name: &str) -> Result<u32, TooMany> {
        let key = self.seed.hash_one(name);
        if let Some(number) = self.numbers.get(&key) {
            return Ok(*number);
        }
        let number = self.another()?;
        self.numbers.insert(key, number);
        Ok(number)
    }

    fn another(&mut self) -> Result<u32, TooMany> {
        if self.above.len() >= self.most {
            return Err(TooMany);
        }
        let number = u32::try_from(self.above.len()).map_err(|_| TooMany)?;
        self.above.push(number);
        Ok(number)
    }

    fn tie(&mut self, one: u32, other: u32) {
        let (one, other) = (self.whole(one), self.whole(other));
        if let Some(above) = self.above.get_mut(one.max(other) as usize) {
            *above = one.min(other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn whatever_names_the_same_belongs_together() {
        let mut all = Conversations::default();
        let question = all.add(["<q>"].into_iter()).unwrap();
        let answer = all.add(["<a>", "<q>"].into_iter()).unwrap();
        let lost = all.add(["<x>", "<gone>"].into_iter()).unwrap();
        let found = all.add(["<y>", "<gone>"].into_iter()).unwrap();
        let nameless = all.add([].into_iter()).unwrap();
        let another = all.add([].into_iter()).unwrap();
        assert_eq!(all.whole(question), all.whole(answer));
        assert_eq!(all.whole(lost), all.whole(found));
        assert_ne!(all.whole(question), all.whole(lost));
        assert_ne!(all.whole(nameless), all.whole(another));
        // One that names two conversations makes them one.
        all.add(["<z>", "<a>", "<x>"].into_iter()).unwrap();
        assert_eq!(all.whole(question), all.whole(found));
    }

    #[test]
    fn there_are_no_more_than_can_be_told_apart() {
        let mut all = Conversations {
            most: 2,
            ..Conversations::default()
        };
        assert!(all.add(["<a>", "<b>"].into_iter()).is_ok());
        assert!(all.add(["<b>", "<a>"].into_iter()).is_ok());
        assert_eq!(all.add(["<c>"].into_iter()), Err(TooMany));
    }

    proptest! {
        #[test]
        fn the_order_in_which_they_come_says_nothing(
            all in proptest::collection::vec(proptest::collection::vec(0u8..40, 1..4), 1..40)
        ) {
            let text = |n: &u8| format!("<{n}>");
            let groups = |messages: &[Vec<u8>]| {
                let mut known = Conversations::default();
                let mut tops = Vec::new();
                for names in messages {
                    let names: Vec<String> = names.iter().map(text).collect();
                    tops.push((names[0].clone(), known.add(names.iter().map(String::as_str)).unwrap()));
                }
                let mut groups: std::collections::BTreeMap<u32, BTreeSet<String>> = Default::default();
                for (name, number) in tops {
                    groups.entry(known.whole(number)).or_default().insert(name);
                }
                groups.into_values().collect::<BTreeSet<_>>()
            };
            let mut other_way = all.clone();
            other_way.reverse();
            prop_assert_eq!(groups(&all), groups(&other_way));
        }
    }
}
