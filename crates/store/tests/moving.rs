//! Backups and exports move between engines; keys rotate while the house is open.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of tests may fail as tests do"
)]

use kernel::{Fault, Instant, PersonId, Seq};
use store::testing::{act, both, person};
use store::{Act, Examination, ExportCode, Kind, Severity, Slot, Store, Want};

/// A store with a few spaces in it, contents small and large.
fn fill(store: &Store) {
    store
        .write(|tx| {
            for n in [3, 5, 900_000_000] {
                let key = person(tx, PersonId(n))?;
                let identity = key.seal_field("identity", b"{\"name\":\"her\"}")?;
                tx.exec(
                    "UPDATE person SET identity = $2 WHERE person = $1",
                    store::args![PersonId(n), identity],
                )?;
                for i in 0..4u8 {
                    let large =
                        (0..90_000u32).map(|k| (k.wrapping_mul(2_654_435_761) >> 13) as u8 ^ i).collect();
                    let blob = if i == 2 { large } else { vec![i; 500] };
                    let data = Some(format!("{{\"resourceType\":\"Observation\",\"n\":{i}}}").into_bytes());
                    tx.append(&key, Act { data, blob: Some(blob), ..act(Kind::Deposited, i64::from(i)) })?;
                }
                tx.append(&key, act(Kind::ListRead, 9))?;
                tx.erase_content(&key, Seq(1))?;
                tx.put_snapshot(&key, Slot::Sharing, Seq(5), b"open")?;
            }
            tx.exec("INSERT INTO handle (hash, person) VALUES ($1, 3)", store::args![[9u8; 16]])?;
            Ok(())
        })
        .wait()
        .unwrap();
}

/// All that can be read of a person: kinds, lines, data, contents, hashes.
fn everything(store: &Store, who: PersonId) -> Vec<String> {
    store
        .read(move |tx| {
            let key = tx.space_key(who)?;
            let mut all = Vec::new();
            tx.acts(&key, Seq(0), Want::ALL, |row| {
                all.push(format!("{row:?}"));
                Ok(())
            })?;
            for seq in 1..=5 {
                all.push(format!("{:?}", tx.blob(&key, Seq(seq))?.map(|b| (b.len(), b[0], b[b.len() - 1]))));
            }
            Ok(all)
        })
        .wait()
        .unwrap()
}

fn well(store: &Store) {
    let examination = Examination { contents: true, sweep: false };
    let remarks = store.doctor(Instant(1_800_000_000_000_000), examination, |_| ()).unwrap();
    for remark in &remarks {
        let known = remark.subject == "clock" || remark.subject == "disk";
        assert!(remark.severity == Severity::Well || known, "{remark:?}");
    }
    assert!(remarks.len() >= 6);
}

#[test]
fn a_backup_is_restored_on_either_engine() {
    both(|from| {
        fill(&from);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("backup");
        from.backup(&path).wait().unwrap();
        assert!(from.backup(&path).wait().is_err(), "a backup is never overwritten");
        store::testing::both_with(from.keyring(), |to| {
            to.restore(&path).unwrap();
            for who in [3, 5, 900_000_000] {
                assert_eq!(everything(&to, PersonId(who)), everything(&from, PersonId(who)));
            }
            let handle = to.read(|tx| Ok(tx.one("SELECT person FROM handle", &[], |row| row.int(0))?));
            assert_eq!(handle.wait().unwrap(), Some(3));
            well(&to);
            assert!(to.restore(&path).is_err(), "only into an empty store");
        });
        both(|stranger| {
            let fault = stranger.restore(&path).unwrap_err().fault;
            assert!(matches!(fault, Some(Fault::Keys(_))), "{fault:?}");
        });
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(dir.path().join("flipped"), &bytes).unwrap();
        std::fs::write(dir.path().join("torn"), &bytes[..middle]).unwrap();
        store::testing::both_with(from.keyring(), |to| {
            for name in ["flipped", "torn"] {
                let fault = to.restore(&dir.path().join(name)).unwrap_err().fault;
                assert!(matches!(fault, Some(Fault::Damaged(_))), "{fault:?}");
            }
        });
    });
}

