use jiff::civil::date;
use kernel::ins::Authority;
use kernel::rpps::Rpps;
use kernel::visit::{Professional, Software};
use kernel::{Actor, Ins, Instant, PersonId, Purpose, Right, Sex, Traits};
use serde_json::json;

use super::*;
use crate::mhd::{AuthorKind, AuthorView, Relation};
use crate::validate::validate;
use crate::view::{Coding, DocRef};
use kernel::ids::unique_id;

const NOON: Instant = Instant(1_795_348_800_000_000);

fn ins() -> Ins {
    Ins::parse("279035121518989", Authority::TestNir).unwrap()
}

#[test]
fn a_patient_says_who_she_is_and_claims_it_back() {
    let traits = Traits {
        birth_name: "PAT-TROIS".into(),
        given_names: "DOMINIQUE MARIE-LOUISE".into(),
        birth_date: date(1979, 3, 28),
        sex: Sex::F,
        birth_place: Some("51215".into()),
    };
    let input = PatientInput {
        id: "42",
        ins: &ins(),
        traits: &traits,
        used_name: Some("PAT-QUATRE"),
        active: true,
        deceased: None,
        last_updated: Some(NOON),
    };
    let patient = patient(&input);
    assert_eq!(validate(&patient), []);
    let claimed = crate::mhd::patient_claims(&patient);
    assert_eq!(claimed.birth_place.as_deref(), Some("51215"));
    assert_eq!(claimed.given_names.as_deref(), Some("DOMINIQUE MARIE-LOUISE"));
    assert_eq!(traits.contradictions(&claimed), []);
}

#[test]
fn a_document_is_read_back_as_it_was_written() {
    let author = |kind| AuthorView {
        kind,
        name: Some("Dr Claire Moreau".into()),
        rpps: (kind == AuthorKind::Professional).then(|| Rpps::parse("10001045367").unwrap()),
        role: None,
        organization: None,
        finess: None,
    };
    let kinds = [AuthorKind::Professional, AuthorKind::Patient, AuthorKind::Related, AuthorKind::Device];
    let authors: Vec<AuthorView> = kinds.into_iter().map(author).collect();
    let coding = Coding::new("http://loinc.org", "11502-2", "CR de biologie");
    let labels = [Coding::new("urn:c", "N", "normal")];
    for id in
        ["1.2.250.1", "1.2.250^ABC", "c757873d-ec9a-4326-a141-556f43239520", "https://x.example/d^7", "free"]
    {
        let relates_to = [RelationInput {
            relation: Relation::Replaces,
            reference: Some("DocumentReference/9"),
            unique_id: Some("1.2.9"),
        }];
        let input = DocumentInput {
            id: Some("42-a"),
            unique_id: id,
            patient: Some("Patient/42"),
            type_code: Some(&coding),
            category: Some(&coding),
            date: Some(NOON),
            authors: &authors,
            custodian: Some("Carnet"),
            description: Some("d"),
            security_labels: &labels,
            relates_to: &relates_to,
            media_type: "application/pdf",
            language: Some("fr-FR"),
            url: Some("Binary/42-a"),
            size: Some(80_000),
            sha1: Some([7; 20]),
            title: Some("Glycémie"),
            creation: Some(NOON),
            format: Some(&coding),
            events: &labels,
            period: (Some(NOON), None),
            facility: Some(&coding),
            setting: Some(&coding),
            ..DocumentInput::default()
        };
        let resource = document_reference(&input);
        assert_eq!(validate(&resource), []);
        let view = DocRef(&resource);
        assert_eq!(view.unique_id().as_deref(), Some(id));
        assert_eq!(view.authors(), authors);
        assert_eq!(view.status(), "current");
        assert_eq!(view.title(), Some("Glycémie"));
        assert_eq!(view.type_coding(), Some(coding.clone()));
        assert_eq!(view.date(), Some(NOON));
        assert_eq!(view.period(), (Some(NOON), None));
        assert_eq!(view.attachment().and_then(|a| a.size()), Some(80_000));
        assert_eq!(view.relates_to().next(), Some(("replaces", Some("DocumentReference/9"))));
        assert_eq!(unique_id(None, id), id, "normalising twice changes nothing");
    }
    let least = document_reference(&DocumentInput {
        unique_id: "1.2",
        media_type: "image/png",
        ..Default::default()
    });
    assert_eq!(validate(&least), []);
}

