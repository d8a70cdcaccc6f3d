//! What the operator reads of a pilot: documents by kind and by sender, never by person; and that large ones arrive.

use people::identity::session::Persona;
use reqwest::blocking::multipart::{Form, Part};
use synthetic::cda::{Model, Sheet};
use synthetic::mhd::Parcel;
use synthetic::{country, pdf, professionals};

use crate::harness::{Browser, Seen, World, on_both};
use crate::people_of::{enrol, laboratory, persona};

/// Adds a file in the browser, as the form does.
pub fn add(citizen: &Browser, name: &str, bytes: Vec<u8>) -> Seen {
    let form = citizen.get("/documents/add");
    let file = Part::bytes(bytes).file_name(name.to_owned()).mime_str("application/pdf").unwrap();
    let fields = Form::new()
        .text("csrf", form.guard())
        .text("kind", "DOCPAT01")
        .text("title", "")
        .text("date-day", "3")
        .text("date-month", "3")
        .text("date-year", "2026")
        .part("files", file);
    Seen::of(citizen.client.post(format!("{}/documents/add", citizen.base)).multipart(fields).send().unwrap())
}

/// How many the operator's table has of a kind.
fn counted(csv: &str, what: &str, kind: &str) -> i64 {
    let ending = format!(",{what},\"{kind}\",");
    csv.lines().filter_map(|line| line.split_once(&ending)?.1.parse::<i64>().ok()).sum()
}

/// The operator's table, after the worker's round.
pub fn figures(world: &World) -> String {
    world.worker_works();
    let csv = persona(world, &Persona::Operator("support".into())).get("/operator/enrolment.csv");
    csv.has_status(200);
    csv.text
}

#[test]
fn the_operator_counts_documents_once_each() {
    on_both(|world| {
        // Given her space and a laboratory
        let patient = country::sample_patient();
        let her = enrol(world, std::slice::from_ref(&patient))[0];
        let laboratory = laboratory(world);
        let csv = figures(world);
        assert_eq!(counted(&csv, "documents", ""), 0, "{csv}");

        // When its software deposits the same large report twice
        let author = professionals::biologist(1, 0);
        let at = world.house.clock.now().paris().datetime();
        let sheet = Sheet { seed: 1, number: 1, person: &patient, author: &author, at, version: 1 };
        let scan = pdf::padded("Bilan", &["Glucose".to_owned()], 400_000);
        let model = Model::LabReport;
        let parcel =
            Parcel { sheet: &sheet, model, bytes: &scan, media_type: "application/pdf" }.comprehensive();
        for _ in 0..2 {
            let (status, answer) = laboratory.post("/fhir", &parcel);
            assert_eq!(status, 200, "{answer}");
        }
        // And she adds the same file of her own twice
        let citizen = persona(world, &Persona::Citizen(her));
        for _ in 0..2 {
            let own = pdf::padded("Vaccins", &["Grippe".to_owned()], 200_000);
            add(&citizen, "vaccins.pdf", own).has_status(303);
        }

        // Then the operator counts each once, by kind and by sender
        let csv = figures(world);
        assert_eq!(counted(&csv, "documents", ""), 2, "{csv}");
        assert_eq!(counted(&csv, "document-type", model.code()), 1, "{csv}");
        assert_eq!(counted(&csv, "document-type", "DOCPAT01"), 1, "{csv}");
        assert_eq!(counted(&csv, "document-sender", "laboratory"), 1, "{csv}");
        assert_eq!(counted(&csv, "document-sender", "self"), 1, "{csv}");
        // And nothing in the figures names her
        assert!(!csv.contains(&patient.traits.birth_name), "{csv}");
        assert!(!csv.contains(patient.ins.matricule.as_str()), "{csv}");
    });
}
