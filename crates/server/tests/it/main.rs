//! The one integration-test binary: journeys over HTTP against the real server on both engines, and the rules of
//! the house that no compiler holds.

mod harness;
mod journey;
mod pages;
mod people_of;
mod routes;
mod tidy;
