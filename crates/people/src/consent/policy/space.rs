//! A space, as the policies know it.

use std::collections::HashMap;

use cedar_policy::RestrictedExpression;
use kernel::{Actor, Professional, Purpose, Visit};

use super::engine::Engine;
use crate::consent::access;
use crate::consent::decision::Connection;
use crate::consent::sharing::{Given, Sharing};
use crate::delegation::rules;
use crate::person::Person;

/// Her space, as the policies know it at this moment. Of what she decided about professionals and apps only what
/// concerns the asker is put: no policy asks about another.
pub(super) fn attributes(
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
