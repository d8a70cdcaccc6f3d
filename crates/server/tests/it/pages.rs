//! Every page in every state and language, written to `target/pages` for the checks that a browser makes
//! (`web/tests/static.mjs`). Pages of what somebody has are asked for over HTTP; the others are rendered in the frame
//! of the visitor who sees them.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use kernel::rpps::Rpps;
use kernel::{Actor, Language, PersonId, Professional, Purpose, Refusal, RefusalKind, Visit};
use people::consent::pages as consent;
use people::enrolment::pages as enrolment;
use people::identity::Side;
use people::identity::pages as identity;
use people::identity::session::Persona;
use synthetic::country;
use ui::form::Filled;
use ui::menu::Nav;
use ui::page::{Frame, Page, shell};
use ui::theme::Theme;
use ui::{Words, about, refusal};

use crate::harness::{MORNING, World};
use crate::people_of::{enrol, persona};

/// The folder with the pages, and what has been written there.
struct Written {
    folder: PathBuf,
    names: BTreeSet<String>,
}

impl Written {
    fn start() -> Self {
        // The test binary lies in target/<profile>/deps.
        let binary = std::env::current_exe().unwrap();
        let folder = binary.ancestors().nth(3).unwrap().join("pages");
        // Pages of yesterday's names must not be checked for ever.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("assets")).unwrap();
        for asset in ui::assets::all() {
            fs::write(folder.join("assets").join(asset.file), asset.bytes).unwrap();
        }
        // The picture that one of the record's samples shows.
        let picture = folder.join("documents/7-0000000000005");
        fs::create_dir_all(&picture).unwrap();
        fs::write(picture.join("file"), synthetic::pictures::png(1, 300)).unwrap();
        Self { folder, names: BTreeSet::new() }
    }

    /// A page as a browser gets it: whole sentences, one first heading, a name of its own.
    fn html(&mut self, name: &str, language: Language, html: &str) {
        let missing = html.find('⟦').map(|at| html[at..].chars().take(60).collect::<String>());
        assert_eq!(missing, None, "{name}: a sentence is missing");
        assert_eq!(html.matches("<h1").count(), 1, "{name}: one first heading");
        let file = format!("{name}.{}.html", language.tag());
        fs::write(self.folder.join(&file), html).unwrap();
        assert!(self.names.insert(file), "{name}: two pages of this name");
    }

    /// A page in the frame of `visit`.
    fn page(&mut self, name: &str, visit: &Visit, page: &Page) {
        let theme = Theme::default();
        let mut frame = Frame::of(visit, "/", "token", &theme);
        frame.demo = true;
        self.html(name, visit.language, &shell(&frame, page));
    }
}

/// Everybody who sees pages.
#[derive(Clone, Copy)]
enum Reader {
    Nobody,
    Citizen,
    Professional,
    Operator,
}

impl Reader {
    const ALL: [(Self, &str); 4] = [
        (Self::Nobody, "nobody"),
        (Self::Citizen, "citizen"),
        (Self::Professional, "professional"),
        (Self::Operator, "operator"),
    ];

    fn visit(self, language: Language) -> Visit {
        let actor = match self {
            Self::Nobody => Actor::Nobody,
            Self::Citizen => {
                Actor::Citizen { person: PersonId(7), name: "Camille Aubert-Lefèvre".to_owned() }
            }
            Self::Professional => Actor::Professional(Professional {
                rpps: Rpps::parse("10001045367").unwrap(),
                name: "Dr Claire MOREAU".into(),
                profession: "10".into(),
                specialty: Some("SM04".into()),
                structure: "Clinique des Tilleuls".into(),
                finess: None,
            }),
            Self::Operator => Actor::Operator { name: "support".into() },
        };
        Visit { actor, on_behalf_of: None, purpose: Purpose::Own, now: MORNING, language, request_id: 7 }
    }
}

