//! Somebody pulls the plug: of the program that writes, or of PostgreSQL under it; or its disk is full. What
//! was acknowledged stays, what was not is whole or not there, and afterwards work goes on.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "helpers of tests may fail as tests do"
)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kernel::{EntryId, Fault, PersonId, Refusal, Seq};
use store::doctor::{Examination, Severity};
use store::log::proof::Ask;
use store::log::{self, Terms};
use store::testing::{Server, Setup, act, person};
use store::{Act, Keyring, Kind, Options, Place, Store, Want};

/// An acknowledged act: whose and which, and its rank.
type Acknowledged = (EntryId, u32);

/// The persons in whose spaces these tests write.
const PERSONS: i64 = 4;

fn make_persons(store: &Store) {
    store
        .write(|tx| Ok((1..=PERSONS).try_for_each(|n| person(tx, PersonId(n)).map(|_| ()))?))
        .wait()
        .unwrap();
}

/// Bytes that do not pack.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    })
    .take(length)
    .collect()
}

/// Deposits the `n`th document of a caller; every fourth content is too large for the act's row.
fn deposit(store: &Store, caller: u8, n: u64) -> Result<Acknowledged, Refusal> {
    let blob = noise(if n.is_multiple_of(4) { 50_000 } else { 700 }, u64::from(caller) << 32 | n);
    let who = PersonId(1 + i64::from(caller) % PERSONS);
    let entry = EntryId { person: who, tag: i64::from(caller) << 40 | n as i64 };
    let done = store.write(move |tx| {
        let key = tx.space_key(who)?;
        let data = Some(format!("{caller} {n}").into_bytes());
        let act = Act { data, blob: Some(blob), entry: Some(entry), ..act(Kind::Deposited, 1) };
        Ok(tx.append(&key, act)?)
    });
    done.wait().map(|seq| (entry, seq.0))
}

/// Every acknowledged act is where it was said to be, and nothing is half. Answers how many acts there are.
fn check(store: &Store, acknowledged: &[Acknowledged]) -> usize {
    for (entry, seq) in acknowledged {
        let (entry, seq) = (*entry, *seq);
        let found = store
            .read(move |tx| {
                let key = tx.space_key(entry.person)?;
                Ok(tx.act(&key, Seq(seq), Want::ALL)?.and_then(|row| row.entry))
            })
            .wait()
            .unwrap();
        assert_eq!(found, Some(entry), "acknowledged, and lost");
    }
    let spaces = (1..=PERSONS).map(|who| store.verify(PersonId(who), true).wait().unwrap());
    spaces
        .map(|found| {
            assert!(found.findings.is_empty(), "half a document: {:?}", found.findings);
            found.acts as usize
        })
        .sum()
}

fn terms() -> Terms {
    Terms { origin: "carnet.example/log".to_owned(), ..Terms::default() }
}

/// The log is never ahead of the acts, and takes up where it was: afterwards it covers all of them.
fn check_log(store: &Store) {
    let remarks = store.doctor(kernel::Instant(3), Examination::default(), |_| {}).unwrap();
    let bad: Vec<_> =
        remarks.iter().filter(|r| r.severity == Severity::Bad && r.subject != "clock").collect();
    assert!(bad.is_empty(), "{bad:?}");
    while store.sweep_log(&terms(), kernel::Instant(3)).wait().unwrap().more {}
    assert!(!store.log_is_due().wait().unwrap());
    for who in (1..=PERSONS).map(PersonId) {
        let made = store.read(move |tx| {
            let key = tx.space_key(who)?;
            Ok(tx.journal_proof(&key, &terms(), kernel::Instant(4), Ask::default(), |_| true)?)
        });
        let proof = made.wait().unwrap();
        assert_eq!(log::check::check(&proof, &log::check::Kept::default()), []);
        let made = store.read(move |tx| {
            let key = tx.space_key(who)?;
            let ask = Ask { leaves: 1, ..Ask::default() };
            Ok(tx.journal_proof(&key, &terms(), kernel::Instant(4), ask, |_| true)?.leaves)
        });
        let covered = made.wait().unwrap().pop().map_or(Seq(0), |leaf| leaf.seq);
        assert_eq!(covered.0 as usize, proof.acts.len());
    }
}

