//! What the facts of a document tell a search of software, so that it need not open the resource.
//!
//! Invariant: where facts tell something, they tell what the resource would; that is established at the door by
//! comparing the two ([`establish`]) and kept with the facts ([`Tells`]).

use ::fhir::search::{Kind, Outline};
use ::fhir::view::DocRef;
use serde_json::{Value, json};

use super::describe;
use super::model::{Facts, Meta, Tells};

/// Parameters that facts may tell; their places are what [`Tells`] holds, so they never move.
const TOLD: [&str; 7] = ["type", "category", "date", "creation", "contenttype", "format", "language"];

/// Writes into the facts when the resource was written, and which searches they answer in its place.
pub(super) fn establish(facts: &mut Facts, resource: &Value) {
    facts.written = DocRef(resource).date();
    let alike = |parameter: &str| {
        // A type that only the CDA told is filled in when the resource is read.
        (parameter == "type" && resource.get("type").is_none())
            || Kind::DocumentReference.answers_alike(parameter, &told(facts, parameter), resource)
    };
    let bits = TOLD.iter().enumerate().filter(|(_, name)| alike(name)).map(|(i, _)| 1 << i);
    facts.tells = Tells(bits.sum());
}

/// What the facts have for a parameter of [`TOLD`].
fn told(facts: &Facts, parameter: &str) -> Vec<Value> {
    let value = match parameter {
        "type" => describe::coding(&facts.kind).map(|coding| coding.concept()),
        "category" => describe::coding(&facts.class).map(|coding| coding.concept()),
        "date" => facts.written.map(|at| at.to_string().into()),
        "creation" => Some(facts.dated.to_string().into()),
        "contenttype" => Some(facts.media.mime().into()),
        "format" => facts.format.as_deref().and_then(describe::coding).map(|coding| coding.value()),
        "language" => facts.language.as_deref().map(Value::from),
        _ => None,
    };
    value.into_iter().collect()
}

/// A document's list line, as a search of software looks at it.
pub(super) struct Line<'a>(pub(super) &'a Meta);

impl Outline for Line<'_> {
    fn id(&self) -> String {
        self.0.entry.to_string()
    }

    fn values(&self, parameter: &str) -> Option<Vec<Value>> {
        let meta = self.0;
        match parameter {
            "_id" => Some(vec![self.id().into()]),
            "_lastUpdated" => Some(vec![meta.changed.to_string().into()]),
            "status" => Some(vec![meta.status.fhir().into()]),
            _ => {
                let place = TOLD.iter().position(|name| *name == parameter)?;
                (meta.facts.tells.0 >> place & 1 == 1).then(|| told(&meta.facts, parameter))
            }
        }
    }
}

/// A submission set as far as the lines of its documents tell: its id, that it stands, when it was sent.
pub(super) struct SetLine {
    pub(super) id: String,
    /// When it was sent, where that is known without opening it and it is nothing but a submission set.
    pub(super) date: Option<kernel::Instant>,
}

impl Outline for SetLine {
    fn id(&self) -> String {
        self.id.clone()
    }

    fn values(&self, parameter: &str) -> Option<Vec<Value>> {
        match parameter {
            "_id" => Some(vec![self.id.as_str().into()]),
            "status" => Some(vec!["current".into()]),
            "date" => self.date.map(|at| vec![at.to_string().into()]),
            "code" => self.date.map(|_| vec![super::sets::code()]),
            _ => None,
        }
    }
}

/// A line of the journal, as far as its clear part tells.
pub(super) struct ActLine {
    pub(super) id: String,
    pub(super) at: kernel::Instant,
    pub(super) action: &'static str,
    pub(super) subtype: &'static str,
}

impl Outline for ActLine {
    fn id(&self) -> String {
        self.id.clone()
    }

    fn values(&self, parameter: &str) -> Option<Vec<Value>> {
        match parameter {
            "_id" => Some(vec![self.id.as_str().into()]),
            "date" => Some(vec![self.at.to_string().into()]),
            "action" => Some(vec![self.action.into()]),
            "subtype" => Some(vec![json!({"system": super::fhir::ACT, "code": self.subtype})]),
            _ => None,
        }
    }
}
