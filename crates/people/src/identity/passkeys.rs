//! Passkeys (WebAuthn Level 3): made on the person's device, unlocked by finger, face or PIN, discoverable,
//! so that signing in asks for no name.
//!
//! A ceremony has two halves. The first answers options for the browser and a sealed *ceremony*, which the
//! adapter keeps in a strict cookie for the few minutes in between; the second takes both back. A ceremony
//! is burnt when it is finished, so the same answer of an authenticator is never taken twice.
//!
//! The user handle that an authenticator keeps is the person's number enciphered ([`super::number`]): it
//! finds her row without an index and tells nobody else anything.

use kernel::{Answer, Fault, Instant, PersonId, Refusal, RefusalKind, Visit};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use store::{Keyring, Kind, Line, Tx};
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use super::guard::{self, Knock, Subject};
use super::session::{self, Limits, Token};
use super::{Attempt, failed, journal, may_sign_in, number_of, numbered, queries, recovery};
use crate::consent::Pass;
use crate::person::Person;
use crate::registry;

/// How long a ceremony may take, in microseconds.
pub const CEREMONY: i64 = 5 * 60 * Instant::SECOND;

/// A person has at most this many passkeys.
pub const MOST: usize = 20;

const DOMAIN: &str = "passkey-ceremony";
const USER: &str = "passkey-user";
const FIELD: &str = "passkey";

/// The site that passkeys are bound to.
#[derive(Debug)]
pub struct Site {
    webauthn: Webauthn,
}

impl Site {
    /// `rp_id` is the domain (`carnet.example`, `localhost`), `origin` what browsers show
    /// (`https://carnet.example`), `name` what authenticators show. Changing `rp_id` loses every passkey.
    ///
    /// # Errors
    /// `Fault::Configuration` when they do not fit each other.
    pub fn new(rp_id: &str, origin: &str, name: &str) -> Result<Self, Fault> {
        let wrong = |why: String| Fault::Configuration(format!("passkeys for {rp_id} at {origin}: {why}"));
        let url = Url::parse(origin).map_err(|e| wrong(e.to_string()))?;
        let webauthn = WebauthnBuilder::new(rp_id, &url)
            .and_then(|builder| builder.rp_name(name).build())
            .map_err(|e| wrong(e.to_string()))?;
        Ok(Self { webauthn })
    }
}

/// The first half of a ceremony.
#[derive(Debug)]
pub struct Started {
    /// For the browser, as JSON: `{"publicKey": …}`.
    pub options: Value,
    /// For the second half: keep it where the browser's scripts cannot read it.
    pub ceremony: String,
}

/// What a ceremony remembers.
#[derive(Serialize, Deserialize)]
struct Ceremony<S> {
    state: S,
    /// Whose passkey is made; 0 when somebody signs in.
    person: i64,
    name: String,
    until: Instant,
}

impl<S: Serialize + DeserializeOwned> Ceremony<S> {
    fn seal(&self, keyring: &Keyring) -> Answer<String> {
        let plain = serde_json::to_vec(self).map_err(|e| Fault::Internal(e.to_string()))?;
        Ok(kernel::codes::base64url(&keyring.seal(DOMAIN, &plain)))
    }

    /// Opens and burns it; `None` when it is not ours, too old, or was finished before.
    fn burn(tx: &mut Tx<'_>, text: &str, now: Instant) -> Answer<Option<Self>> {
        let opened = kernel::codes::from_base64url(text)
            .and_then(|sealed| tx.keyring().open(DOMAIN, &sealed).ok())
            .and_then(|plain| serde_json::from_slice::<Self>(&plain).ok());
        let Some(ceremony) = opened.filter(|ceremony| ceremony.until > now) else { return Ok(None) };
        let fresh = registry::burn(tx, DOMAIN, text.as_bytes(), ceremony.until)?;
        Ok(fresh.then_some(ceremony))
    }
}

/// A passkey as it is stored, sealed with the person's key.
#[derive(Serialize, Deserialize)]
struct Stored {
    name: String,
    passkey: Passkey,
}

/// A passkey in the list its owner sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyEntry {
    /// Names it in forms; not the credential's id.
    pub id: String,
    /// Its owner's name for it.
    pub name: String,
    /// Since when.
    pub added_at: Instant,
    /// Last use.
    pub last_used_at: Option<Instant>,
}

fn credential_hash(keyring: &Keyring, credential: &[u8]) -> Vec<u8> {
    keyring.keyed_hash("passkey-credential", credential)[..16].to_vec()
}

fn user_handle(keyring: &Keyring, person: PersonId) -> Answer<Uuid> {
    let (tag, body) = numbered::<8, 8>(keyring, USER, person.0)
        .ok_or_else(|| Fault::Internal(format!("person {person} has no handle")))?;
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&tag);
    bytes[8..].copy_from_slice(&body);
    Ok(Uuid::from_bytes(bytes))
}

fn person_of(keyring: &Keyring, handle: Uuid) -> Option<PersonId> {
    let (tag, body) = handle.as_bytes().split_first_chunk::<8>()?;
    number_of::<8, 8>(keyring, USER, tag, body.try_into().ok()?).map(PersonId)
}

