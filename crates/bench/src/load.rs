//! Two ways to ask. In a **closed** loop, each of so many clients asks again as soon as she is answered: this
//! finds what a server can carry. In an **open** loop, requests are due at moments that do not depend on the
//! answers, and latency runs from the moment a request was due: this finds what people feel, and a server that
//! stalls cannot hide it by slowing its askers down.
//!
//! Everything runs on the caller's thread; the server needs the rest of the machine.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::sync::{Mutex, mpsc};
use tokio::task::{JoinSet, LocalSet};

use crate::Trouble;
use crate::process::{Gauge, Usage};
use crate::tally::{Count, Tally};
use crate::wire::{Ask, Reply, Site, Wire};

/// Somebody who asks: one connection's worth of a scenario.
pub trait Role {
    /// What she asks next.
    fn next(&mut self) -> Ask<'_>;

    /// What she is told, errors included, and what it means for what she is about; only roles that want bodies
    /// learn from them.
    fn heard(&mut self, _reply: &Reply<'_>) -> Verdict {
        Verdict::Done
    }

    /// No answer came: whatever she was about is given up.
    fn lost(&mut self) {}
}

/// What an answer means for what a role is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is over; an answer of 400 and more is an error in any case.
    Done,
    /// It takes another request, which is counted together with this one.
    More,
    /// It is not the answer that was asked for, whatever its status.
    Wrong(&'static str),
}

/// A role and where it asks.
pub struct Client {
    site: Site,
    role: Box<dyn Role>,
}

/// These roles, each asking at `site` on a connection of its own.
#[must_use]
pub fn at(site: &Site, roles: Vec<Box<dyn Role>>) -> Vec<Client> {
    roles.into_iter().map(|role| Client { site: site.clone(), role }).collect()
}

/// Where a measurement starts and ends.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Load before anything is counted.
    pub warmup: Duration,
    /// How long is counted.
    pub measured: Duration,
    /// At most so many turns of roles in all, warm-up included; a turn is one request, or several that belong
    /// together.
    pub count: u64,
}

/// What was measured.
#[derive(Debug)]
pub struct Outcome {
    /// Counts by kind of request, in the order in which they were first asked.
    pub counts: Vec<Count>,
    /// Between the first counted moment and the last answer.
    pub elapsed: Duration,
    /// Processor time over the same span.
    pub usage: Usage,
}

/// What all clients of a run share.
struct Run {
    tally: RefCell<Tally>,
    /// Answers to what was asked from here on count.
    from: Instant,
    until: Instant,
    left: Cell<u64>,
}

impl Run {
    fn new(bounds: &Bounds) -> Result<Rc<Self>, Trouble> {
        let from = Instant::now() + bounds.warmup;
        Ok(Rc::new(Self {
            tally: RefCell::new(Tally::new()?),
            from,
            until: from + bounds.measured,
            left: Cell::new(bounds.count),
        }))
    }

    /// Takes one of the requests that may still be made.
    fn take(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }

