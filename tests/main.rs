//! Every verb on real servers, seen from the member's side.

mod provider;
