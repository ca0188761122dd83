//! One message read to be printed: whoever looks at somebody's mail stands in the log.

use crate::apply::deeds;
use crate::error::Result;
use crate::model::deed::{Deed, Deeds};
use crate::model::state::Folder;
use crate::observe;
use crate::reach::{Opened, Provider};

/// The message `uid` in `folder`, whose numbering has the identity `uid_validity`, as it lies there.
///
/// # Errors
/// As [`observe::whole`], and where it cannot be written down: then it is not read.
pub fn printed(
    provider: &Provider,
    opened: &mut Opened,
    folder: &Folder,
    (uid_validity, uid): (Option<u32>, u32),
) -> Result<Vec<u8>> {
    let deed = Deed::Read {
        folder: folder.path.clone(),
        uid_validity,
        uid,
    };
    let acting = opened.acting().map(str::to_owned);
    let deeds = Deeds::new(&opened.name.to_string(), acting.as_deref(), vec![deed]);
    deeds::reading(provider.ledger(), &deeds, || {
        observe::whole(opened, folder, uid)
    })
}
