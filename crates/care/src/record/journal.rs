//! The journal: who did what in this space, by what right, newest first, grouped by day, in plain sentences; and as CSV.
//!
//! Lines about documents that the reader does not see are left out, like the documents themselves.

use jiff::civil::Date;
use kernel::{Actor, Answer, Fault, Instant, Professional, Seq, Visit};
use maud::{Markup, html};
use people::consent::pages::ask::{DO, EFFECT};
use people::consent::pages::owner;
use people::consent::{self, Action, Pass, Sharing};
use people::delegation;
use people::report::{self, Report};
use serde::Deserialize;
use store::{Act, ActRow, Kind, Outcome, Tx, Want};
use ui::form::{self, Choice, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Group};
use ui::{Words, address, dates};

use super::known::Known;
use super::sentences::{self, Entry, Reader, Told};
use super::{checking, reports, sight};

/// Where the journal is.
pub const JOURNAL: &str = "/journal";
/// Where its CSV is.
pub const CSV: &str = "/journal.csv";

/// How many acts a page tells at most.
const A_PAGE: usize = 200;

/// What is asked of the journal: the query of its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `others`, `me`, or empty for everybody.
    pub who: String,
    /// `looks`, `documents`, `refusals`, `account`, or empty for everything.
    pub what: String,
    /// Only acts of a lower rank: the cursor of "older".
    pub before: String,
}

impl Asked {
    fn keeps(&self, entry: &Entry, pass: &Pass) -> bool {
        let person = |actor: &Actor| match actor {
            Actor::Citizen { person, .. } => Some(*person),
            _ => None,
        };
        let own = person(&entry.line.actor).is_some_and(|who| person(&pass.visit().actor) == Some(who));
        let who = match self.who.as_str() {
            "others" => !own,
            "me" => own,
            _ => true,
        };
        let refused = entry.line.outcome != Outcome::Done;
        let what = match self.what.as_str() {
            "looks" => sentences::is_look(entry.kind) && !refused,
            "documents" => {
                matches!(entry.kind, Kind::Deposited | Kind::Withdrawn | Kind::Amended | Kind::DepositRefused)
            }
            "refusals" => refused,
            "account" => {
                !sentences::is_look(entry.kind) && (entry.kind as i64) < 20 || entry.kind as i64 / 10 == 3
            }
            _ => true,
        };
        who && what
    }

    fn before(&self) -> Seq {
        self.before.parse().map_or(Seq::MAX, Seq)
    }

    fn set(&self) -> usize {
        [&self.who, &self.what].iter().filter(|value| !value.is_empty()).count()
    }
}

/// `GET /journal`.
///
/// # Errors
/// As `consent::open`.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, asked: &Asked) -> Answer<Page> {
    let pass = consent::open(tx, visit, owner(visit)?, Action::ReadJournal)?;
    let Newest { entries, older, torn } = newest(tx, &pass, asked)?;
    let reader = reader(tx, &pass)?;
    let decided = sight::decided(tx, &pass)?;
    // Each reader counts the lines in her own way: only her own reports name lines as she knows them.
    let mut reports = report::of_reader(tx, &pass)?;
    reports.retain(|report| report.says.by == reader.me);
    note(tx, &pass, Kind::JournalRead);
    let shown = Journal {
        reader: &reader,
        entries: &entries,
        older,
        torn: &torn,
        asked,
        decided: decided.as_ref(),
        reports: &reports,
    };
    Ok(page(visit, &shown))
}

pub(crate) fn note(tx: &mut Tx<'_>, pass: &Pass, kind: Kind) {
    let line = pass.line();
    tx.note(pass.key(), Act { kind, at: pass.visit().now, entry: None, line, data: None, blob: None });
}

