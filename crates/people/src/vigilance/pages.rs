//! The operator's pages about professional accounts: what is unusual, one account in counts, suspending and lifting.
//!
//! | address | function |
//! | --- | --- |
//! | GET `/operator/vigilance` | [`list`] |
//! | GET `/operator/vigilance/{rpps}` | [`show`] |
//! | POST `/operator/vigilance/{rpps}/suspend` | [`suspend`] |
//! | POST `/operator/vigilance/{rpps}/lift` | [`lift`] |

use std::borrow::Cow;
use std::collections::HashMap;

use kernel::rpps::Rpps;
use kernel::{Answer, Instant, Professional, Refusal, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::Words;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::numbers::whole;
use ui::page::Page;
use ui::parts::{self, Column, Table, Tone};

use super::{Account, Alert, Sign, Suspension, rules::Pattern};
use crate::identity::account::{self, AccountKind};
use crate::registry;

/// What a request leads to.
#[derive(Debug)]
pub enum Next {
    /// This page.
    Page(Box<Page>),
    /// That address.
    See(String),
}

impl Next {
    fn page(page: Page) -> Self {
        Self::Page(Box::new(page))
    }
}

/// The list of alerts.
pub const VIGILANCE: &str = "/operator/vigilance";

fn address(rpps: &str) -> String {
    format!("{VIGILANCE}/{rpps}")
}

/// Alerts of the last month; or, when a number was typed, straight to that account.
///
/// # Errors
/// `NotFound` for anybody but the operator's team.
pub fn list(tx: &mut Tx<'_>, visit: &Visit, typed: &str) -> Answer<Next> {
    let alerts = super::alerts(tx, visit)?;
    if let Some(rpps) = Rpps::parse(typed.trim()) {
        return Ok(Next::See(address(rpps.as_str())));
    }
    let mut names: HashMap<String, Professional> = HashMap::new();
    for alert in &alerts {
        if let Some(rpps) = Rpps::parse(&alert.rpps).filter(|_| !names.contains_key(&alert.rpps))
            && let Some(known) = registry::professional(tx, &rpps)?
        {
            names.insert(alert.rpps.clone(), known.professional);
        }
    }
    Ok(Next::page(list_page(visit, &alerts, &names, typed)))
}

fn list_page(visit: &Visit, alerts: &[Alert], names: &HashMap<String, Professional>, typed: &str) -> Page {
    let words = Words::to(visit);
    let rows = alerts
        .iter()
        .map(|alert| {
            let of = names.get(&alert.rpps);
            vec![
                html! {
                    a.ds-link href=(address(&alert.rpps)) {
                        (of.map_or(alert.rpps.as_str(), |of| of.name.as_str()))
                    }
                    @if let Some(of) = of { br; (of.structure) }
                },
                sign_tag(words, alert.sign),
                html! { (whole(words.language(), alert.figure)) },
                parts::time_of(words, alert.last_at),
            ]
        })
        .collect();
    let columns = vec![
        Column::words(words.t("vigilance-who")),
        Column::words(words.t("vigilance-what")),
        Column::number(words.t("vigilance-figure")),
        Column::words(words.t("vigilance-last")),
    ];
    let body = html! {
        (parts::header_with(&words.t("vigilance-title"), &words.t("vigilance-lead"), html! {}))
        (parts::search_box(words, VIGILANCE, "q", &words.t("vigilance-search"), typed))
        @if alerts.is_empty() {
            (parts::empty(&words.t("vigilance-none"), &words.t("vigilance-none-text"), html! {}))
        } @else {
            (Table { caption: words.t("vigilance-alerts"), columns, rows }.show())
        }
    };
    Page::new(Nav::operator(VIGILANCE), words.t("vigilance-title"), body).wide()
}

fn sign_tag(words: &Words, sign: Sign) -> Markup {
    let tone = sign.is_grave().then_some(Tone::Danger);
    parts::tag(tone, &words.t(&format!("vigilance-sign-{}", sign.word())))
}

/// One account: who, its counts, what was unusual, and the button.
///
/// # Errors
/// `NotFound` for anybody but the operator's team.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, rpps: &Rpps, filled: &Filled) -> Answer<Page> {
    let account = super::account(tx, visit, rpps)?;
    Ok(account_page(visit, &account, filled))
}

