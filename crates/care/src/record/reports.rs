//! The person's side of "I don't recognise this": the form on a line of her journal, and what became of it. The
//! operator's side is `people::report::pages`.
//!
//! | address | function |
//! | --- | --- |
//! | GET `/journal/report?line=` | [`ask`] |
//! | POST `/journal/report` | [`send`]: fields `line`, `why` |
//! | GET `/journal/reports` | [`show`] |

use std::borrow::Cow;

use kernel::{Actor, Answer, Chance, Refusal, Seq, Visit};
use maud::{Markup, html};
use people::consent::pages::owner;
use people::consent::{self, Action, Pass};
use people::report::pages::state_tag;
use people::report::{self, Report, Said};
use store::{Kind, Tx};
use ui::Words;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};

use super::journal::{self, JOURNAL};
use super::sentences::{self, Entry, Reader, Told};

/// The form; a POST sends it.
pub const REPORT: &str = "/journal/report";
/// What she has reported.
pub const REPORTS: &str = "/journal/reports";

/// Where a line can be reported.
pub(crate) fn href(entry: &Entry) -> String {
    format!("{REPORT}?line={}", entry.seq.0)
}

/// A line that was the reader's own look is not offered for reporting: she knows.
pub(crate) fn may_report(entry: &Entry, reader: &Reader) -> bool {
    // Everything else is: also what was done in her own name, which somebody else may have done with her telephone.
    let own_look =
        matches!(entry.kind, Kind::JournalRead | Kind::Reported) && reader.is_me(&entry.line.actor);
    !own_look
}

/// The line of this rank, as the holder of the pass knows it.
fn line(tx: &mut Tx<'_>, pass: &Pass, typed: &str) -> Answer<Entry> {
    let rank: Seq = typed.parse().map(Seq).map_err(|_| Refusal::not_found())?;
    let mut found = None;
    journal::all(tx, pass, Seq(rank.0.saturating_sub(1)), |entry| {
        if entry.seq == rank {
            found = Some(entry);
        }
        Ok(())
    })?;
    found.ok_or_else(Refusal::not_found)
}

/// The form about one line.
///
/// # Errors
/// As `consent::open`; `NotFound` for a line that the reader does not know.
pub fn ask(tx: &mut Tx<'_>, visit: &Visit, typed: &str) -> Answer<Page> {
    let pass = consent::open(tx, visit, owner(visit)?, Action::ReadJournal)?;
    let entry = line(tx, &pass, typed)?;
    let reader = journal::reader(tx, &pass)?;
    journal::note(tx, &pass, Kind::JournalRead);
    Ok(ask_page(visit, &reader, &entry))
}

pub(crate) fn ask_page(visit: &Visit, reader: &Reader, entry: &Entry) -> Page {
    let words = Words::to(visit);
    let filled = Filled::empty(words);
    let title = words.t("report-title");
    let up = [(words.t("journal-title"), Cow::Borrowed(JOURNAL))];
    let body = html! {
        (parts::breadcrumbs(words, &up, &title))
        (parts::header_with(&title, &words.t("report-lead"), html! {}))
        (parts::section("line", &words.t("report-the-line"), html! {
            (parts::facts(&[
                (words.t("report-line"), html! { (said(words, reader, entry).sentence) }),
                (words.t("report-line-when"), parts::time_of(words, entry.at)),
            ]))
        }))
        (parts::alert(Tone::Info, &words.t("report-not-waiting"), html! {
            p { a.ds-link href=(people::consent::pages::SHARING) { (words.t("report-sharing")) } }
        }))
        (form::post(REPORT, &filled, html! {
            (form::hidden("line", &entry.seq.0.to_string()))
            (form::textarea("why", words.t("report-why-label")).hint(words.t("report-why-hint"))
                .max(report::LONGEST as u32).optional().show(&filled))
            p { (words.t("report-sent-with")) }
            (form::actions(form::submit(&words.t("report-send"))))
        }))
    };
    Page::new(Nav::citizen(JOURNAL), title, body)
}

/// The line as the team gets it: who, what, when; never which document, nor of what type.
fn said(words: &Words, reader: &Reader, entry: &Entry) -> Said {
    let told = Told { acts: vec![entry] };
    let rpps = match &entry.line.actor {
        Actor::Professional(of) => Some(of.rpps.as_str().to_owned()),
        _ => None,
    };
    Said { rank: entry.seq.0, at: entry.at, sentence: sentences::sentence(words, &told, reader), rpps }
}

/// Sends the report.
///
/// # Errors
/// As [`ask`], `people::report::send`.
pub fn send(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled, chance: &Chance) -> Answer<()> {
    let pass = consent::open(tx, visit, owner(visit)?, Action::ReadJournal)?;
    let entry = line(tx, &pass, filled.value("line"))?;
    let reader = journal::reader(tx, &pass)?;
    let said = said(Words::to(visit), &reader, &entry);
    report::send(tx, &pass, said, filled.value("why"), chance)
}

/// What the reader has reported, and what became of it.
///
/// # Errors
/// As `consent::open`.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, sent: bool) -> Answer<Page> {
    let pass = consent::open(tx, visit, owner(visit)?, Action::ReadJournal)?;
    let reports = report::of_reader(tx, &pass)?;
    journal::note(tx, &pass, Kind::JournalRead);
    Ok(page(visit, &reports, sent))
}

pub(crate) fn page(visit: &Visit, reports: &[Report], sent: bool) -> Page {
    let words = Words::to(visit);
    let title = words.t("report-yours");
    let up = [(words.t("journal-title"), Cow::Borrowed(JOURNAL))];
    let journal = html! { a.ds-link href=(JOURNAL) { (words.t("journal-title")) } };
    let body = html! {
        (parts::breadcrumbs(words, &up, &title))
        (parts::header_with(&title, &words.t("report-yours-lead"), html! {}))
        @if reports.is_empty() {
            (parts::empty(&words.t("report-yours-none"), &words.t("report-yours-none-text"), journal))
        } @else {
            ul.cards { @for report in reports { (card(words, report)) } }
        }
    };
    let page = Page::new(Nav::citizen(JOURNAL), title, body);
    if sent { page.flash(Tone::Success, words.t("report-done")) } else { page }
}

fn card(words: &Words, report: &Report) -> Markup {
    let says = &report.says;
    let mut facts = vec![
        (words.t("report-line-when"), parts::time_of(words, says.said.at)),
        (words.t("report-sent"), parts::time_of(words, report.at)),
    ];
    if !says.why.is_empty() {
        facts.push((words.t("report-your-words"), html! { (says.why) }));
    }
    if let Some(at) = report.answered_at {
        facts.push((words.t("report-answered-when"), parts::time_of(words, at)));
        facts.push((words.t("report-answer-of-team"), html! { (says.answer) }));
    }
    html! {
        li.card {
            div.card-text {
                p.card-title { (says.said.sentence) }
                div.card-tags { (state_tag(words, report.state())) }
                (parts::facts(&facts))
            }
        }
    }
}