/// Who reads, with the names of professionals who are allowed, and what those who may act are to the owner.
pub(crate) fn reader(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Reader> {
    let me = match &pass.visit().actor {
        Actor::Citizen { person, .. } => *person,
        _ => pass.person(),
    };
    let allowed = consent::sharing(tx, pass)?.allowed.into_iter();
    let helpers = delegation::of_person(tx, pass)?.into_iter();
    Ok(Reader {
        owner: pass.person(),
        name: pass.identity().display_name(),
        me,
        links: helpers.filter_map(|helper| Some((helper.person?, helper.link))).collect(),
        professionals: allowed
            .map(|p| (p.professional.rpps.as_str().to_owned(), p.professional.name))
            .collect(),
    })
}

/// Hands every act that the reader may know of to `each`, oldest first.
pub(crate) fn all(
    tx: &mut Tx<'_>,
    pass: &Pass,
    after: Seq,
    mut each: impl FnMut(Entry) -> Result<(), Fault>,
) -> Answer<()> {
    let mut known = Known::of(tx, pass)?;
    tx.acts(pass.key(), known.begin(after), Want::LINES, |mut row| {
        let Some(seq) = known.rank(&mut row).filter(|rank| *rank > after) else { return Ok(()) };
        let Some(line) = row.line else { return Ok(()) };
        each(Entry { seq, at: row.at, kind: row.kind, entry: row.entry, line })
    })?;
    Ok(())
}

/// Hands the clear part of every act that the reader may know of to `each`, oldest first, with the rank under
/// which she knows it.
pub(crate) fn outlines(tx: &mut Tx<'_>, pass: &Pass, mut each: impl FnMut(Seq, ActRow)) -> Answer<()> {
    let mut known = Known::of(tx, pass)?;
    let clear = known.want(Want { line: false, data: false, kinds: &[] });
    tx.acts(pass.key(), Seq(0), clear, |mut row| {
        if let Some(rank) = known.rank(&mut row) {
            each(rank, row);
        }
        Ok(())
    })?;
    Ok(())
}

/// The acts after `after` one by one, for when one of them does not open: whoever changed it must not keep her from
/// reading the others. Answers the ranks of those that do not open.
fn salvaged(tx: &mut Tx<'_>, pass: &Pass, after: Seq, mut each: impl FnMut(Entry)) -> Answer<Vec<Seq>> {
    let mut known = Known::of(tx, pass)?;
    let (mut torn, head) = (Vec::new(), tx.head(pass.key())?);
    for seq in (known.begin(after).0 + 1..=head.0).map(Seq) {
        let mut row = match tx.act(pass.key(), seq, Want::LINES) {
            Ok(Some(row)) => row,
            Ok(None) => continue,
            Err(Fault::Damaged(_)) => {
                torn.push(seq);
                continue;
            }
            Err(other) => return Err(other.into()),
        };
        if let Some(rank) = known.rank(&mut row).filter(|rank| *rank > after)
            && let Some(line) = row.line
        {
            each(Entry { seq: rank, at: row.at, kind: row.kind, entry: row.entry, line });
        }
    }
    Ok(torn)
}

/// What a page tells of the journal.
#[derive(Default)]
struct Newest {
    /// Newest first.
    entries: Vec<Entry>,
    /// The cursor to older ones.
    older: Option<Seq>,
    /// Ranks of acts that do not open.
    torn: Vec<Seq>,
}

/// The newest acts that are asked for.
fn newest(tx: &mut Tx<'_>, pass: &Pass, asked: &Asked) -> Answer<Newest> {
    let before = asked.before().min(tx.head(pass.key())?.next());
    // First a near window; a filter that keeps little makes it wider until it is the whole journal.
    let mut window = 4 * A_PAGE as u32;
    loop {
        let after = Seq(before.0.saturating_sub(window + 1));
        let wanted = |entry: &Entry| entry.seq < before && asked.keeps(entry, pass);
        let (mut kept, mut torn) = (Vec::new(), Vec::new());
        let read = all(tx, pass, after, |entry| {
            if wanted(&entry) {
                kept.push(entry);
            }
            Ok(())
        });
        match read {
            Err(refusal) if matches!(refusal.fault, Some(Fault::Damaged(_))) => {
                kept.clear();
                torn = salvaged(tx, pass, after, |entry| {
                    if wanted(&entry) {
                        kept.push(entry);
                    }
                })?;
            }
            read => read?,
        }
        if kept.len() > A_PAGE || after.0 == 0 {
            kept.reverse();
            let older = kept.get(A_PAGE).map(|_| kept[A_PAGE - 1].seq);
            kept.truncate(A_PAGE);
            return Ok(Newest { entries: kept, older, torn });
        }
        window = window.saturating_mul(8);
    }
}

/// What the page of the journal shows.
pub(crate) struct Journal<'a> {
    pub(crate) reader: &'a Reader,
    pub(crate) entries: &'a [Entry],
    pub(crate) older: Option<Seq>,
    /// Ranks of acts that do not open.
    pub(crate) torn: &'a [Seq],
    pub(crate) asked: &'a Asked,
    /// What the owner decided, for a reader who may decide it.
    pub(crate) decided: Option<&'a Sharing>,
    /// What this reader has reported.
    pub(crate) reports: &'a [Report],
}

