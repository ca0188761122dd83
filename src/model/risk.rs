//! What somebody who puts a set of rights together may not expect of it.

use super::rights::Rights;
use super::vocabulary::Vocabulary;

/// What is to be known of `rights` on a server with `vocabulary`, sentence by sentence.
pub fn risks(rights: Rights, vocabulary: &Vocabulary) -> Vec<&'static str> {
    let has = |right| rights.has(right);
    // On a server of RFC 2086 d alone is what t and e are together (RFC 4314, section 2.1.1).
    let is_split = vocabulary.known.has('t') || vocabulary.known.has('e');
    let told = [
        (!has('l'), "without l the folders are not shown to her"),
        (!has('r'), "without r no mail can be read"),
        (
            is_split && has('t') && !has('e'),
            "t without e marks mail as deleted and never removes it, so that it cannot be moved either",
        ),
        (
            is_split && has('e') && !has('t'),
            "e without t removes what others marked as deleted, and nothing else",
        ),
        (
            has('x'),
            "x deletes and renames whole folders with all their mail",
        ),
        (has('a'), "a gives herself and others every right"),
    ];
    let told = told.into_iter().filter(|(is_so, _)| *is_so);
    told.map(|(_, what)| what).collect()
}

/// Whether mail can be taken out of a folder: moved elsewhere, or deleted. MOVE takes what marking
/// as deleted and expunging take (RFC 6851, section 3; RFC 4314, section 4).
pub fn takes_mail_out(rights: Rights, vocabulary: &Vocabulary) -> bool {
    match vocabulary.known.has('t') || vocabulary.known.has('e') {
        true => rights.has('t') && rights.has('e'),
        false => rights.has('d'),
    }
}

/// What [`takes_mail_out`] needs; nothing where the server knows no such right.
pub fn to_take_mail_out(vocabulary: &Vocabulary) -> Option<Rights> {
    let letters = match vocabulary.known {
        known if known.has('t') && known.has('e') => "te",
        known if known.has('d') => "d",
        _ => return None,
    };
    Rights::parse(letters).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(text: &str) -> Rights {
        Rights::parse(text).unwrap()
    }

    fn vocabulary(letters: &str, virtual_cd: bool) -> Vocabulary {
        Vocabulary::new(Rights::NONE, &[], virtual_cd).knowing(set(letters))
    }

    #[test]
    fn what_is_dangerous_is_told() {
        let modern = vocabulary("lrswipkxtea", true);
        assert!(risks(set("lrswipte"), &modern).is_empty());
        let told = |letters| risks(set(letters), &modern).join("; ");
        assert!(told("lrswit").contains("never removes"));
        assert!(told("lrse").contains("what others marked"));
        assert!(told("lra").contains("every right"));
        assert!(told("lrx").contains("whole folders"));
        assert!(told("pi").contains("without l") && told("pi").contains("without r"));
        let legacy = vocabulary("lrswipcda", false);
        assert!(risks(set("lrswipd"), &legacy).is_empty());
        assert_eq!(to_take_mail_out(&vocabulary("lrswipa", true)), None);
        assert!(takes_mail_out(set("lrd"), &legacy) && !takes_mail_out(set("lrswip"), &legacy));
    }

    proptest! {
        #[test]
        fn what_is_lacking_is_all_that_is(rights in "[lrswipkxcdtea]{0,8}", modern in any::<bool>()) {
            let vocabulary = match modern {
                true => vocabulary("lrswipkxtea", true),
                false => vocabulary("lrswipcda", false),
            };
            let with = set(&rights).union(to_take_mail_out(&vocabulary).unwrap());
            prop_assert!(takes_mail_out(with, &vocabulary));
        }
    }
}
