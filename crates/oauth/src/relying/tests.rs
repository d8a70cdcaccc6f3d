//! Every check of a provider's word, as tables of what is wrong with it.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Instant, Sex};
use serde_json::{Value, json};

use super::*;
use crate::PrivateKey;
use crate::assertion::sign_claims;
use crate::jwk::public_jwks;

mod logout;

const NOW: Instant = Instant(1_795_000_000 * Instant::SECOND);
const ISSUER: &str = "https://fournisseur.example";
/// OpenID Connect Core, appendix A.3 has this token and its hash.
const ACCESS: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";

fn pair() -> (Value, PrivateKey, ProviderKeys) {
    let jwk = PrivateKey::generate("k1").unwrap();
    let keys = ProviderKeys::read(&public_jwks(&jwk).to_string()).unwrap();
    (jwk.clone(), PrivateKey::parse(&jwk).unwrap(), keys)
}

fn good() -> Value {
    let now = NOW.0 / Instant::SECOND;
    json!({
        "iss": ISSUER, "sub": "s-1", "aud": "carnet", "azp": "carnet", "exp": now + 60, "iat": now - 2,
        "nonce": "n-1", "acr": "eidas2", "auth_time": now - 9, "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
    })
}

fn signed(key: &PrivateKey, claims: &Value) -> String {
    sign_claims(key, &json!({"alg": "ES256", "typ": "JWT", "kid": "k1"}), claims).unwrap()
}

fn expected() -> Expected<'static> {
    Expected {
        issuer: ISSUER,
        client_id: "carnet",
        nonce: Some("n-1"),
        acr: "eidas2",
        access_token: ACCESS,
        now: NOW,
    }
}

#[test]
fn a_good_id_token_says_who_signed_in() {
    let (_, key, keys) = pair();
    let token = signed(&key, &good());
    let who = id_token(&token, &keys, None, expected()).unwrap();
    assert_eq!((who.sub.as_str(), who.acr.as_str()), ("s-1", "eidas2"));
    assert_eq!(who.auth_time, Some(NOW.plus(-9 * Instant::SECOND)));
    assert_eq!(who.token, token);
}

#[test]
fn an_id_token_is_taken_with_nothing_wrong_or_not_at_all() {
    let (_, key, keys) = pair();
    let now = NOW.0 / Instant::SECOND;
    for (change, word) in [
        (json!({"iss": "https://autre.example"}), "iss"),
        (json!({"iss": null}), "iss"),
        (json!({"aud": "autre"}), "aud"),
        (json!({"aud": []}), "aud"),
        (json!({"aud": ["carnet", "autre"], "azp": null}), "azp"),
        (json!({"aud": ["carnet", "autre"], "azp": "autre"}), "azp"),
        (json!({"azp": "autre"}), "azp"),
        (json!({"exp": now - 61}), "exp"),
        (json!({"exp": null}), "exp"),
        (json!({"exp": "tomorrow"}), "exp"),
        (json!({"iat": now + 61}), "iat"),
        (json!({"iat": now - 601}), "iat"),
        (json!({"iat": null}), "iat"),
        (json!({"nbf": now + 61}), "nbf"),
        (json!({"nonce": "n-2"}), "nonce"),
        (json!({"nonce": null}), "nonce"),
        (json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}), "at_hash"),
        (json!({"sub": ""}), "sub"),
        (json!({"sub": null}), "sub"),
        (json!({"acr": "eidas1"}), "level"),
        (json!({"acr": null}), "level"),
        (json!({"acr": "strong"}), "level"),
    ] {
        let mut claims = good();
        for (name, value) in change.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        let wrong = id_token(&signed(&key, &claims), &keys, None, expected()).unwrap_err();
        assert!(wrong.to_string().contains(word), "{change}: {wrong}");
    }
    for change in [
        json!({"aud": ["carnet"]}),
        json!({"aud": ["autre", "carnet"]}),
        json!({"acr": "eidas3"}),
        json!({"exp": now - 30}),
    ] {
        let mut claims = good();
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert!(id_token(&signed(&key, &claims), &keys, None, expected()).is_ok(), "{change}");
    }
}