impl Journal<'_> {
    /// When one of these acts was reported; several make one line, and whichever of them was meant is on it.
    fn reported(&self, told: &Told<'_>) -> Option<Instant> {
        let of = |report: &&Report| {
            let said = &report.says.said;
            told.acts.iter().any(|act| act.seq.0 == said.rank && act.at == said.at)
        };
        self.reports.iter().find(of).map(|report| report.at)
    }
}

pub(crate) fn page(visit: &Visit, journal: &Journal<'_>) -> Page {
    let words = Words::to(visit);
    let asked = journal.asked;
    let older = journal.older.map(|seq| {
        let before = seq.0.to_string();
        address::with_query(JOURNAL, &[("who", &asked.who), ("what", &asked.what), ("before", &before)])
    });
    let newest = (asked.before() != Seq::MAX)
        .then(|| address::with_query(JOURNAL, &[("who", &asked.who), ("what", &asked.what)]));
    let own = visit.on_behalf_of.is_none();
    let body = html! {
        (parts::header_with(&words.t("journal-title"), &words.t("journal-lead"), tools(words, own)))
        // The proof is about everything, also what is kept from those who act for her.
        @if own { (checking::part(words, asked.set() == 0)) }
        @if !journal.torn.is_empty() { (torn(words, journal.torn)) }
        (filters(words, asked))
        @if journal.entries.is_empty() {
            (nothing(words, asked))
        } @else {
            (parts::timeline(&days(words, visit, journal)))
            @if journal.entries.iter().any(|entry| blockable(journal, entry).is_some()) { (blocking()) }
            (parts::turn(words, newest.as_deref(), older.as_deref()))
        }
    };
    Page::new(Nav::citizen(JOURNAL), words.t("journal-title"), body)
}

/// What can be done with the journal; how she is told is each one's own choice for her own space.
fn tools(words: &Words, own: bool) -> Markup {
    html! {
        a.ds-button data-variant="secondary" href=(CSV) download {
            (ui::icons::Icon::Download.svg()) (words.t("journal-export"))
        }
        (parts::print_button(words))
        a.ds-link href=(reports::REPORTS) { (words.t("report-yours")) }
        @if own { a.ds-link href=(people::notice::pages::NOTICES) { (words.t("notice-title")) } }
    }
}

fn torn(words: &Words, torn: &[Seq]) -> Markup {
    let ranks: Vec<String> = torn.iter().map(|seq| seq.0.to_string()).collect();
    let values = [("count", torn.len().into()), ("ranks", ranks.join(", ").into())];
    parts::alert(
        parts::Tone::Danger,
        &words.t("journal-torn"),
        html! { p { (words.with("journal-torn-text", &values)) } },
    )
}

fn nothing(words: &Words, asked: &Asked) -> Markup {
    if asked.set() == 0 {
        return parts::empty(&words.t("journal-empty"), &words.t("journal-empty-text"), html! {});
    }
    let all = html! { a.ds-link href=(JOURNAL) { (words.t("journal-all")) } };
    parts::empty(&words.t("journal-none-found"), &words.t("journal-none-found-text"), all)
}

