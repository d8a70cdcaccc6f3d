//! What nobody gains by acting for somebody: a right longer than her own, or a record without a trace.

use kernel::App;

use super::*;
use crate::consent::Granted;

/// A representative offers; the answer is the relation.
fn offered_by(store: &Store, acting: PersonId, person: PersonId, to: Option<Ins>) -> Answer<offers::Offered> {
    store
        .write(move |tx| {
            let visit = visit(acting, Some(person), NOW);
            let pass = consent::open(tx, &visit, person, Action::ManageDelegation)?;
            let offer = Offer { ends: date(2027, 11, 21), ..offer(scope(), to) };
            offers::offer(tx, &pass, offer, &Chance::System)
        })
        .wait()
}

/// Whether somebody reads, for a person, what its author marked as kept from representatives.
fn sees_secret(store: &Store, acting: PersonId, person: PersonId, now: Instant) -> bool {
    store
        .read(move |tx| {
            let facts = EntryFacts { class_code: "10".into(), secret: true, ..EntryFacts::default() };
            let pass = consent::open(tx, &visit(acting, Some(person), now), person, Action::ReadRecord);
            Ok(pass.is_ok_and(|pass| pass.sees(&facts)))
        })
        .wait()
        .unwrap()
}

fn ages(store: &Store, person: PersonId, born: Date) {
    store
        .write(move |tx| {
            let found = person::load(tx, person)?.unwrap();
            let mut identity = found.identity.clone();
            identity.traits.birth_date = born;
            let sealed = identity.seal(&found.key)?;
            tx.exec("UPDATE person SET identity = $2 WHERE person = $1", args![person, sealed])?;
            Ok(())
        })
        .wait()
        .unwrap();
}

#[test]
fn a_parent_does_not_stay_by_asking_herself() {
    store::testing::both(|store| {
        family(&store);
        let herself = offered_by(&store, MOTHER, CHILD, Some(ins(MOTHER))).unwrap_err();
        assert_eq!(herself.code(), "delegation-oneself");
        assert_eq!(herself.issues[0].path.as_deref(), Some("matricule"));
        // Nor by a code that she takes up herself, with a birth date that she wrote down.
        ages(&store, MOTHER, born_years_ago(33));
        let code = offered_by(&store, MOTHER, CHILD, None).unwrap().code.unwrap();
        let taken = store.write(move |tx| {
            let knock = Knock { network: IpAddr::V4(Ipv4Addr::LOCALHOST), device: String::new() };
            offers::take_up(tx, &visit(MOTHER, None, NOW), &code, &knock)
        });
        assert_eq!(taken.wait().unwrap().unwrap_err().code(), "invitation-failed");
    });
}

#[test]
fn whomever_a_parent_asked_is_out_on_the_birthday_and_never_reads_a_secret() {
    store::testing::both(|store| {
        family(&store);
        // Of age on 1 February 2027.
        ages(&store, CHILD, date(2009, 2, 1));
        offered_by(&store, MOTHER, CHILD, Some(ins(CARER))).unwrap();
        store.write(|tx| accept_first(tx, CARER, CHILD)).wait().unwrap();
        let row = store
            .read(|tx| {
                let key = person::load(tx, CHILD)?.unwrap().key;
                Ok(queries::relations(tx, &key)?.remove(0))
            })
            .wait()
            .unwrap();
        assert_eq!(row.ends, Some(date(2027, 1, 31)), "cut to the day before");
        let (eve, birthday) = (NOW.plus(70 * Instant::DAY), NOW.plus(71 * Instant::DAY));
        assert_eq!((eve.date(), birthday.date()), (date(2027, 1, 31), date(2027, 2, 1)));
        assert_eq!(names(&store, CARER, eve), [CHILD]);
        assert_eq!(names(&store, CARER, birthday), []);
        assert!(!sees_secret(&store, CARER, CHILD, NOW));
        // Even a row whose days were not cut ends with the right it rests on.
        store
            .write(move |tx| {
                let key = person::load(tx, CHILD)?.unwrap().key;
                let row = queries::relations(tx, &key)?.remove(0);
                queries::change(tx, &key, &Relation { ends: Some(date(2027, 11, 21)), ..row })?;
                Ok(())
            })
            .wait()
            .unwrap();
        assert_eq!(names(&store, CARER, birthday), []);
        assert_eq!(permitted(&store, CARER, CHILD, birthday), []);
    });
}

