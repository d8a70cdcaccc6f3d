//! An app sends her by: what it asks for, what she answers, and the way back.
//!
//! She is asked each time, also when the app is connected already: anybody's program may say that it is an app without
//! keys (RFC 8252 §8.6), and what she granted she sees again.

use kernel::{Actor, Answer, App, Instant, PersonId, Visit};
use oauth::app::redirect_uri;
use oauth::app::{PARAMETERS, Registered};
use oauth::authorize::denied;
use oauth::{AppRequest, Denial, DenialCode, Params};
use store::Tx;

use super::grants::{self, Grant};
use super::{APPS, AUTHORIZE, FHIR, Listed, Terms, queries};
use crate::consent::{self, Action, Connection, Granted, Pass};
use crate::delegation::Documents;

/// So many of her devices may hold tokens of one connection.
const DEVICES: usize = 8;

/// An app that asks her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// Which.
    pub listed: Listed,
    /// In whose space it would read: hers, or that of whom she acts for.
    pub person: PersonId,
    /// It asks to read documents.
    pub wants_documents: bool,
    /// It asks who she is.
    pub wants_profile: bool,
    /// It asks to come back without her, until the connection ends; else it reads for five minutes.
    pub offline: bool,
    /// The request, for hidden fields of the form; it is judged again when it comes back.
    pub fields: Vec<(String, String)>,
    /// What it may read already.
    pub now: Option<Connection>,
}

/// Where a browser goes next, or what it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// To this address: back to the app, or to [`APPS`] when her answer was already taken.
    Leave(String),
    /// She signs in, and then goes to this path.
    SignIn(String),
    /// She is asked.
    Ask(Box<Asking>),
    /// The request cannot be answered, and nobody may be told but her.
    Wrong(Denial),
}

/// A request that may be answered, and whose it is.
struct Asked {
    listed: Listed,
    request: AppRequest,
    fields: Vec<(String, String)>,
}

/// A request that she is asked to answer, in the space that is open for it.
#[derive(Debug)]
pub struct Open {
    /// What she is shown.
    pub asking: Asking,
    request: AppRequest,
    pass: Pass,
}

/// Judges a request; what happens instead, where she is not asked. Nobody but a citizen is.
///
/// # Errors
/// As `consent::open`: not everybody may connect apps to every space. `NotFound` for a minor who is too young for it.
pub fn open(
    tx: &mut Tx<'_>,
    pairs: &[(String, String)],
    visit: &Visit,
    terms: Terms<'_>,
) -> Answer<Result<Open, Next>> {
    let asked = match asked(tx, pairs, terms)? {
        Ok(asked) => asked,
        Err(next) => return Ok(Err(next)),
    };
    let Some(pass) = opened(tx, visit)? else { return Ok(Err(asked.sign_in())) };
    let now = connected(tx, &pass, &asked.listed.app())?;
    let asking = Asking {
        person: pass.person(),
        wants_documents: asked.request.wants_documents(),
        wants_profile: asked.request.wants_profile(),
        offline: asked.request.offline,
        listed: asked.listed,
        fields: asked.fields,
        now,
    };
    Ok(Ok(Open { asking, request: asked.request, pass }))
}

/// The authorization endpoint, for an app.
///
/// # Errors
/// As [`open`].
pub fn authorize(
    tx: &mut Tx<'_>,
    query: &[(String, String)],
    visit: &Visit,
    terms: Terms<'_>,
) -> Answer<Next> {
    Ok(match open(tx, query, visit, terms)? {
        Ok(open) => Next::Ask(Box::new(open.asking)),
        Err(next) => next,
    })
}

/// Her answer: what she grants and for how many days, or `None` for no. `fields` are [`Asking::fields`] as they came
/// back, and are judged again; others are ignored.
///
/// # Errors
/// As [`open`] and [`Open::answer`].
pub fn answer(
    tx: &mut Tx<'_>,
    fields: &[(String, String)],
    grants: Option<(Granted, u32)>,
    visit: &Visit,
    terms: Terms<'_>,
) -> Answer<Next> {
    match open(tx, fields, visit, terms)? {
        Ok(open) => open.answer(tx, grants, terms),
        Err(next) => Ok(next),
    }
}

