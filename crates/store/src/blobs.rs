//! Contents of documents. Small ones lie in the act's own row; large ones beside it.

use kernel::Fault;

use crate::keys::SpaceKey;
use crate::seal::{self, Clear, Part, Sample};
use crate::tx::Tx;

/// Seals a content; answers what the act's row keeps of it.
pub(crate) fn put(
    _tx: &mut Tx<'_>,
    key: &SpaceKey,
    clear: &Clear,
    _hash: &[u8; 32],
    plain: &[u8],
) -> Result<Vec<u8>, Fault> {
    clear.seal(key, Part::Blob, Sample::Content, &[], plain)
}

/// The reverse of [`put`].
pub(crate) fn get(
    _tx: &mut Tx<'_>,
    key: &SpaceKey,
    clear: &Clear,
    stored: &[u8],
    _length: u64,
) -> Result<Vec<u8>, Fault> {
    let (version, packed) = clear.open(key, Part::Blob, stored)?;
    seal::unpack(version, &packed)
}
