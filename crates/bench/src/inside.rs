//! Deposits without HTTP: the same bodies, read and filed by the rooms in this process. The difference to
//! `deposit` is what the doors cost, and a profile of it is not blurred by sockets.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use care::documents;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use store::Store;

use crate::Trouble;
use crate::cli::Common;
use crate::guests;
use crate::load::Outcome;
use crate::population::Population;
use crate::process::Gauge;
use crate::report;
use crate::scenario::Serials;
use crate::scenario::deposit::{Paper, Plan, stencil};
use crate::settle;
use crate::stencil::Stencil;
use crate::tally::Tally;

/// The largest body that is read.
const LIMIT: usize = 80 << 20;

/// Deposits in a closed loop of `--clients` threads and says the figures.
///
/// # Errors
/// When the store does not open.
pub fn run(common: &Common) -> Result<(), Trouble> {
    let store = settle::open(&common.installation()?)?;
    let population = Population::new(common.country, common.people);
    let plan = Plan { paper: Paper::Cda, clients: common.clients, people: common.pool, seed: common.seed };
    let first = Serials::new().next();
    for _ in 0..common.runs {
        report::say_outcome(&once(&store, common, &population, &plan, first)?);
    }
    Ok(())
}

fn once(
    store: &Store,
    common: &Common,
    population: &Population,
    plan: &Plan,
    first: u64,
) -> Result<Outcome, Trouble> {
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    let each = (plan.people / plan.clients.max(1)).max(1);
    let mut pools: Vec<Vec<Stencil>> = Vec::with_capacity(plan.clients);
    for _ in 0..plan.clients {
        let pool = (0..each).map(|_| stencil(plan, &population.draw(&mut rng), &mut rng));
        pools.push(pool.collect::<Result<_, Trouble>>()?);
    }
    let tally = Mutex::new(Tally::new()?);
    // A later run of this process must not repeat the numbers of an earlier one.
    let serial = AtomicU64::new(first.max(Serials::new().next()));
    let bounds = common.bounds();
    let gauge = Gauge::default();
    let from = Instant::now() + bounds.warmup;
    let until = from + bounds.measured;
    let (mut before, mut after) = (gauge.read(), gauge.read());
    std::thread::scope(|scope| {
        for pool in &mut pools {
            let (tally, serial) = (&tally, &serial);
            scope.spawn(move || client(store, pool, serial, tally, (from, until)));
        }
        std::thread::sleep(bounds.warmup);
        before = gauge.read();
        std::thread::sleep(bounds.measured);
        after = gauge.read();
    });
    let mut usage = after.since(&before);
    // Here the process that is measured is this one.
    usage.measured = usage.own;
    let mut tally = tally.into_inner().map_err(|_| "a client panicked")?;
    Ok(Outcome { counts: std::mem::take(&mut tally.counts), elapsed: bounds.measured, usage })
}

fn client(
    store: &Store,
    pool: &mut [Stencil],
    serial: &AtomicU64,
    tally: &Mutex<Tally>,
    (from, until): (Instant, Instant),
) {
    let mut at = 0;
    while Instant::now() < until && !pool.is_empty() {
        at = (at + 1) % pool.len();
        let body = pool[at].renumbered(serial.fetch_add(1, Ordering::Relaxed));
        let start = Instant::now();
        let result = deposit(store, body);
        let end = Instant::now();
        let took = end - start;
        if start < from || end > until {
            continue;
        }
        if let Ok(mut tally) = tally.lock() {
            match result {
                Ok(()) => tally.note("deposit inside", 200, took, 0, b""),
                Err(why) => tally.note("deposit inside", 422, Duration::ZERO, 0, why.as_bytes()),
            }
        }
    }
}

/// What the FHIR door does with the body of an ITI-65 request.
fn deposit(store: &Store, body: &[u8]) -> Result<(), String> {
    let said = |issues: Vec<kernel::Issue>| format!("{issues:?}");
    let bundle = fhir::json::parse(body, fhir::json::Limits::bytes(LIMIT)).map_err(said)?;
    let issues = fhir::validate::validate(&bundle);
    if !issues.is_empty() {
        return Err(said(issues));
    }
    let submission = fhir::mhd::read_provide(&bundle).map_err(said)?;
    let prepared = documents::prepare::submission(submission, None).map_err(|e| format!("{e:?}"))?;
    let visit = guests::visit();
    let filed = store.write(move |tx| documents::store(tx, &visit, prepared)).wait();
    filed.map(|_| ()).map_err(|e| format!("{e:?}"))
}
