mod mends;
mod thief;
mod work;

use std::sync::Arc;

use jiff::civil::date;
use kernel::ins::Authority;
use kernel::{Actor, Chance, Ins, Instant, Language, PersonId, Purpose, Seq, Traits, Visit};
use passkey::authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData};
use passkey::crypto::rust_crypto::RustCryptoBackend;
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use passkey::types::webauthn::{CredentialCreationOptions, CredentialRequestOptions};
use serde_json::Value;
use store::testing::both;
use store::{Kind, Outcome, Store, Want};
use webauthn_rs::prelude::Url;

use super::passkeys::Started;
use super::*;
use crate::consent::{self, Action};
use crate::enrolment::{Insured, waves};
use crate::person::{Contact, Identity};

const NOW: Instant = Instant(1_795_000_000 * Instant::SECOND);
const ORIGIN: &str = "http://localhost:8080";
const MATRICULE: &str = "2790335238001";

/// A phone whose owner always says yes.
struct Willing;

#[async_trait::async_trait]
impl UserValidationMethod for Willing {
    type PasskeyItem = passkey::types::Passkey;

    async fn check_user<'a>(
        &self,
        _: UiHint<'a, Self::PasskeyItem>,
        _: bool,
        _: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence: true, verification: true })
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }
}

type Phone =
    Client<Option<passkey::types::Passkey>, Willing, RustCryptoBackend, public_suffix::PublicSuffixList, ()>;

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

struct House {
    store: Store,
    site: Arc<Site>,
    chance: Arc<Chance>,
    id: PersonId,
}

pub(super) fn insured() -> Insured {
    Insured {
        identity: Identity {
            ins: Ins::parse(MATRICULE, Authority::TestNir).unwrap(),
            traits: Traits {
                birth_name: "LE GOFF".into(),
                given_names: "HÉLÈNE".into(),
                birth_date: date(1979, 3, 28),
                sex: kernel::Sex::F,
                birth_place: Some("35238".into()),
            },
            used_name: None,
            used_given: None,
            contact: Contact::default(),
            representatives: Vec::new(),
            death: None,
        },
        department: "35".into(),
        scheme: "CPAM".into(),
    }
}

impl House {
    fn of(store: Store) -> Self {
        Self::of_whom(store, insured())
    }

    fn of_whom(store: Store, whom: Insured) -> Self {
        let id = PersonId(1);
        store
            .write(move |tx| {
                crate::enrolment::add_for_tests(tx, id, &whom, NOW)?;
                waves::open_now(tx, &waves::system("test", NOW, 1), id)
            })
            .wait()
            .unwrap();
        let site = Arc::new(Site::new("localhost", ORIGIN, "Carnet").unwrap());
        Self { store, site, chance: Arc::new(Chance::seeded(7)), id }
    }

