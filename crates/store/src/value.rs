//! What goes into a statement and what comes out of a row: four kinds of values, the same on both engines.

use kernel::{Fault, Instant, PersonId, Seq};

/// A parameter of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `NULL`.
    Null,
    /// `BIGINT`.
    Int(i64),
    /// `TEXT`.
    Text(String),
    /// `BYTEA`.
    Bytes(Vec<u8>),
}

/// Parameters for a statement: `args![person, now, "text", None::<i64>]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*] };
}

macro_rules! from {
    ($($from:ty => |$v:ident| $into:expr),* $(,)?) => {
        $(impl From<$from> for Value { fn from($v: $from) -> Self { $into } })*
    };
}

from! {
    i64 => |v| Self::Int(v),
    i32 => |v| Self::Int(i64::from(v)),
    u32 => |v| Self::Int(i64::from(v)),
    &str => |v| Self::Text(v.to_owned()),
    &String => |v| Self::Text(v.clone()),
    String => |v| Self::Text(v),
    Vec<u8> => |v| Self::Bytes(v),
    &[u8] => |v| Self::Bytes(v.to_vec()),
    &Vec<u8> => |v| Self::Bytes(v.clone()),
    PersonId => |v| Self::Int(v.0),
    Seq => |v| Self::Int(i64::from(v.0)),
    Instant => |v| Self::Int(v.0),
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(v: [u8; N]) -> Self {
        Self::Bytes(v.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(v: &[u8; N]) -> Self {
        Self::Bytes(v.to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Self {
        v.map_or(Self::Null, Into::into)
    }
}

/// One row of an answer. Columns are numbered from 0; asking for the wrong kind is a [`Fault::Internal`].
#[derive(Debug)]
pub struct Row<'a>(pub(crate) Source<'a>);

#[derive(Debug)]
pub(crate) enum Source<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// A `BIGINT` column. `sum()` of `BIGINT` is another type on PostgreSQL: write `CAST(sum(x) AS BIGINT)`.
    pub fn int(&self, i: usize) -> Result<i64, Fault> {
        self.opt_int(i)?.ok_or_else(|| null(i))
    }

    /// A `BIGINT` column that may be `NULL`.
    pub fn opt_int(&self, i: usize) -> Result<Option<i64>, Fault> {
        match &self.0 {
            Source::Sqlite(row) => row.get(i).map_err(|e| wrong(i, &e)),
            Source::Postgres(row) => match row.columns().get(i).map(|c| c.type_().clone()) {
                Some(tokio_postgres::types::Type::INT4) => {
                    row.try_get::<_, Option<i32>>(i).map(|v| v.map(i64::from)).map_err(|e| wrong(i, &e))
                }
                _ => row.try_get(i).map_err(|e| wrong(i, &e)),
            },
        }
    }

    /// A `TEXT` column.
    pub fn text(&self, i: usize) -> Result<String, Fault> {
        self.opt_text(i)?.ok_or_else(|| null(i))
    }

    /// A `TEXT` column that may be `NULL`.
    pub fn opt_text(&self, i: usize) -> Result<Option<String>, Fault> {
        match &self.0 {
            Source::Sqlite(row) => row.get(i).map_err(|e| wrong(i, &e)),
            Source::Postgres(row) => row.try_get(i).map_err(|e| wrong(i, &e)),
        }
    }

    /// A `BYTEA` column.
    pub fn bytes(&self, i: usize) -> Result<Vec<u8>, Fault> {
        self.opt_bytes(i)?.ok_or_else(|| null(i))
    }

    /// A `BYTEA` column that may be `NULL`.
    pub fn opt_bytes(&self, i: usize) -> Result<Option<Vec<u8>>, Fault> {
        self.with_bytes(i, |bytes| bytes.map(<[u8]>::to_vec))
    }

    /// Looks at a `BYTEA` column without copying it.
    pub fn with_bytes<T>(&self, i: usize, f: impl FnOnce(Option<&[u8]>) -> T) -> Result<T, Fault> {
        match &self.0 {
            Source::Sqlite(row) => match row.get_ref(i).map_err(|e| wrong(i, &e))? {
                rusqlite::types::ValueRef::Null => Ok(f(None)),
                other => Ok(f(Some(other.as_blob().map_err(|e| wrong(i, &e))?))),
            },
            Source::Postgres(row) => Ok(f(row.try_get(i).map_err(|e| wrong(i, &e))?)),
        }
    }
}

fn null(i: usize) -> Fault {
    Fault::Internal(format!("column {i} of a row is NULL and should not be"))
}

fn wrong(i: usize, error: &dyn std::fmt::Display) -> Fault {
    Fault::Internal(format!("column {i} of a row: {error}"))
}

/// What a column holds.
pub(crate) enum Kind {
    Null,
    Int,
    Text,
    Bytes,
}

impl Row<'_> {
    pub(crate) fn kind(&self, i: usize) -> Result<Kind, Fault> {
        use rusqlite::types::ValueRef;
        use tokio_postgres::types::Type;
        match &self.0 {
            Source::Sqlite(row) => Ok(match row.get_ref(i).map_err(|e| wrong(i, &e))? {
                ValueRef::Null => Kind::Null,
                ValueRef::Integer(_) => Kind::Int,
                ValueRef::Text(_) => Kind::Text,
                ValueRef::Blob(_) => Kind::Bytes,
                ValueRef::Real(_) => return Err(wrong(i, &"a number with a fraction")),
            }),
            Source::Postgres(row) => match row.columns().get(i).map(tokio_postgres::Column::type_) {
                Some(&Type::INT8 | &Type::INT4) => Ok(Kind::Int),
                Some(&Type::TEXT) => Ok(Kind::Text),
                Some(&Type::BYTEA) => Ok(Kind::Bytes),
                _ => Err(wrong(i, &"a type we do not use")),
            },
        }
    }
}
