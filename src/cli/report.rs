//! `sharemail report`.

use super::complete;
use super::value::text;
use crate::model::partition::Partition;
use crate::output::Format;
use clap_complete::engine::ArgValueCandidates;
use std::path::PathBuf;

/// Write the access review that auditors ask for
///
/// One page of HTML that needs nothing else: who holds what on which mailbox, and who may send as
/// it, mailbox by mailbox, person by person, and as a matrix; what check finds; room to sign off
/// on paper. In a browser it can be searched, filtered and put in another order.
///
/// With --format csv, a row for each person and mailbox, fit for a spreadsheet: a field that one
/// would take for a formula has a ' before it. With --format json, all of it for programs.
///
/// What could not be read is told at the top of the page and in the rows, and ends the run with 3.
/// What check finds is told, and ends it with 0.
#[derive(Clone, Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = "\
Examples:
  sharemail report --out review.html
  sharemail report support@ sales@ --format csv > review.csv
  sharemail report --group-file groups --since 2026-q3.toml --out review.html
  sharemail report merge part*.json --out review.html

A group file has a line per group, with blanks between its members:
  helpdesk: alice bob@example.com")]
pub struct Report {
    /// What else to do.
    #[command(subcommand)]
    pub command: Option<ReportCommand>,

    /// Shared mailboxes; without any, all that can be reached
    #[arg(value_name = "MAILBOX", value_parser = text::text)]
    #[arg(add = ArgValueCandidates::new(complete::mailboxes))]
    pub mailboxes: Vec<String>,

    /// Only this part of the mailboxes: 3/8 is the third of eight, as for plan and apply
    #[arg(long, value_name = "N/M")]
    pub partition: Option<Partition>,

    /// Who is in which group, in lines such as 'helpdesk: alice bob'
    #[arg(long, value_name = "FILE", value_parser = text::path())]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub group_file: Option<PathBuf>,

    /// Tell what changed since FILE, or since the files in a folder, such as export writes
    #[arg(long, value_name = "FILE", value_parser = text::path())]
    #[arg(value_hint = clap::ValueHint::AnyPath)]
    pub since: Option<PathBuf>,

    /// In what form, and where to.
    #[command(flatten)]
    pub into: Into,
}

/// In what form a review is told, and where it goes.
#[derive(Clone, Debug, clap::Args)]
pub struct Into {
    /// Form of the review; without it, as --output says, and html where that is a table
    #[arg(long, value_name = "FORM", value_enum)]
    pub format: Option<Form>,

    /// Write it into FILE, which nobody else can read, in place of standard output
    #[arg(long, value_name = "FILE", value_parser = text::path())]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// The form of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// One page for a browser or a printer
    Html,
    /// Rows for a spreadsheet
    Csv,
    /// One JSON value; keys are stable between versions
    Json,
}

/// What else can be done with reports.
#[allow(missing_docs)]
#[derive(Clone, Debug, clap::Subcommand)]
pub enum ReportCommand {
    Merge(Merge),
}

/// Put the parts of a run with --partition together
///
/// Takes what report, check, plan and apply print with --output json, of each part of one run. The
/// parts must be of the same kind, all of them there, and none twice. Parts of a review can become
/// a page or rows as well; all others are JSON.
///
/// Exits with 3 where a part could not read everything, as that part did.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail report --partition 1/2 --format json --out part1.json
  sharemail report --partition 2/2 --format json --out part2.json
  sharemail report merge part1.json part2.json --out review.html")]
pub struct Merge {
    /// Reports in JSON, one of each part
    #[arg(value_name = "FILE", required = true, value_parser = text::path())]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub files: Vec<PathBuf>,

    /// In what form, and where to.
    #[command(flatten)]
    pub into: Into,
}

impl Into {
    /// The form that was asked for; `general` is that of all results.
    pub fn form(&self, general: Format) -> Form {
        self.format.unwrap_or(match general {
            Format::Table => Form::Html,
            Format::Json => Form::Json,
            Format::Csv => Form::Csv,
        })
    }
}
