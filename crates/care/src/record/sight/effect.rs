//! What a decision changes, in words, before it is saved.

use std::borrow::Cow;
use std::collections::BTreeSet;

use kernel::rpps::Rpps;
use kernel::{Answer, App, Chance, EntryId, Purpose, Refusal, RefusalKind, Visit};
use maud::{Markup, html};
use people::consent::pages::ask::{Change, DECIDE, DO, Fields};
use people::consent::pages::inside::{comes, declared};
use people::consent::pages::{DONE, SHARING, deciding, owner, switches};
use people::consent::{self, Action, Connection, Sharing};
use store::Tx;
use ui::Words;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::page::{CSRF_FIELD, Page};
use ui::parts;

use super::{Space, Viewer, app_named, hiding, named, viewers};
use crate::documents::shelf;
use crate::record::fold;

/// What asks for documents one by one.
const DOCUMENTS: &str = "documents";

/// Somebody, and how many documents she sees before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) before: usize,
    pub(crate) after: usize,
}

/// What is known of the effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It is so already.
    None,
    /// The visitor may not read the documents, so she is not told how many there are.
    Untold,
    /// Of so many documents that she sees herself.
    Told {
        of: usize,
        lines: Vec<Line>,
        /// An app that loses more than documents: who the person is.
        forgets_her: Option<String>,
    },
}

/// `POST /sharing/effect`: what would change, and the button that saves it. Nothing is saved.
///
/// # Errors
/// As `consent::open`; what is wrong with a form comes back in it, anything else as its refusal.
pub fn ask(tx: &mut Tx<'_>, visit: &Visit, fields: &[(String, String)], chance: &Chance) -> Answer<Page> {
    let (pass, sharing) = deciding(tx, visit)?;
    let words = Words::to(visit);
    let space = Space::open(tx, visit, &pass)?;
    let fields = chosen(fields, space.as_ref(), &sharing);
    let read = Change::read(tx, &sharing, words, Fields(&fields)).and_then(|change| {
        let after = change.after(tx, &pass, &sharing, chance)?;
        Ok((change, after))
    });
    let (change, after) = match read {
        Ok(read) => read,
        Err(refusal) => return again(tx, visit, &sharing, fields, refusal),
    };
    let effect = match (&after, &space) {
        (None, _) => Effect::None,
        (Some(_), None) => Effect::Untold,
        (Some(after), Some(space)) => told(words, space, &change, &sharing, after)?,
    };
    Ok(page(visit, &change, &fields, &effect))
}

/// `POST /sharing/decide`: saves it, and answers where she goes then.
///
/// # Errors
/// As [`ask`].
pub fn save(tx: &mut Tx<'_>, visit: &Visit, fields: &[(String, String)], chance: &Chance) -> Answer<String> {
    let pass = consent::open(tx, visit, owner(visit)?, Action::ManageSharing)?;
    let sharing = consent::sharing(tx, &pass)?;
    let space = Space::open(tx, visit, &pass)?;
    let fields = chosen(fields, space.as_ref(), &sharing);
    let change = Change::read(tx, &sharing, Words::to(visit), Fields(&fields))?;
    change.save(tx, &pass, chance)?;
    Ok(format!("{}?{DONE}=1", change.back))
}

/// The fields as they are saved: the boxes of a list are what changes by them, and documents are those that she sees.
fn chosen(fields: &[(String, String)], space: Option<&Space>, sharing: &Sharing) -> Vec<(String, String)> {
    let all = Fields(fields);
    let word = all.get(DO);
    if word != hiding::CHOOSING && word != DOCUMENTS {
        return fields.iter().filter(|(name, _)| name != CSRF_FIELD).cloned().collect();
    }
    let own = space.map(Space::own).unwrap_or_default();
    let known = |ids: &str| -> Vec<EntryId> {
        let read = ids.split_whitespace().filter_map(|id| id.parse().ok());
        read.filter(|entry| own.document(*entry).is_some()).collect()
    };
    let (hide, show) = if word == DOCUMENTS {
        (known(all.get("hide")), known(all.get("show")))
    } else {
        let ticked: Vec<&str> = all.all("hide").collect();
        let is_ticked = |entry: &EntryId| ticked.iter().any(|id| id.parse().ok() == Some(*entry));
        let is_hidden = |entry: &EntryId| own.document(*entry).is_some_and(|m| fold::is_hidden(sharing, m));
        let changed = known(all.get("listed")).into_iter().filter(|e| is_hidden(e) != is_ticked(e));
        changed.partition(is_ticked)
    };
    let ids = |ids: Vec<EntryId>| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let said = [("hide", hide), ("show", show)].into_iter().filter(|(_, entries)| !entries.is_empty());
    let word = (DO.to_owned(), DOCUMENTS.to_owned());
    std::iter::once(word).chain(said.map(|(name, entries)| (name.to_owned(), ids(entries)))).collect()
}

