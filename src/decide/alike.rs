//! Whom a name that holds nothing was probably meant for.

use crate::model::dialect::Reading;
use crate::model::near;
use crate::model::state::Mailbox;
use std::collections::BTreeSet;

/// Whoever holds something on any of `mailboxes` and is spelled nearly as `who`, called as on the
/// command line; nobody where `who` herself does.
pub fn alike<'m>(mailboxes: impl IntoIterator<Item = &'m Mailbox>, who: &str) -> Option<String> {
    let mut names = BTreeSet::new();
    for mailbox in mailboxes {
        let people = mailbox.members().into_iter().filter(|name| {
            matches!(
                mailbox.dialect.read(name),
                Reading::Person(_) | Reading::Group(_)
            )
        });
        names.extend(people.map(|name| mailbox.dialect.who(name)));
    }
    near::somebody(who, names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    #[test]
    fn whoever_holds_something_is_named_and_nobody_for_herself() {
        let entries = [
            ("alice@example.com", "lr"),
            ("$helpdesk", "lr"),
            ("-bob", "r"),
        ];
        let state = mailbox(&[("INBOX", &entries)]);
        let like = |who| alike([&state], who);
        assert_eq!(
            like("alcie@example.com").as_deref(),
            Some("alice@example.com")
        );
        assert_eq!(like("group:helpdeks").as_deref(), Some("group:helpdesk"));
        assert_eq!(like("alice@example.com"), None);
        assert_eq!(like("bobby@example.com"), None);
    }
}
