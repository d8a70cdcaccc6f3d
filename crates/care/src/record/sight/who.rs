//! « Qui pourrait voir ce document ? » : name by name and group by group, by the code that decides.

use std::borrow::Cow;

use kernel::{Actor, Answer, EntryId, Language, Professional, Purpose, Refusal, Visit};
use maud::{Markup, html};
use people::consent::access::DOCTOR;
use people::consent::pages::ask::{DO, propose};
use people::consent::pages::inside::{Inside, alerts, inside};
use people::consent::pages::{SHARING, deciding};
use people::consent::{self, Action, Eyes, Given, Permission, Sharing, policy};
use people::delegation::{self, Stage, Standing};
use people::person::{self, Person};
use store::Tx;
use ui::Words;
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card, Tone};

use super::{Hidden, Space, Viewer, anybody, app_named, named, viewers};
use crate::documents::model::Meta;
use crate::documents::{pages as documents, plain, shelf};
use crate::record::fold;

/// Where the page of a document is.
#[must_use]
pub fn href(entry: EntryId) -> String {
    format!("{}/{entry}/who", documents::DOCUMENTS)
}

/// Whether somebody sees a document, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// She does.
    Sees,
    /// It is hidden from her.
    Hidden,
    /// It is not for her profession.
    NotForHer,
    /// She does not get in.
    NoEntry,
    /// Software that reads back what it sent.
    ReadsBack,
    /// An app that was not given this document.
    NotGiven,
    /// What no app reads.
    NoApp,
}

impl Verdict {
    /// What the code that decides says of these eyes, asked once more without what hides when it says no.
    pub(crate) fn of(eyes: &Eyes, meta: &Meta) -> Self {
        if !eyes.opens() {
            return Self::NoEntry;
        }
        let mut facts = fold::facts_for(eyes, meta);
        if eyes.sees(&facts) {
            return Self::Sees;
        }
        let was_hidden = std::mem::take(&mut facts.hidden);
        if was_hidden && eyes.sees(&facts) { Self::Hidden } else { Self::NotForHer }
    }

    /// The same of an app's eyes, asked once more without what no app reads when it says no.
    fn of_app(eyes: &Eyes, meta: &Meta) -> Self {
        let mut facts = fold::facts_for(eyes, meta);
        if eyes.sees(&facts) {
            return Self::Sees;
        }
        (facts.hidden, facts.kept, facts.secret, facts.not_yet_for_patient) = (false, false, false, false);
        if eyes.sees(&facts) { Self::NoApp } else { Self::NotGiven }
    }

    /// Yes or no as a tag, and why not.
    fn said(self, words: &Words) -> (Markup, Option<Cow<'_, str>>) {
        let why = match self {
            Self::Sees => return (parts::tag(Some(Tone::Info), &words.t("consent-sight-yes")), None),
            Self::ReadsBack => {
                let tag = parts::tag(Some(Tone::Info), &words.t("consent-sight-reads-back"));
                return (tag, Some(words.t("consent-sight-software")));
            }
            Self::Hidden => "consent-sight-hidden",
            Self::NotForHer => "consent-sight-profession",
            Self::NoEntry => "consent-sight-no-entry",
            Self::NotGiven => "consent-sight-app-not-given",
            Self::NoApp => "consent-sight-app-never",
        };
        (parts::tag(None, &words.t("consent-sight-no")), Some(words.t(why)))
    }
}

/// Somebody, where she is, and what is decided about her.
pub(crate) type Row = (String, String, Verdict);

/// Everybody, by groups.
#[derive(Clone, Debug, Default)]
pub(crate) struct Everybody {
    /// What says that somebody can read at this moment whom she did not let in.
    pub(crate) inside: Option<Markup>,
    pub(crate) named: Vec<Row>,
    pub(crate) others: Vec<Row>,
    pub(crate) authors: Vec<Row>,
    pub(crate) apps: Vec<Row>,
    pub(crate) acting: Vec<Row>,
}

