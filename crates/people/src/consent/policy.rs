//! From a visit and a space to a Cedar question, and its answer.
//!
//! The policies are compiled in, parsed once and validated against their schema at start-up ([`check`]). By what right
//! somebody is let in is the policies' own word: the `@right` of those that say yes ([`ruling`]).

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicyId,
    PolicySet, Request, Response, RestrictedExpression, Schema, ValidationMode, Validator,
};
use kernel::{Actor, Fault, PersonId, Professional, Purpose, Right, Visit};

use super::access::{self, Sight};
use super::decision::{Connection, Granted};
use super::facts::EntryFacts;
use super::pass::Action;
use super::sharing::{Given, Sharing};
use crate::delegation::{Documents, Standing, rules};
use crate::person::Person;

/// The schema, as text.
pub const SCHEMA: &str = include_str!("../../../../policies/carnet.cedarschema");

/// The policies, file by file.
pub const POLICIES: [(&str, &str); 6] = [
    ("owner.cedar", include_str!("../../../../policies/owner.cedar")),
    ("acting.cedar", include_str!("../../../../policies/acting.cedar")),
    ("professional.cedar", include_str!("../../../../policies/professional.cedar")),
    ("app.cedar", include_str!("../../../../policies/app.cedar")),
    ("feeding.cedar", include_str!("../../../../policies/feeding.cedar")),
    ("operation.cedar", include_str!("../../../../policies/operation.cedar")),
];

/// Parsed policies and the names that every question needs; parsing names dominates building a question.
struct Engine {
    authorizer: Authorizer,
    policies: PolicySet,
    /// What each policy that lets somebody in says of it.
    rights: HashMap<PolicyId, Right>,
    types: HashMap<&'static str, EntityTypeName>,
    actions: HashMap<&'static str, EntityUid>,
}

const TYPES: [&str; 10] = [
    "Citizen",
    "Acting",
    "Professional",
    "App",
    "Software",
    "Operator",
    "System",
    "Space",
    "Entry",
    "Action",
];

/// The action that [`decide_entry`] asks about.
const READ_ENTRY: &str = "readEntry";

static ENGINE: LazyLock<Result<Engine, String>> = LazyLock::new(Engine::load);

impl Engine {
    fn load() -> Result<Self, String> {
        let (schema, _) =
            Schema::from_cedarschema_str(SCHEMA).map_err(|e| format!("carnet.cedarschema: {e}"))?;
        let (mut policies, mut rights) = (PolicySet::new(), HashMap::new());
        for (file, text) in POLICIES {
            let parsed: PolicySet = text.parse().map_err(|e| format!("{file}: {e}"))?;
            for policy in parsed.policies() {
                // The @id annotation is the name that reviews and decisions show.
                let name = policy.annotation("id").ok_or(format!("{file}: a policy has no @id"))?;
                let name = PolicyId::new(name);
                if let Some(word) = policy.annotation("right") {
                    let right =
                        Right::of(word).ok_or(format!("{file}: {name}: no right is called {word}"))?;
                    rights.insert(name.clone(), right);
                }
                policies.add(policy.new_id(name)).map_err(|e| format!("{file}: {e}"))?;
            }
        }
        let verdict = Validator::new(schema).validate(&policies, ValidationMode::Strict);
        if !verdict.validation_passed() {
            let errors: Vec<String> = verdict.validation_errors().map(ToString::to_string).collect();
            return Err(errors.join("; "));
        }
        let types = TYPES
            .into_iter()
            .map(|name| Ok((name, name.parse::<EntityTypeName>().map_err(|e| format!("{name}: {e}"))?)))
            .collect::<Result<HashMap<_, _>, String>>()?;
        let action_type = &types["Action"];
        let actions = Action::ALL
            .into_iter()
            .map(Action::word)
            .chain([READ_ENTRY])
            .map(|word| (word, EntityUid::from_type_name_and_id(action_type.clone(), EntityId::new(word))))
            .collect();
        Ok(Self { authorizer: Authorizer::new(), policies, rights, types, actions })
    }

    fn uid(&self, kind: &'static str, id: &str) -> EntityUid {
        EntityUid::from_type_name_and_id(self.types[kind].clone(), EntityId::new(id))
    }
}

fn engine() -> Result<&'static Engine, Fault> {
    ENGINE.as_ref().map_err(|e| Fault::Configuration(format!("policies: {e}")))
}

/// Parses the policies and validates them against their schema; called once at start-up so that a broken
/// policy stops the server rather than denying everybody.
///
/// # Errors
/// `Fault::Configuration` that names the file and the place.
pub fn check() -> Result<(), Fault> {
    engine().map(|_| ())
}

