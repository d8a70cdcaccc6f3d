//! « Agir pour quelqu'un » : whom I act for, who may act for me, asking for help and answering.
//!
//! | address | function |
//! | --- | --- |
//! | GET `/acting` | [`show`] |
//! | GET, POST `/acting/offer` | [`offering::form`], [`offering::send`] |
//! | GET, POST `/acting/revoke`, `/acting/renew` | [`ending::revoke_form`], [`revoke`], [`offering::renew_form`], [`offering::renew`] |
//! | POST `/acting/accept`; GET, POST `/acting/decline` | [`accept`], [`ending::decline_form`], [`decline`] |
//! | GET, POST `/acting/invitation` | [`invitation_form`], [`take_up`] |
//! | GET, POST `/operator/guardians`, POST `/operator/guardians/end` | [`operator`] |
//! | GET, POST `/operator/desk` | [`desk`] |

pub mod desk;
pub mod ending;
pub mod offering;
pub mod operator;
pub mod samples;

use kernel::{Answer, PersonId, Refusal, Visit};
use maud::{Markup, html};
use store::{Act, Kind, Tx};
use ui::acting::{OWN_SPACE, SPACE_FIELD, Space};
use ui::form::{self, Filled};
use ui::icons::Icon;
use ui::menu::{self, Nav};
use ui::page::Page;
use ui::parts::{self, Card, Tone};
use ui::{Words, dates};

use super::model::{Documents, Scope, Stage, Standing};
use super::offers::{self, Held};
use super::{MayAct, citizen};
use crate::consent::{self, Action};
use crate::identity::Knock;
use crate::identity::pages::Reply;
use crate::person;

/// The page.
pub const ACTING: &str = "/acting";
/// Asking somebody for help.
pub const OFFER: &str = "/acting/offer";
/// Taking an offer or a delegation back: field `relation`, also of its question.
pub const REVOKE: &str = "/acting/revoke";
/// Making a delegation last longer: field `relation`.
pub const RENEW: &str = "/acting/renew";
/// Saying yes: fields `person`, `relation`.
pub const ACCEPT: &str = "/acting/accept";
/// Saying no, or giving up: fields `person`, `relation`, also of its question.
pub const DECLINE: &str = "/acting/decline";
/// Taking up an invitation: field `code`.
pub const INVITATION: &str = "/acting/invitation";

/// A family of documents that can be given: its code and its plain name.
pub type Family = (&'static str, &'static str);

/// The menu these pages stand under.
fn nav() -> Nav {
    Nav::citizen(ACTING)
}

/// What the page shows.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    /// Whose representatives and delegates are shown, when they are not the visitor's own.
    pub(super) of: Option<&'a str>,
    pub(super) spaces: &'a [Space],
    pub(super) held: &'a [Held],
    /// `None` where that is not the visitor's affair: a delegate does not see who else helps.
    pub(super) may_act: Option<&'a [MayAct]>,
    pub(super) may_offer: bool,
    pub(super) families: &'a [Family],
}

/// The page.
///
/// # Errors
/// As `consent::open`.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, families: &[Family]) -> Answer<Page> {
    let herself = citizen(visit)?;
    let spaces = super::spaces(tx, herself, visit.now.date())?;
    let held = offers::held(tx, visit)?;
    let whose = visit.on_behalf_of.unwrap_or(herself);
    let person = person::load(tx, whose)?.ok_or_else(Refusal::not_found)?;
    let standing = super::standing(tx, herself, &person, visit.now.date())?;
    if whose != herself && standing.is_none() {
        return Ok(over_page(visit));
    }
    let name = person.identity.display_name();
    let of = (whose != herself).then_some(name.as_str());
    if matches!(standing, Some(Standing::Delegate { .. })) {
        let shown = Shown { of, spaces: &spaces, held: &held, may_act: None, may_offer: false, families };
        return Ok(page(visit, &shown));
    }
    let pass = consent::open(tx, visit, whose, Action::ReadIdentity)?;
    let (at, line) = (visit.now, pass.line());
    tx.note(pass.key(), Act { kind: Kind::SharingRead, at, entry: None, line, data: None, blob: None });
    let may_act = super::of_person(tx, &pass)?;
    let may_offer = pass.may(Action::ManageDelegation);
    let shown = Shown { of, spaces: &spaces, held: &held, may_act: Some(&may_act), may_offer, families };
    Ok(page(visit, &shown))
}

