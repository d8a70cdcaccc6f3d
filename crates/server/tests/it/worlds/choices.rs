//! Questions about sharing: every page where something can be decided, every decision as a change whose effect is shown,
//! some of them saved, and what the space looks like then. Ids may be of what the asker does not see, or of nothing.

use kernel::Chance;

use super::apps;
use super::questions::{Question, one, some};
use super::stage::{Actor, Asked, professional};
use super::story::{Choice, FAMILIES, Ids, World};
use super::telling::form;

/// Changes whose effect is asked for.
const EFFECTS: usize = 7;

/// Professionals who may be named; the last number is nobody's.
fn rpps(chance: &Chance) -> String {
    let number = (chance.u64() % 8) as u8;
    if number == 7 { "10009999992".to_owned() } else { professional(number).rpps }
}

/// Pages where something is decided, or where it is seen who may see what.
pub fn pages(chance: &Chance) -> Vec<Question> {
    let family = ui::address::encode(&professional(1).family);
    let place = ui::address::encode("Centre");
    let mut asked: Vec<Question> = vec![
        ("GET /sharing", Asked::get("/sharing")),
        ("GET /sharing", Asked::get(format!("/sharing?q={family}"))),
        ("GET /sharing/general", Asked::get("/sharing/general")),
        ("GET /sharing/team", Asked::get(*one(&["/sharing/team", "/sharing/team?done=1"], chance))),
        ("GET /sharing/team", Asked::get(format!("/sharing/team?q={place}"))),
        ("GET /sharing/treating", Asked::get("/sharing/treating")),
        ("GET /sharing/treating", Asked::get(format!("/sharing/treating?q={family}"))),
        ("GET /sharing/blocked", Asked::get("/sharing/blocked")),
        ("GET /sharing/blocked", Asked::get(format!("/sharing/blocked?q={family}"))),
        ("GET /sharing/emergency", Asked::get("/sharing/emergency")),
        ("GET /sharing/senders", Asked::get("/sharing/senders")),
        ("GET /sharing/code", Asked::get("/sharing/code")),
        ("GET /sharing/hidden", Asked::get("/sharing/hidden")),
        ("GET /sharing/hidden/choose", Asked::get("/sharing/hidden/choose")),
        (
            "GET /sharing/hidden/choose",
            Asked::get(format!("/sharing/hidden/choose?page={}", one(&["1", "2", "9", "x"], chance))),
        ),
        ("GET /sharing/preview", Asked::get("/sharing/preview")),
        ("GET /apps", Asked::get("/apps")),
        apps::asking(0),
        apps::asking(1),
        ("GET /journal/reports", Asked::get("/journal/reports")),
        ("GET /journal/notices", Asked::get("/journal/notices")),
    ];
    let jobs = ["p10", "p93", "p60", "p21", "p40", "p98", "p00", ""];
    for who in [(*one(&jobs, chance)).to_owned(), rpps(chance), rpps(chance), rpps(chance)] {
        asked.push(("GET /sharing/preview", Asked::get(format!("/sharing/preview?who={who}"))));
    }
    for _ in 0..2 {
        let line = chance.u64() % 40;
        asked.push(("GET /journal/report", Asked::get(format!("/journal/report?line={line}"))));
    }
    asked
}

/// Her codes, typed by a professional to whom they open nothing: ended, used up, or he is blocked.
pub fn codes(world: &World, ids: &Ids, viewer: Actor) -> Vec<Question> {
    let Actor::Pro(number) = viewer else { return Vec::new() };
    let decided = world.decided(world.events.len());
    let secretly = decided.secretly.contains(&number);
    let dead = ids.loans.iter().filter(|(loan, _)| !secretly && !decided.lets_in(number, **loan));
    dead.map(|(_, (code, _))| ("POST /pro/code", Asked::post("/pro/code", &[("code", code)]))).collect()
}

