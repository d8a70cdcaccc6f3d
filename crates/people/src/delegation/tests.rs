//! A family in a store, on both engines: what an acting person may do, and how the right to act begins and ends.

use std::net::{IpAddr, Ipv4Addr};

use jiff::civil::{Date, date};
use kernel::ins::Authority;
use kernel::{
    Actor, Chance, Ins, Instant, Language, PersonId, Purpose, RefusalKind, Seq, Sex, Traits, Visit,
};
use store::{Kind as ActKind, Store, Want, args};

use super::offers::{self, Offer};
use super::*;
use crate::consent::{self, Action, EntryFacts};
use crate::identity::Knock;
use crate::person::{Contact, Identity};

mod bounds;

const MOTHER: PersonId = PersonId(1);
const FATHER: PersonId = PersonId(2);
const CHILD: PersonId = PersonId(3);
const GRANDMOTHER: PersonId = PersonId(4);
const CARER: PersonId = PersonId(5);
const STRANGER: PersonId = PersonId(6);

/// 22 November 2026, 9 in the morning in Paris.
const NOW: Instant = Instant(1_795_334_400_000_000);
const TODAY: Date = date(2026, 11, 22);

fn born_years_ago(years: i16) -> Date {
    date(2026 - years, 11, 22)
}

fn scope() -> Scope {
    Scope { documents: Documents::All, ..Scope::default() }
}

fn ins(person: PersonId) -> Ins {
    Ins::parse(&format!("27903512151{:02}", 40 + person.0), Authority::TestNir).unwrap()
}

fn identity(person: PersonId, years: i16, parents: &[(PersonId, &str)]) -> Identity {
    Identity {
        ins: ins(person),
        traits: Traits {
            birth_name: format!("NOM{}", person.0),
            given_names: "CLAIRE".into(),
            birth_date: born_years_ago(years),
            sex: Sex::F,
            birth_place: Some("51215".into()),
        },
        used_name: None,
        used_given: None,
        contact: Contact::default(),
        representatives: parents
            .iter()
            .map(|(parent, role)| Representative { ins: ins(*parent), role: Some((*role).to_owned()) })
            .collect(),
        death: None,
    }
}

/// A separated couple with a child of sixteen, a grandmother, a carer and a stranger; every space open.
fn family(store: &Store) {
    let people = [
        (MOTHER, identity(MOTHER, 45, &[])),
        (FATHER, identity(FATHER, 47, &[])),
        (CHILD, identity(CHILD, 16, &[(MOTHER, "MTH"), (FATHER, "FTH")])),
        (GRANDMOTHER, identity(GRANDMOTHER, 88, &[])),
        (CARER, identity(CARER, 33, &[])),
        (STRANGER, identity(STRANGER, 50, &[])),
    ];
    store
        .write(move |tx| {
            for (id, identity) in &people {
                let (key, wrapped) = tx.keyring().new_space_key(*id)?;
                tx.exec(
                    "INSERT INTO person (person, state, state_at, wave, department, scheme, born,
                        key_generation, wrapped_key, identity)
                     VALUES ($1, 1, 0, 1, '31', 'CPAM', 0, $2, $3, $4)",
                    args![*id, wrapped.generation, wrapped.bytes, identity.seal(&key)?],
                )?;
                let (ins, traits) = (
                    crate::person::queries::ins_handle(tx.keyring(), &identity.ins),
                    crate::person::queries::traits_handle(tx.keyring(), &identity.traits),
                );
                assert!(crate::person::queries::add_handles(tx, *id, &ins, traits)?);
            }
            point_to(tx, CHILD)
        })
        .wait()
        .unwrap();
}

fn visit(person: PersonId, for_whom: Option<PersonId>, now: Instant) -> Visit {
    Visit {
        actor: Actor::Citizen { person, name: format!("Claire NOM{}", person.0) },
        on_behalf_of: for_whom,
        purpose: Purpose::Own,
        now,
        language: Language::Fr,
        request_id: 1,
    }
}

fn team() -> Visit {
    Visit {
        actor: Actor::Operator { name: "ana".into() },
        purpose: Purpose::Operation,
        ..visit(STRANGER, None, NOW)
    }
}

