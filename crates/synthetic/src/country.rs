//! Households: one or two adults, none to three children, one address and one insurer.
//!
//! A person's number says where she stands: `household × 5 + place`. Her NIR is unique by construction: the
//! number is spread over birthplace, order number, birth month and last digit of the birth year, one to one.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use kernel::ins::Authority;
use kernel::{Ins, Sex, Traits};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::{dice, lists, pick};

/// Places in a household: two adults, three children.
const PLACES: u64 = 5;
/// Order numbers a town hall gives in a month (001 to 990).
const ORDERS: u64 = 990;

/// A country: the same seed and day give the same people.
#[derive(Clone, Copy, Debug)]
pub struct Country {
    /// What everything is drawn from.
    pub seed: u64,
    /// The present, from which ages are drawn; people are older than zero on that day.
    pub today: Date,
    /// The authority of the matricules: test or demonstration, never production.
    pub authority: Authority,
}

/// What a legal representative is to a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Mother.
    Mother,
    /// Father.
    Father,
}

/// A postal address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Number and street.
    pub line: String,
    /// Postcode.
    pub postal_code: &'static str,
    /// Town.
    pub town: &'static str,
}

/// An insured person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Her number in the country.
    pub number: u64,
    /// Her national health identifier.
    pub ins: Ins,
    /// Her strict traits.
    pub traits: Traits,
    /// Where she was born, in words.
    pub birth_town: &'static str,
    /// The name she uses, when it is not her birth name.
    pub used_name: Option<String>,
    /// Where she lives.
    pub address: Address,
    /// Department of the address (`2A`, `974`).
    pub department: &'static str,
    /// Insurer scheme.
    pub scheme: &'static str,
    /// Electronic mail, under `example.org`.
    pub email: Option<String>,
    /// Mobile phone, in the block reserved for fiction (06 39 98 xx xx).
    pub phone: Option<String>,
    /// Legal representatives of a minor.
    pub representatives: Vec<(Ins, Role)>,
    /// Date of death.
    pub death: Option<Date>,
}

impl Person {
    /// The first given name.
    #[must_use]
    pub fn first_given(&self) -> &str {
        self.traits.given_names.split(' ').next().unwrap_or_default()
    }

    /// The name people call her by: used name, else birth name.
    #[must_use]
    pub fn family(&self) -> &str {
        self.used_name.as_deref().unwrap_or(&self.traits.birth_name)
    }
}

impl Country {
    /// A country under the test authority.
    #[must_use]
    pub fn new(seed: u64, today: Date) -> Self {
        Self { seed, today, authority: Authority::TestNir }
    }

    /// Everybody, household after household, without end.
    pub fn people(self) -> impl Iterator<Item = Person> {
        (0..).flat_map(move |household| self.household(household))
    }

    /// The members of one household, adults first.
    #[must_use]
    pub fn household(self, household: u64) -> Vec<Person> {
        let mut rng = dice(self.seed, 1, household);
        let home = pick(&mut rng, lists::HOMES);
        let shared = Shared {
            address: Address {
                line: format!("{} {}", rng.random_range(1..120), pick(&mut rng, lists::STREETS)),
                postal_code: home.1,
                town: home.2,
            },
            department: home.0,
            scheme: scheme(&mut rng),
            family: pick(&mut rng, lists::FAMILIES),
        };
        let age = rng.random_range(19..=94);
        let first_sex = if rng.random_bool(0.52) { Sex::F } else { Sex::M };
        let mut members = vec![self.adult(&mut rng, household, 0, age, first_sex, &shared)];
        if rng.random_bool(if age > 75 { 0.4 } else { 0.6 }) {
            let other = if first_sex == Sex::F { Sex::M } else { Sex::F };
            let other_age = (age + rng.random_range(-4..=4)).clamp(18, 97);
            members.push(self.adult(&mut rng, household, 1, other_age, other, &shared));
        }
        let children = if (22..=56).contains(&age) { [0, 1, 1, 2, 2, 3][rng.random_range(0..6)] } else { 0 };
        for place in 0..children {
            let child = self.child(&mut rng, household, 2 + place, age, &members, &shared);
            members.push(child);
        }
        members
    }

