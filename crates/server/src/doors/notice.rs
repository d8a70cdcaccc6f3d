//! How a person is told, and lines of her journal that she does not recognise, from both sides.

use care::record::reports;
use kernel::{Answer, PersonId};
use people::identity::session;
use people::notice::pages::{self as notice, Offer};
use people::report::pages as desk;
use store::Tx;
use ui::page::Page;

use super::work::{before_taking_away, proof_first};
use super::{Does, Door, Route, Who};
use crate::adapter::cookies::Cookie;
use crate::adapter::{Asked, Reply};
use crate::notices::site;

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Does::{Act, Look};
    use Who::{Citizen, Operator};
    table! { Door::Web;
        Get  "/journal/notices"                        Citizen  => "notice::pages::show"    Look(|tx, a| Ok(notice::show(tx, a.visit()?, &offer(a, &a.knock().device))?.into()));
        Post "/journal/notices"                        Citizen  => "notice::pages::choose"  Act(|tx, a| back(notice::choose(tx, a.visit()?, &a.filled()).map(|()| None)));
        Post "/journal/notices/address"                Citizen  => "notice::pages::address" Act(address);
        Post "/journal/notices/code"                   Citizen  => "notice::pages::code"    Act(|tx, a| back(notice::code(tx, a.visit()?, a.filled(), &offer(a, &a.knock().device))));
        Post "/journal/notices/forget"                 Citizen  => "notice::pages::forget"  Act(forget);
        Get  "/journal/report"                         Citizen  => "record::reports::ask"   Look(|tx, a| Ok(reports::ask(tx, a.visit()?, a.query("line").unwrap_or_default())?.into()));
        Post "/journal/report"                         Citizen  => "record::reports::send"  Act(report);
        Get  "/journal/reports"                        Citizen  => "record::reports::show"  Look(|tx, a| Ok(reports::show(tx, a.visit()?, a.query("sent").is_some())?.into()));
        Get  "/operator/reports"                       Operator => "report::pages::list"    Look(|tx, a| Ok(desk::list(tx, a.visit()?, a.query("state").unwrap_or_default())?.into()));
        Get  "/operator/reports/{person}/{id}"         Operator => "report::pages::show"    Look(show);
        Post "/operator/reports/{person}/{id}/answer"  Operator => "report::pages::answer"  Act(answer);
        Post "/operator/reports/{person}/{id}/close"   Operator => "report::pages::close"   Act(close);
    }
}

/// What the house can do, and from which browser it is asked.
pub(super) fn offer<'a>(asked: &'a Asked, browser: &'a str) -> Offer<'a> {
    let config = &asked.house.config;
    let here = Cookie::Device.read(&asked.headers, config.is_https());
    Offer {
        site: site(config),
        email: config.relay.is_set_up(),
        services: &config.push,
        browser,
        here: here.and_then(|id| id.parse().ok()),
    }
}

/// The page with what is wrong, or back to it.
fn back(led: Answer<Option<Page>>) -> Answer<Reply> {
    Ok(led?.map_or_else(|| Reply::see(notice::NOTICES), Reply::from))
}

/// Another address. Where she is told is not changed by whoever came in with a printed code: it is what would tell her.
fn address(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    if let Some(first) = before_taking_away(tx, asked)? {
        return Ok(first);
    }
    let device = asked.knock().device;
    let offer = offer(asked, &device);
    back(notice::address(tx, asked.visit()?, asked.filled(), &asked.house.chance, &offer))
}

fn forget(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    if let Some(first) = before_taking_away(tx, asked)? {
        return Ok(first);
    }
    back(notice::forget(tx, asked.visit()?, &asked.filled()).map(|()| None))
}

fn report(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    reports::send(tx, asked.visit()?, &asked.filled(), &asked.house.chance)?;
    Ok(Reply::see(format!("{}?sent=1", reports::REPORTS)))
}

/// The report that the address names.
fn named(asked: &Asked) -> Answer<(PersonId, i64)> {
    Ok((asked.param("person")?, asked.param("id")?))
}

fn show(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let (person, id) = named(asked)?;
    Ok(desk::show(tx, asked.visit()?, person, id)?.into())
}

fn answer(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    if let Some(reply) = proof_first(tx, asked, session::LATELY)? {
        return Ok(reply);
    }
    let (person, id) = named(asked)?;
    let led = desk::answer(tx, asked.visit()?, person, id, asked.filled())?;
    Ok(led.map_or_else(Reply::from, Reply::see))
}

fn close(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    if let Some(reply) = proof_first(tx, asked, session::LATELY)? {
        return Ok(reply);
    }
    let (person, id) = named(asked)?;
    Ok(Reply::see(desk::close(tx, asked.visit()?, person, id)?))
}
