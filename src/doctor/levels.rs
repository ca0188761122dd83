//! Which rights the server knows, which it ties together, and what each level means with them.

use super::Examination;
use crate::model::dialect::Family;
use crate::model::level::{Level, Levels, Naming, Ungrantable, Vocabulary};
use crate::model::rights::Rights;
use crate::model::risk::risks;
use crate::model::state::Mailbox;
use crate::profile::Section as Table;
use crate::reach::Provider;
use crate::report::doctor::{Finding, Section};

impl Examination {
    pub(super) fn rights(&mut self, state: &Mailbox, provider: &Provider) {
        let vocabulary = &state.vocabulary;
        let known = vocabulary.known;
        let finding = match &vocabulary.untold {
            None => Finding::works(Section::Rights, "known", known.to_string()),
            Some(why) => Finding::warning(
                Section::Rights,
                "known",
                format!(
                    "{known}, as its capabilities promise: the server did not say which it knows {why}"
                ),
            ),
        };
        self.note(finding.value(known.to_string()));
        self.note(tied(vocabulary));
        self.note(obsolete(vocabulary, state.dialect.family));
        let levels = provider.profile().levels.clone();
        for level in levels.all() {
            self.note(meaning(
                level,
                &levels,
                vocabulary,
                &provider.profile().head(Table::Levels),
            ));
        }
    }
}

fn tied(vocabulary: &Vocabulary) -> Finding {
    let groups: Vec<String> = vocabulary.tied.iter().map(Rights::to_string).collect();
    if groups.is_empty() {
        let says = "each can be granted by itself";
        return Finding::works(Section::Rights, "tied together", says).value("");
    }
    let groups = groups.join(", ");
    let says = format!("{groups}: each of these only as a whole");
    Finding::fact(Section::Rights, "tied together", says).value(groups)
}

fn obsolete(vocabulary: &Vocabulary, family: Family) -> Finding {
    let (value, says) = if family == Family::Courier {
        (
            "virtual",
            "k is this server's c, and x, t and e together are its d (RFC 2086)",
        )
    } else if vocabulary.virtual_cd {
        (
            "virtual",
            "c and d (RFC 2086) only repeat other rights, and are left out",
        )
    } else if vocabulary.known.has('c') || vocabulary.known.has('d') {
        (
            "real",
            "c (create) and d (delete) of RFC 2086 are rights of their own here",
        )
    } else {
        ("none", "c and d (RFC 2086) are unknown here")
    };
    Finding::fact(Section::Rights, "obsolete rights", says).value(value)
}

fn meaning(level: Level, levels: &Levels, vocabulary: &Vocabulary, table: &str) -> Finding {
    let defined = levels.defined(level);
    match levels.rights(level, vocabulary) {
        Ok(rights) => {
            let by = if defined.is_some() {
                format!("{rights}: {}, as the profile defines it", rights.in_words())
            } else {
                format!("{rights}: {}", rights.in_words())
            };
            let mut by = by;
            if level.is_own() {
                let called = levels.name(rights, vocabulary);
                if called != Naming::Level(level) {
                    by.push_str(&format!("; here that is {called}, and reports call it so"));
                }
                for risk in risks(rights, vocabulary) {
                    by.push_str(&format!("; {risk}"));
                }
            }
            Finding::works(Section::Levels, level.name(), by).value(rights.to_string())
        }
        Err(refused) => {
            let finding = Finding::fails(Section::Levels, level.name(), refused.to_string());
            let change = match refused {
                Ungrantable::Tied { asked, added } => format!(
                    "accept {added} as well with {level} = \"{}\" under {table}, \
                     or leave {level} out",
                    asked.union(added)
                ),
                _ => format!("correct {level} under {table}"),
            };
            finding.change(change)
        }
    }
}
