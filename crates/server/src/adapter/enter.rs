//! Who is at the door: from a cookie or an access token to a [`Visit`], and whether this route is for her.

use axum::http::request::Parts;
use axum::http::{Method, header};
use kernel::{Actor, Answer, PersonId, Purpose, Refusal, RefusalKind, Visit};
use oauth::scope::Level;
use oauth::{Interaction, Scopes};
use people::identity::session::{self, Standing};
use people::{apps, delegation, registry};
use store::Tx;

use super::asked::{Around, Asked, Credential};
use super::cookies::Cookie;
use super::headers::from_our_pages;
use super::watch;
use crate::doors::{Door, Route, Who};
use crate::house::House;

/// What was shown at the door. A token that does not open is an error; a cookie that does not is nobody. The FHIR
/// door takes a session for looking only: what changes something must carry a form's token, which it does not read. Nor
/// does it take one from a page of another site, whose programs it answers: an app shows its own token.
pub(super) fn credential(house: &House, door: Door, parts: &Parts) -> Answer<Credential> {
    let headers = &parts.headers;
    let looks = matches!(parts.method, Method::GET | Method::HEAD);
    let anonymous = !headers.contains_key(header::AUTHORIZATION);
    if door == Door::Web || (door == Door::Fhir && looks && anonymous) {
        let hers = door == Door::Web || from_our_pages(house, headers);
        let session = Cookie::Session.read(headers, house.config.is_https()).filter(|_| hers);
        return Ok(session.map_or(Credential::Nobody, |token| Credential::Session(token.to_owned())));
    }
    // What is shown at the door of tokens proves a service, not a visit: the room of that door judges it. At the
    // door of the log everybody is the same.
    if matches!(door, Door::OAuth | Door::Log) {
        return Ok(Credential::Nobody);
    }
    let Some(value) = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()) else {
        return Ok(Credential::Nobody);
    };
    let (keyring, now) = (house.store.keyring(), house.clock.now());
    let bearer = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let opened = bearer.map(|(_, text)| text.trim()).and_then(|text| {
        let software =
            || registry::open_token(keyring, text, now).map(|token| Credential::Bearer(Box::new(token)));
        let app = || apps::tokens::open(keyring, text, now).map(|token| Credential::App(Box::new(token)));
        software().or_else(app)
    });
    opened.ok_or_else(no_such_token)
}

fn no_such_token() -> Refusal {
    Refusal::new(
        RefusalKind::SignIn,
        "token-invalid",
        "The access token is not one of ours, was altered, was given back, or has expired (they live five minutes).",
    )
}

/// The secret that forms of this visitor carry: bound to her session, or to the guest cookie before one, and to the
/// space that was open when the form was shown. A form shown in one tab for her child is not sent from there for
/// herself after she changed the space in another.
pub(super) fn csrf_secret(
    house: &House,
    credential: &Credential,
    guest: &str,
    space: Option<PersonId>,
) -> [u8; 32] {
    let bound = match credential {
        Credential::Session(token) => token,
        _ => guest,
    };
    let bound = format!("{}|{bound}", number(space));
    house.store.keyring().keyed_hash("csrf", bound.as_bytes())
}

/// A space as a form's token names it; 0 is the visitor's own.
fn number(space: Option<PersonId>) -> i64 {
    space.map_or(0, |person| person.0)
}

/// The secret behind fresh noise, so that compression never shows it through the length of pages (BREACH), and the
/// space that it is good for.
pub(super) fn masked(secret: [u8; 32], noise: [u8; 32], space: Option<PersonId>) -> String {
    let mut token = number(space).to_be_bytes().to_vec();
    token.extend(noise);
    token.extend(secret.iter().zip(noise).map(|(secret, noise)| secret ^ noise));
    kernel::codes::base64url(&token)
}

