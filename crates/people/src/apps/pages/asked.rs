//! The page of an app that asks, and the reading of its form. [`read`] is the rule: what of a form is a choice.

use std::borrow::Cow;
use std::collections::BTreeSet;

use kernel::{Actor, Answer, PersonId, Refusal, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::Words;
use ui::dates;
use ui::form::{self, Choice, Filled};
use ui::menu::Nav;
use ui::page::{CSRF_FIELD, Page};
use ui::parts::{self, Tone};

use super::{CONNECT, about, reads, site, told};
use crate::apps::{APPS, Asking};
use crate::consent::pages::ask;
use crate::consent::{Connection, DAYS, Granted};
use crate::delegation::{Documents, rules};
use crate::person;

/// Names of the form's own fields; everything else in it is the request.
const OWN: [&str; 5] = ["documents", "family", "profile", "days", "answer"];

/// The request that a sent form carries, without what the form asks.
pub(super) fn request(fields: &[(String, String)]) -> Vec<(String, String)> {
    let is_request = |name: &str| name != CSRF_FIELD && !OWN.contains(&name);
    fields.iter().filter(|(name, _)| is_request(name)).cloned().collect()
}

/// In whose space an app would read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// The visitor's, who is of age.
    Hers,
    /// The visitor's, whose parents see it.
    Minors,
    /// That of somebody for whom she acts: the name.
    Of(String),
}

impl Whose {
    /// The space of `person`, for this visitor.
    pub(super) fn of(tx: &mut Tx<'_>, visit: &Visit, person: PersonId) -> Answer<Self> {
        let found = person::load(tx, person)?.ok_or_else(Refusal::not_found)?;
        let is_hers = matches!(&visit.actor, Actor::Citizen { person: herself, .. } if *herself == person);
        Ok(if !is_hers {
            Self::Of(found.identity.display_name())
        } else if found.identity.traits.age_on(visit.now.date()) < rules::MAJORITY {
            Self::Minors
        } else {
            Self::Hers
        })
    }

    fn name(&self) -> &str {
        match self {
            Self::Of(name) => name,
            Self::Hers | Self::Minors => "",
        }
    }

    /// A sentence that says whose it is.
    fn said<'a>(&self, words: &'a Words, key: &str, app: &str) -> Cow<'a, str> {
        let hers = if matches!(self, Self::Of(_)) { "no" } else { "yes" };
        words.with(key, &[("hers", hers.into()), ("name", self.name().into()), ("app", app.into())])
    }
}

/// What she grants by this form, and for how many days; or the form with what is wrong at each field. What the app
/// has not asked for is not granted, whatever the form says.
///
/// # Errors
/// The form.
pub(super) fn read(asking: &Asking, mut filled: Filled) -> Result<(Granted, u32), Filled> {
    let words = filled.words();
    let wrong = |filled: &mut Filled, field: &str, key: &str| filled.wrong(field, words.t(key).into_owned());
    // A family that nobody has named is none of the list.
    let is_known = |code: &&str| ask::families(words.language()).any(|(known, _)| known == *code);
    let families: BTreeSet<String> = filled.values("family").filter(is_known).map(str::to_owned).collect();
    let documents = match (filled.value("documents"), families.is_empty()) {
        _ if !asking.wants_documents => Documents::None,
        ("all", true) => Documents::All,
        ("none", true) => Documents::None,
        ("families", false) => Documents::Families(families),
        (answer, ticked_none) => {
            let (field, key) = match (answer, ticked_none) {
                ("families", _) => ("family", "refusal-apps-family"),
                ("all" | "none", _) => ("documents", "refusal-apps-both"),
                _ => ("documents", "refusal-apps-documents"),
            };
            wrong(&mut filled, field, key);
            Documents::None
        }
    };
    let granted = Granted { documents, profile: asking.wants_profile && filled.has("profile", "yes") };
    if granted.is_empty() && !filled.has_errors() {
        let field = if asking.wants_documents { "documents" } else { "profile" };
        wrong(&mut filled, field, "refusal-nothing-granted");
    }
    let days = filled.value("days").parse().ok().filter(|days| DAYS.contains(days));
    if days.is_none() {
        wrong(&mut filled, "days", "refusal-app-days");
    }
    match days {
        Some(days) if !filled.has_errors() => Ok((granted, days)),
        _ => Err(filled),
    }
}

/// The page.
pub(super) fn page(visit: &Visit, asking: &Asking, whose: &Whose, filled: &Filled) -> Page {
    let words = filled.words();
    let title = whose.said(words, "apps-ask-title", &asking.listed.name);
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&title, &words.t("apps-ask-lead"), html! {}))
        (before(words, whose))
        @if let Some(now) = &asking.now { (already(words, visit, now)) }
        (parts::section("who", &words.t("apps-ask-who"), who(words, asking)))
        (parts::section("wants", &words.t("apps-ask-wants"), wants(words, asking)))
        (parts::section("never", &words.t("apps-never"), never(words)))
        (parts::section("choose", &words.t("apps-ask-choose"), choices(words, asking, whose, filled)))
    };
    Page::new(Nav::citizen(APPS), title, body).refilled(filled)
}

