//! A provider says that somebody has signed out there: what she opened here through it ends too (OpenID Connect
//! Back-Channel Logout 1.0).

use kernel::{Actor, Answer, Purpose, Visit};
use oauth::relying::LoggedOut;
use store::Tx;

use super::arriving::subject;
use super::model::Provider;
use super::queries;
use crate::identity::session;
use crate::registry;

/// Where a provider tells it; its name follows.
pub const ENDED: &str = "/oauth/ended/";

/// Ends the sessions that began with the sign-in a logout token speaks of; answers how many, or `None` for a token that
/// was taken before. Whom we do not know has no session here, which is what the provider wants (§2.7).
///
/// # Errors
/// Faults of the store.
pub fn ended(tx: &mut Tx<'_>, provider: &Provider, said: &LoggedOut, visit: &Visit) -> Answer<Option<u64>> {
    let token = format!("{}\n{}", provider.issuer, said.jti);
    if !registry::burn(tx, "outside-ended", token.as_bytes(), said.burn_until)? {
        return Ok(None);
    }
    let owner = match (&said.sub, &said.sid) {
        (Some(sub), _) => {
            let subject = subject(tx, provider, sub);
            queries::owner(tx, &provider.name, &subject)?
        }
        (None, Some(sid)) => {
            let hash = sign_on(tx, provider, sid);
            queries::sign_on(tx, &hash)?
        }
        (None, None) => None,
    };
    let Some(owner) = owner else { return Ok(Some(0)) };
    let actor = Actor::System { task: "provider".into() };
    let visit = Visit { actor, on_behalf_of: None, purpose: Purpose::Operation, ..visit.clone() };
    session::end_through(tx, &visit, owner, (provider, said.sid.as_deref())).map(Some)
}

/// Names a provider's sign-in in the table.
pub(super) fn sign_on(tx: &Tx<'_>, provider: &Provider, sid: &str) -> Vec<u8> {
    let name = format!("{}\n{sid}", provider.issuer);
    tx.keyring().keyed_hash("outside-sign-on", name.as_bytes())[..16].to_vec()
}
