mod app;
mod authorize;
mod certificate;
mod dpop;
mod openid;
mod service;

use kernel::Instant;
use serde_json::{Value, json};

use crate::assertion::sign_claims;
use crate::jwk::public_jwks;
use crate::*;

const ENDPOINT: &str = "https://carnet.example/oauth/token";
const NOW: Instant = Instant(1_795_000_000 * Instant::SECOND);

fn pair() -> (PrivateKey, KeySet) {
    let jwk = PrivateKey::generate("k1").unwrap();
    (PrivateKey::parse(&jwk).unwrap(), KeySet::parse(&public_jwks(&jwk).to_string()).unwrap())
}

fn check(text: &str, keys: &KeySet, now: Instant) -> Result<Proven, String> {
    Assertion::peek(text)
        .and_then(|assertion| assertion.verify(keys, Rules::software(&[ENDPOINT]), now))
        .map_err(|denial| denial.error_description)
}

#[test]
fn a_fresh_assertion_proves_its_client() {
    let (private, keys) = pair();
    let text = sign_assertion(&private, "labo", ENDPOINT, "j-1", NOW).unwrap();
    let proven = check(&text, &keys, NOW).unwrap();
    assert_eq!((proven.client_id.as_str(), proven.jti.as_str()), ("labo", "j-1"));
    assert!(proven.burn_until > NOW);
    let (_, others) = pair();
    assert!(check(&text, &others, NOW).unwrap_err().contains("signature"));
    // Once the jti may be forgotten, the assertion is no longer taken.
    assert!(check(&text, &keys, proven.burn_until).unwrap_err().contains("past"));
}

