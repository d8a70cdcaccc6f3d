//! A coded value, as CDA (HL7 CE) and XDS metadata (ebRIM classifications) both carry it.

/// A code with its system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// The code.
    pub code: String,
    /// Its system as sent, mostly an OID; empty when the sender left it out.
    pub system: String,
    /// What the sender calls it.
    pub display: Option<String>,
}
