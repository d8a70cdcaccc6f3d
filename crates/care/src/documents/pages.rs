//! The pages of one document: reading it, adding some, taking one back.

use std::borrow::Cow;

use kernel::{Actor, Answer, Chance, EntryId, PersonId, Refusal, RefusalKind, Visit};
use maud::{Markup, PreEscaped, html};
use people::consent::pages::owner;
use people::consent::{self, Action, Pass, Sharing};
use store::{Kind, Tx};
use ui::form::{self, Choice, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};
use ui::{Words, dates, sizes};

use super::deposit::Stored;
use super::model::{Code, Media, Meta, Status};
use super::own::{self, About};
use super::prepare::Added;
use super::read::{self, File, What};
use super::secret::{self, Secrecy};
use super::shelf::{self, Item};
use super::{announce, plain, rules};
use crate::record::coming;
use crate::record::fold::{self, Seen};
use crate::record::professional::strict_traits;
use crate::record::sight;
use crate::record::timeline::{Patient, heading_of};

/// Where the list is.
pub const DOCUMENTS: &str = "/documents";
/// Where documents are added.
pub const ADD: &str = "/documents/add";

/// The menu a page about documents stands under.
pub(crate) fn nav(visit: &Visit) -> Nav {
    match visit.actor {
        Actor::Professional(_) => Nav::professional("/pro"),
        _ => Nav::citizen(DOCUMENTS),
    }
}

/// The list that a document's page leads back to.
pub(crate) fn list_of(visit: &Visit, person: PersonId) -> String {
    match visit.actor {
        Actor::Professional(_) => format!("/pro/patients/{person}"),
        _ => DOCUMENTS.to_owned(),
    }
}

/// `GET /documents/{entry}`: the page of one document. The look is journalled.
///
/// # Errors
/// As `consent::open`; `not-found` for what the visitor does not see.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId) -> Answer<Page> {
    let pass = consent::open(tx, visit, entry.person, Action::ReadDocument)?;
    let (mut meta, seen) = read::find(tx, &pass, entry)?;
    let bytes = match meta.facts.media {
        // Only what is written into the page is read now; the rest is fetched by its own address.
        Media::Cda | Media::Text | Media::Rtf => read::content(tx, &pass, &meta)?,
        _ => Vec::new(),
    };
    let sharing = sight::decided(tx, &pass)?;
    if let Some(sharing) = &sharing {
        meta.facts.security.masked = fold::is_hidden(sharing, &meta);
    }
    read::note(tx, &pass, Kind::DocumentRead, Some(entry), meta.facts.kind.code.as_str());
    let patient = (!matches!(visit.actor, Actor::Citizen { .. })).then(|| heading_of(&pass, visit));
    let secrecy = secret::secrecy(tx, &pass)?;
    let may_announce = meta.facts.security.invisible_to_patient && pass.may(Action::AnnounceResult);
    Ok(page(
        visit,
        &View { meta: &meta, seen: &seen, bytes: &bytes, sharing, patient, secrecy, may_announce },
    ))
}

/// What the page of a document shows.
pub(crate) struct View<'a> {
    pub(crate) meta: &'a Meta,
    pub(crate) seen: &'a Seen,
    pub(crate) bytes: &'a [u8],
    /// What the person decided, for herself and those who act for her.
    pub(crate) sharing: Option<Sharing>,
    /// Whose document it is, for a professional.
    pub(crate) patient: Option<Patient>,
    /// What this reader is told about its being kept secret.
    pub(crate) secrecy: Secrecy,
    /// Whether she may say that she has announced it.
    pub(crate) may_announce: bool,
}

