//! What an app may ask and how its token is held: cases.

use kernel::{App, Instant, PersonId};

use super::NOW;
use crate::app::*;
use crate::service::origin;
use crate::token::TOKEN_SECONDS;
use crate::{Denial, Scopes};

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const FHIR: &str = "https://carnet.example/fhir";
const BACK: &str = "https://suivi.example/retour";
const NATIVE: &str = "fr.exemple.suivi:/retour";
const GOOD: [(&str, &str); 8] = [
    ("response_type", "code"),
    ("client_id", "suivi"),
    ("redirect_uri", BACK),
    ("scope", "launch/patient offline_access patient/DocumentReference.rs patient/Patient.r"),
    ("state", "s-1"),
    ("aud", FHIR),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];

fn read(pairs: &[(&str, &str)]) -> Result<AppRequest, Denial> {
    let pairs: Vec<_> = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let registered = offered();
    let redirect_uris = [BACK.to_owned(), NATIVE.to_owned()];
    let of = Registered { client_id: "suivi", redirect_uris: &redirect_uris, scopes: &registered };
    AppRequest::read(&pairs, of, FHIR)
}

/// The good request with one parameter said otherwise, or left out where it is empty.
fn with(name: &str, value: &str) -> Result<AppRequest, Denial> {
    let mut pairs: Vec<(&str, &str)> = GOOD.into_iter().filter(|(known, _)| *known != name).collect();
    pairs.push((name, value));
    read(&pairs)
}

fn word(done: Result<AppRequest, Denial>) -> String {
    done.map_or_else(|denial| denial.error.word(), |_| "taken".to_owned())
}

#[test]
fn a_good_request_says_who_what_and_where_to() {
    let request = read(&GOOD).unwrap();
    assert_eq!((request.client_id.as_str(), request.redirect_uri.as_str()), ("suivi", BACK));
    assert_eq!((request.state.as_str(), request.code_challenge.as_str()), ("s-1", CHALLENGE));
    assert_eq!(request.scopes.to_string(), "patient/DocumentReference.rs patient/Patient.r");
    assert!(request.launch && request.offline && request.wants_documents() && request.wants_profile());
}