    /// One turn of a role, counted once however many requests it takes. Its latency is the time that answers took,
    /// the first since it was `due` (or sent, where nothing is due); what the generator does between two requests
    /// of a turn is not in it.
    async fn turn(&self, role: &mut dyn Role, wire: &mut Wire, mut due: Option<Instant>) {
        let (mut took, mut length, mut first) = (Duration::ZERO, 0, None);
        loop {
            let ask = role.next();
            let what = ask.what;
            let since = due.take().unwrap_or_else(Instant::now);
            let began = *first.get_or_insert(since);
            let reply = match wire.ask(&ask).await {
                Ok(reply) => reply,
                Err(e) => {
                    self.tally.borrow_mut().silence(what, &e.to_string());
                    role.lost();
                    // A server that is not there would be asked a hundred thousand times a second.
                    return tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            let now = Instant::now();
            took += now - since;
            length += reply.length;
            let verdict = role.heard(&reply);
            if verdict == Verdict::More && reply.status < 400 {
                continue;
            }
            if began >= self.from && now <= self.until {
                let mut tally = self.tally.borrow_mut();
                match verdict {
                    Verdict::Wrong(why) if reply.status < 400 => tally.silence(what, why),
                    _ => tally.note(what, reply.status, took, length, reply.body),
                }
            }
            return;
        }
    }
}

/// Lets every client ask again as soon as it is answered.
///
/// # Errors
/// None that a server can cause: what it does wrong is counted.
pub async fn closed(clients: Vec<Client>, bounds: &Bounds, gauge: &Gauge) -> Result<Outcome, Trouble> {
    let run = Run::new(bounds)?;
    LocalSet::new()
        .run_until(async {
            let mut asking = JoinSet::new();
            for Client { site, mut role } in clients {
                let (run, mut wire) = (run.clone(), Wire::new(&site));
                asking.spawn_local(async move {
                    while Instant::now() < run.until && run.take() {
                        run.turn(role.as_mut(), &mut wire, None).await;
                    }
                });
            }
            Ok(finish(asking, &run, gauge).await)
        })
        .await
}

/// Lets roles take `rate` turns a second, at moments of a Poisson process; a turn that finds every role busy waits,
/// and its waiting counts.
///
/// # Errors
/// As [`closed`].
pub async fn open(
    clients: Vec<Client>,
    bounds: &Bounds,
    gauge: &Gauge,
    rate: f64,
    seed: u64,
) -> Result<Outcome, Trouble> {
    let run = Run::new(bounds)?;
    let due = Rc::new(Mutex::new(arrivals(run.until, bounds.count, rate, seed)));
    LocalSet::new()
        .run_until(async {
            let mut asking = JoinSet::new();
            for Client { site, mut role } in clients {
                let (run, due, mut wire) = (run.clone(), due.clone(), Wire::new(&site));
                asking.spawn_local(async move {
                    loop {
                        // Whoever is free waits in line for the next request that is due.
                        let next = due.lock().await.recv().await;
                        let Some(since) = next else { break };
                        run.turn(role.as_mut(), &mut wire, Some(since)).await;
                    }
                });
            }
            Ok(finish(asking, &run, gauge).await)
        })
        .await
}

/// The moments at which requests are due, each sent when it has come. A thread of its own keeps time: the
/// timers of the runtime are only good to a millisecond, which is as much as some answers take.
fn arrivals(until: Instant, count: u64, rate: f64, seed: u64) -> mpsc::UnboundedReceiver<Instant> {
    let (due, line) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut next = Instant::now();
        for _ in 0..count {
            // Waiting times of a Poisson process are exponential.
            next += Duration::from_secs_f64(-(1.0 - rng.random::<f64>()).ln() / rate);
            if next >= until {
                break;
            }
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
            if due.send(next).is_err() {
                break;
            }
        }
    });
    line
}

/// Waits for the clients, and reads the processor's clocks at the start and the end of what counts.
async fn finish(mut asking: JoinSet<()>, run: &Rc<Run>, gauge: &Gauge) -> Outcome {
    tokio::select! {
        // A count may end the run before its warm-up is over.
        () = tokio::time::sleep_until(run.from.into()) => {}
        () = drain(&mut asking) => {}
    }
    let (start, before) = (Instant::now(), gauge.read());
    tokio::select! {
        () = tokio::time::sleep_until(run.until.into()) => {}
        () = drain(&mut asking) => {}
    }
    let (elapsed, usage) = (start.elapsed(), gauge.read().since(&before));
    drain(&mut asking).await;
    Outcome { counts: std::mem::take(&mut run.tally.borrow_mut().counts), elapsed, usage }
}

