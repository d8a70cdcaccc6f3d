//! What a line must hold to be taken. A pure function: the same line on the same day always gets the same
//! answer.

use jiff::civil::Date;
use kernel::ins::{Authority, BadIns};
use kernel::{Ins, Sex, Traits};

use super::columns::Raw;
use crate::person::{Contact, Identity, Representative};

macro_rules! codes {
    ($($name:ident $word:literal $said:literal),* $(,)?) => {
        /// Why a line is not taken; stands in the rejects file as its word and its sentence.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "the sentences say it")]
        pub enum RejectCode { $($name),* }

        impl RejectCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable word.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// What to mend.
            #[must_use]
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$name => $said),* }
            }
        }
    };
}

codes! {
    Torn "line" "the line cannot be split into columns",
    Oid "oid" "the OID is not one of an INS: 1.2.250.1.213.1.4.8 (NIR), .9 (NIA), .10 (test) or .11 (demonstration)",
    Matricule "matricule" "the matricule must have 13 characters and a two-digit key",
    Key "key" "the key (two last digits) does not fit the matricule: a digit is wrong",
    BirthName "birth-name" "the birth name is missing or holds no letter",
    GivenNames "given-names" "the given names are missing or hold no letter",
    BirthDate "birth-date" "the birth date must be a date as 1979-03-28, not in the future and not before 1880",
    Sex "sex" "the sex must be F, M or I",
    SexAndNir "sex-nir" "the sex is not the one that the first digit of the NIR says",
    BirthPlace "birth-place" "the birth place must be an INSEE code of 5 characters: 35238, 2A004, 97411, 99350",
    Department "department" "the department must be 01 to 95, 2A, 2B, 971 to 978, 986 to 988, or 99 for abroad",
    Scheme "scheme" "the scheme must be 1 to 20 letters, digits, spaces or hyphens",
    Death "death-date" "the death date must be a date, not before birth and not in the future",
    Representative "representative" "a representative must be a matricule with its key, then :mother, :father or :guardian",
    TooLong "too-long" "a field is longer than 500 characters",
    Duplicate "duplicate" "the same person stands on an earlier line of this file with other content",
}

/// A line that is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Why.
    pub code: RejectCode,
}

/// A line that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insured {
    /// Who she is.
    pub identity: Identity,
    /// Department of her address.
    pub department: String,
    /// Her insurer's scheme.
    pub scheme: String,
}

/// Checks a line on the day of the load.
///
/// # Errors
/// The first rule it breaks.
pub fn check(raw: &Raw, today: Date) -> Result<Insured, Reject> {
    let reject = |code| Reject { code };
    if longest(raw) > 500 {
        return Err(reject(RejectCode::TooLong));
    }
    let authority = Authority::from_oid(&raw.oid).ok_or(reject(RejectCode::Oid))?;
    let ins = Ins::parse(&raw.matricule, authority)
        .map_err(|why| reject(if why == BadIns::Key { RejectCode::Key } else { RejectCode::Matricule }))?;
    // Test numbers in circulation have wrong keys; a file with real ones must be right, key included.
    if authority.is_production() && raw.matricule.len() != 15 {
        return Err(reject(RejectCode::Matricule));
    }
    let birth_date = date(&raw.birth_date)
        .filter(|date| *date <= today && date.year() >= 1880)
        .ok_or(reject(RejectCode::BirthDate))?;
    let sex = Sex::parse(&raw.sex).ok_or(reject(RejectCode::Sex))?;
    if !sex_fits(&ins, sex) {
        return Err(reject(RejectCode::SexAndNir));
    }
    let traits = Traits {
        birth_name: name(&raw.birth_name).ok_or(reject(RejectCode::BirthName))?,
        given_names: name(&raw.given_names).ok_or(reject(RejectCode::GivenNames))?,
        birth_date,
        sex,
        birth_place: place(&raw.birth_place).map_err(reject)?,
    };
    if !is_department(&raw.department) {
        return Err(reject(RejectCode::Department));
    }
    let identity = Identity {
        traits,
        used_name: name(&raw.used_name).filter(|used| *used != raw.birth_name),
        used_given: name(&raw.used_given),
        contact: contact(raw),
        representatives: representatives(&raw.representatives, authority).map_err(reject)?,
        death: death(&raw.death_date, birth_date, today).map_err(reject)?,
        ins,
    };
    let scheme = if raw.scheme.is_empty() { "CPAM" } else { raw.scheme.as_str() };
    if scheme.len() > 20 || !scheme.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '-') {
        return Err(reject(RejectCode::Scheme));
    }
    Ok(Insured { identity, department: raw.department.clone(), scheme: scheme.to_owned() })
}