/// Whose space it is, where that is not plain, and who else will know.
fn before(words: &Words, whose: &Whose) -> Markup {
    match whose {
        Whose::Hers => html! {},
        Whose::Minors => told(Tone::Info, &words.t("apps-ask-minor"), &words.t("apps-ask-minor-text")),
        Whose::Of(_) => told(
            Tone::Warning,
            &whose.said(words, "apps-ask-whose", ""),
            &whose.said(words, "apps-ask-whose-text", ""),
        ),
    }
}

/// What the app reads already.
fn already(words: &'static Words, visit: &Visit, now: &Connection) -> Markup {
    let until = dates::moment_near(words, now.until, visit.now);
    parts::alert(
        Tone::Info,
        &words.t("apps-ask-now"),
        html! {
            p { (words.t("apps-ask-now-text")) }
            ul {
                @for line in reads(words, now) { li { (line) } }
                li { (words.with("apps-until", &[("when", until.into())])) }
            }
        },
    )
}

fn who(words: &Words, asking: &Asking) -> Markup {
    let listed = &asking.listed;
    let mut facts = vec![
        (words.t("apps-ask-organization"), html! { (listed.organization) }),
        (words.t("apps-ask-about"), html! { (about(words, &listed.about)) }),
    ];
    let site = site(words, listed);
    if !site.0.is_empty() {
        facts.push((words.t("apps-ask-site"), site));
    }
    parts::facts(&facts)
}

fn wants(words: &Words, asking: &Asking) -> Markup {
    html! {
        ul {
            @if asking.wants_documents { li { (words.t("apps-wants-documents")) } }
            @if asking.wants_profile { li { (words.t("apps-wants-profile")) } }
            li { (words.t(if asking.offline { "apps-wants-offline" } else { "apps-wants-online" })) }
        }
    }
}

fn never(words: &Words) -> Markup {
    html! {
        ul {
            @for key in ["apps-never-hidden", "apps-never-kept", "apps-never-announced", "apps-never-rest"] {
                li { (words.t(key)) }
            }
        }
        p { (words.t("apps-never-write")) }
    }
}

/// The form: what she chooses, and the request as hidden fields, which is judged again.
fn choices(words: &'static Words, asking: &Asking, whose: &Whose, filled: &Filled) -> Markup {
    let organization = [("organization", asking.listed.organization.as_str().into())];
    let days =
        DAYS.map(|days| Choice::new(days.to_string(), words.with("apps-days", &[("count", days.into())])));
    form::post(
        CONNECT,
        filled,
        html! {
            @for (name, value) in &request(&asking.fields) { (form::hidden(name, value)) }
            @if asking.wants_documents { (documents(words, filled)) }
            @if asking.wants_profile {
                (form::checkbox("profile", &whose.said(words, "apps-field-profile", ""),
                    Some(&words.t("apps-field-profile-hint")), filled))
            }
            (form::radios("days", words.t("apps-field-days"), days.into()).show(filled))
            p { (words.t("apps-ask-after")) }
            p { (words.with("apps-ask-kept", &organization)) }
            @if let Some(place) = place(asking) {
                p { (words.t("apps-ask-where")) " " strong.code { (place) } }
            }
            (form::actions(html! {
                button.ds-button type="submit" name="answer" value="connect" { (words.t("apps-connect")) }
                (form::secondary(&words.t("apps-refuse"), "answer", "refuse"))
            }))
        },
    )
}

fn documents(words: &'static Words, filled: &Filled) -> Markup {
    let choice = |value: &'static str| Choice::new(value, words.t(&format!("apps-documents-{value}")));
    let hinted = |value: &'static str| choice(value).hint(words.t(&format!("apps-documents-{value}-hint")));
    let families = ask::families(words.language()).map(|(code, name)| Choice::new(code, name)).collect();
    html! {
        (form::radios("documents", words.t("apps-field-documents"),
            vec![hinted("all"), hinted("families"), choice("none")]).show(filled))
        (form::checkboxes("family", words.t("apps-field-family"), families)
            .hint(words.t("apps-field-family-hint")).optional().show(filled))
    }
}

/// Where the answer goes, as she may recognise it: scheme and host of the app's own address, or, for an app on this
/// device, the name under which the device knows it.
fn place(asking: &Asking) -> Option<&str> {
    let address = ask::Fields(&asking.fields).get("redirect_uri");
    oauth::service::origin(address).map(|origin| origin.trim_end_matches(':'))
}

#[cfg(test)]
mod tests {
    use super::super::samples::asking_for;
    use super::*;

