//! Who asks, as the policies know her.

use std::collections::HashMap;

use cedar_policy::{EntityUid, RestrictedExpression};
use kernel::{Actor, Fault, PersonId, Professional, Purpose, Visit};

use super::engine::Engine;
use crate::consent::access::{self, Sight};
use crate::consent::decision::{Connection, Granted};
use crate::delegation::{Documents, Standing};

/// Who asks, as the policies know her.
pub(super) struct Asker {
    /// The name of her type in the schema.
    pub(super) kind: &'static str,
    pub(super) uid: EntityUid,
    pub(super) attributes: HashMap<String, RestrictedExpression>,
}

/// Who asks. `standing` is by which right a citizen acts for the person, `connection` what an app was granted.
///
/// # Errors
/// `Fault::Internal` for nobody; `Fault::Configuration` when the table of professions does not load.
pub(super) fn asker(
    engine: &Engine,
    visit: &Visit,
    standing: Option<&Standing>,
    connection: Option<&Connection>,
) -> Result<Asker, Fault> {
    let (kind, id, attributes) = match &visit.actor {
        Actor::Nobody => return Err(Fault::Internal("a decision was asked for nobody".into())),
        Actor::Citizen { person, .. } => match visit.on_behalf_of.filter(|other| other != person) {
            Some(other) => ("Acting", person.to_string(), acting(engine, *person, other, standing)),
            None => ("Citizen", person.to_string(), HashMap::new()),
        },
        Actor::Professional(p) => {
            ("Professional", p.rpps.as_str().to_owned(), professional(visit.purpose, p)?)
        }
        Actor::App(app) => {
            let granted = connection.map(|connection| connection.granted.clone()).unwrap_or_default();
            ("App", app.client_id.clone(), as_granted(&granted))
        }
        Actor::Software(s) => {
            let organization = ("organization".to_owned(), text(s.sender()));
            ("Software", s.client_id.clone(), HashMap::from([organization]))
        }
        Actor::Operator { name } => ("Operator", name.clone(), HashMap::new()),
        Actor::System { task } => ("System", task.clone(), HashMap::new()),
    };
    Ok(Asker { kind, uid: engine.uid(kind, &id), attributes })
}

fn text(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}

/// An app, as the policies know it: what it was granted.
fn as_granted(granted: &Granted) -> HashMap<String, RestrictedExpression> {
    let parts = [(granted.reads_documents(), "documents"), (granted.profile, "profile")];
    let scope = parts.into_iter().filter_map(|(given, word)| given.then_some(word));
    let scope = RestrictedExpression::new_set(scope.map(text));
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

/// Somebody who acts for another, as the policies know her.
fn acting(
    engine: &Engine,
    herself: PersonId,
    other: PersonId,
    standing: Option<&Standing>,
) -> HashMap<String, RestrictedExpression> {
    let citizen = |id: PersonId| RestrictedExpression::new_entity_uid(engine.uid("Citizen", &id.to_string()));
    let (mut scope, mut documents, mut by_her_choice) = (Vec::new(), &Documents::None, false);
    if let Some(Standing::Delegate { scope: given, chosen }) = standing {
        by_her_choice = *chosen;
        scope = given.words().into_iter().map(text).collect();
        documents = &given.documents;
    }
    let [all, families] = given_documents(documents);
    HashMap::from([
        ("self".to_owned(), citizen(herself)),
        ("actsFor".to_owned(), citizen(other)),
        ("standing".to_owned(), text(standing.map_or("none", Standing::word))),
        ("chosen".to_owned(), RestrictedExpression::new_bool(by_her_choice)),
        ("scope".to_owned(), RestrictedExpression::new_set(scope)),
        all,
        families,
    ])
}
