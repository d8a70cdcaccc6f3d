//! What the two engines cannot share, in one place: types of columns, taking work, loading in bulk.

use kernel::Fault;

use crate::engine::Connection;
use crate::tx::Tx;
use crate::value::Value;

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

    /// Asks whether the table of migrations is there: one row when it is.
    pub(crate) fn history(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'migration'",
            Self::Postgres => "SELECT relname FROM pg_catalog.pg_class WHERE oid = to_regclass('migration')",
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
 RETURNING task, key, person, payload, tries, due";

pub(crate) const TAKE_JOBS_POSTGRES: &str = "UPDATE job SET taken_until = $3, tries = tries + 1
 WHERE (task, key) IN (SELECT task, key FROM job WHERE due <= $1 AND dead_at IS NULL
   AND (taken_until IS NULL OR taken_until <= $1) ORDER BY due LIMIT $2 FOR UPDATE SKIP LOCKED)
 RETURNING task, key, person, payload, tries, due";

pub(crate) const LOCK_PERSON_POSTGRES: &str = "SELECT pg_advisory_xact_lock($1)";

/// Loads rows into a table in this transaction, as fast as the engine can: one prepared statement on SQLite,
/// binary `COPY` on PostgreSQL. Rows in the order of the table's key load several times faster. Answers how
/// many.
///
/// # Errors
/// The first row that breaks a rule of the table fails the load.
pub fn bulk_load(
    tx: &mut Tx<'_>,
    table: &'static str,
    columns: &[&'static str],
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> Result<u64, Fault> {
    tx.must_write()?;
    tx.connection.load(table, columns, &mut rows.into_iter())
}

/// A table as backups see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
}

/// Every table of the schema with its columns, by name.
pub(crate) fn tables(connection: &mut Connection<'_>) -> Result<Vec<Table>, Fault> {
    let sql = match connection {
        Connection::Sqlite(_) => TABLES_SQLITE,
        Connection::Postgres(_) => TABLES_POSTGRES,
    };
    let mut tables: Vec<Table> = Vec::new();
    connection.each(sql, &[], &mut |row| {
        let (name, column) = (row.text(0)?, row.text(1)?);
        match tables.last_mut() {
            Some(table) if table.name == name => table.columns.push(column),
            _ => tables.push(Table { name, columns: vec![column] }),
        }
        Ok(())
    })?;
    Ok(tables)
}

pub(crate) const TABLES_SQLITE: &str =
    "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c
 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid";

pub(crate) const TABLES_POSTGRES: &str = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT)
 FROM information_schema.columns WHERE table_schema = current_schema()
 ORDER BY table_name COLLATE \"C\", ordinal_position";

/// The primary keys and indexes of the schema: table, index, its columns in order.
#[cfg(test)]
pub(crate) const INDEXES_SQLITE: &str = "SELECT m.name, i.name, c.name
 FROM sqlite_schema m, pragma_index_list(m.name) i, pragma_index_info(i.name) c
 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, i.name, c.seqno";

/// The engine's own check of its files, where it has one that answers in reasonable time.
pub(crate) fn self_check(connection: &mut Connection<'_>) -> Result<Option<String>, Fault> {
    let mut said = Vec::new();
    if let Connection::Sqlite(_) = connection {
        connection.each("PRAGMA quick_check(10)", &[], &mut |row| {
            said.push(row.text(0)?);
            Ok(())
        })?;
    }
    Ok((!said.is_empty() && said != ["ok"]).then(|| said.join("; ")))
}

/// The database server's clock in microseconds since 1970, where there is a server.
pub(crate) fn server_clock(connection: &mut Connection<'_>) -> Result<Option<i64>, Fault> {
    match connection {
        Connection::Sqlite(_) => Ok(None),
        Connection::Postgres(session) => session.one(CLOCK_POSTGRES, &[], |row| row.int(0)),
    }
}

pub(crate) const CLOCK_POSTGRES: &str =
    "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)";