/// The right has ended while she was acting: what that means, and the way back to her own space.
pub(super) fn over_page(visit: &Visit) -> Page {
    let words = Words::to(visit);
    let body = html! {
        (parts::header_with(&words.t("delegation-ended-title"), &words.t("delegation-ended-lead"), html! {}))
        (form::button_post(&words.t("delegation-ended-back"), "", menu::ACTING, &[(SPACE_FIELD, OWN_SPACE)]))
    };
    Page::new(nav(), words.t("delegation-ended-title"), body).status(403)
}

pub(super) fn page(visit: &Visit, shown: &Shown<'_>) -> Page {
    let words = Words::to(visit);
    let waiting: Vec<&Held> = shown.held.iter().filter(|held| held.stage == Stage::Offered).collect();
    let invitation = form::button_link(&words.t("delegation-have-code"), INVITATION, None);
    let body = html! {
        (parts::header_with(&words.t("delegation-title"), &words.t("delegation-lead"), html! {}))
        @if !waiting.is_empty() {
            (parts::section("waiting", &words.t("delegation-waiting"), offers_part(words, shown, &waiting)))
        }
        (parts::section("for", &words.t("delegation-for"), html! {
            (spaces_part(words, visit, shown))
            p.no-print { (invitation) }
        }))
        @if let Some(may_act) = shown.may_act {
            @let title = words.with("delegation-by", &[("name", shown.of.unwrap_or_default().into())]);
            (parts::section("by", &title, by_part(words, visit, shown, may_act)))
        }
        (parts::section("know", &words.t("delegation-know"), html! {
            ul {
                li { (words.t("delegation-know-journal")) }
                li { (words.t("delegation-know-end")) }
                li { (words.t("delegation-know-keys")) }
                li { (words.t("delegation-know-parents")) }
            }
        }))
    };
    Page::new(nav(), words.t("delegation-title"), body)
}

/// `person` and `relation` of an offer, as the fields of its buttons.
fn names(held: &Held) -> [String; 2] {
    [held.relation.person.to_string(), held.relation.id.to_string()]
}

fn offers_part(words: &'static Words, shown: &Shown<'_>, waiting: &[&Held]) -> Markup {
    html! {
        @for held in waiting {
            @let [person, relation] = names(held);
            @let fields = [("person", person.as_str()), ("relation", relation.as_str())];
            (parts::paper(html! {
                h3.ds-heading { (words.with("delegation-asks", &[("name", held.name.as_str().into())])) }
                p { (words.t("delegation-asks-what")) }
                (effects(words, &held.relation.says.scope, shown.families))
                p { (days(words, held.relation.begins, held.relation.ends)) }
                @if !held.relation.says.reason.is_empty() {
                    p { (words.with("delegation-reason-said", &[("reason", held.relation.says.reason.as_str().into())])) }
                }
                p { (words.t("delegation-asks-duty")) }
                div.actions {
                    (form::button_post(&words.t("delegation-accept"), &held.name, ACCEPT, &fields))
                    (form::button_post(&words.t("delegation-decline"), &held.name, DECLINE, &fields))
                }
            }))
        }
    }
}

/// What somebody may do, one line each; what was not given is said too where people fear it.
pub(super) fn effects(words: &'static Words, scope: &Scope, families: &[Family]) -> Markup {
    html! {
        ul {
            @match &scope.documents {
                Documents::All => li { (words.t("delegation-may-documents")) },
                Documents::Families(codes) if !codes.is_empty() => {
                    @let list: Vec<&str> = codes.iter().map(|code| family_name(families, code)).collect();
                    li { (words.with("delegation-may-families", &[("families", list.join(", ").into())])) }
                }
                Documents::Families(_) | Documents::None => {}
            }
            @for (given, key) in [
                (scope.profile, "delegation-may-profile"),
                (scope.messages, "delegation-may-messages"),
                (scope.agenda, "delegation-may-agenda"),
                (scope.add, "delegation-may-add"),
            ] {
                @if given { li { (words.t(key)) } }
            }
            li { (words.t(if scope.sharing { "delegation-may-sharing" } else { "delegation-not-sharing" })) }
        }
    }
}

fn family_name<'a>(families: &[Family], code: &'a str) -> &'a str {
    families.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| *name)
}

