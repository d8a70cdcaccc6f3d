//! Acting for somebody over HTTP: a parent in her child's space, a secret she does not see, a delegation from its
//! offer to its end, a guardianship, the desk. `acting_secrets.rs` holds that a secret leaves no trace.

use kernel::{Instant, PersonId};
use people::identity::session::Persona;
use serde_json::json;
use synthetic::cda::{Model, Sheet};
use synthetic::family::Family;
use synthetic::mhd::Parcel;
use synthetic::{Person, professionals};

use crate::harness::{Browser, Seen, World, on_both};
use crate::people_of::{Depositor, enrol, laboratory, persona, register};

/// The family with its spaces, in the order of [`Family::everybody`].
pub struct Home {
    pub family: Family,
    pub ids: Vec<PersonId>,
    pub laboratory: Depositor,
}

pub const MOTHER: usize = 0;
const FATHER: usize = 1;
pub const TEENAGER: usize = 2;
const GRANDMOTHER: usize = 4;
const CARER: usize = 5;

impl Home {
    pub fn of(world: &World) -> Self {
        let family = Family::on(world.house.clock.now().date());
        let ids = enrol(world, &family.everybody());
        Self { family, ids, laboratory: laboratory(world) }
    }

    pub fn browser(&self, world: &World, who: usize) -> Browser {
        persona(world, &Persona::Citizen(self.ids[who]))
    }

    /// A report about somebody; answers the document's id.
    pub fn deposit(&self, world: &World, person: &Person, number: u64, secret: bool) -> String {
        let author = professionals::biologist(1, 0);
        let at = world.house.clock.now().plus(-Instant::DAY * number as i64).paris().datetime();
        let sheet = Sheet { seed: 1, number, person, author: &author, at, version: 1 };
        let model = Model::LabReport;
        let cda = sheet.write(model);
        let mut bundle =
            Parcel { sheet: &sheet, model, bytes: cda.as_bytes(), media_type: "text/xml" }.comprehensive();
        if secret {
            for entry in bundle["entry"].as_array_mut().unwrap() {
                let resource = &mut entry["resource"];
                if resource["resourceType"] == "DocumentReference" {
                    let label = json!({"coding": [{"code": "INVISIBLE_REPRESENTANTS_LEGAUX"}]});
                    resource["securityLabel"].as_array_mut().unwrap().push(label);
                }
            }
        }
        let (status, answer) = self.laboratory.post("/fhir", &bundle);
        assert_eq!(status, 200, "{answer}");
        let location = answer["entry"][1]["response"]["location"].as_str().unwrap();
        location.split("DocumentReference/").nth(1).unwrap().split('/').next().unwrap().to_owned()
    }
}

/// Opens the space of somebody; answers the first page there.
pub fn switch(browser: &Browser, to: &str) -> Seen {
    let page = browser.get("/acting");
    browser.post(&page, "/acting-for", &[("person", to)]).has_status(303);
    browser.get("/")
}

/// The value of the first hidden field of this name.
fn hidden(page: &Seen, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let found = page.text.split_once(&mark).and_then(|(_, rest)| rest.split_once('"'));
    found.unwrap_or_else(|| panic!("no field {name} in\n{}", page.text)).0.to_owned()
}

