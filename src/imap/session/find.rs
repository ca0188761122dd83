//! Finding messages of a folder that is selected (RFC 9051, section 6.4.4).

use super::Session;
use super::selected::{MOST_MESSAGES, too_many};
use crate::error::Result;
use crate::imap::answer::Refusal;
use crate::imap::collect::{Aloft, Collect};
use crate::imap::request::Request;
use crate::imap::response::Data;
use crate::imap::token::{Cursor, Malformed};
use crate::model::selection::Query;
use crate::model::uids::Uids;
use chrono::{Datelike, NaiveDate};

impl Session {
    /// The messages of the folder that is selected which `query` means, as this server understands it: by
    /// ranges where it can (ESEARCH, RFC 4731).
    ///
    /// # Errors
    /// When the session breaks, or the server names more than anybody has; the inner one where it
    /// refuses.
    pub fn find(&mut self, query: &Query) -> Result<Result<Uids, Refusal>> {
        let returns = match self.capabilities.has("ESEARCH") {
            true => Some("RETURN (ALL)"),
            false => None,
        };
        let request = search(query, self.link.style.utf8, returns);
        let found = match self.searched(request)? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        // Whatever was found, none is meant that was not named.
        let named = |uid: &u32| query.uids.is_empty() || query.uids.contains(*uid);
        Ok(Ok(found.uids().filter(named).collect()))
    }

    /// The messages of the folder that is selected which are drafts.
    ///
    /// # Errors
    /// As [`Session::find`].
    pub fn find_drafts(&mut self) -> Result<Result<Uids, Refusal>> {
        let found = self.searched(Request::plain("UID SEARCH DRAFT"))?;
        Ok(found.map(|found| found.uids().collect()))
    }

    fn searched(&mut self, request: Request) -> Result<Result<Found, Refusal>> {
        let mut found = Found::default();
        if let Err(refusal) = self.ask(request, &mut found)? {
            return Ok(Err(refusal));
        }
        if found.is_too_many {
            return Err(too_many("UID SEARCH"));
        }
        Ok(Ok(found))
    }
}

/// What `query` says as search keys. What is not ASCII needs its charset said, but where all of the
/// session is UTF-8 (RFC 6855, section 3).
pub(super) fn search(query: &Query, is_utf8: bool, returns: Option<&'static str>) -> Request {
    let texts = [
        &query.from,
        &query.to,
        &query.cc,
        &query.subject,
        &query.text,
    ];
    let mut texts = texts.into_iter().flatten().chain(&query.ids);
    let mut request = Request::plain("UID SEARCH");
    if let Some(returns) = returns {
        request = request.raw(returns);
    }
    if !is_utf8 && texts.any(|text| !text.is_ascii()) {
        request = request.raw("CHARSET UTF-8");
    }
    let uids = (!query.uids.is_empty()).then(|| format!("UID {}", query.uids));
    let named = query.ids.len() + usize::from(uids.is_some());
    // Any of those that are named: OR takes two.
    for _ in 1..named {
        request = request.raw("OR");
    }
    if let Some(uids) = uids {
        request = request.raw(uids);
    }
    for id in &query.ids {
        request = request.raw("HEADER Message-ID").string(id.as_str());
    }
    let fields = [
        ("FROM", &query.from),
        ("TO", &query.to),
        ("CC", &query.cc),
        ("SUBJECT", &query.subject),
    ];
    for (key, text) in fields {
        if let Some(text) = text {
            request = request.raw(key).string(text.as_str());
        }
    }
    if let Some(text) = &query.text {
        // No server reads HTML: a word may be cut by a tag, and its letters may be entities.
        request = request
            .raw("OR BODY")
            .string(text.as_str())
            .raw("BODY")
            .string("</");
    }
    for (key, day) in [("SINCE", query.since), ("BEFORE", query.before)] {
        if let Some(day) = day {
            request = request.raw(format!("{key} {}", date(day)));
        }
    }
    for (key, size) in [("LARGER", query.larger), ("SMALLER", query.smaller)] {
        if let Some(size) = size {
            request = request.raw(format!("{key} {}", size.min(u64::from(u32::MAX))));
        }
    }
    let marks = [
        ("UNSEEN", query.unread),
        ("UNANSWERED", query.unanswered),
        ("FLAGGED", query.flagged),
    ];
    for (key, _) in marks.into_iter().filter(|(_, said)| *said) {
        request = request.raw(key);
    }
    for (label, carries) in &query.labels {
        request = request.raw(match (label.is_flagged(), carries) {
            (true, true) => "FLAGGED".to_owned(),
            (true, false) => "UNFLAGGED".to_owned(),
            (false, true) => format!("KEYWORD {}", label.as_str()),
            (false, false) => format!("UNKEYWORD {}", label.as_str()),
        });
    }
    match *query == Query::default() {
        true => request.raw("ALL"),
        false => request,
    }
}

/// `date-text = date-day "-" date-month "-" date-year`, in English whatever the machine speaks.
fn date(day: NaiveDate) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = MONTHS.get(day.month0() as usize).unwrap_or(&"Jan");
    format!("{}-{month}-{:04}", day.day(), day.year())
}

/// What was found: the numbers of `* SEARCH 2 84 882`, or the ranges of `* ESEARCH (TAG "S1") UID ALL 2,84:882`.
#[derive(Default)]
pub(super) struct Found {
    ranges: Vec<(u32, u32)>,
    messages: u64,
    pub(super) is_too_many: bool,
}