#[test]
fn a_signature_is_the_providers_own_by_a_key_that_it_names() {
    let (_, key, keys) = pair();
    let (_, stranger, _) = pair();
    let header = |change: Value| {
        let mut header = json!({"alg": "ES256", "typ": "JWT", "kid": "k1"});
        header.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        header
    };
    let check = |by: &PrivateKey, change: Value| {
        let token = sign_claims(by, &header(change), &good()).unwrap();
        id_token(&token, &keys, None, expected()).map(|_| ())
    };
    assert_eq!(check(&key, json!({})), Ok(()));
    assert_eq!(check(&stranger, json!({})), Err(Wrong::Token("its signature does not fit")));
    assert_eq!(check(&key, json!({"kid": "k2"})), Err(Wrong::UnknownKey));
    // Neither no signature, nor one by a secret that would be the public key.
    for alg in ["none", "HS256", "RS512", ""] {
        assert!(matches!(check(&key, json!({"alg": alg})), Err(Wrong::Token(_))), "{alg}");
    }
    assert!(matches!(check(&key, json!({"crit": ["b64"], "b64": false})), Err(Wrong::Token(_))));
    for typ in ["logout+jwt", "at+jwt"] {
        assert!(matches!(check(&key, json!({"typ": typ})), Err(Wrong::Token(_))), "{typ}");
    }
    for text in ["", "a.b", "a.b.c", "é.é.é", &"a".repeat(40_000)] {
        assert!(id_token(text, &keys, None, expected()).is_err());
    }
}

#[test]
fn keys_for_other_purposes_are_passed_over() {
    let (jwk, ..) = pair();
    let ours = public_jwks(&jwk)["keys"][0].clone();
    let mut sealing = ours.clone();
    sealing["use"] = json!("enc");
    let set = |keys: &[&Value]| ProviderKeys::read(&json!({"keys": keys}).to_string());
    assert!(set(&[&json!({"kty": "oct", "k": "AAAA"}), &sealing, &ours]).is_ok());
    assert_eq!(set(&[&sealing]).unwrap_err(), Wrong::Keys);
    assert_eq!(ProviderKeys::read("[]").unwrap_err(), Wrong::Keys);
}

#[test]
fn levels_have_an_order() {
    for (given, asked, enough) in [
        ("eidas2", "eidas2", true),
        ("eidas3", "eidas2", true),
        ("eidas1", "eidas2", false),
        ("eidas2", "eidas3", false),
        ("gold", "gold", true),
        ("gold", "eidas1", false),
        ("eidas3", "gold", false),
        ("", "eidas1", false),
    ] {
        assert_eq!(reaches(given, asked), enough, "{given} for {asked}");
    }
}

#[test]
fn a_discovery_document_is_its_issuers_and_leads_nowhere_unsafe() {
    let document = |change: Value| {
        let mut all = json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://fournisseur.example/entrer",
            "token_endpoint": "https://fournisseur.example/jetons",
            "userinfo_endpoint": "https://fournisseur.example/qui",
            "jwks_uri": "https://fournisseur.example/cles",
        });
        all.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        Document::read(&all.to_string(), ISSUER)
    };
    let read = document(json!({"authorization_response_iss_parameter_supported": true})).unwrap();
    assert!(read.names_itself && read.pushed.is_none() && read.end_session.is_none());
    for change in [
        json!({"issuer": "https://fournisseur.example/"}),
        json!({"token_endpoint": ""}),
        json!({"jwks_uri": "http://fournisseur.example/cles"}),
        json!({"userinfo_endpoint": "file:///etc/passwd"}),
        json!({"end_session_endpoint": "javascript:alert(1)"}),
        json!({"authorization_endpoint": "https://fournisseur.example/#"}),
    ] {
        assert!(matches!(document(change.clone()), Err(Wrong::Document(_))), "{change}");
    }
}