fn filters(words: &'static Words, asked: &Asked) -> Markup {
    let filled = Filled::empty(words).with("who", asked.who.as_str()).with("what", asked.what.as_str());
    let choices = |name: &str, values: &[&'static str]| -> Vec<Choice<'static>> {
        values
            .iter()
            .map(|value| Choice::new(*value, words.t(&format!("journal-{name}-{value}")).into_owned()))
            .collect()
    };
    let fields = html! {
        (form::select("who", words.t("journal-filter-who"), choices("by", &["others", "me"])).optional().show(&filled))
        (form::select("what", words.t("journal-filter-what"),
            choices("about", &["looks", "documents", "refusals", "account"])).optional().show(&filled))
    };
    parts::filters(words, JOURNAL, asked.set(), JOURNAL, fields)
}

fn days(words: &Words, visit: &Visit, journal: &Journal<'_>) -> Vec<Group> {
    let dated: Vec<(Date, &Entry)> = journal.entries.iter().map(|entry| (entry.at.date(), entry)).collect();
    dated
        .chunk_by(|(a, _), (b, _)| a == b)
        .map(|day| {
            let entries: Vec<&Entry> = day.iter().map(|(_, entry)| *entry).collect();
            let told = sentences::group(&entries, journal.reader);
            let date = day.first().map(|(date, _)| *date).unwrap_or_default();
            Group {
                heading: capitalised(&dates::day_near(words, date, visit.now.date())),
                body: html! { ul.cards { @for told in &told { (line(words, visit, journal, told)) } } },
            }
        })
        .collect()
}

/// A heading begins with a capital: `Hier`.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn line(words: &Words, visit: &Visit, journal: &Journal<'_>, told: &Told<'_>) -> Markup {
    let sentence = sentences::sentence(words, told, journal.reader);
    let types = sentences::types(told, words.language());
    let first = told.acts[0];
    let last = told.acts[told.acts.len() - 1];
    let hour = |entry: &Entry| dates::time(words, entry.at.paris().time());
    let when = if told.acts.len() > 1 && hour(first) != hour(last) {
        let values = [("from", hour(last).into()), ("to", hour(first).into())];
        words.with("journal-between", &values).into_owned()
    } else {
        hour(first)
    };
    // One document, still there: its name leads to it.
    let link = match told.acts.as_slice() {
        [only] if only.kind != Kind::Withdrawn && only.line.outcome == Outcome::Done => only.entry,
        _ => None,
    };
    // What was opened in an emergency, or by the call centre, says so whatever was done then.
    let mode = sentences::mode(words, &first.line);
    html! {
        li.card id={ "line-" (first.seq.0) } data-acts=(checking::acts(told)) {
            div.card-text {
                p.card-title id={ "line-" (first.seq.0) "-what" } { (sentence) }
                @if let Some(mode) = mode { (parts::tag(Some(parts::Tone::Warning), &mode)) }
                @if !types.is_empty() {
                    p.card-line {
                        @if let Some(entry) = link {
                            a.ds-link href={ "/documents/" (entry) } { (types.join(", ")) }
                        } @else {
                            (types.join(", "))
                        }
                    }
                }
                @if let Some(right) = sentences::right(words, first, journal.reader) { p.card-line { (right) } }
                @if let Some(why) = sentences::why(words, &first.line) { p.card-line { (why) } }
                @if let Some(reason) = &first.line.reason {
                    p.card-line { (words.with("journal-reason", &[("reason", reason.as_str().into())])) }
                }
                p.card-line { (when) }
                @if journal.decided.is_some() && is_of_an_app(first) {
                    p.card-line {
                        a.ds-link href=(people::apps::APPS) aria-describedby={ "line-" (first.seq.0) "-what" } {
                            (words.t("journal-app-see"))
                        }
                    }
                }
                @if reports::may_report(first, journal.reader) {
                    div.card-line.actions {
                        @if let Some(at) = journal.reported(told) {
                            @let when = dates::moment_near(words, at, visit.now);
                            a.ds-link href=(reports::REPORTS) aria-describedby={ "line-" (first.seq.0) "-what" } {
                                (words.with("journal-reported-when", &[("when", when.into())]))
                            }
                        } @else {
                            a.ds-link href=(reports::href(first)) aria-describedby={ "line-" (first.seq.0) "-what" } {
                                (words.t("report-link"))
                            }
                        }
                        (block(words, journal, first))
                    }
                }
            }
        }
    }
}

/// Whether an app did it, or it was done about one.
fn is_of_an_app(entry: &Entry) -> bool {
    matches!(entry.line.actor, Actor::App(_)) || sentences::app(entry).is_some()
}

