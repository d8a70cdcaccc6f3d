//! She closes a way in, and it stays closed until she opens it.

use super::*;
use crate::outside::ways::{self, State};

impl House {
    /// Does something in her session: `token` is what her browser holds.
    fn as_her<T: Send + 'static>(
        &self,
        id: PersonId,
        at: Instant,
        does: impl FnOnce(&mut Tx<'_>, &Visit) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let actor = Actor::Citizen { person: id, name: "Hélène LE GOFF".into() };
        self.store.write(move |tx| does(tx, &Visit { actor, ..visit(at) })).wait()
    }

    fn states(&self, id: PersonId, all: &[Provider]) -> Vec<State> {
        let all = all.to_vec();
        let ways = self.as_her(id, NOW, move |tx, visit| ways::ways(tx, visit, &all)).unwrap();
        ways.into_iter().map(|way| way.state).collect()
    }

    fn closes(&self, id: PersonId, at: &Provider, kept: &session::Token) -> Result<(), &'static str> {
        let (at, kept) = (at.clone(), kept.clone());
        self.as_her(id, NOW, move |tx, visit| {
            ways::close(tx, visit, std::slice::from_ref(&at), &at.name, &kept)
        })
        .map_err(|refusal| refusal.code())
    }

    fn makes_codes(&self, id: PersonId) {
        let chance = self.chance.clone();
        self.as_her(id, NOW, move |tx, visit| crate::identity::pages::account::codes(tx, visit, &chance))
            .unwrap();
    }

    fn is_open(&self, token: &session::Token) -> bool {
        let token = token.clone();
        self.store.read(move |tx| session::session(tx, &token, NOW)).wait().unwrap().is_some()
    }
}

fn token(arrived: Arrived) -> session::Token {
    let Arrived::In { token, .. } = arrived else { panic!("not in: {arrived:?}") };
    token
}

#[test]
fn a_way_in_that_she_closed_opens_nothing_until_she_opens_it() {
    both(|store| {
        let house = House::of(store);
        let (fc, card) =
            (provider("franceconnect", Kind::FranceConnect), provider("carte-vitale", Kind::CarteVitale));
        let psc = provider("psc", Kind::ProSanteConnect);
        let all = [fc.clone(), card.clone(), psc];
        let id = house.person(1, FIRST, traits());
        assert_eq!(
            house.states(id, &all),
            [State::Unused, State::Unused],
            "a citizen's, not a professional's"
        );
        let here = token(house.arrives(&fc, proven("s-1", by(traits()))));
        let there = token(house.arrives(&fc, proven("s-1", by(traits()))));
        assert_eq!(house.states(id, &all)[0], State::Used { since: NOW, last: NOW });
        assert_eq!(house.closes(id, &fc, &here), Err("last-way-in"), "she would be locked out");
        house.makes_codes(id);
        assert_eq!(house.closes(id, &fc, &here), Ok(()));
        assert_eq!(house.states(id, &all), [State::Closed { at: NOW }, State::Unused]);
        assert!(house.is_open(&here) && !house.is_open(&there), "whoever came in that way is out");
        // Neither by the link, nor by her traits under another name of hers there.
        for sub in ["s-1", "s-2"] {
            assert!(matches!(house.arrives(&fc, proven(sub, by(traits()))), Arrived::Shut), "{sub}");
        }
        let last = house.journal(id).pop().unwrap();
        assert_eq!(last, (Act::SignInRefused, true, "outside eidas2 FranceConnect".to_owned()));
        let ins = Ins::parse(FIRST, Authority::TestNir).unwrap();
        house.owner(&house.arrives(&card, proven("c-1", Some(Whom::Ins(ins, None)))));
        let one = fc.clone();
        house
            .as_her(id, NOW, move |tx, visit| ways::open(tx, visit, std::slice::from_ref(&one), &one.name))
            .unwrap();
        house.owner(&house.arrives(&fc, proven("s-1", by(traits()))));
        // Nobody closes what is not hers.
        let foreign = house.closes(id, &provider("psc", Kind::ProSanteConnect), &here);
        assert_eq!(foreign, Err("not-found"));
    });
}

#[test]
fn what_was_linked_before_she_began_anew_is_forgotten_and_what_she_closed_stays_closed() {
    both(|store| {
        let house = House::of(store);
        let fc = provider("franceconnect", Kind::FranceConnect);
        let id = house.person(1, FIRST, traits());
        let here = token(house.arrives(&fc, proven("s-1", by(traits()))));
        let unlinked = house.store.write(move |tx| unlink(tx, id.0)).wait().unwrap();
        assert_eq!((unlinked, house.states(id, std::slice::from_ref(&fc))), (1, vec![State::Unused]));
        house.makes_codes(id);
        house.closes(id, &fc, &here).unwrap();
        house.store.write(move |tx| unlink(tx, id.0)).wait().unwrap();
        assert_eq!(house.states(id, std::slice::from_ref(&fc)), [State::Closed { at: NOW }]);
        house.store.write(move |tx| forget(tx, id)).wait().unwrap();
        assert_eq!(house.states(id, &[fc]), [State::Unused], "an erased space leaves nothing");
    });
}

#[test]
fn the_journal_tells_through_whom_she_came() {
    assert_eq!(told("outside eidas2 FranceConnect+"), Some("FranceConnect+"));
    assert_eq!(told("outside eidas3 Ma caisse d’assurance"), Some("Ma caisse d’assurance"));
    for other in ["", "passkey", "outside", "outside eidas2", "recovery-code"] {
        assert_eq!(told(other), None, "{other}");
    }
}

#[test]
fn no_sentence_of_these_pages_is_missing() {
    for language in Language::ALL {
        let citizen = Visit {
            actor: Actor::Citizen { person: PersonId(7), name: "Camille".into() },
            language,
            ..visit(NOW)
        };
        for (name, _, page) in pages::mine::samples(&citizen, &citizen) {
            let html = &page.body.0;
            assert!(!page.title.contains('⟦') && !html.contains('⟦'), "{name}: {html}");
            assert_eq!(html.matches("<h1").count(), 1, "{name}");
        }
        let words = ui::Words::of(language);
        for key in [
            "refusal-last-way-in",
            "journal-why-outside-closed",
            "journal-why-outside-changed",
            "identity-act-signed-in-with",
            "identity-act-sign-in-refused-with",
            "identity-act-service-entered",
        ] {
            assert!(words.known(key).is_some(), "{key}");
        }
    }
}
