//! No route is left out: each is asked about by `questions.rs`, or stands here with the reason why its answer says
//! nothing of what a space holds.

use std::collections::{BTreeMap, BTreeSet};

use super::Tally;
use super::drawing;
use super::questions::{self, Known, NOWHERE};
use super::stage::Asked;
use super::story::Ids;

/// Pages and files that are the same for everybody.
const SAME_FOR_ALL: &[&str] = &[
    "GET /help",
    "GET /accessibility",
    "GET /privacy",
    "GET /legal",
    "GET /assets/{file}",
    "GET /theme/{file}",
    "GET /language",
    "GET /robots.txt",
    "GET /manifest.webmanifest",
    "GET /demo/app",
    "GET /push/worker.js",
    "GET /fhir/metadata",
    "GET /fhir/.well-known/smart-configuration",
    "GET /.well-known/smart-configuration",
    "GET /.well-known/openid-configuration",
    "GET /.well-known/oauth-authorization-server",
    "GET /oauth/jwks",
    "GET /oauth/client-keys",
    "GET /healthz",
    "GET /readyz",
];

/// Proving who one is: reads accounts, sessions and codes of whoever asks, and no space.
const ONESELF: &[&str] = &[
    "GET /sign-in",
    "POST /sign-in/options",
    "POST /sign-in/finish",
    "GET /sign-in/recovery",
    "POST /sign-in/recovery",
    "GET /signed-out",
    "POST /sign-out",
    "GET /activation",
    "POST /activation",
    "GET /activation/passkey",
    "POST /activation/passkey/options",
    "POST /activation/passkey/finish",
    "POST /activation/later",
    "GET /activation/codes",
    "POST /account/passkey/options",
    "POST /account/passkey/finish",
    "POST /account/passkey/rename",
    "POST /account/passkey/remove",
    "POST /account/codes",
    "POST /account/session/end",
    "POST /account/sign-out-everywhere",
    "GET /pro/sign-in",
    "POST /pro/sign-in/finish",
    "GET /pro/recovery",
    "POST /pro/recovery",
    "GET /pro/activation",
    "POST /pro/activation",
    "GET /pro/activation/passkey",
    "POST /pro/activation/passkey/options",
    "POST /pro/activation/passkey/finish",
    "POST /pro/activation/later",
    "GET /pro/activation/codes",
    "GET /pro/account",
    "POST /pro/account/passkey/options",
    "POST /pro/account/passkey/finish",
    "POST /pro/account/passkey/rename",
    "POST /pro/account/passkey/remove",
    "POST /pro/account/codes",
    "POST /pro/account/session/end",
    "POST /pro/account/sign-out-everywhere",
    "GET /pro/situation",
    "POST /pro/situation",
    "GET /confirm",
    "POST /confirm/finish",
    "GET /confirm/resume",
    "GET /demo/{persona}",
    "GET /sign-in/with/{provider}",
    "GET /sign-in/back/{provider}",
    "POST /sign-in/decide",
    "GET /sign-in/leave",
    "POST /oauth/ended/{provider}",
    "GET /sign-in/telephone/{provider}",
    "POST /sign-in/telephone/{provider}",
    "GET /sign-in/waiting",
    "GET /account/ways",
    "POST /account/ways/close",
    "POST /account/ways/open",
    "GET /pro/account/ways",
    "POST /pro/account/ways/close",
    "POST /pro/account/ways/open",
];

/// Proving to a service who a professional is: reads her account, her services and their keys, and no space. An app gets
/// its tokens at the same doors for what she herself handed to it: its answer is of that grant, and of no document.
const SERVICES: &[&str] = &[
    "POST /oauth/token",
    "POST /oauth/authorize",
    "POST /oauth/par",
    "POST /oauth/ciba",
    "GET /oauth/userinfo",
    "POST /oauth/userinfo",
    "POST /oauth/introspect",
    "POST /oauth/revoke",
    "POST /oauth/logout",
    "POST /oauth/enter",
    "POST /oauth/again",
    "GET /oauth/logout",
    "POST /oauth/logout/confirm",
    "GET /pro/approvals",
    "POST /pro/approvals/answer",
    "POST /pro/approvals/end",
];

