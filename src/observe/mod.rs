//! Server to State: reads, never changes.

mod effect;
mod hidden;
mod mailbox;
mod names;
mod nonexistent;
mod original;
mod people;
mod shown;
mod survey;

pub use effect::{Eyes, Sought, effect, sight};
pub use hidden::{glimpse, hides, reveal, subscriptions};
pub use mailbox::{Ask, acls, known_rights, mailbox};
pub use names::names;
pub use nonexistent::nonexistent;
pub use original::{Called, original};
pub use people::known_people;
pub use shown::visible;
pub use survey::{Look, Seen, Surveyed, Terms, rights, seen, survey, survey_of};
