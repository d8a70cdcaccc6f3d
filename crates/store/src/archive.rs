//! The format of a backup: a stream of records that either engine can write and read.
//!
//! ```text
//! "CARNETB1"
//! record…      1 byte tag, then
//!   'T' table    name, columns            values follow until the next table
//!   'R' row      one value per column     0 null · 1 int (8) · 2 text (4 + n) · 3 bytes (4 + n)
//!   'C' content  person (8), name (16), sealed bytes (4 + n)
//! 'E' end      number of records (8), SHA-256 of everything before
//! ```
//! Numbers are big-endian. What is sealed in the database is sealed here.

use std::io::{Read, Write};

use aws_lc_rs::digest::{Context, SHA256};
use kernel::{Fault, PersonId};

use crate::blobs::Name;
use crate::dialect::Table;
use crate::value::Value;

const MAGIC: &[u8; 8] = b"CARNETB1";

/// No value of ours is larger; a length beyond it is damage.
const MOST: u32 = 256 << 20;

/// One record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// Rows of this table follow.
    Table(Table),
    /// A row of the last table named.
    Row(Vec<Value>),
    /// A large content, sealed.
    Content(PersonId, Name, Vec<u8>),
    /// The end, with the number of records before it.
    End(u64),
}

/// Writes records and keeps their sum.
pub(crate) struct Writer<W: Write> {
    out: W,
    sum: Context,
    count: u64,
}

impl<W: Write> Writer<W> {
    pub(crate) fn new(out: W) -> Result<Self, Fault> {
        let mut writer = Self { out, sum: Context::new(&SHA256), count: 0 };
        writer.put(MAGIC)?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.sum.update(bytes);
        Ok(self.out.write_all(bytes)?)
    }

    fn sized(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let length = u32::try_from(bytes.len()).ok().filter(|length| *length <= MOST);
        let length = length.ok_or_else(|| Fault::Internal("a value is too large for a backup".to_owned()))?;
        self.put(&length.to_be_bytes())?;
        self.put(bytes)
    }

    pub(crate) fn write(&mut self, record: &Record) -> Result<(), Fault> {
        match record {
            Record::Table(table) => {
                self.put(b"T")?;
                self.sized(table.name.as_bytes())?;
                self.sized(table.columns.join(",").as_bytes())?;
            }
            Record::Row(values) => {
                self.put(b"R")?;
                for value in values {
                    self.value(value)?;
                }
            }
            Record::Content(person, name, bytes) => {
                self.put(b"C")?;
                self.put(&person.0.to_be_bytes())?;
                self.put(name)?;
                self.sized(bytes)?;
            }
            Record::End(_) => return Err(Fault::Internal("the end is written by finish()".to_owned())),
        }
        self.count += 1;
        Ok(())
    }

    fn value(&mut self, value: &Value) -> Result<(), Fault> {
        match value {
            Value::Null => self.put(&[0]),
            Value::Int(v) => {
                self.put(&[1])?;
                self.put(&v.to_be_bytes())
            }
            Value::Text(v) => {
                self.put(&[2])?;
                self.sized(v.as_bytes())
            }
            Value::Bytes(v) => {
                self.put(&[3])?;
                self.sized(v)
            }
        }
    }

    /// Writes the end; answers the number of records and hands the stream back.
    pub(crate) fn finish(mut self) -> Result<(u64, W), Fault> {
        let count = self.count;
        self.put(b"E")?;
        self.put(&count.to_be_bytes())?;
        let sum = self.sum.finish();
        self.out.write_all(sum.as_ref())?;
        self.out.flush()?;
        Ok((count, self.out))
    }
}

/// Reads records and checks their sum at the end.
pub(crate) struct Reader<R: Read> {
    from: R,
    sum: Context,
    count: u64,
    columns: usize,
}

impl<R: Read> Reader<R> {
    pub(crate) fn new(from: R) -> Result<Self, Fault> {
        let mut reader = Self { from, sum: Context::new(&SHA256), count: 0, columns: 0 };
        if &reader.fixed::<8>()? == MAGIC { Ok(reader) } else { Err(torn("this is not a backup")) }
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        self.from.read_exact(&mut bytes).map_err(|e| torn(&e.to_string()))?;
        self.sum.update(&bytes);
        Ok(bytes)
    }

    fn sized(&mut self) -> Result<Vec<u8>, Fault> {
        let length = u32::from_be_bytes(self.fixed()?);
        if length > MOST {
            return Err(torn("a length is not believable"));
        }
        let mut bytes = Vec::new();
        let read = Read::by_ref(&mut self.from).take(u64::from(length)).read_to_end(&mut bytes)?;
        if read as u64 != u64::from(length) {
            return Err(torn("it ends too early"));
        }
        self.sum.update(&bytes);
        Ok(bytes)
    }

    fn text(&mut self) -> Result<String, Fault> {
        String::from_utf8(self.sized()?).map_err(|_| torn("a text is not UTF-8"))
    }

    /// The next record; after [`Record::End`] nothing more may be asked for.
    pub(crate) fn next(&mut self) -> Result<Record, Fault> {
        let [tag] = self.fixed()?;
        let record = match tag {
            b'T' => {
                let name = self.text()?;
                let columns: Vec<String> = self.text()?.split(',').map(str::to_owned).collect();
                self.columns = columns.len();
                Record::Table(Table { name, columns })
            }
            b'R' => Record::Row((0..self.columns).map(|_| self.value()).collect::<Result<_, _>>()?),
            b'C' => {
                let person = PersonId(i64::from_be_bytes(self.fixed()?));
                Record::Content(person, self.fixed()?, self.sized()?)
            }
            b'E' => return self.end(),
            _ => return Err(torn("a record is of unknown kind")),
        };
        self.count += 1;
        Ok(record)
    }

    fn value(&mut self) -> Result<Value, Fault> {
        let [tag] = self.fixed()?;
        Ok(match tag {
            0 => Value::Null,
            1 => Value::Int(i64::from_be_bytes(self.fixed()?)),
            2 => Value::Text(self.text()?),
            3 => Value::Bytes(self.sized()?),
            _ => return Err(torn("a value is of unknown kind")),
        })
    }

    fn end(&mut self) -> Result<Record, Fault> {
        let count = u64::from_be_bytes(self.fixed()?);
        let sum = std::mem::replace(&mut self.sum, Context::new(&SHA256)).finish();
        let mut said = [0; 32];
        self.from.read_exact(&mut said).map_err(|e| torn(&e.to_string()))?;
        if count != self.count || sum.as_ref() != said {
            return Err(torn("its checksum differs"));
        }
        Ok(Record::End(count))
    }
}

fn torn(why: &str) -> Fault {
    Fault::Damaged(format!("the backup is not whole: {why}"))
}
