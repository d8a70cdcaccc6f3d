//! A delegation from its offer to its end: offered by the person (or at a public desk in her presence),
//! accepted or declined by the other, renewed by the person, ended by either.

use jiff::civil::Date;
use kernel::codes::{heard, spoken};
use kernel::{Answer, Chance, Fault, Ins, PersonId, Refusal, RefusalKind, Visit};
use store::{Act, Keyring, Kind as ActKind, Line, SpaceKey, Tx};

use super::model::{Kind, LINKS, Relation, Says, Scope, Stage};
use super::rules::Life;
use super::{citizen, journal, queries, rules, unpoint_unless_named};
use crate::consent::{Action, Pass};
use crate::identity::Attempt;
use crate::identity::guard::{self, Knock, Subject};
use crate::person::queries::ins_handle;
use crate::person::{self, Person};

/// A person has at most this many offers and delegations at a time.
pub const MOST: usize = 20;

/// The longest name and reason, in characters.
const LONGEST: usize = 120;

/// What a person offers, and to whom.
#[derive(Clone, Debug)]
pub struct Offer {
    /// As she calls the other.
    pub name: String,
    /// The other's birth date: nobody born on another day is shown the offer.
    pub born: Date,
    /// The other's national identifier; without it an invitation's code is made.
    pub ins: Option<Ins>,
    /// What the other is to her: one of [`LINKS`].
    pub link: String,
    /// How far it goes.
    pub scope: Scope,
    /// First day.
    pub begins: Date,
    /// Last day.
    pub ends: Date,
    /// Why, in her words.
    pub reason: String,
}

impl Offer {
    /// What is wrong with it, each with the field it stands at; nothing when it can be made. `own` is the person's
    /// number, `asker` that of whoever represents her and asks in her name.
    #[must_use]
    pub fn problems(&self, own: &Ins, asker: Option<&Ins>, today: Date) -> Vec<(&'static str, &'static str)> {
        let mut wrong = Vec::new();
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST {
            wrong.push(("name", "delegation-name"));
        }
        if !LINKS.contains(&self.link.as_str()) {
            wrong.push(("link", "delegation-link"));
        }
        if self.ins.as_ref() == Some(own) {
            wrong.push(("matricule", "delegation-herself"));
        }
        if self.ins.is_some() && self.ins.as_ref() == asker {
            wrong.push(("matricule", "delegation-oneself"));
        }
        if kernel::ins::age(self.born, today) < rules::MAJORITY {
            wrong.push(("born", "delegation-minor"));
        }
        if self.scope.is_empty() {
            wrong.push(("scope", "delegation-nothing"));
        }
        if let Some(code) = rules::wrong_days(self.begins, self.ends, today) {
            let field = if code == "delegation-begins-past" { "begins" } else { "ends" };
            wrong.push((field, code));
        }
        wrong
    }
}

/// An offer that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Names it among the person's.
    pub relation: i64,
    /// The code of an invitation, to be told or printed now: it is not kept.
    pub code: Option<String>,
}

