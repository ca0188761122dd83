//! Folders that are looked into one after the other without a wait in between: the server keeps what a search
//! finds for the question behind it (SEARCHRES, RFC 5182).

use super::Session;
use super::find::{Found, search};
use super::selected::{Entering, Selected, too_many};
use super::summary::{HeaderFields, cut, summary};
use crate::error::Result;
use crate::imap::acl::read_rights;
use crate::imap::answer::{Answer, Refusal};
use crate::imap::collect::{Aloft, Collect};
use crate::imap::request::Request;
use crate::imap::response::{Data, State};
use crate::imap::token::Malformed;
use crate::model::folder::WireName;
use crate::model::message::Message;
use crate::model::pace::{self, Pace};
use crate::model::rights::Rights;
use crate::model::selection::Query;
use crate::model::uids::Uids;
use std::collections::HashSet;

/// EXAMINE, UID SEARCH and UID FETCH.
const QUESTIONS: usize = 3;
/// So many bytes more may come for each message that a search found.
const EACH: u64 = 4 << 10;

impl Session {
    /// Whether [`Session::sweep`] can be asked for `query`.
    pub fn sweeps(&self, query: &Query) -> bool {
        self.keeps_what_is_found() && query.is_ascii()
    }

    /// Whether what a search finds can be asked about without waiting for it.
    fn keeps_what_is_found(&self) -> bool {
        self.capabilities.has("SEARCHRES") && self.capabilities.has("ESEARCH")
    }

    /// Hands `take` each message of each of `folders`, by the place of the folder, that `query` means as this
    /// server understands it, as [`Session::summaries`] does; what each folder was like, its UIDVALIDITY included, and
    /// where that is `wanted` what this session may do there, as far as it was told. None
    /// where nobody knows what lies there: it was not taken for that folder, nothing of it was told, and it is to be
    /// looked into alone. No folder stands twice in `folders`.
    ///
    /// What comes is told apart by the command that is not answered yet: of a stream in which each command means
    /// the folder that the one before selected, none may be carried out ahead (RFC 9051, section 5.5).
    ///
    /// # Errors
    /// When the session breaks, somebody wants to stop, or the server names more messages than anybody has; the
    /// inner one where it refuses to tell of messages that it found.
    pub fn sweep(
        &mut self,
        folders: &[&WireName],
        query: &Query,
        wanted: Wanted<'_>,
        pace: &Pace,
        take: &mut dyn FnMut(usize, Message, &[u8]),
    ) -> Result<Vec<Result<Option<Selected>, Refusal>>> {
        let only_named = !query.uids.is_empty() && query.ids.is_empty();
        let named = only_named.then_some(&query.uids);
        let search = || search(query, self.link.style.utf8, Some(KEEPING));
        let items = self.items(wanted.fields);
        let mut requests = requests(folders, &search, &items, wanted.way);
        if wanted.rights && self.capabilities.has("ACL") {
            // Behind all of it: what was asked before tells nothing of them.
            requests.extend(folders.iter().map(|folder| Request::my_rights(folder)));
        }
        self.stream(
            folders,
            named,
            (requests, wanted.fields.proof()),
            pace,
            take,
        )
    }

