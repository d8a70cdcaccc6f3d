//! What must not happen: wrong data served, an acknowledged act lost, half a document. Each fault is made for
//! real: bits are flipped in the tables, a disk fills up. `outages.rs` pulls plugs.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of tests may fail as tests do"
)]

use kernel::{EntryId, Fault, PersonId, Refusal, Seq};
use store::testing::{act, both, person};
use store::{Act, Keyring, Kind, Options, Place, Slot, Store, Want, Wrong, args};

const HER: PersonId = PersonId(42);

/// Five acts, minute by minute, each with data and a content.
fn fill(store: &Store) {
    store
        .write(|tx| {
            let key = person(tx, HER)?;
            for n in 1..=5u8 {
                let entry = Some(EntryId { person: HER, tag: i64::from(n) });
                let (data, blob) = (Some(vec![n; 200]), Some(vec![n; 500]));
                tx.append(
                    &key,
                    Act { data, blob, entry, ..act(Kind::Deposited, i64::from(n) * 60_000_000) },
                )?;
            }
            tx.put_snapshot(&key, Slot::Record, Seq(5), b"state")?;
            Ok(())
        })
        .wait()
        .unwrap();
}

fn sabotage(store: &Store, sql: &'static str, values: &[store::Value]) {
    let values = values.to_vec();
    assert_eq!(store.write(move |tx| Ok(tx.exec(sql, &values)?)).wait().unwrap(), 1, "{sql}");
}

fn wrongs(store: &Store) -> Vec<(u32, Wrong)> {
    let found = store.verify(HER, true).wait().unwrap().findings;
    found.iter().map(|finding| (finding.seq.0, finding.wrong)).collect()
}

fn read_all(store: &Store) -> Result<Vec<Seq>, Refusal> {
    store
        .read(|tx| {
            let key = tx.space_key(HER)?;
            let mut seen = Vec::new();
            tx.acts(&key, Seq(0), Want::ALL, |row| {
                seen.push(row.seq);
                Ok(())
            })?;
            Ok(seen)
        })
        .wait()
}

/// Act 3's own key.
fn third() -> i64 {
    HER.act_key(Seq(3))
}

#[test]
fn a_flipped_bit_is_found_and_never_served() {
    let columns: [(&str, &'static str, &'static str, Wrong); 4] = [
        (
            "line",
            "SELECT line FROM act WHERE id = $1",
            "UPDATE act SET line = $2 WHERE id = $1",
            Wrong::Unreadable,
        ),
        (
            "data",
            "SELECT data FROM act WHERE id = $1",
            "UPDATE act SET data = $2 WHERE id = $1",
            Wrong::DataChanged,
        ),
        (
            "blob",
            "SELECT blob FROM act WHERE id = $1",
            "UPDATE act SET blob = $2 WHERE id = $1",
            Wrong::ContentChanged,
        ),
        (
            "hash",
            "SELECT hash FROM act WHERE id = $1",
            "UPDATE act SET hash = $2 WHERE id = $1",
            Wrong::ChainBroken,
        ),
    ];
    both(|store| {
        fill(&store);
        assert_eq!(wrongs(&store), []);
        for (column, read, write, expected) in columns {
            let whole = store
                .read(move |tx| Ok(tx.one(read, args![third()], |row| row.bytes(0))?))
                .wait()
                .unwrap()
                .unwrap();
            for place in [0, whole.len() / 2, whole.len() - 1] {
                let mut flipped = whole.clone();
                flipped[place] ^= 16;
                sabotage(&store, write, args![third(), flipped]);
                assert!(
                    wrongs(&store).contains(&(3, expected)),
                    "{column} byte {place}: {:?}",
                    wrongs(&store)
                );
                let served = match column {
                    "line" | "data" => read_all(&store).map(|_| ()),
                    "blob" => store
                        .read(|tx| tx.space_key(HER).and_then(|k| Ok(tx.blob(&k, Seq(3))?)))
                        .wait()
                        .map(|_| ()),
                    _ => continue,
                };
                assert!(
                    matches!(served.unwrap_err().fault, Some(Fault::Damaged(_))),
                    "{column} byte {place}"
                );
            }
            sabotage(&store, write, args![third(), whole]);
            assert_eq!(wrongs(&store), []);
        }
    });
}

