//! ID tokens, claims, logout tokens, bound access tokens, the discovery document.

use kernel::Instant;
use serde_json::{Value, json};

use super::NOW;
use crate::access::{Binding, ServiceToken};
use crate::certificate::Certificate;
use crate::jwk::{public_jwks, thumbprint_of};
use crate::openid::{IdToken, Identity, Practice, discovery, logout_token, read_hint, subject, userinfo};
use crate::{KeySet, PrivateKey};

const ISSUER: &str = "https://carnet.example";

fn keys() -> (PrivateKey, KeySet) {
    let jwk = PrivateKey::generate("k").unwrap();
    (PrivateKey::parse(&jwk).unwrap(), KeySet::parse(&public_jwks(&jwk).to_string()).unwrap())
}

fn id_token<'a>(nonce: Option<&'a str>) -> IdToken<'a> {
    IdToken {
        issuer: ISSUER,
        client_id: "dossier",
        national_id: "810001045367",
        sid: "S-1",
        signed_in: NOW.plus(-7 * Instant::SECOND),
        nonce,
        access_token: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
    }
}

fn parts(token: &str) -> (Value, Value) {
    let part = |n: usize| {
        let bytes = kernel::codes::from_base64url(token.split('.').nth(n).unwrap()).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    (part(0), part(1))
}

#[test]
fn an_id_token_says_who_when_and_for_whom() {
    let (key, keys) = keys();
    let text = id_token(Some("n-1")).sign(&key, NOW).unwrap();
    let (header, claims) = parts(&text);
    assert_eq!(header, json!({"alg": "ES256", "typ": "JWT", "kid": "k"}));
    let now = NOW.0 / Instant::SECOND;
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["aud"], "dossier");
    assert_eq!(claims["sub"], subject(ISSUER, "810001045367"));
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(now), &json!(now + 300)));
    assert_eq!(claims["auth_time"], json!(now - 7));
    assert_eq!(
        (&claims["nonce"], &claims["acr"], &claims["sid"]),
        (&json!("n-1"), &json!("eidas1"), &json!("S-1"))
    );
    // OpenID Connect Core, appendix A.3 has this token and its hash.
    assert_eq!(claims["at_hash"], "77QmUPtjPfzWtF2AnpK9RQ");
    assert!(parts(&id_token(None).sign(&key, NOW).unwrap()).1.get("nonce").is_none());
    assert!(read_hint(&text, &keys, ISSUER).is_some());
}

#[test]
fn only_our_own_id_tokens_are_taken_as_hints() {
    let (key, known) = keys();
    let text = id_token(None).sign(&key, NOW).unwrap();
    assert!(read_hint(&text, &known, "https://other.example").is_none(), "another issuer");
    assert!(read_hint(&text, &keys().1, ISSUER).is_none(), "another key");
    let logout = logout_token(&key, ISSUER, ("d", "8", "S"), "j", NOW).unwrap();
    assert!(read_hint(&logout, &known, ISSUER).is_none(), "a logout token is no ID token");
    let (head, rest) = text.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let forged = kernel::codes::base64url(json!({"iss": ISSUER, "sid": "S-2"}).to_string().as_bytes());
    assert!(read_hint(&format!("{head}.{forged}.{signature}"), &known, ISSUER).is_none(), "other claims");
    for garbage in ["", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        assert!(read_hint(garbage, &known, ISSUER).is_none());
    }
}

/// OpenID Connect Back-Channel Logout §2.4.
#[test]
fn a_logout_token_has_its_event_and_never_a_nonce() {
    let (key, _) = keys();
    let text = logout_token(&key, ISSUER, ("dossier", "810001045367", "S-1"), "j-1", NOW).unwrap();
    let (header, claims) = parts(&text);
    assert_eq!(header["typ"], "logout+jwt");
    for name in ["iss", "sub", "aud", "iat", "exp", "jti", "sid"] {
        assert!(!claims[name].is_null(), "{name}");
    }
    assert_eq!(claims["events"], json!({"http://schemas.openid.net/event/backchannel-logout": {}}));
    assert!(claims.get("nonce").is_none());
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 120);
}

