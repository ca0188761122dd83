//! A script for Exchange Online PowerShell.

use super::{Other, Shared, Why, comment, remarks};
use std::fmt::Write as _;

/// The commands that give on Exchange what the mailboxes give here.
///
/// The script is in ASCII: Windows PowerShell takes a file without a byte order mark for one in the
/// system's code page, where other bytes may be quotes.
pub fn text(mailboxes: &[Shared]) -> String {
    let mut text = comment("For Exchange Online PowerShell, made by");
    text += &comment("sharemail identities --format exchange");
    text += &remarks(mailboxes);
    for shared in mailboxes {
        mailbox(&mut text, shared);
    }
    text.chars()
        .map(|c| if c.is_ascii() { c } else { '?' })
        .collect()
}

fn mailbox(text: &mut String, shared: &Shared) {
    let Some(address) = &shared.address else {
        return;
    };
    let identity = quoted(&address.to_string());
    for other in &shared.other_access {
        *text += &comment(&format!("{}: {}", shared.name, left_out(other)));
    }
    for login in shared.without_address() {
        *text += &comment(&format!("{}: {login}", shared.name));
    }
    let mut line = |words: String| {
        let _ = writeln!(text, "{words}");
    };
    for person in &shared.full_access {
        let person = quoted(&person.to_string());
        line(format!(
            "Add-MailboxPermission -Identity {identity} -User {person} -AccessRights FullAccess \
             -InheritanceType All"
        ));
    }
    for person in &shared.send_as {
        let person = quoted(&person.to_string());
        line(format!(
            "Add-RecipientPermission -Identity {identity} -Trustee {person} -AccessRights SendAs \
             -Confirm:$false"
        ));
    }
    for person in &shared.send_on_behalf {
        let person = quoted(&person.to_string());
        line(format!(
            "Set-Mailbox -Identity {identity} -GrantSendOnBehalfTo @{{Add={person}}}"
        ));
    }
}

/// Why no command gives this: Exchange knows roles for single folders, by its own names of them, and for
/// mailboxes full access alone.
fn left_out(other: &Other) -> String {
    let Other { who, level, why } = other;
    match why {
        Why::Less => format!(
            "{who} has {level}, which Exchange gives folder by folder (Add-MailboxFolderPermission), \
             not for a mailbox: left to you"
        ),
        Why::NoGroupFile => format!(
            "{who} has {level}, and no --group-file says who is in it; to a mail-enabled security \
             group of Exchange the same can be given"
        ),
        Why::Everybody => format!(
            "{who} has {level}, which Exchange gives to everybody folder by folder \
             (Set-MailboxFolderPermission -User Default): left to you"
        ),
        Why::NoAddress => format!("{who} has {level}, and is no address that Exchange could know"),
        Why::TakesAway => format!("{who} takes away ({level}), and this script only gives"),
    }
}

/// `text` as one PowerShell argument. In single quotes nothing has a meaning but the quotes
/// themselves, of which PowerShell knows five; each is said twice. What is not ASCII is spelled by
/// its number.
fn quoted(text: &str) -> String {
    if text.is_ascii() {
        return literal(text);
    }
    let mut parts: Vec<String> = vec!["''".to_owned()];
    let mut plain = String::new();
    for c in text.chars() {
        if c.is_ascii() {
            plain.push(c);
            continue;
        }
        if !plain.is_empty() {
            parts.push(literal(&std::mem::take(&mut plain)));
        }
        let units = c.encode_utf16(&mut [0; 2]).to_vec();
        parts.extend(units.iter().map(|unit| format!("[char]0x{unit:04X}")));
    }
    if !plain.is_empty() {
        parts.push(literal(&plain));
    }
    format!("({})", parts.join(" + "))
}

fn literal(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        out.push(c);
        if is_quote(c) {
            out.push(c);
        }
    }
    out.push('\'');
    out
}

/// What PowerShell takes for a single quote (`CharExtensions.IsSingleQuote`).
fn is_quote(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}')
}

