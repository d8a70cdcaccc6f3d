//! What is asked: every reading door, with everything its address may say, and the writing ones, whose refusals and
//! redirects may tell too. Every question names its route; `routes.rs` holds that none is left out.

use fhir::search::Kind;
use kernel::Chance;
use serde_json::json;

use super::drawing::DOCUMENTS;
use super::stage::{Actor, Asked, Heard, Said, Stage, member, professional};
use super::story::{Form, Ids, World};
use super::{choices, papers};

/// A route, and a request to it.
pub type Question = (&'static str, Asked);

/// Searches for each kind of resource. Each asks one parameter in one of its ways, by turns, so that the worlds together ask
/// all of them; a second one, and how the answer is to look, are drawn by chance.
pub const SEARCHES: u64 = 5;

/// What whoever asks knows before, because she was told so by the house itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The proof that a professional has searched for her.
    pub found: String,
    /// Somebody who acts for another, or whom another has offered it: whose space, and the name of the relation.
    pub relation: (String, String),
}

impl Known {
    /// What somebody knows who was told nothing.
    pub fn nothing(world: &World) -> Self {
        Self { found: "AAAA".into(), relation: (world.subject.to_string(), "7".into()) }
    }

    /// A professional searches first; a citizen looks at who acts for whom.
    pub fn of(stage: &Stage, world: &World, viewer: Actor) -> Self {
        let mut known = Self::nothing(world);
        match viewer {
            Actor::Pro(_) => {
                let number = member(world.subject).ins.matricule;
                let heard = stage.ask(viewer, &Asked::post("/pro", &[("ins", &number)]));
                let found = heard.header("location").and_then(|to| to.split_once("found="));
                known.found = found.map(|(_, found)| found.to_owned()).unwrap_or_else(|| {
                    panic!("world {}: {viewer:?} finds nobody: {}", world.seed, heard.status)
                });
            }
            Actor::Citizen(_) | Actor::For(..) => {
                let page = stage.ask(viewer, &Asked::get("/acting"));
                let text = page.text();
                let value = |name: &str| {
                    let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\""))?;
                    rest.split('"').next().map(str::to_owned)
                };
                let (person, relation) = known.relation;
                known.relation = (value("person").unwrap_or(person), value("relation").unwrap_or(relation));
            }
            _ => {}
        }
        known
    }
}

/// What is asked about a world by anybody; the order matters, because looks are journalled.
pub fn all(world: &World, ids: &Ids, seed: u64, known: &Known) -> Vec<Question> {
    let chance = Chance::seeded(seed);
    let mut asked = pages(world, &chance);
    asked.extend(others(world, known));
    asked.extend(choices::pages(&chance));
    for id in some(ids.documents.values(), &chance, 4) {
        asked.extend(of_document(id));
    }
    for id in some(ids.sets.values(), &chance, 2) {
        asked.push(("GET /fhir/List/{id}", Asked::get(format!("/fhir/List/{id}"))));
    }
    asked.extend(resources(world));
    for kind in KINDS {
        for n in 0..SEARCHES {
            asked.push(search(world, ids, kind, &chance, (seed, n)));
        }
    }
    asked.extend(choices::changing(world, ids, &chance));
    asked.extend(writing(world, ids, &chance, known));
    // What was written must not have told anything either.
    asked.push(("GET /documents", Asked::get("/documents")));
    asked.push(("GET /journal", Asked::get("/journal")));
    asked
}

pub fn one<'t, T>(all: &'t [T], chance: &Chance) -> &'t T {
    &all[(chance.u64() % all.len() as u64) as usize]
}

/// At most so many of them, drawn by chance.
pub fn some<'t>(all: impl Iterator<Item = &'t String>, chance: &Chance, most: usize) -> Vec<&'t String> {
    let mut drawn: Vec<(u64, &String)> = all.map(|id| (chance.u64(), id)).collect();
    drawn.sort_unstable();
    drawn.into_iter().take(most).map(|(_, id)| id).collect()
}

