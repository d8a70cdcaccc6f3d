//! A master key is begun and retired; whatever fails or ends in between, every key of a person can still be opened.

use std::path::{Path, PathBuf};

use kernel::{Fault, PersonId, Refusal};
use tempfile::TempDir;

use crate::house::check_keys;
use crate::keys::check_of;
use crate::testing::{both, person};
use crate::{Keyring, Store, args, queries};

const HER: PersonId = PersonId(3);

/// A person whose key generation 2 wraps, the keyring file with both generations, and her key as generation 1 had it.
fn rotated(store: &Store) -> (TempDir, PathBuf, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keyring");
    let old = store.write(|tx| {
        person(tx, HER)?;
        Ok(tx.one(queries::PERSON_KEY, args![HER], |row| row.bytes(1))?.unwrap())
    });
    let old = old.wait().unwrap();
    assert_eq!(store.rotate(&file, 10, |_| ()).unwrap(), 2);
    (folder, file, old)
}

/// Wraps her key as a node would that has not heard of the rotation.
fn wrap_by_the_old(store: &Store, old: Vec<u8>) {
    let wrapped = store.write(move |tx| Ok(tx.exec(queries::REWRAP, args![HER, 1i64, old, 2i64])?));
    assert_eq!(wrapped.wait().unwrap(), 1);
}

/// What a start with the keyring of this file answers, and the generations that it has then.
fn starts_with(store: &Store, file: &Path) -> Result<Vec<i64>, Refusal> {
    let keyring = Keyring::load(file).unwrap();
    let generations = keyring.generations();
    let check = store.write(move |tx| {
        check_keys(&mut tx.connection, &keyring)?;
        let (generation, wrapped) =
            tx.one(queries::PERSON_KEY, args![HER], |row| Ok((row.int(0)?, row.bytes(1)?)))?.unwrap();
        keyring.unwrap(HER, generation, &wrapped)?;
        Ok(())
    });
    check.wait().map(|()| generations)
}

fn remembers(store: &Store, generation: i64) -> bool {
    let found = store
        .read(move |tx| Ok(tx.one(queries::HOUSE_VALUE, args![check_of(generation)], |_| Ok(()))?.is_some()));
    found.wait().unwrap()
}

#[test]
fn a_generation_that_cannot_be_saved_wraps_nothing() {
    both(|store| {
        store.write(|tx| Ok(person(tx, HER).map(|_| ())?)).wait().unwrap();
        let nowhere = tempfile::tempdir().unwrap().path().join("gone/keyring");
        assert!(store.rotate(&nowhere, 10, |_| ()).is_err());
        assert_eq!(store.keyring().generations(), [1], "else a new key would be lost with this process");
        assert!(!remembers(&store, 2));
    });
}

#[test]
fn a_retirement_whose_keyring_cannot_be_saved_changes_nothing() {
    both(|store| {
        let (_folder, file, _) = rotated(&store);
        let full = |_: &Keyring, _| Err(Fault::Io("the disk is full".into()));
        assert!(store.retire_from(1, full).is_err());
        assert!(remembers(&store, 1));
        assert_eq!(store.keyring().generations(), [1, 2]);
        assert_eq!(starts_with(&store, &file).unwrap(), [1, 2]);
        store.retire(1, &file).unwrap();
        assert_eq!(starts_with(&store, &file).unwrap(), [2]);
    });
}

#[test]
fn a_retirement_that_ends_once_the_keyring_is_saved_is_finished_by_the_next_start() {
    both(|store| {
        let (_folder, file, _) = rotated(&store);
        store.keyring().save_without(1, &file).unwrap();
        // As if the process had ended here.
        assert!(remembers(&store, 1));
        assert_eq!(starts_with(&store, &file).unwrap(), [2]);
        assert!(!remembers(&store, 1));
        store.retire(1, &file).unwrap();
        store.retire(1, &file).unwrap();
        assert_eq!(starts_with(&store, &file).unwrap(), [2], "asking again changes nothing");
    });
}

#[test]
fn a_retirement_that_the_database_does_not_hear_of_is_taken_back() {
    both(|store| {
        let (_folder, file, _) = rotated(&store);
        let rename = |sql: &'static str| store.write(move |tx| Ok(tx.connection.batch(sql)?)).wait().unwrap();
        let and_the_database_goes = |all: &Keyring, without: Option<i64>| match without {
            Some(number) => {
                rename("ALTER TABLE house RENAME TO away");
                all.save_without(number, &file)
            }
            None => all.save(&file),
        };
        assert!(store.retire_from(1, and_the_database_goes).is_err());
        rename("ALTER TABLE away RENAME TO house");
        assert!(remembers(&store, 1));
        assert_eq!(starts_with(&store, &file).unwrap(), [1, 2]);
        store.retire(1, &file).unwrap();
        assert_eq!(starts_with(&store, &file).unwrap(), [2]);
    });
}

#[test]
fn a_key_that_is_wrapped_while_its_generation_is_retired_is_not_lost() {
    both(|store| {
        let (_folder, file, old) = rotated(&store);
        let and_another_node_wraps = |all: &Keyring, without: Option<i64>| match without {
            Some(number) => {
                wrap_by_the_old(&store, old.clone());
                all.save_without(number, &file)
            }
            None => all.save(&file),
        };
        let refusal = store.retire_from(1, and_another_node_wraps).unwrap_err();
        assert!(matches!(refusal.fault, Some(Fault::Keys(why)) if why.contains("1 persons")));
        assert_eq!(starts_with(&store, &file).unwrap(), [1, 2]);
    });
}

#[test]
fn a_keyring_that_lacks_what_is_in_use_or_newer_is_refused() {
    both(|store| {
        let (_folder, file, old) = rotated(&store);
        wrap_by_the_old(&store, old);
        store.keyring().save_without(1, &file).unwrap();
        let lacks =
            |refusal: Refusal| matches!(refusal.fault, Some(Fault::Keys(why)) if why.contains("lacks"));
        assert!(lacks(starts_with(&store, &file).unwrap_err()), "generation 1 wraps her key");
        store.keyring().save_without(2, &file).unwrap();
        assert!(lacks(starts_with(&store, &file).unwrap_err()), "a node that was not told of the rotation");
        assert!(remembers(&store, 1) && remembers(&store, 2));
    });
}
