//! Reads the header of a tree.

use kernel::finess::Finess;
use kernel::ins::{BadIns, Claimed, Sex};
use kernel::rpps::Rpps;
use kernel::{Ins, Language};
use xml::{Code, Rejection};

use crate::header::{Author, Encounter, Header, Id, Organization, PatientClaim, Person, ServiceEvent};
use crate::time::{DateTimePoint, Precision};
use crate::tree::{Node, attr, child, children, down, words};
use crate::types::{TRE_A03, Table};

/// XDS allows 128 characters; some room for UUIDs with long extensions.
const MAX_UNIQUE_ID: usize = 256;
/// Everything under this arc is, or once was, an INS (`.2` is the retired INS-C).
const INS_ARC: &str = "1.2.250.1.213.1.4.";

/// Reads the header.
pub(crate) fn header(root: Node<'_, '_>) -> Result<Header, Rejection> {
    let table = Table::built_in();
    let unique_id = unique_id(root)?;
    let type_code = type_code(root)?;
    let patient = patient(root)?;
    let authors: Vec<Author> = children(root, "author")
        .map(|node| author(node, "assignedAuthor", Some(&patient)))
        .filter(|author| *author != Author::default())
        .collect();
    let legal_authenticator =
        child(root, "legalAuthenticator").map(|node| author(node, "assignedEntity", Some(&patient)));
    let events: Vec<ServiceEvent> = children(root, "documentationOf")
        .filter_map(|node| child(node, "serviceEvent"))
        .map(service_event)
        .collect();
    let event_codes = events.iter().filter_map(|event| event.code.clone()).collect();
    let service = events.into_iter().next();
    let encounter = down(root, &["componentOf", "encompassingEncounter"]).map(encounter);
    let effective = effective(root, &authors, legal_authenticator.as_ref(), service.as_ref())?;
    let known = table.document_type(&type_code.code);
    let class_code = known.map(|kind| Code {
        code: kind.class.clone(),
        system: TRE_A03.to_owned(),
        display: table.class(&kind.class).map(|class| class.fr.clone()),
    });
    let title = child(root, "title")
        .and_then(words)
        .or_else(|| table.title(&type_code.code, Language::Fr).map(str::to_owned))
        .or_else(|| type_code.display.clone())
        .unwrap_or_else(|| type_code.code.clone());
    let template_ids: Vec<String> =
        children(root, "templateId").filter_map(|node| attr(node, "root")).map(str::to_owned).collect();
    let practice_setting =
        [service.as_ref().and_then(|s| s.performer.as_ref()), legal_authenticator.as_ref()]
            .into_iter()
            .flatten()
            .find_map(|author| author.organization.as_ref()?.setting.clone());
    Ok(Header {
        unique_id,
        set_id: child(root, "setId").and_then(id).map(|id| id.to_string()),
        version: child(root, "versionNumber").and_then(|node| attr(node, "value")?.parse().ok()),
        class_code,
        title,
        effective,
        confidentiality: children(root, "confidentialityCode").filter_map(code).collect(),
        language: child(root, "languageCode").and_then(|node| attr(node, "code")).map(str::to_owned),
        patient,
        authors,
        custodian: down(root, &["custodian", "assignedCustodian", "representedCustodianOrganization"])
            .map(organization),
        legal_authenticator,
        service,
        encounter,
        replaces: replaced(root),
        orders: children(root, "inFulfillmentOf")
            .filter_map(|node| child(node, "order"))
            .flat_map(|order| ids(order))
            .map(|id| id.to_string())
            .collect(),
        format_hint: template_ids.iter().find_map(|t| table.format_of(t)).map(str::to_owned),
        template_ids,
        event_codes,
        practice_setting,
        type_code,
    })
}

fn unique_id(root: Node<'_, '_>) -> Result<String, Rejection> {
    let found = child(root, "id").and_then(id).map(|id| id.to_string()).ok_or_else(|| {
        Rejection::at(
            "cda-no-id",
            "ClinicalDocument/id",
            "The document has no id with a root (OID or UUID); without it nobody can tell it from another.",
        )
    })?;
    if found.len() > MAX_UNIQUE_ID || found.chars().any(char::is_control) {
        return Err(Rejection::at(
            "cda-bad-id",
            "ClinicalDocument/id",
            format!("The id has more than {MAX_UNIQUE_ID} characters or control characters."),
        ));
    }
    Ok(found)
}

