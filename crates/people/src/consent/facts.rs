//! The few facts of an entry that a decision may depend on.

/// What policies may know about one entry. Two entries with equal facts get equal decisions, which is what
/// makes a list cheap: one decision per distinct facts, not per entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct EntryFacts {
    /// JDV_J07 code of the document's type.
    pub type_code: String,
    /// TRE_A03 code of its family.
    pub class_code: String,
    /// INVISIBLE_REPRESENTANTS_LEGAUX: a minor's secret care (L1111-5 CSP).
    pub secret: bool,
    /// The person keeps it from everybody who acts for her.
    pub kept: bool,
    /// MASQUE_PS: hidden from professionals.
    pub hidden: bool,
    /// INVISIBLE_PATIENT: to be announced by a professional first.
    pub not_yet_for_patient: bool,
    /// Written by the reader or her organisation, or added by the owner herself.
    pub by_reader: bool,
}
