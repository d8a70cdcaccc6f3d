//! The few facts of an entry that a decision may depend on.

/// What policies may know about one entry. Two entries with equal facts get equal decisions, which is what
/// makes a list cheap: one decision per distinct facts, not per entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct EntryFacts {
    /// JDV_J07 code of the document's type.
    pub type_code: String,
    /// MASQUE_PS: hidden from professionals.
    pub hidden: bool,
    /// INVISIBLE_PATIENT: to be announced by a professional first.
    pub not_yet_for_patient: bool,
    /// Written by the reader or her organisation, or added by the owner herself.
    pub by_reader: bool,
}
