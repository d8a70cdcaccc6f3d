//! PostgreSQL: a session with its prepared statements.

use std::collections::HashMap;

use kernel::{Fault, PersonId};
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Statement};

use crate::dialect;
use crate::value::{Row, Source, Value};

/// A connection with the statements it has prepared.
pub(crate) struct Session {
    client: Client,
    statements: HashMap<&'static str, Statement>,
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(v) if *ty == Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
            Self::Int(v) => v.to_sql(ty, out),
            Self::Text(v) => v.to_sql(ty, out),
            Self::Bytes(v) => v.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl Session {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, statements: HashMap::new() }
    }

    pub(crate) fn prepare(&mut self, sql: &'static str) -> Result<Statement, Fault> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).map_err(|e| fault(&e))?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    pub(crate) fn exec(&mut self, sql: &'static str, args: &[Value]) -> Result<u64, Fault> {
        let statement = self.prepare(sql)?;
        self.client.execute(&statement, &parameters(args)).map_err(|e| fault(&e))
    }

    pub(crate) fn one<T>(
        &mut self,
        sql: &'static str,
        args: &[Value],
        f: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let statement = self.prepare(sql)?;
        let rows = self.client.query(&statement, &parameters(args)).map_err(|e| fault(&e))?;
        rows.first().map(|row| f(&Row(Source::Postgres(row)))).transpose()
    }

    pub(crate) fn each(
        &mut self,
        sql: &'static str,
        args: &[Value],
        f: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let statement = self.prepare(sql)?;
        let mut rows = self.client.query_raw(&statement, args.iter()).map_err(|e| fault(&e))?;
        while let Some(row) = rows.next().map_err(|e| fault(&e))? {
            f(&Row(Source::Postgres(&row)))?;
        }
        Ok(())
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        self.client.batch_execute(sql).map_err(|e| fault(&e))
    }

    pub(crate) fn lock_person(&mut self, person: PersonId) -> Result<(), Fault> {
        self.exec(dialect::LOCK_PERSON_POSTGRES, &[Value::Int(person.0)]).map(|_| ())
    }
}

fn parameters(args: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    args.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// What PostgreSQL's errors mean for us: SQLSTATE class 40 and 55P03 may succeed when tried again, 53100 is
/// a full disk.
pub(crate) fn fault(error: &postgres::Error) -> Fault {
    let text = match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => error.to_string(),
    };
    match error.code().map(postgres::error::SqlState::code) {
        Some(code) if code.starts_with("40") || code == "55P03" => Fault::Busy(text),
        Some("53100") => Fault::DiskFull(text),
        Some(code) if code.starts_with("08") || code.starts_with("57P") => Fault::Busy(text),
        Some("XX001" | "XX002") => Fault::Damaged(text),
        None if error.is_closed() => Fault::Busy(text),
        _ => Fault::Database(text),
    }
}