/// A form that changes something must come from a page of ours, shown to this very visitor.
pub(super) fn check_csrf(asked: &Asked) -> Answer<()> {
    let foreign = !from_our_pages(&asked.house, &asked.headers);
    let fits = sent_token(asked).is_some_and(|(space, bytes)| {
        let secret = csrf_secret(&asked.house, &asked.credential, &asked.guest, space);
        let (noise, hidden) = bytes.split_at(32);
        // Every byte is looked at, however early one differs.
        let differing = hidden
            .iter()
            .zip(noise)
            .zip(secret)
            .fold(0, |sum, ((hidden, noise), secret)| sum | (hidden ^ noise ^ secret));
        differing == 0
    });
    if !foreign && fits {
        return Ok(());
    }
    let anyone = asked.house.routes[asked.route].who == Who::Anyone;
    match asked.credential {
        // The page was shown to somebody who has signed out since, in another tab.
        Credential::Nobody if !foreign && !anyone => Err(Refusal::forbidden(
            "form-signed-out",
            "The form comes from a page of somebody who is not signed in any more.",
        )),
        _ => Err(expired()),
    }
}

fn expired() -> Refusal {
    Refusal::forbidden(
        "form-expired",
        "The form does not carry this visitor's token: the page was open too long, or is not ours.",
    )
}

/// The token of a form: the space that it says it is good for, and the 64 bytes that prove it.
fn sent_token(asked: &Asked) -> Option<(Option<PersonId>, Vec<u8>)> {
    let sent = asked.field(ui::page::CSRF_FIELD).or_else(|| asked.header("x-csrf-token"))?;
    let bytes = kernel::codes::from_base64url(sent).filter(|bytes| bytes.len() == 72)?;
    let (space, rest) = bytes.split_first_chunk::<8>()?;
    let space = Some(i64::from_be_bytes(*space)).filter(|space| *space != 0);
    Some((space.map(PersonId), rest.to_vec()))
}

/// Whether a form was shown for the space that is open now. Leaving, and opening another space, go from anywhere.
fn check_space(asked: &Asked, open: Option<PersonId>) -> Answer<()> {
    let route = &asked.house.routes[asked.route];
    let anywhere = [ui::menu::SIGN_OUT, ui::menu::ACTING].contains(&route.path);
    match sent_token(asked) {
        Some((shown, _)) if route.door == Door::Web && !anywhere && shown != open => Err(Refusal::forbidden(
            "form-other-space",
            "The form was shown for another space than the open one.",
        )),
        _ => Ok(()),
    }
}

/// Finds out who it is, inside the transaction that will serve her, and checks that the route is for her.
pub(super) fn enter(tx: &mut Tx<'_>, asked: &Asked) -> Answer<()> {
    let now = asked.house.clock.now();
    let cookie = match &asked.credential {
        Credential::Session(cookie) => cookie,
        Credential::App(token) if !apps::tokens::stands(tx, token, now)? => return Err(no_such_token()),
        _ => return without_session(asked),
    };
    let held = match session::Token::parse(cookie) {
        Some(token) => session::session(tx, &token, now)?,
        None => None,
    };
    let actor = held.as_ref().map_or(Actor::Nobody, |held| held.actor.clone());
    let standing = held.as_ref().map(|held| held.standing);
    let for_whom = held.as_ref().and_then(|held| held.acting_for);
    let has_others = held.as_ref().is_some_and(|held| held.has_others);
    if let Some(held) = held {
        // A write that is tried again finds the session it found before.
        let _ = asked.held.set(held);
    }
    let settled = settle(asked, actor, standing, for_whom);
    // Also the page of a refusal says whose space is open.
    surround(tx, asked, has_others)?;
    settled?;
    check_space(asked, for_whom)
}

/// What the frame of the page will say about the visitor; only pages have one.
fn surround(tx: &mut Tx<'_>, asked: &Asked, has_others: bool) -> Answer<()> {
    let Some(visit) = asked.seen.get() else { return Ok(()) };
    if asked.house.routes[asked.route].door != Door::Web || asked.around.get().is_some() {
        return Ok(());
    }
    let spaces = match &visit.actor {
        Actor::Citizen { person, .. } => delegation::spaces(tx, *person, visit.now.date())?,
        _ => Vec::new(),
    };
    let _ = asked.around.set(Around { spaces, has_others });
    Ok(())
}

