//! Options that every command takes.

use super::provider::Provider;
use crate::cli::complete;
use crate::cli::value::text;
use crate::output::{ColorChoice, Format, Settings};
use clap_complete::engine::ArgValueCandidates;
use std::path::PathBuf;

/// Which provider, and how to tell the result.
///
/// SHAREMAIL_PROFILE and SHAREMAIL_CONFIG are not looked at here but where the profile is chosen,
/// so that its errors can say which of them was wrong.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Profile to use: a provider and how to log in to it [env: SHAREMAIL_PROFILE]
    ///
    /// Without it, the profile that 'default-profile' names in the configuration file, or the only
    /// one there.
    #[arg(long, short = 'p', global = true, value_name = "NAME", value_parser = text::text)]
    #[arg(add = ArgValueCandidates::new(complete::profiles))]
    pub profile: Option<String>,

    /// Configuration file [env: SHAREMAIL_CONFIG]
    ///
    /// Without it, sharemail/config.toml in $XDG_CONFIG_HOME (or in ~/.config).
    #[arg(long, global = true, value_name = "FILE", value_parser = text::path())]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// Form of the result on stdout
    #[arg(long, short = 'o', global = true, value_name = "FORMAT", value_enum)]
    #[arg(default_value_t, env = "SHAREMAIL_OUTPUT", hide_env_values = true)]
    pub output: Format,

    /// Colour the output
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub color: ColorChoice,

    /// Say nothing but the result, warnings and errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Tell each step; twice: show the IMAP dialogue, secrets masked
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// Overrides of the profile.
    #[command(flatten)]
    pub provider: Provider,
}

impl Global {
    /// The options of the command line that say which profile it is, and in which file.
    pub fn choice(&self) -> Vec<String> {
        let config = self.config.as_ref().map(|path| path.display().to_string());
        let given = [("--config", config), ("--profile", self.profile.clone())];
        let given = given
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        given
            .flat_map(|(name, value)| [name.to_owned(), value])
            .collect()
    }

    /// What the output needs to know.
    pub fn settings(&self) -> Settings {
        Settings {
            format: self.output,
            color: self.color,
            quiet: self.quiet,
            verbosity: self.verbose,
        }
    }
}
