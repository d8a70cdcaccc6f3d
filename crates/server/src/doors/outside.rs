//! Signing in with an outside identity: to the provider and back. The room is `people::outside`, the conversation with
//! the provider [`talk`].
//!
//! Between two steps, what was asked lies sealed in a cookie of this room. It is `Lax`, because she comes back by a link
//! from another site; it opens nothing by itself.

mod talk;
mod telephone;

use axum::http::HeaderMap;
use kernel::{Answer, Refusal, RefusalKind};
use oauth::relying::{Wrong, leaving};
use people::identity::pages as identity;
use people::identity::pages::work;
use people::outside::pages::{self, mine};
use people::outside::{self, Arrived, Asking, Provider, Trouble};
use serde_json::json;
use store::Tx;

use super::openid::told;
use super::{Does, Door, Route, Who, Work};
use crate::adapter::{Asked, Reply, SessionChange};
use crate::config::Config;

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Does::{Act, Look, Plain, Prepare};
    use Who::{Anyone, Citizen, Professional};
    let mut routes = table! { Door::Web;
        Get  "/sign-in/with/{provider}" Anyone => "outside::begin"  Prepare(begin);
        Get  "/sign-in/back/{provider}" Anyone => "outside::arrive" Prepare(back);
        Post "/sign-in/decide"          Anyone => "outside::decide" Act(decide);
        Get  "/sign-in/leave"           Anyone => "outside::leave"  Prepare(leave);
        Get  "/sign-in/telephone/{provider}" Anyone => "outside::pages::telephone" Plain(telephone::ask);
        Post "/sign-in/telephone/{provider}" Anyone => "outside::telephone::call"  Prepare(telephone::call);
        Get  "/sign-in/waiting"              Anyone => "outside::telephone::look"  Prepare(telephone::look);
    };
    routes.extend(table! { Door::Web;
        Get  "/account/ways"           Citizen      => "outside::ways::ways"  Look(ways);
        Post "/account/ways/close"     Citizen      => "outside::ways::close" Act(close_way);
        Post "/account/ways/open"      Citizen      => "outside::ways::open"  Act(open_way);
        Get  "/pro/account/ways"       Professional => "outside::ways::ways"  Look(ways);
        Post "/pro/account/ways/close" Professional => "outside::ways::close" Act(close_way);
        Post "/pro/account/ways/open"  Professional => "outside::ways::open"  Act(open_way);
    });
    routes.extend(table! { Door::OAuth;
        Get  "/oauth/client-keys"       Anyone => "config::providers" Plain(client_keys);
        Post "/oauth/ended/{provider}"  Anyone => "outside::ended"    Prepare(ended);
    });
    routes
}

/// The cookie of this room.
fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-outside" } else { "outside" }
}

fn cookie(config: &Config, headers: &HeaderMap) -> String {
    let name = cookie_name(config);
    headers
        .get_all("cookie")
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value.to_owned())
        .unwrap_or_default()
}

/// Sets the cookie; an empty value takes it away. Its content says itself how long it is good for.
fn set_cookie(config: &Config, value: &str) -> String {
    let secure = if config.is_https() { "; Secure" } else { "" };
    let age = if value.is_empty() { "; Max-Age=0" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", cookie_name(config))
}

fn named<'a>(asked: &'a Asked, name: &str) -> Option<&'a Provider> {
    asked.house.config.providers.iter().find(|one| one.name == name)
}

/// The provider of the address.
fn provider(asked: &Asked) -> Answer<&Provider> {
    named(asked, &asked.param::<String>("provider")?).ok_or_else(Refusal::not_found)
}

/// The page to sign in, with the ways that are configured.
pub(super) fn sign_in(asked: &Asked) -> Answer<Reply> {
    let visit = asked.visit()?;
    let next = asked.query("back").map_or("/", ui::address::local);
    let ways = pages::ways(visit, &asked.house.config.providers, false, next);
    Ok(identity::sign_in_or(visit, &ways).into())
}

/// The same for those who work here.
pub(super) fn sign_in_to_work(asked: &Asked, next: &str) -> Answer<Reply> {
    let visit = asked.visit()?;
    let ways = pages::ways(visit, &asked.house.config.providers, true, next);
    Ok(work::sign_in_or(visit, next, &ways).into())
}

/// The page after signing out; whoever came in through a provider may sign out there too.
pub(super) fn signed_out(asked: &Asked) -> Answer<Reply> {
    let house = &asked.house;
    let held = cookie(&house.config, &asked.headers);
    let through = outside::entered_through(house.store.keyring(), &held, house.clock.now());
    Ok(match through.and_then(|name| named(asked, &name)) {
        Some(provider) => pages::signed_out(asked.visit()?, provider).into(),
        None => identity::signed_out(asked.visit()?).into(),
    })
}

