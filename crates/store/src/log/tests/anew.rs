//! After an older backup was restored: nothing is signed until somebody has decided, and a log that was begun anew tells
//! everybody what it can no longer prove.

use kernel::{Instant, PersonId};
use tempfile::TempDir;

use super::super::begun::Statement;
use super::super::check::{self, Kept};
use super::super::note::{Kind as KeyKind, Note, Signer, VerifierKey};
use super::super::{Terms, tiles};
use super::{NOW, add, checkpoint, kept, people, proof, sweep, terms, whole, words};
use crate::doctor::Severity;
use crate::testing::both;
use crate::{Options, Place, Store};

const REASON: &str = "An older backup was restored.";
const HOUR: i64 = 3600 * Instant::SECOND;

/// A house that was restored, and what she kept before the backup was made and after it.
struct Restored {
    store: Store,
    _dir: TempDir,
    early: Kept,
    late: Kept,
    newest: String,
}

fn newest(store: &Store) -> String {
    store.read(|tx| Ok(tx.log_checkpoint(&terms())?)).wait().unwrap().unwrap().note
}

/// Three acts and a leaf; a backup; two more acts and a leaf, which the restored house does not have.
fn restored() -> Restored {
    let (store, dir) = crate::testing::sqlite().unwrap();
    people(&store, 3);
    (0..3).for_each(|n| add(&store, 1, NOW + n));
    add(&store, 2, NOW);
    sweep(&store, NOW + 4);
    let early = kept(&proof(&store, 1, NOW + 5, whole(None)));
    let other = copy(&store, &dir, || {
        (0..2).for_each(|n| add(&store, 1, NOW + 10 + n));
        sweep(&store, NOW + 12);
    });
    let late = kept(&proof(&store, 1, NOW + 13, whole(None)));
    Restored { newest: newest(&store), store: other, _dir: dir, early, late }
}

/// The house as it was before all this happened to it.
fn copy(store: &Store, dir: &TempDir, happened: impl FnOnce()) -> Store {
    let file = dir.path().join("backup");
    store.backup(&file).wait().unwrap();
    happened();
    let place = Place::Sqlite { dir: dir.path().join("restored") };
    let other = Store::open(&place, store.keyring().clone(), &Options::default()).unwrap();
    other.restore(&file).unwrap();
    other
}

fn found(store: &Store, kept: &Kept) -> Vec<(&'static str, Option<u32>)> {
    let since = kept.note.as_ref().map(|note| note.checkpoint.size);
    words(&check::check(&proof(store, 1, NOW + HOUR, whole(since)), kept))
}

fn restart(store: &Store, last: Option<&str>) -> Statement {
    store.restart_log(&terms(), last, REASON, Instant(NOW + 20)).unwrap()
}

#[test]
fn a_restored_house_signs_nothing_until_somebody_has_decided() {
    let Restored { store, early, late, .. } = restored();
    add(&store, 1, NOW + 15);
    assert!(!store.log_is_due().wait().unwrap());
    assert_eq!(sweep(&store, NOW + 16), 0);
    let remarks = store.examine_log(0).unwrap();
    assert!(remarks.iter().any(|r| r.severity == Severity::Warning && r.text.contains("carnet log")));
    let lost = store.continue_log(late.note.as_ref().unwrap()).unwrap().unwrap_err();
    assert!(lost.contains("it has 3 leaves, and the log here 2"), "{lost}");
    assert_eq!(sweep(&store, NOW + 16), 0);
    // Nothing was shown that is not here: the log goes on.
    store.continue_log(early.note.as_ref().unwrap()).unwrap().unwrap();
    assert_eq!(sweep(&store, NOW + 16), 1);
    assert_eq!(found(&store, &early), []);
    let (never, dir) = crate::testing::sqlite().unwrap();
    people(&never, 1);
    let other = copy(&never, &dir, || ());
    add(&other, 1, NOW);
    assert_eq!(sweep(&other, NOW), 1, "a log that had not begun has nothing to decide");
}

#[test]
fn a_log_begun_anew_says_why_and_what_it_can_no_longer_prove() {
    let Restored { store, early, late, newest, .. } = restored();
    let begun = restart(&store, Some(&newest));
    assert_eq!(begun.origin, "carnet.example/log/2");
    assert_eq!(
        (begun.closed[0].checkpoint.as_str(), begun.closed[0].reason.as_str()),
        (newest.as_str(), REASON)
    );
    assert_eq!(checkpoint(&store).checkpoint.size, 1, "it begins with saying so");
    assert_eq!(sweep(&store, NOW + 21), 2, "every journal gets its place anew");
    let now = proof(&store, 1, NOW + HOUR, whole(None));
    assert_eq!(words(&check::check(&now, &Kept::default())), []);
    assert_eq!(check::begun_anew(&now).unwrap().reason, REASON);
    assert_eq!(found(&store, &early), [("restarted", None)], "the lines that she knew are still there");
    assert_eq!(found(&store, &late), [("restarted", None), ("unshown", Some(5))]);
    let said = store.examine_log(0).unwrap();
    assert_eq!((said.len(), said[0].severity), (1, Severity::Well), "{said:?}");
    assert_eq!(store.verify(PersonId(1), false).wait().unwrap().findings, []);
    // It goes on as any log does.
    add(&store, 1, NOW + 30);
    assert_eq!(sweep(&store, NOW + 31), 1);
    assert_eq!(found(&store, &kept(&now)), []);
    // A line behind the last one that she knew, from before she kept it.
    add(&store, 1, NOW - 2 * HOUR);
    sweep(&store, NOW + 32);
    let backdated = found(&store, &early);
    assert!(
        backdated.contains(&("restarted", None)) && backdated.contains(&("back-dated", Some(5))),
        "{backdated:?}"
    );
}