/// Fields as a form sends them, some of which no page of ours would send.
type Fields = Vec<(&'static str, String)>;

/// A word on documents: one, several, those of a list with boxes, those that are nobody's.
fn words(ids: &Ids, chance: &Chance) -> Fields {
    let drawn: Vec<&String> = some(ids.documents.values(), chance, 3);
    let named =
        |n: usize| -> String { drawn.iter().take(n).map(|id| id.as_str()).collect::<Vec<_>>().join(" ") };
    let word = (*one(&["hide", "show"], chance)).to_owned();
    let field: &'static str = if word == "hide" { "hide" } else { "show" };
    match chance.u64() % 6 {
        0 => vec![("do", "documents".into()), (field, "1-0000000000000".into())],
        1 => vec![("do", "documents".into()), ("hide", named(1)), ("show", named(3))],
        2 => vec![("do", "choose".into()), ("listed", named(3)), ("hide", named(1))],
        3 => vec![("do", "choose".into()), ("listed", named(3))],
        4 => vec![("do", "documents".into()), (field, named(3))],
        _ => vec![("do", "documents".into()), (field, named(1))],
    }
}

/// One decision of any sort.
fn change(ids: &Ids, chance: &Chance) -> Fields {
    let number = (chance.u64() % 7) as u8;
    let which = (chance.u64() % 3) as usize;
    let yes = chance.u64().is_multiple_of(2);
    let sender = if yes { Actor::Laboratory } else { Actor::Hospital };
    let family = *one(&FAMILIES, chance);
    let modes = people::consent::Mode::CHOICES;
    let known = |choice: Choice| form(&choice, ids);
    let said = |word: &str, name: &'static str, value: String| vec![("do", word.to_owned()), (name, value)];
    match chance.u64() % 28 {
        0 => known(Choice::Share(*one(&modes, chance))),
        1 => known(Choice::Block(number)),
        2 => known(Choice::Unblock(number)),
        3 => known(Choice::Allow(number)),
        4 => known(Choice::Disallow(number)),
        5 => known(Choice::Treating(Some(number))),
        6 => known(Choice::Treating(None)),
        7 => known(if yes { Choice::AllowTeam(number) } else { Choice::DisallowTeam(number) }),
        8 => known(Choice::RefuseEmergency(yes)),
        9 => known(Choice::RefuseCalls(yes)),
        10 => known(Choice::RefuseSender(sender)),
        11 => known(Choice::AcceptSender(sender)),
        12 | 13 => known(Choice::Family(family, yes)),
        14 | 15 => {
            let last = (chance.u64() % 300) as i64;
            let from = if yes { last + 90 } else { last - 1 };
            known(Choice::Episode(7, from, last))
        }
        16 => known(Choice::ShowEpisode(which)),
        17 => {
            let loan = ids.loans.get(&which).map(|(_, id)| id.clone());
            said("loan-end", "loan", loan.unwrap_or_else(|| "00".into()))
        }
        18 => said(one::<&str>(&["block", "allow", "treating"], chance), "rpps", rpps(chance)),
        19 => said("team", "finess", "000000000".into()),
        20 => said("sender", "organization", "personne".into()),
        21 => said(
            one::<&str>(&["emergency", "mode", "family", "episode", "nothing"], chance),
            "mode",
            "x".into(),
        ),
        22 | 23 => {
            let connection = ids.apps.get(&u8::from(yes)).map(|token| token.app.connection.clone());
            said("app-end", "app", connection.unwrap_or_else(|| "00".into()))
        }
        _ => words(ids, chance),
    }
}

/// What is ticked for an app; some of it connects none.
fn granting(chance: &Chance) -> &'static [(&'static str, &'static str)] {
    let answers: [&[(&str, &str)]; 5] = [
        &[("documents", "all"), ("profile", "yes"), ("days", "30"), ("answer", "connect")],
        &[("documents", "families"), ("family", "10"), ("days", "365"), ("answer", "connect")],
        &[("documents", "none"), ("profile", "yes"), ("days", "90"), ("answer", "connect")],
        &[("documents", "none"), ("days", "7"), ("answer", "connect")],
        &[("answer", "no")],
    ];
    answers[(chance.u64() % 5) as usize]
}

/// Changes: what they would do, some of them done, and what is to be seen then.
pub fn changing(world: &World, ids: &Ids, chance: &Chance) -> Vec<Question> {
    let post = |path: &'static str, fields: &Fields| {
        let fields: Vec<(&'static str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Asked::post(path, &fields)
    };
    let mut asked: Vec<Question> = Vec::new();
    for _ in 0..EFFECTS {
        asked.push(("POST /sharing/effect", post("/sharing/effect", &change(ids, chance))));
    }
    // Documents that are hidden already, or shown: whether it is so is hers who asks.
    asked.push(("POST /sharing/effect", post("/sharing/effect", &words(ids, chance))));
    for fields in [change(ids, chance), words(ids, chance)] {
        asked.push(("POST /sharing/decide", post("/sharing/decide", &fields)));
    }
    let [minutes, uses] = *one(&[["60", "1"], ["15", "5"], ["10080", "20"], ["7", "1"], ["60", "3"]], chance);
    let line = (chance.u64() % 40).to_string();
    asked.extend([
        ("GET /sharing", Asked::get("/sharing")),
        ("GET /sharing/hidden", Asked::get("/sharing/hidden")),
        ("GET /sharing/preview", Asked::get(format!("/sharing/preview?who={}", rpps(chance)))),
        ("POST /sharing/code", Asked::post("/sharing/code", &[("minutes", minutes), ("uses", uses)])),
        ("GET /sharing/code", Asked::get("/sharing/code")),
        (
            "POST /journal/report",
            Asked::post("/journal/report", &[("line", &line), ("why", "Je ne le connais pas.")]),
        ),
        ("GET /journal/reports", Asked::get("/journal/reports?sent=1")),
        ("POST /journal/notices", Asked::post("/journal/notices", &[("of", "accesses")])),
        ("POST /journal/notices/address", Asked::post("/journal/notices/address", &[("address", "a@b.fr")])),
        ("POST /journal/notices/code", Asked::post("/journal/notices/code", &[("code", "123456")])),
        ("POST /journal/notices/forget", Asked::post("/journal/notices/forget", &[("what", "asked")])),
        ("POST /journal/notices/devices", Asked::post("/journal/notices/devices", &[("name", "x")])),
        (
            "POST /journal/notices/devices/remove",
            Asked::post("/journal/notices/devices/remove", &[("id", "1")]),
        ),
        ("GET /journal/notices", Asked::get("/journal/notices")),
        apps::answering((chance.u64() % 2) as u8, granting(chance)),
        ("GET /apps", Asked::get("/apps")),
    ]);
    let entry = some(ids.documents.values(), chance, 1).first().map(|id| (*id).clone());
    let entry = entry.unwrap_or_else(|| format!("{}-0000000000000", world.subject));
    asked.push(("GET /documents/{entry}/who", Asked::get(format!("/documents/{entry}/who"))));
    asked
}