pub(crate) fn page(visit: &Visit, view: &View<'_>) -> Page {
    let words = Words::to(visit);
    let meta = view.meta;
    let title = plain::title(meta, visit.language);
    let twins: Vec<&Meta> = view
        .seen
        .documents
        .iter()
        .filter(|other| other.entry != meta.entry && other.facts.sha256 == meta.facts.sha256)
        .filter(|_| !meta.facts.sha256.is_empty())
        .collect();
    let earlier = view.seen.earlier(meta);
    let item = Item { meta, earlier: earlier.len(), twins: twins.clone() };
    let tags = shelf::tags(words, &item, None);
    let above = [(words.t("documents-title"), Cow::Owned(list_of(visit, meta.entry.person)))];
    let body = html! {
        (parts::breadcrumbs(words, &above, &title))
        // On screen and on paper, whose it is comes before what it is.
        @if let Some(patient) = &view.patient {
            p.lead {
                (words.with("documents-of-patient", &[("name", patient.name.as_str().into())])) br;
                (strict_traits(words, patient)) " · "
                (words.t("record-ins")) " " span translate="no" { (patient.ins) }
            }
        }
        (parts::header_with(&title, plain::subtitle(meta, visit.language).unwrap_or_default(), html! {}))
        @if let Some(under) = view.patient.as_ref().and_then(|patient| patient.under.as_ref()) {
            (coming::banner(words, under))
        }
        @if !tags.0.is_empty() { p.card-tags { (tags) } }
        (notices(words, view))
        (about(words, meta))
        (content(words, view))
        @if let Some(sharing) = &view.sharing { (sight::who::part(words, meta, sharing)) }
        (secret::part(words, meta, view.secrecy))
        @if !earlier.is_empty() { (versions(words, &earlier)) }
        @if !twins.is_empty() { (received_again(words, &twins)) }
        @if meta.is_own() && matches!(visit.actor, Actor::Citizen { .. }) {
            p.no-print { a.ds-link href=(withdraw_href(meta.entry)) { (words.t("documents-withdraw")) } }
        }
    };
    Page::new(nav(visit), title.into_owned(), body)
}

fn notices(words: &Words, view: &View<'_>) -> Markup {
    let meta = view.meta;
    let newer = meta.replaced_by.and_then(|by| view.seen.document(by));
    html! {
        @if meta.status == Status::Superseded {
            (parts::alert(Tone::Warning, &words.t("documents-superseded"), html! {
                @if let Some(newer) = newer {
                    p { a.ds-link href=(shelf::href(newer)) { (words.t("documents-see-newer")) } }
                }
            }))
        }
        @if meta.facts.security.invisible_to_patient {
            (parts::alert(Tone::Warning, &words.t("documents-not-yet"), html! {
                p { (words.t("documents-not-yet-text")) }
                @if view.may_announce { (announce::button(words, meta)) }
            }))
        }
    }
}

