//! Practitioners with RPPS numbers and establishments with FINESS numbers whose check digits are right.

use kernel::luhn;
use rand::Rng;

use crate::{dice, lists, pick};

/// What an establishment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trade {
    /// Laboratoire de biologie médicale.
    Laboratory,
    /// Centre d'imagerie.
    Imaging,
    /// Centre hospitalier.
    Hospital,
    /// Cabinet or maison de santé.
    Practice,
    /// Officine.
    Pharmacy,
}

/// A place of care.
#[derive(Clone, Debug)]
pub struct Establishment {
    /// FINESS, nine characters.
    pub finess: String,
    /// As its sign says.
    pub name: String,
    /// What it is.
    pub trade: Trade,
    /// Street and number.
    pub line: String,
    /// Postcode.
    pub postal_code: &'static str,
    /// Town.
    pub town: &'static str,
}

/// A health professional.
#[derive(Clone, Debug)]
pub struct Practitioner {
    /// RPPS, eleven digits.
    pub rpps: String,
    /// Family name.
    pub family: String,
    /// Given name.
    pub given: String,
    /// TRE_G15 code of the profession: `10` doctor, `21` pharmacist, `60` nurse.
    pub profession: &'static str,
    /// Specialty code of JDV_J107 for doctors.
    pub specialty: Option<&'static str>,
    /// What a patient calls it.
    pub calling: &'static str,
    /// Where she works.
    pub establishment: Establishment,
}

impl Practitioner {
    /// `Dr Claire Delmas`, or without title for other professions.
    #[must_use]
    pub fn display(&self) -> String {
        let title = if self.profession == "10" { "Dr " } else { "" };
        format!("{title}{} {}", self.given, self.family)
    }
}

/// Establishment `number` of this trade in the country of `seed`.
#[must_use]
pub fn establishment(seed: u64, number: u64, trade: Trade) -> Establishment {
    let mut rng = dice(seed, 3 + trade as u64, number);
    let home = lists::HOMES[(number % lists::HOMES.len() as u64) as usize];
    let street = pick(&mut rng, lists::STREETS);
    // Corsican numbers have a letter, of which the check digit is uncertain; overseas departments lose a digit.
    let department = if home.0 == "2A" { "20" } else { &home.0[..2] };
    let root = format!("{department}{:06}", 990_000 + trade as u64 * 1_000 + number % 1_000);
    let name = match trade {
        Trade::Laboratory => {
            format!("Laboratoire des {}", pick(&mut rng, &["Deux-Ponts", "Trois-Rivières", "Halles"]))
        }
        Trade::Imaging => {
            format!("Centre d'imagerie {}", pick(&mut rng, &["du Parc", "Saint-Roch", "des Allées"]))
        }
        Trade::Hospital => format!("Centre hospitalier de {}", home.2),
        Trade::Practice => {
            format!("Maison de santé de la {}", pick(&mut rng, &["Gare", "Fontaine", "Halle"]))
        }
        Trade::Pharmacy => {
            format!("Pharmacie {}", pick(&mut rng, &["du Marché", "des Tanneurs", "de la Place"]))
        }
    };
    Establishment {
        finess: with_luhn(&root),
        name,
        trade,
        line: format!("{} {street}", rng.random_range(1..80)),
        postal_code: home.1,
        town: home.2,
    }
}

/// Doctor `number`: number 0 is a general practitioner, number 1 a cardiologist, then the list goes round.
#[must_use]
pub fn doctor(seed: u64, number: u64) -> Practitioner {
    let (code, calling) = lists::SPECIALTIES[(number % lists::SPECIALTIES.len() as u64) as usize];
    let trade = if code == "SM26" { Trade::Practice } else { Trade::Hospital };
    practitioner(seed, number, "10", Some(code), calling, establishment(seed, number, trade))
}

/// The biologist who answers for laboratory `number`.
#[must_use]
pub fn biologist(seed: u64, number: u64) -> Practitioner {
    let lab = establishment(seed, number, Trade::Laboratory);
    practitioner(seed, 1_000 + number, "10", Some("SM03"), "médecin biologiste", lab)
}

/// The radiologist of imaging centre `number`.
#[must_use]
pub fn radiologist(seed: u64, number: u64) -> Practitioner {
    let centre = establishment(seed, number, Trade::Imaging);
    practitioner(seed, 2_000 + number, "10", Some("SM44"), "radiologue", centre)
}

/// Pharmacist `number`.
#[must_use]
pub fn pharmacist(seed: u64, number: u64) -> Practitioner {
    let shop = establishment(seed, number, Trade::Pharmacy);
    practitioner(seed, 3_000 + number, "21", None, "pharmacienne", shop)
}

/// Nurse `number`.
#[must_use]
pub fn nurse(seed: u64, number: u64) -> Practitioner {
    let practice = establishment(seed, number, Trade::Practice);
    practitioner(seed, 4_000 + number, "60", None, "infirmière", practice)
}

fn practitioner(
    seed: u64,
    number: u64,
    profession: &'static str,
    specialty: Option<&'static str>,
    calling: &'static str,
    establishment: Establishment,
) -> Practitioner {
    let mut rng = dice(seed, 20, number);
    let names = if rng.random_bool(0.5) { lists::WOMEN } else { lists::MEN };
    let given = pick(&mut rng, &names[8..30]);
    let family = pick(&mut rng, lists::FAMILIES);
    let rpps = with_luhn(&format!("1099{:06}", number % 1_000_000));
    Practitioner {
        rpps,
        family: family.to_owned(),
        given: given.to_owned(),
        profession,
        specialty,
        calling,
        establishment,
    }
}

/// The digits with the check digit that makes them pass.
fn with_luhn(root: &str) -> String {
    (0..10).map(|digit| format!("{root}{digit}")).find(|number| luhn::passes(number)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_right() {
        for number in 0..200 {
            for person in [doctor(1, number), biologist(1, number), pharmacist(1, number), nurse(1, number)] {
                assert!(kernel::rpps::Rpps::parse(&person.rpps).is_some(), "{}", person.rpps);
                let finess = &person.establishment.finess;
                assert!(kernel::finess::Finess::parse(finess).is_some(), "{finess}");
            }
        }
    }

    #[test]
    fn professions_do_not_share_a_number() {
        let mut seen = std::collections::HashSet::new();
        for number in 0..900 {
            for person in [doctor(1, number), biologist(1, number), radiologist(1, number), nurse(1, number)]
            {
                assert!(seen.insert(person.rpps));
            }
        }
    }
}
