//! Labels for Thunderbird: lines of user.js, which it reads when it starts.

use crate::model::setting::{Defined, Labels};
use serde_json::Value;

/// What makes it show `labels` by their names and colours.
pub fn write(labels: &Labels) -> String {
    labels.iter().map(tag).collect()
}

fn tag(label: &Defined) -> String {
    // It looks keywords up in small letters.
    let key = label.key.as_str().to_ascii_lowercase();
    let line = |what: &str, value: &str| {
        let name = Value::from(format!("mailnews.tags.{key}.{what}"));
        format!("user_pref({name}, {});\n", Value::from(value))
    };
    let colour = label.colour.as_ref().map(|colour| line("color", colour));
    line("tag", &label.name) + &colour.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::label::Keyword;

    #[test]
    fn a_name_is_a_string_whatever_it_holds() {
        let mut labels = Labels::default();
        let label = Defined {
            word: "urgent".to_owned(),
            key: Keyword::parse("$Label1").unwrap(),
            name: "So\"fort\\ 🔥);".to_owned(),
            colour: Some("#cc0000".to_owned()),
        };
        labels.add(label).unwrap();
        assert_eq!(
            write(&labels),
            "user_pref(\"mailnews.tags.$label1.tag\", \"So\\\"fort\\\\ 🔥);\");\n\
             user_pref(\"mailnews.tags.$label1.color\", \"#cc0000\");\n"
        );
        assert_eq!(write(&Labels::default()), "");
    }
}