fn pages(world: &World, chance: &Chance) -> Vec<Question> {
    let subject = world.subject;
    let filters = [
        "?q=glucose",
        "?q=bilan&lang=en",
        "?q=photo",
        "?year=2026",
        "?year=2025",
        "?family=10",
        "?family=42",
        "?page=2",
        "?author=",
        "?q=glucose&family=10&year=2026",
    ];
    let house = ui::address::encode(&professional(2).establishment.name);
    let mut asked = vec![("GET /", Asked::get("/")), ("GET /", Asked::get("/?lang=en"))];
    for (route, list) in [
        ("GET /documents", "/documents".to_owned()),
        ("GET /pro/patients/{person}", format!("/pro/patients/{subject}")),
    ] {
        asked.push((route, Asked::get(&list)));
        asked.push((route, Asked::get(&list).with("accept-encoding", "gzip")));
        asked.push((route, Asked::get(format!("{list}?author={house}"))));
        for _ in 0..3 {
            asked.push((route, Asked::get(format!("{list}{}", one(&filters, chance)))));
        }
    }
    let journal = [
        "",
        "?what=looks",
        "?what=documents",
        "?what=refusals",
        "?what=account",
        "?who=others",
        "?who=me",
        "?before=9",
        "?before=14",
        "?before=20&what=looks",
    ];
    asked.push(("GET /journal", Asked::get("/journal")));
    for _ in 0..3 {
        asked.push(("GET /journal", Asked::get(format!("/journal{}", one(&journal, chance)))));
    }
    asked
}

/// Pages without a list: forms, the operator's.
fn others(world: &World, known: &Known) -> Vec<Question> {
    let (subject, found) = (world.subject, &known.found);
    let (whose, relation) = &known.relation;
    let patient = format!("/pro/patients/{subject}");
    vec![
        ("GET /journal.csv", Asked::get("/journal.csv")),
        ("GET /journal/proof", Asked::get("/journal/proof")),
        ("GET /pro/code", Asked::get("/pro/code")),
        ("GET /pro/patients/{person}/emergency", Asked::get(format!("{patient}/emergency?found={found}"))),
        ("GET /pro/patients/{person}/call", Asked::get(format!("{patient}/call?found={found}"))),
        ("GET /pro/patients/{person}/secret", Asked::get(format!("{patient}/secret?found={found}"))),
        ("GET /documents/add", Asked::get("/documents/add")),
        ("GET /acting", Asked::get("/acting")),
        ("GET /acting/offer", Asked::get("/acting/offer")),
        ("GET /acting/renew", Asked::get(format!("/acting/renew?relation={relation}"))),
        ("GET /acting/revoke", Asked::get(format!("/acting/revoke?relation={relation}"))),
        ("GET /acting/decline", Asked::get(format!("/acting/decline?person={whose}&relation={relation}"))),
        ("GET /account", Asked::get("/account")),
        ("GET /account/close", Asked::get("/account/close")),
        ("GET /account/reopen", Asked::get("/account/reopen")),
        ("GET /pro", Asked::get("/pro")),
        ("GET /pro/patients/{person}", Asked::get(format!("{patient}?found={found}"))),
        ("GET /pro/patients/{person}/presence", Asked::get(format!("{patient}/presence?found={found}"))),
        ("GET /operator", Asked::get("/operator")),
        ("GET /operator/enrolment", Asked::get("/operator/enrolment")),
        ("GET /operator/enrolment.csv", Asked::get("/operator/enrolment.csv")),
        ("GET /operator/guardians", Asked::get("/operator/guardians")),
        ("GET /operator/reports", Asked::get("/operator/reports")),
    ]
}

