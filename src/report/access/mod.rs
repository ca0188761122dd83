//! What is told of members and their rights: granted, taken, handed over, explained, reached.

pub mod can_send;
pub mod case;
mod causes;
pub mod change;
pub mod effective;
pub mod explain;
pub mod given;
pub mod handed;
mod held;
pub mod identities;
pub mod left;
mod level_notes;
pub mod notes;
pub mod offboard;
pub mod proof;
pub mod reached;
pub mod remark;
pub mod rows;
mod sending;
pub mod told;
pub mod unseen;
