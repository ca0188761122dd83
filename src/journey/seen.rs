//! What the members of a grant or a revocation see of it in sessions of their own.

use super::prove::{Expected, Proved, Wanted, prove};
use super::told::Told;
use crate::model::outcome::Outcome;
use crate::model::proof::Proof;
use crate::model::rights::Rights;
use crate::model::state::Folder;
use crate::model::wish::Access;
use crate::reach::crowd;

impl Told<'_> {
    /// Each member's own view, over several connections. Not looked at after an interruption.
    pub(crate) fn proofs(
        &self,
        identifiers: &[String],
        expected: &[Expected],
        outcome: &Outcome,
    ) -> Vec<Proved> {
        let not_tried = |why: &str| Proved {
            proof: Proof::NotVerified {
                why: why.to_owned(),
            },
            seen: Vec::new(),
            subscribed: None,
            exposed: None,
            unlogged: None,
        };
        if outcome.cut_short.is_some() {
            return identifiers
                .iter()
                .map(|_| not_tried("the work was cut short"))
                .collect();
        }
        let progress = self
            .output
            .progress(Some(identifiers.len() as u64), "verifying");
        let guarded = self.guarded(expected);
        let work = |identifier: &String| {
            let subscribe = self.job.subscribe;
            let (provider, opened) = (self.provider, &*self.opened);
            let wanted = Wanted {
                expected,
                guarded: &guarded,
                subscribe,
                outcome,
            };
            let proved = prove(provider, opened, identifier, &wanted, &self.ahead);
            progress.tick(1);
            Ok(proved)
        };
        let hands = self
            .provider
            .profile()
            .imap
            .connections
            .saturating_sub(1)
            .max(1);
        let results = crowd::each(identifiers, hands, work);
        results
            .into_iter()
            .map(|r| r.unwrap_or_else(|e| not_tried(e.what())))
            .collect()
    }

    /// What each member should find: the rights on the mailbox's folders, and on those of the
    /// identities that the wish is about.
    pub(crate) fn expected<'f>(
        &'f self,
        folders: &[&'f Folder],
        rights: Rights,
    ) -> Vec<Expected<'f>> {
        let wish = self.wish;
        let asked = folders.iter().filter(|_| wish.access != Access::Same);
        let mut expected: Vec<Expected> = asked.map(|folder| Expected { folder, rights }).collect();
        let about = [
            (&wish.give, self.state.identity_rights()),
            (&wish.take, Rights::NONE),
        ];
        for (identities, rights) in about {
            for identity in identities {
                let path = self.state.identity_names.path(*identity);
                let folder = self.state.identity_folders.iter().find(|f| f.path == path);
                expected.extend(folder.map(|folder| Expected { folder, rights }));
            }
        }
        expected
    }

    /// The identity folders that the members must not reach into: looked at where they get rights
    /// that a server might let them use there too, whatever the folders' own entries say.
    fn guarded(&self, expected: &[Expected]) -> Vec<&Folder> {
        if !expected.iter().any(|expected| expected.rights.has('a')) {
            return Vec::new();
        }
        self.state.identity_folders.iter().collect()
    }
}
