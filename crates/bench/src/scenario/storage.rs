//! What a document weighs once it is stored, journal and all.

use std::time::Duration;

use super::{Serials, deposit};
use crate::Trouble;
use crate::carnet::Installation;
use crate::load::{Bounds, at, closed};
use crate::login::Login;
use crate::population::Population;
use crate::process::Gauge;
use crate::wire::Site;

/// What so many deposits weighed.
#[derive(Clone, Copy, Debug)]
pub struct Weight {
    /// Deposits that were answered.
    pub deposits: u64,
    /// What the data weigh more than before, in bytes.
    pub grown: u64,
}

impl Weight {
    /// Bytes a deposit.
    #[must_use]
    pub fn each(&self) -> f64 {
        self.grown as f64 / self.deposits.max(1) as f64
    }
}

/// Weighs the data, deposits so many documents, stops the server so that everything is in its place, and weighs
/// again. The data must belong to a server that is not running.
///
/// # Errors
/// When the server does not start, or refuses a deposit.
pub async fn weigh(
    installation: &Installation,
    population: &Population,
    plan: &deposit::Plan,
    deposits: u64,
) -> Result<Weight, Trouble> {
    // A first start and stop, so that what a start writes is not counted as documents.
    let (running, _) = installation.open_doors().await?;
    running.stop()?;
    let before = installation.bytes()?;
    let (running, demo) = installation.open_doors().await?;
    let login = Login::software(&demo.client()?).await?;
    let fhir = Site::parse(demo.address("fhir")?, false)?;
    let roles = deposit::roles(plan, population, &login, &Serials::new())?;
    let bounds = Bounds { warmup: Duration::ZERO, measured: Duration::from_secs(280), count: deposits };
    let outcome = closed(at(&fhir, roles), &bounds, &Gauge::default()).await?;
    running.stop()?;
    let count = outcome.counts.first().ok_or("nothing was deposited")?;
    if count.bad() > 0 {
        return Err(
            format!("a deposit was refused: {}", count.first_error.as_deref().unwrap_or_default()).into()
        );
    }
    Ok(Weight { deposits: count.good(), grown: installation.bytes()?.saturating_sub(before) })
}