/// Every door of one document, whether it is there or not.
fn of_document(id: &str) -> Vec<Question> {
    let page = format!("/documents/{id}");
    let reference = format!("/fhir/DocumentReference/{id}");
    let asked = |path: String| Asked::get(path);
    vec![
        ("GET /documents/{entry}", asked(page.clone())),
        ("GET /documents/{entry}", Asked { method: "HEAD", ..asked(page.clone()) }),
        ("GET /documents/{entry}/file", asked(format!("{page}/file"))),
        ("GET /documents/{entry}/file", asked(format!("{page}/file?download=1"))),
        ("GET /documents/{entry}/file", asked(format!("{page}/file")).with("range", "bytes=0-9")),
        ("GET /documents/{entry}/embedded", asked(format!("{page}/embedded"))),
        ("GET /documents/{entry}/attachment/{n}", asked(format!("{page}/attachment/0"))),
        ("GET /documents/{entry}/withdraw", asked(format!("{page}/withdraw"))),
        ("GET /documents/{entry}/who", asked(format!("{page}/who"))),
        ("GET /fhir/DocumentReference/{id}", asked(reference.clone())),
        ("GET /fhir/DocumentReference/{id}", asked(reference.clone()).with("if-none-match", "W/\"4\"")),
        (
            "GET /fhir/DocumentReference/{id}",
            asked(reference.clone()).with("if-modified-since", "Sun, 22 Nov 2026 08:01:00 GMT"),
        ),
        // What changes nothing where it may be asked at all.
        (
            "PATCH /fhir/DocumentReference/{id}",
            Asked { method: "PATCH", body: Said::Resource(NO_CHANGE.into()), ..asked(reference.clone()) },
        ),
        // No routes yet: the answer to an address that is none must not depend on what is there.
        (NOWHERE, asked(format!("{reference}/_history"))),
        (NOWHERE, asked(format!("{reference}/_history/4"))),
        (NOWHERE, Asked { method: "DELETE", ..asked(reference.clone()) }),
        (NOWHERE, Asked { method: "PUT", body: Said::Resource("{}".into()), ..asked(reference) }),
        ("GET /fhir/Binary/{id}", asked(format!("/fhir/Binary/{id}"))),
        (
            "GET /fhir/Binary/{id}",
            asked(format!("/fhir/Binary/{id}")).with("accept", "application/fhir+json"),
        ),
    ]
}

/// Takes away a label that no document has.
const NO_CHANGE: &str = r#"{"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [
    {"name": "type", "valueCode": "delete"},
    {"name": "path", "valueString": "DocumentReference.securityLabel.where(coding.code='NONE')"}
]}]}"#;

/// Keeps professionals from a document.
const MASKED: &str = r#"{"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [
    {"name": "type", "valueCode": "add"},
    {"name": "path", "valueString": "DocumentReference"},
    {"name": "name", "valueString": "securityLabel"},
    {"name": "value", "valueCodeableConcept": {"coding": [{"code": "MASQUE_PS"}]}}
]}]}"#;

/// What is asked of addresses that are no route.
pub const NOWHERE: &str = "-";

fn resources(world: &World) -> Vec<Question> {
    let subject = world.subject;
    let ins = member(subject).ins;
    let number = ui::address::encode(&format!("{}|{}", ins.system(), ins.matricule));
    vec![
        ("GET /fhir/Patient/{id}", Asked::get(format!("/fhir/Patient/{subject}"))),
        ("GET /fhir/Patient", Asked::get(format!("/fhir/Patient?identifier={number}"))),
        (
            "POST /fhir/Patient/_search",
            Asked::post(
                "/fhir/Patient/_search",
                &[("identifier", &format!("{}|{}", ins.system(), ins.matricule))],
            ),
        ),
        ("GET /fhir/AuditEvent", Asked::get(format!("/fhir/AuditEvent?patient={subject}&_count=200"))),
        ("GET /fhir/List", Asked::get(format!("/fhir/List?patient={subject}&_count=200"))),
        (
            "GET /fhir/DocumentReference",
            Asked::get(format!("/fhir/DocumentReference?patient={subject}&_count=200")),
        ),
        (
            "GET /fhir/DocumentReference",
            Asked::get(format!("/fhir/DocumentReference?patient.identifier={number}&_summary=count")),
        ),
        (
            "POST /fhir/DocumentReference/_search",
            Asked::post("/fhir/DocumentReference/_search", &[("patient", &subject.to_string())]),
        ),
        (
            "PATCH /fhir/DocumentReference",
            Asked {
                method: "PATCH",
                body: Said::Resource(NO_CHANGE.into()),
                ..Asked::get(format!("/fhir/DocumentReference?patient={subject}&status=superseded"))
            },
        ),
        ("GET /fhir/List", Asked::get(format!("/fhir/List?patient.identifier={number}&_summary=count"))),
        (
            "GET /fhir/AuditEvent",
            Asked::get(format!("/fhir/AuditEvent?patient.identifier={number}&_count=3")),
        ),
        ("POST /fhir/List/_search", Asked::post("/fhir/List/_search", &[("patient", &subject.to_string())])),
        (NOWHERE, Asked::get(format!("/fhir/Patient/{subject}/$everything"))),
        (NOWHERE, Asked::get(format!("/fhir/AuditEvent/{subject}-a3"))),
        (NOWHERE, Asked::get("/fhir/_history")),
    ]
}