/// What the child below does; run only with its folder in the environment.
#[test]
fn child_that_is_killed() {
    let Ok(folder) = std::env::var("CARNET_TEST_KILLED") else { return };
    let folder = Path::new(&folder);
    let keyring = Keyring::load(&folder.join("keyring")).unwrap();
    let dir = folder.join("data");
    let place = match std::env::var("CARNET_TEST_KILLED_AT") {
        Ok(url) => Place::Postgres { url, dir },
        Err(_) => Place::Sqlite { dir },
    };
    let store = Store::open(&place, keyring, &Options::default()).unwrap();
    std::thread::scope(|scope| {
        let store = &store;
        scope.spawn(move || {
            loop {
                store.sweep_log(&terms(), kernel::Instant(2)).wait().unwrap();
            }
        });
        for caller in 0..16u8 {
            scope.spawn(move || {
                for n in 0.. {
                    let (entry, seq) = deposit(store, caller, n).unwrap();
                    // One write, so that lines of several threads do not mix.
                    let said = format!("acknowledged {entry} {seq}\n");
                    std::io::stdout().write_all(said.as_bytes()).unwrap();
                }
            });
        }
    });
}

/// Kills a program that writes at `place`, several times, and looks at what it leaves behind.
fn kill_the_writer(place: &Place, folder: &Path) {
    let keyring = Keyring::create(&folder.join("keyring")).unwrap();
    make_persons(&Store::open(place, keyring.clone(), &Options::default()).unwrap());
    let mut acknowledged: Vec<Acknowledged> = Vec::new();
    for round in 0..6u64 {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child
            .args(["child_that_is_killed", "--exact", "--nocapture", "--test-threads=1"])
            .env("CARNET_TEST_KILLED", folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Place::Postgres { url, .. } = place {
            child.env("CARNET_TEST_KILLED_AT", url);
        }
        let mut child = child.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Until it is under load, then a moment that differs from round to round.
        let first = lines.by_ref().map(Result::unwrap).find(|line| line.contains("acknowledged")).unwrap();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(120 + 37 * round));
            child.kill().unwrap();
            child.wait().unwrap();
        });
        for line in std::iter::once(first).chain(lines.map_while(Result::ok)) {
            let Some((_, said)) = line.split_once("acknowledged ") else { continue };
            // The last line may be cut by the kill: then nobody heard it.
            if let Some((entry, seq)) = said.split_once(' ')
                && let (Ok(entry), Ok(seq)) = (entry.parse(), seq.parse())
            {
                acknowledged.push((entry, seq));
            }
        }
        killer.join().unwrap();
        let store = Store::open(place, keyring.clone(), &Options::default()).unwrap();
        check(&store, &acknowledged);
        check_log(&store);
    }
    assert!(acknowledged.len() > 100, "the child was under load: {}", acknowledged.len());
}

#[test]
fn killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_is_half() {
    let folder = tempfile::tempdir().unwrap();
    kill_the_writer(&Place::Sqlite { dir: folder.path().join("data") }, folder.path());
}

#[test]
fn killed_at_any_moment_nothing_is_lost_on_postgresql_either() {
    let server = Server::start(true).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = server.create("killed").unwrap();
    kill_the_writer(&Place::Postgres { url, dir: folder.path().join("data") }, folder.path());
}

/// What callers heard while the server came and went.
#[derive(Default)]
struct Heard {
    acknowledged: Vec<Acknowledged>,
    /// "Nothing was kept."
    lost: usize,
    /// "Whether it was kept is not known."
    unknown: usize,
}

