//! What the person has decided about sharing: the fold of her permissions, each kept as a FHIR `Consent`.

use std::collections::BTreeMap;

use kernel::rpps::Rpps;
use kernel::{Answer, Fault, Instant, Professional, Seq};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Act, Kind, Line, Slot, SpaceKey, Tx, Want};

use super::pass::Pass;

/// How a permission was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Given {
    /// By the person herself, signed in.
    #[serde(rename = "web")]
    OnTheWeb,
    /// She agreed in the professional's presence, who recorded it.
    #[serde(rename = "presence")]
    InPresence,
}

/// One professional who may read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// Who, as she was known when it was given.
    #[serde(rename = "p")]
    pub professional: Professional,
    /// Since when.
    #[serde(rename = "s")]
    pub since: Instant,
    /// How it was given.
    #[serde(rename = "g")]
    pub given: Given,
}

/// What the person has decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing {
    /// Professionals who may read, oldest permission first.
    #[serde(rename = "a", default)]
    pub allowed: Vec<Permission>,
    /// Professionals whom she keeps from those who act for her, by RPPS number: everything about one of them is
    /// hidden, or what came before the act of this rank, by which somebody who acts for her allowed the same one
    /// without knowing.
    #[serde(rename = "k", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kept: BTreeMap<String, Option<u32>>,
}

impl Sharing {
    /// True when this professional may read.
    #[must_use]
    pub fn allows(&self, rpps: &Rpps) -> bool {
        self.allowed.iter().any(|p| p.professional.rpps == *rpps)
    }

    /// True when an act of this rank by or about this professional is kept from those who act for her.
    #[must_use]
    pub fn keeps(&self, rpps: &str, seq: Seq) -> bool {
        self.kept.get(rpps).is_some_and(|until| until.is_none_or(|until| seq.0 < until))
    }

    /// True when she keeps this professional from those who act for her, now.
    #[must_use]
    pub fn keeps_now(&self, rpps: &Rpps) -> bool {
        self.kept.get(rpps.as_str()).is_some_and(Option::is_none)
    }

    /// What an act says about who is kept from whom.
    fn keep(&mut self, kind: Kind, seq: Seq, line: &Line) {
        let Some(rpps) = &line.about else { return };
        match kind {
            Kind::PermissionKept => {
                self.kept.insert(rpps.clone(), None);
            }
            Kind::PermissionShown => {
                self.kept.remove(rpps);
            }
            // Somebody who acts for her knows of what comes after her own permission; of nothing before it when
            // it was kept from her, of everything when it was not.
            Kind::Allowed if line.on_behalf_of.is_some() => {
                self.kept.entry(rpps.clone()).or_insert(Some(0)).get_or_insert(seq.0);
            }
            _ => {}
        }
    }

    /// As those who act for her see it.
    pub(super) fn without_kept(mut self) -> Self {
        let kept = std::mem::take(&mut self.kept);
        self.allowed.retain(|p| kept.get(p.professional.rpps.as_str()).is_none_or(Option::is_some));
        self
    }

    /// One act further.
    fn apply(&mut self, kind: Kind, permission: Permission) {
        self.allowed.retain(|p| p.professional.rpps != permission.professional.rpps);
        if kind == Kind::Allowed {
            self.allowed.push(permission);
        }
    }
}

const KINDS: &[Kind] = &[Kind::Allowed, Kind::Disallowed, Kind::PermissionKept, Kind::PermissionShown];

/// Looks make a sequence long and say nothing about sharing: after this many acts the fold is kept.
const KEEP_AFTER: u32 = 256;

