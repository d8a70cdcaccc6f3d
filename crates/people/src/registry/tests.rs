use kernel::{Instant, Professional};
use oauth::{DenialCode, PrivateKey, Scopes, TokenRequest, jwk::public_jwks, sign_assertion};
use serde_json::Value;
use store::Store;
use store::testing::both;

use super::*;

const ENDPOINT: &str = "https://carnet.example/oauth/token";
const NOW: Instant = Instant(1_795_000_000 * Instant::SECOND);

fn labo(jwk: &Value) -> Client {
    Client {
        client_id: "labo".into(),
        organization: "Laboratoire des Trois-Rivières".into(),
        finess: None,
        sender_kind: SenderKind::Laboratory,
        jwks: public_jwks(jwk).to_string(),
        scopes: usual_scopes(),
        added_at: NOW,
        suspended_at: None,
    }
}

fn ask(store: &Store, assertion: &str, scope: &str) -> Result<TokenResponse, Denial> {
    let request = TokenRequest {
        grant_type: "client_credentials".into(),
        scope: scope.into(),
        client_assertion_type: oauth::assertion::ASSERTION_TYPE.into(),
        client_assertion: assertion.into(),
    };
    store.write(move |tx| give_token(tx, &request, &[ENDPOINT], 5, NOW)).wait().unwrap()
}

#[test]
fn a_registered_client_gets_a_token_once_per_assertion() {
    both(|store| {
        let jwk = PrivateKey::generate("k1").unwrap();
        let key = PrivateKey::parse(&jwk).unwrap();
        let client = labo(&jwk);
        let again = client.clone();
        store.write(move |tx| add_client(tx, &client)).wait().unwrap();
        assert_eq!(store.write(move |tx| add_client(tx, &again)).wait().unwrap_err().code(), "client-exists");

        let assertion = sign_assertion(&key, "labo", ENDPOINT, "j1", NOW).unwrap();
        let token = ask(&store, &assertion, "system/Bundle.c system/Observation.c").unwrap();
        assert_eq!(token.scope, "system/Bundle.c");
        let open = open_token(store.keyring(), &token.access_token, NOW).unwrap();
        assert_eq!(open.software.organization, "Laboratoire des Trois-Rivières");
        assert_eq!(open.sender_kind, "laboratory");
        assert!(open_token(store.keyring(), &token.access_token, NOW.plus(Instant::DAY)).is_none());

        let replay = ask(&store, &assertion, "system/Bundle.c").unwrap_err();
        assert_eq!(replay.error, DenialCode::InvalidClient);
        assert!(replay.error_description.contains("used before"));
        // Sweeping forgets it only once it would be too old anyway.
        assert_eq!(store.write(|tx| sweep(tx, NOW.plus(200 * Instant::SECOND))).wait().unwrap(), 0);
        assert!(ask(&store, &assertion, "system/Bundle.c").is_err());
        assert_eq!(store.write(|tx| sweep(tx, NOW.plus(400 * Instant::SECOND))).wait().unwrap(), 1);
    });
}

#[test]
fn unknown_suspended_and_badly_signed_clients_get_nothing() {
    both(|store| {
        let jwk = PrivateKey::generate("k1").unwrap();
        let key = PrivateKey::parse(&jwk).unwrap();
        let assertion = |jti: &str| sign_assertion(&key, "labo", ENDPOINT, jti, NOW).unwrap();
        assert_eq!(
            ask(&store, &assertion("1"), "system/Bundle.c").unwrap_err().error,
            DenialCode::InvalidClient
        );
        let client = labo(&jwk);
        store.write(move |tx| add_client(tx, &client)).wait().unwrap();
        store.write(|tx| suspend(tx, "labo", Some(NOW))).wait().unwrap();
        assert_eq!(
            ask(&store, &assertion("2"), "system/Bundle.c").unwrap_err().error,
            DenialCode::InvalidClient
        );
        store.write(|tx| suspend(tx, "labo", None)).wait().unwrap();
        assert!(ask(&store, &assertion("3"), "system/Bundle.c").is_ok());
        let wrong = ask(&store, &assertion("4"), "system/Observation.c").unwrap_err();
        assert_eq!(wrong.error, DenialCode::InvalidScope);
        assert!(store.write(|tx| suspend(tx, "nobody", None)).wait().is_err());
    });
}

#[test]
fn a_client_is_registered_only_when_everything_about_it_holds() {
    both(|store| {
        let jwk = PrivateKey::generate("k1").unwrap();
        let wrong = Client {
            client_id: "a b".into(),
            jwks: jwk.to_string(),
            scopes: Scopes::default(),
            ..labo(&jwk)
        };
        let refusal = store.write(move |tx| add_client(tx, &wrong)).wait().unwrap_err();
        let codes: Vec<&str> = refusal.issues.iter().map(|issue| issue.code).collect();
        assert_eq!(codes, ["client-id", "client-jwks", "client-scopes"]);
    });
}

#[test]
fn professionals_are_found_by_name_however_it_is_typed_and_by_number() {
    both(|store| {
        let known = |rpps: &str, name: &str| KnownProfessional {
            professional: Professional {
                rpps: Rpps::parse(rpps).unwrap(),
                name: name.into(),
                profession: "10".into(),
                specialty: Some("SM04".into()),
                structure: "Cabinet du Port".into(),
                finess: None,
            },
            sector: Some("SA07".into()),
        };
        let (a, b) = (known("10001045367", "Dr Hélène Le Goff"), known("10104335319", "Dr Claire Moreau"));
        let (one, two) = (a.clone(), b.clone());
        store
            .write(move |tx| add_professional(tx, &one).and_then(|()| add_professional(tx, &two)))
            .wait()
            .unwrap();
        for (typed, found) in [
            ("le goff", vec![&a]),
            ("LE-GOFF", vec![&a]),
            ("helene", vec![&a]),
            ("dr", vec![&b, &a]),
            ("10104335319", vec![&b]),
            ("10104335318", vec![]),
            ("%", vec![]),
            ("_", vec![]),
            ("x", vec![]),
        ] {
            let got = store.read(move |tx| find(tx, typed, 10)).wait().unwrap();
            assert_eq!(got.iter().collect::<Vec<_>>(), found, "{typed}");
        }
    });
}
