//! A line that she did not recognise, from her hand to the team's and back.

use kernel::Purpose;
use store::Store;

use super::*;
use crate::testing::{self, HER, NOW, enrol, kinds};

fn her() -> Visit {
    testing::citizen(HER, NOW)
}

fn support() -> Visit {
    testing::team(Purpose::Own, NOW)
}

fn said(rank: u32) -> Said {
    Said { rank, at: NOW, sentence: "Dr Claire MOREAU a lu 2 documents".into(), rpps: None }
}

fn hand_over(store: &Store, rank: u32) -> Result<(), &'static str> {
    let sent = store.write(move |tx| {
        let pass = consent::open(tx, &her(), HER, Action::ReadJournal)?;
        send(tx, &pass, said(rank), &"x".repeat(5000), &Chance::seeded(u64::from(rank)))
    });
    sent.wait().map_err(|refusal| refusal.code())
}

fn hers(store: &Store) -> Vec<Report> {
    let read = store.read(|tx| {
        let pass = consent::open(tx, &her(), HER, Action::ReadJournal)?;
        of_reader(tx, &pass)
    });
    read.wait().unwrap()
}

fn lies(store: &Store, state: State) -> Vec<model::OnDesk> {
    store.read(move |tx| desk(tx, &support(), state, 10)).wait().unwrap()
}

#[test]
fn a_report_goes_to_the_desk_is_answered_and_closed_and_all_of_it_is_journalled() {
    store::testing::both(|store| {
        enrol(&store);
        assert_eq!(hand_over(&store, 3), Ok(()));
        assert_eq!(hand_over(&store, 3), Ok(()), "again changes nothing");
        let [report] = hers(&store).try_into().unwrap();
        assert_eq!((report.state(), report.says.why.len()), (State::New, LONGEST));
        let [waits] = lies(&store, State::New).try_into().unwrap();
        assert_eq!((waits.person, waits.id), (HER, report.id));

        let id = report.id;
        let act = |how: fn(&mut Tx<'_>, i64) -> Answer<()>| {
            store.write(move |tx| how(tx, id)).wait().map_err(|refusal| refusal.code())
        };
        assert_eq!(act(|tx, id| close(tx, &support(), HER, id)), Err("report-unanswered"));
        assert_eq!(act(|tx, id| answer(tx, &support(), HER, id, " ")), Err("report-answer"));
        assert_eq!(act(|tx, id| answer(tx, &support(), HER, id + 1, "x")), Err("not-found"));
        assert_eq!(act(|tx, id| answer(tx, &support(), HER, id, "C’était votre rendez-vous.")), Ok(()));
        assert!(lies(&store, State::New).is_empty());
        assert_eq!(lies(&store, State::Answered).len(), 1);
        assert_eq!(hers(&store)[0].says.answer, "C’était votre rendez-vous.");
        let read_ = store.read(move |tx| read(tx, &support(), HER, id)).wait().unwrap();
        assert_eq!(read_.says.said, said(3));
        assert_eq!(act(|tx, id| close(tx, &support(), HER, id)), Ok(()));
        assert_eq!(act(|tx, id| answer(tx, &support(), HER, id, "encore")), Err("report-closed"));
        assert_eq!((lies(&store, State::Answered).len(), lies(&store, State::Closed).len()), (0, 1));

        let all = [Kind::Reported, Kind::ReportAnswered, Kind::ReportRead, Kind::ReportClosed];
        assert_eq!(kinds(&store, HER), all);
    });
}

#[test]
fn nobody_but_the_team_and_the_sender_sees_a_report_and_the_desk_knows_no_words() {
    store::testing::both(|store| {
        enrol(&store);
        hand_over(&store, 3).unwrap();
        let id = hers(&store)[0].id;
        for actor in [her().actor, Actor::System { task: "search".into() }] {
            let visit = testing::visit(actor, Purpose::Own, NOW);
            let refused = store.write(move |tx| {
                assert!(desk(tx, &visit, State::New, 10).is_err());
                assert!(read(tx, &visit, HER, id).is_err());
                answer(tx, &visit, HER, id, "x")
            });
            assert!(refused.wait().is_err());
        }
        let sealed = store
            .read(|tx| Ok(tx.one("SELECT sealed FROM report", &[], |row| row.bytes(0))?.unwrap()))
            .wait()
            .unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("MOREAU"));
    });
}

#[test]
fn a_space_has_room_for_so_many_reports_at_once() {
    store::testing::both(|store| {
        enrol(&store);
        for rank in 0..20 {
            assert_eq!(hand_over(&store, rank), Ok(()));
        }
        assert_eq!(hand_over(&store, 20), Err("report-many"));
    });
}

#[test]
fn what_becomes_of_a_report_when_she_moves_or_is_erased() {
    store::testing::both(|store| {
        enrol(&store);
        hand_over(&store, 3).unwrap();
        let id = hers(&store)[0].id;
        store.write(move |tx| answer(tx, &support(), HER, id, "C’était vous.")).wait().unwrap();
        // An import brings the report itself, and no desk.
        let arrived = |tx: &mut Tx<'_>| {
            tx.exec("DELETE FROM report_desk", &[])?;
            let key = tx.space_key(HER)?;
            settle(tx, &key)
        };
        store.write(arrived).wait().unwrap();
        assert_eq!(lies(&store, State::Answered).len(), 1);
        store
            .write(|tx| {
                let key = tx.space_key(HER)?;
                forget_all(tx, &key)
            })
            .wait()
            .unwrap();
        assert!(hers(&store).is_empty());
        assert!(State::ALL.iter().all(|state| lies(&store, *state).is_empty()));
    });
}

/// She closed her space after she had handed a line over: it is answered all the same, and the answer waits for her.
#[test]
fn a_report_of_a_space_that_she_closed_since_is_answered() {
    store::testing::both(|store| {
        enrol(&store);
        hand_over(&store, 3).unwrap();
        let id = hers(&store)[0].id;
        let turns = |state: i64| {
            let sql = "UPDATE person SET state = $2 WHERE person = $1";
            store.write(move |tx| Ok(tx.exec(sql, store::args![HER, state])?)).wait().unwrap();
        };
        turns(crate::person::State::Closed.number());
        assert_eq!(store.read(move |tx| read(tx, &support(), HER, id)).wait().unwrap().says.said, said(3));
        let answered = store.write(move |tx| answer(tx, &support(), HER, id, "C’était une erreur."));
        assert_eq!(answered.wait().map_err(|refusal| refusal.code()), Ok(()));
        turns(crate::person::State::Open.number());
        assert_eq!(hers(&store)[0].says.answer, "C’était une erreur.");
    });
}
