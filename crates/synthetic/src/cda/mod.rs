//! CDA R2 documents as French software sends them (CI-SIS, minimal structure; models named per function).
//!
//! Each generator returns a [`Sheet`]'s document as XML. Contents are plausible and random: nobody was ever ill
//! of them.

mod body;
mod header;
mod lab;

use jiff::civil::DateTime;

use crate::country::Person;
use crate::professionals::Practitioner;

/// What every document needs for its header.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// What contents are drawn from; also makes the document's unique id.
    pub seed: u64,
    /// Number of the document in its country: two documents of one seed never share an id.
    pub number: u64,
    /// Whom it is about.
    pub person: &'a Person,
    /// Who wrote it.
    pub author: &'a Practitioner,
    /// When, on a clock in Paris.
    pub at: DateTime,
    /// Version of the document, from 1; version *n* replaces version *n*−1.
    pub version: u32,
}

/// What a document is: its code, title and template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Laboratory report (BIO-CR-BIO).
    LabReport,
    /// Consultation report.
    Consultation,
    /// Prescription of medicines (eP-MED-DM).
    Prescription,
    /// Imaging report (IMG-CR-IMG).
    Imaging,
    /// Vaccination note (VAC-NOTE).
    Vaccination,
}

impl Model {
    /// All models.
    pub const ALL: [Self; 5] =
        [Self::LabReport, Self::Consultation, Self::Prescription, Self::Imaging, Self::Vaccination];

    /// LOINC code (JDV_J07).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::LabReport => "11502-2",
            Self::Consultation => "11488-4",
            Self::Prescription => "57833-6",
            Self::Imaging => "18748-4",
            Self::Vaccination => "87273-9",
        }
    }

    /// Title, as on paper.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::LabReport => "Compte rendu d'examens biologiques",
            Self::Consultation => "Compte rendu de consultation",
            Self::Prescription => "Prescription de médicaments",
            Self::Imaging => "Compte rendu d'imagerie",
            Self::Vaccination => "Note de vaccination",
        }
    }

    /// Class of the document (TRE_A03; ASS_X16 fixes it by type).
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::LabReport | Self::Consultation => "10",
            Self::Prescription => "42",
            Self::Imaging => "31",
            Self::Vaccination => "52",
        }
    }

    /// Format of the document (JDV_J10).
    #[must_use]
    pub fn format(self) -> &'static str {
        match self {
            Self::LabReport => "urn:ihe:lab:xd-lab:2008",
            Self::Consultation => "urn:asip:ci-sis:modelesHorsProfils:2011",
            Self::Prescription => "urn:ihe:pharm:pre:2010",
            Self::Imaging => "urn:ihe:rad:CDA:ImagingReportStructuredHeadings:2013",
            Self::Vaccination => "urn:asip:ci-sis:vac-note:2021",
        }
    }

    fn template(self) -> (&'static str, &'static str) {
        match self {
            Self::LabReport => ("1.2.250.1.213.1.1.1.55", "2024.01"),
            Self::Consultation => ("1.2.250.1.213.1.1.1.1", ""),
            Self::Prescription => ("1.2.250.1.213.1.1.1.39", "2024.01"),
            Self::Imaging => ("1.2.250.1.213.1.1.1.45", "2024.01"),
            Self::Vaccination => ("1.2.250.1.213.1.1.1.46", "2023.01"),
        }
    }
}

impl Sheet<'_> {
    /// The unique id of this version: an OID under `2.25` (a UUID as one number; ITU-T X.667).
    #[must_use]
    pub fn unique_id(&self) -> String {
        self.oid(u64::from(self.version))
    }

    /// The id that all versions share.
    #[must_use]
    pub fn set_id(&self) -> String {
        self.oid(0)
    }

    fn oid(&self, version: u64) -> String {
        let high = u128::from(self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1) << 64;
        format!("2.25.{}", high + (u128::from(self.number) << 12) + u128::from(version & 0xFFF))
    }

    /// A short lab report of about 6 kB: header, one table of five results, coded entries for three of them.
    #[must_use]
    pub fn brief_lab_report(&self) -> String {
        header::document(self, Model::LabReport, &lab::body(self, 5, 3, None))
    }

    /// A full lab report: every panel with coded entries and, when given, a copy as PDF.
    #[must_use]
    pub fn lab_report(&self, pdf: Option<&[u8]>) -> String {
        header::document(self, Model::LabReport, &lab::body(self, usize::MAX, usize::MAX, pdf))
    }

    /// A document of this model, with everything it can hold.
    #[must_use]
    pub fn write(&self, model: Model) -> String {
        let body = match model {
            Model::LabReport => return self.lab_report(None),
            Model::Consultation => body::consultation(self),
            Model::Prescription => body::prescription(self),
            Model::Imaging => body::imaging(self),
            Model::Vaccination => body::vaccination(self),
        };
        header::document(self, model, &body)
    }

    /// A document without structure: the model's header around a PDF (CDA level 1).
    #[must_use]
    pub fn wrapped_pdf(&self, model: Model, pdf: &[u8]) -> String {
        let body = format!(
            r#"<nonXMLBody><text mediaType="application/pdf" representation="B64">{}</text></nonXMLBody>"#,
            b64(pdf)
        );
        header::document(self, model, &body)
    }
}