/// Who asks and what the space is like: everything a decision needs except the action and the entry.
pub struct Scene {
    principal: EntityUid,
    space: EntityUid,
    entities: Entities,
    /// Decisions on entries already made, by facts.
    seen: RefCell<HashMap<EntryFacts, bool>>,
}

impl Scene {
    /// The scene of a visit in a person's space; `standing` is by which right a citizen acts for the person,
    /// when she says that she does.
    ///
    /// # Errors
    /// `Fault::Configuration` when the policies do not load; `Fault::Internal` for nobody.
    pub fn of(
        visit: &Visit,
        person: &Person,
        sharing: &Sharing,
        standing: Option<&Standing>,
    ) -> Result<Self, Fault> {
        let engine = engine()?;
        // An app's token is good for one space, and for as long as the connection that it was given under.
        let connection = match &visit.actor {
            Actor::App(app) if visit.on_behalf_of == Some(person.id) => sharing.connection(app, visit.now),
            _ => None,
        };
        let (principal, attributes) = principal(engine, visit, standing, connection)?;
        let space = engine.uid("Space", &person.id.to_string());
        let attributes_of_space = space_attributes(engine, visit, person, sharing, connection);
        let entities = Entities::from_entities(
            [entity(principal.clone(), attributes, None)?, entity(space.clone(), attributes_of_space, None)?],
            None,
        )
        .map_err(|e| Fault::Internal(format!("policy entities: {e}")))?;
        Ok(Self { principal, space, entities, seen: RefCell::default() })
    }

    /// Whether an entry with these facts exists here for whoever asks. The full policies decide, once per distinct
    /// facts; an error is a no.
    #[must_use]
    pub fn sees(&self, facts: &EntryFacts) -> bool {
        if let Some(known) = self.seen.borrow().get(facts) {
            return *known;
        }
        let decision = decide_entry(self, facts).unwrap_or(false);
        self.seen.borrow_mut().insert(facts.clone(), decision);
        decision
    }
}

fn principal(
    engine: &Engine,
    visit: &Visit,
    standing: Option<&Standing>,
    connection: Option<&Connection>,
) -> Result<(EntityUid, HashMap<String, RestrictedExpression>), Fault> {
    let attribute = |name: &str, value: &str| {
        HashMap::from([(name.to_owned(), RestrictedExpression::new_string(value.to_owned()))])
    };
    Ok(match &visit.actor {
        Actor::Nobody => return Err(Fault::Internal("a decision was asked for nobody".into())),
        Actor::Citizen { person, .. } => match visit.on_behalf_of.filter(|other| other != person) {
            Some(other) => acting(engine, *person, other, standing),
            None => (engine.uid("Citizen", &person.to_string()), HashMap::new()),
        },
        Actor::Professional(p) => {
            (engine.uid("Professional", p.rpps.as_str()), professional(visit.purpose, p)?)
        }
        Actor::App(app) => {
            let granted = connection.map(|connection| connection.granted.clone()).unwrap_or_default();
            (engine.uid("App", &app.client_id), as_granted(&granted))
        }
        Actor::Software(s) => (engine.uid("Software", &s.client_id), attribute("organization", s.sender())),
        Actor::Operator { name } => (engine.uid("Operator", name), HashMap::new()),
        Actor::System { task } => (engine.uid("System", task), HashMap::new()),
    })
}

/// An app, as the policies know it: what it was granted.
fn as_granted(granted: &Granted) -> HashMap<String, RestrictedExpression> {
    let parts = [(granted.reads_documents(), "documents"), (granted.profile, "profile")];
    let scope = parts.into_iter().filter_map(|(given, word)| given.then_some(word));
    let scope =
        RestrictedExpression::new_set(scope.map(|word| RestrictedExpression::new_string(word.into())));
    let [all, families] = given_documents(&granted.documents);
    HashMap::from([("scope".to_owned(), scope), all, families])
}

/// Which documents were given to somebody, as the policies know it.
fn given_documents(documents: &Documents) -> [(String, RestrictedExpression); 2] {
    let given = match documents {
        Documents::Families(codes) => codes.iter().map(String::as_str).collect(),
        Documents::None | Documents::All => Vec::new(),
    };
    let families = RestrictedExpression::new_set(
        given.into_iter().map(|c| RestrictedExpression::new_string(c.to_owned())),
    );
    let all = RestrictedExpression::new_bool(*documents == Documents::All);
    [("allFamilies".to_owned(), all), ("families".to_owned(), families)]
}

