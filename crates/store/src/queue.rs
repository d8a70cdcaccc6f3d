//! Work to do later: rows written in the transaction that needs the work, taken by the worker, idempotent by
//! key, tried again with growing pauses, kept as dead letters when nothing helps.

use kernel::{Fault, Instant, PersonId};

use crate::tx::Tx;
use crate::{Pending, Store, args, dialect, queries};

/// Work to be done.
#[derive(Clone, Debug)]
pub struct Job {
    /// What to do: `enrolment-close`, `notify` …
    pub task: &'static str,
    /// The same task with the same key is queued once.
    pub key: String,
    /// Whose space it is about.
    pub person: Option<PersonId>,
    /// What the task needs, as JSON; never a health fact.
    pub payload: String,
    /// Not before this moment.
    pub due: Instant,
}

/// Work a worker has taken; others leave it alone for [`LEASE`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenJob {
    /// What to do.
    pub task: String,
    /// The job's key.
    pub key: String,
    /// Whose space it is about.
    pub person: Option<PersonId>,
    /// What the task needs, as JSON.
    pub payload: String,
    /// Which try this is, from 1.
    pub tries: u32,
}

/// How long a taken job is left to its worker, in microseconds: a worker that died loses it after this.
pub const LEASE: i64 = 5 * 60 * Instant::SECOND;

/// After this many tries a job becomes a dead letter: with doubling pauses, about two days.
pub const MOST_TRIES: u32 = 12;

impl TakenJob {
    /// The pause before the next try, in microseconds: one minute, doubled with each try, at most a day.
    #[must_use]
    pub fn pause(&self) -> i64 {
        let doublings = self.tries.saturating_sub(1).min(20);
        ((60 * Instant::SECOND) << doublings).min(Instant::DAY)
    }
}

impl Tx<'_> {
    /// Queues work in this transaction; does nothing when the same task and key are already queued.
    pub fn enqueue(&mut self, job: Job) -> Result<(), Fault> {
        self.must_write()?;
        let args = args![job.task, job.key, job.person, job.payload, job.due];
        self.later(queries::ENQUEUE, args.to_vec())
    }
}

impl Store {
    /// Takes up to `most` jobs that are due, for [`LEASE`].
    pub fn take_jobs(&self, now: Instant, most: usize) -> Pending<Vec<TakenJob>> {
        self.write(move |tx| {
            let sql = dialect::take_jobs(tx);
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let mut taken = tx.all(sql, args![now, most, now.plus(LEASE)], |row| {
                let job = TakenJob {
                    task: row.text(0)?,
                    key: row.text(1)?,
                    person: row.opt_int(2)?.map(PersonId),
                    payload: row.text(3)?,
                    tries: u32::try_from(row.int(4)?).unwrap_or(u32::MAX),
                };
                Ok((row.int(5)?, job))
            })?;
            // What an engine answers after a change has no order of its own.
            taken.sort_by(|(a, first), (b, second)| {
                (a, &first.task, &first.key).cmp(&(b, &second.task, &second.key))
            });
            Ok(taken.into_iter().map(|(_, job)| job).collect())
        })
    }

    /// The job is done: forget it.
    pub fn finish_job(&self, job: &TakenJob) -> Pending<()> {
        let (task, key) = (job.task.clone(), job.key.clone());
        self.write(move |tx| {
            tx.exec(queries::FINISH_JOB, args![task, key])?;
            Ok(())
        })
    }

    /// The job failed: try again after its pause, or after `wait` microseconds where that is longer (whoever it is for
    /// has asked for it), at most a day; or keep it as a dead letter when it was tried enough.
    pub fn retry_job(&self, job: &TakenJob, now: Instant, wait: i64, error: &str) -> Pending<()> {
        let (task, key, error) = (job.task.clone(), job.key.clone(), error.to_owned());
        let (dead, due) = (job.tries >= MOST_TRIES, now.plus(job.pause().max(wait).min(Instant::DAY)));
        self.write(move |tx| {
            if dead {
                tx.exec(queries::BURY_JOB, args![task, key, now, error])?;
            } else {
                tx.exec(queries::RETRY_JOB, args![task, key, due, error])?;
            }
            Ok(())
        })
    }
}