/// What somebody may do in a space for a person, at a moment.
fn permitted(store: &Store, acting: PersonId, for_whom: PersonId, now: Instant) -> Vec<Action> {
    store
        .read(move |tx| {
            let visit = visit(acting, Some(for_whom), now);
            Ok(Action::ALL
                .into_iter()
                .filter(|action| consent::open(tx, &visit, for_whom, *action).is_ok())
                .collect())
        })
        .wait()
        .unwrap()
}

fn names(store: &Store, person: PersonId, now: Instant) -> Vec<PersonId> {
    let found = store.read(move |tx| spaces(tx, person, now.date())).wait().unwrap();
    found.into_iter().map(|space| space.person).collect()
}

fn journal_of(store: &Store, person: PersonId) -> Vec<(ActKind, PersonId, Option<PersonId>)> {
    store
        .read(move |tx| {
            let found = person::load(tx, person)?.unwrap();
            let mut lines = Vec::new();
            tx.acts(&found.key, Seq(0), Want::LINES, |row| {
                if let Some(line) = row.line
                    && let Actor::Citizen { person, .. } = line.actor
                {
                    lines.push((row.kind, person, line.on_behalf_of));
                }
                Ok(())
            })?;
            Ok(lines)
        })
        .wait()
        .unwrap()
}

const REPRESENTATIVE: [Action; 9] = [
    Action::ReadRecord,
    Action::ReadDocument,
    Action::ReadIdentity,
    Action::AddOwnDocument,
    Action::WithdrawDocument,
    Action::ReadJournal,
    Action::ManageSharing,
    Action::ConnectApp,
    Action::ManageDelegation,
];

#[test]
fn both_parents_act_equally_until_she_is_of_age() {
    store::testing::both(|store| {
        family(&store);
        for parent in [MOTHER, FATHER] {
            assert_eq!(permitted(&store, parent, CHILD, NOW), REPRESENTATIVE);
            assert_eq!(names(&store, parent, NOW), [CHILD]);
            // Two years later, on her birthday, nothing has run and it is over.
            let birthday = NOW.plus(2 * 365 * Instant::DAY + Instant::DAY);
            assert_eq!(permitted(&store, parent, CHILD, birthday), []);
            assert_eq!(names(&store, parent, birthday), []);
        }
        assert_eq!(permitted(&store, STRANGER, CHILD, NOW), []);
        assert_eq!(permitted(&store, CHILD, MOTHER, NOW), [], "not the other way round");
        assert_eq!(names(&store, CHILD, NOW), []);
    });
}

#[test]
fn a_new_representative_s_word_counts_at_once_and_the_old_one_s_no_more() {
    store::testing::both(|store| {
        family(&store);
        let changed = identity(CHILD, 16, &[(STRANGER, "TUTEUR")]);
        store
            .write(move |tx| {
                let child = person::load(tx, CHILD)?.unwrap();
                let sealed = changed.seal(&child.key)?;
                tx.exec("UPDATE person SET identity = $2 WHERE person = $1", args![CHILD, sealed])?;
                point_to(tx, CHILD)
            })
            .wait()
            .unwrap();
        assert_eq!(permitted(&store, MOTHER, CHILD, NOW), []);
        assert_eq!(names(&store, MOTHER, NOW), [], "the pointer that is left opens nothing");
        assert_eq!(permitted(&store, STRANGER, CHILD, NOW), REPRESENTATIVE);
    });
}

#[test]
fn in_her_own_space_an_acting_person_keeps_her_keys_only() {
    store::testing::both(|store| {
        family(&store);
        let allowed: Vec<Action> = store
            .read(|tx| {
                let visit = visit(MOTHER, Some(CHILD), NOW);
                Ok(Action::ALL
                    .into_iter()
                    .filter(|action| consent::open(tx, &visit, MOTHER, *action).is_ok())
                    .collect())
            })
            .wait()
            .unwrap();
        assert_eq!(allowed, [Action::ManageAccess]);
    });
}

