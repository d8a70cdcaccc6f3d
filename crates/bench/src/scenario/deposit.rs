//! Deposits through ITI-65: the French comprehensive profile around a lab report as CDA of about 6 kB, or around
//! a PDF, each for somebody drawn from the country.

use jiff::civil::{Date, DateTime, time};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use synthetic::cda::{Model, Sheet};
use synthetic::mhd::Parcel;
use synthetic::{Person, Practitioner, pdf, professionals};

use super::{Serials, fhir_headers};
use crate::Trouble;
use crate::load::Role;
use crate::login::Login;
use crate::population::{Population, TODAY};
use crate::stencil::{Ids, Stencil};
use crate::wire::Ask;

/// What is deposited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// A lab report as CDA R2, about 6 kB.
    Cda,
    /// A PDF of so many bytes.
    Pdf(usize),
}

impl Paper {
    /// The row of the report.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::Cda => "deposit CDA",
            Self::Pdf(_) => "deposit PDF",
        }
    }
}

/// A laboratory's software that deposits one document after the other.
pub struct Depositor {
    what: &'static str,
    pool: Vec<Stencil>,
    at: usize,
    headers: String,
    serials: Serials,
}

impl Role for Depositor {
    fn next(&mut self) -> Ask<'_> {
        self.at = (self.at + 1) % self.pool.len();
        let body = self.pool[self.at].renumbered(self.serials.next());
        Ask { what: self.what, method: "POST", path: "", headers: &self.headers, body, keep: false }
    }
}

/// How deposits are made.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What is deposited.
    pub paper: Paper,
    /// How many clients deposit.
    pub clients: usize,
    /// For how many people in all; each client has its own.
    pub people: usize,
    /// What everything is drawn from.
    pub seed: u64,
}

/// Makes the depositors of a plan.
///
/// # Errors
/// When a body cannot be made.
pub fn roles(
    plan: &Plan,
    population: &Population,
    login: &Login,
    serials: &Serials,
) -> Result<Vec<Box<dyn Role>>, Trouble> {
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    let each = (plan.people / plan.clients.max(1)).max(1);
    let mut roles: Vec<Box<dyn Role>> = Vec::with_capacity(plan.clients);
    for _ in 0..plan.clients {
        let pool = (0..each)
            .map(|_| stencil(plan, &population.draw(&mut rng), &mut rng))
            .collect::<Result<Vec<_>, Trouble>>()?;
        let headers = fhir_headers(login);
        roles.push(Box::new(Depositor {
            what: plan.paper.what(),
            pool,
            at: 0,
            headers,
            serials: serials.clone(),
        }));
    }
    Ok(roles)
}

/// One body for one person, to be sent many times.
///
/// # Errors
/// When it cannot be made.
pub fn stencil(plan: &Plan, person: &Person, rng: &mut ChaCha8Rng) -> Result<Stencil, Trouble> {
    let author = professionals::biologist(plan.seed, rng.random_range(0..200));
    let sheet = sheet(plan.seed, rng.random(), person, &author, some_day(person, rng));
    let (model, media_type, document) = match plan.paper {
        Paper::Cda => (Model::LabReport, "text/xml", sheet.brief_lab_report().into_bytes()),
        Paper::Pdf(size) => (
            Model::Consultation,
            "application/pdf",
            pdf::padded("Compte rendu", &[person.ins.to_string()], size),
        ),
    };
    let parcel = Parcel { sheet: &sheet, model, bytes: &document, media_type };
    let transaction = parcel.comprehensive();
    let (unique, set) = (sheet.unique_id(), sheet.set_id());
    Stencil::cut(&transaction, document.clone(), Ids { unique: &unique, set: &set })
}

/// A sheet of version 1.
pub(super) fn sheet<'a>(
    seed: u64,
    number: u32,
    person: &'a Person,
    author: &'a Practitioner,
    at: DateTime,
) -> Sheet<'a> {
    Sheet { seed, number: number.into(), person, author, at, version: 1 }
}

/// A morning of her life, within the last five years.
pub(super) fn some_day(person: &Person, rng: &mut ChaCha8Rng) -> DateTime {
    let back: i32 = rng.random_range(0..5 * 365);
    let day: Date = TODAY.saturating_sub(jiff::Span::new().days(back)).max(person.traits.birth_date);
    day.to_datetime(time(rng.random_range(7..19), rng.random_range(0..60), rng.random_range(0..60), 0))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use serde_json::Value;

    use super::*;
    use crate::fake::Fake;
    use crate::load::{Bounds, at, closed};
    use crate::process::Gauge;

    #[tokio::test(flavor = "current_thread")]
    async fn every_deposit_is_another_document_in_a_whole_bundle() {
        for paper in [Paper::Cda, Paper::Pdf(20_000)] {
            let ids = Arc::new(Mutex::new(HashSet::new()));
            let seen = ids.clone();
            let fake = Fake::start(move |request| {
                let bundle: Value = serde_json::from_slice(&request.body).unwrap();
                let resources = bundle["entry"].as_array().unwrap().iter().map(|e| &e["resource"]);
                let id = resources
                    .clone()
                    .find_map(|r| r["masterIdentifier"]["value"].as_str())
                    .unwrap()
                    .trim_start_matches("urn:oid:")
                    .to_owned();
                if paper == Paper::Cda {
                    use base64::Engine;
                    let data = resources.clone().find_map(|r| r["data"].as_str()).unwrap();
                    let xml = base64::engine::general_purpose::STANDARD.decode(data).unwrap();
                    let xml = String::from_utf8(xml).unwrap();
                    assert!(xml.contains(&format!("<id root=\"{id}\"/>")));
                    assert!((5_000..7_000).contains(&xml.len()), "{}", xml.len());
                }
                assert!(request.head.contains("authorization: Bearer t\r\n"));
                assert!(seen.lock().unwrap().insert(id), "an id was used twice");
                Fake::ok("{}")
            })
            .await;
            let plan = Plan { paper, clients: 4, people: 8, seed: 1 };
            let population = Population::new(5, 100);
            let roles = roles(&plan, &population, &Login::bearer("t"), &Serials::new()).unwrap();
            let bounds = Bounds { warmup: Duration::ZERO, measured: Duration::from_secs(20), count: 200 };
            let outcome = closed(at(&fake.site, roles), &bounds, &Gauge::default()).await.unwrap();
            assert_eq!((outcome.counts[0].good(), outcome.counts[0].bad()), (200, 0));
            assert_eq!(ids.lock().unwrap().len(), 200);
        }
    }
}
