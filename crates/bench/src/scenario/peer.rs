//! The same kind of work on any FHIR R4 server, without Carnet's sign-in: deposits as a plain transaction of
//! Binary and DocumentReference, observations, reads by id, searches by patient.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use synthetic::pdf;

use super::{Serials, fhir_headers, json_of, once};
use crate::Trouble;
use crate::cli::Common;
use crate::load::{Outcome, Role, at, closed};
use crate::login::Login;
use crate::process::Gauge;
use crate::wire::{Ask, Reply, Site, Wire};

/// Patients that the peer is given to work with.
const PATIENTS: usize = 100;
/// Observations kept by id for reading.
const REMEMBERED: usize = 500;

/// Which part of the mix a role plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Deposits and observations.
    Write,
    /// Reads by id and searches.
    Read,
}

/// A client of the peer.
pub struct Guest {
    part: Part,
    headers: String,
    patients: Vec<String>,
    observations: Vec<String>,
    document: String,
    serials: Serials,
    turn: usize,
    path: String,
    body: String,
}

impl Role for Guest {
    fn next(&mut self) -> Ask<'_> {
        self.turn += 1;
        let patient = &self.patients[self.turn % self.patients.len()];
        let (what, method) = match (self.part, self.turn % 3) {
            (Part::Write, 0 | 1) => {
                self.path.clear();
                self.body = transaction(patient, &self.document, self.serials.next());
                ("transaction Binary + DocumentReference", "POST")
            }
            (Part::Write, _) => {
                "/Observation".clone_into(&mut self.path);
                self.body = observation(patient, self.serials.next());
                ("POST Observation", "POST")
            }
            (Part::Read, 0) => {
                self.path =
                    format!("/Observation/{}", self.observations[self.turn % self.observations.len()]);
                ("GET Observation by id", "GET")
            }
            (Part::Read, 1) => {
                self.path =
                    format!("/Observation?patient={patient}&code=http://loinc.org%7C8867-4&_count=20");
                ("search Observation by patient and code", "GET")
            }
            (Part::Read, _) => {
                self.path = format!("/DocumentReference?patient={patient}&_count=20");
                ("search DocumentReference by patient", "GET")
            }
        };
        let body = if method == "POST" { self.body.as_bytes() } else { b"" };
        Ask { what, method, path: &self.path, headers: &self.headers, body, keep: false }
    }
}

/// The peer, and how we get in.
pub struct Stranger {
    site: Site,
    login: Login,
    gauge: Gauge,
}

impl Stranger {
    /// The server at `target`. Its processor time is read when it runs on this machine.
    ///
    /// # Errors
    /// When the address is not one.
    pub fn open(target: &str, common: &Common) -> Result<Self, Trouble> {
        let site = Site::parse(target, true)?;
        let login = common.token.as_deref().map_or_else(Login::none, Login::bearer);
        let mut ports = common.with_port.clone();
        ports.push(site.port());
        let gauge = if site.is_here() { Gauge::listening(&ports) } else { Gauge::default() };
        Ok(Self { site, login, gauge })
    }

    /// Puts these parts of the mix on it, in a closed loop.
    ///
    /// # Errors
    /// When it does not take what the mix needs.
    pub async fn measure(
        &self,
        parts: &[Part],
        pdf: usize,
        common: &Common,
        serials: &Serials,
    ) -> Result<Outcome, Trouble> {
        let roles = roles(&self.site, &self.login, parts, common.clients, pdf, serials).await?;
        closed(at(&self.site, roles), &common.bounds(), &self.gauge).await
    }
}

/// Gives the peer patients, and for readers something to read, then makes the roles: half of them write when
/// both parts are wanted.
///
/// # Errors
/// The first refusal.
pub async fn roles(
    site: &Site,
    login: &Login,
    parts: &[Part],
    clients: usize,
    pdf_size: usize,
    serials: &Serials,
) -> Result<Vec<Box<dyn Role>>, Trouble> {
    let headers = fhir_headers(login);
    let mut wire = Wire::new(site);
    let document = STANDARD.encode(pdf::padded("Report", &[], pdf_size));
    let mut patients = Vec::with_capacity(PATIENTS);
    for _ in 0..PATIENTS {
        patients.push(post(&mut wire, "/Patient", &headers, &patient(serials.next())).await?);
    }
    let mut observations = Vec::new();
    if parts.contains(&Part::Read) {
        for n in 0..REMEMBERED {
            let of = &patients[n % PATIENTS];
            observations
                .push(post(&mut wire, "/Observation", &headers, &observation(of, serials.next())).await?);
            if n < PATIENTS * 2 {
                let body = transaction(of, &document, serials.next());
                let ask = Ask {
                    what: "fill",
                    method: "POST",
                    path: "",
                    headers: &headers,
                    body: body.as_bytes(),
                    keep: false,
                };
                once(&mut wire, &ask, |_| ()).await?;
            }
        }
    }
    let guest = |n: usize| -> Box<dyn Role> {
        Box::new(Guest {
            part: parts[n % parts.len()],
            headers: headers.clone(),
            patients: patients.clone(),
            observations: observations.clone(),
            document: document.clone(),
            serials: serials.clone(),
            turn: n * 7,
            path: String::new(),
            body: String::new(),
        })
    };
    Ok((0..clients).map(guest).collect())
}

