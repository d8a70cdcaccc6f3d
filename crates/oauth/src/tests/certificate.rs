//! Client certificates as proxies hand them over (RFC 9440; RFC 8705 §2).

use serde_json::json;

use super::service::service;
use crate::certificate::{Certificate, thumbprint};
use crate::service::Proves;
use crate::{KeySet, Service};

/// Made for this test with OpenSSL's command line; its private key is nowhere.
const DER: &str = "MIICUDCCAfagAwIBAgIUJtbWKlIEz1DxtOo773/z3Gtyig8wCgYIKoZIzj0EAwIwYTELMAkGA1UEBhMCRlIxJjAkBgNVBAoMHUNsaW5pcXVlIGRlcyBUaWxsZXVscywgc2l0ZSBBMRgwFgYDVQQLDA8zMTg3NTEyNzUxMDAwMjAxEDAOBgNVBAMMB2Rvc3NpZXIwIBcNMjYxMTIyMDkxMTM5WhgPMjEyNjEwMjkwOTExMzlaMGExCzAJBgNVBAYTAkZSMSYwJAYDVQQKDB1DbGluaXF1ZSBkZXMgVGlsbGV1bHMsIHNpdGUgQTEYMBYGA1UECwwPMzE4NzUxMjc1MTAwMDIwMRAwDgYDVQQDDAdkb3NzaWVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbEoA54SkEwpAwZ+blJslBdOLNDp0k8GHkZbH6brJhzVth4tZ+2NXW0oleTfCUvrvNKc+Rylh/abHvJTfEuYac6OBiTCBhjAdBgNVHQ4EFgQUFSiRuirKHiEbVfx1u0XMptlOeJwwHwYDVR0jBBgwFoAUFSiRuirKHiEbVfx1u0XMptlOeJwwDwYDVR0TAQH/BAUwAwEB/zAzBgNVHREELDAqgg9kb3NzaWVyLmV4YW1wbGWGF2h0dHBzOi8vZG9zc2llci5leGFtcGxlMAoGCCqGSM49BAMCA0gAMEUCIQDidL6abDoCpROHdzAxEj/vRaZH9MvlyaPUYsoWyFvlmAIgVXTNhNUeMVfBxYtk9arQkQbOitWYnCjymEuMoS+FBN8=";
const SUBJECT: &str = "CN=dossier,OU=318751275100020,O=Clinique des Tilleuls\\, site A,C=FR";

fn shown() -> Certificate {
    Certificate::from_header(&format!(":{DER}:")).unwrap()
}

#[test]
fn both_ways_of_handing_a_certificate_over_are_read() {
    let read = shown();
    assert_eq!(read.subject, SUBJECT);
    assert_eq!(read.names, ["dossier.example", "https://dossier.example"]);
    assert_eq!(
        kernel::codes::hex(&read.thumbprint),
        "7df535a9ee14cb329673d02268a14695fbe274d45e7f9f74bacfe0bc022b668a"
    );
    let lines: Vec<&str> = DER.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"));
    let escaped = pem.replace('%', "%25").replace('\n', "%0A").replace(' ', "%20").replace('+', "%2B");
    assert_eq!(Certificate::from_header(&escaped), Some(read));
    for garbage in ["", ":", "::", ":AAAA:", "hello", "%", "%zz", &format!(":{DER}"), &"x".repeat(20_000)] {
        assert_eq!(Certificate::from_header(garbage), None, "{garbage:.20}");
    }
}

#[test]
fn a_certificate_proves_the_client_that_registered_it() {
    let when = 1_900_000_000;
    let (shown, other) = (shown(), Certificate { thumbprint: thumbprint(b"other"), ..shown() });
    let named = |name: &str| Service { proves: Proves::TlsClientAuth(name.into()), ..service() };
    for (registered, good) in [
        (SUBJECT, true),
        ("cn=dossier, ou=318751275100020, o=Clinique des Tilleuls\\, site A, c=FR", true),
        ("dossier.example", true),
        ("https://dossier.example", true),
        ("CN=dossier", false),
        ("evil.example", false),
        ("C=FR,O=Clinique des Tilleuls\\, site A,OU=318751275100020,CN=dossier", false),
    ] {
        assert_eq!(
            named(registered).check_certificate(Some(&shown), None, when).is_ok(),
            good,
            "{registered}"
        );
    }
    assert!(named(SUBJECT).check_certificate(None, None, when).is_err(), "none shown");
    assert!(named(SUBJECT).check_certificate(Some(&shown), None, 1_000).is_err(), "not yet");
    let own = Service { proves: Proves::SelfSignedTlsClientAuth, ..service() };
    let point = kernel::codes::base64url(
        &kernel::codes::from_hex("6c4a00e784a4130a40c19f9b949b2505d38b343a7493c1879196c7e9bac98735").unwrap(),
    );
    let y = kernel::codes::base64url(
        &kernel::codes::from_hex("6d878b59fb63575b4a257937c252faef34a73e472961fda6c7bc94df12e61a73").unwrap(),
    );
    let jwk = json!({"kty": "EC", "crv": "P-256", "x": point, "y": y, "x5c": [DER]});
    let keys = KeySet::parse(&json!({"keys": [jwk]}).to_string()).unwrap();
    assert!(own.check_certificate(Some(&shown), Some(&keys), when).is_ok());
    assert!(own.check_certificate(Some(&other), Some(&keys), when).is_err());
    assert!(own.check_certificate(Some(&shown), None, when).is_err());
}
