//! « Qui peut voir » : the person's page of those whom she allowed, and the two verbs behind its buttons.

use kernel::rpps::Rpps;
use kernel::{Actor, Answer, PersonId, Professional, Refusal, RefusalKind, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::form;
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card};
use ui::{Words, dates};

use super::{Action, Given, Permission, Sharing};
use crate::registry;

/// Where the page is.
pub const SHARING: &str = "/sharing";
/// Where a POST allows a professional: field `rpps`.
pub const ALLOW: &str = "/sharing/allow";
/// Where a POST takes a permission back: field `rpps`.
pub const DISALLOW: &str = "/sharing/disallow";

/// Where a POST keeps a professional from those who act for her: field `rpps`.
pub const KEEP: &str = "/sharing/keep";
/// Where a POST no longer does.
pub const SHOW: &str = "/sharing/show";

/// More than this many answers and she is asked for a more precise name.
const MOST_FOUND: u32 = 20;

/// Whose space the visitor decides about.
fn owner(visit: &Visit) -> Answer<PersonId> {
    match &visit.actor {
        Actor::Citizen { person, .. } => Ok(visit.on_behalf_of.unwrap_or(*person)),
        _ => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in as the person.")),
    }
}

/// The page: those allowed, and a search among the professionals known to us when `query` is not empty.
///
/// # Errors
/// As `consent::open`.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, query: &str) -> Answer<Page> {
    let pass = super::open(tx, visit, owner(visit)?, Action::ManageSharing)?;
    let sharing = super::sharing(tx, &pass)?;
    let found = if query.trim().is_empty() {
        None
    } else {
        let known = registry::find(tx, query.trim(), MOST_FOUND)?;
        Some(known.into_iter().map(|known| known.professional).collect::<Vec<_>>())
    };
    let may_keep = pass.is_owner() && pass.is_minor() && pass.may(Action::KeepSecret);
    Ok(page(visit, &sharing, query.trim(), found.as_deref(), may_keep))
}

/// Allows the professional with this number.
///
/// # Errors
/// As `consent::open`; `Invalid` (`professional-unknown`) when the directory does not have her.
pub fn allow(tx: &mut Tx<'_>, visit: &Visit, rpps: &str) -> Answer<()> {
    let pass = super::open(tx, visit, owner(visit)?, Action::ManageSharing)?;
    let known = match Rpps::parse(rpps) {
        Some(rpps) => registry::professional(tx, &rpps)?,
        None => None,
    };
    let Some(known) = known else {
        return Err(Refusal::invalid(
            "professional-unknown",
            "rpps",
            "No professional has this RPPS number.",
        ));
    };
    super::allow(tx, &pass, &known.professional, Given::OnTheWeb)
}

/// Takes the permission of the professional with this number back.
///
/// # Errors
/// As `consent::open`.
pub fn disallow(tx: &mut Tx<'_>, visit: &Visit, rpps: &str) -> Answer<()> {
    let pass = super::open(tx, visit, owner(visit)?, Action::ManageSharing)?;
    match Rpps::parse(rpps) {
        Some(rpps) => super::disallow(tx, &pass, &rpps),
        None => {
            Err(Refusal::invalid("professional-unknown", "rpps", "No professional has this RPPS number."))
        }
    }
}

/// Keeps the professional with this number from those who act for her, or no longer does.
///
/// # Errors
/// As `consent::open`, [`super::keep_permission`].
pub fn keep(tx: &mut Tx<'_>, visit: &Visit, rpps: &str, keep: bool) -> Answer<()> {
    let pass = super::open(tx, visit, owner(visit)?, Action::KeepSecret)?;
    let rpps = Rpps::parse(rpps).ok_or_else(Refusal::not_found)?;
    super::keep_permission(tx, &pass, &rpps, keep)
}

fn page(
    visit: &Visit,
    sharing: &Sharing,
    query: &str,
    found: Option<&[Professional]>,
    may_keep: bool,
) -> Page {
    let words = Words::of(visit.language);
    let body = html! {
        (parts::header_with(&words.t("consent-title"), &words.t("consent-lead"), html! {}))
        (parts::section("allowed", &words.t("consent-allowed"), allowed(words, visit, sharing, may_keep)))
        (parts::section("add", &words.t("consent-add"), html! {
            p { (words.t("consent-add-why")) }
            (parts::search_box(words, SHARING, "q", &words.t("consent-search-label"), query))
            @if let Some(found) = found { (results(words, sharing, query, found)) }
        }))
        (parts::section("helpers", &words.t("delegation-title"), html! {
            p { (words.t("delegation-sharing-text")) }
            p { a.ds-link href=(crate::delegation::pages::ACTING) { (words.t("delegation-sharing-link")) } }
        }))
        (parts::section("always", &words.t("consent-always"), html! {
            ul {
                li { (words.t("consent-always-author")) }
                li { (words.t("consent-always-journal")) }
                li { (words.t("consent-always-never")) }
            }
        }))
    };
    Page::new(Nav::citizen(SHARING), words.t("consent-title"), body)
}

