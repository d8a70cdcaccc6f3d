//! A country in which every space is open. Enrolment leaves people weeks to oppose; a measurement cannot wait, so
//! it goes through the rooms themselves, which take the time as an argument.

use std::time::{Duration, Instant};

use kernel::{Clock, PersonId};
use people::enrolment::load::{Terms, load};
use people::enrolment::waves;
use store::{Keyring, Options, Place, Store};

use crate::Trouble;
use crate::carnet::Installation;
use crate::scenario::enrol;

/// The wave that everybody is in.
const WAVE: i64 = 1;
/// Spaces opened in one transaction.
const HANDFUL: u32 = 2_000;

/// What settling took.
#[derive(Clone, Copy, Debug)]
pub struct Settled {
    /// Persons loaded now; 0 when the file had been loaded before.
    pub loaded: u64,
    /// How long loading them took.
    pub loading: Duration,
    /// Persons announced.
    pub announced: i64,
    /// How long announcing took.
    pub announcing: Duration,
    /// Spaces opened.
    pub opened: u64,
    /// How long opening took.
    pub opening: Duration,
}

impl Settled {
    /// The figures as a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let rate = |count: u64, took: Duration| count as f64 / took.as_secs_f64().max(1e-9);
        let announced = self.announced.unsigned_abs();
        format!(
            "loaded {} ({:.0}/s, {:.1} s), announced {announced} ({:.0}/s), opened {} ({:.0}/s)",
            self.loaded,
            rate(self.loaded, self.loading),
            self.loading.as_secs_f64(),
            rate(announced, self.announcing),
            self.opened,
            rate(self.opened, self.opening),
        )
    }
}

/// Opens the store of an installation, with its keys; makes both when they are not there.
///
/// # Errors
/// What the store says.
pub fn open(installation: &Installation) -> Result<Store, Trouble> {
    std::fs::create_dir_all(&installation.data)?;
    let key_file = installation.data.join("master.key");
    let keyring = if key_file.exists() { Keyring::load(&key_file)? } else { Keyring::create(&key_file)? };
    let place = match &installation.database {
        Some(url) => Place::Postgres { url: url.clone(), dir: installation.data.clone() },
        None => Place::Sqlite { dir: installation.data.clone() },
    };
    // The PostgreSQL client blocks on a runtime of its own, which it may not do on a thread that runs ours.
    std::thread::scope(|scope| scope.spawn(|| Store::open(&place, keyring, &Options::default())).join())
        .map_err(|_| "opening the store panicked")?
        .map_err(Into::into)
}

/// Loads so many people unless they are there, announces them three weeks ago with a window of one week, and
/// opens their spaces.
///
/// # Errors
/// What the rooms say.
pub fn settle(installation: &Installation, seed: u64, people: u64) -> Result<Settled, Trouble> {
    let store = open(installation)?;
    let now = Clock::Wall.now();
    let past = now.plus(-21 * kernel::Instant::DAY);
    let (file, _) = enrol::file(installation, seed, people)?;
    let rejects = file.with_extension("rejects.csv");
    let start = Instant::now();
    let loaded = load(&store, &file, &rejects, Terms::at(past), &mut |_| true).map_err(|e| e.to_string())?;
    let loading = start.elapsed();
    if loaded.counts.rejected > 0 {
        return Err(
            format!("{} lines were rejected: see {}", loaded.counts.rejected, rejects.display()).into()
        );
    }
    std::fs::remove_file(&file)?;
    let start = Instant::now();
    let announced = waves::announce(&store, WAVE, &[], 1, past).map_err(|e| e.to_string())?;
    let announcing = start.elapsed();
    let start = Instant::now();
    let mut opened = 0;
    loop {
        let more =
            store.write(move |tx| waves::open_due(tx, now, HANDFUL)).wait().map_err(|e| e.to_string())?;
        opened += u64::from(more);
        if more == 0 {
            break;
        }
    }
    let new = if loaded.already { 0 } else { loaded.counts.added };
    Ok(Settled { loaded: new, loading, announced, announcing, opened, opening: start.elapsed() })
}

/// Somebody's number, by her INS.
///
/// # Errors
/// When nobody has it.
pub fn number_of(store: &Store, matricule: &str) -> Result<PersonId, Trouble> {
    let ins = kernel::Ins::parse(matricule, kernel::ins::Authority::TestNir)?;
    let found =
        store.read(move |tx| people::person::find_by_ins(tx, &ins)).wait().map_err(|e| e.to_string())?;
    found.ok_or_else(|| format!("nobody is enrolled under {matricule}").into())
}

#[cfg(test)]
mod tests {
    use people::person::{self, State};

    use super::*;

    #[test]
    fn everybody_settled_has_an_open_space() {
        let folder = tempfile::tempdir().unwrap();
        let installation =
            Installation { program: "carnet".into(), data: folder.path().join("d"), port: 9, database: None };
        let settled = settle(&installation, 1, 300).unwrap();
        assert_eq!(settled.loaded, 300);
        // Nobody writes to the dead.
        assert!((290..=300).contains(&settled.announced), "{settled:?}");
        assert_eq!(settled.announced.unsigned_abs(), settled.opened);
        let again = settle(&installation, 1, 300).unwrap();
        assert_eq!((again.loaded, again.announced, again.opened), (0, 0, 0));
        let store = open(&installation).unwrap();
        let mut rng = <rand_chacha::ChaCha8Rng as rand::SeedableRng>::seed_from_u64(1);
        let somebody = crate::population::Population::new(1, 300).draw(&mut rng);
        let id = number_of(&store, &somebody.ins.matricule).unwrap();
        let person = store.read(move |tx| person::load(tx, id)).wait().unwrap().unwrap();
        assert_eq!(person.state, State::Open);
        assert_eq!(person.identity.traits, somebody.traits);
    }
}
