//! What is told of one grant wherever it stands: its badge, its marks, and what filters go by.

use super::levels::{Levels, letter};
use crate::model::identity::Identity;
use crate::model::member::Kind;
use crate::report::html::Html;
use crate::report::review::{Grant, Reviewed, Turn};

/// What the page can be filtered by, as the script knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Person = 1,
    Group = 2,
    Special = 4,
    Negative = 8,
    Custom = 16,
    Differs = 32,
    SendAs = 64,
    OnBehalf = 128,
    Finding = 256,
    Changed = 512,
}

impl Mark {
    /// Every mark with what it is called in the page.
    pub(super) const ALL: [(Mark, &'static str); 10] = [
        (Mark::Person, "people"),
        (Mark::Group, "groups"),
        (Mark::Special, "everybody and other special entries"),
        (Mark::Negative, "entries that take away"),
        (Mark::Custom, "custom rights"),
        (Mark::Differs, "folders that differ"),
        (Mark::SendAs, "Send As"),
        (Mark::OnBehalf, "Send on Behalf"),
        (Mark::Finding, "findings"),
        (Mark::Changed, "what changed"),
    ];
}

/// What `grant` is marked by.
pub(super) fn marks(mailbox: &Reviewed, grant: &Grant) -> u32 {
    let is = |mark: Mark| match mark {
        Mark::Person => grant.kind == Kind::Person,
        Mark::Group => grant.kind == Kind::Group,
        Mark::Special => grant.kind == Kind::Special,
        Mark::Negative => grant.kind == Kind::Negative,
        Mark::Custom => is_custom(grant),
        Mark::Differs => !grant.differs.is_empty(),
        Mark::SendAs => grant.identities.contains(&Identity::SendAs),
        Mark::OnBehalf => grant.identities.contains(&Identity::SendOnBehalf),
        Mark::Finding => mailbox.about(&grant.identifier).next().is_some(),
        Mark::Changed => mailbox.change_of(&grant.identifier).is_some(),
    };
    let marks = Mark::ALL.iter().filter(|(mark, _)| is(*mark));
    marks.fold(0, |all, (mark, _)| all | *mark as u32)
}

fn is_custom(grant: &Grant) -> bool {
    let differs = grant.differs.iter().map(|differs| differs.level.as_str());
    differs
        .chain([grant.level.as_str()])
        .any(|level| level == "custom")
}

/// What the access is called.
pub(super) fn access(grant: &Grant) -> &str {
    match grant.level.as_str() {
        _ if grant.kind == Kind::Negative => "takes away",
        "none" if !grant.differs.is_empty() => "some folders",
        "none" => "no folder",
        level => level,
    }
}

/// The access as a badge, with the letters where its name does not say which rights it is.
pub(super) fn badge(html: &mut Html, grant: &Grant, levels: &Levels) {
    let class = levels.code(grant).class();
    html.leaf("span", &[("class", &class)], access(grant));
    if matches!(letter(grant), 'c' | 'x') {
        html.text(" ");
        html.leaf("code", &[], &grant.rights.to_string());
    }
}

/// The identities in words.
pub(super) fn sends(grant: &Grant) -> &'static str {
    match grant.identities.as_slice() {
        [] => "",
        [Identity::SendAs] => "Send As",
        [Identity::SendOnBehalf] => "on Behalf",
        _ => "Send As, on Behalf",
    }
}

/// What else is to be said of a grant, sentence by sentence, the worst first.
pub(super) fn remarks(mailbox: &Reviewed, grant: &Grant) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    if grant.kind == Kind::Special {
        let everybody = matches!(
            grant.who.as_str(),
            "anyone" | "id:anonymous" | "id:authenticated"
        );
        let whom = if everybody {
            "everybody"
        } else {
            "a special entry"
        };
        all.push(("bad", whom.to_owned()));
    }
    // What the kind says already is no news.
    let said = ["negative", "everybody"];
    let findings = mailbox
        .about(&grant.identifier)
        .map(|told| told.finding.as_str());
    let news = findings.filter(|finding| !said.contains(finding));
    all.extend(news.map(|finding| ("bad", finding.replace('-', " "))));
    all.extend(mailbox.change_of(&grant.identifier).map(|changed| {
        let told = match changed.change {
            Turn::Granted => "new".to_owned(),
            _ => format!("was {}", changed.before),
        };
        ("new", told)
    }));
    if grant.administrator {
        all.push(("", "the administrator who made this review".to_owned()));
    }
    match letter(grant) {
        'c' => all.push(("", grant.rights.in_words())),
        'x' => all.push(("bad", format!("takes away: {}", grant.rights.in_words()))),
        _ => {}
    }
    for differs in &grant.differs {
        let letters = match differs.level.as_str() {
            "custom" => format!(" ({}: {})", differs.rights, differs.rights.in_words()),
            _ => String::new(),
        };
        let folders = folders(&differs.folders);
        all.push(("", format!("{}{letters} on {folders}", differs.level)));
    }
    all
}

/// Names of folders, as many as a page can bear; the other forms of the report have all.
fn folders(names: &[String]) -> String {
    const SHOWN: usize = 12;
    match names.len() {
        0..=SHOWN => names.join(", "),
        n => format!("{} and {} more", names[..SHOWN].join(", "), n - SHOWN),
    }
}
