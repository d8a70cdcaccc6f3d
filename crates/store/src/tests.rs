//! What the store promises about its schema and its statements, on both engines.

mod plans;
mod rotation;

use kernel::{Fault, PersonId};

use crate::engine::Connection;
use crate::testing::{both, prepares};
use crate::{Keyring, Options, Place, Store, args, dialect, migrations, queries};

#[test]
fn every_statement_prepares_on_both_engines() {
    prepares(queries::ALL);
}

#[test]
fn work_is_taken_on_both_engines() {
    both(|store| {
        let sql = store.read(|tx| Ok(dialect::take_jobs(tx))).wait().unwrap();
        store.write(move |tx| Ok(tx.connection.prepare(sql)?)).wait().unwrap();
    });
}

#[test]
fn a_store_that_is_closed_leaves_no_log_behind() {
    for _ in 0..20 {
        let (store, dir) = crate::testing::sqlite().unwrap();
        let work: Vec<_> = (1..64)
            .flat_map(|n| {
                let look = store.read(|tx| Ok(dialect::tables(&mut tx.connection).map(|_| ())?));
                let act = store.write(move |tx| Ok(crate::testing::person(tx, PersonId(n)).map(|_| ())?));
                [look, act]
            })
            .collect();
        for done in work {
            done.wait().unwrap();
        }
        drop(store);
        let left: Vec<_> = std::fs::read_dir(dir.path())
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains("-wal"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// Tables that cross persons, and why they may.
const CROSS: &[&str] = &[
    "handle",         // finds a person by her national identity
    "trait_handle",   // finds persons by their traits
    "may_act_handle", // whose spaces somebody may ask to open
    "loan_handle",    // whose space a code opens
    "report_desk",    // what waits on the desk of the operator's team
    "job",            // work of the whole house; some of it is about a person
];

/// Indexes of a person's tables that cross persons, and why they may.
const CROSS_INDEXES: &[&str] = &[
    "session_idle",      // sessions that ended are swept across persons
    "notice_reader_due", // a round costs what is due, of whomever
    "person_closed",     // spaces that wait to be erased are looked for among everybody's
    "idempotency_at",    // keys of deposits are forgotten after a while, everybody's
    "app_grant_ends",    // what apps were given and is over is swept, everybody's
];

#[test]
fn what_a_person_owns_is_keyed_by_the_person_first() {
    let (store, _dir) = crate::testing::sqlite().unwrap();
    let (tables, indexes) = store
        .read(|tx| {
            let indexes = tx.all(dialect::INDEXES_SQLITE, &[], |row| {
                Ok((row.text(0)?, row.text(1)?, row.opt_text(2)?))
            })?;
            Ok((dialect::tables(&mut tx.connection)?, indexes))
        })
        .wait()
        .unwrap();
    let owned: Vec<_> = tables
        .iter()
        .filter(|t| t.columns.iter().any(|c| c == "person") && !CROSS.contains(&t.name.as_str()))
        .collect();
    assert!(owned.len() >= 4, "the test sees the tables");
    for table in owned {
        assert_eq!(table.columns[0], "person", "first column of {}", table.name);
        let mut seen = "";
        for (_, index, column) in indexes.iter().filter(|(name, ..)| *name == table.name) {
            if CROSS_INDEXES.contains(&index.as_str()) {
                continue;
            }
            if index != seen {
                assert_eq!(column.as_deref(), Some("person"), "index {index} of {}", table.name);
                seen = index;
            }
        }
    }
}

#[test]
fn a_range_of_acts_is_a_walk_along_the_rowid() {
    let (store, _dir) = crate::testing::sqlite().unwrap();
    for sql in [queries::ACTS, queries::LINES, queries::LAST_ACT, queries::FIRST_OF_ENTRY, queries::ACT_BLOB]
    {
        let plan = store
            .read(move |tx| {
                let mut plan = Vec::new();
                let arguments = args![1i64, 2i64, 3i64, 4i64, 5i64];
                tx.connection.each_of(&format!("EXPLAIN QUERY PLAN {sql}"), arguments, &mut |row| {
                    plan.push(row.text(3)?);
                    Ok(())
                })?;
                Ok(plan.join("; "))
            })
            .wait()
            .unwrap();
        assert_eq!(plan, "SEARCH act USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)", "{sql}");
    }
}

#[test]
fn migrations_run_twice_without_harm_and_refuse_an_edited_history() {
    both(|store| {
        store
            .write(|tx| {
                let dialect = match tx.connection {
                    Connection::Sqlite(_) => dialect::Dialect::Sqlite,
                    Connection::Postgres(_) => dialect::Dialect::Postgres,
                };
                migrations::apply(&mut tx.connection, dialect)?;
                tx.exec(
                    "UPDATE migration SET checksum = $1 WHERE name = '0002_store_acts'",
                    args![[1u8; 32]],
                )?;
                let edited = migrations::apply(&mut tx.connection, dialect).unwrap_err();
                assert!(edited.to_string().contains("was edited"), "{edited}");
                tx.exec(
                    "UPDATE migration SET name = '9999_from_the_future' WHERE name = '0002_store_acts'",
                    &[],
                )?;
                let newer = migrations::apply(&mut tx.connection, dialect).unwrap_err();
                assert!(newer.to_string().contains("newer version"), "{newer}");
                Ok(())
            })
            .wait()
            .unwrap();
    });
}

#[test]
fn parameters_bind_by_their_number() {
    both(|store| {
        let said = store
            .read(|tx| {
                let sql = "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)";
                Ok(tx.one(sql, args!["first", "second"], |row| {
                    Ok([row.text(0)?, row.text(1)?, row.text(2)?])
                })?)
            })
            .wait()
            .unwrap();
        assert_eq!(said.unwrap(), ["second", "first", "second"]);
    });
}

#[test]
fn a_failed_statement_never_ends_in_a_quiet_rollback() {
    both(|store| {
        let answer = store
            .write(|tx| {
                tx.exec("INSERT INTO house (name, value) VALUES ('a', $1)", args![[1u8; 1]])?;
                // Twice the same key; the closure looks away.
                let again = tx.exec("INSERT INTO house (name, value) VALUES ('a', $1)", args![[1u8; 1]]);
                assert!(matches!(again, Err(Fault::Database(_))));
                Ok(())
            })
            .wait();
        let kept = store
            .read(|tx| Ok(tx.one("SELECT 1 FROM house WHERE name = 'a'", &[], |_| Ok(()))?.is_some()))
            .wait()
            .unwrap();
        assert_eq!(answer.is_ok(), kept, "what is acknowledged is kept, what is not is not");
    });
}

#[test]
fn what_fails_later_is_said_by_the_commit_and_nothing_is_kept() {
    const ADD: &str = "INSERT INTO house (name, value) VALUES ($1, $2)";
    both(|store| {
        for more in [0, 1, 40] {
            let answer = store
                .write(move |tx| {
                    tx.later(ADD, args!["b", [1u8; 1]].to_vec())?;
                    for n in 0..more {
                        tx.later(ADD, args![format!("c {n}"), [1u8; 1]].to_vec())?;
                    }
                    tx.later(ADD, args!["b", [1u8; 1]].to_vec()).map_err(kernel::Refusal::from)
                })
                .wait();
            assert!(matches!(answer.unwrap_err().fault, Some(Fault::Database(_))));
        }
        let ordered = store.write(|tx| {
            tx.later(ADD, args!["d", [1u8; 1]].to_vec())?;
            let seen = tx.exec("UPDATE house SET value = $1 WHERE name = 'd'", args![[2u8; 1]])?;
            Ok(seen)
        });
        assert_eq!(ordered.wait().unwrap(), 1, "what waits is done before the next answer");
        let refused = store.write(|tx| {
            tx.later(ADD, args!["e", [1u8; 1]].to_vec())?;
            Err::<(), _>(kernel::Refusal::not_found())
        });
        assert!(refused.wait().is_err());
        let looked = store.read(|tx| Ok(tx.later(ADD, args!["f", [1u8; 1]].to_vec())?));
        assert!(looked.wait().is_err(), "who looks does not write");
        let kept = store
            .read(|tx| {
                let sql = "SELECT name FROM house WHERE name IN ('b', 'c 0', 'd', 'e', 'f')";
                Ok(tx.all(sql, &[], |row| row.text(0))?)
            })
            .wait();
        assert_eq!(kept.unwrap(), ["d"]);
    });
}

#[test]
fn a_panic_is_a_fault_and_the_store_goes_on() {
    both(|store| {
        for _ in 0..20 {
            let answer = store.write::<()>(|_| panic!("oh")).wait().unwrap_err();
            assert!(matches!(answer.fault, Some(Fault::Internal(said)) if said.contains("oh")));
            store.read::<()>(|_| panic!("oh")).wait().unwrap_err();
        }
        store.write(|tx| Ok(crate::testing::person(tx, PersonId(1)).map(|_| ())?)).wait().unwrap();
    });
}

#[test]
fn another_houses_keyring_is_refused_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::Sqlite { dir: dir.path().to_path_buf() };
    let path = dir.path().join("keyring");
    let own = Keyring::create(&path).unwrap();
    drop(Store::open(&place, own, &Options::default()).unwrap());
    let other = Store::open(&place, Keyring::ephemeral().unwrap(), &Options::default()).unwrap_err();
    assert!(matches!(&other, Fault::Keys(why) if why.contains("another database")), "{other}");
    drop(Store::open(&place, Keyring::load(&path).unwrap(), &Options::default()).unwrap());
    assert!(matches!(Keyring::create(&path), Err(Fault::Keys(_))), "never overwritten");
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    assert!(matches!(Keyring::load(&path), Err(Fault::Keys(why)) if why.contains("600")));
}
