//! « Donner un code » : a code that she hands over at a visit, to be typed or scanned.

use fast_qr::{ECL, QRBuilder};
use std::collections::BTreeMap;

use kernel::rpps::Rpps;
use kernel::{Answer, Chance, Fault, Instant, Refusal, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::form::{self, Choice, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card, Tone};
use ui::{Words, dates};

use super::ask::{DO, propose};
use super::{SHARING, below, deciding, owner};
use crate::consent::{self, Action, Lend, Lent, Loan, Sharing};
use crate::registry;

/// Making one, and those that were made.
pub const CODE: &str = "/sharing/code";

/// How long a professional may read, in minutes: a visit, an hour, a day, a week, a month.
const TIMES: [u32; 5] = [15, 60, 1_440, 10_080, 43_200];

/// How many professionals may type it.
const USES: [u32; 4] = [1, 2, 5, 20];

/// A code can be typed for as long as it lets somebody read, and for an hour at least: a waiting room takes its time.
const USABLE_AT_LEAST: u32 = 60;

/// `GET /sharing/code`: the form, and the codes that can still be typed.
///
/// # Errors
/// As `consent::open`.
pub fn show(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Page> {
    let (_, sharing) = deciding(tx, visit)?;
    let who = who_typed(tx, &sharing)?;
    Ok(page(visit, (&sharing, &who), &Filled::empty(Words::to(visit))))
}

/// Those who typed a code of hers, as far as she who looks may know: names by RPPS number.
fn who_typed(tx: &mut Tx<'_>, sharing: &Sharing) -> Answer<BTreeMap<String, String>> {
    let mut who: BTreeMap<String, String> = BTreeMap::new();
    for rpps in sharing.typed.values().flat_map(BTreeMap::keys) {
        let Some(known) = Rpps::parse(rpps).filter(|_| !who.contains_key(rpps)) else { continue };
        if let Some(known) = registry::professional(tx, &known)? {
            who.insert(rpps.clone(), known.professional.name);
        }
    }
    Ok(who)
}

/// `POST /sharing/code`: makes one and shows it, this once. `origin` is the address of this house.
///
/// # Errors
/// As `consent::open`, [`consent::lend`]; what is wrong with the form comes back in it.
pub fn make(tx: &mut Tx<'_>, visit: &Visit, filled: Filled, origin: &str, chance: &Chance) -> Answer<Page> {
    let pass = consent::open(tx, visit, owner(visit)?, Action::ManageSharing)?;
    let sharing = consent::sharing(tx, &pass)?;
    let number = |name: &str, of: &[u32]| filled.value(name).parse().ok().filter(|n| of.contains(n));
    let lent = match (number("minutes", &TIMES), number("uses", &USES)) {
        (Some(minutes), Some(uses)) => {
            let asked = Lend { usable_minutes: minutes.max(USABLE_AT_LEAST), minutes, uses };
            consent::lend(tx, &pass, asked, chance)
        }
        (None, _) => Err(Refusal::invalid("choose", "minutes", "no such time")),
        (_, None) => Err(Refusal::invalid("choose", "uses", "no such number")),
    };
    match lent {
        Ok(lent) => made(visit, &lent, origin),
        Err(refusal) if refusal.fault.is_some() => Err(refusal),
        Err(refusal) => {
            let filled = filled.refused(&refusal);
            let who = who_typed(tx, &sharing)?;
            Ok(page(visit, (&sharing, &who), &filled).refilled(&filled))
        }
    }
}

pub(super) fn page(
    visit: &Visit,
    (sharing, who): (&Sharing, &BTreeMap<String, String>),
    filled: &Filled,
) -> Page {
    let words = filled.words();
    let title = words.t("consent-code");
    let times = TIMES.map(|minutes| Choice::new(minutes.to_string(), how_long(words, minutes)));
    let uses = USES.map(|uses| {
        Choice::new(uses.to_string(), words.with("consent-code-uses-n", &[("count", uses.into())]))
    });
    let shown = if filled.has_errors() {
        filled.clone()
    } else {
        filled.clone().with("minutes", "60").with("uses", "1")
    };
    let standing = sharing.loans.iter().rev().filter(|loan| visit.now < loan.usable_until);
    let (live, used): (Vec<&Loan>, Vec<&Loan>) =
        standing.partition(|loan| loan.is_usable(visit.now, sharing.uses(&loan.id)));
    let cards = |loans: &[&Loan]| -> Vec<Card<'static>> {
        loans.iter().map(|loan| card(words, visit, (sharing, who), loan)).collect()
    };
    let body = html! {
        (form::error_summary(filled))
        (below(words, &title, &words.t("consent-code-lead")))
        @if !live.is_empty() {
            (parts::section("live", &words.t("consent-code-live"), parts::cards(&cards(&live))))
        }
        @if !used.is_empty() {
            (parts::section("used", &words.t("lending-used"), html! {
                p { (words.t("lending-used-text")) }
                (parts::cards(&cards(&used)))
            }))
        }
        (parts::section("add", &words.t("consent-code-add"), html! {
            (form::post(CODE, filled, html! {
                (form::radios("minutes", words.t("consent-code-minutes"), times.into()).show(&shown))
                (form::radios("uses", words.t("consent-code-uses"), uses.into()).show(&shown))
                (form::submit(&words.t("consent-code-make")))
            }))
        }))
    };
    Page::new(Nav::citizen(SHARING), title.into_owned(), body)
}

/// A code that she made: since when, what it opens, and who typed it.
fn card(
    words: &Words,
    visit: &Visit,
    (sharing, who): (&Sharing, &BTreeMap<String, String>),
    loan: &Loan,
) -> Card<'static> {
    let when = |at: Instant| dates::moment_near(words, at, visit.now);
    let made = when(loan.made);
    // Two of one minute are told apart.
    let is_alone = sharing.loans.iter().filter(|other| when(other.made) == made).count() < 2;
    let named = if is_alone {
        words.with("consent-code-made", &[("when", made.into())])
    } else {
        let second = loan.made.0.div_euclid(Instant::SECOND).rem_euclid(60);
        words.with("lending-made-second", &[("when", made.into()), ("second", second.into())])
    }
    .into_owned();
    let used = sharing.uses(&loan.id);
    let typed = sharing.typed.get(&loan.id).into_iter().flat_map(BTreeMap::keys);
    let typed: Vec<&str> = typed.filter_map(|rpps| who.get(rpps)).map(String::as_str).collect();
    let mut card = Card::plain(named.clone()).icon(ui::icons::Icon::Key).line(
        words.with("consent-code-reads", &[("time", how_long(words, loan.minutes).into())]).into_owned(),
    );
    if loan.is_usable(visit.now, used) {
        let until = when(loan.usable_until);
        card = card.line(words.with("consent-code-until", &[("when", until.into())]).into_owned());
    }
    let times = [("used", used.into()), ("uses", loan.uses.into())];
    card = card.line(words.with("consent-code-used", &times).into_owned());
    if !typed.is_empty() {
        card = card.line(words.with("lending-by", &[("names", typed.join(", ").into())]).into_owned());
    }
    let fields = [(DO, "loan-end"), ("loan", loan.id.as_str())];
    card.actions(propose(&words.t("consent-code-end"), &named, &fields))
}