#[test]
fn whomever_a_guardian_asked_goes_with_her_and_reads_no_secret() {
    store::testing::both(|store| {
        family(&store);
        guardianship(&store);
        offered_by(&store, STRANGER, GRANDMOTHER, Some(ins(CARER))).unwrap();
        store.write(|tx| accept_first(tx, CARER, GRANDMOTHER)).wait().unwrap();
        assert_eq!(names(&store, CARER, NOW), [GRANDMOTHER]);
        assert!(!sees_secret(&store, CARER, GRANDMOTHER, NOW), "she did not choose her");
        store
            .write(|tx| {
                let row = guardians::in_force(tx, &team(), &ins(GRANDMOTHER))?.remove(0);
                guardians::ends(tx, &team(), &ins(GRANDMOTHER), row.id, "mainlevée du 2 mai")
            })
            .wait()
            .unwrap();
        assert_eq!(names(&store, CARER, NOW), []);
        let held = store.read(|tx| offers::held(tx, &visit(CARER, None, NOW))).wait().unwrap();
        assert_eq!(held, []);
        // Whom she asks herself then reads what she may read.
        offered(&store, scope(), Some(ins(MOTHER)));
        ages(&store, MOTHER, born_years_ago(33));
        store.write(|tx| accept_first(tx, MOTHER, GRANDMOTHER)).wait().unwrap();
        assert!(sees_secret(&store, MOTHER, GRANDMOTHER, NOW));
    });
}

fn kinds_of(store: &Store, person: PersonId) -> Vec<ActKind> {
    store
        .read(move |tx| {
            let found = person::load(tx, person)?.unwrap();
            let mut kinds = Vec::new();
            tx.acts(&found.key, Seq(0), Want::LINES, |row| {
                kinds.push(row.kind);
                Ok(())
            })?;
            Ok(kinds)
        })
        .wait()
        .unwrap()
}

#[test]
fn the_register_of_guardians_is_read_by_the_team_only_and_with_a_trace() {
    store::testing::both(|store| {
        family(&store);
        guardianship(&store);
        store.write(|tx| guardians::in_force(tx, &team(), &ins(GRANDMOTHER))).wait().unwrap();
        assert!(kinds_of(&store, GRANDMOTHER).contains(&ActKind::GuardiansRead));
        for action in [Action::EnterGuardian, Action::ReadGuardians, Action::OpenAtDesk] {
            let by = |visit: Visit| {
                store
                    .read(move |tx| Ok(consent::open(tx, &visit, GRANDMOTHER, action).is_ok()))
                    .wait()
                    .unwrap()
            };
            assert!(!by(visit(GRANDMOTHER, None, NOW)), "{action:?} by herself");
            assert!(!by(visit(STRANGER, Some(GRANDMOTHER), NOW)), "{action:?} by her guardian");
            assert_eq!(by(team()), action != Action::OpenAtDesk, "{action:?}: the space is open");
        }
    });
}

#[test]
fn a_desk_is_no_place_to_guess_a_birth_date() {
    store::testing::both(|store| {
        family(&store);
        let wrong =
            || desk::Present { ins: ins(GRANDMOTHER), born: born_years_ago(30), document: "id-card".into() };
        let tries: Vec<String> = (0..7)
            .map(|_| {
                let present = wrong();
                let done = store.write(move |tx| desk::code(tx, &team(), &present, &Chance::seeded(1)));
                done.wait().unwrap().unwrap_err().code().to_owned()
            })
            .collect();
        assert_eq!(tries[..5], vec!["desk-unknown"; 5]);
        assert_eq!(tries[5..], ["slow-down"; 2]);
        let refused = kinds_of(&store, GRANDMOTHER).iter().filter(|kind| **kind == ActKind::Refused).count();
        assert_eq!(refused, 5, "each is in her journal");
    });
}

#[test]
fn a_desk_opens_the_space_of_somebody_who_had_opposed_it() {
    store::testing::both(|store| {
        family(&store);
        store
            .write(|tx| {
                let (from, to) = (State::Open, State::Opposed);
                person::queries::change_state(tx, GRANDMOTHER, from, to, NOW)?;
                Ok(())
            })
            .wait()
            .unwrap();
        let present =
            desk::Present { ins: ins(GRANDMOTHER), born: born_years_ago(88), document: "id-card".into() };
        store.write(move |tx| desk::code(tx, &team(), &present, &Chance::seeded(1))).wait().unwrap().unwrap();
        assert!(kinds_of(&store, GRANDMOTHER).contains(&ActKind::AssistedAtDesk));
    });
}

