//! Packing with trained dictionaries.
//!
//! A dictionary is a versioned file that is never edited or removed: what was packed with it must stay
//! readable. `cargo run -p store --example train` makes a new version from generated samples; it is added
//! below with the next free number, and [`current`] says which one packs from then on.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::LazyLock;

use kernel::Fault;
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::{self, CParameter};

/// What kind of bytes are packed; each kind has its own dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sample {
    /// A journal line.
    Line,
    /// A FHIR resource.
    Resource,
    /// A deposited content.
    Content,
    /// A sealed field outside the sequence.
    Field,
}

/// The number that says "not packed".
const PLAIN: u8 = 0;

/// Every dictionary there ever was; its number is its place, from 1.
const DICTIONARIES: &[&[u8]] = &[
    include_bytes!("../dictionaries/line-1.zdict"),
    include_bytes!("../dictionaries/resource-1.zdict"),
    include_bytes!("../dictionaries/content-1.zdict"),
    include_bytes!("../dictionaries/field-1.zdict"),
    include_bytes!("../dictionaries/line-2.zdict"),
    include_bytes!("../dictionaries/resource-2.zdict"),
    include_bytes!("../dictionaries/content-2.zdict"),
    include_bytes!("../dictionaries/field-2.zdict"),
];

/// The number that packs each kind today.
fn current(sample: Sample) -> u8 {
    match sample {
        Sample::Line => 5,
        Sample::Resource => 6,
        Sample::Content => 7,
        Sample::Field => 8,
    }
}

/// Level 9 gains nothing on parts of this size and takes eight times as long (see docs/benchmarks.md).
const LEVEL: i32 = 3;

/// Every frame begins with these bytes, so we do not store them.
const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// Nothing we store is larger when unpacked; a frame that claims more is damaged.
const MOST: u64 = 256 << 20;

static ENCODERS: LazyLock<Vec<EncoderDictionary<'static>>> =
    LazyLock::new(|| DICTIONARIES.iter().map(|bytes| EncoderDictionary::copy(bytes, LEVEL)).collect());
static DECODERS: LazyLock<Vec<DecoderDictionary<'static>>> =
    LazyLock::new(|| DICTIONARIES.iter().map(|bytes| DecoderDictionary::copy(bytes)).collect());

thread_local! {
    static PACKERS: RefCell<Vec<Option<Compressor<'static>>>> = const { RefCell::new(Vec::new()) };
    static UNPACKERS: RefCell<Vec<Option<Decompressor<'static>>>> = const { RefCell::new(Vec::new()) };
}

/// Packs `plain`; answers the byte that says how. What does not become smaller stays as it is.
pub(crate) fn pack(sample: Sample, plain: &[u8]) -> (u8, Cow<'_, [u8]>) {
    if plain.len() < 24 || is_packed(plain) {
        return (PLAIN, Cow::Borrowed(plain));
    }
    let number = current(sample);
    match compress(number, plain) {
        Ok(packed) if packed.len() < plain.len() => (number, Cow::Owned(packed)),
        _ => (PLAIN, Cow::Borrowed(plain)),
    }
}

/// The reverse of [`pack`].
pub(crate) fn unpack(number: u8, packed: &[u8]) -> Result<Vec<u8>, Fault> {
    if number == PLAIN {
        return Ok(packed.to_vec());
    }
    let damaged = |why: &str| Fault::Damaged(format!("a part packed with dictionary {number}: {why}"));
    let place = usize::from(number) - 1;
    let dictionary = DECODERS.get(place).ok_or_else(|| damaged("this program does not have it"))?;
    let frame = [&MAGIC, packed].concat();
    let length = match zstd_safe::get_frame_content_size(&frame) {
        Ok(Some(length)) if length <= MOST => usize::try_from(length).unwrap_or(0),
        _ => return Err(damaged("its length is not believable")),
    };
    UNPACKERS.with_borrow_mut(|all| {
        if all.len() <= place {
            all.resize_with(DICTIONARIES.len(), || None);
        }
        let unpacker = match &mut all[place] {
            Some(unpacker) => unpacker,
            empty => empty.insert(Decompressor::with_prepared_dictionary(dictionary).map_err(Fault::from)?),
        };
        unpacker.decompress(&frame, length).map_err(|e| damaged(&e.to_string()))
    })
}

fn compress(number: u8, plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let place = usize::from(number) - 1;
    PACKERS.with_borrow_mut(|all| {
        if all.len() <= place {
            all.resize_with(DICTIONARIES.len(), || None);
        }
        let packer = match &mut all[place] {
            Some(packer) => packer,
            empty => {
                let mut packer = Compressor::with_prepared_dictionary(&ENCODERS[place])?;
                packer.set_parameter(CParameter::DictIdFlag(false))?;
                packer.set_parameter(CParameter::ChecksumFlag(false))?;
                empty.insert(packer)
            }
        };
        let mut packed = packer.compress(plain)?;
        if packed.starts_with(&MAGIC) {
            packed.drain(..MAGIC.len());
            return Ok(packed);
        }
        Err(std::io::Error::other("a frame without its first bytes"))
    })
}

/// Contents that are compressed by nature: trying again only costs time.
fn is_packed(plain: &[u8]) -> bool {
    const STARTS: [&[u8]; 5] = [b"%PDF-", b"\xFF\xD8\xFF", b"\x89PNG", b"PK\x03\x04", b"\x1F\x8B"];
    plain.len() > 4096 && STARTS.iter().any(|start| plain.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_unpacks(plain in proptest::collection::vec(any::<u8>(), 0..3000), text in "[a-z {}\":,]{0,2000}") {
            for sample in [Sample::Line, Sample::Resource, Sample::Content, Sample::Field] {
                for plain in [&plain[..], text.as_bytes()] {
                    let (number, packed) = pack(sample, plain);
                    prop_assert_eq!(unpack(number, &packed).unwrap(), plain);
                }
            }
        }

        #[test]
        fn damaged_bytes_never_panic(number: u8, bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = unpack(number, &bytes);
        }
    }
}
