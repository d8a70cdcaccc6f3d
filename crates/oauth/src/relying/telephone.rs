//! She signs in on her telephone, without her browser going anywhere: client-initiated backchannel authentication, poll
//! mode (OpenID Connect CIBA Core 1.0), from the side of the client.

use serde_json::{Map, Value};

use super::{Tokens, Wrong};
use crate::ciba::GRANT;

/// How long a provider is left in peace between two questions when it does not say, in seconds (CIBA Core §7.3).
const INTERVAL: i64 = 5;

/// The longest that she is waited for, in seconds.
const LONGEST: i64 = 600;

/// What is asked of the provider. What proves us comes besides.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// What we want to know, separated by spaces; `openid` among it.
    pub scopes: &'a str,
    /// The level that we need.
    pub acr: &'a str,
    /// Her name there, as she typed it.
    pub login_hint: &'a str,
    /// What both screens show.
    pub message: &'a str,
}

impl Call<'_> {
    /// The parameters of the request (CIBA Core §7.1).
    #[must_use]
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        [
            ("scope", self.scopes),
            ("acr_values", self.acr),
            ("login_hint", self.login_hint),
            ("binding_message", self.message),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .into_iter()
        .collect()
    }
}

/// Her telephone rings: by what the answer is fetched, and when (CIBA Core §7.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ringing {
    /// Names the request at the token endpoint.
    pub auth_req_id: String,
    /// How long she has, in seconds.
    pub expires_in: i64,
    /// How long to wait between two questions, in seconds.
    pub interval: i64,
}

impl Ringing {
    /// Reads the answer to a [`Call`].
    ///
    /// # Errors
    /// [`Wrong::Said`] with the provider's word for a refusal; [`Wrong::Answer`] for what is no answer.
    pub fn read(text: &str) -> Result<Self, Wrong> {
        let all = object(text)?;
        if let Some(error) = said(&all, "error") {
            return Err(refused(error));
        }
        let number = |name: &str| all.get(name).and_then(Value::as_i64).filter(|seconds| *seconds > 0);
        let id = said(&all, "auth_req_id").filter(|id| id.len() <= 1024);
        let id = id.ok_or(Wrong::Answer("it holds no auth_req_id"))?;
        let expires_in = number("expires_in").ok_or(Wrong::Answer("it does not say how long it waits"))?;
        Ok(Self {
            auth_req_id: id.to_owned(),
            expires_in: expires_in.min(LONGEST),
            interval: number("interval").unwrap_or(INTERVAL).min(60),
        })
    }
}

/// The fields that fetch the answer; what proves us comes besides.
#[must_use]
pub fn fetching(auth_req_id: &str) -> Vec<(&'static str, String)> {
    vec![("grant_type", GRANT.to_owned()), ("auth_req_id", auth_req_id.to_owned())]
}

/// What was heard of her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// She approved.
    Approved(Tokens),
    /// Nothing yet.
    Waiting,
    /// Nothing yet, and we ask too often: five seconds more between two questions from now on (CIBA Core §11).
    Slower,
}

/// Reads what the token endpoint says of a request that waits.
///
/// # Errors
/// [`Wrong::Declined`] when she refused, or did not answer in time; others as [`Tokens::read`].
pub fn heard(text: &str) -> Result<Heard, Wrong> {
    match said(&object(text)?, "error") {
        Some("authorization_pending") => Ok(Heard::Waiting),
        Some("slow_down") => Ok(Heard::Slower),
        Some(error) => Err(refused(error)),
        None => Tokens::read(text).map(Heard::Approved),
    }
}

fn object(text: &str) -> Result<Map<String, Value>, Wrong> {
    serde_json::from_str(text).map_err(|_| Wrong::Answer("it is not a JSON object"))
}

fn said<'a>(all: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    all.get(name).and_then(Value::as_str).filter(|word| !word.is_empty())
}

/// Somebody whom the provider does not know is told what she would be told who refused: whom it knows is its own.
fn refused(word: &str) -> Wrong {
    match word {
        "access_denied" | "expired_token" | "unknown_user_id" => Wrong::Declined,
        word => Wrong::Said(crate::params::plain(word)),
    }
}
