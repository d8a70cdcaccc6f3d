//! « Voir comme un professionnel » : what somebody, or somebody of a profession, would see.

use kernel::rpps::Rpps;
use kernel::{Answer, Professional, Purpose, Visit};
use maud::{Markup, html};
use people::consent::pages::{PREVIEW, SHARING, below, deciding};
use people::consent::{Sharing, access, as_if_allowed};
use people::registry;
use store::{Kind, Tx};
use ui::Words;
use ui::form::{self, Choice, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};

use super::who::Verdict;
use super::{Space, Viewer, anybody, named};
use crate::documents::model::{Meta, Status};
use crate::documents::read::note;
use crate::documents::{plain, shelf};
use crate::record::fold::Seen;
use crate::record::professions;

/// A profession in the form's field, before its code; anything else is an RPPS number.
const PROFESSION: &str = "p";

/// The field that tells an answer with nothing chosen from the page as it is first opened.
pub const SENT: &str = "look";

/// What one would see.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct View {
    pub(crate) label: String,
    /// Whether she gets in as things are.
    pub(crate) opens: bool,
    /// Whether she would, were she allowed.
    pub(crate) could: bool,
    pub(crate) seen: Seen,
    /// Standing documents that she does not see because they are hidden; because they are not for her profession.
    pub(crate) hidden: usize,
    pub(crate) not_for_her: usize,
}

/// `GET /sharing/preview`: the choice, and what the one chosen would see.
///
/// # Errors
/// As `consent::open`.
pub fn show<'a>(tx: &mut Tx<'_>, visit: &Visit, who: impl Into<Option<&'a str>>) -> Answer<Page> {
    let who = who.into();
    let (pass, sharing) = deciding(tx, visit)?;
    let space = Space::open(tx, visit, &pass)?;
    let words = Words::to(visit);
    let chosen = chosen(tx, words, &sharing, who.unwrap_or_default())?;
    let view = match (&space, chosen) {
        (Some(space), Some((viewer, sharing))) => {
            let view = view(space, viewer, &sharing)?;
            let count = shelf::standing(&view.seen).len();
            note(tx, &space.pass, Kind::ListRead, None, count.to_string());
            Some(view)
        }
        _ => None,
    };
    Ok(page(visit, &sharing, who, view.as_ref()))
}

/// Who was chosen, and by which decisions she is looked at: a profession as if one of it were allowed.
fn chosen(tx: &mut Tx<'_>, words: &Words, sharing: &Sharing, who: &str) -> Answer<Option<(Viewer, Sharing)>> {
    let care = |label: String, who: Professional| Viewer { label, who, purpose: Purpose::Care };
    if let Some(code) = who.strip_prefix(PROFESSION) {
        let one = anybody(code, None).and_then(|one| Some((professions::word(&one, words.language())?, one)));
        return Ok(one.map(|(job, one)| {
            let label = words.with("consent-preview-one", &[("job", job.into())]).into_owned();
            let mut open = sharing.clone();
            if open.mode == people::consent::Mode::Nobody {
                open.mode = people::consent::Mode::Ask;
            }
            let allowed = as_if_allowed(&open, &one, kernel::Instant(0));
            (care(label, one), allowed)
        }));
    }
    let Some(rpps) = Rpps::parse(who) else { return Ok(None) };
    let decided = known(sharing).into_iter().find(|one| one.rpps == rpps);
    let one = match decided {
        Some(one) => Some(one),
        None => registry::professional(tx, &rpps)?.map(|known| known.professional),
    };
    Ok(one.map(|one| (care(named(words, &one), one), sharing.clone())))
}

/// Professionals whom her decisions name.
fn known(sharing: &Sharing) -> Vec<Professional> {
    let treating = sharing.treating.iter().map(|named| &named.professional);
    let allowed = sharing.allowed.iter().rev().map(|p| &p.professional);
    let blocked = sharing.blocked.iter().map(|named| &named.professional);
    let mut all: Vec<Professional> = Vec::new();
    for one in treating.chain(allowed).chain(blocked) {
        if all.iter().all(|known| known.rpps != one.rpps) {
            all.push(one.clone());
        }
    }
    all
}

