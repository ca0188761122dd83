//! How the administrator gets at a shared mailbox: by namespace or by impersonation.
//!
//! With a namespace, the administrator's own session sees the mailbox under some prefix. With
//! impersonation, the mailbox is opened in a session of its own as its owner. Which of the two a
//! provider offers is written in the profile, or found out here.

mod abroad;
pub mod accounts;
mod acquaintance;
mod courier;
pub mod crowd;
mod filterer;
mod holding;
mod impersonate;
mod like;
mod locate;
mod look_up;
mod member;
mod newcomer;
mod open;
mod opened;
mod place;
mod provider;
mod sender;
mod service;
mod sessions;
mod submitter;
mod untold;

pub use abroad::spelling_at_home;
pub use filterer::Filterer;
pub use impersonate::{Impersonated, NOBODY, NotImpersonated};
pub use locate::{Sight, in_sight, in_sight_of};
pub use look_up::LookedUp;
pub use member::{MemberSession, MemberView, MemberView as SenderSession};
pub use opened::{Opened, Reach};
pub use place::{on_paper, place};
pub use provider::Provider;
pub use sender::{Held, SentFolder, sent_folder};
pub use service::Service;
pub use sessions::Sessions;
pub use submitter::Submitter;