/// Every kind of refusal with the word its page is known by; a new kind does not compile before it has one.
fn refusals() -> Vec<(&'static str, Refusal)> {
    let name = |kind: RefusalKind| match kind {
        RefusalKind::Invalid => "invalid",
        RefusalKind::SignIn => "sign-in",
        RefusalKind::Forbidden => "forbidden",
        RefusalKind::NotFound => "not-found",
        RefusalKind::NotAllowed => "not-allowed",
        RefusalKind::Conflict => "conflict",
        RefusalKind::Gone => "gone",
        RefusalKind::Precondition => "precondition",
        RefusalKind::TooLarge => "too-large",
        RefusalKind::MediaType => "media-type",
        RefusalKind::SlowDown { .. } => "slow-down",
        RefusalKind::Fault => "fault",
    };
    use RefusalKind as K;
    let kinds = [
        (K::Invalid, "only-software-provokes-this"),
        (K::SignIn, "sign-in-needed"),
        (K::Forbidden, "form-expired"),
        (K::NotFound, "not-found"),
        (K::NotAllowed, "not-allowed"),
        (K::Conflict, "last-passkey"),
        (K::Gone, "space-closed"),
        (K::Precondition, "last-passkey"),
        (K::TooLarge, "too-large"),
        (K::MediaType, "media-type"),
        (K::SlowDown { retry_after: 300 }, "slow-down"),
    ];
    let mut all: Vec<_> = kinds
        .into_iter()
        .map(|(kind, code)| (name(kind), Refusal::new(kind, code, "As a developer says it.")))
        .collect();
    let fault = Refusal::from(kernel::Fault::Internal("an invariant".into()));
    all.push((name(fault.kind), fault));
    all
}

/// Pages that belong to no room, as each reader sees them.
fn plain(written: &mut Written, language: Language) {
    let words = Words::of(language);
    for (reader, who) in Reader::ALL {
        let visit = reader.visit(language);
        let nav = || Nav::of(Some(&visit));
        for (name, page) in [
            ("help", about::help(words, nav(), &ui::Contact::default())),
            ("accessibility", about::accessibility(words, nav(), &ui::Contact::default())),
            ("privacy", about::privacy(words, nav(), &ui::Contact::default())),
            ("legal", about::legal(words, nav(), &ui::Contact::default())),
        ] {
            written.page(&format!("about-{name}-{who}"), &visit, &page);
        }
        for (name, why) in refusals() {
            let page = refusal::page(words, &why, nav(), "00000000000000a7");
            assert_eq!(page.status, refusal::status(&why));
            written.page(&format!("refusal-{name}-{who}"), &visit, &page);
        }
    }
}

/// Forms of signing in, activation and opposition: empty, and as they come back with everything wrong.
fn forms(written: &mut Written, language: Language) {
    let (nobody, citizen) = (Reader::Nobody.visit(language), Reader::Citizen.visit(language));
    let operator = Reader::Operator.visit(language);
    let words = Words::of(language);
    let mut wrong = Filled::sent(words, [("matricule".to_owned(), "12".to_owned())]);
    for field in ["matricule", "birth_name", "birth_date", "code", "reason", "ins", "birth", "what"] {
        wrong.wrong(field, words.t("refusal-invalid").into_owned());
    }
    for (state, filled) in [("empty", Filled::empty(words)), ("wrong", wrong)] {
        written.page(
            &format!("sign-in-recovery-{state}"),
            &nobody,
            &identity::recovery_form(Side::Space, &filled),
        );
        written.page(&format!("activation-{state}"), &nobody, &identity::activation_form(&filled));
        written.page(&format!("opposition-{state}"), &nobody, &enrolment::opposition_form(&filled));
        let form = enrolment::operator::opposition_form(&operator, &filled).unwrap();
        written.page(&format!("operator-opposition-{state}"), &operator, &form);
        let form = enrolment::request::form(&operator, &filled).unwrap();
        written.page(&format!("operator-closing-{state}"), &operator, &form);
    }
    let held = enrolment::operator::figures_page(&operator, &[], &[], true);
    written.page("operator-figures-log-held", &operator, &held);
    written.page("sign-in", &nobody, &identity::sign_in(&nobody));
    written.page("signed-out", &nobody, &identity::signed_out(&nobody));
    written.page("activation-passkey", &citizen, &identity::activation_passkey(&citizen));
    written.page("activation-codes", &citizen, &identity::activation_codes(&citizen));
    let professional = Reader::Professional.visit(language);
    for (name, inside, page) in
        identity::samples::work(&nobody, &professional, care::record::professions::word)
    {
        written.page(name, if inside { &professional } else { &nobody }, &page);
    }
    for (name, page) in people::delegation::pages::samples::samples(&citizen) {
        written.page(&format!("acting-{name}"), &citizen, &page);
    }
    for (name, page) in people::delegation::pages::samples::of_the_team(&operator) {
        written.page(&format!("acting-{name}"), &operator, &page);
    }
    for (name, page) in people::vigilance::pages::samples(&operator) {
        written.page(&format!("vigilance-{name}"), &operator, &page);
    }
    for (name, page) in people::notice::pages::samples(&citizen) {
        written.page(&format!("notice-{name}"), &citizen, &page);
    }
    for (name, page) in people::report::pages::samples(&operator) {
        written.page(&format!("report-{name}"), &operator, &page);
    }
    for (name, page) in people::openid::pages::samples(&professional) {
        written.page(&format!("openid-{name}"), &professional, &page);
    }
    for (name, page) in people::outside::pages::samples(&nobody) {
        written.page(&format!("outside-{name}"), &nobody, &page);
    }
    for (name, is_work, page) in people::outside::pages::mine::samples(&citizen, &professional) {
        let visit = if is_work { &professional } else { &citizen };
        written.page(&format!("outside-{name}"), visit, &page);
    }
    for (name, page) in consent::samples(&citizen) {
        written.page(&format!("consent-{name}"), &citizen, &page);
    }
    for (name, page) in people::apps::pages::samples(&citizen) {
        written.page(&format!("apps-{name}"), &citizen, &page);
    }
}

