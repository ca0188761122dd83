//! A shell script for GAM, which manages Google Workspace.

use super::{Other, Shared, Why, comment, remarks};
use std::fmt::Write as _;

/// The delegates that give in Gmail what the mailboxes give here.
///
/// A delegate reads, deletes and sends everything: so only who has full access and an identity becomes
/// one. Whether mail that a delegate sends names her is set for all delegates at once, in the Admin
/// console. All else is named in comments.
pub fn text(mailboxes: &[Shared]) -> String {
    let mut text = "#!/bin/sh\n".to_owned();
    text += &comment("For GAM, made by");
    text += &comment("sharemail identities --format gam");
    text += &comment("A delegate reads, deletes and sends everything; Gmail has nothing less.");
    text += &comment("Delegates must be in the same organization, and delegation turned on there.");
    if mailboxes.iter().any(gives_anything) {
        text += &comment(
            "Whether their mail names them beside the mailbox, as Send on Behalf does, or not,",
        );
        text +=
            &comment("as with Send As, is set there too: Gmail, User settings, Mail delegation.");
    }
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
    for other in &shared.other_access {
        *text += &comment(&format!("{name}: {}", left_out(other)));
    }
    for login in shared.without_address() {
        *text += &comment(&format!("{name}: {login}"));
    }
    for person in shared.full_access.union(
        &shared
            .send_as
            .union(&shared.send_on_behalf)
            .cloned()
            .collect(),
    ) {
        let sends = shared.send_as.contains(person) || shared.send_on_behalf.contains(person);
        match (shared.full_access.contains(person), sends) {
            (true, true) => {
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

fn gives_anything(shared: &Shared) -> bool {
    let mut senders = shared.send_as.union(&shared.send_on_behalf);
    shared.address.is_some() && senders.any(|person| shared.full_access.contains(person))
}

/// Why no command gives this.
fn left_out(other: &Other) -> String {
    let Other { who, level, why } = other;
    match why {
        Why::Less => format!("{who} has {level}: less than a delegate"),
        Why::NoGroupFile => format!(
            "{who} has {level}, and no --group-file says who is in it; Gmail takes a Google group as \
             a delegate, too"
        ),
        Why::Everybody => format!("{who} has {level}, and Gmail has no delegate for everybody"),
        Why::NoAddress => format!("{who} has {level}, and is no address that could be a delegate"),
        Why::TakesAway => format!("{who} takes away ({level}), and this script only gives"),
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
        support.other_access = [
            ("erin@example.com", Why::Less),
            ("group:x", Why::NoGroupFile),
        ]
        .map(|(who, why)| Other {
            who: who.to_owned(),
            level: "write".to_owned(),
            why,
        })
        .into();
        insta::assert_snapshot!(text(&[support]), @r"
        #!/bin/sh
        # For GAM, made by
        # sharemail identities --format gam
        # A delegate reads, deletes and sends everything; Gmail has nothing less.
        # Delegates must be in the same organization, and delegation turned on there.
        # Whether their mail names them beside the mailbox, as Send on Behalf does, or not,
        # as with Send As, is set there too: Gmail, User settings, Mail delegation.
        # support@example.com: erin@example.com has write: less than a delegate
        # support@example.com: group:x has write, and no --group-file says who is in it; Gmail takes a Google group as a delegate, too
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