#[test]
fn the_switch_is_journalled_on_both_sides_and_refused_to_strangers() {
    store::testing::both(|store| {
        family(&store);
        store.write(|tx| begin(tx, &visit(MOTHER, None, NOW), CHILD)).wait().unwrap();
        assert_eq!(journal_of(&store, CHILD), [(ActKind::ActingBegan, MOTHER, Some(CHILD))]);
        assert_eq!(journal_of(&store, MOTHER), [(ActKind::ActingBegan, MOTHER, None)]);
        for person in [CHILD, PersonId(999)] {
            let refused = store.write(move |tx| begin(tx, &visit(STRANGER, None, NOW), person)).wait();
            assert_eq!(refused.unwrap_err().kind, RefusalKind::NotFound);
        }
    });
}

/// Who sees which entries: secret by its author, kept by her, not yet announced.
#[test]
fn what_is_secret_is_seen_by_nobody_who_represents_her() {
    store::testing::both(|store| {
        family(&store);
        guardianship(&store);
        offered(&store, scope(), Some(ins(CARER)));
        store.write(|tx| accept_first(tx, CARER, GRANDMOTHER)).wait().unwrap();
        let facts = |secret, kept, not_yet_for_patient| EntryFacts {
            type_code: "11502-2".into(),
            class_code: "10".into(),
            secret,
            kept,
            not_yet_for_patient,
            ..EntryFacts::default()
        };
        // (secret, kept, not yet) → (herself, a parent of a minor, a guardian, a delegate of an adult)
        let cases = [
            ((false, false, false), [true, true, true, true]),
            ((true, false, false), [true, false, false, true]),
            ((false, true, false), [true, false, false, false]),
            ((true, true, false), [true, false, false, false]),
            ((false, false, true), [false, false, false, false]),
        ];
        let sees = |acting, for_whom: PersonId, facts: EntryFacts| {
            store
                .read(move |tx| {
                    let behalf = (acting != for_whom).then_some(for_whom);
                    let visit = visit(acting, behalf, NOW);
                    Ok(consent::open(tx, &visit, for_whom, Action::ReadRecord)?.sees(&facts))
                })
                .wait()
                .unwrap()
        };
        for ((secret, kept, not_yet), [herself, parent, guardian, delegate]) in cases {
            let of = || facts(secret, kept, not_yet);
            assert_eq!(sees(CHILD, CHILD, of()), herself, "{:?}", of());
            assert_eq!(sees(MOTHER, CHILD, of()), parent, "{:?}", of());
            assert_eq!(sees(STRANGER, GRANDMOTHER, of()), guardian, "{:?}", of());
            assert_eq!(sees(CARER, GRANDMOTHER, of()), delegate, "{:?}", of());
        }
    });
}

#[test]
fn only_from_fifteen_on_she_keeps_secrets_by_herself() {
    store::testing::both(|store| {
        family(&store);
        let may = |person, years_ago: i64| {
            store
                .read(move |tx| {
                    let visit = visit(person, None, NOW.plus(-years_ago * 365 * Instant::DAY));
                    Ok(consent::open(tx, &visit, person, Action::KeepSecret).is_ok())
                })
                .wait()
                .unwrap()
        };
        assert!(may(CHILD, 0));
        assert!(!may(CHILD, 2), "at fourteen");
        assert!(may(GRANDMOTHER, 0), "from a delegate or a guardian");
    });
}

fn offer(scope: Scope, ins: Option<Ins>) -> Offer {
    Offer {
        name: "Nadia".into(),
        born: born_years_ago(33),
        ins,
        link: "carer".into(),
        scope,
        begins: TODAY,
        ends: date(2027, 5, 21),
        reason: "Je vois mal".into(),
    }
}

/// The grandmother asks the carer.
fn offered(store: &Store, scope: Scope, ins: Option<Ins>) -> offers::Offered {
    store
        .write(move |tx| {
            let pass =
                consent::open(tx, &visit(GRANDMOTHER, None, NOW), GRANDMOTHER, Action::ManageDelegation)?;
            offers::offer(tx, &pass, offer(scope, ins), &Chance::System)
        })
        .wait()
        .unwrap()
}

fn accept_first(tx: &mut Tx<'_>, acting: PersonId, person: PersonId) -> Answer<()> {
    let visit = visit(acting, None, NOW);
    let held = offers::held(tx, &visit)?;
    let row = held.iter().find(|held| held.relation.person == person).ok_or_else(Refusal::not_found)?;
    offers::accept(tx, &visit, person, row.relation.id)
}

