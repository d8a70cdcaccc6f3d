//! Every state of these pages, for the test that renders every page. The people and places are invented.

use std::collections::BTreeMap;

use kernel::rpps::Rpps;
use kernel::{App, Instant, PersonId, Professional, Purpose, Refusal, Seq, Visit};
use ui::Words;
use ui::form::Filled;
use ui::page::Page;

use super::inside::Inside;
use super::lists::{self, Blocked};
use super::{Shown, code, page, switches};
use crate::consent::{
    Connection, Exception, Given, Granted, Lent, Loan, Mode, Named, Permission, RefusedSender, Sharing, Team,
};
use crate::delegation::Documents;
use crate::directory::Structure;

fn professional(rpps: &str, name: &str, profession: &str, structure: &str) -> Option<Professional> {
    Some(Professional {
        rpps: Rpps::parse(rpps)?,
        name: name.to_owned(),
        profession: profession.to_owned(),
        specialty: None,
        structure: structure.to_owned(),
        finess: None,
    })
}

/// A space in which everything has been decided.
fn everything(visit: &Visit, claire: &Professional, paul: &Professional) -> Sharing {
    let hour = 3_600 * Instant::SECOND;
    let since = visit.now.plus(-hour);
    let lent = Permission {
        until: Some(visit.now.plus(hour)),
        loan: Some("1".into()),
        ..Permission::lasting(paul.clone(), since, Given::ByCode)
    };
    Sharing {
        mode: Mode::Team,
        allowed: vec![Permission::lasting(claire.clone(), since, Given::OnTheWeb), lent],
        teams: vec![Team { finess: "750100125".into(), name: "Hôpital des Tilleuls".into(), since }],
        treating: Some(Named { professional: claire.clone(), since }),
        blocked: vec![Named { professional: paul.clone(), since }],
        refuses_emergency: true,
        refused_senders: vec![RefusedSender {
            organization: "750100125".into(),
            name: "Hôpital des Tilleuls".into(),
            motive: "Je n’y ai jamais été soignée : c’est une erreur de personne.".into(),
            since,
        }],
        families: ["11".to_owned()].into(),
        loans: vec![loan(visit)],
        apps: vec![app(visit)],
        ..Sharing::default()
    }
}

fn app(visit: &Visit) -> Connection {
    Connection {
        app: App {
            client_id: "mon-suivi".into(),
            name: "Mon suivi".into(),
            organization: "Association Cœur et santé".into(),
            connection: "1".into(),
        },
        granted: Granted { documents: Documents::All, profile: false },
        since: visit.now.plus(-3 * Instant::DAY),
        until: visit.now.plus(27 * Instant::DAY),
        by: None,
    }
}

fn loan(visit: &Visit) -> Loan {
    let hour = 3_600 * Instant::SECOND;
    Loan {
        id: "1".into(),
        made: visit.now.plus(-hour / 4),
        usable_until: visit.now.plus(hour),
        minutes: 60,
        uses: 2,
    }
}

/// The pages in each of their states.
#[must_use]
pub fn samples(visit: &Visit) -> Vec<(&'static str, Page)> {
    let claire = professional("10001045367", "Dr Claire MOREAU", "10", "Clinique des Tilleuls");
    let paul = professional("10104335319", "Paul LENOIR", "40", "Cabinet dentaire de la Gare");
    let (Some(claire), Some(paul)) = (claire, paul) else { return Vec::new() };
    let given = |given| Permission::lasting(claire.clone(), visit.now.plus(-3_600_000_000), given);
    let none = Sharing::default();
    let one = Sharing { allowed: vec![given(Given::OnTheWeb)], mode: Mode::Ask, ..Sharing::default() };
    let kept = Sharing { kept: [(claire.rpps.as_str().to_owned(), None)].into(), ..one.clone() };
    let declared = Sharing { allowed: vec![given(Given::InPresence)], ..Sharing::default() };
    let closed = Sharing { mode: Mode::Nobody, ..one.clone() };
    let all = everything(visit, &claire, &paul);
    let found = [claire.clone(), paul];
    let declared_now = Exception {
        professional: claire.clone(),
        since: visit.now,
        until: visit.now.plus(3_600 * Instant::SECOND),
        reason: "Trouvée inconsciente <à son domicile> & sans traitement connu".into(),
    };
    let calls = Exception { reason: String::new(), ..declared_now.clone() };
    let inside = [
        Inside { purpose: Purpose::Emergency, exception: &declared_now },
        Inside { purpose: Purpose::CallCentre, exception: &calls },
    ];
    let of = "Dominique PAT-TROIS";
    let shown = |sharing: &Sharing, query: &str, found: Option<&[Professional]>, may_keep: bool| {
        page(visit, &Shown { sharing, inside: &[], of, query, found, may_keep })
    };
    let come = Shown { sharing: &none, inside: &inside, of, query: "", found: None, may_keep: false };
    let for_her = Visit { on_behalf_of: Some(PersonId(2)), ..visit.clone() };
    let mut pages = vec![
        ("sharing-inside", page(visit, &come)),
        ("sharing-inside-for-her", page(&for_her, &come)),
        ("sharing-empty", shown(&none, "", None, false)),
        ("sharing-one", shown(&one, "", None, false)),
        ("sharing-declared", shown(&declared, "", None, false)),
        ("sharing-closed", shown(&closed, "", None, false)),
        ("sharing-everything", shown(&all, "", None, false)),
        ("sharing-found", shown(&none, "Moreau", Some(&found), false)),
        ("sharing-already", shown(&one, "Moreau", Some(&found), false)),
        ("sharing-may-keep", shown(&one, "", None, true)),
        ("sharing-kept", shown(&kept, "", None, true)),
        ("sharing-none-found", shown(&one, "Zzz", Some(&[]), false)),
        ("treating-none", lists::treating_page(visit, &none, "", None)),
        ("treating", lists::treating_page(visit, &all, "", None)),
        ("treating-found", lists::treating_page(visit, &none, "Moreau", Some(&found))),
    ];
    pages.extend(blocking(visit, &all, &found));
    pages.extend(teams(visit, &all));
    pages.extend(switching(visit, &all));
    pages.extend(lending(visit, &all));
    pages
}