/// Whether a route that takes large bodies is for whoever asks, before anything of the body is read: nobody fills our
/// memory by showing nothing.
pub(super) async fn before_a_large_body(house: &House, route: &Route, shown: &Credential) -> Answer<()> {
    let who = route.who;
    match shown {
        Credential::Nobody => admits(who, &Actor::Nobody, None),
        Credential::Bearer(token) => admits(who, &Actor::Software(token.software.clone()), None),
        Credential::App(token) => admits(who, &Actor::App(token.app.clone()), None),
        Credential::Session(cookie) => {
            let Some(token) = session::Token::parse(cookie) else { return admits(who, &Actor::Nobody, None) };
            let now = house.clock.now();
            let held = house.store.read(move |tx| session::session(tx, &token, now)).await?;
            let standing = held.as_ref().map(|held| held.standing);
            admits(who, &held.map_or(Actor::Nobody, |held| held.actor), standing)
        }
    }
}

/// The same where no session is looked up: software and apps, whose token says everything, and nobody.
pub(super) fn without_session(asked: &Asked) -> Answer<()> {
    let (actor, for_whom) = match &asked.credential {
        Credential::Bearer(token) => (Actor::Software(token.software.clone()), None),
        Credential::App(token) => (Actor::App(token.app.clone()), Some(token.person)),
        _ => (Actor::Nobody, None),
    };
    settle(asked, actor, None, for_whom)
}

/// Keeps the visit for the room and checks that the route is for this actor.
fn settle(asked: &Asked, actor: Actor, standing: Option<Standing>, for_whom: Option<PersonId>) -> Answer<()> {
    let route = &asked.house.routes[asked.route];
    let purpose = match actor {
        Actor::Professional(_) | Actor::Software(_) => Purpose::Care,
        Actor::Operator { .. } | Actor::System { .. } => Purpose::Operation,
        Actor::Citizen { .. } | Actor::App(_) | Actor::Nobody => Purpose::Own,
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
        let rates = &asked.house.rates;
        let counted = rates.counted_as(asked.route, asked.searches());
        rates.account(counted, asked.network, &asked.visit()?.actor, now)?;
    }
    allowed?;
    watch::first(asked)?;
    match route.who.touches() {
        Some((resource, interaction)) => within_scope(&asked.credential, resource, interaction),
        None => Ok(()),
    }
}

/// Whether what was shown covers an interaction with a type of resource. A session covers what it may.
fn within_scope(shown: &Credential, resource: &str, interaction: Interaction) -> Answer<()> {
    let covers = match shown {
        Credential::Bearer(token) => token.scopes.allows_at(Level::System, resource, interaction),
        Credential::App(token) => token.scopes.allows_at(Level::Patient, resource, interaction),
        Credential::Nobody | Credential::Session(_) => true,
    };
    if covers {
        return Ok(());
    }
    let asked = format!("{interaction:?} on {resource}").to_lowercase();
    let said = format!("The access token's scope does not cover {asked}.");
    Err(Refusal::forbidden("scope-missing", said))
}

/// The scope that would have covered it: as it is offered, else by its letter.
pub(super) fn scope_for(actor: &Actor, resource: &str, interaction: Interaction) -> String {
    let (level, offered) = match actor {
        Actor::App(_) => ("patient", oauth::app::scope_for(resource)),
        _ => ("system", Scopes::default()),
    };
    if offered.is_empty() {
        return format!("{level}/{resource}.{}", interaction.letter());
    }
    offered.to_string()
}

fn reads(actor: &Actor) -> bool {
    matches!(actor, Actor::Software(_) | Actor::Citizen { .. } | Actor::Professional(_))
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
        Who::Reader(..) => full && reads(actor),
        Who::AppOrReader(..) => full && (reads(actor) || matches!(actor, Actor::App(_))),
    };
    match (fits, actor) {
        (true, _) => Ok(()),
        (false, Actor::Nobody) => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in first.")),
        (false, _)
            if standing == Some(Standing::Choosing) && !matches!(who, Who::Citizen | Who::Operator) =>
        {
            let said = "Say in which of your activities you act.";
            Err(Refusal::new(RefusalKind::SignIn, "situation-needed", said))
        }
        (false, _) if standing == Some(Standing::Activating) => {
            Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Finish your activation first."))
        }
        (false, _) => Err(Refusal::not_found()),
    }
}
