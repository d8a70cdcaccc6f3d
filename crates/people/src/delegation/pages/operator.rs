//! The operator's page of guardianships: entered and ended on sight of the judge's decision.

use kernel::{Answer, Chance, Ins, Refusal, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::Words;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card, Tone};

use super::days;
use crate::delegation::Relation;
use crate::delegation::guardians::{self, Measure};
use crate::identity::pages::Reply;
use crate::identity::team;
use crate::person;

/// The page; a POST enters a measure.
pub const GUARDIANS: &str = "/operator/guardians";
/// Shows the measures in force for a ward: field `ward`. A POST, so that no number stands in an address.
pub const LOOK: &str = "/operator/guardians/look";
/// Ends a measure: fields `ward`, `relation`, `decision`.
pub const END: &str = "/operator/guardians/end";

/// The page.
///
/// # Errors
/// `NotFound` for anybody but the operator's team.
pub fn form(visit: &Visit) -> Answer<Page> {
    team(visit)?;
    Ok(page(visit, &Filled::empty(Words::to(visit)), None))
}

pub(super) fn page(visit: &Visit, filled: &Filled, in_force: Option<&[Relation]>) -> Page {
    let words = Words::to(visit);
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&words.t("delegation-guardians-title"), &words.t("delegation-guardians-lead"), html! {}))
        @if let Some(rows) = in_force {
            (parts::section("in-force", &words.t("delegation-guardians-in-force"), rows_part(visit, filled, rows)))
        }
        (parts::section("begin", &words.t("delegation-guardians-begin"), form::post(GUARDIANS, filled, html! {
            (form::text("ward", words.t("delegation-guardians-ward")).width(22).max(30).show(filled))
            (form::text("guardian", words.t("delegation-guardians-guardian")).width(22).max(30).show(filled))
            (form::date("ends", words.t("delegation-guardians-ends")).optional().show(filled))
            (form::textarea("decision", words.t("delegation-guardians-decision"))
                .hint(words.t("delegation-guardians-decision-hint")).max(300).show(filled))
            (form::submit(&words.t("delegation-guardians-submit")))
        })))
        @if in_force.is_none() {
            (parts::section("look", &words.t("delegation-guardians-look"), html! {
                form method="post" action=(LOOK) {
                    (form::csrf())
                    div.ds-field {
                        label.ds-label for="look-ward" { (words.t("delegation-guardians-ward")) }
                        input.ds-input type="text" id="look-ward" name="ward" size="22" maxlength="30" required;
                    }
                    (form::submit(&words.t("delegation-guardians-look-submit")))
                }
            }))
        }
    };
    Page::new(Nav::operator(GUARDIANS), words.t("delegation-guardians-title"), body).refilled(filled)
}

fn rows_part(visit: &Visit, filled: &Filled, rows: &[Relation]) -> Markup {
    let words = Words::to(visit);
    if rows.is_empty() {
        return html! { p { (words.t("delegation-guardians-none")) } };
    }
    let cards: Vec<Card<'_>> = rows
        .iter()
        .map(|row| {
            let id = row.id.to_string();
            let end = html! {
                form.inline method="post" action=(END) {
                    (form::csrf())
                    (form::hidden("ward", filled.value("ward")))
                    (form::hidden("relation", &id))
                    label.ds-sr-only for={ "end-" (id) } { (words.t("delegation-guardians-decision")) " " (row.says.name) }
                    input.ds-input type="text" id={ "end-" (id) } name="decision" maxlength="300" required;
                    (form::quiet_submit(&words.t("delegation-guardians-end")))
                }
            };
            Card::plain(row.says.name.as_str())
                .line(days(words, row.begins, row.ends))
                .line(row.says.reason.as_str())
                .actions(end)
        })
        .collect();
    parts::cards(&cards)
}

fn number(tx: &mut Tx<'_>, filled: &mut Filled, field: &str) -> Answer<Option<Ins>> {
    let ins = person::typed_ins(tx, filled.value(field))?;
    if ins.is_none() {
        let key =
            if filled.given(field).is_none() { "operator-missing-number" } else { "refusal-person-unknown" };
        let message = filled.words().t(key);
        filled.wrong(field, message);
    }
    Ok(ins)
}

/// Enters a measure.
///
/// # Errors
/// `NotFound` for anybody but the operator's team; faults.
pub fn begin(tx: &mut Tx<'_>, visit: &Visit, mut filled: Filled, chance: &Chance) -> Answer<Reply> {
    team(visit)?;
    let ward = number(tx, &mut filled, "ward")?;
    let guardian = number(tx, &mut filled, "guardian")?;
    let ends = match filled.date("ends") {
        Ok(ends) => ends,
        Err(message) => {
            filled.wrong("ends", message);
            None
        }
    };
    let decision = filled.value("decision").to_owned();
    let (Some(ward), Some(guardian), false) = (ward, guardian, filled.has_errors()) else {
        return Ok(Reply::page(page(visit, &filled, None)));
    };
    let measure = Measure { ward, guardian, ends, decision };
    match guardians::begins(tx, visit, &measure, chance) {
        Ok(()) => Ok(done(visit, "delegation-guardians-begun")),
        Err(refusal) if refusal.fault.is_some() => Err(refusal),
        Err(refusal) => Ok(Reply::page(page(visit, &filled.refused(&refusal), None))),
    }
}

fn done(visit: &Visit, key: &str) -> Reply {
    let words = Words::to(visit);
    Reply::page(page(visit, &Filled::empty(words), None).flash(Tone::Success, words.t(key)))
}

/// Shows the measures in force for a ward.
///
/// # Errors
/// `NotFound` for anybody but the operator's team; faults.
pub fn look(tx: &mut Tx<'_>, visit: &Visit, mut filled: Filled) -> Answer<Reply> {
    team(visit)?;
    let Some(ward) = number(tx, &mut filled, "ward")? else {
        return Ok(Reply::page(page(visit, &filled, None)));
    };
    match guardians::in_force(tx, visit, &ward) {
        Ok(rows) => Ok(Reply::page(page(visit, &filled, Some(&rows)))),
        Err(refusal) if refusal.fault.is_some() => Err(refusal),
        Err(refusal) => Ok(Reply::page(page(visit, &filled.refused(&refusal), None))),
    }
}

/// Ends a measure at once.
///
/// # Errors
/// `NotFound` for anybody but the operator's team, and for a measure that is not in force.
pub fn end(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<Reply> {
    team(visit)?;
    let ward = person::typed_ins(tx, filled.value("ward"))?.ok_or_else(Refusal::not_found)?;
    guardians::ends(tx, visit, &ward, super::field(filled, "relation")?, filled.value("decision"))?;
    Ok(done(visit, "delegation-guardians-ended"))
}
