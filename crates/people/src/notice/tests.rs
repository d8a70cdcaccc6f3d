//! What is told, when, to whom, and in which words.

use jiff::civil::date;
use kernel::ins::Authority;
use kernel::{Ins, Language, Purpose, Sex, Traits};
use store::{Store, Want, args};

use super::message::Site;
use super::*;
use crate::person::{Contact, Identity};

const HER: PersonId = PersonId(7);
const NOW: Instant = Instant(1_795_334_400_000_000);
const MINUTE: i64 = 60 * Instant::SECOND;
const SITE: Site<'_> = Site { name: "Carnet", origin: "https://carnet.example.org" };

fn her(now: Instant) -> Visit {
    Visit {
        actor: Actor::Citizen { person: HER, name: "Dominique PAT-TROIS".into() },
        on_behalf_of: None,
        purpose: Purpose::Own,
        now,
        language: Language::Fr,
        request_id: 1,
    }
}

fn enrol(store: &Store) {
    let identity = Identity {
        ins: Ins::parse("279035121518989", Authority::TestNir).unwrap(),
        traits: Traits {
            birth_name: "PAT-TROIS".into(),
            given_names: "DOMINIQUE MARIE-LOUISE".into(),
            birth_date: date(1979, 3, 28),
            sex: Sex::F,
            birth_place: Some("51215".into()),
        },
        used_name: None,
        used_given: None,
        contact: Contact::default(),
        representatives: Vec::new(),
        death: None,
    };
    store
        .write(move |tx| {
            let (key, wrapped) = tx.keyring().new_space_key(HER)?;
            let sealed = identity.seal(&key)?;
            tx.exec(
                "INSERT INTO person (person, state, state_at, wave, department, scheme, born,
                    key_generation, wrapped_key, identity)
                 VALUES ($1, 1, 0, 1, '31', 'CPAM', 0, $2, $3, $4)",
                args![HER, wrapped.generation, wrapped.bytes, sealed],
            )?;
            Ok(())
        })
        .wait()
        .unwrap();
}

fn jobs(store: &Store, now: Instant) -> Vec<store::TakenJob> {
    let jobs = store.take_jobs(now, 10).wait().unwrap();
    for job in &jobs {
        store.finish_job(job).wait().unwrap();
    }
    jobs
}

/// The code that the queue would send.
fn code_sent(store: &Store) -> Message {
    let site = Site { name: "Carnet", origin: "https://carnet.example.org" };
    store.read(move |tx| to_send(tx, CODE, HER, &site)).wait().unwrap().unwrap()
}

fn confirmed(store: &Store, now: Instant) {
    let chance = Chance::seeded(1);
    store.write(move |tx| ask(tx, &her(now), "camille@example.org", &chance)).wait().unwrap().unwrap();
    let text = code_sent(store).text;
    let code = text.lines().find(|line| line.len() == 9 && line.contains('-')).unwrap().to_owned();
    store.write(move |tx| confirm(tx, &her(now), &code)).wait().unwrap().unwrap();
    jobs(store, now);
}

/// As the worker does, with these news.
fn tell(store: &Store, news: News, now: Instant) -> usize {
    store
        .write(move |tx| {
            let pass = as_she_sees(tx, HER, now)?.unwrap();
            let head = tx.head(pass.key())?;
            weighed(tx, &pass, &news, head)
        })
        .wait()
        .unwrap();
    jobs(store, now).len()
}

fn is_due(store: &Store, now: Instant) -> bool {
    !store.read(move |tx| due(tx, now, 10)).wait().unwrap().is_empty()
}

/// Somebody's act in her space.
fn act(store: &Store, kind: Kind) {
    store
        .write(move |tx| {
            let pass = as_she_sees(tx, HER, NOW)?.unwrap();
            let line = Line::of(&her(NOW));
            tx.append(pass.key(), Act { kind, at: NOW, entry: None, line, data: None, blob: None })?;
            Ok(())
        })
        .wait()
        .unwrap();
}

