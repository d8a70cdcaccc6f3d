//! Every page of a space leaves a line in its journal, or is named here with why it does not; what a person does not
//! recognise reaches the team and comes back; what she is told outside says nothing.

use std::collections::BTreeMap;
use std::path::Path;

use care::documents::{self, Added};
use kernel::{Actor, Language, PersonId, Purpose, Visit};
use people::identity::session::Persona;
use server::doors::{self, Door, Method, Who};
use synthetic::{country, pictures, professionals};

use crate::harness::{Browser, World};
use crate::people_of::{enrol, persona, register};

/// Pages of a citizen that show nothing of a space's contents, and why: a form that is empty, or what belongs to the
/// session that is open and not to the record.
const WITHOUT: &[(&str, &str)] = &[
    ("/documents/add", "an empty form"),
    ("/account", "keys and sessions of whoever looks, never of another"),
    ("/account/close", "a question"),
    ("/account/reopen", "a question"),
    ("/activation/codes", "a question; showing them is an act"),
    ("/acting/invitation", "an empty form"),
    ("/account/ways", "ways in of whoever looks, never of another"),
    ("/acting/offer", "an empty form"),
    ("/confirm", "a question"),
    ("/confirm/resume", "a question"),
    ("/documents/{entry}/withdraw", "a question"),
    ("/journal/notices", "the address of whoever looks, never of another"),
];

fn acts(world: &World, person: PersonId) -> u32 {
    world.house.store.verify(person, false).wait().unwrap().acts
}

/// A document that she added herself; answers its entry.
fn document(world: &World, person: PersonId) -> String {
    let now = world.house.clock.now();
    let visit = Visit {
        actor: Actor::Citizen { person, name: "Dominique PAT-TROIS".into() },
        on_behalf_of: None,
        purpose: Purpose::Own,
        now,
        language: Language::Fr,
        request_id: 1,
    };
    let fields = [
        ("kind", "DOCPAT05"),
        ("title", "Radio"),
        ("date-day", "1"),
        ("date-month", "2"),
        ("date-year", "2026"),
    ];
    let fields: Vec<_> = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let house = world.house.clone();
    let stored = world
        .house
        .store
        .write(move |tx| {
            let about = documents::pages::read_about(&visit, &fields)?;
            let file = Added { content: pictures::png(1, 40), file_name: "radio.png".into(), declared: None };
            documents::pages::add_post(tx, &visit, &about, vec![file], &house.chance)
        })
        .wait()
        .unwrap();
    stored[0].entry.to_string()
}

#[test]
fn every_page_of_a_space_is_in_its_journal_or_is_named_here() {
    let (store, folder) = store::testing::sqlite().unwrap();
    let world = World::on(store, Box::new(folder));
    let her = enrol(&world, &[country::sample_patient()])[0];
    let entry = document(&world, her);
    let citizen = persona(&world, &Persona::Citizen(her));
    let mut silent: BTreeMap<&str, u16> = BTreeMap::new();
    let mut tried = 0;
    for route in doors::routes(false) {
        let hers = matches!(route.who, Who::Citizen | Who::SignedIn);
        if route.door != Door::Web || route.method != Method::Get || !hers {
            continue;
        }
        let path = route.path.replace("{entry}", &entry).replace("{n}", "0");
        if path.contains('{') {
            continue;
        }
        let before = acts(&world, her);
        let seen = citizen.get(&path);
        // A page that this visitor does not get shows nothing.
        if seen.status == 200 {
            tried += 1;
            if acts(&world, her) == before {
                silent.insert(route.path, seen.status);
            }
        }
    }
    assert!(tried > 12, "only {tried} pages answered");
    let unnamed: Vec<_> =
        silent.keys().filter(|path| !WITHOUT.iter().any(|(known, _)| known == *path)).collect();
    assert!(unnamed.is_empty(), "no line, and no reason why not: {unnamed:?}");
}

/// Messages in the folder that stands for a relay, the newest last: headers decoded.
pub fn outbox(folder: &Path) -> Vec<String> {
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort_by_key(|file| file.metadata().unwrap().modified().unwrap());
    files.iter().map(|file| decoded(&std::fs::read_to_string(file).unwrap())).collect()
}

