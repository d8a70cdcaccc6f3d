//! Notifications on her telephone or computer, by Web Push (RFC 8030): a browser that agreed gives us an address at its
//! maker's push service and a key; what we post there only that browser can read ([`seal`]), and the service knows that
//! it comes from this house ([`vapid`]).
//!
//! Invariants:
//! - A push service learns that something is new in somebody's space, and nothing else: the text is sealed, urgency and
//!   topic are the same whatever happened.
//! - Only services that the operator knows are spoken to ([`services`]), judged when a device comes and again at every
//!   message.
//! - A device belongs to one person; its address and keys are sealed with her key. It is forgotten when she says so, when
//!   the service says that it is gone, and when she is erased.

mod queries;
mod seal;
mod services;
#[cfg(test)]
mod tests;
mod vapid;

use kernel::codes::from_base64url;
use kernel::{Answer, Chance, Fault, Instant, PersonId, Refusal, RefusalKind, Visit};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Keyring, SpaceKey, Tx};

pub use services::{Services, USUAL};

use super::message::{self, Site, Whose};
use super::{Chosen, Wishes, keep, model, open};
use crate::identity::Attempt;
use seal::Recipient;
use vapid::Vapid;

/// How many devices one person may have; who has so many forgets one first.
pub const MOST: usize = 10;

/// How many characters of a device's name are kept.
pub const LONGEST_NAME: usize = 60;

/// What the journal says of a device that came, was removed, and was given up by its push service.
const ADDED: &str = "device-added";
const REMOVED: &str = "device-removed";
pub(super) const GONE: &str = "device-gone";

/// How long a push service keeps a message for a device that is switched off, in seconds: over a long weekend.
pub const TTL: u32 = 3 * 24 * 3600;

/// Messages with the same topic replace each other while they wait there (RFC 8030 §5.4).
pub const TOPIC: &str = "carnet-news";

/// Where a notification leads.
const OPENS: &str = "/journal";

/// A browser that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its number, random.
    pub id: i64,
    /// Since when.
    pub at: Instant,
    /// What else there is to it.
    pub says: Says,
}

/// What is sealed of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Says {
    /// What she calls it.
    pub name: String,
    /// Where its messages go.
    pub endpoint: String,
    /// Its point on P-256, base64url (`p256dh`).
    pub key: String,
    /// Its secret, base64url (`auth`).
    pub secret: String,
    /// The key of the house that its subscription is bound to.
    pub bound_to: String,
    /// The language in which it is told; BCP 47.
    pub language: String,
}

/// A subscription as the page's script sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subscription<'a> {
    /// `endpoint`.
    pub endpoint: &'a str,
    /// `keys.p256dh`.
    pub key: &'a str,
    /// `keys.auth`.
    pub secret: &'a str,
}

/// What a notification needs of the house.
#[derive(Clone, Copy, Debug)]
pub struct House<'a> {
    /// How messages name the service.
    pub site: Site<'a>,
    /// Who may be spoken to.
    pub services: &'a Services,
    /// Where the operator of a push service may complain: `mailto:…`.
    pub contact: &'a str,
    /// The present.
    pub now: Instant,
}

/// A request to a push service: a POST of `body` (`aes128gcm`) to `endpoint`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Which device.
    pub device: i64,
    /// Where to.
    pub endpoint: String,
    /// The `Authorization` header.
    pub authorization: String,
    /// Sealed.
    pub body: Vec<u8>,
}

/// The key that browsers subscribe with, as base64url.
///
/// # Errors
/// [`Fault::Keys`].
pub fn public_key(keyring: &Keyring) -> Result<String, Fault> {
    Ok(Vapid::of(keyring)?.public().to_owned())
}

