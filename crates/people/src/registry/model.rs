//! The nouns: clients and professionals.

use kernel::rpps::Rpps;
use kernel::{Instant, Professional, Software};
use oauth::Scopes;

/// What kind of organisation sends; statistics are kept by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SenderKind {
    /// Medical laboratory.
    Laboratory,
    /// Hospital or clinic.
    Hospital,
    /// Practice in town.
    Practice,
    /// Pharmacy.
    Pharmacy,
    /// Imaging centre.
    Imaging,
    /// Social or medico-social establishment.
    Social,
    /// Health insurer.
    Insurer,
    /// Anything else.
    Other,
}

impl SenderKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Laboratory,
        Self::Hospital,
        Self::Practice,
        Self::Pharmacy,
        Self::Imaging,
        Self::Social,
        Self::Insurer,
        Self::Other,
    ];

    /// The stored word, which `carnet client add --kind` takes too.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Laboratory => "laboratory",
            Self::Hospital => "hospital",
            Self::Practice => "practice",
            Self::Pharmacy => "pharmacy",
            Self::Imaging => "imaging",
            Self::Social => "social",
            Self::Insurer => "insurer",
            Self::Other => "other",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// An organisation's software.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its name in the protocol: letters, digits, `-`, `_`, `.`.
    pub client_id: String,
    /// Who answers for it.
    pub organization: String,
    /// FINESS number of the organisation.
    pub finess: Option<String>,
    /// What kind of organisation it is.
    pub sender_kind: SenderKind,
    /// Its public keys, as registered (JWKS).
    pub jwks: String,
    /// What it may ever be granted.
    pub scopes: Scopes,
    /// Since when it is known.
    pub added_at: Instant,
    /// Since when it is suspended.
    pub suspended_at: Option<Instant>,
}

impl Client {
    /// As visits and the journal name it.
    #[must_use]
    pub fn software(&self) -> Software {
        Software {
            client_id: self.client_id.clone(),
            organization: self.organization.clone(),
            finess: self.finess.clone(),
        }
    }
}

/// A professional in the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownProfessional {
    /// As visits and the journal name her.
    pub professional: Professional,
    /// Activity sector (`SA07` practice …), if known.
    pub sector: Option<String>,
}

impl KnownProfessional {
    /// Her number.
    #[must_use]
    pub fn rpps(&self) -> &Rpps {
        &self.professional.rpps
    }
}
