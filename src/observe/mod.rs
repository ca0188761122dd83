//! Server to State: reads, never changes.

mod copying;
mod effect;
pub mod everywhere;
pub mod exposed;
pub mod held;
mod hidden;
pub mod known;
mod listing;
mod mailbox;
mod messages;
mod names;
mod nonexistent;
mod original;
mod people;
pub mod reached;
mod seen;
pub mod sent_folder;
mod shown;
mod survey;
pub mod unlisted;
mod usage;

pub use copying::{Copied, Missed, copy};
pub use effect::{Eyes, Sought, effect, sight};
pub use hidden::{glimpse, hides, reveal, subscriptions};
pub use listing::{LONGEST, Listed, listing, whole};
pub use mailbox::{Ask, acls, known_rights, mailbox};
pub use messages::{Carried, keywords, messages};
pub use names::names;
pub use nonexistent::nonexistent;
pub use original::{Called, original};
pub use people::known_people;
pub use seen::Seen;
pub use shown::visible;
pub use survey::{Look, Surveyed, Terms, rights, seen, survey, survey_of};
pub use usage::usage;
