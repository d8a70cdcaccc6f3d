//! Lets a world happen in a house, through its doors, or through the verb of a room where no door leads to it yet.

use care::documents::own;
use kernel::{Actor as Who, Instant, Language, PersonId, Purpose, Visit};
use people::consent::{self, Action, Wish};
use people::delegation::model::{Documents, Scope};
use people::delegation::{guardians, offers};
use serde_json::{Value, json};
use synthetic::cda::Sheet;
use synthetic::mhd::Parcel;
use synthetic::{pdf, professionals::Practitioner};

use super::oracle::{GIVEN_FAMILY, author};
use super::stage::{
    Actor, Asked, CARER, FATHER, GRANDMOTHER, MOTHER, Said, Stage, in_directory, member, professional,
    software,
};
use super::story::{Choice, Event, Form, HIDDEN_FAMILY, Ids, Look, World, cast};
use crate::harness::MORNING;

/// Seconds between two events.
const PACE: i64 = 10;
/// When questions are asked, in seconds after the morning.
pub const AFTERWARDS: i64 = 600;

/// Lets everything happen; answers the ids of what came in.
pub fn tell(stage: &Stage, world: &World) -> Ids {
    go_on(stage, world, None, Ids::default())
}

/// Lets only that happen which happened as far as `viewer` may know. `ids` are those of the whole world: somebody who is
/// refused at the door asked for what never was.
pub fn tell_without(stage: &Stage, world: &World, viewer: Actor, ids: Ids) {
    go_on(stage, world, Some(viewer), ids);
}

fn go_on(stage: &Stage, world: &World, without_for: Option<Actor>, ids: Ids) -> Ids {
    let mut telling = Telling { stage, world, without_for, ids };
    telling.prepare();
    for at in 0..world.events.len() {
        let event = match without_for {
            Some(viewer) => world.without(viewer, at),
            None => Some(world.events[at].clone()),
        };
        stage.at((at as i64 + 1) * PACE);
        stage.chance.set(world.seed.wrapping_mul(1_000).wrapping_add(at as u64));
        if let Some(event) = event {
            telling.happens(&event, at);
        }
    }
    stage.at(AFTERWARDS);
    stage.sign_everybody_out();
    telling.ids
}

struct Telling<'a> {
    stage: &'a Stage,
    world: &'a World,
    without_for: Option<Actor>,
    ids: Ids,
}