fn blocking(visit: &Visit, all: &Sharing, found: &[Professional]) -> Vec<(&'static str, Page)> {
    let none = Sharing::default();
    let shown =
        |sharing, query, found, met| lists::blocked_page(visit, &Blocked { sharing, query, found, met });
    vec![
        ("blocked-none", shown(&none, "", None, &[])),
        ("blocked-met", shown(&none, "", None, found)),
        ("blocked", shown(all, "Lenoir", Some(found), found)),
        ("blocked-none-found", shown(all, "Zzz", Some(&[]), &[])),
    ]
}

fn teams(visit: &Visit, all: &Sharing) -> Vec<(&'static str, Page)> {
    let place = |finess: &str, name: &str| Structure {
        finess: Some(finess.to_owned()),
        name: name.to_owned(),
        postal_code: "75012".to_owned(),
        town: "PARIS".to_owned(),
        ..Structure::default()
    };
    let found = [place("750100125", "Hôpital des Tilleuls"), place("010000024", "Clinique du Parc")];
    vec![
        ("team-none", lists::team_page(visit, &Sharing::default(), "", None)),
        ("team", lists::team_page(visit, all, "", None)),
        ("team-found", lists::team_page(visit, all, "Tilleuls", Some(&found))),
        ("team-none-found", lists::team_page(visit, all, "Zzz", Some(&[]))),
    ]
}

fn switching(visit: &Visit, all: &Sharing) -> Vec<(&'static str, Page)> {
    let words = Words::to(visit);
    let none = Sharing::default();
    let empty = Filled::empty(words);
    let wrong = |field: &str, code: &'static str| {
        Filled::empty(words).refused(&Refusal::invalid(code, field.to_owned(), ""))
    };
    let senders = [("010000024".to_owned(), "Clinique du Parc".to_owned())];
    vec![
        ("general-unasked", switches::general_page(&none, &empty)),
        ("general", switches::general_page(all, &empty)),
        ("general-wrong", switches::general_page(&none, &wrong("mode", "choose"))),
        ("emergency", switches::emergency_page(visit, &none)),
        ("emergency-refused", switches::emergency_page(visit, all)),
        ("senders-none", switches::senders_page(visit, &none, &[], &empty)),
        ("senders", switches::senders_page(visit, all, &senders, &empty)),
        ("senders-wrong", switches::senders_page(visit, &none, &senders, &wrong("motive", "motive-short"))),
    ]
}

fn lending(visit: &Visit, all: &Sharing) -> Vec<(&'static str, Page)> {
    let words = Words::to(visit);
    let empty = Filled::empty(words);
    let wrong = Filled::empty(words).refused(&Refusal::invalid("choose", "minutes", ""));
    let nobody = BTreeMap::new();
    let typed: BTreeMap<String, String> =
        [("10001045367".to_owned(), "Dr Claire <MOREAU>".to_owned())].into();
    let seq = |n| BTreeMap::from([("10001045367".to_owned(), Seq(n))]);
    // Two of one minute: one that was typed once, one that is used up.
    let up = Loan { id: "2".into(), uses: 1, ..loan(visit) };
    let used = Sharing {
        loans: vec![loan(visit), up],
        typed: [("1".to_owned(), seq(3)), ("2".to_owned(), seq(4))].into(),
        ..all.clone()
    };
    let mut pages = vec![
        ("code", code::page(visit, (&Sharing::default(), &nobody), &empty)),
        ("code-live", code::page(visit, (all, &nobody), &empty)),
        ("code-used", code::page(visit, (&used, &typed), &empty)),
        ("code-wrong", code::page(visit, (&Sharing::default(), &nobody), &wrong)),
    ];
    let lent = Lent { loan: loan(visit), code: "ABCD-EFGH".into() };
    pages.extend(code::made(visit, &lent, "https://carnet.example").ok().map(|page| ("code-made", page)));
    pages
}
