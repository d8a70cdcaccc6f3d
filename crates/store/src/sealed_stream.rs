//! A stream of bytes sealed under a code that a person keeps on paper.
//!
//! ```text
//! "CARNETX1" · salt (16) · chunk…      chunk = AES-256-GCM of 64 KiB (the last one: what is left)
//! key   = HKDF-SHA-256(code, salt, "carnet-export-1")
//! nonce = chunk number (12, big-endian) · associated data = "CARNETX1" · salt · 1 when it is the last chunk
//! ```

use std::io::{self, Read, Write};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use kernel::{Fault, codes};
use zeroize::Zeroizing;

use crate::keys::random;

const MAGIC: &[u8; 8] = b"CARNETX1";
const SALT: usize = 16;
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;

/// The code that opens an export: 160 bits as 32 letters and digits in groups of four.
pub struct ExportCode(Zeroizing<String>);

impl std::fmt::Debug for ExportCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExportCode")
    }
}

impl ExportCode {
    /// A new code.
    pub fn random() -> Result<Self, Fault> {
        Ok(Self(Zeroizing::new(codes::heard(&codes::spoken(&random::<20>()?)))))
    }

    /// What somebody typed; `None` when it cannot be a code.
    #[must_use]
    pub fn heard(typed: &str) -> Option<Self> {
        let code = Zeroizing::new(codes::heard(typed));
        (code.len() == 32).then_some(Self(code))
    }

    /// The code as it is printed: `ABCD-EFGH-…`.
    #[must_use]
    pub fn spoken(&self) -> String {
        let groups: Vec<&str> =
            self.0.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
        groups.join("-")
    }

    fn key(&self, salt: &[u8; SALT]) -> Result<LessSafeKey, Fault> {
        Salt::new(HKDF_SHA256, salt)
            .extract(self.0.as_bytes())
            .expand(&[b"carnet-export-1"], &AES_256_GCM)
            .map(|okm| LessSafeKey::new(UnboundKey::from(okm)))
            .map_err(|_| Fault::Internal("no key from a code".to_owned()))
    }
}

/// What every chunk shares.
struct Sealing {
    key: LessSafeKey,
    salt: [u8; SALT],
    chunk: u64,
}

impl Sealing {
    fn next(&mut self, last: bool) -> (Nonce, Aad<[u8; 25]>) {
        let mut nonce = [0; NONCE_LEN];
        nonce[4..].copy_from_slice(&self.chunk.to_be_bytes());
        self.chunk += 1;
        let mut aad = [0; 25];
        aad[..8].copy_from_slice(MAGIC);
        aad[8..24].copy_from_slice(&self.salt);
        aad[24] = u8::from(last);
        (Nonce::assume_unique_for_key(nonce), Aad::from(aad))
    }
}

/// Seals what is written to it.
pub(crate) struct SealedWriter<W: Write> {
    out: W,
    sealing: Sealing,
    chunk: Vec<u8>,
}

impl<W: Write> SealedWriter<W> {
    pub(crate) fn new(mut out: W, code: &ExportCode) -> Result<Self, Fault> {
        let salt = random()?;
        out.write_all(MAGIC)?;
        out.write_all(&salt)?;
        let sealing = Sealing { key: code.key(&salt)?, salt, chunk: 0 };
        Ok(Self { out, sealing, chunk: Vec::with_capacity(CHUNK + TAG) })
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let (nonce, aad) = self.sealing.next(last);
        self.sealing
            .key
            .seal_in_place_append_tag(nonce, aad, &mut self.chunk)
            .map_err(|_| io::Error::other("sealing failed"))?;
        self.out.write_all(&self.chunk)?;
        self.chunk.clear();
        Ok(())
    }

    /// Seals the last chunk and hands the stream back.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.chunk.len() == CHUNK {
            self.seal(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens what a [`SealedWriter`] sealed. A stream that was cut fails at its end.
pub(crate) struct SealedReader<R: Read> {
    from: R,
    sealing: Sealing,
    ahead: Vec<u8>,
    open: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<R: Read> SealedReader<R> {
    pub(crate) fn new(mut from: R, code: &ExportCode) -> Result<Self, Fault> {
        let mut head = [0; MAGIC.len() + SALT];
        from.read_exact(&mut head)
            .map_err(|_| Fault::Damaged("this is not an export of Carnet".to_owned()))?;
        let (magic, salt) = head.split_at(MAGIC.len());
        if magic != MAGIC {
            return Err(Fault::Damaged("this is not an export of Carnet".to_owned()));
        }
        let mut fixed = [0; SALT];
        fixed.copy_from_slice(salt);
        let sealing = Sealing { key: code.key(&fixed)?, salt: fixed, chunk: 0 };
        let ahead = chunk(&mut from)?;
        Ok(Self { from, sealing, ahead, open: Vec::new(), taken: 0, ended: false })
    }

    fn advance(&mut self) -> io::Result<()> {
        let next = chunk(&mut self.from)?;
        let mut sealed = std::mem::replace(&mut self.ahead, next);
        self.ended = self.ahead.is_empty();
        let (nonce, aad) = self.sealing.next(self.ended);
        let length = self
            .sealing
            .key
            .open_in_place(nonce, aad, &mut sealed)
            .map_err(|_| {
                io::Error::new(io::ErrorKind::InvalidData, "the code is wrong or the export is damaged")
            })?
            .len();
        sealed.truncate(length);
        self.open = sealed;
        self.taken = 0;
        Ok(())
    }
}

fn chunk(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(CHUNK + TAG);
    from.take((CHUNK + TAG) as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl<R: Read> Read for SealedReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.open.len() && !self.ended {
            self.advance()?;
        }
        let length = into.len().min(self.open.len() - self.taken);
        into[..length].copy_from_slice(&self.open[self.taken..self.taken + length]);
        self.taken += length;
        Ok(length)
    }
}
