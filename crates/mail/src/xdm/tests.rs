//! What the reader of archives promises, on archives made here.

use std::io::{Cursor, Write as _};

use jiff::civil::date;
use kernel::ins::{Authority, Claimed, Sex};
use kernel::rpps::Rpps;
use kernel::{Ins, Instant};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{
    Author, Code, Institution, Limits, PatientId, Person, SourcePatient, Submission, SubmissionSet,
    XdmDocument, open, write,
};

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn code(code: &str, system: &str) -> Code {
    Code { code: code.into(), system: system.into(), display: Some(format!("« {code} » & co")) }
}

fn patient_id() -> PatientId {
    PatientId {
        id: "279035121518989".into(),
        authority: "1.2.250.1.213.1.4.10".into(),
        ins: Some(Ins::parse("279035121518989", Authority::TestNir)),
    }
}

fn author() -> Author {
    Author {
        person: Some(Person {
            id: Some("810001045367".into()),
            family: Some("MOREAU".into()),
            given: Some("Claire".into()),
            authority: Some(Rpps::IDNPS.into()),
            rpps: Rpps::parse("10001045367"),
        }),
        institutions: vec![Institution {
            name: "Laboratoire <des> Trois-Rivières".into(),
            id: Some("1010000024".into()),
            authority: Some("1.2.250.1.71.4.2.2".into()),
        }],
        roles: vec!["Biologiste".into()],
        specialties: vec![code("G15_10/SM03", "1.2.250.1.213.1.1.4.5")],
    }
}

