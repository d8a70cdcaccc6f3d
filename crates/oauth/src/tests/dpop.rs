//! Proofs of possession, check by check (RFC 9449 §4.3).

use kernel::Instant;
use serde_json::{Value, json};

use super::NOW;
use crate::assertion::sign_claims;
use crate::dpop::{Target, check, sign};
use crate::jwk::{public_jwks, sha256_base64url, thumbprint_of};
use crate::{DenialCode, PrivateKey};

const ADDRESS: &str = "https://carnet.example/oauth/token";
const TARGET: Target<'static> = Target { method: "POST", address: ADDRESS, access_token: None };

#[test]
fn a_fresh_proof_names_its_key_and_what_must_be_burnt() {
    let jwk = PrivateKey::generate("k").unwrap();
    let text = sign(&jwk, TARGET, "j-1", NOW).unwrap();
    let proof = check(&text, TARGET, NOW).unwrap();
    assert_eq!(proof.jkt, thumbprint_of(&jwk).unwrap());
    assert_eq!(proof.replay, format!("{}|j-1", proof.jkt));
    // Once it may be forgotten, it is no longer taken.
    assert!(check(&text, TARGET, proof.burn_until).is_err());
    assert!(check(&text, TARGET, NOW.plus(60 * Instant::SECOND)).is_ok());
}

/// A proof with one thing changed in its header or claims.
fn altered(part: &str, name: &str, value: Value) -> String {
    let jwk = PrivateKey::generate("k").unwrap();
    let shown = public_jwks(&jwk)["keys"][0].clone();
    let now = NOW.0 / Instant::SECOND;
    let mut header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": shown});
    let mut claims = json!({"htm": "POST", "htu": ADDRESS, "jti": "x", "iat": now});
    let of = if part == "header" { &mut header } else { &mut claims };
    of[name] = value;
    sign_claims(&PrivateKey::parse(&jwk).unwrap(), &header, &claims).unwrap()
}

#[test]
fn each_part_of_a_proof_is_held_to_its_rule() {
    let now = NOW.0 / Instant::SECOND;
    let private = PrivateKey::generate("k").unwrap();
    let other = public_jwks(&PrivateKey::generate("o").unwrap())["keys"][0].clone();
    for (part, name, value, good) in [
        ("header", "typ", json!("dpop+jwt"), true),
        ("header", "typ", json!("JWT"), false),
        ("header", "typ", Value::Null, false),
        ("header", "alg", json!("none"), false),
        ("header", "alg", json!("HS256"), false),
        ("header", "alg", json!("RS256"), false),
        ("header", "alg", json!("ES384"), false),
        ("header", "jwk", Value::Null, false),
        ("header", "jwk", private, false),
        ("header", "jwk", other, false),
        ("claims", "htm", json!("GET"), false),
        ("claims", "htm", json!("post"), false),
        ("claims", "htm", Value::Null, false),
        ("claims", "htu", json!("https://carnet.example/oauth/token?x=1#y"), true),
        ("claims", "htu", json!("HTTPS://Carnet.Example:443/oauth/token"), true),
        ("claims", "htu", json!("https://carnet.example/oauth/tokens"), false),
        ("claims", "htu", json!("https://evil.example/oauth/token"), false),
        ("claims", "htu", json!("/oauth/token"), false),
        ("claims", "htu", Value::Null, false),
        ("claims", "jti", Value::Null, false),
        ("claims", "jti", json!(""), false),
        ("claims", "jti", json!("x".repeat(256)), false),
        ("claims", "iat", Value::Null, false),
        ("claims", "iat", json!(now - 60), true),
        ("claims", "iat", json!(now - 61), false),
        ("claims", "iat", json!(now + 10), true),
        ("claims", "iat", json!(now + 20), false),
    ] {
        let done = check(&altered(part, name, value.clone()), TARGET, NOW);
        assert_eq!(done.is_ok(), good, "{part} {name}={value}: {done:?}");
        if let Err(denial) = done {
            assert_eq!(denial.error, DenialCode::InvalidDpopProof);
        }
    }
}

#[test]
fn at_a_resource_a_proof_is_about_the_token_shown_with_it() {
    let jwk = PrivateKey::generate("k").unwrap();
    let at = |token: &'static str| Target { access_token: Some(token), ..TARGET };
    let text = sign(&jwk, at("T-1"), "j", NOW).unwrap();
    assert!(check(&text, at("T-1"), NOW).is_ok());
    assert!(check(&text, at("T-2"), NOW).is_err());
    assert!(check(&sign(&jwk, TARGET, "j", NOW).unwrap(), at("T-1"), NOW).is_err());
    assert_eq!(sha256_base64url(b"").len(), 43);
}

#[test]
fn what_is_no_proof_is_refused_and_not_stumbled_over() {
    for text in ["", "a.b.c", "..", "é", "e30.e30.", "e30.e30.e30.e30", &"x".repeat(9000)] {
        assert!(check(text, TARGET, NOW).is_err(), "{text:.20}");
    }
    let jwk = PrivateKey::generate("k").unwrap();
    let text = sign(&jwk, TARGET, "j", NOW).unwrap();
    let broken = format!("{}AAAA", &text[..text.len() - 4]);
    assert!(check(&broken, TARGET, NOW).is_err());
}
