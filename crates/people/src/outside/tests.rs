//! Whose an outside identity is: every case of somebody who comes back proven.

use std::sync::Arc;

use jiff::civil::date;
use kernel::ins::Authority;
use kernel::rpps::Rpps;
use kernel::{Actor, Chance, Ins, Instant, Language, PersonId, Purpose, Seq, Sex, Traits, Visit};
use oauth::relying::OurProof;
use store::testing::both;
use store::{Kind as Act, Outcome, Store, Want};

use super::*;
use crate::directory::import::{Terms, import};
use crate::enrolment::{Insured, waves};
use crate::identity::guard::Knock;
use crate::identity::session::{self, Limits};
use crate::person::{Contact, Identity, State, queries as persons};

mod closing;

const NOW: Instant = Instant(1_795_000_000 * Instant::SECOND);
const FIRST: &str = "2790335238001";
const TWIN: &str = "2790335238002";
const OTHER: &str = "2790335238003";

fn visit(at: Instant) -> Visit {
    Visit {
        actor: Actor::Nobody,
        on_behalf_of: None,
        purpose: Purpose::Own,
        now: at,
        language: Language::Fr,
        request_id: 7,
    }
}

fn knock() -> Knock {
    Knock { network: "192.0.2.7".parse().unwrap(), device: "Firefox, Android".into() }
}

fn provider(name: &str, kind: Kind) -> Provider {
    Provider {
        name: name.to_owned(),
        kind,
        label: kind.label().to_owned(),
        issuer: format!("https://{name}.example"),
        discovery: String::new(),
        client_id: "carnet".to_owned(),
        scopes: kind.scopes().to_owned(),
        acr: kind.acr().to_owned(),
        proof: Arc::new(OurProof::Secret("s".to_owned())),
        opening: None,
        published: Vec::new(),
        tls: Tls::default(),
        telephone: false,
    }
}

fn traits() -> Traits {
    Traits {
        birth_name: "LE GOFF".into(),
        given_names: "HÉLÈNE ANNE".into(),
        birth_date: date(1979, 3, 28),
        sex: Sex::F,
        birth_place: Some("35238".into()),
    }
}

fn proven(sub: &str, whom: Option<Whom>) -> Proven {
    Proven {
        sub: sub.into(),
        acr: "eidas2".into(),
        auth_time: Some(NOW),
        sid: None,
        whom,
        id_token: "a.b.c".into(),
    }
}

fn by(traits: Traits) -> Option<Whom> {
    Some(Whom::Traits(traits))
}

struct House {
    store: Store,
    chance: Arc<Chance>,
}

impl House {
    fn of(store: Store) -> Self {
        Self { store, chance: Arc::new(Chance::seeded(7)) }
    }

    /// Somebody with an open space.
    fn person(&self, n: i64, matricule: &'static str, traits: Traits) -> PersonId {
        let id = PersonId(n);
        self.store
            .write(move |tx| {
                let insured = Insured {
                    identity: Identity {
                        ins: Ins::parse(matricule, Authority::TestNir).unwrap(),
                        traits: traits.clone(),
                        used_name: None,
                        used_given: None,
                        contact: Contact::default(),
                        representatives: Vec::new(),
                        death: None,
                    },
                    department: "35".into(),
                    scheme: "CPAM".into(),
                };
                crate::enrolment::add_for_tests(tx, id, &insured, NOW)?;
                waves::open_now(tx, &waves::system("test", NOW, 1), id)
            })
            .wait()
            .unwrap();
        id
    }

    fn turn(&self, id: PersonId, to: State) {
        let done = self.store.write(move |tx| Ok(persons::change_state(tx, id, State::Open, to, NOW)?));
        assert!(done.wait().unwrap());
    }

    fn arrives(&self, at: &Provider, proven: Proven) -> Arrived {
        let (at, chance) = (at.clone(), self.chance.clone());
        let done = self.store.write(move |tx| {
            let terms = (Limits::default(), &*chance);
            arrive(tx, &visit(NOW), &at, (&proven, "/documents"), &knock(), terms)
        });
        done.wait().unwrap()
    }

