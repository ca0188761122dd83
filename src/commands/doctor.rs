//! doctor: does sharemail work with this provider, and if not, why?

use crate::cli;
use crate::doctor::Examination;
use crate::error::Result;
use crate::exit::Exit;
use crate::profile::names;
use crate::run::Run;

/// Looks at everything that the main job needs, as far as it can be reached, and tells it.
/// Ends as `grant` would. The submission server is looked at where the profile names one.
///
/// # Errors
/// When the mailbox named is no name, or stdout does not take the report.
pub fn doctor(args: &cli::doctor::Doctor, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let profile = provider.profile();
    // What is wrong with the submission alone keeps nobody from looking at the provider.
    let submitter = profile.smtp.as_ref().map(|_| run.submission());
    let named = args
        .mailbox
        .as_deref()
        .or(profile.mailboxes.first().map(String::as_str));
    let named = named
        .map(|name| names::mailbox(name, profile))
        .transpose()?;
    let mut examination = Examination::default();
    let progress = output.progress(None, "examining");
    examination.examine(named.clone(), provider);
    examination.sending(named.as_ref(), provider.profile(), submitter);
    drop(progress);
    let report = examination.report(provider);
    output.report(&report)?;
    Ok(examination.exit())
}
