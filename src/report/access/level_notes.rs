//! What a level gives that nobody expects of it, and what it does not give.

use super::told::Told;
use crate::model::command::command;
use crate::model::level::Level;
use crate::model::risk::{risks, takes_mail_out, to_take_mail_out};
use crate::model::wish::Scope;
use crate::profile::Section;
use crate::report::access::change::MemberReport;

impl Told<'_> {
    /// What a level does not give that people expect of it, or gives that they do not.
    pub(crate) fn of_level(&self, level: Level, members: &[MemberReport]) -> Vec<String> {
        let vocabulary = &self.state.vocabulary;
        let member = members.iter().find(|member| !member.undone);
        let (Some(member), Ok(rights)) = (
            member,
            self.provider.profile().levels.rights(level, vocabulary),
        ) else {
            return Vec::new();
        };
        if level.is_own() {
            let risks = risks(rights, vocabulary).into_iter();
            return risks.map(|risk| format!("{level}: {risk}")).collect();
        }
        if level != Level::Write || takes_mail_out(rights, vocabulary) {
            return Vec::new();
        }
        let Some(lacking) = to_take_mail_out(vocabulary) else {
            return Vec::new();
        };
        let more = vocabulary.closure(rights.union(lacking));
        let can = |own: &Level| {
            let meant = self.provider.profile().levels.rights(*own, vocabulary);
            own.is_own() && meant.is_ok_and(|meant| meant.contains(rights.union(lacking)))
        };
        let (given, made) = match self.provider.profile().levels.all().find(can) {
            Some(own) => (["--level".to_owned(), own.to_string()], String::new()),
            None => {
                let made = format!(
                    ", and a level of your own makes a name of it: editor = \"{more}\" under \
                     {}, then --level editor",
                    self.provider.profile().head(Section::Levels)
                );
                (["--rights".to_owned(), more.to_string()], made)
            }
        };
        let mut words = ["grant", &self.state.name, &member.who]
            .map(str::to_owned)
            .to_vec();
        words.extend(given);
        if let Scope::Folders { paths, recurse } = &self.wish.folders {
            words.extend(
                paths
                    .iter()
                    .flat_map(|path| ["--folder".to_owned(), path.clone()]),
            );
            words.extend((!recurse).then(|| "--no-recurse".to_owned()));
        }
        vec![format!(
            "write neither deletes mail nor moves it to another folder, which takes {lacking}; this \
             does: {}{made}",
            command(words)
        )]
    }
}
