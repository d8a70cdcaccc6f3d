//! Carnet's doors: everything that knows HTTP, sockets, files of configuration, the clock.
//!
//! A request makes three hops: [`adapter`] → a room of `people` or `care` → SQL. What may be asked stands in
//! [`doors`], one line per route. The rest is what a program needs around that: [`cli`], [`config`], the
//! listeners ([`serve`]), the background work ([`worker`]) and the commands of the operator ([`commands`]).

pub mod adapter;
pub mod cli;
pub mod commands;
pub mod config;
pub mod demo;
pub mod doors;
pub mod email;
pub mod house;
pub mod metrics;
pub mod notices;
pub mod outbound;
pub mod pdf_text;
pub mod serve;
pub mod transparency;
pub mod worker;

pub use config::Config;
pub use house::House;
