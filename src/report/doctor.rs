//! doctor: what was found out about a provider, and whether the main job works with it.

use crate::document::{Column, Document, Records, Report, Style, Table, Text};
use serde::Serialize;

/// The report of `doctor`.
#[derive(Clone, Debug, Serialize)]
pub struct DoctorReport {
    /// The profile's name.
    pub profile: String,
    /// Host and port of the server.
    pub server: String,
    /// Who logs in.
    pub user: String,
    /// The mailbox that was tried, where there was one.
    pub mailbox: Option<String>,
    /// Whether `grant` works here, as far as could be tried.
    pub works: bool,
    /// Why it does not.
    pub why: Option<String>,
    /// The exit code, which is the one that `grant` would end with.
    pub exit: u8,
    /// Whether `send` works here; absent where the profile names no SMTP server.
    pub send: Option<Sends>,
    /// What was found, in the order of the sections.
    pub findings: Vec<Finding>,
}

/// Whether `send` works, as far as that can be told without sending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sends {
    /// Whether it does.
    pub works: bool,
    /// Why it does not, or what to know about it.
    pub why: Option<String>,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it belongs to.
    pub section: Section,
    /// What it is about, such as `tls`, `identifier`, `grant`.
    pub subject: String,
    /// How good it is.
    pub verdict: Verdict,
    /// The fact alone, for programs: `address`, `lrswipkxtea`; nothing where it is but a sentence.
    pub value: Option<String>,
    /// The fact in plain words.
    pub says: String,
    /// What to change, where something should be.
    pub change: Option<String>,
}

/// The parts of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    /// From the address to the greeting.
    Connection,
    /// Who logged in, and how.
    Login,
    /// What the server says that it can do, as far as sharemail uses it.
    Capabilities,
    /// Where the mailboxes of others are.
    Namespaces,
    /// How a shared mailbox is reached, and how people are spelled.
    Mailbox,
    /// The rights that the server knows.
    Rights,
    /// What each level means here.
    Levels,
    /// What sharemail can do here.
    Features,
    /// Who may send, and the server that takes the mail.
    Sending,
}

/// How good a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It works.
    Works,
    /// Neither good nor bad.
    Fact,
    /// It works, but not as it should or not everywhere.
    Warning,
    /// It does not work.
    Fails,
    /// It could not be tried.
    Unknown,
}

impl Section {
    const fn name(self) -> &'static str {
        match self {
            Section::Connection => "connection",
            Section::Login => "login",
            Section::Capabilities => "capabilities",
            Section::Namespaces => "namespaces",
            Section::Mailbox => "mailbox",
            Section::Rights => "rights",
            Section::Levels => "levels",
            Section::Features => "features",
            Section::Sending => "sending",
        }
    }
}

impl Verdict {
    const fn name(self) -> &'static str {
        match self {
            Verdict::Works => "works",
            Verdict::Fact => "fact",
            Verdict::Warning => "warning",
            Verdict::Fails => "fails",
            Verdict::Unknown => "unknown",
        }
    }

    /// A word that says it without colour.
    fn mark(self) -> Text {
        let (word, style) = match self {
            Verdict::Works => ("ok", Style::Good),
            Verdict::Fact => ("", Style::Plain),
            Verdict::Warning => ("warning", Style::Warn),
            Verdict::Fails => ("no", Style::Bad),
            Verdict::Unknown => ("unknown", Style::Dim),
        };
        Text::new(format!("{word:MARK$}"), style)
    }
}

impl Finding {
    fn new(section: Section, subject: &str, verdict: Verdict, says: impl Into<String>) -> Self {
        Self {
            section,
            subject: subject.to_owned(),
            verdict,
            value: None,
            says: says.into(),
            change: None,
        }
    }

    /// Something that works.
    pub fn works(section: Section, subject: &str, says: impl Into<String>) -> Self {
        Self::new(section, subject, Verdict::Works, says)
    }

    /// Something that is neither good nor bad.
    pub fn fact(section: Section, subject: &str, says: impl Into<String>) -> Self {
        Self::new(section, subject, Verdict::Fact, says)
    }

    /// Something to look at.
    pub fn warning(section: Section, subject: &str, says: impl Into<String>) -> Self {
        Self::new(section, subject, Verdict::Warning, says)
    }

    /// Something that does not work.
    pub fn fails(section: Section, subject: &str, says: impl Into<String>) -> Self {
        Self::new(section, subject, Verdict::Fails, says)
    }

    /// Something that could not be tried.
    pub fn unknown(section: Section, subject: &str, says: impl Into<String>) -> Self {
        Self::new(section, subject, Verdict::Unknown, says)
    }

    /// Adds the fact alone.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Adds what to change.
    #[must_use]
    pub fn change(mut self, change: impl Into<String>) -> Self {
        self.change = Some(change.into());
        self
    }
}

/// Columns of one width in every section: the eye goes straight down.
const SUBJECT: usize = 19;
const MARK: usize = 7;

impl DoctorReport {
    fn section(&self, section: Section) -> Table {
        let mut table = Table::new([section.name(), "", ""].map(Column::left));
        let findings = self.findings.iter().filter(|f| f.section == section);
        for finding in findings {
            table.rows.push(vec![
                Text::plain(format!("{:SUBJECT$}", finding.subject)),
                finding.verdict.mark(),
                Text::plain(&finding.says),
            ]);
            if let Some(change) = &finding.change {
                let change = Text::strong(format!("to change it: {change}"));
                table.rows.push(vec!["".into(), "".into(), change]);
            }
        }
        table
    }

    fn conclusions(&self, document: Document) -> Document {
        let document = document.spans(conclusion("grant", self.works, self.why.as_deref()));
        match &self.send {
            Some(send) => document.spans(conclusion("send", send.works, send.why.as_deref())),
            None => document,
        }
    }
}

fn conclusion(verb: &str, works: bool, why: Option<&str>) -> Vec<Text> {
    let verb = format!("sharemail {verb}");
    match why {
        None => vec![Text::good(format!("{verb} works here"))],
        Some(why) if works => vec![Text::warn(format!("{verb} should work here: ")), why.into()],
        Some(why) => vec![
            Text::bad(format!("{verb} does not work here: ")),
            why.into(),
        ],
    }
}

impl Report for DoctorReport {
    fn document(&self) -> Document {
        let mut document = Document::new().spans([
            Text::strong(&self.profile),
            format!(": {} at {}", self.user, self.server).into(),
        ]);
        let mut last = None;
        for finding in &self.findings {
            if last != Some(finding.section) {
                document = document.blank().table(self.section(finding.section));
                last = Some(finding.section);
            }
        }
        self.conclusions(document.blank())
    }

    fn records(&self) -> Records {
        let mut records =
            Records::new(["section", "subject", "verdict", "value", "says", "change"]);
        for finding in &self.findings {
            records.push([
                finding.section.name(),
                &finding.subject,
                finding.verdict.name(),
                finding.value.as_deref().unwrap_or_default(),
                &finding.says,
                finding.change.as_deref().unwrap_or_default(),
            ]);
        }
        let verdict = if self.works {
            Verdict::Works
        } else {
            Verdict::Fails
        };
        let exit = self.exit.to_string();
        let why = self.why.as_deref().unwrap_or_default();
        records.push(["conclusion", "grant", verdict.name(), &exit, why, ""]);
        if let Some(send) = &self.send {
            let verdict = match send.works {
                true => Verdict::Works,
                false => Verdict::Fails,
            };
            let why = send.why.as_deref().unwrap_or_default();
            records.push(["conclusion", "send", verdict.name(), "", why, ""]);
        }
        records
    }
}