#[cfg(test)]
mod tests {
    use super::super::postfix::tests::{address, shared};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_exchange_can_express_is_a_command_and_the_rest_a_comment() {
        let mut support = shared(
            "support@example.com",
            &["o'brien@example.com"],
            &["carol@example.com"],
        );
        support.full_access.insert(address("alice@example.com"));
        support.other_access = [
            ("bob@example.com", "read-only", Why::Less),
            ("group:x", "full-access", Why::NoGroupFile),
            ("anyone", "read-only", Why::Everybody),
            ("id:-eve@example.com", "read-only", Why::TakesAway),
            ("admin", "full-access", Why::NoAddress),
        ]
        .map(|(who, level, why)| Other {
            who: who.to_owned(),
            level: level.to_owned(),
            why,
        })
        .into();
        support.logins = ["admin".to_owned()].into();
        insta::assert_snapshot!(text(&[support, shared("Public/Team", &[], &[])]), @r#"
        # For Exchange Online PowerShell, made by
        # sharemail identities --format exchange
        # support@example.com: bob@example.com has read-only, which Exchange gives folder by folder (Add-MailboxFolderPermission), not for a mailbox: left to you
        # support@example.com: group:x has full-access, and no --group-file says who is in it; to a mail-enabled security group of Exchange the same can be given
        # support@example.com: anyone has read-only, which Exchange gives to everybody folder by folder (Set-MailboxFolderPermission -User Default): left to you
        # support@example.com: id:-eve@example.com takes away (read-only), and this script only gives
        # support@example.com: admin has full-access, and is no address that Exchange could know
        # support@example.com: the login "admin" holds Send As, and is no address: it has no domain
        Add-MailboxPermission -Identity 'support@example.com' -User 'alice@example.com' -AccessRights FullAccess -InheritanceType All
        Add-RecipientPermission -Identity 'support@example.com' -Trustee 'o''brien@example.com' -AccessRights SendAs -Confirm:$false
        Set-Mailbox -Identity 'support@example.com' -GrantSendOnBehalfTo @{Add='carol@example.com'}
        "#);
    }

    #[test]
    fn letters_beyond_ascii_are_spelled_by_number() {
        assert_eq!(quoted("é'@x"), "('' + [char]0x00E9 + '''@x')");
        assert_eq!(quoted("\u{1f600}"), "('' + [char]0xD83D + [char]0xDE00)");
        assert_eq!(literal("a\u{2019}b"), "'a\u{2019}\u{2019}b'");
    }

    /// A string literal as PowerShell's tokenizer reads it: the text, and what follows.
    fn read(code: &str) -> Option<(String, &str)> {
        let mut rest = code.strip_prefix(is_quote)?;
        let mut out = String::new();
        loop {
            let c = rest.chars().next()?;
            rest = &rest[c.len_utf8()..];
            if is_quote(c) {
                match rest.strip_prefix(is_quote) {
                    Some(after) => rest = after,
                    None => return Some((out, rest)),
                }
            }
            out.push(c);
        }
    }

    proptest! {
        #[test]
        fn a_literal_is_one_word_that_says_what_was_meant(text in "['‘’‚‛a;$`\"(){}\n]{0,20}|\\PC{0,20}") {
            let code = literal(&text);
            prop_assert_eq!(read(&code), Some((text.clone(), "")));
            let argument = quoted(&text);
            prop_assert!(argument.is_ascii());
            let inner = argument.strip_prefix('(').and_then(|a| a.strip_suffix(')'));
            let mut back = Vec::new();
            let mut rest = inner.unwrap_or(&argument);
            while !rest.is_empty() {
                if let Some(code) = rest.strip_prefix("[char]0x") {
                    back.push(u16::from_str_radix(&code[..4], 16).unwrap());
                    rest = &code[4..];
                } else {
                    let (said, after) = read(rest).unwrap();
                    back.extend(said.encode_utf16());
                    rest = after;
                }
                rest = rest.strip_prefix(" + ").unwrap_or(rest);
            }
            prop_assert_eq!(String::from_utf16(&back).unwrap(), text);
        }
    }
}
