//! What is told of mail: one message, a series, those that wait.

pub mod outbox;
pub mod send;
pub mod series;
