//! The schema, as numbered migrations that are applied at start, each once, each in a transaction.

use kernel::Fault;

use crate::acts::sha256;
use crate::dialect::Dialect;
use crate::engine::Connection;
use crate::{args, queries};

macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        /// Every migration, in order. Add a line; never edit a file that was released.
        pub(crate) const MIGRATIONS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../migrations/", $name, ".sql")))),*];
    };
}

migrations! {
    "0001_people_person",
    "0002_store_acts",
    "0010_people_identity",
    "0011_people_enrolment",
    "0012_people_registry",
    "0013_people_directory",
    "0014_people_account",
    "0015_people_letters",
    "0020_care_documents",
    "0030_people_openid",
    "0021_people_delegation",
    "0040_people_vigilance",
    "0031_people_notice",
    "0032_people_report",
    "0033_people_sharing",
    "0050_people_outside",
    "0003_store_log",
    "0051_people_outside_closed",
    "0034_push",
    "0035_people_sign_on",
    "0036_country_size",
    "0037_people_apps",
}

/// A table whose rows belong to one person and travel with her, besides her acts.
pub(crate) struct Owned {
    /// Its name; its first column is `person`.
    pub(crate) table: &'static str,
    /// Its other columns; with the field's name where the column is sealed by
    /// [`SpaceKey::seal_field`](crate::SpaceKey::seal_field).
    pub(crate) columns: &'static [(&'static str, Option<&'static str>)],
}

/// What an export takes along. Add a line for a table that a person owns.
pub(crate) const OWNED: &[Owned] = &[
    Owned {
        table: "person",
        columns: &[
            ("state", None),
            ("state_at", None),
            ("wave", None),
            ("department", None),
            ("scheme", None),
            ("born", None),
            ("identity", Some("identity")),
        ],
    },
    Owned {
        table: "may_act",
        columns: &[
            ("relation", None),
            ("kind", None),
            ("begins", None),
            ("ends", None),
            ("offered_at", None),
            ("accepted_at", None),
            ("ended_at", None),
            ("sealed", Some("may-act")),
        ],
    },
    Owned { table: "notice", columns: &[("sealed", Some("notice"))] },
    Owned { table: "push_device", columns: &[("id", None), ("at", None), ("sealed", Some("push-device"))] },
    Owned {
        table: "report",
        columns: &[
            ("id", None),
            ("at", None),
            ("answered_at", None),
            ("closed_at", None),
            ("sealed", Some("report")),
        ],
    },
];

/// What the migrations themselves stand on, and values that belong to the whole house.
const FIRST: &str = "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, checksum BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS house (name TEXT PRIMARY KEY, value BYTEA NOT NULL);";

/// Migrations that this program has and the database does not.
pub(crate) fn missing(connection: &mut Connection<'_>) -> Result<Vec<&'static str>, Fault> {
    let mut applied = Vec::new();
    connection.each(queries::APPLIED, &[], &mut |row| {
        applied.push(row.text(0)?);
        Ok(())
    })?;
    Ok(MIGRATIONS.iter().map(|(name, _)| *name).filter(|name| !applied.iter().any(|a| a == name)).collect())
}

/// Brings the schema up to date inside the caller's transaction. Refuses a database whose history differs. Where nothing
/// is missing it changes nothing, so that a role which may not change the schema runs what another has migrated.
pub(crate) fn apply(connection: &mut Connection<'_>, dialect: Dialect) -> Result<(), Fault> {
    let mut begun = false;
    connection.each(dialect.history(), &[], &mut |_| {
        begun = true;
        Ok(())
    })?;
    if !begun {
        connection.batch(&dialect.ddl(FIRST))?;
    }
    let mut applied = Vec::new();
    connection.each(queries::APPLIED, &[], &mut |row| {
        applied.push((row.text(0)?, row.bytes(1)?));
        Ok(())
    })?;
    for (name, _) in &applied {
        if !MIGRATIONS.iter().any(|(known, _)| known == name) {
            return Err(Fault::Configuration(format!(
                "the database was migrated by a newer version: it knows {name}, this program does not"
            )));
        }
    }
    for (name, text) in MIGRATIONS {
        let checksum = sha256(text.as_bytes());
        match applied.iter().find(|(known, _)| known == name) {
            Some((_, known)) if known == &checksum => {}
            Some(_) => {
                return Err(Fault::Configuration(format!(
                    "migration {name} was edited after it was applied"
                )));
            }
            None => {
                connection.batch(&dialect.ddl(text))?;
                connection.exec(queries::APPLY, args![*name, checksum])?;
            }
        }
    }
    Ok(())
}