fn account_page(visit: &Visit, account: &Account, filled: &Filled) -> Page {
    let words = Words::to(visit);
    let name = account.professional.as_ref().map_or(account.rpps.as_str(), |of| of.name.as_str());
    let title = words.with("vigilance-account", &[("name", name.into())]).into_owned();
    let up = [(words.t("vigilance-title"), Cow::Borrowed(VIGILANCE))];
    let body = html! {
        (form::error_summary(filled))
        (parts::breadcrumbs(words, &up, &title))
        (parts::header_with(&title, &words.t("vigilance-account-lead"), html! {}))
        @if let Some(since) = account.suspended_at {
            (parts::alert(Tone::Warning, &words.t("vigilance-suspended"), html! {
                p { (words.with("vigilance-suspended-since", &[("when", ui::dates::moment(words, since).into())])) }
            }))
        }
        (parts::facts(&who(words, account)))
        (parts::section("pattern", &words.t("vigilance-pattern"), pattern(words, account)))
        (parts::section("alerts", &words.t("vigilance-alerts"), alerts(words, &account.alerts)))
        (parts::section("suspend", &words.t("vigilance-action"), action(words, account, filled)))
        @if !account.suspensions.is_empty() {
            (parts::section("history", &words.t("vigilance-history"), history(words, &account.suspensions)))
        }
    };
    Page::new(Nav::operator(VIGILANCE), title, body).wide().refilled(filled)
}

fn who<'w>(words: &'w Words, account: &Account) -> Vec<(Cow<'w, str>, Markup)> {
    let mut facts = vec![(words.t("vigilance-rpps"), html! { (account.rpps) })];
    match &account.professional {
        Some(of) => facts.push((words.t("vigilance-structure"), html! { (of.structure) })),
        None => facts.push((words.t("vigilance-structure"), html! { (words.t("vigilance-unknown")) })),
    }
    facts.push((words.t("vigilance-devices"), html! { (whole(words.language(), account.devices)) }));
    facts
}

fn pattern(words: &Words, account: &Account) -> Markup {
    let Pattern { hour, day, far, night, searches_hour, searches_day, refusals_hour } = account.pattern;
    let rows = [
        ("vigilance-hour", hour),
        ("vigilance-day", day),
        ("vigilance-far", far),
        ("vigilance-night", night),
        ("vigilance-searches-hour", searches_hour),
        ("vigilance-searches-day", searches_day),
        ("vigilance-refusals-hour", refusals_hour),
    ];
    let rows = rows
        .into_iter()
        .map(|(key, n)| vec![html! { (words.t(key)) }, html! { (whole(words.language(), n)) }])
        .collect();
    let columns = vec![Column::words(words.t("vigilance-what")), Column::number(words.t("vigilance-figure"))];
    Table { caption: words.t("vigilance-pattern-caption"), columns, rows }.show()
}

fn alerts(words: &Words, alerts: &[Alert]) -> Markup {
    html! {
        @if alerts.is_empty() { p { (words.t("vigilance-none")) } }
        @else {
            ul.ds-list {
                @for alert in alerts {
                    li {
                        (sign_tag(words, alert.sign)) " "
                        (words.with("vigilance-alert-line", &[
                            ("figure", alert.figure.into()),
                            ("when", ui::dates::moment(words, alert.last_at).into()),
                        ]))
                    }
                }
            }
        }
    }
}

fn action(words: &Words, account: &Account, filled: &Filled) -> Markup {
    let to = |what: &str| format!("{}/{what}", address(&account.rpps));
    if account.suspended_at.is_some() {
        return html! {
            p { (words.t("vigilance-lift-text")) }
            (form::button_post(&words.t("vigilance-lift"), "", &to("lift"), &[]))
        };
    }
    html! {
        p { (words.t("vigilance-suspend-text")) }
        (form::post(&to("suspend"), filled, html! {
            (form::textarea("reason", words.t("vigilance-reason")).hint(words.t("vigilance-reason-hint"))
                .max(500).show(filled))
            (form::actions(form::danger(&words.t("vigilance-suspend"))))
        }))
    }
}

