//! `sharemail retention hold`.

use crate::cli::options::shared::{Change, Target};
use crate::cli::value::text;
use chrono::NaiveDate;

/// Keep mail for a case until a day, whatever a policy says
///
/// Which mail is written in TOML, as in the conditions of a rule: from and to are a whole address, in which * stands
/// for anything (to is To or Cc); subject and header = { List-Id = "..." } a part of that field; all, any and not
/// hold further conditions. Judged by what the header of a message says, in every folder. A label holds nothing: any
/// member who may label may take it off.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail retention hold support@ 2026-17 \\
      --match 'from = \"*@acme.example\"' --until 2028-01-01
  sharemail retention hold support@ audit --until 2027-06-30 \\
      --match 'any = [{ from = \"cfo@*\" }, { to = \"cfo@*\" }]' -n")]
pub struct RetentionHold {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// What people call the case
    #[arg(value_name = "CASE", value_parser = text::text)]
    pub case: String,

    /// Which mail: 'from = "*@acme.example"'
    #[arg(long = "match", value_name = "TOML", value_parser = text::text)]
    pub what: String,

    /// The first day on which it is not kept any more: 2028-01-01
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub until: NaiveDate,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}

fn day(value: &str) -> Result<NaiveDate, String> {
    let value = text::text(value)?;
    let is_whole = value.len() == "2028-01-01".len();
    let day = value.parse().ok().filter(|_| is_whole);
    day.ok_or_else(|| "it is no date: write 2028-01-01".to_owned())
}