/// Reports that persons sent to the operator's team, with the line that each chose to attach: what she wanted read.
const REPORTS: &[&str] = &[
    "GET /operator/reports/{person}/{id}",
    "POST /operator/reports/{person}/{id}/answer",
    "POST /operator/reports/{person}/{id}/close",
];

/// A code from a letter opens one offer or one opposition: reads what the letter was about, and no document.
const LETTERS: &[&str] =
    &["GET /acting/invitation", "POST /acting/invitation", "GET /opposition", "POST /opposition/confirm"];

/// Forms of the operator's team, which are the same whoever they are about.
const FORMS: &[&str] = &["GET /operator/opposition", "GET /operator/closing", "GET /operator/desk"];

/// What a professional did, for whoever watches over professionals: how many spaces she opened, by design, and nothing
/// of what is in them. What a space holds does not change how often it was opened.
const WATCHING: &[&str] = &[
    "GET /operator/vigilance",
    "GET /operator/vigilance/{rpps}",
    "POST /operator/vigilance/{rpps}/suspend",
    "POST /operator/vigilance/{rpps}/lift",
];

/// The transparency log grows with whatever anybody does, by design, and is keyed so that its entries tell nobody whose
/// they are. (The proof of a journal is its owner's alone, says by design how many acts are withheld in it, and is asked by
/// everybody else.)
const LOG: &[&str] = &["GET /log/checkpoint", "GET /log/tile/{*path}", "GET /log/begun"];

/// Sums over everybody's requests, on the operator's own port.
const SUMS: &[&str] = &["GET /metrics"];

fn left_out() -> BTreeSet<&'static str> {
    let all = [SAME_FOR_ALL, ONESELF, SERVICES, REPORTS, LETTERS, FORMS, WATCHING, LOG, SUMS].concat();
    let set: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(set.len(), all.len(), "a route stands here twice");
    set
}

/// Whether a request is one to this route.
fn is_to(route: &str, asked: &Asked) -> bool {
    let (method, path) = route.split_once(' ').unwrap_or_default();
    let own = asked.path.split('?').next().unwrap_or_default();
    let method_fits = asked.method == method || (asked.method == "HEAD" && method == "GET");
    let parts = || path.split('/').zip(own.split('/'));
    let fits = path.split('/').count() == own.split('/').count();
    method_fits && fits && parts().all(|(of_route, part)| of_route.starts_with('{') || of_route == part)
}

/// Routes that refuse everybody here, and why: what they answer otherwise needs something that no world has.
const ONLY_REFUSED: &[(&str, &str)] = &[
    ("GET /account/reopen", "nobody has closed her space; journey.choices has one who did"),
    ("GET /acting/decline", "wants an offer to the viewer; acting.rs has one"),
    ("POST /acting/accept", "wants an offer to the viewer; acting.rs has one"),
    ("POST /acting/decline", "wants an offer to the viewer; acting.rs has one"),
    ("GET /documents/{entry}/attachment/{n}", "no document here has files in it"),
    ("GET /journal/proof", "is its owner's alone, and of the chain: she is not asked here"),
    ("GET /pro/patients/{person}/presence", "is the page of a refusal itself, its form with it"),
    ("POST /operator/guardians/end", "ends a measure by its name; acting.rs has one"),
];

