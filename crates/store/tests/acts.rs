//! What rooms rely on: acts come back as they were written, refusals undo, notes stay.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of tests may fail as tests do"
)]

use kernel::{Actor, EntryId, PersonId, Refusal, Seq};
use store::testing::{act, both, person};
use store::{Act, Kind, Slot, Store, Want};

const HER: PersonId = PersonId(42);

fn enrol(store: &Store) {
    store.write(|tx| Ok(person(tx, HER).map(|_| ())?)).wait().unwrap();
}

#[test]
fn acts_come_back_as_they_were_written() {
    both(|store| {
        enrol(&store);
        let written = store
            .write(|tx| {
                let key = tx.space_key(HER)?;
                for n in 0..5u8 {
                    let act = Act {
                        data: Some(vec![n; 300]),
                        blob: Some(vec![n; 3000]),
                        ..act(Kind::Deposited, 10)
                    };
                    tx.append(&key, act)?;
                }
                tx.put_snapshot(&key, Slot::Record, Seq(5), b"state")?;
                Ok(tx.head(&key)?)
            })
            .wait()
            .unwrap();
        assert_eq!(written, Seq(5));
        store
            .read(|tx| {
                let key = tx.space_key(HER)?;
                let mut seen = Vec::new();
                tx.acts(&key, Seq(2), Want::ALL, |row| {
                    assert!(matches!(row.line.as_ref().unwrap().actor, Actor::System { .. }));
                    assert_eq!(row.blob_len, Some(3000));
                    seen.push((row.seq, row.data.unwrap()[0]));
                    Ok(())
                })?;
                assert_eq!(seen, [(Seq(3), 2), (Seq(4), 3), (Seq(5), 4)]);
                assert_eq!(tx.blob(&key, Seq(3))?.unwrap(), vec![2; 3000]);
                assert_eq!(tx.snapshot(&key, Slot::Record)?.unwrap(), (Seq(5), b"state".to_vec()));
                Ok(())
            })
            .wait()
            .unwrap();
    });
}

#[test]
fn a_refusal_undoes_what_was_written_but_keeps_its_notes() {
    both(|store| {
        enrol(&store);
        let answer = store
            .write(|tx| {
                let key = tx.space_key(HER)?;
                tx.append(&key, act(Kind::Deposited, 1))?;
                tx.note(&key, act(Kind::DepositRefused, 2));
                Err::<(), _>(Refusal::not_found())
            })
            .wait();
        assert_eq!(answer.unwrap_err().code(), "not-found");
        let answer = store
            .read(|tx| {
                let key = tx.space_key(HER)?;
                tx.note(&key, act(Kind::ListRead, 3));
                Err::<(), _>(Refusal::not_found())
            })
            .wait();
        assert_eq!(answer.unwrap_err().code(), "not-found");
        let kinds = store
            .read(|tx| {
                let key = tx.space_key(HER)?;
                let mut kinds = Vec::new();
                tx.acts(&key, Seq(0), Want::LINES, |row| {
                    kinds.push(row.kind);
                    Ok(())
                })?;
                Ok(kinds)
            })
            .wait()
            .unwrap();
        assert_eq!(kinds, [Kind::DepositRefused, Kind::ListRead]);
    });
}

#[test]
fn entries_are_found_and_acts_of_many_callers_keep_their_order() {
    both(|store| {
        enrol(&store);
        let pending: Vec<_> = (0..200i64)
            .map(|n| {
                store.write(move |tx| {
                    let key = tx.space_key(HER)?;
                    let entry = Some(EntryId { person: HER, tag: n / 2 });
                    Ok(tx.append(&key, Act { entry, ..act(Kind::Deposited, n) })?)
                })
            })
            .collect();
        let mut ranks: Vec<Seq> = pending.into_iter().map(|p| p.wait().unwrap()).collect();
        ranks.sort();
        assert_eq!(ranks, (1..=200).map(Seq).collect::<Vec<_>>());
        assert!(store.verify(HER, true).wait().unwrap().findings.is_empty());
        store
            .read(|tx| {
                let key = tx.space_key(HER)?;
                let first = tx.has_entry(&key, EntryId { person: HER, tag: 50 })?.unwrap();
                let row = tx.act(&key, first, Want::LINES)?.unwrap();
                assert_eq!(row.entry.unwrap().tag, 50);
                assert!(tx.has_entry(&key, EntryId { person: HER, tag: 100 })?.is_none());
                let mut seen = 0;
                tx.acts(&key, Seq(0), Want::LINES.of(&[Kind::ListRead]), |_| {
                    seen += 1;
                    Ok(())
                })?;
                assert_eq!(seen, 0, "only the kinds asked for");
                assert!(tx.append(&key, act(Kind::ListRead, 1)).is_err(), "a read transaction cannot write");
                Ok(())
            })
            .wait()
            .unwrap();
        let unknown = store.read(|tx| tx.space_key(PersonId(1)).map(|_| ())).wait().unwrap_err();
        assert_eq!(unknown.code(), "not-found");
    });
}