    /// Enters `folder` and hands `take` each draft in it, as [`Session::summaries`] does; what it was like.
    ///
    /// # Errors
    /// As [`Session::summaries`]; the inner one where the server refuses.
    pub fn drafts(
        &mut self,
        folder: &WireName,
        (asked, way): (HeaderFields<'_>, Way),
        pace: &Pace,
        take: &mut dyn FnMut(Message, &[u8]),
    ) -> Result<Result<Selected, Refusal>> {
        if self.keeps_what_is_found() {
            let search = || Request::plain("UID SEARCH").raw(KEEPING).raw("DRAFT");
            let requests = requests(&[folder], &search, &self.items(asked), way);
            let mut each = |_: usize, message: Message, header: &[u8]| take(message, header);
            let request = (requests, asked.proof());
            let told = self.stream(&[folder], None, request, pace, &mut each)?;
            match told.into_iter().next() {
                Some(Ok(Some(selected))) => return Ok(Ok(selected)),
                Some(Err(refusal)) => return Ok(Err(refusal)),
                // Alone it tells why.
                Some(Ok(None)) | None => {}
            }
        }
        let selected = match way {
            Way::Look => self.examine(folder)?,
            Way::Change => self.select(folder)?,
        };
        // Some refuse to search where nothing is.
        let selected = match selected {
            Ok(selected) if selected.messages > 0 => selected,
            other => return Ok(other),
        };
        let found = match self.find_drafts()? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let told = match found.is_empty() {
            true => Ok(()),
            false => self.summaries(&found, asked, pace, take)?,
        };
        Ok(told.map(|()| selected))
    }

    /// Sends `requests` about `folders`, each message of which is told with the item `proof`; which of them are meant
    /// at most says `named`.
    fn stream(
        &mut self,
        folders: &[&WireName],
        named: Option<&Uids>,
        (requests, proof): (Vec<Request>, &'static [u8]),
        pace: &Pace,
        take: &mut dyn FnMut(usize, Message, &[u8]),
    ) -> Result<Vec<Result<Option<Selected>, Refusal>>> {
        let mut swept = Swept {
            folders,
            take,
            named,
            at: 0,
            proof,
            entering: folders.iter().map(|_| Entering::default()).collect(),
            rights: vec![None; folders.len()],
            found: Found::default(),
            expected: 0,
            of: None,
            seen: HashSet::new(),
            is_too_many: false,
        };
        let batch = self.link.run(&requests, pace, &mut swept);
        if let Some(error) = batch.broken {
            return Err(error);
        }
        if swept.is_too_many {
            return Err(too_many("UID SEARCH"));
        }
        let is_unsent = |answer: &Answer| matches!(answer, Answer::Unsent);
        if batch.answers.iter().any(is_unsent) {
            return Err(pace::stopped());
        }
        let entered = swept.entering.into_iter().zip(swept.rights);
        let each = batch.answers.chunks(QUESTIONS).zip(entered);
        Ok(each
            .map(|(answers, (entering, rights))| {
                let selected = told(answers, entering)?;
                Ok(selected.map(|selected| Selected { rights, ..selected }))
            })
            .collect())
    }
}

const KEEPING: &str = "RETURN (SAVE ALL)";

/// The three questions about each of `folders`.
fn requests(
    folders: &[&WireName],
    search: &dyn Fn() -> Request,
    items: &str,
    way: Way,
) -> Vec<Request> {
    let of_one = |folder: &&WireName| {
        [
            way.request(folder),
            search(),
            Request::plain("UID FETCH").raw(format!("$ {items}")),
        ]
    };
    folders.iter().flat_map(of_one).collect()
}

/// What is wanted of folders and of their messages.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Of each message.
    pub fields: HeaderFields<'a>,
    /// How each folder is entered.
    pub way: Way,
    /// Whether to ask what this session may do in each folder (MYRIGHTS, RFC 4314).
    pub rights: bool,
}

/// How a folder is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// EXAMINE: nothing is to be changed.
    Look,
    /// SELECT, which alone tells what the folder keeps.
    Change,
}

impl Way {
    fn request(self, folder: &WireName) -> Request {
        match self {
            Way::Look => Request::examine(folder),
            Way::Change => Request::select(folder),
        }
    }
}

/// What became of the three questions about a folder.
fn told(answers: &[Answer], entering: Entering) -> Result<Option<Selected>, Refusal> {
    let [entered, found, fetched] = answers else {
        return Ok(None);
    };
    match (entered.refusal(), found.refusal(), fetched.refusal()) {
        (None, None, None) if entering.is_known() => Ok(Some(entering.became(entered))),
        (None, None, Some(refusal)) if entering.is_known() => Err(refusal),
        _ => Ok(None),
    }
}

struct Swept<'t> {
    folders: &'t [&'t WireName],
    take: &'t mut dyn FnMut(usize, Message, &[u8]),
    /// No others are meant.
    named: Option<&'t Uids>,
    /// The folder of which something came last.
    at: usize,
    proof: &'static [u8],
    entering: Vec<Entering>,
    rights: Vec<Option<Rights>>,
    found: Found,
    /// So many bytes may come for what was found in all folders so far.
    expected: u64,
    /// What the search found there, once something else is told.
    of: Option<Uids>,
    seen: HashSet<u32>,
    is_too_many: bool,
}

impl Swept<'_> {
    /// The folder that is meant by what comes now, and which of the questions about it.
    fn place(&mut self, aloft: &Aloft<'_>) -> Option<(usize, usize)> {
        let oldest = aloft.oldest?;
        let (folder, question) = (oldest / QUESTIONS, oldest % QUESTIONS);
        if folder != self.at {
            self.at = folder;
            self.found = Found::default();
            self.of = None;
            self.seen.clear();
        }
        Some((folder, question))
    }

    /// Which folder is meant says the answer itself.
    fn learn_rights(&mut self, data: &mut Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        let name = aloft.folder(data.values.astring()?);
        let mut folders = self.folders.iter();
        let folder = folders.position(|folder| folder.as_bytes() == &*name);
        if let Some(rights) = folder.and_then(|folder| self.rights.get_mut(folder)) {
            *rights = Some(read_rights(&mut data.values)?);
        }
        Ok(())
    }
}