/// When, who, through whom.
fn about(words: &Words, meta: &Meta) -> Markup {
    let facts = &meta.facts;
    let mut pairs: Vec<(Cow<'_, str>, Markup)> = Vec::new();
    pairs.push((words.t("documents-dated"), parts::date_of(words, meta.day())));
    if let Some(began) = facts.care_began.filter(|began| began.date() != meta.day()) {
        pairs.push((words.t("documents-care"), parts::date_of(words, began.date())));
    }
    let authors: Vec<String> = facts.authors.iter().map(plain::author).filter(|a| !a.is_empty()).collect();
    if !authors.is_empty() {
        let list = html! { @for author in &authors { div { (author) } } };
        pairs.push((words.t("documents-authors"), list));
    }
    let received = parts::time_of(words, meta.received);
    match &*meta.sender {
        Actor::Citizen { name, .. } => {
            let by = words.with("documents-by", &[("name", name.as_str().into())]);
            pairs.push((words.t("documents-added"), html! { (received) ", " (by) }));
        }
        Actor::Software(software) => {
            let by = words.with("documents-by", &[("name", software.organization.as_str().into())]);
            pairs.push((words.t("documents-received"), html! { (received) ", " (by) }));
        }
        _ => pairs.push((words.t("documents-received"), received)),
    }
    if let Some(family) = plain::family(meta, words.language()) {
        pairs.push((words.t("documents-family"), html! { (family) }));
    }
    pairs.push((words.t("documents-size"), html! { (sizes::size(words.language(), facts.size)) }));
    parts::facts(&pairs)
}

/// What it says: in the page where that is safe, else as a file to open.
fn content(words: &Words, view: &View<'_>) -> Markup {
    let meta = view.meta;
    let address = shelf::href(meta);
    let language = words.language();
    let file = |name: &str| format!("{address}/{name}");
    let open = |href: &str, label: &str| {
        html! { a.ds-button href=(href) target="_blank" rel="noopener" { (label) span.ds-sr-only { " " (words.t("documents-new-tab")) } } }
    };
    let download = html! {
        a.ds-button data-variant="secondary" href={ (file("file")) "?download=1" } download {
            (ui::icons::Icon::Download.svg()) (words.t("documents-download"))
        }
    };
    let parsed = (meta.facts.media == Media::Cda).then(|| cda::parse(view.bytes).ok()).flatten();
    let embedded = parsed.as_ref().and_then(cda::Document::embedded);
    let shown = embedded.and_then(|embedded| rules::sniff(embedded.bytes));
    html! {
        div.actions.no-print {
            @match (meta.facts.media, shown) {
                (Media::Pdf, _) => (open(&file("file"), &words.t("documents-open-pdf"))),
                (_, Some(Media::Pdf)) => (open(&file("embedded"), &words.t("documents-open-pdf"))),
                _ => {}
            }
            (download)
            (parts::print_button(words))
        }
        @match meta.facts.media {
            Media::Jpeg | Media::Png => {
                figure.picture { img src=(file("file")) alt=(plain::title(meta, language)); }
            }
            Media::Text => pre.document-text { (String::from_utf8_lossy(view.bytes)) },
            Media::Cda => (clinical(words, meta, parsed.as_ref(), shown)),
            Media::Pdf => {},
            Media::Tiff | Media::Rtf | Media::Dicom | Media::FhirJson => {
                p { (words.t("documents-no-preview")) }
            }
        }
    }
}

/// Largest picture, and sum of pictures, written into a page: a page stays under 100 kB.
const PICTURE_IN_PAGE: usize = 8 << 10;
const PICTURES_IN_PAGE: usize = 24 << 10;

fn clinical(words: &Words, meta: &Meta, document: Option<&cda::Document>, shown: Option<Media>) -> Markup {
    let Some(document) = document else { return html! { p { (words.t("documents-unreadable")) } } };
    let attachments = format!("{}/attachment/", shelf::href(meta));
    let body = document.html(&cda::Rendering {
        language: words.language(),
        prefix: "cda",
        max_picture: PICTURE_IN_PAGE,
        max_pictures: PICTURES_IN_PAGE,
        attachments: Some(&attachments),
    });
    let lang = document.header.language.as_deref().unwrap_or("fr");
    html! {
        @if matches!(shown, Some(Media::Jpeg | Media::Png)) {
            figure.picture {
                img src={ (shelf::href(meta)) "/embedded" } alt=(plain::title(meta, words.language()));
            }
        }
        @if !body.is_empty() {
            article.document lang=(lang) { (PreEscaped(body)) }
        } @else if shown.is_none() {
            p { (words.t("documents-no-preview")) }
        }
    }
}

fn versions(words: &Words, earlier: &[&Meta]) -> Markup {
    let items = html! {
        ul {
            @for meta in earlier {
                li {
                    a.ds-link href=(shelf::href(meta)) { (plain::title(meta, words.language())) }
                    ", " (parts::date_of(words, meta.day()))
                }
            }
        }
    };
    parts::details(&words.with("documents-earlier", &[("count", earlier.len().into())]), items)
}

fn received_again(words: &Words, twins: &[&Meta]) -> Markup {
    let items = html! {
        ul {
            @for meta in twins {
                li {
                    a.ds-link href=(shelf::href(meta)) { (plain::from(meta)) }
                    ", " (parts::time_of(words, meta.received))
                }
            }
        }
    };
    parts::details(&words.with("documents-again", &[("count", twins.len().into())]), items)
}

/// `GET /documents/{entry}/file`, `/embedded`, `/attachment/{n}`: the bytes. The door serves them with
/// `Content-Disposition`, `Content-Security-Policy: sandbox` and `X-Content-Type-Options: nosniff`.
///
/// # Errors
/// As [`show`].
pub fn file(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId, what: What, download: bool) -> Answer<File> {
    let pass = consent::open(tx, visit, entry.person, Action::ReadDocument)?;
    read::file(tx, &pass, entry, what, download)
}

/// `GET /documents/add`: the form.
///
/// # Errors
/// As `consent::open`.
pub fn add(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Page> {
    consent::open(tx, visit, owner(visit)?, Action::AddOwnDocument)?;
    Ok(add_form(visit.language, visit.now))
}

pub(crate) fn add_form(language: kernel::Language, now: kernel::Instant) -> Page {
    add_page(&Filled::empty(Words::of(language)).with_date("date", now.date()))
}

/// The same form after a refusal, with everything that was typed.
#[must_use]
pub fn add_again(visit: &Visit, fields: Vec<(String, String)>, refusal: &Refusal) -> Page {
    let words = Words::to(visit);
    let mut filled = Filled::sent(words, fields);
    // A date that cannot be read says which part is wrong; the general sentence would only repeat it.
    if let Err(message) = filled.date("date") {
        filled.wrong("date", message);
    }
    let mut seen = Vec::new();
    let mut told = Refusal::new(refusal.kind, "invalid", "");
    told.issues.clear();
    for issue in &refusal.issues {
        let known = (issue.code, issue.path.clone());
        if issue.code != "upload-date-unreadable" && !seen.contains(&known) {
            seen.push(known);
            told.issues.push(issue.clone());
        }
    }
    if !told.issues.is_empty() || refusal.issues.is_empty() {
        filled = filled.refused(&told);
    }
    let mut page = add_page(&filled).refilled(&filled);
    if refusal.kind == RefusalKind::Fault {
        page = page.status(500);
    }
    page
}

fn add_page(filled: &Filled) -> Page {
    let words = filled.words();
    let kinds: Vec<Choice<'_>> = own::own_types()
        .into_iter()
        .map(|kind| Choice::new(kind.code.as_str(), plain::type_name(&kind.code, words.language())))
        .collect();
    let body = html! {
        (parts::breadcrumbs(words, &[(words.t("documents-title"), Cow::Borrowed(DOCUMENTS))], &words.t("documents-add")))
        (form::error_summary(filled))
        (parts::header_with(&words.t("documents-add"), &words.t("documents-add-lead"), html! {}))
        (form::post_files(ADD, filled, html! {
            (form::file("files", words.t("documents-field-files"))
                .hint(words.t("documents-field-files-hint"))
                .accept("application/pdf,image/jpeg,image/png")
                .multiple()
                .show(filled))
            (form::select("kind", words.t("documents-field-kind"), kinds).show(filled))
            (form::text("title", words.t("documents-field-title"))
                .hint(words.t("documents-field-title-hint")).optional().max(120).show(filled))
            (form::date("date", words.t("documents-field-date")).hint(words.t("documents-field-date-hint")).show(filled))
            (form::actions(html! {
                (form::submit(&words.t("documents-add-submit")))
                a.ds-link href=(DOCUMENTS) { (words.t("documents-cancel")) }
            }))
        }))
    };
    Page::new(Nav::citizen(DOCUMENTS), words.t("documents-add"), body)
}

/// Reads the fields of the form: `kind`, `title`, `date-day`, `date-month`, `date-year`.
///
/// # Errors
/// `upload-date` with what is wrong with the date; a missing kind is told by [`own::check_files`].
pub fn read_about(visit: &Visit, fields: &[(String, String)]) -> Result<About, Refusal> {
    let filled = Filled::sent(Words::to(visit), fields.iter().cloned());
    let day = match filled.date("date") {
        Ok(Some(day)) => day,
        Ok(None) => return Err(Refusal::invalid("upload-date", "date", "no date")),
        Err(_) => return Err(Refusal::invalid("upload-date-unreadable", "date", "not a date")),
    };
    let code = filled.value("kind");
    let system = own::own_types().into_iter().find(|kind| kind.code == code).map(|kind| kind.system.as_str());
    Ok(About {
        kind: Code::new(system.unwrap_or_default(), code),
        title: filled.value("title").to_owned(),
        day,
    })
}

/// `POST /documents/add`: files what was chosen. Afterwards the door redirects to [`after_adding`]; a refusal
/// comes back to [`add_again`].
///
/// # Errors
/// As `consent::open`, [`own::upload`].
pub fn add_post(
    tx: &mut Tx<'_>,
    visit: &Visit,
    about: &About,
    files: Vec<Added>,
    chance: &Chance,
) -> Answer<Vec<Stored>> {
    let pass: Pass = consent::open(tx, visit, owner(visit)?, Action::AddOwnDocument)?;
    own::upload(tx, &pass, files, about, chance)
}

/// Where to go after adding: to the document, or to the list when there are several.
#[must_use]
pub fn after_adding(stored: &[Stored]) -> String {
    match stored {
        [one] => format!("{DOCUMENTS}/{}", one.entry),
        _ => DOCUMENTS.to_owned(),
    }
}

fn withdraw_href(entry: EntryId) -> String {
    format!("{DOCUMENTS}/{entry}/withdraw")
}

/// `GET /documents/{entry}/withdraw`: asks before it is gone.
///
/// # Errors
/// As [`show`]; `withdraw-not-yours`.
pub fn withdraw(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId) -> Answer<Page> {
    let pass = consent::open(tx, visit, entry.person, Action::WithdrawDocument)?;
    let (meta, _) = read::find(tx, &pass, entry)?;
    rules::check_withdrawal(&visit.actor, &meta).map_err(|refusal| pass.refuse(tx, Some(entry), refusal))?;
    Ok(withdraw_page(visit, &meta))
}

pub(crate) fn withdraw_page(visit: &Visit, meta: &Meta) -> Page {
    let words = Words::to(visit);
    let title = plain::title(meta, visit.language);
    let filled = Filled::empty(words);
    let above = [
        (words.t("documents-title"), Cow::Borrowed(DOCUMENTS)),
        (title.clone(), Cow::Owned(shelf::href(meta))),
    ];
    let heading = words.with("documents-withdraw-title", &[("title", title.as_ref().into())]);
    let body = html! {
        (parts::breadcrumbs(words, &above, &words.t("documents-withdraw")))
        (parts::header(&heading))
        p.lead { (words.t("documents-withdraw-lead")) }
        p { (dates::date(words, meta.day())) }
        (form::post(&withdraw_href(meta.entry), &filled, form::actions(html! {
            (form::danger(&words.t("documents-withdraw-submit")))
            a.ds-link href=(shelf::href(meta)) { (words.t("documents-cancel")) }
        })))
    };
    Page::new(nav(visit), heading.into_owned(), body)
}

/// `POST /documents/{entry}/withdraw`: takes it back. Afterwards the door redirects to [`DOCUMENTS`].
///
/// # Errors
/// As [`own::withdraw`].
pub fn withdraw_post(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId) -> Answer<()> {
    let pass = consent::open(tx, visit, entry.person, Action::WithdrawDocument)?;
    own::withdraw(tx, &pass, entry, "")
}
