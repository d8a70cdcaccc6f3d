//! A family on which acting for somebody can be tried: parents who live apart, their two children, a grandmother
//! and the carer whom she asks for help. Nobody of them exists.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::ins::Authority;
use kernel::{Sex, Traits};

use crate::country::{Address, Person, Role, ins};

/// The members.
#[derive(Clone, Debug)]
pub struct Family {
    /// Claire, mother of both children and daughter of [`Family::grandmother`].
    pub mother: Person,
    /// Thomas, who lives elsewhere.
    pub father: Person,
    /// Léa, sixteen.
    pub teenager: Person,
    /// Hugo, eight.
    pub child: Person,
    /// Odette, eighty-six.
    pub grandmother: Person,
    /// Nadia, whom Odette asks for help.
    pub carer: Person,
}

/// The order number that nobody of a [`crate::Country`] has: those end at 990.
const ORDER: u32 = 991;

impl Family {
    /// The family on a day; ages are those of that day.
    #[must_use]
    pub fn on(today: Date) -> Self {
        let hers = ("12 rue des Lilas", "31500", "Toulouse");
        let his = ("3 impasse du Moulin", "31700", "Blagnac");
        let mother = person(today, 0, ("MARTIN", "CLAIRE ANNE"), Sex::F, 43, hers);
        let father = person(today, 1, ("BERNARD", "THOMAS"), Sex::M, 45, his);
        let both = vec![(mother.ins.clone(), Role::Mother), (father.ins.clone(), Role::Father)];
        let teenager = Person {
            representatives: both.clone(),
            ..person(today, 2, ("BERNARD", "LÉA ROSE"), Sex::F, 16, hers)
        };
        let child =
            Person { representatives: both, ..person(today, 3, ("BERNARD", "HUGO"), Sex::M, 8, hers) };
        let grandmother =
            person(today, 4, ("ROY", "ODETTE MARIE"), Sex::F, 86, ("7 place du Marché", "31000", "Toulouse"));
        let carer =
            person(today, 5, ("BENALI", "NADIA"), Sex::F, 34, ("41 avenue Jean-Jaurès", "31000", "Toulouse"));
        Self { mother, father, teenager, child, grandmother, carer }
    }

    /// Everybody, as the insurer's file names them.
    #[must_use]
    pub fn everybody(&self) -> Vec<Person> {
        [&self.mother, &self.father, &self.teenager, &self.child, &self.grandmother, &self.carer]
            .map(Clone::clone)
            .into()
    }
}

fn person(
    today: Date,
    place: u32,
    (family, given): (&str, &str),
    sex: Sex,
    age: i32,
    (line, postal_code, town): (&str, &'static str, &'static str),
) -> Person {
    // Half a year after the last birthday, so that nobody changes age while the demo is looked at.
    let birth_date = today.saturating_sub(age.years()).saturating_sub(6.months());
    let digit = if sex == Sex::F { 2 } else { 1 };
    let (year, month) = (birth_date.year().rem_euclid(100), birth_date.month());
    let number = format!("{digit}{year:02}{month:02}31555{:03}", ORDER + place);
    Person {
        number: u64::MAX - 1 - u64::from(place),
        ins: ins(&number, Authority::TestNir),
        traits: Traits {
            birth_name: kernel::text::fold(family),
            given_names: kernel::text::fold(given),
            birth_date,
            sex,
            birth_place: Some("31555".into()),
        },
        birth_town: "Toulouse",
        used_name: None,
        address: Address { line: line.to_owned(), postal_code, town },
        department: "31",
        scheme: "CPAM",
        email: None,
        phone: None,
        representatives: Vec::new(),
        death: None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::Family;

    #[test]
    fn the_family_has_its_ages_and_numbers_of_its_own() {
        for today in [date(2026, 11, 22), date(2028, 2, 29), date(2026, 8, 31)] {
            let family = Family::on(today);
            let ages: Vec<i16> = family.everybody().iter().map(|one| one.traits.age_on(today)).collect();
            assert_eq!(ages, [43, 45, 16, 8, 86, 34], "{today}");
            let mut numbers: Vec<_> = family.everybody().into_iter().map(|one| one.ins.matricule).collect();
            assert!(family.everybody().iter().all(|one| one.ins.key_fits()));
            numbers.sort();
            numbers.dedup();
            assert_eq!(numbers.len(), 6);
            assert_eq!(family.teenager.representatives.len(), 2);
        }
    }
}