#[test]
fn addresses_are_read_as_mail_servers_do_and_nothing_is_injected() {
    for (typed, read) in [
        (" camille@Example.ORG ", Some("camille@example.org")),
        ("c.a+carnet@mail.example.org", Some("c.a+carnet@mail.example.org")),
        ("camille", None),
        ("camille@", None),
        ("@example.org", None),
        ("camille@localhost", None),
        ("camille@example..org", None),
        ("camille@-example.org", None),
        ("a..b@example.org", None),
        ("a@b@example.org", None),
        ("camille@example.org\r\nBcc: all@example.org", None),
        ("<camille@example.org>", None),
        ("camille@example.org, all@example.org", None),
        ("camille aubert@example.org", None),
        ("é@example.org", None),
    ] {
        assert_eq!(rules::address(typed).as_deref(), read, "{typed:?}");
    }
    assert_eq!(rules::address(&format!("{}@example.org", "a".repeat(65))), None);
}

#[test]
fn what_is_told_at_once_what_waits_and_what_not_at_all() {
    let choice = |address: bool, accesses, documents| Choice {
        address: address.then(|| "camille@example.org".to_owned()),
        accesses,
        documents,
        ..Choice::default()
    };
    let (all, none) = (choice(true, true, true), choice(true, false, false));
    let nothing = News::default();
    let access = News { accesses: true, ..nothing };
    let document = News { documents: true, ..nothing };
    for (news, choice, expected) in [
        (nothing, &all, Weight::None),
        (access, &all, Weight::Later),
        (document, &all, Weight::Later),
        (access, &none, Weight::None),
        (document, &none, Weight::None),
        (access, &choice(true, false, true), Weight::None),
        (document, &choice(true, true, false), Weight::None),
        (News { first_access: true, ..access }, &none, Weight::AtOnce),
        (News { emergency: true, ..access }, &none, Weight::AtOnce),
        (News { answer: true, ..nothing }, &none, Weight::AtOnce),
        (News { emergency: true, first_access: true, ..access }, &choice(false, true, true), Weight::None),
    ] {
        assert_eq!(news.weight(choice), expected, "{news:?} {choice:?}");
    }
}

#[test]
fn a_message_says_one_sentence_and_a_link_and_cannot_say_more() {
    let fr = message::news("camille@example.org", Language::Fr, &SITE);
    assert_eq!(fr.subject, "Du nouveau dans votre espace Carnet");
    assert_eq!(
        fr.text,
        "Il y a du nouveau dans votre espace Carnet.\n\nhttps://carnet.example.org/sign-in\n"
    );
    let en = message::news("camille@example.org", Language::En, &SITE);
    assert_eq!(en.subject, "Something new in your Carnet space");
    assert_eq!(
        en.text,
        "There is something new in your Carnet space.\n\nhttps://carnet.example.org/sign-in\n"
    );
}

#[test]
fn an_address_is_used_after_its_code_came_back_and_no_earlier() {
    store::testing::both(|store| {
        enrol(&store);
        let chance = Chance::seeded(1);
        let wrong = store.write(move |tx| ask(tx, &her(NOW), "camille", &chance)).wait().unwrap();
        assert_eq!(wrong.unwrap_err().code(), "notice-address");
        let chance = Chance::seeded(1);
        store.write(move |tx| ask(tx, &her(NOW), "camille@example.org", &chance)).wait().unwrap().unwrap();
        assert_eq!(jobs(&store, NOW).len(), 1, "the code travels");
        assert_eq!(tell(&store, News { emergency: true, ..News::default() }, NOW), 0, "and nothing else yet");
        let sent = code_sent(&store);
        assert_eq!(sent.to, "camille@example.org");
        let try_ = |typed: &str, now| {
            let typed = typed.to_owned();
            store.write(move |tx| confirm(tx, &her(now), &typed)).wait().unwrap().map_err(|r| r.code())
        };
        let code = sent.text.lines().find(|line| line.len() == 9 && line.contains('-')).unwrap();
        assert_eq!(try_("AAAA-AAAA", NOW), Err("notice-code"));
        assert_eq!(try_(code, NOW.plus(CODE_LIVES + 1)), Err("notice-code"), "too late");
        assert_eq!(try_(&code.to_lowercase().replace('-', " "), NOW), Ok(()));
        assert_eq!(try_(code, NOW), Err("notice-code"), "once");
        let known = store.read(|tx| chosen(tx, &her(NOW))).wait().unwrap();
        assert_eq!(
            (known.address.as_deref(), known.accesses, known.documents),
            (Some("camille@example.org"), true, true)
        );
        assert!(known.asked.is_none());
    });
}

