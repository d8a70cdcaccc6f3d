//! The same for those who work here: accounts, activities, suspension, the passkey once more.

use kernel::rpps::Rpps;
use kernel::{Actor, Answer, Instant, Professional, Purpose, Visit};
use serde_json::Value;
use store::testing::both;
use store::{Store, Tx};

use super::*;
use crate::directory::import::{Terms, import};
use crate::identity::account::{self, Account, AccountKind};
use crate::identity::activation::{self, AccountForm};
use crate::identity::recovery::RecoveryForm;
use crate::identity::session::{Draft, How};

/// Works in one place.
pub(super) const ONE: &str = "10104335319";
/// Works in two.
pub(super) const TWO: &str = "10001045367";

const EXTRACT: &str = "Type d'identifiant PP|Identifiant PP|Code civilité d'exercice|Nom d'exercice|\
    Prénom d'exercice|Code profession|Code savoir-faire|Code mode exercice|Numéro FINESS site|\
    Identifiant technique de la structure|Raison sociale site|\n\
    8|10104335319||LE GOFF|ANNE|60||L||R3|CABINET IDEL|\n\
    8|10001045367|DR|MOREAU|CLAIRE|10|SM04|S|750100125|R1|HOPITAL NORD|\n\
    8|10001045367|DR|MOREAU|CLAIRE|10|SM04|L||R2|CABINET DU PORT|\n";

pub(super) fn house(store: Store) -> House {
    let house = House::of(store);
    import(&house.store, EXTRACT.as_bytes(), Terms::at(NOW), &mut |_, _| Ok(()), &mut |_| ()).unwrap();
    house
}

/// The directory without the lines that say one of these.
pub(super) fn extract_without(house: &House, gone: &[&str], now: Instant) {
    let left: String = EXTRACT
        .lines()
        .filter(|line| !gone.iter().any(|gone| line.contains(gone)))
        .map(|line| format!("{line}\n"))
        .collect();
    let terms = Terms { shrink: true, ..Terms::at(now) };
    import(&house.store, left.as_bytes(), terms, &mut |_, _| Ok(()), &mut |_| ()).unwrap();
}

fn team() -> Visit {
    Visit { purpose: Purpose::Operation, ..visit(Actor::Operator { name: "support".into() }, NOW) }
}

impl House {
    pub(super) fn code(&self, kind: AccountKind, name: &'static str) -> Answer<String> {
        self.act(move |tx, _, chance| account::issue_code(tx, &team(), kind, name, chance))
    }

    pub(super) fn account(&self, kind: AccountKind, name: &'static str) -> Account {
        self.store.read(move |tx| account::account(tx, kind, name)).wait().unwrap().unwrap()
    }

