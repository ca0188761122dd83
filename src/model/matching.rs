//! Which messages a query means. Servers narrow; what they find is judged here, so that all of them agree.

use super::message::Message;
use super::selection::Query;

/// Whether `query` means `message`, by all that it says but the text, which its body has to tell.
///
/// A part of a field is the same in capital and small letters. What was not told, such as when a message
/// arrived, holds of nothing.
pub fn matches(query: &Query, message: &Message) -> bool {
    let head = &message.head;
    let holds =
        |field: &str, part: &Option<String>| part.as_ref().is_none_or(|part| contains(field, part));
    let is_named = !query.names_messages() || query.uids.contains(message.uid) || {
        let id = head.id.as_deref().unwrap_or_default();
        query.ids.iter().any(|wanted| names(wanted, id))
    };
    let day = message.day();
    is_named
        && holds(&head.from, &query.from)
        && holds(&head.to, &query.to)
        && holds(&head.cc, &query.cc)
        && holds(&head.subject, &query.subject)
        && query
            .since
            .is_none_or(|since| day.is_some_and(|day| day >= since))
        && query
            .before
            .is_none_or(|before| day.is_some_and(|day| day < before))
        && query.larger.is_none_or(|size| message.size > size)
        && query.smaller.is_none_or(|size| message.size < size)
        && !(query.unread && message.has("\\Seen"))
        && !(query.unanswered && message.has("\\Answered"))
        && (!query.flagged || message.has("\\Flagged"))
        && query
            .labels
            .iter()
            .all(|(label, wanted)| message.carries(label) == *wanted)
}

/// Whether the Message-ID `id` is the one that `wanted` is, or begins with: one without its last bracket is
/// a beginning.
fn names(wanted: &str, id: &str) -> bool {
    match wanted.ends_with('>') {
        true => id == wanted,
        false => !wanted.is_empty() && id.starts_with(wanted),
    }
}

/// Whether `text` holds `part`, in capital or small letters.
pub fn contains(text: &str, part: &str) -> bool {
    // Letter by letter: of a whole text that is in capitals alone, a capital sigma at the end of a word
    // would become another letter than the same one in the middle.
    let small = |text: &str| {
        text.chars()
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    small(text).contains(&small(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::label::Keyword;
    use crate::model::message::Head;
    use chrono::{DateTime, NaiveDate};
    use proptest::prelude::*;

    fn message() -> Message {
        Message {
            uid: 7,
            arrived: DateTime::parse_from_rfc3339("2026-02-28T23:30:00+01:00").ok(),
            saved: None,
            size: 4_096,
            flags: vec!["\\seen".to_owned()],
            keywords: vec!["$Label1".to_owned()],
            head: Head {
                from: "Jörg ΣΑΣ <j@x.test>".to_owned(),
                to: "support@example.test".to_owned(),
                subject: "Rechnung 17".to_owned(),
                id: Some("<abc.def@x.test>".to_owned()),
                ..Head::default()
            },
        }
    }

    fn day(day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(2026, 2, day)
    }

    #[test]
    fn all_that_is_said_must_hold() {
        let message = message();
        let text = |text: &str| Some(text.to_owned());
        let query = Query {
            from: text("jÖRG σασ"),
            subject: text("rechnung"),
            since: day(28),
            larger: Some(4_095),
            ..Query::default()
        };
        let query = query.labelled(&Keyword::of("important").unwrap(), true);
        assert!(matches(&query, &message));
        for change in [
            |query: &mut Query| query.to = Some("sales".to_owned()),
            |query: &mut Query| query.since = NaiveDate::from_ymd_opt(2026, 3, 1),
            |query: &mut Query| query.before = day(28),
            |query: &mut Query| query.larger = Some(4_096),
            |query: &mut Query| query.smaller = Some(4_096),
            |query: &mut Query| query.unread = true,
            |query: &mut Query| query.flagged = true,
            |query: &mut Query| query.labels.push((Keyword::of("$label1").unwrap(), false)),
            |query: &mut Query| query.uids = "8".parse().unwrap(),
        ] {
            let mut other = query.clone();
            change(&mut other);
            assert!(!matches(&other, &message), "{other:?}");
        }
    }

    #[test]
    fn a_message_is_named_whole_or_by_its_beginning() {
        let named = |ids: &[&str]| {
            let query = Query {
                ids: ids.iter().map(|id| (*id).to_owned()).collect(),
                ..Query::default()
            };
            matches(&query, &message())
        };
        assert!(named(&["<abc.def@x.test>"]) && named(&["<abc."]) && named(&["<no", "<abc"]));
        // A search finds whatever holds what it was asked for.
        assert!(!named(&["def@x.test"]) && !named(&["<abc.def@x>"]) && !named(&[""]));
    }

    #[test]
    fn what_was_not_told_holds_of_nothing() {
        let unknown = Message {
            arrived: None,
            ..message()
        };
        let since = Query {
            since: day(1),
            ..Query::default()
        };
        let before = Query {
            before: day(28),
            ..Query::default()
        };
        assert!(!matches(&since, &unknown) && !matches(&before, &unknown));
        assert!(matches(&Query::default(), &unknown));
    }

    proptest! {
        #[test]
        fn a_text_holds_each_part_of_itself(text in "\\PC{0,20}", from in 0usize..20, to in 0usize..20) {
            let letters: Vec<char> = text.chars().collect();
            let (from, to) = (from.min(letters.len()), to.min(letters.len()));
            let part: String = letters.get(from..to).unwrap_or_default().iter().collect();
            prop_assert!(contains(&text, &part));
            prop_assert!(contains(&text, &part.to_lowercase()) || part.contains('Σ'));
        }
    }
}
