//! What is asked of a document at every door, as pure decisions: what its bytes are, whether they are what
//! was declared, whether it is about the person whose space it goes to, what it may replace, who may take it
//! back. No I/O, no clock.

use std::borrow::Cow;

use kernel::ins::Claimed;
use kernel::{Actor, Issue, Refusal, RefusalKind, Traits};

use super::model::{Facts, Media, Meta, Security, Status};

/// The largest document a door takes, in bytes: 25 MB, as MSSanté's patient mailboxes.
pub const MAX_CONTENT: usize = 25_000_000;

/// The widest and highest picture taken: what a browser can still show.
const MAX_PIXELS_A_SIDE: u32 = 30_000;
/// The most pixels a picture may unfold to (a 100-megapixel camera exists).
const MAX_PIXELS: u64 = 120_000_000;

/// What these bytes are; `None` when they are nothing we keep.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<Media> {
    match bytes {
        // Readers accept junk of up to a kilobyte before the header; producers do not write it, attackers do.
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(Media::Pdf),
        [0xFF, 0xD8, 0xFF, ..] => Some(Media::Jpeg),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(Media::Png),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Media::Tiff),
        [b'{', b'\\', b'r', b't', b'f', ..] => Some(Media::Rtf),
        _ if bytes.get(128..132) == Some(b"DICM") => Some(Media::Dicom),
        _ => sniff_text(bytes),
    }
}

fn sniff_text(bytes: &[u8]) -> Option<Media> {
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    match body.first()? {
        b'<' => root_is_clinical_document(body).then_some(Media::Cda),
        b'{' if is_fhir_json(body) => Some(Media::FhirJson),
        _ => is_plain_text(bytes).then_some(Media::Text),
    }
}

/// Finds the first element's name behind the prolog (declaration, comments, instructions). CDA in UTF-16 or
/// Latin-1 is told by the same ASCII bytes; UTF-16 is not taken (CI-SIS asks for UTF-8).
fn root_is_clinical_document(mut body: &[u8]) -> bool {
    loop {
        body = body.trim_ascii_start();
        let end: &[u8] = match body {
            [b'<', b'?', ..] => b"?>",
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            [b'<', ..] => break,
            _ => return false,
        };
        match memchr::memmem::find(body, end) {
            Some(at) => body = &body[at + end.len()..],
            None => return false,
        }
    }
    let name_end = body[1..].iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'));
    let name = name_end.map_or(&[][..], |end| &body[1..=end]);
    match name.rsplit(|b| *b == b':').next() {
        Some(b"ClinicalDocument") => true,
        // Self-presenting documents of CI-SIS: a style sheet with the document inside.
        Some(b"stylesheet" | b"transform") => memchr::memmem::find(body, b"ClinicalDocument").is_some(),
        _ => false,
    }
}

fn is_fhir_json(body: &[u8]) -> bool {
    let head = &body[..body.len().min(400)];
    memchr::memmem::find(head, b"\"resourceType\"").is_some()
}

fn is_plain_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes)
        .is_ok_and(|text| !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')))
}

/// True when a declared media type is a name of what the bytes are. Parameters (`; charset=…`) do not count.
#[must_use]
pub fn declared_fits(declared: &str, media: Media) -> bool {
    let name = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let names: &[&str] = match media {
        Media::Cda => &[
            "text/xml",
            "application/xml",
            "application/hl7-cda+xml",
            "application/cda+xml",
            "text/x-cda+xml",
        ],
        Media::Pdf => &["application/pdf"],
        Media::Jpeg => &["image/jpeg", "image/jpg"],
        Media::Png => &["image/png"],
        Media::Tiff => &["image/tiff", "image/tif"],
        Media::Rtf => &["application/rtf", "text/rtf"],
        Media::Text => &["text/plain"],
        Media::Dicom => &["application/dicom"],
        Media::FhirJson => &["application/fhir+json", "application/json"],
    };
    names.contains(&name.as_str())
}

/// Looks at a document's size.
///
/// # Errors
/// `document-empty`, `document-too-large`.
pub fn check_size(bytes: &[u8], path: &str) -> Result<(), Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::invalid("document-empty", path, "the document has no bytes"));
    }
    if bytes.len() > MAX_CONTENT {
        let said = format!("the document has {} bytes; at most {MAX_CONTENT} are taken", bytes.len());
        return Err(at(RefusalKind::TooLarge, "document-too-large", path, said));
    }
    Ok(())
}

