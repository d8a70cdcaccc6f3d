//! Logout tokens, as a table of what is wrong with them.

use super::*;

fn good() -> Value {
    let now = NOW.0 / Instant::SECOND;
    json!({
        "iss": ISSUER, "sub": "s-1", "aud": "carnet", "exp": now + 120, "iat": now - 2, "jti": "j-1", "sid": "e-1",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    })
}

fn changed(change: &Value) -> Value {
    let mut claims = good();
    for (name, value) in change.as_object().unwrap() {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

#[test]
fn a_logout_token_is_taken_with_nothing_wrong_or_not_at_all() {
    let (_, key, keys) = pair();
    let now = NOW.0 / Instant::SECOND;
    let read = |typ: &Value, claims: &Value| {
        let mut header = json!({"alg": "ES256", "kid": "k1"});
        if !typ.is_null() {
            header["typ"] = typ.clone();
        }
        let token = sign_claims(&key, &header, claims).unwrap();
        logout_token(&token, &keys, None, (ISSUER, "carnet"), NOW)
    };
    let usual = json!("logout+jwt");
    let said = read(&usual, &good()).unwrap();
    assert_eq!(
        (said.sub.as_deref(), said.sid.as_deref(), said.jti.as_str()),
        (Some("s-1"), Some("e-1"), "j-1")
    );
    assert_eq!(said.burn_until, Instant((now + 181) * Instant::SECOND));
    for typ in [json!(null), json!("JWT"), json!("Logout+JWT")] {
        assert!(read(&typ, &good()).is_ok(), "{typ}");
    }
    assert!(read(&usual, &changed(&json!({"sid": null}))).is_ok_and(|said| said.sid.is_none()));
    assert!(read(&usual, &changed(&json!({"sub": null}))).is_ok_and(|said| said.sub.is_none()));
    for (change, word) in [
        (json!({"iss": "https://autre.example"}), "iss"),
        (json!({"aud": "autre"}), "aud"),
        (json!({"exp": now - 61}), "exp"),
        (json!({"exp": null}), "exp"),
        (json!({"iat": null}), "iat"),
        (json!({"iat": now + 61}), "iat"),
        (json!({"iat": now - 601}), "iat"),
        (json!({"jti": null}), "jti"),
        (json!({"jti": ""}), "jti"),
        (json!({"nonce": "n-1"}), "nonce"),
        (json!({"sub": null, "sid": null}), "neither"),
        (json!({"sub": "", "sid": ""}), "neither"),
        (json!({"events": null}), "no logout token"),
        (json!({"events": {"http://schemas.openid.net/event/backchannel-logout": "now"}}), "no logout token"),
        (json!({"events": {"http://schemas.openid.net/event/other": {}}}), "no logout token"),
        (json!({"events": "http://schemas.openid.net/event/backchannel-logout"}), "no logout token"),
    ] {
        let wrong = read(&usual, &changed(&change)).unwrap_err();
        assert!(wrong.to_string().contains(word), "{change}: {wrong}");
    }
    for typ in [json!("at+jwt"), json!("dpop+jwt")] {
        assert!(read(&typ, &good()).is_err(), "{typ}");
    }
    let (_, stranger, _) = pair();
    let header = json!({"alg": "ES256", "typ": "logout+jwt", "kid": "k1"});
    let forged = sign_claims(&stranger, &header, &good()).unwrap();
    assert!(logout_token(&forged, &keys, None, (ISSUER, "carnet"), NOW).is_err());
    // An ID token, of however good a sign-in, signs nobody out.
    let id = signed(&key, &super::good());
    assert!(logout_token(&id, &keys, None, (ISSUER, "carnet"), NOW).is_err());
    for text in ["", "a.b", "a.b.c", "a.b.c.d.e", &"a".repeat(40_000)] {
        assert!(logout_token(text, &keys, None, (ISSUER, "carnet"), NOW).is_err());
    }
}
