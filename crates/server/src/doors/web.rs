//! Pages for people.
//!
//! The functions below only unpack what was asked and pack what a room answers; nothing is decided here.

use care::documents::{Stored, pages as documents, read::What};
use care::record::{home, journal, professional, sight, timeline};
use kernel::{Answer, EntryId};
use people::consent::pages::{self as sharing, code, lists, switches};
use people::enrolment::Scope;
use people::person;
use store::Tx;
use ui::{about, menu::Nav};

use super::{Does, Door, Route, Who, demo, site};
use crate::adapter::{Asked, Content, File, Reply};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Does::{Act, Look, Plain};
    use Who::{Anyone, Citizen, Professional, SignedIn};
    table! { Door::Web;
        Get  "/"                                 SignedIn     => "record::home::show"              Look(first);
        Get  "/documents"                        Citizen      => "record::timeline::show"          Look(own_list);
        Get  "/documents/add"                    Citizen      => "documents::pages::add"           Look(|tx, a| page(documents::add(tx, a.visit()?)));
        Post "/documents/add"                    Citizen      => "documents::pages::add_post"      Act(add), Upload;
        Get  "/documents/{entry}"                SignedIn     => "documents::pages::show"          Look(document);
        Get  "/documents/{entry}/file"           SignedIn     => "documents::pages::file"          Look(original);
        Get  "/documents/{entry}/embedded"       SignedIn     => "documents::pages::file"          Look(embedded);
        Get  "/documents/{entry}/attachment/{n}" SignedIn     => "documents::pages::file"          Look(attachment);
        Get  "/documents/{entry}/withdraw"       Citizen      => "documents::pages::withdraw"      Look(ask_withdraw);
        Post "/documents/{entry}/withdraw"       Citizen      => "documents::pages::withdraw_post" Act(withdraw);
        Get  "/documents/{entry}/who"            Citizen      => "record::sight::who::show"        Look(|tx, a| page(sight::who::show(tx, a.visit()?, a.param("entry")?)));
        Get  "/sharing"                          Citizen      => "consent::pages::show"            Look(show_sharing);
        Get  "/sharing/general"                  Citizen      => "consent::pages::switches::general" Look(|tx, a| page(switches::general(tx, a.visit()?)));
        Get  "/sharing/team"                     Citizen      => "consent::pages::lists::team"     Look(|tx, a| told(a, lists::team(tx, a.visit()?, typed(a))));
        Get  "/sharing/treating"                 Citizen      => "consent::pages::lists::treating" Look(|tx, a| told(a, lists::treating(tx, a.visit()?, typed(a))));
        Get  "/sharing/blocked"                  Citizen      => "record::sight::met::blocked"     Look(|tx, a| told(a, sight::met::blocked(tx, a.visit()?, typed(a))));
        Get  "/sharing/emergency"                Citizen      => "consent::pages::switches::emergency" Look(|tx, a| told(a, switches::emergency(tx, a.visit()?)));
        Get  "/sharing/senders"                  Citizen      => "record::sight::met::senders"     Look(|tx, a| told(a, sight::met::senders(tx, a.visit()?)));
        Get  "/sharing/code"                     Citizen      => "consent::pages::code::show"      Look(|tx, a| told(a, code::show(tx, a.visit()?)));
        Post "/sharing/code"                     Citizen      => "consent::pages::code::make"      Act(|tx, a| page(code::make(tx, a.visit()?, a.filled(), &a.house.config.origin, &a.house.chance)));
        Get  "/sharing/hidden"                   Citizen      => "record::sight::hiding::show"     Look(|tx, a| told(a, sight::hiding::show(tx, a.visit()?)));
        Get  "/sharing/hidden/choose"            Citizen      => "record::sight::hiding::choose"   Look(|tx, a| page(sight::hiding::choose(tx, a.visit()?, a.query("page").unwrap_or_default())));
        Get  "/sharing/preview"                  Citizen      => "record::sight::preview::show"    Look(preview);
        Post "/sharing/effect"                   Citizen      => "record::sight::effect::ask"      Look(|tx, a| page(sight::effect::ask(tx, a.visit()?, &a.fields, &a.house.chance)));
        Post "/sharing/decide"                   Citizen      => "record::sight::effect::save"     Act(|tx, a| Ok(Reply::see(sight::effect::save(tx, a.visit()?, &a.fields, &a.house.chance)?)));
        Get  "/journal"                          Citizen      => "record::journal::show"           Look(show_journal);
        Get  "/journal.csv"                      Citizen      => "record::journal::csv"            Look(journal_csv);
        Get  "/pro"                              Professional => "record::professional::find"      Look(|_, a| page(professional::find(a.visit()?)));
        Post "/pro"                              Professional => "record::professional::find_post" Act(find);
        Get  "/pro/patients/{person}"            Professional => "record::timeline::show"          Look(patient);
        Get  "/pro/patients/{person}/presence"   Professional => "record::professional::ask"       Look(ask_presence);
        Post "/pro/patients/{person}/presence"   Professional => "record::professional::presence"  Act(presence);
        Get  "/help"                             Anyone       => "about::help"                     Look(|_, a| site::plain(a, about::help));
        Get  "/accessibility"                    Anyone       => "about::accessibility"            Look(|_, a| site::plain(a, about::accessibility));
        Get  "/privacy"                          Anyone       => "about::privacy"                  Look(|_, a| site::plain(a, about::privacy));
        Get  "/legal"                            Anyone       => "about::legal"                    Look(|_, a| site::plain(a, about::legal));
        Get  "/assets/{file}"                    Anyone       => "site::asset"                     Plain(site::asset);
        Get  "/theme/{file}"                     Anyone       => "site::theme"                     Plain(site::theme);
        Get  "/language"                         Anyone       => "site::language"                  Plain(site::language);
        Get  "/robots.txt"                       Anyone       => "site::robots"                    Plain(site::robots);
        Get  "/manifest.webmanifest"             Anyone       => "site::manifest"                  Plain(site::manifest);
    }
}