#[test]
fn each_parameter_is_held_to_its_rule() {
    let (long, longest) = ("s".repeat(2049), "s".repeat(2048));
    for (name, value, expected) in [
        ("redirect_uri", NATIVE, "taken"),
        ("redirect_uri", "https://suivi.example/retour/", "invalid_request"),
        ("redirect_uri", "https://suivi.example/retour?x=1", "invalid_request"),
        ("redirect_uri", "HTTPS://suivi.example/retour", "invalid_request"),
        ("redirect_uri", "https://evil.example/retour", "invalid_request"),
        ("redirect_uri", "fr.exemple.suivi:/autre", "invalid_request"),
        ("redirect_uri", "", "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "code id_token", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
        ("response_mode", "query", "taken"),
        ("response_mode", "fragment", "invalid_request"),
        ("state", &longest, "taken"),
        ("state", &long, "invalid_request"),
        ("state", "", "invalid_request"),
        ("aud", "https://carnet.example/fhir/", "taken"),
        ("aud", "https://carnet.example/fhir//", "invalid_request"),
        ("aud", "https://carnet.example", "invalid_request"),
        ("aud", "https://evil.example/fhir", "invalid_request"),
        ("aud", "", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("code_challenge", &CHALLENGE.replace('-', "+"), "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("request", "a.b.c", "request_not_supported"),
        ("request_uri", "https://suivi.example/r", "request_uri_not_supported"),
        ("scope", "", "invalid_scope"),
        ("scope", "launch/patient offline_access openid fhirUser", "invalid_scope"),
        ("scope", "system/DocumentReference.rs user/Patient.r", "invalid_scope"),
        ("scope", "patient/DocumentReference.cud", "invalid_scope"),
        ("scope", "patient/Observation.rs", "invalid_scope"),
        ("scope", "patient/DocumentReference.rs?category=laboratory", "invalid_scope"),
        ("launch", "xyz", "taken"),
    ] {
        assert_eq!(word(with(name, value)), expected, "{name}={value:.60}");
    }
}

/// RFC 8252 §7.3: the system of her computer gives an app another port each time.
#[test]
fn the_port_of_an_app_on_her_computer_is_its_own_business() {
    let read = |registered: &str, asked: &str| {
        let pairs = GOOD.map(|(n, v)| (n.to_owned(), if n == "redirect_uri" { asked } else { v }.to_owned()));
        let (registered, scopes) = ([registered.to_owned()], offered());
        let of = Registered { client_id: "suivi", redirect_uris: &registered, scopes: &scopes };
        AppRequest::read(&pairs, of, FHIR).map(|request| request.redirect_uri)
    };
    for (registered, asked, taken) in [
        ("http://127.0.0.1/retour", "http://127.0.0.1:51004/retour", true),
        ("http://127.0.0.1/retour", "http://127.0.0.1/retour", true),
        ("http://127.0.0.1:8000/retour", "http://127.0.0.1:51004/retour", true),
        ("http://127.0.0.1:8000/retour", "http://127.0.0.1/retour", true),
        ("http://[::1]/retour", "http://[::1]:51004/retour", true),
        ("http://127.0.0.1", "http://127.0.0.1:51004", true),
        ("http://127.0.0.1/retour?a=1", "http://127.0.0.1:51004/retour?a=1", true),
        ("http://127.0.0.1/retour", "http://[::1]:51004/retour", false),
        ("http://127.0.0.1/retour", "http://127.0.0.1:51004/autre", false),
        ("http://127.0.0.1/retour", "http://127.0.0.1:51004/retour?a=1", false),
        ("http://127.0.0.1/retour", "https://127.0.0.1:51004/retour", false),
        ("http://127.0.0.1/retour", "http://127.0.0.1:0/retour", false),
        ("http://127.0.0.1/retour", "http://127.0.0.1:99999/retour", false),
        ("http://127.0.0.1/retour", "http://127.0.0.1:+80/retour", false),
        ("http://127.0.0.1/retour", "http://127.0.0.1:80@evil.example/retour", false),
        ("http://127.0.0.1", "http://127.0.0.1.evil.example", false),
        ("http://127.0.0.1", "http://127.0.0.1:80evil.example", false),
        // A name may lead elsewhere, and what is elsewhere has one port.
        ("http://localhost:8000/retour", "http://localhost:8000/retour", true),
        ("http://localhost:8000/retour", "http://localhost:51004/retour", false),
        ("https://suivi.example/retour", "https://suivi.example:8443/retour", false),
    ] {
        let said = read(registered, asked);
        // The answer goes to the port that was asked, or nowhere.
        assert_eq!(said.ok().as_deref(), taken.then_some(asked), "{registered} {asked}");
    }
}

#[test]
fn an_app_is_not_sent_where_only_services_are_known() {
    for name in ["request", "request_uri", "registration"] {
        let said = with(name, "a.b.c").unwrap_err().error_description;
        assert!(said.starts_with(name) && !said.contains("push"), "{said}");
    }
}

#[test]
fn the_scope_for_a_resource_is_the_one_we_offer() {
    for (resource, scope) in [
        ("DocumentReference", "patient/DocumentReference.rs"),
        ("Binary", "patient/Binary.r"),
        ("Patient", "patient/Patient.rs"),
        ("AuditEvent", ""),
    ] {
        assert_eq!(scope_for(resource).to_string(), scope, "{resource}");
    }
}

#[test]
fn a_parameter_that_comes_twice_is_refused() {
    for (name, value) in GOOD {
        let mut pairs = GOOD.to_vec();
        pairs.push((name, value));
        assert_eq!(word(read(&pairs)), "invalid_request", "{name}");
    }
}

#[test]
fn what_is_asked_is_cut_to_what_is_offered_and_registered() {
    for (asked, left, documents_too, profile_too) in [
        (
            "patient/*.rs",
            "patient/Binary.r patient/DocumentReference.rs patient/List.rs patient/Patient.rs",
            true,
            true,
        ),
        (
            "patient/*.read openid fhirUser",
            "patient/Binary.r patient/DocumentReference.rs patient/List.rs patient/Patient.rs",
            true,
            true,
        ),
        (
            "patient/*.cruds",
            "patient/Binary.r patient/DocumentReference.rs patient/List.rs patient/Patient.rs",
            true,
            true,
        ),
        ("patient/Patient.read", "patient/Patient.rs", false, true),
        ("patient/Binary.r patient/Observation.rs system/Patient.rs", "patient/Binary.r", true, false),
        ("patient/Binary.rs", "patient/Binary.r", true, false),
        ("patient/Binary.read", "patient/Binary.r", true, false),
        ("patient/DocumentReference.s launch", "patient/DocumentReference.s", true, false),
    ] {
        let request = with("scope", asked).unwrap();
        assert_eq!(request.scopes.to_string(), left, "{asked}");
        assert_eq!(
            (request.wants_documents(), request.wants_profile()),
            (documents_too, profile_too),
            "{asked}"
        );
        assert!(!request.offline && !request.launch);
    }
    // Registered for less than is offered.
    let pairs = GOOD.map(|(n, v)| (n.to_owned(), v.to_owned()));
    let (registered, back) = (Scopes::parse("patient/Patient.r"), [BACK.to_owned()]);
    let of = Registered { client_id: "suivi", redirect_uris: &back, scopes: &registered };
    assert_eq!(AppRequest::read(&pairs, of, FHIR).unwrap().scopes.to_string(), "patient/Patient.r");
}

#[test]
fn what_she_grants_is_never_more_than_was_asked() {
    let request = read(&GOOD).unwrap();
    for (documents_too, profile_too, left) in [
        (true, true, "patient/DocumentReference.rs patient/Patient.r"),
        (true, false, "patient/DocumentReference.rs"),
        (false, true, "patient/Patient.r"),
        (false, false, ""),
    ] {
        assert_eq!(request.cut(documents_too, profile_too).to_string(), left);
    }
    let only = with("scope", "patient/Patient.r").unwrap();
    assert_eq!(only.cut(true, false), Scopes::default(), "documents were not asked for");
}

#[test]
fn an_address_of_a_native_app_is_a_domain_in_reverse_and_one_slash() {
    for good in ["fr.exemple.suivi:/retour", "com.example:/", "fr.exemple.s-2:/a?b=c"] {
        assert!(is_native_address(good), "{good}");
    }
    for bad in [
        "suivi:/retour",
        "fr.exemple.suivi://retour",
        "fr.exemple.suivi:retour",
        "fr.exemple.suivi:",
        "fr.exemple.suivi:/retour#x",
        "fr.exemple.suivi:/re tour",
        "fr.exemple.suivi:/\"onload",
        "Fr.Exemple:/x",
        ".exemple:/x",
        "fr..exemple:/x",
        "fr.:/x",
        "1fr.exemple:/x",
        "javascript:/x",
        "data:/x.y",
        "https://suivi.example/",
        "https:/suivi.example/",
        "",
    ] {
        assert!(!is_native_address(bad), "{bad}");
    }
    for (address, leads_to) in [
        ("fr.exemple.suivi:/retour", Some("fr.exemple.suivi:")),
        ("https://suivi.example/retour", Some("https://suivi.example")),
        ("http://localhost:8080/r", Some("http://localhost:8080")),
        ("suivi:/retour", None),
    ] {
        assert_eq!(origin(address), leads_to, "{address}");
    }
}

#[test]
fn answers_go_back_with_the_state_and_say_who_answers() {
    let request = with("redirect_uri", NATIVE).unwrap();
    let to = request.answered("C-1", "https://c.example");
    assert_eq!(to, "fr.exemple.suivi:/retour?code=C-1&state=s-1&iss=https%3A%2F%2Fc.example");
    let no = request.denied(&Denial::new(crate::DenialCode::AccessDenied, "no"), "https://c.example");
    assert!(no.starts_with("fr.exemple.suivi:/retour?error=access_denied&"), "{no}");
    assert!(no.contains("&state=s-1&"), "{no}");
}

fn token(until: Instant) -> AppToken {
    let app = App {
        client_id: "suivi".into(),
        name: "Mon suivi".into(),
        organization: "Suivi SAS".into(),
        connection: "00ff".into(),
    };
    AppToken::new(PersonId(7), app, Scopes::parse("patient/Patient.r"), "g".into(), (NOW, until))
}

#[test]
fn a_token_lives_five_minutes_and_never_beyond_the_connection() {
    for (left, lives) in
        [(TOKEN_SECONDS * 10, TOKEN_SECONDS), (TOKEN_SECONDS, TOKEN_SECONDS), (42, 42), (0, 0)]
    {
        let token = token(NOW.plus(left * Instant::SECOND));
        assert_eq!(token.seconds(NOW), lives);
        let text = token.seal(<[u8]>::to_vec);
        let open = |at| AppToken::open(&text, at, |sealed| Some(sealed.to_vec()));
        assert_eq!(open(NOW).is_some(), lives > 0);
        if lives > 0 {
            assert_eq!(open(token.expires.plus(-1)), Some(token.clone()));
        }
        assert_eq!(open(token.expires), None);
    }
}

#[test]
fn a_token_is_no_other_sort_of_token() {
    let app = token(NOW.plus(Instant::DAY)).seal(<[u8]>::to_vec);
    let open = |sealed: &[u8]| Some(sealed.to_vec());
    assert!(crate::AccessToken::open(&app, NOW, open).is_none());
    assert!(crate::ServiceToken::open(&app, NOW, open).is_none());
    for text in ["", "AAAA", "?", &"A".repeat(5000)] {
        assert!(AppToken::open(text, NOW, open).is_none(), "{text:.10}");
    }
}
