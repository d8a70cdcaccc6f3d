//! Deposits on both engines, and the tables of cases behind them.

mod amending;
mod apps;
mod deposits;
mod finding;
mod hiding;
mod judging;
mod keeping;
mod numbers;
mod previewing;
mod record;
mod searching;
mod software;
pub(super) mod support;