impl Found {
    fn add(&mut self, first: u32, last: u32) {
        let (first, last) = (first.min(last), first.max(last));
        self.messages = self.messages.saturating_add(u64::from(last - first) + 1);
        self.is_too_many |= self.messages > MOST_MESSAGES as u64;
        if !self.is_too_many {
            self.ranges.push((first, last));
        }
    }

    pub(super) fn messages(&self) -> u64 {
        self.messages
    }

    pub(super) fn uids(self) -> impl Iterator<Item = u32> {
        self.ranges
            .into_iter()
            .flat_map(|(first, last)| first..=last)
    }
}

impl Collect for Found {
    fn collect(&mut self, mut data: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        if data.is("ESEARCH") {
            return self.ranges(&mut data.values);
        }
        if !data.is("SEARCH") {
            return Ok(());
        }
        let values = &mut data.values;
        while !values.at_end() {
            // `(MODSEQ 7)` may end it (RFC 7162, section 3.1.5).
            if values.rest().starts_with(b"(") {
                values.skip()?;
                continue;
            }
            let uid = u32::try_from(values.number()?).map_err(|_| Malformed)?;
            self.add(uid, uid);
        }
        Ok(())
    }
}

impl Found {
    /// `[SP "(" "TAG" SP tag ")"] [SP "UID"] *(SP name SP value)` (RFC 4731, section 3.1).
    fn ranges(&mut self, values: &mut Cursor<'_>) -> Result<(), Malformed> {
        while !values.at_end() {
            if values.rest().trim_ascii_start().starts_with(b"(") {
                values.skip()?;
                continue;
            }
            let name = values.word()?;
            if name.eq_ignore_ascii_case(b"UID") {
                continue;
            }
            if !name.eq_ignore_ascii_case(b"ALL") {
                values.skip()?;
                continue;
            }
            let set = std::str::from_utf8(values.word()?).map_err(|_| Malformed)?;
            for range in set.split(',') {
                let (first, last) = range.split_once(':').unwrap_or((range, range));
                let number = |digits: &str| digits.parse::<u32>().map_err(|_| Malformed);
                self.add(number(first)?, number(last)?);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;
    use crate::model::label::Keyword;

    #[test]
    fn a_query_is_search_keys_and_what_is_found_is_what_was_named() {
        let (mut session, script) = dialogue(
            "LITERAL+",
            r#"C: S1 UID SEARCH OR OR UID 4:6,9 HEADER Message-ID "<a@x.test>" HEADER Message-ID "<b@x.test>" FROM "@x.test" SINCE 1-Feb-2026 BEFORE 12-Dec-2026 UNSEEN KEYWORD $label1 UNKEYWORD urgent
               S: * SEARCH 9 5 (MODSEQ 7)
               S: * SEARCH 5 12
               S: S1 OK done
               C: S2 UID SEARCH ALL
               S: * SEARCH
               S: S2 OK done
               C: S3 UID SEARCH CHARSET UTF-8 SUBJECT {5+}
               C: grün UNANSWERED FLAGGED
               S: S3 NO [BADCHARSET] no"#,
        );
        let query = Query {
            uids: "4:6,9".parse().unwrap(),
            ids: vec!["<a@x.test>".to_owned(), "<b@x.test>".to_owned()],
            from: Some("@x.test".to_owned()),
            since: NaiveDate::from_ymd_opt(2026, 2, 1),
            before: NaiveDate::from_ymd_opt(2026, 12, 12),
            unread: true,
            ..Query::default()
        };
        let query = query.labelled(&Keyword::of("important").unwrap(), true);
        let query = query.labelled(&Keyword::of("urgent").unwrap(), false);
        let found = session.find(&query).unwrap().unwrap();
        assert_eq!(found.to_string(), "5,9");
        let all = session.find(&Query::default()).unwrap().unwrap();
        assert!(all.is_empty());
        let query = Query {
            subject: Some("grün".to_owned()),
            unanswered: true,
            flagged: true,
            ..Query::default()
        };
        assert!(session.find(&query).unwrap().is_err());
        script.join().unwrap();
    }

    #[test]
    fn ranges_are_believed_as_far_as_anybody_has_so_many() {
        let (mut session, script) = dialogue(
            "ESEARCH",
            r#"C: S1 UID SEARCH RETURN (ALL) CC "x" OR BODY "y" BODY "</" LARGER 10 SMALLER 20
               S: * ESEARCH (TAG "S1") UID COUNT 4 ALL 9,4:2
               S: * ESEARCH (TAG "S0") UID MODSEQ 5
               S: S1 OK done
               C: S2 UID SEARCH RETURN (ALL) ALL
               S: * ESEARCH (TAG "S2") UID
               S: S2 OK done
               C: S3 UID SEARCH RETURN (ALL) ALL
               S: * ESEARCH (TAG "S3") UID ALL 1:4294967295
               S: S3 OK done"#,
        );
        let text = |text: &str| Some(text.to_owned());
        let query = Query {
            cc: text("x"),
            text: text("y"),
            larger: Some(10),
            smaller: Some(20),
            ..Query::default()
        };
        assert_eq!(session.find(&query).unwrap().unwrap().to_string(), "2:4,9");
        assert!(session.find(&Query::default()).unwrap().unwrap().is_empty());
        assert!(session.find(&Query::default()).is_err());
        script.join().unwrap();
    }
}
