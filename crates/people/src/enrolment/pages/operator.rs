//! The operator's pages: how the waves come along, and oppositions that came by telephone or letter.

use kernel::ins::Authority;
use kernel::{Answer, Ins, Refusal, RefusalKind, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::Words;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::numbers::whole;
use ui::page::Page;
use ui::parts::{self, Column, Table, Tone};

use crate::enrolment::tally::{self, Figures};
use crate::enrolment::{Wave, departments, opposition, waves};
use crate::identity::pages::Reply;
use crate::identity::team;

/// The figures.
pub const FIGURES: &str = "/operator/enrolment";
/// The same as CSV.
pub const CSV: &str = "/operator/enrolment.csv";
/// Oppositions.
pub const OPPOSITION: &str = "/operator/opposition";

/// Per wave and department what pilots publish.
///
/// # Errors
/// `NotFound` for anybody but the operator's team.
pub fn figures(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Page> {
    team(visit)?;
    let waves = waves::list(tx)?;
    let figures = tally::figures(tx, visit.now)?;
    let held = tx.log_is_held()?;
    Ok(figures_page(visit, &waves, &figures, held))
}

/// The same page from what it shows; `held` when the transparency log waits for a decision of the team.
#[must_use]
pub fn figures_page(visit: &Visit, waves: &[Wave], figures: &[Figures], held: bool) -> Page {
    let words = Words::to(visit);
    let download = form::button_link(&words.t("operator-csv"), CSV, None);
    let body = html! {
        (parts::header_with(&words.t("operator-title"), &words.t("operator-lead"), download))
        @if held {
            (parts::alert(Tone::Warning, &words.t("operator-log-held"), html! {
                p { (words.t("operator-log-held-text")) }
            }))
        }
        @if waves.is_empty() {
            (parts::empty(&words.t("operator-none"), &words.t("operator-none-text"), html! {}))
        }
        @for wave in waves {
            @let name = words.with("operator-wave", &[("number", wave.number.into())]);
            (parts::section(&format!("wave-{}", wave.number), &name, wave_part(words, wave, figures)))
        }
    };
    Page::new(Nav::operator(FIGURES), words.t("operator-title"), body).wide()
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
            (kinds_tables(words, &of))
        }
    }
}

fn people_table(words: &'static Words, of: &[&Figures]) -> Markup {
    let number = |n: i64| html! { (whole(words.language(), n)) };
    let mut columns = vec![Column::words(words.t("operator-department"))];
    columns.extend(FIGURE_NAMES.map(|key| Column::number(words.t(key))));
    let rows = of
        .iter()
        .map(|of| {
            vec![
                department(words, of),
                number(of.announced),
                number(of.opposed),
                number(of.opened),
                number(of.closed),
                number(of.activated),
                number(of.active),
                html! { (visit_length(words, of)) },
                number(of.documents),
                html! { (words.t("operator-not-counted")) },
            ]
        })
        .collect();
    Table { caption: words.t("operator-people"), columns, rows }.show()
}

/// The heads of the columns of figures.
const FIGURE_NAMES: [&str; 9] = [
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

fn department(words: &'static Words, of: &Figures) -> Markup {
    html! { (departments::shown(&of.scope.department, words.language())) }
}

/// `3 min`, `less than a minute`, `no visit yet`.
fn visit_length(words: &'static Words, of: &Figures) -> String {
    match of.mean_visit() {
        None => words.t("operator-no-visit").into_owned(),
        Some(seconds) if seconds < 60 => words.t("operator-under-a-minute").into_owned(),
        Some(seconds) => {
            words.with("operator-minutes", &[("minutes", ((seconds + 30) / 60).into())]).into_owned()
        }
    }
}

/// The documents received in a wave, by their type and by who sent them.
fn kinds_tables(words: &'static Words, of: &[&Figures]) -> Markup {
    let rows = |what: &str, show: &dyn Fn(&str) -> Vec<Markup>| -> Vec<Vec<Markup>> {
        of.iter()
            .flat_map(|of| of.by_kind.iter().filter(|kind| kind.0 == what).map(move |kind| (of, kind)))
            .map(|(of, (_, kind, n))| {
                let mut row = vec![department(words, of)];
                row.extend(show(kind));
                row.push(html! { (whole(words.language(), *n)) });
                row
            })
            .collect()
    };
    let types = rows("document-type", &|code| {
        vec![html! { (type_name(words, code)) }, html! { (family_name(words, code)) }]
    });
    let senders = rows("document-sender", &|kind| vec![html! { (sender_name(words, kind)) }]);
    let columns = |names: &[&str]| {
        let mut columns = vec![Column::words(words.t("operator-department"))];
        columns.extend(names.iter().map(|name| Column::words(words.t(name))));
        columns.push(Column::number(words.t("operator-documents")));
        columns
    };
    html! {
        @if types.is_empty() && senders.is_empty() {
            p { (words.t("operator-no-documents")) }
        } @else {
            (Table {
                caption: words.t("operator-by-type"),
                columns: columns(&["operator-type", "operator-family"]),
                rows: types,
            }.show())
            (Table {
                caption: words.t("operator-by-sender"),
                columns: columns(&["operator-sender"]),
                rows: senders,
            }.show())
        }
    }
}

/// What a document type is called; a code that the national list does not hold stays readable as itself.
fn type_name(words: &'static Words, code: &str) -> String {
    match cda::types::Table::built_in().title(code, words.language()) {
        Some(title) => title.to_owned(),
        None => words.with("operator-type-unknown", &[("code", code.to_owned().into())]).into_owned(),
    }
}

fn family_name(words: &'static Words, code: &str) -> &'static str {
    let table = cda::types::Table::built_in();
    let family = table.document_type(code).and_then(|kind| table.class(&kind.class));
    family.map_or("–", |class| match words.language() {
        kernel::Language::Fr => &class.fr_family,
        kernel::Language::En => &class.en_family,
    })
}

fn sender_name(words: &'static Words, kind: &str) -> String {
    words.known(&format!("operator-sender-{kind}")).unwrap_or(kind.into()).into_owned()
}

/// The figures as CSV, with the words of the visitor's language beside the codes.
///
/// # Errors
/// `NotFound` for anybody but the operator's team.
pub fn csv(tx: &mut Tx<'_>, visit: &Visit) -> Answer<String> {
    team(visit)?;
    let words = Words::to(visit);
    let name = |code: &str| departments::name(code, visit.language).unwrap_or_default().to_owned();
    let label = |what: &str, kind: &str| {
        let said = match what {
            "document-type" => type_name(words, kind),
            "document-sender" => sender_name(words, kind),
            _ => return words.t(&format!("operator-{what}")).into_owned(),
        };
        words.with(&format!("operator-label-{what}"), &[("kind", said.into())]).into_owned()
    };
    Ok(tally::csv(&tally::figures(tx, visit.now)?, &name, &label))
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
    if filled.given("matricule").is_none() {
        let (mut filled, said) = (filled, Words::to(visit).t("operator-missing-number"));
        filled.wrong("matricule", said);
        return Ok(Reply::page(opposition_form(visit, &filled)?));
    }
    let mut refusal = Refusal::invalid("person-unknown", "matricule", "Nobody has this matricule.");
    for authority in [Authority::Nir, Authority::Nia, Authority::TestNir, Authority::DemoNir] {
        let Ok(ins) = Ins::parse(filled.value("matricule"), authority) else { continue };
        match opposition::oppose_for(tx, visit, &ins, filled.value("reason")) {
            Ok(()) => {
                let words = Words::to(visit);
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
