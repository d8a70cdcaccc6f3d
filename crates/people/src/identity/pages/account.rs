//! The security page: passkeys, recovery codes, sessions, and the way to close one's space; for those who work
//! here, the last acts of their account instead.

use kernel::{Answer, Chance, Refusal, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::form::{self, Ceremony, Filled};
use ui::page::Page;
use ui::parts::{self, Card, Tone};
use ui::{Words, dates};

use super::{codes_page, is_work, nav, own, own_space, prefix};
use crate::consent::Action;
use crate::enrolment::pages::CLOSE;
use crate::identity::account::{self, AccountAct, Event};
use crate::identity::passkeys::{self, PasskeyEntry};
use crate::identity::recovery;
use crate::identity::session::{self, Session, Token};

/// The page; `filled` holds a form that came back with errors, `after` is `recovery` for somebody who has
/// just used a recovery code and probably lost her device.
///
/// # Errors
/// As `consent::open`.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, token: &Token, after: &str, filled: &Filled) -> Answer<Page> {
    let holder = own(tx, visit)?;
    let keys = passkeys::list(tx, &holder)?;
    let left = recovery::left(tx, &holder)?;
    let sessions = session::list(tx, &visit.actor, visit.now)?;
    let this = sessions.iter().find(|one| session::is_same(tx.keyring(), one, token)).cloned();
    let lately = this.as_ref().is_some_and(|one| one.came_lately(visit.now));
    let this = this.map(|one| one.id);
    let acts = match holder.account() {
        Some(account) => account::acts(tx, account, ACTS)?,
        None => Vec::new(),
    };
    let closes = !is_work(visit) && own_space(tx, visit)?.may(Action::CloseSpace);
    let words = Words::to(visit);
    let lead = if is_work(visit) { "identity-pro-account-lead" } else { "identity-account-lead" };
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&words.t("identity-account-title"), &words.t(lead), html! {}))
        @if after == "recovery" {
            (parts::alert(Tone::Warning, &words.t("identity-after-recovery-title"), html! {
                p { (words.t("identity-after-recovery")) }
            }))
        }
        (parts::section("passkeys", &words.t("identity-passkeys"), passkey_part(words, visit, (&keys, lately), filled)))
        (parts::section("codes", &words.t("identity-codes"), codes_part(words, visit, left)))
        (parts::section("sessions", &words.t("identity-sessions"),
            sessions_part(words, visit, &sessions, this.as_deref())))
        @if is_work(visit) {
            (parts::section("acts", &words.t("identity-pro-acts"), acts_part(words, visit, &acts)))
        } @else if visit.on_behalf_of.is_none() {
            // While another space is open, "my space" would be read as that one; closing waits until she is back.
            (parts::section("close", &words.t("identity-close"), html! {
                @if closes {
                    p { a.ds-link href=(CLOSE) { (words.t("identity-close-link")) } }
                } @else {
                    p { (words.t("refusal-space-of-a-minor")) }
                }
            }))
        }
    };
    Ok(Page::new(nav(visit), words.t("identity-account-title"), body).refilled(filled))
}

/// How many of the last acts of an account are shown.
const ACTS: u32 = 20;

fn acts_part(words: &'static Words, visit: &Visit, acts: &[AccountAct]) -> Markup {
    let cards: Vec<Card<'_>> = acts
        .iter()
        .map(|act| {
            let known = Event::ALL.iter().any(|event| event.word() == act.event);
            let through = crate::outside::told(&act.about);
            let said = match through {
                Some(_) => format!("identity-act-{}-with", act.event),
                None if known => format!("identity-act-{}", act.event),
                None => "identity-act-other".into(),
            };
            let about = through.unwrap_or(&act.about);
            let mut card = Card::plain(words.with(&said, &[("about", about.into())]).into_owned())
                .line(dates::moment_near(words, act.at, visit.now));
            if !act.by.is_empty() {
                card =
                    card.line(words.with("identity-act-by", &[("who", act.by.as_str().into())]).into_owned());
            }
            card
        })
        .collect();
    html! {
        p { (words.t("identity-pro-acts-lead")) }
        (parts::cards(&cards))
    }
}

