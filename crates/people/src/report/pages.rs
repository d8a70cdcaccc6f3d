//! The operator's pages of reports: what waits, one report, its answer. The person's own are beside her journal, in
//! `care::record::reports`.
//!
//! | address | function |
//! | --- | --- |
//! | GET `/operator/reports` | [`list`]: `?state=answered`, `?state=closed` |
//! | GET `/operator/reports/{person}/{id}` | [`show`] |
//! | POST `/operator/reports/{person}/{id}/answer` | [`answer`]: field `answer` |
//! | POST `/operator/reports/{person}/{id}/close` | [`close`] |

use std::borrow::Cow;

use kernel::{Answer, Instant, PersonId, Refusal, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card, Tone};
use ui::{Words, dates};

use super::LONGEST;
use super::model::{OnDesk, Report, Said, Says, State};

/// What waits.
pub const REPORTS: &str = "/operator/reports";

/// How many one page lists.
const A_PAGE: u32 = 100;

fn address(person: PersonId, id: i64) -> String {
    format!("{REPORTS}/{person}/{id}")
}

/// How far a report has come, as a tag.
#[must_use]
pub fn state_tag(words: &Words, state: State) -> Markup {
    let tone = match state {
        State::New => Some(Tone::Warning),
        State::Answered => Some(Tone::Success),
        State::Closed => None,
    };
    parts::tag(tone, &words.t(&format!("report-state-{}", state.word())))
}

/// The list of one state; of new ones when none is asked for.
///
/// # Errors
/// `NotFound` for anybody but the team.
pub fn list(tx: &mut Tx<'_>, visit: &Visit, state: &str) -> Answer<Page> {
    let state = State::ALL.into_iter().find(|known| known.word() == state).unwrap_or(State::New);
    let waiting = super::desk(tx, visit, state, A_PAGE)?;
    Ok(list_page(visit, state, &waiting))
}

fn list_page(visit: &Visit, state: State, waiting: &[OnDesk]) -> Page {
    let words = Words::to(visit);
    let views: Vec<_> = State::ALL
        .into_iter()
        .map(|one| {
            let href = ui::address::with_query(REPORTS, &[("state", one.word())]);
            (words.t(&format!("report-state-{}", one.word())), Cow::Owned(href), one == state)
        })
        .collect();
    let cards: Vec<Card<'_>> = waiting
        .iter()
        .map(|report| {
            let when = dates::moment_near(words, report.at, visit.now);
            let title = words.with("report-of", &[("when", when.into())]).into_owned();
            let number =
                words.with("report-number", &[("number", report.id.to_string().into())]).into_owned();
            Card::link(address(report.person, report.id), title).line(number)
        })
        .collect();
    let body = html! {
        (parts::header_with(&words.t("report-desk"), &words.t("report-desk-lead"), html! {}))
        (parts::tabs(&words.t("report-desk"), &views))
        @if cards.is_empty() {
            (parts::empty(&words.t("report-desk-none"), &words.t("report-desk-none-text"), html! {}))
        } @else {
            (parts::cards(&cards))
            @if cards.len() >= A_PAGE as usize {
                p { (words.with("report-desk-more", &[("count", A_PAGE.into())])) }
            }
        }
    };
    Page::new(Nav::operator(REPORTS), words.t("report-desk"), body)
}

/// One report.
///
/// # Errors
/// As [`super::read`].
pub fn show(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, id: i64) -> Answer<Page> {
    let report = super::read(tx, visit, person, id)?;
    Ok(page(visit, &report, &Filled::empty(Words::to(visit))))
}

fn page(visit: &Visit, report: &Report, filled: &Filled) -> Page {
    let words = Words::to(visit);
    let number = [("number", report.id.to_string().into())];
    let title = words.with("report-one", &number).into_owned();
    let up = [(words.t("report-desk"), Cow::Borrowed(REPORTS))];
    let to = |what: &str| format!("{}/{what}", address(report.person, report.id));
    let body = html! {
        (form::error_summary(filled))
        (parts::breadcrumbs(words, &up, &title))
        (parts::header_with(&title, &words.t("report-one-lead"), state_tag(words, report.state())))
        (parts::facts(&facts(words, report)))
        @if !report.says.answer.is_empty() {
            (parts::section("answered", &words.t("report-answer"), html! { p.pre { (report.says.answer) } }))
        }
        @if report.state() != State::Closed {
            (parts::section("answer", &words.t("report-answering"), form::post(&to("answer"), filled, html! {
                (form::textarea("answer", words.t("report-answer")).hint(words.t("report-answer-hint"))
                    .max(LONGEST as u32).show(filled))
                (form::actions(form::submit(&words.t("report-answer-send"))))
            })))
        }
        @if report.state() == State::Answered {
            (form::button_post(&words.t("report-close"), &title, &to("close"), &[]))
        }
    };
    Page::new(Nav::operator(REPORTS), title, body).refilled(filled)
}

