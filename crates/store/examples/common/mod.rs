//! Generated samples of what spaces hold: lines, resources, documents, identities. Nobody's data.
#![allow(dead_code, reason = "each tool uses its share")]

use kernel::rpps::Rpps;
use kernel::{Actor, Chance, PersonId, Professional, Purpose, Software};
use serde_json::json;
use store::{Line, Outcome};

const SURNAMES: &[&str] = &[
    "Martin",
    "Bernard",
    "Thomas",
    "Petit",
    "Robert",
    "Richard",
    "Durand",
    "Dubois",
    "Moreau",
    "Laurent",
    "Simon",
    "Michel",
    "Lefebvre",
    "Leroy",
    "Roux",
    "David",
    "Bertrand",
    "Morel",
    "Fournier",
    "Girard",
    "Bonnet",
    "Dupont",
    "Lambert",
    "Fontaine",
    "Rousseau",
    "Vincent",
    "Muller",
    "Lefèvre",
    "Faure",
    "André",
    "Mercier",
    "Blanc",
    "Guérin",
    "Boyer",
    "Garnier",
    "Chevalier",
    "François",
    "Legrand",
    "Gauthier",
    "Garcia",
];
const GIVEN: &[&str] = &[
    "Marie",
    "Jean",
    "Camille",
    "Nathalie",
    "Michel",
    "Isabelle",
    "Philippe",
    "Sylvie",
    "Alain",
    "Catherine",
    "Léa",
    "Louis",
    "Emma",
    "Gabriel",
    "Jade",
    "Raphaël",
    "Louise",
    "Arthur",
    "Alice",
    "Jules",
    "Chloé",
    "Adam",
    "Inès",
    "Hugo",
    "Zoé",
    "Lucas",
    "Éléonore",
    "Noé",
    "Anaïs",
    "Théo",
];
const CITIES: &[(&str, &str)] = &[
    ("75011", "PARIS"),
    ("69003", "LYON"),
    ("13006", "MARSEILLE"),
    ("31000", "TOULOUSE"),
    ("44000", "NANTES"),
    ("67000", "STRASBOURG"),
    ("35000", "RENNES"),
    ("59000", "LILLE"),
    ("33000", "BORDEAUX"),
    ("2A004", "AJACCIO"),
];
const TYPES: &[(&str, &str, &str, &str)] = &[
    ("11502-2", "CR d'examens biologiques", "11", "Compte rendu"),
    ("11488-4", "CR de consultation", "11", "Compte rendu"),
    ("34112-3", "CR hospitalier", "11", "Compte rendu"),
    ("57833-6", "Prescription de médicaments", "42", "Prescription"),
    ("18748-4", "CR d'imagerie médicale", "11", "Compte rendu"),
    ("60591-5", "Synthèse médicale", "10", "Synthèse"),
    ("11369-6", "Historique de vaccinations", "10", "Synthèse"),
    ("11490-0", "Lettre de liaison à la sortie", "11", "Compte rendu"),
];
const ANALYTES: &[(&str, &str, &str)] = &[
    ("14749-6", "Glucose", "mmol/L"),
    ("2160-0", "Créatinine", "umol/L"),
    ("718-7", "Hémoglobine", "g/dL"),
    ("6690-2", "Leucocytes", "10*9/L"),
    ("777-3", "Plaquettes", "10*9/L"),
    ("3016-3", "TSH", "mUI/L"),
    ("2085-9", "Cholestérol HDL", "mmol/L"),
    ("1988-5", "CRP", "mg/L"),
    ("4548-4", "HbA1c", "%"),
];

/// A source of samples that repeats for the same seed.
pub(crate) struct Samples(Chance);

