//! What needs no door: pages with all their sentences, statements on both engines, tokens that are checked without a
//! query. Journeys are in crates/server/tests/it/openid*.rs.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use kernel::rpps::Rpps;
use kernel::{Actor, Chance, Instant, Language, Professional, Purpose, Visit};
use oauth::{Binding, Proves, Scopes, Service, ServiceToken};
use store::Store;
use store::testing::both;

use super::*;
use crate::identity::account;
use crate::identity::guard::Knock;
use crate::identity::session::{self, Session, Token};
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
            signing: oauth::Signing::default(),
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

/// A service, and a professional's session in the browser that she is sent there with.
struct Door {
    store: Store,
    chance: Arc<Chance>,
    query: Vec<(String, String)>,
}

impl Door {
    fn of(store: Store) -> Self {
        let service = Service {
            client_id: "dossier".into(),
            name: "Dossier de soins".into(),
            redirect_uris: vec!["https://d.example/r".into()],
            post_logout_redirect_uris: vec![],
            backchannel_logout_uri: None,
            proves: Proves::PrivateKeyJwt,
            fapi: false,
            signing: oauth::Signing::default(),
        };
        let jwk = oauth::PrivateKey::generate("k").unwrap();
        let client = Client {
            client_id: "dossier".into(),
            organization: "Clinique des Tilleuls".into(),
            finess: None,
            sender_kind: SenderKind::Hospital,
            jwks: oauth::jwk::public_jwks(&jwk).to_string(),
            scopes: Scopes::default(),
            added_at: NOW,
            suspended_at: None,
        };
        let Actor::Professional(professional) = visit(Language::Fr).actor else { panic!("a professional") };
        let known = registry::KnownProfessional { professional, sector: None };
        store
            .write(move |tx| {
                registry::add_professional(tx, &known)?;
                services::register(tx, &client, &service)
            })
            .wait()
            .unwrap();
        let challenge = oauth::jwk::sha256_base64url(b"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        let query = [
            ("client_id", "dossier"),
            ("redirect_uri", "https://d.example/r"),
            ("response_type", "code"),
            ("scope", "openid"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { store, chance: Arc::new(Chance::seeded(3)), query: query.into() }
    }

    /// She signs in; a browser holds this.
    fn signs_in(&self) -> Token {
        let chance = self.chance.clone();
        self.store
            .write(move |tx| {
                let knock = Knock { network: std::net::Ipv4Addr::LOCALHOST.into(), device: String::new() };
                let Actor::Professional(of) = visit(Language::Fr).actor else { panic!("a professional") };
                let demo = session::Demo::nothing_here_is_real();
                let terms = (session::Limits::default(), &*chance);
                let nobody = Visit { actor: Actor::Nobody, ..visit(Language::Fr) };
                session::demo_session(
                    tx,
                    &demo,
                    &nobody,
                    &session::Persona::Professional(of.rpps),
                    &knock,
                    terms,
                )
            })
            .wait()
            .unwrap()
    }

    fn held(&self, token: &Token) -> Session {
        let token = token.clone();
        self.store.read(move |tx| session::session(tx, &token, NOW)).wait().unwrap().unwrap()
    }

    /// She is sent by with this session; the transaction waits before it commits until `until` is told to go on.
    fn comes_by(&self, held: Session, until: Option<mpsc::Receiver<()>>) -> store::Pending<Next> {
        let (query, chance) = (self.query.clone(), self.chance.clone());
        self.store.write(move |tx| {
            let terms = Terms { issuer: "https://c.example", now: NOW, chance: &chance };
            let next = entering::authorize(tx, &query, Some(&held), terms)?;
            if let Some(until) = until {
                let _ = until.recv_timeout(Duration::from_secs(5));
            }
            Ok(next)
        })
    }

    fn leaves(&self, token: &Token) -> store::Pending<()> {
        let token = token.clone();
        self.store.write(move |tx| session::sign_out(tx, &visit(Language::Fr), &token))
    }

    /// How many sign-ons of hers stand.
    fn open(&self) -> usize {
        let Actor::Professional(of) = visit(Language::Fr).actor else { return 0 };
        self.store.read(move |tx| approvals::open(tx, &of.rpps, NOW)).wait().unwrap().len()
    }
}

#[test]
fn a_session_that_has_ended_meanwhile_enters_nothing() {
    both(|store| {
        let door = Door::of(store);
        let token = door.signs_in();
        let held = door.held(&token);
        assert!(matches!(door.comes_by(held.clone(), None).wait().unwrap(), Next::Leave(_)));
        assert_eq!(door.open(), 1);
        door.leaves(&token).wait().unwrap();
        assert_eq!(door.open(), 0, "what was entered with it ends with it");
        // Her other tab was on its way with the session that it had read before.
        assert!(matches!(door.comes_by(held, None).wait().unwrap(), Next::SignIn(_)));
        assert_eq!(door.open(), 0);
    });
}

#[test]
fn whoever_ends_a_session_waits_for_what_is_entered_with_it() {
    both(|store| {
        let door = Door::of(store);
        let token = door.signs_in();
        let held = door.held(&token);
        let (go_on, until) = mpsc::channel();
        let entering = door.comes_by(held, Some(until));
        // Long enough for the first transaction to have begun; the second then stands before a row that is held.
        std::thread::sleep(Duration::from_millis(100));
        let leaving = door.leaves(&token);
        std::thread::sleep(Duration::from_millis(200));
        go_on.send(()).unwrap();
        assert!(matches!(entering.wait().unwrap(), Next::Leave(_)), "she was in time");
        leaving.wait().unwrap();
        assert_eq!(door.open(), 0, "and what she entered ended with the session");
    });
}

#[test]
fn a_service_that_she_entered_stands_in_her_journal_once() {
    both(|store| {
        let door = Door::of(store);
        let held = door.held(&door.signs_in());
        for _ in 0..3 {
            assert!(matches!(door.comes_by(held.clone(), None).wait().unwrap(), Next::Leave(_)));
        }
        let acts = door
            .store
            .read(|tx| {
                let account = account::of_actor(tx, &visit(Language::Fr).actor)?.unwrap();
                account::acts(tx, &account, 20)
            })
            .wait()
            .unwrap();
        let entered: Vec<_> = acts.iter().filter(|act| act.event == "service-entered").collect();
        assert_eq!(entered.len(), 1, "{acts:?}");
        assert_eq!(entered[0].about, "Dossier de soins");
    });
}

#[test]
fn each_algorithm_has_its_key_and_all_change_together() {
    both(|store| {
        use oauth::Signing::{Es256, Rs256};
        let of = |with| {
            let made = store.write(move |tx| Ok(keys::signing(tx, with, NOW)?)).wait().unwrap();
            made.kid().unwrap().to_owned()
        };
        let (ec, rsa) = (of(Es256), of(Rs256));
        assert_ne!(ec, rsa);
        assert_eq!((of(Es256), of(Rs256)), (ec.clone(), rsa.clone()), "made once");
        let later = NOW.plus(Instant::SECOND);
        let new = store.write(move |tx| keys::rotate(tx, later)).wait().unwrap();
        assert_eq!(of(Es256), new);
        assert_ne!(of(Rs256), rsa, "nothing signs with a key that was replaced");
        let published = store.read(move |tx| keys::published(tx, later)).wait().unwrap();
        let kids: Vec<&str> =
            published["keys"].as_array().unwrap().iter().filter_map(|k| k["kid"].as_str()).collect();
        assert!(
            kids.contains(&ec.as_str()) && kids.contains(&rsa.as_str()),
            "{kids:?}: the old ones stay known"
        );
    });
}
