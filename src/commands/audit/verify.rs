//! audit verify: whether the log is whole.

use super::chain;
use crate::audit;
use crate::cli::audit::AuditVerify;
use crate::error::Result;
use crate::exit::Exit;
use crate::report::audit::VerifyReport;
use crate::run::Run;

/// Follows the chain of the log's lines.
///
/// # Errors
/// When the log cannot be read.
pub fn verify(args: &AuditVerify, run: &Run) -> Result<Exit> {
    let chain = chain(&args.files, run)?;
    let verdict = audit::verify(&chain, args.head, args.archived)?;
    run.output().report(&VerifyReport::new(&chain, &verdict))?;
    Ok(if verdict.findings.is_empty() {
        Exit::Done
    } else {
        Exit::Found
    })
}
