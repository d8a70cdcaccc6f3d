//! The watch over professional accounts, at the door (`people::vigilance`).
//!
//! A room that may not go on before something is counted refuses with a code of its own. The door counts, in a write that
//! is durable before anybody is answered, and asks the room again. Reading thus stays a read: only the first opening of
//! a space in a day, a search for a person, and the first request of a session cost a write.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use kernel::{Actor, Answer, Instant, PersonId, Purpose, Refusal, RefusalKind, Visit};
use people::vigilance::{self, Judgement};

use super::asked::Asked;
use super::reply::Reply;
use crate::doors::{Door, Method};
use crate::house::House;

/// A session that this node has not met.
const UNMET: &str = "session-unmet";
/// A search that is not counted yet.
const UNSEARCHED: &str = "search-uncounted";
/// Where somebody proves again that it is she.
const CONFIRM: &str = "/confirm";
/// How often a request may be asked again: its session, its search, and the spaces it opens.
const MOST_ROUNDS: usize = 8;

/// Sessions that this node has met, with the device each was met on: a stolen cookie comes from another one. Forgetting
/// them costs one write each.
#[derive(Debug, Default)]
pub struct Met(Mutex<HashSet<u64>>);

impl Met {
    const MOST: usize = 100_000;

    fn has(&self, whom: u64) -> bool {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).contains(&whom)
    }

    fn add(&self, whom: u64) {
        let mut met = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if met.len() >= Self::MOST {
            met.clear();
        }
        met.insert(whom);
    }
}

/// The professional's session and device, as [`Met`] knows them; `None` for everybody else.
fn watched(asked: &Asked) -> Option<u64> {
    let Some(Actor::Professional(of)) = asked.seen.get().map(|visit| &visit.actor) else { return None };
    let mut hasher = DefaultHasher::new();
    (asked.held.get().map(|held| &held.id), of.rpps.as_str(), asked.knock().device).hash(&mut hasher);
    Some(hasher.finish())
}

/// What must have been counted before a professional's request reaches its room.
pub(super) fn first(asked: &Asked) -> Answer<()> {
    let Some(whom) = watched(asked) else { return Ok(()) };
    if !asked.house.met.has(whom) {
        return Err(Refusal::forbidden(UNMET, "The door meets this session first."));
    }
    if asked.searches() && !asked.searched.load(Ordering::Relaxed) {
        return Err(Refusal::forbidden(UNSEARCHED, "The door counts this search first."));
    }
    Ok(())
}

/// What follows from a refusal.
enum Then {
    /// The room is asked again.
    Again,
    /// This is the answer.
    Answer(Reply),
}

/// Runs a route's function, counting what must be counted.
pub(super) async fn run(house: &Arc<House>, index: usize, asked: Asked) -> Answer<Reply> {
    let asked = Arc::new(asked);
    for _ in 0..MOST_ROUNDS {
        let refusal = match super::run(house, index, &asked).await {
            Ok(reply) => return Ok(reply),
            Err(refusal) => refusal,
        };
        match after(house, &asked, refusal).await? {
            Then::Again => {}
            Then::Answer(reply) => return Ok(reply),
        }
    }
    Err(vigilance::too_many())
}

async fn after(house: &Arc<House>, asked: &Arc<Asked>, refusal: Refusal) -> Answer<Then> {
    let Some(whom) = watched(asked) else { return Err(refusal) };
    match refusal.code() {
        UNMET => {
            let inside = asked.clone();
            let device = asked.knock().device;
            house.store.write(move |tx| vigilance::came(tx, inside.visit()?, &device)).await??;
            house.met.add(whom);
            Ok(Then::Again)
        }
        UNSEARCHED => search(house, asked).await,
        vigilance::UNCOUNTED => {
            let person = refusal.issues.first().and_then(|issue| issue.path.as_deref()?.parse().ok());
            opening(house, asked, person.ok_or_else(Refusal::not_found)?).await
        }
        _ => {
            if matches!(refusal.kind, RefusalKind::Forbidden | RefusalKind::NotFound | RefusalKind::Gone) {
                let inside = asked.clone();
                house.store.write(move |tx| vigilance::refused(tx, inside.visit()?)).await?;
            }
            // A number that is nobody's is answered like one that is somebody's, also when that is "too many".
            match asked.person_named().filter(|_| refusal.kind == RefusalKind::NotFound) {
                Some(person) => match opening(house, asked, person).await? {
                    Then::Again => Err(refusal),
                    then => Ok(then),
                },
                None => Err(refusal),
            }
        }
    }
}

async fn search(house: &Arc<House>, asked: &Arc<Asked>) -> Answer<Then> {
    let inside = asked.clone();
    let may = house.store.write(move |tx| vigilance::searched(tx, inside.visit()?)).await?;
    if may {
        asked.searched.store(true, Ordering::Relaxed);
        return Ok(Then::Again);
    }
    let past = house.clock.now().0 / Instant::SECOND % 3600;
    let kind = RefusalKind::SlowDown { retry_after: u32::try_from(3600 - past).unwrap_or(3600) };
    Err(Refusal::new(kind, "too-many-searches", "This account has searched for too many persons this hour."))
}

async fn opening(house: &Arc<House>, asked: &Arc<Asked>, person: PersonId) -> Answer<Then> {
    let inside = asked.clone();
    let proven = asked.held.get().and_then(|held| held.proven);
    // Life in danger is not stopped by a count: it is told.
    let path = house.routes[asked.route].path;
    let declares = match path.rsplit('/').next() {
        Some("emergency") => Some(Purpose::Emergency),
        Some("secret") => Some(Purpose::Secret),
        _ => None,
    };
    let judging = house.store.write(move |tx| {
        let visit = inside.visit()?;
        let visit = Visit { purpose: declares.unwrap_or(visit.purpose), ..visit.clone() };
        vigilance::count(tx, &visit, person, proven)
    });
    let judgement = judging.await?;
    let refusal = match judgement {
        Judgement::Open => return Ok(Then::Again),
        Judgement::Refuse => vigilance::too_many(),
        Judgement::Confirm => vigilance::confirm_first(),
    };
    // The page that asks for the passkey also leads on where a life is in danger: who has found somebody by a search
    // comes to it even when no passkey helps any more.
    let route = &house.routes[asked.route];
    let page = route.door == Door::Web && route.method == Method::Get;
    let helps = judgement == Judgement::Confirm || asked.query("found").is_some();
    if !page || !helps || !house.routes.iter().any(|route| route.path == CONFIRM) {
        return Err(refusal);
    }
    let next = ui::address::local(&asked.path);
    Ok(Then::Answer(Reply::see(ui::address::with_query(CONFIRM, &[("next", next)]))))
}
