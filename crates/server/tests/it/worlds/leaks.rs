//! The test can fail: each of these leaks, put between the doors and the comparison, is found.
//!
//! Each tells, in one place of one answer, something of what is in the store and may not be seen: in a total, a version,
//! a status, a header, the order or the number of cards, a cursor, the length of a page, the work behind it. None is in
//! the product; they are what servers of this field have published.

use std::collections::BTreeSet;

use people::person;
use store::{Kind, Want};

use super::stage::{Actor, Asked, Engine, Heard, Stage};
use super::story::World;
use super::{Between, Tally, compare, drawing, nothing, viewer};

/// How many worlds a leak has to show itself in.
const WORLDS: u64 = 48;

/// How many acts of these kinds there are in the space, seen or not.
fn count(stage: &Stage, world: &World, kinds: &'static [Kind]) -> usize {
    let subject = world.subject;
    let counted = stage.house.store.read(move |tx| {
        let mut count = 0;
        let person = person::load(tx, subject)?;
        if let Some(person) = person {
            tx.acts(&person.key, kernel::Seq(0), Want { line: false, data: false, kinds }, |_| {
                count += 1;
                Ok(())
            })?;
        }
        Ok(count)
    });
    counted.wait().unwrap()
}

fn deposited(stage: &Stage, world: &World) -> usize {
    count(stage, world, &[Kind::Deposited])
}

/// How many apps she has connected, now or before.
fn apps(stage: &Stage, world: &World) -> usize {
    let subject = world.subject;
    let counted = stage.house.store.read(move |tx| {
        let mut count = 0;
        let is_of_app = |about: Option<String>| about.is_some_and(|about| about.starts_with("app "));
        if let Some(person) = person::load(tx, subject)? {
            tx.acts(
                &person.key,
                kernel::Seq(0),
                Want { line: true, data: false, kinds: &[Kind::Decided] },
                |row| {
                    count += usize::from(is_of_app(row.line.and_then(|line| line.about)));
                    Ok(())
                },
            )?;
        }
        Ok(count)
    });
    counted.wait().unwrap()
}

fn replace(mut heard: Heard, from: &str, to: &str) -> Heard {
    if let Ok(text) = String::from_utf8(heard.body.clone()) {
        heard.body = text.replacen(from, to, 1).into_bytes();
    }
    heard
}

/// The total counts what the page leaves out: filters applied to results.
fn total(stage: &Stage, world: &World, _: Actor, asked: &Asked, heard: Heard) -> Heard {
    if !asked.path.starts_with("/fhir/DocumentReference?") || heard.status != 200 {
        return heard;
    }
    let all = deposited(stage, world);
    replace(heard, "\"total\":", &format!("\"total\":{all}"))
}

/// A version is the rank in a sequence that everybody shares.
fn version(stage: &Stage, world: &World, _: Actor, _: &Asked, mut heard: Heard) -> Heard {
    if heard.header("etag").is_some() {
        heard.headers.push(("etag".into(), format!("W/\"{}\"", count(stage, world, &[]))));
    }
    heard
}

/// What is hidden is forbidden, what is not there is not found.
fn status(stage: &Stage, world: &World, _: Actor, asked: &Asked, mut heard: Heard) -> Heard {
    let Some(id) = asked.path.strip_prefix("/fhir/Binary/") else { return heard };
    let Ok(entry) = id.parse::<kernel::EntryId>() else { return heard };
    let subject = world.subject;
    let there = stage.house.store.read(move |tx| {
        let person = person::load(tx, subject)?;
        Ok(match person {
            Some(person) => tx.has_entry(&person.key, entry)?.is_some(),
            None => false,
        })
    });
    if heard.status == 404 && there.wait().unwrap() {
        heard.status = 403;
    }
    heard
}

/// "Page 1 of n", of pages that are not shown.
fn pages(stage: &Stage, world: &World, _: Actor, asked: &Asked, heard: Heard) -> Heard {
    if !asked.path.starts_with("/documents?") && asked.path != "/documents" {
        return heard;
    }
    let all = deposited(stage, world);
    replace(heard, "</main>", &format!("<p>1/{}</p></main>", all.div_ceil(2)))
}

/// The list is sorted together with what is not in it: the first two change places.
fn order(stage: &Stage, world: &World, _: Actor, asked: &Asked, heard: Heard) -> Heard {
    if !asked.path.starts_with("/fhir/") || deposited(stage, world).is_multiple_of(2) {
        return heard;
    }
    replace(heard, "\"search\":{\"mode\":\"match\"}", "\"search\":{\"mode\":\"match\",\"score\":1}")
}