fn guardianship(store: &Store) {
    store
        .write(|tx| {
            let measure = guardians::Measure {
                ward: ins(GRANDMOTHER),
                guardian: ins(STRANGER),
                ends: None,
                decision: "TJ Lille, 3 mars 2026".into(),
            };
            guardians::begins(tx, &team(), &measure, &Chance::seeded(1))
        })
        .wait()
        .unwrap();
}

/// Each part of a scope, and what it permits.
#[test]
fn a_delegate_may_what_she_was_given() {
    use Action::*;
    let families = Scope { documents: Documents::Families(["42".to_owned()].into()), ..Scope::default() };
    let cases: Vec<(Scope, &[Action])> = vec![
        (scope(), &[ReadRecord, ReadDocument]),
        (families, &[ReadRecord, ReadDocument]),
        (Scope { profile: true, ..Scope::default() }, &[ReadIdentity]),
        (Scope { messages: true, ..Scope::default() }, &[]),
        (Scope { agenda: true, ..Scope::default() }, &[]),
        (Scope { add: true, ..Scope::default() }, &[AddOwnDocument, WithdrawDocument]),
        (Scope { sharing: true, ..Scope::default() }, &[ReadJournal, ManageSharing]),
    ];
    for (scope, expected) in cases {
        let (store, _folder) = store::testing::sqlite().unwrap();
        family(&store);
        offered(&store, scope.clone(), Some(ins(CARER)));
        assert_eq!(permitted(&store, CARER, GRANDMOTHER, NOW), [], "before she has accepted");
        store.write(|tx| accept_first(tx, CARER, GRANDMOTHER)).wait().unwrap();
        assert_eq!(permitted(&store, CARER, GRANDMOTHER, NOW), expected, "{scope:?}");
        let sees = |class: &str| {
            let facts = EntryFacts { class_code: class.into(), ..EntryFacts::default() };
            store
                .read(move |tx| {
                    let visit = visit(CARER, Some(GRANDMOTHER), NOW);
                    let pass = consent::open(tx, &visit, GRANDMOTHER, Action::ReadRecord);
                    Ok(pass.is_ok_and(|pass| pass.sees(&facts)))
                })
                .wait()
                .unwrap()
        };
        let (all, some) = (scope.documents == Documents::All, scope.documents != Documents::None);
        assert_eq!((sees("10"), sees("42")), (all, some), "{scope:?}");
    }
}

#[test]
fn a_delegation_is_offered_accepted_renewed_and_ended_by_either() {
    store::testing::both(|store| {
        family(&store);
        let given = offered(&store, scope(), Some(ins(CARER)));
        assert_eq!(given.code, None);
        assert_eq!(names(&store, CARER, NOW), [], "an offer opens nothing");
        let strangers = store.write(|tx| accept_first(tx, STRANGER, GRANDMOTHER)).wait();
        assert_eq!(strangers.unwrap_err().kind, RefusalKind::NotFound);
        store.write(|tx| accept_first(tx, CARER, GRANDMOTHER)).wait().unwrap();
        assert_eq!(names(&store, CARER, NOW), [GRANDMOTHER]);
        let later = NOW.plus(200 * Instant::DAY);
        assert_eq!(names(&store, CARER, later), [], "run out");
        let renewed = store.write(move |tx| {
            let visit = visit(GRANDMOTHER, None, NOW.plus(30 * Instant::DAY));
            let pass = consent::open(tx, &visit, GRANDMOTHER, Action::ManageDelegation)?;
            let too_long = offers::renew(tx, &pass, given.relation, date(2028, 1, 1));
            assert_eq!(too_long.unwrap_err().code(), "delegation-too-long");
            offers::renew(tx, &pass, given.relation, date(2027, 12, 1))
        });
        renewed.wait().unwrap();
        assert_eq!(names(&store, CARER, later), [GRANDMOTHER]);
        // She cannot pass it on, and nobody else can end it.
        let on = store.write(move |tx| {
            let visit = visit(CARER, Some(GRANDMOTHER), NOW);
            consent::open(tx, &visit, GRANDMOTHER, Action::ManageDelegation).map(|_| ())
        });
        assert_eq!(on.wait().unwrap_err().code(), "acting-limited");
        store
            .write(move |tx| offers::give_up(tx, &visit(CARER, None, NOW), GRANDMOTHER, given.relation))
            .wait()
            .unwrap();
        assert_eq!(permitted(&store, CARER, GRANDMOTHER, NOW), []);
        let hers = journal_of(&store, GRANDMOTHER);
        assert!(hers.contains(&(ActKind::DelegationOffered, GRANDMOTHER, None)), "{hers:?}");
        assert!(hers.contains(&(ActKind::DelegationAccepted, CARER, None)), "{hers:?}");
        assert!(hers.contains(&(ActKind::DelegationRenewed, GRANDMOTHER, None)), "{hers:?}");
        assert!(hers.contains(&(ActKind::DelegationEnded, CARER, None)), "{hers:?}");

        // Again, and this time she takes it back.
        let again = offered(&store, scope(), Some(ins(CARER)));
        store.write(|tx| accept_first(tx, CARER, GRANDMOTHER)).wait().unwrap();
        store
            .write(move |tx| {
                let visit = visit(GRANDMOTHER, None, NOW);
                let pass = consent::open(tx, &visit, GRANDMOTHER, Action::ManageDelegation)?;
                offers::revoke(tx, &pass, again.relation)
            })
            .wait()
            .unwrap();
        let open = |tx: &mut Tx<'_>| {
            consent::open(tx, &visit(CARER, Some(GRANDMOTHER), NOW), GRANDMOTHER, Action::ReadRecord)
                .map(|_| ())
        };
        assert_eq!(store.read(open).wait().unwrap_err().code(), "acting-over");
    });
}

