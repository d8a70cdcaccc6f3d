//! Putting questions about policies to the solver.

use std::path::Path;

use cedar_policy::{Authorizer, Decision, Effect, Policy, PolicySet, RequestEnv, Schema};
use cedar_policy_symcc::solver::LocalSolver;
use cedar_policy_symcc::{CedarSymCompiler, CompiledPolicy, CompiledPolicySet, Env};
use tokio::process::Command;
use tokio::runtime::Runtime;

use crate::house;

/// A solver, and the policies as formulas: one per kind of request.
pub(crate) struct Prover {
    runtime: Runtime,
    solver: CedarSymCompiler<LocalSolver>,
    schema: Schema,
    kinds: Vec<RequestEnv>,
}

/// Policies with their formulas.
pub(crate) struct Judged {
    pub(crate) policies: PolicySet,
    formulas: Vec<CompiledPolicySet>,
}

impl Judged {
    /// The formula about one kind of request.
    pub(crate) fn formula(&self, kind: usize) -> &CompiledPolicySet {
        &self.formulas[kind]
    }
}

impl Prover {
    /// Starts the solver.
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let solver = runtime.block_on(async { LocalSolver::from_command(&mut solver()).unwrap() });
        let schema = house::schema();
        let kinds = house::kinds_of_request(&schema);
        Self { runtime, solver: CedarSymCompiler::new(solver).unwrap(), schema, kinds }
    }

    /// How many kinds of request there are.
    pub(crate) fn kinds(&self) -> usize {
        self.kinds.len()
    }

    /// Policies as a formula about one kind of request.
    pub(crate) fn formula(&self, policies: &PolicySet, kind: usize) -> CompiledPolicySet {
        CompiledPolicySet::compile(policies, &self.kinds[kind], &self.schema).unwrap()
    }

    /// Policies as formulas.
    pub(crate) fn compile(&self, policies: PolicySet) -> Judged {
        let formulas = (0..self.kinds()).map(|kind| self.formula(&policies, kind)).collect();
        Judged { policies, formulas }
    }

    /// Looks for a request that contradicts a claim about these policies; where there is none, the claim is proved. A
    /// claim is written as policies: each `forbid` says that no such request is ever allowed, each `permit` that every
    /// such request is.
    pub(crate) fn contradiction(&mut self, judged: &Judged, claim: &Judged) -> Option<Env> {
        let never = effect(claim) == Effect::Forbid;
        judged.formulas.iter().zip(&claim.formulas).find_map(|(house, claim)| {
            self.runtime.block_on(async {
                if never {
                    self.solver.check_disjoint_with_counterexample_opt(claim, house).await.unwrap()
                } else {
                    self.solver.check_implies_with_counterexample_opt(claim, house).await.unwrap()
                }
            })
        })
    }

    /// Whether a claim fails of policies, for one kind of request.
    pub(crate) fn fails(&mut self, claim: &Judged, kind: usize, policies: &CompiledPolicySet) -> bool {
        let spoken_of = claim.formula(kind);
        let holds = self.runtime.block_on(async {
            if effect(claim) == Effect::Forbid {
                self.solver.check_disjoint_opt(spoken_of, policies).await.unwrap()
            } else {
                self.solver.check_implies_opt(spoken_of, policies).await.unwrap()
            }
        });
        !holds
    }

    /// Whether two policies always decide the same.
    pub(crate) fn same(&mut self, one: &CompiledPolicySet, other: &CompiledPolicySet) -> bool {
        self.runtime.block_on(self.solver.check_equivalent_opt(one, other)).unwrap()
    }

    /// Whether policies permit nothing at all.
    pub(crate) fn denies_all(&mut self, policies: &CompiledPolicySet) -> bool {
        self.runtime.block_on(self.solver.check_always_denies_opt(policies)).unwrap()
    }

    /// A request on which a policy fails to evaluate.
    pub(crate) fn error_of(&mut self, policy: &Policy) -> Option<Env> {
        for kind in &self.kinds {
            let formula = CompiledPolicy::compile(policy, kind, &self.schema).unwrap();
            let check = self.solver.check_never_errors_with_counterexample_opt(&formula);
            if let Some(found) = self.runtime.block_on(check).unwrap() {
                return Some(found);
            }
        }
        None
    }
}

/// `forbid` or `permit`; a claim is all of one.
pub(crate) fn effect(claim: &Judged) -> Effect {
    // What the solver is given says `permit` in any case; the text's own word is kept as an annotation.
    let is_never = |policy: &Policy| policy.annotation(NEVER).is_some();
    if claim.policies.policies().all(is_never) { Effect::Forbid } else { Effect::Permit }
}

const NEVER: &str = "never";

/// A claim as the solver is asked: policies that permit exactly the requests that it speaks of.
pub(crate) fn claim(text: &str) -> PolicySet {
    let stated = house::named(text);
    let forbids = stated.policies().filter(|policy| policy.effect() == Effect::Forbid).count();
    assert!(forbids == 0 || forbids == stated.policies().count(), "a claim says never or always: {text}");
    let spoken_of = stated.policies().map(|policy| {
        let mut json = policy.to_json().unwrap();
        if policy.effect() == Effect::Forbid {
            json["effect"] = "permit".into();
            json["annotations"][NEVER] = "".into();
        }
        Policy::from_json(Some(policy.id().clone()), json).unwrap()
    });
    PolicySet::from_policies(spoken_of).unwrap()
}

/// Whether the policies really decide otherwise than the claim says, asked of the engine that the server uses.
pub(crate) fn contradicts(judged: &Judged, claim: &Judged, found: &Env) -> bool {
    let decide =
        |policies| Authorizer::new().is_authorized(&found.request, policies, &found.entities).decision();
    let spoken_of = decide(&claim.policies) == Decision::Allow;
    let wrong = if effect(claim) == Effect::Forbid { Decision::Allow } else { Decision::Deny };
    spoken_of && decide(&judged.policies) == wrong
}

/// The solver's library behind our reader of SMT-LIB. `cargo xtask proofs` fetches it.
fn solver() -> Command {
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../cvc5");
    assert!(library.exists(), "the solver is missing: `cargo xtask proofs` fetches it and runs these tests");
    let mut command = Command::new("python3");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("solver/smtlib.py")).env("PYTHONPATH", library);
    command
}
