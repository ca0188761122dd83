//! Commands as they are told to people, so that a shell reads back what was meant.

use std::sync::OnceLock;

/// The options that say which provider this run is about.
static PROVIDER: OnceLock<Vec<String>> = OnceLock::new();

/// Every command told from now on is about the provider that these options, `--profile prod`, choose:
/// without them it would be tried at another one. What is said a second time changes nothing.
pub fn about_provider(options: Vec<String>) {
    PROVIDER.get_or_init(|| options);
}

/// `sharemail` with the options of [`about_provider`], followed by `words`, each in quotes where a shell
/// needs them.
pub fn command<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> String {
    told(PROVIDER.get().map_or(&[], Vec::as_slice), words)
}

fn told<W: AsRef<str>>(options: &[String], words: impl IntoIterator<Item = W>) -> String {
    let mut told = "sharemail".to_owned();
    let mut add = |text: &str| {
        told.push(' ');
        told.push_str(&word(text));
    };
    options.iter().for_each(|option| add(option));
    words.into_iter().for_each(|text| add(text.as_ref()));
    told
}

/// A word for a shell: in quotes where it needs them.
pub fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@._-/:+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::process::Command;

    #[test]
    fn what_is_plain_stays_plain() {
        let told = command(["grant", "support@", "id:-bob", "--rights", "lrs"]);
        assert_eq!(told, "sharemail grant support@ id:-bob --rights lrs");
        assert_eq!(
            command(["show", "Public/Our Team"]),
            "sharemail show 'Public/Our Team'"
        );
        assert_eq!(word("id:$team"), "'id:$team'");
        assert_eq!(word(""), "''");
    }

    #[test]
    fn the_provider_that_was_chosen_is_told_with_it() {
        let options = ["--profile", "two words"].map(str::to_owned);
        let said = told(&options, ["check", "support@"]);
        assert_eq!(said, "sharemail --profile 'two words' check support@");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_shell_reads_back_what_was_meant(texts in proptest::collection::vec("[^\0\r\n]{0,8}", 1..4)) {
            let words: Vec<String> = texts.iter().map(|text| word(text)).collect();
            let script = format!("printf '%s\\n' {}", words.join(" "));
            let said = Command::new("sh").args(["-c", &script]).output().unwrap();
            let back = String::from_utf8(said.stdout).unwrap();
            prop_assert_eq!(back, texts.join("\n") + "\n");
        }
    }
}
