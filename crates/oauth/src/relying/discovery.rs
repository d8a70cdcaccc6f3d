//! What a provider says about itself (OpenID Connect Discovery §3; RFC 8414 §2).

use serde_json::{Map, Value};

use super::Wrong;
use crate::service::is_safe_address;

/// A provider's discovery document, as far as we use it. Every address in it is `https`, or on this very machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Who it is, in every token.
    pub issuer: String,
    /// Where she signs in.
    pub authorization: String,
    /// Where a code becomes tokens.
    pub token: String,
    /// Where it says who she is.
    pub userinfo: String,
    /// Its public keys.
    pub jwks: String,
    /// Where she signs out of it, if that is possible (RP-Initiated Logout).
    pub end_session: Option<String>,
    /// Where requests are pushed, if it takes them (RFC 9126).
    pub pushed: Option<String>,
    /// True when each of its answers says who it is (RFC 9207).
    pub names_itself: bool,
}

impl Document {
    /// Reads a document that was fetched for `issuer`.
    ///
    /// # Errors
    /// [`Wrong::Document`] when it is another's, lacks an endpoint, or names one that may not be called.
    pub fn read(text: &str, issuer: &str) -> Result<Self, Wrong> {
        let all: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| Wrong::Document("it is not a JSON object"))?;
        let word = |name: &str| all.get(name).and_then(Value::as_str).filter(|word| !word.is_empty());
        if word("issuer") != Some(issuer) {
            return Err(Wrong::Document("its issuer is not the one configured, letter by letter"));
        }
        let may_have = |name: &str| match word(name) {
            Some(address) if is_safe_address(address) => Ok(Some(address.to_owned())),
            Some(_) => Err(Wrong::Document("an endpoint is neither https nor on this machine")),
            None => Ok(None),
        };
        let needed = |name: &str, why| may_have(name)?.ok_or(Wrong::Document(why));
        Ok(Self {
            issuer: issuer.to_owned(),
            authorization: needed("authorization_endpoint", "authorization_endpoint is missing")?,
            token: needed("token_endpoint", "token_endpoint is missing")?,
            userinfo: needed("userinfo_endpoint", "userinfo_endpoint is missing")?,
            jwks: needed("jwks_uri", "jwks_uri is missing")?,
            end_session: may_have("end_session_endpoint")?,
            pushed: may_have("pushed_authorization_request_endpoint")?,
            names_itself: all.get("authorization_response_iss_parameter_supported")
                == Some(&Value::Bool(true)),
        })
    }
}
