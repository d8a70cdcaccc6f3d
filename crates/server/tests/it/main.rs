//! The one integration-test binary: journeys over HTTP against the real server on both engines, and the rules of
//! the house that no compiler holds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a test says what is wrong by failing"
)]
mod acting;
mod acting_secrets;
mod acting_worlds;
mod amending;
mod apps;
mod apps_attacks;
mod apps_catalogue;
mod apps_client;
mod apps_fhir;
mod asvs;
mod attacks;
mod attacks_files;
mod attacks_leaks;
mod attacks_wire;
mod browser;
mod conformance;
mod conformance_reasons;
mod counting;
mod enrolling;
mod faults;
mod harness;
mod identity_mends;
mod journalled;
mod journey;
mod log;
mod mistakes;
mod openid;
mod openid_checks;
mod openid_fapi;
mod openid_leaving;
mod openid_service;
mod openid_signing;
mod openid_telephone;
mod outside;
mod outside_carnet;
mod outside_certificate;
mod outside_ended;
mod outside_fake;
mod outside_telephone;
mod outside_ways;
mod pages;
mod people_of;
mod permissions;
mod routes;
mod secret;
mod sharing_coming;
mod tidy;
mod told;
mod vigilance;
mod work;
mod worlds;