fn facts<'w>(words: &'w Words, report: &'w Report) -> Vec<(Cow<'w, str>, Markup)> {
    let Says { said, why, .. } = &report.says;
    let mut facts = vec![
        (words.t("report-line"), html! { (said.sentence) }),
        (words.t("report-line-when"), parts::time_of(words, said.at)),
    ];
    if let Some(rpps) = &said.rpps {
        let account = format!("{}/{rpps}", crate::vigilance::pages::VIGILANCE);
        facts.push((words.t("report-account"), html! { a.ds-link href=(account) { "RPPS " (rpps) } }));
    }
    facts.push((words.t("report-sent"), parts::time_of(words, report.at)));
    if why.is_empty() {
        facts.push((words.t("report-why"), html! { (words.t("report-why-none")) }));
    } else {
        facts.push((words.t("report-why"), html! { (why) }));
    }
    facts
}

/// Answers; field `answer`.
///
/// # Errors
/// As [`super::answer`].
pub fn answer(
    tx: &mut Tx<'_>,
    visit: &Visit,
    person: PersonId,
    id: i64,
    filled: Filled,
) -> Answer<Result<String, Page>> {
    match super::answer(tx, visit, person, id, filled.value("answer")) {
        Ok(()) => Ok(Ok(address(person, id))),
        Err(refusal) if refusal.code() == "report-answer" => {
            let report = super::read(tx, visit, person, id)?;
            Ok(Err(page(visit, &report, &filled.refused(&refusal))))
        }
        Err(other) => Err(other),
    }
}

/// Closes; answers where to go.
///
/// # Errors
/// As [`super::close`].
pub fn close(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, id: i64) -> Answer<String> {
    super::close(tx, visit, person, id)?;
    Ok(REPORTS.to_owned())
}

/// Invented reports in each state, for the pages of both sides.
#[must_use]
pub fn invented(now: Instant) -> Vec<Report> {
    let at = |hours: i64| now.plus(-hours * 3600 * Instant::SECOND);
    let said = Said {
        rank: 12,
        at: at(30),
        sentence: "Dr Claire MOREAU, cardiologue (Clinique des Tilleuls) a lu 2 documents".into(),
        rpps: Some("10001045367".into()),
    };
    let says = |why: &str, answer: &str| Says {
        by: PersonId(7),
        said: said.clone(),
        why: why.into(),
        answer: answer.into(),
    };
    let report = |id, answered, closed, says| Report {
        person: PersonId(7),
        id,
        at: at(20),
        answered_at: answered,
        closed_at: closed,
        says,
    };
    vec![
        report(41, None, None, says("", "")),
        report(
            42,
            Some(at(2)),
            None,
            says("Je ne la connais pas <du tout>.", "Nous l’avons appelée.\nElle vous a vue lundi."),
        ),
        report(43, Some(at(2)), Some(at(1)), says("Qui est-ce ?", "Le compte a été suspendu.")),
    ]
}

/// The pages in their states, for the test that looks at every page.
#[must_use]
pub fn samples(visit: &Visit) -> Vec<(&'static str, Page)> {
    let words = Words::to(visit);
    let empty = Filled::empty(words);
    let wrong = empty.clone().refused(&Refusal::invalid("report-answer", "answer", ""));
    let reports = invented(visit.now);
    let waiting: Vec<OnDesk> =
        reports.iter().map(|report| OnDesk { person: report.person, id: report.id, at: report.at }).collect();
    let [new, answered, closed] = [0, 1, 2].map(|i| &reports[i]);
    let many: Vec<OnDesk> = waiting.iter().copied().cycle().take(A_PAGE as usize).collect();
    vec![
        ("desk", list_page(visit, State::New, &waiting)),
        ("desk-full", list_page(visit, State::Answered, &many)),
        ("desk-none", list_page(visit, State::Closed, &[])),
        ("new", page(visit, new, &empty)),
        ("new-wrong", page(visit, new, &wrong)),
        ("answered", page(visit, answered, &empty)),
        ("closed", page(visit, closed, &empty)),
    ]
}
