//! Headers that every answer carries, and the check of the one that every request must.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};
use kernel::{Answer, Refusal, RefusalKind};

use crate::doors::Door;
use crate::house::House;

/// A request for another host is not for us: answering it would let a foreign name point at us (DNS rebinding).
pub(super) fn check_host(house: &House, parts: &Parts) -> Answer<()> {
    let asked = parts
        .uri
        .authority()
        .map(axum::http::uri::Authority::as_str)
        .or_else(|| parts.headers.get(header::HOST).and_then(|v| v.to_str().ok()))
        .unwrap_or_default();
    // Two names would be two answers to the question which site this is (RFC 9112 §3.2).
    let one = parts.headers.get_all(header::HOST).iter().count() <= 1;
    if one && is_own_host(house, asked) {
        return Ok(());
    }
    Err(Refusal::new(RefusalKind::NotFound, "wrong-host", "This server does not answer under this name."))
}

fn is_own_host(house: &House, asked: &str) -> bool {
    if asked == house.config.host() {
        return true;
    }
    // Without TLS we are on one machine, which also calls itself by its address.
    let port = house.config.listen.port();
    let name = asked.strip_suffix(&format!(":{port}"));
    !house.config.is_https() && matches!(name, Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// Whether a page of ours sent this: what browsers say in `Origin` (RFC 6454) and in `Sec-Fetch-Site`. A program that
/// says neither is no browser, and carries nobody's cookies by accident.
pub(super) fn from_our_pages(house: &House, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let scheme = if house.config.is_https() { "https://" } else { "http://" };
    let origin = text("origin");
    let ours = origin.is_none_or(|o| o.strip_prefix(scheme).is_some_and(|host| is_own_host(house, host)));
    ours && text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"))
}

/// Whether the connection must end after this request. A request whose end two readers may see in two places (chunks,
/// or a body where none is expected) is the last one on its connection: what follows it may be somebody's smuggled
/// second request (RFC 9112 §11.2).
pub(super) fn ends_connection(parts: &Parts) -> bool {
    let bodiless = matches!(parts.method, Method::GET | Method::HEAD);
    let length = parts.headers.get(header::CONTENT_LENGTH).is_some_and(|length| length != "0");
    parts.headers.contains_key(header::TRANSFER_ENCODING) || (bodiless && length)
}

/// The address of the other end: the socket's, or, when that is the operator's proxy, the last one in the header
/// that the proxy sets. The header of anybody else is not looked at.
pub(super) fn network(house: &House, parts: &Parts) -> IpAddr {
    let (peer, config) = (peer(parts), &house.config);
    let believed = config.client_address_proxies.contains(&peer.to_canonical());
    told(config.client_address_header.as_deref().filter(|_| believed), &parts.headers, peer)
}

fn told(header: Option<&str>, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
    // Some proxies add a line of their own instead of adding to the client's: theirs is the last either way.
    let told = header.and_then(|name| headers.get_all(name).iter().next_back());
    let told = told.and_then(|value| value.to_str().ok());
    match told.and_then(|list| list.rsplit(',').next()?.trim().parse::<IpAddr>().ok()) {
        // Only a socket proves that somebody is on this machine, whose requests are not limited.
        Some(address) if address.to_canonical().is_loopback() => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Some(address) => address,
        None => peer,
    }
}

/// Whoever opened the connection.
pub(super) fn peer(parts: &Parts) -> IpAddr {
    let socket = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    socket.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip())
}

/// What a page may use of the device: passkeys, nothing else.
const PERMISSIONS: &str = "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), \
    gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-create=(self), \
    publickey-credentials-get=(self), screen-wake-lock=(), serial=(), usb=()";

/// Sets what every answer of `door` carries.
pub(super) fn secure(headers: &mut HeaderMap, door: Door, https: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::CACHE_CONTROL, "no-store");
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    set(header::X_FRAME_OPTIONS, "DENY");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if door == Door::Web {
        set(header::CONTENT_SECURITY_POLICY, ui::page::CONTENT_SECURITY_POLICY);
        set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    } else {
        set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    }
    // A room's own policy (for a file of somebody else's making) says nothing about frames.
    let policy = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|value| value.to_str().ok());
    let framed = policy.filter(|policy| !policy.contains("frame-ancestors"));
    if let Some(Ok(value)) =
        framed.map(|policy| HeaderValue::from_str(&format!("{policy}; frame-ancestors 'none'")))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_becomes_this_machine_by_saying_so() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let (peer, nowhere) = (ip("10.0.0.7"), ip("0.0.0.0"));
        // the header's lines, whose request it is
        for (lines, whose) in [
            (&["192.0.2.1"][..], ip("192.0.2.1")),
            (&["203.0.113.9, 192.0.2.1"], ip("192.0.2.1")),
            (&["203.0.113.9", "192.0.2.1"], ip("192.0.2.1")),
            (&[], peer),
            (&["unknown"], peer),
            (&["127.0.0.1"], nowhere),
            (&["::1"], nowhere),
            (&["::ffff:127.0.0.1"], nowhere),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-real-ip", HeaderValue::from_str(line).unwrap());
            }
            assert_eq!(told(Some("x-real-ip"), &headers, peer), whose, "{lines:?}");
            assert_eq!(told(None, &headers, peer), peer, "a header that is nobody's to believe");
        }
    }
}
