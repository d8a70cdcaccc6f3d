//! The log examined as a whole, by its operator: every tile follows from the entries, the signed checkpoint from the
//! tiles, and nothing in it belongs to nobody. That each person's leaves say what her sequence says is
//! [`crate::verify`]'s.

use kernel::{Answer, Fault, Refusal};

use super::note::Note;
use super::tiles::{self, Tiles, WIDTH};
use super::tree::{self, Hash, fold, leaf_hash};
use super::{SIGNED, Terms, begun, size};
use crate::doctor::{Remark, Severity};
use crate::tx::Tx;
use crate::{Store, queries};

/// Bundles per transaction: a long look must not keep the engine from tidying up.
const BATCH: u64 = 64;

/// Labels compared at a time, 16 bytes each: as many as may lie in memory.
const LABELS: u64 = 8 << 20;

/// What is known of the log before it is walked.
struct Outline {
    note: Note,
    waiting: u64,
    /// Leaves that are somebody's.
    leaves: u64,
    /// Leaves that never were anybody's: the statement of a log that was begun anew.
    own: u64,
    held: bool,
}

fn remark(severity: Severity, text: impl Into<String>) -> Remark {
    Remark { severity, subject: "log", text: text.into() }
}

impl Store {
    /// Examines the log. `erased` is how many spaces were erased: their leaves are nobody's any more.
    pub(crate) fn examine_log(&self, erased: u64) -> Result<Vec<Remark>, Refusal> {
        let outline = match self.read(outline).wait()? {
            Ok(Some(outline)) => outline,
            Ok(None) => return Ok(vec![remark(Severity::Well, "it has not begun")]),
            Err(what) => return Ok(vec![remark(Severity::Bad, what)]),
        };
        let checkpoint = &outline.note.checkpoint;
        let whole = checkpoint.size;
        let mut remarks = Vec::new();
        self.each_batch(
            whole,
            |found: Vec<String>| {
                remarks.extend(found.into_iter().map(|what| remark(Severity::Bad, what)));
            },
            move |tx, from, to| match walk(tx, from, to, whole) {
                Err(Fault::Damaged(what)) => Ok(vec![what]),
                found => found,
            },
        )?;
        let slices = whole.div_ceil(LABELS).max(1);
        for slice in 0..slices {
            let twice = self.labels_twice(whole, slice, slices)?;
            remarks.extend(twice.map(|what| remark(Severity::Bad, what)));
        }
        let nobodys = whole.abs_diff(outline.leaves + outline.own);
        if whole < outline.leaves + outline.own || (nobodys > 0 && erased == 0) {
            let said = format!("{whole} leaves, but {} are somebody's", outline.leaves);
            remarks.push(remark(Severity::Bad, said));
        }
        if outline.held {
            let said = "a backup was restored, and nothing is signed until `carnet log continue` or `carnet log restart`";
            remarks.push(remark(Severity::Warning, said));
        }
        if remarks.is_empty() {
            let waiting = outline.waiting;
            let said = format!("{whole} leaves in order, {nobodys} of erased spaces, {waiting} commits wait");
            remarks.push(remark(Severity::Well, said));
        }
        Ok(remarks)
    }

    /// Reads the bundles of a log of `whole` leaves, some in one transaction, and hands over what was found about them.
    fn each_batch<T: Send + 'static>(
        &self,
        whole: u64,
        mut found: impl FnMut(T),
        look: impl Fn(&mut Tx<'_>, u64, u64) -> Result<T, Fault> + Clone + Send + 'static,
    ) -> Answer<()> {
        let bundles = whole.div_ceil(WIDTH);
        for from in (0..bundles).step_by(BATCH as usize) {
            let look = look.clone();
            found(self.read(move |tx| Ok(look(tx, from, bundles.min(from + BATCH))?)).wait()?);
        }
        Ok(())
    }

    /// Says when a label stands in the log twice: somebody's journal was logged in two versions under one number. Only
    /// labels of one slice of all are compared, so that they fit in memory.
    fn labels_twice(&self, whole: u64, slice: u64, slices: u64) -> Answer<Option<String>> {
        let mut labels: Vec<u128> = Vec::new();
        self.each_batch(
            whole,
            |found: Vec<u128>| labels.extend(found),
            move |tx, from, to| {
                let mut found = Vec::new();
                for n in from..to {
                    // What is torn was said by the walk.
                    let entries = tiles::entries(tx, n).unwrap_or_default();
                    let labels = entries.iter().filter_map(|entry| entry.first_chunk().copied());
                    found.extend(
                        labels
                            .map(u128::from_be_bytes)
                            .filter(|label| (label % u128::from(slices)) as u64 == slice),
                    );
                }
                Ok(found)
            },
        )?;
        labels.sort_unstable();
        let twice = labels.windows(2).filter(|pair| pair[0] == pair[1]).count();
        Ok((twice > 0)
            .then(|| format!("{twice} labels stand there twice: a journal was logged in two versions")))
    }