#[test]
fn a_parent_opens_her_child_s_space_and_does_not_see_the_secret() {
    on_both(|world| {
        // Given a teenager with a document, a secret one from the laboratory, and parents who live apart
        let home = Home::of(world);
        let open = home.deposit(world, &home.family.teenager, 1, false);
        let secret = home.deposit(world, &home.family.teenager, 2, true);
        let lea = home.ids[TEENAGER].to_string();
        for parent in [MOTHER, FATHER] {
            // When either of them opens her space
            let browser = home.browser(world, parent);
            browser.get(&format!("/documents/{open}")).has_status(404);
            browser.get("/acting").says("Lea BERNARD");
            let first = switch(&browser, &lea);
            // Then the band says for whom, and she sees the one and not the other, anywhere
            first.has_status(200);
            first.says("Vous agissez pour Lea BERNARD");
            let list = browser.get("/documents");
            list.says(&open);
            list.does_not_say(&secret);
            browser.get(&format!("/documents/{open}")).has_status(200);
            browser.get(&format!("/documents/{secret}")).has_status(404);
            browser.get(&format!("/documents/{secret}/file")).has_status(404);
            let journal = browser.get("/journal");
            journal.says("pour Lea BERNARD");
            journal.does_not_say(&secret);
            browser.get("/journal.csv").does_not_say(&secret);
            let patient = format!("patient={lea}");
            for kind in ["DocumentReference", "AuditEvent", "List"] {
                browser.get(&format!("/fhir/{kind}?{patient}")).does_not_say(&secret);
            }
            // And her own security page is still hers, the child's nobody's
            browser.get("/account").has_status(200);
            // When she goes back, nothing of the child is left open
            switch(&browser, "self").does_not_say("Vous agissez pour");
            browser.get(&format!("/documents/{open}")).has_status(404);
        }
        // The teenager sees both, and who was there for her
        let hers = home.browser(world, TEENAGER);
        hers.get("/documents").says(&secret);
        let journal = hers.get("/journal");
        journal.says("Claire MARTIN, votre mère, pour vous, a lu un document");
        journal.says("Thomas BERNARD, votre père, pour vous, a lu un document");
        // The mother's own journal tells that she acted
        home.browser(world, MOTHER).get("/journal").says("Vous avez ouvert l’espace de Lea BERNARD");
    });
}

#[test]
fn a_teenager_keeps_a_document_from_her_parents_until_she_says_otherwise() {
    on_both(|world| {
        let home = Home::of(world);
        let open = home.deposit(world, &home.family.teenager, 1, false);
        let lea = home.ids[TEENAGER].to_string();
        let (hers, mother) = (home.browser(world, TEENAGER), home.browser(world, MOTHER));
        let page = hers.get(&format!("/documents/{open}"));
        page.says("Garder secret pour mes parents");
        hers.post(&page, &format!("/documents/{open}/secret"), &[]).has_status(303);
        hers.get(&format!("/documents/{open}")).says("Secret pour vos parents");
        switch(&mother, &lea).has_status(200);
        mother.get("/documents").does_not_say(&open);
        // Her mother cannot keep or lift anything herself
        let form = mother.get("/documents");
        mother.post(&form, &format!("/documents/{open}/secret/lift"), &[]).has_status(403);
        let page = hers.get(&format!("/documents/{open}"));
        hers.post(&page, &format!("/documents/{open}/secret/lift"), &[]).has_status(303);
        mother.get("/documents").says(&open);
        mother.get("/journal").does_not_say("secret");
        // At eight her brother cannot keep anything by himself
        let brother = home.deposit(world, &home.family.child, 3, false);
        let his = home.browser(world, 3);
        let page = his.get(&format!("/documents/{brother}"));
        page.does_not_say("Garder secret");
        his.post(&page, &format!("/documents/{brother}/secret"), &[]).has_status(404);
        // The day she is of age, her mother's access is over without anybody doing anything
        world.house.clock.advance(600 * Instant::DAY);
        let mother = home.browser(world, MOTHER);
        mother.get("/acting").does_not_say("Lea BERNARD");
        let form = mother.get("/acting");
        mother.post(&form, "/acting-for", &[("person", &lea)]).has_status(404);
    });
}

/// The offer's form as a browser sends it.
fn offer<'a>(
    to: &'a Person,
    born: &'a [String; 3],
    number: &'a str,
    name: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let _ = to;
    vec![
        ("name", name),
        ("born-day", &born[0]),
        ("born-month", &born[1]),
        ("born-year", &born[2]),
        ("matricule", number),
        ("link", "carer"),
        ("family", "42"),
        ("scope", "agenda"),
        ("months", "6"),
    ]
}

fn parts(day: jiff::civil::Date) -> [String; 3] {
    [day.day().to_string(), day.month().to_string(), day.year().to_string()]
}

