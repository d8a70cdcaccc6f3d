//! Who gets what at every door: each route is asked by each kind of visitor, and what each was answered is printed to
//! `docs/permissions.txt` and compared, so that a reviewer sees a new right as a changed line.
//!
//! Every route is thereby exercised over HTTP; one that lets nobody through must stand in [`NOBODY_HERE`].

use std::path::Path;

use kernel::rpps::Rpps;
use kernel::{Ins, PersonId, Sex, ins::Authority};
use people::identity::session::Persona;
use reqwest::blocking::Response;
use server::doors::{Door, Method, Route};
use synthetic::cda::{Model, Sheet};
use synthetic::mhd::Parcel;
use synthetic::professionals::Practitioner;
use synthetic::{country, professionals};

use crate::apps::ALL;
use crate::apps_client::app;
use crate::harness::{Browser, World, on_both};
use crate::people_of::{Depositor, enrol, laboratory, persona, register};

/// Routes at which none of these visitors may get through, and why.
const NOBODY_HERE: &[(&str, &str)] = &[
    ("GET /documents/{entry}/embedded", "her report has no PDF inside"),
    ("GET /documents/{entry}/attachment/{n}", "her report has no attachments"),
    ("GET /documents/{entry}/withdraw", "only its sender takes it back, and software does so elsewhere"),
    ("POST /documents/{entry}/withdraw", "only its sender takes it back, and software does so elsewhere"),
    ("POST /pro/approvals/end", "wants a sign-on of hers; openid_telephone.rs has one"),
    ("GET /theme/{file}", "the operator of this world has chosen no colours of its own"),
    ("POST /activation/passkey/options", "her space has been activated"),
    ("POST /activation/passkey/finish", "her space has been activated"),
    ("POST /activation/later", "her space has been activated"),
    ("POST /pro/activation/passkey/options", "wants an activation that has begun; work.rs has one"),
    ("POST /pro/activation/passkey/finish", "wants an activation that has begun; work.rs has one"),
    ("POST /pro/activation/later", "wants an activation that has begun; work.rs has one"),
    ("POST /sharing/keep", "wants a professional whom she allowed; acting_secrets.rs has one"),
    ("POST /sharing/show", "wants a professional whom she allowed; acting_secrets.rs has one"),
    ("POST /acting/revoke", "wants a delegation of hers; acting.rs has one"),
    ("GET /acting/renew", "wants a delegation of hers; acting.rs has one"),
    ("GET /acting/revoke", "wants a delegation of hers; acting.rs has one"),
    ("GET /acting/decline", "wants an offer; acting.rs has one"),
    ("POST /acting/renew", "wants a delegation of hers; acting.rs has one"),
    ("POST /acting/accept", "wants an offer; acting.rs has one"),
    ("POST /acting/decline", "wants an offer; acting.rs has one"),
    ("POST /operator/guardians/end", "wants a measure in force; acting.rs has one"),
    ("GET /sign-in/with/{provider}", "this world is configured with no outside provider"),
    ("GET /sign-in/back/{provider}", "this world is configured with no outside provider"),
    ("POST /oauth/ended/{provider}", "this world is configured with no outside provider"),
    ("GET /sign-in/telephone/{provider}", "this world is configured with no outside provider"),
    ("POST /sign-in/telephone/{provider}", "this world is configured with no outside provider"),
    ("GET /sign-in/waiting", "nobody's telephone rings: whoever waits for nothing is sent to sign in"),
    ("POST /account/ways/close", "this world is configured with no outside provider"),
    ("POST /account/ways/open", "this world is configured with no outside provider"),
    ("POST /pro/account/ways/close", "this world is configured with no outside provider"),
    ("POST /pro/account/ways/open", "this world is configured with no outside provider"),
    ("POST /oauth/par", "wants a service with its key; openid.rs has one"),
    ("POST /oauth/ciba", "wants a service with its key; openid_telephone.rs has one"),
    ("GET /oauth/userinfo", "wants a service's access token; openid.rs has one"),
    ("POST /oauth/userinfo", "wants a service's access token; openid.rs has one"),
    ("POST /oauth/introspect", "wants a service with its key; openid.rs has one"),
    ("POST /oauth/revoke", "wants a service with its key; openid.rs has one"),
    ("POST /oauth/again", "wants a service's request; openid.rs has one"),
    ("POST /journal/notices/address", "this world has no mail relay; journalled.rs has one"),
    ("GET /journal/report", "wants a line of her journal; journalled.rs has one"),
    ("POST /journal/report", "wants a line of her journal; journalled.rs has one"),
    ("GET /operator/reports/{person}/{id}", "wants a report; journalled.rs has one"),
    ("POST /operator/reports/{person}/{id}/answer", "wants a report; journalled.rs has one"),
    ("POST /operator/reports/{person}/{id}/close", "wants a report; journalled.rs has one"),
    ("GET /log/tile/{*path}", "names no tile; log.rs has some"),
    ("GET /log/begun", "the log of this house is its first one; log.rs begins another"),
    ("GET /pro/patients/{person}/presence", "wants the proof of a search; journey.rs has one"),
    ("POST /pro/patients/{person}/presence", "wants the proof of a search; journey.rs has one"),
    ("GET /pro/patients/{person}/emergency", "wants the proof of a search; sharing_coming.rs has one"),
    ("POST /pro/patients/{person}/emergency", "wants the proof of a search; sharing_coming.rs has one"),
    ("GET /pro/patients/{person}/call", "wants the proof of a search; sharing_coming.rs has one"),
    ("POST /pro/patients/{person}/call", "wants the proof of a search; sharing_coming.rs has one"),
    ("GET /pro/patients/{person}/secret", "wants the proof of a search; secret.rs has one"),
    ("POST /pro/patients/{person}/secret", "wants the proof of a search; secret.rs has one"),
];