    fn act<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>, &Site, &Chance) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let (site, chance) = (Arc::clone(&self.site), Arc::clone(&self.chance));
        self.store.write(move |tx| f(tx, &site, &chance)).wait()
    }

    fn herself(&self, now: Instant) -> Visit {
        visit(Actor::Citizen { person: self.id, name: "Hélène LE GOFF".into() }, now)
    }

    fn with_pass<T: Send + 'static>(
        &self,
        now: Instant,
        f: impl FnOnce(&mut Tx<'_>, (&Holder, &Visit), &Site, &Chance) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let (visit, id) = (self.herself(now), self.id);
        self.act(move |tx, site, chance| {
            let pass = consent::open(tx, &visit, id, Action::ManageAccess)?;
            f(tx, (&Holder::of_pass(&pass), &visit), site, chance)
        })
    }

    fn register(&self, phone: &mut Phone, name: &'static str, now: Instant) -> (String, Value) {
        let started: Started = self
            .with_pass(now, move |tx, (holder, _), site, _| {
                passkeys::start_registration(tx, holder, site, name, now)
            })
            .unwrap();
        assert_eq!(started.options["publicKey"]["authenticatorSelection"]["residentKey"], "required");
        let options: CredentialCreationOptions = serde_json::from_value(started.options).unwrap();
        let made = wait(phone.register(&Url::parse(ORIGIN).unwrap(), options, DefaultClientData)).unwrap();
        (started.ceremony, serde_json::to_value(made).unwrap())
    }

    /// Brings back what a phone made, or another for it.
    fn finish_registration(&self, ceremony: &str, credential: &Value) -> Result<usize, &'static str> {
        let (ceremony, credential) = (ceremony.to_owned(), credential.clone());
        self.with_pass(NOW, move |tx, whose, site, _| {
            passkeys::finish_registration(tx, whose, site, (&ceremony, &credential), Backing::Activation)
        })
        .unwrap()
        .map_err(|refusal| refusal.code())
    }

    fn add_passkey(&self, phone: &mut Phone, name: &'static str) {
        let (ceremony, credential) = self.register(phone, name, NOW);
        self.finish_registration(&ceremony, &credential).unwrap();
    }

    fn answer(&self, phone: &mut Phone, origin: &str, now: Instant) -> (String, Value) {
        let started = passkeys::start_sign_in(self.store.keyring(), &self.site, now).unwrap();
        assert!(started.options.get("mediation").is_none());
        let options: CredentialRequestOptions = serde_json::from_value(started.options).unwrap();
        let made =
            wait(phone.authenticate(&Url::parse(origin).unwrap(), options, DefaultClientData)).unwrap();
        (started.ceremony, serde_json::to_value(made).unwrap())
    }

    fn sign_in(&self, answer: &(String, Value), now: Instant) -> Result<Token, &'static str> {
        let (ceremony, credential) = answer.clone();
        self.act(move |tx, site, chance| {
            let visit = visit(Actor::Nobody, now);
            let given = (ceremony.as_str(), &credential);
            passkeys::finish_sign_in(
                tx,
                site,
                Side::Space,
                given,
                &visit,
                &knock(),
                (Limits::default(), chance),
            )
        })
        .unwrap()
        .map_err(|refusal| refusal.code())
    }

    fn session(&self, token: &Token, now: Instant) -> Option<Session> {
        let token = token.clone();
        self.store.read(move |tx| session::session(tx, &token, now)).wait().unwrap()
    }

    fn kinds(&self) -> Vec<(Kind, bool)> {
        let id = self.id;
        self.store
            .read(move |tx| {
                let key = tx.space_key(id)?;
                let mut kinds = Vec::new();
                tx.acts(&key, Seq(0), Want::LINES, |act| {
                    kinds.push((act.kind, act.line.is_some_and(|line| line.outcome == Outcome::Done)));
                    Ok(())
                })?;
                Ok(kinds)
            })
            .wait()
            .unwrap()
    }

    fn codes(&self) -> Vec<String> {
        self.with_pass(NOW, |tx, (holder, visit), _, chance| recovery::make_codes(tx, holder, visit, chance))
            .unwrap()
    }

    fn recover(&self, matricule: &str, code: &str, now: Instant) -> Result<Token, &'static str> {
        let form = RecoveryForm { side: Side::Space, who: matricule.to_owned(), code: code.to_owned() };
        self.act(move |tx, _, chance| {
            recovery::sign_in(tx, &form, &visit(Actor::Nobody, now), &knock(), (Limits::default(), chance))
        })
        .unwrap()
        .map_err(|refusal| refusal.code())
    }

    fn activate(
        &self,
        change: impl FnOnce(&mut ActivationForm),
        now: Instant,
    ) -> Result<Token, &'static str> {
        let mut form = ActivationForm {
            matricule: MATRICULE.into(),
            birth_name: "Le Goff".into(),
            birth_date: date(1979, 3, 28),
            code: String::new(),
        };
        change(&mut form);
        self.act(move |tx, _, chance| {
            let visit = visit(Actor::Nobody, now);
            activation::activate(tx, &form, &visit, &knock(), (Limits::default(), chance))
        })
        .unwrap()
        .map_err(|refusal| refusal.code())
    }
}

fn phone() -> Phone {
    let authenticator = Authenticator::new(Aaguid::new_empty(), None, Willing, RustCryptoBackend);
    Client::new(authenticator).allows_insecure_localhost(true)
}

fn visit(actor: Actor, now: Instant) -> Visit {
    Visit { actor, on_behalf_of: None, purpose: Purpose::Own, now, language: Language::Fr, request_id: 3 }
}

pub(super) fn knock() -> Knock {
    Knock { network: "192.0.2.1".parse().unwrap(), device: "Firefox, Android".into() }
}