    /// Whether the log here begins with the one of a checkpoint that somebody kept, and signed it.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn log_begins_with(&self, kept: &Note) -> Answer<Result<(), String>> {
        let kept = kept.clone();
        self.read(move |tx| {
            let here = tx.checkpoint_named(SIGNED)?.map_or(0, |signed| signed.size);
            let old = &kept.checkpoint;
            if !tx.log_keys(&Terms::default())?.iter().any(|key| kept.is_signed_by(key)) {
                return Ok(Err("it is not signed by a key of this log".to_owned()));
            }
            if old.size > here {
                return Ok(Err(format!("it has {} leaves, and the log here {here}", old.size)));
            }
            let root = tree::root(&mut Tiles::new(tx), old.size)?;
            Ok(if root == old.root {
                Ok(())
            } else {
                Err(format!("the first {} leaves here are not those of the checkpoint", old.size))
            })
        })
        .wait()
    }
}

/// Reads and judges the signed checkpoint; the inner error is what is wrong with it.
fn outline(tx: &mut Tx<'_>) -> Answer<Result<Option<Outline>, String>> {
    let Some(signed) = tx.checkpoint_named(SIGNED)? else { return Ok(Ok(None)) };
    let Ok(note) = signed.note.parse::<Note>() else {
        return Ok(Err("the checkpoint cannot be read".to_owned()));
    };
    if !tx.log_keys(&Terms::default())?.iter().any(|key| note.is_signed_by(key)) {
        return Ok(Err("the checkpoint is not signed by a key of this house".to_owned()));
    }
    match tree::root(&mut Tiles::new(tx), note.checkpoint.size) {
        Ok(root) if root == note.checkpoint.root => {}
        Ok(_) => return Ok(Err("the checkpoint is not that of the leaves".to_owned())),
        Err(Fault::Damaged(what)) => return Ok(Err(what)),
        Err(other) => return Err(other.into()),
    }
    let count = |tx: &mut Tx<'_>, sql| tx.one(sql, &[], |row| row.int(0)).map(|n| size(n.unwrap_or(0)));
    let waiting = count(tx, queries::COUNT_LOG_DUE)?;
    let leaves = count(tx, queries::COUNT_LOG_LEAVES)?;
    let held = tx.log_is_held()?;
    let statement = tx.log_begun()?;
    if let Some(statement) = &statement
        && tiles::entries(tx, 0)?.first() != Some(&begun::entry(statement))
    {
        return Ok(Err("it does not begin with the statement of why it was begun anew".to_owned()));
    }
    Ok(Ok(Some(Outline { note, waiting, leaves, own: u64::from(statement.is_some()), held })))
}

/// Compares bundles `from..to` and the tiles above them with what follows from the entries.
fn walk(tx: &mut Tx<'_>, from: u64, to: u64, whole: u64) -> Result<Vec<String>, Fault> {
    let mut found = Vec::new();
    for n in from..to {
        let expected = (whole - n * WIDTH).min(WIDTH);
        let entries = tiles::entries(tx, n)?;
        if (entries.len() as u64) < expected {
            found.push(format!("bundle {n} has {} entries of {expected}", entries.len()));
        } else if expected == WIDTH {
            let root = fold(entries.iter().map(|entry| leaf_hash(entry)).collect());
            above(tx, 1, n, root, &mut found)?;
        }
    }
    Ok(found)
}