/// Links that start a persona's session, and the page of an invented app, for `carnet demo` only.
#[must_use]
pub fn demo_routes() -> Vec<Route> {
    table! { Door::Web;
        Get "/demo/{persona}" Who::Anyone => "identity::session::demo_session" Does::Act(demo::sign_in);
        Get "/demo/app"       Who::Anyone => "demo::app::page"                 Does::Plain(crate::demo::app::page);
    }
}

fn page(answer: Answer<ui::page::Page>) -> Answer<Reply> {
    answer.map(Reply::from)
}

/// Where everybody begins: the person on her first page, whoever works here at their own.
fn first(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let visit = asked.visit()?;
    match Nav::of(Some(visit)).side.home() {
        "/" => match home::show(tx, visit) {
            // Her own, which she has closed: the page that says so, and gives it back.
            Err(refusal) if refusal.code() == "space-closed" => {
                Ok(Reply::see(people::enrolment::pages::REOPEN))
            }
            shown => page(shown),
        },
        elsewhere => Ok(Reply::see(elsewhere)),
    }
}

fn preview(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let nobody = asked.query(sight::preview::SENT).map(|_| "");
    page(sight::preview::show(tx, asked.visit()?, asked.query("who").or(nobody)))
}

/// What the list is asked for.
fn list_query(asked: &Asked) -> timeline::Asked {
    let text = |name: &str| asked.query(name).unwrap_or_default().to_owned();
    timeline::Asked {
        q: text("q"),
        family: text("family"),
        author: text("author"),
        year: text("year"),
        hidden: text("hidden"),
        page: text("page"),
    }
}

fn own_list(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    shown(asked, timeline::show(tx, asked.visit()?, None, &list_query(asked))?)
}

fn patient(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let not_open = || {
        let said = "This space is not open to you, or does not exist.";
        kernel::Refusal::new(kernel::RefusalKind::NotFound, ui::refusal::NOT_OPEN, said)
    };
    let person = asked.param("person").map_err(|_| not_open())?;
    match timeline::show(tx, asked.visit()?, Some(person), &list_query(asked)) {
        // She has not allowed it: the page where a professional who searched for her may record that she agreed.
        // To one who only guessed a number, and to one whose access has ended, she is like one who does not exist; the
        // refusal is in her journal either way.
        Err(refusal) if refusal.code() == "no-consent" => match asked.query("found") {
            Some(found) => {
                let found = ui::address::encode(found);
                Ok(Reply::see(format!("{}/presence?found={found}", professional::record_href(person))))
            }
            None => Err(not_open()),
        },
        Err(refusal) if refusal.code() == "not-found" => Err(not_open()),
        shown_list => shown(asked, shown_list?),
    }
}

/// A list, and what its search has learnt: kept by a write that nobody waits for.
fn shown(asked: &Asked, shown: timeline::Shown) -> Answer<Reply> {
    if !shown.learnt.is_empty() {
        drop(asked.house.store.write(move |tx| care::documents::search::keep(tx, shown.learnt)));
    }
    Ok(shown.page.into())
}