/// A value that a search parameter may be asked with; some of them are not understood.
fn value(name: &str, of: &str, ids: &Ids, chance: &Chance) -> String {
    let known = ids.documents.values().nth((chance.u64() % DOCUMENTS as u64) as usize);
    let known = known.cloned().unwrap_or_else(|| "1-0000000000000".into());
    let dates = ["2026-11-22", "2026-10", "2026", "2026-11-22T08:01:00Z", "x"];
    let tokens = [
        "current",
        "superseded",
        "11502-2",
        "10",
        "42",
        "replaces",
        "N",
        "MASQUE_PS",
        "INVISIBLE_PATIENT",
        "INVISIBLE_REPRESENTANTS_LEGAUX",
        "text/xml",
        "application/pdf",
        "fr-FR",
        "true",
        "C",
        "R",
        "0",
        "4",
        "deposited",
        "document-read",
        "SA25",
        "|",
        "",
    ];
    match (name, of) {
        ("_id", _) => known,
        ("identifier", _) => format!("urn:ietf:rfc:3986|urn:oid:{known}"),
        (_, "date") => (*one(&dates, chance)).to_owned(),
        (_, "reference") => format!("DocumentReference/{known}"),
        (_, "string") => (*one(&["comp", "Bilan", &professional(2).family, "z"], chance)).to_owned(),
        _ => (*one(&tokens, chance)).to_owned(),
    }
}

/// Kinds of resource that are searched.
pub const KINDS: [Kind; 3] = [Kind::DocumentReference, Kind::List, Kind::AuditEvent];