#[test]
fn an_offer_shows_itself_to_nobody_born_on_another_day() {
    let (store, _folder) = store::testing::sqlite().unwrap();
    family(&store);
    // The number of the stranger, the birth date of the carer: a typing error.
    offered(&store, scope(), Some(ins(STRANGER)));
    let held = store.read(|tx| offers::held(tx, &visit(STRANGER, None, NOW))).wait().unwrap();
    assert_eq!(held, []);
}

#[test]
fn an_invitation_s_code_works_once_and_for_one_birth_date() {
    store::testing::both(|store| {
        family(&store);
        let code = offered(&store, scope(), None).code.unwrap();
        let knock = || Knock { network: IpAddr::V4(Ipv4Addr::LOCALHOST), device: String::new() };
        let take_up = |person, code: &str| {
            let code = code.to_lowercase().replace('-', " ");
            store
                .write(move |tx| offers::take_up(tx, &visit(person, None, NOW), &code, &knock()))
                .wait()
                .unwrap()
        };
        assert_eq!(take_up(STRANGER, &code).unwrap_err().code(), "invitation-failed", "born on another day");
        assert_eq!(take_up(CARER, "ABCD-EFGH-IJKL-MNOP").unwrap_err().code(), "invitation-failed");
        take_up(CARER, &code).unwrap();
        assert_eq!(take_up(CARER, &code).unwrap_err().code(), "invitation-failed", "used");
        store.write(|tx| accept_first(tx, CARER, GRANDMOTHER)).wait().unwrap();
        assert_eq!(names(&store, CARER, NOW), [GRANDMOTHER]);
    });
}

#[test]
fn what_is_wrong_with_an_offer_is_told_at_its_field() {
    let today = TODAY;
    let good = offer(scope(), None);
    assert_eq!(good.problems(&ins(GRANDMOTHER), None, today), []);
    let cases = [
        (Offer { name: " ".into(), ..good.clone() }, ("name", "delegation-name")),
        (Offer { link: "boss".into(), ..good.clone() }, ("link", "delegation-link")),
        (Offer { ins: Some(ins(GRANDMOTHER)), ..good.clone() }, ("matricule", "delegation-herself")),
        (Offer { ins: Some(ins(STRANGER)), ..good.clone() }, ("matricule", "delegation-oneself")),
        (Offer { born: born_years_ago(17), ..good.clone() }, ("born", "delegation-minor")),
        (Offer { scope: Scope::default(), ..good.clone() }, ("scope", "delegation-nothing")),
        (Offer { ends: date(2028, 1, 1), ..good }, ("ends", "delegation-too-long")),
    ];
    for (wrong, expected) in cases {
        assert_eq!(wrong.problems(&ins(GRANDMOTHER), Some(&ins(STRANGER)), today), [expected]);
    }
}

