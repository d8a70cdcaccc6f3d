//! A minor asks a professional for secrecy (« connexion secrète »): what he sees, what she reads of it, and that her
//! mother finds nothing; and by what right somebody came, over HTTP.

use kernel::rpps::Rpps;
use people::identity::session::Persona;
use synthetic::professionals::{self, Practitioner};

use crate::acting::{Home, MOTHER, TEENAGER, switch};
use crate::harness::{Browser, World, on_both};
use crate::people_of::{persona, register};

fn signed_in(world: &World, who: &Practitioner) -> Browser {
    persona(world, &Persona::Professional(Rpps::parse(&who.rpps).unwrap()))
}

/// Looks for somebody by her number; answers where the search leads.
fn finds(doctor: &Browser, matricule: &str, more: &[(&str, &str)]) -> String {
    let fields = [&[("ins", matricule)], more].concat();
    let found = doctor.post(&doctor.get("/pro"), "/pro", &fields);
    found.has_status(303);
    found.location.unwrap()
}

/// Asks for secrecy where a search led; answers the status and where it leads.
fn connects(doctor: &Browser, question: &str) -> (u16, Option<String>) {
    let page = doctor.get(question);
    page.says("Elle demande le secret");
    let (address, proof) = question.split_once("?found=").unwrap();
    let answer = doctor.post(&page, address, &[("found", proof)]);
    (answer.status, answer.location)
}

/// Every page on which the mother could find a professional of her daughter's; the first three tell what was done.
const HER_MOTHERS: [&str; 6] =
    ["/", "/journal", "/journal.csv", "/sharing", "/sharing/blocked", "/documents"];

fn mother_finds(home: &Home, world: &World, name: &str, pages: &[&str]) -> bool {
    let mother = home.browser(world, MOTHER);
    switch(&mother, &home.ids[TEENAGER].to_string());
    pages.iter().any(|page| {
        let seen = mother.get(page);
        seen.has_status(200);
        seen.text.contains(name)
    })
}

#[test]
fn in_secret_only_secrets_are_seen_and_her_mother_finds_nothing() {
    on_both(|world| {
        let home = Home::of(world);
        let lea = home.family.teenager.clone();
        let plain = home.deposit(world, &lea, 1, false);
        let secret = home.deposit(world, &lea, 2, true);
        let (doctor, blocked) = (professionals::doctor(1, 0), professionals::doctor(1, 1));
        register(world, &[&doctor, &blocked]);
        let hers = home.browser(world, TEENAGER);
        let block = [("do", "block"), ("rpps", blocked.rpps.as_str())];
        hers.post(&hers.get("/sharing"), "/sharing/decide", &block).has_status(303);

        let his = signed_in(world, &doctor);
        let question = finds(&his, &lea.ins.matricule, &[]);
        let record = format!("/pro/patients/{}", home.ids[TEENAGER]);
        assert!(question.starts_with(&format!("{record}/secret?found=")), "{question}");
        assert_eq!(connects(&his, &question), (303, Some(record.clone())));
        let list = his.get(&record);
        list.says("Connexion secrète, jusqu’au");
        list.says(&secret);
        list.does_not_say(&plain);
        his.get(&format!("/documents/{secret}")).has_status(200);
        his.get(&format!("/documents/{plain}")).has_status(404);
        // Found again, he is where he was: the question is not put twice.
        assert!(finds(&his, &lea.ins.matricule, &[]).starts_with(&format!("{record}?found=")));

        // Whom she blocked is refused, and that he tried is as secret.
        let theirs = signed_in(world, &blocked);
        let question = finds(&theirs, &lea.ins.matricule, &[]);
        assert_eq!(connects(&theirs, &question).0, 403);

        assert!(!mother_finds(&home, world, &doctor.display(), &HER_MOTHERS));
        // That he is blocked she may know: it is no secret.
        assert!(!mother_finds(&home, world, &blocked.display(), &HER_MOTHERS[..3]));
        let journal = hers.get("/journal");
        journal.says(&doctor.display());
        journal.says("en connexion secrète, à votre demande");
        journal.says("Parce que vous avez demandé le secret");
        journal.says(&blocked.display());

        // He leaves, and what he does then is seen.
        let left = his.post(&list, &format!("{record}/secret/end"), &[]);
        assert_eq!((left.status, left.location.as_deref()), (303, Some("/pro")));
        his.get(&record).has_status(404);
        assert!(
            mother_finds(&home, world, &doctor.display(), &HER_MOTHERS),
            "who is never found proves nothing"
        );
    });
}