fn allowed(words: &Words, visit: &Visit, sharing: &Sharing, may_keep: bool) -> Markup {
    if sharing.allowed.is_empty() {
        return parts::empty(&words.t("consent-nobody"), &words.t("consent-nobody-text"), html! {});
    }
    let cards: Vec<Card<'_>> = sharing
        .allowed
        .iter()
        .rev()
        .map(|permission| {
            let professional = &permission.professional;
            Card::plain(professional.name.as_str())
                .line(professional.structure.as_str())
                .line(since(words, visit, permission))
                .tags(html! {
                    @if sharing.keeps_now(&professional.rpps) {
                        (parts::tag(Some(ui::parts::Tone::Info), &words.t("delegation-secret-tag")))
                    }
                })
                .actions(html! {
                    (form::button_post(
                        &words.t("consent-disallow"),
                        &words.with("consent-disallow-about", &[("name", professional.name.as_str().into())]),
                        DISALLOW,
                        &[("rpps", professional.rpps.as_str())],
                    ))
                    @if may_keep || sharing.keeps_now(&professional.rpps) {
                        (keep_button(words, professional, sharing))
                    }
                })
        })
        .collect();
    parts::cards(&cards)
}

/// Keeps her from parents, who then learn nothing of this permission and of what she does here.
fn keep_button(words: &Words, professional: &Professional, sharing: &Sharing) -> Markup {
    let (label, address) = if sharing.keeps_now(&professional.rpps) {
        ("delegation-secret-lift", SHOW)
    } else {
        ("delegation-secret-keep", KEEP)
    };
    let fields = [("rpps", professional.rpps.as_str())];
    form::button_post(&words.t(label), &professional.name, address, &fields)
}

fn since(words: &Words, visit: &Visit, permission: &Permission) -> String {
    let when = dates::moment_near(words, permission.since, visit.now);
    let key = match permission.given {
        Given::OnTheWeb => "consent-given-web",
        Given::InPresence => "consent-given-presence",
        Given::ByCode => "consent-given-code",
    };
    words.with(key, &[("when", when.into())]).into_owned()
}

fn results(words: &Words, sharing: &Sharing, query: &str, found: &[Professional]) -> Markup {
    if found.is_empty() {
        let title = words.with("consent-none-found", &[("query", query.into())]);
        return parts::empty(&title, &words.t("consent-none-found-text"), html! {});
    }
    let cards: Vec<Card<'_>> = found
        .iter()
        .map(|professional| {
            let card = Card::plain(professional.name.as_str())
                .line(professional.structure.as_str())
                .line(format!("RPPS {}", professional.rpps));
            if sharing.allows(&professional.rpps) {
                return card.tags(parts::tag(Some(ui::parts::Tone::Success), &words.t("consent-already")));
            }
            card.actions(form::button_post(
                &words.t("consent-allow"),
                &words.with("consent-allow-about", &[("name", professional.name.as_str().into())]),
                ALLOW,
                &[("rpps", professional.rpps.as_str())],
            ))
        })
        .collect();
    html! {
        p role="status" { (words.with("consent-found", &[("count", found.len().into())])) }
        (parts::cards(&cards))
        @if found.len() >= MOST_FOUND as usize { p { (words.t("consent-found-many")) } }
    }
}

/// The page in each of its states, for the test that renders every page.
#[must_use]
pub fn samples(visit: &Visit) -> Vec<(&'static str, Page)> {
    let Some(rpps) = Rpps::parse("10001045367") else { return Vec::new() };
    let professional = Professional {
        rpps,
        name: "Dr Claire MOREAU".into(),
        profession: "10".into(),
        specialty: Some("SM04".into()),
        structure: "Clinique des Tilleuls".into(),
        finess: None,
    };
    let given = |given| Permission::lasting(professional.clone(), visit.now.plus(-3_600_000_000), given);
    let one = Sharing { allowed: vec![given(Given::OnTheWeb)], ..Sharing::default() };
    let kept = Sharing { kept: [(professional.rpps.as_str().to_owned(), None)].into(), ..one.clone() };
    let declared = Sharing { allowed: vec![given(Given::InPresence)], ..Sharing::default() };
    let found = [professional.clone()];
    vec![
        ("sharing-empty", page(visit, &Sharing::default(), "", None, false)),
        ("sharing-one", page(visit, &one, "", None, false)),
        ("sharing-declared", page(visit, &declared, "", None, false)),
        ("sharing-found", page(visit, &Sharing::default(), "Moreau", Some(&found), false)),
        ("sharing-already", page(visit, &one, "Moreau", Some(&found), false)),
        ("sharing-may-keep", page(visit, &one, "", None, true)),
        ("sharing-kept", page(visit, &kept, "", None, true)),
        ("sharing-none-found", page(visit, &one, "Zzz", Some(&[]), false)),
    ]
}
