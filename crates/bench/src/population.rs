//! Whom the load is about: the synthetic people that were enrolled before, made again from their seed.

use std::io::Write;

use jiff::civil::{Date, date};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use synthetic::{Country, Person, insurer};

/// The day on which the bench's country lives. Fixed, so that the same people come out in every year; in the
/// past, so that nobody is born after the day of a measurement.
pub const TODAY: Date = date(2025, 6, 1);

/// The first household that is ours: `carnet demo` settles a country of its own from household 0 on, and the
/// numbers of two people are only sure to differ when their households do.
const FIRST_HOUSEHOLD: u64 = 10_000;

/// The people that the load is about: so many of a country, in the order of their households.
#[derive(Clone, Copy, Debug)]
pub struct Population {
    country: Country,
    /// The household after the last one that is whole: the last may have been cut.
    end: u64,
}

impl Population {
    /// So many people of the country of `seed`.
    #[must_use]
    pub fn new(seed: u64, people: u64) -> Self {
        let country = Country::new(seed, TODAY);
        let (mut counted, mut end) = (0, FIRST_HOUSEHOLD);
        while counted < people {
            counted += country.household(end).len() as u64;
            end += 1;
        }
        Self { country, end: (end - 1).max(FIRST_HOUSEHOLD + 1) }
    }

    /// Somebody alive.
    pub fn draw(&self, rng: &mut ChaCha8Rng) -> Person {
        loop {
            let mut members = self.country.household(rng.random_range(FIRST_HOUSEHOLD..self.end));
            let person = members.swap_remove(rng.random_range(0..members.len()));
            if person.death.is_none() {
                return person;
            }
        }
    }
}

/// Writes the insurer's file of so many people of a country, as CSV with a header line; returns its bytes.
///
/// # Errors
/// Of the writer.
pub fn write_insurer_file(seed: u64, people: u64, to: &mut impl Write) -> std::io::Result<u64> {
    let mut bytes = insurer::COLUMNS.len() as u64 + 1;
    writeln!(to, "{}", insurer::COLUMNS)?;
    let country = Country::new(seed, TODAY);
    let everybody = (FIRST_HOUSEHOLD..).flat_map(|household| country.household(household));
    for person in everybody.take(usize::try_from(people).unwrap_or(usize::MAX)) {
        let line = insurer::csv(&person);
        bytes += line.len() as u64 + 1;
        to.write_all(line.as_bytes())?;
        to.write_all(b"\n")?;
    }
    to.flush()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;

    use super::*;

    #[test]
    fn everybody_drawn_is_in_the_file() {
        let mut file = Vec::new();
        let bytes = write_insurer_file(3, 500, &mut file).unwrap();
        assert_eq!(bytes, file.len() as u64);
        let text = String::from_utf8(file).unwrap();
        let known: HashSet<&str> = text.lines().skip(1).map(|line| &line[..15]).collect();
        assert_eq!(known.len(), 500);
        let population = Population::new(3, 500);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let drawn: HashSet<String> = (0..2_000).map(|_| population.draw(&mut rng).ins.matricule).collect();
        assert!(drawn.iter().all(|matricule| known.contains(matricule.as_str())));
        assert!(drawn.len() > 400, "{}", drawn.len());
    }
}
