//! The record as its owner and her professionals read it: home, time line and search, journal, the
//! professional's way in.
//!
//! Every page that shows something of a space notes the look in its journal, before it is answered: what kind
//! of look, how many documents or which type, never what was read or searched for.

pub mod checking;
pub mod coming;
pub mod fold;
pub mod home;
pub mod journal;
mod kept;
mod known;
pub mod news;
pub mod professional;
pub mod professions;
pub mod proof;
mod queries;
pub mod reports;
pub(crate) mod same;
pub mod secrecy;
pub mod sentences;
pub mod sight;
pub mod timeline;
