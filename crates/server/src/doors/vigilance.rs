//! The operator's pages about professional accounts.

use kernel::Answer;
use kernel::rpps::Rpps;
use people::identity::session;
use people::vigilance::pages::{self as vigilance, Next};
use store::Tx;
use ui::form::Filled;

use super::work::proof_first;
use super::{Does, Door, Route, Who};
use crate::adapter::{Asked, Reply};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Does::{Act, Look};
    use Who::Operator;
    table! { Door::Web;
        Get  "/operator/vigilance"                Operator => "vigilance::pages::list"    Look(list);
        Get  "/operator/vigilance/{rpps}"         Operator => "vigilance::pages::show"    Look(show);
        Post "/operator/vigilance/{rpps}/suspend" Operator => "vigilance::pages::suspend" Act(suspend);
        Post "/operator/vigilance/{rpps}/lift"    Operator => "vigilance::pages::lift"    Act(lift);
    }
}

fn led(next: Next) -> Reply {
    match next {
        Next::Page(page) => Reply::from(*page),
        Next::See(address) => Reply::see(address),
    }
}

/// The account that the address names.
fn rpps(asked: &Asked) -> Answer<Rpps> {
    let typed: String = asked.param("rpps")?;
    Rpps::parse(&typed).ok_or_else(kernel::Refusal::not_found)
}

fn list(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    Ok(led(vigilance::list(tx, asked.visit()?, asked.query("q").unwrap_or_default())?))
}

fn show(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let empty = Filled::empty(ui::Words::of(asked.language));
    Ok(vigilance::show(tx, asked.visit()?, &rpps(asked)?, &empty)?.into())
}

fn suspend(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    if let Some(reply) = proof_first(tx, asked, session::LATELY)? {
        return Ok(reply);
    }
    Ok(led(vigilance::suspend(tx, asked.visit()?, &rpps(asked)?, asked.filled())?))
}

fn lift(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    if let Some(reply) = proof_first(tx, asked, session::LATELY)? {
        return Ok(reply);
    }
    Ok(led(vigilance::lift(tx, asked.visit()?, &rpps(asked)?)?))
}