fn document(unique_id: &str, bytes: &[u8]) -> XdmDocument {
    XdmDocument {
        entry_uuid: format!("urn:uuid:{unique_id}"),
        unique_id: unique_id.into(),
        mime_type: "text/xml".into(),
        hash_ok: true,
        title: Some("Compte rendu d'analyses".into()),
        type_code: Some(code("11502-2", "2.16.840.1.113883.6.1")),
        class_code: Some(code("10", "1.2.250.1.213.1.1.4.1")),
        format_code: Some(code("urn:ihe:lab:xd-lab:2008", "1.3.6.1.4.1.19376.1.2.3")),
        facility_type: Some(code("SA25", "1.2.250.1.71.4.2.4")),
        practice_setting: Some(code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9")),
        event_codes: vec![code("18719-5", "2.16.840.1.113883.6.1")],
        confidentiality: vec![code("N", "2.16.840.1.113883.5.25")],
        language: Some("fr-FR".into()),
        creation_time: Some(Instant(1_772_616_600_000_000)),
        service_start: Some(Instant(1_772_519_700_000_000)),
        authors: vec![author()],
        legal_authenticator: author().person,
        patient_id: Some(patient_id()),
        source_patient_id: Some(PatientId {
            id: "IPP-1".into(),
            authority: "1.2.250.1.999.9".into(),
            ins: None,
        }),
        source_patient: SourcePatient {
            claimed: Claimed {
                birth_name: Some("PAT-TROIS".into()),
                given_names: Some("DOMINIQUE MARIE-LOUISE".into()),
                birth_date: Some(date(1979, 3, 28)),
                sex: Some(Sex::F),
                birth_place: Some("51215".into()),
            },
            used_name: Some("DURAND".into()),
        },
        availability: Some("urn:oasis:names:tc:ebxml-regrep:StatusType:Approved".into()),
        replaces: vec!["urn:uuid:older".into()],
        bytes: bytes.to_vec(),
        ..XdmDocument::default()
    }
}

fn submission() -> Submission {
    Submission {
        sets: vec![SubmissionSet {
            entry_uuid: "Set".into(),
            unique_id: Some("1.2.3.4".into()),
            source_id: Some("1.2.3".into()),
            title: Some("Envoi".into()),
            comments: None,
            content_type: Some(code("04", "1.2.250.1.213.2.2")),
            submission_time: Some(Instant(1_772_616_660_000_000)),
            patient_id: Some(patient_id()),
            authors: vec![author()],
            intended_recipients: vec!["|801^X".into()],
        }],
        documents: vec![
            document("1.1", b"<ClinicalDocument/>"),
            document("1.2", b"<ClinicalDocument a='2'/>"),
        ],
    }
}

#[test]
fn what_is_written_is_read_again() {
    let sent = submission();
    let mut received = open(&write(&sent).unwrap(), Limits::default()).unwrap();
    for (i, document) in received.documents.iter_mut().enumerate() {
        assert_eq!(document.file, format!("IHE_XDM/SUBSET01/DOC0000{}.XML", i + 1));
        assert_eq!(document.declared_hash.take().unwrap().len(), 40);
        assert_eq!(document.declared_size.take(), Some(document.bytes.len() as u64));
        document.file.clear();
    }
    assert_eq!(received, sent);
    assert_eq!(received.patient_id(), Some(&patient_id()));
}

/// The least metadata that is taken; the object's attributes and inside vary.
fn metadata(object: &str) -> String {
    format!(
        "<l:SubmitObjectsRequest xmlns:l='urn:x' xmlns='urn:y'><RegistryObjectList>{object}</RegistryObjectList></l:SubmitObjectsRequest>"
    )
}

fn object(id: &str, patient: &str, inside: &str) -> String {
    format!(
        "<ExtrinsicObject id='{id}' mimeType='text/xml'>{inside}<ExternalIdentifier identificationScheme='urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427' value='{patient}'/><ExternalIdentifier identificationScheme='urn:uuid:2E82C1F6-a085-4c72-9da3-8640a32e42ab' value='u-{id}'/></ExtrinsicObject>"
    )
}

fn slot(name: &str, value: &str) -> String {
    format!("<Slot name='{name}'><ValueList><Value> {value} </Value></ValueList></Slot>")
}

#[test]
fn damage_of_the_real_world_is_tolerated() {
    let cx = "279035121518989^^&amp;1.2.250.1.213.1.4.10&amp;ISO";
    let by_uri = metadata(&object("d", cx, &slot("uri", "Doc1.XML")));
    let by_hash = metadata(&object("d", cx, &slot("hash", "A9993E364706816ABA3E25717850C26C9CD0D89D")));
    let by_id = metadata(&object("Doc1", cx, ""));
    let no_namespace = by_uri.replace(" xmlns='urn:y'", "");
    let cases: &[(&str, &str, &str)] = &[
        ("IHE_XDM/SUBSET01/METADATA.XML", "IHE_XDM/SUBSET01/DOC1.XML", &by_uri),
        ("all/ihe_xdm/subset01/metadata.xml", "all/ihe_xdm/subset01/doc1.xml", &by_uri),
        ("IHE_XDM\\SUBSET01\\METADATA.XML", "IHE_XDM\\SUBSET01\\DOC1.XML", &by_uri),
        ("METADATA.xml", "doc1.xml", &by_uri),
        ("a/METADATA.XML", "a/other.xml", &by_hash),
        ("a/METADATA.XML", "a/DOC1.xml", &by_id),
        ("a/METADATA.XML", "a/DOC1.xml", &no_namespace),
    ];
    for (metadata, file, text) in cases {
        let zip = archive(&[(metadata, text.as_bytes()), ("README.TXT", b"hello"), (file, b"abc")]);
        let received = open(&zip, Limits::default()).unwrap();
        let [document] = &received.documents[..] else { panic!("one document") };
        assert_eq!(document.bytes, b"abc", "{metadata}");
        assert!(document.hash_ok);
        let ins = document.patient_id.as_ref().unwrap().ins.as_ref().unwrap().as_ref().unwrap();
        assert_eq!(ins.matricule, "279035121518989");
    }
}

#[test]
fn what_would_harm_is_refused() {
    let one = metadata(&object("d", "1^^^&amp;1.2&amp;ISO", &slot("URI", "d.xml")));
    let other = metadata(&format!(
        "{}{}",
        object("d", "1^^^&amp;1.2&amp;ISO", &slot("URI", "d.xml")),
        object("e", "2^^^&amp;1.2&amp;ISO", &slot("URI", "e.xml"))
    ));
    let twice = metadata(&format!(
        "{}{}",
        object("d", "1", &slot("URI", "d.xml")),
        object("e", "1", &slot("URI", "d.xml"))
    ));
    let no_id = one.replace("2E82C1F6", "00000000");
    let zeros = vec![0; 30 << 20];
    let deep = metadata(&"<a>".repeat(100_000));
    let at = |text: &str| archive(&[("METADATA.XML", text.as_bytes()), ("d.xml", b"d"), ("e.xml", b"e")]);
    let cases: &[(&str, Vec<u8>)] = &[
        ("xdm-not-zip", b"PK\x03\x04 no".to_vec()),
        ("xdm-not-zip", Vec::new()),
        ("xdm-no-metadata", archive(&[("README.TXT", b"x")])),
        ("xdm-bad-metadata", at("<a")),
        ("xdm-bad-metadata", at(&format!("<!DOCTYPE a>{one}"))),
        ("xdm-bad-metadata", at(&deep)),
        ("xdm-no-unique-id", at(&no_id)),
        ("xdm-no-file", archive(&[("METADATA.XML", one.as_bytes())])),
        ("xdm-several-patients", at(&other)),
        ("xdm-file-twice", at(&twice)),
        ("xdm-bad-name", archive(&[("../METADATA.XML", one.as_bytes())])),
        ("xdm-bad-name", archive(&[("a\\..\\..\\x", b"")])),
        ("xdm-bad-name", archive(&[("C:/x", b"")])),
        ("xdm-too-large", archive(&[("METADATA.XML", one.as_bytes()), ("d.xml", &zeros)])),
        ("xdm-too-many-entries", many_entries()),
    ];
    for (code, zip) in cases {
        let rejection = open(zip, Limits::default()).unwrap_err();
        assert_eq!(rejection.code, *code, "{rejection}");
        assert!(!rejection.message.is_empty());
    }
}

fn many_entries() -> Vec<u8> {
    let names: Vec<String> = (0..2001).map(|i| format!("f{i}")).collect();
    archive(&names.iter().map(|name| (name.as_str(), &b""[..])).collect::<Vec<_>>())
}

#[test]
fn a_mixed_up_scheme_is_corrected_by_its_name() {
    let named = |value: &str, name: &str| {
        format!(
            "<ExternalIdentifier identificationScheme='urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab' value='{value}'><Name><LocalizedString value='XDSDocumentEntry.{name}'/></Name></ExternalIdentifier>"
        )
    };
    let text = metadata(&format!(
        "<ExtrinsicObject id='d'>{}{}{}</ExtrinsicObject>",
        slot("URI", "d.xml"),
        named("1^^^&amp;1.2.3&amp;ISO", "patientId"),
        named("1.2.3.4", "uniqueId")
    ));
    let zip = archive(&[("METADATA.XML", text.as_bytes()), ("d.xml", b"abc")]);
    let received = open(&zip, Limits::default()).unwrap();
    assert_eq!(received.documents[0].unique_id, "1.2.3.4");
    assert_eq!(received.patient_id().unwrap().authority, "1.2.3");
}

#[test]
fn a_lying_hash_is_told() {
    let text = metadata(&object("d", "1", &format!("{}{}", slot("URI", "d.xml"), slot("hash", "00"))));
    let zip = archive(&[("METADATA.XML", text.as_bytes()), ("d.xml", b"abc")]);
    let received = open(&zip, Limits::default()).unwrap();
    assert!(!received.documents[0].hash_ok);
}

#[test]
fn times_are_utc_unless_they_say_otherwise() {
    for (text, expected) in [
        ("2004", "2004-01-01T00:00:00Z"),
        ("20041225235050", "2004-12-25T23:50:50Z"),
        ("20210401171000+0100", "2021-04-01T16:10:00Z"),
    ] {
        assert_eq!(super::fields::instant(text).unwrap().to_string(), expected);
    }
    for text in ["", "En fonction de la soumission", "20041325", "2004122"] {
        assert!(super::fields::instant(text).is_none(), "{text}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = open(&bytes, Limits::default());
    }

    #[test]
    fn a_damaged_archive_is_an_answer(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut zip = write(&submission()).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let at = at.index(zip.len());
        zip[at] = byte;
        let _ = open(&zip, Limits::default());
    }

    #[test]
    fn any_metadata_is_an_answer(text in "[<>a-zA-Z='/ ^|&;.~0-9-]{0,200}") {
        let whole = metadata(&object("d", "1", &slot("sourcePatientInfo", &text)));
        for text in [text, whole] {
            let zip = archive(&[("METADATA.XML", text.as_bytes()), ("d.xml", b"d")]);
            let _ = open(&zip, Limits::default());
        }
    }
}
