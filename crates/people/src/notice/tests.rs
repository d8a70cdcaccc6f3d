//! What is told, when, to whom, and in which words.

use jiff::civil::date;
use kernel::{Language, Purpose, Seq};
use store::{Line, Store, TakenJob};

use super::message::{Site, Whose};
use super::telling::{TELL, begin, due, mail, moved, sent, weighed};
use super::*;
use crate::enrolment::closing::{Request, on_request};
use crate::person::State;
use crate::report::{self, Said};
use crate::testing::{self, HER, MINUTE, NOW, citizen, enrol, enrol_all, identity, journal};

const SITE: Site<'_> = Site { name: "Carnet", origin: "https://carnet.example.org" };

fn her(now: Instant) -> Visit {
    citizen(HER, now)
}

fn jobs(store: &Store, now: Instant) -> Vec<TakenJob> {
    let jobs = store.take_jobs(now, 10).wait().unwrap();
    for job in &jobs {
        store.finish_job(job).wait().unwrap();
    }
    jobs
}

/// The e-mail that the queue would send for this job.
fn mailed(store: &Store, task: &'static str, person: PersonId, payload: &str) -> Option<Message> {
    let payload = payload.to_owned();
    store.read(move |tx| mail(tx, task, &payload, person, &SITE)).wait().unwrap()
}

fn code_sent(store: &Store, person: PersonId) -> Message {
    mailed(store, CODE, person, "").unwrap()
}

fn confirms(store: &Store, person: PersonId, now: Instant) {
    let chance = Chance::seeded(1);
    let visit = move || citizen(person, now);
    store.write(move |tx| ask(tx, &visit(), "camille@example.org", &chance)).wait().unwrap().unwrap();
    let text = code_sent(store, person).text;
    let code = text.lines().find(|line| line.len() == 9 && line.contains('-')).unwrap().to_owned();
    store.write(move |tx| confirm(tx, &visit(), &code)).wait().unwrap().unwrap();
    jobs(store, now);
}

/// As the worker does for this pair, with these news; answers the messages.
fn tells(store: &Store, pair: Pair, news: News, now: Instant) -> Vec<TakenJob> {
    let tell = move |tx: &mut Tx<'_>| {
        let Some(look) = begin(tx, pair, now)? else { return Ok(()) };
        let head = tx.head(look.pass().key())?;
        weighed(tx, look, &news, None, head)
    };
    store.write(tell).wait().unwrap();
    jobs(store, now)
}

fn tell(store: &Store, news: News, now: Instant) -> usize {
    tells(store, Pair::own(HER), news, now).len()
}

fn due_at(store: &Store, now: Instant) -> Vec<Pair> {
    store.read(move |tx| due(tx, now, 10)).wait().unwrap()
}

fn is_due(store: &Store, now: Instant) -> bool {
    !due_at(store, now).is_empty()
}

/// Somebody's act in a space, and the sweep that hands it on.
fn act_in(store: &Store, person: PersonId, kind: Kind, now: Instant) {
    let act = move |tx: &mut Tx<'_>| {
        let (key, line) = (tx.space_key(person)?, Line::of(&her(now)));
        tx.append(&key, Act { kind, at: now, entry: None, line, data: None, blob: None })?;
        Ok(())
    };
    store.write(act).wait().unwrap();
    sweep(store, now);
}

fn act(store: &Store, kind: Kind) {
    act_in(store, HER, kind, NOW);
}

/// What the worker of the log does.
fn sweep(store: &Store, now: Instant) {
    let terms = store::log::Terms { origin: "carnet.example/log".to_owned(), ..Default::default() };
    while store.sweep_log_and(&terms, now, move |tx, persons| moved(tx, persons, now)).wait().unwrap().more {}
}

fn wishes(accesses: bool, documents: bool) -> Wishes {
    Wishes { accesses, documents, represented: false }
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
    let nothing = News::default();
    let access = News { accesses: true, ..nothing };
    let document = News { documents: true, ..nothing };
    for (news, of, expected) in [
        (nothing, wishes(true, true), Weight::None),
        (access, wishes(true, true), Weight::Later),
        (document, wishes(true, true), Weight::Later),
        (access, wishes(false, false), Weight::None),
        (document, wishes(false, false), Weight::None),
        (access, wishes(false, true), Weight::None),
        (document, wishes(true, false), Weight::None),
        (News { first_access: true, ..access }, wishes(false, false), Weight::AtOnce),
        (News { emergency: true, ..access }, wishes(false, false), Weight::AtOnce),
        (News { answer: true, ..nothing }, wishes(false, false), Weight::AtOnce),
        (News { keys: true, ..nothing }, wishes(false, false), Weight::AtOnce),
    ] {
        assert_eq!(news.weight(of), expected, "{news:?} {of:?}");
    }
}

