//! By what right somebody came into another's space: what the policies say let her in, for the journal.

use serde::{Deserialize, Serialize};

macro_rules! rights {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal),* $(,)?) => {
        /// By what right somebody who is not the person herself did something in her space. Of several that hold, the
        /// first of this list is written down: what the person said herself before what the law lets happen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Right { $($(#[doc = $doc])+ #[serde(rename = $word)] $name),* }

        impl Right {
            /// Every right, the strongest first.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word that policies, the journal and software use; never given a new meaning.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// The right of a word.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|right| right.word() == word)
            }
        }
    };
}

rights! {
    /// A professional whom she, or who acts for her, allowed by name.
    Allowed = "allowed",
    /// Her treating doctor.
    Treating = "treating",
    /// A professional who typed a code that she showed.
    Code = "code",
    /// A professional who declared that she agreed in his presence.
    Present = "present",
    /// A professional of a place whose whole team she allowed.
    Team = "team",
    /// A professional who works where somebody of her care team does; she shares with her team.
    CareTeam = "care-team",
    /// A minor asked a professional for secrecy, in his presence (L1111-5 CSP).
    Secrecy = "secrecy",
    /// A professional who declared an emergency (L1111-17 CSP).
    Emergency = "emergency",
    /// A doctor of an emergency call centre who took a call about her (L1111-17 CSP).
    CallCentre = "call-centre",
    /// A professional who is asking for her agreement, and was shown who she is.
    Asking = "asking",
    /// An app that she connected.
    App = "app",
    /// Software that feeds her space (R1111-47 CSP).
    Feeding = "feeding",
    /// Software that reads back what it sent.
    ReadingBack = "reading-back",
    /// Parental authority (art. 371-1 Code civil).
    Parent = "parent",
    /// A judge's measure (art. 459 Code civil).
    Guardian = "guardian",
    /// She was asked to act (art. 1984 Code civil).
    Delegate = "delegate",
}