/// The decisions as they stand: the kept fold, and the acts after it.
pub(super) fn fold(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<Sharing, Fault> {
    Ok(fold_from_snapshot(tx, key)?.1)
}

fn fold_from_snapshot(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<(Seq, Sharing), Fault> {
    let (after, mut sharing) = match tx.snapshot(key, Slot::Sharing)? {
        Some((seq, bytes)) => {
            let kept = serde_json::from_slice(&bytes).map_err(|e| Fault::Damaged(format!("sharing: {e}")))?;
            (seq, kept)
        }
        None => (Seq(0), Sharing::default()),
    };
    tx.acts(key, after, Want { line: true, data: true, kinds: KINDS }, |row| {
        if let Some(line) = &row.line {
            sharing.keep(row.kind, row.seq, line);
        }
        if let Some(permission) = row.data.as_deref().map(from_consent).transpose()? {
            sharing.apply(row.kind, permission);
        }
        Ok(())
    })?;
    Ok((after, sharing))
}

/// Writes one decision down, and keeps the fold when the sequence has grown long.
pub(super) fn append(
    tx: &mut Tx<'_>,
    pass: &Pass,
    kind: Kind,
    professional: &Professional,
    given: Given,
) -> Answer<()> {
    let now = pass.visit().now;
    let permission = Permission { professional: professional.clone(), since: now, given };
    let consent = to_consent(pass, kind, &permission);
    let data = serde_json::to_vec(&consent).map_err(|e| Fault::Internal(e.to_string()))?;
    let line = pass.line().about(professional.rpps.as_str());
    let seq =
        tx.append(pass.key(), Act { kind, at: now, entry: None, line, data: Some(data), blob: None })?;
    let (after, sharing) = fold_from_snapshot(tx, pass.key())?;
    if seq.0 - after.0 > KEEP_AFTER {
        let bytes = serde_json::to_vec(&sharing).map_err(|e| Fault::Internal(e.to_string()))?;
        tx.put_snapshot(pass.key(), Slot::Sharing, seq, &bytes)?;
    }
    Ok(())
}

/// A permission as a FHIR R4 `Consent` (<http://hl7.org/fhir/R4/consent.html>).
fn to_consent(pass: &Pass, kind: Kind, permission: &Permission) -> Value {
    let professional = &permission.professional;
    json!({
        "resourceType": "Consent",
        "status": if kind == Kind::Allowed { "active" } else { "inactive" },
        "scope": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
        "patient": { "reference": format!("Patient/{}", pass.person()) },
        "dateTime": permission.since.to_string(),
        "policyRule": { "text": match permission.given {
            Given::OnTheWeb => "web",
            Given::InPresence => "presence",
        } },
        "provision": {
            "type": "permit",
            "actor": [{
                "role": { "coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP" }] },
                "reference": {
                    "type": "Practitioner",
                    "identifier": { "system": Rpps::SYSTEM, "value": professional.rpps.as_str() },
                    "display": professional.name,
                    "extension": extensions(professional),
                },
            }],
        },
    })
}

/// What the directory said of the professional on that day, so that the journal stays readable when the
/// directory changes.
const ACTIVITY: &str = "https://carnet.example/fhir/StructureDefinition/activity";

fn extensions(professional: &Professional) -> Value {
    let mut parts = vec![
        json!({ "url": "profession", "valueCode": professional.profession }),
        json!({ "url": "structure", "valueString": professional.structure }),
    ];
    if let Some(specialty) = &professional.specialty {
        parts.push(json!({ "url": "specialty", "valueCode": specialty }));
    }
    if let Some(finess) = &professional.finess {
        parts.push(json!({ "url": "finess", "valueString": finess }));
    }
    json!([{ "url": ACTIVITY, "extension": parts }])
}

fn from_consent(bytes: &[u8]) -> Result<Permission, Fault> {
    let damaged = |what: &str| Fault::Damaged(format!("consent: {what}"));
    let consent: Value = serde_json::from_slice(bytes).map_err(|e| damaged(&e.to_string()))?;
    let reference = &consent["provision"]["actor"][0]["reference"];
    let activity = &reference["extension"][0]["extension"];
    let part = |url: &str, value: &str| -> Option<String> {
        let found = activity.as_array()?.iter().find(|e| e["url"] == url)?;
        found[value].as_str().map(str::to_owned)
    };
    let rpps = reference["identifier"]["value"].as_str().and_then(Rpps::parse);
    let since = consent["dateTime"].as_str().and_then(|t| t.parse::<jiff::Timestamp>().ok());
    Ok(Permission {
        professional: Professional {
            rpps: rpps.ok_or_else(|| damaged("no RPPS"))?,
            name: reference["display"].as_str().unwrap_or_default().to_owned(),
            profession: part("profession", "valueCode").unwrap_or_default(),
            specialty: part("specialty", "valueCode"),
            structure: part("structure", "valueString").unwrap_or_default(),
            finess: part("finess", "valueString"),
        },
        since: Instant::from(since.ok_or_else(|| damaged("no date"))?),
        given: if consent["policyRule"]["text"] == "presence" { Given::InPresence } else { Given::OnTheWeb },
    })
}
