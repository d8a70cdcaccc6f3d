//! A person's whole space in one sealed file, journal included, readable by another house of whatever engine.
//!
//! Under the seal ([`crate::sealed_stream`]) lies one JSON object per line, so that anybody with the code can
//! read it; docs/operations/export.md describes it. Parts are plain there and sealed again on import under a
//! new key; the hash chain covers plain parts and nonces, so it stays what it was, and import checks it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use kernel::{Answer, Fault, PersonId, Refusal, RefusalKind, Seq};
use serde::{Deserialize, Serialize};

use crate::acts::{Envelope, Kind, Sealed, chain_hash, range, sha256};
use crate::blobs::Content;
use crate::keys::SpaceKey;
use crate::migrations::{OWNED, Owned};
use crate::seal::Clear;
use crate::sealed_stream::{ExportCode, SealedReader, SealedWriter};
use crate::tx::Tx;
use crate::value::Value;
use crate::{Pending, Store, args, queries};

/// Version of the lines below.
const FORMAT: u32 = 1;

/// One line of an export.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Item {
    /// The first line.
    Export { format: u32, person: PersonId },
    /// A row that the person owns, by column.
    Row { table: String, columns: BTreeMap<String, Cell> },
    /// An act.
    Act(Box<Act>),
    /// The last line.
    End { acts: u32, head: Bytes },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bytes(Bytes),
    /// A sealed column, opened.
    Sealed(Bytes),
}

/// Bytes as base64.
#[derive(Debug)]
struct Bytes(Vec<u8>);

#[derive(Debug, Serialize, Deserialize)]
struct Act {
    seq: Seq,
    at: i64,
    kind: i64,
    /// For people to read; import goes by the number.
    name: String,
    entry: Option<i64>,
    nonce: Bytes,
    hash: Bytes,
    /// The journal line's own JSON, byte for byte.
    line: String,
    data: Option<Cell>,
    data_hash: Option<Bytes>,
    content: Option<Bytes>,
    content_hash: Option<Bytes>,
    content_length: Option<u64>,
}

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&BASE64.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        BASE64.decode(text.as_bytes()).map(Self).map_err(serde::de::Error::custom)
    }
}

impl Bytes {
    fn fixed<const N: usize>(&self) -> Result<[u8; N], Fault> {
        self.0.as_slice().try_into().map_err(|_| foreign("a value has a wrong length"))
    }
}

fn foreign(why: &str) -> Fault {
    Fault::Damaged(format!("the export is not whole: {why}"))
}

impl Store {
    /// Writes the whole space of a person to `path`, which must not exist, sealed under `code`. Answers the
    /// number of acts. Whoever asks for it notes it in the journal.
    pub fn export_person(&self, person: PersonId, code: ExportCode, path: &Path) -> Pending<u32> {
        let path = path.to_path_buf();
        self.read(move |tx| {
            let written = write_export(tx, person, &code, &path);
            if written.is_err() && !matches!(&written, Err(r) if r.kind == RefusalKind::Conflict) {
                // The fault matters more than the leftover.
                let _ = std::fs::remove_file(&path);
            }
            written
        })
    }

    /// Brings an exported space into this store under its own number, which must be free, then runs `then`
    /// in the same transaction (handles are keyed by each house: people writes them). Every hash is checked.
    ///
    /// # Errors
    /// `Conflict` when the number is taken; [`Fault::Damaged`] when the code is wrong or the file is torn.
    pub fn import_person<T: Send + 'static>(
        &self,
        code: ExportCode,
        path: &Path,
        then: impl FnOnce(&mut Tx<'_>, &SpaceKey) -> Answer<T> + Send + 'static,
    ) -> Pending<T> {
        let path = path.to_path_buf();
        self.write(move |tx| {
            let key = read_export(tx, &code, &path)?;
            then(tx, &key)
        })
    }
}

