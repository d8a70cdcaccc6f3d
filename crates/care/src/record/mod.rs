//! The record as its owner and her professionals read it: home, time line, search, journal.

pub mod fold;
