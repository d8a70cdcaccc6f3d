//! What would happen if somebody changed the policies by mistake?
//!
//! Each policy is left out; each part of its condition is left out, or loses its « not »; each of its actions is left
//! out. If the policies then mean something else, some theorem must fail. A change that no theorem notices would be
//! a part of the policies that nothing is said about.

use cedar_policy::{Policy, PolicySet};
use cedar_policy_symcc::CompiledPolicySet;
use serde_json::Value;

use crate::house;
use crate::prover::{self, Judged, Prover};
use crate::theorems;

/// A changed policy: what was changed, and what became of it.
struct Mutant {
    change: String,
    policy: Option<Policy>,
}

/// Every small change to a policy.
fn mutants(policy: &Policy) -> Vec<Mutant> {
    let mut found = vec![Mutant { change: "left out".to_owned(), policy: None }];
    let json = policy.to_json().unwrap();
    let mut changed = Vec::new();
    for (at, condition) in json["conditions"].as_array().unwrap().iter().enumerate() {
        for body in simpler(&condition["body"]) {
            let mut other = json.clone();
            other["conditions"][at]["body"] = body;
            changed.push(other);
        }
    }
    let actions = json["action"]["entities"].as_array().map_or(0, Vec::len);
    for at in 0..actions {
        let mut other = json.clone();
        other["action"]["entities"].as_array_mut().unwrap().remove(at);
        changed.push(other);
    }
    found.extend(changed.into_iter().map(|json| {
        let policy = Policy::from_json(Some(policy.id().clone()), json).unwrap();
        Mutant { change: policy.to_string(), policy: Some(policy) }
    }));
    found
}

/// Every way to leave out one operand of `&&` or `||`, or one `!`, anywhere in an expression.
fn simpler(expression: &Value) -> Vec<Value> {
    let Some((operator, operands)) = expression.as_object().and_then(|object| object.iter().next()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if operator == "&&" || operator == "||" {
        found.extend([operands["left"].clone(), operands["right"].clone()]);
    }
    if operator == "!" {
        found.push(operands["arg"].clone());
    }
    for (place, operand) in operands.as_object().into_iter().flatten() {
        for other in simpler(operand) {
            let mut whole = expression.clone();
            whole[operator][place] = other;
            found.push(whole);
        }
    }
    found
}

/// The theorems, ready to be tried on changed policies.
struct Watch {
    prover: Prover,
    policies: PolicySet,
    house: Judged,
    claims: Vec<(&'static str, Judged)>,
}

impl Watch {
    fn new() -> Self {
        let prover = Prover::new();
        let policies = house::policies();
        let house = prover.compile(policies.clone());
        let claim = |theorem: theorems::Theorem| (theorem.name, prover.compile(prover::claim(theorem.claim)));
        let claims = theorems::all().into_iter().map(claim).collect();
        Self { prover, policies, house, claims }
    }

    /// The kinds of request that a policy can speak of.
    fn kinds_of(&mut self, policy: &Policy) -> Vec<usize> {
        let alone = self.prover.compile(prover::claim(&policy.to_string()));
        (0..self.prover.kinds()).filter(|kind| !self.prover.denies_all(alone.formula(*kind))).collect()
    }

    /// Whether a theorem fails, or the change changes nothing.
    fn notices(&mut self, policy: &Policy, mutant: &Mutant, kinds: &[usize]) -> bool {
        let others = self.policies.policies().filter(|other| other.id() != policy.id()).cloned();
        let changed = PolicySet::from_policies(others.chain(mutant.policy.clone())).unwrap();
        let formulas: Vec<(usize, CompiledPolicySet)> =
            kinds.iter().map(|kind| (*kind, self.prover.formula(&changed, *kind))).collect();
        for at in 0..self.claims.len() {
            let claim = &self.claims[at].1;
            if formulas.iter().any(|(kind, formula)| self.prover.fails(claim, *kind, formula)) {
                // What notices one change to a policy is likely to notice the next one too.
                self.claims[..=at].rotate_right(1);
                return true;
            }
        }
        let house = &self.house;
        formulas.iter().all(|(kind, formula)| self.prover.same(house.formula(*kind), formula))
    }
}

/// Tries every change to the policies of one file.
fn every_change_is_noticed(file: &str) {
    let mut watch = Watch::new();
    let text = std::fs::read_to_string(house::root().join("policies").join(file)).unwrap();
    let (mut tried, mut unnoticed) = (0, Vec::new());
    for policy in house::sorted(&house::named(&text)) {
        let kinds = watch.kinds_of(&policy);
        for mutant in mutants(&policy) {
            tried += 1;
            if !watch.notices(&policy, &mutant, &kinds) {
                unnoticed.push(format!("{}: {}", policy.id(), mutant.change));
            }
        }
    }
    println!("{file}: {tried} changes tried");
    assert!(tried > 0, "{file}: nothing to change");
    let of = unnoticed.len();
    assert!(
        unnoticed.is_empty(),
        "{of} of {tried} changes that no theorem notices:\n{}",
        unnoticed.join("\n")
    );
}

/// One test for each file, so that they run side by side.
macro_rules! files {
    ($($name:ident: $file:literal)+) => {
        const FILES: &[&str] = &[$($file),+];
        $(#[test] fn $name() { every_change_is_noticed($file); })+
    };
}

files! {
    every_change_to_acting_is_noticed: "acting.cedar"
    every_change_to_app_is_noticed: "app.cedar"
    every_change_to_feeding_is_noticed: "feeding.cedar"
    every_change_to_operation_is_noticed: "operation.cedar"
    every_change_to_owner_is_noticed: "owner.cedar"
    every_change_to_professional_is_noticed: "professional.cedar"
}

#[test]
fn no_file_of_policies_is_left_out() {
    assert_eq!(FILES, house::files());
}
