//! The main job over HTTP: a laboratory's software deposits a report; she finds it and reads it; a doctor she has not
//! allowed is refused, one she has allowed reads it; she sees both in her journal.

use people::identity::session::Persona;
use serde_json::Value;
use synthetic::cda::{Model, Sheet};
use synthetic::mhd::Parcel;
use synthetic::{country, professionals};

use crate::harness::{World, on_both};
use crate::people_of::{enrol, laboratory, persona, register};

fn report(world: &World, version: u32) -> Value {
    let person = country::sample_patient();
    let author = professionals::biologist(1, 0);
    let at = world.house.clock.now().paris().datetime();
    let sheet = Sheet { seed: 1, number: 1, person: &person, author: &author, at, version };
    let cda = sheet.lab_report(None);
    Parcel { sheet: &sheet, model: Model::LabReport, bytes: cda.as_bytes(), media_type: "text/xml" }
        .comprehensive()
}

#[test]
fn the_main_job() {
    on_both(|world| {
        // Given her space, a laboratory, and two doctors known to the directory
        let her = enrol(world, &[country::sample_patient()])[0];
        let laboratory = laboratory(world);
        let (allowed, stranger) = (professionals::doctor(1, 0), professionals::doctor(1, 1));
        register(world, &[&allowed, &stranger]);

        // When the laboratory's software deposits a report
        let (status, answer) = laboratory.post("/fhir", &report(world, 1));
        // Then it is created, and the answer says where
        assert_eq!(status, 200, "{answer}");
        let location = answer["entry"][1]["response"]["location"].as_str().unwrap();
        let entry =
            location.split("DocumentReference/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        // And the same again changes nothing
        let (status, again) = laboratory.post("/fhir", &report(world, 1));
        assert_eq!(status, 200);
        assert_eq!(again["entry"][1]["response"]["status"], "200 OK");

        // When she signs in she finds it and reads it
        let citizen = persona(world, &Persona::Citizen(her));
        citizen.get("/").has_status(200);
        let list = citizen.get("/documents");
        list.has_status(200);
        list.says(&entry);
        let page = citizen.get(&format!("/documents/{entry}"));
        page.has_status(200);
        page.says("Glucose");

        // When a doctor whom she has not allowed tries, she is refused
        let refused = persona(world, &professional(&stranger));
        let tried = refused.get(&format!("/documents/{entry}"));
        tried.does_not_say("Glucose");
        assert!(matches!(tried.status, 403 | 404), "{}", tried.status);
        refused.get(&format!("/pro/patients/{her}")).has_status(404);
        let search = refused.get("/pro");
        let ins = country::sample_patient().ins.matricule;
        let found = refused.post(&search, "/pro", &[("ins", &ins)]).location.unwrap();
        let asked = refused.get(&found).location.unwrap();
        assert!(asked.contains("/presence?found="), "{asked}");
        refused.get(&asked).has_status(403);
        refused.get(asked.split_once('?').unwrap().0).has_status(404);

        // When she allows another, that one reads it
        let sharing = citizen.get("/sharing");
        citizen
            .post(&sharing, "/sharing/decide", &[("do", "allow"), ("rpps", &allowed.rpps)])
            .has_status(303);
        let reader = persona(world, &professional(&allowed));
        reader.get(&format!("/pro/patients/{her}")).says(&entry);
        reader.get(&format!("/documents/{entry}")).says("Glucose");

        // Then her journal tells of both
        let journal = citizen.get("/journal");
        journal.has_status(200);
        journal.says(&allowed.display());
        journal.says(&stranger.display());
    });
}

#[test]
fn a_form_without_its_guard_changes_nothing() {
    on_both(|world| {
        let her = enrol(world, &[country::sample_patient()])[0];
        let doctor = professionals::doctor(1, 0);
        register(world, &[&doctor]);
        let citizen = persona(world, &Persona::Citizen(her));
        let mut page = citizen.get("/sharing");
        page.text = page.text.replace("name=\"csrf\"", "name=\"other\"");
        citizen.post(&page, "/sharing/decide", &[("do", "allow"), ("rpps", &doctor.rpps)]).has_status(403);
        citizen.get("/sharing").does_not_say(&doctor.display());
    });
}

#[test]
fn nobody_is_sent_to_the_sign_in_and_software_is_told_why() {
    on_both(|world| {
        let page = world.browser().get("/journal");
        page.has_status(303);
        assert_eq!(page.location.as_deref(), Some("/sign-in?back=/journal"));
        let client = world.browser().client;
        let answer = client
            .post(format!("{}/fhir", world.base))
            .header("content-type", "application/fhir+json")
            .body("{}")
            .send()
            .unwrap();
        assert_eq!(answer.status(), 401);
        assert!(answer.text().unwrap().contains("OperationOutcome"));
    });
}

#[test]
fn a_report_about_somebody_else_is_refused_and_said_so() {
    on_both(|world| {
        let mut somebody = country::sample_patient();
        somebody.traits.birth_name = "AUTREMENT".into();
        enrol(world, &[somebody]);
        let (status, outcome) = laboratory(world).post("/fhir", &report(world, 1));
        assert!((400..500).contains(&status), "{status}");
        assert_eq!(outcome["resourceType"], "OperationOutcome");
        assert!(outcome.to_string().contains("traits-mismatch"), "{outcome}");
    });
}

fn professional(who: &professionals::Practitioner) -> Persona {
    Persona::Professional(kernel::rpps::Rpps::parse(&who.rpps).unwrap())
}