/// Whether hash `index` of `level` is this one; and when it ends a tile, what is above that.
fn above(tx: &mut Tx<'_>, level: u32, index: u64, hash: Hash, found: &mut Vec<String>) -> Result<(), Fault> {
    let (n, at) = (index / WIDTH, (index % WIDTH) as usize);
    let tile = tiles::hashes(tx, level, n)?;
    if tile.get(at) != Some(&hash) {
        found.push(format!("tile {level}/{n} does not follow from what is below it"));
    } else if at as u64 == WIDTH - 1 {
        above(tx, level + 1, n, fold(tile), found)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::{Instant, PersonId};

    use super::*;
    use crate::args;
    use crate::testing::{act, both, person};
    use crate::{Kind, Verified, Wrong};

    const HER: PersonId = PersonId(1);

    /// A house of 300 leaves, hers the last one among them.
    fn house(store: &Store) {
        let terms = Terms { origin: "carnet.example/log".to_owned(), ..Terms::default() };
        store
            .write(|tx| {
                for n in 1..=299 {
                    let key = person(tx, PersonId(n))?;
                    tx.append(&key, act(Kind::Opened, 1))?;
                }
                Ok(())
            })
            .wait()
            .unwrap();
        while store.sweep_log(&terms, Instant(2)).wait().unwrap().more {}
        store
            .write(|tx| {
                let key = tx.space_key(HER)?;
                tx.append(&key, act(Kind::ListRead, 3))?;
                Ok(())
            })
            .wait()
            .unwrap();
        store.sweep_log(&terms, Instant(4)).wait().unwrap();
    }

    fn bad(store: &Store) -> Vec<String> {
        let remarks = store.examine_log(0).unwrap().into_iter();
        remarks.filter(|r| r.severity == Severity::Bad).map(|r| r.text).collect()
    }

    fn verified(store: &Store) -> Verified {
        store.verify(HER, false).wait().unwrap()
    }

    #[test]
    fn a_log_in_order_is_said_to_be_in_order() {
        both(|store| {
            assert_eq!(store.examine_log(0).unwrap()[0].text, "it has not begun");
            house(&store);
            let said = store.examine_log(0).unwrap();
            assert_eq!(said.len(), 1);
            assert_eq!(said[0].text, "300 leaves in order, 0 of erased spaces, 0 commits wait");
            assert!(verified(&store).findings.is_empty());
        });
    }

    #[test]
    fn whatever_was_changed_in_the_log_is_found() {
        type Damage = (&'static str, &'static str);
        let damages: [Damage; 5] = [
            ("UPDATE log_tile SET hashes = $1 WHERE level = 1", "the checkpoint is not that of the leaves"),
            ("UPDATE log_bundle SET entries = $1 WHERE n = 0", "an entry of bundle 0"),
            ("UPDATE log_checkpoint SET note = 'x' WHERE 1 = length($1) / 32", "cannot be read"),
            ("DELETE FROM log_bundle WHERE n = length($1) / 32", "tile 1 of the transparency log"),
            ("DELETE FROM log_leaf WHERE person = 2 AND n = length($1) / 32", "but 299 are somebody's"),
        ];
        for (sql, said) in damages {
            let (store, _dir) = crate::testing::sqlite().unwrap();
            house(&store);
            store.write(move |tx| Ok(tx.exec(sql, args![[7u8; 32]])?)).wait().unwrap();
            let found = bad(&store);
            assert!(found.iter().any(|text| text.contains(said)), "{sql}: {found:?}");
        }
    }

    #[test]
    fn a_number_that_was_used_twice_is_found() {
        let (store, _dir) = crate::testing::sqlite().unwrap();
        house(&store);
        let terms = Terms { origin: "carnet.example/log".to_owned(), ..Terms::default() };
        // The operator forgets her second leaf and logs another head under its number.
        let forget = "DELETE FROM log_leaf WHERE person = $1 AND n = 2";
        store.write(move |tx| Ok(tx.exec(forget, args![HER])?)).wait().unwrap();
        store
            .write(|tx| {
                let key = tx.space_key(HER)?;
                tx.append(&key, act(Kind::ListRead, 5))?;
                Ok(())
            })
            .wait()
            .unwrap();
        store.sweep_log(&terms, Instant(6)).wait().unwrap();
        let found = bad(&store);
        assert!(found.iter().any(|text| text.contains("1 labels stand there twice")), "{found:?}");
        let said: Vec<_> = (0..3).filter_map(|slice| store.labels_twice(301, slice, 3).unwrap()).collect();
        assert_eq!(said.len(), 1, "however they are sliced");
    }

    #[test]
    fn a_sequence_that_the_log_does_not_know_so_is_found() {
        let damages = [
            ("DELETE FROM act WHERE person = $1 AND id = 1048578", Wrong::EndDropped),
            ("DELETE FROM log_leaf WHERE person = $1 AND n = 1", Wrong::NotAsLogged),
            ("UPDATE log_leaf SET place = 5 WHERE person = $1 AND n = 1", Wrong::NotAsLogged),
            ("UPDATE log_leaf SET at = 9 WHERE person = $1 AND n = 2", Wrong::NotAsLogged),
        ];
        for (sql, wrong) in damages {
            let (store, _dir) = crate::testing::sqlite().unwrap();
            house(&store);
            store.write(move |tx| Ok(tx.exec(sql, args![HER])?)).wait().unwrap();
            let found: Vec<Wrong> = verified(&store).findings.iter().map(|f| f.wrong).collect();
            assert_eq!(found, [wrong], "{sql}");
        }
    }

    #[test]
    fn a_checkpoint_that_somebody_kept_tells_this_log_from_another() {
        let (store, _dir) = crate::testing::sqlite().unwrap();
        house(&store);
        let kept = |store: &Store| -> Note {
            let kept = store.read(|tx| Ok(tx.checkpoint_named(SIGNED)?)).wait().unwrap();
            kept.unwrap().note.parse().unwrap()
        };
        let note = kept(&store);
        assert_eq!(store.log_begins_with(&note).unwrap(), Ok(()));
        let (other, _dir) = crate::testing::sqlite().unwrap();
        house(&other);
        assert!(store.log_begins_with(&kept(&other)).unwrap().unwrap_err().contains("not signed"));
    }
}
