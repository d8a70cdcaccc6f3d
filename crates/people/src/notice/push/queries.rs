//! Every statement about `push_device`.

use kernel::{Fault, Instant, PersonId};
use store::{SpaceKey, Tx, args};

use super::super::model;
use super::{Device, Says};

/// The name of the sealed column.
const FIELD: &str = "push-device";

pub(super) fn of(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<Vec<Device>, Fault> {
    tx.all(
        "SELECT id, at, sealed FROM push_device WHERE person = $1 ORDER BY at, id",
        args![key.person()],
        |row| {
            let says: Says = model::open(key, FIELD, &row.bytes(2)?)?;
            Ok(Device { id: row.int(0)?, at: Instant(row.int(1)?), says })
        },
    )
}

pub(super) fn put(tx: &mut Tx<'_>, key: &SpaceKey, device: &Device) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO push_device (person, id, at, sealed) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person, id) DO UPDATE SET at = excluded.at, sealed = excluded.sealed",
        args![key.person(), device.id, device.at, model::seal(key, FIELD, &device.says)?],
    )?;
    Ok(())
}

/// True when it was there.
pub(super) fn forget(tx: &mut Tx<'_>, person: PersonId, id: i64) -> Result<bool, Fault> {
    Ok(tx.exec("DELETE FROM push_device WHERE person = $1 AND id = $2", args![person, id])? > 0)
}

pub(super) fn forget_all(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Fault> {
    tx.exec("DELETE FROM push_device WHERE person = $1", args![person])?;
    Ok(())
}
