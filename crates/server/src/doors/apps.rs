//! Apps of the catalogue that a person connects: what her browser asks on the way, and what the app's own program asks.
//! The room is `people::apps`; services of professionals, who share its endpoints, are in `doors/openid.rs`.

use kernel::{Actor, Answer, Visit};
use people::apps::{self, pages};
use people::identity::session::Standing;
use store::Tx;

use super::openid::{Evidence, answered, given_back, terms};
use super::{Does, Door, Route, Who, work};
use crate::adapter::{Asked, Reply};

/// The routes. `/oauth/authorize`, `/oauth/token` and `/oauth/revoke` lead here when it is an app that asks.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Does::{Act, Look};
    use Who::{Anyone, Citizen};
    table! { Door::Web;
        Get  "/apps"          Citizen => "apps::pages::show"   Look(|tx, a| super::web::told(a, pages::show(tx, a.visit()?)));
        Post "/oauth/connect" Anyone  => "apps::pages::answer" Act(answer);
    }
}

/// The authorization endpoint.
pub(super) fn authorize(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let visit = visitor(asked)?;
    let shown = pages::authorize(tx, &visit, &asked.query, terms(asked))?;
    // Whoever finds an open screen connects nothing: she has just come in, or shows her passkey first.
    if matches!(shown, pages::Shown::Asked { .. })
        && let Some(first) = work::before_change(tx, asked)?
    {
        return Ok(first);
    }
    Ok(reply(shown, true))
}

/// Her answer.
fn answer(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let visit = visitor(asked)?;
    if !matches!(visit.actor, Actor::Nobody)
        && let Some(first) = work::before_change(tx, asked)?
    {
        return Ok(first);
    }
    let fields: Vec<_> =
        asked.fields.iter().filter(|(name, _)| name != ui::page::CSRF_FIELD).cloned().collect();
    Ok(reply(pages::answer(tx, &visit, &fields, terms(asked))?, false))
}

/// Who is here as far as apps go: a person who has signed in, in whose space it may be. Anybody else is nobody, also whoever
/// works here.
fn visitor(asked: &Asked) -> Answer<Visit> {
    let visit = asked.visit()?;
    let full = asked.session().is_ok_and(|held| held.standing == Standing::Full);
    Ok(match visit.actor {
        Actor::Citizen { .. } if full => visit.clone(),
        _ => Visit { actor: Actor::Nobody, on_behalf_of: None, ..visit.clone() },
    })
}

/// What a browser is answered. From a form of ours nobody is sent on to another site: browsers hold a form to
/// `form-action` through every redirect, those of the app's own site too, and some follow none to a telephone's app. The
/// page goes there by itself, and has a link.
fn reply(shown: pages::Shown, from_a_link: bool) -> Reply {
    match shown {
        pages::Shown::Asked { page, .. } | pages::Shown::Page(page) => page.into(),
        pages::Shown::SignIn(path) => {
            Reply::see(ui::address::with_query(ui::menu::SIGN_IN, &[("back", &path)]))
        }
        pages::Shown::Leave { to, .. } if is_ours(&to) || (from_a_link && is_a_site_s(&to)) => Reply::see(to),
        pages::Shown::Leave { to, page } => Reply::from(page).header("refresh", format!("0; url={to}")),
    }
}

/// Whether an address is a path of this site.
fn is_ours(address: &str) -> bool {
    address.starts_with('/')
}

/// Whether an address is one of another site, and not of an app on her telephone.
fn is_a_site_s(address: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme))
}

/// The token endpoint, for an app.
pub(super) fn token(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let evidence = Evidence::of(asked);
    Ok(answered(200, apps::tokens::give(tx, evidence.shown(asked, "/oauth/token"), terms(asked))?))
}

/// Revocation, for an app (RFC 7009).
pub(super) fn revoke(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let evidence = Evidence::of(asked);
    Ok(given_back(apps::tokens::revoke(tx, evidence.shown(asked, "/oauth/revoke"), terms(asked))?))
}