/// Begins making a passkey, to be called `name`.
///
/// # Errors
/// `Conflict` (`passkeys-full`); faults.
pub fn start_registration(tx: &mut Tx<'_>, pass: &Pass, site: &Site, name: &str) -> Answer<Started> {
    let known = stored(tx, pass)?;
    if known.len() >= MOST {
        let said = "Remove a passkey that is no longer used first.";
        return Err(Refusal::new(RefusalKind::Conflict, "passkeys-full", said));
    }
    let exclude: Vec<CredentialID> =
        known.into_iter().map(|(_, stored)| stored.passkey.cred_id().clone()).collect();
    let handle = user_handle(tx.keyring(), pass.person())?;
    let shown = pass.identity().display_name();
    let (options, state) = site
        .webauthn
        .start_passkey_registration(handle, &shown, &shown, Some(exclude))
        .map_err(|e| Fault::Internal(format!("passkey options: {e}")))?;
    let mut options = serde_json::to_value(options).map_err(|e| Fault::Internal(e.to_string()))?;
    // The library asks authenticators not to keep the key; without keeping it, nobody could sign in without
    // typing a name.
    if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection") {
        selection["residentKey"] = "required".into();
        selection["requireResidentKey"] = true.into();
    }
    let ceremony = Ceremony {
        state,
        person: pass.person().0,
        name: short_name(name),
        until: pass.visit().now.plus(CEREMONY),
    };
    Ok(Started { options, ceremony: ceremony.seal(tx.keyring())? })
}

/// A name of 1 to 40 characters, without control characters.
fn short_name(typed: &str) -> String {
    let name: String = typed.trim().chars().filter(|c| !c.is_control()).take(40).collect();
    if name.is_empty() { "Passkey".to_owned() } else { name }
}

/// Finishes making a passkey; answers how many she has now.
///
/// # Errors
/// Faults; inside, `passkey-refused` when the browser's answer does not hold.
pub fn finish_registration(
    tx: &mut Tx<'_>,
    pass: &Pass,
    site: &Site,
    ceremony: &str,
    credential: &Value,
) -> Attempt<usize> {
    let refused = || {
        let said = "The device's answer does not hold; start again.";
        Ok(Err(Refusal::new(RefusalKind::Invalid, "passkey-refused", said)))
    };
    let now = pass.visit().now;
    let Some(ceremony) = Ceremony::<PasskeyRegistration>::burn(tx, ceremony, now)? else { return refused() };
    let Ok(credential) = RegisterPublicKeyCredential::deserialize(credential) else { return refused() };
    if ceremony.person != pass.person().0 {
        return refused();
    }
    let Ok(passkey) = site.webauthn.finish_passkey_registration(&credential, &ceremony.state) else {
        return refused();
    };
    let hash = credential_hash(tx.keyring(), passkey.cred_id());
    let sealed = seal(pass, &Stored { name: ceremony.name.clone(), passkey })?;
    if !queries::add_passkey(tx, pass.person(), &hash, &sealed, now)? {
        return refused();
    }
    journal(tx, pass.key(), now, Kind::PasskeyAdded, pass.line().about(ceremony.name))?;
    Ok(Ok(queries::passkeys(tx, pass.person())?.len()))
}

fn seal(pass: &Pass, stored: &Stored) -> Answer<Vec<u8>> {
    let plain = serde_json::to_vec(stored).map_err(|e| Fault::Internal(e.to_string()))?;
    Ok(pass.key().seal_field(FIELD, &plain)?)
}

fn unseal(key: &store::SpaceKey, sealed: &[u8]) -> Answer<Stored> {
    let plain = key.open_field(FIELD, sealed)?;
    Ok(serde_json::from_slice(&plain)
        .map_err(|e| Fault::Damaged(format!("a passkey does not parse: {e}")))?)
}

