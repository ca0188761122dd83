//! What Courier calls an account below `#shared.`, where the dot separates folders.

/// What the mailbox of the account called `account` may be called: with a blank in place of each dot and
/// slash, or munged (`IMAP_SHAREDMUNGENAMES`).
pub(super) fn names(account: &str) -> Vec<String> {
    let mut names = vec![account.replace(['.', '/'], " "), munged(account)];
    names.dedup();
    names
}

/// The account behind a name. A blank stands for a dot: no login name has a blank, or a slash.
pub(super) fn account(name: &str) -> String {
    if !name.contains('\\') {
        return name.replace(' ', ".");
    }
    let mut account = String::new();
    let mut letters = name.chars();
    while let Some(letter) = letters.next() {
        account.push(match letter {
            '\\' => match letters.next() {
                Some(':') => '.',
                Some(';') => '/',
                Some(other) => other,
                None => break,
            },
            other => other,
        });
    }
    account
}

fn munged(account: &str) -> String {
    account
        .replace('\\', "\\\\")
        .replace('.', "\\:")
        .replace('/', "\\;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_under_either_name_and_told_by_its_own() {
        let both = ["a b@example test", "a\\:b@example\\:test"];
        assert_eq!(names("a.b@example.test"), both);
        assert_eq!(names("support"), ["support"]);
        for name in ["a b@example test", "a\\:b@example\\:test"] {
            assert_eq!(account(name), "a.b@example.test");
        }
        assert_eq!(account("odd\\"), "odd");
    }
}
