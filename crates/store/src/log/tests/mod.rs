//! The log on both engines: it keeps up, it resumes, it is never ahead. [`lies`] holds that a lie of any kind is found,
//! [`witnesses`] that those who follow are asked and believed, [`anew`] what becomes of a log that lost its end.

mod anew;
mod lies;
mod witnesses;

use kernel::{Instant, PersonId, Seq};

use super::check::{self, Finding, Kept};
use super::leaf::Entry;
use super::note::Note;
use super::proof::{Ask, LEAVES, Link, Proof};
use super::tiles::{self, Address, Tiles};
use super::tree::{Hash, leaf_hash, node_hash};
use super::{Swept, Terms, tree};

use crate::testing::{act, both, person};
use crate::{Kind, SpaceKey, Store};

const NOW: i64 = 1_795_334_400_000_000;

fn terms() -> Terms {
    Terms { origin: "carnet.example/log".to_owned(), ..Terms::default() }
}

/// Makes persons `1..=count`.
fn people(store: &Store, count: i64) {
    store
        .write(move |tx| {
            for n in 1..=count {
                person(tx, PersonId(n))?;
            }
            Ok(())
        })
        .wait()
        .unwrap();
}

/// Appends an act.
fn add(store: &Store, of: i64, at: i64) {
    store
        .write(move |tx| {
            let key = tx.space_key(PersonId(of))?;
            let mut act = act(Kind::ListRead, at);
            act.data = Some(at.to_be_bytes().to_vec());
            Ok(tx.append(&key, act)?)
        })
        .wait()
        .unwrap();
}

/// Sweeps until nothing is due; how many leaves were added.
fn sweep(store: &Store, at: i64) -> usize {
    let mut leaves = 0;
    loop {
        let swept = store.sweep_log(&terms(), Instant(at)).wait().unwrap();
        leaves += swept.leaves;
        if !swept.more {
            return leaves;
        }
    }
}

fn proof(store: &Store, of: i64, at: i64, ask: Ask) -> Proof {
    let made = store.read(move |tx| {
        let key: SpaceKey = tx.space_key(PersonId(of))?;
        Ok(tx.journal_proof(&key, &terms(), Instant(at), ask, |_| true)?)
    });
    let made = made.wait().unwrap();
    // What was read again from its JSON is what is checked.
    let written = serde_json::to_string(&made).unwrap();
    let read: Proof = serde_json::from_str(&written).unwrap();
    assert_eq!(read, made);
    read
}

fn whole(since: Option<u64>) -> Ask {
    Ask { since, after: Seq(0), leaves: LEAVES }
}

fn checkpoint(store: &Store) -> Note {
    let kept = store.read(|tx| Ok(tx.log_checkpoint(&terms())?)).wait().unwrap().unwrap();
    let note: Note = kept.note.parse().unwrap();
    assert_eq!(note.checkpoint.size, kept.size);
    note
}

/// What she keeps of a proof that was in order.
fn kept(proof: &Proof) -> Kept {
    let last = proof.acts.last().map(|link| match link {
        Link::Told(told) => (told.seq, told.hash.0),
        Link::Withheld { seq, hash, .. } => (*seq, hash.0),
    });
    Kept {
        key: proof.keys.last().map(|key| key.parse().unwrap()),
        note: proof.note(),
        at: Some(proof.at),
        head: last,
        ..Kept::default()
    }
}

fn words(found: &[Finding]) -> Vec<(&'static str, Option<u32>)> {
    found.iter().map(|f| (f.flaw.word(), f.seq.map(|seq| seq.0))).collect()
}

/// The root, by the definition.
fn naive(leaves: &[Hash]) -> Hash {
    match leaves.len() {
        0 => tree::empty_root(),
        1 => leaves[0],
        n => {
            let k = n.next_power_of_two() / 2;
            node_hash(&naive(&leaves[..k]), &naive(&leaves[k..]))
        }
    }
}

