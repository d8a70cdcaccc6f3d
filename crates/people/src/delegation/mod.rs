//! Who may act for whom: parents for their children, guardians for adults in their care, and whomever a person
//! asks to help her.
//!
//! Invariants:
//! - A right to act is judged anew at every request, from the represented person's own identity and rows and
//!   the day of the request ([`rules::may_act`]): coming of age, an end, a revocation need no job and work at
//!   once. What a session remembers and what [`spaces`] lists are only wishes and pointers.
//! - What somebody who acts may do stands in `policies/acting.cedar`; `consent::open` asks it.
//! - A delegation is agreed by both, ends by either, lasts a year at most, and never covers sharing unless the
//!   person said so.
//! - Everything done is journalled in the represented person's space as « X for Y ».

pub mod desk;
pub mod guardians;
pub mod model;
pub mod offers;
pub mod pages;
mod queries;
pub mod rules;
#[cfg(test)]
mod tests;

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Actor, Answer, Ins, Instant, PersonId, Refusal, RefusalKind, Visit};
use store::{Act, Kind as ActKind, Line, SpaceKey, Tx};
use ui::acting::{Relation as Shown, Space};

pub use model::{Documents, Kind, Relation, Scope, Stage, Standing};
use rules::{Ground, Life, Word};

use crate::consent::Pass;
use crate::person::queries::ins_handle;
use crate::person::{self, Person, Representative, State};

/// JDV_J11 code of a guardian in the insurer's file.
pub(crate) const GUARDIAN: &str = "TUTEUR";

fn life(person: &Person) -> Life {
    Life {
        born: person.identity.traits.birth_date,
        died: person.identity.death,
        open: person.state == State::Open,
    }
}

/// By which right `acting` may act for a person today; `None` when she may not.
///
/// # Errors
/// Faults of the store.
pub fn standing(
    tx: &mut Tx<'_>,
    acting: PersonId,
    represented: &Person,
    today: Date,
) -> Answer<Option<Standing>> {
    if acting == represented.id {
        return Ok(None);
    }
    let Some(acting) = person::load(tx, acting)? else { return Ok(None) };
    let rows = queries::relations(tx, &represented.key)?;
    Ok(strongest(tx, &acting, represented, &rows, today)?.map(|(standing, _)| standing))
}

/// A right, with the row it rests on.
type Right<'a> = (Standing, Option<&'a Relation>);

/// The strongest right that holds: a guardian's before a parent's before a delegate's.
fn strongest<'a>(
    tx: &mut Tx<'_>,
    acting: &Person,
    represented: &Person,
    rows: &'a [Relation],
    today: Date,
) -> Answer<Option<Right<'a>>> {
    if let Some(right) = representing(acting, represented, rows, today) {
        return Ok(Some(right));
    }
    let (hers, mine) = (life(represented), life(acting));
    for row in of(rows, Kind::Delegate, &acting.identity.ins) {
        let word = word_behind(tx, represented, rows, row, today)?;
        if let Some(standing) = rules::may_act(Ground::Row(row, word), today, hers, mine) {
            return Ok(Some((standing, Some(row))));
        }
    }
    Ok(None)
}

/// Whose word a delegation rests on today.
fn word_behind(
    tx: &mut Tx<'_>,
    represented: &Person,
    rows: &[Relation],
    row: &Relation,
    today: Date,
) -> Answer<Word> {
    let Some(ins) = &row.says.offered_by else { return Ok(Word::Lasting) };
    let offered_by = load_by_ins(tx, ins)?;
    let still = offered_by.is_some_and(|one| representing(&one, represented, rows, today).is_some());
    Ok(if still { Word::OfRepresentative } else { Word::Ended })
}

/// How a relation stands: one that rests on a representative's word is over with her right.
fn stage_of(
    tx: &mut Tx<'_>,
    represented: &Person,
    rows: &[Relation],
    row: &Relation,
    now: Instant,
) -> Answer<Stage> {
    let ended = word_behind(tx, represented, rows, row, now.date())? == Word::Ended;
    Ok(if ended { Stage::Over } else { rules::stage(row, now) })
}

fn of<'a>(rows: &'a [Relation], kind: Kind, ins: &Ins) -> impl Iterator<Item = &'a Relation> {
    rows.iter().filter(move |row| row.kind == kind && row.says.ins.as_ref() == Some(ins))
}

