//! Signed notes and the checkpoints in them: the words in which a log says how it stands.
//!
//! Sources: c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature (Ed25519, `cosignature/v1`).

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use kernel::Fault;

use super::tree::{Hash, sha256};

/// Whose signature a key makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// The log's own, over the text of the note.
    Log = 1,
    /// A witness's, over the time and the text.
    Witness = 4,
}

/// A public key with its name: what a verifier is configured with, written `name+id+key` (a vkey).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    /// Who signs: for a log its origin.
    pub name: String,
    /// Whose signature.
    pub kind: Kind,
    public: [u8; 32],
}

/// What was given is no verifier key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a verifier key (name+id+key, Ed25519)")]
pub struct BadKey;

impl VerifierKey {
    /// The first bytes of every signature by this key.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let hash = sha256(&[self.name.as_bytes(), b"\n", &[self.kind as u8], &self.public]);
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// The same public key under another name: a log that was begun anew signs with it.
    #[must_use]
    pub fn under(&self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self.clone() }
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.public).verify(message, signature).is_ok()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind as u8], self.public.as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, HEXLOWER.encode(&self.id()), BASE64.encode(&key))
    }
}

impl FromStr for VerifierKey {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let mut parts = text.trim().splitn(3, '+');
        let (name, id, key) = (parts.next(), parts.next(), parts.next());
        let (name, id, key) = name.zip(id).zip(key).map(|((n, i), k)| (n, i, k)).ok_or(BadKey)?;
        let key = BASE64.decode(key.as_bytes()).map_err(|_| BadKey)?;
        let (kind, public) = key.split_first().ok_or(BadKey)?;
        let kind = match kind {
            1 => Kind::Log,
            4 => Kind::Witness,
            _ => return Err(BadKey),
        };
        if name.is_empty() || name.chars().any(char::is_whitespace) {
            return Err(BadKey);
        }
        let public = public.try_into().map_err(|_| BadKey)?;
        let read = Self { name: name.to_owned(), kind, public };
        let id = HEXLOWER_PERMISSIVE.decode(id.as_bytes()).map_err(|_| BadKey)?;
        if read.id() == id.as_slice() { Ok(read) } else { Err(BadKey) }
    }
}

/// A private key with its name.
pub struct Signer {
    key: VerifierKey,
    pair: Ed25519KeyPair,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.key)
    }
}

impl Signer {
    /// From the seed of RFC 8032.
    ///
    /// # Errors
    /// When the crypto library refuses it.
    pub fn from_seed(name: &str, kind: Kind, seed: &[u8; 32]) -> Result<Self, Fault> {
        let refused = |_| Fault::Keys("the log's key was refused".to_owned());
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(refused)?;
        let public = pair.public_key().as_ref().try_into().unwrap_or_default();
        Ok(Self { key: VerifierKey { name: name.to_owned(), kind, public }, pair })
    }

    /// Its public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.key
    }

    /// A log's signature line under `text`.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        self.line(&[], text.as_bytes())
    }

    /// A witness's signature line: that as of `seconds` since 1970 this was the largest tree it knew.
    #[must_use]
    pub fn cosign(&self, text: &str, seconds: u64) -> String {
        self.line(&seconds.to_be_bytes(), cosigned(text, seconds).as_bytes())
    }

    fn line(&self, before: &[u8], message: &[u8]) -> String {
        let signature = self.pair.sign(message);
        let bytes = [&self.key.id(), before, signature.as_ref()].concat();
        format!("\u{2014} {} {}\n", self.key.name, BASE64.encode(&bytes))
    }
}

/// What a witness signs.
fn cosigned(text: &str, seconds: u64) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

/// Where a log stands: how many leaves, and the root over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl fmt::Display for Checkpoint {
    /// The text that is signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(&self.root))
    }
}

/// A checkpoint with the signatures under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is said.
    pub checkpoint: Checkpoint,
    text: String,
    signatures: Vec<(String, Vec<u8>)>,
}

/// A text is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a signed checkpoint (c2sp.org/tlog-checkpoint)")]
pub struct BadNote;

/// A note longer than this, or with more signatures, is nobody's checkpoint.
const LONGEST: usize = 64 * 1024;
const MOST_SIGNATURES: usize = 64;

impl FromStr for Note {
    type Err = BadNote;

    fn from_str(note: &str) -> Result<Self, BadNote> {
        if note.len() > LONGEST || note.contains(|c: char| c < ' ' && c != '\n') {
            return Err(BadNote);
        }
        let at = note.rfind("\n\n").ok_or(BadNote)?;
        let (text, below) = (&note[..=at], &note[at + 2..]);
        let mut lines = text.lines();
        let origin = lines.next().filter(|origin| !origin.is_empty()).ok_or(BadNote)?;
        let written = lines.next().ok_or(BadNote)?;
        let size: u64 = written.parse().map_err(|_| BadNote)?;
        let root = BASE64.decode(lines.next().ok_or(BadNote)?.as_bytes()).map_err(|_| BadNote)?;
        // "+5" and "05" are numbers to a parser, and another text to a signature.
        if size.to_string() != written || lines.any(str::is_empty) {
            return Err(BadNote);
        }
        let root = root.try_into().map_err(|_| BadNote)?;
        let signatures = signatures(below)?;
        let checkpoint = Checkpoint { origin: origin.to_owned(), size, root };
        Ok(Self { checkpoint, text: text.to_owned(), signatures })
    }
}