impl Samples {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Chance::seeded(seed))
    }

    pub(crate) fn below(&self, n: u64) -> u64 {
        self.0.u64() % n
    }

    fn pick<'a, T>(&self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    fn moment(&self) -> String {
        format!(
            "202{}-{:02}-{:02}T{:02}:{:02}:{:02}+0{}:00",
            3 + self.below(4),
            1 + self.below(12),
            1 + self.below(28),
            7 + self.below(13),
            self.below(60),
            self.below(60),
            1 + self.below(2)
        )
    }

    fn rpps(&self) -> String {
        let stem = format!("10{:08}", self.below(100_000_000));
        (0..10).map(|digit| format!("{stem}{digit}")).find(|n| Rpps::parse(n).is_some()).unwrap_or_default()
    }

    fn doctor(&self) -> (String, String) {
        (self.pick(GIVEN).to_string(), self.pick(SURNAMES).to_string())
    }

    fn uuid(&self) -> String {
        let (a, b) = (self.0.u64(), self.0.u64());
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            a >> 32,
            a >> 16 & 0xffff,
            a & 0xfff,
            b >> 52,
            b & 0xffff_ffff_ffff
        )
    }

    /// A journal line.
    pub(crate) fn line(&self) -> Line {
        let (given, name) = self.doctor();
        let laboratory = format!("Laboratoire {}", self.pick(SURNAMES));
        let finess = Some(format!("{:09}", self.below(1_000_000_000)));
        let actor = match self.below(4) {
            0 | 1 => Actor::Software(Software {
                client_id: format!("lab-{}", self.below(1000)),
                organization: laboratory,
                finess,
            }),
            2 => Actor::Citizen {
                person: PersonId(self.below(70_000_000) as i64),
                name: format!("{given} {name}"),
            },
            _ => Actor::Professional(Professional {
                rpps: Rpps::parse(&self.rpps()).expect("made to pass"),
                name: format!("Dr {given} {name}"),
                profession: "10".to_owned(),
                specialty: Some(format!("SM{:02}", self.below(60))),
                structure: format!("Cabinet du Dr {name}"),
                finess,
            }),
        };
        let purpose = if matches!(actor, Actor::Citizen { .. }) { Purpose::Own } else { Purpose::Care };
        let outcome =
            if self.below(30) == 0 { Outcome::Refused("not-allowed".to_owned()) } else { Outcome::Done };
        let about = (self.below(2) == 0).then(|| self.pick(TYPES).0.to_owned());
        let touched = if self.below(5) == 0 { self.below(20) } else { 0 };
        let entries = (0..touched).map(|_| (self.0.u64() >> 1) as i64).collect();
        let request_id = self.0.u64();
        let (on_behalf_of, right, reason) = (None, None, None);
        Line { actor, on_behalf_of, purpose, right, outcome, request_id, reason, about, entries }
    }

    /// A DocumentReference as MHD and the French PDSm profile have it, or another resource of a record.
    pub(crate) fn resource(&self) -> Vec<u8> {
        match self.below(5) {
            0 => self.observation(),
            _ => self.document_reference(),
        }
        .to_string()
        .into_bytes()
    }

    fn document_reference(&self) -> serde_json::Value {
        let (code, display, class, class_name) = *self.pick(TYPES);
        let (given, name) = self.doctor();
        let moment = self.moment();
        let xml = self.below(2) == 0;
        let oid =
            format!("1.2.250.1.213.1.1.1.{}.{}.{}", self.below(99), self.below(9999), self.below(99_999));
        let matricule = format!(
            "{}{:02}{:02}{:010}",
            1 + self.below(2),
            self.below(100),
            1 + self.below(12),
            self.below(10_000_000_000)
        );
        json!({
            "resourceType": "DocumentReference",
            "meta": {"profile": [if self.below(2) == 0 {
                "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference"
            } else { "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.DocumentReference" }]},
            "contained": [
                {"resourceType": "Practitioner", "id": "author",
                 "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": format!("8{}", self.rpps())}],
                 "name": [{"family": name.to_uppercase(), "given": [given], "prefix": ["DR"]}]},
                {"resourceType": "Organization", "id": "org",
                 "identifier": [{"system": "https://finess.esante.gouv.fr", "value": format!("{:09}", self.below(1_000_000_000))}],
                 "name": format!("Laboratoire {}", self.pick(SURNAMES))}],
            "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": format!("urn:oid:{oid}")},
            "identifier": [{"system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{}", self.uuid())}],
            "status": "current",
            "type": {"coding": [{"system": "http://loinc.org", "code": code, "display": display}]},
            "category": [{"coding": [{"system": "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument", "code": class, "display": class_name}]}],
            "subject": {"reference": format!("Patient?identifier=urn:oid:1.2.250.1.213.1.4.8|{matricule}"),
                        "identifier": {"system": "urn:oid:1.2.250.1.213.1.4.8", "value": matricule}},
            "date": moment,
            "author": [{"reference": "#author"}, {"reference": "#org"}],
            "authenticator": {"reference": "#author"},
            "description": display,
            "securityLabel": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N", "display": "normal"}]}],
            "content": [{"attachment": {
                "contentType": if xml { "text/xml" } else { "application/pdf" }, "language": "fr-FR",
                "url": format!("Binary/{}-{}", self.below(70_000_000), self.uuid().get(..13).unwrap_or_default()),
                "size": 2000 + self.below(90_000),
                "hash": data_encoding::BASE64.encode(&self.0.secret::<20>()),
                "title": display, "creation": moment},
              "format": {"system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
                "code": if xml { "urn:ihe:lab:xd-lab:2008" } else { "urn:ihe:iti:xds:2017:mimeTypeSufficient" },
                "display": if xml { "XD-Lab" } else { "mimeType Sufficient" }}}],
            "context": {"event": [{"coding": [{"system": "http://loinc.org", "code": self.pick(ANALYTES).0}]}],
                "period": {"start": moment, "end": moment},
                "facilityType": {"coding": [{"system": "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite", "code": "SA25", "display": "Laboratoire de biologie médicale"}]},
                "practiceSetting": {"coding": [{"system": "https://mos.esante.gouv.fr/NOS/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice", "code": "AMBULATOIRE", "display": "Ambulatoire"}]},
                "sourcePatientInfo": {"reference": "#patient"}}
        })
    }

    fn observation(&self) -> serde_json::Value {
        let (code, display, unit) = *self.pick(ANALYTES);
        let moment = self.moment();
        json!({
            "resourceType": "Observation", "status": "final",
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory", "display": "Laboratory"}]}],
            "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": display}], "text": display},
            "subject": {"reference": format!("Patient/{}", self.below(70_000_000))},
            "effectiveDateTime": moment, "issued": moment,
            "performer": [{"display": format!("Laboratoire {}", self.pick(SURNAMES))}],
            "valueQuantity": {"value": self.below(1000) as f64 / 10.0, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
            "referenceRange": [{"low": {"value": 1, "unit": unit}, "high": {"value": 9, "unit": unit}}]
        })
    }

    /// A laboratory report as CDA R2, about `results` × 0.7 kB and 4 kB of header.
    pub(crate) fn cda(&self, results: u64) -> Vec<u8> {
        let ((given, name), (doctor, family)) = (self.doctor(), self.doctor());
        let (postal, city) = *self.pick(CITIES);
        let (code, display, ..) = *self.pick(TYPES);
        let moment = self.moment().replace(['-', ':', 'T'], "");
        let lab = self.pick(SURNAMES);
        let (rows, entries): (Vec<_>, Vec<_>) = (0..results).map(|_| self.result(&moment)).unzip();
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:lab="urn:oid:1.3.6.1.4.1.19376.1.3.2">
<realmCode code="FR"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<templateId root="2.16.840.1.113883.2.8.2.1"/><templateId root="1.2.250.1.213.1.1.1.1"/><templateId root="1.3.6.1.4.1.19376.1.3.3"/><templateId root="1.2.250.1.213.1.1.1.55"/>
<id root="1.2.250.1.213.1.1.1.55.{id}"/><code code="{code}" displayName="{display}" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/>
<title>{display}</title><effectiveTime value="{moment}"/>
<confidentialityCode code="N" displayName="Normal" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="fr-FR"/>
<setId root="1.2.250.1.213.1.1.1.55.{id}"/><versionNumber value="1"/>
<recordTarget><patientRole><id extension="{ins}" root="1.2.250.1.213.1.4.8"/>
<addr use="H"><houseNumber>{number}</houseNumber><streetName>Rue de la République</streetName><postalCode>{postal}</postalCode><city>{city}</city><country>FRANCE</country></addr>
<telecom value="tel:06{phone:08}" use="MC"/>
<patient classCode="PSN"><name><family qualifier="BR">{up}</family><given>{given}</given><given qualifier="BR">{given}</given><family qualifier="CL">{up}</family><given qualifier="CL">{given}</given></name>
<administrativeGenderCode code="F" displayName="Féminin" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19{year:02}0{month}1{day}"/>
<birthplace><place><addr><county>{postal}</county><city>{city}</city></addr></place></birthplace></patient></patientRole></recordTarget>
<author><time value="{moment}"/><assignedAuthor><id root="1.2.250.1.71.4.2.1" extension="8{rpps}"/><code code="G15_10/SM03" displayName="Médecin - Biologie médicale (SM)" codeSystem="1.2.250.1.213.1.1.4.5"/>
<telecom value="tel:01{phone:08}" use="WP"/><assignedPerson><name><family>{family}</family><given>{doctor}</given><prefix>DR</prefix></name></assignedPerson>
<representedOrganization><id root="1.2.250.1.71.4.2.2" extension="1{finess:09}"/><name>Laboratoire {lab}</name><standardIndustryClassCode code="AMBULATOIRE" displayName="Ambulatoire" codeSystem="1.2.250.1.213.1.1.4.9"/></representedOrganization></assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization><id root="1.2.250.1.71.4.2.2" extension="1{finess:09}"/><name>Laboratoire {lab}</name></representedCustodianOrganization></assignedCustodian></custodian>
<legalAuthenticator><time value="{moment}"/><signatureCode code="S"/><assignedEntity><id root="1.2.250.1.71.4.2.1" extension="8{rpps}"/><assignedPerson><name><family>{family}</family><given>{doctor}</given><prefix>DR</prefix></name></assignedPerson></assignedEntity></legalAuthenticator>
<documentationOf><serviceEvent><code code="11502-2" displayName="CR d'examens biologiques" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/><effectiveTime><low value="{moment}"/><high value="{moment}"/></effectiveTime><performer typeCode="PRF"><assignedEntity><id root="1.2.250.1.71.4.2.1" extension="8{rpps}"/></assignedEntity></performer></serviceEvent></documentationOf>
<component><structuredBody><component><section><templateId root="1.3.6.1.4.1.19376.1.3.3.2.1"/><code code="18719-5" displayName="Biochimie" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/><title>Biochimie</title>
<text><table border="0"><thead><tr><th>Examen</th><th>Résultat</th><th>Unité</th><th>Intervalle de référence</th></tr></thead><tbody>{rows}</tbody></table></text>
<entry typeCode="DRIV"><templateId root="1.3.6.1.4.1.19376.1.3.1"/><act classCode="ACT" moodCode="EVN"><code code="18719-5" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/>{entries}</act></entry></section></component></structuredBody></component></ClinicalDocument>
"#,
            id = self.below(1_000_000_000), ins = self.below(100_000_000_000_000) + 100_000_000_000_000,
            number = 1 + self.below(150), phone = self.below(100_000_000), up = name.to_uppercase(),
            year = self.below(100), month = 1 + self.below(9), day = self.below(10), rpps = self.rpps(),
            finess = self.below(1_000_000_000), rows = rows.concat(), entries = entries.concat(),
        )
        .into_bytes()
    }

    fn result(&self, moment: &str) -> (String, String) {
        let (code, display, unit) = *self.pick(ANALYTES);
        let (value, n) = (self.below(2000) as f64 / 10.0, self.below(100_000));
        (
            format!(
                r#"<tr ID="r{n}"><td>{display}</td><td>{value}</td><td>{unit}</td><td>[ 4 - 9 ]</td></tr>"#
            ),
            format!(
                r##"<entryRelationship typeCode="COMP"><observation classCode="OBS" moodCode="EVN"><templateId root="1.3.6.1.4.1.19376.1.3.1.6"/><id root="{}"/><code code="{code}" displayName="{display}" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"><originalText><reference value="#r{n}"/></originalText></code><statusCode code="completed"/><effectiveTime value="{moment}"/><value xsi:type="PQ" value="{value}" unit="{unit}"/><interpretationCode code="N" codeSystem="2.16.840.1.113883.5.83"/></observation></entryRelationship>"##,
                self.uuid()
            ),
        )
    }

    /// An identity as the person's row seals it.
    pub(crate) fn identity(&self) -> Vec<u8> {
        let (given, name) = self.doctor();
        let (postal, city) = *self.pick(CITIES);
        let matricule = format!("{:015}", 100_000_000_000_000 + self.below(200_000_000_000_000));
        json!({
            "ins": {"matricule": matricule, "oid": "1.2.250.1.213.1.4.8"},
            "traits": {"birth_name": name.to_uppercase(), "given_names": given.to_uppercase(), "sex": if self.below(2) == 0 { "F" } else { "M" },
                "birth_date": format!("{}-{:02}-{:02}", 1930 + self.below(96), 1 + self.below(12), 1 + self.below(28)), "birth_place": postal},
            "used_name": name, "used_given": given,
            "contact": {"email": format!("{}.{}@example.fr", given.to_lowercase(), name.to_lowercase()), "phone": format!("06{:08}", self.below(100_000_000)),
                "address_lines": [format!("{} rue Victor Hugo", 1 + self.below(150)), format!("{postal} {city}")]},
            "representatives": [], "death": null, "scheme": "CPAM", "department": &postal[..2]
        })
        .to_string()
        .into_bytes()
    }
}
