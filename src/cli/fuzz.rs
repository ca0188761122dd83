//! Words that people type, for the fuzzer: see [`crate::fuzz`].

use super::value::{moment, text as value};
use crate::fuzz::{is_fit, is_same, text};
use crate::model::partition::Partition;
use crate::model::size;

/// One word, taken for a moment, a size, a part and a text.
pub fn words(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let most = 200 + 12 * text.len();
    match moment::parse(text) {
        Ok(moment) => {
            let written = moment.at.to_rfc3339();
            if (0..=9999).contains(&chrono::Datelike::year(&moment.at)) {
                let again = moment::parse(&written).map(|again| again.at);
                is_same(&again, &Ok(moment.at));
            }
        }
        Err(why) => is_fit(&why, most),
    }
    match size::parse(text) {
        Ok(kib) => is_same(&size::parse(&size::write(kib)), &Ok(kib)),
        Err(why) => is_fit(&why, most),
    }
    match text.parse::<Partition>() {
        Ok(part) => is_same(&part.to_string().parse(), &Ok(part)),
        Err(why) => is_fit(&why, most),
    }
    for checked in [value::text(text), value::line(text)] {
        match checked {
            Ok(kept) => assert!(kept == text && !text.contains(char::is_control)),
            Err(why) => is_fit(&why, most),
        }
    }
}