/// The ways in which a parameter of this type may be asked: modifiers, which begin with a colon, and prefixes of dates.
pub fn ways(of: &str) -> &'static [&'static str] {
    match of {
        "token" => &["", ":not", ":missing", ":text"],
        "string" => &["", ":exact", ":contains", ":missing"],
        "date" => &["", ":missing", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"],
        "reference" => &["", ":missing", ":identifier"],
        _ => &[""],
    }
}

/// Every parameter of a kind, in every way.
pub fn parameters(kind: Kind) -> Vec<(&'static str, &'static str, &'static str)> {
    let own = kind.offered().filter(|(name, _)| !name.starts_with("patient"));
    own.flat_map(|(name, of)| ways(of).iter().map(move |way| (name, of, *way))).collect()
}

fn search(world: &World, ids: &Ids, kind: Kind, chance: &Chance, (seed, n): (u64, u64)) -> Question {
    let offered = parameters(kind);
    let turn = (seed * SEARCHES + n) % offered.len() as u64;
    let mut asked = vec![offered[turn as usize]];
    if n % 2 == 1 {
        asked.push(*one(&offered, chance));
    }
    let mut pairs = vec![("patient".to_owned(), world.subject.to_string())];
    for (name, of, way) in asked {
        let (modifier, prefix) = if way.starts_with(':') { (way, "") } else { ("", way) };
        let value = match (modifier, prefix) {
            (":missing", _) => (*one(&["true", "false"], chance)).to_owned(),
            (":identifier", _) => value("identifier", "token", ids, chance),
            (_, "") => value(name, of, ids, chance),
            _ => format!(
                "{prefix}{}",
                one(&["2026-01-01", "2026-10", "2026-11-22", "2026-11-22T08:01:00Z"], chance)
            ),
        };
        pairs.push((format!("{name}{modifier}"), value));
    }
    let more: &[&[(&str, &str)]] = &[
        &[],
        &[("_count", "1")],
        &[("_count", "2"), ("_sort", "-_lastUpdated")],
        &[("_sort", "date"), ("_count", "3")],
        &[("_summary", "count")],
        &[("_count", "0")],
        &[("_summary", "true")],
        &[("_elements", "status,date")],
        &[("_total", "accurate")],
        &[("_include", "DocumentReference:patient")],
        &[("_page", "AAAA"), ("_count", "1")],
    ];
    let more = one(more, chance).iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    pairs.extend(more);
    let query: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", ui::address::encode(name), ui::address::encode(value)))
        .collect();
    let asked = Asked::get(format!("/fhir/{}?{}", kind.name(), query.join("&")));
    let asked = if chance.u64().is_multiple_of(3) { asked.with("prefer", "handling=lenient") } else { asked };
    let route = match kind {
        Kind::DocumentReference => "GET /fhir/DocumentReference",
        Kind::List => "GET /fhir/List",
        Kind::AuditEvent => "GET /fhir/AuditEvent",
    };
    (route, asked)
}

/// Writes, each of which may tell by its refusal, or by doing nothing, what is there already.
fn writing(world: &World, ids: &Ids, chance: &Chance, known: &Known) -> Vec<Question> {
    let entry = ids.documents.values().nth((chance.u64() % DOCUMENTS as u64) as usize);
    let entry = entry.cloned().unwrap_or_else(|| "1-0000000000000".into());
    let subject = world.subject.to_string();
    let first = professional(0).rpps;
    let (whose, relation) = (known.relation.0.as_str(), known.relation.1.as_str());
    let seed = chance.u64() % DOCUMENTS as u64;
    let number = member(world.subject).ins.matricule;
    let secret = format!("/documents/{entry}/secret");
    let is_own = |n: &usize| world.documents[*n].form == Form::Picture;
    let own = ids.documents.iter().find(|(n, _)| is_own(n)).map_or(&entry, |(_, id)| id);
    let reference = Asked::get(format!("/fhir/DocumentReference/{entry}"));
    let mut asked = vec![
        (
            "PATCH /fhir/DocumentReference/{id}",
            Asked { method: "PATCH", body: Said::Resource(MASKED.into()), ..reference },
        ),
        ("POST /documents/{entry}/withdraw", Asked::post(format!("/documents/{own}/withdraw"), &[])),
        ("POST /documents/{entry}/secret", Asked::post(&secret, &[])),
        ("POST /documents/{entry}/secret/lift", Asked::post(format!("{secret}/lift"), &[])),
        ("POST /documents/{entry}/withdraw", Asked::post(format!("/documents/{entry}/withdraw"), &[])),
        ("POST /sharing/keep", Asked::post("/sharing/keep", &[("rpps", &first)])),
        ("POST /sharing/show", Asked::post("/sharing/show", &[("rpps", &first)])),
        // The bytes of a picture that may be there.
        ("POST /documents/add", picture(seed)),
        ("POST /acting-for", Asked::post("/acting-for", &[("person", &subject)])),
        ("POST /acting/offer", Asked::post("/acting/offer", &[("name", "X")])),
        ("POST /acting/renew", Asked::post("/acting/renew", &[("relation", relation), ("months", "12")])),
        ("POST /acting/revoke", Asked::post("/acting/revoke", &[("relation", relation)])),
        ("POST /acting/accept", Asked::post("/acting/accept", &[("person", whose), ("relation", relation)])),
        (
            "POST /acting/decline",
            Asked::post("/acting/decline", &[("person", whose), ("relation", relation)]),
        ),
        ("POST /pro", Asked::post("/pro", &[("ins", &number)])),
        ("POST /account/close", Asked::post("/account/close", &[])),
        ("POST /account/reopen", Asked::post("/account/reopen", &[])),
        ("POST /operator/guardians", Asked::post("/operator/guardians", &[("ward", &number)])),
        ("POST /operator/guardians/look", Asked::post("/operator/guardians/look", &[("ward", &number)])),
        ("POST /operator/guardians/end", Asked::post("/operator/guardians/end", &[("ward", &number)])),
        ("POST /operator/desk", Asked::post("/operator/desk", &[("matricule", &number)])),
        ("POST /operator/closing", Asked::post("/operator/closing", &[("ins", &number), ("what", "close")])),
        ("POST /operator/opposition", Asked::post("/operator/opposition", &[("matricule", &number)])),
        ("POST /opposition", Asked::post("/opposition", &[("matricule", &number)])),
    ];
    asked.extend(coming(&entry, &format!("/pro/patients/{subject}"), known));
    asked.extend(deposits(world, chance));
    asked
}

/// What professionals declare. It comes last: whoever is let in by it reads nothing after it, because what she would see
/// then is another world.
fn coming(entry: &str, patient: &str, known: &Known) -> Vec<Question> {
    let declared = [("found", known.found.as_str()), ("reason", "Trouvée inconsciente")];
    vec![
        ("POST /documents/{entry}/announce", Asked::post(format!("/documents/{entry}/announce"), &[])),
        ("POST /pro/code", Asked::post("/pro/code", &[("code", "AAAA AAAA")])),
        ("POST /pro/patients/{person}/presence", Asked::post(format!("{patient}/presence"), &declared)),
        ("POST /pro/patients/{person}/emergency", Asked::post(format!("{patient}/emergency"), &declared)),
        ("POST /pro/patients/{person}/call", Asked::post(format!("{patient}/call"), &declared)),
        ("POST /pro/patients/{person}/secret", Asked::post(format!("{patient}/secret"), &declared)),
        ("POST /pro/patients/{person}/secret/end", Asked::post(format!("{patient}/secret/end"), &[])),
    ]
}

fn picture(seed: u64) -> Asked {
    let body = Said::Picture(seed);
    Asked { method: "POST", path: "/documents/add".into(), headers: Vec::new(), body }
}

/// A document of the asker's own, new to the space; one that says it replaces something that may be there, and one under
/// a unique id that may be another sender's.
fn deposits(world: &World, chance: &Chance) -> Vec<Question> {
    let mut simple = papers::report(world, Actor::Laboratory, 900);
    let mut reference = simple["entry"][1]["resource"].take();
    reference["meta"] = json!({"profile": [SIMPLIFIED]});
    reference["content"][0]["attachment"]["data"] = simple["entry"][2]["resource"]["data"].take();
    if let Some(attachment) = reference["content"][0]["attachment"].as_object_mut() {
        attachment.shift_remove("url");
    }
    let mut asked =
        vec![("POST /fhir/DocumentReference", Asked::resource("/fhir/DocumentReference", &reference))];
    if !world.documents.is_empty() {
        let old = (chance.u64() % world.documents.len() as u64) as usize;
        let id = format!("urn:oid:{}", papers::unique_id(world, old));
        let mut replacing = papers::report(world, Actor::Laboratory, 901);
        replacing["entry"][1]["resource"]["relatesTo"] = json!([{"code": "replaces", "target": {"identifier": {
            "system": "urn:ietf:rfc:3986", "value": id
        }}}]);
        asked.push(("POST /fhir", Asked::resource("/fhir", &replacing)));
        let mut presenting = papers::report(world, Actor::Laboratory, 902);
        presenting["entry"][1]["resource"]["masterIdentifier"]["value"] = id.into();
        asked.push(("POST /fhir", Asked::resource("/fhir", &presenting)));
        // The very bytes of something that may be there, under its number and under one of its own.
        let mut same = papers::bundle(world, None, old, &[old], false);
        asked.push(("POST /fhir", Asked::resource("/fhir", &same)));
        same["entry"][1]["resource"]["masterIdentifier"]["value"] = "urn:oid:2.25.903".into();
        asked.push(("POST /fhir", Asked::resource("/fhir", &same)));
    }
    asked
}

/// The profile of ITI-105 that PDSm asks for.
const SIMPLIFIED: &str =
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-simplified-publish";

/// What an answer leads to: the next page, the older lines, the version that the reader has.
pub fn followed(question: &Question, heard: &Heard) -> Option<Question> {
    let (route, asked) = question;
    if heard.status != 200 || asked.method != "GET" {
        return None;
    }
    if let Some(etag) = heard.header("etag")
        && !asked.headers.iter().any(|(name, _)| *name == "if-none-match")
    {
        return Some((route, asked.clone().with("if-none-match", etag)));
    }
    let text = heard.text();
    if let Some(rest) = text.split("\"relation\":\"next\",\"url\":\"").nth(1) {
        let url = rest.split('"').next()?;
        let path = url.split_once("/fhir").map(|(_, path)| format!("/fhir{path}"))?;
        return Some((route, Asked { path, ..asked.clone() }));
    }
    let (_, rest) = text.split_once("href=\"/journal?before=")?;
    let before = rest.split('"').next()?;
    Some((route, Asked::get(format!("/journal?before={}", before.replace("&amp;", "&")))))
}