#[test]
fn a_guardianship_begins_and_ends_at_once() {
    store::testing::both(|store| {
        family(&store);
        assert_eq!(permitted(&store, STRANGER, GRANDMOTHER, NOW), []);
        guardianship(&store);
        assert_eq!(permitted(&store, STRANGER, GRANDMOTHER, NOW), REPRESENTATIVE);
        assert_eq!(names(&store, STRANGER, NOW), [GRANDMOTHER]);
        let by_citizen = store
            .write(|tx| guardians::in_force(tx, &visit(STRANGER, None, NOW), &ins(GRANDMOTHER)).map(|_| ()));
        assert_eq!(by_citizen.wait().unwrap_err().kind, RefusalKind::NotFound);
        store
            .write(|tx| {
                let row = guardians::in_force(tx, &team(), &ins(GRANDMOTHER))?.remove(0);
                let silent = guardians::ends(tx, &team(), &ins(GRANDMOTHER), row.id, " ");
                assert_eq!(silent.unwrap_err().code(), "guardian-decision");
                guardians::ends(tx, &team(), &ins(GRANDMOTHER), row.id, "mainlevée du 2 mai")
            })
            .wait()
            .unwrap();
        assert_eq!(permitted(&store, STRANGER, GRANDMOTHER, NOW), []);
        assert_eq!(names(&store, STRANGER, NOW), []);
    });
}

#[test]
fn a_desk_helps_who_stands_there_and_reads_nothing() {
    store::testing::both(|store| {
        family(&store);
        let present = |born| desk::Present { ins: ins(GRANDMOTHER), born, document: "id-card".into() };
        let wrong = present(born_years_ago(30));
        let refused = store.write(move |tx| desk::code(tx, &team(), &wrong, &Chance::seeded(1))).wait();
        assert_eq!(refused.unwrap().unwrap_err().code(), "desk-unknown");
        let right = present(born_years_ago(88));
        let code = store.write(move |tx| desk::code(tx, &team(), &right, &Chance::seeded(1))).wait().unwrap();
        assert_eq!(code.unwrap().len(), 19);
        let right = present(born_years_ago(88));
        let named = store.write(move |tx| {
            desk::name_delegate(tx, &team(), &right, offer(scope(), Some(ins(CARER))), &Chance::seeded(2))
        });
        assert_eq!(named.wait().unwrap().unwrap().code, None);
        store.write(|tx| accept_first(tx, CARER, GRANDMOTHER)).wait().unwrap();
        assert_eq!(names(&store, CARER, NOW), [GRANDMOTHER]);
        let read =
            store.read(|tx| consent::open(tx, &team(), GRANDMOTHER, Action::ReadRecord).map(|_| ())).wait();
        assert_eq!(read.unwrap_err().code(), "not-permitted");
    });
}

#[test]
fn every_page_has_its_sentences_and_every_refusal_too() {
    for language in Language::ALL {
        let visit = Visit { language, ..visit(MOTHER, None, NOW) };
        for (name, page) in
            pages::samples::samples(&visit).into_iter().chain(pages::samples::of_the_team(&visit))
        {
            let missing =
                page.body.0.find('⟦').map(|at| page.body.0[at..].chars().take(60).collect::<String>());
            assert_eq!(missing, None, "{name} {language:?}");
            assert_eq!(page.body.0.matches("<h1").count(), 1, "{name}");
        }
        let words = ui::Words::of(language);
        for code in [
            "acting-over",
            "acting-limited",
            "delegation-name",
            "delegation-link",
            "delegation-number",
            "delegation-herself",
            "delegation-oneself",
            "delegation-minor",
            "delegation-nothing",
            "delegation-begins-past",
            "delegation-ends-before",
            "delegation-too-long",
            "delegation-many",
            "delegation-twice",
            "invitation-failed",
            "guardian-herself",
            "guardian-minor",
            "guardian-twice",
            "guardian-decision",
            "guardian-ends",
            "desk-document",
            "desk-unknown",
            "person-unknown",
            "space-not-open",
        ] {
            assert!(words.known(&format!("refusal-{code}")).is_some(), "{code}");
        }
    }
}
