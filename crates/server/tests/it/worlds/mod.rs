//! Non-interference (issue: "who may see what"): what a viewer is answered, whatever she asks, is what she is answered
//! on a store from which everything that she may not see had been removed.
//!
//! Worlds are drawn from a seed (`story.rs`) and told in two houses (`telling.rs`): in one everything happens, in the
//! other only what happened as far as the viewer may know (`oracle.rs`, which says a second time, in other words than
//! the policies, who may see what). Then both are asked the same (`questions.rs`), through the real doors without
//! sockets (`stage.rs`), and the answers compare byte by byte: status, headers, body, and the number of statements
//! that the database was asked, which stands for the time. Clock, chance and keys are the same in both.
//!
//! `CARNET_TEST_WORLDS` says how many worlds, `CARNET_TEST_SEED` where to begin: a failure names its seed.

mod leaks;
mod oracle;
mod questions;
mod routes;
mod stage;
mod story;
mod telling;

use std::collections::BTreeSet;
use std::sync::Arc;

use stage::{Actor, Asked, Engine, Heard, Stage};
use story::World;

/// What stands between the doors and the comparison: nothing, or a leak that must be found.
type Between = fn(&Stage, &World, Actor, &Asked, Heard) -> Heard;

/// What was compared.
#[derive(Debug, Default)]
struct Tally {
    worlds: u64,
    pairs: u64,
    /// Documents that some viewer could not see, and events that never happened for her.
    hidden: u64,
    removed: u64,
    routes: BTreeSet<&'static str>,
    /// Routes that answered somebody with more than a refusal.
    open: BTreeSet<&'static str>,
}

/// An answer that differs.
#[derive(Debug)]
struct Difference {
    route: &'static str,
    said: String,
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn runtime() -> Arc<tokio::runtime::Runtime> {
    Arc::new(tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap())
}

/// Answers that hold something random that only the house can read are compared without it: the proof that a
/// professional has searched, sealed anew each time.
fn normal(mut heard: Heard) -> Heard {
    for (_, value) in &mut heard.headers {
        if let Some((before, _)) = value.split_once("found=") {
            *value = format!("{before}found=…");
        }
    }
    heard
}

fn said(heard: &Heard) -> String {
    let headers: Vec<String> = heard.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    format!("{} ({} statements)\n{}\n\n{}", heard.status, heard.work, headers.join("\n"), heard.text())
}

/// The first lines that differ, with what stands before them.
fn differing(a: &Heard, b: &Heard) -> String {
    let (a, b) = (
        said(a).replace("><", ">\n<").replace(",\"", ",\n\""),
        said(b).replace("><", ">\n<").replace(",\"", ",\n\""),
    );
    let at = a.lines().zip(b.lines()).take_while(|(a, b)| a == b).count();
    let from = at.saturating_sub(2);
    let part = |text: &str| text.lines().skip(from).take(9).collect::<Vec<_>>().join("\n      ");
    format!("  with everything:\n      {}\n  without:\n      {}", part(&a), part(&b))
}

/// Tells the world of a seed to one viewer and compares; `Err` with every answer that differs.
fn compare(engine: Engine, seed: u64, between: Between, tally: &mut Tally) -> Result<(), Vec<Difference>> {
    let world = story::world(seed);
    let viewers = story::viewers(world.subject);
    let viewer = viewers[(seed / 2 % viewers.len() as u64) as usize];
    let runtime = runtime();
    let (real, bare) = (Stage::new(engine, &runtime), Stage::new(engine, &runtime));
    let ids = telling::tell(&real, &world, None);
    telling::tell(&bare, &world, Some(viewer));
    tally.worlds += 1;
    tally.hidden += (0..world.documents.len()).filter(|n| !world.sees(viewer, *n)).count() as u64;
    tally.removed += (0..world.events.len()).filter(|at| world.without(viewer, *at).is_none()).count() as u64;
    let mut waiting: Vec<questions::Question> = questions::all(&world, &ids, seed);
    waiting.reverse();
    let (mut found, mut followed) = (Vec::new(), BTreeSet::new());
    let mut n = 0;
    while let Some(question) = waiting.pop() {
        let (route, asked) = &question;
        n += 1;
        let [with, without] = [&real, &bare].map(|stage| {
            stage.chance.set(seed.wrapping_mul(100_000).wrapping_add(n));
            let heard = stage.ask(viewer, asked);
            normal(between(stage, &world, viewer, asked, heard))
        });
        tally.pairs += 1;
        tally.routes.insert(route);
        if with.status < 300 || with.status == 400 || with.status == 422 {
            tally.open.insert(route);
        }
        if with != without {
            let said = format!(
                "seed {seed}, {viewer:?} asks {} {}\n{}",
                asked.method,
                asked.path,
                differing(&with, &without)
            );
            found.push(Difference { route, said });
        } else if let Some(next) = questions::followed(&question, &with)
            && followed.insert(format!("{:?}", next.1))
        {
            waiting.push(next);
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

fn nothing(_: &Stage, _: &World, _: Actor, _: &Asked, heard: Heard) -> Heard {
    heard
}

/// Compares so many worlds from a seed on; fails with what was found, by route.
fn hold(engine: Engine, first: u64, worlds: u64) -> Tally {
    let mut tally = Tally::default();
    let mut found: Vec<Difference> = Vec::new();
    for seed in first..first + worlds {
        if let Err(differences) = compare(engine, seed, nothing, &mut tally) {
            found.extend(differences);
        }
    }
    println!(
        "{engine:?}: {} worlds, {} pairs of a world and a question, {} documents hidden, {} events that never happened",
        tally.worlds, tally.pairs, tally.hidden, tally.removed
    );
    let mut routes: Vec<&str> = found.iter().map(|difference| difference.route).collect();
    routes.sort_unstable();
    routes.dedup();
    let first: Vec<&str> = found.iter().take(12).map(|difference| difference.said.as_str()).collect();
    assert!(
        found.is_empty(),
        "{} answers differ, at {routes:?}; the first:\n{}",
        found.len(),
        first.join("\n")
    );
    tally
}

/// Worlds are shared among four tests, so that a machine with several cores looks at them side by side.
fn quarter(n: u64) {
    let worlds = number("CARNET_TEST_WORLDS", 96).div_ceil(4);
    hold(Engine::Sqlite, number("CARNET_TEST_SEED", 1) + n * worlds, worlds);
}

#[test]
fn what_she_may_not_see_leaves_no_trace_1() {
    quarter(0);
}

#[test]
fn what_she_may_not_see_leaves_no_trace_2() {
    quarter(1);
}

#[test]
fn what_she_may_not_see_leaves_no_trace_3() {
    quarter(2);
}

#[test]
fn what_she_may_not_see_leaves_no_trace_4() {
    quarter(3);
}

/// The server engine answers the same way; fewer worlds, because each has a database of its own.
#[test]
fn on_the_server_engine_it_leaves_none_either() {
    hold(Engine::Postgres, number("CARNET_TEST_SEED", 1), number("CARNET_TEST_WORLDS", 96).div_ceil(16));
}
