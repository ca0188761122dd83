//! retention release: mail that is not kept any longer for a case.

use crate::cli::retention::RetentionRelease;
use crate::decide::retaining;
use crate::decide::settings::Settling;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::setting::Kind;
use crate::run::Run;

/// Has the settings of the mailbox say the hold no more.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn release(args: &RetentionRelease, run: &Run) -> Result<Exit> {
    let text = |state: &_| retaining::released(state, &args.case);
    let settling = Settling {
        kind: Kind::Holds,
        text: &text,
    };
    run.settle(&args.target, &args.change, "retention release", &settling)
}
