//! Asking somebody for help, and making it last longer.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Answer, Chance, Ins, Refusal, RefusalKind, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::Words;
use ui::form::{self, Choice, Filled};
use ui::page::Page;
use ui::parts::{self, Tone};

use super::{ACTING, Family, OFFER, RENEW, field, nav, whose};
use crate::consent::{self, Action, Pass};
use crate::delegation::model::{Documents, LINKS, Scope};
use crate::delegation::offers::{self, Offer, Offered};
use crate::delegation::rules;
use crate::identity::pages::{Reply, read_date};
use crate::person;

/// For how long one may be asked: months, the last of them being the most the law of this house allows.
const MONTHS: [i32; 4] = [1, 3, 6, 12];

/// The fields of an offer, as they stand on the page.
const FIELDS: [&str; 8] = ["name", "born", "matricule", "link", "scope", "family", "sharing", "months"];

/// The form.
///
/// # Errors
/// As `consent::open`.
pub fn form(tx: &mut Tx<'_>, visit: &Visit, families: &[Family]) -> Answer<Page> {
    consent::open(tx, visit, whose(visit)?, Action::ManageDelegation)?;
    Ok(page(&Filled::empty(Words::to(visit)).with("months", "12"), families))
}

pub(super) fn page(filled: &Filled, families: &[Family]) -> Page {
    let words = filled.words();
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&words.t("delegation-offer-title"), &words.t("delegation-offer-lead"), html! {}))
        (form::post(OFFER, filled, html! {
            (fields(filled, families))
            (form::actions(html! {
                (form::submit(&words.t("delegation-offer-submit")))
                a.ds-link href=(ACTING) { (words.t("delegation-back")) }
            }))
        }))
    };
    Page::new(nav(), words.t("delegation-offer-title"), body).refilled(filled)
}

/// The fields of an offer, for the person's own form and for the desk's.
pub(super) fn fields(filled: &Filled, families: &[Family]) -> Markup {
    let words = filled.words();
    let links = LINKS
        .map(|link| Choice::new(link, words.t(&format!("delegation-link-{link}"))))
        .into_iter()
        .collect();
    let scope = ["documents", "profile", "messages", "agenda", "add"]
        .map(|part| Choice::new(part, words.t(&format!("delegation-give-{part}"))))
        .into_iter()
        .collect();
    let families: Vec<Choice<'_>> = families.iter().map(|(code, name)| Choice::new(*code, *name)).collect();
    html! {
        fieldset.ds-fieldset {
            legend.ds-label { (words.t("delegation-offer-who")) }
            (form::text("name", words.t("delegation-field-name")).max(120).show(filled))
            (form::date("born", words.t("delegation-field-born")).hint(words.t("delegation-field-born-hint")).show(filled))
            (form::text("matricule", words.t("delegation-field-ins")).hint(words.t("delegation-field-ins-hint"))
                .optional().width(22).max(30).show(filled))
            (form::select("link", words.t("delegation-field-link"), links).show(filled))
        }
        (form::checkboxes("scope", words.t("delegation-field-scope"), scope)
            .hint(words.t("delegation-field-scope-hint")).show(filled))
        (form::checkboxes("family", words.t("delegation-field-families"), families)
            .hint(words.t("delegation-field-families-hint")).optional().show(filled))
        (form::checkbox("sharing", &words.t("delegation-give-sharing"),
            Some(&words.t("delegation-give-sharing-hint")), filled))
        (form::radios("months", words.t("delegation-field-months"), months(words)).show(filled))
        (form::text("reason", words.t("delegation-field-reason")).optional().max(120).show(filled))
    }
}

fn months(words: &Words) -> Vec<Choice<'static>> {
    MONTHS
        .map(|n| {
            let said = words.with("delegation-months", &[("count", n.into())]).into_owned();
            Choice::new(n.to_string(), said)
        })
        .into_iter()
        .collect()
}

/// The last day of so many months from `begins` on; `None` for a number that is not offered.
fn last_day(filled: &Filled, begins: Date) -> Option<Date> {
    let months: i32 = filled.value("months").parse().ok().filter(|n| MONTHS.contains(n))?;
    Some(begins.saturating_add(months.months()).saturating_sub(1.day()).min(rules::last_day(begins)))
}

/// What was typed, or `None` with every problem noted at its field.
/// `own` is the person's number, with that of whoever asks in her name.
pub(super) fn read(
    tx: &mut Tx<'_>,
    filled: &mut Filled,
    (own, asker): (&Ins, Option<&Ins>),
    today: Date,
) -> Answer<Option<Offer>> {
    let words = filled.words();
    let born = read_date(filled, "born", "delegation-missing-born");
    let typed = filled.given("matricule").map(str::to_owned);
    let ins = match &typed {
        Some(typed) => person::typed_ins(tx, typed)?,
        None => None,
    };
    if typed.is_some() && ins.is_none() {
        filled.wrong("matricule", words.t("refusal-delegation-number"));
    }
    let ends = last_day(filled, today);
    if ends.is_none() {
        filled.wrong("months", words.t("delegation-missing-months"));
    }
    let families: BTreeSet<String> = filled.values("family").map(str::to_owned).collect();
    let documents = match (filled.has("scope", "documents"), families.is_empty()) {
        (false, true) => Documents::None,
        (true, true) => Documents::All,
        // Ticking families alone means them; ticking both means what is narrower.
        (_, false) => Documents::Families(families),
    };
    let given = |part: &str| filled.has("scope", part);
    let scope = Scope {
        documents,
        profile: given("profile"),
        messages: given("messages"),
        agenda: given("agenda"),
        add: given("add"),
        sharing: filled.has("sharing", "yes"),
    };
    let offer = Offer {
        name: filled.value("name").to_owned(),
        born: born.unwrap_or_default(),
        ins,
        link: filled.value("link").to_owned(),
        scope,
        begins: today,
        ends: ends.unwrap_or(today),
        reason: filled.value("reason").to_owned(),
    };
    for (field, code) in offer.problems(own, asker, today) {
        // A date that cannot be read is told already.
        if filled.error(field).is_none() {
            let message = words.t(&format!("refusal-{code}")).into_owned();
            filled.wrong(field, message);
        }
    }
    *filled = filled.clone().in_order_of(&FIELDS);
    Ok((!filled.has_errors()).then_some(offer))
}

