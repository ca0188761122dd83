//! Other settings, line by line.

use crate::document::Text;
use crate::model::change::Setting;
use crate::model::plan::Place;
use crate::model::setting::Kind;
use similar::{ChangeTag, TextDiff};

/// Whether anybody reads what is said: what is remembered of held mail is a list of hashes.
fn is_read(kind: Kind) -> bool {
    kind != Kind::Held
}

/// No more lines are shown.
const MOST: usize = 200;

/// What `setting` changes: the lines that go, and those that come.
pub(in crate::report) fn lines(setting: &Setting<Place>) -> Vec<Text> {
    let kind = setting.kind;
    let title = match (setting.before.is_empty(), setting.after.is_empty()) {
        (true, _) => Text::good(format!("  + {kind}")),
        (_, true) => Text::bad(format!("  - {kind}")),
        _ => Text::warn(format!("  ~ {kind}")),
    };
    if !is_read(kind) {
        return vec![title];
    }
    let diff = TextDiff::from_lines(&setting.before, &setting.after);
    let changed = diff.iter_all_changes().filter_map(|change| {
        let line = change.value().trim_end();
        match change.tag() {
            _ if line.is_empty() => None,
            ChangeTag::Equal => None,
            ChangeTag::Delete => Some(Text::bad(format!("      - {line}"))),
            ChangeTag::Insert => Some(Text::good(format!("      + {line}"))),
        }
    });
    let all: Vec<Text> = changed.collect();
    let left = all.len().saturating_sub(MOST);
    let more = (left > 0).then(|| Text::dim(format!("      and {left} more lines")));
    let shown = all.into_iter().take(MOST);
    [title].into_iter().chain(shown).chain(more).collect()
}