#[test]
fn what_routes_an_act_cannot_be_changed_either() {
    both(|store| {
        for (change, back) in [
            (
                "UPDATE act SET at = at - 86400000000 WHERE id = $1",
                "UPDATE act SET at = at + 86400000000 WHERE id = $1",
            ),
            ("UPDATE act SET kind = 21 WHERE id = $1", "UPDATE act SET kind = 20 WHERE id = $1"),
            ("UPDATE act SET entry = 9 WHERE id = $1", "UPDATE act SET entry = 3 WHERE id = $1"),
        ] {
            if store.verify(HER, false).wait().is_err() {
                fill(&store);
            }
            sabotage(&store, change, args![third()]);
            assert!(wrongs(&store).contains(&(3, Wrong::Unreadable)), "{change}");
            assert!(read_all(&store).is_err());
            sabotage(&store, back, args![third()]);
            assert_eq!(wrongs(&store), []);
        }
    });
}

#[test]
fn dropped_and_reordered_acts_are_found() {
    both(|store| {
        fill(&store);
        sabotage(&store, "DELETE FROM act WHERE id = $1", args![third()]);
        assert!(wrongs(&store).contains(&(4, Wrong::Dropped)));
        assert!(wrongs(&store).contains(&(4, Wrong::ChainBroken)));
        // The gap closed by renumbering.
        for seq in [4, 5] {
            let (from, to) = (HER.act_key(Seq(seq)), HER.act_key(Seq(seq - 1)));
            sabotage(&store, "UPDATE act SET id = $2 WHERE id = $1", args![from, to]);
        }
        let found = wrongs(&store);
        assert!(
            found.contains(&(3, Wrong::Unreadable)) && found.contains(&(4, Wrong::EndDropped)),
            "{found:?}"
        );
    });
    both(|store| {
        fill(&store);
        sabotage(&store, "DELETE FROM act WHERE id = $1", args![HER.act_key(Seq(5))]);
        assert_eq!(wrongs(&store), [(4, Wrong::EndDropped)]);
    });
    both(|store| {
        fill(&store);
        let (second, spare) = (HER.act_key(Seq(2)), HER.act_key(Seq(9)));
        for (from, to) in [(second, spare), (third(), second), (spare, third())] {
            sabotage(&store, "UPDATE act SET id = $2 WHERE id = $1", args![from, to]);
        }
        let found = wrongs(&store);
        assert!(
            found.contains(&(2, Wrong::Unreadable)) && found.contains(&(3, Wrong::Unreadable)),
            "{found:?}"
        );
    });
}

#[test]
fn an_act_that_claims_an_earlier_time_is_found() {
    both(|store| {
        fill(&store);
        store
            .write(|tx| {
                let key = tx.space_key(HER)?;
                Ok(tx.append(&key, act(Kind::Deposited, -86_400_000_000))?)
            })
            .wait()
            .unwrap();
        assert_eq!(wrongs(&store), [(6, Wrong::BackDated)]);
    });
}

#[test]
fn a_key_of_another_person_opens_nothing() {
    both(|store| {
        fill(&store);
        store.write(|tx| Ok(person(tx, PersonId(43)).map(|_| ())?)).wait().unwrap();
        let theirs = store
            .read(|tx| {
                Ok(tx.one("SELECT wrapped_key FROM person WHERE person = 43", &[], |row| row.bytes(0))?)
            })
            .wait()
            .unwrap();
        sabotage(&store, "UPDATE person SET wrapped_key = $2 WHERE person = $1", args![HER, theirs]);
        assert!(matches!(read_all(&store).unwrap_err().fault, Some(Fault::Keys(_))));
    });
}

#[test]
fn a_full_disk_refuses_clearly_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::Sqlite { dir: dir.path().to_path_buf() };
    let options = Options { most_pages: Some(200), ..Options::default() };
    let store = Store::open(&place, Keyring::ephemeral().unwrap(), &options).unwrap();
    store.write(|tx| Ok(person(tx, HER).map(|_| ())?)).wait().unwrap();
    let (mut kept, mut full) = (0, 0);
    while full < 3 {
        // Many callers at once, so that groups are lost together.
        let pending: Vec<_> = (0..20)
            .map(|_| {
                store.write(|tx| {
                    let key = tx.space_key(HER)?;
                    let data = (0..3000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 9) as u8).collect();
                    Ok(tx.append(&key, Act { data: Some(data), ..act(Kind::Deposited, 1) })?)
                })
            })
            .collect();
        for answer in pending {
            match answer.wait() {
                Ok(_) => kept += 1,
                Err(refusal) => {
                    assert!(matches!(refusal.fault, Some(Fault::DiskFull(_))), "{refusal:?}");
                    full += 1;
                }
            }
        }
    }
    assert!(kept > 20, "some fitted: {kept}");
    assert_eq!(read_all(&store).unwrap().len(), kept);
    assert_eq!(wrongs(&store), []);
}
