//! A lie of any kind is found, by the word that says which.

use kernel::{Instant, PersonId, Seq};

use super::super::check::{self, Kept};
use super::super::note::{Kind as KeyKind, Signer};
use super::super::proof::{Hex, Link, Proof, Told};
use super::{NOW, add, kept, people, proof, sweep, terms, whole, words};
use crate::{Store, args};

/// A journal of eight acts in three leaves, and what was kept after the second one.
pub(super) fn story(store: &Store) -> (Kept, Proof) {
    people(store, 2);
    for (n, at) in [(1, 0), (1, 1), (2, 2), (1, 3)] {
        add(store, n, NOW + at * Instant::SECOND);
    }
    sweep(store, NOW + 4 * Instant::SECOND);
    add(store, 1, NOW + 7200 * Instant::SECOND);
    add(store, 1, NOW + 7201 * Instant::SECOND);
    sweep(store, NOW + 7202 * Instant::SECOND);
    let known = kept(&proof(store, 1, NOW + 7203 * Instant::SECOND, whole(None)));
    for at in 0..3 {
        add(store, 1, NOW + (20_000 + at) * Instant::SECOND);
    }
    sweep(store, NOW + 20_004 * Instant::SECOND);
    let now = proof(store, 1, NOW + 20_005 * Instant::SECOND, whole(Some(3)));
    assert_eq!(words(&check::check(&now, &known)), []);
    (known, now)
}

fn told(proof: &mut Proof, seq: u32) -> &mut Told {
    match &mut proof.acts[seq as usize - 1] {
        Link::Told(told) => told,
        Link::Withheld { .. } => panic!("act {seq} is withheld"),
    }
}

/// Chains all acts anew, as somebody who can would.
fn rechain(proof: &mut Proof) {
    let mut before = proof.before.0;
    for (n, link) in proof.acts.iter_mut().enumerate() {
        let Link::Told(told) = link else { panic!("withheld") };
        told.seq = Seq(n as u32 + 1);
        let clear = crate::seal::Clear {
            id: proof.person.act_key(told.seq),
            at: told.at.0,
            kind: told.kind,
            entry: told.entry.map(|tag| i64::from_be_bytes(tag.0)),
            nonce: told.nonce.0,
        };
        let envelope = crate::acts::Envelope { data_hash: told.data.map(|hash| hash.0), blob: None };
        let line = crate::acts::sha256(told.line.as_bytes());
        before = crate::acts::chained(&before, &crate::acts::act_digest(&clear, &line, &envelope));
        told.hash = Hex(before);
    }
}

type Lie = fn(&mut Proof);
type Found = &'static [(&'static str, Option<u32>)];

/// Tells each lie to a journal that was in order, and compares what is found.
fn each(lies: &[(&str, Lie, Found)]) {
    let (store, _dir) = crate::testing::sqlite().unwrap();
    let (known, good) = story(&store);
    for (name, lie, expected) in lies {
        let mut proof = good.clone();
        lie(&mut proof);
        assert_eq!(words(&check::check(&proof, &known)), *expected, "{name}");
    }
}

#[test]
fn a_lie_in_the_journal_is_found() {
    each(&[
        ("a changed line", |p| told(p, 4).line.push(' '), &[("chain", Some(4))]),
        ("another time", |p| told(p, 2).at.0 += 1, &[("chain", Some(2))]),
        ("other data", |p| told(p, 2).data = Some(Hex([1; 32])), &[("chain", Some(2))]),
        ("a dropped act", |p| drop(p.acts.remove(3)), &[("dropped", Some(5)), ("chain", Some(5))]),
        (
            "two acts that changed places",
            |p| p.acts.swap(3, 4),
            &[
                ("dropped", Some(5)),
                ("chain", Some(5)),
                ("dropped", Some(4)),
                ("chain", Some(4)),
                ("dropped", Some(6)),
                ("chain", Some(6)),
            ],
        ),
        (
            "the end is gone",
            |p| p.acts.truncate(4),
            &[("rewritten", Some(5)), ("rewritten", Some(8)), ("dropped", Some(5))],
        ),
    ]);
}

