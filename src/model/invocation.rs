//! A command as it was typed, as the log tells it.

/// A command as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The verb, after its noun if it has one: `folder create`.
    pub command: String,
    /// The words after it, options by their long names.
    pub arguments: Vec<String>,
}
