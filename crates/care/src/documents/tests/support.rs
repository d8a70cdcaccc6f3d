//! One person, some senders, and documents made for the test.

use jiff::civil::date;
use kernel::ins::Authority;
use kernel::rpps::Rpps;
use kernel::{
    Actor, Ins, Instant, Language, PersonId, Professional, Purpose, Seq, Sex, Software, Traits, Visit,
};
use people::consent::{self, Action, Given};
use people::person::{Contact, Identity, State};
use serde_json::{Value, json};
use store::{ActRow, Store, Want, args};

use crate::documents::model::Source;
use crate::documents::{Deposited, prepare, store as file};

pub(super) const HER: PersonId = PersonId(7);
pub(super) const NOW: Instant = Instant(1_795_334_400_000_000);
pub(super) const MATRICULE: &str = "279035121518989";
const REPORT: &str = include_str!("../../../fixtures/report.xml");

/// A CDA with this id and this sentence in it.
pub(super) fn cda(id: &str, sentence: &str) -> Vec<u8> {
    REPORT
        .replace("extension=\"CR-1\"", &format!("extension=\"{id}\""))
        .replace("Bilan hépatique normal.", sentence)
        .into_bytes()
}

pub(super) fn visit(actor: Actor) -> Visit {
    Visit {
        actor,
        on_behalf_of: None,
        purpose: Purpose::Care,
        now: NOW,
        language: Language::Fr,
        request_id: 1,
    }
}

pub(super) fn her() -> Visit {
    visit(Actor::Citizen { person: HER, name: "Dominique PAT-TROIS".into() })
}

pub(super) fn lab(client: &str) -> Visit {
    visit(Actor::Software(Software {
        client_id: client.into(),
        organization: format!("Labo {client}"),
        finess: None,
    }))
}

pub(super) fn claire() -> Professional {
    Professional {
        rpps: Rpps::parse("10001045367").unwrap(),
        name: "Dr Claire MOREAU".into(),
        profession: "10".into(),
        specialty: Some("SM04".into()),
        structure: "Clinique des Tilleuls".into(),
        finess: None,
    }
}

pub(super) fn doctor() -> Visit {
    visit(Actor::Professional(claire()))
}

/// Who she is.
pub(super) fn identity() -> Identity {
    Identity {
        ins: Ins::parse(MATRICULE, Authority::TestNir).unwrap(),
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

/// Puts her into the store, her space in `state`.
pub(super) fn enrol(store: &Store, state: State) {
    store
        .write(move |tx| {
            let (key, wrapped) = tx.keyring().new_space_key(HER)?;
            let sealed = identity().seal(&key)?;
            tx.exec(
                "INSERT INTO person (person, state, state_at, wave, department, scheme, born,
                    key_generation, wrapped_key, identity)
                 VALUES ($1, $2, 0, 1, '31', 'CPAM', 0, $3, $4, $5)",
                args![HER, state.number(), wrapped.generation, wrapped.bytes, sealed],
            )?;
            let hash = people::person::queries::ins_handle(tx.keyring(), &identity().ins);
            tx.exec("INSERT INTO handle (hash, person) VALUES ($1, $2)", args![hash, HER])?;
            let hash = people::person::queries::traits_handle(tx.keyring(), &identity().traits);
            tx.exec("INSERT INTO trait_handle (hash, person) VALUES ($1, $2)", args![hash, HER])?;
            Ok(())
        })
        .wait()
        .unwrap();
}

/// She allows Dr Moreau.
pub(super) fn allow_claire(store: &Store) {
    store
        .write(|tx| {
            let pass = consent::open(tx, &her(), HER, Action::ManageSharing)?;
            consent::allow(tx, &pass, &claire(), Given::OnTheWeb)
        })
        .wait()
        .unwrap();
}

/// Deposits a bare CDA.
pub(super) fn deposit(store: &Store, visit: &Visit, bytes: Vec<u8>) -> Result<Deposited, kernel::Refusal> {
    let prepared = prepare::cda(bytes, Source::Cda)?;
    let visit = visit.clone();
    store.write(move |tx| file(tx, &visit, prepared)).wait()
}

/// One `DocumentReference` with its bytes inside (ITI-105); `more` is merged into it.
pub(super) fn simplified(unique_id: &str, content_type: &str, bytes: &[u8], more: &Value) -> Value {
    use base64::Engine as _;
    let data = base64::engine::general_purpose::STANDARD.encode(bytes);
    let mut resource = json!({
        "resourceType": "DocumentReference",
        "meta": {"profile": ["https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.SimplifiedPublish.DocumentReference"]},
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": unique_id},
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11502-2"}]},
        "subject": {"identifier": {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": MATRICULE}},
        "date": "2026-11-20T10:00:00+01:00",
        "author": [{"display": "Dr Paul LENOIR"}],
        "content": [{"attachment": {"contentType": content_type, "data": data, "title": "Bilan", "creation": "2026-11-20T10:00:00+01:00"}}],
    });
    if let (Value::Object(into), Value::Object(more)) = (&mut resource, more) {
        for (name, value) in more {
            into.insert(name.clone(), value.clone());
        }
    }
    resource
}

/// Deposits a `DocumentReference` with its bytes.
pub(super) fn publish(store: &Store, visit: &Visit, resource: &Value) -> Result<Deposited, kernel::Refusal> {
    let submission = fhir::mhd::read_simplified(resource).map_err(kernel::Refusal::invalid_all)?;
    let prepared = prepare::submission(submission, None)?;
    let visit = visit.clone();
    store.write(move |tx| file(tx, &visit, prepared)).wait()
}

/// All acts of her space, lines open.
pub(super) fn acts(store: &Store) -> Vec<ActRow> {
    store
        .read(|tx| {
            let key = tx.space_key(HER)?;
            let mut rows = Vec::new();
            tx.acts(&key, Seq(0), Want::ALL, |row| {
                rows.push(row);
                Ok(())
            })?;
            Ok(rows)
        })
        .wait()
        .unwrap()
}