/// A professional, as the policies know her: where she acts, why she came, what her profession sees.
fn professional(
    purpose: Purpose,
    who: &Professional,
) -> Result<HashMap<String, RestrictedExpression>, Fault> {
    let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
    let set = |codes: &[String]| RestrictedExpression::new_set(codes.iter().map(|code| text(code)));
    let table = access::table()?;
    let Sight { everything, only, never } = table.sight(&who.profession);
    let purpose = match purpose {
        Purpose::Emergency => "emergency",
        Purpose::CallCentre => "call-centre",
        Purpose::Secret => "secret",
        Purpose::Own | Purpose::Care | Purpose::Operation => "care",
    };
    Ok(HashMap::from([
        ("profession".to_owned(), text(&who.profession)),
        ("place".to_owned(), text(who.finess.as_deref().unwrap_or_default())),
        ("purpose".to_owned(), text(purpose)),
        ("regulates".to_owned(), RestrictedExpression::new_bool(table.regulates(who))),
        ("everything".to_owned(), RestrictedExpression::new_bool(*everything)),
        ("only".to_owned(), set(only)),
        ("never".to_owned(), set(never)),
    ]))
}

/// Her space, as the policies know it at this moment. Of what she decided about professionals and apps only what
/// concerns the asker is put: no policy asks about another.
fn space_attributes(
    engine: &Engine,
    visit: &Visit,
    person: &Person,
    sharing: &Sharing,
    connection: Option<&Connection>,
) -> HashMap<String, RestrictedExpression> {
    let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
    let truth = RestrictedExpression::new_bool;
    let age = person.identity.traits.age_on(visit.now.date());
    let asker = match &visit.actor {
        Actor::Professional(asker) => Some(asker),
        _ => None,
    };
    let asker_when = |holds: &dyn Fn(&Professional) -> bool| {
        let held = asker.filter(|asker| holds(asker));
        let uid = held.map(|asker| engine.uid("Professional", asker.rpps.as_str()));
        RestrictedExpression::new_set(uid.map(RestrictedExpression::new_entity_uid))
    };
    let given = |given: Given| {
        asker_when(&|asker| sharing.permissions(&asker.rpps, visit.now).any(|p| p.given == given))
    };
    let declared =
        |purpose: Purpose| asker_when(&|asker| sharing.exception(&asker.rpps, purpose, visit.now).is_some());
    let place = asker.and_then(|asker| asker.finess.as_deref()).unwrap_or_default();
    let here = |holds: bool| RestrictedExpression::new_set(holds.then(|| text(place)));
    let sender = match &visit.actor {
        Actor::Software(software) => Some(software.sender()),
        _ => None,
    };
    let refused = sender.filter(|sender| sharing.refused_senders.iter().any(|r| r.organization == **sender));
    // The table is the one that the professional was judged by; where it does not parse nobody comes as far as here.
    let ages = access::table().map(|table| (table.secret_age, table.app_age));
    let (secret_age, app_age) = ages.unwrap_or((rules::MAJORITY, rules::MAJORITY));
    let app = connection.map(|connection| engine.uid("App", &connection.app.client_id));
    HashMap::from(
        [
            ("owner", RestrictedExpression::new_entity_uid(engine.uid("Citizen", &person.id.to_string()))),
            ("state", text(person.state.word())),
            ("age", RestrictedExpression::new_long(i64::from(age))),
            ("minor", truth(age < rules::MAJORITY)),
            ("secretAge", RestrictedExpression::new_long(i64::from(secret_age))),
            ("mode", text(sharing.mode.word())),
            ("allowed", given(Given::OnTheWeb)),
            ("present", given(Given::InPresence)),
            ("lent", given(Given::ByCode)),
            ("treating", asker_when(&|asker| sharing.is_treating(&asker.rpps))),
            ("blocked", asker_when(&|asker| sharing.blocks(&asker.rpps))),
            ("broke", declared(Purpose::Emergency)),
            ("onCall", declared(Purpose::CallCentre)),
            ("secretly", declared(Purpose::Secret)),
            ("teams", here(sharing.names_team(place))),
            ("careTeams", here(sharing.has_team_at(place, visit.now))),
            ("connected", RestrictedExpression::new_set(app.map(RestrictedExpression::new_entity_uid))),
            ("appAge", RestrictedExpression::new_long(i64::from(app_age))),
            ("refusesEmergency", truth(sharing.refuses_emergency)),
            ("refusesCallCentre", truth(sharing.refuses_call_centre)),
            ("refusedSenders", RestrictedExpression::new_set(refused.map(text))),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    )
}

/// Somebody who acts for another, as the policies know her.
fn acting(
    engine: &Engine,
    herself: PersonId,
    other: PersonId,
    standing: Option<&Standing>,
) -> (EntityUid, HashMap<String, RestrictedExpression>) {
    let citizen = |id: PersonId| RestrictedExpression::new_entity_uid(engine.uid("Citizen", &id.to_string()));
    let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
    let (mut scope, mut documents, mut by_her_choice) = (Vec::new(), &Documents::None, false);
    if let Some(Standing::Delegate { scope: given, chosen }) = standing {
        by_her_choice = *chosen;
        scope = given.words().into_iter().map(text).collect();
        documents = &given.documents;
    }
    let [all, families] = given_documents(documents);
    let attributes = HashMap::from([
        ("self".to_owned(), citizen(herself)),
        ("actsFor".to_owned(), citizen(other)),
        ("standing".to_owned(), text(standing.map_or("none", Standing::word))),
        ("chosen".to_owned(), RestrictedExpression::new_bool(by_her_choice)),
        ("scope".to_owned(), RestrictedExpression::new_set(scope)),
        all,
        families,
    ]);
    (engine.uid("Acting", &herself.to_string()), attributes)
}

fn entity(
    uid: EntityUid,
    attributes: HashMap<String, RestrictedExpression>,
    parent: Option<EntityUid>,
) -> Result<Entity, Fault> {
    Entity::new(uid, attributes, HashSet::from_iter(parent))
        .map_err(|e| Fault::Internal(format!("policy entity: {e}")))
}

/// What the policies say of an action on the space itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// Whether they permit it.
    pub permitted: bool,
    /// By what right: the strongest of those by which they do; `None` for what is refused, and for those who need none.
    pub right: Option<Right>,
}

