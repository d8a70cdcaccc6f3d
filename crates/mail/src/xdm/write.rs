//! Writes an archive in the layout of CI-SIS: one subset for each set, short upper-case names.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use quick_xml::escape::escape;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::archive::sha1;
use super::metadata::scheme;
use super::{Author, Code, Rejection, Submission, SubmissionSet, XdmDocument, fields};

/// Writes an archive. Hash, size and file names are computed; what the documents say of them is not used.
///
/// # Errors
/// `xdm-cannot-write` when the archive cannot be put together (more than a zip can hold).
pub fn write(submission: &Submission) -> Result<Vec<u8>, Rejection> {
    let failed = |error: &dyn std::fmt::Display| {
        Rejection::new("xdm-cannot-write", format!("Cannot write the archive: {error}"))
    };
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, bytes: &[u8]| -> Result<(), Rejection> {
        zip.start_file(name, SimpleFileOptions::default()).map_err(|e| failed(&e))?;
        zip.write_all(bytes).map_err(|e| failed(&e))
    };
    put(
        "README.TXT",
        b"IHE XDM: medical documents. Open INDEX.HTM, or import IHE_XDM with your software.\r\n",
    )?;
    put("INDEX.HTM", index(submission).as_bytes())?;
    for (i, set) in submission.sets.iter().enumerate() {
        let folder = format!("IHE_XDM/SUBSET{:02}", i + 1);
        let documents: Vec<(String, &XdmDocument)> = submission
            .documents
            .iter()
            .filter(|document| document.set == i)
            .enumerate()
            .map(|(n, document)| (file_name(n, document), document))
            .collect();
        put(&format!("{folder}/METADATA.XML"), metadata(set, &documents).as_bytes())?;
        for (name, document) in &documents {
            put(&format!("{folder}/{name}"), &document.bytes)?;
        }
    }
    zip.finish().map(Cursor::into_inner).map_err(|e| failed(&e))
}

fn file_name(n: usize, document: &XdmDocument) -> String {
    let ending = match document.mime_type.as_str() {
        "text/xml" | "application/xml" => "XML",
        "application/pdf" => "PDF",
        "image/jpeg" => "JPG",
        "image/tiff" => "TIF",
        "text/plain" => "TXT",
        "text/rtf" | "application/rtf" => "RTF",
        "application/dicom" => "DCM",
        _ => "BIN",
    };
    format!("DOC{:05}.{ending}", n + 1)
}

/// The page for a person without software (ITI TF-2 §3.32.4.1.2.2).
fn index(submission: &Submission) -> String {
    let mut page = String::from(
        "<!DOCTYPE html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>Documents de santé</title></head><body><h1>Documents de santé</h1><ul>",
    );
    let mut counts = vec![0; submission.sets.len()];
    for document in &submission.documents {
        let Some(count) = counts.get_mut(document.set) else { continue };
        let address = format!("IHE_XDM/SUBSET{:02}/{}", document.set + 1, file_name(*count, document));
        *count += 1;
        let title = document.title.as_deref().unwrap_or("Document");
        let _ = write!(page, "<li><a href=\"{address}\">{}</a></li>", escape(title));
    }
    page.push_str("</ul></body></html>\n");
    page
}

