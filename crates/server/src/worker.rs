//! Background work: jobs of the queue, and what is due by the clock. Everything here may run twice without harm.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use care::documents::{self, search};
use kernel::{Answer, EntryId, Fault, Instant, RefusalKind, Visit};
use people::apps;
use people::consent::{self, Action};
use people::enrolment::{closing, tally, waves};
use people::identity::session;
use people::notice;
use people::openid::{self, leaving};
use people::outside;
use people::registry;
use store::{TakenJob, Tx};
use tokio::sync::watch;

use crate::house::House;
use crate::{notices, outbound, pdf_text, transparency};

/// How long the worker sleeps when nothing is to be done.
const PAUSE: Duration = Duration::from_millis(500);
/// How many jobs are taken at a time.
const HANDFUL: usize = 16;
/// How often what is due by the clock is looked for.
const ROUND: Duration = Duration::from_secs(60);
/// How often it is looked for news that somebody wants to be told of.
const LOOK: Duration = Duration::from_secs(5);
/// How many rows one transaction of a round touches at most, so that others get their turn.
const STRETCH: u32 = 500;

/// Works until told to stop.
pub async fn run(house: Arc<House>, stopped: watch::Receiver<bool>) {
    tokio::join!(queue(house.clone(), stopped.clone()), transparency::run(house, stopped));
}

/// The queue and what is due by the clock.
async fn queue(house: Arc<House>, mut stopped: watch::Receiver<bool>) {
    let mut last_round: Option<std::time::Instant> = None;
    let mut last_look: Option<std::time::Instant> = None;
    loop {
        if *stopped.borrow() {
            return;
        }
        if last_round.is_none_or(|at| at.elapsed() >= ROUND) {
            last_round = Some(std::time::Instant::now());
            round(&house).await;
        }
        if last_look.is_none_or(|at| at.elapsed() >= LOOK) {
            last_look = Some(std::time::Instant::now());
            look(&house).await;
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

/// Looks for news that somebody wants to be told of.
pub async fn look(house: &Arc<House>) {
    if let Err(refusal) = notices::look(house).await {
        tracing::error!(%refusal, "nobody could be told of news");
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
                let wait = match refusal.kind {
                    RefusalKind::SlowDown { retry_after } => i64::from(retry_after) * Instant::SECOND,
                    _ => 0,
                };
                house.store.retry_job(job, house.clock.now(), wait, &refusal.to_string()).await?;
            }
        }
    }
    Ok(jobs.len())
}

/// Does one job.
async fn work(house: &Arc<House>, job: &TakenJob) -> Answer<()> {
    match job.task.as_str() {
        documents::INDEX_PDF => index_pdf(house, job).await,
        leaving::TELL => outbound::tell_of_leaving(house, job).await,
        notice::TELL | notice::CODE => notices::mail(house, job).await,
        notice::PUSH => notices::push(house, job).await,
        other => Err(Fault::Internal(format!("nobody here knows how to do {other:?}")).into()),
    }
}

/// Reads the words of a PDF, so that a search finds them. A PDF that cannot be read is indexed without words: trying
/// again would not change it.
async fn index_pdf(house: &Arc<House>, job: &TakenJob) -> Answer<()> {
    let entry: EntryId = job.key.parse().map_err(|_| Fault::Internal(format!("no entry: {}", job.key)))?;
    let visit = visit(house, "search");
    let reader = visit.clone();
    let found = house
        .store
        .read(move |tx| {
            let pass = consent::open(tx, &reader, entry.person, Action::IndexDocument)?;
            search::pdf_to_read(tx, &pass, entry)
        })
        .await;
    let pdf = match found {
        Ok(Some(pdf)) => pdf,
        Ok(None) => return Ok(()),
        // The space was closed or erased meanwhile: nobody will search it.
        Err(refusal) if refusal.fault.is_none() => return Ok(()),
        Err(refusal) => return Err(refusal),
    };
    let text = pdf_text::extract(pdf).await?.unwrap_or_default();
    house
        .store
        .write(move |tx| {
            let pass = consent::open(tx, &visit, entry.person, Action::IndexDocument)?;
            search::index_document(tx, &pass, entry, &text)
        })
        .await
}

fn visit(house: &House, task: &str) -> Visit {
    waves::system(task, house.clock.now(), house.chance.u64())
}

/// What is due by the clock. Each part logs its own failure and does not keep the others from theirs.
pub async fn round(house: &Arc<House>) {
    let now = house.clock.now();
    until_none(house, "opening spaces", move |tx| waves::open_due(tx, now, STRETCH).map(u64::from)).await;
    until_none(house, "erasing spaces", move |tx| closing::erase_due(tx, now, STRETCH).map(u64::from)).await;
    until_none(house, "sweeping sessions", move |tx| Ok(session::sweep(tx, now, STRETCH)? as u64)).await;
    once(house, "sweeping sign-ons", move |tx| openid::sweep(tx, now)).await;
    once(house, "forgetting what apps were given", move |tx| apps::sweep(tx, now)).await;
    once(house, "forgetting outside sign-ins", move |tx| outside::sweep(tx, now)).await;
    once(house, "forgetting codes that are over", move |tx| consent::sweep(tx, now)).await;
    once(house, "sweeping burnt values", move |tx| registry::sweep(tx, now)).await;
    once(house, "forgetting idempotency keys", move |tx| documents::forget_old_keys(tx, now)).await;
    look(house).await;
    flush(house).await;
}

/// Repeats a part until it has nothing left to do, one transaction at a time.
async fn until_none(
    house: &House,
    what: &'static str,
    part: impl Fn(&mut Tx<'_>) -> Answer<u64> + Copy + Send + 'static,
) {
    loop {
        match house.store.write(move |tx| part(tx)).await {
            Ok(0) => return,
            Ok(done) => tracing::debug!(what, done, "round"),
            Err(refusal) => return tracing::error!(what, %refusal, "a part of the round failed"),
        }
    }
}

async fn once(
    house: &House,
    what: &'static str,
    part: impl FnOnce(&mut Tx<'_>) -> Answer<u64> + Send + 'static,
) {
    if let Err(refusal) = house.store.write(part).await {
        tracing::error!(what, %refusal, "a part of the round failed");
    }
}

/// Writes down what was counted in memory.
async fn flush(house: &Arc<House>) {
    let counts = house.tallies.take();
    let written = counts.clone();
    if let Err(refusal) = house.store.write(move |tx| tally::flush(tx, &written)).await {
        tracing::error!(%refusal, "counts could not be written down; they are kept for the next round");
        house.tallies.put_back(counts);
    }
}
