//! How professionals come into a space that is not open to them: codes, emergencies, calls, in secret to a minor; and
//! announcing a result.

use care::documents::{announce, pages as documents};
use care::record::coming::{self, Declaring};
use care::record::secrecy;
use kernel::{Answer, EntryId};
use store::Tx;

use super::{Does, Door, Route, Who, work};
use crate::adapter::{Asked, Reply};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Does::{Act, Look};
    use Who::Professional;
    table! { Door::Web;
        Get  "/pro/code"                         Professional => "record::coming::code"          Look(|_, a| Ok(coming::code(a.visit()?)?.into()));
        Post "/pro/code"                         Professional => "record::coming::code_post"     Act(use_code);
        Get  "/pro/patients/{person}/emergency"  Professional => "record::coming::declare"       Look(|tx, a| form(tx, a, Declaring::Emergency));
        Post "/pro/patients/{person}/emergency"  Professional => "record::coming::declare_post"  Act(|tx, a| declare(tx, a, Declaring::Emergency));
        Get  "/pro/patients/{person}/call"       Professional => "record::coming::declare"       Look(|tx, a| form(tx, a, Declaring::Call));
        Post "/pro/patients/{person}/call"       Professional => "record::coming::declare_post"  Act(|tx, a| declare(tx, a, Declaring::Call));
        Get  "/pro/patients/{person}/secret"     Professional => "record::secrecy::ask"          Look(ask_secrecy);
        Post "/pro/patients/{person}/secret"     Professional => "record::secrecy::connect"      Act(connect_secretly);
        Post "/pro/patients/{person}/secret/end" Professional => "record::secrecy::leave"        Act(|tx, a| Ok(Reply::see(secrecy::leave(tx, a.visit()?, a.param("person")?)?)));
        Post "/documents/{entry}/announce"       Professional => "documents::announce::announce" Act(announced);
    }
}

fn use_code(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    Ok(match coming::code_post(tx, asked.visit()?, asked.filled(), &asked.knock())? {
        Ok(address) => Reply::see(address),
        Err(page) => page.into(),
    })
}

fn form(tx: &mut Tx<'_>, asked: &Asked, what: Declaring) -> Answer<Reply> {
    let found = asked.query("found").unwrap_or_default();
    Ok(coming::declare(tx, asked.visit()?, asked.param("person")?, found, what)?.into())
}

/// Whoever finds an open screen declares nothing: she has just come in, or shows her passkey first.
fn declare(tx: &mut Tx<'_>, asked: &Asked, what: Declaring) -> Answer<Reply> {
    if let Some(reply) = work::before_change(tx, asked)? {
        return Ok(reply);
    }
    let (visit, person) = (asked.visit()?, asked.param("person")?);
    Ok(match coming::declare_post(tx, visit, person, asked.filled(), what)? {
        Ok(address) => Reply::see(address),
        Err(page) => page.into(),
    })
}

fn ask_secrecy(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let found = asked.query("found").unwrap_or_default();
    Ok(secrecy::ask(tx, asked.visit()?, asked.param("person")?, found)?.into())
}

fn connect_secretly(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let found = asked.field("found").unwrap_or_default();
    Ok(Reply::see(secrecy::connect(tx, asked.visit()?, asked.param("person")?, found)?))
}

fn announced(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let entry: EntryId = asked.param("entry")?;
    announce::announce(tx, asked.visit()?, entry)?;
    Ok(Reply::see(format!("{}/{entry}", documents::DOCUMENTS)))
}
