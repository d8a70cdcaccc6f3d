//! What the two engines cannot share, in one place: types of columns, taking work, loading in bulk.

use crate::engine::Connection;
use crate::tx::Tx;

/// The engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// The engine's name, for people to read.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// A migration in this engine's words. Lines that begin with `--sqlite ` or `--postgres ` are for that
    /// engine only; SQLite's `INTEGER PRIMARY KEY` is the rowid, which clusters, so `BIGINT` becomes `INTEGER`.
    pub(crate) fn ddl(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for line in text.lines() {
            let line = match (self, line.strip_prefix("--sqlite "), line.strip_prefix("--postgres ")) {
                (Self::Sqlite, Some(own), _) | (Self::Postgres, _, Some(own)) => own,
                (_, None, None) => line.split("--").next().unwrap_or(line),
                _ => continue,
            };
            out.push_str(line);
            out.push('\n');
        }
        match self {
            Self::Sqlite => out.replace("BIGINT", "INTEGER").replace("BYTEA", "BLOB"),
            Self::Postgres => out,
        }
    }
}

/// The statement that takes due jobs: `$1` now, `$2` how many, `$3` until when.
pub(crate) fn take_jobs(tx: &Tx<'_>) -> &'static str {
    match tx.connection {
        Connection::Sqlite(_) => TAKE_JOBS_SQLITE,
        Connection::Postgres(_) => TAKE_JOBS_POSTGRES,
    }
}

pub(crate) const TAKE_JOBS_SQLITE: &str = "UPDATE job SET taken_until = $3, tries = tries + 1
 WHERE (task, key) IN (SELECT task, key FROM job WHERE due <= $1 AND dead_at IS NULL
   AND (taken_until IS NULL OR taken_until <= $1) ORDER BY due LIMIT $2)
 RETURNING task, key, person, payload, tries";

pub(crate) const TAKE_JOBS_POSTGRES: &str = "UPDATE job SET taken_until = $3, tries = tries + 1
 WHERE (task, key) IN (SELECT task, key FROM job WHERE due <= $1 AND dead_at IS NULL
   AND (taken_until IS NULL OR taken_until <= $1) ORDER BY due LIMIT $2 FOR UPDATE SKIP LOCKED)
 RETURNING task, key, person, payload, tries";

pub(crate) const LOCK_PERSON_POSTGRES: &str = "SELECT pg_advisory_xact_lock($1)";