/// Looks at a document's size and bytes.
///
/// # Errors
/// `document-empty`, `document-too-large`, `media-type-unknown`, `media-type-mismatch`, `picture-damaged`,
/// `picture-too-large`.
pub fn check_content(bytes: &[u8], declared: Option<&str>, path: &str) -> Result<Media, Refusal> {
    check_size(bytes, path)?;
    let Some(media) = sniff(bytes) else {
        let said = "the bytes are none of: CDA R2 (XML, UTF-8), PDF, JPEG, PNG, TIFF, RTF, plain text, DICOM, \
                    FHIR JSON";
        return Err(at(RefusalKind::MediaType, "media-type-unknown", path, said));
    };
    if let Some(declared) = declared
        && !declared_fits(declared, media)
    {
        let said = format!("declared as another type than what the bytes are: {}", media.mime());
        return Err(at(RefusalKind::MediaType, "media-type-mismatch", path, said));
    }
    if matches!(media, Media::Jpeg | Media::Png) {
        check_picture(bytes, media, path)?;
    }
    Ok(media)
}

fn check_picture(bytes: &[u8], media: Media, path: &str) -> Result<(), Refusal> {
    let size = if media == Media::Png { png_size(bytes) } else { jpeg_size(bytes) };
    let Some((width, height)) = size.filter(|(w, h)| *w > 0 && *h > 0) else {
        return Err(Refusal::invalid("picture-damaged", path, "the picture's header cannot be read"));
    };
    let pixels = u64::from(width) * u64::from(height);
    if width > MAX_PIXELS_A_SIDE || height > MAX_PIXELS_A_SIDE || pixels > MAX_PIXELS {
        let said = format!("{width} × {height} pixels; at most {MAX_PIXELS} in all are taken");
        return Err(at(RefusalKind::TooLarge, "picture-too-large", path, said));
    }
    Ok(())
}

/// Width and height from `IHDR`, which must come first (PNG §11.2.2).
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.get(12..24)?;
    let number = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    header.starts_with(b"IHDR").then_some((number(4)?, number(8)?))
}

/// Width and height from the first start-of-frame segment (ITU T.81, annex B).
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let (&marker, &kind) = (bytes.get(at)?, bytes.get(at + 1)?);
        if marker != 0xFF {
            return None;
        }
        match kind {
            0xFF => at += 1,
            0x01 | 0xD0..=0xD7 => at += 2,
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let two =
                    |at: usize| Some(u32::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])));
                return Some((two(at + 7)?, two(at + 5)?));
            }
            0xD9 | 0xDA => return None,
            _ => at += 2 + usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?])),
        }
    }
}

/// Compares a declared size and SHA-1 (base64 as in FHIR, or hexadecimal as in XDS) with the bytes.
///
/// # Errors
/// `size-mismatch`, `hash-mismatch`.
pub fn check_declared(
    bytes: &[u8],
    size: Option<u64>,
    sha1: Option<&str>,
    path: &str,
) -> Result<(), Refusal> {
    if let Some(size) = size
        && size != bytes.len() as u64
    {
        let said = format!("declared as {size} bytes; {} arrived", bytes.len());
        return Err(Refusal::invalid("size-mismatch", format!("{path}.size"), said));
    }
    if let Some(declared) = sha1 {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
        let as_text = data_encoding::BASE64.encode(digest.as_ref());
        let hex = data_encoding::HEXLOWER.encode(digest.as_ref());
        if declared != as_text && !declared.eq_ignore_ascii_case(&hex) {
            let said = "the declared SHA-1 (FHIR: base64 of the 20 bytes) is not that of the bytes";
            return Err(Refusal::invalid("hash-mismatch", format!("{path}.hash"), said));
        }
    }
    Ok(())
}

/// `MASQUE_PS` with `INVISIBLE_PATIENT` would leave nobody who may read (France: the server parameter
/// `fonctions-cumul-invisible_patient-masque_ps` is false).
///
/// # Errors
/// `labels-exclude-everybody`.
pub fn check_security(security: Security, path: &str) -> Result<(), Refusal> {
    if security.masked && security.invisible_to_patient {
        let said = "MASQUE_PS and INVISIBLE_PATIENT together would leave nobody who may read the document";
        return Err(Refusal::invalid("labels-exclude-everybody", path, said));
    }
    Ok(())
}

/// Decides on what a sender says anew of who may see a document: as for a new one, and what the person was told of is
/// not kept from her again (`INVISIBLE_PATIENT` is lifted, never set later).
///
/// # Errors
/// `labels-exclude-everybody`, `result-told-already`.
pub fn check_change(was: Security, wanted: Security, path: &str) -> Result<(), Refusal> {
    check_security(wanted, path)?;
    if wanted.invisible_to_patient && !was.invisible_to_patient {
        let said = "the person sees this document already; INVISIBLE_PATIENT is said at the deposit only";
        return Err(Refusal::invalid("result-told-already", path, said));
    }
    Ok(())
}

/// Compares what a sender says about the person with what the insurer says. The answer names the traits that
/// differ, never their values.
///
/// # Errors
/// `traits-mismatch`, one issue for each trait.
pub fn check_traits(own: &Traits, claimed: &Claimed, path: &str) -> Result<(), Refusal> {
    let wrong = own.contradictions(claimed);
    if wrong.is_empty() {
        return Ok(());
    }
    let issues = wrong.into_iter().map(|which| Issue {
        code: "traits-mismatch",
        path: Some(path.to_owned()),
        diagnostics: format!("the {} sent is not the one of this INS", which.word()).into(),
    });
    Err(Refusal { kind: RefusalKind::Invalid, issues: issues.collect(), fault: None })
}

