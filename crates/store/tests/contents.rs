//! Contents of every size, on both engines: where they lie, that they come back, that damage shows.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of tests may fail as tests do"
)]

use kernel::{Fault, PersonId, Refusal, Seq};
use store::testing::{act, both, person, sqlite};
use store::{Act, Content, Kind, Store, Value, args};

const HER: PersonId = PersonId(70_000_001);

/// Bytes that do not pack.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 24) as u8
        })
        .collect()
}

fn deposit(store: &Store, blob: Vec<u8>) -> Result<Seq, Refusal> {
    store
        .write(move |tx| {
            let key = tx.space_key(HER)?;
            Ok(tx.append(&key, Act { blob: Some(blob), ..act(Kind::Deposited, 1) })?)
        })
        .wait()
}

fn content(store: &Store, seq: Seq) -> Result<Option<Vec<u8>>, Refusal> {
    store
        .read(move |tx| {
            let key = tx.space_key(HER)?;
            Ok(tx.blob(&key, seq)?)
        })
        .wait()
}

fn files(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found
}

#[test]
fn contents_of_every_size_come_back() {
    both(|store| {
        store.write(|tx| Ok(person(tx, HER).map(|_| ())?)).wait().unwrap();
        let sizes = [0, 1, 23, 6000, 16_383, 16_384, 16_385, 80_000, 262_144, 262_145, 3_000_000];
        for (i, size) in sizes.into_iter().enumerate() {
            let seq = deposit(&store, noise(size, i as u64)).unwrap();
            assert_eq!(content(&store, seq).unwrap().unwrap(), noise(size, i as u64), "{size} bytes");
        }
        let text = "<observation/>".repeat(20_000).into_bytes();
        let seq = deposit(&store, text.clone()).unwrap();
        assert_eq!(content(&store, seq).unwrap().unwrap(), text);
    });
}

#[test]
fn a_content_packed_beforehand_is_the_same_content() {
    both(|store| {
        store.write(|tx| Ok(person(tx, HER).map(|_| ())?)).wait().unwrap();
        for plain in [Vec::new(), noise(80_000, 3), "<observation/>".repeat(20_000).into_bytes()] {
            let packed = Content::new(plain.clone());
            let done = store.write(move |tx| {
                let key = tx.space_key(HER)?;
                Ok(tx.append_content(&key, &act(Kind::Deposited, 1), &packed)?)
            });
            assert_eq!(content(&store, done.wait().unwrap()).unwrap(), Some(plain));
        }
        assert_eq!(store.verify(HER, true).wait().unwrap().findings, []);
    });
}

#[test]
fn equal_content_is_kept_once_and_a_refused_one_not_at_all() {
    let (store, dir) = sqlite().unwrap();
    let folder = dir.path().join("data/blobs");
    store.write(|tx| Ok(person(tx, HER).map(|_| ())?)).wait().unwrap();
    deposit(&store, noise(80_000, 1)).unwrap();
    deposit(&store, noise(80_000, 1)).unwrap();
    assert_eq!(files(&folder).len(), 1);
    let refused = store
        .write(|tx| {
            let key = tx.space_key(HER)?;
            tx.append(&key, Act { blob: Some(noise(80_000, 2)), ..act(Kind::Deposited, 1) })?;
            Err::<(), _>(Refusal::not_found())
        })
        .wait();
    assert!(refused.is_err());
    assert_eq!(files(&folder).len(), 1);
}

#[test]
fn a_torn_or_flipped_file_is_never_served_and_is_mended_by_a_new_deposit() {
    let (store, dir) = sqlite().unwrap();
    store.write(|tx| Ok(person(tx, HER).map(|_| ())?)).wait().unwrap();
    let seq = deposit(&store, noise(600_000, 1)).unwrap();
    let file = files(&dir.path().join("data/blobs")).remove(0);
    let whole = std::fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[300_000] ^= 4;
    // Cut inside a chunk, cut between chunks, cut to nothing, a bit flipped.
    let cases = [whole[..500_000].to_vec(), whole[..14 + 2 * (262_144 + 16)].to_vec(), Vec::new(), flipped];
    for damaged in cases {
        std::fs::write(&file, &damaged).unwrap();
        let fault = content(&store, seq).unwrap_err().fault;
        assert!(matches!(fault, Some(Fault::Damaged(_))), "{fault:?}");
    }
    std::fs::remove_file(&file).unwrap();
    assert!(
        matches!(content(&store, seq).unwrap_err().fault, Some(Fault::Damaged(why)) if why.contains("missing"))
    );
    std::fs::write(&file, &whole[..100]).unwrap();
    let again = deposit(&store, noise(600_000, 1)).unwrap();
    assert_eq!(content(&store, again).unwrap().unwrap(), noise(600_000, 1));
    assert_eq!(content(&store, seq).unwrap().unwrap(), noise(600_000, 1));
}

#[test]
fn rows_of_contents_show_damage_too() {
    if std::env::var("CARNET_TEST_ENGINES").is_ok_and(|named| named == "sqlite") {
        return;
    }
    let (store, _database) = store::testing::postgres().unwrap();
    store.write(|tx| Ok(person(tx, HER).map(|_| ())?)).wait().unwrap();
    let seq = deposit(&store, noise(600_000, 1)).unwrap();
    store.write(|tx| Ok(tx.exec("DELETE FROM blob WHERE chunk = 2", &[]).map(|_| ())?)).wait().unwrap();
    assert!(matches!(content(&store, seq).unwrap_err().fault, Some(Fault::Damaged(_))));
}

#[test]
fn each_engine_answers_values_as_they_were_given() {
    both(|store| {
        let given = args![i64::MIN, "é\u{1F642}", vec![0u8, 255], None::<i64>, None::<String>].to_vec();
        store
            .write(move |tx| {
                tx.exec(
                    "INSERT INTO job (due, payload, task, key, tries, person, error) VALUES ($1, $2, 't', 'k', 0, $3, $4)",
                    &[given[0].clone(), given[1].clone(), given[3].clone(), given[4].clone()],
                )?;
                tx.exec("INSERT INTO house (name, value) VALUES ('v', $1)", &[given[2].clone()])?;
                let back = tx.one("SELECT due, payload, person, error FROM job", &[], |row| {
                    Ok((row.int(0)?, row.text(1)?, row.opt_int(2)?, row.opt_text(3)?))
                })?;
                assert_eq!(back.unwrap(), (i64::MIN, "é\u{1F642}".to_owned(), None, None));
                let bytes = tx.one("SELECT value FROM house WHERE name = 'v'", &[], |row| row.bytes(0))?;
                assert_eq!(Value::Bytes(bytes.unwrap()), given[2]);
                let null = tx.one("SELECT person FROM job", &[], |row| row.int(0));
                assert!(matches!(null, Err(Fault::Internal(_))));
                Ok(())
            })
            .wait()
            .unwrap();
    });
}
