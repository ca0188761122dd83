//! A table of TOML as people type it in a shell.

use ::toml::{Table, Value};

/// `text` as a table: as it stands where it has braces or needs nothing else, else with quotes around each value that
/// is none of TOML's: the shell took off those that were typed, or nobody typed any.
pub fn braced(text: &str) -> String {
    if text.trim_start().starts_with('{') {
        return text.to_owned();
    }
    let braced = format!("{{ {text} }}");
    // No condition and no action is a number: that is a text without its quotes.
    let is_meant = |value: &Value| !(value.is_integer() || value.is_float() || value.is_datetime());
    let table = format!("table = {braced}").parse::<Table>();
    let table = table
        .as_ref()
        .ok()
        .and_then(|all| all.get("table")?.as_table());
    if table.is_some_and(|table| table.values().all(is_meant)) {
        return braced;
    }
    let quoted: Option<Vec<String>> = text.split(',').map(quoted).collect();
    match quoted {
        Some(pairs) => format!("{{ {} }}", pairs.join(", ")),
        // What is wrong is told of what was typed.
        None => braced,
    }
}

/// `key = value` with a value of TOML's; none where it is no such pair.
fn quoted(pair: &str) -> Option<String> {
    let (key, value) = pair.split_once('=')?;
    let value = value.trim();
    let is_toml = matches!(value, "true" | "false") || value.starts_with(['"', '\'', '[', '{']);
    // A text of JSON is one of TOML.
    let text = || serde_json::Value::from(value).to_string();
    let value = if is_toml { value.to_owned() } else { text() };
    Some(format!("{} = {value}", key.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_that_a_shell_took_off_are_put_back() {
        for (typed, meant) in [
            ("subject=invoice", r#"{ subject = "invoice" }"#),
            (
                "from=*@bank.example, larger=5 MiB",
                r#"{ from = "*@bank.example", larger = "5 MiB" }"#,
            ),
            (
                "label=urgent,stop=true,move='Old mail'",
                r#"{ label = "urgent", stop = true, move = 'Old mail' }"#,
            ),
            ("subject=2026", r#"{ subject = "2026" }"#),
            ("subject=a\"b\\c", r#"{ subject = "a\"b\\c" }"#),
        ] {
            let braced = braced(typed);
            let told = |text: &str| format!("table = {text}").parse::<Table>().unwrap();
            assert_eq!(told(&braced), told(meant), "{typed}");
        }
    }

    #[test]
    fn what_is_toml_stays_and_what_is_nothing_is_left_to_be_told() {
        for typed in ["{ a = 1 }", " {broken"] {
            assert_eq!(braced(typed), typed);
        }
        for typed in [
            "from = \"a\", to = \"b\"",
            "subject=a, and more",
            "invoice",
            "",
        ] {
            assert_eq!(braced(typed), format!("{{ {typed} }}"));
        }
    }

    proptest! {
        #[test]
        fn any_text_behind_a_key_is_that_text(text in "[^,\\p{Cc}]{1,40}") {
            let bare = text.trim();
            prop_assume!(!bare.is_empty() && !bare.starts_with(['"', '\'', '[', '{']) && !["true", "false"].contains(&bare) && !bare.contains('#'));
            let braced = braced(&format!("subject={text}"));
            let table: Table = format!("t = {braced}").parse().unwrap();
            prop_assert_eq!(table["t"]["subject"].as_str(), Some(bare));
        }
    }
}