/// What the policies say of the action on the space itself, and by what right.
///
/// # Errors
/// `Fault::Configuration` when the policies do not load.
pub fn ruling(scene: &Scene, action: Action) -> Result<Ruling, Fault> {
    let response = ask(scene, action.word(), scene.space.clone(), &scene.entities)?;
    let permitted = permits(&response);
    let rights = &engine()?.rights;
    let said = response.diagnostics().reason().filter_map(|policy| rights.get(policy));
    Ok(Ruling { permitted, right: said.min().copied().filter(|_| permitted) })
}

/// Whether the policies permit the action on the space itself.
///
/// # Errors
/// `Fault::Configuration` when the policies do not load.
pub fn decide(scene: &Scene, action: Action) -> Result<bool, Fault> {
    Ok(permits(&ask(scene, action.word(), scene.space.clone(), &scene.entities)?))
}

/// Whether the policies permit reading an entry with these facts.
///
/// # Errors
/// `Fault::Configuration` when the policies do not load; `Fault::Internal` when the entry cannot be put.
pub fn decide_entry(scene: &Scene, facts: &EntryFacts) -> Result<bool, Fault> {
    let engine = engine()?;
    let uid = engine.uid("Entry", "-");
    let attributes = HashMap::from([
        ("space".to_owned(), RestrictedExpression::new_entity_uid(scene.space.clone())),
        ("typeCode".to_owned(), RestrictedExpression::new_string(facts.type_code.clone())),
        ("classCode".to_owned(), RestrictedExpression::new_string(facts.class_code.clone())),
        ("secret".to_owned(), RestrictedExpression::new_bool(facts.secret)),
        ("kept".to_owned(), RestrictedExpression::new_bool(facts.kept)),
        ("hidden".to_owned(), RestrictedExpression::new_bool(facts.hidden)),
        ("notYetForPatient".to_owned(), RestrictedExpression::new_bool(facts.not_yet_for_patient)),
        ("byReader".to_owned(), RestrictedExpression::new_bool(facts.by_reader)),
    ]);
    let entry = entity(uid.clone(), attributes, Some(scene.space.clone()))?;
    let entities = scene
        .entities
        .clone()
        .add_entities([entry], None)
        .map_err(|e| Fault::Internal(format!("policy entities: {e}")))?;
    Ok(permits(&ask(scene, READ_ENTRY, uid, &entities)?))
}

fn ask(
    scene: &Scene,
    action: &'static str,
    resource: EntityUid,
    entities: &Entities,
) -> Result<Response, Fault> {
    let engine = engine()?;
    let action = engine.actions[action].clone();
    let request = Request::new(scene.principal.clone(), action, resource, Context::empty(), None)
        .map_err(|e| Fault::Internal(format!("policy request: {e}")))?;
    Ok(engine.authorizer.is_authorized(&request, &engine.policies, entities))
}

/// A policy that fails to evaluate is skipped by Cedar; a skipped `forbid` must not become a permission.
fn permits(response: &Response) -> bool {
    response.decision() == Decision::Allow && response.diagnostics().errors().next().is_none()
}
