//! Durations as people write them: `30s`, `2m`, `500ms`.

use std::time::Duration;

const UNITS: [(&str, u64); 4] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

/// The longest duration that is accepted.
pub(super) const MAX: Duration = Duration::from_secs(3600);

/// The duration that `text` says, more than nothing and at most [`MAX`].
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let scale = UNITS.iter().find(|(name, _)| *name == unit.trim());
    let (Ok(number), Some((_, scale))) = (number.parse::<u64>(), scale) else {
        return Err("is not a duration: write it as \"30s\", \"2m\" or \"500ms\"".into());
    };
    let duration = Duration::from_millis(number.saturating_mul(*scale));
    match duration {
        Duration::ZERO => Err("must be more than nothing".into()),
        _ if duration > MAX => Err("must be at most one hour".into()),
        _ => Ok(duration),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_understood() {
        assert_eq!(parse("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(parse("2 m"), Ok(Duration::from_secs(120)));
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("1h"), Ok(MAX));
    }

    #[test]
    fn nothing_forever_and_nonsense_are_refused() {
        for bad in [
            "0s",
            "61m",
            "99999999999999999999s",
            "18446744073709551615h",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        for bad in ["", "30", "s", "-1s", "1.5s", "3 0s", "30S", "١s"] {
            assert!(
                parse(bad).unwrap_err().contains("is not a duration"),
                "{bad}"
            );
        }
    }
}
