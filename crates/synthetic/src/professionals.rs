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

/// The header of the public RPPS extract, as it is published.
pub const EXTRACT_COLUMNS: &str = "Type d'identifiant PP|Identifiant PP|Identification nationale PP|\
Code civilité d'exercice|Libellé civilité d'exercice|Code civilité|Libellé civilité|Nom d'exercice|\
Prénom d'exercice|Code profession|Libellé profession|Code catégorie professionnelle|\
Libellé catégorie professionnelle|Code type savoir-faire|Libellé type savoir-faire|Code savoir-faire|\
Libellé savoir-faire|Code mode exercice|Libellé mode exercice|Numéro SIRET site|Numéro SIREN site|\
Numéro FINESS site|Numéro FINESS établissement juridique|Identifiant technique de la structure|\
Raison sociale site|Enseigne commerciale site|Complément destinataire (coord. structure)|\
Complément point géographique (coord. structure)|Numéro Voie (coord. structure)|\
Indice répétition voie (coord. structure)|Code type de voie (coord. structure)|\
Libellé type de voie (coord. structure)|Libellé Voie (coord. structure)|\
Mention distribution (coord. structure)|Bureau cedex (coord. structure)|Code postal (coord. structure)|\
Code commune (coord. structure)|Libellé commune (coord. structure)|Code pays (coord. structure)|\
Libellé pays (coord. structure)|Téléphone (coord. structure)|Téléphone 2 (coord. structure)|\
Télécopie (coord. structure)|Adresse e-mail (coord. structure)|Code Département (structure)|\
Libellé Département (structure)|Ancien identifiant de la structure|Autorité d'enregistrement|\
Code secteur d'activité|Libellé secteur d'activité|Code section tableau pharmaciens|\
Libellé section tableau pharmaciens|Code rôle|Libellé rôle|Code genre activité|Libellé genre activité|";

/// What somebody does in one place, as a line of the extract tells it.
#[derive(Clone, Debug)]
pub struct Activity {
    /// Where.
    pub establishment: Establishment,
    /// `L` self-employed, `S` employed.
    pub mode: &'static str,
    /// Section of the pharmacists' order: `A` owner, `D` deputy.
    pub section: &'static str,
}

impl Activity {
    fn at(establishment: Establishment, mode: &'static str) -> Self {
        let section = match (establishment.trade, mode) {
            (Trade::Pharmacy, "L") => "A",
            (Trade::Pharmacy, _) => "D",
            _ => "",
        };
        Self { establishment, mode, section }
    }

    /// The line of the extract for this activity of `who`.
    #[must_use]
    pub fn line(&self, who: &Practitioner) -> String {
        let place = &self.establishment;
        let (number, street) = place.line.split_once(' ').unwrap_or(("", &place.line));
        let sector = match place.trade {
            Trade::Laboratory => "SA25",
            Trade::Imaging => "SA08",
            Trade::Hospital => "SA01",
            Trade::Practice => "SA52",
            Trade::Pharmacy => "SA33",
        };
        let title = if who.profession == "10" { "DR" } else { "" };
        let technical = format!("F{}", place.finess);
        let know_how = if who.specialty.is_some() { "S" } else { "" };
        let mut fields = [""; 56];
        let idnat = format!("8{}", who.rpps);
        let (family, given) = (who.family.to_uppercase(), who.given.to_uppercase());
        let town = place.town.to_uppercase();
        for (column, value) in [
            (0, "8"),
            (1, who.rpps.as_str()),
            (2, &idnat),
            (3, title),
            (7, &family),
            (8, &given),
            (9, who.profession),
            (10, who.calling),
            (11, "C"),
            (12, "Civil"),
            (13, know_how),
            (15, who.specialty.unwrap_or_default()),
            (17, self.mode),
            (21, &place.finess),
            (23, &technical),
            (24, &place.name),
            (28, number),
            (32, street),
            (35, place.postal_code),
            (37, &town),
            (38, "99000"),
            (44, place.postal_code.get(..2).unwrap_or_default()),
            (47, "ARS/DT/CRP"),
            (48, sector),
            (50, self.section),
        ] {
            fields[column] = value;
        }
        fields.join("|") + "|"
    }
}

/// Professionals with what each of them does: most in one place, some in two or three. A general practitioner, a
/// cardiologist in a hospital; then a hospital doctor with a practice of her own and hours in a third place, a
/// pharmacist who owns her pharmacy, a nurse in one practice and a nurse in two, a doctor of the emergency call centre.
#[must_use]
pub fn registered(seed: u64) -> Vec<(Practitioner, Vec<Activity>)> {
    let usual = |who: Practitioner, mode| {
        let activity = Activity::at(who.establishment.clone(), mode);
        (who, vec![activity])
    };
    let several = |who: Practitioner, others: Vec<Activity>, mode| {
        let mut activities = vec![Activity::at(who.establishment.clone(), mode)];
        activities.extend(others);
        (who, activities)
    };
    let own = Activity::at(establishment(seed, 41, Trade::Practice), "L");
    let third = Activity::at(establishment(seed, 42, Trade::Hospital), "S");
    let second = Activity::at(establishment(seed, 43, Trade::Practice), "L");
    vec![
        usual(doctor(seed, 0), "L"),
        usual(doctor(seed, 1), "S"),
        several(doctor(seed, SEVERAL), vec![own, third], "S"),
        usual(pharmacist(seed, 0), "L"),
        usual(nurse(seed, 0), "L"),
        several(nurse(seed, 1), vec![second], "L"),
        usual(regulator(seed), "S"),
    ]
}

/// The doctor who answers calls at the emergency call centre of the country.
#[must_use]
pub fn regulator(seed: u64) -> Practitioner {
    let hospital = establishment(seed, 44, Trade::Hospital);
    let centre = Establishment { name: format!("SAMU-Centre 15 de {}", hospital.town), ..hospital };
    practitioner(seed, REGULATOR, "10", Some("SM54"), "médecin régulateur", centre)
}

/// Number of [`regulator`].
const REGULATOR: u64 = 402;

/// Number of the doctor of [`registered`] who works in several places.
pub const SEVERAL: u64 = 401;

/// The extract that tells them all.
#[must_use]
pub fn extract(seed: u64) -> String {
    let mut out = format!("{EXTRACT_COLUMNS}\n");
    for (who, activities) in registered(seed) {
        for activity in activities {
            out.push_str(&activity.line(&who));
            out.push('\n');
        }
    }
    out
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
    fn an_extract_has_a_line_per_activity_and_all_columns_on_each() {
        let text = extract(7);
        let columns = EXTRACT_COLUMNS.split('|').count();
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(lines.len(), 10);
        for line in &lines {
            assert_eq!(line.split('|').count(), columns, "{line}");
        }
        assert_eq!(registered(7).iter().map(|(_, all)| all.len()).max(), Some(3));
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
