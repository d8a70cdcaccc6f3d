//! Who is at the door: from a cookie or an access token to a [`Visit`], and whether this route is for her.

use axum::http::request::Parts;
use axum::http::{Method, header};
use kernel::{Actor, Answer, PersonId, Purpose, Refusal, RefusalKind, Visit};
use oauth::Interaction;
use people::identity::session::{self, Standing};
use people::registry;
use store::Tx;

use super::asked::{Asked, Credential};
use super::cookies::Cookie;
use super::{headers, watch};
use crate::doors::{Door, Route, Who};
use crate::house::House;

/// What was shown at the door. A token that does not open is an error; a cookie that does not is nobody. The FHIR
/// door takes a session for looking only: what changes something must carry a form's token, which it does not read.
pub(super) fn credential(house: &House, door: Door, parts: &Parts) -> Answer<Credential> {
    let headers = &parts.headers;
    let looks = matches!(parts.method, Method::GET | Method::HEAD);
    let anonymous = !headers.contains_key(header::AUTHORIZATION);
    if door == Door::Web || (door == Door::Fhir && looks && anonymous) {
        let session = Cookie::Session.read(headers, house.config.is_https());
        return Ok(session.map_or(Credential::Nobody, |token| Credential::Session(token.to_owned())));
    }
    // What is shown at the door of tokens proves a service, not a visit: the room of that door judges it.
    if door == Door::OAuth {
        return Ok(Credential::Nobody);
    }
    let Some(value) = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()) else {
        return Ok(Credential::Nobody);
    };
    let opened = value
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .and_then(|(_, text)| registry::open_token(house.store.keyring(), text.trim(), house.clock.now()));
    match opened {
        Some(token) => Ok(Credential::Bearer(Box::new(token))),
        None => Err(Refusal::new(
            RefusalKind::SignIn,
            "token-invalid",
            "The access token is not one of ours, was altered, or has expired (they live five minutes).",
        )),
    }
}

/// The secret that forms of this visitor carry: bound to her session, or to the guest cookie before one.
pub(super) fn csrf_secret(house: &House, credential: &Credential, guest: &str) -> [u8; 32] {
    let bound = match credential {
        Credential::Session(token) => token,
        _ => guest,
    };
    house.store.keyring().keyed_hash("csrf", bound.as_bytes())
}

/// The secret behind fresh noise, so that compression never shows it through the length of pages (BREACH).
pub(super) fn masked(secret: [u8; 32], noise: [u8; 32]) -> String {
    let mut token = noise.to_vec();
    token.extend(secret.iter().zip(noise).map(|(secret, noise)| secret ^ noise));
    kernel::codes::base64url(&token)
}

/// A form that changes something must come from a page of ours, shown to this very visitor.
pub(super) fn check_csrf(asked: &Asked) -> Answer<()> {
    let foreign = !headers::from_our_pages(&asked.house, &asked.headers);
    let sent = asked.field(ui::page::CSRF_FIELD).or_else(|| asked.header("x-csrf-token"));
    let sent = sent.and_then(kernel::codes::from_base64url).filter(|bytes| bytes.len() == 64);
    let secret = csrf_secret(&asked.house, &asked.credential, &asked.guest);
    let fits = sent.is_some_and(|bytes| {
        let (noise, hidden) = bytes.split_at(32);
        // Every byte is looked at, however early one differs.
        let differing = hidden
            .iter()
            .zip(noise)
            .zip(secret)
            .fold(0, |sum, ((hidden, noise), secret)| sum | (hidden ^ noise ^ secret));
        differing == 0
    });
    if foreign || !fits {
        return Err(Refusal::forbidden(
            "form-expired",
            "The form does not carry this visitor's token: the page was open too long, or is not ours.",
        ));
    }
    Ok(())
}

/// Finds out who it is, inside the transaction that will serve her, and checks that the route is for her.
pub(super) fn enter(tx: &mut Tx<'_>, asked: &Asked) -> Answer<()> {
    let Credential::Session(cookie) = &asked.credential else { return without_session(asked) };
    let now = asked.house.clock.now();
    let held = match session::Token::parse(cookie) {
        Some(token) => session::session(tx, &token, now)?,
        None => None,
    };
    let actor = held.as_ref().map_or(Actor::Nobody, |held| held.actor.clone());
    let standing = held.as_ref().map(|held| held.standing);
    let for_whom = held.as_ref().and_then(|held| held.acting_for);
    if let Some(held) = held {
        // A write that is tried again finds the session it found before.
        let _ = asked.held.set(held);
    }
    settle(asked, actor, standing, for_whom)
}