#[test]
fn every_claim_is_held_to_its_rule() {
    let (private, keys) = pair();
    let now = NOW.0 / Instant::SECOND;
    let good =
        json!({"iss": "labo", "sub": "labo", "aud": ENDPOINT, "exp": now + 240, "iat": now, "jti": "x"});
    let cases: [(&str, Value, Option<&str>); 14] = [
        ("jti", json!("x"), None),
        ("aud", json!([ENDPOINT]), None),
        ("exp", json!(now + 300), None),
        ("exp", json!(now - 10), None),
        ("sub", json!("other"), Some("iss and sub")),
        ("aud", json!("https://elsewhere.example/token"), Some("aud")),
        ("aud", json!([ENDPOINT, "https://elsewhere.example"]), Some("aud")),
        ("aud", json!(7), Some("aud")),
        ("exp", json!(now - 40), Some("past")),
        ("exp", json!(now + 900), Some("too far ahead")),
        ("iat", json!(now + 120), Some("iat")),
        ("nbf", json!(now + 120), Some("nbf")),
        ("jti", json!(""), Some("jti")),
        ("jti", Value::Null, Some("must hold")),
    ];
    for (claim, value, expected) in cases {
        let mut claims = good.clone();
        claims[claim] = value.clone();
        let text = sign_claims(&private, &json!({"alg": "ES256"}), &claims).unwrap();
        match (check(&text, &keys, NOW), expected) {
            (Ok(_), None) => (),
            (Err(said), Some(word)) if said.contains(word) => (),
            (got, _) => panic!("{claim} = {value}: {got:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn algorithms_cannot_be_confused() {
    let (private, keys) = pair();
    let now = NOW.0 / Instant::SECOND;
    let claims = json!({"iss": "a", "sub": "a", "aud": ENDPOINT, "exp": now + 60, "jti": "x"});
    for alg in ["none", "HS256", "RS256", "ES384", "PS256", "EdDSA"] {
        let text = sign_claims(&private, &json!({"alg": alg}), &claims).unwrap();
        assert!(check(&text, &keys, NOW).is_err(), "{alg}");
    }
    let named = sign_claims(&private, &json!({"alg": "ES256", "kid": "another"}), &claims).unwrap();
    assert!(check(&named, &keys, NOW).is_err());
    for garbage in ["", "a.b.c", "..", "é", &"x".repeat(9000)] {
        assert!(check(garbage, &keys, NOW).is_err());
    }
}

/// A P-384 pair and an RSA-2048 pair made for this test with OpenSSL's command line would do as well; here
/// the crypto library makes them.
#[test]
fn es384_and_rs256_are_taken_too() {
    use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256};
    let b64 = kernel::codes::base64url;
    let now = NOW.0 / Instant::SECOND;
    let claims = json!({"iss": "a", "sub": "a", "aud": ENDPOINT, "exp": now + 60, "jti": "x"});

    let ec = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
    let point = ec.public_key().as_ref();
    let keys =
        json!({"keys": [{"kty": "EC", "crv": "P-384", "x": b64(&point[1..49]), "y": b64(&point[49..])}]});
    let message = format!("{}.{}", b64(br#"{"alg":"ES384"}"#), b64(claims.to_string().as_bytes()));
    let rng = aws_lc_rs::rand::SystemRandom::new();
    let signature = ec.sign(&rng, message.as_bytes()).unwrap();
    let text = format!("{message}.{}", b64(signature.as_ref()));
    assert!(check(&text, &KeySet::parse(&keys.to_string()).unwrap(), NOW).is_ok());

    let rsa = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let public = rsa.public_key();
    let (n, e) = (public.modulus(), public.exponent());
    let keys = json!({"kty": "RSA", "alg": "RS256", "n": b64(n.big_endian_without_leading_zero()),
        "e": b64(e.big_endian_without_leading_zero())});
    let message = format!("{}.{}", b64(br#"{"alg":"RS256"}"#), b64(claims.to_string().as_bytes()));
    let mut signature = vec![0; rsa.public_modulus_len()];
    rsa.sign(&RSA_PKCS1_SHA256, &rng, message.as_bytes(), &mut signature).unwrap();
    let text = format!("{message}.{}", b64(&signature));
    assert!(check(&text, &KeySet::parse(&keys.to_string()).unwrap(), NOW).is_ok());
}

#[test]
fn only_public_keys_of_the_right_kind_are_registered() {
    let private = PrivateKey::generate("k").unwrap();
    let mut public = public_jwks(&private);
    let cases = [
        (private.to_string(), BadKey::Private),
        (r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#.to_owned(), BadKey::Private),
        (r#"{"kty":"EC","crv":"P-521","x":"AA","y":"AA"}"#.to_owned(), BadKey::Algorithm),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#.to_owned(), BadKey::Numbers),
        (r#"{"kty":"OKP","crv":"X25519","x":"AA"}"#.to_owned(), BadKey::Algorithm),
        (r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#.to_owned(), BadKey::Numbers),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#.to_owned(), BadKey::Algorithm),
        (r#"{"keys":[]}"#.to_owned(), BadKey::Empty),
        ("{}".to_owned(), BadKey::Shape("`kty` is missing")),
        ("hello".to_owned(), BadKey::Shape("it is not JSON")),
    ];
    for (text, expected) in cases {
        assert_eq!(KeySet::parse(&text).err(), Some(expected), "{text}");
    }
    public["keys"][0]["alg"] = json!("ES384");
    assert_eq!(KeySet::parse(&public.to_string()).err(), Some(BadKey::Algorithm));
}

#[test]
fn scopes_follow_both_grammars() {
    use Interaction::{Create, Delete, Read, Search, Update};
    let cases: [(&str, &str, Interaction, bool); 12] = [
        ("system/DocumentReference.rs", "DocumentReference", Read, true),
        ("system/DocumentReference.rs", "DocumentReference", Create, false),
        ("system/DocumentReference.rs", "Binary", Read, false),
        ("system/*.read", "Binary", Search, true),
        ("system/*.read", "Binary", Update, false),
        ("system/Bundle.write", "Bundle", Create, true),
        ("system/Bundle.c", "Bundle", Create, true),
        ("system/*.cruds", "Patient", Delete, true),
        ("system/Patient.*", "Patient", Delete, true),
        ("system/Patient.sr", "Patient", Read, false),
        ("patient/Patient.r", "Patient", Read, false),
        ("system/Observation.rs?category=laboratory", "Observation", Read, false),
    ];
    for (text, resource, interaction, allowed) in cases {
        assert_eq!(Scopes::parse(text).allows(resource, interaction), allowed, "{text} {resource}");
    }
    assert_eq!(Scopes::parse("system/A.r openid system/A.s x/y").to_string(), "system/A.rs");
    assert_eq!(Scopes::parse_all("system/A.r nonsense"), Err("nonsense".to_owned()));
}

#[test]
fn scopes_are_put_together_and_compared() {
    for (one, other, both, within) in [
        ("patient/A.r", "patient/A.s", "patient/A.rs", false),
        ("patient/A.r", "patient/A.rs", "patient/A.rs", true),
        ("patient/A.r", "patient/*.r", "patient/*.r patient/A.r", true),
        ("patient/*.r", "patient/A.r", "patient/*.r patient/A.r", false),
        ("patient/A.r", "system/A.r", "system/A.r patient/A.r", false),
        ("", "patient/A.r", "patient/A.r", true),
    ] {
        let (one, other) = (Scopes::parse(one), Scopes::parse(other));
        assert_eq!(one.and(&other).to_string(), both);
        assert_eq!(one.is_within(&other), within, "{one} in {other}");
        assert!(one.is_within(&one.and(&other)) && other.is_within(&one.and(&other)));
    }
}

#[test]
fn an_assertion_beside_a_form_is_whose_the_form_says() {
    type Case<'a> = (&'a [(&'a str, &'a str)], Result<Option<&'a str>, &'a str>);
    let (private, _) = pair();
    let text = sign_assertion(&private, "labo", ENDPOINT, "j", NOW).unwrap();
    let signed = ("client_assertion", text.as_str());
    let kind = ("client_assertion_type", assertion::ASSERTION_TYPE);
    let cases: [Case<'_>; 8] = [
        (&[], Ok(None)),
        (&[("client_id", "labo")], Ok(None)),
        (&[signed, kind], Ok(Some("labo"))),
        (&[signed, kind, ("client_id", "labo")], Ok(Some("labo"))),
        (&[signed, kind, ("client_id", "other")], Err("invalid_client")),
        (&[signed], Err("invalid_request")),
        (&[("client_assertion", "a.b.c"), kind], Err("invalid_client")),
        (&[("client_id", "labo"), ("client_secret", "s")], Err("invalid_client")),
    ];
    for (form, expected) in cases {
        let pairs: Vec<_> = form.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let beside = Assertion::beside(Params::unchecked(&pairs));
        let said = beside.map(|found| found.map(|one| one.client_id().to_owned()));
        let expected = expected.map(|found| found.map(str::to_owned)).map_err(str::to_owned);
        assert_eq!(said.map_err(|denial| denial.error.word()), expected, "{form:?}");
    }
}

#[test]
fn a_grant_is_never_more_than_the_registration() {
    let cases = [
        ("system/*.cruds", "system/Bundle.c system/Patient.rs", "system/Bundle.c system/Patient.rs"),
        ("system/Patient.read", "system/*.r", "system/Patient.r"),
        ("system/Bundle.c", "system/Patient.rs", ""),
        ("patient/Patient.r", "system/*.cruds", ""),
    ];
    for (asked, registered, granted) in cases {
        assert_eq!(Scopes::parse(asked).granted(&Scopes::parse(registered)).to_string(), granted, "{asked}");
    }
}

#[test]
fn a_token_opens_until_it_ends_and_only_unaltered() {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, b"test");
    let seal = |plain: &[u8]| [aws_lc_rs::hmac::sign(&key, plain).as_ref(), plain].concat();
    let open = |sealed: &[u8]| {
        let (tag, plain) = sealed.split_at_checked(32)?;
        aws_lc_rs::hmac::verify(&key, plain, tag).ok().map(|()| plain.to_vec())
    };
    let software =
        kernel::Software { client_id: "labo".into(), organization: "Laboratoire".into(), finess: None };
    let token = AccessToken::new(software, "laboratory".into(), Scopes::parse("system/Bundle.c"), 7, NOW);
    let text = token.seal(seal);
    assert_eq!(AccessToken::open(&text, NOW, open), Some(token.clone()));
    assert_eq!(AccessToken::open(&text, NOW.plus(301 * Instant::SECOND), open), None);
    assert_eq!(AccessToken::open(&text[1..], NOW, open), None);
    assert_eq!(AccessToken::open(&format!("{}A", &text[..text.len() - 1]), NOW, open), None);
    assert_eq!(token.response(text).token_type, "bearer");
}

#[test]
fn the_form_is_held_to_smart() {
    let good = TokenRequest {
        grant_type: "client_credentials".into(),
        scope: "system/Bundle.c".into(),
        client_assertion_type: assertion::ASSERTION_TYPE.into(),
        client_assertion: "a.b.c".into(),
    };
    assert!(good.assertion().is_ok());
    let code = |request: &TokenRequest| request.assertion().map_err(|denial| denial.error).unwrap_err();
    assert_eq!(
        code(&TokenRequest { grant_type: "password".into(), ..good.clone() }),
        DenialCode::UnsupportedGrantType
    );
    assert_eq!(
        code(&TokenRequest { client_assertion: String::new(), ..good.clone() }),
        DenialCode::InvalidRequest
    );
    let denial = good.grant(&Scopes::parse("system/Patient.r")).unwrap_err();
    assert_eq!(
        serde_json::to_value(&denial).unwrap()["error"],
        json!("invalid_scope"),
        "the wire word is RFC 6749's"
    );
    assert_eq!(DenialCode::InvalidClient.status(), 401);
}
