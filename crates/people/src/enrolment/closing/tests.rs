//! The team closes a child's space, and opens it again, for those who represent her.

use jiff::civil::date;
use kernel::{Purpose, RefusalKind};
use store::Store;
use store::testing::both;

use super::*;
use crate::testing::{self, HER, NOW, citizen, enrol_all, identity, journal};

const CHILD: PersonId = PersonId(3);

fn family(store: &Store) {
    let people = vec![(HER, identity(HER)), (CHILD, testing::child(CHILD, date(2012, 5, 1), &[HER]))];
    enrol_all(store, people, "31");
}

fn support() -> Visit {
    testing::team(Purpose::Operation, NOW)
}

fn asks(becomes: State) -> Request {
    Request {
        ins: identity(CHILD).ins,
        born: date(2012, 5, 1),
        becomes,
        reason: " Sa mère, avec le livret de famille ".into(),
    }
}

fn does(store: &Store, visit: Visit, request: Request) -> Result<(), &'static str> {
    let done = store.write(move |tx| on_request(tx, &visit, &request)).wait();
    done.and_then(std::convert::identity).map_err(|refusal| refusal.code())
}

fn state(store: &Store) -> State {
    store.read(|tx| Ok(person::load(tx, CHILD)?.unwrap().state)).wait().unwrap()
}

fn reasons(store: &Store) -> Vec<String> {
    let read = store.read(|tx| {
        let (key, mut said) = (tx.space_key(CHILD)?, Vec::new());
        tx.acts(&key, kernel::Seq(0), store::Want::LINES, |row| {
            said.extend(row.line.and_then(|line| line.reason));
            Ok(())
        })?;
        Ok(said)
    });
    read.wait().unwrap()
}

#[test]
fn a_childs_space_is_closed_and_opened_again_at_the_request_of_her_parents() {
    both(|store| {
        family(&store);
        assert_eq!(does(&store, support(), asks(State::Open)), Err("space-not-closed"));
        assert_eq!(does(&store, support(), asks(State::Closed)), Ok(()));
        assert_eq!(state(&store), State::Closed);
        assert_eq!(does(&store, support(), asks(State::Closed)), Err("space-not-open"));
        // She may not have it back by herself, nor may her mother in her name (L1111-2 CSP).
        for on_behalf_of in [None, Some(CHILD)] {
            let who = if on_behalf_of.is_some() { HER } else { CHILD };
            let visit = Visit { on_behalf_of, ..citizen(who, NOW) };
            let refused = store.write(move |tx| {
                let pass = consent::open(tx, &visit, CHILD, Action::ReopenSpace)?;
                reopen(tx, &pass, "")
            });
            assert!(matches!(refused.wait().unwrap_err().kind, RefusalKind::Gone | RefusalKind::Forbidden));
        }
        assert_eq!(does(&store, support(), asks(State::Open)), Ok(()));
        assert_eq!(state(&store), State::Open);
        let told = journal(&store, CHILD);
        let told: Vec<_> = told.iter().filter(|(kind, _)| *kind != Kind::Refused).collect();
        let request = || "request".to_owned();
        assert_eq!(told, [&(Kind::Closed, request()), &(Kind::Reopened, request())]);
        assert_eq!(reasons(&store), ["Sa mère, avec le livret de famille"; 2]);
    });
}

#[test]
fn nothing_is_closed_without_a_reason_for_somebody_else_or_by_anybody_but_the_team() {
    both(|store| {
        family(&store);
        let unsaid = Request { reason: " ".into(), ..asks(State::Closed) };
        assert_eq!(does(&store, support(), unsaid), Err("reason-missing"));
        let mistyped = Request { ins: identity(PersonId(4)).ins, ..asks(State::Closed) };
        assert_eq!(does(&store, support(), mistyped), Err("desk-unknown"));
        assert_eq!(journal(&store, CHILD), []);
        let born = Request { born: date(2012, 5, 2), ..asks(State::Closed) };
        assert_eq!(does(&store, support(), born), Err("desk-unknown"));
        assert_eq!(journal(&store, CHILD), [(Kind::Refused, Action::CloseSpace.word().to_owned())]);
        for visit in [citizen(HER, NOW), citizen(CHILD, NOW), system("night", NOW, 1)] {
            assert_eq!(does(&store, visit, asks(State::Closed)), Err("not-found"));
        }
        assert_eq!(state(&store), State::Open);
    });
}
