//! People who own a passkey. They are given one by the rooms themselves while the server is down; signing in with it
//! is what is measured, over HTTP.

use std::collections::HashSet;
use std::sync::Arc;

use kernel::{Actor, Clock, Fault, Language, PersonId, Purpose, Visit};
use people::consent::{self, Action};
use people::identity::passkeys::{self, MOST};
use people::identity::{Backing, Holder, Site};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use store::{Store, Tx};

use crate::Trouble;
use crate::phone::Phone;
use crate::population::{Population, TODAY};
use crate::settle::number_of;

/// What owners are drawn from; nobody else is.
const SEED: u64 = 78;
/// Years from which people sign in for themselves (Code civil, art. 414).
const MAJORITY: i16 = 18;
/// How many are drawn for each that is wanted, before the country is said to be too small.
const DRAWS: usize = 50;

/// Gives so many adults a passkey each and returns the passkeys, as [`Phone::again`] takes them. Whoever has as many
/// as she may have, after many measurements on the same data, is passed over.
///
/// # Errors
/// What the rooms say; too few adults.
pub fn equip(
    store: &Store,
    population: &Population,
    origin: &str,
    wanted: usize,
) -> Result<Vec<Value>, Trouble> {
    let site = Arc::new(Site::new("localhost", origin, "Carnet").map_err(|e| e.to_string())?);
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut drawn = HashSet::new();
    let mut passkeys = Vec::with_capacity(wanted);
    for _ in 0..wanted * DRAWS {
        if passkeys.len() == wanted {
            break;
        }
        let person = population.draw(&mut rng);
        if person.traits.age_on(TODAY) < MAJORITY || !drawn.insert(person.number) {
            continue;
        }
        let number = number_of(store, &person.ins.matricule)?;
        passkeys.extend(passkey(store, number, person.family(), &site, origin)?);
    }
    if passkeys.len() < wanted {
        return Err(format!("only {} adults can be given a passkey, not {wanted}", passkeys.len()).into());
    }
    Ok(passkeys)
}

/// A passkey for one person; none when she has as many as she may have.
fn passkey(
    store: &Store,
    number: PersonId,
    name: &str,
    site: &Arc<Site>,
    origin: &str,
) -> Result<Option<Value>, Trouble> {
    let visit = Visit {
        actor: Actor::Citizen { person: number, name: name.to_owned() },
        on_behalf_of: None,
        purpose: Purpose::Own,
        now: Clock::Wall.now(),
        language: Language::Fr,
        request_id: 1,
    };
    let (site, mut phone) = (Arc::clone(site), Phone::new(origin)?);
    let make = move |tx: &mut Tx<'_>| {
        let pass = consent::open(tx, &visit, number, Action::ManageAccess)?;
        let holder = Holder::of_pass(&pass);
        if passkeys::list(tx, &holder)?.len() >= MOST {
            return Ok(None);
        }
        let started = passkeys::start_registration(tx, &holder, &site, "bench", visit.now)?;
        let broken = |trouble: Trouble| Fault::Internal(trouble.to_string());
        let made = phone.register(started.options).map_err(broken)?;
        let whose = (&holder, &visit);
        let answer = (started.ceremony.as_str(), &made);
        passkeys::finish_registration(tx, whose, &site, answer, Backing::Activation)??;
        Ok(Some(phone.kept().map_err(broken)?))
    };
    store.write(make).wait().map_err(|refusal| format!("no passkey for {name}: {refusal}").into())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use kernel::Chance;
    use people::identity::session::Limits;
    use people::identity::{Knock, Side};

    use super::*;
    use crate::carnet::Installation;
    use crate::settle;

    #[test]
    fn a_passkey_that_was_given_opens_her_space() {
        let folder = tempfile::tempdir().unwrap();
        let installation =
            Installation { program: "carnet".into(), data: folder.path().join("d"), port: 9, database: None };
        settle::settle(&installation, 1, 100).unwrap();
        let store = settle::open(&installation).unwrap();
        let population = Population::new(1, 100);
        let origin = "http://localhost:9";
        let passkeys = equip(&store, &population, origin, 3).unwrap();
        assert_eq!(passkeys.iter().map(|kept| &kept["owner"]).collect::<HashSet<_>>().len(), 3);
        assert!(equip(&store, &population, origin, 1_000).is_err(), "there are not so many");

        let site = Site::new("localhost", origin, "Carnet").unwrap();
        let mut phone = Phone::again(&passkeys[2], origin).unwrap();
        let now = Clock::Wall.now();
        let started = passkeys::start_sign_in(store.keyring(), &site, now).unwrap();
        let shown = phone.show(started.options.to_string().as_bytes()).unwrap();
        let shown: Value = serde_json::from_str(&shown).unwrap();
        let visit = Visit {
            actor: Actor::Nobody,
            on_behalf_of: None,
            purpose: Purpose::Own,
            now,
            language: Language::Fr,
            request_id: 1,
        };
        let signed_in = store.write(move |tx| {
            let knock = Knock { network: Ipv4Addr::LOCALHOST.into(), device: "bench".into() };
            let (answer, terms) = ((started.ceremony.as_str(), &shown), (Limits::default(), &Chance::System));
            passkeys::finish_sign_in(tx, &site, Side::Space, answer, &visit, &knock, terms)
        });
        assert!(signed_in.wait().unwrap().is_ok());
    }
}