#[test]
fn a_log_is_begun_anew_on_both_engines_as_often_as_it_must_be() {
    both(|store| {
        people(&store, 600);
        add(&store, 1, NOW);
        sweep(&store, NOW);
        let first = kept(&proof(&store, 1, NOW, whole(None)));
        let entry =
            |store: &Store, n: usize| store.read(move |tx| Ok(tiles::entries(tx, 0)?[n])).wait().unwrap();
        let label = entry(&store, 0)[..16].to_vec();
        assert_eq!(restart(&store, None).closed.len(), 1);
        for n in [1, 400, 600] {
            add(&store, n, NOW + 21);
        }
        assert_eq!(sweep(&store, NOW + 22), 3);
        let entries: Vec<Vec<u8>> = (0..4).map(|n| entry(&store, n)[..16].to_vec()).collect();
        assert!(!entries.contains(&label), "the two logs cannot be linked");
        let second = kept(&proof(&store, 1, NOW + 23, whole(None)));
        let third = restart(&store, None);
        assert_eq!(third.origin, "carnet.example/log/3");
        assert_eq!(third.closed.len(), 2);
        sweep(&store, NOW + 24);
        for kept in [first, second] {
            assert_eq!(found(&store, &kept), [("restarted", None)]);
        }
        assert_eq!(store.examine_log(0).unwrap()[0].severity, Severity::Well);
    });
}

#[test]
fn what_is_no_reason_or_no_checkpoint_of_this_log_is_refused() {
    let Restored { store, newest: last, .. } = restored();
    let stranger = Signer::from_seed("carnet.example/log", KeyKind::Log, &[1; 32]).unwrap();
    let text = last.parse::<Note>().unwrap().text().to_owned();
    let forged = format!("{text}\n{}", stranger.sign(&text));
    for (last, reason) in
        [(None, " "), (None, "two\nlines"), (Some("nothing"), REASON), (Some(forged.as_str()), REASON)]
    {
        assert!(store.restart_log(&terms(), last, reason, Instant(NOW)).is_err(), "{last:?} {reason:?}");
    }
    let (empty, _dir) = crate::testing::sqlite().unwrap();
    assert!(empty.restart_log(&terms(), None, REASON, Instant(NOW)).is_err(), "a log that has not begun");
    // What is older than the log here is not the last of it.
    let here = checkpoint(&store);
    let begun = restart(&store, Some(&newest(&store)));
    assert_eq!(begun.closed[0].checkpoint.parse::<Note>().unwrap(), here);
}

#[test]
fn witnesses_follow_the_new_log_from_its_beginning() {
    let Restored { store, .. } = restored();
    let witness = Signer::from_seed("w.example", KeyKind::Witness, &[1; 32]).unwrap();
    let keys: Vec<VerifierKey> = vec![witness.verifier().clone()];
    let terms = Terms { witnesses: keys, threshold: 1, ..terms() };
    restart(&store, None);
    let round = store.read(move |tx| tx.log_round(&terms)).wait().unwrap();
    let note: Note = round[0].1.note.parse().unwrap();
    assert_eq!((round[0].1.old, note.checkpoint.origin.as_str()), (0, "carnet.example/log/2"));
}

#[test]
fn a_statement_that_the_log_does_not_begin_with_is_found() {
    let Restored { store, early, .. } = restored();
    restart(&store, None);
    sweep(&store, NOW + 21);
    let mut now = proof(&store, 1, NOW + HOUR, whole(None));
    let said = &mut now.begun.as_mut().unwrap().statement;
    *said = said.replace("older", "newer");
    assert_eq!(words(&check::check(&now, &early)), [("fork", None), ("fork", None)]);
    let sql = "UPDATE house SET value = $1 WHERE name = 'log-begun'";
    let other = now.begun.unwrap().statement.into_bytes();
    store.write(move |tx| Ok(tx.exec(sql, crate::args![other])?)).wait().unwrap();
    assert!(store.examine_log(0).unwrap()[0].text.contains("statement"));
}