#[test]
fn a_message_says_one_sentence_and_a_link_and_cannot_say_more() {
    for (whose, language, subject, sentence) in [
        (Whose::Own, Language::Fr, "Du nouveau sur Carnet", "Il y a du nouveau dans votre espace Carnet."),
        (Whose::Own, Language::En, "Something new on Carnet", "There is something new in your Carnet space."),
        (
            Whose::Represented,
            Language::Fr,
            "Du nouveau sur Carnet",
            "Il y a du nouveau dans un espace Carnet dont vous vous occupez.",
        ),
        (
            Whose::Represented,
            Language::En,
            "Something new on Carnet",
            "There is something new in a Carnet space that you look after.",
        ),
    ] {
        let said = message::news("camille@example.org", whose, language, &SITE);
        assert_eq!(said.subject, subject);
        assert_eq!(said.text, format!("{sentence}\n\nhttps://carnet.example.org/sign-in\n"));
    }
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
        let sent = code_sent(&store, HER);
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
        let known = store.read(|tx| chosen(tx, &her(NOW))).wait().unwrap().choice;
        assert_eq!((known.address.as_deref(), known.wishes), (Some("camille@example.org"), Wishes::FIRST));
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
        confirms(&store, HER, NOW);
        sweep(&store, NOW);
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
        confirms(&store, HER, NOW);
        sweep(&store, NOW);
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
        assert_eq!(mailed(&store, TELL, HER, r#"{"whose":"own"}"#), None);
    });
}

#[test]
fn a_round_costs_what_is_due_however_many_want_to_be_told() {
    let (store, _folder) = store::testing::sqlite().unwrap();
    let people: Vec<_> = (1..=300).map(PersonId).map(|person| (person, identity(person))).collect();
    enrol_all(&store, people, "31");
    for person in (1..=300).map(PersonId) {
        store.write(move |tx| Ok(queries::begin(tx, Pair::own(person), Seq(0))?)).wait().unwrap();
    }
    sweep(&store, NOW);
    assert!(!is_due(&store, NOW));
    act_in(&store, PersonId(17), Kind::DocumentRead, NOW);
    assert_eq!(due_at(&store, NOW), [Pair::own(PersonId(17))]);
    // The index holds what is due and nothing else, so a walk along it is as long as what is due.
    let asking: &'static str = format!("EXPLAIN QUERY PLAN {}", queries::DUE).leak();
    let plan = store.read(move |tx| Ok(tx.all(asking, store::args![0i64, 1i64], |row| row.text(3))?));
    assert_eq!(
        plan.wait().unwrap(),
        ["SEARCH notice_reader USING COVERING INDEX notice_reader_due (due_at>? AND due_at<?)"]
    );
}