    fn type_code(&self, who: &str, code: &str, now: Instant) -> Result<Token, &'static str> {
        let form = AccountForm { who: who.to_owned(), code: code.to_owned() };
        self.act(move |tx, _, chance| {
            let visit = visit(Actor::Nobody, now);
            activation::activate_account(tx, &form, &visit, &knock(), (Limits::default(), chance))
        })
        .unwrap()
        .map_err(|refusal| refusal.code())
    }

    /// Somebody of the account behind a session.
    pub(super) fn holding<T: Send + 'static>(
        &self,
        token: &Token,
        now: Instant,
        f: impl FnOnce(&mut Tx<'_>, (&Holder, &Visit), &Session, (&Site, &Chance)) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let held = self.session(token, now).unwrap();
        self.act(move |tx, site, chance| {
            let visit = visit(held.actor.clone(), now);
            let holder = Holder::numbered(tx, held.owner())?.unwrap();
            f(tx, (&holder, &visit), &held, (site, chance))
        })
    }

    /// From the code to a first passkey on `phone`; answers the session that begins.
    pub(super) fn begin_work(&self, phone: &mut Phone, who: &str, code: &str) -> Result<Token, &'static str> {
        let token = self.type_code(who, code, NOW)?;
        assert_eq!(self.session(&token, NOW).unwrap().standing, Standing::Activating);
        let started = self
            .holding(&token, NOW, |tx, (holder, _), _, (site, _)| {
                passkeys::start_registration(tx, holder, site, "poste", NOW)
            })
            .unwrap();
        let options = serde_json::from_value(started.options).unwrap();
        let made = wait(phone.register(&Url::parse(ORIGIN).unwrap(), options, DefaultClientData)).unwrap();
        let made = serde_json::to_value(made).unwrap();
        let begun = self.holding(&token, NOW, move |tx, whose, held, (site, chance)| {
            passkeys::finish_registration(
                tx,
                whose,
                site,
                (started.ceremony.as_str(), &made),
                Backing::Activation,
            )?
            .unwrap();
            activation::finish(tx, whose, held, How::Passkey, &knock(), (Limits::default(), chance))
        });
        assert!(self.session(&token, NOW).is_none(), "the secret is new");
        begun.unwrap().map_err(|refusal| refusal.code())
    }

    pub(super) fn sign_in_at(
        &self,
        side: Side,
        answer: &(String, Value),
        now: Instant,
    ) -> Result<Token, &'static str> {
        let (ceremony, credential) = answer.clone();
        self.act(move |tx, site, chance| {
            let visit = visit(Actor::Nobody, now);
            let given = (ceremony.as_str(), &credential);
            passkeys::finish_sign_in(tx, site, side, given, &visit, &knock(), (Limits::default(), chance))
        })
        .unwrap()
        .map_err(|refusal| refusal.code())
    }

    fn choose(&self, token: &Token, situation: &str, now: Instant) -> Result<Option<Token>, &'static str> {
        let situation = situation.to_owned();
        self.holding(token, now, move |tx, (_, visit), held, (_, chance)| {
            session::choose(tx, visit, held, &situation, (Limits::default(), chance))
        })
        .map_err(|refusal| refusal.code())
    }

    pub(super) fn places(&self) -> Vec<(String, String)> {
        let found = self
            .store
            .read(|tx| crate::directory::situations(tx, &Rpps::parse(TWO).unwrap()))
            .wait()
            .unwrap();
        found.into_iter().map(|one| (one.id, one.structure.name)).collect()
    }

    fn events(&self, kind: AccountKind, name: &'static str) -> Vec<(String, String)> {
        let account = self.account(kind, name);
        let acts = self.store.read(move |tx| account::acts(tx, &account, 50)).wait().unwrap();
        acts.into_iter().map(|act| (act.event, act.refused)).collect()
    }
}

