//! A night that somebody should look at: the account of the doctor whom nobody allowed opened one space after the other,
//! from a device that it never used. The operator's page has something to show.

use kernel::{Actor, Answer, Instant, PersonId};
use people::vigilance;
use synthetic::{Person, Practitioner};

use super::seed::{Seeding, known};

/// How many spaces were tried. More than a doctor opens in an hour: then the account had to prove itself, and did not.
const TRIED: usize = 45;

/// The watch over accounts sees it, exactly as the door tells it.
pub(super) fn watched(
    seeding: &Seeding,
    thief_of: &Practitioner,
    open: &[(PersonId, &Person)],
) -> Answer<()> {
    let doctor = known(thief_of)?;
    let usual = seeding.visit(Actor::Professional(doctor.clone()), seeding.ago(9));
    let house = &seeding.house;
    house.store.write(move |tx| vigilance::came(tx, &usual, "Firefox, Windows")).wait()??;
    let night = night_of(seeding.ago(2));
    let visit = seeding.visit(Actor::Professional(doctor), night);
    let first = visit.clone();
    house.store.write(move |tx| vigilance::came(tx, &first, "Chrome, Android")).wait()??;
    for (step, (person, _)) in (0_i64..).zip(open.iter().take(TRIED)) {
        let (person, mut visit) = (*person, visit.clone());
        visit.now = night.plus(step * 40 * Instant::SECOND);
        house.store.write(move |tx| vigilance::count(tx, &visit, person, None)).wait()?;
    }
    Ok(())
}

/// Twenty to three in the night of a day.
fn night_of(day: Instant) -> Instant {
    let at = day.paris();
    let night = at.with().hour(2).minute(40).second(0).build().unwrap_or(at);
    Instant(night.timestamp().as_microsecond())
}
