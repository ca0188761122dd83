//! What is told of mail: one message, a series, those that wait, and labels.

pub mod archived;
pub mod delivery;
pub mod exported;
pub mod forwarded;
pub mod installed;
pub mod kept;
pub mod label;
pub mod label_check;
pub mod labels;
pub mod message;
pub mod messages;
pub mod outbox;
pub mod retention;
pub mod retention_check;
mod rows;
pub mod rule;
pub mod rule_check;
pub mod ruled;
pub mod rules;
pub mod send;
pub mod series;
pub mod taken;
mod targeted;
pub mod usage;
