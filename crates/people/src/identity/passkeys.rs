//! Passkeys (WebAuthn Level 3): made on the person's device, unlocked by finger, face or PIN, discoverable,
//! so that signing in asks for no name.
//!
//! A ceremony has two halves. The first answers options for the browser and a sealed *ceremony*, which the
//! adapter keeps in a strict cookie for the few minutes in between; the second takes both back. A ceremony
//! is burnt when it is finished, so the same answer of an authenticator is never taken twice.
//!
//! The user handle that an authenticator keeps is its owner's number enciphered ([`super::number`]): it finds
//! her row without an index and tells nobody else anything.

use kernel::{Answer, Fault, Instant, PersonId, Refusal, RefusalKind, Visit};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use store::{Keyring, Tx};
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use super::account::Event;
use super::guard::Knock;
use super::holder::{Holder, Side};
use super::session::{self, How, Limits, Session, Token};
use super::{Attempt, Backing, failed, queries, recovery};
use crate::registry;

/// How long a ceremony may take, in microseconds.
pub const CEREMONY: i64 = 5 * 60 * Instant::SECOND;

/// A person has at most this many passkeys.
pub const MOST: usize = 20;

const DOMAIN: &str = "passkey-ceremony";

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
    /// Number of the holder whose passkey is made; 0 when somebody signs in.
    owner: i64,
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

/// A passkey as it is stored, sealed for its holder.
#[derive(Serialize, Deserialize)]
struct Stored {
    name: String,
    passkey: Passkey,
    #[serde(default)]
    backing: Backing,
}

impl Stored {
    /// From when on it vouches, having been made at `made`.
    fn vouches_from(&self, made: Instant) -> Instant {
        self.backing.vouches_from(made)
    }
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
    /// From when on it says that it is she, where a passkey is asked for once more.
    pub vouches_from: Instant,
}

fn credential_hash(keyring: &Keyring, credential: &[u8]) -> Vec<u8> {
    keyring.keyed_hash("passkey-credential", credential)[..16].to_vec()
}

/// Begins making a passkey, to be called `name`.
///
/// # Errors
/// `Conflict` (`passkeys-full`); faults.
pub fn start_registration(
    tx: &mut Tx<'_>,
    holder: &Holder,
    site: &Site,
    name: &str,
    now: Instant,
) -> Answer<Started> {
    let known = stored(tx, holder)?;
    if known.len() >= MOST {
        return Err(full());
    }
    let exclude: Vec<CredentialID> =
        known.into_iter().map(|(_, stored)| stored.passkey.cred_id().clone()).collect();
    let handle = holder.handle(tx.keyring())?;
    let shown = &holder.name;
    let (options, state) = site
        .webauthn
        .start_passkey_registration(handle, shown, shown, Some(exclude))
        .map_err(|e| Fault::Internal(format!("passkey options: {e}")))?;
    let mut options = serde_json::to_value(options).map_err(|e| Fault::Internal(e.to_string()))?;
    // The library asks authenticators not to keep the key; without keeping it, nobody could sign in without
    // typing a name.
    if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection") {
        selection["residentKey"] = "required".into();
        selection["requireResidentKey"] = true.into();
    }
    let ceremony =
        Ceremony { state, owner: holder.number(), name: short_name(name), until: now.plus(CEREMONY) };
    Ok(Started { options, ceremony: ceremony.seal(tx.keyring())? })
}

fn full() -> Refusal {
    let said = "Remove a passkey that is no longer used first.";
    Refusal::new(RefusalKind::Conflict, "passkeys-full", said)
}

/// A name of 1 to 40 characters, without control characters.
fn short_name(typed: &str) -> String {
    let name: String = typed.trim().chars().filter(|c| !c.is_control()).take(40).collect();
    if name.is_empty() { "Passkey".to_owned() } else { name }
}

/// Finishes making a passkey; answers how many she has now. `backing` is what its maker has shown.
///
/// # Errors
/// Faults; inside, `passkey-refused` when the browser's answer does not hold, or `passkeys-full`.
pub fn finish_registration(
    tx: &mut Tx<'_>,
    (holder, visit): (&Holder, &Visit),
    site: &Site,
    (ceremony, credential): (&str, &Value),
    backing: Backing,
) -> Attempt<usize> {
    let refused = || {
        let said = "The device's answer does not hold; start again.";
        Ok(Err(Refusal::new(RefusalKind::Invalid, "passkey-refused", said)))
    };
    let now = visit.now;
    let Some(ceremony) = Ceremony::<PasskeyRegistration>::burn(tx, ceremony, now)? else { return refused() };
    let Ok(credential) = RegisterPublicKeyCredential::deserialize(credential) else { return refused() };
    if ceremony.owner != holder.number() {
        return refused();
    }
    let Ok(passkey) = site.webauthn.finish_passkey_registration(&credential, &ceremony.state) else {
        return refused();
    };
    // Ceremonies that were begun side by side are counted one by one.
    holder.lock(tx)?;
    if queries::passkeys(tx, holder.number())?.len() >= MOST {
        return Ok(Err(full()));
    }
    let hash = credential_hash(tx.keyring(), passkey.cred_id());
    let sealed = seal(tx.keyring(), holder, &Stored { name: ceremony.name.clone(), passkey, backing })?;
    if !queries::add_passkey(tx, holder.number(), &hash, &sealed, now)? {
        return refused();
    }
    holder.journal(tx, visit, Event::PasskeyAdded, &ceremony.name, None)?;
    if backing == Backing::Code {
        holder.raise(tx, now)?;
    }
    Ok(Ok(queries::passkeys(tx, holder.number())?.len()))
}

