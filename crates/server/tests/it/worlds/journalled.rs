//! Whatever anybody is shown of a space, or refused there, is in a journal: each answer of the worlds left an act in a
//! space, or stands here with the reason why it did not.

use std::collections::BTreeSet;

use kernel::PersonId;
use people::person;

use super::questions::Question;
use super::stage::{Actor, Asked, Heard, Stage, family};
use super::{Difference, Tally};

/// Answers of which no journal has a line, by route and status, and why.
const NO_LINE: &[(&str, u16, &str)] = &[
    ("GET /", 303, "leads a professional to her own first page"),
    ("GET /account", 200, "keys and sessions of whoever looks, never of another"),
    ("GET /account/close", 200, "a question"),
    ("GET /acting", 200, "for whom she acts, where the space that she is in does not say who may"),
    ("GET /acting/offer", 200, "an empty form"),
    ("GET /acting/renew", 200, "a question"),
    ("GET /acting/revoke", 200, "a question"),
    ("GET /documents/add", 200, "an empty form"),
    ("GET /documents/{entry}/withdraw", 200, "a question"),
    ("GET /fhir/AuditEvent", 403, "a token that may not ask this: no space is opened"),
    ("GET /journal/notices", 200, "the address of whoever looks, never of another"),
    ("GET /oauth/authorize", 200, "a question"),
    ("GET /operator", 200, "sums over everybody"),
    ("GET /operator/enrolment", 200, "sums over everybody"),
    ("GET /operator/enrolment.csv", 200, "sums over everybody"),
    ("GET /operator/guardians", 200, "an empty form"),
    ("GET /operator/reports", 200, "how many reports wait; opening one is noted"),
    ("GET /pro", 200, "an empty form"),
    ("GET /pro/code", 200, "an empty form"),
    ("GET /pro/patients/{person}/call", 200, "a question; that she was looked for is noted"),
    ("GET /pro/patients/{person}/emergency", 200, "a question; that she was looked for is noted"),
    ("GET /pro/patients/{person}/secret", 200, "a question; that she was looked for is noted"),
    ("POST /acting-for", 303, "goes back to her own space, or stays; going to another's is noted there"),
    ("POST /oauth/connect", 200, "she said no, or has connected it already"),
];

/// The same where it takes chance for it: what is done twice, what finds nobody.
const NOW_AND_THEN: &[(&str, u16, &str)] = &[
    ("GET /acting/decline", 200, "a question"),
    ("POST /documents/add", 303, "it was added before"),
    ("POST /documents/{entry}/announce", 303, "she was told before"),
    ("POST /documents/{entry}/secret", 303, "it was so before"),
    ("POST /documents/{entry}/secret/lift", 303, "it was so before"),
    ("POST /fhir", 200, "it was deposited before"),
    ("POST /journal/notices/address", 303, "an address becomes hers when its code comes back"),
    ("POST /journal/notices/devices/remove", 303, "there is no such device"),
    ("POST /journal/notices/forget", 303, "there was no address"),
    ("POST /journal/report", 303, "the line was reported before"),
    ("POST /pro/patients/{person}/call", 303, "he has taken the call before"),
    ("POST /pro/patients/{person}/emergency", 303, "it was declared before"),
    ("POST /pro/patients/{person}/presence", 303, "she had agreed before"),
    ("POST /pro/patients/{person}/secret/end", 303, "there was nothing to leave"),
    ("POST /sharing/decide", 303, "it was so before"),
    ("POST /sharing/keep", 303, "it was so before"),
    ("POST /sharing/show", 303, "it was so before"),
];

/// How many acts there are in all spaces together.
pub fn acts(stage: &Stage) -> u64 {
    let members = family().everybody().len() as i64;
    let counted = stage.house.store.read(move |tx| {
        let mut acts = 0;
        for id in 1..=members {
            if let Some(person) = person::load(tx, PersonId(id))? {
                acts += u64::from(tx.head(&person.key)?.0);
            }
        }
        Ok(acts)
    });
    counted.wait().unwrap()
}

/// Whether somebody whom the door knows was shown something of a space, or refused. That there is nothing, or that a
/// question is not understood, says nothing of a space.
pub fn says_something(viewer: Actor, asked: &Asked, heard: &Heard) -> bool {
    let fhir = asked.path.starts_with("/fhir");
    let known = match viewer {
        Actor::Nobody => false,
        Actor::Laboratory | Actor::Hospital | Actor::App(..) => fhir,
        Actor::Citizen(_) | Actor::For(..) | Actor::Pro(_) | Actor::Operator => true,
    };
    // A search for somebody that finds nobody.
    let nobody = asked.path.starts_with("/fhir/Patient") && heard.text().contains("\"total\":0");
    let refused = heard.status == 403;
    known && !nobody && (refused || heard.status < 400 && super::is_open(heard))
}

/// An answer of which no journal has a line, unless it is named.
pub fn unnamed(
    seed: u64,
    viewer: Actor,
    (route, asked): &Question,
    status: u16,
    tally: &mut Tally,
) -> Option<Difference> {
    if let Some((route, ..)) =
        NO_LINE.iter().chain(NOW_AND_THEN).find(|(own, of, _)| own == route && *of == status)
    {
        tally.silent.insert(route);
        return None;
    }
    let said =
        format!("seed {seed}, {viewer:?} asks {} {}: {status}, in no journal", asked.method, asked.path);
    Some(Difference { seed, route, said })
}

/// Nothing is named for nothing.
pub fn each_was_needed(silent: &BTreeSet<&'static str>) {
    let unneeded: Vec<_> = NO_LINE.iter().filter(|(route, ..)| !silent.contains(route)).collect();
    assert!(unneeded.is_empty(), "a journal has lines of these: {unneeded:#?}");
}