/// `1 heure`, `7 jours`.
fn how_long(words: &Words, minutes: u32) -> String {
    let (key, count) = match minutes {
        m if m.is_multiple_of(1_440) => ("consent-days", m / 1_440),
        m if m.is_multiple_of(60) => ("consent-hours", m / 60),
        m => ("consent-minutes", m),
    };
    words.with(key, &[("count", count.into())]).into_owned()
}

/// The code, to be read aloud, copied, scanned or printed.
pub(super) fn made(visit: &Visit, lent: &Lent, origin: &str) -> Answer<Page> {
    let words = Words::to(visit);
    let loan = &lent.loan;
    let title = words.t("consent-code-yours");
    let address = consent::loan_address(origin, &lent.code);
    let typed_at = address.split('#').next().unwrap_or_default().to_owned();
    let until = dates::moment_near(words, loan.usable_until, visit.now);
    let body = html! {
        (below(words, &title, &words.t("consent-code-yours-lead")))
        (parts::paper(html! {
            (parts::secret("code", &lent.code))
            p { (words.with("consent-code-type", &[("address", typed_at.into())])) }
            (parts::qr(&words.t("consent-code-qr"), drawing(&address)?, html! { (words.t("consent-code-scan")) }))
            ul {
                li { (words.with("consent-code-reads", &[("time", how_long(words, loan.minutes).into())])) }
                li { (words.with("consent-code-until", &[("when", until.into())])) }
                li { (words.with("consent-code-uses-n", &[("count", loan.uses.into())])) }
            }
        }))
        (parts::alert(Tone::Warning, &words.t("consent-code-once"), html! {
            p { (words.t("consent-code-once-text")) }
        }))
        div.actions.no-print {
            (parts::copy_button(words, "code"))
            (parts::print_button(words))
            (propose(&words.t("consent-code-end"), "", &[(DO, "loan-end"), ("loan", loan.id.as_str())]))
            a.ds-link href=(SHARING) { (words.t("consent-code-back")) }
        }
    };
    Ok(Page::new(Nav::citizen(SHARING), title.into_owned(), body))
}