#[test]
fn every_actor_leaves_a_sound_audit_event() {
    let pro = Professional {
        rpps: Rpps::parse("10001045367").unwrap(),
        name: "Dr Claire Moreau".into(),
        profession: "10".into(),
        specialty: None,
        structure: "Cabinet du Port".into(),
        finess: Some("010000024".into()),
    };
    let software = Software { client_id: "lab-1".into(), organization: "Laboratoire".into(), finess: None };
    let actors = [
        Actor::Nobody,
        Actor::Citizen { person: PersonId(42), name: "Dominique".into() },
        Actor::Professional(pro),
        Actor::Software(software),
        Actor::Operator { name: "anna".into() },
        Actor::System { task: "enrolment".into() },
    ];
    let subtype = Coding::new("urn:x-carnet:act", "read", "read a document");
    for actor in &actors {
        for (purpose, outcome) in [
            (Purpose::Own, AuditOutcome::Success),
            (Purpose::Care, AuditOutcome::Refused),
            (Purpose::Emergency, AuditOutcome::Failed),
            (Purpose::CallCentre, AuditOutcome::Success),
            (Purpose::Secret, AuditOutcome::Success),
            (Purpose::Operation, AuditOutcome::Success),
        ] {
            let event = audit_event(&AuditInput {
                id: "42-b",
                when: NOON,
                actor,
                on_behalf_of: Some("Patient/43"),
                purpose,
                right: Some(Right::Code),
                action: AuditAction::Read,
                subtype: &subtype,
                outcome,
                reason: Some("not allowed"),
                patient: "Patient/42",
                entities: &[AuditEntity { reference: "DocumentReference/42-a", name: Some("Glycémie") }],
                observer: "Carnet",
            });
            assert_eq!(validate(&event), [], "{actor:?}");
            assert_eq!(event["agent"][0]["policy"][0], "urn:x-carnet:right:code");
            let secret = event["purposeOfEvent"][0]["text"] == "CONNEXION_SECRETE";
            assert_eq!(secret, purpose == Purpose::Secret);
        }
    }
}

#[test]
fn the_server_describes_itself_in_sound_fhir() {
    let smart = SmartInput {
        authorize: "https://h.example/oauth/authorize",
        token: "https://h.example/oauth/token",
        revoke: "https://h.example/oauth/revoke",
        manage: "https://h.example/apps",
        description: "Apps read what a person granted them.",
        algorithms: &["ES384"],
        scopes: &["system/DocumentReference.c"],
        capabilities: &["client-confidential-asymmetric"],
        grants: &["client_credentials"],
    };
    let search: Vec<(&str, &str)> = crate::search::Kind::DocumentReference.offered().collect();
    let resources = [ResourceCapability {
        name: "DocumentReference",
        interactions: &["read", "search-type", "create"],
        profiles: &[
            "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.DocumentReference",
        ],
        search: &search,
    }];
    let statement = capability_statement(&CapabilityInput {
        base: "https://h.example/fhir",
        version: "0.1.0",
        date: NOON,
        publisher: "Carnet",
        resources: &resources,
        interactions: &["transaction"],
        smart: Some(smart),
        guides: &["https://profiles.ihe.net/ITI/MHD/ImplementationGuide/ihe.iti.mhd"],
    });
    assert_eq!(validate(&statement), []);
    let discovery = smart_configuration(&smart);
    assert_eq!(discovery["management_endpoint"], "https://h.example/apps");
    assert!(discovery.get("issuer").is_none(), "what is not offered is not announced");
}

#[test]
fn a_provide_bundle_is_answered_entry_by_entry() {
    let order = [Part::Set, Part::Document(0), Part::Content(0), Part::Aside];
    let response = provide_response(&order, |part| Located {
        status: if part == Part::Aside { "200 OK" } else { "201 Created" },
        location: (part != Part::Aside).then(|| format!("{part:?}/1")),
        etag: Some("W/\"1\"".into()),
        last_modified: Some(NOON),
    });
    assert_eq!(validate(&response), []);
    assert_eq!(response["entry"].as_array().map(Vec::len), Some(4));
    assert_eq!(
        response["entry"][3]["response"],
        json!({"status": "200 OK", "etag": "W/\"1\"", "lastModified": NOON.to_string()})
    );
}
