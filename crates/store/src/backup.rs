//! Backup and restore: one moment of the whole house in one file, written while the house is open, readable
//! by either engine.
//!
//! The keyring is not in it: keep it elsewhere, and never beside a backup (docs/operations/backup.md).

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use kernel::{Answer, Fault, PersonId, Refusal};

use crate::archive::{Reader, Record, Writer};
use crate::blobs::{self, Files, Name};
use crate::dialect::{self, Table};
use crate::tx::Tx;
use crate::value::{Row, Value};
use crate::{Pending, Store, queries};

/// Rows loaded in one statement.
const BATCH: usize = 5000;

impl Store {
    /// Writes a backup to `path`, which must not exist. Reading and writing go on meanwhile. Answers the number
    /// of records.
    ///
    /// # Errors
    /// When the file cannot be written; nothing is left of it then.
    pub fn backup(&self, path: &Path) -> Pending<u64> {
        let path = path.to_path_buf();
        self.read(move |tx| {
            let part = path.with_extension("part");
            let written = write_backup(tx, &part, &path);
            if written.is_err() {
                // The fault matters more than the leftover.
                let _ = std::fs::remove_file(&part);
            }
            written
        })
    }

    /// Restores a backup into this store, which must be empty. The file is checked from end to end first, so
    /// that a torn one changes nothing.
    ///
    /// # Errors
    /// [`Fault::Damaged`] when the file is torn, [`Fault::Keys`] when the keyring is not the backup's own,
    /// [`Fault::Configuration`] when the store is not empty or the backup is of a newer version.
    pub fn restore(&self, path: &Path) -> Result<u64, Refusal> {
        let mut reader = open(path)?;
        while !matches!(reader.next()?, Record::End(_)) {}
        let path = path.to_path_buf();
        self.write(move |tx| read_backup(tx, &path)).wait()
    }
}

fn open(path: &Path) -> Result<Reader<BufReader<File>>, Fault> {
    let file = File::open(path).map_err(|e| Fault::Io(format!("{}: {e}", path.display())))?;
    Reader::new(BufReader::with_capacity(1 << 20, file))
}

/// Migrations belong to the database they were applied to; contents travel as records of their own.
fn is_carried(table: &Table) -> bool {
    !matches!(table.name.as_str(), "migration" | "blob")
}

fn write_backup(tx: &mut Tx<'_>, part: &Path, path: &Path) -> Answer<u64> {
    if path.exists() {
        return Err(Fault::Io(format!("{} is already there", path.display())).into());
    }
    let file = File::create(part).map_err(Fault::from)?;
    let mut writer = Writer::new(BufWriter::with_capacity(1 << 20, file))?;
    for table in dialect::tables(&mut tx.connection)?.into_iter().filter(is_carried) {
        let sql = format!("SELECT {} FROM {}", table.columns.join(", "), table.name);
        let width = table.columns.len();
        writer.write(&Record::Table(table))?;
        tx.connection.each_of(&sql, &[], &mut |row| {
            let values = (0..width).map(|i| row.value(i)).collect::<Result<_, _>>()?;
            writer.write(&Record::Row(values))
        })?;
    }
    write_contents(tx, &mut writer)?;
    let (count, out) = writer.finish()?;
    let file = out.into_inner().map_err(|e| Fault::Io(e.to_string()))?;
    file.sync_all().map_err(Fault::from)?;
    std::fs::rename(part, path).map_err(Fault::from)?;
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(Fault::from)?;
    }
    Ok(count)
}

/// Contents never change once they are named, so they may be read after the moment the rows are of.
fn write_contents<W: Write>(tx: &mut Tx<'_>, writer: &mut Writer<W>) -> Result<(), Fault> {
    let house = tx.house;
    let Some(files) = &house.files else { return write_content_rows(tx, writer) };
    files.walk(&mut |path| {
        let Some((person, name)) = Files::owner(path) else { return Ok(()) };
        match std::fs::read(path) {
            Ok(bytes) => writer.write(&Record::Content(person, name, bytes)),
            // Swept meanwhile: no act of this moment names it.
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(e.into()),
        }
    })
}