fn document(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    told(asked, documents::show(tx, asked.visit()?, asked.param("entry")?))
}

fn original(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    file(tx, asked, What::Original)
}

fn embedded(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    file(tx, asked, What::Embedded)
}

fn attachment(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let n = asked.param("n")?;
    file(tx, asked, What::Attachment(n))
}

/// A file of somebody else's making: shown in a sandbox that can do nothing, or saved.
fn file(tx: &mut Tx<'_>, asked: &Asked, what: What) -> Answer<Reply> {
    let entry: EntryId = asked.param("entry")?;
    let download = asked.query("download").is_some();
    let found = documents::file(tx, asked.visit()?, entry, what, download)?;
    let name = (download || !found.inline).then_some(found.name);
    let content = Content::File(File { content_type: found.mime, name, body: found.bytes, immutable: false });
    Ok(Reply::of(content)
        .header("content-security-policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'"))
}

fn add(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let visit = asked.visit()?;
    let fields = || asked.fields.iter().filter(|(name, _)| name != ui::page::CSRF_FIELD).cloned().collect();
    let files = asked
        .files
        .iter()
        .filter(|file| file.field == "files")
        .map(|file| care::documents::Added {
            content: file.bytes.to_vec(),
            file_name: file.name.clone(),
            declared: file.content_type.clone(),
        })
        .collect();
    let done = documents::read_about(visit, &asked.fields).and_then(|about| {
        let stored = documents::add_post(tx, visit, &about, files, &asked.house.chance)?;
        Ok((about.kind.code, stored))
    });
    match done {
        Ok((kind, stored)) => {
            count_own(tx, asked, &kind, &stored)?;
            Ok(Reply::see(documents::after_adding(&stored)))
        }
        Err(refusal) if refusal.fault.is_some() => Err(refusal),
        Err(refusal) => Ok(documents::add_again(visit, fields(), &refusal).into()),
    }
}

/// Counts what a person added for the operator: by kind of document, never by person.
fn count_own(tx: &mut Tx<'_>, asked: &Asked, kind: &str, stored: &[Stored]) -> Answer<()> {
    let new = stored.iter().filter(|one| one.new).count();
    if new == 0 {
        return Ok(());
    }
    let Some(person) = person::load(tx, asked.own()?)? else { return Ok(()) };
    let scope = Scope::of(&person);
    for _ in 0..new {
        asked.house.tallies.document(asked.visit()?.now, &scope, kind, "self");
    }
    Ok(())
}

fn ask_withdraw(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    page(documents::withdraw(tx, asked.visit()?, asked.param("entry")?))
}

fn withdraw(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    documents::withdraw_post(tx, asked.visit()?, asked.param("entry")?)?;
    Ok(Reply::see(documents::DOCUMENTS))
}

fn show_sharing(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    told(asked, sharing::show(tx, asked.visit()?, typed(asked)))
}

/// What was typed into a search.
fn typed(asked: &Asked) -> &str {
    asked.query("q").unwrap_or_default()
}

/// A page of hers, with the sentence that what she decided is saved.
pub(super) fn told(asked: &Asked, shown: Answer<ui::page::Page>) -> Answer<Reply> {
    Ok(sharing::told(shown?, asked.visit()?, asked.query(sharing::DONE)).into())
}

fn show_journal(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let text = |name: &str| asked.query(name).unwrap_or_default().to_owned();
    let query = journal::Asked { who: text("who"), what: text("what"), before: text("before") };
    page(journal::show(tx, asked.visit()?, &query))
}

fn journal_csv(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let csv = journal::csv(tx, asked.visit()?)?;
    Ok(Reply::file("text/csv; charset=utf-8", Some("journal.csv".to_owned()), csv))
}

fn find(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let fields = asked.fields.iter().filter(|(name, _)| name != ui::page::CSRF_FIELD).cloned().collect();
    Ok(match professional::find_post(tx, asked.visit()?, fields)? {
        professional::Finding::One(address) => Reply::see(address),
        professional::Finding::Again(form) => (*form).into(),
    })
}

fn ask_presence(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let found = asked.query("found").unwrap_or_default();
    page(professional::ask(tx, asked.visit()?, asked.param("person")?, found))
}

fn presence(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let person = asked.param("person")?;
    professional::presence(tx, asked.visit()?, person, asked.field("found").unwrap_or_default())?;
    Ok(Reply::see(professional::record_href(person)))
}