#[test]
fn an_export_opens_in_another_house_with_its_chain_whole() {
    both(|from| {
        fill(&from);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("export");
        let code = ExportCode::random().unwrap();
        let printed = code.spoken();
        assert_eq!(from.export_person(PersonId(5), code, &path).wait().unwrap(), 5);
        let again = ExportCode::heard(&printed).unwrap();
        assert!(from.export_person(PersonId(5), again, &path).wait().is_err(), "never overwritten");
        both(|to| {
            let wrong = ExportCode::random().unwrap();
            assert!(to.import_person(wrong, &path, |_, _| Ok(())).wait().is_err());
            let typed = ExportCode::heard(&printed.to_lowercase().replace('-', " ")).unwrap();
            let identity = to
                .import_person(typed, &path, |tx, key| {
                    let sealed = tx.one(
                        "SELECT identity FROM person WHERE person = $1",
                        store::args![key.person()],
                        |r| r.bytes(0),
                    )?;
                    Ok(key.open_field("identity", &sealed.unwrap())?)
                })
                .wait()
                .unwrap();
            assert_eq!(identity, b"{\"name\":\"her\"}");
            assert_eq!(everything(&to, PersonId(5)), everything(&from, PersonId(5)));
            assert!(to.verify(PersonId(5), true).wait().unwrap().findings.is_empty());
            let twice = to.import_person(ExportCode::heard(&printed).unwrap(), &path, |_, _| Ok(()));
            assert_eq!(twice.wait().unwrap_err().code(), "person-exists");
        });
        let bytes = std::fs::read(&path).unwrap();
        let cut = dir.path().join("cut");
        for length in [10, bytes.len() - 1, bytes.len() / 2, 24 + 65_536 + 16] {
            std::fs::write(&cut, &bytes[..length]).unwrap();
            both(|to| {
                let code = ExportCode::heard(&printed).unwrap();
                let refusal = to.import_person(code, &cut, |_, _| Ok(())).wait().unwrap_err();
                assert!(matches!(refusal.fault, Some(Fault::Damaged(_))), "{refusal:?}");
                let gone = to.read(|tx| tx.space_key(PersonId(5)).map(|_| ())).wait().unwrap_err();
                assert_eq!(gone.code(), "not-found", "nothing of a torn export stays");
            });
        }
    });
}

#[test]
fn keys_rotate_and_an_old_generation_can_be_destroyed() {
    both(|store| {
        fill(&store);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keyring");
        let before = everything(&store, PersonId(3));
        assert!(store.retire(1, &path).is_err(), "the newest stays");
        let old = store
            .read(
                |tx| Ok(tx.one("SELECT wrapped_key FROM person WHERE person = 5", &[], |row| row.bytes(0))?),
            )
            .wait()
            .unwrap();
        assert_eq!(store.rotate(&path, 2, |_| ()).unwrap(), 2);
        assert_eq!(everything(&store, PersonId(3)), before);
        assert!(store.keyring().generations() == [1, 2]);
        // As if the rotation had been interrupted before it came to person 5.
        store
            .write(move |tx| {
                let sql = "UPDATE person SET key_generation = 1, wrapped_key = $2 WHERE person = $1";
                Ok(tx.exec(sql, store::args![PersonId(5), old]).map(|_| ())?)
            })
            .wait()
            .unwrap();
        let refused = store.retire(1, &path).unwrap_err();
        assert!(matches!(refused.fault, Some(Fault::Keys(why)) if why.contains("1 persons")));
        assert_eq!(store.rotate(&path, 2, |_| ()).unwrap(), 2, "goes on instead of starting anew");
        store.retire(1, &path).unwrap();
        assert!(store.keyring().generations() == [2]);
        assert_eq!(store::Keyring::load(&path).unwrap().generations(), [2]);
        assert_eq!(everything(&store, PersonId(3)), before);
        well(&store);
    });
}

/// ASVS V13.3.1: a vault hands the keyring out, as a file that the program may only read.
#[test]
fn a_keyring_that_a_vault_hands_out_is_never_written() {
    both(|store| {
        fill(&store);
        let dir = tempfile::tempdir().unwrap();
        let before = everything(&store, PersonId(3));
        // `carnet keys next`, then a start with what it wrote.
        assert_eq!(store.keyring().begin_generation(&dir.path().join("next")).unwrap(), 2);
        let mount = dir.path().join("read-only/keyring");
        assert_eq!(store.rotate(&mount, 2, |_| ()).unwrap(), 2, "nothing is saved there");
        let left = dir.path().join("left");
        store.retire(1, &left).unwrap();
        assert_eq!(store::Keyring::load(&left).unwrap().generations(), [2]);
        assert_eq!(everything(&store, PersonId(3)), before);
    });
}

#[test]
fn an_erased_space_is_gone() {
    both(|store| {
        fill(&store);
        store.write(|tx| Ok(tx.erase_space(PersonId(5))?)).wait().unwrap();
        let gone = store.read(|tx| tx.space_key(PersonId(5)).map(|_| ())).wait().unwrap_err();
        assert_eq!(gone.code(), "space-erased");
        let remarks = store
            .doctor(Instant(1_800_000_000_000_000), Examination { contents: true, sweep: true }, |_| ())
            .unwrap();
        assert!(remarks.iter().any(|r| r.text.contains("2 keys open, 1 erased")), "{remarks:?}");
        assert_eq!(everything(&store, PersonId(3)).len(), 10);
    });
}
