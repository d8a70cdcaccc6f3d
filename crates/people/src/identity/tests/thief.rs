//! Somebody who found a printed recovery code: she comes in, and no passkey that she makes says that she is the owner
//! before the owner has had time to notice.

use store::testing::both;

use super::*;
use crate::identity::account::AccountKind;
use crate::identity::pages::account as pages;
use crate::identity::vouching::WAIT;
use crate::vigilance::{self, Sign};

const HOUR: i64 = 3600 * Instant::SECOND;

/// The thief's, signed in with a code and with a passkey of her own.
struct Thief {
    phone: Phone,
    /// With the code.
    first: Token,
    /// With the passkey.
    second: Token,
}

impl House {
    /// Makes a passkey in an open session, as the security page does.
    fn make(&self, token: &Token, phone: &mut Phone, name: &'static str, now: Instant) -> usize {
        let held = self.session(token, now).unwrap();
        let (ceremony, credential) = self.register(phone, name, now);
        let visit = self.herself(now);
        self.act(move |tx, site, _| {
            crate::identity::pages::register_finish(tx, &visit, site, (ceremony.as_str(), &credential), &held)
        })
        .unwrap()
        .unwrap()
    }

    fn thief(&self, code: &str, now: Instant) -> Thief {
        let first = self.recover(MATRICULE, code, now).unwrap();
        let mut phone = phone();
        self.make(&first, &mut phone, "à moi", now);
        let answer = self.answer(&mut phone, ORIGIN, now);
        let second = self.sign_in(&answer, now).unwrap();
        Thief { phone, first, second }
    }

    /// Shows a passkey once more, in the session of `token`.
    fn confirm(&self, token: &Token, phone: &mut Phone, now: Instant) -> Result<(), &'static str> {
        let held = self.session(token, now).unwrap();
        let (ceremony, credential) = self.answer(phone, ORIGIN, now);
        let visit = self.herself(now);
        let shown = self.act(move |tx, site, _| {
            passkeys::finish_confirmation(tx, site, (ceremony.as_str(), &credential), (&visit, &held))
        });
        shown.unwrap().map_err(|refusal| refusal.code())
    }

    /// What the doors ask before what is grave: a proof within ten minutes.
    fn is_fresh(&self, token: &Token, now: Instant) -> bool {
        let held = self.session(token, now).unwrap();
        self.act(move |tx, _, _| session::fresh(tx, &held, session::LATELY, now)).unwrap()
    }

    fn may_take_away(&self, token: &Token, now: Instant) -> bool {
        let (held, visit) = (self.session(token, now).unwrap(), self.herself(now));
        self.act(move |tx, _, _| pages::may_take_away(tx, &visit, &held)).unwrap()
    }
}

#[test]
fn a_passkey_made_behind_a_printed_code_proves_nobody_for_two_days() {
    both(|store| {
        let house = House::of(store);
        let mut hers = phone();
        house.add_passkey(&mut hers, "le sien");
        let codes = house.codes();
        let later = NOW.plus(HOUR);
        let mut thief = house.thief(&codes[0], later);
        // Her passkey lets her in, and is worth no more than the code.
        for token in [&thief.first, &thief.second] {
            assert!(!house.is_fresh(token, later));
            assert!(!house.may_take_away(token, later), "the owner's passkey and codes stay");
            assert_eq!(house.confirm(token, &mut thief.phone, later), Err("passkey-young"));
        }
        // One that she makes with it waits as long.
        let mut other = phone();
        house.make(&thief.second, &mut other, "encore un", later);
        assert_eq!(house.confirm(&thief.second, &mut other, later), Err("passkey-young"));
        // The owner's own confirms at once, and what is made behind it vouches at once.
        let answer = house.answer(&mut hers, ORIGIN, later);
        let owner = house.sign_in(&answer, later).unwrap();
        assert!(house.is_fresh(&owner, later) && house.may_take_away(&owner, later));
        let mut second = phone();
        house.make(&owner, &mut second, "deux", later);
        let answer = house.answer(&mut second, ORIGIN, later);
        assert!(house.is_fresh(&house.sign_in(&answer, later).unwrap(), later));
        // Two days later nobody has taken the thief's away: then it is the owner's, as far as anybody can know.
        let almost = later.plus(WAIT - 1);
        for (now, vouches) in [(almost, false), (later.plus(WAIT), true)] {
            let answer = house.answer(&mut thief.phone, ORIGIN, now);
            let token = house.sign_in(&answer, now).unwrap();
            assert_eq!(house.is_fresh(&token, now), vouches, "{now}");
        }
    });
}