/// Somebody at the door.
enum Visitor {
    Nobody,
    Somebody(Persona),
    /// Shows this token.
    Bearer(String),
}

/// A world with everything that a path may name.
struct Stage<'a> {
    world: &'a World,
    her: PersonId,
    document: String,
    set: String,
    visitors: Vec<(&'static str, Visitor)>,
}

fn professional(who: &Practitioner) -> Visitor {
    Visitor::Somebody(Persona::Professional(Rpps::parse(&who.rpps).unwrap()))
}

/// The id in the location of an answer's entry.
fn located(answer: &serde_json::Value, resource: &str) -> String {
    let mark = format!("{resource}/");
    let entries = answer["entry"].as_array().unwrap();
    let locations = entries.iter().filter_map(|entry| entry["response"]["location"].as_str());
    let id = locations.filter_map(|location| location.split(&mark).nth(1)).next().unwrap();
    id.split('/').next().unwrap().to_owned()
}

impl<'a> Stage<'a> {
    fn set(world: &'a World, laboratory: &Depositor, people: &[PersonId]) -> Self {
        let (her, neighbour) = (people[0], people[1]);
        let (patient, author) = (country::sample_patient(), professionals::biologist(1, 0));
        let at = world.house.clock.now().paris().datetime();
        let sheet = Sheet { seed: 1, number: 1, person: &patient, author: &author, at, version: 1 };
        let cda = sheet.lab_report(None);
        let model = Model::LabReport;
        let parcel = Parcel { sheet: &sheet, model, bytes: cda.as_bytes(), media_type: "text/xml" };
        let (status, answer) = laboratory.post("/fhir", &parcel.comprehensive());
        assert_eq!(status, 200, "{answer}");
        let (allowed, stranger) = (professionals::doctor(1, 0), professionals::doctor(1, 1));
        register(world, &[&allowed, &stranger]);
        let citizen = persona(world, &Persona::Citizen(her));
        citizen
            .post(&citizen.get("/sharing"), "/sharing/decide", &[("do", "allow"), ("rpps", &allowed.rpps)])
            .has_status(303);
        let tokens = app(world, "suivi", |_| {}).connected(&citizen, ALL);
        let visitors = vec![
            ("nobody", Visitor::Nobody),
            ("herself", Visitor::Somebody(Persona::Citizen(her))),
            ("neighbour", Visitor::Somebody(Persona::Citizen(neighbour))),
            ("her doctor", professional(&allowed)),
            ("a doctor", professional(&stranger)),
            ("operator", Visitor::Somebody(Persona::Operator("support".into()))),
            ("laboratory", Visitor::Bearer(laboratory.authorization())),
            ("her app", Visitor::Bearer(format!("Bearer {}", tokens["access_token"].as_str().unwrap()))),
        ];
        let (document, set) = (located(&answer, "DocumentReference"), located(&answer, "List"));
        Self { world, her, document, set, visitors }
    }

    /// A real address of a route.
    fn address(&self, route: &Route) -> String {
        let asset = ui::assets::all()[0].file;
        let id = match route.path {
            "/fhir/List/{id}" => self.set.clone(),
            "/fhir/Patient/{id}" => self.her.to_string(),
            _ => self.document.clone(),
        };
        let path = route
            .path
            .replace("{entry}", &self.document)
            .replace("{n}", "0")
            .replace("{person}", &self.her.to_string())
            .replace("{rpps}", &professionals::doctor(1, 5).rpps)
            .replace("{file}", asset)
            .replace("{persona}", &format!("citizen-{}", self.her))
            .replace("{id}", &id);
        match route.path {
            "/fhir/Patient" => format!("{path}?identifier={}", self.number()),
            "/fhir/DocumentReference" | "/fhir/List" | "/fhir/AuditEvent" if route.method == Method::Get => {
                format!("{path}?patient={}", self.her)
            }
            _ => path,
        }
    }

    fn number(&self) -> String {
        let ins = country::sample_patient().ins;
        ui::address::encode(&format!("{}|{}", ins.system(), ins.matricule.as_str()))
    }