    fn decides(&self, at: &Provider, cookie: &str, typed: &str) -> Option<Result<Arrived, &'static str>> {
        let (at, chance) = (vec![at.clone()], self.chance.clone());
        let (cookie, typed) = (cookie.to_owned(), typed.to_owned());
        let done = self.store.write(move |tx| {
            let terms = (Limits::default(), &*chance);
            let done = decide(tx, &visit(NOW), &at, (&cookie, &typed), &knock(), terms)?;
            Ok(done.map(|(_, done)| done.map_err(|refusal| refusal.code())))
        });
        done.wait().unwrap()
    }

    /// Whose session it is.
    fn owner(&self, arrived: &Arrived) -> i64 {
        let Arrived::In { token, next, .. } = arrived else { panic!("{arrived:?}") };
        assert_eq!(next, "/documents");
        let token = token.clone();
        let held = self.store.read(move |tx| session::session(tx, &token, NOW)).wait().unwrap().unwrap();
        assert_eq!(held.proven, Some(NOW));
        held.owner()
    }

    /// The acts of signing in of a person: kind, refusal, what about.
    fn journal(&self, id: PersonId) -> Vec<(Act, bool, String)> {
        self.store
            .read(move |tx| {
                let key = crate::person::load(tx, id)?.unwrap().key;
                let mut found = Vec::new();
                tx.acts(&key, Seq(0), Want::LINES, |row| {
                    if matches!(row.kind, Act::SignedIn | Act::SignInRefused) {
                        let line = row.line.unwrap();
                        let refused = line.outcome != Outcome::Done;
                        found.push((row.kind, refused, line.about.unwrap_or_default()));
                    }
                    Ok(())
                })?;
                Ok(found)
            })
            .wait()
            .unwrap()
    }
}

fn is_unknown(arrived: &Arrived) -> bool {
    matches!(arrived, Arrived::Unknown)
}

#[test]
fn one_fitting_person_comes_in_and_is_known_from_then_on() {
    both(|store| {
        let house = House::of(store);
        let fc = provider("franceconnect", Kind::FranceConnect);
        let id = house.person(1, FIRST, traits());
        assert_eq!(house.owner(&house.arrives(&fc, proven("s-1", by(traits())))), id.0);
        // As FranceConnect writes it: no capitals, the first given name alone.
        let plain = Traits { birth_name: "Le Goff".into(), given_names: "Hélène".into(), ..traits() };
        assert_eq!(house.owner(&house.arrives(&fc, proven("s-1", by(plain)))), id.0);
        let journal = house.journal(id);
        assert_eq!(journal.len(), 2);
        assert_eq!(journal[0], (Act::SignedIn, false, "outside eidas2 FranceConnect".to_owned()));
        let figures = house.store.read(|tx| crate::enrolment::tally::figures(tx, NOW)).wait().unwrap();
        let sums = figures.iter().fold((0, 0), |sums, of| (sums.0 + of.activated, sums.1 + of.active));
        assert_eq!(sums, (1, 1), "activated and active once");
        // Who has the same traits later does not disturb her: her link leads straight to her.
        house.person(2, TWIN, traits());
        assert_eq!(house.owner(&house.arrives(&fc, proven("s-1", by(traits())))), id.0);
        assert!(matches!(house.arrives(&fc, proven("s-2", by(traits()))), Arrived::Several { .. }));
    });
}

#[test]
fn a_near_miss_is_answered_like_a_stranger() {
    both(|store| {
        let house = House::of(store);
        let fc = provider("franceconnect", Kind::FranceConnect);
        let id = house.person(1, FIRST, traits());
        for other in [
            Traits { birth_name: "LE GOF".into(), ..traits() },
            Traits { given_names: "HÉLÈNE MARIE".into(), ..traits() },
            Traits { given_names: "ANNE".into(), ..traits() },
            Traits { birth_date: date(1979, 3, 27), ..traits() },
            Traits { sex: Sex::M, ..traits() },
            Traits { birth_place: Some("75056".into()), ..traits() },
        ] {
            assert!(is_unknown(&house.arrives(&fc, proven("s-1", by(other.clone())))), "{other:?}");
        }
        assert!(is_unknown(&house.arrives(&fc, proven("s-1", None))), "the provider says too little");
        assert!(house.journal(id).is_empty(), "her journal knows nothing of others");
    });
}

#[test]
fn a_closed_space_is_hers_and_an_opposed_one_is_nobodys() {
    both(|store| {
        let house = House::of(store);
        let fc = provider("franceconnect", Kind::FranceConnect);
        let id = house.person(1, FIRST, traits());
        house.turn(id, State::Closed);
        assert_eq!(house.owner(&house.arrives(&fc, proven("s-1", by(traits())))), id.0);
        let opposed = Traits { birth_name: "MOREAU".into(), ..traits() };
        let id = house.person(2, OTHER, opposed.clone());
        assert_eq!(house.owner(&house.arrives(&fc, proven("s-2", by(opposed.clone())))), id.0);
        house.turn(id, State::Opposed);
        assert!(is_unknown(&house.arrives(&fc, proven("s-2", by(opposed.clone())))), "also with a link");
        assert!(is_unknown(&house.arrives(&fc, proven("s-3", by(opposed)))));
    });
}

