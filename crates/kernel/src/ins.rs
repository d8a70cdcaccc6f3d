//! INS, the national health identity: a matricule with the authority that gave it, and five strict traits
//! (L1111-8-1 CSP; référentiel Identifiant National de Santé; RNIV for how traits compare).

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::text::fold;

/// The register that gave a matricule; written as its OID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Authority {
    /// INS-NIR, production.
    #[serde(rename = "1.2.250.1.213.1.4.8")]
    Nir,
    /// INS-NIA (waiting for a NIR), production.
    #[serde(rename = "1.2.250.1.213.1.4.9")]
    Nia,
    /// INS-NIR of test identities; never mixed with production.
    #[serde(rename = "1.2.250.1.213.1.4.10")]
    TestNir,
    /// INS-NIR of demonstration identities.
    #[serde(rename = "1.2.250.1.213.1.4.11")]
    DemoNir,
}

impl Authority {
    /// The OID.
    #[must_use]
    pub fn oid(self) -> &'static str {
        match self {
            Self::Nir => "1.2.250.1.213.1.4.8",
            Self::Nia => "1.2.250.1.213.1.4.9",
            Self::TestNir => "1.2.250.1.213.1.4.10",
            Self::DemoNir => "1.2.250.1.213.1.4.11",
        }
    }

    /// The authority behind an OID, with or without `urn:oid:`; the retired INS-C is not one.
    #[must_use]
    pub fn from_oid(oid: &str) -> Option<Self> {
        match oid.strip_prefix("urn:oid:").unwrap_or(oid) {
            "1.2.250.1.213.1.4.8" => Some(Self::Nir),
            "1.2.250.1.213.1.4.9" => Some(Self::Nia),
            "1.2.250.1.213.1.4.10" => Some(Self::TestNir),
            "1.2.250.1.213.1.4.11" => Some(Self::DemoNir),
            _ => None,
        }
    }

    /// The code of `Patient.identifier.type` in fr-core's `fr-core-cs-v2-0203`.
    #[must_use]
    pub fn fhir_code(self) -> &'static str {
        match self {
            Self::Nia => "INS-NIA",
            Self::Nir => "INS-NIR",
            Self::TestNir => "INS-NIR-TEST",
            Self::DemoNir => "INS-NIR-DEMO",
        }
    }

    /// Real identities must pass the key; test data in circulation often does not.
    #[must_use]
    pub fn is_production(self) -> bool {
        matches!(self, Self::Nir | Self::Nia)
    }
}

/// A national health identifier: 13 characters and their two-digit key, with their authority.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ins {
    /// Fifteen characters: the number and its key.
    pub matricule: String,
    /// Who gave it.
    pub authority: Authority,
}

/// Why something is not an INS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadIns {
    /// Not 13 or 15 characters of the right kinds.
    #[error("a matricule has 13 characters and a two-digit key, e.g. 279035121518989")]
    Shape,
    /// The two last digits do not fit the others.
    #[error("the key (two last digits) does not fit the number: a digit is wrong somewhere")]
    Key,
    /// The OID is not one of an INS.
    #[error("the OID is not one of an INS (1.2.250.1.213.1.4.8, .9, .10 or .11)")]
    Authority,
}

impl Ins {
    /// Reads a matricule (spaces allowed, key optional) of `authority`; production numbers must have the
    /// right key.
    ///
    /// # Errors
    /// [`BadIns::Shape`], or [`BadIns::Key`] for a production number.
    pub fn parse(matricule: &str, authority: Authority) -> Result<Self, BadIns> {
        let mut compact: String =
            matricule.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let key = nir_key(&compact)?;
        match compact.len() {
            13 => {
                use fmt::Write as _;
                write!(compact, "{key:02}").map_err(|_| BadIns::Shape)?;
            }
            15 => {
                let given: u8 = compact[13..].parse().map_err(|_| BadIns::Shape)?;
                if given != key && authority.is_production() {
                    return Err(BadIns::Key);
                }
            }
            _ => return Err(BadIns::Shape),
        }
        Ok(Self { matricule: compact, authority })
    }

    /// Reads a matricule and an OID.
    ///
    /// # Errors
    /// As [`Ins::parse`], or [`BadIns::Authority`].
    pub fn from_oid(matricule: &str, oid: &str) -> Result<Self, BadIns> {
        Self::parse(matricule, Authority::from_oid(oid).ok_or(BadIns::Authority)?)
    }

    /// True when the key fits; always so in production.
    #[must_use]
    pub fn key_fits(&self) -> bool {
        nir_key(&self.matricule).is_ok_and(|key| self.matricule[13..].parse() == Ok(key))
    }

    /// The FHIR identifier system: `urn:oid:1.2.250.1.213.1.4.8`.
    #[must_use]
    pub fn system(&self) -> String {
        format!("urn:oid:{}", self.authority.oid())
    }
}

