//! Who may stand before a space: relations with names, each made of what the schema knows.
//!
//! What a scene does not say is as plain as it can be: no right, no objection, an open space of a woman of forty.

use cedar_policy::{Entities, Schema, SchemaFragment};
use serde_json::{Map, Value, json};

use crate::house;

/// A relation between somebody and a space.
pub(crate) struct Scene {
    /// In words.
    pub(crate) name: &'static str,
    /// Type and id of who asks.
    pub(crate) principal: (&'static str, &'static str),
    who: Value,
    space: Value,
    /// What is different about every entry for whoever asks.
    entry: Value,
}

fn scene(name: &'static str, principal: (&'static str, &'static str), who: Value, space: Value) -> Scene {
    Scene { name, principal, who, space, entry: json!({}) }
}

/// The one whose space it is.
const CITIZEN: &str = "Citizen";
const HER: (&str, &str) = (CITIZEN, "her");
const ACTING: (&str, &str) = ("Acting", "somebody");
const DOCTOR: (&str, &str) = ("Professional", "doctor");
const APP: (&str, &str) = ("App", "app");
const SENDER: (&str, &str) = ("Software", "sender");
const OPERATOR: (&str, &str) = ("Operator", "operator");

/// A set of one: the professional who asks.
fn doctor() -> Value {
    json!([entity(DOCTOR.0, DOCTOR.1)])
}

/// Every scene, in the order in which it is printed.
pub(crate) fn all() -> Vec<Scene> {
    [citizens(), acting(), professionals(), urgent(), secret(), apps(), services()]
        .into_iter()
        .flatten()
        .collect()
}

fn citizens() -> Vec<Scene> {
    let own = |name, space| scene(name, HER, json!({}), space);
    vec![
        own("herself", json!({})),
        own("herself, sixteen", json!({ "age": 16, "minor": true })),
        own("herself, ten", json!({ "age": 10, "minor": true })),
        own("herself, announced", json!({ "state": "announced" })),
        own("herself, having opposed", json!({ "state": "opposed" })),
        own("herself, closed", json!({ "state": "closed" })),
        own("herself, sixteen, closed", json!({ "age": 16, "minor": true, "state": "closed" })),
        own("herself, erased", json!({ "state": "erased" })),
        scene("another citizen", (CITIZEN, "another"), json!({}), json!({})),
    ]
}

fn acting() -> Vec<Scene> {
    let by = |name, who, space| scene(name, ACTING, who, space);
    let child = json!({ "age": 10, "minor": true });
    let delegate = |scope: &[&str]| json!({ "standing": "delegate", "scope": scope, "chosen": true });
    let mut family = delegate(&["documents"]);
    family["families"] = json!(["her family"]);
    let mut documents = delegate(&["documents"]);
    documents["allFamilies"] = json!(true);
    let mut by_a_parent = documents.clone();
    by_a_parent["chosen"] = json!(false);
    let own_space = json!({ "self": entity(CITIZEN, "her"), "actsFor": entity(CITIZEN, "another"), "standing": "guardian" });
    vec![
        by("a parent", json!({ "standing": "parent" }), child.clone()),
        by("a parent, child of age", json!({ "standing": "parent" }), json!({})),
        by("a parent, closed", json!({ "standing": "parent" }), json!({ "minor": true, "state": "closed" })),
        by("a guardian", json!({ "standing": "guardian" }), json!({})),
        by(
            "a guardian who says she was chosen",
            json!({ "standing": "guardian", "chosen": true }),
            json!({}),
        ),
        by("a guardian, closed", json!({ "standing": "guardian" }), json!({ "state": "closed" })),
        by("a delegate, all documents", documents, json!({})),
        by("a delegate, one family", family, json!({})),
        by("a delegate, chosen by a parent", by_a_parent, child),
        by("a delegate, profile", delegate(&["profile"]), json!({})),
        by("a delegate, adding", delegate(&["add"]), json!({})),
        by("a delegate, sharing", delegate(&["sharing"]), json!({})),
        by("a delegate, messages and agenda", delegate(&["messages", "agenda"]), json!({})),
        by("who may act no more", json!({ "standing": "none" }), json!({})),
        by("herself, acting for another", own_space, json!({})),
    ]
}

