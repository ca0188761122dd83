//! `sharemail logout`.

/// Forget the password that login kept in the keyring
///
/// The profile stays in the configuration file. Password files and commands are left alone.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail logout
  sharemail logout --profile prod")]
pub struct Logout {}