/// The right of somebody who represents a person by law: a guardian's before a parent's.
fn representing<'a>(
    acting: &Person,
    represented: &Person,
    rows: &'a [Relation],
    today: Date,
) -> Option<Right<'a>> {
    let ins = &acting.identity.ins;
    let (hers, mine) = (life(represented), life(acting));
    let named = represented.identity.representatives.iter().filter(|named| named.ins == *ins);
    let by_insurer = named.filter_map(|named| {
        let ground = if is_guardian(named) { Ground::Guardian } else { Ground::Parent };
        rules::may_act(ground, today, hers, mine).map(|standing| (standing, None))
    });
    let by_judge = of(rows, Kind::Guardian, ins).filter_map(|row| {
        let ground = Ground::Row(row, Word::Lasting);
        rules::may_act(ground, today, hers, mine).map(|standing| (standing, Some(row)))
    });
    by_insurer.chain(by_judge).min_by_key(|(standing, _)| *standing != Standing::Guardian)
}

fn is_guardian(named: &Representative) -> bool {
    named.role.as_deref() == Some(GUARDIAN)
}

/// The spaces that a citizen may open today besides her own, for the band on every page; in the order of names.
///
/// # Errors
/// Faults of the store.
pub fn spaces(tx: &mut Tx<'_>, citizen: PersonId, today: Date) -> Answer<Vec<Space>> {
    let Some(herself) = person::load(tx, citizen)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for represented in pointed_to(tx, &herself)? {
        let rows = queries::relations(tx, &represented.key)?;
        let Some((standing, row)) = strongest(tx, &herself, &represented, &rows, today)? else { continue };
        found.push(Space {
            person: represented.id,
            name: represented.identity.display_name(),
            relation: shown(&standing, row, &represented),
            until: until(&standing, row, &represented, today),
            closed: closed(&standing),
        });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name).then(a.person.cmp(&b.person)));
    Ok(found)
}

/// Everybody whom the pointers of a citizen's INS lead to; whether she may act is another question.
fn pointed_to(tx: &mut Tx<'_>, citizen: &Person) -> Answer<Vec<Person>> {
    let hash = ins_handle(tx.keyring(), &citizen.identity.ins);
    let mut found = Vec::new();
    for id in queries::pointed_to(tx, &hash)? {
        found.extend(person::load(tx, id)?.filter(|found| found.id != citizen.id));
    }
    Ok(found)
}

/// What the represented person is to the one who acts.
fn shown(standing: &Standing, row: Option<&Relation>, represented: &Person) -> Shown {
    let sex = represented.identity.traits.sex;
    match standing {
        Standing::Parent => Shown::Child(sex),
        Standing::Guardian => Shown::Ward,
        Standing::Delegate { .. } => match row.map(|row| row.says.link.as_str()) {
            Some("child") => Shown::Parent(sex),
            Some("parent") => Shown::Child(sex),
            Some("partner") => Shown::Partner(sex),
            _ => Shown::Helped,
        },
    }
}

/// The entries of the menu that the policies refuse to somebody who was given less than everything.
fn closed(standing: &Standing) -> Vec<&'static str> {
    let Standing::Delegate { scope, .. } = standing else { return Vec::new() };
    let documents = matches!(&scope.documents, model::Documents::None);
    let entries = [
        (documents, "/documents"),
        (!scope.sharing, crate::consent::pages::SHARING),
        (!scope.sharing, "/journal"),
    ];
    entries.into_iter().filter(|(refused, _)| *refused).map(|(_, entry)| entry).collect()
}

/// The last day, where it is agreed on or near: in the year before her majority a child's is said too.
fn until(standing: &Standing, row: Option<&Relation>, represented: &Person, today: Date) -> Option<Date> {
    match standing {
        Standing::Parent => {
            let last = rules::last_day_as_minor(represented.identity.traits.birth_date);
            (last < today.saturating_add(1.year())).then_some(last)
        }
        Standing::Guardian | Standing::Delegate { .. } => row.and_then(|row| row.ends),
    }
}

/// Opens another's space for the citizen of this visit: checks the right and journals the switch, in the
/// other's space and in her own. The door then remembers it in her session.
///
/// # Errors
/// `NotFound` when she may not act for this person, or there is none.
pub fn begin(tx: &mut Tx<'_>, visit: &Visit, person: PersonId) -> Answer<()> {
    let citizen = citizen(visit)?;
    let represented = person::load(tx, person)?.ok_or_else(Refusal::not_found)?;
    if standing(tx, citizen, &represented, visit.now.date())?.is_none() {
        return Err(Refusal::not_found());
    }
    if visit.on_behalf_of == Some(person) {
        return Ok(());
    }
    let herself = person::load(tx, citizen)?.ok_or_else(Refusal::not_found)?;
    let for_her = Visit { on_behalf_of: Some(person), ..visit.clone() };
    let own = Visit { on_behalf_of: None, ..visit.clone() };
    journal(tx, &represented.key, &for_her, ActKind::ActingBegan, Line::of(&for_her))?;
    let line = Line::of(&own).about(represented.identity.display_name());
    journal(tx, &herself.key, &own, ActKind::ActingBegan, line)
}

