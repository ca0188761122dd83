//! The provider's own programs for accounts: whether they can be run, and by whom they can be changed.

use super::Examination;
use super::told::{fails, warning, works};
use crate::journey::accounts;
use crate::model::address::MailboxName;
use crate::private::{self, Unopened};
use crate::profile::{Recipe, Task};
use crate::program::trust::trusted;
use crate::program::whereabouts;
use crate::reach::Provider;
use crate::report::doctor::Finding;

impl Examination {
    /// Looks at each of them. None is run but the one that lists, which changes nothing: the first
    /// mailbox that it lists is given back.
    pub(super) fn accounts(&mut self, provider: &Provider) -> Option<MailboxName> {
        let profile = provider.profile();
        let mut first = None;
        for task in Task::ALL {
            let Some(recipe) = profile.accounts.recipe(task) else {
                continue;
            };
            let subject = format!("accounts.{}", task.key());
            let program = recipe.program();
            let place = match whereabouts(program) {
                Ok(place) => place,
                Err(why) => {
                    let says = format!("{} cannot be run: {why}", program.display());
                    self.note(fails(&subject, says).change(format!(
                        "install it, or correct {} in the profile",
                        task.key()
                    )));
                    continue;
                }
            };
            let shown = place.display();
            let finding = match private::judge(&place).and_then(|()| script(recipe)) {
                Ok(()) if task == Task::List => listed(&subject, provider, &mut first),
                Ok(()) => works(&subject, format!("{shown} can be run")),
                Err(Unopened::Untrusted(why)) => fails(
                    &subject,
                    format!("{shown} is not run, as whoever can change it would act as you: {why}"),
                ),
                Err(Unopened::System(error)) => warning(
                    &subject,
                    format!("who can change {shown} is not known: {error}"),
                ),
            };
            self.note(finding);
        }
        first
    }
}

/// The same of the script that it is handed.
fn script(recipe: &Recipe) -> Result<(), Unopened> {
    let trusted = trusted(recipe.program(), &recipe.plain().arguments);
    trusted.map_err(Unopened::Untrusted)
}

fn listed(subject: &str, provider: &Provider, first: &mut Option<MailboxName>) -> Finding {
    match accounts::list(provider.profile()) {
        Err(error) => {
            let what = error.what();
            fails(
                subject,
                what.strip_prefix("accounts.list: ").unwrap_or(what),
            )
        }
        Ok(told) => {
            let told = told.unwrap_or_default();
            let n = told.names.len();
            *first = told.names.into_iter().next();
            match told.junk.as_slice() {
                [] => works(subject, format!("lists {n}")).value(n.to_string()),
                junk => warning(subject, format!("lists {n}, and {}", junk.join("; "))),
            }
        }
    }
}
