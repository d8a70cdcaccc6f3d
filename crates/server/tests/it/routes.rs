//! The printed table of routes, and what every door does whoever knocks.

use crate::harness::on_both;

const TABLE: &str = include_str!("../../../../docs/routes.txt");

#[test]
fn the_printed_table_is_the_real_one() {
    let real = server::doors::print();
    assert!(real == TABLE, "run `carnet routes > docs/routes.txt` and look at the difference:\n{real}");
}

#[test]
fn unknown_addresses_and_methods_are_answered_in_the_language_of_their_door() {
    on_both(|world| {
        let browser = world.browser();
        let page = browser.get("/nowhere");
        page.has_status(404);
        page.says("<main");
        let resource = browser.get("/fhir/Nothing/1");
        resource.has_status(404);
        resource.says("OperationOutcome");
        let wrong = browser.client.post(format!("{}/robots.txt", world.base)).send().unwrap();
        assert_eq!(wrong.status(), 405);
    });
}

#[test]
fn every_answer_carries_the_strict_headers() {
    on_both(|world| {
        let response = world.browser().client.get(format!("{}/nowhere", world.base)).send().unwrap();
        let header =
            |name: &str| response.headers().get(name).map(|v| v.to_str().unwrap()).unwrap_or_default();
        assert_eq!(header("content-security-policy"), ui::page::CONTENT_SECURITY_POLICY);
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-request-id").len(), 16);
        assert!(header("set-cookie").contains("HttpOnly"));
    });
}

#[test]
fn a_foreign_host_name_is_not_answered() {
    on_both(|world| {
        let client = world.browser().client;
        let seen =
            client.get(format!("{}/robots.txt", world.base)).header("host", "evil.example").send().unwrap();
        assert_eq!(seen.status(), 404);
    });
}

#[test]
fn the_admin_door_says_that_all_is_well() {
    on_both(|world| {
        let client = world.browser().client;
        for (path, says) in [("/healthz", "ok"), ("/readyz", "ready"), ("/metrics", "carnet_engine")] {
            let text = client.get(format!("{}{path}", world.admin)).send().unwrap().text().unwrap();
            assert!(text.contains(says), "{path}: {text}");
        }
    });
}
