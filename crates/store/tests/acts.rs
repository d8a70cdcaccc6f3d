//! What rooms rely on: acts come back as they were written, refusals undo, notes stay.

use kernel::{Actor, PersonId, Refusal, Seq};
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
