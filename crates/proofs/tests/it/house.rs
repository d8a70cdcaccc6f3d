//! The policies and their schema as they stand in `policies/`.

use std::fs;
use std::path::{Path, PathBuf};

use cedar_policy::{Policy, PolicyId, PolicySet, RequestEnv, Schema};
use serde_json::{Value, json};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The schema, as text.
pub(crate) fn schema_text() -> String {
    fs::read_to_string(root().join("policies/carnet.cedarschema")).unwrap()
}

/// The schema.
pub(crate) fn schema() -> Schema {
    Schema::from_cedarschema_str(&schema_text()).unwrap().0
}

/// Every kind of request that the schema knows: type of principal, action, type of resource; in a fixed order.
pub(crate) fn kinds_of_request(schema: &Schema) -> Vec<RequestEnv> {
    let mut kinds: Vec<RequestEnv> = schema.request_envs().collect();
    kinds.sort_by_key(|kind| format!("{} {} {}", kind.action(), kind.principal(), kind.resource()));
    kinds
}

/// The names of the policy files, sorted.
pub(crate) fn files() -> Vec<String> {
    let mut files: Vec<String> = fs::read_dir(root().join("policies"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".cedar"))
        .collect();
    files.sort();
    files
}

/// Every policy, named by its `@id`.
pub(crate) fn policies() -> PolicySet {
    let texts =
        files().into_iter().map(|file| fs::read_to_string(root().join("policies").join(file)).unwrap());
    named(&texts.collect::<String>())
}

/// Policies from text; those without `@id` are named by their place.
pub(crate) fn named(text: &str) -> PolicySet {
    let parsed: PolicySet = text.parse().unwrap_or_else(|e| panic!("{e}\n{text}"));
    let named = parsed.policies().map(|policy| match policy.annotation("id") {
        Some(id) => policy.new_id(PolicyId::new(id)),
        None => policy.clone(),
    });
    PolicySet::from_policies(named).unwrap()
}

/// Policies sorted by their names, so that what is printed about them is always the same.
pub(crate) fn sorted(policies: &PolicySet) -> Vec<Policy> {
    let mut all: Vec<Policy> = policies.policies().cloned().collect();
    all.sort_by_key(|policy| policy.id().to_string());
    all
}

/// The server compiles its policies in, file by file: what is proved here must be what it judges by.
#[test]
fn the_policies_that_are_proved_are_those_the_server_judges_by() {
    let judge = fs::read_to_string(root().join("crates/people/src/consent/policy.rs")).unwrap();
    let mut compiled_in: Vec<&str> = judge
        .split("include_str!(\"../../../../policies/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|name| name.ends_with(".cedar"))
        .collect();
    compiled_in.sort_unstable();
    assert_eq!(compiled_in, files());
}

/// Sets of professionals and of apps in a space. The server puts only the asker into them, which no policy may notice.
const OF_ASKERS: [&str; 9] =
    ["allowed", "present", "lent", "treating", "blocked", "broke", "onCall", "secretly", "connected"];

/// Where an expression looks at such a set other than to ask whether the asker is in it.
fn looks_at_others(expression: &Value) -> bool {
    let is_set = |value: &Value| value["."]["attr"].as_str().is_some_and(|name| OF_ASKERS.contains(&name));
    if is_set(expression) {
        return true;
    }
    let asks_of_herself = expression.get("contains").is_some_and(|contains| {
        is_set(&contains["left"]) && contains["right"] == json!({ "Var": "principal" })
    });
    let parts: Vec<&Value> = match expression {
        Value::Object(object) => object.values().collect(),
        Value::Array(array) => array.iter().collect(),
        _ => Vec::new(),
    };
    !asks_of_herself && parts.into_iter().any(looks_at_others)
}

#[test]
fn no_policy_asks_about_another_professional_or_app() {
    for policy in sorted(&policies()) {
        let json = policy.to_json().unwrap();
        assert!(!looks_at_others(&json["conditions"]), "{policy}");
    }
    let prying = named("permit (principal, action, resource is Space) when { !resource.blocked.isEmpty() };");
    let prying = prying.policies().next().unwrap().to_json().unwrap();
    assert!(looks_at_others(&prying["conditions"]));
}
