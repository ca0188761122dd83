//! revoke: take access to a shared mailbox away again.

use crate::cli;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::access::{self, Job};
use crate::model::identity::Identity;
use crate::model::whom::Whom;
use crate::model::wish::{Access, AccessWish};
use crate::profile::names;
use crate::report::access::notes::OPEN_SESSIONS;
use crate::report::access::told::Manner;
use crate::run::Run;

/// Removes the entries of everybody named, on every folder or the folders named, and proves it.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn revoke(args: &cli::revoke::Revoke, run: &Run) -> Result<Exit> {
    let output = run.output();
    let provider = &run.undoable(&args.change.undoable, "revoke")?;
    let profile = provider.profile();
    let asked = [
        (args.send_as, Identity::SendAs),
        (args.send_on_behalf, Identity::SendOnBehalf),
    ];
    let named: Vec<Identity> = asked
        .into_iter()
        .filter(|(a, _)| *a)
        .map(|(_, i)| i)
        .collect();
    let named_nothing = named.is_empty();
    let everything = named_nothing && args.scope.folders.is_empty();
    let wish = AccessWish {
        who: names::everybody(&args.members.who, profile)?,
        access: if named_nothing {
            Access::None
        } else {
            Access::Same
        },
        folders: args.scope.meant(),
        give: Vec::new(),
        include: Vec::new(),
        take: if everything {
            Identity::ALL.to_vec()
        } else {
            named
        },
    };
    // Nobody reads by an identity.
    let note = named_nothing.then_some(OPEN_SESSIONS);
    let job = Job {
        mailbox: names::mailbox(&args.target.mailbox, profile)?,
        wish,
        dry_run: args.change.preview.dry_run,
        detailed_exitcode: args.change.preview.detailed_exitcode,
        manner: Manner {
            subscribe: false,
            force: true,
            proof: args.change.watched(Whom::All),
            note,
        },
    };
    access::run(&job, provider, output)
}