/// `GET /documents/{entry}/who`.
///
/// # Errors
/// As `consent::open`; `not-found` for what the visitor does not see.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId) -> Answer<Page> {
    let (pass, sharing) = deciding(tx, visit)?;
    if entry.person != pass.person() {
        return Err(Refusal::not_found());
    }
    let space = Space::open(tx, visit, &pass)?.ok_or_else(Refusal::not_found)?;
    let own = space.own();
    let meta = own.document(entry).ok_or_else(Refusal::not_found)?;
    let words = Words::to(visit);
    let now_inside = inside(&space.pass, &sharing)?;
    let mut everybody = professionals(words, &space, &sharing, &now_inside, meta)?;
    everybody.inside = Some(alerts(words, visit, &now_inside, &pass.identity().display_name()));
    for connection in &sharing.apps {
        let verdict = Verdict::of_app(&consent::app_eyes(&space.pass, &connection.app, &sharing)?, meta);
        everybody.apps.push((app_named(words, &connection.app), String::new(), verdict));
    }
    let person = person::load(tx, pass.person())?.ok_or_else(Refusal::not_found)?;
    everybody.authors.extend(software(visit, &person, &sharing, meta)?);
    // A delegate does not see who else helps.
    if !matches!(pass.standing(), Some(Standing::Delegate { .. })) && pass.may(Action::ReadIdentity) {
        for helper in delegation::of_person(tx, &space.pass)? {
            if helper.stage == Stage::InForce
                && let Some(acting) = helper.person
            {
                let verdict = of_helper(visit, &person, &sharing, (acting, &helper.standing), meta)?;
                let name = delegation::pages::named(words, &helper);
                everybody.acting.push((name, String::new(), verdict));
            }
        }
    }
    Ok(page(visit, meta, &sharing, &everybody))
}

