//! A provider says that somebody has signed out there: its logout token, held against the rules (OpenID Connect
//! Back-Channel Logout 1.0 §2.6).

use kernel::Instant;
use serde_json::Value;

use super::Wrong;
use super::sealed::OpeningKey;
use super::token::{ProviderKeys, for_us, in_time, opened};

/// What makes a token a logout token (§2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// How long after its end a token may still come, in seconds: as far as clocks may differ, and one more.
const MARGIN_SECONDS: i64 = 61;

/// Whose sign-in is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedOut {
    /// Her name there; `None` when the token names the sign-in alone.
    pub sub: Option<String>,
    /// Which of her sign-ins there; `None` for all of them.
    pub sid: Option<String>,
    /// The token's own id: burn it until [`LoggedOut::burn_until`], or it can be used again.
    pub jti: String,
    /// From this moment on the token is too old to be taken anyway.
    pub burn_until: Instant,
}

/// Checks a logout token of the provider `issuer` for the client `client_id`, opening it first where it is sealed.
///
/// # Errors
/// [`Wrong`]: [`Wrong::UnknownKey`] when the keys should be fetched again, once.
pub fn logout_token(
    text: &str,
    keys: &ProviderKeys,
    opening: Option<&OpeningKey>,
    (issuer, client_id): (&str, &str),
    now: Instant,
) -> Result<LoggedOut, Wrong> {
    let token = opened(text, opening)?;
    // Providers from before the type had a name send none (§2.4).
    let (_, claims) = keys.verified(&token, &["logout+jwt", "jwt"])?;
    let said =
        |name: &str| claims.get(name).and_then(Value::as_str).filter(|word| (1..=255).contains(&word.len()));
    if said("iss") != Some(issuer) {
        return Err(Wrong::Token("iss is another provider"));
    }
    for_us(&claims, client_id)?;
    let ends = in_time(&claims, now)?;
    let event = claims.get("events").and_then(|events| events.get(EVENT));
    if !event.is_some_and(Value::is_object) {
        return Err(Wrong::Token("it is no logout token"));
    }
    // An ID token has one, and must never be taken for this.
    if claims.contains_key("nonce") {
        return Err(Wrong::Token("it has a nonce"));
    }
    let (sub, sid) = (said("sub").map(str::to_owned), said("sid").map(str::to_owned));
    if sub.is_none() && sid.is_none() {
        return Err(Wrong::Token("it names neither somebody nor a sign-in"));
    }
    let jti = said("jti").ok_or(Wrong::Token("jti is missing"))?.to_owned();
    let burn_until = Instant(ends.saturating_add(MARGIN_SECONDS).saturating_mul(Instant::SECOND));
    Ok(LoggedOut { sub, sid, jti, burn_until })
}