/// Makes an offer. The pass is for `ManageDelegation`, or for `AssistAtDesk` when an agent writes down what the
/// person says in her presence.
///
/// # Errors
/// `Invalid` with every problem at its field; `Conflict` (`delegation-twice`, `delegation-many`).
pub fn offer(tx: &mut Tx<'_>, pass: &Pass, offer: Offer, chance: &Chance) -> Answer<Offered> {
    if !matches!(pass.action(), Action::ManageDelegation | Action::AssistAtDesk) {
        return Err(misused("offered"));
    }
    let (visit, today) = (pass.visit().clone(), pass.visit().now.date());
    let right = asker(tx, pass)?;
    let problems = offer.problems(&pass.identity().ins, right.ins.as_ref(), today);
    if !problems.is_empty() {
        let issue = |(field, code): (&'static str, &'static str)| kernel::Issue {
            code,
            path: Some(field.to_owned()),
            diagnostics: "This part of the offer cannot be taken.".into(),
        };
        return Err(Refusal::invalid_all(problems.into_iter().map(issue).collect()));
    }
    tx.lock_person(pass.person())?;
    let live: Vec<Relation> = queries::relations(tx, pass.key())?
        .into_iter()
        .filter(|row| row.kind == Kind::Delegate && rules::stage(row, visit.now) != Stage::Over)
        .collect();
    if live.len() >= MOST {
        return Err(many());
    }
    if offer.ins.is_some() && live.iter().any(|row| row.says.ins == offer.ins) {
        return Err(twice());
    }
    let code = offer.ins.is_none().then(|| spoken(&chance.secret::<10>()));
    let handle = match (&offer.ins, &code) {
        (Some(ins), _) => ins_handle(tx.keyring(), ins),
        (None, code) => invitation(tx.keyring(), code.as_deref().unwrap_or_default()),
    };
    let says = Says {
        ins: offer.ins,
        born: Some(offer.born),
        name: offer.name.trim().to_owned(),
        acting: None,
        link: offer.link,
        scope: offer.scope,
        reason: offer.reason.trim().chars().take(LONGEST).collect(),
        offered_by: right.ins.clone(),
        invitation: if code.is_some() { handle.clone() } else { Vec::new() },
    };
    let relation = Relation {
        person: pass.person(),
        id: (chance.u64() >> 1) as i64,
        kind: Kind::Delegate,
        begins: offer.begins,
        ends: Some(right.last_day(offer.ends, today)),
        offered_at: visit.now,
        accepted_at: None,
        ended_at: None,
        says,
    };
    queries::add(tx, pass.key(), &relation)?;
    queries::point(tx, &handle, pass.person())?;
    note(tx, pass.key(), &visit, ActKind::DelegationOffered, &relation)?;
    Ok(Offered { relation: relation.id, code })
}

/// What whoever decides about a delegation in a space rests her word on.
pub(super) struct Asker {
    /// Her own number, when she represents the person.
    pub(super) ins: Option<Ins>,
    /// The last day of the measure she represents her by.
    measure: Option<Date>,
    represented: Life,
}

impl Asker {
    fn last_day(&self, ends: Date, today: Date) -> Date {
        rules::no_longer_than_the_right(ends, today, self.represented, self.measure)
    }
}

/// What the holder of this pass rests her word on.
pub(super) fn asker(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Asker> {
    let person = person::load(tx, pass.person())?.ok_or_else(Refusal::not_found)?;
    let represented = super::life(&person);
    if pass.standing().is_none() {
        return Ok(Asker { ins: None, measure: None, represented });
    }
    let herself = person::load(tx, citizen(pass.visit())?)?.ok_or_else(Refusal::not_found)?;
    let rows = queries::relations(tx, &person.key)?;
    let right = super::representing(&herself, &person, &rows, pass.visit().now.date());
    let measure = right.and_then(|(_, row)| row.and_then(|row| row.ends));
    Ok(Asker { ins: Some(herself.identity.ins), measure, represented })
}

fn twice() -> Refusal {
    conflict("delegation-twice", "There is a delegation to this person already.")
}

fn many() -> Refusal {
    conflict("delegation-many", "There are too many delegations; end some first.")
}

/// The handle of an invitation's code.
fn invitation(keyring: &Keyring, typed: &str) -> Vec<u8> {
    keyring.keyed_hash("invitation", heard(typed).as_bytes())[..16].to_vec()
}

/// Writes a step down, with what was agreed, so that the journal can prove it.
fn note(tx: &mut Tx<'_>, key: &SpaceKey, visit: &Visit, kind: ActKind, relation: &Relation) -> Answer<()> {
    let agreed = Says { invitation: Vec::new(), ..relation.says.clone() };
    let data = serde_json::to_vec(&agreed).map_err(|e| Fault::Internal(e.to_string()))?;
    let line = Line::of(visit).about(relation.says.name.as_str());
    tx.append(key, Act { kind, at: visit.now, entry: None, line, data: Some(data), blob: None })?;
    Ok(())
}

fn conflict(code: &'static str, said: &'static str) -> Refusal {
    Refusal::new(RefusalKind::Conflict, code, said)
}

fn misused(what: &str) -> Refusal {
    Fault::Internal(format!("a delegation was {what} under another action's pass")).into()
}

/// An offer or a delegation as the one who is asked to help is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The row.
    pub relation: Relation,
    /// The name of the person it is about.
    pub name: String,
    /// How it stands.
    pub stage: Stage,
}

