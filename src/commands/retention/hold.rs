//! retention hold: mail that is kept for a case.

use crate::cli::retention::RetentionHold;
use crate::decide::retaining;
use crate::decide::settings::Settling;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::setting::Kind;
use crate::run::Run;

/// Has the settings of the mailbox say it.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn hold(args: &RetentionHold, run: &Run) -> Result<Exit> {
    // What can be no hold is known before anybody logs in.
    let hold = retaining::written(&args.case, &args.what, args.until)?;
    let text = |state: &_| retaining::held(state, &hold);
    let settling = Settling {
        kind: Kind::Holds,
        text: &text,
    };
    run.settle(&args.target, &args.change, "retention hold", &settling)
}
