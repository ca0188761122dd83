//! mail clean: what is asked for by name, as policies that nobody wrote down.

use super::retaining::{must_have_trash, named};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::retention::{Age, Policies, Policy, Then};
use crate::model::state::{Folder, Mailbox};

/// How old what is asked for has to be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cleaning {
    /// In the trash.
    pub trash: Option<Age>,
    /// In junk.
    pub junk: Option<Age>,
    /// Among drafts.
    pub drafts: Option<Age>,
}

impl Cleaning {
    /// What goes of the mailbox of `state`: for good, once it is as old.
    ///
    /// # Errors
    /// [`Exit::NotFound`] where a folder that is asked for is not there.
    pub fn policies(&self, state: &Mailbox) -> Result<Policies> {
        let mut all = Policies::default();
        let mut add = |folder: &Folder, after: Age, at_once: bool| {
            let policy = Policy {
                after,
                then: Then::Delete,
                only: None,
                grace: None,
                at_once,
            };
            all.set(&folder.path, policy);
        };
        if let Some(after) = self.trash {
            add(must_have_trash(state)?, after, false);
        }
        if let Some(after) = self.junk {
            let junk = named(state, "\\Junk", &["Junk", "Spam"]);
            add(junk.ok_or_else(|| lacking(state, "junk"))?, after, false);
        }
        if let Some(after) = self.drafts {
            let drafts = named(state, "\\Drafts", &["Drafts"]);
            add(drafts.ok_or_else(|| lacking(state, "drafts"))?, after, true);
        }
        Ok(all)
    }
}

fn lacking(state: &Mailbox, what: &str) -> Error {
    let what = format!("no folder is marked as the one for {what}, and none is called so");
    let error = Error::new(Exit::NotFound, what).about(&state.name);
    error.hint("retention set says for any folder how long its mail is kept")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    #[test]
    fn each_folder_is_found_by_its_use_or_its_name_and_one_that_lacks_is_told() {
        let mut state = mailbox(&[
            ("INBOX", &[]),
            ("Trash", &[]),
            ("Spam", &[]),
            ("Bozze", &[]),
        ]);
        let age: Age = "30d".parse().unwrap();
        let cleaning = Cleaning {
            trash: Some(age),
            junk: Some(age),
            drafts: Some(age),
        };
        let error = cleaning.policies(&state).unwrap_err();
        assert_eq!(error.exit(), Exit::NotFound);
        state.folders[3].special_use = Some("\\Drafts".to_owned());
        let all = cleaning.policies(&state).unwrap();
        let told: Vec<(&str, bool)> = all.iter().map(|(path, one)| (path, one.at_once)).collect();
        assert_eq!(told, [("Bozze", true), ("Spam", false), ("Trash", false)]);
        let none = Cleaning::default().policies(&state).unwrap();
        assert_eq!(none.iter().count(), 0);
    }
}
