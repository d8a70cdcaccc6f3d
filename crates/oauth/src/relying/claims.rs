//! From what providers say about somebody to words of ours.

use kernel::Ins;
use kernel::ins::{Authority, Claimed, Sex, Traits};
use kernel::rpps::Rpps;
use serde_json::{Map, Value};

/// What a provider says about somebody.
pub type Claims = Map<String, Value>;

/// France, in the code of countries that civil registration uses.
const FRANCE: &str = "99100";

fn word<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str).map(str::trim).filter(|word| !word.is_empty())
}

/// The strict traits of a citizen, from the pivot identity of FranceConnect: `family_name` is the birth name,
/// `given_name` every given name, `birthplace` an INSEE code, empty for those born abroad, whose `birthcountry` says
/// where. `None` when one is missing, and for a birth date of which only the year is known: such an identity is not
/// matched by traits.
#[must_use]
pub fn traits(claims: &Claims) -> Option<Traits> {
    let listed = claims
        .get("given_name_array")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).map(str::trim).collect::<Vec<_>>().join(" "));
    let given_names = listed.filter(|names| !names.is_empty());
    let given_names = given_names.or_else(|| word(claims, "given_name").map(str::to_owned))?;
    let sex = word(claims, "gender").and_then(Sex::parse)?;
    Some(Traits {
        birth_name: word(claims, "family_name")?.to_owned(),
        given_names,
        birth_date: word(claims, "birthdate")?.parse().ok()?,
        sex,
        birth_place: birth_place(claims),
    })
}

fn birth_place(claims: &Claims) -> Option<String> {
    let abroad = word(claims, "birthcountry").filter(|country| *country != FRANCE);
    let place = abroad.or_else(|| word(claims, "birthplace"))?;
    let is_code = place.len() == 5 && place.chars().all(|c| c.is_ascii_alphanumeric());
    is_code.then(|| place.to_ascii_uppercase())
}

/// Traits as a claim that may not contradict what we know.
#[must_use]
pub fn claimed(traits: &Traits) -> Claimed {
    Claimed {
        birth_name: Some(traits.birth_name.clone()),
        given_names: Some(traits.given_names.clone()),
        birth_date: Some(traits.birth_date),
        sex: Some(traits.sex),
        birth_place: traits.birth_place.clone(),
    }
}

/// The national health identity, from a provider that gives it: `ins` the matricule, `ins_oid` the OID of its
/// authority (INS-NIR when it says none).
#[must_use]
pub fn ins(claims: &Claims) -> Option<Ins> {
    let matricule = word(claims, "ins")?;
    match word(claims, "ins_oid") {
        Some(oid) => Ins::from_oid(matricule, oid).ok(),
        None => Ins::parse(matricule, Authority::Nir).ok(),
    }
}

/// The RPPS number of a professional: `SubjectNameID` is `8` and the number for those who have one (Pro Santé Connect).
#[must_use]
pub fn rpps(claims: &Claims) -> Option<Rpps> {
    let id = word(claims, "SubjectNameID").filter(|id| id.len() == 12 && id.starts_with('8'))?;
    Rpps::parse(id)
}
