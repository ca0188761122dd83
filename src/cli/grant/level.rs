//! Which rights a grant gives.

use crate::cli::complete;
use crate::cli::value::text;
use crate::model::rights::Rights;
use crate::model::typed;
use clap_complete::engine::ArgValueCandidates;

/// At most one of them is there, and one where no identity is asked for.
#[derive(Clone, Debug, clap::Args)]
#[group(multiple = false)]
pub struct LevelOptions {
    /// Read mail and keep one's own seen marks: rights lrs
    ///
    /// Or lr, where the server ties s to w.
    #[arg(long)]
    pub read_only: bool,

    /// Read, mark and add mail, neither delete nor move it: rights lrswip
    ///
    /// To move mail is to delete it where it was, which takes t and e: --rights lrswipte gives that
    /// too, or a level of your own (--level). On the whole mailbox write includes Send on Behalf,
    /// unless --no-send is given.
    #[arg(long)]
    pub write: bool,

    /// Everything that the server knows, granting to others included
    #[arg(long)]
    pub full_access: bool,

    /// A level by its name: one of the three, or one of the profile's own
    ///
    /// The profile names its own under [profile.NAME.levels], such as editor = "lrswipte": read,
    /// add, move and delete mail, change no folder. They are keys of the files that plan and apply
    /// read and words of a sheet too, and reports call such rights by their names.
    #[arg(long, value_name = "LEVEL", value_parser = text::text)]
    #[arg(add = ArgValueCandidates::new(complete::levels))]
    pub level: Option<String>,

    /// Exactly these rights, as the letters of RFC 4314: lrs, lrswit
    #[arg(long, value_name = "RIGHTS", value_parser = typed::rights)]
    pub rights: Option<Rights>,
}

/// The level that was asked for; what it means depends on the server and the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LevelChoice {
    /// `--read-only`
    ReadOnly,
    /// `--write`
    Write,
    /// `--full-access`
    FullAccess,
    /// `--level`
    Named(String),
    /// `--rights`
    Exactly(Rights),
}

impl LevelOptions {
    /// The one that is there, if one is.
    pub fn choice(&self) -> Option<LevelChoice> {
        match self {
            Self {
                rights: Some(rights),
                ..
            } => Some(LevelChoice::Exactly(*rights)),
            Self {
                level: Some(name), ..
            } => Some(LevelChoice::Named(name.clone())),
            Self {
                full_access: true, ..
            } => Some(LevelChoice::FullAccess),
            Self { write: true, .. } => Some(LevelChoice::Write),
            Self {
                read_only: true, ..
            } => Some(LevelChoice::ReadOnly),
            _ => None,
        }
    }
}