#[test]
fn a_passkey_signs_in_without_a_name_and_each_answer_once() {
    both(|store| {
        let house = House::of(store);
        let mut phone = phone();
        house.add_passkey(&mut phone, "mon téléphone");
        let answer = house.answer(&mut phone, ORIGIN, NOW);
        let token = house.sign_in(&answer, NOW).unwrap();
        let session = house.session(&Token::parse(&token.cookie()).unwrap(), NOW).unwrap();
        assert_eq!((session.person(), session.standing), (Some(house.id), Standing::Full));
        assert!(matches!(&session.actor, Actor::Citizen { name, .. } if name == "Hélène LE GOFF"));
        assert_eq!(house.sign_in(&answer, NOW), Err("sign-in-failed"), "an answer is taken once");
        let late = house.answer(&mut phone, ORIGIN, NOW);
        assert_eq!(house.sign_in(&late, NOW.plus(passkeys::CEREMONY)), Err("sign-in-failed"));
        // Another site's ceremony, as a phisher would pass it on.
        let (store, _dir) = store::testing::sqlite().unwrap();
        let other = House::of(store);
        assert_eq!(other.sign_in(&answer, NOW), Err("sign-in-failed"));
        let mut forged = house.answer(&mut phone, ORIGIN, NOW);
        forged.1["response"]["signature"] = "AAAA".into();
        assert_eq!(house.sign_in(&forged, NOW), Err("sign-in-failed"));
        let kinds = house.kinds();
        assert!(kinds.contains(&(Kind::PasskeyAdded, true)) && kinds.contains(&(Kind::SignedIn, true)));
        assert_eq!(kinds.last(), Some(&(Kind::SignInRefused, false)), "{kinds:?}");
        let listed = house.with_pass(NOW, |tx, (holder, _), _, _| passkeys::list(tx, holder)).unwrap();
        assert_eq!((listed.len(), listed[0].name.as_str()), (1, "mon téléphone"));
        assert_eq!(listed[0].last_used_at, Some(NOW));
    });
}

#[test]
fn the_last_passkey_stays_until_there_are_codes() {
    both(|store| {
        let house = House::of(store);
        house.add_passkey(&mut phone(), "un");
        let list = || house.with_pass(NOW, |tx, (holder, _), _, _| passkeys::list(tx, holder)).unwrap();
        let remove = |id: String| {
            house.with_pass(NOW, move |tx, (holder, visit), _, _| passkeys::remove(tx, holder, visit, &id))
        };
        assert_eq!(remove(list()[0].id.clone()).unwrap_err().code(), "last-passkey");
        house.add_passkey(&mut phone(), "deux");
        let id = list()[0].id.clone();
        let renamed = id.clone();
        house
            .with_pass(NOW, move |tx, (holder, _), _, _| passkeys::rename(tx, holder, &renamed, "  vieux  "))
            .unwrap();
        assert_eq!(list()[0].name, "vieux");
        remove(id.clone()).unwrap();
        assert_eq!(remove(id).unwrap_err().code(), "not-found");
        assert_eq!(remove(list()[0].id.clone()).unwrap_err().code(), "last-passkey");
        house.codes();
        remove(list()[0].id.clone()).unwrap();
        assert!(list().is_empty());
    });
}

#[test]
fn a_registration_answer_is_bound_to_its_ceremony() {
    both(|store| {
        let house = House::of(store);
        let (ceremony, credential) = house.register(&mut phone(), "un", NOW);
        let (other, _) = house.register(&mut phone(), "deux", NOW);
        assert_eq!(house.finish_registration(&other, &credential), Err("passkey-refused"));
        assert_eq!(house.finish_registration("garbage", &credential), Err("passkey-refused"));
        assert_eq!(house.finish_registration(&ceremony, &credential), Ok(1));
        assert_eq!(house.finish_registration(&ceremony, &credential), Err("passkey-refused"), "once");
    });
}

#[test]
fn recovery_codes_work_once_each_however_they_are_typed() {
    both(|store| {
        let house = House::of(store);
        let codes = house.codes();
        assert_eq!(codes.len(), recovery::COUNT);
        let typed = codes[0].to_lowercase().replace('-', " ");
        let token = house.recover("2 79 03 35 238 001", &typed, NOW).unwrap();
        assert!(house.session(&token, NOW).is_some());
        assert_eq!(house.recover(MATRICULE, &codes[0], NOW), Err("sign-in-failed"));
        let left = house.with_pass(NOW, |tx, (holder, _), _, _| recovery::left(tx, holder)).unwrap();
        assert_eq!(left, Some((9, NOW)));
        house.codes();
        assert_eq!(house.recover(MATRICULE, &codes[1], NOW), Err("sign-in-failed"), "old codes are void");
    });
}

#[test]
fn guessing_slows_down_alike_for_those_who_exist_and_those_who_do_not() {
    both(|store| {
        let house = House::of(store);
        let codes = house.codes();
        for matricule in [MATRICULE, "2790335238999"] {
            for _ in 0..5 {
                assert_eq!(house.recover(matricule, "AAAA-AAAA-AAAA-AAAA", NOW), Err("sign-in-failed"));
            }
            assert_eq!(house.recover(matricule, "AAAA-AAAA-AAAA-AAAA", NOW), Err("slow-down"));
        }
        assert_eq!(house.recover(MATRICULE, &codes[0], NOW), Err("slow-down"), "even with a right code");
        let later = NOW.plus(31 * Instant::SECOND);
        assert!(house.recover(MATRICULE, &codes[0], later).is_ok());
        // Her name is cleared by the proof; the network's count stays.
        assert_eq!(house.recover(MATRICULE, "AAAA-AAAA-AAAA-AAAA", later), Err("sign-in-failed"));
    });
}

