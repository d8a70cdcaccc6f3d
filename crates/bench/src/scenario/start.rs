//! From the start of the program to its first answer.

use std::time::Duration;

use crate::Trouble;
use crate::carnet::Installation;

/// Starts `carnet serve` on the data folder and waits for its first answer; the data stay.
///
/// # Errors
/// When it does not start.
pub async fn first_answer(installation: &Installation) -> Result<Duration, Trouble> {
    let (running, took) = installation.serve(&["serve"], "/robots.txt").await?;
    running.stop()?;
    Ok(took)
}