fn acting(session: &Session) -> &Professional {
    match &session.actor {
        Actor::Professional(of) => of,
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_works_in_one_place_comes_in_with_a_code_once_and_then_with_her_passkey() {
    both(|store| {
        let house = house(store);
        let code = house.code(AccountKind::Professional, ONE).unwrap();
        for (who, code) in [(TWO, code.as_str()), (ONE, "AAAA-AAAA-AAAA-AAAA"), ("x", code.as_str())] {
            assert_eq!(house.type_code(who, code, NOW), Err("sign-in-failed"), "{who}");
        }
        let mut phone = phone();
        let token = house.begin_work(&mut phone, "101 043 353 19", &code.to_lowercase()).unwrap();
        let begun = house.session(&token, NOW).unwrap();
        assert_eq!((begun.standing, begun.person()), (Standing::Full, None));
        let of = acting(&begun);
        assert_eq!(
            (of.name.as_str(), of.profession.as_str(), of.structure.as_str()),
            ("Anne Le Goff", "60", "CABINET IDEL")
        );
        assert_eq!(house.type_code(ONE, &code, NOW), Err("sign-in-failed"), "the code works once");

        let answer = house.answer(&mut phone, ORIGIN, NOW);
        assert_eq!(house.sign_in_at(Side::Space, &answer, NOW), Err("passkey-of-work"));
        let answer = house.answer(&mut phone, ORIGIN, NOW);
        let again = house.sign_in_at(Side::Work, &answer, NOW).unwrap();
        assert_eq!(
            house.sign_in_at(Side::Work, &answer, NOW),
            Err("sign-in-failed"),
            "an answer is taken once"
        );
        assert!(house.session(&again, NOW).is_some());
        let events = house.events(AccountKind::Professional, ONE);
        for (event, refused) in [
            ("activated", ""),
            ("passkey-added", ""),
            ("signed-in", ""),
            ("sign-in-refused", "sign-in-failed"),
        ] {
            assert!(events.contains(&(event.to_owned(), refused.to_owned())), "{event}: {events:?}");
        }
        // Her own passkey for her own space does not open her work, and says so.
        let mut own = super::phone();
        house.add_passkey(&mut own, "téléphone");
        let answer = house.answer(&mut own, ORIGIN, NOW);
        assert_eq!(house.sign_in_at(Side::Work, &answer, NOW), Err("passkey-of-space"));
    });
}

#[test]
fn work_sessions_are_short() {
    both(|store| {
        let house = house(store);
        let code = house.code(AccountKind::Professional, ONE).unwrap();
        let token = house.begin_work(&mut phone(), ONE, &code).unwrap();
        let limits = Limits::default();
        assert!(limits.work_idle < limits.idle && limits.work_absolute <= 4 * 3600 * Instant::SECOND);
        assert!(house.session(&token, NOW.plus(limits.work_idle - 1)).is_some());
        assert!(house.session(&token, NOW.plus(limits.work_idle)).is_none());
        let mut now = NOW;
        while now.0 - NOW.0 < limits.work_absolute - limits.work_idle {
            now = now.plus(limits.work_idle - 1);
            let session = house.session(&token, now).unwrap();
            house.act(move |tx, _, _| session::touch(tx, &session, now, limits)).unwrap();
        }
        assert!(house.session(&token, NOW.plus(limits.work_absolute)).is_none());
    });
}

#[test]
fn who_works_in_two_places_says_where_before_anything_else() {
    both(|store| {
        let house = house(store);
        let code = house.code(AccountKind::Professional, TWO).unwrap();
        let mut phone = phone();
        let first = house.begin_work(&mut phone, TWO, &code).unwrap();
        let begun = house.session(&first, NOW).unwrap();
        assert_eq!((begun.standing, acting(&begun).structure.as_str()), (Standing::Choosing, ""));
        let places = house.places();
        assert_eq!(places.len(), 2);
        assert_eq!(house.choose(&first, "nonsense", NOW), Err("situation-unknown"));
        let later = NOW.plus(10 * Instant::SECOND);
        let second = house.choose(&first, &places[1].0, later).unwrap().unwrap();
        assert!(house.session(&first, later).is_none(), "who becomes more has a new secret");
        let chosen = house.session(&second, later).unwrap();
        assert_eq!((chosen.standing, acting(&chosen).structure.as_str()), (Standing::Full, "HOPITAL NORD"));
        assert_eq!(acting(&chosen).finess.as_deref(), Some("750100125"));
        assert_eq!(chosen.ends, begun.ends, "choosing does not make it live longer");
        assert_eq!(chosen.proven, Some(NOW));
        assert!(chosen.came_lately(NOW.plus(session::LATELY)), "she came in at the beginning");
        assert!(!chosen.came_lately(later.plus(session::LATELY)), "choosing is no proof");
        // Changing the place keeps the secret.
        assert_eq!(house.choose(&second, &places[0].0, later), Ok(None));
        let moved = house.session(&second, later).unwrap();
        assert_eq!(
            (acting(&moved).structure.as_str(), acting(&moved).finess.clone()),
            ("CABINET DU PORT", None)
        );
        assert_eq!(house.account(AccountKind::Professional, TWO).situation, places[0].0);
        // The other way in asks again.
        let answer = house.answer(&mut phone, ORIGIN, later);
        let third = house.sign_in_at(Side::Work, &answer, later).unwrap();
        assert_eq!(house.session(&third, later).unwrap().standing, Standing::Choosing);
    });
}

#[test]
fn a_suspended_account_opens_nothing_and_says_why_to_its_owner_only() {
    both(|store| {
        let house = house(store);
        let code = house.code(AccountKind::Professional, ONE).unwrap();
        let mut phone = phone();
        let token = house.begin_work(&mut phone, ONE, &code).unwrap();
        let codes = house
            .holding(&token, NOW, |tx, (holder, visit), _, (_, chance)| {
                recovery::make_codes(tx, holder, visit, chance)
            })
            .unwrap();
        let spare = house.code(AccountKind::Professional, ONE).unwrap();
        let suspend = |reason: &'static str| {
            house.act(move |tx, _, _| account::suspend(tx, &team(), AccountKind::Professional, ONE, reason))
        };
        assert_eq!(suspend(" ").unwrap_err().code(), "reason-missing");
        suspend("poste volé").unwrap();
        assert!(house.session(&token, NOW).is_none(), "at once");
        let answer = house.answer(&mut phone, ORIGIN, NOW);
        assert_eq!(house.sign_in_at(Side::Work, &answer, NOW), Err("account-suspended"));
        let recover = |code: String| {
            house
                .act(move |tx, _, chance| {
                    let form = RecoveryForm { side: Side::Work, who: ONE.into(), code };
                    let visit = visit(Actor::Nobody, NOW);
                    recovery::sign_in(tx, &form, &visit, &knock(), (Limits::default(), chance))
                })
                .unwrap()
                .map_err(|refusal| refusal.code())
        };
        assert_eq!(recover(codes[0].clone()), Err("account-suspended"));
        assert_eq!(recover("AAAA-AAAA-AAAA-AAAA".into()), Err("sign-in-failed"));
        assert_eq!(house.type_code(ONE, &spare, NOW), Err("sign-in-failed"));
        assert_eq!(house.code(AccountKind::Professional, ONE).unwrap_err().code(), "account-suspended");
        house.act(|tx, _, _| account::admit(tx, &team(), AccountKind::Professional, ONE)).unwrap();
        assert!(recover(codes[1].clone()).is_ok());
        let events = house.events(AccountKind::Professional, ONE);
        assert!(events.contains(&("sign-in-refused".into(), "account-suspended".into())), "{events:?}");
    });
}

#[test]
fn an_account_is_made_only_for_whom_the_directory_knows() {
    both(|store| {
        let house = house(store);
        for unknown in ["10100779536", "10001045366", "", "nobody"] {
            let refused = house.code(AccountKind::Professional, unknown).unwrap_err();
            assert_eq!(refused.code(), "professional-unknown", "{unknown}");
        }
        for wrong in ["", "x", "12345678901", "a b", "a/b"] {
            assert_eq!(
                house.code(AccountKind::Operator, wrong).unwrap_err().code(),
                "operator-name",
                "{wrong}"
            );
        }
        // Somebody whose last activity ended does not come in any more.
        let code = house.code(AccountKind::Professional, ONE).unwrap();
        let mut phone = phone();
        house.begin_work(&mut phone, ONE, &code).unwrap();
        let later = NOW.plus(Instant::DAY);
        extract_without(&house, &[ONE], later);
        let answer = house.answer(&mut phone, ORIGIN, later);
        assert_eq!(house.sign_in_at(Side::Work, &answer, later), Err("no-situation"));
    });
}

#[test]
fn the_operator_s_team_comes_in_the_same_way() {
    both(|store| {
        let house = house(store);
        let code = house.code(AccountKind::Operator, "marie").unwrap();
        let mut phone = phone();
        let token = house.begin_work(&mut phone, "marie", &code).unwrap();
        let session = house.session(&token, NOW).unwrap();
        assert_eq!(session.actor, Actor::Operator { name: "marie".into() });
        assert_eq!(session.standing, Standing::Full);
        let answer = house.answer(&mut phone, ORIGIN, NOW);
        assert!(house.sign_in_at(Side::Work, &answer, NOW).is_ok());
        let listed =
            house.holding(&token, NOW, |tx, (_, visit), _, _| session::list(tx, &visit.actor, NOW)).unwrap();
        assert_eq!(listed.len(), 2);
        let ended = house
            .act(move |tx, _, _| {
                let visit = visit(Actor::Operator { name: "marie".into() }, NOW);
                session::sign_out_everywhere(tx, &visit, &token)
            })
            .unwrap();
        assert_eq!(ended, 1);
    });
}

#[test]
fn guessing_an_account_s_code_slows_down_alike_for_those_who_exist_and_those_who_do_not() {
    both(|store| {
        let house = house(store);
        let code = house.code(AccountKind::Professional, ONE).unwrap();
        for who in [ONE, "10100779536", "marie"] {
            for _ in 0..5 {
                assert_eq!(house.type_code(who, "AAAA-AAAA-AAAA-AAAA", NOW), Err("sign-in-failed"));
            }
            assert_eq!(house.type_code(who, &code, NOW), Err("slow-down"), "{who}");
        }
        let later = NOW.plus(activation::LIFETIME);
        assert_eq!(house.type_code(ONE, &code, later), Err("sign-in-failed"), "six weeks");
        assert!(house.type_code(ONE, &code, later.plus(-1)).is_ok());
    });
}

#[test]
fn a_passkey_shown_again_makes_a_session_fresh_for_a_while() {
    both(|store| {
        let house = house(store);
        let code = house.code(AccountKind::Professional, ONE).unwrap();
        let mut phone = phone();
        let token = house.begin_work(&mut phone, ONE, &code).unwrap();
        let minute = 60 * Instant::SECOND;
        let fresh = |now: Instant| {
            house
                .holding(&token, now, move |tx, _, held, _| session::fresh(tx, held, 5 * minute, now))
                .unwrap()
        };
        let later = NOW.plus(6 * minute);
        assert!(fresh(NOW.plus(5 * minute)));
        assert!(!fresh(later));
        let confirm = |answer: (String, Value)| {
            house
                .holding(&token, later, move |tx, (_, visit), held, (site, _)| {
                    let given = (answer.0.as_str(), &answer.1);
                    passkeys::finish_confirmation(tx, site, given, (visit, held))
                })
                .unwrap()
                .map_err(|refusal| refusal.code())
        };
        let mut stranger = super::phone();
        house.add_passkey(&mut stranger, "à une autre");
        assert_eq!(confirm(house.answer(&mut stranger, ORIGIN, later)), Err("sign-in-failed"));
        assert!(!fresh(later));
        assert_eq!(confirm(house.answer(&mut phone, ORIGIN, later)), Ok(()));
        assert!(fresh(later));

        // A form that was sent before is kept, unless it is too large.
        let fields = |size: usize| vec![("a".into(), "é".repeat(size))];
        let draft = |size: usize| Draft { path: "/x".into(), fields: fields(size), space: None };
        for (size, kept) in [(10, true), (9_000, false)] {
            let (given, expected) = (draft(size), kept.then(|| draft(size)));
            let back = house
                .holding(&token, later, move |tx, _, held, _| {
                    assert_eq!(session::set_aside(tx, held, given)?, kept);
                    session::draft(tx, held, later)
                })
                .unwrap();
            assert_eq!(back, expected);
        }
        assert!(fresh(later), "setting a form aside forgets nothing else");
    });
}

#[test]
fn a_session_that_came_in_without_a_passkey_is_not_fresh() {
    both(|store| {
        let house = house(store);
        let codes = house.codes();
        let token = house.recover(MATRICULE, &codes[0], NOW).unwrap();
        let held = house.session(&token, NOW).unwrap();
        let fresh = house.act(move |tx, _, _| session::fresh(tx, &held, i64::MAX, NOW)).unwrap();
        assert!(!fresh);
    });
}

#[test]
fn a_session_remembers_for_whom_its_holder_acts() {
    both(|store| {
        let house = House::of(store);
        let codes = house.codes();
        let token = house.recover(MATRICULE, &codes[0], NOW).unwrap();
        let acts = |whom: Option<PersonId>| {
            let held = house.session(&token, NOW).unwrap();
            house.act(move |tx, _, _| session::act_for(tx, &held, whom)).unwrap();
            house.session(&token, NOW).unwrap().acting_for
        };
        assert_eq!(acts(Some(PersonId(9))), Some(PersonId(9)));
        assert_eq!(acts(Some(house.id)), None, "for herself is for nobody else");
        assert_eq!(acts(None), None);
    });
}
