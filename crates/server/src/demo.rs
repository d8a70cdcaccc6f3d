//! `carnet demo`.
