//! Table, JSON, CSV, progress, colour: the only room that prints.