impl fmt::Display for Ins {
    /// As people read it: `2 79 03 51 215 189 89`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let m = &self.matricule;
        write!(
            f,
            "{} {} {} {} {} {} {}",
            &m[..1],
            &m[1..3],
            &m[3..5],
            &m[5..7],
            &m[7..10],
            &m[10..13],
            &m[13..]
        )
    }
}

/// The key of a NIR: 97 − (number mod 97), with Corsica's letters counted as 0 less one or two millions.
/// Looks at the first 13 characters and checks their kinds.
fn nir_key(matricule: &str) -> Result<u8, BadIns> {
    let bytes = matricule.as_bytes();
    if bytes.len() != 13 && bytes.len() != 15 {
        return Err(BadIns::Shape);
    }
    let mut number: u64 = 0;
    let mut less: u64 = 0;
    for (i, byte) in bytes[..13].iter().enumerate() {
        let digit = match (i, byte) {
            (_, b'0'..=b'9') => u64::from(byte - b'0'),
            (6, b'A') => {
                less = 1_000_000;
                0
            }
            (6, b'B') => {
                less = 2_000_000;
                0
            }
            _ => return Err(BadIns::Shape),
        };
        number = number * 10 + digit;
    }
    if !matches!(bytes[0], b'1'..=b'4' | b'7' | b'8') || bytes[13..].iter().any(|b| !b.is_ascii_digit()) {
        return Err(BadIns::Shape);
    }
    Ok((97 - (number - less) % 97) as u8)
}

/// Sex at civil registration, as the INS knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sex {
    /// Féminin.
    F,
    /// Masculin.
    M,
    /// Indéterminé.
    I,
}

impl Sex {
    /// Reads `F`, `M`, `I` (also `1`/`2` as in a NIR, and FHIR's words).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "F" | "f" | "2" | "female" => Some(Self::F),
            "M" | "m" | "1" | "male" => Some(Self::M),
            "I" | "i" | "U" | "UN" | "unknown" | "other" => Some(Self::I),
            _ => None,
        }
    }

    /// FHIR's `administrative-gender`.
    #[must_use]
    pub fn fhir(self) -> &'static str {
        match self {
            Self::F => "female",
            Self::M => "male",
            Self::I => "unknown",
        }
    }

    /// The letter.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::F => "F",
            Self::M => "M",
            Self::I => "I",
        }
    }
}

/// The five strict traits of an identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits {
    /// Nom de naissance.
    #[serde(rename = "n")]
    pub birth_name: String,
    /// All birth given names, in the order of the birth certificate, separated by spaces.
    #[serde(rename = "p")]
    pub given_names: String,
    /// Date of birth.
    #[serde(rename = "d")]
    pub birth_date: Date,
    /// Sex.
    #[serde(rename = "s")]
    pub sex: Sex,
    /// INSEE code of the commune of birth (or 99xxx for a country); `None` when unknown.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub birth_place: Option<String>,
}

/// One of the strict traits, to say which one does not match without saying what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// Nom de naissance.
    BirthName,
    /// Prénoms de naissance.
    GivenNames,
    /// Date de naissance.
    BirthDate,
    /// Sexe.
    Sex,
    /// Lieu de naissance.
    BirthPlace,
}

impl Trait {
    /// A word for diagnostics.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::BirthName => "birth name",
            Self::GivenNames => "birth given names",
            Self::BirthDate => "birth date",
            Self::Sex => "sex",
            Self::BirthPlace => "birth place",
        }
    }
}

/// Traits that somebody else claims for a person: each may be missing, none may contradict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    /// Nom de naissance.
    pub birth_name: Option<String>,
    /// Given names: the full list, or only the first one.
    pub given_names: Option<String>,
    /// Date of birth.
    pub birth_date: Option<Date>,
    /// Sex.
    pub sex: Option<Sex>,
    /// INSEE code of the place of birth.
    pub birth_place: Option<String>,
}

impl Traits {
    /// Which of the claimed traits contradict these. Names compare without accents, case and hyphens; a
    /// claim of given names holds when it is the whole list or its beginning, word by word (producers send
    /// either the first given name or all of them).
    #[must_use]
    pub fn contradictions(&self, claimed: &Claimed) -> Vec<Trait> {
        let mut wrong = Vec::new();
        if claimed.birth_name.as_deref().is_some_and(|n| fold(n) != fold(&self.birth_name)) {
            wrong.push(Trait::BirthName);
        }
        if claimed.given_names.as_deref().is_some_and(|g| !given_names_agree(&self.given_names, g)) {
            wrong.push(Trait::GivenNames);
        }
        if claimed.birth_date.is_some_and(|d| d != self.birth_date) {
            wrong.push(Trait::BirthDate);
        }
        if claimed.sex.is_some_and(|s| s != self.sex && s != Sex::I && self.sex != Sex::I) {
            wrong.push(Trait::Sex);
        }
        if let (Some(claim), Some(own)) = (&claimed.birth_place, &self.birth_place)
            && claim != own
            && claim != "99999"
            && own != "99999"
        {
            wrong.push(Trait::BirthPlace);
        }
        wrong
    }