#[test]
fn the_subject_is_ours_and_stays() {
    let sub = subject(ISSUER, "810001045367");
    assert_eq!(sub, subject(ISSUER, "810001045367"));
    assert_ne!(sub, subject("https://other.example", "810001045367"));
    let (prefix, rest) = sub.split_once(':').unwrap();
    let (uuid, id) = rest.split_once(':').unwrap();
    assert_eq!((prefix, uuid.len(), id), ("f", 36, "810001045367"));
}

#[test]
fn claims_have_the_shape_of_pro_sante_connect() {
    let practice = Practice {
        profession: "10".into(),
        category: "C".into(),
        know_how: "S".into(),
        specialty: "SM04".into(),
        mode: "S".into(),
        sector: "SA01".into(),
        structure: "Clinique des Tilleuls".into(),
        legal_name: "SAS Les Tilleuls".into(),
        finess: "750100125".into(),
        ..Practice::default()
    };
    let who = Identity {
        national_id: "810001045367".into(),
        given_name: "CLAIRE".into(),
        family_name: "MOREAU".into(),
        civility: "MME".into(),
        title: "DR".into(),
        chosen: practice.clone(),
        practices: vec![practice, Practice { profession: "10".into(), ..Practice::default() }],
    };
    let claims = userinfo(ISSUER, &who);
    assert_eq!(claims["SubjectNameID"], "810001045367");
    assert_eq!(claims["preferred_username"], "810001045367");
    assert_eq!(claims["SubjectRole"], json!(["10^1.2.250.1.213.1.1.5.5"]));
    assert_eq!(claims["Secteur_Activite"], "SA01^1.2.250.1.71.4.2.4");
    assert_eq!(claims["SubjectOrganizationID"], "1750100125");
    assert_eq!(claims["otherIds"][0]["origine"], "RPPS");
    let exercises = claims["SubjectRefPro"]["exercices"].as_array().unwrap();
    assert_eq!(exercises.len(), 2);
    assert_eq!(exercises[0]["codeSavoirFaire"], "SM04");
    let activity = &exercises[0]["activities"][0];
    assert_eq!(activity["numeroFinessSite"], "750100125");
    assert_eq!(activity["raisonSocialeSite"], "SAS Les Tilleuls");
    assert_eq!(activity["enseigneCommercialeSite"], "Clinique des Tilleuls");
    assert!(activity.as_object().unwrap().values().all(Value::is_string));
}

fn certificate(byte: u8) -> Certificate {
    Certificate { thumbprint: [byte; 32], subject: String::new(), names: vec![], holds: (0, i64::MAX) }
}

#[test]
fn a_bound_token_opens_with_its_key_only() {
    let token = |binding: Binding| ServiceToken {
        grant: "g".into(),
        client_id: "d".into(),
        scope: "openid".into(),
        issued: NOW,
        binding,
    };
    let (mine, other) = (certificate(1), certificate(2));
    for (binding, scheme, jkt, shown, good) in [
        (Binding::Bearer, "Bearer", None, None, true),
        (Binding::Bearer, "bearer", None, None, true),
        (Binding::Bearer, "DPoP", Some("k"), None, false),
        (Binding::Key("k".into()), "DPoP", Some("k"), None, true),
        (Binding::Key("k".into()), "DPoP", Some("o"), None, false),
        (Binding::Key("k".into()), "DPoP", None, None, false),
        // The downgrade of RFC 9449 §7.2.
        (Binding::Key("k".into()), "Bearer", Some("k"), None, false),
        (Binding::Certificate(mine.x5t()), "Bearer", None, Some(&mine), true),
        (Binding::Certificate(mine.x5t()), "Bearer", None, Some(&other), false),
        (Binding::Certificate(mine.x5t()), "Bearer", None, None, false),
    ] {
        let done = token(binding.clone()).check_binding(scheme, jkt, shown);
        assert_eq!(done.is_ok(), good, "{binding:?} {scheme} {jkt:?}");
    }
}

#[test]
fn a_service_token_opens_until_it_ends() {
    let token = ServiceToken {
        grant: "g".into(),
        client_id: "d".into(),
        scope: "openid".into(),
        issued: NOW,
        binding: Binding::Bearer,
    };
    let text = token.seal(<[u8]>::to_vec);
    let open = |at: Instant| ServiceToken::open(&text, at, |sealed| Some(sealed.to_vec()));
    assert_eq!(open(NOW), Some(token.clone()));
    assert_eq!(open(token.expires().plus(-1)), Some(token.clone()));
    assert_eq!(open(token.expires()), None);
    assert_eq!(ServiceToken::open(&text, NOW, |_| None), None);
}