/// The form again, with what is wrong with it.
fn again(
    tx: &mut Tx<'_>,
    visit: &Visit,
    sharing: &Sharing,
    fields: Vec<(String, String)>,
    refusal: Refusal,
) -> Answer<Page> {
    if refusal.kind != RefusalKind::Invalid {
        return Err(refusal);
    }
    let word = Fields(&fields).get(DO).to_owned();
    let filled = Filled::sent(Words::to(visit), fields).refused(&refusal);
    match word.as_str() {
        "mode" => Ok(switches::general_page(sharing, &filled)),
        "sender" => super::met::senders_again(tx, visit, &filled),
        "episode" => hiding::again(tx, visit, &filled),
        // Nothing was ticked or unticked.
        DOCUMENTS if refusal.code() == "choose" => Ok(unchanged(visit)),
        _ => Err(refusal),
    }
}

/// Who sees what, before and after: those whose view changes, and whom the decision is about.
fn told(words: &Words, space: &Space, change: &Change, before: &Sharing, after: &Sharing) -> Answer<Effect> {
    let now = space.pass.visit().now;
    // Whoever came without being asked is told of by name; by which right she comes, before and after, is asked below.
    let mut all: Vec<Viewer> = Vec::new();
    for one in declared(&space.pass, before) {
        let who = one.professional.clone();
        let broke = before.exception(&who.rpps, Purpose::Emergency, now).is_some();
        let purpose = if broke { Purpose::Emergency } else { Purpose::CallCentre };
        all.push(Viewer { label: named(words, &who), who, purpose });
    }
    let came: Vec<Rpps> = all.iter().map(|viewer| viewer.who.rpps.clone()).collect();
    if let Some(who) = change.about.as_ref().filter(|who| !came.contains(&who.rpps)) {
        all.push(Viewer { label: named(words, who), who: who.clone(), purpose: Purpose::Care });
    }
    for viewer in viewers(words, before, now)?.into_iter().chain(viewers(words, after, now)?) {
        let is_known = came.contains(&viewer.who.rpps)
            || all.iter().any(|known| {
                known.purpose == viewer.purpose
                    && known.who.rpps == viewer.who.rpps
                    && known.who.finess == viewer.who.finess
            });
        if !is_known {
            all.push(viewer);
        }
    }
    // A word about those who come without asking tells of them alone.
    for (word, purpose) in [("emergency", Purpose::Emergency), ("call-centre", Purpose::CallCentre)] {
        if change.key.starts_with(word) {
            all.retain(|viewer| viewer.purpose == purpose);
        }
    }
    let sees = |viewer: &Viewer, sharing: &Sharing| -> Answer<usize> {
        if !came.contains(&viewer.who.rpps) {
            return Ok(space.count(&viewer.eyes(&space.pass, sharing)?));
        }
        let Some(purpose) = comes(&space.pass, &viewer.who, sharing)? else { return Ok(0) };
        Ok(space.count(&consent::eyes(&space.pass, &viewer.who, purpose, sharing)?))
    };
    let mut lines = Vec::new();
    for viewer in &all {
        let line =
            Line { label: viewer.label.clone(), before: sees(viewer, before)?, after: sees(viewer, after)? };
        let is_about = change.about.as_ref().is_some_and(|who| who.rpps == viewer.who.rpps);
        // That the treating doctor goes on seeing what is hidden is said, not left to be noticed.
        let treats = change.documents != (0, 0) && before.is_treating(&viewer.who.rpps);
        if line.before != line.after || is_about || treats {
            lines.push(line);
        }
    }
    lines.extend(apps(words, space, change, before, after)?);
    let knows_her = |of: &Sharing, app: &App| {
        of.apps.iter().any(|one| one.app.client_id == app.client_id && one.granted.profile)
    };
    let forgets_her = change.app.as_ref().filter(|app| knows_her(before, app) && !knows_her(after, app));
    let forgets_her = forgets_her.map(|app| app_named(words, app));
    Ok(Effect::Told { of: shelf::standing(&space.own()).len(), lines, forgets_her })
}

