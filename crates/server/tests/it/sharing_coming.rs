//! How a professional comes into a space over HTTP: by a code, in an emergency, for a call; what is answered to whom it
//! does not open, which is always the same; and a result that waits for its announcement.

use kernel::rpps::Rpps;
use kernel::{Chance, PersonId, Visit};
use people::consent::{self, Action, Lend, Mode, Wish};
use people::identity::session::Persona;
use serde_json::json;
use synthetic::cda::{Model, Sheet};
use synthetic::mhd::Parcel;
use synthetic::professionals::Practitioner;
use synthetic::{country, professionals};

use crate::harness::{Browser, Seen, World, on_both};
use crate::people_of::{enrol, laboratory, persona, register};

const WHY: &str = "Inconsciente après une chute";
/// The banner of an emergency, and of a call.
const BANNER: &str = "Accès en urgence, jusqu’au";
const CALL_BANNER: &str = "Accès pour un appel au centre 15";

fn rpps(who: &Practitioner) -> Rpps {
    Rpps::parse(&who.rpps).unwrap()
}

fn signed_in(world: &World, who: &Practitioner) -> Browser {
    persona(world, &Persona::Professional(rpps(who)))
}

/// A person with a report, and two doctors she has allowed nothing.
struct Stage {
    her: PersonId,
    document: String,
    doctors: [Practitioner; 2],
}

impl Stage {
    fn set(world: &World, label: Option<&str>) -> Self {
        let her = enrol(world, &[country::sample_patient()])[0];
        let doctors = [professionals::doctor(1, 0), professionals::doctor(1, 1)];
        register(world, &[&doctors[0], &doctors[1]]);
        Self { her, document: deposit(world, label), doctors }
    }

    /// What she decides, on her own page's verbs.
    fn decides(&self, world: &World, wish: Wish) {
        let her = self.her;
        world
            .house
            .store
            .write({
                let visit = hers(world, her);
                move |tx| {
                    let pass = consent::open(tx, &visit, her, Action::ManageSharing)?;
                    consent::decide(tx, &pass, wish, &Chance::System)
                }
            })
            .wait()
            .unwrap();
    }

    fn lends(&self, world: &World) -> String {
        let (her, visit) = (self.her, hers(world, self.her));
        let asked = Lend { usable_minutes: 60, minutes: 60, uses: 2 };
        let lent = world.house.store.write(move |tx| {
            let pass = consent::open(tx, &visit, her, Action::ManageSharing)?;
            consent::lend(tx, &pass, asked, &Chance::System)
        });
        lent.wait().unwrap().code
    }
}

fn hers(world: &World, her: PersonId) -> Visit {
    Visit {
        actor: kernel::Actor::Citizen { person: her, name: "Dominique PAT-TROIS".into() },
        on_behalf_of: None,
        purpose: kernel::Purpose::Own,
        now: world.house.clock.now(),
        language: kernel::Language::Fr,
        request_id: 1,
    }
}

/// Deposits her report; answers its id.
fn deposit(world: &World, label: Option<&str>) -> String {
    let (person, author) = (country::sample_patient(), professionals::biologist(1, 0));
    let at = world.house.clock.now().paris().datetime();
    let sheet = Sheet { seed: 1, number: 1, person: &person, author: &author, at, version: 1 };
    let cda = sheet.lab_report(None);
    let parcel =
        Parcel { sheet: &sheet, model: Model::LabReport, bytes: cda.as_bytes(), media_type: "text/xml" };
    let mut sent = parcel.comprehensive();
    if let Some(label) = label {
        for entry in sent["entry"].as_array_mut().unwrap() {
            let resource = &mut entry["resource"];
            if resource["resourceType"] == "DocumentReference" {
                let label = json!({"coding": [{"code": label}]});
                resource["securityLabel"].as_array_mut().unwrap().push(label);
            }
        }
    }
    let (status, answer) = laboratory(world).post("/fhir", &sent);
    assert_eq!(status, 200, "{answer}");
    let location = answer["entry"][1]["response"]["location"].as_str().unwrap();
    location.split("DocumentReference/").nth(1).unwrap().split('/').next().unwrap().to_owned()
}

/// The page of a space that is not open, after a search.
fn found(doctor: &Browser) -> Seen {
    let search = doctor.get("/pro");
    let ins = country::sample_patient().ins.matricule;
    let record = doctor.post(&search, "/pro", &[("ins", &ins)]).location.unwrap();
    let asked = doctor.get(&record).location.unwrap();
    doctor.get(&asked)
}