/// Where life is in danger everything must be seen, whatever she decided about others meanwhile.
#[test]
fn an_emergency_ends_the_secrecy() {
    on_both(|world| {
        let home = Home::of(world);
        let lea = home.family.teenager.clone();
        let plain = home.deposit(world, &lea, 1, false);
        let doctor = professionals::doctor(1, 0);
        register(world, &[&doctor]);
        let (hers, his) = (home.browser(world, TEENAGER), signed_in(world, &doctor));
        let question = finds(&his, &lea.ins.matricule, &[]);
        assert_eq!(connects(&his, &question).0, 303);
        let nobody = [("do", "mode"), ("mode", "nobody")];
        hers.post(&hers.get("/sharing"), "/sharing/decide", &nobody).has_status(303);
        let record = format!("/pro/patients/{}", home.ids[TEENAGER]);
        his.get(&record).has_status(404);
        let (_, proof) = question.split_once("?found=").unwrap();
        let page = his.get(&format!("{record}/emergency?found={proof}"));
        let declared = [("found", proof), ("reason", "Inconsciente, appel du lycée")];
        his.post(&page, &format!("{record}/emergency"), &declared).has_status(303);
        his.get(&record).says(&plain);
        assert!(mother_finds(&home, world, &doctor.display(), &["/journal"]), "an emergency is no secret");
    });
}

/// Her mother blocks a professional of whom she knows nothing here: she finds her own block, and nothing from before.
#[test]
fn a_mother_knows_of_her_own_block() {
    on_both(|world| {
        let home = Home::of(world);
        let doctor = professionals::doctor(1, 0);
        register(world, &[&doctor]);
        let rpps = [("rpps", doctor.rpps.as_str())];
        let hers = home.browser(world, TEENAGER);
        let decide = |browser: &Browser, word: &'static str| {
            let fields = [&[("do", word)][..], &rpps].concat();
            browser.post(&browser.get("/sharing"), "/sharing/decide", &fields).has_status(303);
        };
        decide(&hers, "allow");
        hers.post(&hers.get("/sharing"), "/sharing/keep", &rpps).has_status(303);
        assert!(!mother_finds(&home, world, &doctor.display(), &HER_MOTHERS));
        let mother = home.browser(world, MOTHER);
        switch(&mother, &home.ids[TEENAGER].to_string());
        decide(&mother, "block");
        mother.get("/sharing/blocked").says(&doctor.display());
        mother.get("/sharing").does_not_say(&doctor.display());
    });
}

#[test]
fn the_question_is_put_from_an_age_and_for_the_younger_when_it_is_asked_for() {
    on_both(|world| {
        let home = Home::of(world);
        let doctor = professionals::doctor(1, 0);
        register(world, &[&doctor]);
        let his = signed_in(world, &doctor);
        let family = &home.family;
        let asked = [("secret", "yes")];
        // Who, whether secrecy is asked for with the search, whether the question is put.
        for (who, more, put) in [
            (&family.teenager, &[][..], true),
            (&family.child, &[], false),
            (&family.child, &asked, true),
            (&family.mother, &asked, false),
        ] {
            let led = finds(&his, &who.ins.matricule, more);
            assert_eq!(led.contains("/secret?"), put, "{} {more:?}", who.traits.given_names);
        }
        // Nobody of age is asked, whatever address is tried.
        let led = finds(&his, &family.mother.ins.matricule, &[]);
        his.get(&led.replace("?found=", "/secret?found=")).has_status(404);
    });
}

#[test]
fn by_what_right_somebody_came_is_in_her_journal() {
    on_both(|world| {
        let home = Home::of(world);
        home.deposit(world, &home.family.mother, 1, false);
        let doctor = professionals::doctor(1, 0);
        register(world, &[&doctor]);
        let hers = home.browser(world, MOTHER);
        let allow = [("do", "allow"), ("rpps", doctor.rpps.as_str())];
        hers.post(&hers.get("/sharing"), "/sharing/decide", &allow).has_status(303);
        signed_in(world, &doctor).get(&format!("/pro/patients/{}", home.ids[MOTHER])).has_status(200);
        for page in ["/journal", "/journal.csv"] {
            let seen = hers.get(page);
            seen.says("Parce que cette personne est autorisée dans votre espace");
            seen.says("Parce que la loi demande que vos documents soient déposés dans votre espace");
        }
        let events = hers.get(&format!("/fhir/AuditEvent?patient={}&_count=200", home.ids[MOTHER]));
        events.says("urn:x-carnet:right:allowed");
        events.says("urn:x-carnet:right:feeding");
    });
}
