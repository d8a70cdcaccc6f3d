//! What is remembered between two requests of an app: the grant that it was given under a connection of hers.
//!
//! A code and a refresh token name the person and the grant behind a keyed hash ([`keyed`]). Replaced refresh tokens are
//! told from invented ones by their number.

use kernel::{Answer, App, Fault, Instant, PersonId};
use oauth::{AppRequest, Scopes};
use serde::{Deserialize, Serialize};
use store::{Keyring, SpaceKey, Tx};

use super::{Terms, queries};
use crate::consent::Connection;
use crate::openid::keyed::{self, CODE_SECONDS};
use crate::person::{self, Person};

const HELD: &str = "app-grant";
const CODE: &str = "app-code";
const REFRESH: &str = "app-refresh";

/// Bytes of a grant's id.
const ID: usize = 16;
/// Bytes that name a grant: whose space, and its id.
const NAME: usize = 8 + ID;

/// What an app was given.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) person: PersonId,
    pub(super) id: Vec<u8>,
    /// Until when its code opens; `None` once it was used.
    pub(super) code_until: Option<Instant>,
    /// How many refresh tokens took the place of another.
    pub(super) renewed: i64,
    /// When it is over: with the code, then with what the code opened.
    pub(super) ends_at: Instant,
    pub(super) held: Held,
}

/// What a grant seals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Held {
    /// What was asked.
    #[serde(rename = "r")]
    pub(super) request: AppRequest,
    /// Under which connection it was given.
    #[serde(rename = "a")]
    pub(super) app: App,
    /// What was granted of it.
    #[serde(rename = "s")]
    pub(super) scopes: Scopes,
    /// When.
    #[serde(rename = "t", default)]
    pub(super) given_at: Instant,
}

impl Held {
    pub(super) fn seal(&self, key: &SpaceKey) -> Result<Vec<u8>, Fault> {
        let json = serde_json::to_vec(self).map_err(|e| Fault::Internal(format!("an app's grant: {e}")))?;
        key.seal_field(HELD, &json)
    }

    pub(super) fn open(key: &SpaceKey, sealed: &[u8]) -> Result<Self, Fault> {
        let json = key.open_field(HELD, sealed)?;
        serde_json::from_slice(&json).map_err(|e| Fault::Damaged(format!("an app's grant: {e}")))
    }

    /// What was granted, in the words of the token endpoint.
    pub(super) fn scope(&self, scopes: &Scopes) -> String {
        let asked = [(self.request.launch, oauth::app::LAUNCH), (self.request.offline, oauth::app::OFFLINE)];
        let mut words: Vec<String> =
            asked.into_iter().filter(|(asked, _)| *asked).map(|(_, word)| word.to_owned()).collect();
        words.push(scopes.to_string());
        words.join(" ")
    }
}

/// Gives an app something under a connection that has just been made, with a code that opens it.
pub(super) fn give(
    tx: &mut Tx<'_>,
    key: &SpaceKey,
    request: &AppRequest,
    connection: &Connection,
    terms: Terms<'_>,
) -> Result<Grant, Fault> {
    let granted = &connection.granted;
    let code_until = terms.now.plus(CODE_SECONDS * Instant::SECOND);
    let grant = Grant {
        person: key.person(),
        id: terms.chance.secret::<ID>().to_vec(),
        code_until: Some(code_until),
        renewed: 0,
        ends_at: code_until,
        held: Held {
            request: request.clone(),
            app: connection.app.clone(),
            scopes: request.cut(granted.reads_documents(), granted.profile),
            given_at: terms.now,
        },
    };
    queries::add(tx, key, &grant)?;
    Ok(grant)
}

impl Grant {
    fn name(&self) -> Vec<u8> {
        [&self.person.0.to_be_bytes(), self.id.as_slice()].concat()
    }

    /// The code that opens it.
    pub(super) fn code(&self, keyring: &Keyring) -> String {
        keyed::text(keyring, CODE, &self.name())
    }

    /// Its refresh token.
    pub(super) fn refresh(&self, keyring: &Keyring) -> String {
        keyed::text(keyring, REFRESH, &[self.name().as_slice(), &self.renewed.to_be_bytes()].concat())
    }

    /// What an access token names it by.
    pub(super) fn label(&self) -> String {
        kernel::codes::base64url(&self.id)
    }
}

/// A grant, and the person in whose space it was given.
pub(super) type Found = (Person, Grant);

fn named(tx: &mut Tx<'_>, name: &[u8]) -> Answer<Option<Found>> {
    let Some(person) = keyed::number(name, 0) else { return Ok(None) };
    by_id(tx, PersonId(person), &name[8..NAME])
}

/// The grant of this id in this person's space.
pub(super) fn by_id(tx: &mut Tx<'_>, person: PersonId, id: &[u8]) -> Answer<Option<Found>> {
    let Some(person) = person::load(tx, person)? else { return Ok(None) };
    Ok(queries::grant(tx, &person.key, id)?.map(|grant| (person, grant)))
}

/// The grant that a code opens, if it is one of ours.
pub(super) fn by_code(tx: &mut Tx<'_>, code: &str) -> Answer<Option<Found>> {
    match keyed::name::<NAME>(tx.keyring(), CODE, code) {
        Some(name) => named(tx, &name),
        None => Ok(None),
    }
}

/// The grant that a refresh token belongs to, if it is one of ours, and which one of its row it is.
pub(super) fn by_refresh(tx: &mut Tx<'_>, token: &str) -> Answer<Option<(Found, i64)>> {
    let Some(name) = keyed::name::<{ NAME + 8 }>(tx.keyring(), REFRESH, token) else { return Ok(None) };
    let number = keyed::number(&name, NAME).unwrap_or(i64::MAX);
    Ok(named(tx, &name)?.map(|found| (found, number)))
}
