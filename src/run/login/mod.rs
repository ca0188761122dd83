//! The first login with a provider: what is asked at a terminal, the trial, and where the password stays.

pub mod again;
pub mod keeping;
pub mod question;
pub mod trial;
