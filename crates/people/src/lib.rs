//! Who is there and who may: persons and their spaces ([`person`]), the insurer's file and opposition
//! ([`enrolment`]), signing in ([`identity`]), software and professionals known to us ([`registry`]), and
//! the one place where permission is decided ([`consent`]), who may act for whom ([`delegation`]), and the apps that a
//! person connects ([`apps`]).

pub mod apps;
pub mod consent;
pub mod delegation;
pub mod directory;
pub mod enrolment;
pub mod identity;
pub mod notice;
pub mod openid;
pub mod outside;
pub mod person;
pub mod registry;
pub mod report;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod vigilance;
