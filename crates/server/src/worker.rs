//! Background work: jobs of the queue, and what is due by the clock. Everything here may run twice without harm.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use kernel::{Answer, Fault};
use store::TakenJob;
use tokio::sync::watch;

use crate::house::House;

/// How long the worker sleeps when nothing is to be done.
const PAUSE: Duration = Duration::from_millis(500);
/// How many jobs are taken at a time.
const HANDFUL: usize = 16;
/// How often what is due by the clock is looked for.
const ROUND: Duration = Duration::from_secs(60);

/// Works until told to stop.
pub async fn run(house: Arc<House>, mut stopped: watch::Receiver<bool>) {
    let mut last_round: Option<std::time::Instant> = None;
    loop {
        if *stopped.borrow() {
            return;
        }
        if last_round.is_none_or(|at| at.elapsed() >= ROUND) {
            last_round = Some(std::time::Instant::now());
            round(&house).await;
        }
        let worked = handful(&house).await.unwrap_or_else(|refusal| {
            tracing::error!(%refusal, "the queue does not answer");
            0
        });
        if worked == 0 {
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                _ = stopped.changed() => {}
            }
        }
    }
}

/// Takes and does a handful of jobs; says how many.
///
/// # Errors
/// When the queue cannot be read.
pub async fn handful(house: &Arc<House>) -> Answer<usize> {
    let jobs = house.store.take_jobs(house.clock.now(), HANDFUL).await?;
    house.metrics.queue.store(jobs.len() as u64, Ordering::Relaxed);
    for job in &jobs {
        match work(house, job).await {
            Ok(()) => house.store.finish_job(job).await?,
            Err(refusal) => {
                tracing::warn!(task = %job.task, tries = job.tries, %refusal, "a job failed; it will be tried again");
                house.store.retry_job(job, house.clock.now(), &refusal.to_string()).await?;
            }
        }
    }
    Ok(jobs.len())
}

/// Does one job.
async fn work(_house: &Arc<House>, job: &TakenJob) -> Answer<()> {
    Err(Fault::Internal(format!("nobody here knows how to do {:?}", job.task)).into())
}

/// What is due by the clock. Each part logs its own failure and does not keep the others from theirs.
pub async fn round(_house: &Arc<House>) {}
