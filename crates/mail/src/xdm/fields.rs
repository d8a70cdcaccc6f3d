//! The HL7 v2 data types inside XDS metadata (IHE ITI TF-3 table 4.2.3.1.7-2).

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use kernel::Instant;
use kernel::ins::{Authority, Sex};
use kernel::rpps::Rpps;
use kernel::{Ins, ins};

use super::{Code, Institution, PatientId, Person, SourcePatient};

/// The parts of a field, `^` between them, trimmed.
fn parts(text: &str) -> Vec<&str> {
    text.split('^').map(str::trim).collect()
}

fn some(text: Option<&&str>) -> Option<String> {
    text.map(|t| t.trim()).filter(|t| !t.is_empty()).map(|t| t.to_owned())
}

/// The OID in an `HD` (`&1.2.3&ISO`); some write it bare.
fn oid(hd: &str) -> Option<String> {
    let candidate = hd
        .split('&')
        .map(str::trim)
        .find(|part| part.contains('.') && part.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
    candidate.map(str::to_owned)
}

/// `CX`. Senders miscount the carets, so the authority is looked for, not counted.
pub(super) fn patient_id(text: &str) -> Option<PatientId> {
    let parts = parts(text);
    let id = some(parts.first())?;
    let authority =
        parts.iter().skip(1).find(|part| part.contains('&')).and_then(|hd| oid(hd)).unwrap_or_default();
    let ins = Authority::from_oid(&authority).map(|authority| Ins::parse(&id, authority)).or_else(|| {
        // The arc of the INS with a number that is not one: say so rather than nothing.
        authority.starts_with("1.2.250.1.213.1.4.").then_some(Err(ins::BadIns::Authority))
    });
    Some(PatientId { id, authority, ins })
}

/// Writes a `CX` with the type that CI-SIS asks for.
pub(super) fn write_patient_id(id: &PatientId) -> String {
    let kind = if Authority::from_oid(&id.authority).is_some() { "NH" } else { "PI" };
    format!("{}^^^&{}&ISO^{kind}", id.id, id.authority)
}

/// `XCN`, or a bare name.
pub(super) fn person(text: &str) -> Option<Person> {
    let text = text.trim().trim_end_matches(';').trim();
    let parts = parts(text);
    if parts.len() == 1 {
        return some(parts.first()).map(|name| Person { family: Some(name), ..Person::default() });
    }
    let id = some(parts.first());
    let authority = parts
        .get(8)
        .and_then(|hd| oid(hd))
        .or_else(|| parts.iter().skip(3).find(|part| part.contains('&')).and_then(|hd| oid(hd)));
    let rpps = match (&id, authority.as_deref()) {
        (Some(id), Some(Rpps::IDNPS)) => Rpps::parse(id),
        _ => None,
    };
    Some(Person { family: some(parts.get(1)), given: some(parts.get(2)), id, authority, rpps })
}

/// Writes an `XCN`.
pub(super) fn write_person(person: &Person) -> String {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let Some(authority) = &person.authority else {
        return format!("{}^{}^{}", text(&person.id), text(&person.family), text(&person.given));
    };
    let kind = if authority == Rpps::IDNPS { "IDNPS" } else { "PI" };
    format!(
        "{}^{}^{}^^^^^^&{authority}&ISO^D^^^{kind}",
        text(&person.id),
        text(&person.family),
        text(&person.given)
    )
}

/// `XON`.
pub(super) fn institution(text: &str) -> Option<Institution> {
    let parts = parts(text);
    let authority = parts.get(5).and_then(|hd| oid(hd));
    Some(Institution { name: some(parts.first())?, id: some(parts.get(9)), authority })
}

/// Writes an `XON`.
pub(super) fn write_institution(institution: &Institution) -> String {
    match (&institution.id, &institution.authority) {
        (Some(id), Some(authority)) => {
            format!("{}^^^^^&{authority}&ISO^IDNST^^^{id}", institution.name)
        }
        (Some(id), None) => format!("{}^^^^^^^^^{id}", institution.name),
        _ => institution.name.clone(),
    }
}

/// `CE` as CI-SIS writes a specialty: `G15_10/SM26^Médecin …^1.2.250.1.213.1.1.4.5`.
pub(super) fn specialty(text: &str) -> Option<Code> {
    let parts = parts(text);
    let system = parts.get(2).map(|part| oid(part).unwrap_or_else(|| (*part).to_owned()));
    Some(Code { code: some(parts.first())?, display: some(parts.get(1)), system: system.unwrap_or_default() })
}

/// Writes a specialty.
pub(super) fn write_specialty(code: &Code) -> String {
    format!("{}^{}^{}", code.code, code.display.as_deref().unwrap_or_default(), code.system)
}

/// `DTM`: `YYYY[MM[DD[hh[mm[ss]]]]]` in UTC. Senders who add an offset are believed.
pub(super) fn instant(text: &str) -> Option<Instant> {
    let text = text.trim();
    let (digits, offset) = match text.rfind(['+', '-']) {
        Some(at) => (&text[..at], &text[at..]),
        None => (text.trim_end_matches('Z'), ""),
    };
    let digits = digits.split('.').next().unwrap_or_default();
    if !matches!(digits.len(), 4 | 6 | 8 | 10 | 12 | 14) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize, missing: i8| -> Option<i8> {
        digits.get(from..to).map_or(Some(missing), |d| d.parse().ok())
    };
    let date = Date::new(digits[..4].parse().ok()?, part(4, 6, 1)?, part(6, 8, 1)?).ok()?;
    let (hour, minute, second) = (part(8, 10, 0)?, part(10, 12, 0)?, part(12, 14, 0)?);
    let time = jiff::civil::Time::new(hour, minute, second.min(59), 0).ok()?;
    let zone = TimeZone::fixed(Offset::from_seconds(offset_seconds(offset)?).ok()?);
    let moment = DateTime::from_parts(date, time).to_zoned(zone).ok()?;
    Some(moment.timestamp().into())
}

fn offset_seconds(text: &str) -> Option<i32> {
    let Some(digits) = text.get(1..) else { return Some(0) };
    let digits = digits.replace(':', "");
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    let seconds = hours * 3600 + minutes * 60;
    (hours <= 14 && minutes < 60).then_some(if text.starts_with('-') { -seconds } else { seconds })
}

/// Writes a `DTM` in UTC.
pub(super) fn write_instant(at: Instant) -> String {
    at.timestamp().strftime("%Y%m%d%H%M%S").to_string()
}

/// `sourcePatientInfo`: one PID field per value, `PID-5|NAME^GIVEN^^^^^L`. Name type `L` is the birth name,
/// `D` or `S` the used one; `PID-11` of type `BDL` carries the INSEE code of the place of birth.
pub(super) fn source_patient<'a>(values: impl Iterator<Item = &'a str>) -> SourcePatient {
    let mut patient = SourcePatient::default();
    let claimed = &mut patient.claimed;
    for (field, value) in values.filter_map(|value| value.trim().split_once('|')) {
        for repetition in value.split('~') {
            let parts = parts(repetition);
            match field.trim() {
                "PID-5" => {
                    let kind = parts.get(6).copied().unwrap_or_default();
                    if matches!(kind, "D" | "S") {
                        patient.used_name = patient.used_name.take().or_else(|| some(parts.first()));
                    } else if claimed.birth_name.is_none() {
                        claimed.birth_name = some(parts.first());
                        // Further given names stand in the third component.
                        let given: Vec<String> =
                            [parts.get(1), parts.get(2)].into_iter().filter_map(some).collect();
                        claimed.given_names = (!given.is_empty()).then(|| given.join(" "));
                    }
                }
                "PID-7" => {
                    claimed.birth_date = parts
                        .first()
                        .and_then(|day| day.get(..8))
                        .and_then(|day| Date::strptime("%Y%m%d", day).ok());
                }
                "PID-8" => claimed.sex = parts.first().and_then(|sex| Sex::parse(sex)),
                "PID-11" if parts.get(6) == Some(&"BDL") => claimed.birth_place = some(parts.get(8)),
                _ => {}
            }
        }
    }
    patient
}

/// Writes `sourcePatientInfo`.
pub(super) fn write_source_patient(patient: &SourcePatient) -> Vec<String> {
    let mut values = Vec::new();
    let claimed = &patient.claimed;
    if let Some(name) = &claimed.birth_name {
        let given = claimed.given_names.as_deref().unwrap_or_default();
        values.push(format!("PID-5|{name}^{given}^^^^^L"));
    }
    if let Some(name) = &patient.used_name {
        values.push(format!("PID-5|{name}^^^^^^D"));
    }
    if let Some(date) = claimed.birth_date {
        values.push(format!("PID-7|{}", date.strftime("%Y%m%d")));
    }
    if let Some(sex) = claimed.sex {
        values.push(format!("PID-8|{}", sex.letter()));
    }
    if let Some(place) = &claimed.birth_place {
        values.push(format!("PID-11|^^^^^^BDL^^{place}"));
    }
    values
}