#[test]
fn tiles_hold_the_tree_however_it_grew() {
    both(|store| {
        let (mut size, mut all): (u64, Vec<Entry>) = (0, Vec::new());
        for batch in [1u64, 1, 253, 1, 1, 300, 512, 65_000, 3_000] {
            let new: Vec<Entry> = (size..size + batch)
                .map(|n| {
                    let mut entry = [0; 48];
                    entry[..8].copy_from_slice(&n.to_be_bytes());
                    entry
                })
                .collect();
            all.extend(&new);
            let old = size;
            size += batch;
            let root = store
                .write(move |tx| {
                    tiles::append(tx, old, &new)?;
                    Ok(tree::root(&mut Tiles::new(tx), old + batch)?)
                })
                .wait()
                .unwrap();
            let leaves: Vec<Hash> = all.iter().map(|entry| leaf_hash(entry)).collect();
            assert_eq!(root, naive(&leaves), "{size} leaves on {}", store.engine());
            for (from, index) in [(old.max(1), 0), (1, size - 1), (size / 2 + 1, size / 2), (255, size / 3)] {
                if from > size {
                    continue;
                }
                let (path, steps) = store
                    .read(move |tx| {
                        let mut tiles = Tiles::new(tx);
                        let path = tree::inclusion(&mut tiles, index, size)?;
                        Ok((path, tree::consistency(&mut tiles, from, size)?))
                    })
                    .wait()
                    .unwrap();
                assert!(tree::is_included(&leaves[index as usize], index, size, &path, &root));
                let before = naive(&leaves[..from as usize]);
                assert!(tree::is_consistent(from, size, &before, &root, &steps), "{from} to {size}");
            }
        }
        served(&store, size, &all);
    });
}

/// Tiles and bundles as the door sends them, for a tree of more than 65 536 leaves: three levels.
fn served(store: &Store, size: u64, all: &[Entry]) {
    let tile = |address: &str| {
        let address = Address::parse(address).unwrap();
        store.read(move |tx| Ok(tiles::serve(tx, address, size)?)).wait().unwrap()
    };
    let leaves: Vec<Hash> = all.iter().map(|entry| leaf_hash(entry)).collect();
    assert_eq!(tile("0/000").unwrap(), leaves[..256].as_flattened());
    assert_eq!(tile("0/000.p/7").unwrap(), leaves[..7].as_flattened(), "a partial tile of a smaller log");
    let full = size / 256;
    let partial = format!("0/{full}.p/{}", size % 256);
    assert_eq!(tile(&partial).unwrap(), leaves[full as usize * 256..].as_flattened());
    assert_eq!(tile(&format!("0/{full}")), None, "not full yet");
    assert_eq!(tile(&format!("0/{full}.p/{}", size % 256 + 1)), None, "wider than the log");
    assert_eq!(tile(&format!("0/{}.p/1", full + 1)), None);
    let above: Vec<Hash> = leaves.chunks_exact(256).map(naive).collect();
    assert_eq!(tile("1/000").unwrap(), above[..256].as_flattened());
    assert_eq!(tile(&format!("1/001.p/{}", full - 256)).unwrap(), above[256..].as_flattened());
    assert_eq!(tile("2/000.p/1").unwrap(), naive(&above[..256]));
    assert_eq!(tile("2/000.p/2"), None);
    assert_eq!(tile("8/000.p/1"), None);
    let bundle = tile("entries/000.p/2").unwrap();
    assert_eq!(bundle.len(), 100);
    assert_eq!(bundle[..2], [0, 48]);
    assert_eq!(bundle[2..50], all[0]);
    assert_eq!(bundle[52..], all[1]);
}

