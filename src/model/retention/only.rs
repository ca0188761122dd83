//! Which mail goes alone, of what is old enough.

use super::{Item, Reason};
use crate::model::finished::Why;
use serde::Serialize;

/// Which mail goes alone, of what is old enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Only {
    /// What was answered, and is not flagged.
    Answered,
    /// What is of a conversation that is finished, and of which the last message is old enough.
    Finished,
}

impl Only {
    /// Why `item` stays, where it is none of these.
    pub(super) fn keeps(self, item: &Item) -> Option<Reason> {
        match self {
            Only::Answered if !item.is_answered => Some(Reason::Unanswered),
            Only::Answered if item.is_flagged => Some(Reason::Flagged),
            Only::Answered => None,
            Only::Finished => match &item.conversation {
                Some(Why::Finished) => None,
                Some(why) => Some(Reason::Conversation(why.clone())),
                // It came after conversations were looked at.
                None => Some(Reason::Conversation(Why::Young)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_no_finished_conversation_stays() {
        let mut item = Item {
            uid: 1,
            size: 10,
            day: None,
            saved: None,
            is_answered: true,
            is_flagged: false,
            holds: Vec::new(),
            is_doubtful: false,
            conversation: None,
        };
        let kept = |item: &Item| Only::Finished.keeps(item);
        assert_eq!(kept(&item), Some(Reason::Conversation(Why::Young)));
        item.conversation = Some(Why::Unanswered);
        assert_eq!(kept(&item), Some(Reason::Conversation(Why::Unanswered)));
        item.conversation = Some(Why::Finished);
        assert_eq!(kept(&item), None);
    }
}
