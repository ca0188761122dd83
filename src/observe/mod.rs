//! Server to State: reads, never changes.