#[test]
fn the_discovery_document_names_every_endpoint_under_the_issuer() {
    let document = discovery(ISSUER, None);
    assert_eq!(document["issuer"], ISSUER);
    for (name, value) in document.as_object().unwrap() {
        if name.ends_with("_endpoint") || name.ends_with("_uri") {
            assert!(value.as_str().unwrap().starts_with("https://carnet.example/oauth/"), "{name}");
        }
    }
    assert_eq!(document["response_types_supported"], json!(["code"]));
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    assert_eq!(document["id_token_signing_alg_values_supported"], json!(["ES256", "RS256"]));
    assert!(document.get("mtls_endpoint_aliases").is_none());
}

/// The same endpoints serve apps, and a program that reads only this document must not conclude otherwise.
#[test]
fn the_discovery_document_says_what_apps_may_ask_and_how_they_prove_themselves() {
    let document = discovery(ISSUER, None);
    let has = |member: &str, word: &str| document[member].as_array().unwrap().contains(&json!(word));
    for scope in [
        "openid",
        "launch/patient",
        "offline_access",
        "patient/Binary.r",
        "patient/DocumentReference.rs",
        "patient/List.rs",
        "patient/Patient.rs",
    ] {
        assert!(has("scopes_supported", scope), "{scope}");
    }
    for endpoint in ["token", "revocation", "introspection"] {
        let methods = format!("{endpoint}_endpoint_auth_methods_supported");
        assert!(has(&methods, "private_key_jwt"), "{methods}");
        // What a token holds is told to services alone.
        assert_eq!(has(&methods, "none"), endpoint != "introspection", "{methods}");
    }
}

#[test]
fn who_shows_a_certificate_is_told_where() {
    let document = discovery(ISSUER, Some("https://mtls.carnet.example"));
    let aliases = document["mtls_endpoint_aliases"].as_object().unwrap();
    assert_eq!(aliases["token_endpoint"], "https://mtls.carnet.example/oauth/token");
    for (name, value) in aliases {
        let usual = document[name].as_str().unwrap().strip_prefix(ISSUER).unwrap();
        assert_eq!(value.as_str(), Some(format!("https://mtls.carnet.example{usual}").as_str()), "{name}");
    }
    assert!(!aliases.contains_key("authorization_endpoint"), "browsers are never asked for a certificate");
    assert!(document["token_endpoint"].as_str().unwrap().starts_with(ISSUER));
}

#[test]
fn rs256_signs_for_those_who_read_nothing_else() {
    let jwk = PrivateKey::generate_rsa("r-1").unwrap();
    let public = public_jwks(&jwk);
    let mut members: Vec<&str> = public["keys"][0].as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"], "nothing private is published");
    assert_eq!(thumbprint_of(&jwk), thumbprint_of(&public["keys"][0]));
    let (key, keys) = (PrivateKey::parse(&jwk).unwrap(), KeySet::parse(&public.to_string()).unwrap());
    let token = IdToken {
        issuer: ISSUER,
        client_id: "d",
        national_id: "810001045367",
        sid: "s",
        signed_in: NOW,
        nonce: None,
        access_token: "t",
    }
    .sign(&key, NOW)
    .unwrap();
    let header = String::from_utf8(kernel::codes::from_base64url(token.split('.').next().unwrap()).unwrap());
    assert!(header.unwrap().contains("\"alg\":\"RS256\""));
    assert_eq!(read_hint(&token, &keys, ISSUER).unwrap()["aud"], "d");
    let other = PrivateKey::generate_rsa("r-1").unwrap();
    let others = KeySet::parse(&public_jwks(&other).to_string()).unwrap();
    assert!(read_hint(&token, &others, ISSUER).is_none(), "another key of the same name");
    let mut both = super::service::service();
    (both.fapi, both.signing) = (true, crate::Signing::Rs256);
    assert!(both.flaws(Some(&keys)).iter().any(|(member, _)| *member == "id_token_signed_response_alg"));
}