/// Deposits until told to stop, through whatever happens.
fn go_on(store: &Store, caller: u8, first: u64, heard: &Mutex<Heard>, stop: &AtomicBool) {
    for n in first.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let done = deposit(store, caller, n);
        let mut heard = heard.lock().unwrap();
        match done.map_err(|refusal| refusal.fault.unwrap()) {
            Ok(done) => heard.acknowledged.push(done),
            Err(Fault::Busy(why)) if why.contains("PostgreSQL") => heard.lost += 1,
            Err(Fault::Database(why)) if why.contains("not known") => heard.unknown += 1,
            Err(other) => panic!("an outage that says something else: {other}"),
        }
        drop(heard);
        if store.read(|_| Ok(())).wait().is_err() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn postgresql_is_killed_and_comes_back_and_the_store_goes_on() {
    let mut server = Server::start(true).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Postgres { url: server.create("outage").unwrap(), dir: folder.path().to_path_buf() };
    let options = Options { readers: 2, writers: 8, ..Options::default() };
    let store = Store::open(&place, Keyring::ephemeral().unwrap(), &options).unwrap();
    make_persons(&store);
    let heard = Mutex::new(Heard::default());
    for round in 0..4u64 {
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for caller in 0..12u8 {
                let (store, heard, stop) = (&store, &heard, &stop);
                scope.spawn(move || go_on(store, caller, round << 20, heard, stop));
            }
            std::thread::sleep(Duration::from_millis(400 + 53 * round));
            if round % 2 == 0 {
                server.kill().unwrap();
            } else {
                server.stop().unwrap();
            }
            std::thread::sleep(Duration::from_millis(200));
            let asked = Instant::now();
            let refused = store.read(|tx| tx.space_key(PersonId(1)).map(|_| ())).wait().unwrap_err();
            assert!(refused.is_transient(), "{refused}");
            assert!(asked.elapsed() < Duration::from_secs(5), "nobody waits for a server that is gone");
            server.restart().unwrap();
            // The same store, not opened again, deposits again.
            let before = heard.lock().unwrap().acknowledged.len();
            let back = Instant::now();
            while heard.lock().unwrap().acknowledged.len() < before + 20 {
                assert!(back.elapsed() < Duration::from_secs(60), "the store does not come back");
                std::thread::sleep(Duration::from_millis(20));
            }
            stop.store(true, Ordering::Relaxed);
        });
    }
    let heard = heard.into_inner().unwrap();
    let kept = check(&store, &heard.acknowledged);
    assert!(heard.lost + heard.unknown > 0, "somebody was in the middle of something");
    assert!(
        kept <= heard.acknowledged.len() + heard.unknown,
        "{kept} acts are kept, {} were acknowledged and of {} it was said that nobody knows",
        heard.acknowledged.len(),
        heard.unknown
    );
}

#[test]
fn a_full_disk_of_postgresql_refuses_clearly_and_loses_nothing() {
    let setup = Setup { durable: true, small_disk: Some(18), ..Setup::default() };
    let server = match Server::start_with(&setup) {
        Ok(server) => server,
        Err(why) => {
            eprintln!("skipped: a disk small enough to be filled could not be made here ({why})");
            return;
        }
    };
    let url = server.create_on_small_disk("filled").unwrap();
    let place = Place::Postgres { url, dir: tempfile::tempdir().unwrap().path().to_path_buf() };
    let store = Store::open(&place, Keyring::ephemeral().unwrap(), &Options::default()).unwrap();
    make_persons(&store);
    store.write(|tx| Ok(tx.exec("CREATE TABLE ballast (bytes BYTEA)", &[])?)).wait().unwrap();
    let ballast = noise(4_000_000, 1);
    let put = store.write(|tx| Ok(tx.exec("INSERT INTO ballast VALUES ($1)", store::args![ballast])?));
    put.wait().unwrap();
    let (mut acknowledged, mut full) = (Vec::new(), 0);
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..8u8)
            .map(|caller| {
                let store = &store;
                scope.spawn(move || {
                    let mut kept = Vec::new();
                    for n in 0.. {
                        match deposit(store, caller, n) {
                            Ok(done) => kept.push(done),
                            Err(refusal) => {
                                assert!(matches!(refusal.fault, Some(Fault::DiskFull(_))), "{refusal}");
                                return kept;
                            }
                        }
                    }
                    kept
                })
            })
            .collect();
        for caller in callers {
            acknowledged.extend(caller.join().unwrap());
            full += 1;
        }
    });
    assert!(acknowledged.len() > 100, "some fitted: {}", acknowledged.len());
    assert_eq!(full, 8);
    assert_eq!(check(&store, &acknowledged), acknowledged.len(), "what was refused left nothing behind");
    // Somebody makes room, and work goes on.
    store.write(|tx| Ok(tx.exec("DROP TABLE ballast", &[])?)).wait().unwrap();
    acknowledged.push(deposit(&store, 0, 1 << 20).unwrap());
    assert_eq!(check(&store, &acknowledged), acknowledged.len());
}
