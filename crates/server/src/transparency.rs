//! The transparency log's own work: making leaves of heads that moved, every second, and showing checkpoints to the
//! witnesses, every ten.

use std::sync::Arc;
use std::time::Duration;

use kernel::{Answer, Fault, PersonId};
use people::notice::telling;
use store::Tx;
use store::log::note::VerifierKey;
use store::log::witness::Submission;
use tokio::sync::watch;

use crate::house::House;
use crate::outbound;

/// How often heads that moved become leaves: the longest that an act waits for the log while all is well.
const PAUSE: Duration = Duration::from_secs(1);
/// How often witnesses are shown what is new.
const ROUND: Duration = Duration::from_secs(10);
/// What a witness may answer at most, in bytes.
const ANSWER: usize = 64 * 1024;

/// Works until told to stop.
pub async fn run(house: Arc<House>, mut stopped: watch::Receiver<bool>) {
    let mut last_round: Option<std::time::Instant> = None;
    let mut was_held = false;
    while !*stopped.borrow() {
        let pause = match sweep(&house).await {
            Ok(_) => PAUSE,
            Err(refusal) => {
                tracing::error!(%refusal, "the transparency log does not grow");
                ROUND
            }
        };
        if last_round.is_none_or(|at| at.elapsed() >= ROUND) {
            last_round = Some(std::time::Instant::now());
            let held = house.store.read(|tx| Ok(tx.log_is_held()?)).await.unwrap_or(was_held);
            if held && !was_held {
                tracing::warn!("the transparency log waits for a decision: carnet log continue, or restart");
            }
            was_held = held;
            ask_witnesses(&house).await;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Makes leaves of everything that is due, and hands on whose journals have grown to those who are told of it; says how
/// many leaves.
///
/// # Errors
/// Faults of the store; what is due stays due.
pub async fn sweep(house: &Arc<House>) -> Answer<usize> {
    let mut leaves = 0;
    if !house.store.log_is_due().await? {
        return Ok(leaves);
    }
    loop {
        let now = house.clock.now();
        let moved = move |tx: &mut Tx<'_>, persons: &[PersonId]| telling::moved(tx, persons, now);
        let swept = house.store.sweep_log_and(&house.config.log.terms, now, moved).await?;
        leaves += swept.leaves;
        if !swept.more {
            return Ok(leaves);
        }
    }
}

/// Shows the newest checkpoint to every witness that has not cosigned it, all at the same time, and keeps their
/// answers. One that does not answer is asked again in the next round.
pub async fn ask_witnesses(house: &Arc<House>) {
    let terms = house.config.log.terms.clone();
    if terms.witnesses.is_empty() {
        return;
    }
    if let Err(refusal) = round(house).await {
        tracing::error!(%refusal, "the witnesses' answers are not kept");
    }
}

async fn round(house: &Arc<House>) -> Answer<()> {
    let terms = house.config.log.terms.clone();
    let due = house.store.read(move |tx| tx.log_round(&terms)).await?;
    let Some(submission) = due.first().map(|(_, submission)| submission.clone()) else { return Ok(()) };
    let asked: Vec<_> = due
        .into_iter()
        .map(|(witness, submission)| {
            let house = house.clone();
            tokio::spawn(async move {
                let answer = ask(&house, &witness, submission).await;
                (witness.name, answer)
            })
        })
        .collect();
    let mut answers = Vec::new();
    for task in asked {
        match task.await {
            Ok((name, Ok(line))) => answers.push((name, line)),
            Ok((name, Err(refusal))) => tracing::warn!(witness = %name, %refusal, "a witness did not cosign"),
            Err(error) => tracing::error!(%error, "asking a witness ended early"),
        }
    }
    let (terms, now) = (house.config.log.terms.clone(), house.clock.now());
    let count = house.store.write(move |tx| tx.log_cosigned(&terms, &submission, &answers, now)).await?;
    tracing::debug!(count, "witnesses have cosigned");
    Ok(())
}

/// Asks one witness; when it says that it has followed another number of leaves than we remember, once more from
/// there.
async fn ask(house: &Arc<House>, witness: &VerifierKey, mut submission: Submission) -> Answer<String> {
    let log = &house.config.log;
    let at = log.terms.witnesses.iter().position(|known| known.name == witness.name);
    let Some(address) = at.and_then(|at| log.addresses.get(at)) else {
        return Err(Fault::Configuration(format!("witness {} has no address", witness.name)).into());
    };
    for _ in 0..2 {
        match post(address, &submission).await? {
            (200, said) => {
                let line = submission.answered(witness, &said);
                return line
                    .ok_or_else(|| Fault::Io("its answer is no cosignature of its key".into()).into());
            }
            (409, said) => {
                let Ok(old) = said.trim().parse::<u64>() else {
                    return Err(Fault::Damaged("it knows another log of this name and size".into()).into());
                };
                let known = submission;
                submission = house.store.read(move |tx| tx.log_resubmit(&known, old)).await?;
            }
            (422, _) => {
                return Err(Fault::Damaged("the log is not the continuation of what it knows".into()).into());
            }
            (status, _) => return Err(Fault::Io(format!("it answered {status}")).into()),
        }
    }
    Err(Fault::Io("it does not say how far it has followed".into()).into())
}

async fn post(address: &str, submission: &Submission) -> Answer<(u16, String)> {
    let failed = |e: reqwest::Error| Fault::Io(e.without_url().to_string());
    let request = outbound::client()?.post(format!("{address}/add-checkpoint")).body(submission.body());
    let mut answer = request.send().await.map_err(failed)?;
    let status = answer.status().as_u16();
    let mut said = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(failed)? {
        said.extend_from_slice(&piece);
        if said.len() > ANSWER {
            return Err(Fault::Io("its answer is too long".into()).into());
        }
    }
    Ok((status, String::from_utf8_lossy(&said).into_owned()))
}
