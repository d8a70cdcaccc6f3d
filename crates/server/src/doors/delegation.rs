//! Pages of acting for somebody: the switch between spaces, asking for help and answering, guardianships, the
//! public desk, closing a space at the request of those who represent somebody, and what somebody keeps from those who act for her.

use care::documents::secret;
use kernel::{Answer, Language};
use people::delegation::{
    self,
    pages::{self, Family, desk, ending, offering, operator},
};

use people::consent::pages as consent;
use people::enrolment::pages::request;
use people::identity::session;
use store::Tx;
use ui::acting::{OWN_SPACE, SPACE_FIELD};

use super::identity::led;
use super::work::proof_first;
use super::{Does, Door, Route, Who};
use crate::adapter::{Asked, Reply};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Does::{Act, Look};
    use Who::{Citizen, Operator};
    table! { Door::Web;
        Post "/acting-for"                     Citizen  => "delegation::begin"                      Act(switch);
        Get  "/acting"                         Citizen  => "delegation::pages::show"                Look(|tx, a| super::web::told(a, pages::show(tx, a.visit()?, &families(a))));
        Get  "/acting/offer"                   Citizen  => "delegation::pages::offering::form"      Look(|tx, a| Ok(offering::form(tx, a.visit()?, &families(a))?.into()));
        Post "/acting/offer"                   Citizen  => "delegation::pages::offering::send"      Act(|tx, a| Ok(led(offering::send(tx, a.visit()?, a.filled(), &families(a), &a.house.chance)?)));
        Get  "/acting/revoke"                  Citizen  => "delegation::pages::ending::revoke_form" Look(|tx, a| Ok(ending::revoke_form(tx, a.visit()?, a.query("relation").unwrap_or_default())?.into()));
        Post "/acting/revoke"                  Citizen  => "delegation::pages::revoke"              Act(|tx, a| back(pages::revoke(tx, a.visit()?, &a.filled())));
        Get  "/acting/renew"                   Citizen  => "delegation::pages::offering::renew_form" Look(|tx, a| Ok(offering::renew_form(tx, a.visit()?, a.query("relation").unwrap_or_default())?.into()));
        Post "/acting/renew"                   Citizen  => "delegation::pages::offering::renew"     Act(|tx, a| Ok(led(offering::renew(tx, a.visit()?, a.filled())?)));
        Post "/acting/accept"                  Citizen  => "delegation::pages::accept"              Act(|tx, a| back(pages::accept(tx, a.visit()?, &a.filled())));
        Get  "/acting/decline"                 Citizen  => "delegation::pages::ending::decline_form" Look(|tx, a| Ok(ending::decline_form(tx, a.visit()?, a.query("person").unwrap_or_default(), a.query("relation").unwrap_or_default())?.into()));
        Post "/acting/decline"                 Citizen  => "delegation::pages::decline"             Act(|tx, a| back(pages::decline(tx, a.visit()?, &a.filled())));
        Get  "/acting/invitation"              Citizen  => "delegation::pages::invitation_form"     Look(|_, a| Ok(pages::invitation_form(&a.filled()).into()));
        Post "/acting/invitation"              Citizen  => "delegation::pages::take_up"             Act(|tx, a| Ok(led(pages::take_up(tx, a.visit()?, a.filled(), &a.knock())?)));
        Post "/documents/{entry}/secret"       Citizen  => "documents::secret::keep"                Act(keep);
        Post "/documents/{entry}/secret/lift"  Citizen  => "documents::secret::lift"                Act(lift);
        Post "/sharing/keep"                   Citizen  => "consent::pages::keep"                   Act(|tx, a| shared(consent::keep(tx, a.visit()?, a.field("rpps").unwrap_or_default(), true)));
        Post "/sharing/show"                   Citizen  => "consent::pages::keep"                   Act(|tx, a| shared(consent::keep(tx, a.visit()?, a.field("rpps").unwrap_or_default(), false)));
        Get  "/operator/guardians"             Operator => "delegation::pages::operator::form"      Look(|_, a| Ok(operator::form(a.visit()?)?.into()));
        Post "/operator/guardians"             Operator => "delegation::pages::operator::begin"     Act(|tx, a| proven(tx, a, |tx| operator::begin(tx, a.visit()?, a.filled(), &a.house.chance)));
        Post "/operator/guardians/look"        Operator => "delegation::pages::operator::look"      Act(|tx, a| proven(tx, a, |tx| operator::look(tx, a.visit()?, a.filled())));
        Post "/operator/guardians/end"         Operator => "delegation::pages::operator::end"       Act(|tx, a| proven(tx, a, |tx| operator::end(tx, a.visit()?, &a.filled())));
        Get  "/operator/closing"               Operator => "enrolment::pages::request::form"        Look(|_, a| Ok(request::form(a.visit()?, &a.filled())?.into()));
        Post "/operator/closing"               Operator => "enrolment::pages::request::send"        Act(|tx, a| proven(tx, a, |tx| request::send(tx, a.visit()?, a.filled())));
        Get  "/operator/desk"                  Operator => "delegation::pages::desk::form"          Look(|_, a| Ok(desk::form(a.visit()?, &families(a))?.into()));
        Post "/operator/desk"                  Operator => "delegation::pages::desk::send"          Act(|tx, a| proven(tx, a, |tx| desk::send(tx, a.visit()?, a.filled(), &families(a), &a.house.chance)));
    }
}

/// What one of the team does to somebody's space, once she has shown her passkey lately.
fn proven(
    tx: &mut Tx<'_>,
    asked: &Asked,
    act: impl FnOnce(&mut Tx<'_>) -> Answer<people::identity::pages::Reply>,
) -> Answer<Reply> {
    match proof_first(tx, asked, session::LATELY)? {
        Some(reply) => Ok(reply),
        None => act(tx).map(led),
    }
}

/// The families of documents that can be given, in the language of the page.
fn families(asked: &Asked) -> Vec<Family> {
    cda::types::Table::built_in()
        .classes
        .iter()
        .map(|class| {
            let name = match asked.language {
                Language::Fr => class.fr_family.as_str(),
                Language::En => class.en_family.as_str(),
            };
            (class.code.as_str(), name)
        })
        .collect()
}

fn shared(done: Answer<()>) -> Answer<Reply> {
    done.map(|()| Reply::see(consent::SHARING))
}

fn back(done: Answer<()>) -> Answer<Reply> {
    done.map(|()| Reply::see(ui::address::with_query(pages::ACTING, &[(consent::DONE, "1")])))
}

/// Opens another space, or goes back to one's own. The session remembers it; the right is judged anew each time.
fn switch(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let whose = match asked.field(SPACE_FIELD) {
        Some(OWN_SPACE) | None => None,
        Some(person) => Some(person.parse().map_err(|_| kernel::Refusal::not_found())?),
    };
    if let Some(person) = whose.filter(|person| asked.own().is_ok_and(|own| own != *person)) {
        delegation::begin(tx, asked.visit()?, person)?;
    }
    session::act_for(tx, asked.session()?, whose)?;
    Ok(Reply::see("/"))
}

fn keep(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let entry = asked.param("entry")?;
    secret::keep(tx, asked.visit()?, entry)?;
    Ok(Reply::see(format!("{}/{entry}", care::documents::pages::DOCUMENTS)))
}

fn lift(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let entry = asked.param("entry")?;
    secret::lift(tx, asked.visit()?, entry)?;
    Ok(Reply::see(format!("{}/{entry}", care::documents::pages::DOCUMENTS)))
}
