//! FHIR R4 (4.0.1) in JSON: the language of the record, inside and out. No I/O, no clock, no chance.
//!
//! A resource is a [`serde_json::Value`]: what a sender wrote is kept whole, element by element and digit by
//! digit, and what we touch is seen through thin views. The way in: [`json::parse`] → [`validate::validate`]
//! → [`mhd`] for what a producer deposits; [`search`] for what a reader asks; [`build`] and [`outcome`] for
//! what we answer.

pub mod build;
pub mod datetime;
pub mod json;
pub mod mhd;
pub mod outcome;
pub mod patch;
pub mod search;
pub mod validate;
pub mod view;