fn history(words: &Words, suspensions: &[Suspension]) -> Markup {
    let moment = |at: Instant| ui::dates::moment(words, at);
    html! {
        ul.ds-list {
            @for one in suspensions {
                li {
                    (words.with("vigilance-suspension-line", &[
                        ("when", moment(one.at).into()), ("by", one.operator.as_str().into()),
                    ]))
                    " " (one.reason)
                    @if let Some((at, by)) = &one.lifted {
                        " " (words.with("vigilance-lifted-line", &[
                            ("when", moment(*at).into()), ("by", by.as_str().into()),
                        ]))
                    }
                }
            }
        }
    }
}

/// Suspends or lifts through the account, whose journal then tells it to its owner; a professional without an account
/// (the demo has such) has the suspension only.
fn through_account(tx: &mut Tx<'_>, visit: &Visit, rpps: &Rpps, reason: Option<&str>) -> Answer<()> {
    super::operator(visit)?;
    let kind = AccountKind::Professional;
    let known = account::account(tx, kind, rpps.as_str())?.is_some();
    match (known, reason) {
        (true, Some(reason)) => account::suspend(tx, visit, kind, rpps.as_str(), reason),
        (true, None) => account::admit(tx, visit, kind, rpps.as_str()),
        (false, Some(reason)) => super::suspend(tx, visit, rpps, reason),
        (false, None) => super::lift(tx, visit, rpps),
    }
}

/// Suspends; field `reason`.
///
/// # Errors
/// `NotFound` for anybody but the operator's team; faults.
pub fn suspend(tx: &mut Tx<'_>, visit: &Visit, rpps: &Rpps, filled: Filled) -> Answer<Next> {
    match through_account(tx, visit, rpps, Some(filled.value("reason"))) {
        Ok(()) => Ok(Next::See(address(rpps.as_str()))),
        Err(refusal) if refusal.code() == "reason-missing" => {
            Ok(Next::page(show(tx, visit, rpps, &filled.refused(&refusal))?))
        }
        Err(other) => Err(other),
    }
}

/// Lifts a suspension.
///
/// # Errors
/// `NotFound` for anybody but the operator's team.
pub fn lift(tx: &mut Tx<'_>, visit: &Visit, rpps: &Rpps) -> Answer<Next> {
    through_account(tx, visit, rpps, None)?;
    Ok(Next::See(address(rpps.as_str())))
}

/// The pages in their states, for the test that looks at every page.
#[must_use]
pub fn samples(visit: &Visit) -> Vec<(&'static str, Page)> {
    let at = |hours: i64| visit.now.plus(-hours * 3600 * Instant::SECOND);
    let rpps = "10001045367".to_owned();
    let alerts: Vec<Alert> = Sign::ALL
        .into_iter()
        .zip(1..)
        .map(|(sign, n)| Alert { rpps: rpps.clone(), sign, at: at(n + 1), last_at: at(n), figure: n * 17 })
        .collect();
    let professional = Rpps::parse(&rpps).map(|rpps| Professional {
        rpps,
        name: "Dr Claire MOREAU".into(),
        profession: "10".into(),
        specialty: None,
        structure: "Clinique des Tilleuls".into(),
        finess: None,
    });
    let names = professional.iter().map(|of| (rpps.clone(), of.clone())).collect();
    let quiet = Account {
        professional: None,
        rpps,
        suspended_at: None,
        pattern: Pattern::default(),
        devices: 1,
        alerts: Vec::new(),
        suspensions: Vec::new(),
    };
    let lifted = Some((at(3), "support".to_owned()));
    let suspension = |lifted| Suspension {
        at: at(5),
        operator: "support".into(),
        reason: "Appel de la titulaire : téléphone volé.".into(),
        lifted,
    };
    let busy = Account {
        professional,
        suspended_at: Some(at(1)),
        pattern: Pattern { hour: 40, day: 120, far: 100, night: 3, searches_hour: 41, ..Pattern::default() },
        alerts: alerts.clone(),
        suspensions: vec![suspension(None), suspension(lifted)],
        ..quiet.clone()
    };
    let words = Words::to(visit);
    let empty = Filled::empty(words);
    let reason = Refusal::invalid("reason-missing", "reason", "Say why.");
    let wrong = Filled::empty(words).refused(&reason);
    vec![
        ("none", list_page(visit, &[], &HashMap::new(), "")),
        ("alerts", list_page(visit, &alerts, &names, "moreau")),
        ("account-quiet", account_page(visit, &quiet, &empty)),
        ("account-wrong", account_page(visit, &quiet, &wrong)),
        ("account-suspended", account_page(visit, &busy, &empty)),
    ]
}
