//! retention check: what stands in the way of keeping mail as long as it shall be kept.

use super::label::Unlooked;
use crate::decide::retaining;
use crate::document::{Document, Records, Report, Text};
use crate::exit::Exit;
use crate::model::retention::{Holds, Policies};
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::words::count;
use crate::observe::Aged;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// The report of `retention check`.
#[derive(Clone, Debug, Serialize)]
pub struct RetentionCheckReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// What is out of order.
    pub findings: Vec<RetentionFinding>,
    /// The folders that could not be looked into.
    pub unread: Vec<Unlooked>,
    #[serde(skip)]
    is_blind: bool,
}

/// One thing that is out of order.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RetentionFinding {
    /// What: `folder-gone`, `hold-over`, `held-exposed`, `held-doubtful`, `late-arrival`, `date-to-come`.
    pub finding: &'static str,
    /// The folder, where it is about one.
    pub folder: Option<String>,
    /// The case, where it is about one.
    pub case: Option<String>,
    /// Who may take held mail away, as one would write it on the command line.
    pub who: Option<String>,
    /// By which rights.
    pub rights: Option<String>,
    /// How many messages are concerned.
    pub messages: u64,
    /// The day on which most of them came, or on which the hold ended.
    pub day: Option<String>,
}

impl RetentionCheckReport {
    /// What is out of order in the mailbox of `state`, whose `folders` were looked into `today`.
    pub fn new(
        state: &Mailbox,
        policies: &Policies,
        holds: &Holds,
        folders: &[(&Folder, Result<Aged, String>)],
        today: NaiveDate,
    ) -> Self {
        let gone = retaining::gone(state, policies).into_iter();
        let gone = gone.map(|folder| RetentionFinding {
            finding: "folder-gone",
            folder: Some(folder),
            ..RetentionFinding::default()
        });
        let over = holds.iter().filter(|hold| !hold.lasts(today));
        let over = over.map(|hold| RetentionFinding {
            finding: "hold-over",
            case: Some(hold.case.clone()),
            day: Some(hold.until.to_string()),
            ..RetentionFinding::default()
        });
        let mut findings: Vec<RetentionFinding> = gone.chain(over).collect();
        let mut unread = Vec::new();
        for (folder, aged) in folders {
            match aged {
                Ok(aged) => findings.extend(of_folder(state, folder, aged)),
                Err(why) => unread.push(Unlooked {
                    folder: folder.path.clone(),
                    why: why.clone(),
                }),
            }
        }
        Self {
            mailbox: state.name.clone(),
            findings,
            is_blind: !folders.is_empty() && unread.len() == folders.len(),
            unread,
        }
    }

    /// How the run ends.
    pub fn exit(&self) -> Exit {
        match (self.unread.is_empty(), self.findings.is_empty()) {
            (false, _) if self.is_blind => Exit::Refused,
            (false, _) => Exit::Partly,
            (true, false) => Exit::Found,
            (true, true) => Exit::Done,
        }
    }
}

fn of_folder(state: &Mailbox, folder: &Folder, aged: &Aged) -> Vec<RetentionFinding> {
    let mut findings = Vec::new();
    let of = |finding, messages| RetentionFinding {
        finding,
        folder: Some(folder.path.clone()),
        messages,
        ..RetentionFinding::default()
    };
    let mut held: BTreeMap<&String, u64> = BTreeMap::new();
    for case in aged.items.iter().flat_map(|item| &item.holds) {
        *held.entry(case).or_default() += 1;
    }
    for (case, messages) in held {
        findings.extend(takers(state, folder).map(|(who, rights)| RetentionFinding {
            case: Some(case.clone()),
            who: Some(who),
            rights: Some(rights),
            ..of("held-exposed", messages)
        }));
    }
    let doubtful = aged.items.iter().filter(|item| item.is_doubtful).count() as u64;
    if doubtful > 0 {
        findings.push(of("held-doubtful", doubtful));
    }
    let late: u64 = aged.late.values().sum();
    if late > 0 {
        let most = aged.late.iter().max_by_key(|(_, messages)| **messages);
        findings.push(RetentionFinding {
            day: most.map(|(day, _)| day.to_string()),
            ..of("late-arrival", late)
        });
    }
    if aged.future > 0 {
        findings.push(of("date-to-come", aged.future));
    }
    findings
}

/// Whoever may take mail out of `folder` or the folder itself away, and does not keep the mailbox, with the rights
/// for that.
fn takers<'s>(
    state: &'s Mailbox,
    folder: &'s Folder,
) -> impl Iterator<Item = (String, String)> + 's {
    let taking = Rights::parse("tex").unwrap_or_default();
    folder.entries().filter_map(move |(name, rights)| {
        let rights = rights.intersection(taking);
        let is_member = !name.starts_with('-') && !state.is_keeper(name) && *name != state.login;
        (is_member && !rights.is_empty()).then(|| (state.dialect.who(name), rights.to_string()))
    })
}

impl RetentionFinding {
    fn words(&self) -> String {
        let messages = count(
            usize::try_from(self.messages).unwrap_or(usize::MAX),
            "message",
        );
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (folder, case, day) = (text(&self.folder), text(&self.case), text(&self.day));
        match self.finding {
            "folder-gone" => format!("a policy is about {folder:?}, and there is no such folder"),
            "hold-over" => format!("the hold {case:?} ended on {day}, and keeps nothing any more"),
            "held-exposed" => format!(
                "{} may take away {messages} in {folder:?} that {} held ({case}): {}",
                text(&self.who),
                if self.messages == 1 { "is" } else { "are" },
                text(&self.rights)
            ),
            "held-doubtful" => format!(
                "{messages} in {folder:?} may be held: the header is longer than anybody reads"
            ),
            "late-arrival" => format!(
                "{messages} in {folder:?} came more than a year after the Date, most on {day} (a migration?): age counts \
                 from then"
            ),
            _ => format!(
                "{messages} in {folder:?} with a Date that is yet to come: age counts from arrival"
            ),
        }
    }
}

impl Report for RetentionCheckReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        for finding in &self.findings {
            document = document.line(Text::bad(format!("{}: {}", self.mailbox, finding.words())));
        }
        let findings = match self.findings.len() {
            0 => "nothing found".to_owned(),
            n => count(n, "finding"),
        };
        let document = document.line(Text::strong(format!("{}: {findings}", self.mailbox)));
        Unlooked::told(&self.unread, &self.mailbox, document)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec![
            "mailbox", "finding", "folder", "case", "who", "rights", "messages", "day",
        ]);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        for finding in &self.findings {
            records.push([
                self.mailbox.clone(),
                finding.finding.to_owned(),
                text(&finding.folder),
                text(&finding.case),
                text(&finding.who),
                text(&finding.rights),
                finding.messages.to_string(),
                text(&finding.day),
            ]);
        }
        records
    }
}