#[test]
fn an_activation_needs_everything_right_and_works_once() {
    both(|store| {
        let house = House::of(store);
        let id = house.id;
        let code = house.act(move |tx, _, chance| activation::issue_code(tx, id, NOW, chance)).unwrap();
        let with = |code: &str| {
            let code = code.to_owned();
            move |form: &mut ActivationForm| form.code = code
        };
        let wrong: [fn(&mut ActivationForm); 5] = [
            |form| form.birth_name = "Autre".into(),
            |form| form.birth_date = date(1979, 3, 27),
            |form| form.matricule = "2790335238002".into(),
            |form| form.matricule = "nonsense".into(),
            |form| form.code = "AAAA-AAAA-AAAA-AAAA".into(),
        ];
        for change in wrong {
            let right = with(&code);
            let tried = house.activate(
                |form| {
                    right(form);
                    change(form);
                },
                NOW,
            );
            assert_eq!(tried, Err("sign-in-failed"));
        }
        let token = house.activate(with(&code), NOW).unwrap();
        let session = house.session(&token, NOW).unwrap();
        assert_eq!(session.standing, Standing::Activating);
        let (visit, first) = (house.herself(NOW), session);
        let new = house
            .act(move |tx, _, chance| {
                let pass = consent::open(tx, &visit, id, Action::ManageAccess)?;
                let (holder, how) = (Holder::of_pass(&pass), session::How::Passkey);
                let terms = (Limits::default(), chance);
                activation::finish(tx, (&holder, &visit), &first, how, &knock(), terms)
            })
            .unwrap()
            .unwrap();
        assert_eq!(house.session(&new, NOW).unwrap().standing, Standing::Full);
        assert!(house.session(&token, NOW).is_none(), "the secret is new");
        assert_eq!(house.activate(with(&code), NOW), Err("sign-in-failed"), "the code works once");
        let kinds = house.kinds();
        assert!(kinds.contains(&(Kind::Activated, true)) && kinds.contains(&(Kind::SignInRefused, false)));

        // A code that was replaced, and one that ran out.
        let old = house.act(move |tx, _, chance| activation::issue_code(tx, id, NOW, chance)).unwrap();
        let code = house.act(move |tx, _, chance| activation::issue_code(tx, id, NOW, chance)).unwrap();
        assert_eq!(house.activate(with(&old), NOW), Err("sign-in-failed"));
        assert_eq!(house.activate(with(&code), NOW.plus(activation::LIFETIME)), Err("sign-in-failed"));
    });
}

#[test]
fn sessions_end_when_idle_when_old_and_when_told() {
    both(|store| {
        let house = House::of(store);
        let codes = house.codes();
        let limits = Limits::default();
        let first = house.recover(MATRICULE, &codes[0], NOW).unwrap();
        let second = house.recover(MATRICULE, &codes[1], NOW).unwrap();
        assert!(house.session(&first, NOW.plus(limits.idle - 1)).is_some());
        assert!(house.session(&first, NOW.plus(limits.idle)).is_none());
        let mut now = NOW;
        while now.0 - NOW.0 < limits.absolute - limits.idle {
            now = now.plus(limits.idle - 1);
            let session = house.session(&first, now).unwrap();
            assert!(session.stale);
            house.act(move |tx, _, _| session::touch(tx, &session, now, limits)).unwrap();
        }
        assert!(house.session(&first, NOW.plus(limits.absolute)).is_none());
        // The other one ended long ago; the sweep counts the visit and removes it.
        let swept = house.act(move |tx, _, _| session::sweep(tx, now, 10)).unwrap();
        assert_eq!(swept, 1);

        let (third, fourth) = (
            house.recover(MATRICULE, &codes[2], now).unwrap(),
            house.recover(MATRICULE, &codes[3], now).unwrap(),
        );
        let (visit, kept) = (house.herself(now), third.clone());
        let ended = house.act(move |tx, _, _| session::sign_out_everywhere(tx, &visit, &kept)).unwrap();
        assert_eq!(ended, 2, "the fourth, and the first that somebody kept alive");
        assert!(house.session(&third, now).is_some() && house.session(&fourth, now).is_none());
        let (visit, out) = (house.herself(now), third.clone());
        house.act(move |tx, _, _| session::sign_out(tx, &visit, &out)).unwrap();
        assert!(house.session(&third, now).is_none());
        assert!(house.session(&second, now).is_none());
        for cookie in ["", "x", "AAAA", &"A".repeat(54), &"é".repeat(30)] {
            assert!(Token::parse(cookie).is_none_or(|token| house.session(&token, now).is_none()));
        }
    });
}
