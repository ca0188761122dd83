//! Plan to Outcome: the only room that changes a server.
