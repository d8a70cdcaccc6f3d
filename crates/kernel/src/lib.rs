//! The words that every room of Carnet shares, and nothing that touches the outside world.
//!
//! Identifiers of French health care ([`ins`], [`rpps`], [`finess`]), ids of our own ([`ids`]), time and
//! chance as arguments ([`clock`], [`chance`]), who is here and why ([`visit`]), by what right ([`right`]), and the
//! two ways a request can end badly ([`refusal`]: the asker may not or asked wrongly; [`fault`]: we failed).

pub mod chance;
pub mod clock;
pub mod codes;
pub mod fault;
pub mod finess;
pub mod ids;
pub mod ins;
pub mod luhn;
pub mod refusal;
pub mod right;
pub mod rpps;
pub mod text;
pub mod visit;

pub use chance::Chance;
pub use clock::{Clock, Instant};
pub use fault::{Answer, Fault};
pub use ids::{EntryId, PersonId, Seq};
pub use ins::{Ins, Sex, Traits};
pub use refusal::{Issue, Refusal, RefusalKind};
pub use right::Right;
pub use visit::{Actor, App, Language, Professional, Purpose, Software, Visit};