fn type_code(root: Node<'_, '_>) -> Result<Code, Rejection> {
    let node = child(root, "code");
    node.and_then(code).or_else(|| children(node?, "translation").find_map(code)).ok_or_else(|| {
        Rejection::at(
            "cda-no-type",
            "ClinicalDocument/code",
            "The document has no type: code/@code is missing or null.",
        )
    })
}

/// When the document was made; when that is null, the best other date its makers gave.
fn effective(
    root: Node<'_, '_>,
    authors: &[Author],
    signer: Option<&Author>,
    service: Option<&ServiceEvent>,
) -> Result<DateTimePoint, Rejection> {
    let node = child(root, "effectiveTime");
    if let Some(value) = node.and_then(|n| attr(n, "value")) {
        return DateTimePoint::parse(value).ok_or_else(|| {
            Rejection::at(
                "cda-bad-date",
                "ClinicalDocument/effectiveTime",
                "effectiveTime/@value is not an HL7 date (YYYYMMDDHHMMSS±ZZZZ or a beginning of it).",
            )
        });
    }
    let named = authors.iter().chain(signer).find_map(|author| author.time.clone());
    let acted = || service.and_then(|s| s.end.clone().or_else(|| s.start.clone()));
    named.or_else(acted).ok_or_else(|| {
        Rejection::at(
            "cda-no-date",
            "ClinicalDocument/effectiveTime",
            "The document has no date: effectiveTime, author/time and serviceEvent/effectiveTime are all missing.",
        )
    })
}

fn replaced(root: Node<'_, '_>) -> Vec<String> {
    children(root, "relatedDocument")
        .filter(|node| attr(*node, "typeCode") == Some("RPLC"))
        .flat_map(|node| children(node, "parentDocument"))
        .flat_map(|parent| ids(parent))
        .map(|id| id.to_string())
        .collect()
}

fn patient(root: Node<'_, '_>) -> Result<PatientClaim, Rejection> {
    let mut targets = children(root, "recordTarget");
    let role = targets.next().and_then(|target| child(target, "patientRole")).ok_or_else(|| {
        Rejection::at(
            "cda-no-patient",
            "ClinicalDocument/recordTarget/patientRole",
            "The document does not say for whom it is.",
        )
    })?;
    if targets.next().is_some() {
        return Err(Rejection::at(
            "cda-several-patients",
            "ClinicalDocument/recordTarget",
            "The document is for several patients; send one document for each.",
        ));
    }
    let ids: Vec<Id> = ids(role).collect();
    let claim = match child(role, "patient") {
        Some(patient) => person_claim(patient),
        None => PatientClaim::default(),
    };
    if ids.is_empty() && claim == PatientClaim::default() {
        return Err(Rejection::at(
            "cda-no-patient",
            "ClinicalDocument/recordTarget/patientRole",
            "The patient has neither an id nor a name.",
        ));
    }
    Ok(PatientClaim { ins: ins(&ids), ids, ..claim })
}

/// The first valid INS among the ids, else why the first that claims to be one is not.
fn ins(ids: &[Id]) -> Option<Result<Ins, BadIns>> {
    let mut bad = None;
    for id in ids.iter().filter(|id| id.root.starts_with(INS_ARC)) {
        match Ins::from_oid(id.extension.as_deref().unwrap_or_default(), &id.root) {
            Ok(ins) => return Some(Ok(ins)),
            Err(error) => bad = bad.or(Some(Err(error))),
        }
    }
    bad
}

