//! Telling a person of a result that waited for its announcement (INVISIBLE_PATIENT, R1111-42 CSP): a professional who
//! reads her record says that she has told her; from then on the person sees it, and that is never taken back.

use kernel::{Answer, EntryId, Visit};
use maud::{Markup, html};
use people::consent::{self, Action};
use store::{Act, Kind, Tx};
use ui::Words;
use ui::form;

use super::model::Meta;
use super::read;
use crate::record::fold::Record;

/// Where a POST says that it was announced.
#[must_use]
pub fn href(entry: EntryId) -> String {
    format!("/documents/{entry}/announce")
}

/// Says that the person has been told of this document. Saying it twice is the same as once.
///
/// # Errors
/// As `consent::open`; `not-found` for what the professional does not see.
pub fn announce(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId) -> Answer<()> {
    let pass = consent::open(tx, visit, entry.person, Action::AnnounceResult)?;
    tx.lock_person(pass.person())?;
    let (meta, _) = read::find(tx, &pass, entry)?;
    if !meta.facts.security.invisible_to_patient {
        return Ok(());
    }
    let line = pass.line().about(meta.facts.kind.code.as_str());
    let act = Act { kind: Kind::Announced, at: visit.now, entry: Some(entry), line, data: None, blob: None };
    let seq = tx.append(pass.key(), act)?;
    Record::keep_now_and_then(tx, pass.key(), seq)?;
    Ok(())
}

/// The button of the document's page.
pub(crate) fn button(words: &Words, meta: &Meta) -> Markup {
    html! {
        p { (words.t("coming-announce-text")) }
        (form::button_post(&words.t("coming-announce"), "", &href(meta.entry), &[]))
    }
}
