//! How we prove to a provider that we are the client it knows (OpenID Connect Core §9).

use kernel::Instant;

use crate::assertion::{ASSERTION_TYPE, sign_assertion};
use crate::jwk::{BadKey, PrivateKey};

/// What proves us.
pub enum OurProof {
    /// A secret that the provider gave us (`client_secret_post`).
    Secret(String),
    /// A key of ours whose public half the provider knows (`private_key_jwt`).
    Key(PrivateKey),
    /// The certificate of our connection, by its name (`tls_client_auth`, RFC 8705 §2.1); the door shows it.
    Certificate,
}

impl std::fmt::Debug for OurProof {
    /// A secret is in no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Secret(_) => f.write_str("Secret(…)"),
            Self::Key(key) => write!(f, "Key({:?})", key.kid()),
            Self::Certificate => f.write_str("Certificate"),
        }
    }
}

impl OurProof {
    /// The fields that a form to the provider carries besides its own. `audience` is the provider's issuer, as FAPI 2.0
    /// wants it; `jti` is new each time.
    ///
    /// # Errors
    /// [`BadKey`] when our key does not sign.
    pub fn fields(
        &self,
        client_id: &str,
        audience: &str,
        jti: &str,
        now: Instant,
    ) -> Result<Vec<(&'static str, String)>, BadKey> {
        let client = ("client_id", client_id.to_owned());
        Ok(match self {
            Self::Secret(secret) => vec![client, ("client_secret", secret.clone())],
            Self::Certificate => vec![client],
            Self::Key(key) => vec![
                client,
                ("client_assertion_type", ASSERTION_TYPE.to_owned()),
                ("client_assertion", sign_assertion(key, client_id, audience, jti, now)?),
            ],
        })
    }
}