impl Telling<'_> {
    /// Everybody signs in; who acts for the grandmother is settled before anything happens.
    fn prepare(&self) {
        self.stage.at(0);
        if self.world.subject == GRANDMOTHER {
            self.guardian();
            self.delegate(CARER, all(), 1);
            self.delegate(MOTHER, one_family(), 2);
        }
        for who in cast(self.world.subject) {
            self.stage.chance.set(2);
            self.stage.ask(who, &Asked::get("/help"));
        }
    }

    fn visit(&self, actor: Who) -> Visit {
        let purpose = match actor {
            Who::Citizen { .. } => Purpose::Own,
            Who::Operator { .. } => Purpose::Operation,
            _ => Purpose::Care,
        };
        let now = self.stage.house.clock.now();
        Visit { actor, on_behalf_of: None, purpose, now, language: Language::Fr, request_id: 1 }
    }

    fn citizen(&self, person: PersonId) -> Visit {
        let of = member(person);
        self.visit(Who::Citizen { person, name: format!("{} {}", of.first_given(), of.family()) })
    }

    fn guardian(&self) {
        let visit = self.visit(Who::Operator { name: "support".into() });
        let measure = guardians::Measure {
            ward: member(GRANDMOTHER).ins,
            guardian: member(FATHER).ins,
            ends: None,
            decision: "TJ Toulouse 26/1".into(),
        };
        let house = &self.stage.house;
        self.stage.draw_anew(3);
        let inside = house.clone();
        house.store.write(move |tx| guardians::begins(tx, &visit, &measure, &inside.chance)).wait().unwrap();
    }

    fn delegate(&self, to: PersonId, scope: Scope, seed: u64) {
        let (hers, theirs) = (self.citizen(GRANDMOTHER), self.citizen(to));
        let other = member(to);
        let today = MORNING.date();
        let offer = offers::Offer {
            name: other.first_given().to_owned(),
            born: other.traits.birth_date,
            ins: Some(other.ins),
            link: "carer".into(),
            scope,
            begins: today,
            ends: today.saturating_add(jiff::Span::new().months(6)),
            reason: String::new(),
        };
        let house = &self.stage.house;
        self.stage.draw_anew(seed);
        let inside = house.clone();
        let done = house.store.write(move |tx| {
            let pass = consent::open(tx, &hers, GRANDMOTHER, Action::ManageDelegation)?;
            let offered = offers::offer(tx, &pass, offer, &inside.chance)?;
            offers::accept(tx, &theirs, GRANDMOTHER, offered.relation)
        });
        done.wait().unwrap();
    }

    fn happens(&mut self, event: &Event, at: usize) {
        let (subject, herself) = (self.world.subject, Actor::Citizen(self.world.subject));
        let doctor = professional(0).rpps;
        match event {
            Event::Deposited { set, documents } => self.deposit(*set, documents),
            Event::Repeated(n) => {
                self.post_bundle(*n, &[*n], false);
            }
            Event::Refused(n) => {
                let answer = self.post_bundle(*n, &[*n], true);
                assert_eq!(answer.0, 409, "event {at} of world {}: {}", self.world.seed, answer.1);
            }
            Event::Withdrawn(n) => self.withdraw(*n),
            Event::Added(n) => self.add(*n),
            Event::Kept(n) => {
                let path = format!("/documents/{}/secret", self.ids.documents[n]);
                self.does(herself, &Asked::post(path, &[]));
            }
            Event::Lifted(n) => {
                let path = format!("/documents/{}/secret/lift", self.ids.documents[n]);
                self.does(herself, &Asked::post(path, &[]));
            }
            Event::Looked(who, look) => {
                let asked = self.look(*who, *look, subject);
                self.stage.ask(*who, &asked);
            }
            Event::Allowed(number, by) => {
                let rpps = professional(*number).rpps;
                self.does(*by, &Asked::post("/sharing/allow", &[("rpps", &rpps)]));
            }
            Event::Disallowed(number, by) => {
                let rpps = professional(*number).rpps;
                self.does(*by, &Asked::post("/sharing/disallow", &[("rpps", &rpps)]));
            }
            Event::DoctorKept => self.does(herself, &Asked::post("/sharing/keep", &[("rpps", &doctor)])),
            Event::DoctorShown => self.does(herself, &Asked::post("/sharing/show", &[("rpps", &doctor)])),
            Event::Decided(choice) => self.decide(*choice),
            Event::Announced(n, number) => {
                // Whoever does not see it is told that there is nothing.
                let path = format!("/documents/{}/announce", self.ids.documents[n]);
                self.stage.ask(Actor::Pro(*number), &Asked::post(path, &[]));
            }
            Event::Emergency(number) => self.declare(*number),
            Event::Worked => self.stage.work(),
        }
    }

    fn decide(&self, choice: Choice) {
        let rpps = |number: u8| in_directory(number).rpps;
        let wish = match choice {
            Choice::Share(mode) => Wish::Share(mode),
            Choice::Block(number) => Wish::Block(rpps(number)),
            Choice::Unblock(number) => Wish::Unblock(rpps(number)),
            Choice::Treating(Some(number)) => Wish::NameTreatingDoctor(rpps(number)),
            Choice::Treating(None) => Wish::EndTreatingDoctor,
            Choice::RefuseEmergency(refused) => Wish::RefuseEmergency(refused),
            Choice::Hide(n, hidden) => Wish::Hide { entry: self.ids.documents[&n].parse().unwrap(), hidden },
            Choice::Family(hidden) => Wish::HideFamily { class: HIDDEN_FAMILY.into(), hidden },
        };
        let (visit, subject) = (self.citizen(self.world.subject), self.world.subject);
        let house = &self.stage.house;
        let inside = house.clone();
        self.stage.draw_anew(4);
        let done = house.store.write(move |tx| {
            let pass = consent::open(tx, &visit, subject, Action::ManageSharing)?;
            consent::decide(tx, &pass, wish, &inside.chance)
        });
        done.wait().unwrap_or_else(|refusal| panic!("world {}: {choice:?}: {refusal}", self.world.seed));
    }

    /// Whether it is allowed is hers to decide: a refusal is part of the world.
    fn declare(&self, number: u8) {
        let (visit, subject) = (self.visit(Who::Professional(in_directory(number))), self.world.subject);
        let reason = "Trouvée inconsciente sur la voie publique";
        let done = self.stage.house.store.write(move |tx| consent::break_glass(tx, &visit, subject, reason));
        drop(done.wait());
    }

    /// What must be done for the world to go on.
    fn does(&self, who: Actor, asked: &Asked) {
        let heard = self.stage.ask(who, asked);
        assert_eq!(heard.status, 303, "world {}: {who:?} {asked:?}: {}", self.world.seed, heard.text());
    }

    fn look(&self, who: Actor, look: Look, subject: PersonId) -> Asked {
        let list =
            if let Actor::Pro(_) = who { format!("/pro/patients/{subject}") } else { "/documents".into() };
        Asked::get(match look {
            Look::List => list,
            Look::Search => format!("{list}?q=glucose"),
            Look::Fhir => format!("/fhir/DocumentReference?patient={subject}"),
            Look::Journal => "/journal".into(),
            Look::Elsewhere => "/help".into(),
            Look::Page(n) => format!("/documents/{}", self.ids.documents[&n]),
            Look::File(n) => format!("/documents/{}/file", self.ids.documents[&n]),
        })
    }

    fn deposit(&mut self, set: usize, documents: &[usize]) {
        let (status, text) = self.post_bundle(set, documents, false);
        assert_eq!(status, 200, "world {}: {text}", self.world.seed);
        let answer: Value = serde_json::from_str(&text).unwrap();
        let locations = answer["entry"].as_array().unwrap().iter();
        let locations: Vec<&str> =
            locations.filter_map(|entry| entry["response"]["location"].as_str()).collect();
        let ids = |kind: &str| -> Vec<String> {
            let found = locations.iter().filter_map(|location| location.split(kind).nth(1));
            found.map(|id| id.split('/').next().unwrap_or_default().to_owned()).collect()
        };
        let found = ids("DocumentReference/");
        assert_eq!(found.len(), documents.len(), "{text}");
        self.ids.documents.extend(documents.iter().copied().zip(found));
        self.ids.sets.extend(ids("List/").into_iter().map(|id| (set, id)));
    }

    fn post_bundle(&self, set: usize, documents: &[usize], other: bool) -> (u16, String) {
        let bundle = bundle(self.world, self.without_for, set, documents, other);
        let asked = Asked {
            method: "POST",
            path: "/fhir".into(),
            headers: Vec::new(),
            body: Said::Resource(bundle.to_string()),
        };
        let heard = self.stage.ask(self.world.documents[set].sender, &asked);
        (heard.status, heard.text().into_owned())
    }

    fn add(&mut self, n: usize) {
        let asked = Asked {
            method: "POST",
            path: "/documents/add".into(),
            headers: Vec::new(),
            body: Said::Picture(n as u64),
        };
        let heard = self.stage.ask(self.world.documents[n].sender, &asked);
        let to = heard.header("location").unwrap_or_else(|| panic!("{}", heard.text()));
        self.ids.documents.insert(n, to.rsplit('/').next().unwrap_or_default().to_owned());
    }

    fn withdraw(&self, n: usize) {
        let sender = self.world.documents[n].sender;
        let id = self.ids.documents[&n].clone();
        let Some(software) = software(sender) else {
            return self.does(sender, &Asked::post(format!("/documents/{id}/withdraw"), &[]));
        };
        let (visit, subject) = (self.visit(Who::Software(software)), self.world.subject);
        let done = self.stage.house.store.write(move |tx| {
            let pass = consent::open(tx, &visit, subject, Action::WithdrawDocument)?;
            own::withdraw(tx, &pass, id.parse().map_err(|_| kernel::Refusal::not_found())?, "")
        });
        done.wait().unwrap();
    }
}