#[test]
fn a_delegation_is_offered_accepted_limited_and_taken_back() {
    on_both(|world| {
        let home = Home::of(world);
        let report = home.deposit(world, &home.family.grandmother, 1, false);
        let carer = &home.family.carer;
        let (hers, nadia) = (home.browser(world, GRANDMOTHER), home.browser(world, CARER));
        // A form with everything missing comes back with its errors
        let form = hers.get("/acting/offer");
        form.has_status(200);
        hers.post(&form, "/acting/offer", &[]).has_status(422);
        // When she asks her carer
        let born = parts(carer.traits.birth_date);
        let fields = offer(carer, &born, &carer.ins.matricule, "Nadia");
        hers.post(&form, "/acting/offer", &fields).has_status(303);
        hers.get("/acting").says("Attend sa réponse");
        // Then the carer is told what it means, and accepts
        let asked = nadia.get("/acting");
        asked.says("Odette ROY vous demande d’agir en son nom");
        asked.says("mais pas décider qui peut voir l’espace");
        let (person, relation) = (home.ids[GRANDMOTHER].to_string(), hidden(&asked, "relation"));
        let row = [("person", person.as_str()), ("relation", relation.as_str())];
        nadia.post(&asked, "/acting/accept", &row).has_status(303);
        let first = switch(&nadia, &person);
        first.says("Vous agissez pour Odette ROY");
        // What she was not given does not stand in her menu.
        let menu = first.text.split_once("<nav class=\"menu\"").unwrap().1.split_once("</nav>").unwrap().0;
        assert!(menu.contains("\"/documents\"") && menu.contains("\"/acting\""), "{menu}");
        assert!(!menu.contains("\"/sharing\"") && !menu.contains("\"/journal\""), "{menu}");
        nadia.get("/account").does_not_say("Fermer mon espace");
        // A form of another tab, shown before she opened this space, is not sent for it; she is told why.
        let old = nadia.post(&asked, "/acting/invitation", &[("code", "ABCD")]);
        old.has_status(403);
        old.says("Vous avez changé d’espace");
        // She may read prescriptions and nothing else: no report, no journal, no sharing
        nadia.get("/documents").does_not_say(&report);
        nadia.get(&format!("/documents/{report}")).has_status(404);
        nadia.get("/journal").has_status(403);
        nadia.get("/sharing").has_status(403);
        nadia.get("/documents/add").has_status(403);
        // A professional whom Odette allowed sees that somebody may act for her
        let doctor = professionals::doctor(1, 0);
        register(world, &[&doctor]);
        hers.post(&hers.get("/sharing"), "/sharing/decide", &[("do", "allow"), ("rpps", &doctor.rpps)])
            .has_status(303);
        let rpps = kernel::rpps::Rpps::parse(&doctor.rpps).unwrap();
        let record = persona(world, &Persona::Professional(rpps)).get(&format!("/pro/patients/{person}"));
        record.says("Peuvent agir pour cette personne");
        record.says("Nadia BENALI");
        // When she takes it back, it is over at once, and the carer is led out
        let page = hers.get("/acting");
        let relation = hidden(&page, "relation");
        // She is asked once more, and nothing is done by asking.
        let question = hers.get(&format!("/acting/revoke?relation={relation}"));
        question.says("Retirer l’accès de Nadia");
        hers.get("/acting/revoke?relation=999").has_status(404);
        nadia.get("/").has_status(200);
        let stop = nadia.get(&format!("/acting/decline?person={person}&relation={relation}"));
        stop.says("Ne plus agir pour Odette ROY");
        let done = hers.post(&question, "/acting/revoke", &[("relation", &relation)]);
        done.has_status(303);
        hers.get(&done.location.unwrap()).says("C’est fait");
        assert_eq!(nadia.get("/documents").location.as_deref(), Some("/acting"));
        let over = nadia.get("/acting");
        over.says("Revenir à mon espace");
        nadia.post(&over, "/acting-for", &[("person", "self")]).has_status(303);
        nadia.get("/").has_status(200);
        let journal = hers.get("/journal");
        journal.says("Vous avez demandé à Nadia d’agir pour vous");
        journal.says("Nadia BENALI, votre aidant ou aidante, a accepté d’agir pour vous");
    });
}

#[test]
fn an_invitation_is_taken_up_by_its_code() {
    on_both(|world| {
        let home = Home::of(world);
        let (hers, nadia) = (home.browser(world, GRANDMOTHER), home.browser(world, CARER));
        let born = parts(home.family.carer.traits.birth_date);
        let form = hers.get("/acting/offer");
        let shown = hers.post(&form, "/acting/offer", &offer(&home.family.carer, &born, "", "Nadia"));
        shown.has_status(200);
        let code = shown.text.split_once("id=\"invitation-code\"").unwrap().1;
        let code = code.split_once('>').unwrap().1.split_once('<').unwrap().0.to_owned();
        let form = nadia.get("/acting/invitation");
        nadia.post(&form, "/acting/invitation", &[("code", "ABCD-EFGH-IJKL-MNOP")]).has_status(422);
        nadia.post(&form, "/acting/invitation", &[("code", &code.to_lowercase())]).has_status(303);
        nadia.get("/acting").says("Odette ROY vous demande d’agir en son nom");
        // A stranger who has heard the code meanwhile finds nothing
        let stranger = home.browser(world, MOTHER);
        let form = stranger.get("/acting/invitation");
        stranger.post(&form, "/acting/invitation", &[("code", &code)]).has_status(422);
    });
}