fn metadata(set: &SubmissionSet, documents: &[(String, &XdmDocument)]) -> String {
    let mut xml = Xml { out: String::from(HEAD), ids: 0 };
    let set_id = named(&set.entry_uuid, "SubmissionSet01");
    for (i, (name, document)) in documents.iter().enumerate() {
        xml.document(&named(&document.entry_uuid, &format!("Document{:02}", i + 1)), name, document);
    }
    xml.set(&set_id, set);
    let id = xml.next();
    let _ = write!(
        xml.out,
        "<Classification id=\"{id}\" classifiedObject=\"{}\" classificationNode=\"{}\"/>",
        escape(&set_id),
        scheme::SET
    );
    for (i, (_, document)) in documents.iter().enumerate() {
        let id = named(&document.entry_uuid, &format!("Document{:02}", i + 1));
        xml.association("urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember", &set_id, &id);
        for replaced in &document.replaces {
            xml.association("urn:ihe:iti:2007:AssociationType:RPLC", &id, replaced);
        }
    }
    xml.out.push_str("</RegistryObjectList></lcm:SubmitObjectsRequest>\n");
    xml.out
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<lcm:SubmitObjectsRequest xmlns:lcm=\"urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0\" xmlns=\"urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0\"><RegistryObjectList>";

fn named(id: &str, otherwise: &str) -> String {
    if id.is_empty() { otherwise.to_owned() } else { id.to_owned() }
}

/// The metadata being written.
struct Xml {
    out: String,
    /// How many ids were given to classifications, identifiers and associations.
    ids: usize,
}

impl Xml {
    fn next(&mut self) -> String {
        self.ids += 1;
        format!("id{:03}", self.ids)
    }

    fn document(&mut self, id: &str, file: &str, document: &XdmDocument) {
        let _ = write!(
            self.out,
            "<ExtrinsicObject id=\"{}\" objectType=\"{}\" mimeType=\"{}\" status=\"{}\">",
            escape(id),
            scheme::DOCUMENT,
            escape(&document.mime_type),
            escape(
                document
                    .availability
                    .as_deref()
                    .unwrap_or("urn:oasis:names:tc:ebxml-regrep:StatusType:Approved")
            ),
        );
        self.slot("URI", &[file.to_owned()]);
        self.slot("hash", &[sha1(&document.bytes)]);
        self.slot("size", &[document.bytes.len().to_string()]);
        for (name, at) in [
            ("creationTime", document.creation_time),
            ("serviceStartTime", document.service_start),
            ("serviceStopTime", document.service_stop),
        ] {
            self.slot(name, &at.map(fields::write_instant).into_iter().collect::<Vec<_>>());
        }
        self.slot("languageCode", document.language.as_slice());
        let signer = document.legal_authenticator.as_ref().map(fields::write_person);
        self.slot("legalAuthenticator", signer.as_slice());
        let source = document.source_patient_id.as_ref().map(fields::write_patient_id);
        self.slot("sourcePatientId", source.as_slice());
        self.slot("sourcePatientInfo", &fields::write_source_patient(&document.source_patient));
        self.localized("Name", document.title.as_deref());
        self.localized("Description", document.comments.as_deref());
        for author in &document.authors {
            self.author(id, scheme::AUTHOR, author);
        }
        for (scheme, code) in [
            (scheme::CLASS, &document.class_code),
            (scheme::FORMAT, &document.format_code),
            (scheme::FACILITY, &document.facility_type),
            (scheme::SETTING, &document.practice_setting),
            (scheme::TYPE, &document.type_code),
        ] {
            self.codes(id, scheme, code.as_slice());
        }
        self.codes(id, scheme::CONFIDENTIALITY, &document.confidentiality);
        self.codes(id, scheme::EVENT, &document.event_codes);
        let patient = document.patient_id.as_ref().map(fields::write_patient_id);
        self.identifier(id, scheme::PATIENT_ID, "XDSDocumentEntry.patientId", patient.as_deref());
        self.identifier(id, scheme::UNIQUE_ID, "XDSDocumentEntry.uniqueId", Some(&document.unique_id));
        self.out.push_str("</ExtrinsicObject>");
    }

    fn set(&mut self, id: &str, set: &SubmissionSet) {
        let _ = write!(self.out, "<RegistryPackage id=\"{}\">", escape(id));
        let time = set.submission_time.map(fields::write_instant);
        self.slot("submissionTime", time.as_slice());
        self.slot("intendedRecipient", &set.intended_recipients);
        self.localized("Name", set.title.as_deref());
        self.localized("Description", set.comments.as_deref());
        for author in &set.authors {
            self.author(id, scheme::SET_AUTHOR, author);
        }
        self.codes(id, scheme::SET_CONTENT, set.content_type.as_slice());
        let patient = set.patient_id.as_ref().map(fields::write_patient_id);
        self.identifier(id, scheme::SET_PATIENT_ID, "XDSSubmissionSet.patientId", patient.as_deref());
        self.identifier(id, scheme::SET_SOURCE_ID, "XDSSubmissionSet.sourceId", set.source_id.as_deref());
        self.identifier(id, scheme::SET_UNIQUE_ID, "XDSSubmissionSet.uniqueId", set.unique_id.as_deref());
        self.out.push_str("</RegistryPackage>");
    }

    fn slot(&mut self, name: &str, values: &[String]) {
        if values.is_empty() {
            return;
        }
        let _ = write!(self.out, "<Slot name=\"{name}\"><ValueList>");
        for value in values {
            let _ = write!(self.out, "<Value>{}</Value>", escape(value));
        }
        self.out.push_str("</ValueList></Slot>");
    }

    fn localized(&mut self, element: &str, text: Option<&str>) {
        if let Some(text) = text {
            let _ = write!(self.out, "<{element}><LocalizedString value=\"{}\"/></{element}>", escape(text));
        }
    }

    fn author(&mut self, object: &str, scheme: &str, author: &Author) {
        let id = self.next();
        let _ = write!(
            self.out,
            "<Classification id=\"{id}\" classificationScheme=\"{scheme}\" classifiedObject=\"{}\" nodeRepresentation=\"\">",
            escape(object)
        );
        let person = author.person.as_ref().map(fields::write_person);
        self.slot("authorPerson", person.as_slice());
        let institutions: Vec<String> = author.institutions.iter().map(fields::write_institution).collect();
        self.slot("authorInstitution", &institutions);
        self.slot("authorRole", &author.roles);
        let specialties: Vec<String> = author.specialties.iter().map(fields::write_specialty).collect();
        self.slot("authorSpecialty", &specialties);
        self.out.push_str("</Classification>");
    }

    fn codes(&mut self, object: &str, scheme: &str, codes: &[Code]) {
        for code in codes {
            let id = self.next();
            let _ = write!(
                self.out,
                "<Classification id=\"{id}\" classificationScheme=\"{scheme}\" classifiedObject=\"{}\" nodeRepresentation=\"{}\">",
                escape(object),
                escape(&code.code)
            );
            self.slot("codingScheme", std::slice::from_ref(&code.system));
            self.localized("Name", code.display.as_deref());
            self.out.push_str("</Classification>");
        }
    }

    fn identifier(&mut self, object: &str, scheme: &str, name: &str, value: Option<&str>) {
        let Some(value) = value else { return };
        let id = self.next();
        let _ = write!(
            self.out,
            "<ExternalIdentifier id=\"{id}\" registryObject=\"{}\" identificationScheme=\"{scheme}\" value=\"{}\">",
            escape(object),
            escape(value)
        );
        self.localized("Name", Some(name));
        self.out.push_str("</ExternalIdentifier>");
    }

    fn association(&mut self, kind: &str, source: &str, target: &str) {
        let id = self.next();
        let _ = write!(
            self.out,
            "<Association id=\"{id}\" associationType=\"{kind}\" sourceObject=\"{}\" targetObject=\"{}\"/>",
            escape(source),
            escape(target)
        );
    }
}