/// Her devices, the oldest first.
pub(super) fn of(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<Vec<Device>, Fault> {
    queries::of(tx, key)
}

/// Adds the browser that she is using, under a name of hers; answers its number. The same subscription again only changes
/// the name.
///
/// # Errors
/// As `consent::open`. Inside: `push-name` at `name`; `push-service` for a push service that we do not speak to;
/// `push-subscription` for what no browser sends; `push-many`.
pub fn add(
    tx: &mut Tx<'_>,
    visit: &Visit,
    name: &str,
    given: &Subscription<'_>,
    services: &Services,
    chance: &Chance,
) -> Attempt<i64> {
    let pass = open(tx, visit)?;
    let name: String =
        name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_NAME).collect();
    if name.is_empty() {
        return Ok(Err(Refusal::invalid("push-name", "name", "Give this device a name.")));
    }
    let says = Says {
        name,
        endpoint: given.endpoint.to_owned(),
        key: given.key.to_owned(),
        secret: given.secret.to_owned(),
        bound_to: public_key(tx.keyring())?,
        language: visit.language.tag().to_owned(),
    };
    if services.admit(&says.endpoint).is_none() {
        let said = "This browser's notifications come through a service that we do not speak to.";
        return Ok(Err(Refusal::new(RefusalKind::Invalid, "push-service", said)));
    }
    // Sealing something once shows that its keys are keys.
    let works = says.recipient().map(|recipient| recipient.seal(b"")).transpose()?.flatten();
    if works.is_none() {
        let said = "This is no subscription of a browser.";
        return Ok(Err(Refusal::new(RefusalKind::Invalid, "push-subscription", said)));
    }
    tx.lock_person(pass.person())?;
    let mut chosen = Chosen::load(tx, pass.key())?;
    let known = chosen.devices.iter().position(|device| device.says.endpoint == says.endpoint);
    if known.is_none() && chosen.devices.len() >= MOST {
        let said = "Too many devices are told already. Remove one first.";
        return Ok(Err(Refusal::new(RefusalKind::Conflict, "push-many", said)));
    }
    if !chosen.is_reachable() {
        chosen.choice.wishes = Wishes::FIRST;
    }
    let id = match known {
        Some(at) => chosen.devices.remove(at).id,
        None => i64::try_from(chance.u64() >> 1).unwrap_or(i64::MAX),
    };
    let device = Device { id, at: visit.now, says };
    queries::put(tx, pass.key(), &device)?;
    chosen.devices.push(device);
    keep(tx, &pass, chosen, ADDED)?;
    Ok(Ok(id))
}

/// Tells a device no more. One that is not there any more is no mistake.
///
/// # Errors
/// As `consent::open`.
pub fn remove(tx: &mut Tx<'_>, visit: &Visit, id: i64) -> Answer<()> {
    let pass = open(tx, visit)?;
    tx.lock_person(pass.person())?;
    if !forget(tx, pass.key(), id)? {
        return Ok(());
    }
    let chosen = Chosen::load(tx, pass.key())?;
    keep(tx, &pass, chosen, REMOVED)
}

pub(super) fn forget(tx: &mut Tx<'_>, key: &SpaceKey, id: i64) -> Result<bool, Fault> {
    queries::forget(tx, key.person(), id)
}

pub(super) fn forget_all(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Fault> {
    queries::forget_all(tx, person)
}

/// Forgets devices that are bound to another house's key.
pub(super) fn forget_foreign(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<(), Fault> {
    let ours = public_key(tx.keyring())?;
    for device in of(tx, key)?.iter().filter(|device| device.says.bound_to != ours) {
        forget(tx, key, device.id)?;
    }
    Ok(())
}

/// The request that tells a device; `None` when it is forgotten, or when its service is not spoken to any more.
pub(super) fn letter(
    tx: &mut Tx<'_>,
    key: &SpaceKey,
    id: i64,
    whose: Whose,
    house: &House<'_>,
) -> Answer<Option<Letter>> {
    let Some(Device { says, .. }) = of(tx, key)?.into_iter().find(|device| device.id == id) else {
        return Ok(None);
    };
    let Some(origin) = house.services.admit(&says.endpoint) else { return Ok(None) };
    let authorization = Vapid::of(tx.keyring())?.authorization(origin, house.contact, house.now)?;
    let language = model::language(&says.language);
    let text = json!({
        "title": house.site.name,
        "body": message::sentence(whose, language, &house.site),
        "lang": language.tag(),
        "open": OPENS,
    });
    let sealed = says.recipient().map(|recipient| recipient.seal(text.to_string().as_bytes())).transpose()?;
    let body = sealed.flatten();
    Ok(body.map(|body| Letter { device: id, endpoint: says.endpoint, authorization, body }))
}

impl Says {
    /// Whom messages are sealed for, where these are keys of the right lengths (RFC 8291 §2).
    fn recipient(&self) -> Option<Recipient> {
        let key = from_base64url(&self.key).filter(|key| key.len() == 65 && key[0] == 4)?;
        let secret = from_base64url(&self.secret).filter(|secret| secret.len() == 16)?;
        Some(Recipient { key, secret })
    }
}