/// The apps whose view changes. A decision connects none: an app is connected where it asks. Two connections of one app
/// are one app to her: what it sees by either it sees.
fn apps(
    words: &Words,
    space: &Space,
    change: &Change,
    before: &Sharing,
    after: &Sharing,
) -> Answer<Vec<Line>> {
    let mut lines = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    for connection in &before.apps {
        let client_id = connection.app.client_id.as_str();
        if told.contains(&client_id) {
            continue;
        }
        told.push(client_id);
        let line = Line {
            label: app_named(words, &connection.app),
            before: sees(space, client_id, before)?,
            after: sees(space, client_id, after)?,
        };
        let cut = |one: &&Connection| change.app.as_ref() == Some(&one.app);
        let is_about = before
            .apps
            .iter()
            .find(cut)
            .is_some_and(|one| one.app.client_id == client_id && one.granted.reads_documents());
        if line.before != line.after || is_about {
            lines.push(line);
        }
    }
    Ok(lines)
}

/// How many documents an app would find by all its connections together.
fn sees(space: &Space, client_id: &str, sharing: &Sharing) -> Answer<usize> {
    let mut found: BTreeSet<EntryId> = BTreeSet::new();
    for connection in sharing.apps.iter().filter(|one| one.app.client_id == client_id) {
        let eyes = consent::app_eyes(&space.pass, &connection.app, sharing)?;
        if eyes.opens() {
            found.extend(shelf::standing(&space.seen_by(&eyes)).iter().map(|item| item.meta.entry));
        }
    }
    Ok(found.len())
}

pub(crate) fn page(visit: &Visit, change: &Change, fields: &[(String, String)], effect: &Effect) -> Page {
    let words = Words::to(visit);
    let title = change.title(words);
    let above = [(words.t("consent-title"), Cow::Borrowed(SHARING))];
    let body = html! {
        (parts::breadcrumbs(words, &above, &title))
        (parts::header_with(&title, &change.meaning(words), html! {}))
        (parts::section("effect", &words.t("consent-effect-title"), said(words, effect)))
        @if *effect == Effect::None {
            p { a.ds-link href=(change.back) { (words.t("consent-back")) } }
        } @else {
            (form::post(DECIDE, &Filled::empty(words), html! {
                @for (name, value) in fields { (form::hidden(name, value)) }
                (form::actions(html! {
                    (form::submit(&title))
                    a.ds-link href=(change.back) { (words.t("consent-cancel")) }
                }))
            }))
        }
    };
    Page::new(Nav::citizen(SHARING), title, body)
}

fn said(words: &Words, effect: &Effect) -> Markup {
    match effect {
        Effect::None => html! { p { (words.t("consent-effect-already")) } },
        Effect::Untold => html! { p { (words.t("consent-effect-unknown")) } },
        Effect::Told { lines, forgets_her: None, .. } if lines.is_empty() => {
            html! { p { (words.t("consent-effect-none")) } }
        }
        Effect::Told { of, lines, forgets_her } => html! {
            ul {
                @if let Some(app) = forgets_her {
                    li { strong { (app) } " " (words.t("consent-effect-forgets-her")) }
                }
                @for line in lines {
                    @let key = if line.before == line.after { "consent-effect-same" } else { "consent-effect-sees" };
                    // What stands between commas is closed by one.
                    @let join = if line.label.contains(", ") { ", " } else { " " };
                    li {
                        strong { (line.label) } (join)
                        (words.with(key, &[("before", line.before.into()), ("after", line.after.into())]))
                    }
                }
            }
            @if !lines.is_empty() {
                p.quiet-text { (words.with("consent-effect-of", &[("count", (*of).into())])) }
            }
        },
    }
}

/// Nothing would change: said, with the way back.
fn unchanged(visit: &Visit) -> Page {
    let words = Words::to(visit);
    let title = words.t("consent-effect-title");
    let body = html! {
        (parts::header_with(&title, &words.t("consent-effect-already"), html! {}))
        p { a.ds-link href=(people::consent::pages::HIDDEN) { (words.t("consent-back")) } }
    };
    Page::new(Nav::citizen(SHARING), title.into_owned(), body)
}
