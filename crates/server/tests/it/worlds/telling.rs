//! Lets a world happen in a house, through its doors, or through the verb of a room where no door leads to it yet.

use care::documents::own;
use care::record::fold::Record;
use kernel::{Actor as Who, Instant, Language, PersonId, Purpose, Visit};
use people::consent::{self, Action, Granted};
use people::delegation::model::{Documents, Scope};
use people::delegation::{guardians, offers};
use people::notice::push::Services;
use people::notice::{self, Pair, Wishes, push};
use serde_json::{Value, json};
use store::{Act, Kind};

use super::apps::{self, LASTING};
use super::oracle::GIVEN_FAMILY;
use super::papers;
use super::stage::{
    Actor, Asked, CARER, FATHER, GRANDMOTHER, Heard, MOTHER, NO_PUSH_SERVICE, Said, Stage, TEENAGER, member,
    professional, software,
};
use super::story::{Choice, Event, Ids, Labels, Look, World};
use crate::harness::MORNING;

/// Seconds between two events.
const PACE: i64 = 10;
/// When questions are asked, in seconds after the morning.
pub const AFTERWARDS: i64 = 600;

/// Lets everything happen; answers the ids of what came in. `viewer` is told of news, as she is in the other house.
pub fn tell(stage: &Stage, world: &World, viewer: Actor) -> Ids {
    go_on(stage, world, (viewer, false), Ids::default())
}

/// Lets only that happen which happened as far as `viewer` may know. `ids` are those of the whole world: somebody who is
/// refused at the door asked for what never was.
pub fn tell_without(stage: &Stage, world: &World, viewer: Actor, ids: Ids) {
    go_on(stage, world, (viewer, true), ids);
}

/// Whoever looks and is told of news by e-mail, and of whose space: the person, a parent, a guardian.
pub fn told(world: &World, viewer: Actor) -> Option<Pair> {
    match viewer {
        Actor::Citizen(person) if person == world.subject => Some(Pair::own(person)),
        Actor::For(reader @ MOTHER, person @ TEENAGER)
        | Actor::For(reader @ FATHER, person @ GRANDMOTHER) => Some(Pair { person, reader }),
        _ => None,
    }
}

fn go_on(stage: &Stage, world: &World, (viewer, without): (Actor, bool), ids: Ids) -> Ids {
    let without_for = without.then_some(viewer);
    let mut telling = Telling { stage, world, without_for, told: told(world, viewer), ids };
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
        if let Some(viewer) = without_for {
            telling.turns_secret(&world.joined(viewer, at), true);
        }
        // Whoever acts for her may be told of a document on the day, and it be kept from her since: a letter is not taken
        // back. Of her letters, those are compared that she is sent once everything has happened.
        if let Some(pair) = telling.told.filter(|_| matches!(viewer, Actor::Citizen(_))) {
            stage.look_for_news(pair);
        }
    }
    stage.at(AFTERWARDS);
    stage.sign_everybody_out();
    stage.tokens.borrow_mut().extend(telling.ids.apps.clone());
    telling.ids
}

/// What a browser says of itself; the keys are those of RFC 8291 §5.
const SUBSCRIPTION: push::Subscription<'static> = push::Subscription {
    endpoint: "http://127.0.0.1:9/telephone",
    key: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    secret: "BTBZMqHH6r4Tts7J_aSIgg",
};

