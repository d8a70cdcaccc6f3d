//! What the tests of several rooms share: people whose spaces are open, visits to them, and what their journals say.

use jiff::civil::{Date, date};
use kernel::ins::Authority;
use kernel::{Actor, Ins, Instant, Language, PersonId, Purpose, Seq, Sex, Traits, Visit};
use store::{Kind, Store, Want, args};

use crate::person::{Contact, Identity, Representative, queries};

/// She, in tests of one person.
pub(crate) const HER: PersonId = PersonId(7);
/// 22 November 2026, 9 in the morning in Paris.
pub(crate) const NOW: Instant = Instant(1_795_334_400_000_000);
pub(crate) const MINUTE: i64 = 60 * Instant::SECOND;

/// Dominique PAT-TROIS, a woman of 47; under a number of her own for each person.
pub(crate) fn identity(person: PersonId) -> Identity {
    Identity {
        ins: Ins::parse(&format!("2790351215{:03}", 100 + person.0 % 800), Authority::TestNir).unwrap(),
        traits: Traits {
            birth_name: "PAT-TROIS".into(),
            given_names: "DOMINIQUE MARIE-LOUISE".into(),
            birth_date: date(1979, 3, 28),
            sex: Sex::F,
            birth_place: Some("51215".into()),
        },
        used_name: None,
        used_given: None,
        contact: Contact::default(),
        representatives: Vec::new(),
        death: None,
    }
}

/// A child of these parents.
pub(crate) fn child(person: PersonId, born: Date, parents: &[PersonId]) -> Identity {
    let mut child = identity(person);
    child.traits.birth_date = born;
    let named = |parent: &PersonId| Representative { ins: identity(*parent).ins, role: Some("MTH".into()) };
    child.representatives = parents.iter().map(named).collect();
    child
}

/// Makes these people, living in `department`, their spaces open.
pub(crate) fn enrol_all(store: &Store, people: Vec<(PersonId, Identity)>, department: &'static str) {
    store
        .write(move |tx| {
            for (person, identity) in people {
                let (key, wrapped) = tx.keyring().new_space_key(person)?;
                tx.exec(
                    "INSERT INTO person (person, state, state_at, wave, department, scheme, born,
                        key_generation, wrapped_key, identity)
                     VALUES ($1, 1, 0, 1, $2, 'CPAM', 0, $3, $4, $5)",
                    args![person, department, wrapped.generation, wrapped.bytes, identity.seal(&key)?],
                )?;
                let ins = queries::ins_handle(tx.keyring(), &identity.ins);
                let traits = queries::traits_handle(tx.keyring(), &identity.traits);
                queries::add_handles(tx, person, &ins, traits)?;
                crate::delegation::point_to(tx, person)?;
            }
            Ok(())
        })
        .wait()
        .unwrap();
}

/// Her alone.
pub(crate) fn enrol(store: &Store) {
    enrol_all(store, vec![(HER, identity(HER))], "31");
}

pub(crate) fn visit(actor: Actor, purpose: Purpose, now: Instant) -> Visit {
    Visit { actor, on_behalf_of: None, purpose, now, language: Language::Fr, request_id: 1 }
}

/// A person in her own space.
pub(crate) fn citizen(person: PersonId, now: Instant) -> Visit {
    visit(Actor::Citizen { person, name: "Dominique PAT-TROIS".into() }, Purpose::Own, now)
}

/// Somebody of the operator's team.
pub(crate) fn team(purpose: Purpose, now: Instant) -> Visit {
    visit(Actor::Operator { name: "support".into() }, purpose, now)
}

/// What a journal says: the kind of each act, and what it is about.
pub(crate) fn journal(store: &Store, person: PersonId) -> Vec<(Kind, String)> {
    let read = store.read(move |tx| {
        let key = tx.space_key(person)?;
        let mut said = Vec::new();
        tx.acts(&key, Seq(0), Want::LINES, |row| {
            said.push((row.kind, row.line.and_then(|line| line.about).unwrap_or_default()));
            Ok(())
        })?;
        Ok(said)
    });
    read.wait().unwrap()
}

/// The kinds alone.
pub(crate) fn kinds(store: &Store, person: PersonId) -> Vec<Kind> {
    journal(store, person).into_iter().map(|(kind, _)| kind).collect()
}