/// The traits of a patient. French documents mark birth names `BR` and used names `CL` (`SP` in older
/// ones); the full list of birth given names has no mark.
fn person_claim(patient: Node<'_, '_>) -> PatientClaim {
    let named = |element: &'static str, mark: Option<&str>| -> Option<String> {
        let parts: Vec<String> = name_of(patient)?
            .children()
            .filter(|n| crate::tree::is(*n, element) && attr(*n, "qualifier") == mark)
            .filter_map(words)
            .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    let marked_birth_name = children(patient, "name")
        .flat_map(|name| children(name, "family"))
        .filter(|family| attr(*family, "qualifier") == Some("BR"))
        .find_map(words);
    let birth_name = marked_birth_name.or_else(|| named("family", None));
    let used = named("family", Some("CL")).or_else(|| named("family", Some("SP")));
    let given_names = named("given", None).or_else(|| named("given", Some("BR")));
    let first = || given_names.as_deref().and_then(|g| g.split(' ').next()).map(str::to_owned);
    PatientClaim {
        ids: Vec::new(),
        ins: None,
        used_name: used.or_else(|| birth_name.clone()),
        used_given: named("given", Some("CL")).or_else(|| named("given", Some("BR"))).or_else(first),
        claimed: Claimed {
            birth_name,
            given_names,
            birth_date: child(patient, "birthTime")
                .and_then(|node| DateTimePoint::parse(attr(node, "value")?))
                .filter(|point| point.precision >= Precision::Day)
                .map(|point| point.date),
            sex: child(patient, "administrativeGenderCode").and_then(|node| Sex::parse(attr(node, "code")?)),
            birth_place: down(patient, &["birthplace", "place", "addr", "county"])
                .and_then(words)
                .filter(|code| code.len() == 5 && code.bytes().all(|b| b.is_ascii_alphanumeric())),
        },
    }
}

/// The legal name among several: the one with a birth name, else the one marked legal, else the first.
fn name_of<'a, 'i>(holder: Node<'a, 'i>) -> Option<Node<'a, 'i>> {
    let has_birth_name =
        |name: &Node<'a, 'i>| children(*name, "family").any(|f| attr(f, "qualifier") == Some("BR"));
    let is_legal = |name: &Node<'a, 'i>| {
        attr(*name, "use").is_some_and(|uses| uses.split_ascii_whitespace().any(|u| u == "L" || u == "C"))
    };
    let all = || children(holder, "name").filter(|name| attr(*name, "nullFlavor").is_none());
    all().find(is_legal).or_else(|| all().find(has_birth_name)).or_else(|| all().next())
}

fn author(participation: Node<'_, '_>, role: &str, patient: Option<&PatientClaim>) -> Author {
    let Some(entity) = child(participation, role) else { return Author::default() };
    let ids: Vec<Id> = ids(entity).collect();
    let code = child(entity, "code").and_then(code);
    let person = child(entity, "assignedPerson").and_then(person);
    let device = child(entity, "assignedAuthoringDevice");
    let (profession, specialty) = code.as_ref().map_or((None, None), profession);
    let rpps =
        ids.iter().filter(|id| id.root == Rpps::IDNPS).find_map(|id| Rpps::parse(id.extension.as_deref()?));
    let organization = child(entity, "representedOrganization").map(organization);
    // A patient who writes for herself has her own identity and no institution (CI-SIS, expression
    // personnelle du patient).
    let is_patient = organization.is_none()
        && person.is_some()
        && patient.is_some_and(|p| ids.iter().any(|id| p.ids.contains(id)));
    Author {
        person_name: person.as_ref().map(|p| p.display.clone()).or_else(|| device.and_then(device_name)),
        device: device.is_some() && person.is_none(),
        person,
        rpps,
        ids,
        code,
        profession,
        specialty,
        function: child(participation, "functionCode").and_then(self::code),
        time: child(participation, "time").and_then(|node| {
            let low = child(node, "high").or_else(|| child(node, "low"));
            DateTimePoint::parse(attr(node, "value").or_else(|| attr(low?, "value"))?)
        }),
        organization,
        is_patient,
    }
}

/// `G15_10/SM26` is profession 10 with specialty SM26; other systems' codes name neither.
fn profession(code: &Code) -> (Option<String>, Option<String>) {
    let Some(rest) = code.code.strip_prefix("G15_") else { return (None, None) };
    let mut parts = rest.splitn(2, '/').map(str::to_owned);
    (parts.next(), parts.next().filter(|specialty| !specialty.is_empty()))
}

fn device_name(device: Node<'_, '_>) -> Option<String> {
    child(device, "softwareName")
        .and_then(words)
        .or_else(|| child(device, "manufacturerModelName").and_then(words))
}

