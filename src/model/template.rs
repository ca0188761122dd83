//! Where messages go that are archived: a path in which `{year}` stands for the year of each.

use super::dated::Dated;
use chrono::Datelike;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

const YEAR: &str = "{year}";

/// Where messages go: a path in which `{year}` stands for the year of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Template(String);

impl FromStr for Template {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rest = text.replace(YEAR, "");
        if rest.contains(['{', '}']) {
            return Err("{year} is the only thing that stands for something else".to_owned());
        }
        match text.is_empty() || text.contains(char::is_control) {
            true => Err("that is no name of a folder".to_owned()),
            false => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Template {
    /// Where a message goes; nothing where it is not known to which year it belongs.
    pub fn path(&self, dated: &Dated) -> Option<String> {
        if !self.0.contains(YEAR) {
            return Some(self.0.clone());
        }
        let year = dated.day?.year();
        let year = (0..=9_999).contains(&year).then(|| format!("{year:04}"))?;
        Some(self.0.replace(YEAR, &year))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether messages may go to `path`.
    pub fn makes(&self, path: &str) -> bool {
        let Some((before, after)) = self.0.split_once(YEAR) else {
            return self.0 == path;
        };
        let year = path.strip_prefix(before).and_then(|rest| rest.get(..4));
        let year = year.filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
        year.is_some_and(|year| format!("{before}{year}{}", after.replace(YEAR, year)) == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn path(template: &str, year: i32) -> Option<String> {
        let dated = Dated {
            uid: 1,
            size: 1,
            day: NaiveDate::from_ymd_opt(year, 5, 1),
            is_future: false,
        };
        template.parse::<Template>().unwrap().path(&dated)
    }

    #[test]
    fn a_message_goes_to_the_folder_of_its_year() {
        assert_eq!(path("Archive/{year}", 2024).unwrap(), "Archive/2024");
        assert_eq!(path("{year}/All {year}", 987).unwrap(), "0987/All 0987");
        assert_eq!(path("Archive/{year}", -3), None);
        assert_eq!(path("Old", -3).unwrap(), "Old");
        for bad in ["", "{month}", "a{", "a\nb"] {
            assert!(bad.parse::<Template>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_archived_is_known_by_its_path() {
        let makes = |template: &str, path: &str| template.parse::<Template>().unwrap().makes(path);
        assert!(makes("Archive/{year}", "Archive/2024"));
        assert!(makes("{year}/All {year}", "2024/All 2024"));
        for path in [
            "Archive",
            "Archive/202",
            "Archive/20245",
            "Archive/2024/a",
            "Archive/äääää",
        ] {
            assert!(!makes("Archive/{year}", path), "{path}");
        }
        assert!(!makes("{year}/All {year}", "2024/All 2023"));
        assert!(makes("Old", "Old") && !makes("Old", "Older"));
    }
}
