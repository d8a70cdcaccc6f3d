//! A telephone with one passkey: the software authenticator and client of the crate `passkey`, which know nothing
//! of Carnet. Its owner always says yes, at once.

use std::borrow::Cow;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use kernel::codes::{base64url, from_base64url};
use passkey::authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData, Origin};
use passkey::crypto::CoseKey;
use passkey::crypto::aws_lc_rs::AwsLcRsBackend;
use passkey::crypto::coset::CborSerializable;
use passkey::types::Passkey;
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use passkey::types::webauthn::{CredentialCreationOptions, CredentialRequestOptions};
use public_suffix::PublicSuffixList;
use serde_json::{Value, json};

use crate::Trouble;

/// Somebody who shows her face and means it.
struct Willing;

#[async_trait::async_trait]
impl UserValidationMethod for Willing {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        _: UiHint<'a, Self::PasskeyItem>,
        _: bool,
        _: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence: true, verification: true })
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }
}

/// See the module.
pub struct Phone {
    browser: Client<Option<Passkey>, Willing, AwsLcRsBackend, PublicSuffixList, ()>,
    origin: Origin<'static>,
}

impl Phone {
    /// An empty one, whose browser shows a page of `origin` (`http://localhost:8080`).
    ///
    /// # Errors
    /// When that is no address.
    pub fn new(origin: &str) -> Result<Self, Trouble> {
        Self::with(None, origin)
    }

    fn with(passkey: Option<Passkey>, origin: &str) -> Result<Self, Trouble> {
        let authenticator = Authenticator::new(Aaguid::new_empty(), passkey, Willing, AwsLcRsBackend);
        Ok(Self {
            browser: Client::new(authenticator).allows_insecure_localhost(true),
            origin: Origin::Web(Cow::Owned(origin.parse().map_err(|e| format!("{origin}: {e}"))?)),
        })
    }

    /// Makes a passkey; answers the credential as a browser gives it to a page's script.
    ///
    /// # Errors
    /// When the options are not such, or not of this origin.
    pub fn register(&mut self, options: Value) -> Result<Value, Trouble> {
        let options: CredentialCreationOptions = serde_json::from_value(options)?;
        let Origin::Web(page) = &self.origin;
        let made = at_once(self.browser.register(page.as_ref(), options, DefaultClientData))?
            .map_err(|e| format!("no passkey was made: {e:?}"))?;
        Ok(serde_json::to_value(made)?)
    }

    /// Shows the passkey; `options` and the answer are JSON.
    ///
    /// # Errors
    /// When the options are not such, not of this origin, or there is no passkey.
    pub fn show(&mut self, options: &[u8]) -> Result<String, Trouble> {
        let options: CredentialRequestOptions = serde_json::from_slice(options)?;
        let Origin::Web(page) = &self.origin;
        let shown = at_once(self.browser.authenticate(page.as_ref(), options, DefaultClientData))?
            .map_err(|e| format!("the passkey was not shown: {e:?}"))?;
        Ok(serde_json::to_string(&shown)?)
    }

    /// What must be kept of it: the passkey, private key included.
    ///
    /// # Errors
    /// When there is none.
    pub fn kept(&self) -> Result<Value, Trouble> {
        let passkey = self.browser.authenticator().store().as_ref().ok_or("a telephone without a passkey")?;
        let key = passkey.key.clone().to_vec().map_err(|e| format!("the key of a passkey: {e}"))?;
        Ok(json!({
            "site": passkey.rp_id,
            "credential": base64url(&passkey.credential_id),
            "owner": passkey.user_handle.as_ref().map(|handle| base64url(handle)),
            "key": base64url(&key),
        }))
    }

    /// The telephone again from what was kept.
    ///
    /// # Errors
    /// When that is not such.
    pub fn again(kept: &Value, origin: &str) -> Result<Self, Trouble> {
        let bytes = |name: &str| -> Result<Vec<u8>, Trouble> {
            let found = kept[name].as_str().and_then(from_base64url);
            found.ok_or_else(|| format!("a passkey without `{name}`").into())
        };
        let key = CoseKey::from_slice(&bytes("key")?).map_err(|e| format!("the key of a passkey: {e}"))?;
        let passkey = Passkey {
            key,
            credential_id: bytes("credential")?.into(),
            rp_id: kept["site"].as_str().unwrap_or_default().to_owned(),
            user_handle: Some(bytes("owner")?.into()),
            username: None,
            user_display_name: None,
            counter: None,
            extensions: Default::default(),
        };
        Self::with(Some(passkey), origin)
    }
}

/// The outcome of a future that has nothing to wait for: a key in memory, an owner who says yes.
fn at_once<T>(future: impl Future<Output = T>) -> Result<T, Trouble> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => Ok(outcome),
        Poll::Pending => Err("the authenticator waits for somebody".into()),
    }
}

#[cfg(test)]
mod tests {
    use people::identity::Site;
    use people::identity::passkeys;
    use store::Keyring;

    use super::*;

    const ORIGIN: &str = "http://localhost:8080";

    fn creation(site: &str) -> Value {
        json!({"publicKey": {
            "rp": {"id": site, "name": "Carnet"},
            "user": {"id": "AAAAAAAAAAAAAAAAAAAAAA", "name": "a", "displayName": "a"},
            "challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
        }})
    }

    #[test]
    fn a_passkey_that_was_kept_is_the_same() {
        let mut phone = Phone::new(ORIGIN).unwrap();
        assert!(phone.kept().is_err(), "nothing to keep yet");
        let made = phone.register(creation("localhost")).unwrap();
        let kept = phone.kept().unwrap();
        assert_eq!(kept["credential"], made["rawId"]);
        let mut again = Phone::again(&kept, ORIGIN).unwrap();
        assert_eq!(again.kept().unwrap(), kept);
        let site = Site::new("localhost", ORIGIN, "Carnet").unwrap();
        let keyring = Keyring::ephemeral().unwrap();
        let started = passkeys::start_sign_in(&keyring, &site, kernel::Instant(0)).unwrap();
        let options = started.options.to_string();
        let shown: Value = serde_json::from_str(&again.show(options.as_bytes()).unwrap()).unwrap();
        assert_eq!(shown["rawId"], made["rawId"]);
        assert_eq!(shown["response"]["userHandle"], "AAAAAAAAAAAAAAAAAAAAAA");
    }

    #[test]
    fn another_site_gets_no_passkey() {
        let mut phone = Phone::new("https://elsewhere.example").unwrap();
        assert!(phone.register(creation("carnet.example")).is_err());
        assert!(phone.show(b"{}").is_err());
        assert!(Phone::again(&json!({"key": "AA"}), ORIGIN).is_err());
    }
}
