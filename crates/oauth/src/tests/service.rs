//! Registrations, and clients that prove themselves under FAPI 2.0.

use kernel::Instant;
use serde_json::json;

use super::{NOW, pair};
use crate::assertion::{Rules, sign_claims};
use crate::service::{Proves, Service, Signing, is_safe_address, origin};
use crate::{Assertion, Denial};

pub(super) fn service() -> Service {
    Service {
        client_id: "dossier".to_owned(),
        name: "Dossier de soins".to_owned(),
        redirect_uris: vec!["https://dossier.example/retour".to_owned()],
        post_logout_redirect_uris: vec!["https://dossier.example/fin".to_owned()],
        backchannel_logout_uri: Some("https://dossier.example/sortie".to_owned()),
        proves: Proves::PrivateKeyJwt,
        fapi: false,
        signing: Signing::default(),
    }
}

#[test]
fn addresses_are_https_or_of_this_machine_and_have_no_fragment() {
    for good in [
        "https://dossier.example/retour",
        "https://dossier.example:8443/retour?x=1",
        "http://localhost:9000/cb",
        "http://127.0.0.1/cb",
        "http://[::1]:7/cb",
        "http://[::1]/cb",
        "http://[::1]?x=1",
    ] {
        assert!(is_safe_address(good), "{good}");
    }
    for bad in [
        "http://dossier.example/retour",
        "https://",
        "https://dossier.example/#x",
        "https://dossier.example@evil.example/",
        "http://localhost.evil.example/",
        "http://localhost:evil.example/",
        "http://[::1].evil.example/",
        "http://[::1]evil.example/",
        "http://[::2]/cb",
        "javascript:alert(1)",
        "app://cb",
        "/retour",
        "https://dossier.example/ retour",
        "https://dossier.example/\"retour",
        "",
    ] {
        assert!(!is_safe_address(bad), "{bad}");
    }
}

#[test]
fn the_origin_is_what_stands_before_the_path() {
    for (address, expected) in [
        ("https://d.example/retour?x", Some("https://d.example")),
        ("http://localhost:9000", Some("http://localhost:9000")),
        ("https://d.example?x", Some("https://d.example")),
        ("nothing", None),
    ] {
        assert_eq!(origin(address), expected);
    }
}

#[test]
fn every_flaw_of_a_registration_is_named() {
    let (_, keys) = pair();
    assert_eq!(service().flaws(Some(&keys)), []);
    let members = |service: &Service, with_keys: bool| -> Vec<&str> {
        service.flaws(with_keys.then_some(&keys)).into_iter().map(|(member, _)| member).collect()
    };
    let bad = "http://evil.example".to_owned();
    assert_eq!(members(&Service { redirect_uris: vec![], ..service() }, true), ["redirect_uris"]);
    assert_eq!(members(&Service { redirect_uris: vec![bad.clone()], ..service() }, true), ["redirect_uris"]);
    assert_eq!(
        members(&Service { post_logout_redirect_uris: vec![bad.clone()], ..service() }, true),
        ["post_logout_redirect_uris"]
    );
    assert_eq!(
        members(&Service { backchannel_logout_uri: Some(bad), ..service() }, true),
        ["backchannel_logout_uri"]
    );
    assert_eq!(members(&service(), false), ["jwks"]);
    let named = |name: &str| Service { proves: Proves::TlsClientAuth(name.to_owned()), ..service() };
    assert_eq!(members(&named(""), false), ["tls_client_auth"]);
    assert_eq!(members(&named("CN=dossier"), false), Vec::<&str>::new());
}

const ISSUER: &str = "https://carnet.example";
const TOKEN: &str = "https://carnet.example/oauth/token";