/// The address that a page links to and that holds `part`.
fn linked(page: &Seen, part: &str) -> String {
    let from = page.text.find(&format!("{part}?found=")).unwrap_or_else(|| panic!("no link to {part}"));
    let start = page.text[..from].rfind('"').unwrap() + 1;
    let end = from + page.text[from..].find('"').unwrap();
    page.text[start..end].replace("&amp;", "&")
}

fn proof(address: &str) -> &str {
    address.split("found=").nth(1).unwrap()
}

#[test]
fn a_code_opens_and_a_wrong_one_does_not() {
    on_both(|world| {
        let stage = Stage::set(world, None);
        let code = stage.lends(world);
        let doctor = signed_in(world, &stage.doctors[0]);
        let page = doctor.get("/pro/code");
        let wrong = doctor.post(&page, "/pro/code", &[("code", "AAAA-BBBB")]);
        wrong.has_status(422);
        let opened = doctor.post(&page, "/pro/code", &[("code", &code)]);
        opened.has_status(303);
        assert_eq!(opened.location.as_deref(), Some(format!("/pro/patients/{}", stage.her).as_str()));
        doctor.get(&opened.location.unwrap()).says(&stage.document);
        doctor.get(&format!("/documents/{}", stage.document)).says("Glucose");

        // Whoever is blocked hears word for word what a guesser hears.
        stage.decides(world, Wish::Block(rpps(&stage.doctors[1])));
        let blocked = signed_in(world, &stage.doctors[1]);
        let page = blocked.get("/pro/code");
        let answer = |typed: &str| {
            let seen = blocked.post(&page, "/pro/code", &[("code", typed)]);
            (seen.status, without_chance(&seen.text).replace(typed, "TYPED"))
        };
        assert_eq!(answer(&code), answer("AAAA-BBBB"));
    });
}

/// A page without what differs each time: the guard of its forms.
fn without_chance(text: &str) -> String {
    let mut parts = text.split("name=\"csrf\" value=\"");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once('"').map_or("", |(_, rest)| rest));
    }
    out
}

#[test]
fn an_emergency_is_declared_shown_everywhere_and_over_after_hours() {
    on_both(|world| {
        let stage = Stage::set(world, None);
        let doctor = signed_in(world, &stage.doctors[0]);
        let asked = found(&doctor);
        asked.has_status(403);
        let address = linked(&asked, "/emergency");
        let form = doctor.get(&address);
        form.has_status(200);
        form.does_not_say("PAT-TROIS");
        let action = address.split('?').next().unwrap();
        let short = doctor.post(&form, action, &[("found", proof(&address)), ("reason", "urgent")]);
        short.has_status(422);
        // The proof of the search is part of it.
        doctor.post(&form, action, &[("found", "guessed"), ("reason", WHY)]).has_status(404);
        let declared = doctor.post(&form, action, &[("found", proof(&address)), ("reason", WHY)]);
        declared.has_status(303);
        let record = declared.location.unwrap();
        for page in [&record, &format!("/documents/{}", stage.document)] {
            let page = doctor.get(page);
            page.has_status(200);
            page.says(BANNER);
            page.says(WHY);
        }
        // She reads of it: who, that it was an emergency, and why.
        let journal = persona(world, &Persona::Citizen(stage.her)).get("/journal");
        journal.says(&stage.doctors[0].display());
        journal.says(WHY);
        world.house.clock.advance(4 * 3_600 * kernel::Instant::SECOND);
        // Who may no longer, who never could, and who only guessed a number are told the same, and what to do.
        let over = signed_in(world, &stage.doctors[0]).get(&record);
        let never = signed_in(world, &stage.doctors[1]).get(&record);
        let nobody = signed_in(world, &stage.doctors[1]).get("/pro/patients/999999");
        for page in [&over, &never, &nobody] {
            page.has_status(404);
            for said in ["Cet espace ne vous est pas ouvert", "Trouver une personne", "Entrer avec un code"] {
                page.says(said);
            }
        }
        let told = |seen: &Seen| seen.text.split("<main").nth(1).unwrap_or_default().to_owned();
        assert_eq!((told(&over), told(&never)), (told(&nobody), told(&nobody)));
    });
}