fn seal(keyring: &Keyring, holder: &Holder, stored: &Stored) -> Answer<Vec<u8>> {
    let plain = serde_json::to_vec(stored).map_err(|e| Fault::Internal(e.to_string()))?;
    holder.seal(keyring, &plain)
}

fn unseal(keyring: &Keyring, holder: &Holder, sealed: &[u8]) -> Answer<Stored> {
    let plain = holder.open(keyring, sealed)?;
    Ok(serde_json::from_slice(&plain)
        .map_err(|e| Fault::Damaged(format!("a passkey does not parse: {e}")))?)
}

fn stored(tx: &mut Tx<'_>, holder: &Holder) -> Answer<Vec<(queries::PasskeyRow, Stored)>> {
    let rows = queries::passkeys(tx, holder.number())?;
    rows.into_iter()
        .map(|row| {
            let stored = unseal(tx.keyring(), holder, &row.sealed)?;
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
    let ceremony = Ceremony { state, owner: 0, name: String::new(), until: now.plus(CEREMONY) };
    Ok(Started { options, ceremony: ceremony.seal(keyring)? })
}

/// Finishes a sign-in with a passkey.
///
/// # Errors
/// Faults; inside, `sign-in-failed` whatever was wrong, `passkey-of-space` or `passkey-of-work` for a right passkey
/// at the other side's page, or what keeps an account from opening.
pub fn finish_sign_in(
    tx: &mut Tx<'_>,
    site: &Site,
    side: Side,
    answer: (&str, &Value),
    visit: &Visit,
    knock: &Knock,
    terms: (Limits, &kernel::Chance),
) -> Attempt<Token> {
    let Some(Shown { holder, vouches }) = shown(tx, site, answer, visit)? else { return Ok(Err(failed())) };
    if holder.side() != side {
        // She has proven who she is, so nothing is given away.
        let code = if side == Side::Work { "passkey-of-space" } else { "passkey-of-work" };
        return Ok(Err(Refusal::forbidden(code, "This passkey opens the other side's door.")));
    }
    let how = if vouches { How::Passkey } else { How::YoungPasskey };
    session::signed_in(tx, visit, &holder, how, knock, terms)
}

/// Finishes showing the passkey again: writes down in the session held that it is she.
///
/// # Errors
/// Faults; inside, `sign-in-failed` also for a passkey that is somebody else's, `passkey-young` for one that does not
/// vouch yet.
pub fn finish_confirmation(
    tx: &mut Tx<'_>,
    site: &Site,
    answer: (&str, &Value),
    (visit, held): (&Visit, &Session),
) -> Attempt<()> {
    let Some(Shown { holder, vouches }) = shown(tx, site, answer, visit)? else { return Ok(Err(failed())) };
    if holder.number() != held.owner() {
        return Ok(Err(failed()));
    }
    if !vouches {
        let said = "This passkey was made behind a printed code, too lately to vouch for anybody.";
        let refusal = Refusal::forbidden("passkey-young", said);
        holder.journal(tx, visit, Event::SignInRefused, "passkey", Some(refusal.code()))?;
        return Ok(Err(refusal));
    }
    holder.journal(tx, visit, Event::Confirmed, "confirmed", None)?;
    session::prove(tx, held, visit.now).map(Ok)
}

/// A passkey whose answer holds.
struct Shown {
    holder: Holder,
    /// Whether it says that it is she, or only lets in.
    vouches: bool,
}

/// Whose passkey it is. Failures are not counted: nobody guesses a signature, and what counted them would let one
/// device keep a whole network out. The adapter's limits hold floods off.
fn shown(
    tx: &mut Tx<'_>,
    site: &Site,
    (ceremony, credential): (&str, &Value),
    visit: &Visit,
) -> Answer<Option<Shown>> {
    let Some(ceremony) = Ceremony::<DiscoverableAuthentication>::burn(tx, ceremony, visit.now)? else {
        return Ok(None);
    };
    let Ok(credential) = PublicKeyCredential::deserialize(credential) else { return Ok(None) };
    let Ok((handle, id)) = site.webauthn.identify_discoverable_authentication(&credential) else {
        return Ok(None);
    };
    let Some(holder) = Holder::of_handle(tx, handle)? else { return Ok(None) };
    let hash = credential_hash(tx.keyring(), id);
    let row = queries::passkey(tx, holder.number(), &hash)?;
    let mut checked = None;
    if let Some(row) = row {
        let mut stored = unseal(tx.keyring(), &holder, &row.sealed)?;
        let result =
            site.webauthn.finish_discoverable_authentication_v2(&credential, ceremony.state, &stored.passkey);
        if let Ok(result) = result {
            stored.passkey.update_credential(&result);
            checked = Some((stored.vouches_from(row.added_at) <= visit.now, stored));
        }
    }
    let Some((vouches, stored)) = checked else {
        holder.journal(tx, visit, Event::SignInRefused, "passkey", Some("sign-in-failed"))?;
        return Ok(None);
    };
    let sealed = seal(tx.keyring(), &holder, &stored)?;
    queries::update_passkey(tx, holder.number(), &hash, &sealed, Some(visit.now))?;
    Ok(Some(Shown { holder, vouches }))
}

/// Her passkeys, the oldest first.
///
/// # Errors
/// Faults of the store.
pub fn list(tx: &mut Tx<'_>, holder: &Holder) -> Answer<Vec<PasskeyEntry>> {
    let entry = |(row, stored): (queries::PasskeyRow, Stored)| PasskeyEntry {
        id: kernel::codes::hex(&row.credential),
        vouches_from: stored.vouches_from(row.added_at),
        name: stored.name,
        added_at: row.added_at,
        last_used_at: row.last_used_at,
    };
    Ok(stored(tx, holder)?.into_iter().map(entry).collect())
}

fn find(tx: &mut Tx<'_>, holder: &Holder, id: &str) -> Answer<(queries::PasskeyRow, Stored)> {
    let credential = kernel::codes::from_hex(id).ok_or_else(Refusal::not_found)?;
    let row = queries::passkey(tx, holder.number(), &credential)?.ok_or_else(Refusal::not_found)?;
    let stored = unseal(tx.keyring(), holder, &row.sealed)?;
    Ok((row, stored))
}

/// Gives a passkey another name.
///
/// # Errors
/// `NotFound`; `Invalid` (`passkey-name`) for an empty name.
pub fn rename(tx: &mut Tx<'_>, holder: &Holder, id: &str, name: &str) -> Answer<()> {
    if name.trim().is_empty() {
        return Err(Refusal::invalid("passkey-name", "name", "A name of 1 to 40 characters is needed."));
    }
    let (row, mut stored) = find(tx, holder, id)?;
    stored.name = short_name(name);
    let sealed = seal(tx.keyring(), holder, &stored)?;
    Ok(queries::update_passkey(tx, holder.number(), &row.credential, &sealed, row.last_used_at)?)
}

/// Removes a passkey; never the last one of somebody without recovery codes, who could not come back.
///
/// # Errors
/// `NotFound`; `Conflict` (`last-passkey`).
pub fn remove(tx: &mut Tx<'_>, holder: &Holder, visit: &Visit, id: &str) -> Answer<()> {
    holder.lock(tx)?;
    let (row, stored) = find(tx, holder, id)?;
    let last = queries::passkeys(tx, holder.number())?.len() == 1;
    if last && recovery::left(tx, holder)?.is_none() {
        let said = "The last passkey stays until there are recovery codes or another passkey.";
        return Err(Refusal::new(RefusalKind::Conflict, "last-passkey", said));
    }
    queries::remove_passkey(tx, holder.number(), &row.credential)?;
    holder.journal(tx, visit, Event::PasskeyRemoved, &stored.name, None)
}

/// Forgets what let her in before she began anew with a code: every passkey but the one made at `made` in this very
/// request, every outside identity, and every recovery code. Whoever found the old ones must not come in with them.
pub(super) fn begin_anew(
    tx: &mut Tx<'_>,
    holder: &Holder,
    visit: &Visit,
    made: Option<Instant>,
) -> Answer<()> {
    holder.lock(tx)?;
    for (row, stored) in stored(tx, holder)? {
        if Some(row.added_at) != made {
            queries::remove_passkey(tx, holder.number(), &row.credential)?;
            holder.journal(tx, visit, Event::PasskeyRemoved, &stored.name, None)?;
        }
    }
    // Who had her letter before may have come in through an outside identity too.
    crate::outside::unlink(tx, holder.number())?;
    Ok(queries::forget_recovery_codes(tx, holder.number())?)
}

/// Forgets all that lets a person sign in, for erasure.
pub(crate) fn forget_all(tx: &mut Tx<'_>, person: PersonId) -> Answer<()> {
    Ok(queries::forget(tx, person)?)
}