#[test]
fn acts_become_leaves_once_and_a_journal_proves_itself() {
    both(|store| {
        people(&store, 3);
        assert_eq!(sweep(&store, NOW), 0, "nobody has done anything");
        for n in 0..5 {
            add(&store, 1 + n % 2, NOW + n);
        }
        assert_eq!(sweep(&store, NOW + 10), 2, "several acts of a person are one leaf");
        assert_eq!(sweep(&store, NOW + 11), 0);
        let mine = proof(&store, 1, NOW + 20, whole(None));
        assert_eq!(words(&check::check(&mine, &kept(&mine))), []);
        assert_eq!((mine.acts.len(), mine.leaves.len()), (3, 1));
        assert_eq!(mine.consistency, None);
        add(&store, 1, NOW + 30);
        add(&store, 3, NOW + 31);
        let waiting = proof(&store, 1, NOW + 32, whole(Some(2)));
        assert_eq!(words(&check::check(&waiting, &kept(&mine))), [], "an act may wait for a moment");
        assert_eq!(sweep(&store, NOW + 40), 2);
        let later = proof(&store, 1, NOW + 50, whole(Some(2)));
        assert_eq!(words(&check::check(&later, &kept(&mine))), []);
        assert_eq!(later.consistency.as_ref().unwrap().since, 2);
        assert_eq!(later.leaves.iter().map(|leaf| leaf.n).collect::<Vec<_>>(), [1, 2]);
        let since = proof(&store, 1, NOW + 50, Ask { since: Some(2), after: Seq(3), leaves: 1 });
        assert_eq!(since.acts.len(), 1);
        assert_eq!(since.leaves.len(), 2, "the newest one, and the last one she knew");
        assert_eq!(words(&check::check(&since, &kept(&mine))), []);
        let hers = proof(&store, 2, NOW + 50, whole(None));
        assert_ne!(hers.secret, later.secret);
        assert_eq!(words(&check::check(&hers, &kept(&hers))), []);
    });
}

#[test]
fn what_was_due_before_a_crash_is_due_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let place = crate::Place::Sqlite { dir: dir.path().to_path_buf() };
    let keyring = crate::Keyring::ephemeral().unwrap();
    let open = || Store::open(&place, keyring.clone(), &crate::Options::default()).unwrap();
    let store = open();
    people(&store, 2);
    sweep(&store, NOW);
    add(&store, 1, NOW);
    // A sweep that does not reach its commit leaves everything as it was.
    let lost = store.write(|tx| {
        super::sweep::sweep(tx, &terms(), Instant(NOW))?;
        Err::<Swept, _>(kernel::Refusal::not_found())
    });
    assert!(lost.wait().is_err());
    drop(store);
    let store = open();
    assert_eq!(store.read(|tx| Ok(tx.log_checkpoint(&terms())?)).wait().unwrap(), None);
    assert_eq!(sweep(&store, NOW + 1), 1);
    // A refused act moves nothing; a note about the refusal does.
    let refused = store.write(|tx| {
        let key = tx.space_key(PersonId(2))?;
        tx.append(&key, act(Kind::ListRead, NOW))?;
        tx.note(&key, act(Kind::Refused, NOW));
        Err::<(), _>(kernel::Refusal::not_found())
    });
    assert!(refused.wait().is_err());
    assert_eq!(sweep(&store, NOW + 2), 1);
    let hers = proof(&store, 2, NOW + 3, whole(None));
    assert_eq!(hers.acts.len(), 1);
    assert_eq!(words(&check::check(&hers, &kept(&hers))), []);
}

#[test]
fn spaces_older_than_the_log_are_caught_up_with() {
    both(|store| {
        people(&store, 700);
        for n in [1, 400, 700] {
            add(&store, n, NOW - 40 * Instant::DAY);
        }
        // As an earlier version left it: acts, and nobody who wrote down that they were added.
        store.write(|tx| Ok(tx.exec("DELETE FROM log_due", &[])?)).wait().unwrap();
        assert_eq!(sweep(&store, NOW), 3);
        assert_eq!(sweep(&store, NOW), 0);
        let mine = proof(&store, 400, NOW, whole(None));
        assert_eq!(words(&check::check(&mine, &kept(&mine))), [], "the first leaf may be late");
    });
}

#[test]
fn two_nodes_may_sweep_at_once() {
    both(|store| {
        people(&store, 40);
        sweep(&store, NOW);
        let mut leaves = 0;
        for round in 0..6 {
            for n in 1..=40 {
                add(&store, n, NOW + round);
            }
            let at_once: Vec<_> = (0..3).map(|_| store.sweep_log(&terms(), Instant(NOW + round))).collect();
            leaves += at_once.into_iter().map(|swept| swept.wait().unwrap().leaves).sum::<usize>();
        }
        assert_eq!(leaves, 240);
        assert_eq!(checkpoint(&store).checkpoint.size, 240);
        for n in [1, 17, 40] {
            let mine = proof(&store, n, NOW + 10, whole(None));
            assert_eq!(mine.leaves.len(), 6);
            assert_eq!(words(&check::check(&mine, &kept(&mine))), []);
        }
    });
}