impl Collect for Swept<'_> {
    fn expected(&self) -> u64 {
        self.expected
    }

    fn collect(&mut self, mut data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        if data.is("MYRIGHTS") {
            return self.learn_rights(&mut data, aloft);
        }
        let Some((folder, question)) = self.place(aloft) else {
            return Ok(());
        };
        // Without it nobody knows that the folder is the one that is selected.
        let is_known = self.entering.get(folder).is_some_and(Entering::is_known);
        match question {
            0 => {
                if let Some(entering) = self.entering.get_mut(folder) {
                    entering.collect(data, aloft)?;
                }
            }
            1 if is_known => {
                let before = self.found.messages();
                self.found.collect(data, aloft)?;
                let more = self.found.messages().saturating_sub(before);
                self.expected = self.expected.saturating_add(more.saturating_mul(EACH));
                self.is_too_many |= self.found.is_too_many;
            }
            2 if is_known && !self.is_too_many => {
                let Some((message, header)) = summary(&mut data, self.proof)? else {
                    return Ok(());
                };
                let found = &mut self.found;
                let of = self
                    .of
                    .get_or_insert_with(|| std::mem::take(found).uids().collect());
                let is_named = self.named.is_none_or(|named| named.contains(message.uid));
                if of.contains(message.uid) && is_named && self.seen.insert(message.uid) {
                    (self.take)(folder, message, cut(&header));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn told(&mut self, state: &State<'_>, aloft: &Aloft<'_>) {
        let Some((folder, 0)) = self.place(aloft) else {
            return;
        };
        if let Some(entering) = self.entering.get_mut(folder) {
            entering.told(state, aloft);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;

    #[test]
    fn folders_are_swept_in_one_stream_and_what_is_not_known_is_left_to_be_looked_into_alone() {
        let (mut session, script) = dialogue(
            "ESEARCH SEARCHRES ACL",
            r#"C: S1 EXAMINE "A"
               C: S2 UID SEARCH RETURN (SAVE ALL) LARGER 10
               C: S3 UID FETCH $ (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE)])
               C: S4 EXAMINE "B"
               C: S5 UID SEARCH RETURN (SAVE ALL) LARGER 10
               C: S6 UID FETCH $ (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE)])
               C: S7 EXAMINE "C"
               C: S8 UID SEARCH RETURN (SAVE ALL) LARGER 10
               C: S9 UID FETCH $ (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE)])
               C: S10 MYRIGHTS "A"
               C: S11 MYRIGHTS "B"
               C: S12 MYRIGHTS "C"
               S: * MYRIGHTS B l
               S: S11 OK done
               S: * MYRIGHTS D lrte
               S: * OK [UIDVALIDITY 7] fine
               S: * 1 FETCH (UID 4 RFC822.SIZE 1)
               S: S1 OK [READ-ONLY] done
               S: * ESEARCH (TAG "S2") UID ALL 4,9
               S: S2 OK done
               S: * 1 FETCH (UID 4 RFC822.SIZE 12 FLAGS () BODY[HEADER.FIELDS (DATE)] NIL)
               S: * 2 FETCH (UID 5 RFC822.SIZE 12)
               S: * 2 FETCH (UID 9 RFC822.SIZE 13)
               S: * 2 FETCH (UID 9 RFC822.SIZE 14)
               S: S3 OK done
               S: * MYRIGHTS A lrs
               S: S10 OK done
               S: S4 NO no such folder
               S: * ESEARCH (TAG "S5") UID ALL 4
               S: S5 OK done
               S: * 1 FETCH (UID 4 RFC822.SIZE 12)
               S: S6 OK done
               S: * OK [UIDVALIDITY 8] fine
               S: S7 OK [READ-ONLY] done
               S: * ESEARCH (TAG "S8") UID ALL 2
               S: S8 OK done
               S: S9 NO not today
               S: S12 NO nor that"#,
        );
        let names = ["A", "B", "C"].map(|name| WireName::from_unicode(name).unwrap());
        let names: Vec<&WireName> = names.iter().collect();
        let query = Query {
            larger: Some(10),
            ..Query::default()
        };
        assert!(session.sweeps(&query));
        let mut all = Vec::new();
        let mut take = |folder, message: Message, _: &[u8]| {
            all.push((folder, message.uid, message.size));
        };
        let pace = Pace::unattended();
        let wanted = Wanted {
            fields: HeaderFields::Named("DATE"),
            way: Way::Look,
            rights: true,
        };
        let told = session.sweep(&names, &query, wanted, &pace, &mut take);
        let told = told.unwrap();
        script.join().unwrap();
        assert_eq!(all, [(0, 4, 12), (0, 9, 13)]);
        let [Ok(Some(first)), Ok(None), Err(refusal)] = &told[..] else {
            panic!("{told:?}");
        };
        assert_eq!(first.uid_validity, Some(7));
        assert_eq!(first.rights, Rights::parse("lrs").ok());
        assert!(refusal.to_string().contains("not today"));
    }
}