/// What has been offered to the citizen of this visit, and what she has accepted; those that are over are left
/// out.
///
/// # Errors
/// Faults of the store.
pub fn held(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Vec<Held>> {
    let herself = person::load(tx, citizen(visit)?)?.ok_or_else(Refusal::not_found)?;
    let mut found = Vec::new();
    for person in super::pointed_to(tx, &herself)? {
        let rows = queries::relations(tx, &person.key)?;
        for relation in rows.iter().filter(|row| is_for(row, &herself)).cloned() {
            let stage = super::stage_of(tx, &person, &rows, &relation, visit.now)?;
            if stage != Stage::Over {
                found.push(Held { relation, name: person.identity.display_name(), stage });
            }
        }
    }
    Ok(found)
}

/// A typing error in a number must not show an offer to a stranger: the birth date has to fit too. Nor is it for her
/// who made it in another's name.
fn is_for(relation: &Relation, herself: &Person) -> bool {
    relation.kind == Kind::Delegate
        && relation.says.offered_by.as_ref() != Some(&herself.identity.ins)
        && relation.says.ins.as_ref() == Some(&herself.identity.ins)
        && relation.says.born == Some(herself.identity.traits.birth_date)
}

/// The relation of this person that concerns the citizen of the visit, with the person.
fn mine(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, id: i64) -> Answer<(Person, Person, Relation)> {
    let herself = person::load(tx, citizen(visit)?)?.ok_or_else(Refusal::not_found)?;
    tx.lock_person(person)?;
    let person = person::load(tx, person)?.ok_or_else(Refusal::not_found)?;
    let rows = queries::relations(tx, &person.key)?;
    let found = rows.iter().find(|row| row.id == id && is_for(row, &herself));
    let row = found.ok_or_else(Refusal::not_found)?.clone();
    if super::stage_of(tx, &person, &rows, &row, visit.now)? == Stage::Over {
        return Err(Refusal::not_found());
    }
    Ok((herself, person, row))
}

/// Accepts an offer: from now on (or from its first day) the citizen of this visit may act. Accepting twice is
/// the same as once.
///
/// # Errors
/// `NotFound` for what was not offered to her or is over; `Conflict` (`space-not-open`) when either space is not
/// in use.
pub fn accept(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, id: i64) -> Answer<()> {
    let (herself, person, mut row) = mine(tx, visit, person, id)?;
    if row.accepted_at.is_some() {
        return Ok(());
    }
    if herself.state != person::State::Open || person.state != person::State::Open {
        return Err(conflict("space-not-open", "One of the two spaces is not in use."));
    }
    row.accepted_at = Some(visit.now);
    row.says.acting = Some(herself.id);
    row.says.name = herself.identity.display_name();
    queries::change(tx, &person.key, &row)?;
    let own = Visit { on_behalf_of: None, ..visit.clone() };
    note(tx, &person.key, &own, ActKind::DelegationAccepted, &row)?;
    let line = Line::of(&own).about(person.identity.display_name());
    journal(tx, &herself.key, &own, ActKind::DelegationAccepted, line)
}

/// Declines an offer, or gives a delegation up; at once.
///
/// # Errors
/// `NotFound` for what does not concern her or is over.
pub fn give_up(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, id: i64) -> Answer<()> {
    let (herself, person, row) = mine(tx, visit, person, id)?;
    let own = Visit { on_behalf_of: None, ..visit.clone() };
    finish(tx, &person, &own, row)?;
    let line = Line::of(&own).about(person.identity.display_name());
    journal(tx, &herself.key, &own, ActKind::DelegationEnded, line)
}

/// Takes an offer or a delegation back; at once. Ending twice is the same as once.
///
/// # Errors
/// `NotFound`; a fault under another action's pass.
pub fn revoke(tx: &mut Tx<'_>, pass: &Pass, id: i64) -> Answer<()> {
    let row = hers(tx, pass, id)?;
    if row.ended_at.is_some() {
        return Ok(());
    }
    let person = person::load(tx, pass.person())?.ok_or_else(Refusal::not_found)?;
    finish(tx, &person, pass.visit(), row)
}

fn hers(tx: &mut Tx<'_>, pass: &Pass, id: i64) -> Answer<Relation> {
    if pass.action() != Action::ManageDelegation {
        return Err(misused("changed"));
    }
    tx.lock_person(pass.person())?;
    let found = queries::relations(tx, pass.key())?.into_iter().find(|row| row.id == id);
    // A judge's decision is not the person's to take back.
    found.filter(|row| row.kind == Kind::Delegate).ok_or_else(Refusal::not_found)
}

fn finish(tx: &mut Tx<'_>, person: &Person, visit: &Visit, mut row: Relation) -> Answer<()> {
    row.ended_at = Some(visit.now);
    if !row.says.invitation.is_empty() {
        queries::unpoint(tx, &std::mem::take(&mut row.says.invitation), person.id)?;
    }
    queries::change(tx, &person.key, &row)?;
    if let Some(ins) = &row.says.ins {
        unpoint_unless_named(tx, person, ins)?;
    }
    note(tx, &person.key, visit, ActKind::DelegationEnded, &row)
}

/// Renews a delegation in force until another last day, a year from today at most. From then on it rests on the
/// word of whoever renewed it.
///
/// # Errors
/// `NotFound` for one that is not in force; `Invalid` at field `ends`.
pub fn renew(tx: &mut Tx<'_>, pass: &Pass, id: i64, ends: Date) -> Answer<()> {
    let mut row = hers(tx, pass, id)?;
    let (visit, today) = (pass.visit().clone(), pass.visit().now.date());
    let person = person::load(tx, pass.person())?.ok_or_else(Refusal::not_found)?;
    let rows = queries::relations(tx, pass.key())?;
    let stage = super::stage_of(tx, &person, &rows, &row, visit.now)?;
    if !matches!(stage, Stage::InForce | Stage::Waiting) {
        return Err(Refusal::not_found());
    }
    if let Some(code) = rules::wrong_days(today.max(row.begins), ends, today) {
        return Err(Refusal::invalid(code, "ends", "This last day cannot be taken."));
    }
    let right = asker(tx, pass)?;
    if right.ins.is_some() && right.ins == row.says.ins {
        return Err(Refusal::invalid("delegation-oneself", "ends", "She cannot ask herself."));
    }
    row.ends = Some(right.last_day(ends, today));
    row.says.offered_by = right.ins;
    queries::change(tx, pass.key(), &row)?;
    note(tx, pass.key(), &visit, ActKind::DelegationRenewed, &row)
}

/// Takes up an invitation by its code: the offer is then shown to the citizen of this visit, and to nobody else,
/// among those waiting for her answer.
///
/// # Errors
/// Faults; inside, `invitation-failed` whatever was wrong, or `slow-down`; once the code fits, `delegation-twice` and
/// `delegation-many` for what she has already.
pub fn take_up(tx: &mut Tx<'_>, visit: &Visit, typed: &str, knock: &Knock) -> Attempt<()> {
    let subjects = [Subject::named("invitation", typed), Subject::network(knock)];
    if let Err(slow) = guard::admit(tx, visit.now, &subjects)? {
        return Ok(Err(slow));
    }
    let herself = person::load(tx, citizen(visit)?)?.ok_or_else(Refusal::not_found)?;
    let hash = invitation(tx.keyring(), typed);
    for id in queries::pointed_to(tx, &hash)? {
        tx.lock_person(id)?;
        let Some(person) = person::load(tx, id)? else { continue };
        let fits = |row: &Relation| {
            row.says.invitation == hash
                && row.says.born == Some(herself.identity.traits.birth_date)
                && row.says.offered_by.as_ref() != Some(&herself.identity.ins)
                && person.id != herself.id
        };
        let rows = queries::relations(tx, &person.key)?;
        let Some(mut row) = rows.iter().find(|row| fits(row)).cloned() else { continue };
        if super::stage_of(tx, &person, &rows, &row, visit.now)? != Stage::Offered {
            continue;
        }
        let held = held(tx, visit)?;
        if held.iter().any(|held| held.relation.person == person.id) {
            return Ok(Err(twice()));
        }
        if held.len() >= MOST {
            return Ok(Err(many()));
        }
        row.says.ins = Some(herself.identity.ins.clone());
        row.says.invitation.clear();
        queries::change(tx, &person.key, &row)?;
        queries::unpoint(tx, &hash, person.id)?;
        let own = ins_handle(tx.keyring(), &herself.identity.ins);
        queries::point(tx, &own, person.id)?;
        let own = Visit { on_behalf_of: None, ..visit.clone() };
        let line = Line::of(&own).about(row.says.name.as_str());
        journal(tx, &person.key, &own, ActKind::InvitationTaken, line)?;
        return Ok(Ok(()));
    }
    guard::count(tx, visit.now, &subjects)?;
    let said = "The code and your birth date do not fit an invitation.";
    Ok(Err(Refusal::invalid("invitation-failed", "code", said)))
}
