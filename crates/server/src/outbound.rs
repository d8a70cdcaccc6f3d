//! What Carnet says to other servers by itself: that somebody signed out, and what it asks outside providers. Addresses
//! are those that the operator registered; nothing that a visitor types leads here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use kernel::{Answer, Fault, Instant, Refusal, RefusalKind};
use people::openid::{Terms, leaving};
use people::outside::Tls;
use store::TakenJob;

use crate::house::House;

/// How long another server may take. The queue tries again later.
const PATIENCE: Duration = Duration::from_secs(5);

/// The one client: it follows no redirect, because only the registered address was judged.
pub(crate) fn client() -> Result<&'static reqwest::Client, Fault> {
    static CLIENT: OnceLock<Result<reqwest::Client, String>> = OnceLock::new();
    CLIENT
        .get_or_init(|| builder().build().map_err(|e| e.to_string()))
        .as_ref()
        .map_err(|why| Fault::Internal(format!("no HTTP client: {why}")))
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent("carnet")
}

/// The client that shows our certificate to a provider, or trusts its authorities; the usual one where neither is
/// configured. Each is made once, because its connections are kept.
pub(crate) fn client_with(tls: &Tls) -> Result<reqwest::Client, Fault> {
    /// By what they show and whom they trust.
    type Made = BTreeMap<(Option<Arc<[u8]>>, Option<Arc<[u8]>>), reqwest::Client>;
    static MADE: Mutex<Made> = Mutex::new(BTreeMap::new());
    if tls.identity.is_none() && tls.authorities.is_none() {
        return client().cloned();
    }
    let key = (tls.identity.clone(), tls.authorities.clone());
    if let Some(made) = MADE.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Ok(made.clone());
    }
    // What the error says may quote what was given; the kind of it is enough.
    let wrong = |what: &str| Fault::Configuration(format!("{what} cannot be used"));
    let mut making = builder();
    if let Some(pem) = &tls.identity {
        let identity = reqwest::Identity::from_pem(pem).map_err(|_| wrong("a certificate with its key"))?;
        making = making.identity(identity);
    }
    if let Some(pem) = &tls.authorities {
        let trusted = reqwest::Certificate::from_pem_bundle(pem).map_err(|_| wrong("an authority"))?;
        if trusted.is_empty() {
            return Err(wrong("an authority"));
        }
        making = making.tls_certs_merge(trusted);
    }
    let made = making.build().map_err(|_| wrong("a certificate with its key, or an authority"))?;
    MADE.lock().unwrap_or_else(PoisonError::into_inner).insert(key, made.clone());
    Ok(made)
}

/// Another server is busy or fails: the queue tries again, and not before that server wants it to (RFC 9110 §10.2.3:
/// seconds, or a date).
pub(crate) fn busy(what: String, answer: &reqwest::Response, now: Instant) -> Refusal {
    let asks = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
    match asks.and_then(|asks| seconds(asks.trim(), now)) {
        Some(retry_after) => Refusal::new(RefusalKind::SlowDown { retry_after }, "other-server-busy", what),
        None => Fault::Io(what).into(),
    }
}

/// What `Retry-After` says, in seconds from now; `None` when it says nothing that can be read.
fn seconds(asks: &str, now: Instant) -> Option<u32> {
    if let Ok(seconds) = asks.parse::<u64>() {
        return Some(u32::try_from(seconds).unwrap_or(u32::MAX));
    }
    let at: Instant = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(asks).ok()?.into();
    Some(u32::try_from((at.0 - now.0).max(0) / Instant::SECOND).unwrap_or(u32::MAX))
}

/// Tells a service that a sign-on is over (OpenID Connect Back-Channel Logout §2.5). A service that says that the
/// request is wrong is not asked again: it would be the same request.
///
/// # Errors
/// When the service cannot be reached, or fails: the queue tries again.
pub async fn tell_of_leaving(house: &Arc<House>, job: &TakenJob) -> Answer<()> {
    let (of, inside) = (job.clone(), house.clone());
    let call = house
        .store
        .write(move |tx| {
            let terms =
                Terms { issuer: &inside.config.origin, now: inside.clock.now(), chance: &inside.chance };
            leaving::call(tx, &of, terms)
        })
        .await?;
    let Some((address, token)) = call else { return Ok(()) };
    let body = format!("logout_token={token}");
    let sent = client()?
        .post(&address)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .map_err(|e| Fault::Io(format!("telling {address} of a sign-out: {}", e.without_url())))?;
    match sent.status().as_u16() {
        200..=299 => Ok(()),
        status @ (429 | 500..) => {
            Err(busy(format!("{address} answered {status} to a sign-out"), &sent, house.clock.now()))
        }
        status => {
            tracing::warn!(address, status, "a service did not take our word that somebody signed out");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_server_says_how_long_in_seconds_or_by_a_date() {
        // 22 November 2026, 8:00:00 UTC.
        let now = Instant(1_795_334_400_000_000);
        for (asks, waits) in [
            ("120", Some(120)),
            ("0", Some(0)),
            ("99999999999", Some(u32::MAX)),
            ("Sun, 22 Nov 2026 08:02:00 GMT", Some(120)),
            ("Sun, 22 Nov 2026 07:00:00 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(seconds(asks, now), waits, "{asks}");
        }
    }
}