async fn drain(asking: &mut JoinSet<()>) {
    while asking.join_next().await.is_some() {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::Fake;

    struct Caller;
    impl Role for Caller {
        fn next(&mut self) -> Ask<'_> {
            Ask { what: "call", method: "GET", path: "/", headers: "", body: b"", keep: false }
        }
    }

    /// Knocks before she calls; every third time something else comes back than she wanted.
    #[derive(Default)]
    struct Knocker {
        knocked: bool,
        calls: usize,
    }

    impl Role for Knocker {
        fn next(&mut self) -> Ask<'_> {
            let path = if self.knocked { "/call" } else { "/knock" };
            Ask { what: "call", method: "GET", path, headers: "", body: b"", keep: false }
        }

        fn heard(&mut self, _reply: &Reply<'_>) -> Verdict {
            self.knocked = !self.knocked;
            if self.knocked {
                return Verdict::More;
            }
            self.calls += 1;
            if self.calls.is_multiple_of(3) { Verdict::Wrong("not that one") } else { Verdict::Done }
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn requests_that_belong_together_are_counted_once() {
        let fake = Fake::start(|request| {
            if request.path == "/knock" {
                std::thread::sleep(Duration::from_millis(20));
            }
            Fake::ok("four")
        })
        .await;
        let roles: Vec<Box<dyn Role>> = vec![Box::new(Knocker::default())];
        let outcome = closed(at(&fake.site, roles), &bounds(20_000, 9), &Gauge::default()).await.unwrap();
        let count = &outcome.counts[0];
        assert_eq!((outcome.counts.len(), count.good(), count.bad()), (1, 6, 3));
        assert_eq!(count.first_error.as_deref(), Some("0: not that one"));
        assert_eq!(count.bytes, 6 * 8);
        assert!(count.milliseconds(0.5) >= 20.0, "both requests are in its latency");
    }

    fn callers(n: usize, site: &Site) -> Vec<Client> {
        at(site, (0..n).map(|_| Box::new(Caller) as Box<dyn Role>).collect())
    }

    fn bounds(milliseconds: u64, count: u64) -> Bounds {
        Bounds { warmup: Duration::ZERO, measured: Duration::from_millis(milliseconds), count }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_closed_loop_stops_at_its_count() {
        let fake = Fake::start(|_| Fake::ok("x")).await;
        let outcome = closed(callers(4, &fake.site), &bounds(20_000, 100), &Gauge::default()).await.unwrap();
        let count = &outcome.counts[0];
        assert_eq!((count.good(), count.bad()), (100, 0));
        assert_eq!(fake.connections(), 4);
        assert!(outcome.elapsed < Duration::from_secs(10));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_closed_loop_stops_in_time() {
        let fake = Fake::start(|_| Fake::ok("x")).await;
        let outcome =
            closed(callers(2, &fake.site), &bounds(300, u64::MAX), &Gauge::default()).await.unwrap();
        assert!(outcome.counts[0].good() > 10);
        assert!((280..900).contains(&outcome.elapsed.as_millis()), "{:?}", outcome.elapsed);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn an_open_loop_keeps_its_rate() {
        let fake = Fake::start(|_| Fake::ok("x")).await;
        let outcome = open(callers(8, &fake.site), &bounds(2_000, u64::MAX), &Gauge::default(), 300.0, 1)
            .await
            .unwrap();
        let good = outcome.counts[0].good();
        assert!((480..720).contains(&good), "{good} in two seconds at 300 a second");
    }

    #[tokio::test(flavor = "current_thread")]
    async fn an_open_loop_counts_the_time_a_request_waited() {
        let mut first = true;
        let stall = std::sync::Mutex::new(move || {
            if std::mem::take(&mut first) {
                std::thread::sleep(Duration::from_millis(400));
            }
        });
        let fake = Fake::start(move |_| {
            (stall.lock().unwrap())();
            Fake::ok("x")
        })
        .await;
        let outcome = open(callers(2, &fake.site), &bounds(1_500, u64::MAX), &Gauge::default(), 200.0, 2)
            .await
            .unwrap();
        let count = &outcome.counts[0];
        // About 80 requests fell due during the stall; a closed loop would have seen two slow ones.
        let slow = count.latency.len() as f64 * (1.0 - count.latency.percentile_below(50_000) / 100.0);
        assert!(slow > 30.0, "{slow} slow of {}", count.latency.len());
    }

    #[tokio::test(flavor = "current_thread")]
    async fn nobody_there_is_an_error_with_a_reason() {
        let site = Site::parse("http://127.0.0.1:9", false).unwrap();
        let outcome = closed(callers(1, &site), &bounds(200, 5), &Gauge::default()).await.unwrap();
        assert!(outcome.counts[0].first_error.as_deref().is_some_and(|e| e.starts_with("0: ")));
    }
}
