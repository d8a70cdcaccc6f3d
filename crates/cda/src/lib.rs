//! cda
