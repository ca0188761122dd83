//! Which provider, as whom, with which secret: file, environment, keyring.
