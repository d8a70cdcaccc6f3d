//! The operator's pages: how the waves come along, and oppositions that came by telephone or letter.

use kernel::ins::Authority;
use kernel::{Actor, Answer, Ins, Refusal, RefusalKind, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::Words;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::numbers::whole;
use ui::page::Page;
use ui::parts::{self, Column, Table, Tone};

use crate::enrolment::tally::{self, Figures};
use crate::enrolment::{Wave, opposition, waves};
use crate::identity::pages::Reply;

/// The figures.
pub const FIGURES: &str = "/operator/enrolment";
/// The same as CSV.
pub const CSV: &str = "/operator/enrolment.csv";
/// Oppositions.
pub const OPPOSITION: &str = "/operator/opposition";

/// Only the operator's team.
fn team(visit: &Visit) -> Answer<()> {
    match visit.actor {
        Actor::Operator { .. } => Ok(()),
        Actor::Nobody => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in first.")),
        _ => Err(Refusal::not_found()),
    }
}

/// Per wave and department what pilots publish.
///
/// # Errors
/// `NotFound` for anybody but the operator's team.
pub fn figures(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Page> {
    team(visit)?;
    let waves = waves::list(tx)?;
    let figures = tally::figures(tx, visit.now)?;
    let words = Words::of(visit.language);
    let download = form::button_link(&words.t("operator-csv"), CSV, None);
    let body = html! {
        (parts::header_with(&words.t("operator-title"), &words.t("operator-lead"), download))
        @if waves.is_empty() {
            (parts::empty(&words.t("operator-none"), &words.t("operator-none-text"), html! {}))
        }
        @for wave in &waves {
            @let name = words.with("operator-wave", &[("number", wave.number.into())]);
            (parts::section(&format!("wave-{}", wave.number), &name, wave_part(words, wave, &figures)))
        }
    };
    Ok(Page::new(Nav::operator(FIGURES), words.t("operator-title"), body).wide())
}

fn wave_part(words: &'static Words, wave: &Wave, figures: &[Figures]) -> Markup {
    let of: Vec<&Figures> = figures.iter().filter(|of| of.scope.wave == wave.number).collect();
    let when = |at: kernel::Instant| ui::dates::date(words, at.date());
    html! {
        p {
            (words.with("operator-window", &[
                ("from", when(wave.announced_at).into()),
                ("to", when(wave.closes_at()).into()),
                ("weeks", wave.weeks.into()),
            ]))
        }
        @if of.is_empty() {
            p { (words.t("operator-nobody")) }
        } @else {
            (people_table(words, &of))
            (kinds_table(words, &of))
        }
    }
}

fn people_table(words: &'static Words, of: &[&Figures]) -> Markup {
    let number = |n: i64| html! { (whole(words.language(), n)) };
    let names = [
        "operator-announced",
        "operator-opposed",
        "operator-opened",
        "operator-closed",
        "operator-activated",
        "operator-active",
        "operator-visit",
        "operator-documents",
        "operator-profiles",
    ];
    let mut columns = vec![Column::words(words.t("operator-department"))];
    columns.extend(names.map(|key| Column::number(words.t(key))));
    let rows = of
        .iter()
        .map(|of| {
            let visit = of.mean_visit().map_or_else(
                || "–".to_owned(),
                |seconds| {
                    let values = [("minutes", (seconds / 60).into()), ("seconds", (seconds % 60).into())];
                    words.with("operator-minutes", &values).into_owned()
                },
            );
            vec![
                html! { (of.scope.department) },
                number(of.announced),
                number(of.opposed),
                number(of.opened),
                number(of.closed),
                number(of.activated),
                number(of.active),
                html! { (visit) },
                number(of.documents),
                number(of.profiles),
            ]
        })
        .collect();
    Table { caption: words.t("operator-people"), columns, rows }.show()
}

fn kinds_table(words: &'static Words, of: &[&Figures]) -> Markup {
    let rows: Vec<Vec<Markup>> = of
        .iter()
        .flat_map(|of| of.by_kind.iter().map(move |(what, kind, n)| (of, what, kind, n)))
        .map(|(of, what, kind, n)| {
            let by = if what == "document-type" { "operator-by-type" } else { "operator-by-sender" };
            vec![
                html! { (of.scope.department) },
                html! { (words.t(by)) },
                // Senders have plain names; a document's type is its code, whose names the rooms of care know.
                html! { (words.known(&format!("operator-sender-{kind}")).unwrap_or(kind.as_str().into())) },
                html! { (whole(words.language(), *n)) },
            ]
        })
        .collect();
    let columns = vec![
        Column::words(words.t("operator-department")),
        Column::words(words.t("operator-by")),
        Column::words(words.t("operator-kind")),
        Column::number(words.t("operator-documents")),
    ];
    html! { @if !rows.is_empty() { (Table { caption: words.t("operator-received"), columns, rows }.show()) } }
}

/// The figures as CSV.
///
/// # Errors
/// `NotFound` for anybody but the operator's team.
pub fn csv(tx: &mut Tx<'_>, visit: &Visit) -> Answer<String> {
    team(visit)?;
    Ok(tally::csv(&tally::figures(tx, visit.now)?))
}

/// The form for an opposition that reached the team.
///
/// # Errors
/// `NotFound` for anybody but the operator's team.
pub fn opposition_form(visit: &Visit, filled: &Filled) -> Answer<Page> {
    team(visit)?;
    let words = filled.words();
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&words.t("operator-oppose-title"), &words.t("operator-oppose-lead"), html! {}))
        (parts::paper(form::post(OPPOSITION, filled, html! {
            (form::text("matricule", words.t("identity-matricule")).width(22).max(30).show(filled))
            (form::textarea("reason", words.t("operator-oppose-reason"))
                .hint(words.t("operator-oppose-reason-hint")).max(500).show(filled))
            (form::submit(&words.t("operator-oppose-button")))
        })))
    };
    Ok(Page::new(Nav::operator(OPPOSITION), words.t("operator-oppose-title"), body).refilled(filled))
}

/// Notes the opposition.
///
/// # Errors
/// `NotFound` for anybody but the operator's team; faults.
pub fn oppose(tx: &mut Tx<'_>, visit: &Visit, filled: Filled) -> Answer<Reply> {
    team(visit)?;
    let mut refusal = Refusal::invalid("person-unknown", "matricule", "Nobody has this matricule.");
    for authority in [Authority::Nir, Authority::Nia, Authority::TestNir, Authority::DemoNir] {
        let Ok(ins) = Ins::parse(filled.value("matricule"), authority) else { continue };
        match opposition::oppose_for(tx, visit, &ins, filled.value("reason")) {
            Ok(()) => {
                let words = Words::of(visit.language);
                let empty = Filled::empty(words);
                let page = opposition_form(visit, &empty)?;
                return Ok(Reply::page(page.flash(Tone::Success, words.t("operator-oppose-done"))));
            }
            Err(other) if other.fault.is_some() => return Err(other),
            Err(other) if other.kind == RefusalKind::NotFound => {}
            Err(other) => {
                refusal = other;
                break;
            }
        }
    }
    Ok(Reply::page(opposition_form(visit, &filled.refused(&refusal))?))
}