/// Creates a resource and returns the id it was given.
async fn post(wire: &mut Wire, path: &str, headers: &str, body: &str) -> Result<String, Trouble> {
    let ask = Ask { what: "fill", method: "POST", path, headers, body: body.as_bytes(), keep: true };
    let id = once(wire, &ask, new_id).await?;
    id.ok_or_else(|| format!("POST {path}: the answer names no id").into())
}

/// The id of a created resource: from `Location: …/Patient/ID/_history/1`, else from the body.
fn new_id(reply: &Reply<'_>) -> Option<String> {
    let of_location = |url: &str| {
        let url = url.split("/_history/").next().unwrap_or(url);
        url.rsplit('/').next().map(str::to_owned)
    };
    reply
        .header("location")
        .or_else(|| reply.header("content-location"))
        .and_then(of_location)
        .or_else(|| json_of(reply)["id"].as_str().map(str::to_owned))
}

fn patient(number: u64) -> String {
    json!({
        "resourceType": "Patient",
        "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.10", "value": number.to_string()}],
        "name": [{"family": "PAT-TROIS", "given": ["DOMINIQUE"]}],
        "gender": "female",
        "birthDate": "1979-03-28",
    })
    .to_string()
}

fn observation(patient: &str, number: u64) -> String {
    let vital = "http://terminology.hl7.org/CodeSystem/observation-category";
    json!({
        "resourceType": "Observation",
        "identifier": [{"system": "urn:oid:2.25.7", "value": number.to_string()}],
        "status": "final",
        "category": [{"coding": [{"system": vital, "code": "vital-signs", "display": "Vital Signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4", "display": "Heart rate"}]},
        "subject": {"reference": format!("Patient/{patient}")},
        "effectiveDateTime": "2025-03-04T09:30:00+01:00",
        "issued": "2025-03-04T09:31:00.000+01:00",
        "valueQuantity": {"value": 60 + number % 40, "unit": "beats/minute",
            "system": "http://unitsofmeasure.org", "code": "/min"},
        "device": {"display": "Heart rate monitor of the practice, checked every year"},
    })
    .to_string()
}

fn transaction(patient: &str, base64: &str, number: u64) -> String {
    let document: Value = json!({
        "resourceType": "DocumentReference",
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": format!("urn:oid:2.25.{number}")},
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11488-4"}]},
        "subject": {"reference": format!("Patient/{patient}")},
        "date": "2025-03-04T09:30:00+01:00",
        "content": [{"attachment": {"contentType": "application/pdf", "title": "Report",
            "url": "urn:uuid:3fdc72f4-a11d-4a9d-9260-a9f745779e1d"}}],
    });
    // The binary goes in as text: turning its base64 into a JSON value first would copy it twice.
    format!(
        concat!(
            r#"{{"resourceType":"Bundle","type":"transaction","entry":["#,
            r#"{{"fullUrl":"urn:uuid:3fdc72f4-a11d-4a9d-9260-a9f745779e1d","resource":{{"resourceType":"Binary","#,
            r#""contentType":"application/pdf","data":"{}"}},"request":{{"method":"POST","url":"Binary"}}}},"#,
            r#"{{"fullUrl":"urn:uuid:8c9b34a0-92c5-4f0c-a1d7-2a6b1f0e1c11","resource":{},"#,
            r#""request":{{"method":"POST","url":"DocumentReference"}}}}]}}"#
        ),
        base64, document
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::fake::Fake;
    use crate::load::Bounds;

    #[tokio::test(flavor = "current_thread")]
    async fn the_whole_mix_is_valid_json_about_known_patients() {
        let fake = Fake::start(|request| {
            if request.method == "POST" {
                let body: Value = serde_json::from_slice(&request.body).unwrap();
                assert!(matches!(body["resourceType"].as_str(), Some("Patient" | "Observation" | "Bundle")));
                return b"HTTP/1.1 201 Created\r\nlocation: http://x/fhir/T/id-7/_history/1\r\ncontent-length: 0\r\n\r\n".to_vec();
            }
            assert!(request.path.contains("id-7"), "{}", request.path);
            Fake::ok("{}")
        })
        .await;
        let serials = Serials::new();
        let roles =
            roles(&fake.site, &Login::none(), &[Part::Write, Part::Read], 6, 2_000, &serials).await.unwrap();
        let bounds = Bounds { warmup: Duration::ZERO, measured: Duration::from_secs(30), count: 300 };
        let outcome = closed(at(&fake.site, roles), &bounds, &Gauge::default()).await.unwrap();
        assert_eq!(outcome.counts.len(), 5);
        assert!(outcome.counts.iter().all(|c| c.bad() == 0));
    }
}
