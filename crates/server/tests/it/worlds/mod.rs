//! Non-interference (issue: "who may see what"): what a viewer is answered, whatever she asks, is what she is answered
//! on a store from which everything that she may not see had been removed.
//!
//! Worlds are drawn from a seed (`story.rs`, `drawing.rs`) and told in two houses (`telling.rs`): in one everything happens, in the
//! other only what happened as far as the viewer may know (`oracle.rs` and `decided.rs`, which say a second time, in other words than
//! the policies, who may see what). Then both are asked the same (`questions.rs`, `choices.rs`), through the real doors without
//! sockets (`stage.rs`), and the answers compare byte by byte: status, headers, body, and the number of statements
//! that the database was asked, which stands for the time. Clock, chance and keys are the same in both. And each answer
//! that shows or refuses something has left a line in a journal (`journalled.rs`).
//!
//! `CARNET_TEST_WORLDS` says how many worlds, `CARNET_TEST_SEED` where to begin: a failure names its seed, and with
//! `CARNET_TEST_TELL` prints what happened there.

mod apps;
mod choices;
mod decided;
mod drawing;
mod journalled;
mod leaks;
mod oracle;
mod papers;
mod questions;
mod routes;
mod stage;
mod story;
mod telling;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use stage::{Actor, Asked, Engine, Heard, Stage};
use story::World;

/// What stands between the doors and the comparison: nothing, or a leak that must be found.
type Between = fn(&Stage, &World, Actor, &Asked, Heard) -> Heard;

/// How many worlds are looked at when nobody says.
const WORLDS: u64 = 56;

/// What was compared.
#[derive(Debug, Default)]
struct Tally {
    worlds: u64,
    pairs: u64,
    /// Documents that some viewer could not see, and events that never happened for her.
    hidden: u64,
    removed: u64,
    /// What apps read, and were not refused.
    read_by_apps: u64,
    /// E-mails and notifications that told a viewer of news.
    mails: u64,
    notifications: u64,
    routes: BTreeSet<&'static str>,
    /// Routes that answered somebody with more than a refusal.
    open: BTreeSet<&'static str>,
    /// Routes with an answer of which no journal has a line.
    silent: BTreeSet<&'static str>,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.worlds += other.worlds;
        self.pairs += other.pairs;
        self.hidden += other.hidden;
        self.removed += other.removed;
        self.read_by_apps += other.read_by_apps;
        self.mails += other.mails;
        self.notifications += other.notifications;
        self.routes.extend(&other.routes);
        self.open.extend(&other.open);
        self.silent.extend(&other.silent);
    }
}

/// An answer that differs.
#[derive(Debug)]
struct Difference {
    seed: u64,
    route: &'static str,
    said: String,
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn runtime() -> Arc<tokio::runtime::Runtime> {
    Arc::new(tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap())
}

/// What is compared of an answer: all of it, but that the owner may check that her journal is complete, so the ranks of its
/// acts are those of the chain, and a gap tells her that there is something which a professional will tell her first
/// (R1111-42 CSP). Nothing else does.
fn normal(world: &World, viewer: Actor, heard: Heard) -> Heard {
    if viewer == Actor::Citizen(world.subject) { without_ranks(heard) } else { heard }
}

/// Whether the room itself answered somebody, if only that a form lacks something: she was neither told that she may not,
/// or that there is nothing, nor sent away to say who she is.
fn is_open(heard: &Heard) -> bool {
    const DOORS: [&str; 3] = ["/sign-in", "/pro/sign-in", "/confirm"];
    let away = heard.header("location").is_some_and(|to| DOORS.iter().any(|door| to.starts_with(door)));
    (heard.status < 400 || heard.status == 422) && !away
}

/// Takes the ranks of acts away: the first column of the journal as CSV, the ids of `AuditEvent`s, the cursors.
fn without_ranks(mut heard: Heard) -> Heard {
    let Ok(text) = String::from_utf8(heard.body.clone()) else { return heard };
    let csv = heard.header("content-type").is_some_and(|kind| kind.starts_with("text/csv"));
    let text = if csv {
        let bare = |line: &str| line.split_once(';').map_or(line, |(_, rest)| rest).to_owned();
        text.lines().map(bare).collect::<Vec<_>>().join("\n")
    } else {
        let text = ["-a", "before=", "line-", "line="]
            .into_iter()
            .fold(text, |text, mark| without_numbers(&text, mark));
        without_chain(&without_cursors(&text))
    };
    if heard.text() != text {
        heard.body = text.into_bytes();
        heard.headers.retain(|(name, _)| name != "content-length");
    }
    heard
}

/// Takes the cursors of searches away, which name the act that a page ends with.
fn without_cursors(text: &str) -> String {
    let mut parts = text.split("_page=");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |whole, part| whole + "_page=" + part.find('"').map_or("", |end| &part[end..]))
}

