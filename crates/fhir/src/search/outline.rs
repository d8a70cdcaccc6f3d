//! What is known of a resource before it is opened, and what a search can tell from that.

use serde_json::Value;

use super::page::Place;
use super::params::{Kind, Param, Type};
use super::{Modifier, Query, matching};
use crate::view::{items, text};

/// What is known of a resource without opening it: a line of a list, the clear part of a journal line.
pub trait Outline {
    /// Its logical id.
    fn id(&self) -> String;

    /// What the resource has for this parameter: the same values in the same order, though codes may lack their
    /// words. `None` when only the resource itself can tell. [`Kind::answers_alike`] says whether it is so.
    fn values(&self, parameter: &str) -> Option<Vec<Value>>;
}

/// What an outline tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Judged {
    /// The resource does not pass.
    Out,
    /// It passes, and stands here.
    In(Place),
    /// Only the resource itself can tell: [`Query::place`].
    Unsure,
}

pub(super) fn judge(query: &Query, outline: &impl Outline) -> Judged {
    let mut unsure = false;
    for clause in &query.clauses {
        // Words are not in an outline, and identifiers may be behind a reference.
        let known = match clause.modifier {
            Modifier::Text | Modifier::Identifier => None,
            _ => outline.values(clause.param.name),
        };
        match known {
            Some(values) if !matching::holds(clause, &values.iter().collect::<Vec<_>>()) => {
                return Judged::Out;
            }
            Some(_) => {}
            None => unsure = true,
        }
    }
    match (unsure, Place::outlined(query, outline)) {
        (false, Some(place)) => Judged::In(place),
        _ => Judged::Unsure,
    }
}

impl Kind {
    /// True when every search without words gets the same answer from what an outline tells for this parameter
    /// as from the resource.
    #[must_use]
    pub fn answers_alike(self, parameter: &str, told: &[Value], resource: &Value) -> bool {
        let Some(param) = self.param(parameter) else { return false };
        let own = matching::values(param, resource);
        own.len() == told.len() && own.iter().zip(told).all(|(own, told)| alike(param, own, told))
    }
}

fn alike(param: &Param, own: &Value, told: &Value) -> bool {
    match param.of {
        Type::Date => matching::when(own) == matching::when(told),
        Type::Token if own.get("coding").is_some() && told.get("coding").is_some() => {
            let (own, told) = (items(own, "coding"), items(told, "coding"));
            own.len() == told.len() && own.iter().zip(told).all(|(own, told)| same_code(own, told))
        }
        // A coding as it stands, with neither words nor value.
        Type::Token if own.is_object() && own.get("value").is_none() && own.get("coding").is_none() => {
            same_code(own, told)
        }
        _ => own == told,
    }
}

fn same_code(own: &Value, told: &Value) -> bool {
    ["system", "code"].iter().all(|name| text(own, &[name]) == text(told, &[name]))
}
