//! Somebody who leaves: where they may stand, what they still reach afterwards, and whether there is
//! such a person at all.

pub mod nobody;
pub mod remains;
pub mod whole;