/// Whether a route that takes large bodies is for whoever asks, before anything of the body is read: nobody fills our
/// memory by showing nothing.
pub(super) async fn before_a_large_body(house: &House, route: &Route, shown: &Credential) -> Answer<()> {
    let who = route.who;
    match shown {
        Credential::Nobody => admits(who, &Actor::Nobody, None),
        Credential::Bearer(token) => admits(who, &Actor::Software(token.software.clone()), None),
        Credential::Session(cookie) => {
            let Some(token) = session::Token::parse(cookie) else { return admits(who, &Actor::Nobody, None) };
            let now = house.clock.now();
            let held = house.store.read(move |tx| session::session(tx, &token, now)).await?;
            let standing = held.as_ref().map(|held| held.standing);
            admits(who, &held.map_or(Actor::Nobody, |held| held.actor), standing)
        }
    }
}

/// The same where no session is looked up: software, whose token says everything, and nobody.
pub(super) fn without_session(asked: &Asked) -> Answer<()> {
    let actor = match &asked.credential {
        Credential::Bearer(token) => Actor::Software(token.software.clone()),
        _ => Actor::Nobody,
    };
    settle(asked, actor, None, None)
}

/// Keeps the visit for the room and checks that the route is for this actor.
fn settle(asked: &Asked, actor: Actor, standing: Option<Standing>, for_whom: Option<PersonId>) -> Answer<()> {
    let route = &asked.house.routes[asked.route];
    let purpose = match actor {
        Actor::Professional(_) | Actor::Software(_) => Purpose::Care,
        Actor::Operator { .. } | Actor::System { .. } => Purpose::Operation,
        Actor::Citizen { .. } | Actor::Nobody => Purpose::Own,
    };
    let now = asked.house.clock.now();
    let allowed = admits(route.who, &actor, standing);
    let visit = Visit {
        actor,
        on_behalf_of: for_whom,
        purpose,
        now,
        language: asked.language,
        request_id: asked.request_id,
    };
    // A write that is tried again is one request.
    if asked.seen.set(visit).is_ok() {
        asked.house.rates.account(asked.route, asked.network, &asked.visit()?.actor, now)?;
    }
    allowed?;
    watch::first(asked)?;
    if let (
        Who::Software(resource, interaction) | Who::Reader(resource, interaction),
        Credential::Bearer(token),
    ) = (route.who, &asked.credential)
        && !token.scopes.allows(resource, interaction)
    {
        return Err(Refusal::forbidden(
            "scope-missing",
            format!("The access token's scope does not cover {}.", words_of(resource, interaction)),
        ));
    }
    Ok(())
}

fn words_of(resource: &str, interaction: Interaction) -> String {
    format!("{interaction:?} on {resource}").to_lowercase()
}

/// Whether a route is for this actor: coarse, and before any room; what she may do there the policies decide.
/// Somebody in the middle of her activation is nobody everywhere but there.
fn admits(who: Who, actor: &Actor, standing: Option<Standing>) -> Answer<()> {
    let full = matches!(standing, None | Some(Standing::Full));
    let works = matches!(actor, Actor::Professional(_) | Actor::Operator { .. });
    let fits = match who {
        Who::Anyone => true,
        Who::Activating => matches!(actor, Actor::Citizen { .. }),
        Who::SignedIn => full && (works || matches!(actor, Actor::Citizen { .. })),
        Who::Citizen => full && matches!(actor, Actor::Citizen { .. }),
        Who::Arriving => works,
        Who::Worker => works && standing != Some(Standing::Activating),
        Who::Professional => full && matches!(actor, Actor::Professional(_)),
        Who::Operator => full && matches!(actor, Actor::Operator { .. }),
        Who::Software(..) => matches!(actor, Actor::Software(_)),
        Who::Reader(..) => {
            full && matches!(actor, Actor::Software(_) | Actor::Citizen { .. } | Actor::Professional(_))
        }
    };
    match (fits, actor) {
        (true, _) => Ok(()),
        (false, Actor::Nobody) => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in first.")),
        (false, _) if standing == Some(Standing::Choosing) && !matches!(who, Who::Citizen | Who::Operator) => {
            let said = "Say in which of your activities you act.";
            Err(Refusal::new(RefusalKind::SignIn, "situation-needed", said))
        }
        (false, _) if standing == Some(Standing::Activating) => {
            Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Finish your activation first."))
        }
        (false, _) => Err(Refusal::not_found()),
    }
}
