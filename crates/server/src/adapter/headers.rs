//! Headers that every answer carries, and the check of the one that every request must.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};
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
    let own = house.config.host();
    // Without TLS we are on one machine, which also calls itself by its address.
    let local = || {
        let port = house.config.listen.port();
        !house.config.is_https()
            && [format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")]
                .iter()
                .any(|name| name == asked)
    };
    if asked == own || local() {
        return Ok(());
    }
    Err(Refusal::new(RefusalKind::NotFound, "wrong-host", "This server does not answer under this name."))
}

/// The address of the other end: the socket's, or, behind a proxy of the operator's, the last one in the header
/// that the proxy sets.
pub(super) fn network(house: &House, parts: &Parts) -> IpAddr {
    let header = house.config.client_address_header.as_deref();
    let told = header.and_then(|name| parts.headers.get(name)).and_then(|v| v.to_str().ok());
    if let Some(address) = told.and_then(|list| list.rsplit(',').next()?.trim().parse().ok()) {
        return address;
    }
    let socket = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    socket.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip())
}

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
    if door == Door::Web {
        set(header::CONTENT_SECURITY_POLICY, ui::page::CONTENT_SECURITY_POLICY);
        set(header::X_FRAME_OPTIONS, "DENY");
        set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
        set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
        set(
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self)",
        );
    } else {
        set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    }
}
