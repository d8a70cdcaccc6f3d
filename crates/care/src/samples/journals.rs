//! The journal in its states: one act of every kind by everybody who may have acted.

use kernel::{Actor, App, EntryId, Instant, Language, PersonId, Purpose, Right, Seq, Visit};
use people::consent::Sharing;
use store::{Kind, Line};
use ui::page::Page;

use super::{HER, NOW, lab, professional_visit, visit};
use crate::record::sentences::{Entry, LOOKED_UP, Reader};
use crate::record::{journal, reports};

pub(super) fn all(language: Language, add: &mut dyn FnMut(&str, Page)) {
    let visit = visit(language);
    let mut reader = Reader::owner(HER);
    reader.professionals.insert("10001045367".to_owned(), "Dr Claire MOREAU".to_owned());
    let entries = entries(language);
    let (asked, decided) = (journal::Asked::default(), Sharing::default());
    let refusals = journal::Asked { what: "refusals".into(), before: "40".into(), ..asked.clone() };
    // One of its lines is on the team's desk.
    let mut reports = people::report::pages::invented(NOW);
    if let (Some(report), Some(entry)) = (reports.first_mut(), entries.get(1)) {
        (report.says.said.rank, report.says.said.at) = (entry.seq.0, entry.at);
    }
    let reports = &reports[..];
    for (name, entries, older, torn, asked) in [
        ("journal-empty", &entries[..0], None, &[][..], &asked),
        ("journal", &entries[..], Some(Seq(3)), &[], &asked),
        ("journal-torn", &entries[..12], None, &[Seq(4), Seq(17)], &asked),
        ("journal-none-found", &entries[..0], None, &[Seq(4)], &refusals),
    ] {
        let decided = Some(&decided);
        let shown = journal::Journal { reader: &reader, entries, older, torn, asked, decided, reports };
        add(name, journal::page(&visit, &shown));
    }
    let acting = Visit { on_behalf_of: Some(PersonId(8)), ..visit.clone() };
    let shown = journal::Journal {
        reader: &reader,
        entries: &entries[..12],
        older: None,
        torn: &[],
        asked: &asked,
        decided: None,
        reports: &[],
    };
    add("journal-acting", journal::page(&acting, &shown));
    if let Some(entry) = entries.iter().find(|entry| matches!(entry.line.actor, Actor::Professional(_))) {
        add("journal-report", reports::ask_page(&visit, &reader, entry));
    }
    let sent = people::report::pages::invented(NOW);
    add("journal-reports", reports::page(&visit, &sent, true));
    add("journal-reports-none", reports::page(&visit, &[], false));
}

fn app() -> Actor {
    Actor::App(App {
        client_id: "mon-suivi".into(),
        name: "Mon suivi".into(),
        organization: "Association <Cœur & Santé>".into(),
        connection: "1".into(),
    })
}

/// One act of every kind by her, by a professional, by an app, by software and by the service; and some refused.
fn entries(language: Language) -> Vec<Entry> {
    let actors = [
        visit(language).actor,
        professional_visit(language).actor,
        app(),
        lab(),
        Actor::System { task: "x".into() },
    ];
    let mut entries = Vec::new();
    let mut seq = 1;
    for kind in Kind::ALL {
        for (i, actor) in actors.iter().enumerate() {
            let mut line = Line::of(&Visit { actor: actor.clone(), ..visit(language) });
            line.about = match kind {
                Kind::Allowed | Kind::Disallowed => Some("10001045367".into()),
                Kind::Deposited | Kind::DocumentRead | Kind::Downloaded => Some("11502-2".into()),
                Kind::Searched if i == 1 => Some(LOOKED_UP.into()),
                Kind::Decided if i == 0 => Some("app Mon suivi".into()),
                Kind::Decided if i == 1 => Some("app-end Mon suivi".into()),
                _ => Some("3".into()),
            };
            match kind {
                Kind::GlassBroken => line.purpose = Purpose::Emergency,
                Kind::SecretBegan => line.purpose = Purpose::Secret,
                _ => {}
            }
            line.right = (i != 0).then(|| Right::ALL[entries.len() % Right::ALL.len()]);
            if matches!(kind, Kind::Refused | Kind::DepositRefused | Kind::SignInRefused) {
                let codes = ["not-permitted", "no-consent", "app-not-granted"];
                line = line.refused(codes.get(i).copied().unwrap_or("traits-mismatch"));
            }
            for _ in 0..=(seq % 2) {
                let entry = Some(EntryId { person: HER, tag: i64::from(seq) });
                let at = NOW.plus(i64::from(seq) * 900 * Instant::SECOND - 2 * Instant::DAY);
                entries.push(Entry { seq: Seq(seq), at, kind: *kind, entry, line: line.clone() });
                seq += 1;
            }
        }
    }
    entries.reverse();
    entries
}
