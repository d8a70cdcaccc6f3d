//! Signing in on one's telephone at a provider that asks there (CIBA), without any browser going anywhere: a
//! professional types her number here, the provider asks her there, and both screens show the same message.
//!
//! Between two looks, what was asked lies sealed in her browser. Whoever approves must be the one whose number was
//! typed. Each call is counted for that number and for the network, because it makes somebody's telephone ring; a
//! sign-in takes it back.

use kernel::rpps::Rpps;
use kernel::{Answer, Chance, Instant, Refusal, Visit};
use oauth::relying::Ringing;
use store::{Keyring, Tx};

use super::model::{Calling, Held, Proven, Provider, Whom};
use super::{opened, sealed};
use crate::identity::Attempt;
use crate::identity::guard::{self, Knock, Subject};

/// Where she types her number; the provider's name follows. A POST makes her telephone ring.
pub const CALL: &str = "/sign-in/telephone/";
/// Where her browser waits for her answer.
pub const WAITING: &str = "/sign-in/waiting";

/// The number that a provider of professionals knows her by (`8` and her RPPS number), from what she typed: with or
/// without the `8`, however it is spaced. `None` for what is no RPPS number.
#[must_use]
pub fn number(typed: &str) -> Option<Rpps> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        11 => Rpps::parse(&digits),
        12 => digits.strip_prefix('8').and_then(Rpps::parse),
        _ => None,
    }
}

/// Counts a call, or says how long to wait. Call it in a write transaction before anything is said to the provider.
///
/// # Errors
/// Faults; inside, `slow-down`.
pub fn admit(tx: &mut Tx<'_>, visit: &Visit, provider: &Provider, of: &Rpps, knock: &Knock) -> Attempt<()> {
    let subjects = [called(provider, of), Subject::network(knock)];
    if let Err(slow) = guard::admit(tx, visit.now, &subjects)? {
        return Ok(Err(slow));
    }
    guard::count(tx, visit.now, &subjects)?;
    Ok(Ok(()))
}

fn called(provider: &Provider, of: &Rpps) -> Subject {
    Subject::named("outside-call", &format!("{} {of}", provider.name))
}

/// What both screens show: four digits, easy to compare.
#[must_use]
pub fn message(chance: &Chance) -> String {
    format!("{:04}", chance.u64() % 10_000)
}

/// Her telephone rings: the cookie with which her browser waits.
///
/// # Errors
/// Faults.
pub fn ringing(keyring: &Keyring, calling: &Calling) -> Answer<String> {
    sealed(keyring, &Held::Calling(calling.clone()), calling.until)
}

/// What is waited for at this provider, from the moment it began to ring.
#[must_use]
pub fn calling(
    provider: &Provider,
    ringing: Ringing,
    (of, message): (&Rpps, &str),
    next: &str,
    now: Instant,
) -> Calling {
    Calling {
        provider: provider.name.clone(),
        request: ringing.auth_req_id,
        of: of.clone(),
        message: message.to_owned(),
        interval: ringing.interval,
        ask_at: now.plus(ringing.interval * Instant::SECOND),
        until: now.plus(ringing.expires_in * Instant::SECOND),
        next: if next.len() <= 1024 { next.to_owned() } else { "/pro".to_owned() },
    }
}

/// What her browser waits for; `None` when that is over.
#[must_use]
pub fn waiting(keyring: &Keyring, cookie: &str, now: Instant) -> Option<Calling> {
    match opened(keyring, cookie, now)? {
        Held::Calling(calling) => Some(calling),
        _ => None,
    }
}

/// Whether whoever approved is the one whose number was typed.
#[must_use]
pub fn is_her(calling: &Calling, proven: &Proven) -> bool {
    matches!(&proven.whom, Some(Whom::Professional(rpps)) if *rpps == calling.of)
}

/// She is in: her calls are forgotten.
///
/// # Errors
/// Faults of the store.
pub fn answered(tx: &mut Tx<'_>, provider: &Provider, of: &Rpps) -> Answer<()> {
    guard::forgive(tx, &called(provider, of))
}

/// What is wrong about a number that is none.
#[must_use]
pub fn no_number() -> Refusal {
    Refusal::invalid("rpps-typed", "rpps", "An RPPS number has eleven digits.")
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_is_read_however_it_is_typed() {
        for typed in ["10001045367", "1000 1045 367", "810001045367", "8 1000104536 7"] {
            assert_eq!(number(typed).map(|rpps| rpps.to_string()).as_deref(), Some("10001045367"), "{typed}");
        }
        for typed in ["", "1000104536", "910001045367", "10001045368", "Claire Moreau", "8100010453670"] {
            assert_eq!(number(typed), None, "{typed}");
        }
    }
}