#[test]
fn taking_up_an_invitation_is_written_down_and_never_doubles() {
    store::testing::both(|store| {
        family(&store);
        let take_up = |code: String| {
            store
                .write(move |tx| {
                    let knock = Knock { network: IpAddr::V4(Ipv4Addr::LOCALHOST), device: String::new() };
                    offers::take_up(tx, &visit(CARER, None, NOW), &code, &knock)
                })
                .wait()
                .unwrap()
        };
        let (first, second) =
            (offered(&store, scope(), None).code.unwrap(), offered(&store, scope(), None).code.unwrap());
        take_up(first).unwrap();
        let lines = journal_of(&store, GRANDMOTHER);
        assert!(lines.contains(&(ActKind::InvitationTaken, CARER, None)), "{lines:?}");
        assert_eq!(take_up(second).unwrap_err().code(), "delegation-twice");
    });
}

#[test]
fn a_parent_stays_a_parent_in_the_journal_of_whoever_has_come_of_age() {
    store::testing::both(|store| {
        family(&store);
        let birthday = NOW.plus(2 * 365 * Instant::DAY + Instant::DAY);
        for (at, stage) in [(NOW, Stage::InForce), (birthday, Stage::Over)] {
            let listed = store
                .read(move |tx| {
                    let pass = consent::open(tx, &visit(CHILD, None, at), CHILD, Action::ReadJournal)?;
                    of_person(tx, &pass)
                })
                .wait()
                .unwrap();
            let found: Vec<_> = listed.iter().map(|one| (one.person, one.link.as_str(), one.stage)).collect();
            assert_eq!(found, [(Some(MOTHER), "MTH", stage), (Some(FATHER), "FTH", stage)], "{at}");
        }
    });
}

/// The day → whether an app reads that her mother, or she herself, connected for a year.
#[test]
fn an_app_that_a_parent_connected_ends_with_her_right() {
    store::testing::both(|store| {
        family(&store);
        ages(&store, CHILD, date(2009, 1, 15));
        let connects = |acting: PersonId, for_whom: Option<PersonId>| {
            let app = App {
                client_id: format!("app-{acting}"),
                name: "Mon suivi".into(),
                organization: "Coopérative du Parc".into(),
                connection: String::new(),
            };
            let connected = store.write(move |tx| {
                let pass = consent::open(tx, &visit(acting, for_whom, NOW), CHILD, Action::ConnectApp)?;
                let granted = Granted { documents: Documents::All, profile: false };
                consent::connect(tx, &pass, (app, granted), 365, &Chance::System)
            });
            connected.wait().unwrap().app
        };
        let reads = |app: &App, now: Instant| {
            let comes = Visit { actor: Actor::App(app.clone()), ..visit(CHILD, Some(CHILD), now) };
            let opened = store.read(move |tx| consent::open(tx, &comes, CHILD, Action::ReadRecord).map(drop));
            opened.wait().map_err(|refusal| refusal.code().to_owned())
        };
        let listed = |now: Instant| {
            let found = store.read(move |tx| {
                let pass = consent::open(tx, &visit(CHILD, None, now), CHILD, Action::ManageSharing)?;
                Ok(consent::sharing(tx, &pass)?.apps.len())
            });
            found.wait().unwrap()
        };
        let (mothers, hers) = (connects(MOTHER, Some(CHILD)), connects(CHILD, None));
        let over = Err("app-not-granted".to_owned());
        // 15 January 2027 is 54 days on.
        for (days, mothers_reads, hers_reads, both) in
            [(53, Ok(()), Ok(()), 2), (54, over.clone(), Ok(()), 1), (365, over.clone(), over, 0)]
        {
            let now = NOW.plus(days * Instant::DAY);
            assert_eq!(reads(&mothers, now), mothers_reads, "her mother's after {days} days");
            assert_eq!(reads(&hers, now), hers_reads, "her own after {days} days");
            assert_eq!(listed(now), both, "connected after {days} days");
        }
    });
}