/// Lies by somebody who can chain all acts anew: only the log tells.
#[test]
fn a_journal_that_was_chained_anew_is_found() {
    each(&[
        (
            "a changed line",
            |p| {
                told(p, 4).line.push(' ');
                rechain(p);
            },
            &[("rewritten", Some(5)), ("rewritten", Some(8)), ("rewritten", Some(5))],
        ),
        (
            "a dropped act",
            |p| {
                p.acts.remove(7);
                rechain(p);
            },
            &[("rewritten", Some(8))],
        ),
        (
            "a back-dated act",
            |p| {
                let mut more = p.acts[2].clone();
                if let Link::Told(told) = &mut more {
                    told.line.push(' ');
                }
                p.acts.insert(3, more);
                rechain(p);
            },
            &[
                ("rewritten", Some(5)),
                ("late", Some(4)),
                ("rewritten", Some(8)),
                ("late", Some(6)),
                ("rewritten", Some(5)),
            ],
        ),
    ]);
}

#[test]
fn a_lie_about_the_log_is_found() {
    const OF_AN_HOUR: [(&str, Option<u32>); 5] = [
        ("uncovered", Some(1)),
        ("uncovered", Some(2)),
        ("uncovered", Some(3)),
        ("uncovered", Some(4)),
        ("uncovered", Some(5)),
    ];
    const fn and_all_five(first: (&'static str, Option<u32>)) -> [(&'static str, Option<u32>); 6] {
        let [a, b, c, d, e] = OF_AN_HOUR;
        [first, a, b, c, d, e]
    }
    const SIGNATURE: Found = &and_all_five(("signature", None));
    const SHRUNK: Found = &and_all_five(("shrunk", None));
    each(&[
        ("a checkpoint of somebody's own", |p| forge(p, 9), SIGNATURE),
        ("a leaf of another time", |p| p.leaves[2].at.0 += 1, &[("rewritten", Some(8))]),
        ("a leaf of another place", |p| p.leaves[2].index -= 1, &[("rewritten", Some(8))]),
        (
            "a leaf of another's",
            |p| p.secret.0[0] ^= 1,
            &[("rewritten", Some(3)), ("rewritten", Some(5)), ("rewritten", Some(8))],
        ),
        ("another consistency proof", |p| p.consistency = None, &[("fork", None)]),
        ("no log at all", |p| p.checkpoint = None, SHRUNK),
    ]);
}

#[test]
fn a_number_of_hers_that_is_not_shown_is_missed() {
    let (store, _dir) = crate::testing::sqlite().unwrap();
    let (known, mut proof) = story(&store);
    proof.leaves.remove(1);
    proof.consistency = None;
    assert_eq!(words(&check::check(&proof, &Kept::default())), [("rewritten", Some(8))]);
    // Around what she kept some may be left out, where the newest ones only were asked for.
    let known = Kept { note: known.note, ..Kept::default() };
    assert_eq!(words(&check::check(&proof, &known)), [("fork", None)]);
}

#[test]
fn an_act_that_is_told_and_withheld_is_no_act() {
    let (store, _dir) = crate::testing::sqlite().unwrap();
    let (_, proof) = story(&store);
    let written = serde_json::to_string(&proof).unwrap();
    let read = |text: &str| serde_json::from_str::<Proof>(text).is_ok();
    assert!(read(&written));
    let digest = format!("\"digest\":\"{}\",\"seq\":4,", "00".repeat(32));
    assert!(!read(&written.replacen("\"seq\":4,", &digest, 1)));
    assert!(!read(&written.replacen("\"nonce\":\"", "\"nonce\":\"00", 1)), "a byte more");
}

/// A checkpoint that says what it likes, signed by a key that is not the log's.
fn forge(proof: &mut Proof, seed: u8) {
    let note = proof.note().unwrap();
    let signer = Signer::from_seed(&note.checkpoint.origin, KeyKind::Log, &[seed; 32]).unwrap();
    proof.checkpoint = Some(format!("{}\n{}", note.text(), signer.sign(note.text())));
    proof.keys = vec![signer.verifier().to_string()];
}

