//! Sizes of quota: `5GiB` to the units of 1024 octets that IMAP counts in (RFC 9208, section 5.1).

/// The units by their names in lower case, in octets. A bare letter is binary, as mail servers
/// take it in their own settings.
const UNITS: [(&str, u64); 16] = [
    ("k", 1 << 10),
    ("kib", 1 << 10),
    ("kb", 1000),
    ("m", 1 << 20),
    ("mib", 1 << 20),
    ("mb", 1_000_000),
    ("g", 1 << 30),
    ("gib", 1 << 30),
    ("gb", 1_000_000_000),
    ("t", 1 << 40),
    ("tib", 1 << 40),
    ("tb", 1_000_000_000_000),
    ("p", 1 << 50),
    ("pib", 1 << 50),
    ("pb", 1_000_000_000_000_000),
    ("b", 1),
];

/// The most that a limit can be: 63 bits (RFC 9208, section 7, `resource-limit`).
const MOST: u128 = i64::MAX as u128;

/// A size in KiB, rounded down: `5GiB`, `500 MB`, `1.5G`.
///
/// # Errors
/// What is wrong with it, for the user.
pub fn parse(text: &str) -> Result<u64, String> {
    let text = text.trim_matches(' ');
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let octets_each = unit_octets(unit.trim_matches(' '))?;
    let (units, thousandths) = decimal(number)?;
    let octets = units.checked_mul(u128::from(octets_each));
    let octets =
        octets.and_then(|whole| whole.checked_add(thousandths * u128::from(octets_each) / 1000));
    match octets.map(|octets| octets / 1024) {
        Some(0) => Err("it is less than 1 KiB".to_owned()),
        Some(kib) if kib <= MOST => u64::try_from(kib).map_err(|error| error.to_string()),
        _ => Err("it is more than any server can count".to_owned()),
    }
}

/// A size in KiB as [`parse`] reads it back exactly: in the largest binary unit that divides it.
pub fn write(kib: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    let (mut value, mut unit) = (kib, 0);
    while value > 0 && value % 1024 == 0 && unit + 1 < units.len() {
        value /= 1024;
        unit += 1;
    }
    format!("{value} {}", units[unit])
}

fn unit_octets(unit: &str) -> Result<u64, String> {
    if unit.is_empty() {
        return Err("it has no unit: write 500MiB or 5GiB".to_owned());
    }
    let known = UNITS
        .iter()
        .find(|(name, _)| unit.eq_ignore_ascii_case(name));
    known.map(|(_, octets)| *octets).ok_or_else(|| {
        "it is not a size: write a number and KiB, MiB, GiB, TiB (or kB, MB, GB, TB)".to_owned()
    })
}

/// `12.5` as 12 and 500 thousandths.
fn decimal(number: &str) -> Result<(u128, u128), String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return Err("it does not begin with a number such as 5 or 1.5".to_owned());
    }
    if fraction.len() > 3 {
        return Err("it has more than three digits after the point".to_owned());
    }
    let whole = whole
        .parse()
        .map_err(|_| "it is more than any server can count".to_owned())?;
    let thousandths = format!("{fraction:0<3}").parse().unwrap_or(0);
    Ok((whole, thousandths))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn binary_and_decimal_units_are_told_apart() {
        for (text, kib) in [
            ("5GiB", 5 * 1024 * 1024),
            ("5G", 5 * 1024 * 1024),
            ("5 gib", 5 * 1024 * 1024),
            ("500 MB", 488_281),
            ("1.5GiB", 1024 * 1024 + 512 * 1024),
            ("1024b", 1),
            ("8191PiB", 8191 << 40),
        ] {
            assert_eq!(parse(text), Ok(kib), "{text}");
        }
    }

    #[test]
    fn a_size_is_written_in_the_largest_unit_that_is_exact() {
        assert_eq!(write(5 * 1024 * 1024), "5 GiB");
        assert_eq!(write(1536), "1536 KiB");
        assert_eq!(write(2048 << 40), "2048 PiB");
    }

    #[test]
    fn what_is_no_size_is_refused_with_a_reason() {
        for text in [
            "", "5", "GiB", "-5GiB", "+5GiB", "5 GiBs", "5..5G", ".5G", "5.G", "0GiB", "1023B",
            "1.0001G", "5G\r\n1", "5G\n", "٥GiB", "1e3G",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn more_than_a_server_can_count_is_refused() {
        assert!(parse("9007199254740992PiB").is_err());
        assert!(parse(&format!("{}G", "9".repeat(60))).is_err());
        assert_eq!(parse("9223372036854775807KiB"), Ok(i64::MAX as u64));
        assert!(parse("9223372036854775808KiB").is_err());
    }

    proptest! {
        #[test]
        fn nothing_typed_panics(text in "\\PC{0,30}") {
            let _ = parse(&text);
        }

        #[test]
        fn kib_are_kib(kib in 1u64..=i64::MAX as u64) {
            prop_assert_eq!(parse(&format!("{kib}KiB")), Ok(kib));
            prop_assert_eq!(parse(&write(kib)), Ok(kib));
        }
    }
}
