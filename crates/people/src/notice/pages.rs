//! « Comment vous prévenir » : what she is told of outside her space, and where.
//!
//! | address | function |
//! | --- | --- |
//! | GET `/journal/notices` | [`show`] |
//! | POST `/journal/notices/address` | [`address`]: field `address` |
//! | POST `/journal/notices/code` | [`code`]: field `code` |
//! | POST `/journal/notices` | [`choose`]: fields `of` (`accesses`, `documents`, `represented`) |
//! | POST `/journal/notices/forget` | [`forget`] |
//! | POST `/journal/notices/devices` | [`add_device`]: fields `name`, `endpoint`, `key`, `secret` (`web/src/push.js`) |
//! | POST `/journal/notices/devices/remove` | [`remove_device`]: field `id` |

use std::borrow::Cow;

use kernel::{Answer, Chance, Instant, Refusal, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card, Tone};
use ui::{Words, dates};

use super::Chosen;
use super::message::{self, Site, Whose};
use super::model::{Asked, Choice, Wishes};
use super::push::{self, Device, Says, Services, Subscription};

/// The page; a POST chooses of what she is told.
pub const NOTICES: &str = "/journal/notices";
/// A POST sends a code to an address.
pub const ADDRESS: &str = "/journal/notices/address";
/// A POST confirms the address with its code.
pub const CODE: &str = "/journal/notices/code";
/// A POST forgets the address.
pub const FORGET: &str = "/journal/notices/forget";
/// A POST adds the browser that she is using.
pub const DEVICES: &str = "/journal/notices/devices";
/// A POST tells a device no more.
pub const REMOVE: &str = "/journal/notices/devices/remove";

/// The script that receives notifications, and the part of the site that it may stand before: no page lies there, so it
/// neither keeps nor changes one.
pub const WORKER: &str = "/push/worker.js";
const SCOPE: &str = "/push/";

/// The journal, which this page stands under.
const JOURNAL: &str = "/journal";

/// What the house can do, and from which browser she asks.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// How messages name the service.
    pub site: Site<'a>,
    /// Whether it can send e-mail.
    pub email: bool,
    /// Push services that it speaks to; with none of them there are no notifications.
    pub services: &'a Services,
    /// What her browser calls itself: `Firefox, Android`; may be empty.
    pub browser: &'a str,
    /// The device that this browser is, where it says so.
    pub here: Option<i64>,
}

/// The page.
///
/// # Errors
/// As `consent::open`.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, offer: &Offer<'_>) -> Answer<Page> {
    filled_page(tx, visit, &Filled::empty(Words::to(visit)), offer)
}

fn filled_page(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled, offer: &Offer<'_>) -> Answer<Page> {
    let chosen = super::chosen(tx, visit)?;
    let key = push::public_key(tx.keyring())?;
    Ok(page(visit, &Seen { chosen: &chosen, key: &key, offer }, filled))
}

/// What a form leads to: `None` back to the page, or the page with what is wrong.
type Led = Answer<Option<Page>>;

fn led(tx: &mut Tx<'_>, visit: &Visit, filled: Filled, tried: Result<(), Refusal>, offer: &Offer<'_>) -> Led {
    match tried {
        Ok(()) => Ok(None),
        Err(refusal) => {
            let page = filled_page(tx, visit, &filled.refused(&refusal), offer)?;
            Ok(Some(page.status(ui::refusal::status(&refusal))))
        }
    }
}

/// Sends a code to the address.
///
/// # Errors
/// As `consent::open`; `NotFound` where no relay is set up.
pub fn address(tx: &mut Tx<'_>, visit: &Visit, filled: Filled, chance: &Chance, offer: &Offer<'_>) -> Led {
    if !offer.email {
        return Err(Refusal::not_found());
    }
    let asked = super::ask(tx, visit, filled.value("address"), chance)?;
    led(tx, visit, filled, asked, offer)
}