fn b64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Text for XML element and attribute content.
fn esc(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// An HL7 time stamp. Paris is an hour ahead of UTC in winter and two in summer; close enough to the real dates of
/// change for papers that do not exist.
fn stamp(at: DateTime) -> String {
    let offset = if (4..=10).contains(&at.month()) { "+0200" } else { "+0100" };
    format!("{}{offset}", at.strftime("%Y%m%d%H%M%S"))
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;
    use crate::{country, professionals};

    fn check(xml: &str) -> roxmltree::Document<'_> {
        roxmltree::Document::parse(xml).unwrap()
    }

    #[test]
    fn every_model_is_well_formed_and_names_its_patient() {
        let author = professionals::doctor(1, 1);
        for (number, person) in country::Country::new(1, date(2026, 11, 22)).people().take(40).enumerate() {
            let sheet = Sheet {
                seed: 1,
                number: number as u64,
                person: &person,
                author: &author,
                at: datetime(2026, 3, 4, 9, 30, 0, 0),
                version: 1,
            };
            for model in Model::ALL {
                let xml = sheet.write(model);
                let document = check(&xml);
                let ids: Vec<_> = document.descendants().filter_map(|n| n.attribute("extension")).collect();
                assert!(ids.contains(&person.ins.matricule.as_str()));
                let code =
                    document.root_element().children().find(|n| n.has_tag_name(("urn:hl7-org:v3", "code")));
                assert_eq!(code.and_then(|n| n.attribute("code")), Some(model.code()));
            }
        }
    }

    #[test]
    fn the_brief_report_weighs_about_six_kilobytes() {
        let person = country::sample_patient();
        let author = professionals::biologist(1, 0);
        for number in 0..50 {
            let at = datetime(2026, 3, 4, 9, 30, 0, 0);
            let sheet = Sheet { seed: 1, number, person: &person, author: &author, at, version: 1 };
            let size = sheet.brief_lab_report().len();
            assert!((5_000..7_000).contains(&size), "{size}");
        }
    }

    #[test]
    fn ids_differ_by_number_and_version() {
        let person = country::sample_patient();
        let author = professionals::biologist(1, 0);
        let at = datetime(2026, 3, 4, 9, 30, 0, 0);
        let one = Sheet { seed: 1, number: 4, person: &person, author: &author, at, version: 1 };
        let two = Sheet { version: 2, ..one };
        let other = Sheet { number: 5, ..one };
        assert_eq!(one.set_id(), two.set_id());
        assert_ne!(one.unique_id(), two.unique_id());
        assert_ne!(one.set_id(), other.set_id());
        assert!(one.unique_id().len() <= 64);
    }

    #[test]
    fn a_copy_as_pdf_travels_inside() {
        let person = country::sample_patient();
        let author = professionals::biologist(1, 0);
        let at = datetime(2026, 3, 4, 9, 30, 0, 0);
        let sheet = Sheet { seed: 1, number: 4, person: &person, author: &author, at, version: 1 };
        let xml = sheet.lab_report(Some(b"%PDF-1.7 hello"));
        let document = check(&xml);
        let media =
            document.descendants().find(|n| n.has_tag_name(("urn:hl7-org:v3", "observationMedia"))).unwrap();
        assert!(media.descendants().any(|n| n.text() == Some("JVBERi0xLjcgaGVsbG8=")));
        check(&sheet.wrapped_pdf(Model::Consultation, b"%PDF-1.7"));
    }
}