struct Telling<'a> {
    stage: &'a Stage,
    world: &'a World,
    without_for: Option<Actor>,
    /// Who is told of news.
    told: Option<Pair>,
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
        } else {
            self.offer_for_child(CARER, 1);
        }
        for who in self.world.cast() {
            self.stage.chance.set(2);
            self.stage.ask(who, &Asked::get("/help"));
        }
        if let Some(pair) = self.told {
            self.wants_mail(pair.reader);
            self.wants_notifications(pair.reader);
        }
    }

    /// Somebody is told of everything by e-mail, also of those whom she represents.
    fn wants_mail(&self, reader: PersonId) {
        let (house, visit) = (&self.stage.house, self.citizen(reader));
        self.stage.draw_anew(4);
        let inside = house.clone();
        let done = house.store.write(move |tx| {
            notice::ask(tx, &visit, "elle@example.org", &inside.chance)??;
            let asked = notice::chosen(tx, &visit)?.choice.asked;
            notice::confirm(tx, &visit, &asked.map(|asked| asked.code).unwrap_or_default())??;
            notice::choose(tx, &visit, Wishes { accesses: true, documents: true, represented: true })
        });
        done.wait().unwrap();
    }

    /// And on a device.
    fn wants_notifications(&self, reader: PersonId) {
        let (house, visit) = (&self.stage.house, self.citizen(reader));
        self.stage.draw_anew(5);
        let inside = house.clone();
        let done = house.store.write(move |tx| {
            let services = Services::read(NO_PUSH_SERVICE).unwrap();
            push::add(tx, &visit, "Son téléphone", &SUBSCRIPTION, &services, &inside.chance)?
        });
        done.wait().unwrap();
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

    /// A mother offers somebody to act for her child, who has not answered yet.
    fn offer_for_child(&self, to: PersonId, seed: u64) {
        let hers = Visit { on_behalf_of: Some(TEENAGER), ..self.citizen(MOTHER) };
        let (house, offer) = (&self.stage.house, offer(to, one_family()));
        self.stage.draw_anew(seed);
        let inside = house.clone();
        let done = house.store.write(move |tx| {
            let pass = consent::open(tx, &hers, TEENAGER, Action::ManageDelegation)?;
            offers::offer(tx, &pass, offer, &inside.chance)
        });
        done.wait().unwrap();
    }

    fn delegate(&self, to: PersonId, scope: Scope, seed: u64) {
        let (hers, theirs) = (self.citizen(GRANDMOTHER), self.citizen(to));
        let offer = offer(to, scope);
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
            Event::Amended(n, labels) => self.amend(*n, *labels),
            Event::Added(n) => self.add(*n),
            Event::Kept(documents) => self.turns_secret(documents, true),
            Event::Lifted(documents) => self.turns_secret(documents, false),
            Event::Looked(who, look) => {
                let asked = self.look(*who, *look, subject);
                self.stage.ask(*who, &asked);
            }
            Event::DoctorKept => self.does(herself, &Asked::post("/sharing/keep", &[("rpps", &doctor)])),
            Event::DoctorShown => self.does(herself, &Asked::post("/sharing/show", &[("rpps", &doctor)])),
            Event::Decided(by, choice) => self.decide(*by, choice),
            Event::TurnedAway(sender) => {
                let bundle = papers::report(self.world, *sender, 700 + at as u64);
                let heard = self.stage.ask(*sender, &Asked::resource("/fhir", &bundle));
                assert_eq!(heard.status, 403, "world {}: {}", self.world.seed, heard.text());
            }
            Event::Announced(n, number) => {
                // Whoever does not see it is told that there is nothing.
                let path = format!("/documents/{}/announce", self.ids.documents[n]);
                self.stage.ask(Actor::Pro(*number), &Asked::post(path, &[]));
            }
            Event::Emergency(number) => self.comes(*number, "emergency"),
            Event::Call(number) => self.comes(*number, "call"),
            Event::Present(number) => self.comes(*number, "presence"),
            Event::Secretly(number) => self.comes(*number, "secret"),
            Event::SecretEnded(number) => {
                let path = format!("/pro/patients/{subject}/secret/end");
                self.stage.ask(Actor::Pro(*number), &Asked::post(path, &[]));
            }
            Event::Typed(number, loan) => {
                let code = self.ids.loans[loan].0.clone();
                self.stage.ask(Actor::Pro(*number), &Asked::post("/pro/code", &[("code", &code)]));
            }
            Event::Reported => {
                let why = [("line", "1"), ("why", "Je ne le connais pas.")];
                self.does(herself, &Asked::post("/journal/report", &why));
            }
            Event::Worked => self.stage.work(),
        }
    }

    /// Takes both labels away, and puts there those that are to be.
    fn amend(&self, n: usize, labels: Labels) {
        const OF: &str = "DocumentReference";
        let part = |name: &str, kind: &str, value: Value| json!({"name": name, kind: value});
        let both = [(labels.secret, "INVISIBLE_REPRESENTANTS_LEGAUX"), (labels.masked, "MASQUE_PS")];
        let operations = both.into_iter().flat_map(|(is_said, code)| {
            let path = format!("{OF}.securityLabel.where(coding.code='{code}')");
            let away = [part("type", "valueCode", "delete".into()), part("path", "valueString", path.into())];
            let there = [
                part("type", "valueCode", "add".into()),
                part("path", "valueString", OF.into()),
                part("name", "valueString", "securityLabel".into()),
                part("value", "valueCodeableConcept", json!({"coding": [{"code": code}]})),
            ];
            [Some(away.to_vec()), is_said.then(|| there.to_vec())]
        });
        let operations: Vec<Value> =
            operations.flatten().map(|parts| json!({"name": "operation", "part": parts})).collect();
        let parameters = json!({"resourceType": "Parameters", "parameter": operations});
        let path = format!("/fhir/{OF}/{}", self.ids.documents[&n]);
        let asked = Asked { method: "PATCH", ..Asked::resource(path, &parameters) };
        let heard = self.stage.ask(self.world.documents[n].sender, &asked);
        assert_eq!(heard.status, 200, "world {}: {}", self.world.seed, heard.text());
    }

    /// She keeps each of these from those who act for her, or no longer.
    fn turns_secret(&self, documents: &[usize], kept: bool) {
        for n in documents {
            if matches!(self.without_for, Some(Actor::Pro(_) | Actor::Laboratory | Actor::Hospital)) {
                // What her word was about there is told one by one: here other things are one.
                self.turns_one_secret(*n, kept);
                continue;
            }
            let what = if kept { "secret" } else { "secret/lift" };
            let path = format!("/documents/{}/{what}", self.ids.documents[n]);
            self.does(Actor::Citizen(self.world.subject), &Asked::post(path, &[]));
        }
    }

    fn turns_one_secret(&self, n: usize, kept: bool) {
        let (subject, visit) = (self.world.subject, self.citizen(self.world.subject));
        let kind = if kept { Kind::KeptSecret } else { Kind::SecretLifted };
        let entry = self.ids.documents[&n].parse().ok();
        let done = self.stage.house.store.write(move |tx| {
            let pass = consent::open(tx, &visit, subject, Action::ReadRecord)?;
            let act = Act { kind, at: visit.now, entry, line: pass.line(), data: None, blob: None };
            tx.append(pass.key(), act)?;
            Ok(Record::load(tx, pass.key())?.keep(tx, pass.key())?)
        });
        done.wait().unwrap();
    }

    fn decide(&mut self, by: Actor, choice: &Choice) {
        if let Choice::Lend(loan, uses) = choice {
            let uses = uses.to_string();
            let heard =
                self.stage.ask(by, &Asked::post("/sharing/code", &[("minutes", "60"), ("uses", &uses)]));
            let code = between(&heard, "id=\"code\" translate=\"no\">", "<");
            let name = between(&heard, "name=\"loan\" value=\"", "\"");
            self.ids.loans.insert(*loan, (code, name));
            return;
        }
        if let Choice::Connect(number, granted, ends) = choice {
            return self.connect(by, *number, granted, *ends);
        }
        let fields = form(choice, &self.ids);
        let fields: Vec<(&'static str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.does(by, &Asked::post("/sharing/decide", &fields));
        if let Choice::Episode(which, ..) = choice {
            let (visit, subject) = (self.citizen(self.world.subject), self.world.subject);
            let named = self.stage.house.store.read(move |tx| {
                let pass = consent::open(tx, &visit, subject, Action::ManageSharing)?;
                Ok(consent::sharing(tx, &pass)?.episodes.last().map(|episode| episode.id.clone()))
            });
            self.ids.episodes.extend(named.wait().unwrap().map(|id| (*which, id)));
        }
    }

    /// Connects an app; one whose connection ends during the story was connected a month before.
    fn connect(&mut self, by: Actor, number: u8, granted: &Granted, ends: usize) {
        let (person, for_whom) = match by {
            Actor::For(person, other) => (person, Some(other)),
            _ => (self.world.subject, None),
        };
        let mut visit = Visit { on_behalf_of: for_whom, ..self.citizen(person) };
        if ends != usize::MAX {
            let end = MORNING.plus((ends as i64 * PACE + PACE / 2) * Instant::SECOND);
            visit.now = end.plus(-i64::from(LASTING) * Instant::DAY);
        }
        let (house, granted) = (&self.stage.house, granted.clone());
        self.stage.draw_anew(self.stage.chance.get());
        let inside = house.clone();
        let given = house.store.write(move |tx| apps::connect(tx, &inside, &visit, number, granted.clone()));
        if let Some(token) = given.wait().unwrap() {
            self.stage.tokens.borrow_mut().insert(number, token.clone());
            self.ids.apps.insert(number, token);
        }
    }

    /// A professional finds her and declares something about her. Whether it is allowed is hers to decide: a refusal is
    /// part of the world.
    fn comes(&self, number: u8, what: &str) {
        let (who, subject) = (Actor::Pro(number), self.world.subject);
        let found = self.stage.ask(who, &Asked::post("/pro", &[("ins", &member(subject).ins.matricule)]));
        let found = found.header("location").and_then(|to| to.split_once("found=")).map(|(_, found)| found);
        let said = [
            ("found", found.unwrap_or_else(|| panic!("world {}: nobody found", self.world.seed))),
            ("reason", "Trouvée inconsciente sur la voie publique"),
        ];
        self.stage.ask(who, &Asked::post(format!("/pro/patients/{subject}/{what}"), &said));
    }

    /// What must be done for the world to go on.
    fn does(&self, who: Actor, asked: &Asked) {
        let heard = self.stage.ask(who, asked);
        assert_eq!(heard.status, 303, "world {}: {who:?} {asked:?}: {}", self.world.seed, heard.text());
    }

    fn look(&self, who: Actor, look: Look, subject: PersonId) -> Asked {
        let list =
            if let Actor::Pro(_) = who { format!("/pro/patients/{subject}") } else { "/documents".into() };
        let (page, file) = match who {
            Actor::App(..) => ("/fhir/DocumentReference", "/fhir/Binary"),
            _ => ("/documents", "/documents"),
        };
        let end = if page == file { "/file" } else { "" };
        Asked::get(match look {
            Look::List | Look::Search if page != file => format!("/fhir/List?patient={subject}"),
            Look::List => list,
            Look::Search => format!("{list}?q=glucose"),
            Look::Fhir => format!("/fhir/DocumentReference?patient={subject}"),
            Look::Journal => "/journal".into(),
            Look::Profile => format!("/fhir/Patient/{subject}"),
            Look::Elsewhere => "/help".into(),
            Look::Page(n) => format!("{page}/{}", self.ids.documents[&n]),
            Look::File(n) => format!("{file}/{}{end}", self.ids.documents[&n]),
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
        let bundle = papers::bundle(self.world, self.without_for, set, documents, other);
        let heard = self.stage.ask(self.world.documents[set].sender, &Asked::resource("/fhir", &bundle));
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

/// To act for somebody, from today on.
fn offer(to: PersonId, scope: Scope) -> offers::Offer {
    let (other, today) = (member(to), MORNING.date());
    offers::Offer {
        name: other.first_given().to_owned(),
        born: other.traits.birth_date,
        ins: Some(other.ins),
        link: "carer".into(),
        scope,
        begins: today,
        ends: today.saturating_add(jiff::Span::new().months(6)),
        reason: String::new(),
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

/// What stands in a page between two marks.
fn between(heard: &Heard, from: &str, to: &str) -> String {
    let text = heard.text();
    let found = text.split_once(from).and_then(|(_, rest)| rest.split_once(to));
    found.map(|(found, _)| found.to_owned()).unwrap_or_else(|| panic!("{from} stands nowhere in {text}"))
}

/// The form of a decision, as its page sends it.
pub fn form(choice: &Choice, ids: &Ids) -> Vec<(&'static str, String)> {
    let rpps = |number: &u8| professional(*number).rpps;
    let place = |number: &u8| professional(*number).establishment.finess;
    let house = |sender: &Actor| software(*sender).and_then(|software| software.finess).unwrap_or_default();
    let one = |what: &str, name: &'static str, value: String| vec![("do", what.to_owned()), (name, value)];
    let yes = |yes: &bool| if *yes { "yes" } else { "no" }.to_owned();
    match choice {
        Choice::Allow(number) => one("allow", "rpps", rpps(number)),
        Choice::Disallow(number) => one("disallow", "rpps", rpps(number)),
        Choice::Share(mode) => one("mode", "mode", mode.word().to_owned()),
        Choice::Block(number) => one("block", "rpps", rpps(number)),
        Choice::Unblock(number) => one("unblock", "rpps", rpps(number)),
        Choice::Treating(Some(number)) => one("treating", "rpps", rpps(number)),
        Choice::Treating(None) => vec![("do", "treating-end".to_owned())],
        Choice::AllowTeam(number) => one("team", "finess", place(number)),
        Choice::DisallowTeam(number) => one("team-end", "finess", place(number)),
        Choice::RefuseEmergency(refused) => one("emergency", "refused", yes(refused)),
        Choice::RefuseCalls(refused) => one("call-centre", "refused", yes(refused)),
        Choice::RefuseSender(sender) => {
            let mut fields = one("sender", "organization", house(sender));
            fields.push(("motive", "Je ne suis pas suivie par eux.".to_owned()));
            fields
        }
        Choice::AcceptSender(sender) => one("sender-end", "organization", house(sender)),
        Choice::Hide(documents, hidden) => {
            let named: Vec<&str> = documents.iter().map(|n| ids.documents[n].as_str()).collect();
            one("documents", if *hidden { "hide" } else { "show" }, named.join(" "))
        }
        Choice::Family(family, true) => one("family", "family", (*family).to_owned()),
        Choice::Family(family, false) => one("family-end", "family", (*family).to_owned()),
        Choice::Episode(which, from, last) => {
            let mut fields = one("episode", "name", format!("Soins {which}"));
            fields.extend(days("from", *from));
            fields.extend(days("last", *last));
            fields
        }
        Choice::ShowEpisode(which) => {
            one("episode-end", "episode", ids.episodes.get(which).cloned().unwrap_or_default())
        }
        Choice::EndLoan(loan) => one("loan-end", "loan", ids.loans[loan].1.clone()),
        Choice::Disconnect(app) => one("app-end", "app", ids.apps[app].app.connection.clone()),
        Choice::Lend(..) | Choice::Connect(..) => Vec::new(),
    }
}

/// The fields of a date so many days before the morning.
fn days(name: &str, ago: i64) -> [(&'static str, String); 3] {
    let day = MORNING.plus(-ago * Instant::DAY).paris().date();
    let names = if name == "from" {
        ["from-day", "from-month", "from-year"]
    } else {
        ["last-day", "last-month", "last-year"]
    };
    let values = [day.day().to_string(), day.month().to_string(), day.year().to_string()];
    let [day, month, year] = values;
    [(names[0], day), (names[1], month), (names[2], year)]
}