    /// Asks once, in a browser that nobody has used.
    fn ask(&self, route: &Route, visitor: &Visitor) -> String {
        let browser = match visitor {
            Visitor::Somebody(who) => persona(self.world, who),
            Visitor::Nobody | Visitor::Bearer(_) => self.world.browser(),
        };
        let token = match visitor {
            Visitor::Bearer(token) => Some(token),
            _ => None,
        };
        let address = format!("{}{}", browser.base, self.address(route));
        let mut request = match route.method {
            Method::Get => browser.client.get(address),
            Method::Patch => browser.client.patch(address),
            _ => browser.client.post(address),
        };
        if route.method != Method::Get {
            let (kind, body) = self.body(route, &browser, visitor);
            request = request.header("content-type", kind).body(body);
        }
        if let Some(token) = token {
            request = request.header("authorization", token);
        }
        said(&request.send().unwrap())
    }

    /// An empty form with its guard, an empty resource, or a search of her documents.
    fn body(&self, route: &Route, browser: &Browser, visitor: &Visitor) -> (&'static str, String) {
        let form = "application/x-www-form-urlencoded";
        match route.door {
            Door::Fhir if route.path == "/fhir/Patient/_search" => {
                (form, format!("identifier={}", self.number()))
            }
            Door::Fhir if route.path.ends_with("_search") => (form, format!("patient={}", self.her)),
            Door::Fhir => ("application/fhir+json", "{}".to_owned()),
            Door::OAuth | Door::Log | Door::Admin => (form, String::new()),
            Door::Web => {
                let page = match visitor {
                    Visitor::Somebody(Persona::Citizen(_)) => "/documents/add",
                    Visitor::Somebody(Persona::Professional(_)) => "/pro",
                    Visitor::Somebody(Persona::Operator(_)) => "/operator/opposition",
                    _ => "/activation",
                };
                let guard = match (route.path, visitor) {
                    // Her space is closed for the length of one line; the page of that state has the guard.
                    ("/account/reopen", Visitor::Somebody(Persona::Citizen(_))) => {
                        browser.get(route.path).guard()
                    }
                    _ => browser.get(page).guard(),
                };
                (form, format!("csrf={}", ui::address::encode(&guard)))
            }
        }
    }
}

/// The status, and where one is sent to sign in.
fn said(response: &Response) -> String {
    let to = response.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default();
    // Each side of the house signs in at its own door.
    if to.split('?').next().is_some_and(|path| path.ends_with("/sign-in")) {
        "sign in".to_owned()
    } else {
        response.status().as_u16().to_string()
    }
}

/// True when the room itself answered: with success, or with what is wrong in an empty form.
fn got_through(said: &str) -> bool {
    said.starts_with('2') || said.starts_with('3') || said == "422" || said == "400"
}

fn matrix(stage: &Stage<'_>) -> String {
    let routes = &stage.world.house.routes;
    // A doctor's word that she is present lets him in for all that follows, so it is asked last.
    let (last, first): (Vec<_>, Vec<_>) = (0..routes.len())
        .partition(|i| routes[*i].method == Method::Post && routes[*i].path.ends_with("/presence"));
    let mut lines = vec![String::new(); routes.len()];
    let mut surprises = Vec::new();
    for i in first.into_iter().chain(last) {
        let route = &routes[i];
        let answers: Vec<_> = stage.visitors.iter().map(|(_, visitor)| stage.ask(route, visitor)).collect();
        let name = route.name();
        if answers.iter().any(|said| said.starts_with('5')) {
            surprises.push(format!("{name}: fails with {answers:?}"));
        }
        let listed = NOBODY_HERE.iter().any(|(known, _)| *known == name);
        if answers.iter().any(|said| got_through(said)) == listed {
            surprises.push(format!("{name}: {answers:?}, listed: {listed}"));
        }
        let cells: String = answers.iter().map(|said| format!(" | {said:<10}")).collect();
        lines[i] = format!("{name:<48}{cells}").trim_end().to_owned();
    }
    assert!(
        surprises.is_empty(),
        "nobody gets through, or somebody does although it is listed:\n{surprises:#?}"
    );
    let heads: String = stage.visitors.iter().map(|(who, _)| format!(" | {who:<10}")).collect();
    format!(
        "# Who is answered what, printed by a test that compares. An empty form or resource is sent; 422 and 400 say \
         that the room judged it.\n{}\n{}\n",
        format!("{:<48}{heads}", "# route").trim_end(),
        lines.join("\n")
    )
}

#[test]
fn everybody_is_answered_as_the_printed_matrix_says() {
    on_both(|world| {
        let mut neighbour = country::sample_patient();
        neighbour.ins = Ins::parse("1790351215189", Authority::TestNir).unwrap();
        neighbour.traits.sex = Sex::M;
        let people = enrol(world, &[country::sample_patient(), neighbour]);
        let laboratory = laboratory(world);
        let real = matrix(&Stage::set(world, &laboratory, &people));
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.txt");
        if std::env::var("CARNET_TEST_WRITE").is_ok() {
            std::fs::write(&kept, &real).unwrap();
        }
        let known = std::fs::read_to_string(&kept).unwrap_or_default();
        assert!(
            real == known,
            "run with CARNET_TEST_WRITE=1 and look at the difference in docs/permissions.txt:\n{real}"
        );
    });
}