/// Points from everybody whom the insurer's file names as her representative to this person. Called when her
/// space opens and when the file has changed her; a pointer that is out of date leads to a refusal.
///
/// # Errors
/// Faults of the store.
pub fn point_to(tx: &mut Tx<'_>, person: PersonId) -> Answer<()> {
    let Some(person) = person::load(tx, person)? else { return Ok(()) };
    for named in &person.identity.representatives {
        let hash = ins_handle(tx.keyring(), &named.ins);
        queries::point(tx, &hash, person.id)?;
    }
    for row in queries::relations(tx, &person.key)? {
        if let Some(ins) = row.says.ins.as_ref().filter(|_| row.ended_at.is_none()) {
            let hash = ins_handle(tx.keyring(), ins);
            queries::point(tx, &hash, person.id)?;
        }
    }
    Ok(())
}

/// Somebody who may act for a person, as the person and her professionals are shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MayAct {
    /// Her name; empty for a representative whom we do not know yet.
    pub name: String,
    /// Her number here, when she is known.
    pub person: Option<PersonId>,
    /// By which right; for a row that is not in force, the one it would give.
    pub standing: Standing,
    /// What she is: `MTH`, `FTH`, `TUTEUR`, one of [`model::LINKS`], or nothing.
    pub link: String,
    /// The row behind it; none for those whom the insurer's file names.
    pub relation: Option<Relation>,
    /// How it stands.
    pub stage: Stage,
}

/// Everybody who may act for the person of this pass, could once, or has been asked to: representatives first. The
/// parents of somebody of age are over: what they did stays theirs in her journal.
///
/// # Errors
/// Faults of the store.
pub fn of_person(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Vec<MayAct>> {
    let now = pass.visit().now;
    let mut found = Vec::new();
    let hers = Life {
        born: pass.identity().traits.birth_date,
        died: pass.identity().death,
        open: pass.state() == State::Open,
    };
    for named in &pass.identity().representatives {
        let person = load_by_ins(tx, &named.ins)?;
        let standing = if is_guardian(named) { Standing::Guardian } else { Standing::Parent };
        let over = standing == Standing::Parent && !hers.is_minor(now.date());
        found.push(MayAct {
            name: person.as_ref().map(|p| p.identity.display_name()).unwrap_or_default(),
            person: person.map(|p| p.id),
            standing,
            link: named.role.clone().unwrap_or_default(),
            relation: None,
            stage: if over { Stage::Over } else { Stage::InForce },
        });
    }
    let represented = person::load(tx, pass.person())?.ok_or_else(Refusal::not_found)?;
    let rows = queries::relations(tx, pass.key())?;
    for row in rows.clone() {
        let standing = match row.kind {
            Kind::Guardian => Standing::Guardian,
            Kind::Delegate => {
                let chosen = row.says.offered_by.is_none() && !hers.is_minor(row.offered_at.date());
                Standing::Delegate { scope: row.says.scope.clone(), chosen }
            }
        };
        let link = if row.kind == Kind::Guardian { GUARDIAN.to_owned() } else { row.says.link.clone() };
        let stage = stage_of(tx, &represented, &rows, &row, now)?;
        let (name, person) = (row.says.name.clone(), row.says.acting);
        found.push(MayAct { name, person, standing, link, relation: Some(row), stage });
    }
    Ok(found)
}

fn load_by_ins(tx: &mut Tx<'_>, ins: &Ins) -> Answer<Option<Person>> {
    match person::find_by_ins(tx, ins)? {
        Some(id) => person::load(tx, id),
        None => Ok(None),
    }
}

/// The citizen of a visit, herself.
fn citizen(visit: &Visit) -> Answer<PersonId> {
    match &visit.actor {
        Actor::Citizen { person, .. } => Ok(*person),
        _ => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in as the person.")),
    }
}

fn journal(tx: &mut Tx<'_>, key: &SpaceKey, visit: &Visit, kind: ActKind, line: Line) -> Answer<()> {
    tx.append(key, Act { kind, at: visit.now, entry: None, line, data: None, blob: None })?;
    Ok(())
}

/// Takes the pointer of an INS away when nothing of the person's names that INS any more.
fn unpoint_unless_named(tx: &mut Tx<'_>, person: &Person, ins: &Ins) -> Answer<()> {
    let named = person.identity.representatives.iter().any(|named| named.ins == *ins);
    let rows = queries::relations(tx, &person.key)?;
    let live = rows.iter().any(|row| row.ended_at.is_none() && row.says.ins.as_ref() == Some(ins));
    if !named && !live {
        let hash = ins_handle(tx.keyring(), ins);
        queries::unpoint(tx, &hash, person.id)?;
    }
    Ok(())
}