fn professionals() -> Vec<Scene> {
    let by = |name, space| scene(name, DOCTOR, json!({}), space);
    let team = |name, space| scene(name, DOCTOR, json!({ "place": "her clinic" }), space);
    let author = |name, space| Scene { entry: json!({ "byReader": true }), ..by(name, space) };
    vec![
        by("a professional", json!({})),
        by("allowed", json!({ "allowed": doctor() })),
        by("allowed, closed", json!({ "allowed": doctor(), "state": "closed" })),
        by("allowed, shares with nobody", json!({ "allowed": doctor(), "mode": "nobody" })),
        by("declared present", json!({ "present": doctor() })),
        by("present, shares with nobody", json!({ "present": doctor(), "mode": "nobody" })),
        by("with her code", json!({ "lent": doctor() })),
        by("with her code, shares with nobody", json!({ "lent": doctor(), "mode": "nobody" })),
        team("of a team that she allowed", json!({ "teams": ["her clinic"] })),
        team("of her care team", json!({ "careTeams": ["her clinic"], "mode": "team" })),
        team("of a care team, not asked yet", json!({ "careTeams": ["her clinic"] })),
        team("of her team, shares with nobody", json!({ "teams": ["her clinic"], "mode": "nobody" })),
        by("of no place", json!({ "teams": [""], "careTeams": [""], "mode": "team" })),
        team("of another place", json!({ "teams": ["another"], "careTeams": ["another"], "mode": "team" })),
        by("her treating doctor", json!({ "treating": doctor() })),
        by("treating doctor, shares with nobody", json!({ "treating": doctor(), "mode": "nobody" })),
        author("the author, allowed", json!({ "allowed": doctor() })),
        author("the author, allowed no more", json!({})),
        by("blocked", json!({ "blocked": doctor() })),
        by("blocked, though allowed", json!({ "allowed": doctor(), "blocked": doctor() })),
        by("blocked, with her code", json!({ "lent": doctor(), "blocked": doctor() })),
        by("blocked, her treating doctor", json!({ "treating": doctor(), "blocked": doctor() })),
        author("blocked, the author", json!({ "allowed": doctor(), "blocked": doctor() })),
    ]
}

fn urgent() -> Vec<Scene> {
    let emergency = |name, space| scene(name, DOCTOR, json!({ "purpose": "emergency" }), space);
    let call = |name, regulates: bool, space| {
        scene(name, DOCTOR, json!({ "purpose": "call-centre", "regulates": regulates }), space)
    };
    vec![
        emergency("in an emergency", json!({ "broke": doctor() })),
        emergency("in an emergency, shares with nobody", json!({ "broke": doctor(), "mode": "nobody" })),
        emergency("in an emergency that she refuses", json!({ "broke": doctor(), "refusesEmergency": true })),
        emergency("in an emergency, blocked", json!({ "broke": doctor(), "blocked": doctor() })),
        emergency("in an emergency, not declared", json!({})),
        emergency("allowed, an emergency not declared", json!({ "allowed": doctor() })),
        scene("an emergency declared, ordinary visit", DOCTOR, json!({}), json!({ "broke": doctor() })),
        call("on a call", true, json!({ "onCall": doctor() })),
        call("on a call, shares with nobody", true, json!({ "onCall": doctor(), "mode": "nobody" })),
        call("on a call that she refuses", true, json!({ "onCall": doctor(), "refusesCallCentre": true })),
        call("on a call, blocked", true, json!({ "onCall": doctor(), "blocked": doctor() })),
        call("on a call, not taken", true, json!({})),
        call("on a call, of no call centre", false, json!({ "onCall": doctor() })),
    ]
}

fn secret() -> Vec<Scene> {
    let minor = |mut space: Value| {
        (space["age"], space["minor"]) = (json!(16), json!(true));
        space
    };
    let secretly = |name, space| scene(name, DOCTOR, json!({ "purpose": "secret" }), space);
    vec![
        scene("to a minor", DOCTOR, json!({}), minor(json!({}))),
        secretly("in secret", minor(json!({ "secretly": doctor() }))),
        secretly("in secret, though allowed", minor(json!({ "secretly": doctor(), "allowed": doctor() }))),
        secretly("in secret, shares with nobody", minor(json!({ "secretly": doctor(), "mode": "nobody" }))),
        secretly("in secret, blocked", minor(json!({ "secretly": doctor(), "blocked": doctor() }))),
        secretly("in secret, not asked", minor(json!({}))),
        secretly("in secret, of age since", json!({ "secretly": doctor() })),
    ]
}

fn apps() -> Vec<Scene> {
    let by = |name, who, space| scene(name, APP, who, space);
    let connected = json!({ "connected": [entity(APP.0, APP.1)] });
    let mut closed = connected.clone();
    closed["state"] = json!("closed");
    let all = json!({ "scope": ["documents", "profile"], "allFamilies": true });
    let family = json!({ "scope": ["documents"], "families": ["her family"] });
    let unsaid = json!({ "scope": ["profile"], "allFamilies": true, "families": ["her family"] });
    vec![
        by("an app, everything granted", all.clone(), connected.clone()),
        by("an app, one family", family, connected.clone()),
        by("an app, no family", json!({ "scope": ["documents"] }), connected.clone()),
        by("an app, profile", unsaid, connected.clone()),
        by("an app, nothing granted", json!({}), connected),
        by("an app, closed", all.clone(), closed),
        by("an app that is not connected", all, json!({})),
    ]
}