/// Everything.
fn all() -> Scope {
    Scope {
        documents: Documents::All,
        profile: true,
        messages: false,
        agenda: false,
        add: true,
        sharing: true,
    }
}

/// The documents of one family, and nothing else.
fn one_family() -> Scope {
    let families = [GIVEN_FAMILY.to_owned()].into();
    Scope { documents: Documents::Families(families), profile: false, add: false, sharing: false, ..all() }
}

/// A submission of these documents in the set of `set`; `other` changes their bytes.
pub fn bundle(world: &World, viewer: Option<Actor>, set: usize, documents: &[usize], other: bool) -> Value {
    let person = member(world.subject);
    let one = |n: usize| -> Value {
        let document = &world.documents[n];
        let by = professional(author(document.sender).unwrap_or(3));
        let sheet = sheet(world, n, &by, &person);
        let (bytes, media_type) = content(&sheet, document.form, document.model, other);
        let parcel = Parcel { sheet: &sheet, model: document.model, bytes: &bytes, media_type };
        let mut bundle = parcel.comprehensive();
        let reference = &mut bundle["entry"][1]["resource"];
        let labels = [
            (document.secret, "INVISIBLE_REPRESENTANTS_LEGAUX"),
            (document.masked, "MASQUE_PS"),
            (document.not_yet, "INVISIBLE_PATIENT"),
        ];
        for (_, label) in labels.into_iter().filter(|(set, _)| *set) {
            reference["securityLabel"].as_array_mut().unwrap().push(json!({"coding": [{"code": label}]}));
        }
        if let Some(old) = world.replaces(viewer, n) {
            let id = self::sheet(world, old, &by, &person).unique_id();
            let target =
                json!({"identifier": {"system": "urn:ietf:rfc:3986", "value": format!("urn:oid:{id}")}});
            reference["relatesTo"] = json!([{"code": "replaces", "target": target}]);
        }
        bundle
    };
    let mut whole = one(set);
    let first = whole["entry"][0]["resource"]["entry"].as_array().cloned().unwrap_or_default();
    let mut items = Vec::new();
    let mut entries = vec![whole["entry"][0].clone()];
    for n in documents {
        let part = if *n == set { whole.clone() } else { one(*n) };
        items.push(if *n == set {
            first[0].clone()
        } else {
            part["entry"][0]["resource"]["entry"][0].clone()
        });
        entries.extend([part["entry"][1].clone(), part["entry"][2].clone()]);
    }
    entries[0]["resource"]["entry"] = Value::Array(items);
    whole["entry"] = Value::Array(entries);
    whole
}