#[test]
fn every_choice_and_every_message_is_in_the_journal_and_no_address_is() {
    store::testing::both(|store| {
        enrol(&store);
        confirms(&store, HER, NOW);
        store.write(|tx| choose(tx, &her(NOW), wishes(true, false))).wait().unwrap();
        store.write(|tx| choose(tx, &her(NOW), wishes(true, false))).wait().unwrap();
        let system = crate::enrolment::waves::system("notice", NOW, 1);
        store.write(move |tx| sent(tx, HER, &system, "email")).wait().unwrap();
        store.write(|tx| forget(tx, &her(NOW), false)).wait().unwrap();
        let told = journal(&store, HER);
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

const CHILD: PersonId = PersonId(3);
const FATHER: PersonId = PersonId(8);

/// She, him, and their child of ten; both can be reached, and she wants to know of her child.
fn family(store: &Store) {
    let people = vec![
        (HER, identity(HER)),
        (FATHER, identity(FATHER)),
        (CHILD, testing::child(CHILD, date(2016, 5, 1), &[HER, FATHER])),
    ];
    enrol_all(store, people, "31");
    for parent in [HER, FATHER] {
        confirms(store, parent, NOW);
    }
    wants(store, HER);
    sweep(store, NOW);
    for pair in due_at(store, NOW) {
        tells(store, pair, News::default(), NOW);
    }
}

fn wants(store: &Store, parent: PersonId) {
    let all = Wishes { represented: true, ..Wishes::FIRST };
    store.write(move |tx| choose(tx, &citizen(parent, NOW), all)).wait().unwrap();
}

#[test]
fn a_parent_is_told_of_her_childs_space_when_she_chose_so() {
    store::testing::both(|store| {
        family(&store);
        let of_child = |reader| Pair { person: CHILD, reader };
        act_in(&store, CHILD, Kind::DocumentRead, NOW);
        assert_eq!(due_at(&store, NOW), [of_child(HER)], "he did not choose it");
        let access = News { first_access: true, ..News::default() };
        let [message] = tells(&store, of_child(HER), access, NOW).try_into().unwrap();
        assert_eq!(message.person, Some(HER));
        let said = mailed(&store, TELL, HER, &message.payload).unwrap();
        assert_eq!(
            said.text.lines().next(),
            Some("Il y a du nouveau dans un espace Carnet dont vous vous occupez.")
        );
        // Both, once he has chosen so too; and neither of what they do themselves is told to the child.
        wants(&store, FATHER);
        act_in(&store, CHILD, Kind::DocumentRead, NOW);
        assert_eq!(due_at(&store, NOW).iter().filter(|pair| pair.person == CHILD).count(), 2);
        // She reads it as she would: under the right of a parent, leaving no line.
        let seen = store.write(move |tx| {
            let look = begin(tx, of_child(HER), NOW)?.unwrap();
            Ok((look.pass().visit().on_behalf_of, look.pass().is_owner()))
        });
        assert_eq!(seen.wait().unwrap(), (Some(CHILD), false));
        assert!(journal(&store, CHILD).iter().all(|(kind, _)| *kind == Kind::DocumentRead));
    });
}

#[test]
fn telling_a_parent_ends_with_her_right_or_her_wish() {
    store::testing::both(|store| {
        family(&store);
        let pair = Pair { person: CHILD, reader: HER };
        let emergency = News { emergency: true, ..News::default() };
        // Eight years later the child is of age.
        let later = NOW.plus(8 * 366 * Instant::DAY);
        act_in(&store, CHILD, Kind::DocumentRead, later);
        assert_eq!(due_at(&store, later), [pair]);
        assert!(tells(&store, pair, emergency, later).is_empty());
        assert!(due_at(&store, later).is_empty(), "and she is not asked about again");

        wants(&store, FATHER);
        let pair = Pair { reader: FATHER, ..pair };
        store.write(|tx| choose(tx, &citizen(FATHER, NOW), Wishes::FIRST)).wait().unwrap();
        assert!(tells(&store, pair, emergency, NOW).is_empty());
    });
}

fn asks_the_team(store: &Store, becomes: State) {
    let request = Request {
        ins: identity(CHILD).ins,
        born: date(2016, 5, 1),
        becomes,
        reason: "Son père, avec le livret de famille".into(),
    };
    let team = testing::team(Purpose::Operation, NOW);
    store.write(move |tx| on_request(tx, &team, &request)).wait().unwrap().unwrap();
}

/// Who is told: of her own space, or of one that she looks after.
fn told_of(store: &Store) -> Vec<(PersonId, String)> {
    let told = jobs(store, NOW).into_iter().filter_map(|job| {
        let said = mailed(store, TELL, job.person?, &job.payload)?;
        Some((job.person?, said.text.lines().next().unwrap_or_default().to_owned()))
    });
    told.collect()
}

#[test]
fn whoever_is_told_of_a_space_is_told_that_the_team_has_closed_it() {
    store::testing::both(|store| {
        family(&store);
        confirms(&store, CHILD, NOW);
        let own = || (CHILD, "Il y a du nouveau dans votre espace Carnet.".to_owned());
        let looked_after = "Il y a du nouveau dans un espace Carnet dont vous vous occupez.".to_owned();
        asks_the_team(&store, State::Closed);
        let mut told = told_of(&store);
        told.sort();
        assert_eq!(told, [own(), (HER, looked_after)], "her father has not chosen it");
        // Whoever looks now finds that it is closed: nobody is told any more.
        sweep(&store, NOW);
        for pair in due_at(&store, NOW).into_iter().filter(|pair| pair.person == CHILD) {
            assert!(tells(&store, pair, News { emergency: true, ..News::default() }, NOW).is_empty());
        }
        asks_the_team(&store, State::Open);
        assert_eq!(told_of(&store), [own()]);
        act_in(&store, CHILD, Kind::DocumentRead, NOW);
        assert!(due_at(&store, NOW).contains(&Pair::own(CHILD)), "and of what happens from here on");
    });
}

#[test]
fn a_child_who_came_later_is_followed_at_the_parents_next_step() {
    store::testing::both(|store| {
        family(&store);
        let young = PersonId(4);
        enrol_all(&store, vec![(young, testing::child(young, date(2026, 1, 1), &[HER]))], "31");
        act(&store, Kind::SignedIn);
        tell(&store, News::default(), NOW);
        act_in(&store, young, Kind::DocumentRead, NOW);
        assert_eq!(due_at(&store, NOW), [Pair { person: young, reader: HER }]);
    });
}

#[test]
fn nobody_is_told_of_a_space_that_is_not_open_or_is_gone() {
    store::testing::both(|store| {
        enrol(&store);
        confirms(&store, HER, NOW);
        let close = |tx: &mut Tx<'_>| Ok(tx.exec("UPDATE person SET state = 2", &[]).map(|_| ())?);
        store.write(close).wait().unwrap();
        assert_eq!(tell(&store, News { emergency: true, ..News::default() }, NOW), 0);
        store.write(|tx| forget_all(tx, HER)).wait().unwrap();
        for table in [
            "SELECT count(*) FROM notice",
            "SELECT count(*) FROM notice_reader",
            "SELECT count(*) FROM push_device",
        ] {
            let left = store.read(move |tx| Ok(tx.one(table, &[], |row| row.int(0))?)).wait().unwrap();
            assert_eq!(left, Some(0), "{table}");
        }
    });
}

#[test]
fn what_came_from_another_house_is_taken_up_here() {
    store::testing::both(|store| {
        enrol(&store);
        confirms(&store, HER, NOW);
        // An import brings her choice, and not how far another house had told her.
        let arrived = |tx: &mut Tx<'_>| {
            queries::end(tx, Pair::own(HER))?;
            let key = tx.space_key(HER)?;
            settle(tx, &key)
        };
        store.write(arrived).wait().unwrap();
        act(&store, Kind::DocumentRead);
        assert_eq!(due_at(&store, NOW), [Pair::own(HER)]);
    });
}

#[test]
fn what_she_chose_and_reported_is_in_her_export() {
    let (here, _folder) = store::testing::sqlite().unwrap();
    enrol(&here);
    confirms(&here, HER, NOW);
    let chance = Chance::seeded(9);
    let reported = here.write(move |tx| {
        let pass = consent::open(tx, &her(NOW), HER, Action::ReadJournal)?;
        let said =
            Said { rank: 1, at: NOW, sentence: "Dr Claire MOREAU a lu un document".into(), rpps: None };
        report::send(tx, &pass, said, "Qui est-ce ?", &chance)
    });
    reported.wait().unwrap();
    let (folder, code) = (tempfile::tempdir().unwrap(), store::ExportCode::random().unwrap());
    let (file, spoken) = (folder.path().join("her.carnet"), code.spoken());
    here.export_person(HER, code, &file).wait().unwrap();

    let (there, _folder) = store::testing::sqlite().unwrap();
    let code = store::ExportCode::heard(&spoken).unwrap();
    there.import_person(code, &file, |tx, key| person::settle(tx, key.person())).wait().unwrap();
    let choice = there.read(|tx| chosen(tx, &her(NOW))).wait().unwrap().choice;
    assert_eq!((choice.address.as_deref(), choice.wishes), (Some("camille@example.org"), Wishes::FIRST));
    let desk = there.read(|tx| report::desk(tx, &testing::team(Purpose::Own, NOW), report::State::New, 10));
    let [waits] = desk.wait().unwrap().try_into().unwrap();
    let read = there.read(move |tx| report::read(tx, &testing::team(Purpose::Own, NOW), HER, waits.id));
    assert_eq!(read.wait().unwrap().says.why, "Qui est-ce ?");
    act(&there, Kind::DocumentRead);
    assert_eq!(due_at(&there, NOW), [Pair::own(HER)], "and she is told of what happens there");
}

#[test]
fn whoever_was_met_is_remembered_and_not_more_than_so_many() {
    let mut met = Met::default();
    assert!(met.meets("1"));
    assert!(!met.meets("1"));
    for rpps in 2..=Met::MOST + 1 {
        assert!(met.meets(&rpps.to_string()));
    }
    assert!(!met.meets("2"));
    assert!(met.meets("1"), "the one whom she met first is forgotten first");
}