fn stored(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Vec<(queries::PasskeyRow, Stored)>> {
    let rows = queries::passkeys(tx, pass.person())?;
    rows.into_iter()
        .map(|row| {
            let stored = unseal(pass.key(), &row.sealed)?;
            Ok((row, stored))
        })
        .collect()
}

/// Begins a sign-in. Needs no transaction: nothing is known yet.
///
/// # Errors
/// Faults of the crypto library.
pub fn start_sign_in(keyring: &Keyring, site: &Site, now: Instant) -> Answer<Started> {
    let (options, state) = site
        .webauthn
        .start_discoverable_authentication()
        .map_err(|e| Fault::Internal(format!("passkey options: {e}")))?;
    let mut options = serde_json::to_value(options).map_err(|e| Fault::Internal(e.to_string()))?;
    // "Conditional" would wait silently in an autofill menu; we ask at the press of a button.
    if let Some(options) = options.as_object_mut() {
        options.remove("mediation");
    }
    let ceremony = Ceremony { state, person: 0, name: String::new(), until: now.plus(CEREMONY) };
    Ok(Started { options, ceremony: ceremony.seal(keyring)? })
}

/// Finishes a sign-in with a passkey.
///
/// # Errors
/// Faults; inside, `sign-in-failed` whatever was wrong, or `slow-down`.
pub fn finish_sign_in(
    tx: &mut Tx<'_>,
    site: &Site,
    answer: (&str, &Value),
    visit: &Visit,
    knock: &Knock,
    terms: (Limits, &kernel::Chance),
) -> Attempt<Token> {
    let subjects = [Subject::network(knock)];
    if let Err(slow) = guard::admit(tx, visit.now, &subjects)? {
        return Ok(Err(slow));
    }
    match authenticated(tx, site, answer, visit)? {
        Some(person) => session::signed_in(tx, visit, &person, "passkey", knock, terms).map(Ok),
        None => {
            guard::count(tx, visit.now, &subjects)?;
            Ok(Err(failed()))
        }
    }
}

fn authenticated(
    tx: &mut Tx<'_>,
    site: &Site,
    (ceremony, credential): (&str, &Value),
    visit: &Visit,
) -> Answer<Option<Person>> {
    let Some(ceremony) = Ceremony::<DiscoverableAuthentication>::burn(tx, ceremony, visit.now)? else {
        return Ok(None);
    };
    let Ok(credential) = PublicKeyCredential::deserialize(credential) else { return Ok(None) };
    let Ok((handle, id)) = site.webauthn.identify_discoverable_authentication(&credential) else {
        return Ok(None);
    };
    let Some(person) = person_of(tx.keyring(), handle) else { return Ok(None) };
    let Some(person) = may_sign_in(tx, person)? else { return Ok(None) };
    let hash = credential_hash(tx.keyring(), id);
    let row = queries::passkey(tx, person.id, &hash)?;
    let mut checked = None;
    if let Some(row) = row {
        let mut stored = unseal(&person.key, &row.sealed)?;
        let result =
            site.webauthn.finish_discoverable_authentication_v2(&credential, ceremony.state, &stored.passkey);
        if let Ok(result) = result {
            stored.passkey.update_credential(&result);
            checked = Some(stored);
        }
    }
    let Some(stored) = checked else {
        let line = Line::of(visit).refused("sign-in-failed").about("passkey");
        journal(tx, &person.key, visit.now, Kind::SignInRefused, line)?;
        return Ok(None);
    };
    let plain = serde_json::to_vec(&stored).map_err(|e| Fault::Internal(e.to_string()))?;
    let sealed = person.key.seal_field(FIELD, &plain)?;
    queries::update_passkey(tx, person.id, &hash, &sealed, Some(visit.now))?;
    Ok(Some(person))
}

/// Her passkeys, the oldest first.
///
/// # Errors
/// Faults of the store.
pub fn list(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Vec<PasskeyEntry>> {
    let entry = |(row, stored): (queries::PasskeyRow, Stored)| PasskeyEntry {
        id: kernel::codes::hex(&row.credential),
        name: stored.name,
        added_at: row.added_at,
        last_used_at: row.last_used_at,
    };
    Ok(stored(tx, pass)?.into_iter().map(entry).collect())
}

fn find(tx: &mut Tx<'_>, pass: &Pass, id: &str) -> Answer<(queries::PasskeyRow, Stored)> {
    let credential = kernel::codes::from_hex(id).ok_or_else(Refusal::not_found)?;
    let row = queries::passkey(tx, pass.person(), &credential)?.ok_or_else(Refusal::not_found)?;
    let stored = unseal(pass.key(), &row.sealed)?;
    Ok((row, stored))
}

/// Gives a passkey another name.
///
/// # Errors
/// `NotFound`; `Invalid` (`passkey-name`) for an empty name.
pub fn rename(tx: &mut Tx<'_>, pass: &Pass, id: &str, name: &str) -> Answer<()> {
    if name.trim().is_empty() {
        return Err(Refusal::invalid("passkey-name", "name", "A name of 1 to 40 characters is needed."));
    }
    let (row, mut stored) = find(tx, pass, id)?;
    stored.name = short_name(name);
    let sealed = seal(pass, &stored)?;
    Ok(queries::update_passkey(tx, pass.person(), &row.credential, &sealed, row.last_used_at)?)
}

/// Removes a passkey; never the last one of somebody without recovery codes, who could not come back.
///
/// # Errors
/// `NotFound`; `Conflict` (`last-passkey`).
pub fn remove(tx: &mut Tx<'_>, pass: &Pass, id: &str) -> Answer<()> {
    tx.lock_person(pass.person())?;
    let (row, stored) = find(tx, pass, id)?;
    let last = queries::passkeys(tx, pass.person())?.len() == 1;
    if last && recovery::left(tx, pass.person())?.is_none() {
        let said = "The last passkey stays until there are recovery codes or another passkey.";
        return Err(Refusal::new(RefusalKind::Conflict, "last-passkey", said));
    }
    queries::remove_passkey(tx, pass.person(), &row.credential)?;
    journal(tx, pass.key(), pass.visit().now, Kind::PasskeyRemoved, pass.line().about(stored.name))
}

/// Forgets all that lets a person sign in, for erasure.
pub(crate) fn forget_all(tx: &mut Tx<'_>, person: PersonId) -> Answer<()> {
    Ok(queries::forget(tx, person)?)
}
