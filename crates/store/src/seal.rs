//! How the parts of an act are sealed: packed with a trained dictionary, then AES-256-GCM.
//!
//! A sealed part is one byte that names the dictionary, then ciphertext and tag. The nonce is the row's own
//! random nonce with the part's number in its last byte; the row's clear columns are the associated data, so
//! that no part can be moved to another act, another part or another time.

use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};
use kernel::Fault;

use crate::keys::SpaceKey;

/// Which part of an act is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Part {
    /// The journal line with the hashes of the other two.
    Line = 0,
    /// What the act says.
    Data = 1,
    /// The content deposited with it.
    Blob = 2,
}

/// The clear columns of an act, to which each sealed part is bound.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clear {
    pub(crate) id: i64,
    pub(crate) at: i64,
    pub(crate) kind: i64,
    pub(crate) entry: Option<i64>,
    pub(crate) nonce: [u8; NONCE_LEN],
}

impl Clear {
    fn aad(&self, part: Part, version: u8) -> [u8; 34] {
        let mut aad = [0; 34];
        aad[0..8].copy_from_slice(&self.id.to_be_bytes());
        aad[8] = part as u8;
        aad[9] = version;
        aad[10..18].copy_from_slice(&self.kind.to_be_bytes());
        aad[18..26].copy_from_slice(&self.at.to_be_bytes());
        aad[26..34].copy_from_slice(&self.entry.unwrap_or(-1).to_be_bytes());
        aad
    }

    fn nonce(&self, part: Part) -> Nonce {
        let mut nonce = self.nonce;
        nonce[NONCE_LEN - 1] ^= part as u8;
        Nonce::assume_unique_for_key(nonce)
    }

    /// Seals `head` and, behind it, what dictionary `version` has packed.
    pub(crate) fn seal(
        &self,
        key: &SpaceKey,
        part: Part,
        head: &[u8],
        (version, packed): (u8, &[u8]),
    ) -> Result<Vec<u8>, Fault> {
        let mut sealed = Vec::with_capacity(1 + head.len() + packed.len() + 16);
        sealed.push(version);
        sealed.extend_from_slice(head);
        sealed.extend_from_slice(packed);
        let aad = Aad::from(self.aad(part, version));
        let tag = key
            .aes()
            .seal_in_place_separate_tag(self.nonce(part), aad, &mut sealed[1..])
            .map_err(|_| Fault::Internal("sealing failed".to_owned()))?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens a part: the dictionary's number and the bytes before unpacking.
    pub(crate) fn open(&self, key: &SpaceKey, part: Part, sealed: &[u8]) -> Result<(u8, Vec<u8>), Fault> {
        let damaged = || {
            let (person, seq) = (key.person(), kernel::Seq::of_key(self.id));
            Fault::Damaged(format!("{part:?} of act {} of person {person} does not open", seq.0))
        };
        let (version, body) = sealed.split_first().ok_or_else(damaged)?;
        let mut body = body.to_vec();
        let length = key
            .aes()
            .open_in_place(self.nonce(part), Aad::from(self.aad(part, *version)), &mut body)
            .map_err(|_| damaged())?
            .len();
        body.truncate(length);
        Ok((*version, body))
    }
}