/// Makes the offer; shows the code when there is one, else goes back to the page.
///
/// # Errors
/// As `consent::open`; faults.
pub fn send(
    tx: &mut Tx<'_>,
    visit: &Visit,
    mut filled: Filled,
    families: &[Family],
    chance: &Chance,
) -> Answer<Reply> {
    let pass = consent::open(tx, visit, whose(visit)?, Action::ManageDelegation)?;
    let asker = offers::asker(tx, &pass)?;
    let own = (&pass.identity().ins, asker.ins.as_ref());
    let Some(offer) = read(tx, &mut filled, own, visit.now.date())? else {
        return Ok(Reply::page(page(&filled, families)));
    };
    let name = offer.name.clone();
    match offers::offer(tx, &pass, offer, chance) {
        Ok(Offered { code: Some(code), .. }) => Ok(Reply::page(code_page(visit, &name, &code))),
        Ok(Offered { code: None, .. }) => Ok(Reply::Go(ACTING)),
        Err(refusal) if refusal.fault.is_some() => Err(refusal),
        Err(refusal) => Ok(Reply::page(page(&filled.refused(&refusal), families))),
    }
}

/// The code of an invitation, this once.
pub(super) fn code_page(visit: &Visit, name: &str, code: &str) -> Page {
    let words = Words::to(visit);
    let body = html! {
        (parts::header_with(
            &words.t("delegation-code-title"),
            &words.with("delegation-code-lead", &[("name", name.into())]),
            parts::print_button(words),
        ))
        (parts::paper(html! {
            (parts::secret("invitation-code", code))
            (parts::copy_button(words, "invitation-code"))
            ol {
                li { (words.t("delegation-code-step-1")) }
                li { (words.t("delegation-code-step-2")) }
                li { (words.t("delegation-code-step-3")) }
            }
        }))
        (parts::alert(Tone::Info, &words.t("delegation-code-once"), html! {
            p { (words.t("delegation-code-once-text")) }
        }))
        p.no-print { (form::button_link(&words.t("delegation-code-done"), ACTING, None)) }
    };
    Page::new(nav(), words.t("delegation-code-title"), body)
}

/// The form that makes a delegation last longer.
///
/// # Errors
/// As `consent::open`.
pub fn renew_form(tx: &mut Tx<'_>, visit: &Visit, relation: &str) -> Answer<Page> {
    let pass = consent::open(tx, visit, whose(visit)?, Action::ManageDelegation)?;
    let filled = Filled::empty(Words::to(visit)).with("relation", relation).with("months", "12");
    Ok(renew_page(&filled, &name_of(tx, &pass, relation)?))
}

fn name_of(tx: &mut Tx<'_>, pass: &Pass, relation: &str) -> Answer<String> {
    let found = crate::delegation::of_person(tx, pass)?.into_iter();
    let of = |row: &crate::delegation::Relation| row.id.to_string() == relation;
    let found = found.filter(|one| one.relation.as_ref().is_some_and(of)).map(|one| one.name).next();
    found.ok_or_else(Refusal::not_found)
}

pub(super) fn renew_page(filled: &Filled, name: &str) -> Page {
    let words = filled.words();
    let title = words.with("delegation-renew-title", &[("name", name.into())]);
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&title, &words.t("delegation-renew-lead"), html! {}))
        (form::post(RENEW, filled, html! {
            (form::hidden("relation", filled.value("relation")))
            (form::radios("months", words.t("delegation-renew-months"), months(words)).show(filled))
            (form::actions(html! {
                (form::submit(&words.t("delegation-renew-submit")))
                a.ds-link href=(ACTING) { (words.t("delegation-back")) }
            }))
        }))
    };
    Page::new(nav(), title.into_owned(), body).refilled(filled)
}

/// Makes a delegation last longer.
///
/// # Errors
/// As `consent::open`, [`offers::renew`].
pub fn renew(tx: &mut Tx<'_>, visit: &Visit, mut filled: Filled) -> Answer<Reply> {
    let pass = consent::open(tx, visit, whose(visit)?, Action::ManageDelegation)?;
    let relation: i64 = field(&filled, "relation")?;
    let Some(ends) = last_day(&filled, visit.now.date()) else {
        let name = name_of(tx, &pass, &relation.to_string())?;
        filled.wrong("months", Words::to(visit).t("delegation-missing-months"));
        return Ok(Reply::page(renew_page(&filled, &name)));
    };
    match offers::renew(tx, &pass, relation, ends) {
        Ok(()) => Ok(Reply::Go(ACTING)),
        Err(refusal) if refusal.fault.is_some() || refusal.kind != RefusalKind::Invalid => Err(refusal),
        Err(refusal) => {
            let name = name_of(tx, &pass, &relation.to_string())?;
            Ok(Reply::page(renew_page(&filled.refused(&refusal), &name)))
        }
    }
}