fn passkey_part(
    words: &'static Words,
    visit: &Visit,
    (keys, lately): (&[PasskeyEntry], bool),
    filled: &Filled,
) -> Markup {
    let prefix = prefix(visit);
    let again = ui::address::with_query(super::confirm::CONFIRM, &[("next", super::account_address(visit))]);
    let cards: Vec<Card<'_>> = keys.iter().map(|key| passkey_card(words, visit, key)).collect();
    let ready = html! {
        (form::text("name", words.t("identity-passkey-name")).hint(words.t("identity-passkey-name-hint"))
            .max(40).show(filled))
        (form::submit(&words.t("identity-passkey-add")))
    };
    html! {
        @if keys.is_empty() {
            (parts::empty(&words.t("identity-passkeys-none"), &words.t("identity-passkeys-none-text"), html! {}))
        } @else {
            (parts::cards(&cards))
        }
        @if !keys.is_empty() && !lately {
            // Who found an open screen would make herself a key.
            p { (words.t("identity-passkey-add-proof")) }
            (form::button_link(&words.t("identity-passkey-add"), &again, None))
        } @else { (form::passkey(
            Ceremony::Register, &format!("{prefix}/account/passkey/options"), &format!("{prefix}/account/passkey/finish"),
            filled, ready, html! { p { (words.t("identity-passkey-not-here")) } },
        )) }
    }
}

/// From when on a passkey is enough for what asks for one.
pub(super) fn young(words: &'static Words, from: kernel::Instant) -> String {
    let when = dates::short_moment(words, from);
    words.with("identity-passkey-young", &[("when", when.into())]).into_owned()
}

fn passkey_card<'a>(words: &'static Words, visit: &Visit, key: &'a PasskeyEntry) -> Card<'a> {
    let prefix = prefix(visit);
    let added = dates::moment_near(words, key.added_at, visit.now);
    let used = match key.last_used_at {
        Some(at) => {
            words.with("identity-passkey-used", &[("when", dates::moment_near(words, at, visit.now).into())])
        }
        None => words.t("identity-passkey-unused"),
    };
    let rename = html! {
        form.inline method="post" action={ (prefix) "/account/passkey/rename" } {
            (form::csrf())
            (form::hidden("id", &key.id))
            label.ds-sr-only for={ "rename-" (key.id) } { (words.t("identity-passkey-name")) " " (key.name) }
            input.ds-input type="text" id={ "rename-" (key.id) } name="name" value=(key.name) maxlength="40" autocomplete="off";
            (form::quiet_submit(&words.t("identity-passkey-rename")))
        }
    };
    let remove = form::button_post(
        &words.t("identity-passkey-remove"),
        &key.name,
        &format!("{prefix}/account/passkey/remove"),
        &[("id", &key.id)],
    );
    let card = Card::plain(key.name.as_str())
        .line(words.with("identity-passkey-since", &[("when", added.into())]).into_owned())
        .line(used.into_owned());
    let card = if key.vouches_from > visit.now { card.line(young(words, key.vouches_from)) } else { card };
    card.actions(html! { (rename) (remove) })
}

fn codes_part(words: &'static Words, visit: &Visit, left: Option<(i64, kernel::Instant)>) -> Markup {
    let none = if is_work(visit) { "identity-pro-codes-none-text" } else { "identity-codes-none-text" };
    html! {
        @match left {
            Some((count, made)) => p {
                (words.with("identity-codes-left", &[
                    ("count", count.into()),
                    ("when", dates::date(words, made.date()).into()),
                ]))
            },
            None => (parts::alert(Tone::Warning, &words.t("identity-codes-none"), html! {
                p { (words.t(none)) }
            })),
        }
        (form::button_post(&words.t("identity-codes-new"), "", &format!("{}/account/codes", prefix(visit)), &[]))
        p { (words.t("identity-codes-new-hint")) }
    }
}

