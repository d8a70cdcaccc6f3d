//! What a person does with documents of her own: adds them, takes them back. Software and authors take back
//! theirs the same way.

use kernel::{Answer, Chance, EntryId, Issue, Refusal};
use people::consent::Pass;
use people::delegation::Standing;
use store::{Act, Kind, Tx};

use super::deposit::{Stored, append, data, entry_of};
use super::model::{Code, Meta};
use super::prepare::{self, Added};
use super::{queries, rules};
use crate::record::fold::{Record, Seen, entry_facts};

/// How many files are added at once.
pub const MOST_FILES: usize = 20;

/// What the person says about the files she adds.
#[derive(Clone, Debug)]
pub struct About {
    /// What they are: one of [`own_types`].
    pub kind: Code,
    /// What she calls them; empty means the name of the type.
    pub title: String,
    /// The day on the document.
    pub day: jiff::civil::Date,
}

/// The types a person may choose for her own documents (JDV_J07: `DOCPAT01`…`09`, `EXPPAT_1`…`3`).
#[must_use]
pub fn own_types() -> Vec<&'static cda::types::DocumentType> {
    let table = cda::types::Table::built_in();
    let own = |code: &str| code.starts_with("DOCPAT") || code.starts_with("EXPPAT_");
    table.types.iter().filter(|kind| own(&kind.code)).collect()
}

/// Judges the files by themselves, before any transaction.
///
/// # Errors
/// `upload-none`, `upload-too-many`, `upload-type`, `upload-date`, and what [`rules::check_content`] refuses;
/// all that is wrong at once, so that it is mended at once.
pub fn check_files(files: &[Added], about: &About, today: jiff::civil::Date) -> Result<(), Refusal> {
    let mut issues = Vec::new();
    let mut wrong = |code, field: &str, said: String| {
        issues.push(Issue { code, path: Some(field.to_owned()), diagnostics: said.into() });
    };
    if files.is_empty() {
        wrong("upload-none", "files", "no file was chosen".to_owned());
    }
    if files.len() > MOST_FILES {
        wrong("upload-too-many", "files", format!("at most {MOST_FILES} files at once"));
    }
    if !own_types().iter().any(|kind| kind.code == about.kind.code) {
        wrong("upload-kind", "kind", "choose what the document is".to_owned());
    }
    if about.day > today || about.day.year() < 1900 {
        wrong("upload-date", "date", "the date is in the future or too long ago".to_owned());
    }
    if about.title.chars().count() > 120 {
        wrong("upload-title", "title", "at most 120 characters".to_owned());
    }
    for file in files {
        if let Err(refusal) = rules::check_content(&file.content, None, "files") {
            issues.extend(refusal.issues);
        } else if !rules::sniff(&file.content).is_some_and(may_be_added) {
            let said = "only PDF, JPEG and PNG files can be added".into();
            issues.push(Issue { code: "upload-type", path: Some("files".to_owned()), diagnostics: said });
        }
    }
    issues.dedup();
    if issues.is_empty() { Ok(()) } else { Err(Refusal::invalid_all(issues)) }
}

fn may_be_added(media: super::model::Media) -> bool {
    use super::model::Media;
    matches!(media, Media::Pdf | Media::Jpeg | Media::Png)
}