fn decoded(message: &str) -> String {
    use base64::Engine;
    let plain = |text: &str| {
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let (head, body) = message.split_once("\r\n\r\n").unwrap();
    let mut said = String::new();
    for line in head.lines() {
        match line.split_once("=?utf-8?B?") {
            Some((name, word)) => said.push_str(&format!("{name}{}\n", plain(word.trim_end_matches("?=")))),
            None => said.push_str(&format!("{line}\n")),
        }
    }
    said + "\n" + &plain(&body.replace("\r\n", ""))
}

/// Chooses to be told by e-mail; answers how many messages that took.
pub fn wants_mail(world: &World, citizen: &Browser, folder: &Path) {
    let page = citizen.get("/journal/notices");
    page.says("Votre adresse e-mail");
    citizen.post(&page, "/journal/notices/address", &[("address", "camille@example.org")]).has_status(303);
    world.worker_works();
    let sent = outbox(folder);
    assert_eq!(sent.len(), 1);
    let code = sent[0].lines().find(|line| line.len() == 9 && line.contains('-')).unwrap();
    let page = citizen.get("/journal/notices");
    page.says("camille@example.org");
    citizen.post(&page, "/journal/notices/code", &[("code", "AAAA-AAAA")]).has_status(422);
    citizen.post(&page, "/journal/notices/code", &[("code", code)]).has_status(303);
    citizen.get("/journal/notices").says("Nous vous prévenons par e-mail");
}

#[test]
fn she_is_told_of_an_access_at_once_and_the_message_says_nothing_of_it() {
    let (store, folder) = store::testing::sqlite().unwrap();
    let out = tempfile::tempdir().unwrap();
    let relay = format!("folder:{}", out.path().display());
    let world = World::with(store, Box::new(folder), &[("CARNET_EMAIL_RELAY", &relay)]);
    let her = enrol(&world, &[country::sample_patient()])[0];
    document(&world, her);
    let doctor = professionals::doctor(1, 0);
    register(&world, &[&doctor]);
    let citizen = persona(&world, &Persona::Citizen(her));
    wants_mail(&world, &citizen, out.path());
    world.worker_works();
    assert_eq!(outbox(out.path()).len(), 1, "her own acts are no news");

    let sharing = citizen.get("/sharing");
    citizen.post(&sharing, "/sharing/decide", &[("do", "allow"), ("rpps", &doctor.rpps)]).has_status(303);
    let rpps = kernel::rpps::Rpps::parse(&doctor.rpps).unwrap();
    let reader = persona(&world, &Persona::Professional(rpps));
    reader.get(&format!("/pro/patients/{her}")).has_status(200);
    // The log is swept, which says whose journal has grown; then the worker looks.
    world.worker_works();
    world.worker_works();
    let sent = outbox(out.path());
    assert_eq!(sent.len(), 2, "the first access of a professional, at once");
    let message = &sent[1];
    let words = "Il y a du nouveau dans votre espace Carnet.";
    let said = format!("\n\n{words}\r\n\r\n{}/sign-in\r\n", world.house.config.origin);
    assert!(message.ends_with(&said), "{message}");
    let lower = message.to_lowercase();
    let mut words = vec![
        doctor.display(),
        doctor.rpps.clone(),
        doctor.establishment.name,
        "radio".into(),
        "pat-trois".into(),
    ];
    words.extend(cda::types::Table::built_in().classes.iter().map(|class| class.fr_family.clone()));
    for word in words {
        assert!(!lower.contains(&word.to_lowercase()), "{word:?} left the house:\n{message}");
    }

    reader.get(&format!("/pro/patients/{her}")).has_status(200);
    world.worker_works();
    world.worker_works();
    assert_eq!(outbox(out.path()).len(), 2, "the same professional again waits for the next message");
    let journal = citizen.get("/journal");
    journal.says("Un e-mail vous a dit");
    journal.does_not_say("camille@example.org");
}

#[test]
fn a_line_she_does_not_recognise_is_reported_answered_and_closed_without_script() {
    let (store, folder) = store::testing::sqlite().unwrap();
    let world = World::on(store, Box::new(folder));
    let her = enrol(&world, &[country::sample_patient()])[0];
    document(&world, her);
    let citizen = persona(&world, &Persona::Citizen(her));
    citizen.get("/documents").has_status(200);
    let journal = citizen.get("/journal");
    let (_, rest) = journal.text.split_once("/journal/report?line=").unwrap();
    let line: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let form = citizen.get(&format!("/journal/report?line={line}"));
    form.has_status(200);
    form.does_not_say("Radio");
    citizen.get("/journal/report?line=999999").has_status(404);
    let sent = citizen.post(&form, "/journal/report", &[("line", &line), ("why", "Ce n’était pas moi.")]);
    sent.has_status(303);
    citizen.get(&sent.location.unwrap()).says("Votre signalement est envoyé");

    let team = persona(&world, &Persona::Operator("support".into()));
    let desk = team.get("/operator/reports");
    desk.does_not_say("Ce n’était pas moi");
    let (_, rest) = desk.text.split_once("href=\"/operator/reports/").unwrap();
    let report = format!("/operator/reports/{}", rest.split('"').next().unwrap());
    let page = team.get(&report);
    page.says("Ce n’était pas moi.");
    page.does_not_say("Radio");
    page.does_not_say("PAT-TROIS");
    citizen.get(&report).has_status(404);
    team.post(&page, &format!("{report}/answer"), &[("answer", "")]).has_status(422);
    team.post(&page, &format!("{report}/answer"), &[("answer", "C’était votre tablette.")]).has_status(303);
    citizen.get("/journal/reports").says("C’était votre tablette.");
    team.post(&page, &format!("{report}/close"), &[]).has_status(303);
    citizen.get("/journal/reports").says("Clos");
    let journal = citizen.get("/journal");
    for words in [
        "Vous avez signalé une ligne",
        "a lu un signalement",
        "a répondu à un signalement",
        "a clos un signalement",
    ] {
        journal.says(words);
    }
}
