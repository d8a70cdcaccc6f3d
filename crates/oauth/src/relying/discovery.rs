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
    /// Where it is asked to ask her on her telephone, if it does that (CIBA Core §4).
    pub backchannel: Option<String>,
    /// True when each of its answers says who it is (RFC 9207).
    pub names_itself: bool,
    pub(super) certified: Certified,
}

/// Endpoints for clients that show a certificate (RFC 8705 §5), where they are not the usual ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Certified {
    token: Option<String>,
    userinfo: Option<String>,
    pushed: Option<String>,
    backchannel: Option<String>,
}

impl Document {
    /// Reads a document that was fetched for `issuer`.
    ///
    /// # Errors
    /// [`Wrong::Document`] when it is another's, lacks an endpoint, or names one that may not be called.
    pub fn read(text: &str, issuer: &str) -> Result<Self, Wrong> {
        let all: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| Wrong::Document("it is not a JSON object"))?;
        let word = |name: &str| word(&all, name);
        if word("issuer") != Some(issuer) {
            return Err(Wrong::Document("its issuer is not the one configured, letter by letter"));
        }
        let may_have = |name: &str| endpoint(&all, name);
        let needed = |name: &str, why| may_have(name)?.ok_or(Wrong::Document(why));
        Ok(Self {
            issuer: issuer.to_owned(),
            authorization: needed("authorization_endpoint", "authorization_endpoint is missing")?,
            token: needed("token_endpoint", "token_endpoint is missing")?,
            userinfo: needed("userinfo_endpoint", "userinfo_endpoint is missing")?,
            jwks: needed("jwks_uri", "jwks_uri is missing")?,
            end_session: may_have("end_session_endpoint")?,
            pushed: may_have(PUSHED)?,
            backchannel: may_have(BACKCHANNEL)?,
            certified: Certified::read(&all)?,
            names_itself: all.get("authorization_response_iss_parameter_supported")
                == Some(&Value::Bool(true)),
        })
    }

    /// The same document for a client that shows a certificate: what the server alone asks goes where the provider
    /// looks at certificates. Her browser never goes there.
    #[must_use]
    pub fn for_certificates(mut self) -> Self {
        let certified = std::mem::take(&mut self.certified);
        self.token = certified.token.unwrap_or(self.token);
        self.userinfo = certified.userinfo.unwrap_or(self.userinfo);
        self.pushed = certified.pushed.or(self.pushed);
        self.backchannel = certified.backchannel.or(self.backchannel);
        self
    }
}

const PUSHED: &str = "pushed_authorization_request_endpoint";
const BACKCHANNEL: &str = "backchannel_authentication_endpoint";

impl Certified {
    fn read(all: &Map<String, Value>) -> Result<Self, Wrong> {
        let Some(Value::Object(aliases)) = all.get("mtls_endpoint_aliases") else {
            return Ok(Self::default());
        };
        Ok(Self {
            token: endpoint(aliases, "token_endpoint")?,
            userinfo: endpoint(aliases, "userinfo_endpoint")?,
            pushed: endpoint(aliases, PUSHED)?,
            backchannel: endpoint(aliases, BACKCHANNEL)?,
        })
    }
}

fn word<'a>(all: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    all.get(name).and_then(Value::as_str).filter(|word| !word.is_empty())
}

/// An address that may be called.
fn endpoint(all: &Map<String, Value>, name: &str) -> Result<Option<String>, Wrong> {
    match word(all, name) {
        Some(address) if is_safe_address(address) => Ok(Some(address.to_owned())),
        Some(_) => Err(Wrong::Document("an endpoint is neither https nor on this machine")),
        None => Ok(None),
    }
}
