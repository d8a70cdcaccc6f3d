//! Which passkeys vouch: which of them say that it is really she, where an open session alone does not. Pure.
//!
//! Whoever finds a printed recovery code comes in with it, makes herself a passkey, and shows that one where a passkey
//! is asked for. So a passkey vouches at once only when its maker had shown more than a printed code; any other vouches
//! after [`WAIT`]. Meanwhile she who was told of it takes it away with an older one.

use kernel::Instant;
use serde::{Deserialize, Serialize};

use super::session::{LATELY, Standing};

/// How long a passkey that only a printed code stands behind does not vouch, in microseconds: two days, so that she who
/// reads her mail once a day has read it.
pub const WAIT: i64 = 2 * Instant::DAY;

/// What its maker had shown when a passkey was made. What was kept without saying it counts as made behind a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Backing {
    /// The code of an activation, which forgets every key from before.
    #[serde(rename = "a")]
    Activation,
    /// A passkey that vouched, or an outside provider's word, shortly before.
    #[serde(rename = "p")]
    Proof,
    /// A printed code, or a passkey that did not vouch yet.
    #[default]
    #[serde(rename = "c")]
    Code,
}

impl Backing {
    /// What stands behind a passkey made now in a session of this standing, in which she was `proven` then.
    #[must_use]
    pub fn of(standing: Standing, proven: Option<Instant>, now: Instant) -> Self {
        match (standing, proven) {
            (Standing::Activating, _) => Self::Activation,
            (_, Some(at)) if (0..=LATELY).contains(&(now.0 - at.0)) => Self::Proof,
            _ => Self::Code,
        }
    }

    /// From when on a passkey that was made at `made` vouches.
    #[must_use]
    pub fn vouches_from(self, made: Instant) -> Instant {
        match self {
            Self::Activation | Self::Proof => made,
            Self::Code => made.plus(WAIT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant(1_795_000_000 * Instant::SECOND);
    const MINUTE: i64 = 60 * Instant::SECOND;

    #[test]
    fn a_passkey_behind_a_printed_code_vouches_two_days_later() {
        use Standing::{Activating, Choosing, Full};
        let ago = |minutes: i64| Some(NOW.plus(-minutes * MINUTE));
        // the session in which it is made, what was shown in it, how long it waits
        let cases = [
            ("a letter's code, no key yet", Activating, None, 0),
            ("a passkey just shown", Full, ago(0), 0),
            ("a passkey shown ten minutes ago", Full, ago(10), 0),
            ("the open screen of whoever showed one", Full, ago(11), WAIT),
            ("a printed code", Full, None, WAIT),
            ("a printed code, before she says where she acts", Choosing, None, WAIT),
            ("a passkey shown before that", Choosing, ago(1), 0),
            ("a proof of tomorrow", Full, ago(-1), WAIT),
        ];
        for (what, standing, proven, wait) in cases {
            let backing = Backing::of(standing, proven, NOW);
            assert_eq!(backing.vouches_from(NOW), NOW.plus(wait), "{what}");
        }
        assert_eq!(Backing::default(), Backing::Code, "what says nothing waits");
    }
}