fn sessions_part(words: &'static Words, visit: &Visit, sessions: &[Session], this: Option<&str>) -> Markup {
    let prefix = prefix(visit);
    let cards: Vec<Card<'_>> = sessions
        .iter()
        .map(|one| {
            let seen = dates::moment_near(words, one.last_seen, visit.now);
            let card = Card::plain(one.device.as_str())
                .line(words.with("identity-session-seen", &[("when", seen.into())]).into_owned());
            if this == Some(one.id.as_str()) {
                return card.tags(parts::tag(Some(Tone::Success), &words.t("identity-session-this")));
            }
            card.actions(form::button_post(
                &words.t("identity-session-end"),
                &one.device,
                &format!("{prefix}/account/session/end"),
                &[("id", &one.id)],
            ))
        })
        .collect();
    html! {
        (parts::cards(&cards))
        @if sessions.len() > 1 {
            (form::button_post(&words.t("identity-everywhere"), "", &format!("{prefix}/account/sign-out-everywhere"), &[]))
        }
    }
}

/// Whether the visitor may change what lets her in now: she came in or showed her passkey lately, or has none to show.
///
/// # Errors
/// As `consent::open`.
pub fn may_change(tx: &mut Tx<'_>, visit: &Visit, held: &Session) -> Answer<bool> {
    let lately = held.came_lately(visit.now) || session::fresh(tx, held, session::LATELY, visit.now)?;
    if lately {
        return Ok(true);
    }
    let holder = own(tx, visit)?;
    Ok(passkeys::list(tx, &holder)?.is_empty())
}

/// Whether the visitor may take away what lets her in, a passkey or her codes: she has shown a passkey that vouches
/// lately, or has none. Whoever came in with a printed code adds a passkey and leaves the older ones alone.
///
/// # Errors
/// As `consent::open`.
pub fn may_take_away(tx: &mut Tx<'_>, visit: &Visit, held: &Session) -> Answer<bool> {
    if session::fresh(tx, held, session::LATELY, visit.now)? {
        return Ok(true);
    }
    let holder = own(tx, visit)?;
    let vouches = |key: &PasskeyEntry| key.vouches_from <= visit.now;
    Ok(!passkeys::list(tx, &holder)?.iter().any(vouches) && may_change(tx, visit, held)?)
}

/// Gives a passkey another name; fields `id`, `name`.
///
/// # Errors
/// As `consent::open`; `NotFound`; `passkey-name`.
pub fn rename(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<()> {
    let holder = own(tx, visit)?;
    passkeys::rename(tx, &holder, filled.value("id"), filled.value("name"))
}

/// Removes a passkey; field `id`.
///
/// # Errors
/// As `consent::open`; `NotFound`; `last-passkey`.
pub fn remove(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<()> {
    let holder = own(tx, visit)?;
    passkeys::remove(tx, &holder, visit, filled.value("id"))
}

/// Makes new recovery codes and shows them, this once.
///
/// # Errors
/// As `consent::open`.
pub fn codes(tx: &mut Tx<'_>, visit: &Visit, chance: &Chance) -> Answer<Page> {
    let holder = own(tx, visit)?;
    let codes = recovery::make_codes(tx, &holder, visit, chance)?;
    Ok(codes_page(visit, &codes))
}

/// Ends one of her sessions; field `id`.
///
/// # Errors
/// `NotFound`.
pub fn end_session(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<()> {
    session::end_one(tx, visit, filled.value("id"))
}

/// The page again, with what was refused.
///
/// # Errors
/// As [`show`].
pub fn refused(tx: &mut Tx<'_>, visit: &Visit, token: &Token, refusal: &Refusal) -> Answer<Page> {
    let filled = Filled::empty(Words::to(visit)).refused(refusal);
    show(tx, visit, token, "", &filled)
}
