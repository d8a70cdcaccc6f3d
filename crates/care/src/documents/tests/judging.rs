//! What a door says about bytes, labels and senders, case by case.

use kernel::{Actor, RefusalKind};

use super::support::{claire, her, lab, meta, simplified};
use crate::documents::model::{Author, Media, Meta, Security, Source, Status};
use crate::documents::{prepare, rules};

/// A PNG's first bytes, with this size.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend_from_slice(&width.to_be_bytes());
    bytes.extend_from_slice(&height.to_be_bytes());
    bytes.extend_from_slice(&[8, 2, 0, 0, 0]);
    bytes
}

/// A JPEG's first bytes: an APP0 segment, then a start of frame with this size.
fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 17, 8];
    bytes.extend_from_slice(&height.to_be_bytes());
    bytes.extend_from_slice(&width.to_be_bytes());
    bytes
}

#[test]
fn bytes_are_told_by_looking_at_them() {
    let mut dicom = vec![0; 128];
    dicom.extend_from_slice(b"DICM\x02\0");
    let cases: Vec<(&[u8], Option<Media>)> = vec![
        (b"%PDF-1.4\n", Some(Media::Pdf)),
        (b"\xFF\xD8\xFF\xE0", Some(Media::Jpeg)),
        (b"II*\0", Some(Media::Tiff)),
        (b"MM\0*", Some(Media::Tiff)),
        (b"{\\rtf1", Some(Media::Rtf)),
        (&dicom, Some(Media::Dicom)),
        (b"<ClinicalDocument xmlns='urn:hl7-org:v3'/>", Some(Media::Cda)),
        (
            b"\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- a > b --><?xml-stylesheet x?><n:ClinicalDocument/>",
            Some(Media::Cda),
        ),
        (b"<xsl:stylesheet><n:ClinicalDocument/></xsl:stylesheet>", Some(Media::Cda)),
        (b"<xsl:stylesheet/>", None),
        (b"<html><ClinicalDocument/></html>", None),
        (b"<?xml version='1.0'?>", None),
        (b"<!DOCTYPE ClinicalDocument><ClinicalDocument/>", None),
        (b"{\"resourceType\": \"Bundle\"}", Some(Media::FhirJson)),
        ("Tension 12/8, pouls 70 – à revoir".as_bytes(), Some(Media::Text)),
        (b"MZ\x90\0\x03", None),
        (b"PK\x03\x04", None),
        (b"abc\0def", None),
        (b"\xC3", None),
        (b"", None),
    ];
    for (bytes, media) in cases {
        assert_eq!(rules::sniff(bytes), media, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn content_is_refused_for_what_is_wrong_with_it() {
    type Case<'a> = (Vec<u8>, Option<&'a str>, Result<Media, &'a str>);
    let cases: Vec<Case<'_>> = vec![
        (b"%PDF-1.4".to_vec(), Some("application/pdf"), Ok(Media::Pdf)),
        (b"%PDF-1.4".to_vec(), Some("Application/PDF; version=1.4"), Ok(Media::Pdf)),
        (b"%PDF-1.4".to_vec(), Some("image/png"), Err("media-type-mismatch")),
        (b"%PDF-1.4".to_vec(), None, Ok(Media::Pdf)),
        (b"MZ".to_vec(), Some("application/pdf"), Ok(Media::Text).and(Err("media-type-mismatch"))),
        (b"MZ\0".to_vec(), Some("application/pdf"), Err("media-type-unknown")),
        (Vec::new(), None, Err("document-empty")),
        (png(100, 200), Some("image/png"), Ok(Media::Png)),
        (png(0, 200), None, Err("picture-damaged")),
        (png(60_000, 2), None, Err("picture-too-large")),
        (png(20_000, 20_000), None, Err("picture-too-large")),
        (b"\x89PNG\r\n\x1a\n".to_vec(), None, Err("picture-damaged")),
        (jpeg(4000, 3000), Some("image/jpg"), Ok(Media::Jpeg)),
        (jpeg(4000, 3000)[..12].to_vec(), None, Err("picture-damaged")),
    ];
    for (bytes, declared, expected) in cases {
        let said = rules::check_content(&bytes, declared, "x").map_err(|refusal| refusal.code());
        assert_eq!(said, expected, "{declared:?} {:?}", String::from_utf8_lossy(&bytes));
    }
    let mut large = b"%PDF-1.4".to_vec();
    large.resize(rules::MAX_CONTENT + 1, b' ');
    let refusal = rules::check_content(&large, None, "x").unwrap_err();
    assert_eq!((refusal.code(), refusal.kind), ("document-too-large", RefusalKind::TooLarge));
}

#[test]
fn labels_must_leave_somebody_who_may_read() {
    for (masked, invisible_to_patient, fits) in
        [(false, false, true), (true, false, true), (false, true, true), (true, true, false)]
    {
        let security = Security { masked, invisible_to_patient, ..Security::default() };
        assert_eq!(rules::check_security(security, "x").is_ok(), fits);
    }
}

#[test]
fn only_the_sender_or_author_may_replace() {
    let mut of_clinic = meta(1, lab("a").actor);
    of_clinic.facts.authors = vec![Author {
        rpps: Some(claire().rpps.as_str().to_owned()),
        organization_id: Some("750100125".into()),
        ..Author::default()
    }]
    .into();
    let mut own = meta(2, her().actor);
    own.facts.source = Source::Upload;
    let with_finess = |client: &str, finess: &str| match lab(client).actor {
        Actor::Software(software) => {
            Actor::Software(kernel::Software { finess: Some(finess.into()), ..software })
        }
        other => other,
    };
    for (actor, target, may) in [
        (lab("a").actor, &of_clinic, true),
        (lab("b").actor, &of_clinic, false),
        (with_finess("b", "750100125"), &of_clinic, true),
        (with_finess("b", "010000024"), &of_clinic, false),
        (Actor::Professional(claire()), &of_clinic, true),
        (Actor::Professional(claire()), &own, false),
        (her().actor, &own, true),
        (her().actor, &of_clinic, false),
        (lab("a").actor, &own, false),
        (Actor::Nobody, &own, false),
    ] {
        assert_eq!(rules::is_of_sender(&actor, target), may, "{actor:?} {}", target.entry);
    }
}

#[test]
fn a_replacement_needs_a_standing_document_of_the_same_sender() {
    let current = meta(1, lab("a").actor);
    let superseded = Meta { status: Status::Superseded, ..current.clone() };
    let code = |actor: &Actor, target| rules::check_replacement(actor, target, "x").map_err(|r| r.code());
    assert_eq!(code(&lab("a").actor, Some(&current)), Ok(()));
    assert_eq!(code(&lab("a").actor, None), Err("replaced-unknown"));
    assert_eq!(code(&lab("a").actor, Some(&superseded)), Err("replaced-not-current"));
    // A stranger is not told that it was replaced.
    assert_eq!(code(&lab("b").actor, Some(&superseded)), Err("replaced-unknown"));
}

#[test]
fn declared_size_and_hash_must_be_those_of_the_bytes() {
    // SHA-1 of "abc" (FIPS 180-4).
    for (size, sha1, code) in [
        (Some(3), Some("qZk+NkcGgWq6PiVxeFDCbJzQ2J0="), None),
        (None, Some("A9993E364706816ABA3E25717850C26C9CD0D89D"), None),
        (Some(4), None, Some("size-mismatch")),
        (None, Some("qZk+NkcGgWq6PiVxeFDCbJzQ2J1="), Some("hash-mismatch")),
    ] {
        let said = rules::check_declared(b"abc", size, sha1, "x").err().map(|refusal| refusal.code());
        assert_eq!(said, code, "{size:?} {sha1:?}");
    }
}

#[test]
fn a_submission_is_judged_before_any_transaction() {
    use serde_json::json;
    let pdf = b"%PDF-1.4 x";
    let labels = |codes: &[&str]| {
        let all: Vec<_> = codes.iter().map(|code| json!({"coding": [{"code": code}]})).collect();
        json!({"securityLabel": all})
    };
    let cda = super::support::cda("A", "x");
    let other_patient =
        String::from_utf8(cda.clone()).unwrap().replace("279035121518989", "289057545611473").into_bytes();
    for (content_type, bytes, more, code) in [
        ("application/pdf", &pdf[..], json!({}), None),
        ("image/png", &pdf[..], json!({}), Some("media-type-mismatch")),
        ("text/xml", &cda[..], json!({}), None),
        ("application/xml", &other_patient[..], json!({}), Some("ins-differs")),
        ("text/xml", b"<ClinicalDocument/>", json!({}), Some("cda-namespace")),
        ("application/pdf", &pdf[..], labels(&["N", "MASQUE_PS"]), None),
        (
            "application/pdf",
            &pdf[..],
            labels(&["INVISIBLE_PATIENT", "MASQUE_PS"]),
            Some("labels-exclude-everybody"),
        ),
        ("application/pdf", &pdf[..], json!({"subject": {"reference": "Patient/42"}}), Some("ins-missing")),
        (
            "application/pdf",
            &pdf[..],
            json!({"subject": {"identifier": {"system": "urn:oid:1.2.250.1.213.1.4.8", "value": "279035121518988"}}}),
            Some("ins-invalid"),
        ),
    ] {
        let resource = simplified("urn:oid:1.2.3", content_type, bytes, &more);
        let submission = fhir::mhd::read_simplified(&resource).unwrap();
        let said = prepare::submission(submission, None).err().map(|refusal| refusal.code());
        if code == Some("cda-namespace") {
            assert!(said.is_some_and(|said| said.starts_with("cda-")), "{said:?}");
        } else {
            assert_eq!(said, code, "{content_type} {more}");
        }
    }
}