    /// What was sent, and what it grants for how long, or where it is wrong.
    #[test]
    fn a_form_grants_what_was_chosen_and_nothing_else() {
        let words = Words::of(kernel::Language::Fr);
        let families = |codes: &[&str]| Documents::Families(codes.iter().map(|c| (*c).to_owned()).collect());
        let (all, documents, identity) = ((true, true), (true, false), (false, true));
        type Grants = Result<(Documents, bool, u32), &'static [&'static str]>;
        type Case<'a> = ((bool, bool), &'a [(&'a str, &'a str)], Grants);
        let cases: [Case<'_>; 19] = [
            (
                all,
                &[("documents", "all"), ("profile", "yes"), ("days", "30")],
                Ok((Documents::All, true, 30)),
            ),
            (all, &[("documents", "all"), ("days", "365")], Ok((Documents::All, false, 365))),
            (
                all,
                &[("documents", "families"), ("family", "42"), ("family", "10"), ("days", "90")],
                Ok((families(&["10", "42"]), false, 90)),
            ),
            (
                all,
                &[("documents", "none"), ("profile", "yes"), ("days", "90")],
                Ok((Documents::None, true, 90)),
            ),
            (identity, &[("profile", "yes"), ("days", "90")], Ok((Documents::None, true, 90))),
            // What the app did not ask for is not granted.
            (
                identity,
                &[("documents", "all"), ("profile", "yes"), ("days", "90")],
                Ok((Documents::None, true, 90)),
            ),
            (
                documents,
                &[("documents", "all"), ("profile", "yes"), ("days", "90")],
                Ok((Documents::All, false, 90)),
            ),
            // A family that is none counts for nothing.
            (
                all,
                &[("documents", "families"), ("family", "42"), ("family", "*"), ("days", "90")],
                Ok((families(&["42"]), false, 90)),
            ),
            (all, &[("documents", "families"), ("family", "*"), ("days", "90")], Err(&["family"])),
            (all, &[], Err(&["documents", "days"])),
            (all, &[("profile", "yes"), ("days", "90")], Err(&["documents"])),
            (all, &[("documents", "everything"), ("days", "90")], Err(&["documents"])),
            (all, &[("documents", "families"), ("days", "90")], Err(&["family"])),
            (all, &[("documents", "all"), ("family", "42"), ("days", "90")], Err(&["documents"])),
            (all, &[("documents", "none"), ("family", "42"), ("days", "90")], Err(&["documents"])),
            (all, &[("documents", "none"), ("days", "90")], Err(&["documents"])),
            (identity, &[("days", "90")], Err(&["profile"])),
            (all, &[("documents", "all")], Err(&["days"])),
            (all, &[("documents", "all"), ("days", "31")], Err(&["days"])),
        ];
        for (wants, sent, expected) in cases {
            let fields = sent.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let filled = Filled::sent(words, fields);
            let read = read(&asking_for((wants.0, wants.1, true)), filled);
            let said = read.map(|(granted, days)| (granted.documents, granted.profile, days));
            match (said, expected) {
                (Ok(said), Ok(expected)) => assert_eq!(said, expected, "{sent:?}"),
                (Err(form), Err(expected)) => {
                    let fields: Vec<&str> =
                        form.problems().iter().filter_map(|problem| problem.field.as_deref()).collect();
                    assert_eq!(fields, expected, "{sent:?}");
                    assert!(form.problems().iter().all(|problem| !problem.message.contains('⟦')), "{form:?}");
                }
                (said, expected) => panic!("{wants:?} {sent:?}: {said:?} instead of {expected:?}"),
            }
        }
    }

    #[test]
    fn what_is_judged_again_is_the_request_alone() {
        let sent =
            [("client_id", "a"), ("family", "42"), ("csrf", "x"), ("answer", "connect"), ("state", "s")];
        let sent = sent.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let kept = request(&sent);
        let names: Vec<&str> = kept.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["client_id", "state"]);
    }

    /// Whoever gives her profile has read all that a `Patient` says of her.
    #[test]
    fn she_is_told_everything_that_who_she_is_means() {
        use kernel::Language::{En, Fr};
        let said = [
            (
                Fr,
                [
                    "nom de naissance",
                    "nom utilisé",
                    "prénoms",
                    "sexe",
                    "date et",
                    "lieu de naissance",
                    "numéro de sécurité sociale",
                ],
            ),
            (
                En,
                [
                    "birth name",
                    "name in use",
                    "given names",
                    "sex",
                    "date and",
                    "place of birth",
                    "social security number",
                ],
            ),
        ];
        for (language, named) in said {
            for key in ["apps-wants-profile", "apps-field-profile-hint"] {
                let text = Words::of(language).t(key);
                named.iter().for_each(|one| assert!(text.contains(one), "{key}: no {one} in {text}"));
            }
        }
    }

    /// Where the answer goes, as she is told.
    #[test]
    fn she_is_told_where_her_answer_goes() {
        for (address, told) in [
            ("https://suivi.example/retour", Some("https://suivi.example")),
            ("http://127.0.0.1:4000/cb?x=1", Some("http://127.0.0.1:4000")),
            ("com.example.suivi:/retour", Some("com.example.suivi")),
            ("", None),
        ] {
            let mut asking = asking_for((true, true, true));
            asking.fields = vec![("redirect_uri".to_owned(), address.to_owned())];
            assert_eq!(place(&asking), told, "{address}");
        }
    }
}
