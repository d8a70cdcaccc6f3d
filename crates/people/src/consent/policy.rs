//! From a visit and a space to a Cedar question, and its answer.
//!
//! The policies are compiled in, parsed once and validated against their schema at start-up ([`check`]). By what right
//! somebody is let in is the policies' own word: the `@right` of those that say yes ([`ruling`]).

//!
//! [`mod@engine`]: the policies, cut by who asks for what · [`mod@asker`]: who asks · [`mod@space`]: whose space it is

mod asker;
mod engine;
mod space;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use cedar_policy::{Decision, Entities, Entity, EntityUid, Response, RestrictedExpression};
use kernel::{Actor, Fault, Right, Visit};

use self::asker::Asker;
use self::engine::{Engine, READ_ENTRY};
use super::facts::EntryFacts;
use super::pass::Action;
use super::sharing::Sharing;
use crate::delegation::Standing;
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

static ENGINE: LazyLock<Result<Engine, String>> = LazyLock::new(Engine::load);

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
    /// The kind of principal, as the schema names it.
    kind: &'static str,
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
        let Asker { kind, uid: principal, attributes } = asker::asker(engine, visit, standing, connection)?;
        let space = engine.uid("Space", &person.id.to_string());
        let attributes_of_space = space::attributes(engine, visit, person, sharing, connection);
        let entities = Entities::from_entities(
            [entity(principal.clone(), attributes, None)?, entity(space.clone(), attributes_of_space, None)?],
            None,
        )
        .map_err(|e| Fault::Internal(format!("policy entities: {e}")))?;
        Ok(Self { kind, principal, space, entities, seen: RefCell::default() })
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
    engine()?.ask((scene.kind, &scene.principal), action, resource, entities)
}

/// A policy that fails to evaluate is skipped by Cedar; a skipped `forbid` must not become a permission.
fn permits(response: &Response) -> bool {
    response.decision() == Decision::Allow && response.diagnostics().errors().next().is_none()
}
