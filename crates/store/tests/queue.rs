//! Work is queued with what needs it, taken once, tried again, and never lost.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of tests may fail as tests do"
)]

use kernel::{Instant, PersonId, Refusal};
use store::testing::both;
use store::{Job, LEASE, MOST_TRIES, Store};

fn enqueue(store: &Store, key: &'static str, due: i64) {
    store
        .write(move |tx| {
            let person = Some(PersonId(7));
            tx.enqueue(Job {
                task: "notify",
                key: key.into(),
                person,
                payload: "{}".into(),
                due: Instant(due),
            })?;
            Ok(())
        })
        .wait()
        .unwrap();
}

fn taken(store: &Store, now: i64) -> Vec<String> {
    let mut keys: Vec<String> =
        store.take_jobs(Instant(now), 10).wait().unwrap().into_iter().map(|job| job.key).collect();
    keys.sort();
    keys
}

#[test]
fn work_is_queued_once_and_taken_once() {
    both(|store| {
        enqueue(&store, "a", 10);
        enqueue(&store, "a", 5);
        enqueue(&store, "b", 20);
        let undone = store.write(|tx| {
            tx.enqueue(Job {
                task: "notify",
                key: "c".into(),
                person: None,
                payload: "{}".into(),
                due: Instant(0),
            })?;
            Err::<(), _>(Refusal::not_found())
        });
        assert!(undone.wait().is_err());
        assert!(taken(&store, 9).is_empty(), "not before it is due");
        assert_eq!(taken(&store, 30), ["a", "b"]);
        assert!(taken(&store, 30).is_empty(), "its worker has it");
        assert_eq!(taken(&store, 30 + LEASE), ["a", "b"], "a worker that died loses it");
    });
}

#[test]
fn work_that_fails_is_tried_again_later_and_kept_in_the_end() {
    both(|store| {
        enqueue(&store, "a", 0);
        enqueue(&store, "done", i64::MAX);
        let mut now = Instant(0);
        for round in 1..=MOST_TRIES {
            let jobs = store.take_jobs(now, 10).wait().unwrap();
            assert_eq!(jobs.len(), 1, "round {round}");
            assert_eq!((jobs[0].tries, jobs[0].person), (round, Some(PersonId(7))));
            store.retry_job(&jobs[0], now, 0, "no answer").wait().unwrap();
            assert!(store.take_jobs(now, 10).wait().unwrap().is_empty(), "a pause first");
            now = now.plus(jobs[0].pause());
        }
        let far = Instant(i64::MAX / 2);
        assert!(store.take_jobs(far, 10).wait().unwrap().is_empty(), "given up");
        let kept = store.read(|tx| {
            Ok(tx.one("SELECT error FROM job WHERE dead_at IS NOT NULL", &[], |row| row.text(0))?)
        });
        assert_eq!(kept.wait().unwrap().unwrap(), "no answer");
    });
}

#[test]
fn whoever_asks_us_to_wait_is_left_alone_for_a_day_at_most() {
    for (wait, due) in [(1, 60), (600, 600), (86_401, 86_400), (i64::MAX / Instant::SECOND, 86_400)] {
        both(|store| {
            enqueue(&store, "a", 0);
            let jobs = store.take_jobs(Instant(0), 10).wait().unwrap();
            store.retry_job(&jobs[0], Instant(0), wait * Instant::SECOND, "busy").wait().unwrap();
            assert!(taken(&store, due * Instant::SECOND - 1).is_empty(), "{wait}");
            assert_eq!(taken(&store, due * Instant::SECOND), ["a"], "{wait}");
        });
    }
}

#[test]
fn many_workers_never_share_a_job() {
    both(|store| {
        store
            .write(|tx| {
                for n in 0..200 {
                    let key = format!("{n}");
                    tx.enqueue(Job {
                        task: "notify",
                        key,
                        person: None,
                        payload: "{}".into(),
                        due: Instant(0),
                    })?;
                }
                Ok(())
            })
            .wait()
            .unwrap();
        let workers: Vec<_> = (0..8)
            .map(|_| {
                let store = store.clone();
                std::thread::spawn(move || {
                    let mut seen = Vec::new();
                    loop {
                        let jobs = store.take_jobs(Instant(1), 7).wait().unwrap();
                        if jobs.is_empty() {
                            return seen;
                        }
                        for job in jobs {
                            store.finish_job(&job).wait().unwrap();
                            seen.push(job.key);
                        }
                    }
                })
            })
            .collect();
        let mut seen: Vec<String> = workers.into_iter().flat_map(|w| w.join().unwrap()).collect();
        seen.sort();
        assert_eq!(seen.len(), 200);
        seen.dedup();
        assert_eq!(seen.len(), 200);
    });
}