#[test]
fn the_team_enters_guardianships_and_helps_at_the_desk() {
    on_both(|world| {
        let home = Home::of(world);
        let team = persona(world, &Persona::Operator("support".into()));
        let (ward, guardian) = (&home.family.grandmother.ins.matricule, &home.family.father.ins.matricule);
        let form = team.get("/operator/guardians");
        let fields = [("ward", ward.as_str()), ("guardian", guardian.as_str()), ("decision", "TJ, 3 mars")];
        team.post(&form, "/operator/guardians", &fields).says("La mesure est enregistrée");
        let father = home.browser(world, FATHER);
        let person = home.ids[GRANDMOTHER].to_string();
        switch(&father, &person).says("la personne que vous représentez");
        // Ended, at once
        let found = team.post(&form, "/operator/guardians/look", &[("ward", ward)]);
        found.says("Thomas BERNARD");
        let relation = hidden(&found, "relation");
        let fields = [("ward", ward.as_str()), ("relation", relation.as_str()), ("decision", "mainlevée")];
        team.post(&found, "/operator/guardians/end", &fields).says("La mesure est arrêtée");
        father.get("/documents").does_not_say("Vous agissez pour");
        father.get("/acting").has_status(403);
        home.browser(world, GRANDMOTHER).get("/journal").says("mainlevée");

        // At the desk: a code for her, and somebody to act for her
        let desk = team.get("/operator/desk");
        let born = parts(home.family.grandmother.traits.birth_date);
        let present = [
            ("ins", ward.as_str()),
            ("birth-day", born[0].as_str()),
            ("birth-month", born[1].as_str()),
            ("birth-year", born[2].as_str()),
            ("document", "id-card"),
        ];
        let with = |more: &[(&'static str, &'static str)]| {
            let mut fields: Vec<(&str, &str)> = present.to_vec();
            fields.extend_from_slice(more);
            team.post(&desk, "/operator/desk", &fields)
        };
        with(&[("what", "code")]).says("Code pour activer son espace");
        with(&[("what", "delegate")]).has_status(422);
        home.browser(world, GRANDMOTHER).get("/journal").says("vous a apporté de l’aide à un guichet");
    });
}

#[test]
fn the_team_shows_a_passkey_before_it_touches_a_space_or_an_account() {
    on_both(|world| {
        let home = Home::of(world);
        let doctor = professionals::doctor(1, 0);
        register(world, &[&doctor]);
        let team = persona(world, &Persona::Operator("support".into()));
        let (ward, guardian) = (&home.family.grandmother.ins.matricule, &home.family.father.ins.matricule);
        let form = team.get("/operator/guardians");
        let fields = [("ward", ward.as_str()), ("guardian", guardian.as_str()), ("decision", "TJ, 3 mars")];
        // An open screen, a quarter of an hour after its owner has shown her passkey
        world.house.clock.advance(15 * 60 * Instant::SECOND);
        let account = format!("/operator/vigilance/{}", doctor.rpps);
        for path in [
            "/operator/guardians",
            "/operator/guardians/look",
            "/operator/guardians/end",
            "/operator/desk",
            "/operator/closing",
            &format!("{account}/suspend"),
            &format!("{account}/lift"),
        ] {
            let asked = team.post(&form, path, &fields);
            asked.has_status(303);
            let to = asked.location.unwrap_or_default();
            assert!(to.contains("/confirm"), "{path}: {to}");
        }
        home.browser(world, FATHER).get("/acting").does_not_say("Odette ROY");
        // The menu leads there, and a citizen to those for whom she acts
        form.says("href=\"/operator/desk\"");
        home.browser(world, FATHER).get("/").says("href=\"/acting\"");
    });
}