    /// The strict traits as one comparable line, for the keyed hash that finds a person by her traits.
    #[must_use]
    pub fn strict_key(&self) -> String {
        format!(
            "{}|{}|{}|{}",
            fold(&self.birth_name),
            fold(&self.given_names).split(' ').next().unwrap_or_default(),
            self.birth_date,
            self.sex.letter()
        )
    }

    /// Age in whole years on `day`.
    #[must_use]
    pub fn age_on(&self, day: Date) -> i16 {
        age(self.birth_date, day)
    }
}

/// Whole years between a birth and a day; a birthday on 29 February is kept on 1 March (article 641 CPC
/// reckoning is not needed here: only "has she had her birthday").
#[must_use]
pub fn age(birth: Date, day: Date) -> i16 {
    let before_birthday = (day.month(), day.day()) < (birth.month(), birth.day());
    day.year() - birth.year() - i16::from(before_birthday)
}

fn given_names_agree(own: &str, claimed: &str) -> bool {
    let (own, claimed) = (fold(own), fold(claimed));
    let (mut own, mut claimed) = (own.split(' '), claimed.split(' '));
    let first = claimed.next().unwrap_or_default();
    !first.is_empty() && own.next() == Some(first) && claimed.all(|name| own.next() == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Vectors of facts/france.md §1.2: the number, and its key.
    const KEYS: [(&str, &str); 6] = [
        ("2790351215189", "89"),
        ("2890575456114", "73"),
        ("1840500000000", "85"),
        ("188112A123456", "79"),
        ("2550299999999", "67"),
        ("1850799131111", "47"),
    ];

    #[test]
    fn computes_and_checks_keys() {
        for (number, key) in KEYS {
            let ins = Ins::parse(number, Authority::Nir).unwrap();
            assert_eq!(&ins.matricule[13..], key, "{number}");
            assert_eq!(Ins::parse(&format!("{number}{key}"), Authority::Nir), Ok(ins));
        }
    }

    #[test]
    fn a_wrong_key_is_an_error_in_production_only() {
        assert_eq!(Ins::parse("279035121518988", Authority::Nir), Err(BadIns::Key));
        assert!(!Ins::parse("279035121518988", Authority::TestNir).unwrap().key_fits());
    }

    #[test]
    fn refuses_other_shapes() {
        for bad in
            ["", "27903512151898", "9790351215189", "2790351215X89", "27903512151898é", "2790B51215189"]
        {
            assert_eq!(Ins::parse(bad, Authority::TestNir), Err(BadIns::Shape), "{bad}");
        }
        assert_eq!(Ins::from_oid("279035121518989", "1.2.250.1.213.1.4.2"), Err(BadIns::Authority));
    }

    #[test]
    fn traits_contradict_only_where_they_differ() {
        let traits = Traits {
            birth_name: "PAT-TROIS".into(),
            given_names: "DOMINIQUE MARIE-LOUISE".into(),
            birth_date: date(1979, 3, 28),
            sex: Sex::F,
            birth_place: Some("51215".into()),
        };
        let claim = |f: fn(&mut Claimed)| {
            let mut claimed = Claimed::default();
            f(&mut claimed);
            traits.contradictions(&claimed)
        };
        assert!(claim(|_| ()).is_empty());
        assert!(claim(|c| c.birth_name = Some("Pat Trois".into())).is_empty());
        assert!(claim(|c| c.given_names = Some("Dominique".into())).is_empty());
        assert!(claim(|c| c.given_names = Some("Dominique Marie-Louise".into())).is_empty());
        assert_eq!(claim(|c| c.given_names = Some("Marie-Louise".into())), [Trait::GivenNames]);
        assert_eq!(
            claim(|c| c.given_names = Some("Dominique Marie-Louise Anne".into())),
            [Trait::GivenNames]
        );
        assert_eq!(claim(|c| c.birth_date = Some(date(1979, 3, 27))), [Trait::BirthDate]);
        assert_eq!(claim(|c| c.sex = Some(Sex::M)), [Trait::Sex]);
        assert!(claim(|c| c.birth_place = Some("99999".into())).is_empty());
        assert_eq!(claim(|c| c.birth_place = Some("75056".into())), [Trait::BirthPlace]);
    }

    #[test]
    fn birthdays_count_from_their_day() {
        assert_eq!(age(date(2008, 11, 22), date(2026, 11, 21)), 17);
        assert_eq!(age(date(2008, 11, 22), date(2026, 11, 22)), 18);
        assert_eq!(age(date(2008, 2, 29), date(2026, 2, 28)), 17);
        assert_eq!(age(date(2008, 2, 29), date(2026, 3, 1)), 18);
    }
}
