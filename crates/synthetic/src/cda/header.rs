//! The header of a French CDA document: CI-SIS minimal structure (template 1.2.250.1.213.1.1.1.1).

use super::{Model, Sheet, esc, stamp};
use crate::country::Person;
use crate::professionals::{Establishment, Practitioner, Trade};

/// The whole document around `body` (`structuredBody` or `nonXMLBody`).
pub(super) fn document(sheet: &Sheet<'_>, model: Model, body: &str) -> String {
    let mut xml = String::with_capacity(body.len() + 5_000);
    xml.push_str(concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        "\n",
        r#"<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">"#,
        r#"<realmCode code="FR"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>"#,
        r#"<templateId root="2.16.840.1.113883.2.8.2.1"/><templateId root="1.2.250.1.213.1.1.1.1"/>"#,
    ));
    let (template, version) = model.template();
    if !version.is_empty() {
        xml.push_str(&format!(r#"<templateId root="{template}" extension="{version}"/>"#));
    }
    let at = stamp(sheet.at);
    xml.push_str(&format!(
        r#"<id root="{}"/><code code="{}" codeSystem="2.16.840.1.113883.6.1" displayName="{title}"/><title>{title}</title><effectiveTime value="{at}"/><confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25" displayName="Normal"/><languageCode code="fr-FR"/><setId root="{}"/><versionNumber value="{}"/>"#,
        sheet.unique_id(),
        model.code(),
        sheet.set_id(),
        sheet.version,
        title = esc(model.title()),
    ));
    xml.push_str(&record_target(sheet.person));
    let author = sheet.author;
    let house = &author.establishment;
    xml.push_str(&format!(
        r#"<author><time value="{at}"/><assignedAuthor>{}</assignedAuthor></author>"#,
        assigned(author)
    ));
    xml.push_str(&format!(
        r#"<custodian><assignedCustodian><representedCustodianOrganization>{}</representedCustodianOrganization></assignedCustodian></custodian>"#,
        organization(house)
    ));
    xml.push_str(&format!(
        r#"<legalAuthenticator><time value="{at}"/><signatureCode code="S"/><assignedEntity>{}</assignedEntity></legalAuthenticator>"#,
        assigned(author)
    ));
    if sheet.version > 1 {
        let replaced = Sheet { version: sheet.version - 1, ..*sheet }.unique_id();
        xml.push_str(&format!(
            r#"<relatedDocument typeCode="RPLC"><parentDocument><id root="{replaced}"/></parentDocument></relatedDocument>"#
        ));
    }
    xml.push_str(&format!(
        r#"<documentationOf><serviceEvent><effectiveTime><low value="{at}"/></effectiveTime></serviceEvent></documentationOf><componentOf><encompassingEncounter><effectiveTime><low value="{at}"/></effectiveTime><location><healthCareFacility><code code="{}" codeSystem="1.2.250.1.71.4.2.4"/></healthCareFacility></location></encompassingEncounter></componentOf><component>{body}</component></ClinicalDocument>"#,
        sector(house.trade)
    ));
    xml.push('\n');
    xml
}

fn record_target(person: &Person) -> String {
    let traits = &person.traits;
    let used = person.used_name.as_ref().map_or(String::new(), |name| {
        format!(r#"<family qualifier="CL">{}</family>"#, esc(&kernel::text::fold(name)))
    });
    format!(
        r#"<recordTarget><patientRole><id extension="{}" root="{}"/><addr><streetAddressLine>{}</streetAddressLine><postalCode>{}</postalCode><city>{}</city></addr><patient><name><family qualifier="BR">{}</family>{used}<given>{}</given><given qualifier="BR">{}</given></name><administrativeGenderCode code="{}" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="{}"/><birthplace><place><addr><county>{}</county><city>{}</city></addr></place></birthplace></patient></patientRole></recordTarget>"#,
        person.ins.matricule,
        person.ins.authority.oid(),
        esc(&person.address.line),
        person.address.postal_code,
        esc(person.address.town),
        esc(&traits.birth_name),
        esc(&traits.given_names),
        esc(person.first_given()),
        traits.sex.letter(),
        traits.birth_date.strftime("%Y%m%d"),
        traits.birth_place.as_deref().unwrap_or("99999"),
        esc(person.birth_town),
    )
}

fn assigned(person: &Practitioner) -> String {
    let role = match person.specialty {
        Some(specialty) => format!("G15_{}/{specialty}", person.profession),
        None => format!("G15_{}", person.profession),
    };
    format!(
        r#"<id root="1.2.250.1.71.4.2.1" extension="8{}"/><code code="{role}" displayName="{}" codeSystem="1.2.250.1.213.1.1.4.5"/><assignedPerson><name><given>{}</given><family>{}</family>{}</name></assignedPerson><representedOrganization>{}</representedOrganization>"#,
        person.rpps,
        esc(person.calling),
        esc(&person.given),
        esc(&person.family.to_uppercase()),
        if person.profession == "10" { "<suffix>DR</suffix>" } else { "" },
        organization(&person.establishment),
    )
}

fn organization(house: &Establishment) -> String {
    format!(
        r#"<id root="1.2.250.1.71.4.2.2" extension="1{}"/><name>{}</name>"#,
        house.finess,
        esc(&house.name)
    )
}

/// Activity sector (TRE_R02).
pub(super) fn sector(trade: Trade) -> &'static str {
    match trade {
        Trade::Laboratory => "SA25",
        Trade::Imaging => "SA08",
        Trade::Hospital => "SA01",
        Trade::Practice => "SA52",
        Trade::Pharmacy => "SA33",
    }
}
