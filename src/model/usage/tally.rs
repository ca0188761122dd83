//! So many messages, and how much they take.

use serde::Serialize;

/// So many messages with so many bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How many.
    pub messages: u64,
    /// How long they are together (RFC822.SIZE).
    pub bytes: u64,
}

impl Tally {
    /// One message of this size.
    pub const fn of(bytes: u64) -> Self {
        Self { messages: 1, bytes }
    }

    /// These too. A server may tell any number.
    pub fn add(&mut self, other: Self) {
        self.messages = self.messages.saturating_add(other.messages);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

impl FromIterator<Tally> for Tally {
    fn from_iter<I: IntoIterator<Item = Tally>>(all: I) -> Self {
        all.into_iter().fold(Self::default(), |mut sum, one| {
            sum.add(one);
            sum
        })
    }
}

/// How many hundredths `part` is of `whole`, rounded down, so that nothing is called full before it is; none
/// of nothing.
pub fn percent(part: u64, whole: u64) -> Option<u64> {
    let hundredths = (u128::from(part) * 100).checked_div(u128::from(whole))?;
    Some(u64::try_from(hundredths).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hundredths_are_rounded_down_and_there_are_none_of_nothing() {
        assert_eq!(percent(0, 0), None);
        assert_eq!(percent(899, 1000), Some(89));
        assert_eq!(percent(u64::MAX - 1, u64::MAX), Some(99));
        assert_eq!(percent(u64::MAX, 1), Some(u64::MAX));
    }

    #[test]
    fn no_number_of_a_server_runs_over() {
        let all: Tally = [Tally::of(u64::MAX), Tally::of(5)].into_iter().collect();
        assert_eq!((all.messages, all.bytes), (2, u64::MAX));
    }
}