/// Pages of what somebody has, as the server answers them.
fn over_http(written: &mut Written, language: Language) {
    let (store, folder) = store::testing::sqlite().unwrap();
    let world = World::on(store, Box::new(folder));
    let choose = format!("/language?to={}&back=/", language.tag());
    let team = persona(&world, &Persona::Operator("support".into()));
    team.get(&choose).has_status(303);
    let nobody_enrolled = team.get("/operator/enrolment");
    nobody_enrolled.has_status(200);
    written.html("operator-figures-none", language, &nobody_enrolled.text);
    let her = enrol(&world, &[country::sample_patient()])[0];
    let figures = team.get("/operator/enrolment");
    figures.has_status(200);
    written.html("operator-figures", language, &figures.text);

    let account = team.get("/pro/account");
    account.has_status(200);
    written.html("work-account", language, &account.text);

    let citizen = persona(&world, &Persona::Citizen(her));
    citizen.get(&choose).has_status(303);
    for (name, path) in [
        ("account", "/account"),
        ("account-after-recovery", "/account?after=recovery"),
        ("account-close", "/account/close"),
        ("home-new", "/"),
        ("documents-none", "/documents"),
        ("journal-new", "/journal"),
    ] {
        let page = citizen.get(path);
        page.has_status(200);
        written.html(name, language, &page.text);
    }
    // A button pressed with nothing chosen says so; opened first, the page asks.
    citizen.get("/sharing/preview").has_status(200);
    let missing = citizen.get("/sharing/preview?look=1&who=");
    missing.says("data-error-summary");
    missing.has_status(422);
    let account = citizen.get("/account");
    let refused = citizen.post(&account, "/account/passkey/rename", &[("id", "nothing"), ("name", "")]);
    assert!(refused.status >= 400, "{}", refused.status);
    written.html("account-refused", language, &refused.text);
    let codes = citizen.post(&account, "/account/codes", &[]);
    codes.has_status(200);
    written.html("account-codes", language, &codes.text);
    let closing = citizen.get("/account/close");
    citizen.post(&closing, "/account/close", &[("reason", "")]).has_status(303);
    // From wherever she comes, also when she has just signed in, she is led to the page that gives it back.
    let home = citizen.get("/");
    home.has_status(303);
    assert_eq!(home.location.as_deref(), Some("/account/reopen"));
    for path in ["/documents", "/sharing", "/journal", "/apps", "/acting", "/account"] {
        let refused = citizen.get(path);
        refused.has_status(410);
        refused.says("href=\"/account/reopen\"");
        refused.does_not_say("class=\"ds-link\" href=\"/\"");
    }
    let closed = citizen.get("/account/reopen");
    closed.has_status(200);
    written.html("account-reopen", language, &closed.text);
}

#[test]
fn every_page_is_written_down() {
    let mut written = Written::start();
    for (name, language, page) in care::samples() {
        let reader = if name.starts_with("pro-") || name.ends_with("-professional") {
            Reader::Professional
        } else {
            Reader::Citizen
        };
        written.page(&format!("care-{name}"), &reader.visit(language), &page);
    }
    let rooms = written.names.len();
    assert!(rooms >= 20, "only {rooms} pages of the record have samples");
    for language in Language::ALL {
        plain(&mut written, language);
        forms(&mut written, language);
        over_http(&mut written, language);
    }
}
