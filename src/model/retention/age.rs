//! For how long: `30d`, `4w`, `10y`.

use chrono::{Days, Months, NaiveDate};
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// No age is longer.
const MOST_YEARS: u32 = 200;

/// For how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// So many days.
    Days(u32),
    /// So many years of the calendar.
    Years(u32),
}

impl Age {
    /// The day so long before `today`; the first that there is where nobody counts further back.
    pub fn before(self, today: NaiveDate) -> NaiveDate {
        let day = match self {
            Age::Days(days) => today.checked_sub_days(Days::new(days.into())),
            Age::Years(years) => {
                let months = years.checked_mul(12).map(Months::new);
                months.and_then(|months| today.checked_sub_months(months))
            }
        };
        day.unwrap_or(NaiveDate::MIN)
    }
}

impl FromStr for Age {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || "it is no time to keep mail for: write 30d, 4w or 10y".to_owned();
        let unit = text.chars().last().ok_or_else(bad)?;
        let number = text.strip_suffix(unit).unwrap_or_default();
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let number: u32 = number.parse().ok().filter(|_| is_number).ok_or_else(bad)?;
        let age = match unit {
            'd' => Age::Days(number),
            'w' => Age::Days(number.saturating_mul(7)),
            'y' => Age::Years(number),
            _ => return Err(bad()),
        };
        match age {
            Age::Days(0) | Age::Years(0) => Err("it is no time at all".to_owned()),
            Age::Days(n) if n > MOST_YEARS * 366 => Err(too_long()),
            Age::Years(n) if n > MOST_YEARS => Err(too_long()),
            age => Ok(age),
        }
    }
}

fn too_long() -> String {
    format!("it is longer than {MOST_YEARS} years")
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Age::Days(n) => f.pad(&format!("{n}d")),
            Age::Years(n) => f.pad(&format!("{n}y")),
        }
    }
}

impl Serialize for Age {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_written_as_people_write_it() {
        let read = |text: &str| text.parse::<Age>();
        assert_eq!(read("30d"), Ok(Age::Days(30)));
        assert_eq!(read("4w"), Ok(Age::Days(28)));
        assert_eq!(read("10y"), Ok(Age::Years(10)));
        assert_eq!(Age::Years(1).to_string(), "1y");
        for bad in [
            "",
            "d",
            "0d",
            "0y",
            "-1d",
            "+1d",
            "1 d",
            "30",
            "1m",
            "201y",
            "4294967296d",
            "1ü",
            "9999999w",
        ] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}
