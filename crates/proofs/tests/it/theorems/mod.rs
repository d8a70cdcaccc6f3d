//! The theorems. Each is a test of its name; its first text is the claim, its second a falsehood close by.
//!
//! A claim is written in the words of the policies themselves: a `forbid` says that no such request is ever allowed,
//! a `permit` that every such request is. The solver looks for a request that contradicts it, among all there can be:
//! every principal, space and entry that the schema admits. Where it finds none, the claim is proved. It must also
//! speak of something, and the falsehood must be refuted by a request that the server's own engine then judges the
//! same way: so the proof of the claim says something, and could have failed.

mod acting;
mod apps;
mod owner;
mod professional;
mod services;

use cedar_policy::PolicySet;

use crate::house;
use crate::prover::{self, Prover};

/// A claim about the policies that holds, and one that does not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Theorem {
    /// What it says, in words.
    pub(crate) name: &'static str,
    /// What holds, in Cedar.
    pub(crate) claim: &'static str,
    /// What would be too much to say.
    falsehood: &'static str,
}

/// Every theorem.
pub(crate) fn all() -> Vec<Theorem> {
    [owner::THEOREMS, acting::THEOREMS, apps::THEOREMS, professional::THEOREMS, services::THEOREMS].concat()
}

/// Theorems, each with its claim and `but not` a falsehood, and a test for each.
macro_rules! theorems {
    ($($(#[doc = $why:literal])+ $name:ident: $claim:literal but not $falsehood:literal)+) => {
        pub(crate) const THEOREMS: &[crate::theorems::Theorem] = &[$(crate::theorems::Theorem {
            name: stringify!($name),
            claim: $claim,
            falsehood: $falsehood,
        }),+];
        $($(#[doc = $why])+ #[test] fn $name() {
            THEOREMS.iter().find(|theorem| theorem.name == stringify!($name)).unwrap().hold();
        })+
    };
}
pub(crate) use theorems;

impl Theorem {
    /// Proves the claim and refutes the falsehood.
    fn hold(&self) {
        let mut prover = Prover::new();
        let policies = prover.compile(house::policies());
        let claim = prover.compile(prover::claim(self.claim));
        if let Some(found) = prover.contradiction(&policies, &claim) {
            panic!("{} does not hold:\n{found}", self.name);
        }
        let falsehood = prover.compile(prover::claim(self.falsehood));
        let Some(found) = prover.contradiction(&policies, &falsehood) else {
            panic!("{}: the falsehood was not refuted", self.name);
        };
        let real = prover::contradicts(&policies, &falsehood, &found);
        assert!(real, "{}: the server's engine does not confirm:\n{found}", self.name);
        for text in [&claim, &falsehood] {
            for policy in text.policies.policies() {
                // A part that fails to evaluate would be silent, as would one that speaks of nothing.
                assert!(prover.error_of(policy).is_none(), "{}: {policy} may fail", self.name);
                let alone = prover.compile(PolicySet::from_policies([policy.clone()]).unwrap());
                let silent = (0..prover.kinds()).all(|kind| prover.denies_all(alone.formula(kind)));
                assert!(!silent, "{}: {policy} speaks of no request", self.name);
            }
        }
    }
}