#[test]
fn an_answer_answers_what_was_asked() {
    let document = |names_itself| Document {
        issuer: ISSUER.into(),
        authorization: String::new(),
        token: String::new(),
        userinfo: String::new(),
        jwks: String::new(),
        end_session: None,
        pushed: None,
        backchannel: None,
        certified: Default::default(),
        names_itself,
    };
    let check = |names_itself, query: &[(&str, &str)]| {
        let query: Vec<_> = query.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        answer(&query, &document(names_itself), "st")
    };
    assert_eq!(check(false, &[("code", "c"), ("state", "st")]).unwrap(), "c");
    assert_eq!(check(true, &[("code", "c"), ("state", "st"), ("iss", ISSUER)]).unwrap(), "c");
    assert_eq!(check(false, &[("error", "access_denied"), ("state", "st")]), Err(Wrong::Declined));
    let said = check(false, &[("error", "<b>bad</b>"), ("state", "st")]);
    assert_eq!(said, Err(Wrong::Said("bbadb".into())));
    for query in [
        &[("code", "c")][..],
        &[("code", "c"), ("state", "other")],
        &[("code", "c"), ("state", "st"), ("state", "st")],
        &[("code", "c"), ("state", "st"), ("iss", "https://autre.example")],
        &[("state", "st")],
    ] {
        assert!(matches!(check(false, query), Err(Wrong::Answer(_))), "{query:?}");
    }
    assert!(matches!(check(true, &[("code", "c"), ("state", "st")]), Err(Wrong::Answer(_))), "RFC 9207");
}

#[test]
fn a_request_carries_pkce_and_never_its_verifier() {
    let request = Request {
        client_id: "carnet",
        redirect_uri: "https://carnet.example/sign-in/back/fc",
        scopes: "openid identite_pivot",
        acr: "eidas2",
        state: "st",
        nonce: "n-1",
        verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        language: "fr",
    };
    let asked = request.parameters();
    let of = |name: &str| asked.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str());
    // RFC 7636, appendix B.
    assert_eq!(of("code_challenge"), Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
    assert_eq!(of("code_challenge_method"), Some("S256"));
    assert!(asked.iter().all(|(_, value)| !value.contains(request.verifier)));
    assert!(request.exchange("c").contains(&("code_verifier", request.verifier.to_owned())));
}

#[test]
fn what_proves_us_is_in_no_log() {
    let secret = OurProof::Secret("s3cret".into());
    assert!(!format!("{secret:?}").contains("s3cret"));
    let fields = secret.fields("carnet", ISSUER, "j", NOW).unwrap();
    assert_eq!(fields, [("client_id", "carnet".to_owned()), ("client_secret", "s3cret".to_owned())]);
    let (_, key, _) = pair();
    let fields = OurProof::Key(key).fields("carnet", ISSUER, "j", NOW).unwrap();
    assert!(fields.iter().any(|(name, value)| *name == "client_assertion" && value.split('.').count() == 3));
}

#[test]
fn tokens_are_read_or_refused_with_the_providers_word() {
    let read = |value: Value| Tokens::read(&value.to_string());
    let tokens = read(json!({"access_token": "a", "id_token": "i", "token_type": "bearer"})).unwrap();
    assert_eq!((tokens.access.as_str(), tokens.id.as_str()), ("a", "i"));
    assert_eq!(read(json!({"error": "invalid_grant"})), Err(Wrong::Said("invalid_grant".into())));
    for other in [
        json!({"access_token": "a", "id_token": "i"}),
        json!({"access_token": "a", "token_type": "Bearer"}),
        json!({"access_token": "a", "id_token": "i", "token_type": "DPoP"}),
        json!("a"),
    ] {
        assert!(matches!(read(other.clone()), Err(Wrong::Token(_))), "{other}");
    }
}

