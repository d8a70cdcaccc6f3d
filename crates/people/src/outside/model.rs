//! Providers as the operator configured them, and what a browser holds of a sign-in that is under way.

use std::sync::Arc;

use kernel::ins::Traits;
use kernel::rpps::Rpps;
use kernel::{Ins, Instant};
use oauth::relying::{OpeningKey, OurProof, claims};
use serde::{Deserialize, Serialize};

/// Which identity a provider gives. The code is the same for all; this says how its words become somebody of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// FranceConnect, FranceConnect+: a citizen by the strict traits of her civil status.
    FranceConnect,
    /// The Carte Vitale app, or an insurer: a citizen by her national health identity.
    CarteVitale,
    /// Pro Santé Connect, or another Carnet: a professional by her RPPS number.
    ProSanteConnect,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::FranceConnect, Self::CarteVitale, Self::ProSanteConnect];

    /// The word in the configuration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::FranceConnect => "franceconnect",
            Self::CarteVitale => "carte-vitale",
            Self::ProSanteConnect => "pro-sante-connect",
        }
    }

    /// What it is called on our pages when the operator says nothing else.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::FranceConnect => "FranceConnect",
            Self::CarteVitale => "Appli Carte Vitale",
            Self::ProSanteConnect => "Pro Santé Connect",
        }
    }

    /// What is asked for when the operator says nothing else.
    #[must_use]
    pub fn scopes(self) -> &'static str {
        match self {
            Self::FranceConnect => "openid given_name family_name birthdate gender birthplace birthcountry",
            Self::CarteVitale => "openid ins",
            Self::ProSanteConnect => "openid scope_all",
        }
    }

    /// The level that is needed when the operator says nothing else. A person's space wants two factors, eIDAS
    /// substantial (PGSSI-S); Pro Santé Connect declares `eidas1`.
    #[must_use]
    pub fn acr(self) -> &'static str {
        match self {
            Self::FranceConnect | Self::CarteVitale => "eidas2",
            Self::ProSanteConnect => "eidas1",
        }
    }

    /// True for providers of those who work here.
    #[must_use]
    pub fn is_work(self) -> bool {
        self == Self::ProSanteConnect
    }

    /// Who an answer of such a provider is about; `None` when it does not say enough.
    #[must_use]
    pub fn whom(self, said: &claims::Claims) -> Option<Whom> {
        match self {
            Self::FranceConnect => claims::traits(said).map(Whom::Traits),
            Self::CarteVitale => claims::ins(said).map(|ins| Whom::Ins(ins, claims::traits(said))),
            Self::ProSanteConnect => claims::rpps(said).map(Whom::Professional),
        }
    }
}

/// An outside provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Its name in the configuration and in addresses: `franceconnect`.
    pub name: String,
    /// What it gives.
    pub kind: Kind,
    /// What people call it.
    pub label: String,
    /// Who it is, in every token.
    pub issuer: String,
    /// Where its discovery document is.
    pub discovery: String,
    /// Our name there.
    pub client_id: String,
    /// What is asked for.
    pub scopes: String,
    /// The level that is needed.
    pub acr: String,
    /// What proves us there.
    pub proof: Arc<OurProof>,
    /// Opens what it encrypts for us.
    pub opening: Option<Arc<OpeningKey>>,
    /// Our public keys, for the provider to fetch.
    pub published: Vec<serde_json::Value>,
    /// How we meet it on the wire.
    pub tls: Tls,
    /// True where she may sign in on her telephone without a browser there ([`super::telephone`]).
    pub telephone: bool,
}

/// How we meet a provider on the wire, beyond what everybody does.
#[derive(Clone, Default)]
pub struct Tls {
    /// Our certificate with its chain and its private key, as PEM: shown to the provider (mutual TLS).
    pub identity: Option<Arc<[u8]>>,
    /// The authorities whose certificates it may show, as PEM, besides those that the system trusts.
    pub authorities: Option<Arc<[u8]>>,
}

impl std::fmt::Debug for Tls {
    /// A private key is in no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tls(identity: {}, authorities: {})", self.identity.is_some(), self.authorities.is_some())
    }
}

impl Provider {
    /// Where she comes back to, on the site of `origin`.
    #[must_use]
    pub fn redirect_uri(&self, origin: &str) -> String {
        format!("{origin}{}{}", super::BACK, self.name)
    }
}

/// Whom a provider's answer is about, in our words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whom {
    /// A citizen by strict traits.
    #[serde(rename = "t")]
    Traits(Traits),
    /// A citizen by her INS, with her traits where the provider gives them too.
    #[serde(rename = "i")]
    Ins(Ins, Option<Traits>),
    /// A professional.
    #[serde(rename = "p")]
    Professional(Rpps),
}

/// Somebody whom a provider has proven, every token checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    /// The provider's name for her.
    #[serde(rename = "s")]
    pub sub: String,
    /// The level reached.
    #[serde(rename = "a")]
    pub acr: String,
    /// When she proved it there.
    #[serde(rename = "t")]
    pub auth_time: Option<Instant>,
    /// What the provider calls this sign-in, if it says so when it ends.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Whom; `None` when the provider did not say enough.
    #[serde(rename = "w")]
    pub whom: Option<Whom>,
    /// The ID token, as the hint for signing out there.
    #[serde(skip)]
    pub id_token: String,
}

/// A sign-in that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asking {
    /// Where.
    pub provider: String,
    /// Ties the answer to this browser.
    pub state: String,
    /// Ties the ID token to this request.
    pub nonce: String,
    /// Ties the code to us.
    pub verifier: String,
    /// Where she wanted to go; a path of this site.
    pub next: String,
}

/// A sign-in on her telephone that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calling {
    /// Where.
    #[serde(rename = "p")]
    pub provider: String,
    /// What the provider calls it (`auth_req_id`).
    #[serde(rename = "r")]
    pub request: String,
    /// Whose number was typed.
    #[serde(rename = "o")]
    pub of: Rpps,
    /// What both screens show.
    #[serde(rename = "m")]
    pub message: String,
    /// Seconds between two questions.
    #[serde(rename = "i")]
    pub interval: i64,
    /// When the provider may be asked next.
    #[serde(rename = "k")]
    pub ask_at: Instant,
    /// When it is too late.
    #[serde(rename = "u")]
    pub until: Instant,
    /// Where she wanted to go; a path of this site.
    #[serde(rename = "n")]
    pub next: String,
}

/// What the cookie of this room holds, sealed: one thing at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Held {
    /// She was sent to a provider.
    #[serde(rename = "a")]
    Asking(Asking),
    /// Her telephone rings.
    #[serde(rename = "c")]
    Calling(Calling),
    /// She came back, and must say which of several persons she is.
    #[serde(rename = "d")]
    Deciding {
        #[serde(rename = "p")]
        provider: String,
        #[serde(rename = "w")]
        proven: Proven,
        #[serde(rename = "n")]
        next: String,
    },
    /// She is in, and may want to sign out there too.
    #[serde(rename = "e")]
    Entered {
        #[serde(rename = "p")]
        provider: String,
        #[serde(rename = "k")]
        key: String,
    },
}