fn signatures(below: &str) -> Result<Vec<(String, Vec<u8>)>, BadNote> {
    if !below.ends_with('\n') {
        return Err(BadNote);
    }
    let mut found = Vec::new();
    for line in below.lines() {
        let (name, encoded) =
            line.strip_prefix("\u{2014} ").and_then(|rest| rest.split_once(' ')).ok_or(BadNote)?;
        let bytes = BASE64.decode(encoded.as_bytes()).map_err(|_| BadNote)?;
        if name.is_empty() || name.contains('+') || bytes.len() < 5 || found.len() == MOST_SIGNATURES {
            return Err(BadNote);
        }
        found.push((name.to_owned(), bytes));
    }
    Ok(found)
}

impl Note {
    /// The text that was signed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether this log's key signed it.
    #[must_use]
    pub fn is_signed_by(&self, key: &VerifierKey) -> bool {
        key.kind == Kind::Log && self.of(key).any(|signature| key.verifies(self.text.as_bytes(), signature))
    }

    /// When this witness cosigned it, in seconds since 1970; `None` when it did not.
    #[must_use]
    pub fn cosigned_at(&self, key: &VerifierKey) -> Option<u64> {
        if key.kind != Kind::Witness {
            return None;
        }
        self.of(key).find_map(|bytes| {
            let (time, signature) = bytes.split_first_chunk::<8>()?;
            let seconds = u64::from_be_bytes(*time);
            key.verifies(cosigned(&self.text, seconds).as_bytes(), signature).then_some(seconds)
        })
    }

    /// How many of these witnesses cosigned it, each counted once.
    #[must_use]
    pub fn cosignatures(&self, witnesses: &[VerifierKey]) -> usize {
        let mut counted: Vec<&VerifierKey> = Vec::new();
        for witness in witnesses {
            // One key under two names is one witness.
            if !counted.iter().any(|known| known.public == witness.public)
                && self.cosigned_at(witness).is_some()
            {
                counted.push(witness);
            }
        }
        counted.len()
    }

    fn of<'a>(&'a self, key: &'a VerifierKey) -> impl Iterator<Item = &'a [u8]> {
        let id = key.id();
        self.signatures
            .iter()
            .filter(move |(name, bytes)| *name == key.name && bytes.starts_with(&id))
            .map(|(_, bytes)| &bytes[4..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of c2sp.org/tlog-cosignature.
    const EXAMPLE: &str = "example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
";

    #[test]
    fn the_example_of_the_specification_is_read() {
        let note: Note = EXAMPLE.parse().unwrap();
        assert_eq!(note.checkpoint.origin, "example.com/behind-the-sofa");
        assert_eq!(note.checkpoint.size, 20_852_163);
        assert_eq!(note.checkpoint.to_string(), note.text());
        assert_eq!(note.signatures.len(), 2);
        assert_eq!(note.signatures[1].1[4..12], 1_679_315_147u64.to_be_bytes());
    }

    #[test]
    fn what_is_signed_is_verified_and_nothing_else() {
        let log = Signer::from_seed("carnet.example/log", Kind::Log, &[1; 32]).unwrap();
        let witness = Signer::from_seed("witness.example/w", Kind::Witness, &[2; 32]).unwrap();
        let text = Checkpoint { origin: "carnet.example/log".into(), size: 7, root: [9; 32] }.to_string();
        let signed = format!("{text}\n{}{}", log.sign(&text), witness.cosign(&text, 1_795_334_400));
        let note: Note = signed.parse().unwrap();
        assert!(note.is_signed_by(log.verifier()));
        assert_eq!(note.cosigned_at(witness.verifier()), Some(1_795_334_400));
        assert_eq!(note.cosignatures(&[witness.verifier().clone(), witness.verifier().clone()]), 1);
        let other = Signer::from_seed("carnet.example/log", Kind::Log, &[3; 32]).unwrap();
        assert!(!note.is_signed_by(other.verifier()), "another key of the same name");
        assert!(!note.is_signed_by(witness.verifier()), "a witness is not the log");
        assert_eq!(note.cosigned_at(log.verifier()), None, "the log is no witness");
        let changed: Note = signed.replacen("\n7\n", "\n8\n", 1).parse().unwrap();
        assert!(!changed.is_signed_by(log.verifier()));
        assert_eq!(changed.cosignatures(&[witness.verifier().clone()]), 0);
    }

    #[test]
    fn keys_survive_writing_and_a_changed_one_is_refused() {
        for kind in [Kind::Log, Kind::Witness] {
            let key = Signer::from_seed("carnet.example/log", kind, &[7; 32]).unwrap().key;
            let written = key.to_string();
            assert_eq!(written.parse(), Ok(key));
            assert_eq!(written.replacen("carnet", "cornet", 1).parse::<VerifierKey>(), Err(BadKey));
        }
        for text in ["", "a+b", "a+00000000+AQ==", "PeterNeumann+c74f20a3+"] {
            assert_eq!(text.parse::<VerifierKey>(), Err(BadKey), "{text}");
        }
        // The example of c2sp.org/signed-note.
        let known = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let key: VerifierKey = known.parse().unwrap();
        assert_eq!(key.to_string(), known);
        let said = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let signature =
            "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        let bytes = BASE64.decode(signature.as_bytes()).unwrap();
        assert_eq!(bytes[..4], key.id());
        assert!(key.verifies(said.as_bytes(), &bytes[4..]));
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        for text in [
            "",
            "a\n1\n\n",
            "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— a AAAAAAA=\n",
            "a\n+1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— a AAAAAAA=\n",
            "a\n1\nCsUY\n\n— a AAAAAAA=\n",
            "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— a AAAAAAA=\n",
        ] {
            assert_eq!(text.parse::<Note>(), Err(BadNote), "{text:?}");
        }
    }
}
