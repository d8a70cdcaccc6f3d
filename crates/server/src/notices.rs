//! Telling people outside their space: who has news, and the messages of the queue.

use std::sync::Arc;

use care::record::news;
use kernel::{Answer, Fault, PersonId, Refusal};
use people::enrolment::waves;
use people::notice::message::Site;
use people::notice::push::{self, House as Sender, Letter};
use people::notice::telling;
use store::TakenJob;

use crate::config::Config;
use crate::house::House;
use crate::outbound;

/// How many journals are looked at in one go.
const STRETCH: u32 = 200;

/// How messages name this service.
pub(crate) fn site(config: &Config) -> Site<'_> {
    Site { name: config.theme.name(), origin: &config.origin }
}

/// Looks for news wherever a journal has grown, each in a transaction of its own; says how many were looked at.
///
/// # Errors
/// When it cannot be asked who is to be looked at.
pub async fn look(house: &Arc<House>) -> Answer<usize> {
    let now = house.clock.now();
    let due = house.store.read(move |tx| telling::due(tx, now, STRETCH)).await?;
    for pair in &due {
        let pair = *pair;
        if let Err(refusal) = house.store.write(move |tx| news::look(tx, pair, now)).await {
            tracing::error!(person = pair.person.0, %refusal, "news could not be looked for");
        }
    }
    Ok(due.len())
}

/// Sends the e-mail of a job. Told twice, after a failure at the wrong moment, it is the same message twice: its
/// identifier is made of the job's.
///
/// # Errors
/// When the relay does not take it: the queue tries again.
pub async fn mail(house: &Arc<House>, job: &TakenJob) -> Answer<()> {
    if !house.config.relay.is_set_up() {
        return Ok(());
    }
    let (person, inside, of) = (reader(job)?, house.clone(), job.clone());
    let message = house
        .store
        .read(move |tx| telling::mail(tx, &of.task, &of.payload, person, &site(&inside.config)))
        .await?;
    let Some(message) = message else { return Ok(()) };
    // The key names her number, which is nobody's affair on the way.
    let named = format!("{} {}", job.task, job.key);
    let id = kernel::codes::hex(&house.store.keyring().keyed_hash("message", named.as_bytes())[..16]);
    house.config.relay.send(&message, &house.config.email_from, &id, house.clock.now()).await?;
    if job.task == telling::TELL { told(house, person, "email").await } else { Ok(()) }
}

/// Sends the notification of a job. A device that its push service has given up is forgotten; what the service says is
/// wrong with the request is not sent again, because it would be the same request.
///
/// # Errors
/// When the service cannot be reached, is busy, or fails: the queue tries again, later each time, and not before the
/// service wants it to (RFC 8030 §8.4).
pub async fn push(house: &Arc<House>, job: &TakenJob) -> Answer<()> {
    let (person, inside, of) = (reader(job)?, house.clone(), job.clone());
    let letter = house
        .store
        .read(move |tx| {
            let config = &inside.config;
            let contact = format!("mailto:{}", config.email_from);
            let (services, now) = (&config.push, inside.clock.now());
            let sender = Sender { site: site(config), services, contact: &contact, now };
            telling::notification(tx, &of.payload, person, &sender)
        })
        .await?;
    let Some(letter) = letter else { return Ok(()) };
    let device = letter.device;
    let answer = post(letter).await?;
    match answer.status().as_u16() {
        200..=299 => told(house, person, "push").await,
        404 | 410 => {
            let visit = waves::system("notice", house.clock.now(), house.chance.u64());
            house.store.write(move |tx| telling::gone(tx, person, device, &visit)).await
        }
        status @ (429 | 500..) => {
            Err(outbound::busy(format!("a push service answered {status}"), &answer, house.clock.now()))
        }
        status => {
            tracing::warn!(status, "a push service did not take a notification");
            Ok(())
        }
    }
}

/// Posts to a push service (RFC 8030 §5). The address is one that `push::Services` admits; no
/// redirect is followed.
async fn post(letter: Letter) -> Answer<reqwest::Response> {
    let sent = outbound::client()?
        .post(&letter.endpoint)
        .header("authorization", letter.authorization)
        .header("content-type", "application/octet-stream")
        .header("content-encoding", "aes128gcm")
        .header("ttl", push::TTL)
        .header("urgency", "normal")
        .header("topic", push::TOPIC)
        .body(letter.body)
        .send()
        .await;
    sent.map_err(|e| Fault::Io(format!("a push service: {}", e.without_url())).into())
}

/// Whom the message of a job is for.
fn reader(job: &TakenJob) -> Answer<PersonId> {
    job.person
        .ok_or_else(|| Refusal::from(Fault::Internal(format!("{} {} is about nobody", job.task, job.key))))
}

/// Writes down that she was told.
async fn told(house: &Arc<House>, person: PersonId, by: &'static str) -> Answer<()> {
    let visit = waves::system("notice", house.clock.now(), house.chance.u64());
    house.store.write(move |tx| telling::sent(tx, person, &visit, by)).await
}