/// Confirms the address.
///
/// # Errors
/// As `consent::open`.
pub fn code(tx: &mut Tx<'_>, visit: &Visit, filled: Filled, offer: &Offer<'_>) -> Led {
    let confirmed = super::confirm(tx, visit, filled.value("code"))?;
    led(tx, visit, filled, confirmed, offer)
}

/// Chooses of what she is told.
///
/// # Errors
/// As `consent::open`.
pub fn choose(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<()> {
    let of = |word: &str| filled.has("of", word);
    let wishes =
        Wishes { accesses: of("accesses"), documents: of("documents"), represented: of("represented") };
    super::choose(tx, visit, wishes)
}

/// Forgets the address; or, with `asked` in the field `what`, only the one that waits for its code.
///
/// # Errors
/// As `consent::open`.
pub fn forget(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<()> {
    super::forget(tx, visit, filled.value("what") == "asked")
}

/// Adds the browser that she is using; answers its number, or the page with what is wrong.
///
/// # Errors
/// As `consent::open`; `NotFound` where there are no notifications.
pub fn add_device(
    tx: &mut Tx<'_>,
    visit: &Visit,
    filled: Filled,
    chance: &Chance,
    offer: &Offer<'_>,
) -> Answer<Result<i64, Page>> {
    if offer.services.is_empty() {
        return Err(Refusal::not_found());
    }
    let given = Subscription {
        endpoint: filled.value("endpoint"),
        key: filled.value("key"),
        secret: filled.value("secret"),
    };
    match push::add(tx, visit, filled.value("name"), &given, offer.services, chance)? {
        Ok(id) => Ok(Ok(id)),
        Err(refusal) => {
            let page = filled_page(tx, visit, &filled.refused(&refusal), offer)?;
            Ok(Err(page.status(ui::refusal::status(&refusal))))
        }
    }
}

/// Tells a device no more; one that is not there is no mistake.
///
/// # Errors
/// As `consent::open`.
pub fn remove_device(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<()> {
    push::remove(tx, visit, filled.value("id").parse().unwrap_or(-1))
}

/// What the page shows.
struct Seen<'a> {
    chosen: &'a Chosen,
    /// What a browser subscribes with.
    key: &'a str,
    offer: &'a Offer<'a>,
}

fn page(visit: &Visit, seen: &Seen<'_>, filled: &Filled) -> Page {
    let words = Words::to(visit);
    let Seen { chosen, offer, .. } = seen;
    let title = words.t("notice-title");
    let up = [(words.t("journal-title"), Cow::Borrowed(JOURNAL))];
    let body = html! {
        (form::error_summary(filled))
        (parts::breadcrumbs(words, &up, &title))
        (parts::header_with(&title, &words.t("notice-lead"), html! {}))
        (parts::section("inside", &words.t("notice-inside"), html! { p { (words.t("notice-inside-text")) } }))
        (parts::section("email", &words.t("notice-email"), html! {
            @if offer.email { (email(words, &chosen.choice, filled)) }
            @else { p { (words.t("notice-email-none")) } }
        }))
        (parts::section("push", &words.t("notice-push"), html! {
            @if offer.services.is_empty() { p { (words.t("notice-push-none")) } }
            @else { (devices(words, visit, seen)) (this_device(words, seen, filled)) }
        }))
        @if chosen.is_reachable() {
            (parts::section("wishes", &words.t("notice-of"), wishes(words, chosen.choice.wishes)))
        }
        @if offer.email || !offer.services.is_empty() {
            (parts::section("never", &words.t("notice-never"), html! {
                p { (words.t("notice-never-text")) }
                @for whose in [Whose::Own, Whose::Represented] {
                    @if whose == Whose::Own || chosen.choice.wishes.represented {
                        blockquote.ds-paragraph { (message::sentence(whose, visit.language, &offer.site)) }
                    }
                }
            }))
        }
    };
    Page::new(Nav::citizen(JOURNAL), title, body).refilled(filled)
}

fn email(words: &'static Words, choice: &Choice, filled: &Filled) -> Markup {
    html! {
        @if let Some(asked) = &choice.asked { (waiting(words, asked, filled)) }
        @if let Some(address) = &choice.address {
            (parts::alert(Tone::Success, &words.t("notice-confirmed"), html! {
                p { (words.with("notice-confirmed-text", &[("address", address.as_str().into())])) }
            }))
            (form::button_post(&words.t("notice-forget"), address, FORGET, &[]))
        }
        @if choice.asked.is_none() {
            @let label = if choice.address.is_some() { "notice-other-address" } else { "notice-address" };
            (form::post(ADDRESS, filled, html! {
                (form::email("address", words.t(label)).hint(words.t("notice-address-hint")).max(254).show(filled))
                (form::actions(form::submit(&words.t("notice-address-send"))))
            }))
        }
    }
}

fn waiting(words: &'static Words, asked: &Asked, filled: &Filled) -> Markup {
    let address = [("address", asked.address.as_str().into())];
    html! {
        p { (words.with("notice-code-sent", &address)) }
        (form::post(CODE, filled, html! {
            (form::code("code", words.t("notice-code")).hint(words.t("notice-code-hint")).width(9).max(20).show(filled))
            (form::actions(form::submit(&words.t("notice-code-confirm"))))
        }))
        // The same address again, or none: both by what is already there.
        (form::button_post(&words.t("notice-code-again"), &asked.address, ADDRESS, &[("address", &asked.address)]))
        (form::button_post(&words.t("notice-code-give-up"), &asked.address, FORGET, &[("what", "asked")]))
    }
}

fn devices(words: &'static Words, visit: &Visit, seen: &Seen<'_>) -> Markup {
    let cards: Vec<Card<'_>> = seen
        .chosen
        .devices
        .iter()
        .map(|Device { id, at, says }| {
            let since = dates::moment_near(words, *at, visit.now);
            let remove = words.t("notice-push-remove");
            let card = Card::plain(says.name.as_str())
                .line(words.with("notice-push-since", &[("when", since.into())]).into_owned())
                .actions(form::button_post(&remove, &says.name, REMOVE, &[("id", &id.to_string())]));
            if seen.offer.here == Some(*id) {
                return card.tags(parts::tag(Some(Tone::Success), &words.t("notice-push-here")));
            }
            card
        })
        .collect();
    html! { @if !cards.is_empty() { (parts::cards(&cards)) } }
}

/// The form that the script sends once the browser has agreed. Without the script, and in a browser that knows no
/// notifications, it says so, and that there is e-mail.
fn this_device(words: &'static Words, seen: &Seen<'_>, filled: &Filled) -> Markup {
    let Seen { chosen, key, offer } = seen;
    if chosen.devices.iter().any(|device| Some(device.id) == offer.here) {
        return html! {};
    }
    // What she typed comes back; until then the browser is called as it calls itself.
    let named = filled.given("name").is_none().then(|| filled.clone().with("name", offer.browser));
    let filled = named.as_ref().unwrap_or(filled);
    html! {
        form.form method="post" action=(DEVICES) novalidate
            data-push=(key) data-worker=(WORKER) data-scope=(SCOPE)
            data-denied=(words.t("notice-push-denied")) data-failed=(words.t("notice-push-failed")) {
            (form::csrf())
            (form::hidden("endpoint", ""))
            (form::hidden("key", ""))
            (form::hidden("secret", ""))
            div.form hidden data-push-ready {
                p { (words.t("notice-push-text")) }
                (form::text("name", words.t("notice-push-name")).hint(words.t("notice-push-name-hint"))
                    .max(push::LONGEST_NAME as u32).show(filled))
                (form::actions(form::submit(&words.t("notice-push-add"))))
                p.form-message role="alert" data-push-message {}
            }
            div data-push-unsupported {
                (parts::alert(Tone::Info, &words.t("notice-push-unsupported"), html! {
                    p { (words.t("notice-push-unsupported-text")) }
                }))
            }
        }
        script defer src=(ui::assets::asset_url("push.js")) {}
    }
}

fn wishes(words: &'static Words, wishes: Wishes) -> Markup {
    let all =
        [("accesses", wishes.accesses), ("documents", wishes.documents), ("represented", wishes.represented)];
    let empty = Filled::empty(words);
    let wanted = all.iter().filter(|(_, wanted)| *wanted);
    let filled = wanted.fold(empty, |filled, (word, _)| filled.with("of", *word));
    let of =
        all.iter().map(|(word, _)| form::Choice::new(*word, words.t(&format!("notice-of-{word}")))).collect();
    form::post(
        NOTICES,
        &filled,
        html! {
            (form::checkboxes("of", words.t("notice-of-what"), of).optional().show(&filled))
            p { (words.t("notice-always")) }
            (form::actions(form::submit(&words.t("notice-save"))))
        },
    )
}

/// The pages in their states, for the test that looks at every page.
#[must_use]
pub fn samples(visit: &Visit) -> Vec<(&'static str, Page)> {
    let empty = Filled::empty(Words::to(visit));
    let services = Services::read(push::USUAL).unwrap_or_default();
    let site = Site { name: "Carnet", origin: "https://carnet.example.org" };
    let offer = Offer { site, email: true, services: &services, browser: "Firefox, Android", here: None };
    let no_service = Services::default();
    let nothing = Offer { email: false, services: &no_service, ..offer };
    let here = Offer { here: Some(1), ..offer };
    let asked = Asked {
        address: "camille@example.org".into(),
        code: "ABCD-EFGH".into(),
        at: visit.now.plus(-60 * Instant::SECOND),
    };
    let confirmed =
        Choice { address: Some(asked.address.clone()), wishes: Wishes::FIRST, ..Choice::default() };
    let waiting = Choice { asked: Some(asked.clone()), ..Choice::default() };
    let both = Choice { asked: Some(asked), ..confirmed.clone() };
    let represented = Choice { wishes: Wishes { represented: true, ..Wishes::FIRST }, ..confirmed.clone() };
    let device = |id: i64, name: &str| Device {
        id,
        at: visit.now.plus(-id * Instant::DAY),
        says: Says {
            name: name.into(),
            endpoint: String::new(),
            key: String::new(),
            secret: String::new(),
            bound_to: String::new(),
            language: String::new(),
        },
    };
    let two = [device(1, "Firefox, Android"), device(2, "L’ordinateur <de la maison>")];
    let sample = |choice: &Choice, devices: &[Device], filled: &Filled, offer: &Offer<'_>| {
        let chosen = Chosen { choice: choice.clone(), devices: devices.to_vec() };
        page(visit, &Seen { chosen: &chosen, key: "BCVxsr7N", offer }, filled)
    };
    let none = Choice::default();
    let wrong = |field: &'static str, typed: &str, refusal: &Refusal| {
        empty.clone().with(field, typed).refused(refusal)
    };
    let typed = wrong("address", "camille@", &Refusal::invalid("notice-address", "address", ""));
    let guessed = wrong("code", "", &Refusal::invalid("notice-code", "code", ""));
    let nameless = wrong("name", "", &Refusal::invalid("push-name", "name", ""));
    let foreign = wrong("name", "Opera", &Refusal::new(kernel::RefusalKind::Invalid, "push-service", ""));
    vec![
        ("none", sample(&none, &[], &empty, &offer)),
        ("no-relay", sample(&none, &[], &empty, &nothing)),
        ("address-wrong", sample(&none, &[], &typed, &offer)),
        ("code", sample(&waiting, &[], &empty, &offer)),
        ("code-wrong", sample(&waiting, &[], &guessed, &offer)),
        ("confirmed", sample(&confirmed, &[], &empty, &offer)),
        ("another", sample(&both, &[], &empty, &offer)),
        ("represented", sample(&represented, &[], &empty, &offer)),
        ("devices", sample(&none, &two, &empty, &offer)),
        ("device-here", sample(&confirmed, &two, &empty, &here)),
        ("device-nameless", sample(&none, &[], &nameless, &offer)),
        ("device-service", sample(&none, &two, &foreign, &offer)),
    ]
}