    fn adult(
        self,
        rng: &mut ChaCha8Rng,
        household: u64,
        place: u64,
        age: i32,
        sex: Sex,
        shared: &Shared,
    ) -> Person {
        let birth_name = if place == 0 && sex == Sex::M { shared.family } else { pick(rng, lists::FAMILIES) };
        let mut person = self.born(rng, household * PLACES + place, age, sex, birth_name, shared);
        let takes_the_name = sex == Sex::F && rng.random_bool(0.6) && birth_name != shared.family;
        person.used_name = takes_the_name.then(|| shared.family.to_owned());
        let address =
            kernel::text::fold(&format!("{}.{}", person.first_given(), person.family())).to_lowercase();
        let address = address.replace(' ', ".");
        person.email = rng.random_bool(0.8).then(|| format!("{address}.{}@example.org", person.number));
        person.phone = rng.random_bool(0.85).then(|| format!("063998{:04}", person.number % 10_000));
        if age > 80 && rng.random_bool(0.03) {
            person.death = self.today.checked_sub(rng.random_range(20..400).days()).ok();
        }
        person
    }

    fn child(
        self,
        rng: &mut ChaCha8Rng,
        household: u64,
        place: u64,
        parent_age: i32,
        parents: &[Person],
        shared: &Shared,
    ) -> Person {
        let sex = if rng.random_bool(0.49) { Sex::F } else { Sex::M };
        let age = rng.random_range(0..=(parent_age - 20).clamp(0, 17));
        let mut child = self.born(rng, household * PLACES + place, age, sex, shared.family, shared);
        child.representatives = parents
            .iter()
            .take(2)
            .filter(|p| kernel::ins::age(p.traits.birth_date, self.today) >= 18)
            .map(|p| (p.ins.clone(), if p.traits.sex == Sex::F { Role::Mother } else { Role::Father }))
            .collect();
        child
    }

    /// Somebody of about this age: the last digit of the year of birth belongs to her number, so the age may
    /// move by a few years.
    fn born(
        self,
        rng: &mut ChaCha8Rng,
        number: u64,
        age: i32,
        sex: Sex,
        birth_name: &str,
        shared: &Shared,
    ) -> Person {
        let places = (lists::PREFECTURES.len() + lists::ABROAD.len()) as u64;
        let slots = places * ORDERS;
        // 7 919 is prime and divides neither factor, so this is a permutation of the slots.
        let slot = (number % slots) * 7_919 % slots;
        let lap = number / slots;
        let month = ((lap + slot * 5) % 12 + 1) as i8;
        let digit = ((lap / 12 + slot * 3) % 10) as i16;
        let birth_date = self.birth_date(rng, age, month, digit);
        let (town_code, birth_town) = birthplace((slot % places) as usize);
        // A commune keeps its birthplace code, yet a NIR of before 1976 writes Corsica as 20.
        let corsica = town_code.starts_with("2A") || town_code.starts_with("2B");
        let place = if corsica && birth_date.year() < 1976 {
            format!("20{}", &town_code[2..])
        } else {
            town_code.to_owned()
        };
        let order = slot / places + 1;
        let sex_digit = if sex == Sex::F { 2 } else { 1 };
        let number_13 =
            format!("{sex_digit}{:02}{month:02}{place}{order:03}", birth_date.year().rem_euclid(100));
        Person {
            number,
            ins: ins(&number_13, self.authority),
            traits: Traits {
                birth_name: kernel::text::fold(birth_name),
                given_names: given_names(rng, sex, birth_date),
                birth_date,
                sex,
                birth_place: Some(town_code.to_owned()),
            },
            birth_town,
            used_name: None,
            address: shared.address.clone(),
            department: shared.department,
            scheme: shared.scheme,
            email: None,
            phone: None,
            representatives: Vec::new(),
            death: None,
        }
    }

    /// A day in `month` of the year nearest to `age` years ago that ends in `digit`: never after today, a
    /// child stays a child and an adult an adult.
    fn birth_date(self, rng: &mut ChaCha8Rng, age: i32, month: i8, digit: i16) -> Date {
        let this_year = self.today.year();
        let aimed = this_year - i16::try_from(age).unwrap_or(0);
        let years = if age < 18 { this_year - 17..=this_year } else { this_year - 104..=this_year - 19 };
        let day = rng.random_range(1..=28);
        years
            .filter(|year| year % 10 == digit && date(*year, month, day) <= self.today)
            .min_by_key(|year| (year - aimed).abs())
            .map_or(self.today, |year| date(year, month, day))
    }
}

