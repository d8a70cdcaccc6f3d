//! The security page: passkeys, recovery codes, sessions, and the way to close one's space.

use kernel::{Answer, Chance, Refusal, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::form::{self, Ceremony, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card, Tone};
use ui::{Words, dates};

use super::{ACCOUNT, codes_page, own, words};
use crate::enrolment::pages::CLOSE;
use crate::identity::passkeys::{self, PasskeyEntry};
use crate::identity::recovery;
use crate::identity::session::{self, Session, Token};

/// The page; `filled` holds a form that came back with errors, `after` is `recovery` for somebody who has
/// just used a recovery code and probably lost her device.
///
/// # Errors
/// As `consent::open`.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, token: &Token, after: &str, filled: &Filled) -> Answer<Page> {
    let pass = own(tx, visit)?;
    let keys = passkeys::list(tx, &pass)?;
    let left = recovery::left(tx, pass.person())?;
    let sessions = session::list(tx, &visit.actor, visit.now)?;
    let this =
        sessions.iter().find(|one| session::is_same(tx.keyring(), one, token)).map(|one| one.id.clone());
    let words = words(visit);
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&words.t("identity-account-title"), &words.t("identity-account-lead"), html! {}))
        @if after == "recovery" {
            (parts::alert(Tone::Warning, &words.t("identity-after-recovery-title"), html! {
                p { (words.t("identity-after-recovery")) }
            }))
        }
        (parts::section("passkeys", &words.t("identity-passkeys"), passkey_part(words, visit, &keys, filled)))
        (parts::section("codes", &words.t("identity-codes"), codes_part(words, left)))
        (parts::section("sessions", &words.t("identity-sessions"),
            sessions_part(words, visit, &sessions, this.as_deref())))
        (parts::section("close", &words.t("identity-close"), html! {
            p { a.ds-link href=(CLOSE) { (words.t("identity-close-link")) } }
        }))
    };
    Ok(Page::new(Nav::citizen(ACCOUNT), words.t("identity-account-title"), body).refilled(filled))
}

fn passkey_part(words: &'static Words, visit: &Visit, keys: &[PasskeyEntry], filled: &Filled) -> Markup {
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
        (form::passkey(
            Ceremony::Register, "/account/passkey/options", "/account/passkey/finish",
            filled, ready, html! { p { (words.t("identity-passkey-not-here")) } },
        ))
    }
}

fn passkey_card<'a>(words: &'static Words, visit: &Visit, key: &'a PasskeyEntry) -> Card<'a> {
    let added = dates::moment_near(words, key.added_at, visit.now);
    let used = match key.last_used_at {
        Some(at) => {
            words.with("identity-passkey-used", &[("when", dates::moment_near(words, at, visit.now).into())])
        }
        None => words.t("identity-passkey-unused"),
    };
    let rename = html! {
        form.inline method="post" action="/account/passkey/rename" {
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
        "/account/passkey/remove",
        &[("id", &key.id)],
    );
    Card::plain(key.name.as_str())
        .line(words.with("identity-passkey-since", &[("when", added.into())]).into_owned())
        .line(used.into_owned())
        .actions(html! { (rename) (remove) })
}

fn codes_part(words: &'static Words, left: Option<(i64, kernel::Instant)>) -> Markup {
    html! {
        @match left {
            Some((count, made)) => p {
                (words.with("identity-codes-left", &[
                    ("count", count.into()),
                    ("when", dates::date(words, made.date()).into()),
                ]))
            },
            None => (parts::alert(Tone::Warning, &words.t("identity-codes-none"), html! {
                p { (words.t("identity-codes-none-text")) }
            })),
        }
        (form::button_post(&words.t("identity-codes-new"), "", "/account/codes", &[]))
        p { (words.t("identity-codes-new-hint")) }
    }
}

fn sessions_part(words: &'static Words, visit: &Visit, sessions: &[Session], this: Option<&str>) -> Markup {
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
                "/account/session/end",
                &[("id", &one.id)],
            ))
        })
        .collect();
    html! {
        (parts::cards(&cards))
        @if sessions.len() > 1 {
            (form::button_post(&words.t("identity-everywhere"), "", "/account/sign-out-everywhere", &[]))
        }
    }
}

/// Gives a passkey another name; fields `id`, `name`.
///
/// # Errors
/// As `consent::open`; `NotFound`; `passkey-name`.
pub fn rename(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<()> {
    let pass = own(tx, visit)?;
    passkeys::rename(tx, &pass, filled.value("id"), filled.value("name"))
}

/// Removes a passkey; field `id`.
///
/// # Errors
/// As `consent::open`; `NotFound`; `last-passkey`.
pub fn remove(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<()> {
    let pass = own(tx, visit)?;
    passkeys::remove(tx, &pass, filled.value("id"))
}

/// Makes new recovery codes and shows them, this once.
///
/// # Errors
/// As `consent::open`.
pub fn codes(tx: &mut Tx<'_>, visit: &Visit, chance: &Chance) -> Answer<Page> {
    let pass = own(tx, visit)?;
    let codes = recovery::make_codes(tx, &pass, chance)?;
    Ok(codes_page(words(visit), &codes))
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
    let filled = Filled::empty(words(visit)).refused(refusal);
    show(tx, visit, token, "", &filled)
}
