//! A shell script for GAM, which manages Google Workspace.

use super::{Shared, comment, remarks};
use std::fmt::Write as _;

/// The delegates that give in Gmail what the mailboxes give here.
///
/// A delegate reads, deletes and sends everything, and her mail names her as the sender: so only
/// who has full access and an identity becomes one. All else is named in comments.
pub fn text(mailboxes: &[Shared]) -> String {
    let mut text = "#!/bin/sh\n".to_owned();
    text += &comment("For GAM, made by");
    text += &comment("sharemail identities --format gam");
    text += &comment("A delegate reads, deletes and sends everything; Gmail has nothing less.");
    text += &remarks(mailboxes);
    for shared in mailboxes {
        mailbox(&mut text, shared);
    }
    text
}

fn mailbox(text: &mut String, shared: &Shared) {
    let Some(address) = &shared.address else {
        return;
    };
    let name = &shared.name;
    for (who, level) in &shared.other_access {
        *text += &comment(&format!("{name}: {who} has {level}: less than a delegate"));
    }
    for person in shared.full_access.union(
        &shared
            .send_as
            .union(&shared.send_on_behalf)
            .cloned()
            .collect(),
    ) {
        let sends_as = shared.send_as.contains(person);
        let sends = sends_as || shared.send_on_behalf.contains(person);
        match (shared.full_access.contains(person), sends) {
            (true, true) => {
                if sends_as {
                    *text += &comment(&format!(
                        "{name}: {person} may Send As; as a delegate her mail names her as sender"
                    ));
                }
                let (mailbox, person) = (quoted(&address.to_string()), quoted(&person.to_string()));
                let _ = writeln!(text, "gam user {mailbox} add delegate {person}");
            }
            (true, false) => {
                *text += &comment(&format!(
                    "{name}: {person} may not send, as a delegate could"
                ));
            }
            (false, _) => {
                *text += &comment(&format!(
                    "{name}: {person} may send without full access, which a delegate would have"
                ));
            }
        }
    }
}

/// `text` as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::super::postfix::tests::{address, shared};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_who_has_all_becomes_a_delegate() {
        let (alice, bob) = ("alice@example.com", "o'bob@example.com");
        let mut support = shared("support@example.com", &[alice], &[bob, "carol@example.com"]);
        support.full_access = [alice, bob, "dave@example.com"].map(address).into();
        support
            .other_access
            .push(("group:x".to_owned(), "write".to_owned()));
        insta::assert_snapshot!(text(&[support]), @r"
        #!/bin/sh
        # For GAM, made by
        # sharemail identities --format gam
        # A delegate reads, deletes and sends everything; Gmail has nothing less.
        # support@example.com: group:x has write: less than a delegate
        # support@example.com: alice@example.com may Send As; as a delegate her mail names her as sender
        gam user 'support@example.com' add delegate 'alice@example.com'
        # support@example.com: carol@example.com may send without full access, which a delegate would have
        # support@example.com: dave@example.com may not send, as a delegate could
        gam user 'support@example.com' add delegate 'o'\''bob@example.com'
        ");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_shell_reads_one_word_that_says_what_was_meant(text in "[a'\"$`\\\\;|&!\n*é]{0,20}") {
            let script = format!("printf %s {}", quoted(&text));
            let said = std::process::Command::new("sh").arg("-c").arg(script).output().unwrap();
            prop_assert_eq!(String::from_utf8(said.stdout).unwrap(), text);
        }
    }
}
