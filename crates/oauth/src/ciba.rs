//! Client-initiated backchannel authentication, poll mode (OpenID Connect CIBA Core 1.0): a service asks for somebody
//! whom it names, and she approves on her own telephone.

use serde::{Deserialize, Serialize};

use crate::error::{Denial, DenialCode};
use crate::params::Params;
use crate::service::Service;

/// The grant type by which a service fetches the answer.
pub const GRANT: &str = "urn:openid:params:grant-type:ciba";

/// How long she has to answer, in seconds, when the service does not say.
pub const LIFETIME_SECONDS: i64 = 120;

/// The longest she may have, in seconds.
pub const MOST_SECONDS: i64 = 600;

/// How long a service waits between two questions, in seconds (CIBA Core §7.3).
pub const INTERVAL_SECONDS: i64 = 2;

/// Longest binding message: it is compared by eye, on two screens.
const LONGEST_MESSAGE: usize = 32;

/// A request that may be put before her.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackchannelRequest {
    /// Who asks.
    pub client_id: String,
    /// What for; holds `openid`.
    pub scope: String,
    /// Her national id.
    pub login_hint: String,
    /// What both screens show.
    pub binding_message: Option<String>,
    /// How long she has, in seconds.
    pub lifetime: i64,
}

impl BackchannelRequest {
    /// Reads a request of `service` that has proven who it is.
    ///
    /// # Errors
    /// What is wrong (CIBA Core §13).
    pub fn read(pairs: &[(String, String)], service: &Service) -> Result<Self, Denial> {
        let params = Params::new(pairs)?;
        for name in ["login_hint_token", "id_token_hint"] {
            if params.get(name).is_some() {
                return Err(Denial::request(format!("{name} is not taken: name her with login_hint")));
            }
        }
        if params.get("request").is_some() {
            return Err(Denial::request("request is not taken"));
        }
        if params.get("user_code").is_some() {
            return Err(Denial::request("user_code is not taken"));
        }
        let binding_message = params.get("binding_message").map(str::to_owned);
        let showable = |text: &String| {
            text.chars().count() <= LONGEST_MESSAGE
                && text.chars().all(|c| c.is_alphanumeric() || " -.".contains(c))
        };
        if binding_message.as_ref().is_some_and(|text| !showable(text)) {
            let said = "binding_message has at most 32 letters, digits, spaces, - and .";
            return Err(Denial::new(DenialCode::InvalidBindingMessage, said));
        }
        let lifetime = match params.get("requested_expiry").map(str::parse::<i64>) {
            None => LIFETIME_SECONDS,
            Some(Ok(seconds)) if seconds > 0 => seconds.min(MOST_SECONDS),
            Some(_) => return Err(Denial::request("requested_expiry is a number of seconds")),
        };
        Ok(Self {
            client_id: service.client_id.clone(),
            scope: crate::authorize::scope(params)?,
            login_hint: params.needed("login_hint")?.to_owned(),
            binding_message,
            lifetime,
        })
    }
}