#[test]
fn several_persons_are_told_apart_by_their_number_and_nobody_guesses_it() {
    both(|store| {
        let house = House::of(store);
        let fc = provider("franceconnect", Kind::FranceConnect);
        let first = house.person(1, FIRST, traits());
        let twin = house.person(2, TWIN, traits());
        house.person(3, OTHER, Traits { birth_name: "MOREAU".into(), ..traits() });
        let several = |sub: &str| match house.arrives(&fc, proven(sub, by(traits()))) {
            Arrived::Several { cookie } => cookie,
            other => panic!("{other:?}"),
        };
        let cookie = several("s-1");
        let in_as = |sub: &str, typed: &str| match house.decides(&fc, &several(sub), typed) {
            Some(Ok(arrived)) => house.owner(&arrived),
            other => panic!("{other:?}"),
        };
        assert_eq!(in_as("s-1", FIRST), first.0);
        assert_eq!(in_as("s-2", TWIN), twin.0);
        assert_eq!(house.owner(&house.arrives(&fc, proven("s-1", by(traits())))), first.0, "asked once");
        // Somebody else's number opens nothing, though it exists; after five tries she waits.
        let cookie_of_third = several("s-3");
        for n in 0..5 {
            let typed = if n == 0 { OTHER } else { "2790335238009" };
            let answer = house.decides(&fc, &cookie_of_third, typed);
            assert!(matches!(answer, Some(Err("sign-in-failed"))), "{n}: {answer:?}");
        }
        assert!(matches!(house.decides(&fc, &several("s-3"), TWIN), Some(Err("slow-down"))));
        assert!(house.decides(&fc, "AAAA", FIRST).is_none());
        let asking = begin(house.store.keyring(), &fc, "/", NOW, &house.chance).unwrap().1;
        assert!(house.decides(&fc, &asking, FIRST).is_none(), "a cookie of another step");
        assert!(!cookie.contains("GOFF"));
    });
}

#[test]
fn traits_that_no_longer_fit_are_refused_and_journalled() {
    both(|store| {
        let house = House::of(store);
        let fc = provider("franceconnect", Kind::FranceConnect);
        let id = house.person(1, FIRST, traits());
        house.arrives(&fc, proven("s-1", by(traits())));
        let other = Traits { birth_name: "MOREAU".into(), ..traits() };
        assert!(matches!(house.arrives(&fc, proven("s-1", by(other))), Arrived::Changed));
        let last = house.journal(id).into_iter().find(|(kind, ..)| *kind == Act::SignInRefused);
        assert_eq!(last, Some((Act::SignInRefused, true, "outside eidas2 FranceConnect".to_owned())));
    });
}

#[test]
fn a_card_says_its_number_and_nothing_may_contradict_it() {
    both(|store| {
        let house = House::of(store);
        let card = provider("carte-vitale", Kind::CarteVitale);
        let id = house.person(1, FIRST, traits());
        house.person(2, TWIN, traits());
        let ins = |matricule: &str| Ins::parse(matricule, Authority::TestNir).unwrap();
        let by = |matricule: &str, traits| Some(Whom::Ins(ins(matricule), traits));
        let wrong = Traits { birth_name: "MOREAU".into(), ..traits() };
        assert!(is_unknown(&house.arrives(&card, proven("c-1", by(FIRST, Some(wrong))))));
        assert_eq!(house.owner(&house.arrives(&card, proven("c-1", by(FIRST, None)))), id.0);
        assert_eq!(house.owner(&house.arrives(&card, proven("c-1", by(FIRST, Some(traits()))))), id.0);
        assert!(matches!(house.arrives(&card, proven("c-1", by(TWIN, None))), Arrived::Changed));
        assert!(is_unknown(&house.arrives(&card, proven("c-2", by(OTHER, None)))));
        // Production numbers are other people than test numbers.
        let real = Some(Whom::Ins(Ins { authority: Authority::Nir, ..ins(FIRST) }, None));
        assert!(is_unknown(&house.arrives(&card, proven("c-3", real))));
    });
}