/// Over all worlds together, each route answered somebody with more than a refusal, or stands in [`ONLY_REFUSED`]: refusals
/// alone would compare nothing. And there was something to compare.
pub fn each_was_open(tally: &Tally) {
    let refused: BTreeSet<&str> = ONLY_REFUSED.iter().map(|(route, _)| *route).collect();
    let closed: BTreeSet<&str> =
        tally.routes.difference(&tally.open).copied().filter(|route| *route != NOWHERE).collect();
    let unnamed: Vec<&&str> = closed.difference(&refused).collect();
    assert!(unnamed.is_empty(), "refused everybody, and nothing says why: {unnamed:#?}");
    let answered: Vec<&&str> = refused.difference(&closed).collect();
    assert!(answered.is_empty(), "answered somebody, or was not asked: {answered:#?}");
    let Tally { hidden, removed, read_by_apps, mails, notifications, .. } = *tally;
    for (what, count) in [
        ("hidden", hidden),
        ("removed", removed),
        ("read by apps", read_by_apps),
        ("sent", mails),
        ("sent to a device", notifications),
    ] {
        assert!(count > 0, "nothing was {what}");
    }
}

#[test]
fn no_route_is_left_out() {
    let mut routes: BTreeSet<String> = server::doors::routes(true).iter().map(|route| route.name()).collect();
    routes.extend(server::doors::admin::PATHS.iter().map(|path| format!("GET {path}")));
    let left_out = left_out();
    let mut asked: BTreeMap<&str, Asked> = BTreeMap::new();
    for seed in 1..20 {
        let world = drawing::world(seed);
        let mut ids = Ids::default();
        ids.documents.extend((0..world.documents.len()).map(|n| (n, format!("5-{n:013}"))));
        ids.sets.insert(0, "5-0000000000099".into());
        for (route, question) in questions::all(&world, &ids, seed, &Known::nothing(&world)) {
            if route != NOWHERE {
                assert!(is_to(route, &question), "{question:?} is no request to {route}");
                asked.insert(route, question);
            }
        }
    }
    let known = |route: &str| asked.contains_key(route) || left_out.contains(route);
    let missing: Vec<&String> = routes.iter().filter(|route| !known(route)).collect();
    assert!(
        missing.is_empty(),
        "ask these in worlds/questions.rs, or say in worlds/routes.rs why they read no space: {missing:#?}"
    );
    let gone: Vec<&&str> = asked.keys().chain(&left_out).filter(|route| !routes.contains(**route)).collect();
    assert!(gone.is_empty(), "there are no such routes: {gone:?}");
    let twice: Vec<&&str> = left_out.iter().filter(|route| asked.contains_key(**route)).collect();
    assert!(twice.is_empty(), "these are asked and left out: {twice:?}");
}

/// Over the worlds that are looked at anyway, every parameter of every kind is asked, in every way that it has.
#[test]
fn every_parameter_of_a_search_is_asked_in_every_way() {
    let mut asked: BTreeSet<(&str, String)> = BTreeSet::new();
    for seed in 1..=super::WORLDS {
        let world = drawing::world(seed);
        for (_, question) in questions::all(&world, &Ids::default(), seed, &Known::nothing(&world)) {
            let Some((path, query)) = question.path.split_once('?') else { continue };
            let Some(kind) = path.strip_prefix("/fhir/") else { continue };
            for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
                let name = name.replace("%3A", ":");
                let known = questions::KINDS.iter().find(|known| known.name() == kind);
                let Some(known) = known else { continue };
                // A prefix is part of the value, and only a date has one.
                let is_date = known.offered().any(|(own, of)| own == name && of == "date");
                let way = questions::ways("date").iter().find(|way| {
                    is_date && !way.is_empty() && !way.starts_with(':') && value.starts_with(**way)
                });
                asked.insert((known.name(), format!("{name}{}", way.unwrap_or(&""))));
            }
        }
    }
    for kind in questions::KINDS {
        let offered = kind.offered().map(|(name, _)| name.to_owned());
        let ways = questions::parameters(kind).into_iter().map(|(name, _, way)| format!("{name}{way}"));
        let missing: Vec<String> =
            offered.chain(ways).filter(|name| !asked.contains(&(kind.name(), name.clone()))).collect();
        assert!(missing.is_empty(), "{} is never asked by {missing:?}", kind.name());
    }
}