/// Our public keys, for providers that fetch them.
fn client_keys(asked: &Asked) -> Answer<Reply> {
    let keys: Vec<_> =
        asked.house.config.providers.iter().flat_map(|one| one.published.iter().cloned()).collect();
    Ok(Reply::json(200, "application/jwk-set+json", &json!({ "keys": keys })))
}

/// Counts a step that makes us ask a provider, like a proof of who one is: nobody makes us ask it without end.
fn counted(asked: &Asked) -> Answer<()> {
    let proofs = |route: &Route| route.method == super::Method::Post && route.path == "/sign-in/finish";
    match asked.house.routes.iter().position(proofs) {
        Some(route) => asked.house.rates.network(route, asked.network, asked.house.clock.now()),
        None => Ok(()),
    }
}

/// Off to the provider.
fn begin(asked: &Asked) -> Answer<Work> {
    let (house, provider) = (&asked.house, provider(asked)?);
    counted(asked)?;
    let usual = if provider.kind.is_work() { "/pro" } else { "/" };
    let next = asked.query("next").map_or(usual, ui::address::local);
    let now = house.clock.now();
    let (asking, cookie) = outside::begin(house.store.keyring(), provider, next, now, &house.chance)?;
    let language = asked.language.tag();
    Ok(Work::Done(match talk::wait(talk::ask(house, provider, &asking, language))? {
        Ok(address) => Reply::see(address).header("set-cookie", set_cookie(&house.config, &cookie)),
        Err(wrong) => troubled(asked, provider, &wrong, Some(next))?,
    }))
}

/// The page of a sign-in that came to nothing; what was wrong is for the operator.
fn troubled(asked: &Asked, provider: &Provider, wrong: &Wrong, next: Option<&str>) -> Answer<Reply> {
    let trouble = Trouble::from(wrong);
    if trouble != Trouble::Declined {
        tracing::warn!(provider = provider.name, %wrong, "a sign-in at a provider came to nothing");
    }
    Ok(pages::trouble(asked.visit()?, provider, trouble, next).into())
}

/// She is back. First what was asked is burnt, then the provider is asked who she is, then she comes in.
fn back(asked: &Asked) -> Answer<Work> {
    let (house, at) = (asked.house.clone(), provider(asked)?.clone());
    counted(asked)?;
    let held = cookie(&house.config, &asked.headers);
    let state = asked.query("state").unwrap_or_default().to_owned();
    let now = house.clock.now();
    let burning = at.clone();
    let asking = house.store.write(move |tx| outside::returned(tx, &held, &burning, &state, now)).wait()?;
    let Some(asking) = asking else {
        // A cookie of another sign-in that is still under way stays.
        return Ok(Work::Done(pages::trouble(asked.visit()?, &at, Trouble::Late, None).into()));
    };
    let proven = talk::wait(talk::prove(&house, &at, &asking, &asked.query))?;
    let proven = match proven {
        Ok(proven) => proven,
        Err(wrong) => {
            let reply = troubled(asked, &at, &wrong, Some(&asking.next))?;
            return Ok(Work::Done(reply.header("set-cookie", set_cookie(&house.config, ""))));
        }
    };
    let asked = asked.clone();
    Ok(Work::Act(Box::new(move |tx| {
        let terms = (house.sessions, &house.chance);
        let Asking { next, .. } = &asking;
        let visit = asked.visit()?;
        let arrived = outside::arrive(tx, visit, &at, (&proven, next), &asked.knock(), terms)?;
        arrived_at(&asked, &at, arrived)
    })))
}

fn arrived_at(asked: &Asked, at: &Provider, arrived: Arrived) -> Answer<Reply> {
    let (visit, config) = (asked.visit()?, &asked.house.config);
    let with = |reply: Reply, cookie: &str| reply.header("set-cookie", set_cookie(config, cookie));
    Ok(match arrived {
        Arrived::In { token, cookie, next } => {
            with(Reply::see(next).session(SessionChange::Start(token.cookie())), &cookie)
        }
        Arrived::Several { cookie } => {
            let filled = ui::form::Filled::empty(ui::Words::of(asked.language));
            with(pages::several(&filled).into(), &cookie)
        }
        Arrived::Unknown => with(pages::unknown(visit, &at.label).into(), ""),
        Arrived::Changed => with(pages::changed(visit, at).into(), ""),
        Arrived::NotListed => with(pages::not_listed(visit, &at.label).into(), ""),
        Arrived::Shut => with(pages::shut(visit, at).into(), ""),
        Arrived::Closed(refusal) => with(pages::closed(visit, &refusal).into(), ""),
    })
}

