//! rule install: the rules of a mailbox, where its server filters what comes.

use crate::cli::rule::RuleInstall;
use crate::decide::rulebook;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::verdict;
use crate::model::whom::Whom;
use crate::run::Run;

/// Puts them there, where they are not.
///
/// # Errors
/// Whatever stands in the way before anything is put.
pub fn install(args: &RuleInstall, run: &Run) -> Result<Exit> {
    if args.change.undoable.undo_file.is_some() {
        let what = "scripts are made of the rules, and no undo file holds them";
        return Err(Error::new(Exit::Usage, what).hint(
            "leave --undo-file out; after rule remove, or an undo of rule add, the script follows",
        ));
    }
    if args.change.watched(Whom::None) != Whom::None {
        let what = "no member is looked at for a script: it is read back from the server always";
        return Err(Error::new(Exit::Usage, what).hint("leave --proof out"));
    }
    let report = run.install(&args.target, &args.change, &rulebook::rules)?;
    run.output().report(&report)?;
    let would = args.change.preview.detailed_exitcode && report.is_pending();
    Ok(verdict([report.exit()], would))
}