fn person(holder: Node<'_, '_>) -> Option<Person> {
    let name = name_of(holder)?;
    let part = |element: &'static str| -> Option<String> {
        let parts: Vec<String> = children(name, element).filter_map(words).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    let mut person = Person {
        family: part("family"),
        given: part("given"),
        prefix: part("prefix"),
        suffix: part("suffix"),
        display: String::new(),
    };
    // Some write the whole name as plain text.
    person.display = if person.family.is_none() && person.given.is_none() {
        words(name)?
    } else {
        let title = title(&person);
        [title.as_deref(), person.given.as_deref(), person.family.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    };
    Some(person)
}

/// How the person is addressed: her title wins over her civility.
fn title(person: &Person) -> Option<String> {
    let known = |text: &str| match text.trim_end_matches('.').to_ascii_uppercase().as_str() {
        "DR" | "DOCTEUR" => Some("Dr"),
        "PR" | "PROF" | "PROFESSEUR" => Some("Pr"),
        _ => None,
    };
    if let Some(title) = [&person.suffix, &person.prefix].into_iter().flatten().find_map(|t| known(t)) {
        return Some(title.to_owned());
    }
    person.prefix.as_deref().map(|civility| {
        match civility.trim_end_matches('.').to_ascii_uppercase().as_str() {
            "M" | "MR" | "MONSIEUR" => "M.".to_owned(),
            "MME" | "MLLE" | "MADAME" => "Mme".to_owned(),
            _ => civility.to_owned(),
        }
    })
}

fn organization(node: Node<'_, '_>) -> Organization {
    let ids: Vec<Id> = ids(node).collect();
    Organization {
        name: child(node, "name").and_then(words),
        finess: ids
            .iter()
            .filter(|id| id.root == Finess::IDNST)
            .filter_map(|id| id.extension.as_deref())
            .filter(|extension| extension.len() == 10 && extension.starts_with('1'))
            .find_map(Finess::parse),
        ids,
        setting: child(node, "standardIndustryClassCode").and_then(code),
    }
}

fn service_event(node: Node<'_, '_>) -> ServiceEvent {
    let (start, end) = interval(node);
    ServiceEvent {
        start,
        end,
        code: child(node, "code").and_then(code),
        performer: child(node, "performer")
            .map(|performer| author(performer, "assignedEntity", None))
            .filter(|performer| *performer != Author::default()),
    }
}

fn encounter(node: Node<'_, '_>) -> Encounter {
    let (start, end) = interval(node);
    let facility = down(node, &["location", "healthCareFacility"]);
    let provider = facility.and_then(|f| child(f, "serviceProviderOrganization")).map(organization);
    Encounter {
        ids: ids(node).collect(),
        code: child(node, "code").and_then(code),
        start,
        end,
        facility_type: facility.and_then(|f| child(f, "code")).and_then(code),
        location: facility
            .and_then(|f| down(f, &["location", "name"]))
            .and_then(words)
            .or_else(|| provider.as_ref().and_then(|p| p.name.clone())),
        provider,
    }
}

/// `effectiveTime` as an interval; a single point is its beginning.
fn interval(node: Node<'_, '_>) -> (Option<DateTimePoint>, Option<DateTimePoint>) {
    let Some(time) = child(node, "effectiveTime") else { return (None, None) };
    let point = |n: Node<'_, '_>| DateTimePoint::parse(attr(n, "value")?);
    let start = child(time, "low").and_then(point).or_else(|| point(time));
    (start, child(time, "high").and_then(point))
}

fn ids<'a>(node: Node<'a, '_>) -> impl Iterator<Item = Id> {
    children(node, "id").filter_map(id)
}

fn id(node: Node<'_, '_>) -> Option<Id> {
    // A root with a nullFlavor is a placeholder: the sender knows who numbers, but not the number.
    if attr(node, "nullFlavor").is_some() {
        return None;
    }
    Some(Id { root: attr(node, "root")?.to_owned(), extension: attr(node, "extension").map(str::to_owned) })
}

fn code(node: Node<'_, '_>) -> Option<Code> {
    Some(Code {
        code: attr(node, "code")?.to_owned(),
        system: attr(node, "codeSystem").unwrap_or_default().to_owned(),
        display: attr(node, "displayName").map(str::to_owned),
    })
}