fn services() -> Vec<Scene> {
    let software = |name, space| scene(name, SENDER, json!({ "organization": "laboratory" }), space);
    let author = |name, space| Scene { entry: json!({ "byReader": true }), ..software(name, space) };
    let operator = |name, state| scene(name, OPERATOR, json!({}), json!({ "state": state }));
    let task = |name, task| scene(name, ("System", task), json!({}), json!({}));
    vec![
        software("software", json!({})),
        author("software, its own documents", json!({})),
        author("software, closed", json!({ "state": "closed" })),
        author("software of a refused sender", json!({ "refusedSenders": ["laboratory"] })),
        operator("an operator", "open"),
        operator("an operator, announced", "announced"),
        operator("an operator, opposed", "opposed"),
        operator("an operator, closed", "closed"),
        operator("an operator, erased", "erased"),
        task("the task of migrating", "migration"),
        task("the task of enrolling", "enrolment"),
        task("the task of searching", "search"),
        task("another task", "another"),
    ]
}

fn entity(kind: &str, id: &str) -> Value {
    json!({ "__entity": { "type": kind, "id": id } })
}

/// What an entry is like.
pub(crate) struct Kind {
    /// In a word.
    pub(crate) name: &'static str,
    attributes: Value,
}

/// Every kind of entry, in the order of the columns.
pub(crate) fn kinds() -> Vec<Kind> {
    let kind = |name, attributes| Kind { name, attributes };
    vec![
        kind("plain", json!({})),
        kind("hidden", json!({ "hidden": true })),
        kind("secret", json!({ "secret": true })),
        kind("kept", json!({ "kept": true })),
        kind("untold", json!({ "notYetForPatient": true })),
        kind("not for her", json!({ "typeCode": "never" })),
        kind("family", json!({ "classCode": "another family" })),
    ]
}

/// The schema, and what an attribute is when nothing is said about it.
pub(crate) struct World {
    pub(crate) schema: Schema,
    types: Value,
}

impl World {
    pub(crate) fn new() -> Self {
        let fragment = SchemaFragment::from_cedarschema_str(&house::schema_text()).unwrap().0;
        let types = fragment.to_json_value().unwrap()[""]["entityTypes"].clone();
        Self { schema: house::schema(), types }
    }

    /// Who asks, the space, and an entry in it, checked against the schema.
    pub(crate) fn entities(&self, scene: &Scene, kind: &Kind) -> Entities {
        let space = entity("Space", "hers");
        let entry = json!({ "space": space, "typeCode": "any", "classCode": "her family" });
        let (who, id) = scene.principal;
        let plain_who = json!({
            "self": entity(CITIZEN, "somebody"), "everything": true, "never": ["never"], "purpose": "care"
        });
        let plain_space =
            json!({ "state": "open", "age": 40, "secretAge": 15, "appAge": 15, "mode": "unasked" });
        let entities = json!([
            self.entity(who, id, &[&plain_who, &scene.who]),
            self.entity("Space", "hers", &[&plain_space, &scene.space]),
            self.entity("Entry", "entry", &[&entry, &kind.attributes, &scene.entry]),
        ]);
        Entities::from_json_value(entities, Some(&self.schema))
            .unwrap_or_else(|e| panic!("{}: {e}", scene.name))
    }

    /// An entity with the attributes of its type; later words overrule earlier ones.
    fn entity(&self, kind: &str, id: &str, words: &[&Value]) -> Value {
        let mut attributes = Map::new();
        for (name, shape) in self.types[kind]["shape"]["attributes"].as_object().into_iter().flatten() {
            let said = words.iter().rev().find_map(|words| words.get(name));
            attributes.insert(name.clone(), said.cloned().unwrap_or_else(|| plain(shape)));
        }
        json!({ "uid": { "type": kind, "id": id }, "attrs": attributes, "parents": [] })
    }
}

/// What a value of this shape is when nobody says anything.
fn plain(shape: &Value) -> Value {
    let name = shape["name"].as_str().unwrap_or_default();
    match (shape["type"].as_str().unwrap_or_default(), name) {
        ("Set", _) => json!([]),
        ("String", _) | (_, "String") => json!(""),
        ("Long", _) | (_, "Long") => json!(0),
        ("Boolean", _) | (_, "Bool" | "Boolean") => json!(false),
        (_, kind) => entity(kind, if kind == HER.0 { HER.1 } else { "plain" }),
    }
}
