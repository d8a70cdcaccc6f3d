//! A policy that fails to evaluate is skipped, and a skipped `forbid` would be a permission. None ever fails.

use crate::house;
use crate::prover::Prover;

#[test]
fn no_policy_ever_fails_to_evaluate() {
    let mut prover = Prover::new();
    for policy in house::sorted(&house::policies()) {
        if let Some(found) = prover.error_of(&policy) {
            panic!("{} fails:\n{found}", policy.id());
        }
    }
}

#[test]
fn a_policy_that_may_fail_is_found() {
    let overflow = "forbid (principal is Citizen, action, resource is Space) when { resource.age + 1 > 18 };";
    let policies = house::named(overflow);
    let policy = policies.policies().next().unwrap();
    assert!(Prover::new().error_of(policy).is_some());
}