/// The form of every button that proposes to block somebody.
const BLOCKING: &str = "block";

fn blocking() -> Markup {
    html! { form id=(BLOCKING) method="post" action=(EFFECT) { (form::csrf()) (form::hidden(DO, "block")) } }
}

/// The professional of a line whom its reader may block from there.
fn blockable<'a>(journal: &Journal<'_>, entry: &'a Entry) -> Option<&'a Professional> {
    let Actor::Professional(who) = &entry.line.actor else { return None };
    let may = journal.decided.is_some_and(|decided| !decided.blocks(&who.rpps));
    (may && reports::may_report(entry, journal.reader)).then_some(who)
}

/// On a line of a professional: the button that leads to what blocking her changes, unless she is blocked.
fn block(words: &Words, journal: &Journal<'_>, first: &Entry) -> Markup {
    html! {
        @if let Some(who) = blockable(journal, first) {
            button.ds-button data-variant="tertiary" type="submit" form=(BLOCKING) name="rpps"
                value=(who.rpps) aria-describedby={ "line-" (first.seq.0) "-what" } { (words.t("consent-block-her")) }
        }
    }
}

/// `GET /journal.csv`: the whole journal, one act a line, for a spreadsheet: semicolons and a byte order mark,
/// as a French spreadsheet expects. Noted as an export.
///
/// # Errors
/// As `consent::open`; a fault when the file cannot be written.
pub fn csv(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Vec<u8>> {
    let pass = consent::open(tx, visit, owner(visit)?, Action::ReadJournal)?;
    let words = Words::to(visit);
    let reader = reader(tx, &pass)?;
    let mut rows: Vec<Entry> = Vec::new();
    all(tx, &pass, Seq(0), |entry| {
        rows.push(entry);
        Ok(())
    })?;
    note(tx, &pass, Kind::Exported);
    let broken = |e: csv::Error| Fault::Internal(format!("journal as CSV: {e}"));
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(vec![0xEF, 0xBB, 0xBF]);
    let heads = [
        "rank",
        "date",
        "time",
        "who",
        "structure",
        "rpps",
        "sentence",
        "type",
        "document",
        "outcome",
        "right",
        "mode",
        "reason",
    ];
    let heads: Vec<_> = heads.iter().map(|head| words.t(&format!("journal-csv-{head}"))).collect();
    writer.write_record(heads.iter().map(AsRef::<str>::as_ref)).map_err(broken)?;
    for entry in rows.iter().rev() {
        let cells = csv_cells(words, &reader, entry);
        writer.write_record(cells.iter().map(String::as_str)).map_err(broken)?;
    }
    writer.into_inner().map_err(|e| Fault::Internal(format!("journal as CSV: {e}")).into())
}

fn csv_cells(words: &Words, reader: &Reader, entry: &Entry) -> [String; 13] {
    let told = Told { acts: vec![entry] };
    let at = entry.at.paris();
    let (structure, rpps) = match &entry.line.actor {
        Actor::Professional(p) => (p.structure.clone(), p.rpps.as_str().to_owned()),
        Actor::Software(s) => (s.organization.clone(), String::new()),
        Actor::App(app) => (app.organization.clone(), String::new()),
        _ => Default::default(),
    };
    let outcome =
        sentences::why(words, &entry.line).unwrap_or_else(|| words.t("journal-csv-done").into_owned());
    [
        entry.seq.0.to_string(),
        at.date().to_string(),
        at.strftime("%H:%M:%S").to_string(),
        sentences::who(words, &entry.line.actor, reader).trim_end_matches(',').to_owned(),
        structure,
        rpps,
        sentences::sentence(words, &told, reader),
        sentences::types(&told, words.language()).join(", "),
        entry.entry.map(|entry| entry.to_string()).unwrap_or_default(),
        outcome,
        sentences::right(words, entry, reader).unwrap_or_default(),
        sentences::mode(words, &entry.line).unwrap_or_default(),
        entry.line.reason.clone().unwrap_or_default(),
    ]
    .map(|cell| safe_cell(&cell))
}

/// A cell that a spreadsheet would take for a formula begins with an apostrophe.
fn safe_cell(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}