#[test]
fn guessing_codes_and_flooding_a_mailbox_are_slowed_down() {
    store::testing::both(|store| {
        enrol(&store);
        let mut said = Vec::new();
        for n in 0..7 {
            let chance = Chance::seeded(n);
            said.push(
                store.write(move |tx| ask(tx, &her(NOW), "camille@example.org", &chance)).wait().unwrap(),
            );
        }
        assert!(said[..5].iter().all(Result::is_ok));
        assert!(said[5..].iter().all(|one| one.as_ref().is_err_and(|refusal| refusal.code() == "slow-down")));
        let tried: Vec<_> = (0..7)
            .map(|_| {
                store.write(|tx| confirm(tx, &her(NOW), "AAAA-AAAA")).wait().unwrap().unwrap_err().code()
            })
            .collect();
        assert_eq!(tried[..5], ["notice-code"; 5]);
        assert_eq!(tried[5..], ["slow-down"; 2]);
    });
}

#[test]
fn what_may_wait_waits_an_hour_for_the_next_message() {
    store::testing::both(|store| {
        enrol(&store);
        confirmed(&store, NOW);
        let access = News { accesses: true, ..News::default() };
        let at = |minutes: i64| NOW.plus(minutes * MINUTE);
        assert_eq!(tell(&store, access, at(1)), 1, "nothing was told before");
        assert_eq!(tell(&store, access, at(2)), 0);
        assert_eq!(tell(&store, News::default(), at(50)), 0);
        assert!(!is_due(&store, at(50)));
        assert!(is_due(&store, at(61)), "what waits is looked at again though nothing happened");
        act(&store, Kind::DocumentRead);
        assert_eq!(tell(&store, News { emergency: true, ..access }, at(52)), 1, "an emergency does not wait");
        assert!(!is_due(&store, at(112)), "and took what waited along");
        assert_eq!(tell(&store, access, at(53)), 0);
        act(&store, Kind::DocumentRead);
        assert_eq!(tell(&store, News::default(), at(113)), 1);
    });
}

#[test]
fn whose_journal_grew_is_due_and_what_was_before_the_wish_is_not_news() {
    store::testing::both(|store| {
        enrol(&store);
        act(&store, Kind::DocumentRead);
        assert!(!is_due(&store, NOW), "nobody asked to be told");
        confirmed(&store, NOW);
        // Confirming is an act of hers: looked at once, and then nothing is new.
        tell(&store, News::default(), NOW);
        assert!(!is_due(&store, NOW));
        act(&store, Kind::DocumentRead);
        assert!(is_due(&store, NOW));
        tell(&store, News::default(), NOW);
        assert!(!is_due(&store, NOW));
        act(&store, Kind::DocumentRead);
        store.write(|tx| forget(tx, &her(NOW), false)).wait().unwrap();
        assert!(!is_due(&store, NOW), "she does not want to be told any more");
        let site = Site { name: "Carnet", origin: "https://carnet.example.org" };
        assert_eq!(store.read(move |tx| to_send(tx, TELL, HER, &site)).wait().unwrap(), None);
    });
}

#[test]
fn every_choice_and_every_message_is_in_the_journal_and_no_address_is() {
    store::testing::both(|store| {
        enrol(&store);
        confirmed(&store, NOW);
        store.write(|tx| choose(tx, &her(NOW), true, false)).wait().unwrap();
        store.write(|tx| choose(tx, &her(NOW), true, false)).wait().unwrap();
        let system = crate::enrolment::waves::system("notice", NOW, 1);
        store.write(move |tx| sent(tx, HER, &system)).wait().unwrap();
        store.write(|tx| forget(tx, &her(NOW), false)).wait().unwrap();
        let told = store
            .read(|tx| {
                let pass = as_she_sees(tx, HER, NOW)?.unwrap();
                let mut told = Vec::new();
                tx.acts(pass.key(), Seq(0), Want::LINES, |row| {
                    let line = row.line.unwrap();
                    assert!(!format!("{line:?}").contains("example.org"));
                    told.push((row.kind, line.about.unwrap_or_default()));
                    Ok(())
                })?;
                Ok(told)
            })
            .wait()
            .unwrap();
        let told: Vec<_> = told.iter().map(|(kind, about)| (*kind, about.as_str())).collect();
        assert_eq!(
            told,
            [
                (Kind::NoticeChosen, "everything"),
                (Kind::NoticeChosen, "accesses"),
                (Kind::NoticeSent, "email"),
                (Kind::NoticeChosen, "nothing"),
            ]
        );
    });
}
