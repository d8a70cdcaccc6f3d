//! Guardianship with a mission of representation (art. 459 and 473 Code civil): entered and ended by the
//! operator's team on sight of the judge's decision, with effect at once. Curatorship and other assistance
//! leave the person to act alone and are not entered.

use jiff::civil::Date;
use kernel::{Answer, Chance, Ins, Refusal, Visit};
use store::{Kind as ActKind, Tx};

use super::model::{Kind, Relation, Says};
use super::{journal, load_by_ins, queries, unpoint_unless_named};
use crate::consent::{self, Action};
use crate::identity::team;
use crate::person::queries::ins_handle;
use crate::person::{self, Person, State};

/// A measure to be entered.
#[derive(Clone, Debug)]
pub struct Measure {
    /// The protected adult.
    pub ward: Ins,
    /// Her guardian.
    pub guardian: Ins,
    /// The last day the decision names, if it names one.
    pub ends: Option<Date>,
    /// The decision: court, date, number.
    pub decision: String,
}

fn known(tx: &mut Tx<'_>, ins: &Ins, field: &str) -> Answer<Person> {
    let found = load_by_ins(tx, ins)?.filter(|person| person.state != State::Erased);
    found.ok_or_else(|| Refusal::invalid("person-unknown", field, "Nobody has this matricule."))
}

/// Enters a measure; it holds from this moment.
///
/// # Errors
/// `person-unknown` at `ward` or `guardian`; `guardian-herself`, `guardian-minor`, `guardian-twice`,
/// `guardian-decision`, `guardian-ends` at their fields.
pub fn begins(tx: &mut Tx<'_>, visit: &Visit, measure: &Measure, chance: &Chance) -> Answer<()> {
    team(visit)?;
    let today = visit.now.date();
    let ward = known(tx, &measure.ward, "ward")?;
    let pass = consent::open(tx, visit, ward.id, Action::EnterGuardian)?;
    let guardian = known(tx, &measure.guardian, "guardian")?;
    let wrong = |code, field: &str| Refusal::invalid(code, field, "The measure cannot be entered like this.");
    if ward.id == guardian.id {
        return Err(wrong("guardian-herself", "guardian"));
    }
    if guardian.identity.traits.age_on(today) < super::rules::MAJORITY {
        return Err(wrong("guardian-minor", "guardian"));
    }
    if measure.decision.trim().is_empty() {
        return Err(wrong("guardian-decision", "decision"));
    }
    if measure.ends.is_some_and(|ends| ends < today) {
        return Err(wrong("guardian-ends", "ends"));
    }
    tx.lock_person(ward.id)?;
    let ins = &guardian.identity.ins;
    if live(tx, &ward, visit)?.iter().any(|row| row.says.ins.as_ref() == Some(ins)) {
        return Err(wrong("guardian-twice", "guardian"));
    }
    let says = Says {
        ins: Some(ins.clone()),
        born: Some(guardian.identity.traits.birth_date),
        name: guardian.identity.display_name(),
        acting: Some(guardian.id),
        link: String::new(),
        scope: super::Scope::default(),
        reason: measure.decision.trim().to_owned(),
        offered_by: None,
        invitation: Vec::new(),
    };
    let row = Relation {
        person: ward.id,
        id: (chance.u64() >> 1) as i64,
        kind: Kind::Guardian,
        begins: today,
        ends: measure.ends,
        offered_at: visit.now,
        accepted_at: Some(visit.now),
        ended_at: None,
        says,
    };
    queries::add(tx, &ward.key, &row)?;
    let handle = ins_handle(tx.keyring(), ins);
    queries::point(tx, &handle, ward.id)?;
    let line = pass.line().about(row.says.name.as_str()).reason(row.says.reason.as_str());
    journal(tx, &ward.key, visit, ActKind::GuardianBegan, line)
}

/// The measures in force for a ward, for the team's page: only the guardians, nothing of the space. She reads in her
/// journal who looked.
///
/// # Errors
/// `person-unknown` at `ward`; as `consent::open`.
pub fn in_force(tx: &mut Tx<'_>, visit: &Visit, ward: &Ins) -> Answer<Vec<Relation>> {
    team(visit)?;
    let ward = known(tx, ward, "ward")?;
    let pass = consent::open(tx, visit, ward.id, Action::ReadGuardians)?;
    journal(tx, pass.key(), visit, ActKind::GuardiansRead, pass.line())?;
    live(tx, &ward, visit)
}

fn live(tx: &mut Tx<'_>, ward: &Person, visit: &Visit) -> Answer<Vec<Relation>> {
    let rows = queries::relations(tx, &ward.key)?.into_iter();
    let today = visit.now.date();
    let holds = |row: &Relation| row.ended_at.is_none() && row.ends.is_none_or(|ends| ends >= today);
    Ok(rows.filter(|row| row.kind == Kind::Guardian && holds(row)).collect())
}

/// Ends a measure at once.
///
/// # Errors
/// `person-unknown`; `guardian-decision` without a reason; `NotFound` for a measure that is not in force.
pub fn ends(tx: &mut Tx<'_>, visit: &Visit, ward: &Ins, id: i64, reason: &str) -> Answer<()> {
    team(visit)?;
    if reason.trim().is_empty() {
        return Err(Refusal::invalid("guardian-decision", "decision", "Say by which decision."));
    }
    let ward = known(tx, ward, "ward")?;
    let pass = consent::open(tx, visit, ward.id, Action::EnterGuardian)?;
    tx.lock_person(ward.id)?;
    let ward = person::load(tx, ward.id)?.ok_or_else(Refusal::not_found)?;
    let row = live(tx, &ward, visit)?.into_iter().find(|row| row.id == id);
    let mut row = row.ok_or_else(Refusal::not_found)?;
    row.ended_at = Some(visit.now);
    queries::change(tx, &ward.key, &row)?;
    if let Some(ins) = &row.says.ins {
        unpoint_unless_named(tx, &ward, ins)?;
    }
    let line = pass.line().about(row.says.name.as_str()).reason(reason.trim());
    journal(tx, &ward.key, visit, ActKind::GuardianEnded, line)
}