#[test]
fn userinfo_is_about_her_signed_or_not() {
    let (_, key, keys) = pair();
    let read = |kind: &str, body: &str| userinfo(kind, body, &keys, None, (ISSUER, "carnet", "s-1"));
    assert!(read("application/json; charset=utf-8", r#"{"sub":"s-1"}"#).is_ok());
    assert!(matches!(read("application/json", r#"{"sub":"s-2"}"#), Err(Wrong::Userinfo(_))));
    assert!(matches!(read("application/json", "{}"), Err(Wrong::Userinfo(_))));
    assert!(matches!(read("text/html", r#"{"sub":"s-1"}"#), Err(Wrong::Userinfo(_))));
    let jwt = |claims: Value| signed(&key, &claims);
    assert!(read("application/jwt", &jwt(json!({"sub": "s-1", "iss": ISSUER, "aud": "carnet"}))).is_ok());
    for claims in [
        json!({"sub": "s-2", "iss": ISSUER, "aud": "carnet"}),
        json!({"sub": "s-1", "iss": "https://autre.example", "aud": "carnet"}),
        json!({"sub": "s-1", "iss": ISSUER, "aud": "autre"}),
    ] {
        assert!(read("application/jwt", &jwt(claims.clone())).is_err(), "{claims}");
    }
    let (_, stranger, _) = pair();
    let forged = signed(&stranger, &json!({"sub": "s-1"}));
    assert!(read("application/jwt", &forged).is_err());
}

#[test]
fn traits_are_read_as_franceconnect_writes_them() {
    let claims = |value: Value| value.as_object().unwrap().clone();
    let base = json!({
        "family_name": "Pat-Trois", "given_name": "Dominique Marie-Louise", "birthdate": "1979-03-28",
        "gender": "female", "birthplace": "51215", "birthcountry": "99100",
    });
    let read = claims::traits(&claims(base.clone())).unwrap();
    assert_eq!(read.birth_name, "Pat-Trois");
    assert_eq!(read.given_names, "Dominique Marie-Louise");
    assert_eq!((read.birth_date.to_string(), read.sex), ("1979-03-28".to_owned(), Sex::F));
    assert_eq!(read.birth_place.as_deref(), Some("51215"));
    let with = |change: Value| {
        let mut all = base.clone();
        all.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        claims::traits(&claims(all))
    };
    let abroad = with(json!({"birthplace": "", "birthcountry": "99350"})).unwrap();
    assert_eq!(abroad.birth_place.as_deref(), Some("99350"), "the country, as the INS has it");
    let listed = with(json!({"given_name_array": ["Dominique", "Anne"]})).unwrap();
    assert_eq!(listed.given_names, "Dominique Anne");
    assert_eq!(with(json!({"birthplace": "Dompremy"})).unwrap().birth_place, None);
    for missing in
        [json!({"birthdate": "1979-00-00"}), json!({"gender": "unspecified"}), json!({"family_name": " "})]
    {
        assert!(with(missing.clone()).is_none(), "{missing}");
    }
}

#[test]
fn numbers_are_read_as_their_providers_write_them() {
    let claims = |value: Value| value.as_object().unwrap().clone();
    let rpps = |id: &str| claims::rpps(&claims(json!({"SubjectNameID": id})));
    assert_eq!(rpps("810001045367").unwrap().as_str(), "10001045367");
    for other in ["10001045367", "810001045368", "019284756", "8", ""] {
        assert!(rpps(other).is_none(), "{other}");
    }
    let ins = |value: Value| claims::ins(&claims(value));
    let oid = "1.2.250.1.213.1.4.10";
    assert!(ins(json!({"ins": "279035121518989", "ins_oid": oid})).is_some());
    assert!(ins(json!({"ins": "279035121518988"})).is_none(), "a production number whose key is wrong");
    assert!(ins(json!({"ins": "279035121518989", "ins_oid": "1.2.250.1.213.1.4.2"})).is_none());
}

/// RFC 7518, appendix C.
#[test]
fn keys_are_derived_as_the_standard_derives_them() {
    let shared = [
        158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110, 163, 218,
        128, 106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
    ];
    let key = sealed::derived(&shared, "A128GCM", 128, (b"Alice", b"Bob"));
    assert_eq!(URL_SAFE_NO_PAD.encode(key), "VqqN6vgjbSBcIijNcacQGg");
}

/// Seals as a provider does, for the public half of `jwk`.
fn seal(jwk: &Value, header: &Value, plain: &str) -> String {
    let ephemeral = PrivateKey::generate("e").unwrap();
    let number = |key: &Value, name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let mine = agreement::PrivateKey::from_private_key(&ECDH_P256, &number(&ephemeral, "d")).unwrap();
    let mut point = vec![4];
    point.extend(number(jwk, "x"));
    point.extend(number(jwk, "y"));
    let key = agreement::agree(&mine, UnparsedPublicKey::new(&ECDH_P256, point), (), |shared| {
        Ok(sealed::derived(shared, "A256GCM", 256, (b"", b"")))
    })
    .unwrap();
    let mut all = json!({
        "alg": "ECDH-ES", "enc": "A256GCM", "cty": "JWT",
        "epk": {"kty": "EC", "crv": "P-256", "x": ephemeral["x"], "y": ephemeral["y"]},
    });
    all.as_object_mut().unwrap().extend(header.as_object().unwrap().clone());
    let head = URL_SAFE_NO_PAD.encode(all.to_string());
    let mut content = plain.as_bytes().to_vec();
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap());
    let nonce = Nonce::assume_unique_for_key([7; 12]);
    key.seal_in_place_append_tag(nonce, Aad::from(head.as_bytes()), &mut content).unwrap();
    let (content, tag) = content.split_at(content.len() - 16);
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    format!("{head}..{}.{}.{}", part(&[7; 12]), part(content), part(tag))
}

#[test]
fn tokens_sealed_for_us_are_opened_and_then_checked_like_any_other() {
    let (_, key, keys) = pair();
    let ours = PrivateKey::generate("enc-1").unwrap();
    let opening = OpeningKey::parse(&ours).unwrap();
    let inner = signed(&key, &good());
    let token = seal(&ours, &json!({"kid": "enc-1"}), &inner);
    let who = id_token(&token, &keys, Some(&opening), expected()).unwrap();
    assert_eq!(who.token, inner);
    assert!(id_token(&token, &keys, None, expected()).is_err(), "no key to open it");
    let other = OpeningKey::parse(&PrivateKey::generate("enc-1").unwrap()).unwrap();
    assert!(id_token(&token, &keys, Some(&other), expected()).is_err(), "sealed for somebody else");
    for header in [
        json!({"kid": "enc-2"}),
        json!({"enc": "A128CBC-HS256"}),
        json!({"alg": "RSA-OAEP"}),
        json!({"zip": "DEF"}),
        json!({"crit": ["x"]}),
        json!({"epk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}}),
    ] {
        assert!(opening.open(&seal(&ours, &header, &inner)).is_err(), "{header}");
    }
    let mut altered = token.into_bytes();
    let at = altered.len() - 30;
    altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
    assert!(opening.open(&String::from_utf8(altered).unwrap()).is_err());
    // What is sealed must still be signed.
    let unsigned = seal(&ours, &json!({}), &json!({"sub": "s-1"}).to_string());
    assert!(id_token(&unsigned, &keys, Some(&opening), expected()).is_err());
    assert!(!format!("{opening:?}").contains(ours["d"].as_str().unwrap()));
}

#[test]
fn who_shows_a_certificate_goes_where_certificates_are_looked_at() {
    let mut all = json!({
        "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/a"), "token_endpoint": format!("{ISSUER}/t"),
        "userinfo_endpoint": format!("{ISSUER}/u"), "jwks_uri": format!("{ISSUER}/k"),
        "pushed_authorization_request_endpoint": format!("{ISSUER}/p"),
        "mtls_endpoint_aliases": {
            "token_endpoint": "https://mtls.example/t", "authorization_endpoint": "https://mtls.example/a",
            "backchannel_authentication_endpoint": "https://mtls.example/b",
        },
    });
    let usual = Document::read(&all.to_string(), ISSUER).unwrap();
    assert_eq!(usual.token, format!("{ISSUER}/t"));
    assert_eq!(usual.backchannel, None);
    let certified = usual.for_certificates();
    assert_eq!(certified.token, "https://mtls.example/t");
    assert_eq!(certified.backchannel.as_deref(), Some("https://mtls.example/b"));
    assert_eq!(certified.pushed, Some(format!("{ISSUER}/p")), "what has no other address keeps its own");
    assert_eq!(certified.userinfo, format!("{ISSUER}/u"));
    assert_eq!(certified.authorization, format!("{ISSUER}/a"), "her browser shows no certificate");
    all["mtls_endpoint_aliases"]["token_endpoint"] = json!("http://mtls.example/t");
    assert!(matches!(Document::read(&all.to_string(), ISSUER), Err(Wrong::Document(_))));
}

#[test]
fn a_certificate_says_who_we_are_without_any_field_but_our_name() {
    let fields = OurProof::Certificate.fields("carnet", ISSUER, "j-1", NOW).unwrap();
    assert_eq!(fields, [("client_id", "carnet".to_owned())]);
}

#[test]
fn a_telephone_rings_until_she_answers() {
    let call = Call { scopes: "openid", acr: "eidas1", login_hint: "810001045367", message: "4821" };
    let asked = call.parameters();
    assert!(asked.contains(&("binding_message", "4821".to_owned())), "{asked:?}");
    assert!(asked.contains(&("login_hint", "810001045367".to_owned())), "{asked:?}");
    let ringing = Ringing::read(r#"{"auth_req_id":"r","expires_in":120,"interval":2}"#).unwrap();
    assert_eq!((ringing.auth_req_id.as_str(), ringing.expires_in, ringing.interval), ("r", 120, 2));
    let ringing = Ringing::read(r#"{"auth_req_id":"r","expires_in":86400}"#).unwrap();
    assert_eq!((ringing.expires_in, ringing.interval), (600, 5), "nobody waits a day");
    for (text, wrong) in [
        ("[]", Wrong::Answer("it is not a JSON object")),
        (r#"{"expires_in":120}"#, Wrong::Answer("it holds no auth_req_id")),
        (r#"{"auth_req_id":"r"}"#, Wrong::Answer("it does not say how long it waits")),
        (r#"{"auth_req_id":"r","expires_in":0}"#, Wrong::Answer("it does not say how long it waits")),
        (r#"{"error":"unknown_user_id"}"#, Wrong::Declined),
        (r#"{"error":"invalid_client"}"#, Wrong::Said("invalid_client".to_owned())),
    ] {
        assert_eq!(Ringing::read(text), Err(wrong), "{text}");
    }
    let fields = fetching("r");
    assert!(fields.contains(&("grant_type", "urn:openid:params:grant-type:ciba".to_owned())));
    for (text, expected) in [
        (r#"{"error":"authorization_pending"}"#, Ok(Heard::Waiting)),
        (r#"{"error":"slow_down"}"#, Ok(Heard::Slower)),
        (r#"{"error":"access_denied"}"#, Err(Wrong::Declined)),
        (r#"{"error":"expired_token"}"#, Err(Wrong::Declined)),
        (r#"{"error":"invalid_grant"}"#, Err(Wrong::Said("invalid_grant".to_owned()))),
        (r#"{"access_token":"a","token_type":"Bearer"}"#, Err(Wrong::Token("a token is missing"))),
    ] {
        assert_eq!(heard(text), expected, "{text}");
    }
    let tokens = r#"{"access_token":"a","id_token":"b","token_type":"Bearer"}"#;
    assert!(matches!(heard(tokens), Ok(Heard::Approved(of)) if of.access == "a"));
}

#[test]
fn a_token_that_was_fetched_needs_no_nonce_and_everything_else() {
    let (_, key, keys) = pair();
    let mut claims = good();
    claims.as_object_mut().unwrap().remove("nonce");
    let expected = Expected { nonce: None, ..expected() };
    assert!(id_token(&signed(&key, &claims), &keys, None, expected).is_ok());
    claims["aud"] = json!("autre");
    assert!(id_token(&signed(&key, &claims), &keys, None, expected).is_err());
}

#[test]
fn a_key_without_a_name_is_the_one_that_fits() {
    let (jwk, key, one) = pair();
    let unnamed = sign_claims(&key, &json!({"alg": "ES256", "typ": "JWT"}), &good()).unwrap();
    assert!(id_token(&unnamed, &one, None, expected()).is_ok(), "one key, and it fits");
    let other = public_jwks(&PrivateKey::generate("k0").unwrap())["keys"][0].clone();
    let own = public_jwks(&jwk)["keys"][0].clone();
    let both = ProviderKeys::read(&json!({"keys": [other, own]}).to_string()).unwrap();
    assert!(id_token(&unnamed, &both, None, expected()).is_ok(), "of several the one that signed");
    let stranger = ProviderKeys::read(&json!({"keys": [other]}).to_string()).unwrap();
    assert!(id_token(&unnamed, &stranger, None, expected()).is_err());
}

#[test]
fn tokens_are_read_whatever_the_case_of_their_type() {
    for kind in ["Bearer", "bearer", "BEARER"] {
        let text = json!({"access_token": "a", "id_token": "b", "token_type": kind});
        assert!(Tokens::read(&text.to_string()).is_ok(), "{kind}");
    }
    for kind in ["DPoP", "mac", ""] {
        let text = json!({"access_token": "a", "id_token": "b", "token_type": kind});
        assert!(Tokens::read(&text.to_string()).is_err(), "{kind}");
    }
}