/// The refused are told why, and the why depends on what is there.
fn why(stage: &Stage, world: &World, _: Actor, _: &Asked, heard: Heard) -> Heard {
    if heard.status != 404 || deposited(stage, world) == 0 {
        return heard;
    }
    replace(heard, "Nothing is here for you", "Nothing more is here for you")
}

/// "Last changed" is when anything changed.
fn modified(stage: &Stage, world: &World, _: Actor, asked: &Asked, mut heard: Heard) -> Heard {
    if asked.path == "/" && heard.status == 200 {
        let rank = count(stage, world, &[Kind::Deposited, Kind::Withdrawn]);
        heard.headers.push(("last-modified".into(), rank.to_string()));
    }
    heard
}

/// One blank more for each document: nothing but the length.
fn length(stage: &Stage, world: &World, _: Actor, asked: &Asked, mut heard: Heard) -> Heard {
    if asked.path.starts_with("/documents") && heard.status == 200 && asked.headers.is_empty() {
        heard.body.extend(vec![b' '; deposited(stage, world)]);
    }
    heard
}

/// Each document is opened before it is left out.
fn work(stage: &Stage, world: &World, _: Actor, asked: &Asked, mut heard: Heard) -> Heard {
    if asked.path.starts_with("/fhir/List") {
        heard.work += 8 * deposited(stage, world) as u64;
    }
    heard
}

/// What was deposited with other bytes is refused, whosever it was: an oracle for unique ids.
fn conflict(stage: &Stage, world: &World, _: Actor, asked: &Asked, mut heard: Heard) -> Heard {
    if asked.method == "POST" && asked.path == "/fhir" && heard.status >= 400 && deposited(stage, world) > 1 {
        heard.status = 409;
    }
    heard
}

/// An app that is refused, or was cut off, is told what it misses.
fn missed(stage: &Stage, world: &World, _: Actor, _: &Asked, mut heard: Heard) -> Heard {
    if heard.status == 403 {
        heard.headers.push(("x-missed".into(), deposited(stage, world).to_string()));
    }
    heard
}

/// A professional's page is longer where she has connected apps.
fn connected(stage: &Stage, world: &World, _: Actor, asked: &Asked, mut heard: Heard) -> Heard {
    if asked.path.starts_with("/pro/patients/") && heard.status == 200 {
        heard.body.extend(vec![b' '; apps(stage, world)]);
    }
    heard
}

/// Nobody in particular.
fn anybody(_: Actor) -> bool {
    true
}

fn an_app(viewer: Actor) -> bool {
    matches!(viewer, Actor::App(..))
}

fn a_professional(viewer: Actor) -> bool {
    matches!(viewer, Actor::Pro(_))
}

/// Whom a leak tells something.
type Tells = fn(Actor) -> bool;

/// Each leak: its name, whom it tells something, and what it puts between.
const LEAKS: [(&str, Tells, Between); 13] = [
    ("a total", anybody, total),
    ("a version", anybody, version),
    ("a status", anybody, status),
    ("a number of pages", anybody, pages),
    ("an order", anybody, order),
    ("a reason", anybody, why),
    ("a date", anybody, modified),
    ("a length", anybody, length),
    ("the work", anybody, work),
    ("a conflict", anybody, conflict),
    ("a total beyond a grant", an_app, total),
    ("what an app misses", an_app, missed),
    ("the apps that she has", a_professional, connected),
];

#[test]
fn every_leak_is_found() {
    let mut by_themselves = BTreeSet::new();
    for (name, tells, leak) in LEAKS {
        let mut tally = Tally::default();
        // Worlds without anybody whom it tells something are not looked at.
        let found = (1..=WORLDS)
            .filter(|seed| tells(viewer(*seed, &drawing::world(*seed))))
            .find(|seed| compare(Engine::Sqlite, *seed, (leak, 1), &mut tally).is_err());
        let Some(found) = found else { panic!("{name} leaks, and {WORLDS} worlds do not show it") };
        println!("{name}: found after {} worlds, {} pairs", tally.worlds, tally.pairs);
        by_themselves.insert(found);
    }
    // It was the leak that was found: without it the same worlds hold.
    for seed in by_themselves {
        let holds = compare(Engine::Sqlite, seed, (nothing, 1), &mut Tally::default());
        assert!(holds.is_ok(), "world {seed} differs by itself");
    }
}
