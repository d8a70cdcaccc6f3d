//! What the tests of several rooms share, here and in `care`: people whose spaces are open, visits to them, and what
//! their journals say.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails must fail")]

use jiff::civil::{Date, date};
use kernel::ins::Authority;
use kernel::rpps::Rpps;
use kernel::{
    Actor, Answer, Ins, Instant, Language, PersonId, Professional, Purpose, Seq, Sex, Traits, Visit,
};
use store::{Kind, Store, Tx, Want, args};

use crate::person::{Contact, Identity, Representative, State, queries};

/// She, in tests of one person.
pub const HER: PersonId = PersonId(7);
/// Her number, which documents made for tests name too.
pub const MATRICULE: &str = "279035121518989";
/// 22 November 2026, 9 in the morning in Paris.
pub const NOW: Instant = Instant(1_795_334_400_000_000);
/// In microseconds.
pub const MINUTE: i64 = 60 * Instant::SECOND;

/// Dominique PAT-TROIS, a woman of 47; under a number of her own for each person, which is [`MATRICULE`] for her.
#[must_use]
pub fn identity(person: PersonId) -> Identity {
    Identity {
        ins: Ins::parse(&format!("2790351215{:03}", 100 + (82 + person.0) % 800), Authority::TestNir)
            .unwrap(),
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
#[must_use]
pub fn child(person: PersonId, born: Date, parents: &[PersonId]) -> Identity {
    let mut child = identity(person);
    child.traits.birth_date = born;
    let named = |parent: &PersonId| Representative { ins: identity(*parent).ins, role: Some("MTH".into()) };
    child.representatives = parents.iter().map(named).collect();
    child
}

/// Makes these people, living in `department`, their spaces open.
pub fn enrol_all(store: &Store, people: Vec<(PersonId, Identity)>, department: &'static str) {
    let all = move |tx: &mut Tx<'_>| {
        people.iter().try_for_each(|(person, identity)| add(tx, *person, identity, State::Open, department))
    };
    store.write(all).wait().unwrap();
}

/// Makes a person, her space in `state`.
pub fn enrol_as(store: &Store, person: PersonId, state: State) {
    store.write(move |tx| add(tx, person, &identity(person), state, "31")).wait().unwrap();
}

/// Her alone.
pub fn enrol(store: &Store) {
    enrol_as(store, HER, State::Open);
}

fn add(
    tx: &mut Tx<'_>,
    person: PersonId,
    identity: &Identity,
    state: State,
    department: &'static str,
) -> Answer<()> {
    let (key, wrapped) = tx.keyring().new_space_key(person)?;
    tx.exec(
        "INSERT INTO person (person, state, state_at, wave, department, scheme, born,
            key_generation, wrapped_key, identity)
         VALUES ($1, $2, 0, 1, $3, 'CPAM', 0, $4, $5, $6)",
        args![person, state.number(), department, wrapped.generation, wrapped.bytes, identity.seal(&key)?],
    )?;
    let ins = queries::ins_handle(tx.keyring(), &identity.ins);
    let traits = queries::traits_handle(tx.keyring(), &identity.traits);
    queries::add_handles(tx, person, &ins, traits)?;
    crate::delegation::point_to(tx, person)
}

/// Dr Claire MOREAU, a cardiologist, under this RPPS number.
#[must_use]
pub fn doctor(rpps: &str) -> Professional {
    Professional {
        rpps: Rpps::parse(rpps).unwrap(),
        name: "Dr Claire MOREAU".into(),
        profession: "10".into(),
        specialty: Some("SM04".into()),
        structure: "Clinique des Tilleuls".into(),
        finess: Some("750100125".into()),
    }
}

/// A visit in French.
#[must_use]
pub fn visit(actor: Actor, purpose: Purpose, now: Instant) -> Visit {
    Visit { actor, on_behalf_of: None, purpose, now, language: Language::Fr, request_id: 1 }
}

/// A person in her own space.
#[must_use]
pub fn citizen(person: PersonId, now: Instant) -> Visit {
    visit(Actor::Citizen { person, name: "Dominique PAT-TROIS".into() }, Purpose::Own, now)
}

/// Somebody of the operator's team.
#[must_use]
pub fn team(purpose: Purpose, now: Instant) -> Visit {
    visit(Actor::Operator { name: "support".into() }, purpose, now)
}

/// What a journal says: the kind of each act, and what it is about.
#[must_use]
pub fn journal(store: &Store, person: PersonId) -> Vec<(Kind, String)> {
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
#[must_use]
pub fn kinds(store: &Store, person: PersonId) -> Vec<Kind> {
    journal(store, person).into_iter().map(|(kind, _)| kind).collect()
}
