//! rule run: what rules do with one message, one after the other.

use crate::model::label::Keyword;
use crate::model::plan::Place;
use std::collections::BTreeMap;

/// What a rule does in one mailbox.
#[derive(Clone, Debug, Default)]
pub(super) struct Does {
    /// The keywords that it gives.
    pub(super) gives: Vec<Keyword>,
    /// The folders that get a copy.
    pub(super) copies: Vec<Place>,
    /// Where the message goes.
    pub(super) goes: Option<Place>,
}

/// What happens to a message. It goes in rounds: in each it gets labels first, which the copies carry that are made then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Course<'r> {
    /// The keywords that it gets, each once, and in which round.
    pub(super) labels: Vec<(usize, &'r Keyword)>,
    /// The folders that get a copy, each once, and in which round.
    pub(super) copies: Vec<(usize, &'r Place)>,
    /// Where it goes at the end.
    pub(super) way: Option<&'r Place>,
}

impl<'r> Course<'r> {
    /// That of a message which lies in `place` and is taken by the rules called `takers`, of which each `does` what stands
    /// there.
    pub(super) fn new(place: &Place, takers: &[String], does: &'r BTreeMap<String, Does>) -> Self {
        let is_here = |to: &Place| to.wire == place.wire;
        let takers: Vec<&Does> = takers.iter().filter_map(|name| does.get(name)).collect();
        let way = takers.iter().find_map(|does| does.goes.as_ref());
        let way = way.filter(|to| !is_here(to));
        let mut course = Self::default();
        let (mut round, mut is_copied, mut stays) = (0, false, false);
        for does in takers {
            for keyword in &does.gives {
                let mut own = course.labels.iter();
                if own.any(|(_, own)| own.is(keyword.as_str())) {
                    continue;
                }
                round += usize::from(std::mem::take(&mut is_copied));
                course.labels.push((round, keyword));
            }
            for to in &does.copies {
                stays |= is_here(to);
                // What goes there at the end lies there once, as servers file it.
                if is_here(to) || way.is_some_and(|way| way.wire == to.wire) {
                    continue;
                }
                course.copies.retain(|(_, own)| own.wire != to.wire);
                course.copies.push((round, to));
                is_copied = true;
            }
        }
        match way {
            // A copy that stays where the message lies is the message itself.
            Some(way) if stays => course.copies.push((round, way)),
            way => course.way = way,
        }
        course
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::folder::WireName;

    fn place(path: &str) -> Place {
        Place {
            path: path.to_owned(),
            wire: WireName::from_wire(path.as_bytes()),
        }
    }

    fn rules(all: &[(&str, &[&str], Option<&str>)]) -> BTreeMap<String, Does> {
        let does = |(n, (labels, copies, goes)): (usize, &(&str, &[&str], Option<&str>))| {
            let labels = labels.split_whitespace();
            let does = Does {
                gives: labels.map(|label| Keyword::parse(label).unwrap()).collect(),
                copies: copies.iter().map(|path| place(path)).collect(),
                goes: goes.map(place),
            };
            (n.to_string(), does)
        };
        all.iter().enumerate().map(does).collect()
    }

    fn told(all: &[(&str, &[&str], Option<&str>)]) -> String {
        let does = rules(all);
        let takers: Vec<String> = does.keys().cloned().collect();
        let course = Course::new(&place("INBOX"), &takers, &does);
        let mut all: Vec<(usize, bool, String)> = Vec::new();
        let labels = course.labels.iter();
        all.extend(labels.map(|(round, label)| (*round, false, label.as_str().to_owned())));
        let copies = course.copies.iter();
        all.extend(copies.map(|(round, to)| (*round, true, format!(":{}", to.path))));
        all.sort_by_key(|(round, is_copy, _)| (*round, *is_copy));
        let mut told: Vec<String> = all.into_iter().map(|(_, _, what)| what).collect();
        told.extend(course.way.map(|way| format!("→{}", way.path)));
        told.join(" ")
    }

    #[test]
    fn copies_carry_the_labels_that_were_given_by_then() {
        assert_eq!(
            told(&[
                ("a b", &["X"], None),
                ("b", &["Y"], None),
                ("c a", &[], None),
                ("", &["Z"], Some("Done")),
            ]),
            "a b :X :Y c :Z →Done"
        );
        assert_eq!(told(&[("a", &[], None), ("b", &[], None)]), "a b");
    }

    #[test]
    fn each_folder_gets_one_and_what_goes_there_is_none() {
        assert_eq!(
            told(&[("a", &["X"], None), ("b", &["X", "Y"], None)]),
            "a b :X :Y"
        );
        assert_eq!(
            told(&[("a", &["X"], None), ("b", &[], Some("X"))]),
            "a b →X"
        );
        assert_eq!(told(&[("a", &["INBOX"], None)]), "a");
        assert_eq!(told(&[("a", &["INBOX"], Some("INBOX"))]), "a");
        // It stays where it lies, and goes there too.
        assert_eq!(
            told(&[("a", &["INBOX"], None), ("b", &["X"], Some("X"))]),
            "a b :X"
        );
    }
}
