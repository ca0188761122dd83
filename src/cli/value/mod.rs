//! What a word of the command line may be.

pub mod moment;
pub mod query;
pub mod text;