fn write_export(tx: &mut Tx<'_>, person: PersonId, code: &ExportCode, path: &PathBuf) -> Answer<u32> {
    let key = tx.space_key(person)?;
    let file = File::options().write(true).create_new(true).open(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Refusal::new(RefusalKind::Conflict, "file-exists", format!("{} is already there", path.display()))
        }
        _ => Fault::from(e).into(),
    })?;
    let mut out = SealedWriter::new(BufWriter::new(file), code)?;
    line(&mut out, &Item::Export { format: FORMAT, person })?;
    for owned in OWNED {
        write_rows(tx, &key, owned, &mut out)?;
    }
    let (from, to) = range(person, Seq(0));
    let ids = tx.all(queries::IDS, args![person, from, to], |row| row.int(0))?;
    let mut head = [0; 32];
    for id in &ids {
        let act = export_act(tx, &key, *id)?;
        head = act.hash.fixed()?;
        line(&mut out, &Item::Act(Box::new(act)))?;
    }
    let acts = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    line(&mut out, &Item::End { acts, head: Bytes(head.to_vec()) })?;
    let file = out.finish().map_err(Fault::from)?.into_inner().map_err(|e| Fault::Io(e.to_string()))?;
    file.sync_all().map_err(Fault::from)?;
    Ok(acts)
}

fn line(out: &mut impl Write, item: &Item) -> Result<(), Fault> {
    serde_json::to_writer(&mut *out, item).map_err(|e| Fault::Io(e.to_string()))?;
    Ok(out.write_all(b"\n")?)
}

fn write_rows(tx: &mut Tx<'_>, key: &SpaceKey, owned: &Owned, out: &mut impl Write) -> Result<(), Fault> {
    let names: Vec<&str> = owned.columns.iter().map(|(name, _)| *name).collect();
    let sql = format!("SELECT {} FROM {} WHERE person = $1", names.join(", "), owned.table);
    tx.connection.each_of(&sql, args![key.person()], &mut |row| {
        let mut columns = BTreeMap::new();
        for (i, (name, sealed)) in owned.columns.iter().enumerate() {
            let cell = match (row.value(i)?, sealed) {
                (Value::Bytes(bytes), Some(field)) => Cell::Sealed(Bytes(key.open_field(field, &bytes)?)),
                (Value::Null, _) => Cell::Null,
                (Value::Int(v), _) => Cell::Int(v),
                (Value::Text(v), _) => Cell::Text(v),
                (Value::Bytes(v), None) => Cell::Bytes(Bytes(v)),
            };
            columns.insert((*name).to_owned(), cell);
        }
        line(out, &Item::Row { table: owned.table.to_owned(), columns })
    })
}

fn export_act(tx: &mut Tx<'_>, key: &SpaceKey, id: i64) -> Result<Act, Fault> {
    let sealed = tx
        .one(queries::ACTS, args![key.person(), id, id, i64::MIN, i64::MAX], |row| Sealed::read(row, true))?
        .ok_or_else(|| Fault::Internal(format!("act {id} went away while it was exported")))?;
    let (envelope, plain) = sealed.open_line(key)?;
    let data = sealed.open_data(key)?.map(|data| match String::from_utf8(data) {
        Ok(text) => Cell::Text(text),
        Err(other) => Cell::Bytes(Bytes(other.into_bytes())),
    });
    let clear = sealed.clear;
    Ok(Act {
        seq: Seq::of_key(id),
        at: clear.at,
        kind: clear.kind,
        name: Kind::of(clear.kind).map_or("", Kind::name).to_owned(),
        entry: clear.entry,
        nonce: Bytes(clear.nonce.to_vec()),
        hash: Bytes(sealed.hash.to_vec()),
        line: String::from_utf8(plain).map_err(|_| foreign("a line is not UTF-8"))?,
        data,
        data_hash: envelope.data_hash.map(|hash| Bytes(hash.to_vec())),
        content: tx.blob(key, Seq::of_key(id))?.map(Bytes),
        content_hash: envelope.blob.map(|(hash, _)| Bytes(hash.to_vec())),
        content_length: envelope.blob.map(|(_, length)| length),
    })
}