#[test]
fn professionals_come_in_as_the_directory_knows_them() {
    const EXTRACT: &str = "Type d'identifiant PP|Identifiant PP|Code civilité d'exercice|Nom d'exercice|\
        Prénom d'exercice|Code profession|Code savoir-faire|Code mode exercice|Numéro FINESS site|\
        Identifiant technique de la structure|Raison sociale site|\n\
        8|10104335319||LE GOFF|ANNE|60||L||R3|CABINET IDEL|\n\
        8|10001045367|DR|MOREAU|CLAIRE|10|SM04|S|750100125|R1|HOPITAL NORD|\n\
        8|10001045367|DR|MOREAU|CLAIRE|10|SM04|L||R2|CABINET DU PORT|\n";
    both(|store| {
        import(&store, EXTRACT.as_bytes(), Terms::at(NOW), &mut |_, _| Ok(()), &mut |_| ()).unwrap();
        let house = House::of(store);
        let psc = provider("psc", Kind::ProSanteConnect);
        let who = |rpps: &str| Some(Whom::Professional(Rpps::parse(rpps).unwrap()));
        for (sub, rpps, standing) in [
            ("f:1", "10104335319", session::Standing::Full),
            ("f:2", "10001045367", session::Standing::Choosing),
        ] {
            let arrived = house.arrives(&psc, proven(sub, who(rpps)));
            assert!(house.owner(&arrived) < 0, "an account");
            let Arrived::In { token, .. } = arrived else { panic!("not in") };
            let held = house.store.read(move |tx| session::session(tx, &token, NOW)).wait().unwrap().unwrap();
            assert_eq!(held.standing, standing);
        }
        assert!(matches!(house.arrives(&psc, proven("f:1", who("10001045367"))), Arrived::Changed));
        assert!(matches!(house.arrives(&psc, proven("f:3", who("10100779536"))), Arrived::NotListed));
        assert!(matches!(house.arrives(&psc, proven("f:4", None)), Arrived::NotListed));
        let team = Visit { actor: Actor::Operator { name: "support".into() }, ..visit(NOW) };
        house
            .store
            .write(move |tx| {
                let kind = crate::identity::AccountKind::Professional;
                crate::identity::account::suspend(tx, &team, kind, "10104335319", "vol du poste")
            })
            .wait()
            .unwrap();
        let kept_out = house.arrives(&psc, proven("f:1", who("10104335319")));
        assert!(matches!(kept_out, Arrived::Closed(why) if why.code() == "account-suspended"));
    });
}

#[test]
fn a_sign_in_opens_once_in_its_browser_and_not_for_long() {
    both(|store| {
        let house = House::of(store);
        let (fc, psc) =
            (provider("franceconnect", Kind::FranceConnect), provider("psc", Kind::ProSanteConnect));
        let chance = house.chance.clone();
        let begun = || begin(house.store.keyring(), &fc, "/documents", NOW, &chance).unwrap();
        let back = |cookie: &str, at: &Provider, state: &str, now: Instant| {
            let (cookie, at, state) = (cookie.to_owned(), at.clone(), state.to_owned());
            house.store.write(move |tx| returned(tx, &cookie, &at, &state, now)).wait().unwrap()
        };
        let (asking, cookie) = begun();
        assert!(asking.verifier.len() >= 43, "RFC 7636 §4.1");
        assert!(back("", &fc, &asking.state, NOW).is_none(), "another browser");
        assert!(back(&cookie, &psc, &asking.state, NOW).is_none(), "another provider");
        assert!(back(&cookie, &fc, "other", NOW).is_none(), "another state");
        assert!(back(&cookie, &fc, &asking.state, NOW.plus(PATIENCE)).is_none(), "too late");
        assert_eq!(back(&cookie, &fc, &asking.state, NOW), Some(asking.clone()));
        assert!(back(&cookie, &fc, &asking.state, NOW).is_none(), "a second time");
        let (other, _) = begun();
        assert!(other.state != asking.state && other.nonce != asking.nonce);
    });
}

#[test]
fn the_hint_for_signing_out_is_given_once() {
    both(|store| {
        let house = House::of(store);
        let fc = provider("franceconnect", Kind::FranceConnect);
        house.person(1, FIRST, traits());
        let Arrived::In { cookie, .. } = house.arrives(&fc, proven("s-1", by(traits()))) else {
            panic!("not in")
        };
        let named = entered_through(house.store.keyring(), &cookie, NOW);
        assert_eq!(named.as_deref(), Some("franceconnect"));
        let leaves = |now: Instant| {
            let cookie = cookie.clone();
            house.store.write(move |tx| leave(tx, &cookie, now)).wait().unwrap()
        };
        assert_eq!(leaves(NOW), Some(("franceconnect".to_owned(), "a.b.c".to_owned())));
        assert_eq!(leaves(NOW), None);
        house.arrives(&fc, proven("s-1", by(traits())));
        let swept = |at: Instant| house.store.write(move |tx| sweep(tx, at)).wait().unwrap();
        assert_eq!((swept(NOW), swept(NOW.plus(KEPT))), (0, 1));
        let forgotten = house.store.write(move |tx| forget(tx, PersonId(1))).wait().unwrap();
        assert_eq!(forgotten, 1);
    });
}
