//! Signing in on one's telephone at an outside provider. Her browser waits here; each look asks the provider at most
//! once, and not before it may be asked again.

use kernel::{Answer, Instant};
use people::outside::pages::{self, telephone as shown};
use people::outside::{self, Calling, Provider, Trouble, telephone};

use super::super::Work;
use super::{arrived_at, cookie, counted, named, provider, set_cookie, talk, troubled};
use crate::adapter::{Asked, Reply};

/// How long a browser waits at least before it looks again, in seconds: a page that moves under a screen reader is no
/// help.
const LOOK_AGAIN: i64 = 5;

/// A provider that rings; any other is an address that does not exist.
fn ringing(asked: &Asked) -> Answer<&Provider> {
    let found = provider(asked)?;
    if found.telephone { Ok(found) } else { Err(kernel::Refusal::not_found()) }
}

fn next(given: Option<&str>) -> &str {
    match given.map_or("/pro", ui::address::local) {
        "/" => "/pro",
        next => next,
    }
}

/// Her number, please.
pub(super) fn ask(asked: &Asked) -> Answer<Reply> {
    let filled = ui::form::Filled::empty(ui::Words::of(asked.language));
    Ok(shown::ask(ringing(asked)?, &filled.with("next", next(asked.query("next")))).into())
}

/// Her telephone rings, and her browser goes to wait.
pub(super) fn call(asked: &Asked) -> Answer<Work> {
    let (house, provider) = (asked.house.clone(), ringing(asked)?);
    counted(asked)?;
    let Some(of) = telephone::number(asked.field("rpps").unwrap_or_default()) else {
        return Ok(Work::Done(shown::ask_again(provider, asked.filled(), &telephone::no_number()).into()));
    };
    let (visit, knock) = (asked.visit()?.clone(), asked.knock());
    let (at, whom) = (provider.clone(), of.clone());
    let admitted = house.store.write(move |tx| telephone::admit(tx, &visit, &at, &whom, &knock)).wait()?;
    if let Err(slow) = admitted {
        return Ok(Work::Done(shown::ask_again(provider, asked.filled(), &slow).into()));
    }
    let message = telephone::message(&house.chance);
    let wanted = next(asked.field("next"));
    Ok(Work::Done(match talk::wait(talk::call(&house, provider, &format!("8{of}"), &message))? {
        Ok(rings) => {
            let now = house.clock.now();
            let calling = telephone::calling(provider, rings, (&of, &message), wanted, now);
            waits(asked, &calling, Reply::see(telephone::WAITING))?
        }
        Err(wrong) => troubled(asked, provider, &wrong, Some(wanted))?,
    }))
}

/// A reply with the cookie with which her browser waits.
fn waits(asked: &Asked, calling: &Calling, reply: Reply) -> Answer<Reply> {
    let cookie = telephone::ringing(asked.house.store.keyring(), calling)?;
    Ok(reply.header("set-cookie", set_cookie(&asked.house.config, &cookie)))
}

/// Her browser looks whether she has answered.
pub(super) fn look(asked: &Asked) -> Answer<Work> {
    let (house, now) = (asked.house.clone(), asked.house.clock.now());
    let held = cookie(&house.config, &asked.headers);
    let waiting = telephone::waiting(house.store.keyring(), &held, now);
    let known = waiting.and_then(|calling| Some((named(asked, &calling.provider)?.clone(), calling)));
    let Some((at, mut calling)) = known else {
        // Too late, or nothing was asked from this browser.
        return Ok(Work::Done(Reply::see(people::openid::SIGN_IN)));
    };
    if calling.ask_at > now {
        return wait_longer(asked, &at, &calling);
    }
    let told = match talk::wait(talk::listen(&house, &at, &calling.request))? {
        Ok(told) => told,
        Err(wrong) => {
            let reply = troubled(asked, &at, &wrong, Some(&calling.next))?;
            return Ok(Work::Done(reply.header("set-cookie", set_cookie(&house.config, ""))));
        }
    };
    let proven = match told {
        Ok(proven) => proven,
        Err(longer) => {
            calling.interval = (calling.interval + longer).min(60);
            calling.ask_at = now.plus(calling.interval * Instant::SECOND);
            return wait_longer(asked, &at, &calling);
        }
    };
    if !telephone::is_her(&calling, &proven) {
        tracing::warn!(provider = at.name, "somebody else approved than whose number was typed");
        let page = pages::trouble(asked.visit()?, &at, Trouble::Broken, Some(&calling.next));
        return Ok(Work::Done(Reply::from(page).header("set-cookie", set_cookie(&house.config, ""))));
    }
    let asked = asked.clone();
    Ok(Work::Act(Box::new(move |tx| {
        let terms = (house.sessions, &house.chance);
        let visit = asked.visit()?;
        let arrived = outside::arrive(tx, visit, &at, (&proven, &calling.next), &asked.knock(), terms)?;
        telephone::answered(tx, &at, &calling.of)?;
        arrived_at(&asked, &at, arrived)
    })))
}

fn wait_longer(asked: &Asked, at: &Provider, calling: &Calling) -> Answer<Work> {
    let page = shown::waiting(asked.visit()?, at, &calling.message);
    let again = format!("{}; url={}", calling.interval.max(LOOK_AGAIN), telephone::WAITING);
    Ok(Work::Done(waits(asked, calling, Reply::from(page).header("refresh", again))?))
}
