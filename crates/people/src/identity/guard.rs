//! Slowing guessers down, without locking people out for good.
//!
//! Failures are counted for the name that was typed (whether it exists or not) and for the network they came
//! from. After a few free tries each further one must wait twice as long, up to a limit; what was counted
//! fades with time. Somebody who types another person's number can thus delay her activation or her recovery
//! codes, but never her passkey: nobody guesses a signature, so nothing is counted for passkeys.

use std::net::IpAddr;

use kernel::{Answer, Instant, Refusal, RefusalKind};
use store::Tx;

use super::holder::Side;
use super::{Attempt, queries};

/// Where somebody knocks from, as the adapter knows it.
#[derive(Clone, Debug)]
pub struct Knock {
    /// The address of her network.
    pub network: IpAddr,
    /// Her device in words, for the list of sessions: `Firefox, Android`.
    pub device: String,
}

/// How fast tries may follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Failures that cost nothing.
    pub free: i64,
    /// Seconds to wait after the first failure that does; doubled with each further one.
    pub first: i64,
    /// The longest wait, in seconds.
    pub longest: i64,
    /// Seconds after which one failure is forgotten.
    pub fade: i64,
}

/// For a person's name: five tries, then 30 seconds, a minute … an hour.
pub const NAMED: Pace = Pace { free: 5, first: 30, longest: 3600, fade: 1800 };

/// For a network, which may be a whole town behind one address: wider, and quicker to forget.
pub const NETWORK: Pace = Pace { free: 30, first: 10, longest: 900, fade: 60 };

/// Failures still counted at `now`.
#[must_use]
pub fn remaining(pace: Pace, failures: i64, last_at: Instant, now: Instant) -> i64 {
    let faded = (now.0 - last_at.0).max(0) / Instant::SECOND / pace.fade.max(1);
    (failures - faded).max(0)
}

/// Seconds that must still pass before the next try.
#[must_use]
pub fn wait(pace: Pace, failures: i64, last_at: Instant, now: Instant) -> i64 {
    let counted = remaining(pace, failures, last_at, now);
    if counted < pace.free {
        return 0;
    }
    let doublings = u32::try_from(counted - pace.free).unwrap_or(u32::MAX).min(20);
    let pause = (pace.first << doublings).min(pace.longest);
    let passed = (now.0 - last_at.0).max(0) / Instant::SECOND;
    (pause - passed).max(0)
}

/// What failures are counted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    pace: Pace,
    name: String,
}

impl Subject {
    /// The name that was typed: a matricule, a code.
    pub(crate) fn named(what: &str, typed: &str) -> Self {
        Self { pace: NAMED, name: format!("{what}:{}", kernel::codes::heard(typed)) }
    }

    /// The name typed on a side's page.
    pub(crate) fn of(side: Side, typed: &str) -> Self {
        Self::named(if side == Side::Space { "ins" } else { "account" }, typed)
    }

    /// The network: /24 of IPv4, /48 of IPv6.
    pub(crate) fn network(knock: &Knock) -> Self {
        let name = match knock.network.to_canonical() {
            IpAddr::V4(ip) => {
                let [a, b, c, _] = ip.octets();
                format!("v4:{a}.{b}.{c}")
            }
            IpAddr::V6(ip) => {
                let [a, b, c, ..] = ip.segments();
                format!("v6:{a:x}:{b:x}:{c:x}")
            }
        };
        Self { pace: NETWORK, name }
    }

    fn hash(&self, tx: &Tx<'_>) -> Vec<u8> {
        tx.keyring().keyed_hash("guess", self.name.as_bytes())[..16].to_vec()
    }
}

/// Lets a try pass, or says how long to wait. Tries for one subject queue behind each other, so a burst of
/// parallel ones is counted one by one.
pub(crate) fn admit(tx: &mut Tx<'_>, now: Instant, subjects: &[Subject]) -> Attempt<()> {
    let mut longest = 0;
    for subject in subjects {
        let hash = subject.hash(tx);
        let (failures, last_at) = queries::guesses(tx, &hash, now)?;
        longest = longest.max(wait(subject.pace, failures, last_at, now));
    }
    if longest == 0 {
        return Ok(Ok(()));
    }
    let retry_after = u32::try_from(longest).unwrap_or(u32::MAX);
    let kind = RefusalKind::SlowDown { retry_after };
    Ok(Err(Refusal::new(kind, "slow-down", "Too many tries; wait before the next one.")))
}

/// Counts a failure.
pub(crate) fn count(tx: &mut Tx<'_>, now: Instant, subjects: &[Subject]) -> Answer<()> {
    for subject in subjects {
        let hash = subject.hash(tx);
        let (failures, last_at) = queries::guesses(tx, &hash, now)?;
        let failures = remaining(subject.pace, failures, last_at, now) + 1;
        queries::set_guesses(tx, &hash, failures, now)?;
    }
    Ok(())
}

/// Forgets the failures of a name that has proven itself. The network's stay: a guesser who owns one space
/// would otherwise clear her own traces.
pub(crate) fn forgive(tx: &mut Tx<'_>, subject: &Subject) -> Answer<()> {
    let hash = subject.hash(tx);
    Ok(queries::forget_guesses(tx, &hash)?)
}

/// Forgets subjects that nothing is counted for any more.
///
/// # Errors
/// Faults of the store.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Answer<u64> {
    Ok(queries::sweep_guesses(tx, now.plus(-2 * Instant::DAY))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_fade() {
        let at = |seconds: i64| Instant(seconds * Instant::SECOND);
        // failures, last failure, now, wait
        let cases = [
            (0, 0, 0, 0),
            (4, 100, 100, 0),
            (5, 100, 100, 30),
            (5, 100, 120, 10),
            (5, 100, 130, 0),
            (6, 100, 100, 60),
            (8, 100, 100, 240),
            (50, 100, 100, 3600),
            (50, 100, 100 + 3599, 1),
            // Half an hour later one failure is forgotten.
            (6, 0, 1800, 0),
            (i64::MAX, 0, 0, 3600),
            // A clock that went back gives nobody a free try.
            (5, 100, 50, 30),
        ];
        for (failures, last, now, expected) in cases {
            assert_eq!(wait(NAMED, failures, at(last), at(now)), expected, "{failures} {last} {now}");
        }
    }

    #[test]
    fn networks_are_counted_by_prefix() {
        let subject =
            |ip: &str| Subject::network(&Knock { network: ip.parse().unwrap(), device: String::new() });
        assert_eq!(subject("192.0.2.7"), subject("192.0.2.250"));
        assert_eq!(subject("192.0.2.7"), subject("::ffff:192.0.2.9"));
        assert_ne!(subject("192.0.2.7"), subject("192.0.3.7"));
        assert_eq!(subject("2001:db8:1:2::1"), subject("2001:db8:1:ffff::2"));
        assert_ne!(subject("2001:db8:1::1"), subject("2001:db8:2::1"));
    }
}