#[test]
fn a_log_that_was_begun_anew_is_not_the_one_she_kept() {
    let (store, _dir) = crate::testing::sqlite().unwrap();
    let (known, _) = story(&store);
    // The operator rewrites: one act is dropped from the table, everything behind is chained and logged anew.
    let rewrite = |leaves: usize| {
        let (other, dir) = crate::testing::sqlite().unwrap();
        people(&other, 2);
        for n in 0..leaves as i64 {
            add(&other, 1, NOW + n * Instant::SECOND);
            sweep(&other, NOW + n * Instant::SECOND);
        }
        let now = proof(&other, 1, NOW + 20_005 * Instant::SECOND, whole(Some(3)));
        // The same key signs both: it is the operator's.
        let kept = Kept { key: now.keys[0].parse().ok(), ..known.clone() };
        let found = words(&check::check(&now, &kept));
        drop((other, dir));
        found
    };
    assert!(rewrite(2).contains(&("shrunk", None)));
    assert!(rewrite(3).contains(&("fork", None)), "as long as before, with another root");
    let longer = rewrite(6);
    assert!(longer.contains(&("fork", None)) && longer.contains(&("rewritten", Some(5))), "{longer:?}");
}

#[test]
fn an_act_from_before_a_kept_checkpoint_must_have_been_in_it() {
    let (store, _dir) = crate::testing::sqlite().unwrap();
    let (known, good) = story(&store);
    // She kept the checkpoint only, and the act is at the end, where the chain lets it be.
    add(&store, 1, NOW + 19_999 * Instant::SECOND);
    add(&store, 1, NOW - 40 * Instant::DAY);
    sweep(&store, NOW + 30_000 * Instant::SECOND);
    let now = proof(&store, 1, NOW + 30_001 * Instant::SECOND, whole(Some(3)));
    let note_only = Kept { head: None, ..known };
    let found = words(&check::check(&now, &note_only));
    let backdated = ("back-dated", Some(10));
    assert_eq!(found, [backdated, ("late", Some(9)), ("late", Some(10)), backdated]);
    assert_eq!(good.acts.len(), 8);
}

#[test]
fn what_she_may_not_see_is_withheld_and_still_binds_what_came_before() {
    let (store, _dir) = crate::testing::sqlite().unwrap();
    let (known, _) = story(&store);
    let made = store.read(|tx| {
        let key = tx.space_key(PersonId(1))?;
        let now = Instant(NOW + 20_005 * Instant::SECOND);
        Ok(tx.journal_proof(&key, &terms(), now, whole(Some(3)), |row| row.seq != Seq(3))?)
    });
    let proof = made.wait().unwrap();
    assert!(matches!(proof.acts[2], Link::Withheld { seq: Seq(3), .. }));
    assert_eq!(words(&check::check(&proof, &known)), []);
    let mut changed = proof.clone();
    told(&mut changed, 2).line.push(' ');
    assert_eq!(words(&check::check(&changed, &known)), [("chain", Some(2))]);
    let mut unbound = proof;
    if let Link::Withheld { digest, .. } = &mut unbound.acts[2] {
        digest.0[0] ^= 1;
    }
    assert_eq!(words(&check::check(&unbound, &known)), [("chain", Some(3))]);
}

#[test]
fn a_torn_row_is_said_to_be_torn() {
    let (store, _dir) = crate::testing::sqlite().unwrap();
    story(&store);
    store.write(|tx| Ok(tx.exec("UPDATE log_bundle SET entries = $1", args![[1u8; 50]])?)).wait().unwrap();
    add(&store, 1, NOW + 20_010 * Instant::SECOND);
    let swept = store.sweep_log(&terms(), Instant(NOW)).wait().unwrap_err();
    assert!(matches!(swept.fault, Some(kernel::Fault::Damaged(_))), "{swept}");
}
