//! A journal line as an `AuditEvent` (IHE Basic Audit Log Patterns, <https://profiles.ihe.net/ITI/BALP>).

use kernel::rpps::Rpps;
use kernel::{Actor, Instant, Purpose, Right};
use serde_json::{Value, json};

use super::Object;
use crate::view::Coding;

/// What was done (R4 `audit-event-action`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditAction {
    /// Something new.
    Create,
    /// A look.
    Read,
    /// A change.
    Update,
    /// A removal.
    Delete,
    /// Anything else: a sign-in, a search, a permission.
    Execute,
}

impl AuditAction {
    /// FHIR's letter for it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Create => "C",
            Self::Read => "R",
            Self::Update => "U",
            Self::Delete => "D",
            Self::Execute => "E",
        }
    }
}

/// How it ended (R4 `audit-event-outcome`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditOutcome {
    /// Done.
    Success,
    /// Refused: by a rule or for what was sent.
    Refused,
    /// Failed on our side.
    Failed,
}

/// What it was done to.
#[derive(Clone, Debug)]
pub struct AuditEntity<'a> {
    /// `DocumentReference/…`.
    pub reference: &'a str,
    /// A title, if it may be shown.
    pub name: Option<&'a str>,
}

/// A journal line.
#[derive(Clone, Debug)]
pub struct AuditInput<'a> {
    /// Logical id.
    pub id: &'a str,
    /// When.
    pub when: Instant,
    /// Who.
    pub actor: &'a Actor,
    /// For whom, when not for herself: `Patient/…`.
    pub on_behalf_of: Option<&'a str>,
    /// Why.
    pub purpose: Purpose,
    /// By what right she was let in: R4 `agent.policy`, "the policy or plan that authorized the activity".
    pub right: Option<Right>,
    /// What kind of act.
    pub action: AuditAction,
    /// The journal's own word for it, with words for people: `read`, `deposit`, `permit` …
    pub subtype: &'a Coding,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// Why not, when it was refused.
    pub reason: Option<&'a str>,
    /// Whose record: `Patient/…`.
    pub patient: &'a str,
    /// What it was done to.
    pub entities: &'a [AuditEntity<'a>],
    /// This service, as the observer: its name.
    pub observer: &'a str,
}

/// The `AuditEvent` of a journal line.
#[must_use]
pub fn audit_event(input: &AuditInput<'_>) -> Value {
    let outcome = match input.outcome {
        AuditOutcome::Success => "0",
        AuditOutcome::Refused => "4",
        AuditOutcome::Failed => "8",
    };
    let mut entities = vec![json!({
        "what": {"reference": input.patient},
        "type": coding("http://terminology.hl7.org/CodeSystem/audit-entity-type", "1", "Person"),
        "role": coding("http://terminology.hl7.org/CodeSystem/object-role", "1", "Patient"),
    })];
    entities.extend(input.entities.iter().map(|entity| {
        Object::default()
            .set("what", json!({"reference": entity.reference}))
            .set(
                "type",
                coding("http://terminology.hl7.org/CodeSystem/audit-entity-type", "2", "System Object"),
            )
            .set("role", coding("http://terminology.hl7.org/CodeSystem/object-role", "4", "Domain Resource"))
            .maybe("name", entity.name)
            .done()
    }));
    let mut agents = vec![agent(input.actor, true, input.right)];
    agents.extend(input.on_behalf_of.map(|person| {
        json!({"who": {"reference": person}, "requestor": false, "role": [role("CUST", "for whom the act was done")]})
    }));
    Object::resource("AuditEvent")
        .set("id", input.id)
        .set("type", coding("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest", "RESTful Operation"))
        .set("subtype", json!([input.subtype.value()]))
        .set("action", input.action.code())
        .set("recorded", input.when.to_string())
        .set("outcome", outcome)
        .maybe("outcomeDesc", input.reason)
        .set("purposeOfEvent", json!([purpose(input.purpose)]))
        .set("agent", agents)
        .set("source", json!({
            "observer": {"display": input.observer},
            "type": [coding("http://terminology.hl7.org/CodeSystem/security-source-type", "4", "Application Server")],
        }))
        .set("entity", entities)
        .done()
}

/// Rights are named so, by the words of `kernel::Right`.
const RIGHT: &str = "urn:x-carnet:right:";
/// What French software calls a visit of which a minor's representatives are told nothing.
const SECRET: &str = "CONNEXION_SECRETE";

fn coding(system: &str, code: &str, display: &str) -> Value {
    Coding::new(system, code, display).value()
}

fn role(code: &str, text: &str) -> Value {
    json!({
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleClass", "code": code}],
        "text": text,
    })
}

fn purpose(purpose: Purpose) -> Value {
    let (code, display) = match purpose {
        Purpose::Own => ("PATRQT", "patient requested"),
        Purpose::Care => ("TREAT", "treatment"),
        Purpose::Emergency => ("BTG", "break the glass"),
        Purpose::CallCentre => ("ETREAT", "emergency treatment"),
        Purpose::Secret => ("TREAT", "treatment"),
        Purpose::Operation => ("HOPERAT", "healthcare operations"),
    };
    let reason =
        json!({"coding": [coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", code, display)]});
    let text = (purpose == Purpose::Secret).then_some(SECRET);
    text.map_or_else(|| reason.clone(), |text| json!({"coding": reason["coding"], "text": text}))
}

/// Who acted, by number where there is one, and always in words.
fn agent(actor: &Actor, requestor: bool, right: Option<Right>) -> Value {
    let agent = Object::default();
    let agent = match actor {
        Actor::Nobody => agent.set("name", "Nobody signed in"),
        Actor::Citizen { person, name } => {
            agent.set("who", json!({"reference": format!("Patient/{person}")})).set("name", name.as_str())
        }
        Actor::Professional(pro) => {
            let mut text = pro.structure.clone();
            if let Some(finess) = &pro.finess {
                text = format!("{text} ({finess})");
            }
            let who = json!({
                "identifier": {"system": Rpps::SYSTEM, "value": pro.rpps.as_str()},
                "display": pro.name,
            });
            let profession = json!({
                "coding": [{
                    "system": "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante",
                    "code": pro.profession,
                }],
                "text": text,
            });
            agent.set("who", who).set("name", pro.name.as_str()).set("role", json!([profession]))
        }
        Actor::App(app) => {
            let who = json!({
                "identifier": {"value": app.client_id},
                "display": format!("{} ({})", app.name, app.organization),
            });
            agent.set("who", who).set("name", app.name.as_str()).set("altId", app.client_id.as_str())
        }
        Actor::Software(software) => {
            let who = json!({
                "identifier": {"value": software.client_id},
                "display": software.organization,
            });
            agent
                .set("who", who)
                .set("name", software.organization.as_str())
                .set("altId", software.client_id.as_str())
        }
        Actor::Operator { name } => agent.set("altId", name.as_str()).set("name", format!("Operator {name}")),
        Actor::System { task } => {
            agent.set("altId", task.as_str()).set("name", format!("Automatic task {task}"))
        }
    };
    let policy = right.map(|right| json!([format!("{RIGHT}{}", right.word())]));
    agent.set("requestor", requestor).maybe("policy", policy).done()
}
