//! What may be typed: clap types and help texts, one file per noun, no I/O.