fn view(space: &Space, viewer: Viewer, sharing: &Sharing) -> Answer<View> {
    let eyes = viewer.eyes(&space.pass, sharing)?;
    let opens = eyes.opens();
    // To one who does not get in, she is shown what letting her in would mean.
    let eyes = if opens {
        eyes
    } else {
        viewer.eyes(&space.pass, &as_if_allowed(sharing, &viewer.who, space.pass.visit().now))?
    };
    let mut view = View { label: viewer.label, opens, could: eyes.opens(), ..View::default() };
    if !view.could {
        return Ok(view);
    }
    let standing = |meta: &&Meta| meta.status == Status::Current;
    for meta in space.own().documents.iter().filter(standing) {
        match Verdict::of(&eyes, meta) {
            Verdict::Hidden => view.hidden += 1,
            Verdict::NotForHer => view.not_for_her += 1,
            _ => {}
        }
    }
    view.seen = space.seen_by(&eyes);
    Ok(view)
}

/// `who` is what was sent; `None` before anything was.
pub(crate) fn page(visit: &Visit, sharing: &Sharing, who: Option<&str>, view: Option<&View>) -> Page {
    let words = Words::to(visit);
    let title = words.t("consent-preview");
    let mut filled = Filled::empty(words).with("who", who.unwrap_or_default());
    if who.is_some() && view.is_none() {
        filled.wrong("who", words.t("consent-preview-missing"));
    }
    let body = html! {
        (form::error_summary(&filled))
        (below(words, &title, &words.t("consent-preview-lead")))
        @if let Some(view) = view {
            @let heading = words.with("consent-preview-title", &[("name", view.label.as_str().into())]);
            (parts::section("seen", &heading, result(words, view)))
        }
        @let heading = words.t(if view.is_some() { "consent-preview-other" } else { "consent-preview-who" });
        (parts::section("choose", &heading, choice(words, sharing, &filled)))
    };
    Page::new(Nav::citizen(SHARING), title.into_owned(), body).refilled(&filled)
}

fn choice(words: &'static Words, sharing: &Sharing, filled: &Filled) -> Markup {
    let mut choices: Vec<Choice<'_>> = known(sharing)
        .iter()
        .map(|one| Choice::new(one.rpps.as_str().to_owned(), named(words, one)))
        .collect();
    let codes = access::table().map(|table| table.professions().map(|(code, _)| code).collect::<Vec<_>>());
    let mut jobs: Vec<(&str, &str)> = codes
        .unwrap_or_default()
        .into_iter()
        .filter_map(|code| Some((professions::word(&anybody(code, None)?, words.language())?, code)))
        .collect();
    // As a dictionary has them: an accent does not move a word behind the last letter.
    jobs.sort_by_cached_key(|(job, code)| (kernel::text::fold(job), *job, *code));
    jobs.dedup_by_key(|(job, _)| *job);
    choices.extend(jobs.into_iter().map(|(job, code)| {
        let label = words.with("consent-preview-a", &[("job", job.into())]);
        Choice::new(format!("{PROFESSION}{code}"), label)
    }));
    form::get(
        PREVIEW,
        html! {
            (form::hidden(SENT, "1"))
            (form::select("who", words.t("consent-preview-label"), choices).show(filled))
            (form::submit(&words.t("consent-preview-submit")))
        },
    )
}

fn result(words: &Words, view: &View) -> Markup {
    html! {
        @if !view.opens {
            (parts::alert(Tone::Info, &words.t("consent-preview-closed"), html! {
                @if view.could { p { (words.t("consent-preview-if")) } }
            }))
        }
        @if view.could { (documents(words, view)) }
    }
}

fn documents(words: &Words, view: &View) -> Markup {
    let items = shelf::standing(&view.seen);
    let counted = |key: &str, count: usize| words.with(key, &[("count", count.into())]);
    html! {
        p { strong { (counted("consent-preview-sees", items.len())) } }
        @if !items.is_empty() {
            ul {
                @for item in &items {
                    li {
                        a.ds-link href=(shelf::href(item.meta)) { (plain::title(item.meta, words.language())) }
                        ", " (ui::dates::date(words, item.meta.day()))
                    }
                }
            }
        }
        p { strong { (counted("consent-preview-not", view.hidden + view.not_for_her)) } }
        @if view.hidden + view.not_for_her > 0 {
            ul {
                @if view.hidden > 0 { li { (counted("consent-preview-not-hidden", view.hidden)) } }
                @if view.not_for_her > 0 { li { (counted("consent-preview-not-profession", view.not_for_her)) } }
            }
        }
    }
}