impl Open {
    /// Her answer. What the app did not ask for is not granted. The same answer to the same request, given twice,
    /// connects once.
    ///
    /// # Errors
    /// As [`consent::connect`].
    pub fn answer(&self, tx: &mut Tx<'_>, grants: Option<(Granted, u32)>, terms: Terms<'_>) -> Answer<Next> {
        let Self { asking, request, pass } = self;
        let Some((granted, days)) = grants else {
            let denial = Denial::new(DenialCode::AccessDenied, "she did not want to connect this app");
            return Ok(Next::Leave(request.denied(&denial, terms.issuer)));
        };
        tx.lock_person(pass.person())?;
        let granted = Granted {
            documents: if request.wants_documents() { granted.documents } else { Documents::None },
            profile: granted.profile && request.wants_profile(),
        };
        let app = asking.listed.app();
        if let Some(to) = answered_before(tx, pass, (&app, request), (&granted, days), terms)? {
            return Ok(Next::Leave(to));
        }
        let connection = consent::connect(tx, pass, (app, granted), days, terms.chance)?;
        settle(tx, pass, &connection)?;
        let grant = grants::give(tx, pass.key(), request, &connection, terms)?;
        Ok(Next::Leave(request.answered(&grant.code(tx.keyring()), terms.issuer)))
    }
}

/// The request, if it may be answered; else what happens instead.
fn asked(tx: &mut Tx<'_>, pairs: &[(String, String)], terms: Terms<'_>) -> Answer<Result<Asked, Next>> {
    let known = |(name, _): &&(String, String)| PARAMETERS.contains(&name.as_str());
    let fields: Vec<(String, String)> = pairs.iter().filter(known).cloned().collect();
    let params = Params::unchecked(&fields);
    let client_id = match params.needed("client_id") {
        Ok(client_id) => client_id,
        Err(denial) => return Ok(Err(Next::Wrong(denial))),
    };
    let Some(listed) = super::find(tx, client_id)? else {
        return Ok(Err(Next::Wrong(crate::registry::unknown())));
    };
    let of = Registered {
        client_id: &listed.client_id,
        redirect_uris: &listed.redirect_uris,
        scopes: &listed.scopes,
    };
    Ok(match AppRequest::read(&fields, of, &terms.at(FHIR)) {
        Ok(request) => Ok(Asked { listed, request, fields }),
        // Only an address that is the app's own may be told.
        Err(denial) => Err(match redirect_uri(params, &listed.redirect_uris) {
            Ok(to) => Next::Leave(denied(to, params.get("state"), &denial, terms.issuer)),
            Err(wrong) => Next::Wrong(wrong),
        }),
    })
}

impl Asked {
    /// She signs in, and comes back to be asked.
    fn sign_in(&self) -> Next {
        let pairs: Vec<(&str, &str)> = self.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        Next::SignIn(ui::address::with_query(AUTHORIZE, &pairs))
    }
}

/// The space that she is in; `None` when nobody is signed in who has one.
fn opened(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Option<Pass>> {
    let Actor::Citizen { person: herself, .. } = &visit.actor else { return Ok(None) };
    let person = visit.on_behalf_of.unwrap_or(*herself);
    consent::open(tx, visit, person, Action::ConnectApp).map(Some)
}

/// What an app may read at this moment by the word of whoever is asked.
fn connected(tx: &mut Tx<'_>, pass: &Pass, app: &App) -> Answer<Option<Connection>> {
    let apps = consent::sharing(tx, pass)?.apps;
    Ok(apps.into_iter().find(|known| known.is_of(app, pass.representative())))
}

/// What her other devices hold of this connection ends when it does, sooner or later than she said before. Where there are
/// as many of them as there may be, the one that was given its tokens first gives way to one more.
fn settle(tx: &mut Tx<'_>, pass: &Pass, connection: &Connection) -> Answer<()> {
    let mut held = queries::grants(tx, pass.key())?;
    // What is over waits to be swept, and is no device.
    held.retain(|grant| {
        grant.held.app.connection == connection.app.connection && grant.ends_at > connection.since
    });
    held.sort_by_key(|grant| std::cmp::Reverse(grant.held.given_at));
    for (rank, grant) in held.iter().enumerate() {
        if rank >= DEVICES - 1 {
            queries::end(tx, grant)?;
        } else if grant.held.request.offline {
            queries::lasts(tx, grant, connection.until)?;
        }
    }
    Ok(())
}

/// Where she goes when this very answer to this very request was taken already, because a button was pressed twice: on
/// with the same code, or, once the app has come for it, to her own page of apps.
fn answered_before(
    tx: &mut Tx<'_>,
    pass: &Pass,
    (app, request): (&App, &AppRequest),
    (granted, days): (&Granted, u32),
    terms: Terms<'_>,
) -> Answer<Option<String>> {
    let Some(connection) = connected(tx, pass, app)? else { return Ok(None) };
    let until = connection.since.plus(i64::from(days) * Instant::DAY);
    if connection.granted != *granted || connection.until != until {
        return Ok(None);
    }
    let its = |grant: &Grant| grant.held.app == connection.app && grant.held.request == *request;
    let given = queries::grants(tx, pass.key())?.into_iter().find(its);
    Ok(given.and_then(|grant| match grant.code_until {
        None => Some(terms.at(APPS)),
        Some(until) if until > terms.now => Some(request.answered(&grant.code(tx.keyring()), terms.issuer)),
        Some(_) => None,
    }))
}
