//! Telling people outside their space: who has news, and the messages of the queue.

use std::sync::Arc;

use care::record::news;
use kernel::{Answer, Fault, PersonId};
use people::enrolment::waves;
use people::notice::{self, message::Site};
use store::TakenJob;

use crate::house::House;

/// How many people are looked at in one go.
const STRETCH: u32 = 200;

/// Looks for news wherever a journal has grown, each in a transaction of its own; says how many were looked at.
///
/// # Errors
/// When it cannot be asked who is to be looked at.
pub async fn look(house: &Arc<House>) -> Answer<usize> {
    if !house.config.relay.is_set_up() {
        return Ok(0);
    }
    let now = house.clock.now();
    let due = house.store.read(move |tx| notice::due(tx, now, STRETCH)).await?;
    for person in &due {
        let person = *person;
        if let Err(refusal) = house.store.write(move |tx| news::look(tx, person, now)).await {
            tracing::error!(person = person.0, %refusal, "news could not be looked for");
        }
    }
    Ok(due.len())
}

/// Sends the message of a job. Told twice, after a failure at the wrong moment, it is the same message twice: its
/// identifier is made of the job's.
///
/// # Errors
/// When the relay does not take it: the queue tries again.
pub async fn send(house: &Arc<House>, job: &TakenJob) -> Answer<()> {
    let person: PersonId =
        job.person.ok_or_else(|| Fault::Internal(format!("{} {} is about nobody", job.task, job.key)))?;
    let (inside, task) = (house.clone(), job.task.clone());
    let message = house
        .store
        .read(move |tx| {
            let site = Site { name: inside.config.theme.name(), origin: &inside.config.origin };
            notice::to_send(tx, &task, person, &site)
        })
        .await?;
    let Some(message) = message else { return Ok(()) };
    // The key names her number, which is nobody's affair on the way.
    let named = format!("{} {}", job.task, job.key);
    let id = kernel::codes::hex(&house.store.keyring().keyed_hash("message", named.as_bytes())[..16]);
    house.config.relay.send(&message, &house.config.email_from, &id, house.clock.now()).await?;
    if job.task != notice::TELL {
        return Ok(());
    }
    let visit = waves::system("notice", house.clock.now(), house.chance.u64());
    house.store.write(move |tx| notice::sent(tx, person, &visit)).await
}