/// Birthplace `n`: a prefecture, or one of a few countries.
fn birthplace(n: usize) -> (&'static str, &'static str) {
    match lists::PREFECTURES.get(n) {
        Some(place) => *place,
        None => lists::ABROAD[n - lists::PREFECTURES.len()],
    }
}

/// What the members of a household share.
struct Shared {
    address: Address,
    department: &'static str,
    scheme: &'static str,
    family: &'static str,
}

fn scheme(rng: &mut ChaCha8Rng) -> &'static str {
    let mut ticket = rng.random_range(0..100);
    for (name, share) in lists::SCHEMES {
        if ticket < *share {
            return name;
        }
        ticket -= share;
    }
    "CPAM"
}

/// One to three given names of her generation: the lists run from the old to the young.
fn given_names(rng: &mut ChaCha8Rng, sex: Sex, born: Date) -> String {
    let list = if sex == Sex::F { lists::WOMEN } else { lists::MEN };
    let place = (f64::from(born.year() - 1930) / 96.0).clamp(0.0, 1.0) * (list.len() - 8) as f64;
    let first = (place as usize + rng.random_range(0..8)).min(list.len() - 1);
    let mut names = kernel::text::fold(list[first]);
    for _ in 0..rng.random_range(0..3) {
        let next = kernel::text::fold(pick(rng, list));
        if !names.split(' ').any(|name| name == next) {
            names.push(' ');
            names.push_str(&next);
        }
    }
    names
}

/// The INS of 13 characters that this crate made itself; `parse` adds the key.
pub(crate) fn ins(number: &str, authority: Authority) -> Ins {
    Ins::parse(number, authority).unwrap_or(Ins { matricule: format!("{number}00"), authority })
}

/// The person of all national samples: Dominique PAT-TROIS, born 1979-03-28 at Dompremy (51215), INS
/// 2 79 03 51 215 189 89 under the test authority. Public examples of CI-SIS documents are about her.
#[must_use]
pub fn sample_patient() -> Person {
    Person {
        number: u64::MAX,
        ins: ins("2790351215189", Authority::TestNir),
        traits: Traits {
            birth_name: "PAT-TROIS".into(),
            given_names: "DOMINIQUE MARIE-LOUISE".into(),
            birth_date: date(1979, 3, 28),
            sex: Sex::F,
            birth_place: Some("51215".into()),
        },
        birth_town: "Dompremy",
        used_name: None,
        address: Address { line: "12 rue des Tanneurs".into(), postal_code: "31000", town: "Toulouse" },
        department: "31",
        scheme: "CPAM",
        email: Some("dominique.pat-trois@example.org".into()),
        phone: Some("0639980001".into()),
        representatives: Vec::new(),
        death: None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn country() -> Country {
        Country::new(7, date(2026, 11, 22))
    }

    #[test]
    fn no_two_people_share_a_number_and_every_key_fits() {
        let mut seen = HashSet::new();
        for person in country().people().take(300_000) {
            assert!(person.ins.key_fits(), "{}", person.ins);
            assert!(person.traits.birth_date <= country().today);
            assert!(seen.insert(person.ins.matricule.clone()), "{} twice", person.ins);
        }
    }

    #[test]
    fn far_away_numbers_are_unique_too() {
        let mut seen = HashSet::new();
        for lap in 0..118 {
            for near in 0..40 {
                for person in country().household(near + lap * 19_998) {
                    assert!(seen.insert(person.ins.matricule));
                }
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_household() {
        let one = country().household(1_234_567);
        let two = country().household(1_234_567);
        assert_eq!(one.len(), two.len());
        assert!(one.iter().zip(&two).all(|(a, b)| a.ins == b.ins && a.traits == b.traits));
    }

    #[test]
    fn there_are_children_with_two_parents_and_they_are_minors() {
        let people: Vec<_> = country().people().take(2_000).collect();
        let children: Vec<_> = people.iter().filter(|p| !p.representatives.is_empty()).collect();
        assert!(children.len() > 300, "{}", children.len());
        assert!(children.iter().any(|c| c.representatives.len() == 2));
        for child in children {
            assert!(kernel::ins::age(child.traits.birth_date, country().today) < 18);
        }
    }

    #[test]
    fn the_sample_patient_has_the_key_everybody_knows() {
        assert_eq!(sample_patient().ins.matricule, "279035121518989");
    }
}