fn read_export(tx: &mut Tx<'_>, code: &ExportCode, path: &Path) -> Answer<SpaceKey> {
    let file = File::open(path).map_err(Fault::from)?;
    let mut lines = BufReader::new(SealedReader::new(BufReader::new(file), code)?).lines();
    let mut next = move || -> Result<Item, Fault> {
        let text = lines.next().ok_or_else(|| foreign("it ends too early"))?;
        let text = text.map_err(|e| foreign(&e.to_string()))?;
        serde_json::from_str(&text).map_err(|e| foreign(&e.to_string()))
    };
    let Item::Export { format: FORMAT, person } = next()? else {
        return Err(foreign("it is of another version").into());
    };
    tx.lock_person(person)?;
    if tx.one(queries::PERSON_KEY, args![person], |_| Ok(()))?.is_some() {
        let taken = format!("Person {person} is already here.");
        return Err(Refusal::new(RefusalKind::Conflict, "person-exists", taken));
    }
    let (key, wrapped) = tx.keyring().new_space_key(person)?;
    let keys =
        [("key_generation", Value::Int(wrapped.generation)), ("wrapped_key", Value::Bytes(wrapped.bytes))];
    let (mut head, mut count) = ([0; 32], 0);
    loop {
        match next()? {
            Item::Row { table, columns } => {
                let own = if table == "person" { keys.as_slice() } else { &[] };
                import_row(tx, &key, &table, columns, own)?;
            }
            Item::Act(act) => {
                count += 1;
                head = import_act(tx, &key, &head, count, *act)?;
            }
            Item::End { acts, head: said } if acts == count && said.0 == head => return Ok(key),
            Item::End { .. } => return Err(foreign("acts are missing").into()),
            Item::Export { .. } => return Err(foreign("it begins twice").into()),
        }
    }
}

fn import_row(
    tx: &mut Tx<'_>,
    key: &SpaceKey,
    table: &str,
    columns: BTreeMap<String, Cell>,
    own: &[(&'static str, Value)],
) -> Result<(), Fault> {
    let owned = OWNED.iter().find(|owned| owned.table == table);
    let owned = owned.ok_or_else(|| foreign(&format!("it has a table {table} we do not know")))?;
    let mut names = vec!["person"];
    let mut values = vec![Value::from(key.person())];
    for (name, cell) in columns {
        let known = owned.columns.iter().find(|(known, _)| *known == name);
        let (name, sealed) = known.ok_or_else(|| foreign(&format!("{table} has no column {name}")))?;
        names.push(name);
        values.push(match (cell, sealed) {
            (Cell::Sealed(plain), Some(field)) => Value::Bytes(key.seal_field(field, &plain.0)?),
            (Cell::Sealed(_), None) => return Err(foreign(&format!("{table}.{name} is not sealed here"))),
            (Cell::Null, _) => Value::Null,
            (Cell::Int(v), _) => Value::Int(v),
            (Cell::Text(v), _) => Value::Text(v),
            (Cell::Bytes(v), _) => Value::Bytes(v.0),
        });
    }
    for (name, value) in own {
        names.push(name);
        values.push(value.clone());
    }
    tx.connection.load(owned.table, &names, &mut std::iter::once(values)).map(|_| ())
}

fn import_act(
    tx: &mut Tx<'_>,
    key: &SpaceKey,
    before: &[u8; 32],
    rank: u32,
    act: Act,
) -> Result<[u8; 32], Fault> {
    let changed = |what: &str| foreign(&format!("{what} of act {rank} was changed"));
    if act.seq != Seq(rank) || rank > Seq::MAX.0 {
        return Err(foreign(&format!("act {rank} is missing")));
    }
    let data = match act.data {
        None | Some(Cell::Null) => None,
        Some(Cell::Text(text)) => Some(text.into_bytes()),
        Some(Cell::Bytes(bytes)) => Some(bytes.0),
        Some(_) => return Err(changed("data")),
    };
    let data_hash = act.data_hash.as_ref().map(Bytes::fixed).transpose()?;
    let blob = match (&act.content_hash, act.content_length) {
        (Some(hash), Some(length)) => Some((hash.fixed()?, length)),
        _ => None,
    };
    let content = act.content.map(|bytes| Content::new(bytes.0));
    if data.as_deref().is_some_and(|data| Some(sha256(data)) != data_hash) {
        return Err(changed("data"));
    }
    if content.as_ref().is_some_and(|content| Some(content.claim()) != blob) {
        return Err(changed("content"));
    }
    let id = key.person().act_key(act.seq);
    let clear = Clear { id, at: act.at, kind: act.kind, entry: act.entry, nonce: act.nonce.fixed()? };
    let (envelope, line) = (Envelope { data_hash, blob }, act.line.into_bytes());
    let hash = act.hash.fixed()?;
    if chain_hash(before, &clear, &sha256(&line), &envelope) != hash {
        return Err(changed("the hash"));
    }
    tx.insert_act(key, &clear, hash, &line, &envelope, data.as_deref(), content.as_ref())?;
    tx.remember(key.person(), act.seq, hash);
    Ok(hash)
}
