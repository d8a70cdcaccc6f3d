//! The policies, parsed, checked against their schema, and cut by who asks for what.

use std::collections::HashMap;
#[cfg(test)]
use std::collections::HashSet;
use std::str::FromStr as _;

use cedar_policy::{
    ActionConstraint, Authorizer, Context, Entities, EntityId, EntityTypeName, EntityUid, Policy, PolicyId,
    PolicySet, PrincipalConstraint, Request, Response, Schema, ValidationMode, Validator,
};
use kernel::{Fault, Right};

use super::{POLICIES, SCHEMA};
use crate::consent::pass::Action;

/// The kinds of principal: the names of their types in the schema.
const PRINCIPALS: [&str; 7] = ["Citizen", "Acting", "Professional", "App", "Software", "Operator", "System"];
/// The other types that questions name.
const OTHERS: [&str; 3] = ["Space", "Entry", "Action"];

/// The action that a decision on an entry asks about.
pub(super) const READ_ENTRY: &str = "readEntry";

/// Policies, and the names that every question needs: parsing names dominates building a question.
pub(super) struct Engine {
    authorizer: Authorizer,
    /// The policies whose scope speaks of this kind of principal and this action; all others say nothing of it. Cedar
    /// would evaluate each of them to find that out.
    slices: HashMap<(&'static str, &'static str), PolicySet>,
    /// All of them, which the tests hold the slices against.
    #[cfg(test)]
    all: PolicySet,
    /// What each policy that lets somebody in says of it.
    pub(super) rights: HashMap<PolicyId, Right>,
    types: HashMap<&'static str, EntityTypeName>,
    actions: HashMap<&'static str, EntityUid>,
}

impl Engine {
    pub(super) fn load() -> Result<Self, String> {
        let (policies, rights) = read()?;
        validate(&policies)?;
        let named = |name| Ok((name, EntityTypeName::from_str(name).map_err(|e| format!("{name}: {e}"))?));
        let types =
            PRINCIPALS.into_iter().chain(OTHERS).map(named).collect::<Result<HashMap<_, _>, String>>()?;
        let uid = |word| EntityUid::from_type_name_and_id(types["Action"].clone(), EntityId::new(word));
        let words = Action::ALL.into_iter().map(Action::word).chain([READ_ENTRY]);
        let actions: HashMap<_, _> = words.map(|word| (word, uid(word))).collect();
        let mut slices = HashMap::new();
        for kind in PRINCIPALS {
            for (word, action) in &actions {
                slices.insert((kind, *word), slice(&policies, &types[kind], action)?);
            }
        }
        Ok(Self {
            authorizer: Authorizer::new(),
            slices,
            #[cfg(test)]
            all: policies,
            rights,
            types,
            actions,
        })
    }

    pub(super) fn uid(&self, kind: &'static str, id: &str) -> EntityUid {
        EntityUid::from_type_name_and_id(self.types[kind].clone(), EntityId::new(id))
    }

    /// What the policies answer to a principal of this kind.
    pub(super) fn ask(
        &self,
        (kind, principal): (&'static str, &EntityUid),
        action: &'static str,
        resource: EntityUid,
        entities: &Entities,
    ) -> Result<Response, Fault> {
        let request = self.request(principal, action, resource)?;
        let response = self.authorizer.is_authorized(&request, &self.slices[&(kind, action)], entities);
        #[cfg(test)]
        self.hold(&request, &response, entities);
        Ok(response)
    }

    fn request(
        &self,
        principal: &EntityUid,
        action: &'static str,
        resource: EntityUid,
    ) -> Result<Request, Fault> {
        Request::new(principal.clone(), self.actions[action].clone(), resource, Context::empty(), None)
            .map_err(|e| Fault::Internal(format!("policy request: {e}")))
    }

    /// In tests no question is asked of a slice alone: all policies must give the same answer, for the same reasons.
    #[cfg(test)]
    fn hold(&self, request: &Request, response: &Response, entities: &Entities) {
        let whole = self.authorizer.is_authorized(request, &self.all, entities);
        let reasons = |of: &Response| of.diagnostics().reason().cloned().collect::<HashSet<_>>();
        assert_eq!(whole.decision(), response.decision(), "{request}");
        assert_eq!(reasons(&whole), reasons(response), "{request}");
    }
}

/// The policies of all files, each by the name that its `@id` gives it: the name that reviews and decisions show.
fn read() -> Result<(PolicySet, HashMap<PolicyId, Right>), String> {
    let (mut policies, mut rights) = (PolicySet::new(), HashMap::new());
    for (file, text) in POLICIES {
        let parsed: PolicySet = text.parse().map_err(|e| format!("{file}: {e}"))?;
        for policy in parsed.policies() {
            let name = policy.annotation("id").ok_or(format!("{file}: a policy has no @id"))?;
            let name = PolicyId::new(name);
            if let Some(word) = policy.annotation("right") {
                let right = Right::of(word).ok_or(format!("{file}: {name}: no right is called {word}"))?;
                rights.insert(name.clone(), right);
            }
            policies.add(policy.new_id(name)).map_err(|e| format!("{file}: {e}"))?;
        }
    }
    Ok((policies, rights))
}

fn validate(policies: &PolicySet) -> Result<(), String> {
    let (schema, _) = Schema::from_cedarschema_str(SCHEMA).map_err(|e| format!("carnet.cedarschema: {e}"))?;
    let verdict = Validator::new(schema).validate(policies, ValidationMode::Strict);
    if verdict.validation_passed() {
        return Ok(());
    }
    let errors: Vec<String> = verdict.validation_errors().map(ToString::to_string).collect();
    Err(errors.join("; "))
}

/// The policies that may speak of a principal of this kind who asks for this action. Whatever a scope says that is not
/// understood here stays in.
fn slice(policies: &PolicySet, kind: &EntityTypeName, action: &EntityUid) -> Result<PolicySet, String> {
    let speaks = |policy: &&Policy| {
        let of_kind = match policy.principal_constraint() {
            PrincipalConstraint::Is(other) | PrincipalConstraint::IsIn(other, _) => other == *kind,
            PrincipalConstraint::Eq(other) => other.type_name() == kind,
            PrincipalConstraint::Any | PrincipalConstraint::In(_) => true,
        };
        // No action is in a group: `in` means one of these.
        let of_action = match policy.action_constraint() {
            ActionConstraint::Eq(other) => other == *action,
            ActionConstraint::In(others) => others.contains(action),
            ActionConstraint::Any => true,
        };
        of_kind && of_action
    };
    PolicySet::from_policies(policies.policies().filter(speaks).cloned()).map_err(|e| e.to_string())
}