/// FAPI 2.0 §5.3.2.1: our issuer, as one string, and nothing else; §5.4: PS256, ES256 or EdDSA.
#[test]
fn fapi_clients_name_our_issuer_and_nothing_else() {
    let (private, keys) = pair();
    let now = NOW.0 / Instant::SECOND;
    let check = |aud: serde_json::Value, fapi: bool| -> Result<(), Denial> {
        let claims = json!({"iss": "d", "sub": "d", "aud": aud, "exp": now + 60, "jti": "x"});
        let text = sign_claims(&private, &json!({"alg": "ES256"}), &claims).unwrap();
        let audiences: &[&str] = if fapi { &[ISSUER] } else { &[ISSUER, TOKEN] };
        let rules = Rules { audiences, lifetime: 3600, fapi };
        Assertion::peek(&text)?.verify(&keys, rules, NOW).map(|_| ())
    };
    for (aud, fapi, good) in [
        (json!(ISSUER), true, true),
        (json!([ISSUER]), true, false),
        (json!(TOKEN), true, false),
        (json!([ISSUER, TOKEN]), true, false),
        (json!("https://carnet.example/"), true, false),
        (json!(ISSUER), false, true),
        (json!([TOKEN]), false, true),
        (json!([ISSUER, TOKEN]), false, false),
    ] {
        assert_eq!(check(aud.clone(), fapi).is_ok(), good, "{aud} {fapi}");
    }
}

#[test]
fn fapi_clients_sign_with_its_algorithms_only() {
    let rsa = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let b64 = kernel::codes::base64url;
    let public = aws_lc_rs::signature::KeyPair::public_key(&rsa);
    let keys = json!({"kty": "RSA", "n": b64(public.modulus().big_endian_without_leading_zero()),
        "e": b64(public.exponent().big_endian_without_leading_zero())});
    let keys = crate::KeySet::parse(&keys.to_string()).unwrap();
    let now = NOW.0 / Instant::SECOND;
    let claims = json!({"iss": "d", "sub": "d", "aud": ISSUER, "exp": now + 60, "jti": "x"});
    let rng = aws_lc_rs::rand::SystemRandom::new();
    let signed = |alg: &str, how: &'static dyn aws_lc_rs::signature::RsaEncoding| {
        let head = b64(json!({ "alg": alg }).to_string().as_bytes());
        let message = format!("{head}.{}", b64(claims.to_string().as_bytes()));
        let mut signature = vec![0; rsa.public_modulus_len()];
        rsa.sign(how, &rng, message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", b64(&signature))
    };
    let ps256 = signed("PS256", &aws_lc_rs::signature::RSA_PSS_SHA256);
    let rs256 = signed("RS256", &aws_lc_rs::signature::RSA_PKCS1_SHA256);
    for (text, fapi, good) in
        [(&ps256, true, true), (&ps256, false, true), (&rs256, true, false), (&rs256, false, true)]
    {
        let rules = Rules { audiences: &[ISSUER], lifetime: 3600, fapi };
        let done = Assertion::peek(text).and_then(|assertion| assertion.verify(&keys, rules, NOW));
        assert_eq!(done.is_ok(), good, "{fapi} {done:?}");
    }
}

#[test]
fn ed25519_keys_are_taken() {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    let pair = Ed25519KeyPair::generate().unwrap();
    let b64 = kernel::codes::base64url;
    let keys = json!({"kty": "OKP", "crv": "Ed25519", "x": b64(pair.public_key().as_ref())});
    let keys = crate::KeySet::parse(&keys.to_string()).unwrap();
    let now = NOW.0 / Instant::SECOND;
    let claims = json!({"iss": "d", "sub": "d", "aud": ISSUER, "exp": now + 60, "jti": "x"});
    let message = format!("{}.{}", b64(br#"{"alg":"EdDSA"}"#), b64(claims.to_string().as_bytes()));
    let text = format!("{message}.{}", b64(pair.sign(message.as_bytes()).as_ref()));
    let rules = Rules { audiences: &[ISSUER], lifetime: 3600, fapi: true };
    assert!(Assertion::peek(&text).unwrap().verify(&keys, rules, NOW).is_ok());
}