fn days(words: &Words, begins: jiff::civil::Date, ends: Option<jiff::civil::Date>) -> String {
    let begins = dates::date(words, begins);
    match ends {
        Some(ends) => {
            let values = [("begins", begins.into()), ("ends", dates::date(words, ends).into())];
            words.with("delegation-days", &values).into_owned()
        }
        None => words.with("delegation-since", &[("begins", begins.into())]).into_owned(),
    }
}

fn spaces_part(words: &'static Words, visit: &Visit, shown: &Shown<'_>) -> Markup {
    let accepted: Vec<&Held> = shown.held.iter().filter(|held| held.stage != Stage::Offered).collect();
    if shown.spaces.is_empty() && accepted.is_empty() {
        return parts::empty(
            &words.t("delegation-for-nobody"),
            &words.t("delegation-for-nobody-text"),
            html! {},
        );
    }
    let mut cards: Vec<Card<'_>> = Vec::new();
    for space in shown.spaces {
        let row = accepted.iter().find(|held| held.relation.person == space.person);
        cards.push(space_card(words, visit, space, row.copied()));
    }
    // What begins later, or waits because a space is not in use.
    for held in &accepted {
        if shown.spaces.iter().all(|space| space.person != held.relation.person) {
            let card = Card::plain(held.name.as_str())
                .line(days(words, held.relation.begins, held.relation.ends))
                .tags(parts::tag(None, &words.t("delegation-stage-waiting")))
                .actions(stop(words, held));
            cards.push(card.icon(Icon::Person));
        }
    }
    parts::cards(&cards)
}

fn stop(words: &Words, held: &Held) -> Markup {
    let [person, relation] = names(held);
    let fields = [("person", person.as_str()), ("relation", relation.as_str())];
    ending::ask(&words.t("delegation-stop"), &held.name, DECLINE, &fields)
}

fn space_card<'a>(words: &Words, visit: &Visit, space: &'a Space, held: Option<&Held>) -> Card<'a> {
    let person = space.person.to_string();
    let mut card = Card::plain(space.name.as_str()).icon(Icon::People);
    if let Some(held) = held {
        card = card.line(days(words, held.relation.begins, held.relation.ends));
    } else if let Some(until) = space.until {
        let until = dates::date(words, until);
        card = card.line(words.with("delegation-until", &[("date", until.into())]).into_owned());
    }
    let open = visit.on_behalf_of == Some(space.person);
    if open {
        card = card.tags(parts::tag(Some(Tone::Success), &words.t("delegation-open-now")));
    }
    card.actions(html! {
        @if !open {
            (form::button_post(&words.t("delegation-open"), &space.name, menu::ACTING, &[(SPACE_FIELD, &person)]))
        }
        @if let Some(held) = held { (stop(words, held)) }
    })
}

fn by_part(words: &'static Words, visit: &Visit, shown: &Shown<'_>, may_act: &[MayAct]) -> Markup {
    let (over, live): (Vec<&MayAct>, Vec<&MayAct>) = may_act.iter().partition(|one| one.stage == Stage::Over);
    html! {
        @if live.is_empty() {
            (parts::empty(&words.t("delegation-by-nobody"), &words.t("delegation-by-nobody-text"), html! {}))
        } @else {
            @for one in &live { (one_part(words, shown, one)) }
        }
        @if shown.may_offer {
            p.no-print { (form::button_link(&words.t("delegation-offer"), OFFER, Some(Icon::Plus))) }
        } @else if shown.of.is_none() && live.iter().any(|one| one.standing == Standing::Parent) {
            p { (words.t("delegation-minor-text")) }
        }
        @if !over.is_empty() {
            (parts::details(&words.t("delegation-over"), html! {
                ul { @for one in &over { li { (ended(words, visit, one)) } } }
            }))
        }
    }
}

fn ended(words: &Words, visit: &Visit, one: &MayAct) -> String {
    if one.standing == Standing::Parent {
        return words.with("delegation-until-of-age", &[("name", named(words, one).into())]).into_owned();
    }
    let at = one.relation.as_ref().and_then(|row| row.ended_at);
    match at {
        Some(at) => {
            let when = dates::moment_near(words, at, visit.now);
            words
                .with("delegation-ended-when", &[("name", one.name.as_str().into()), ("when", when.into())])
                .into_owned()
        }
        None => words.with("delegation-run-out", &[("name", one.name.as_str().into())]).into_owned(),
    }
}

