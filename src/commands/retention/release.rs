//! retention release: mail that is not kept any longer for a case.

use crate::cli::retention::RetentionRelease;
use crate::decide::retaining;
use crate::decide::settings::{Settling, SettlingAll};
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
    let forgotten = |state: &_| retaining::forgotten(state, &args.case);
    // What is remembered goes last: a hold without it holds what it matches.
    let kinds = [
        Settling {
            kind: Kind::Holds,
            text: &text,
        },
        Settling {
            kind: Kind::Held,
            text: &forgotten,
        },
    ];
    let settling = SettlingAll(&kinds);
    run.settle(&args.target, &args.change, "retention release", &settling)
}