/// She says which of several persons she is.
fn decide(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let house = &asked.house;
    let held = cookie(&house.config, &asked.headers);
    let providers = &house.config.providers;
    let Some(typed) = asked.field("matricule") else {
        return Ok(pages::several_again(asked.filled(), None).into());
    };
    let terms = (house.sessions, &house.chance);
    let sent = (held.as_str(), typed);
    match outside::decide(tx, asked.visit()?, providers, sent, &asked.knock(), terms)? {
        Some((at, Ok(arrived))) => arrived_at(asked, at, arrived),
        Some((_, Err(refusal))) => Ok(pages::several_again(asked.filled(), Some(&refusal)).into()),
        None => Ok(Reply::see(ui::menu::SIGN_IN).header("set-cookie", set_cookie(&house.config, ""))),
    }
}

/// Which outside identities are hers.
fn ways(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let after = asked.query("after").unwrap_or_default();
    let filled = ui::form::Filled::empty(ui::Words::of(asked.language));
    Ok(mine::show(tx, asked.visit()?, &asked.house.config.providers, after, &filled)?.into())
}

fn close_way(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    if let Some(first) = super::work::before_change(tx, asked)? {
        return Ok(first);
    }
    let (visit, providers) = (asked.visit()?, &asked.house.config.providers);
    let name = asked.field("provider").unwrap_or_default();
    let done = people::outside::ways::close(tx, visit, providers, name, &asked.token()?);
    after_change(tx, asked, done, "closed")
}

fn open_way(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    if let Some(first) = super::work::before_change(tx, asked)? {
        return Ok(first);
    }
    let (visit, providers) = (asked.visit()?, &asked.house.config.providers);
    let name = asked.field("provider").unwrap_or_default();
    let done = people::outside::ways::open(tx, visit, providers, name);
    after_change(tx, asked, done, "opened")
}

/// Back to the page, which says what became of it, or the page again with what was refused.
fn after_change(tx: &mut Tx<'_>, asked: &Asked, done: Answer<()>, after: &str) -> Answer<Reply> {
    let visit = asked.visit()?;
    match done {
        Ok(()) => {
            let to = mine::address(visit, mine::WAYS);
            Ok(Reply::see(ui::address::with_query(&to, &[("after", after)])))
        }
        Err(refusal) if refusal.kind == RefusalKind::Conflict => {
            Ok(mine::refused(tx, visit, &asked.house.config.providers, &refusal)?.into())
        }
        Err(refusal) => Err(refusal),
    }
}

/// She signs out of her provider too.
fn leave(asked: &Asked) -> Answer<Work> {
    let house = asked.house.clone();
    let held = cookie(&house.config, &asked.headers);
    let now = house.clock.now();
    let left = house.store.write(move |tx| outside::leave(tx, &held, now)).wait()?;
    let forget = |reply: Reply| reply.header("set-cookie", set_cookie(&house.config, ""));
    let here = || Ok(Work::Done(forget(Reply::see("/signed-out"))));
    let Some((name, hint)) = left else { return here() };
    let Some(provider) = named(asked, &name) else { return here() };
    let document = talk::wait(talk::document(&house, provider))?;
    let Some(end) = document.ok().and_then(|document| document.end_session.clone()) else { return here() };
    let back = format!("{}/signed-out", house.config.origin);
    let state = kernel::codes::base64url(&house.chance.secret::<16>());
    let address = talk::address(&end, &leaving(&provider.client_id, &hint, &back, &state));
    Ok(Work::Done(forget(Reply::see(address))))
}

/// A provider says that somebody has signed out there (Back-Channel Logout 1.0 §2.5). Nothing that it was not told in
/// the token is answered: neither whether we know her, nor whether she was here.
fn ended(asked: &Asked) -> Answer<Work> {
    let (house, at) = (asked.house.clone(), provider(asked)?.clone());
    let token = asked.field("logout_token").unwrap_or_default().to_owned();
    let said = match talk::wait(talk::logged_out(&house, &at, &token))? {
        Ok(said) => said,
        Err(wrong) => {
            tracing::warn!(provider = at.name, %wrong, "a logout token does not hold");
            return Ok(Work::Done(not_ended()));
        }
    };
    let visit = asked.visit()?.clone();
    Ok(Work::Act(Box::new(move |tx| {
        Ok(match outside::ended(tx, &at, &said, &visit)? {
            Some(_) => told(200, &json!({})),
            None => not_ended(),
        })
    })))
}

/// The provider's word is not taken (§2.8).
fn not_ended() -> Reply {
    told(400, &json!({ "error": "invalid_request", "error_description": "the logout token does not hold" }))
}