#[test]
fn leaves_of_a_moment_do_not_stand_in_the_order_of_persons() {
    let (store, _dir) = crate::testing::sqlite().unwrap();
    people(&store, 40);
    (1..=40).for_each(|n| add(&store, n, NOW));
    assert_eq!(sweep(&store, NOW), 40);
    let places = store.read(|tx| {
        (1..=40)
            .map(|n| Ok(tx.leaves_below(PersonId(n), u64::MAX, 1)?[0].1))
            .collect::<kernel::Answer<Vec<_>>>()
    });
    let places = places.wait().unwrap();
    assert!(!places.is_sorted());
    let entries = store.read(|tx| Ok(tiles::entries(tx, 0)?)).wait().unwrap();
    assert!(entries.is_sorted(), "by what nobody can read");
}

#[test]
fn a_damaged_key_keeps_nobody_else_out_of_the_log() {
    let (store, _dir) = crate::testing::sqlite().unwrap();
    people(&store, 3);
    (1..=3).for_each(|n| add(&store, n, NOW));
    let sql = "UPDATE person SET wrapped_key = $1 WHERE person = 2";
    store.write(move |tx| Ok(tx.exec(sql, crate::args![[1u8; 60]])?)).wait().unwrap();
    assert_eq!(sweep(&store, NOW), 2);
    add(&store, 3, NOW);
    let sql = "UPDATE person SET key_generation = 7 WHERE person = 3";
    store.write(move |tx| Ok(tx.exec(sql, &[])?)).wait().unwrap();
    let unknown = store.sweep_log(&terms(), Instant(NOW)).wait().unwrap_err();
    assert!(matches!(unknown.fault, Some(kernel::Fault::Keys(_))), "it stays due for a node that can");
    store
        .write(|tx| Ok(tx.exec("UPDATE person SET key_generation = 1 WHERE person = 3", &[])?))
        .wait()
        .unwrap();
    assert_eq!(sweep(&store, NOW), 1);
}

#[test]
fn an_erased_space_leaves_no_link_to_its_leaves() {
    both(|store| {
        people(&store, 1);
        add(&store, 1, NOW);
        assert_eq!(sweep(&store, NOW), 1);
        add(&store, 1, NOW + 1);
        store.write(|tx| Ok(tx.erase_space(PersonId(1))?)).wait().unwrap();
        assert_eq!(sweep(&store, NOW + 2), 0);
        let left = store.read(|tx| Ok(tx.leaves_below(PersonId(1), u64::MAX, 9)?)).wait().unwrap();
        assert_eq!(left, []);
        assert_eq!(checkpoint(&store).checkpoint.size, 1, "the log itself is never shortened");
    });
}

#[test]
fn old_and_new_keys_sign_side_by_side_until_the_old_is_retired() {
    both(|store| {
        people(&store, 1);
        let keys = |store: &Store| store.read(|tx| Ok(tx.log_keys(&terms())?)).wait().unwrap();
        add(&store, 1, NOW);
        sweep(&store, NOW);
        let first = keys(&store);
        assert_eq!(store.rotate_log_key().wait().unwrap(), 2);
        add(&store, 1, NOW);
        sweep(&store, NOW);
        let both = keys(&store);
        assert_eq!(both[..1], first);
        assert!(both.iter().all(|key| checkpoint(&store).is_signed_by(key)));
        assert_eq!(store.retire_log_keys().wait().unwrap(), 1);
        add(&store, 1, NOW);
        sweep(&store, NOW);
        assert_eq!(keys(&store), both[1..]);
        assert!(!checkpoint(&store).is_signed_by(&both[0]));
        assert!(checkpoint(&store).is_signed_by(&both[1]));
        let moved = Terms { origin: "elsewhere.example/log".to_owned(), ..Terms::default() };
        let kept = store.read(move |tx| Ok(tx.log_keys(&moved)?)).wait().unwrap();
        assert_eq!(kept, both[1..], "a log keeps its name");
    });
}
