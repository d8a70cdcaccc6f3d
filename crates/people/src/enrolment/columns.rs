//! Reading the insurer's file: CSV (`,` or `;`) or NDJSON, one person a line; the columns stand in
//! `docs/operations/enrolment.md`.
//!
//! Reading is streaming and forgives what exports do to files (a byte order mark, a semicolon for a comma,
//! columns in another order, columns we do not know); it never guesses about a value.

use std::io::{BufRead, Read};

use kernel::Fault;
use serde::Deserialize;

/// A line as it came: text, not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each column is described in docs/operations/enrolment.md")]
pub struct Raw {
    pub matricule: String,
    pub oid: String,
    pub birth_name: String,
    pub given_names: String,
    pub used_name: String,
    pub used_given: String,
    pub birth_date: String,
    pub sex: String,
    pub birth_place: String,
    pub department: String,
    pub scheme: String,
    pub email: String,
    pub phone: String,
    pub address: String,
    pub representatives: String,
    pub death_date: String,
}

/// Columns of the file, in the order of [`Raw`].
pub const COLUMNS: [&str; 16] = [
    "matricule",
    "oid",
    "birth_name",
    "given_names",
    "used_name",
    "used_given",
    "birth_date",
    "sex",
    "birth_place",
    "department",
    "scheme",
    "email",
    "phone",
    "address",
    "representatives",
    "death_date",
];

/// Columns without which a file is not read at all.
pub const NEEDED: [&str; 8] =
    ["matricule", "oid", "birth_name", "given_names", "birth_date", "sex", "birth_place", "department"];

impl Raw {
    fn fields(&mut self) -> [&mut String; 16] {
        [
            &mut self.matricule,
            &mut self.oid,
            &mut self.birth_name,
            &mut self.given_names,
            &mut self.used_name,
            &mut self.used_given,
            &mut self.birth_date,
            &mut self.sex,
            &mut self.birth_place,
            &mut self.department,
            &mut self.scheme,
            &mut self.email,
            &mut self.phone,
            &mut self.address,
            &mut self.representatives,
            &mut self.death_date,
        ]
    }
}

/// One line of the file.
#[derive(Debug)]
pub enum Next {
    /// A line that could be split into columns.
    Line,
    /// A line that could not; the reason, for the rejects file.
    Torn(String),
    /// The end.
    End,
}

/// A reader over the lines of a file.
pub struct Lines<R: BufRead> {
    source: Source<R>,
    line: u64,
    position: u64,
}

enum Source<R: BufRead> {
    Csv {
        reader: Box<csv::Reader<R>>,
        record: csv::ByteRecord,
        places: Vec<Option<usize>>,
        /// 1 where lines end in CR LF: the CSV reader counts the LF as part of the next record.
        late: u64,
    },
    Json {
        reader: R,
        line: Vec<u8>,
    },
}

impl<R: BufRead> std::fmt::Debug for Lines<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lines(line {})", self.line)
    }
}

/// The longest line of NDJSON that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

impl<R: BufRead> Lines<R> {
    /// Looks at the beginning of the file: `{` is NDJSON, anything else a CSV header.
    ///
    /// # Errors
    /// `Fault::Configuration` when a needed column is missing, with the columns found; `Fault::Io`.
    pub fn open(mut reader: R) -> Result<Self, Fault> {
        let head = reader.fill_buf()?;
        let mark = if head.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let json = head[mark..].iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{');
        let header_end = head.iter().position(|b| *b == b'\n').unwrap_or(head.len());
        let semicolon = head[..header_end].contains(&b';');
        let late = u64::from(head[..header_end].ends_with(b"\r"));
        reader.consume(mark);
        if json {
            return Ok(Self { source: Source::Json { reader, line: Vec::new() }, line: 0, position: 0 });
        }
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(if semicolon { b';' } else { b',' })
            .flexible(true)
            .from_reader(reader);
        let header = reader.byte_headers().map_err(|e| Fault::Configuration(format!("header: {e}")))?;
        let found: Vec<String> =
            header.iter().map(|name| String::from_utf8_lossy(name).trim().to_ascii_lowercase()).collect();
        let missing: Vec<&str> =
            NEEDED.into_iter().filter(|name| !found.iter().any(|column| column == name)).collect();
        if !missing.is_empty() {
            let (missing, found) = (missing.join(", "), found.join(", "));
            let said = format!("the file has no column {missing} (found: {found})");
            return Err(Fault::Configuration(said));
        }
        let places = COLUMNS.iter().map(|name| found.iter().position(|column| column == name)).collect();
        let source = Source::Csv { reader: Box::new(reader), record: csv::ByteRecord::new(), places, late };
        Ok(Self { source, line: 1, position: 0 })
    }

    /// Number of the line read last, from 1; the header of CSV counts.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// How many bytes have been read, for the progress bar.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Reads the next line into `raw`.
    ///
    /// # Errors
    /// `Fault::Io` when the file cannot be read on.
    pub fn next_into(&mut self, raw: &mut Raw) -> Result<Next, Fault> {
        match &mut self.source {
            Source::Csv { reader, record, places, late } => match reader.read_byte_record(record) {
                Ok(false) => Ok(Next::End),
                Ok(true) => {
                    // A quoted field may hold line ends: the reader knows where the record began.
                    self.line = record.position().map_or(self.line + 1, |at| at.line() + *late);
                    self.position = reader.position().byte();
                    Ok(split(record, places, raw))
                }
                Err(error) if error.is_io_error() => Err(Fault::Io(error.to_string())),
                Err(error) => {
                    self.line += 1;
                    Ok(Next::Torn(error.to_string()))
                }
            },
            Source::Json { reader, line } => {
                line.clear();
                let read = reader.by_ref().take(LONGEST).read_until(b'\n', line)?;
                if read == 0 {
                    return Ok(Next::End);
                }
                self.line += 1;
                self.position += read as u64;
                if read as u64 == LONGEST && !line.ends_with(b"\n") {
                    self.position += skip_line(reader)?;
                    return Ok(Next::Torn("the line is longer than 64 kB".to_owned()));
                }
                if line.iter().all(u8::is_ascii_whitespace) {
                    *raw = Raw::default();
                    return Ok(Next::Torn("the line is empty".to_owned()));
                }
                match serde_json::from_slice(line) {
                    Ok(read) => {
                        *raw = read;
                        Ok(Next::Line)
                    }
                    Err(error) => Ok(Next::Torn(error.to_string())),
                }
            }
        }
    }
}

fn split(record: &csv::ByteRecord, places: &[Option<usize>], raw: &mut Raw) -> Next {
    for (field, place) in raw.fields().into_iter().zip(places) {
        field.clear();
        let Some(bytes) = place.and_then(|place| record.get(place)) else { continue };
        match std::str::from_utf8(bytes) {
            Ok(text) => field.push_str(text.trim()),
            Err(_) => return Next::Torn("the line is not UTF-8".to_owned()),
        }
    }
    Next::Line
}

fn skip_line<R: BufRead>(reader: &mut R) -> Result<u64, Fault> {
    let mut skipped = 0;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(skipped);
        }
        let end = buffer.iter().position(|b| *b == b'\n');
        let used = end.map_or(buffer.len(), |at| at + 1);
        reader.consume(used);
        skipped += used as u64;
        if end.is_some() {
            return Ok(skipped);
        }
    }
}