fn longest(raw: &Raw) -> usize {
    [
        &raw.birth_name,
        &raw.given_names,
        &raw.used_name,
        &raw.used_given,
        &raw.email,
        &raw.phone,
        &raw.address,
        &raw.representatives,
    ]
    .into_iter()
    .map(String::len)
    .max()
    .unwrap_or_default()
}

/// `1979-03-28`; jiff would take more than that.
fn date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| -> Option<i16> {
        bytes[range]
            .iter()
            .try_fold(0i16, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i16::from(byte - b'0')))
    };
    let (month, day) = (i8::try_from(number(5..7)?).ok()?, i8::try_from(number(8..10)?).ok()?);
    Date::new(number(0..4)?, month, day).ok()
}

fn name(text: &str) -> Option<String> {
    text.chars().any(char::is_alphabetic).then(|| text.to_owned())
}

/// The first digit of a NIR is the sex at registration: 1, 3 and 7 men, 2, 4 and 8 women. The register says I
/// when it does not know, and a NIA may say anything.
fn sex_fits(ins: &Ins, sex: Sex) -> bool {
    match (ins.authority, ins.matricule.as_bytes().first(), sex) {
        (Authority::Nia, ..) | (.., Sex::I) => true,
        (_, Some(b'1' | b'3' | b'7'), sex) => sex == Sex::M,
        (_, Some(b'2' | b'4' | b'8'), sex) => sex == Sex::F,
        _ => false,
    }
}

/// An INSEE code; empty is unknown, as for people whose birth nobody registered.
fn place(text: &str) -> Result<Option<String>, RejectCode> {
    if text.is_empty() {
        return Ok(None);
    }
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.get(from..).is_some_and(|rest| rest.iter().all(u8::is_ascii_digit));
    let right = bytes.len() == 5
        && match &bytes[..2] {
            b"2A" | b"2B" => digits(2),
            b"97" | b"98" => digits(2) && bytes[2] != b'0',
            b"00" | b"96" => false,
            _ => digits(0),
        };
    if right { Ok(Some(text.to_owned())) } else { Err(RejectCode::BirthPlace) }
}

/// Departments of addresses; 99 is abroad. 20 is Corsica before 1976 and nobody's address today.
#[must_use]
pub fn is_department(text: &str) -> bool {
    match text.as_bytes() {
        b"2A" | b"2B" | b"99" => true,
        [b'9', b'7', b'1'..=b'8'] | [b'9', b'8', b'6'..=b'8'] => true,
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            let number = (tens - b'0') * 10 + (ones - b'0');
            (1..=95).contains(&number) && number != 20
        }
        _ => false,
    }
}

fn contact(raw: &Raw) -> Contact {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    // A wrong e-mail address is not worth a person's space: it is left out, and the letter goes by post.
    let email = given(&raw.email).filter(|email| {
        email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
    });
    let address = raw
        .address
        .split(['|', '\n', ','])
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    Contact { email, phone: given(&raw.phone), address }
}

fn representatives(text: &str, authority: Authority) -> Result<Vec<Representative>, RejectCode> {
    text.split_ascii_whitespace()
        .map(|word| {
            let (matricule, role) = word.split_once(':').unwrap_or((word, ""));
            let role = match role {
                "" => None,
                "mother" => Some("MTH"),
                "father" => Some("FTH"),
                "guardian" => Some("TUTEUR"),
                _ => return Err(RejectCode::Representative),
            };
            let ins = Ins::parse(matricule, authority).map_err(|_| RejectCode::Representative)?;
            Ok(Representative { ins, role: role.map(str::to_owned) })
        })
        .collect()
}

fn death(text: &str, birth: Date, today: Date) -> Result<Option<Date>, RejectCode> {
    if text.is_empty() {
        return Ok(None);
    }
    date(text).filter(|death| *death >= birth && *death <= today).map(Some).ok_or(RejectCode::Death)
}
