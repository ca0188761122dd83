//! `sharemail rule add`.

use crate::cli::options::shared::{Change, Target};
use crate::cli::value::text;

/// Add a rule after those that the mailbox has
///
/// What it says is written in TOML; a text without a comma may stand there without its quotes. In --when all has to
/// hold: from and to are a whole address, in which * stands for anything (to is To or Cc); subject and
/// header = { List-Id = "..." } a part of that field, or all of it where a * stands in it; text a part of
/// what its text parts say; larger and smaller a size; all = [{ ... }], any = [{ ... }] and not = { ... } hold further
/// conditions. A list of texts means any of them. Letters of ASCII are the same in capitals and small. In --then stand label, flag = true,
/// copy = "Folder" or a list of folders, forward = "boss@example.org" or a list of addresses, move = "Folder" or
/// trash = true, and stop = true, after which no later rule is asked; none is asked either for a message that goes. It
/// gets its labels first, then copies are made, then it goes. Folders have to be there (67), and the profile has to name
/// each domain to which mail is forwarded (forward-domains, else 77).
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail rule add support@ invoices \\
      --when 'from = \"*@bank.example\", subject = \"invoice\"' \\
      --then 'label = [\"invoice\", \"To Do\"], stop = true'
  sharemail rule add support@ lists --when 'header = { List-Id = \"*\" }' \\
      --then 'label = \"list\", copy = \"Archive/Lists\"'
  sharemail rule add support@ big --when 'larger = \"5 MiB\"' \\
      --then 'flag = true' --dry-run
  sharemail rule add support@ ads --when 'from = \"*@ads.example\"' \
      --then 'move = \"Junk\"'")]
pub struct RuleAdd {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// What it is called
    #[arg(value_name = "NAME", value_parser = text::text)]
    pub name: String,

    /// Which messages it takes: 'from = "*@bank.example", subject = "invoice"'
    #[arg(long, value_name = "TOML", value_parser = text::text)]
    pub when: String,

    /// What happens to them: 'label = "invoice", flag = true, move = "Invoices"'
    #[arg(long, value_name = "TOML", value_parser = text::text)]
    pub then: String,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