/// What is already known under a unique id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing.
    No,
    /// The same bytes: the sender repeats herself and gets the same answer.
    Same,
    /// Other bytes.
    Other,
}

/// Decides on a unique id: `true` when there is something to store, `false` when it is already there.
///
/// # Errors
/// `duplicate-unique-id`.
pub fn decide_duplicate(known: Known, path: &str) -> Result<bool, Refusal> {
    match known {
        Known::No => Ok(true),
        Known::Same => Ok(false),
        Known::Other => Err(at(
            RefusalKind::Conflict,
            "duplicate-unique-id",
            path,
            "another document with this unique id is already there; a new version has a new id and relatesTo",
        )),
    }
}

/// Whether `sender` may replace or take back `target`: the same client, the same organisation, the author
/// herself, or the owner of the space for what she added.
#[must_use]
pub fn is_of_sender(sender: &Actor, target: &Meta) -> bool {
    match (sender, &*target.sender) {
        (Actor::Software(new), Actor::Software(old)) => {
            new.client_id == old.client_id
                || (new.finess.is_some() && new.finess == old.finess)
                || wrote_for(new.finess.as_deref(), target)
        }
        (Actor::Software(new), _) => wrote_for(new.finess.as_deref(), target),
        (Actor::Professional(new), old) => {
            let sent = matches!(old, Actor::Professional(old) if old.rpps == new.rpps);
            sent || target.facts.authors.iter().any(|a| a.rpps.as_deref() == Some(new.rpps.as_str()))
        }
        (Actor::Citizen { .. }, Actor::Citizen { .. }) => target.is_own(),
        // The former record tells which of its documents took the place of which.
        (Actor::System { task: new }, Actor::System { task: old }) => new == old,
        _ => false,
    }
}

/// Whose numbers the unique ids of what `actor` brings are. Senders draw theirs apart from each other, so two may draw
/// the same one, and neither learns of the other's document by it: under one name here is only what [`is_of_sender`]
/// holds for. What a migration brings keeps the numbers of the organisation that wrote it, which may send it again.
#[must_use]
pub fn numbers_of(actor: &Actor, facts: &Facts) -> String {
    let place = |finess: &str| format!("place {finess}");
    match actor {
        Actor::Software(software) => match &software.finess {
            Some(finess) => place(finess),
            None => format!("client {}", software.client_id),
        },
        Actor::System { .. } => {
            let mut wrote = facts.authors.iter().filter_map(|author| author.organization_id.as_deref());
            wrote.next().map_or_else(|| "migration".to_owned(), place)
        }
        // What a person adds is numbered by chance.
        Actor::Nobody
        | Actor::Citizen { .. }
        | Actor::Professional(_)
        | Actor::App(_)
        | Actor::Operator { .. } => "own".to_owned(),
    }
}

/// True when an author wrote for the organisation with this FINESS number.
fn wrote_for(finess: Option<&str>, target: &Meta) -> bool {
    finess.is_some_and(|finess| {
        target.facts.authors.iter().any(|a| a.organization_id.as_deref() == Some(finess))
    })
}

/// Decides on a replacement: its target must exist here, stand, and be of the same sender.
///
/// # Errors
/// `replaced-unknown`, `replaced-not-current`.
pub fn check_replacement(sender: &Actor, target: Option<&Meta>, path: &str) -> Result<(), Refusal> {
    // A stranger must not learn whether a document is there, nor what has become of it.
    let Some(target) = target.filter(|target| is_of_sender(sender, target)) else {
        let said = "no document of yours about this person has this id or unique id";
        return Err(at(RefusalKind::Invalid, "replaced-unknown", path, said));
    };
    if target.status != Status::Current {
        let said = "this document has already been replaced or withdrawn";
        return Err(at(RefusalKind::Conflict, "replaced-not-current", path, said));
    }
    Ok(())
}

/// Decides on taking a document back.
///
/// # Errors
/// `withdraw-not-yours`; `withdraw-again` when it has been withdrawn already.
pub fn check_withdrawal(actor: &Actor, target: &Meta) -> Result<(), Refusal> {
    if !is_of_sender(actor, target) {
        let said = "only whoever put a document there may take it back";
        return Err(Refusal::forbidden("withdraw-not-yours", said));
    }
    if target.status == Status::Withdrawn {
        return Err(Refusal::new(RefusalKind::Gone, "withdraw-again", "this document is already withdrawn"));
    }
    Ok(())
}

fn at(
    kind: RefusalKind,
    code: &'static str,
    path: impl Into<String>,
    said: impl Into<Cow<'static, str>>,
) -> Refusal {
    let mut refusal = Refusal::invalid(code, path, said);
    refusal.kind = kind;
    refusal
}
