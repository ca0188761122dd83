//! What Courier calls an account below `#shared.`, where the dot separates folders.

use super::locate;
use crate::imap::Namespace;
use crate::model::tree::Tree;

/// Where the mailbox of the account called `account` may lie: with a blank in place of each dot and
/// slash, or munged (`IMAP_SHAREDMUNGENAMES`).
pub(super) fn trees(namespace: &Namespace, account: &str) -> Vec<Tree> {
    let mut names = vec![account.replace(['.', '/'], " "), munged(account)];
    names.dedup();
    let trees = names.iter();
    trees
        .flat_map(|name| locate::trees(namespace, name))
        .collect()
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
        let namespace = Namespace {
            prefix: b"#shared.".to_vec(),
            separator: Some('.'),
        };
        let roots = |account: &str| -> Vec<String> {
            let trees = trees(&namespace, account);
            trees.iter().map(|tree| tree.root().to_string()).collect()
        };
        let both = [
            "#shared.a b@example test".to_owned(),
            "#shared.a\\:b@example\\:test".to_owned(),
        ];
        assert_eq!(roots("a.b@example.test"), both);
        assert_eq!(roots("support"), ["#shared.support"]);
        for name in ["a b@example test", "a\\:b@example\\:test"] {
            assert_eq!(account(name), "a.b@example.test");
        }
        assert_eq!(account("odd\\"), "odd");
    }
}