/// Light border of a QR code, in modules (ISO/IEC 18004 §9.1).
const QUIET: usize = 4;

/// A text as a QR code: one path of squares, sharp at any size.
fn drawing(text: &str) -> Result<Markup, Fault> {
    let code = QRBuilder::new(text).ecl(ECL::M).build();
    let code = code.map_err(|e| Fault::Internal(format!("qr code: {e:?}")))?;
    let mut path = String::new();
    for y in 0..code.size {
        for x in (0..code.size).filter(|x| code[y][*x].value()) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    let side = code.size + 2 * QUIET;
    Ok(html! {
        svg viewBox={ "0 0 " (side) " " (side) } shape-rendering="crispEdges" aria-hidden="true" focusable="false" {
            path d=(path) fill="#000" {}
        }
    })
}

#[cfg(test)]
mod tests {
    use kernel::{Actor, PersonId, Purpose};

    use super::*;
    use crate::consent::pages::samples;
    use crate::testing;

    #[test]
    fn a_code_that_is_used_up_stands_apart_with_whoever_typed_it_and_two_of_a_minute_differ() {
        let actor = Actor::Citizen { person: PersonId(7), name: "Odette ROY".into() };
        let visit = testing::visit(actor, Purpose::Own, Instant(1_795_334_412_000_000));
        let pages = samples(&visit);
        let (_, page) = pages.iter().find(|(name, _)| *name == "code-used").unwrap();
        let text = &page.body.0;
        let (live, used) = text.split_once("Codes déjà utilisés").unwrap();
        assert!(live.contains("Utilisé 1 fois sur 2") && !live.contains("sur 1"), "{live}");
        assert!(used.contains("Utilisé 1 fois sur 1"), "{used}");
        assert!(used.contains("Tapé par\u{a0}: Dr Claire &lt;MOREAU&gt;"), "{used}");
        assert_eq!(text.matches(" s</").count(), 4, "the cards and their buttons say their second: {text}");
    }

    #[test]
    fn a_qr_code_has_its_three_corners_and_its_border() {
        let drawn = drawing("https://carnet.example/pro/code#ABCD-EFGH").unwrap().into_string();
        // Version 3: 29 modules and twice the border.
        assert!(drawn.contains("viewBox=\"0 0 37 37\""), "{drawn}");
        for corner in ["M4 4h", "M32 4h", "M4 32h"] {
            assert!(drawn.contains(corner), "{corner}");
        }
        assert!(!drawn.contains("M3 ") && !drawn.contains("M33 "), "the border is light");
    }
}
