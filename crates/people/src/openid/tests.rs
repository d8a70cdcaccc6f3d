//! What needs no door: pages with all their sentences, statements on both engines, tokens that are checked without a
//! query. Journeys are in crates/server/tests/it/openid*.rs.

use kernel::rpps::Rpps;
use kernel::{Actor, Chance, Instant, Language, Professional, Purpose, Visit};
use oauth::{Binding, Proves, Scopes, Service, ServiceToken};
use store::testing::both;

use super::*;
use crate::registry::{self, Client, SenderKind};

const NOW: Instant = Instant(1_795_000_000 * Instant::SECOND);

fn visit(language: Language) -> Visit {
    let actor = Actor::Professional(Professional {
        rpps: Rpps::parse("10001045367").unwrap(),
        name: "Dr Claire Moreau".into(),
        profession: "10".into(),
        specialty: None,
        structure: "Clinique des Tilleuls".into(),
        finess: None,
    });
    Visit { actor, on_behalf_of: None, purpose: Purpose::Care, now: NOW, language, request_id: 1 }
}

#[test]
fn no_sentence_is_missing() {
    for language in Language::ALL {
        for (name, page) in pages::samples(&visit(language)) {
            let html = &page.body.0;
            assert!(!page.title.contains('⟦') && !html.contains('⟦'), "{name}: {html}");
            assert_eq!(html.matches("<h1").count(), 1, "{name}");
        }
        let words = ui::Words::of(language);
        for code in ["approval-over", "service-registration"] {
            assert!(words.known(&format!("refusal-{code}")).is_some(), "{code}");
        }
    }
}

#[test]
fn the_first_key_is_made_once_and_the_private_half_is_sealed() {
    both(|store| {
        store.write(|tx| keys::ensure(tx, NOW)).wait().unwrap();
        store.write(|tx| keys::ensure(tx, NOW)).wait().unwrap();
        let published = store.read(|tx| keys::published(tx, NOW)).wait().unwrap();
        assert_eq!(published["keys"].as_array().unwrap().len(), 1);
        assert!(published["keys"][0].get("d").is_none());
    });
}

#[test]
fn a_service_may_be_proven_by_certificate_alone() {
    both(|store| {
        let service = Service {
            client_id: "etablissement".into(),
            name: "Établissement".into(),
            redirect_uris: vec!["https://e.example/r".into()],
            post_logout_redirect_uris: vec![],
            backchannel_logout_uri: None,
            proves: Proves::TlsClientAuth("e.example".into()),
            fapi: true,
        };
        let client = Client {
            client_id: "etablissement".into(),
            organization: "Établissement".into(),
            finess: None,
            sender_kind: SenderKind::Hospital,
            jwks: String::new(),
            scopes: Scopes::default(),
            added_at: NOW,
            suspended_at: None,
        };
        let known = service.clone();
        store.write(move |tx| services::register(tx, &client, &service)).wait().unwrap();
        let found = store.read(|tx| services::find(tx, "etablissement")).wait().unwrap();
        assert_eq!(found, Some(known));
        // A service is no software: it gets no token on its own account, whoever signs for it.
        let key = oauth::PrivateKey::parse(&oauth::PrivateKey::generate("k").unwrap()).unwrap();
        let signed = oauth::sign_assertion(&key, "etablissement", "https://c.example", "j", NOW).unwrap();
        let request = oauth::TokenRequest {
            grant_type: "client_credentials".into(),
            scope: "system/*.cruds".into(),
            client_assertion_type: oauth::assertion::ASSERTION_TYPE.into(),
            client_assertion: signed,
        };
        let given = store
            .write(move |tx| registry::give_token(tx, &request, &["https://c.example"], 1, NOW))
            .wait()
            .unwrap();
        assert_eq!(given.unwrap_err().error, oauth::DenialCode::InvalidClient);
    });
}

#[test]
fn an_access_token_is_opened_without_a_query_and_only_by_its_own_house() {
    let (own, other) = (store::Keyring::ephemeral().unwrap(), store::Keyring::ephemeral().unwrap());
    let token = ServiceToken {
        grant: "g".into(),
        client_id: "d".into(),
        scope: "openid".into(),
        issued: NOW,
        binding: Binding::Bearer,
    };
    let text = token.seal(|plain| own.seal("openid-access", plain));
    assert_eq!(tokens::open(&own, &text, NOW), Some(token));
    assert_eq!(tokens::open(&other, &text, NOW), None);
    assert_eq!(tokens::open(&own, &text, NOW.plus(120 * Instant::SECOND)), None);
}

#[test]
fn a_sign_on_stands_while_its_activity_is_hers() {
    both(|store| {
        let Actor::Professional(her) = visit(Language::Fr).actor else { return };
        let here = grants::Here { professional: her.clone(), session: String::new(), signed_in: NOW };
        let begin = move |tx: &mut Tx<'_>| -> Answer<String> {
            let chance = Chance::seeded(1);
            let terms = Terms { issuer: "https://c.example", now: NOW, chance: &chance };
            Ok(grants::sign_on(tx, &here, "", terms)?.sid)
        };
        let sid = store.write(begin).wait().unwrap();
        let stands = |known: Option<Professional>| {
            let sid = sid.clone();
            let look = move |tx: &mut Tx<'_>| -> Answer<bool> {
                if let Some(professional) = known {
                    let known = registry::KnownProfessional { professional, sector: None };
                    registry::add_professional(tx, &known)?;
                }
                Ok(grants::standing(tx, &sid, NOW)?.is_some())
            };
            store.write(look).wait().unwrap()
        };
        assert!(!stands(None), "the directory does not know her");
        assert!(stands(Some(her.clone())));
        assert!(stands(Some(Professional { specialty: Some("SM04".into()), ..her.clone() })));
        assert!(!stands(Some(Professional { profession: "60".into(), ..her.clone() })));
        assert!(!stands(Some(Professional { structure: "Cabinet du Port".into(), ..her })));
    });
}

#[test]
fn sweeping_an_empty_house_is_no_work() {
    both(|store| {
        assert_eq!(store.write(|tx| sweep(tx, NOW)).wait().unwrap(), 0);
        let chance = Chance::seeded(1);
        let terms = Terms { issuer: "https://c.example", now: NOW, chance: &chance };
        assert_eq!(terms.at("/oauth/token"), "https://c.example/oauth/token");
    });
}
