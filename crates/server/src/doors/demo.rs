//! Playing a persona: a link of `demo.json` starts her session. These routes exist in `carnet demo` only.

use kernel::rpps::Rpps;
use kernel::{Answer, PersonId, Refusal};
use people::identity::session::{self, Persona};
use store::Tx;

use crate::adapter::{Asked, Reply, SessionChange};

/// `citizen-42`, `professional-10000000007` or `operator-demo`.
fn persona(name: &str) -> Option<Persona> {
    let (kind, rest) = name.split_once('-')?;
    match kind {
        "citizen" => rest.parse::<PersonId>().ok().map(Persona::Citizen),
        "professional" => Rpps::parse(rest).map(Persona::Professional),
        "operator" => Some(Persona::Operator(rest.to_owned())),
        _ => None,
    }
}

/// Signs a persona in and goes to her first page.
pub fn sign_in(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let demo = asked.house.demo.as_ref().ok_or_else(Refusal::not_found)?;
    let name: String = asked.param("persona")?;
    let who = persona(&name).ok_or_else(Refusal::not_found)?;
    let home = match who {
        Persona::Citizen(_) => "/",
        Persona::Professional(_) => "/pro",
        Persona::Operator(_) => "/operator",
    };
    let terms = (asked.house.sessions, &asked.house.chance);
    let token = session::demo_session(tx, demo, asked.visit()?, &who, &asked.knock(), terms)?;
    Ok(Reply::see(home).session(SessionChange::Start(token.cookie())))
}