/// The name of somebody who may act, with what she is.
#[must_use]
pub fn named(words: &Words, one: &MayAct) -> String {
    let link = match one.link.as_str() {
        "" => words.t("delegation-link-other"),
        link => words
            .known(&format!("delegation-link-{link}"))
            .unwrap_or_else(|| words.t("delegation-link-other")),
    };
    if one.name.is_empty() {
        return link.into_owned();
    }
    let values = [("name", one.name.as_str().into()), ("link", link.into_owned().into())];
    words.with("delegation-named", &values).into_owned()
}

fn one_part(words: &'static Words, shown: &Shown<'_>, one: &MayAct) -> Markup {
    let relation = one.relation.as_ref();
    let id = relation.map(|row| row.id.to_string()).unwrap_or_default();
    let fields = [("relation", id.as_str())];
    parts::paper(html! {
        h3.ds-heading { (named(words, one)) }
        @match one.stage {
            Stage::Offered => p { (parts::tag(Some(Tone::Warning), &words.t("delegation-stage-offered"))) },
            Stage::Waiting => p { (parts::tag(None, &words.t("delegation-stage-waiting"))) },
            Stage::InForce | Stage::Over => {}
        }
        @match &one.standing {
            Standing::Parent => p { (words.t("delegation-by-parent")) },
            Standing::Guardian => p { (words.t("delegation-by-guardian")) },
            Standing::Delegate { scope, .. } => (effects(words, scope, shown.families)),
        }
        @if let Some(row) = relation { p { (days(words, row.begins, row.ends)) } }
        @if shown.may_offer && matches!(one.standing, Standing::Delegate { .. }) {
            div.actions.no-print {
                (ending::ask(&words.t("delegation-revoke"), &one.name, REVOKE, &fields))
                @if one.stage != Stage::Offered {
                    @let address = ui::address::with_query(RENEW, &fields);
                    a.ds-link href=(address) {
                        (words.t("delegation-renew")) span.ds-sr-only { " " (one.name) }
                    }
                }
            }
        }
    })
}

fn field<T: std::str::FromStr>(filled: &Filled, name: &str) -> Answer<T> {
    filled.value(name).parse().map_err(|_| Refusal::not_found())
}

/// In whose name the visitor asks.
fn whose(visit: &Visit) -> Answer<PersonId> {
    Ok(visit.on_behalf_of.unwrap_or(citizen(visit)?))
}

/// Takes an offer or a delegation back.
///
/// # Errors
/// As `consent::open`, [`offers::revoke`].
pub fn revoke(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<()> {
    let pass = consent::open(tx, visit, whose(visit)?, Action::ManageDelegation)?;
    offers::revoke(tx, &pass, field(filled, "relation")?)
}

/// Says yes to an offer.
///
/// # Errors
/// As [`offers::accept`].
pub fn accept(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<()> {
    let person: PersonId = field(filled, "person")?;
    offers::accept(tx, visit, person, field(filled, "relation")?)
}

/// Says no to an offer, or gives a delegation up.
///
/// # Errors
/// As [`offers::give_up`].
pub fn decline(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<()> {
    let person: PersonId = field(filled, "person")?;
    offers::give_up(tx, visit, person, field(filled, "relation")?)
}

/// The form for an invitation's code.
#[must_use]
pub fn invitation_form(filled: &Filled) -> Page {
    let words = filled.words();
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&words.t("delegation-invitation-title"), &words.t("delegation-invitation-lead"), html! {}))
        (parts::paper(form::post(INVITATION, filled, html! {
            (form::code("code", words.t("delegation-invitation-code")).hint(words.t("delegation-invitation-hint"))
                .width(22).max(40).show(filled))
            (form::submit(&words.t("delegation-invitation-submit")))
        })))
        p { a.ds-link href=(ACTING) { (words.t("delegation-back")) } }
    };
    Page::new(nav(), words.t("delegation-invitation-title"), body).refilled(filled)
}

/// Takes an invitation up: the offer then waits on the page for an answer.
///
/// # Errors
/// Faults.
pub fn take_up(tx: &mut Tx<'_>, visit: &Visit, mut filled: Filled, knock: &Knock) -> Answer<Reply> {
    if filled.given("code").is_none() {
        let message = Words::to(visit).t("delegation-invitation-missing").into_owned();
        filled.wrong("code", message);
        return Ok(Reply::page(invitation_form(&filled)));
    }
    match offers::take_up(tx, visit, filled.value("code"), knock)? {
        Ok(()) => Ok(Reply::Go(ACTING)),
        Err(refusal) => Ok(Reply::refused(invitation_form(&filled.refused(&refusal)), &refusal)),
    }
}