#[test]
fn an_older_passkey_confirms_what_a_young_one_does_not_and_takes_it_away() {
    both(|store| {
        let house = House::of(store);
        let mut hers = phone();
        house.add_passkey(&mut hers, "le sien");
        let codes = house.codes();
        // She has forgotten her telephone at work, comes in with a code, and makes a passkey at home.
        let mut home = house.thief(&codes[0], NOW);
        assert_eq!(house.confirm(&home.second, &mut home.phone, NOW), Err("passkey-young"));
        assert_eq!(house.confirm(&home.second, &mut hers, NOW), Ok(()));
        assert!(house.is_fresh(&home.second, NOW) && house.may_take_away(&home.second, NOW));
        // Her journal says which was refused.
        assert!(house.kinds().contains(&(Kind::SignInRefused, false)));
    });
}

#[test]
fn whoever_has_codes_only_takes_a_strangers_passkey_away() {
    both(|store| {
        let house = House::of(store);
        let codes = house.codes();
        let thief = house.thief(&codes[0], NOW);
        assert!(!house.is_fresh(&thief.second, NOW));
        let hers = house.recover(MATRICULE, &codes[1], NOW).unwrap();
        assert!(house.may_take_away(&hers, NOW));
        let (visit, id) = (house.herself(NOW), house.id);
        house
            .act(move |tx, _, _| {
                let pass = consent::open(tx, &visit, id, Action::ManageAccess)?;
                let holder = Holder::of_pass(&pass);
                let listed = passkeys::list(tx, &holder)?;
                passkeys::remove(tx, &holder, &visit, &listed[0].id)
            })
            .unwrap();
    });
}

#[test]
fn a_professionals_passkey_behind_a_code_waits_too_and_the_team_is_told() {
    both(|store| {
        let house = work::house(store);
        let code = house.code(AccountKind::Professional, work::ONE).unwrap();
        let mut hers = phone();
        let token = house.begin_work(&mut hers, work::ONE, &code).unwrap();
        let alerts = |house: &House| {
            let team = visit(Actor::Operator { name: "marie".into() }, NOW);
            house.act(move |tx, _, _| vigilance::alerts(tx, &team)).unwrap()
        };
        assert!(alerts(&house).is_empty(), "a code of the operator's is no printed code");
        let codes = house
            .holding(&token, NOW, |tx, (holder, visit), _, (_, chance)| {
                recovery::make_codes(tx, holder, visit, chance)
            })
            .unwrap();
        let form = RecoveryForm { side: Side::Work, who: work::ONE.into(), code: codes[0].clone() };
        let thief = house
            .act(move |tx, _, chance| {
                let nobody = visit(Actor::Nobody, NOW);
                recovery::sign_in(tx, &form, &nobody, &knock(), (Limits::default(), chance))
            })
            .unwrap()
            .unwrap();
        let mut theirs = phone();
        let started = house
            .holding(&thief, NOW, |tx, (holder, _), _, (site, _)| {
                passkeys::start_registration(tx, holder, site, "poste", NOW)
            })
            .unwrap();
        let options = serde_json::from_value(started.options).unwrap();
        let made = wait(theirs.register(&Url::parse(ORIGIN).unwrap(), options, DefaultClientData)).unwrap();
        let made = serde_json::to_value(made).unwrap();
        house
            .holding(&thief, NOW, move |tx, (_, visit), held, (site, _)| {
                let answer = (started.ceremony.as_str(), &made);
                crate::identity::pages::register_finish(tx, visit, site, answer, held)?.map(|_| ())
            })
            .unwrap();
        assert_eq!(alerts(&house).iter().map(|one| one.sign).collect::<Vec<_>>(), [Sign::NewKey]);
        let answer = house.answer(&mut theirs, ORIGIN, NOW);
        let token = house.sign_in_at(Side::Work, &answer, NOW).unwrap();
        assert!(!house.is_fresh(&token, NOW), "no other service takes her, and no further space opens");
        let answer = house.answer(&mut hers, ORIGIN, NOW);
        assert!(house.is_fresh(&house.sign_in_at(Side::Work, &answer, NOW).unwrap(), NOW));
    });
}