/// Takes away which acts of the chain a line of the journal's page is about.
fn without_chain(text: &str) -> String {
    let mut parts = text.split("data-acts=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |whole, part| whole + "data-acts=\"" + part.find('"').map_or("", |end| &part[end..]))
}

/// Takes the digits after each `mark` away.
fn without_numbers(text: &str, mark: &str) -> String {
    let mut parts = text.split(mark);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |whole, part| whole + mark + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// The answer as lines that can be shown side by side. The length follows from the body.
fn lines(heard: &Heard) -> Vec<String> {
    let mut lines = vec![heard.status.to_string(), format!("about {} statements", heard.work)];
    let headers = heard.headers.iter().filter(|(name, _)| name != "content-length");
    lines.extend(headers.map(|(name, value)| format!("{name}: {value}")));
    let text = heard.text().replace("><", ">\n<").replace(",\"", ",\n\"");
    lines.extend(text.lines().map(str::to_owned));
    lines
}

/// The first lines that differ, with what stands before them; the number of statements only where all else is equal.
fn differing(a: &Heard, b: &Heard) -> String {
    let (a, b) = (lines(a), lines(b));
    let counts = |line: &str| line.starts_with("about ");
    let first = a.iter().zip(&b).position(|(a, b)| a != b && !counts(a));
    let at = first.or_else(|| a.iter().position(|line| counts(line))).unwrap_or(a.len().min(b.len()));
    let part = |lines: &[String]| -> String {
        lines.iter().skip(at.saturating_sub(3)).take(8).map(|line| format!("\n      {line}")).collect()
    };
    format!("  with everything:{}\n  without:{}", part(&a), part(&b))
}

/// Whether two answers are one: every byte, and about as many statements. A longer sequence takes a statement more now
/// and then, and a write keeps the state of the record now and then; an answer that takes more than that tells of what
/// it does not say. The first search prepares the words of each document that it looks at, which says that nobody who
/// sees them has searched before, and nothing of what they are. A code that opens nothing any more is answered like a
/// wrong one and takes longer: whoever holds it is told by the clock that it was one.
fn same(asked: &Asked, a: &Heard, b: &Heard) -> bool {
    let (less, more) = (a.work.min(b.work), a.work.max(b.work));
    let known = match asked.path.as_str() {
        "/pro/code" => 40,
        path if path.contains("q=") => 3 * drawing::DOCUMENTS as u64,
        _ => 0,
    };
    a.status == b.status
        && a.headers == b.headers
        && a.body == b.body
        && more - less <= (less / 4).clamp(6, 12) + known
}

/// To whom the world of a seed is told.
fn viewer(seed: u64, world: &World) -> Actor {
    let viewers = story::viewers(world.subject);
    viewers[(seed / 2 % viewers.len() as u64) as usize]
}

/// Tells the world of a seed to one viewer and compares, until `enough` answers differ; `Err` with those.
fn compare(
    engine: Engine,
    seed: u64,
    (between, enough): (Between, usize),
    tally: &mut Tally,
) -> Result<(), Vec<Difference>> {
    let world = drawing::world(seed);
    let viewer = viewer(seed, &world);
    let runtime = runtime();
    let (real, bare) = (Stage::new(engine, &runtime), Stage::new(engine, &runtime));
    let ids = telling::tell(&real, &world, viewer);
    telling::tell_without(&bare, &world, viewer, ids.clone());
    tally.worlds += 1;
    tally.hidden += (0..world.documents.len()).filter(|n| !world.sees(viewer, *n)).count() as u64;
    tally.removed += (0..world.events.len()).filter(|at| world.without(viewer, *at).is_none()).count() as u64;
    let owner = viewer == Actor::Citizen(world.subject);
    let [known, also] = [&real, &bare].map(|stage| questions::Known::of(stage, &world, viewer));
    assert_eq!(known, also, "seed {seed}: {viewer:?} is told other names of the same");
    let mut waiting = to_ask(&world, &ids, viewer, &known);
    waiting.reverse();
    let (mut found, mut followed) = (Vec::new(), BTreeSet::new());
    let mut n = 0;
    while let Some(question) = waiting.pop()
        && found.len() < enough
    {
        let (route, asked) = &question;
        n += 1;
        let before = journalled::acts(&real);
        let [with, without] = [&real, &bare].map(|stage| {
            stage.at(telling::AFTERWARDS + n as i64);
            stage.chance.set(seed.wrapping_mul(100_000).wrapping_add(n));
            let heard = stage.ask(viewer, asked);
            normal(&world, viewer, between(stage, &world, viewer, asked, heard))
        });
        tally.pairs += 1;
        tally.routes.insert(route);
        if journalled::says_something(viewer, asked, &with) && journalled::acts(&real) == before {
            found.extend(journalled::unnamed(seed, viewer, &question, with.status, tally));
        }
        if is_open(&with) {
            tally.open.insert(route);
        }
        let reads = asked.path.starts_with("/fhir/") && matches!(viewer, Actor::App(..));
        tally.read_by_apps += u64::from(reads && with.status == 200);
        if !same(asked, &with, &without) {
            let said = format!(
                "seed {seed}, {viewer:?} asks {} {}\n{}",
                asked.method,
                asked.path,
                differing(&with, &without)
            );
            found.push(Difference { seed, route, said });
        } else if let Some(next) = questions::followed(&question, &with)
            && !(owner && (next.1.path.contains("before=") || next.1.path.contains("/AuditEvent")))
            && followed.insert(format!("{:?}", next.1))
        {
            waiting.push(next);
        }
    }
    if let Some(difference) = letters(&world, viewer, [&real, &bare], tally)
        && found.len() < enough
    {
        found.push(difference);
    }
    if found.is_empty() {
        return Ok(());
    }
    if std::env::var("CARNET_TEST_TELL").is_ok() {
        tell_the_story(&world, viewer, &ids);
    }
    Err(found)
}

/// What is asked of both houses.
fn to_ask(
    world: &World,
    ids: &story::Ids,
    viewer: Actor,
    known: &questions::Known,
) -> Vec<questions::Question> {
    let owner = viewer == Actor::Citizen(world.subject);
    let mut waiting = questions::all(world, ids, world.seed, known);
    waiting.extend(choices::codes(world, ids, viewer));
    // Asking the owner's journal by rank asks two things of two chains, and the proof is of the chain.
    let ranked = |asked: &Asked| {
        let sorted_by_rank = asked.path.contains("/AuditEvent") && asked.path.contains("_sort=");
        let line = asked.path.split('?').next() == Some("/journal/report");
        asked.path.contains("before=") || line || sorted_by_rank
    };
    let chained = matches!(viewer, Actor::Citizen(_));
    waiting.retain(|(_, asked)| {
        !(owner && ranked(asked) || chained && asked.path.starts_with("/journal/proof"))
    });
    waiting
}

/// What leaves the house for her: the same messages and notifications, for the same news. (An export leaves it too, whole
/// and sealed, for another house; no viewer is answered with it.)
fn letters(world: &World, viewer: Actor, houses: [&Stage; 2], tally: &mut Tally) -> Option<Difference> {
    let seed = world.seed;
    let [with, without] = houses.map(|stage| {
        stage.at(telling::AFTERWARDS + 2 * 3600);
        stage.chance.set(seed);
        if let Some(pair) = telling::told(world, viewer) {
            stage.look_for_news(pair);
        }
        stage.work();
        (stage.sent(), stage.notifications())
    });
    tally.mails += with.0.len() as u64;
    tally.notifications += with.1 as u64;
    let said = || format!("seed {seed}, {viewer:?} is sent {with:#?}\nand without: {without:#?}");
    (with != without).then(|| Difference { seed, route: "messages", said: said() })
}

/// Prints what happened, and what happened as far as the viewer may know.
fn tell_the_story(world: &World, viewer: Actor, ids: &story::Ids) {
    println!("seed {}, {viewer:?}: {:#?}\nids: {ids:?}", world.seed, world.documents);
    for (at, event) in world.events.iter().enumerate() {
        let without = world.without(viewer, at);
        let same = without.as_ref() == Some(event);
        println!("{at:>3} {event:?}{}", if same { String::new() } else { format!("  ->  {without:?}") });
    }
}

fn nothing(_: &Stage, _: &World, _: Actor, _: &Asked, heard: Heard) -> Heard {
    heard
}

/// Compares so many worlds from a seed on; fails with what was found, by route.
fn hold(engine: Engine, first: u64, worlds: u64) -> Tally {
    let mut tally = Tally::default();
    let mut found: Vec<Difference> = Vec::new();
    for seed in first..first + worlds {
        if let Err(differences) = compare(engine, seed, (nothing, usize::MAX), &mut tally) {
            found.extend(differences);
        }
    }
    println!(
        "{engine:?}: {} worlds, {} pairs of a world and a question, {} documents hidden, {} events that never happened, \
         {} answers to apps, {} e-mails, {} notifications",
        tally.worlds,
        tally.pairs,
        tally.hidden,
        tally.removed,
        tally.read_by_apps,
        tally.mails,
        tally.notifications
    );
    let mut routes: Vec<&str> = found.iter().map(|difference| difference.route).collect();
    routes.sort_unstable();
    routes.dedup();
    let mut seeds: Vec<u64> = found.iter().map(|difference| difference.seed).collect();
    seeds.dedup();
    let of_seed = |seed: &u64| found.iter().find(|difference| difference.seed == *seed);
    let first: Vec<&str> = seeds.iter().filter_map(of_seed).take(12).map(|of| of.said.as_str()).collect();
    assert!(
        found.is_empty(),
        "{} answers differ, in the worlds {seeds:?}, at {routes:?}; the first of each:\n{}",
        found.len(),
        first.join("\n")
    );
    tally
}

/// Worlds are shared among four tests, so that a machine with several cores looks at them side by side. Whichever comes
/// last says whether they were worth looking at.
fn quarter(n: u64) {
    static TOGETHER: Mutex<(u8, Option<Tally>)> = Mutex::new((0, None));
    let all = number("CARNET_TEST_WORLDS", WORLDS);
    let worlds = all.div_ceil(4);
    let tally = hold(Engine::Sqlite, number("CARNET_TEST_SEED", 1) + n * worlds, worlds);
    let mut together = TOGETHER.lock().unwrap_or_else(PoisonError::into_inner);
    together.0 += 1;
    together.1.get_or_insert_default().add(&tally);
    if together.0 == 4 && all >= WORLDS {
        let whole = together.1.take().unwrap_or_default();
        drop(together);
        routes::each_was_open(&whole);
        journalled::each_was_needed(&whole.silent);
    }
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
    hold(Engine::Postgres, number("CARNET_TEST_SEED", 1), number("CARNET_TEST_WORLDS", WORLDS).div_ceil(16));
}