#[test]
fn an_objection_a_block_and_nobody_look_alike() {
    on_both(|world| {
        let stage = Stage::set(world, None);
        // A blocked professional, and one whose patient wants nobody and no emergencies.
        stage.decides(world, Wish::Block(rpps(&stage.doctors[0])));
        let blocked = signed_in(world, &stage.doctors[0]);
        let shown_to_blocked = found(&blocked);
        let emergency = linked(&shown_to_blocked, "/emergency");
        let form = blocked.get(&emergency);
        let action = emergency.split('?').next().unwrap();
        let fields = [("found", proof(&emergency)), ("reason", WHY)];
        let refused = blocked.post(&form, action, &fields);
        stage.decides(world, Wish::Share(Mode::Nobody));
        stage.decides(world, Wish::RefuseEmergency(true));
        let other = signed_in(world, &stage.doctors[1]);
        let shown = found(&other);
        let address = linked(&shown, "/emergency");
        let form = other.get(&address);
        let refusal = other.post(&form, action, &[("found", proof(&address)), ("reason", WHY)]);
        assert_eq!((shown.status, refusal.status), (shown_to_blocked.status, refused.status));
        assert_eq!(refusal.status, 403);
        for page in [&shown, &shown_to_blocked] {
            page.does_not_say("PAT-TROIS");
            page.does_not_say("/presence\"");
        }
        let told = |text: &str| text.split("<main").nth(1).unwrap_or_default().to_owned();
        let plain = |seen: &Seen, proof: &str| told(&without_chance(&seen.text)).replace(proof, "PROOF");
        assert_eq!(plain(&shown, proof(&address)), plain(&shown_to_blocked, proof(&emergency)));
        refusal.does_not_say("urgence, sauf");
        // Neither learns why; both are told what to do for the person.
        for page in [&refusal, &refused] {
            page.says("L’accès en urgence n’est pas possible ici");
            page.says("appelez le 15");
            page.does_not_say("ne vous a pas donné accès");
        }
        assert_eq!(told(&without_chance(&refusal.text)), told(&without_chance(&refused.text)));
    });
}

#[test]
fn whoever_may_read_is_not_put_into_an_emergency() {
    on_both(|world| {
        let stage = Stage::set(world, None);
        let doctor = signed_in(world, &stage.doctors[0]);
        let address = linked(&found(&doctor), "/emergency");
        let form = doctor.get(&address);
        let citizen = persona(world, &Persona::Citizen(stage.her));
        let sharing = citizen.get("/sharing");
        citizen
            .post(&sharing, "/sharing/decide", &[("do", "allow"), ("rpps", &stage.doctors[0].rpps)])
            .has_status(303);
        let action = address.split('?').next().unwrap();
        let done = doctor.post(&form, action, &[("found", proof(&address)), ("reason", WHY)]);
        doctor.get(&done.location.unwrap()).does_not_say(BANNER);
        citizen.get("/journal").does_not_say(WHY);
    });
}

#[test]
fn the_call_centre_has_a_page_of_its_own() {
    let centre = professionals::regulator(1);
    let table = consent::access::BUILT_IN.replacen(
        "call_centres = []",
        &format!("call_centres = [\"{}\"]", centre.establishment.finess),
        1,
    );
    consent::access::install(&table).unwrap();
    on_both(|world| {
        let stage = Stage::set(world, None);
        register(world, &[&centre]);
        let page = found(&signed_in(world, &stage.doctors[0]));
        page.does_not_say("/call?found=");
        let regulator = signed_in(world, &centre);
        let address = linked(&found(&regulator), "/call");
        let form = regulator.get(&address);
        let action = address.split('?').next().unwrap();
        let done = regulator.post(&form, action, &[("found", proof(&address)), ("reason", "")]);
        regulator.get(&done.location.unwrap()).says(CALL_BANNER);
        stage.decides(world, Wish::RefuseCallCentre(true));
        regulator.get(&format!("/pro/patients/{}", stage.her)).has_status(404);
    });
}

#[test]
fn a_result_is_hers_once_it_was_announced() {
    on_both(|world| {
        let stage = Stage::set(world, Some("INVISIBLE_PATIENT"));
        let address = format!("/documents/{}", stage.document);
        let citizen = persona(world, &Persona::Citizen(stage.her));
        citizen.get(&address).has_status(404);
        citizen.get("/journal").does_not_say(&stage.document);
        let sharing = citizen.get("/sharing");
        citizen
            .post(&sharing, "/sharing/decide", &[("do", "allow"), ("rpps", &stage.doctors[0].rpps)])
            .has_status(303);
        let doctor = signed_in(world, &stage.doctors[0]);
        let page = doctor.get(&address);
        page.says("La personne ne voit pas encore ce document.");
        // Who does not read the record announces nothing.
        let stranger = signed_in(world, &stage.doctors[1]);
        let announce = format!("{address}/announce");
        stranger.post(&stranger.get("/pro"), &announce, &[]).has_status(403);
        citizen.get(&address).has_status(404);
        doctor.post(&page, &announce, &[]).has_status(303);
        doctor.post(&page, &announce, &[]).has_status(303);
        citizen.get(&address).says("Glucose");
        doctor.get(&address).does_not_say("La personne ne voit pas encore ce document.");
    });
}
