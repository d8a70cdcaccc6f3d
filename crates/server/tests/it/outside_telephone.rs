//! Professionals sign in on their telephones at an outside provider (CIBA): a second Carnet is the provider.

use kernel::Instant;
use synthetic::professionals;

use crate::harness::{Browser, Seen, World};
use crate::openid_service::doctor;
use crate::outside_carnet::two;
use crate::people_of::register;

const CALL: &str = "/sign-in/telephone/carnet";
const WAITING: &str = "/sign-in/waiting";

fn later(worlds: [&World; 2], seconds: i64) {
    for world in worlds {
        world.house.clock.advance(seconds * Instant::SECOND);
    }
}

/// She types a number, and is sent to wait.
fn calls(here: &Browser, typed: &str) -> Seen {
    let form = here.get(&format!("{CALL}?next=%2Fpro%2Faccount"));
    form.has_status(200);
    here.post(&form, CALL, &[("rpps", typed), ("next", "/pro/account")])
}

/// The number that her browser shows while it waits.
fn shown(page: &Seen) -> String {
    page.has_status(200);
    let main = page.text.split_once("<main").unwrap().1;
    let digits: Vec<char> = main.chars().collect();
    let four = digits.windows(6).find(|six| {
        !six[0].is_alphanumeric() && six[1..5].iter().all(char::is_ascii_digit) && !six[5].is_alphanumeric()
    });
    four.map(|six| six[1..5].iter().collect()).unwrap_or_else(|| panic!("no number in {main}"))
}

/// She answers the request that waits for her at the provider, where the same number is shown.
fn answers(telephone: &Browser, number: &str, word: &str) {
    let page = telephone.get("/pro/approvals");
    page.says(number);
    let id = page.text.split("name=\"id\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    telephone.post(&page, "/pro/approvals/answer", &[("id", id), ("answer", word)]).has_status(303);
}

#[test]
fn she_signs_in_with_what_she_approves_on_her_telephone() {
    two(|provider, client| {
        let (rpps, telephone) = doctor(provider, 0);
        let who = professionals::doctor(1, 0);
        register(client, &[&who]);
        let here = client.browser();
        here.get("/pro/sign-in").says("Approuver sur mon téléphone");
        here.get("/sign-in").does_not_say("/sign-in/telephone/");
        let typed = format!("8 {} {}", &rpps.as_str()[..4], &rpps.as_str()[4..]);
        let called = calls(&here, &typed);
        called.has_status(303);
        assert_eq!(called.location.as_deref(), Some(WAITING));
        let number = shown(&here.get(WAITING));
        // Another browser waits for nothing.
        assert_eq!(client.browser().get(WAITING).location.as_deref(), Some("/pro/sign-in"));
        later([provider, client], 2);
        assert_eq!(shown(&here.get(WAITING)), number, "nothing yet");
        answers(&telephone, &number, "approve");
        assert_eq!(shown(&here.get(WAITING)), number, "the provider is not asked before it may be");
        later([provider, client], 2);
        let arrived = here.get(WAITING);
        arrived.has_status(303);
        assert_eq!(arrived.location.as_deref(), Some("/pro/account"));
        let account = here.get("/pro/account");
        account.has_status(200);
        account.says(&who.display());
        account.says("Connexion avec le premier Carnet");
        // The same answer opens nothing again.
        assert_eq!(here.get(WAITING).location.as_deref(), Some("/pro/sign-in"));
    });
}

#[test]
fn she_refuses_and_nobody_is_in() {
    two(|provider, client| {
        let (rpps, telephone) = doctor(provider, 0);
        register(client, &[&professionals::doctor(1, 0)]);
        let here = client.browser();
        calls(&here, rpps.as_str()).has_status(303);
        let number = shown(&here.get(WAITING));
        answers(&telephone, &number, "refuse");
        later([provider, client], 2);
        here.get(WAITING).has_status(400);
        assert_eq!(here.get(WAITING).location.as_deref(), Some("/pro/sign-in"), "and nothing is waited for");
        assert!(here.get("/pro").location.is_some_and(|to| to.starts_with("/pro/sign-in")));
    });
}

#[test]
fn a_telephone_is_not_rung_by_what_is_no_number_nor_without_end() {
    two(|provider, client| {
        let (rpps, _) = doctor(provider, 0);
        let here = client.browser();
        for typed in ["", "12", "10001045368", "Claire Moreau"] {
            let seen = calls(&here, typed);
            seen.has_status(422);
            seen.says("role=\"alert\"");
        }
        // Whom the provider does not know: one answer with her who refuses.
        calls(&here, &professionals::doctor(1, 7).rpps).has_status(400);
        // Three wait at the provider; it takes no more, and after five calls she waits here.
        let statuses: Vec<u16> = (0..6).map(|_| calls(&here, rpps.as_str()).status).collect();
        assert_eq!(&statuses[..3], [303, 303, 303]);
        assert_eq!(statuses[5], 429, "{statuses:?}");
        here.get("/sign-in/telephone/inconnu").has_status(404);
    });
}

#[test]
fn who_does_not_answer_in_time_begins_again() {
    two(|provider, client| {
        let (rpps, _) = doctor(provider, 0);
        let here = client.browser();
        calls(&here, rpps.as_str()).has_status(303);
        later([provider, client], 121);
        assert_eq!(here.get(WAITING).location.as_deref(), Some("/pro/sign-in"));
    });
}
