//! What an authorization request may say (OpenID Connect Core §3.1.2; RFC 7636; FAPI 2.0 §5.3.2.2; CIBA Core §7.1).

use super::service::service;
use crate::authorize::{AuthorizationRequest, Prompt, denied, redirect_uri, verifies};
use crate::ciba::BackchannelRequest;
use crate::{Denial, DenialCode, Params};

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn good() -> Vec<(String, String)> {
    [
        ("client_id", "dossier"),
        ("redirect_uri", "https://dossier.example/retour"),
        ("response_type", "code"),
        ("scope", "openid scope_all"),
        ("state", "s"),
        ("nonce", "n"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// The good request with one parameter changed; an empty value leaves it out.
fn with(name: &str, value: &str) -> Result<AuthorizationRequest, Denial> {
    let mut pairs = good();
    pairs.retain(|(n, _)| n != name);
    if !value.is_empty() {
        pairs.push((name.to_owned(), value.to_owned()));
    }
    AuthorizationRequest::read(&pairs, &service())
}

fn word(name: &str, value: &str) -> String {
    with(name, value).map_or_else(|denial| denial.error.word(), |_| "taken".to_owned())
}

#[test]
fn each_parameter_of_a_request_is_held_to_its_rule() {
    let long = "x".repeat(2049);
    for (name, value, expected) in [
        ("state", "", "taken"),
        ("state", &long, "invalid_request"),
        ("nonce", "", "taken"),
        ("nonce", &long, "invalid_request"),
        ("response_type", "", "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "code id_token", "unsupported_response_type"),
        ("response_mode", "query", "taken"),
        ("response_mode", "fragment", "invalid_request"),
        ("scope", "", "invalid_scope"),
        ("scope", "profile", "invalid_scope"),
        ("scope", "openid whatever", "taken"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "too-short", "invalid_request"),
        ("code_challenge", &CHALLENGE.replace('-', "+"), "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("redirect_uri", "", "invalid_request"),
        ("redirect_uri", "https://dossier.example/retour/", "invalid_request"),
        ("redirect_uri", "https://dossier.example/retour?x=1", "invalid_request"),
        ("redirect_uri", "https://evil.example/retour", "invalid_request"),
        ("max_age", "0", "taken"),
        ("max_age", "-1", "invalid_request"),
        ("max_age", "soon", "invalid_request"),
        ("prompt", "none", "taken"),
        ("prompt", "none login", "invalid_request"),
        ("prompt", "dance", "invalid_request"),
        ("request", "a.b.c", "request_not_supported"),
        ("request_uri", "https://dossier.example/request", "request_uri_not_supported"),
        ("registration", "{}", "registration_not_supported"),
        // Not understood, so not minded (OpenID Connect Core §3.1.2.1).
        ("display", "page", "taken"),
        ("ui_locales", "fr", "taken"),
        ("claims_locales", "fr", "taken"),
        ("claims", "{\"userinfo\":{\"name\":{\"essential\":true}}}", "taken"),
        ("acr_values", "eidas1", "taken"),
        ("extra", "foobar", "taken"),
    ] {
        assert_eq!(word(name, value), expected, "{name}={value}");
    }
}

/// RFC 9700 §2.1: of a service each address is the one registered, on this machine too.
#[test]
fn a_service_on_this_machine_has_one_port() {
    let registered = ["http://127.0.0.1:8000/retour".to_owned()];
    for (asked, taken) in [("http://127.0.0.1:8000/retour", true), ("http://127.0.0.1:8001/retour", false)] {
        let pairs = [("redirect_uri".to_owned(), asked.to_owned())];
        assert_eq!(redirect_uri(Params::unchecked(&pairs), &registered).is_ok(), taken, "{asked}");
    }
    // What a service may do instead of sending its request as one parameter.
    assert!(with("request", "a.b.c").unwrap_err().error_description.contains("push"));
}

#[test]
fn a_parameter_that_comes_twice_is_refused() {
    let mut twice = good();
    twice.push(("scope".to_owned(), "openid".to_owned()));
    let denial = AuthorizationRequest::read(&twice, &service()).unwrap_err();
    assert_eq!(denial.error, DenialCode::InvalidRequest);
    assert_eq!(denial.error_description, "scope is given twice");
}

#[test]
fn unknown_scopes_are_left_out_of_the_grant() {
    assert_eq!(with("scope", "phone openid identity openid").unwrap().scope, "openid identity");
}

#[test]
fn prompts_are_read_as_what_they_ask_of_her() {
    for (text, expected) in [
        ("", Prompt::AsNeeded),
        ("none", Prompt::None),
        ("login", Prompt::Login),
        ("select_account", Prompt::Login),
        ("consent", Prompt::Consent),
        ("login consent", Prompt::Login),
        ("consent login", Prompt::Login),
    ] {
        assert_eq!(with("prompt", text).unwrap().prompt, expected, "{text:?}");
    }
}

#[test]
fn the_answer_carries_code_state_and_issuer_and_keeps_the_address_own_query() {
    let request = with("state", "a b&c=é").unwrap();
    let to = request.answered("C-1", "https://carnet.example");
    assert_eq!(
        to,
        "https://dossier.example/retour?code=C-1&state=a%20b%26c%3D%C3%A9&iss=https%3A%2F%2Fcarnet.example"
    );
    let own = denied("https://d.example/r?x=1", None, &Denial::request("no"), "https://c.example");
    assert_eq!(
        own,
        "https://d.example/r?x=1&error=invalid_request&error_description=no&iss=https%3A%2F%2Fc.example"
    );
}

#[test]
fn a_redirect_uri_that_is_not_registered_is_never_followed() {
    let service = service();
    for bad in ["https://evil.example", "https://dossier.example/retour#x", "HTTPS://dossier.example/retour"]
    {
        let pairs = vec![("redirect_uri".to_owned(), bad.to_owned())];
        assert!(redirect_uri(Params::unchecked(&pairs), &service.redirect_uris).is_err(), "{bad}");
    }
}

/// RFC 7636, appendix B.
#[test]
fn only_the_verifier_of_a_challenge_fits_it() {
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    assert!(verifies(verifier, CHALLENGE));
    for wrong in ["", "dBjftJeZ4CVP", &verifier.replace('d', "e"), &format!("{verifier}="), CHALLENGE] {
        assert!(!verifies(wrong, CHALLENGE), "{wrong}");
    }
    assert!(!verifies(&"a".repeat(129), CHALLENGE));
}

#[test]
fn each_parameter_of_a_backchannel_request_is_held_to_its_rule() {
    let read = |pairs: &[(&str, &str)]| {
        let pairs: Vec<_> = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        BackchannelRequest::read(&pairs, &service())
    };
    let base = [("scope", "openid"), ("login_hint", "810001045367")];
    let asked = read(&base).unwrap();
    assert_eq!((asked.lifetime, asked.binding_message), (120, None));
    for (name, value, expected) in [
        ("binding_message", "42", "taken"),
        ("binding_message", "Écran n’est pas un code", "invalid_binding_message"),
        ("binding_message", "<b>42</b>", "invalid_binding_message"),
        ("binding_message", &"4".repeat(33), "invalid_binding_message"),
        ("requested_expiry", "30", "taken"),
        ("requested_expiry", "0", "invalid_request"),
        ("login_hint_token", "x", "invalid_request"),
        ("id_token_hint", "x", "invalid_request"),
        ("request", "a.b.c", "invalid_request"),
        ("user_code", "1234", "invalid_request"),
        ("scope", "openid", "invalid_request"),
    ] {
        let done = read(&[base[0], base[1], (name, value)]);
        let word = done.map_or_else(|denial| denial.error.word(), |_| "taken".to_owned());
        assert_eq!(word, expected, "{name}={value}");
    }
    assert_eq!(read(&[("scope", "openid")]).unwrap_err().error, DenialCode::InvalidRequest);
    assert_eq!(read(&[("login_hint", "8")]).unwrap_err().error, DenialCode::InvalidScope);
    let long = read(&[base[0], base[1], ("requested_expiry", "999999")]).unwrap();
    assert_eq!(long.lifetime, crate::ciba::MOST_SECONDS);
}
