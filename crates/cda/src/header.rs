//! What the header of a document says: who, when, what, for whom (CDA R2 §4.2; CI-SIS volet Structuration
//! minimale).

use std::fmt;

use kernel::Ins;
use kernel::finess::Finess;
use kernel::ins::{BadIns, Claimed};
use kernel::rpps::Rpps;
use xml::Code;

use crate::time::DateTimePoint;

/// An instance identifier (HL7 II).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Id {
    /// OID or UUID of whoever gives the extension, or of the thing itself.
    pub root: String,
    /// What tells things under the same root apart.
    pub extension: Option<String>,
}

impl fmt::Display for Id {
    /// As XDS writes a uniqueId, `root` or `root^extension`, normalised as every door does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match &self.extension {
            Some(extension) => kernel::ids::unique_id(Some(&self.root), extension),
            None => kernel::ids::unique_id(None, &self.root),
        })
    }
}

/// A person as she is written in a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Family name.
    pub family: Option<String>,
    /// Given names.
    pub given: Option<String>,
    /// Civility or title in front: `M`, `MME`, `DR`.
    pub prefix: Option<String>,
    /// Title behind: French documents put `DR` here.
    pub suffix: Option<String>,
    /// As a reader would say it: `Dr Marcel CAMPARINI`.
    pub display: String,
}

/// An organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organization {
    /// Its name.
    pub name: Option<String>,
    /// Its identifiers.
    pub ids: Vec<Id>,
    /// Its FINESS number, when one of the identifiers is one.
    pub finess: Option<Finess>,
    /// Its sort of practice (`standardIndustryClassCode`, JDV_J04).
    pub setting: Option<Code>,
}

/// Somebody, or a device, who wrote, signed or performed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// The person as a reader would say her, or the name of the device.
    pub person_name: Option<String>,
    /// The person's name in parts.
    pub person: Option<Person>,
    /// Identifiers.
    pub ids: Vec<Id>,
    /// The RPPS number, when one of the identifiers is one and its check digit fits.
    pub rpps: Option<Rpps>,
    /// Profession and specialty as sent: `G15_10/SM26`.
    pub code: Option<Code>,
    /// Profession (TRE_G15): `10` for a doctor.
    pub profession: Option<String>,
    /// Specialty (`SM26`) or, for a pharmacist, the section of the Order (`A`).
    pub specialty: Option<String>,
    /// The part played: `PCP` for the treating doctor.
    pub function: Option<Code>,
    /// On whose behalf.
    pub organization: Option<Organization>,
    /// When.
    pub time: Option<DateTimePoint>,
    /// True for a machine or a program.
    pub device: bool,
    /// True when the author is the patient herself.
    pub is_patient: bool,
}

/// For whom, as the sender claims; nothing here has been compared with a space yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatientClaim {
    /// All identifiers sent.
    pub ids: Vec<Id>,
    /// The national identity, if one of the identifiers claims to be one.
    pub ins: Option<Result<Ins, BadIns>>,
    /// The strict traits, as far as they were sent.
    pub claimed: Claimed,
    /// The name used in daily life, else the birth name; for display.
    pub used_name: Option<String>,
    /// The given name used in daily life, else the first one; for display.
    pub used_given: Option<String>,
}

/// The act that the document is about (`documentationOf/serviceEvent`); the first one is the main one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceEvent {
    /// When it began.
    pub start: Option<DateTimePoint>,
    /// When it ended.
    pub end: Option<DateTimePoint>,
    /// What it was.
    pub code: Option<Code>,
    /// Who did it.
    pub performer: Option<Author>,
}

/// The stay or visit during which it happened (`componentOf/encompassingEncounter`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encounter {
    /// Its identifiers.
    pub ids: Vec<Id>,
    /// Its sort.
    pub code: Option<Code>,
    /// When it began.
    pub start: Option<DateTimePoint>,
    /// When it ended.
    pub end: Option<DateTimePoint>,
    /// Sort of facility (`SA01` public hospital …, JDV_J02).
    pub facility_type: Option<Code>,
    /// Name of the place.
    pub location: Option<String>,
    /// Who runs the place.
    pub provider: Option<Organization>,
}

/// The header of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The document's id as XDS writes a uniqueId: `root` or `root^extension`.
    pub unique_id: String,
    /// What all versions of the document share.
    pub set_id: Option<String>,
    /// Which version, from 1.
    pub version: Option<u32>,
    /// What it is (typeCode, mostly LOINC).
    pub type_code: Code,
    /// Its family (classCode, TRE_A03), when the type is in our table.
    pub class_code: Option<Code>,
    /// Its title; when the sender gave none, the plain French title of the type.
    pub title: String,
    /// When it was made.
    pub effective: DateTimePoint,
    /// Who may see it, as sent (`N`, `R`, `V` …).
    pub confidentiality: Vec<Code>,
    /// BCP 47 tag: `fr-FR`.
    pub language: Option<String>,
    /// For whom.
    pub patient: PatientClaim,
    /// By whom; not empty unless the sender named nobody.
    pub authors: Vec<Author>,
    /// Who keeps the original.
    pub custodian: Option<Organization>,
    /// Who answers for it.
    pub legal_authenticator: Option<Author>,
    /// The main act.
    pub service: Option<ServiceEvent>,
    /// The stay or visit.
    pub encounter: Option<Encounter>,
    /// Unique ids of the documents that this one replaces (RPLC).
    pub replaces: Vec<String>,
    /// Ids of the orders or prescriptions that it fulfils.
    pub orders: Vec<String>,
    /// Roots of the templates that it claims to follow.
    pub template_ids: Vec<String>,
    /// Codes of all acts.
    pub event_codes: Vec<Code>,
    /// Sort of practice (JDV_J04), as the performer's or the signer's organisation says.
    pub practice_setting: Option<Code>,
    /// Format code (JDV_J10), where the templates imply one.
    pub format_hint: Option<String>,
}
