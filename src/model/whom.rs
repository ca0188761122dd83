//! Of whom something is asked.

/// Of whom: each takes a session, or a question to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whom {
    /// Of nobody.
    None,
    /// Of each once, and of no more than a bounded number of people.
    #[default]
    Some,
    /// Of everybody, everywhere.
    All,
}