/// The unique id that the sender of a document gave it.
pub fn unique_id(world: &World, n: usize) -> String {
    let (person, by) = (member(world.subject), professional(3));
    sheet(world, n, &by, &person).unique_id()
}

fn sheet<'a>(world: &World, n: usize, author: &'a Practitioner, person: &'a synthetic::Person) -> Sheet<'a> {
    let at = MORNING.plus(-world.documents[n].days * Instant::DAY).paris().datetime();
    Sheet { seed: world.seed, number: n as u64, person, author, at, version: 1 }
}

fn content(
    sheet: &Sheet<'_>,
    form: Form,
    model: synthetic::cda::Model,
    other: bool,
) -> (Vec<u8>, &'static str) {
    let page = |title: &str| pdf::page(title, &["Glucose 5 mmol/L".to_owned()]);
    let xml = match form {
        Form::Pdf => return (page(if other { "Other" } else { "Bilan" }), "application/pdf"),
        Form::Wrapped => sheet.wrapped_pdf(model, &page("Bilan")),
        Form::Attached => sheet.lab_report(Some(&page("Bilan"))),
        Form::Cda | Form::Picture => sheet.write(model),
    };
    let xml = if other { xml.replace("</ClinicalDocument>", "<!-- --></ClinicalDocument>") } else { xml };
    (xml.into_bytes(), "text/xml")
}