fn professionals(
    words: &Words,
    space: &Space,
    sharing: &Sharing,
    inside: &[Inside<'_>],
    meta: &Meta,
) -> Answer<Everybody> {
    let now = space.pass.visit().now;
    let mut all = Everybody::default();
    let judged = |viewer: &Viewer, sharing: &Sharing| -> Answer<Row> {
        let verdict = Verdict::of(&viewer.eyes(&space.pass, sharing)?, meta);
        Ok((viewer.label.clone(), viewer.who.structure.clone(), verdict))
    };
    for one in inside {
        let who = one.exception.professional.clone();
        let viewer = Viewer { label: named(words, &who), who, purpose: one.purpose };
        all.named.push(judged(&viewer, sharing)?);
    }
    for viewer in viewers(words, sharing, now)? {
        let row = judged(&viewer, sharing)?;
        if viewer.who.name.is_empty() {
            all.others.push((row.0, String::new(), row.2));
        } else {
            all.named.push(row);
        }
    }
    let care = |label: String, who: Professional| Viewer { label, who, purpose: Purpose::Care };
    for blocked in &sharing.blocked {
        let who = &blocked.professional;
        all.named.push(judged(&care(named(words, who), who.clone()), sharing)?);
    }
    if let Some(who) = anybody(DOCTOR, None) {
        let stranger = care(words.t("consent-who-any").into_owned(), who.clone());
        let holder = care(words.t("consent-who-code").into_owned(), who.clone());
        all.others.insert(0, judged(&stranger, sharing)?);
        let mut lent = sharing.clone();
        let until = Some(now.plus(kernel::Instant::SECOND));
        lent.allowed.push(Permission { until, ..Permission::lasting(who, now, Given::ByCode) });
        all.others.insert(1, judged(&holder, &lent)?);
    }
    for author in meta.facts.authors.iter() {
        let rpps = author.rpps.as_deref().and_then(kernel::rpps::Rpps::parse);
        // Those who have a role are there already.
        let is_named = |rpps: &kernel::rpps::Rpps| {
            sharing.permission(rpps, now).is_some()
                || sharing.is_treating(rpps)
                || sharing.blocks(rpps)
                || inside.iter().any(|one| one.exception.professional.rpps == *rpps)
        };
        if let Some(rpps) = rpps.filter(|rpps| !is_named(rpps)) {
            let structure = author.organization.clone().unwrap_or_default();
            let who = Professional {
                rpps,
                name: author.name.clone(),
                // What she wrote she sees whatever her profession.
                profession: String::new(),
                specialty: None,
                structure,
                finess: author.organization_id.clone(),
            };
            all.authors.push(judged(&care(author.name.clone(), who), sharing)?);
        }
    }
    Ok(all)
}

/// The organisation whose software sent it.
fn software(visit: &Visit, person: &Person, sharing: &Sharing, meta: &Meta) -> Answer<Option<Row>> {
    let Actor::Software(software) = &*meta.sender else { return Ok(None) };
    let sender = Visit { actor: Actor::Software(software.clone()), on_behalf_of: None, ..visit.clone() };
    let scene = policy::Scene::of(&sender, person, sharing, None)?;
    let facts = fold::facts(&sender.actor, sharing, meta);
    let reads = policy::decide(&scene, Action::ReadRecord)? && policy::decide_entry(&scene, &facts)?;
    let verdict = if reads { Verdict::ReadsBack } else { Verdict::NoEntry };
    Ok(Some((software.organization.clone(), String::new(), verdict)))
}

/// Somebody who acts for her, by her right of today.
fn of_helper(
    visit: &Visit,
    person: &Person,
    sharing: &Sharing,
    (acting, standing): (kernel::PersonId, &Standing),
    meta: &Meta,
) -> Answer<Verdict> {
    let actor = Actor::Citizen { person: acting, name: String::new() };
    let hers = Visit { actor, on_behalf_of: Some(person.id), ..visit.clone() };
    let scene = policy::Scene::of(&hers, person, sharing, Some(standing))?;
    if !policy::decide(&scene, Action::ReadRecord)? {
        return Ok(Verdict::NoEntry);
    }
    let sees = policy::decide_entry(&scene, &fold::facts(&hers.actor, sharing, meta))?;
    Ok(if sees { Verdict::Sees } else { Verdict::NoEntry })
}

pub(crate) fn page(visit: &Visit, meta: &Meta, sharing: &Sharing, everybody: &Everybody) -> Page {
    let words = Words::to(visit);
    let title = words.t("consent-sight-title");
    let above = [
        (words.t("documents-title"), Cow::Borrowed(documents::DOCUMENTS)),
        (plain::title(meta, visit.language), Cow::Owned(shelf::href(meta))),
    ];
    let group = |id: &str, key: &str, rows: &[Row]| {
        html! { @if !rows.is_empty() { (parts::section(id, &words.t(key), list(words, rows))) } }
    };
    let body = html! {
        (parts::breadcrumbs(words, &above, &title))
        (parts::header_with(&title, &words.t("consent-sight-lead"), html! {}))
        p.lead { strong { (plain::title(meta, visit.language)) } ", " (ui::dates::date(words, meta.day())) }
        @if let Some(inside) = &everybody.inside { (inside) }
        (state(words, meta, sharing))
        (group("named", "consent-sight-named", &everybody.named))
        (group("others", "consent-sight-others", &everybody.others))
        (group("authors", "consent-sight-author", &everybody.authors))
        (group("apps", "consent-sight-apps", &everybody.apps))
        (group("acting", "consent-sight-acting", &everybody.acting))
        p { (words.t("consent-sight-never")) }
        p.no-print { a.ds-link href=(SHARING) { (words.t("consent-sight-change")) } }
    };
    Page::new(Nav::citizen(documents::DOCUMENTS), title.into_owned(), body)
}

fn list(words: &Words, rows: &[Row]) -> Markup {
    let cards: Vec<Card<'_>> = rows
        .iter()
        .map(|(name, place, verdict)| {
            let (tag, why) = verdict.said(words);
            let mut card = Card::plain(name.as_str()).tags(tag);
            if !place.is_empty() {
                card = card.line(place.as_str());
            }
            match why {
                Some(why) => card.line(why),
                None => card,
            }
        })
        .collect();
    parts::cards(&cards)
}

/// Whether it is hidden and by what, and the button that changes it.
pub(crate) fn state(words: &Words, meta: &Meta, sharing: &Sharing) -> Markup {
    let language: Language = words.language();
    let hidden = Hidden::of(sharing, meta, language);
    let entry = meta.entry.to_string();
    let (label, field) = match &hidden {
        None => ("consent-hide", "hide"),
        Some(Hidden::Document) => ("consent-show", "show"),
        Some(_) => ("consent-show-anyway", "show"),
    };
    let button = propose(&words.t(label), "", &[(DO, "documents"), (field, &entry)]);
    html! {
        @match &hidden {
            None => p { (words.t("consent-document-shown")) },
            Some(how) => {
                p { (parts::tag(Some(Tone::Warning), &how.said(words))) }
                p { (words.t("consent-document-hidden")) }
            },
        }
        div.actions.no-print { (button) }
    }
}

/// The part of a document's own page.
pub(crate) fn part(words: &Words, meta: &Meta, sharing: &Sharing) -> Markup {
    let body = html! {
        (state(words, meta, sharing))
        p.no-print { a.ds-link href=(href(meta.entry)) { (words.t("consent-document-who")) } }
    };
    parts::section("who", &words.t("documents-who"), body)
}