/// Files what a person adds to her own space. A file whose very bytes she added before is not added twice.
///
/// # Errors
/// As [`check_files`]; faults of the store. `pass` is for `AddOwnDocument`.
pub fn upload(
    tx: &mut Tx<'_>,
    pass: &Pass,
    files: Vec<Added>,
    about: &About,
    chance: &Chance,
) -> Answer<Vec<Stored>> {
    check_files(&files, about, pass.visit().now.date())?;
    tx.lock_person(pass.person())?;
    let record = Record::load(tx, pass.key())?;
    let dated = midday(about.day);
    let count = files.len();
    let mut stored = Vec::with_capacity(count);
    for (i, file) in files.into_iter().enumerate() {
        let hash = prepare::sha256(&file.content);
        // What the one who adds does not see she may add again: that it is there must not show.
        let sees = |meta: &&Meta| pass.sees(&entry_facts(pass, meta));
        let before = record.own_with_bytes(&hash).filter(sees);
        if let Some(meta) = before {
            stored.push(Stored { entry: meta.entry, seq: meta.seq, at: meta.received, new: false });
            continue;
        }
        let title = match (about.title.trim(), count) {
            ("", _) => String::new(),
            (title, 1) => title.to_owned(),
            (title, _) => format!("{title} ({}/{count})", i + 1),
        };
        let unique_id = uuid(chance);
        let ins = &pass.identity().ins;
        let ready = prepare::own_file(file, about.kind.clone(), title, dated, unique_id, ins)?;
        let numbers = rules::numbers_of(&pass.visit().actor, &ready.facts);
        let entry = entry_of(tx, pass.person(), &numbers, &ready.facts.unique_id);
        let seq = append(tx, pass, entry, &ready, None)?;
        stored.push(Stored { entry, seq, at: pass.visit().now, new: true });
    }
    Ok(stored)
}

/// Noon in Paris: a day without an hour stays that day wherever it is read.
fn midday(day: jiff::civil::Date) -> kernel::Instant {
    let zone = jiff::tz::TimeZone::get("Europe/Paris").unwrap_or(jiff::tz::TimeZone::UTC);
    day.at(12, 0, 0, 0).to_zoned(zone).map(|at| at.timestamp().into()).unwrap_or_default()
}

/// A random UUID (RFC 9562, version 4).
fn uuid(chance: &Chance) -> String {
    let mut bytes = chance.secret::<16>();
    bytes[6] = (bytes[6] & 0x0F) | 0x40;
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    let hex = kernel::codes::hex(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Takes a document back: its content and description are erased, its lines in the journal stay.
///
/// # Errors
/// `not-found` for what the visitor does not see; `withdraw-not-yours`; `withdraw-again`. `pass` is for
/// `WithdrawDocument`.
pub fn withdraw(tx: &mut Tx<'_>, pass: &Pass, entry: EntryId, reason: &str) -> Answer<()> {
    tx.lock_person(pass.person())?;
    let record = Record::load(tx, pass.key())?;
    let Some(meta) = record.find(entry.tag).filter(|meta| meta.entry == entry).cloned() else {
        return Err(Refusal::not_found());
    };
    if pass.standing().is_some() && !pass.sees(&entry_facts(pass, &meta)) {
        return Err(Refusal::not_found());
    }
    if !rules::is_of_sender(&pass.visit().actor, &meta) {
        // Who does not see it must not learn that it is there.
        return match Seen::of(record, pass).document(entry) {
            Some(_) => rules::check_withdrawal(&pass.visit().actor, &meta)
                .map_err(|refusal| pass.refuse(tx, Some(entry), refusal)),
            None => Err(Refusal::not_found()),
        };
    }
    rules::check_withdrawal(&pass.visit().actor, &meta)?;
    // A delegate takes back what she added, not what the person added herself.
    if matches!(pass.standing(), Some(Standing::Delegate { .. })) && *meta.sender != pass.visit().actor {
        let said = "only whoever added a document may take it back";
        return Err(pass.refuse(tx, Some(entry), Refusal::forbidden("withdraw-not-yours", said)));
    }
    let mut left = meta.facts.clone();
    left.forget_content();
    let mut line = pass.line().about(meta.facts.kind.code.as_str());
    if !reason.trim().is_empty() {
        line = line.reason(reason.trim());
    }
    let act = Act {
        kind: Kind::Withdrawn,
        at: pass.visit().now,
        entry: Some(entry),
        line,
        data: Some(data(&left, b"", None)?),
        blob: None,
    };
    tx.append(pass.key(), act)?;
    tx.erase_content(pass.key(), meta.seq)?;
    queries::forget_terms(tx, pass.person(), entry.tag)?;
    // The kept state still tells the title: it is made anew at once.
    let record = Record::load(tx, pass.key())?;
    record.keep(tx, pass.key())?;
    Ok(())
}