fn write_content_rows<W: Write>(tx: &mut Tx<'_>, writer: &mut Writer<W>) -> Result<(), Fault> {
    let mut open: Option<(PersonId, Name, Vec<u8>)> = None;
    tx.each(queries::ALL_BLOBS, &[], |row| {
        let person = PersonId(row.int(0)?);
        let name: Name = row
            .with_bytes(1, |name| name.and_then(|name| name.try_into().ok()))?
            .ok_or_else(|| Fault::Damaged(format!("a content of person {person} has no proper name")))?;
        let chunk = row.bytes(2)?;
        match &mut open {
            Some((owner, known, bytes)) if (*owner, *known) == (person, name) => {
                bytes.extend_from_slice(&chunk);
            }
            _ => {
                if let Some((owner, known, bytes)) = open.replace((person, name, chunk)) {
                    writer.write(&Record::Content(owner, known, bytes))?;
                }
            }
        }
        Ok(())
    })?;
    match open {
        Some((person, name, bytes)) => writer.write(&Record::Content(person, name, bytes)),
        None => Ok(()),
    }
}

fn read_backup(tx: &mut Tx<'_>, path: &Path) -> Answer<u64> {
    if tx.one(queries::ANY_PERSON, &[], |_| Ok(()))?.is_some() {
        return Err(Fault::Configuration("a backup is restored into an empty store only".to_owned()).into());
    }
    // What this new store noted about its keyring gives way to what the backup knows of its own.
    tx.exec(queries::FORGET_HOUSE, &[])?;
    tx.exec(queries::FORGET_LOG_HEAD, &[])?;
    let own = dialect::tables(&mut tx.connection)?;
    let mut reader = open(path)?;
    let (mut table, mut rows) = (None, Vec::new());
    loop {
        let record = reader.next()?;
        if rows.len() >= BATCH || !matches!(record, Record::Row(_)) {
            load(tx, table.as_ref(), &mut rows)?;
        }
        match record {
            Record::Table(named) => table = Some(known(&own, named)?),
            Record::Row(values) => rows.push(values),
            Record::Content(person, name, bytes) => blobs::restore(tx, person, &name, &bytes)?,
            Record::End(count) => {
                let keyring = tx.keyring().clone();
                crate::house::check_keys(&mut tx.connection, &keyring)?;
                // The world may know more leaves than this backup does.
                tx.hold_log()?;
                return Ok(count);
            }
        }
    }
}

/// The backup's table, if this program knows it with these columns: its names go into a statement.
fn known(own: &[Table], named: Table) -> Result<Table, Fault> {
    let fits = own.iter().filter(|table| is_carried(table)).any(|table| {
        table.name == named.name && named.columns.iter().all(|column| table.columns.contains(column))
    });
    if fits {
        Ok(named)
    } else {
        Err(Fault::Configuration(format!("the backup has a table {} this program does not know", named.name)))
    }
}

fn load(tx: &mut Tx<'_>, table: Option<&Table>, rows: &mut Vec<Vec<Value>>) -> Result<(), Fault> {
    let (Some(table), false) = (table, rows.is_empty()) else { return Ok(()) };
    let columns: Vec<&str> = table.columns.iter().map(String::as_str).collect();
    tx.connection.load(&table.name, &columns, &mut rows.drain(..)).map(|_| ())
}

impl Row<'_> {
    /// A column of whatever kind.
    pub(crate) fn value(&self, i: usize) -> Result<Value, Fault> {
        Ok(match self.kind(i)? {
            crate::value::Kind::Null => Value::Null,
            crate::value::Kind::Int => Value::from(self.opt_int(i)?),
            crate::value::Kind::Text => Value::from(self.opt_text(i)?),
            crate::value::Kind::Bytes => Value::from(self.opt_bytes(i)?),
        })
    }
}
