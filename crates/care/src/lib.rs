//! What a space holds for care: documents ([`documents`]) and the record as its owner and her
//! professionals read it ([`record`]).

pub mod documents;
pub mod record;
pub mod samples;

pub use samples::samples;
