//! A sender says anew, over FHIR, who may see what it sent (PDSm flow 03): her mother finds it no more, then again.

use reqwest::blocking::Response;
use serde_json::{Value, json};

use crate::acting::{Home, MOTHER, TEENAGER, switch};
use crate::harness::{World, on_both};

const SECRET: &str = "INVISIBLE_REPRESENTANTS_LEGAUX";

fn operation(part: &Value) -> Value {
    json!({"resourceType": "Parameters", "parameter": [{"name": "operation", "part": part}]})
}

fn adding(code: &str) -> Value {
    operation(&json!([
        {"name": "type", "valueCode": "add"},
        {"name": "path", "valueString": "DocumentReference"},
        {"name": "name", "valueString": "securityLabel"},
        {"name": "value", "valueCodeableConcept": {"coding": [{"code": code}]}},
    ]))
}

fn removing(code: &str) -> Value {
    operation(&json!([
        {"name": "type", "valueCode": "delete"},
        {"name": "path", "valueString": format!("DocumentReference.securityLabel.where(coding.code='{code}')")},
    ]))
}

fn patches(home: &Home, address: &str, change: &Value, version: Option<&str>) -> Response {
    let laboratory = &home.laboratory;
    let request = laboratory.browser.client.patch(format!("{}{address}", laboratory.browser.base));
    let request = request.bearer_auth(&laboratory.token).header("content-type", "application/fhir+json");
    let request = match version {
        Some(version) => request.header("if-match", version),
        None => request,
    };
    request.body(change.to_string()).send().unwrap()
}

fn etag(response: &Response) -> String {
    response.headers()["etag"].to_str().unwrap().to_owned()
}

fn her_mother_reads(home: &Home, world: &World, entry: &str) -> u16 {
    let mother = home.browser(world, MOTHER);
    switch(&mother, &home.ids[TEENAGER].to_string());
    mother.get(&format!("/documents/{entry}")).status
}

#[test]
fn who_may_see_a_document_is_said_anew_by_its_sender() {
    on_both(|world| {
        let home = Home::of(world);
        let lea = home.family.teenager.clone();
        let entry = home.deposit(world, &lea, 1, false);
        let address = format!("/fhir/DocumentReference/{entry}");
        assert_eq!(her_mother_reads(&home, world, &entry), 200);
        let first = patches(&home, &address, &adding(SECRET), None);
        let version = etag(&first);
        assert_eq!(first.status(), 200);
        assert!(first.text().unwrap().contains(SECRET));
        assert_eq!(her_mother_reads(&home, world, &entry), 404);
        home.browser(world, TEENAGER).get(&format!("/documents/{entry}")).has_status(200);
        // Found by whose it is: of one document there is no doubt.
        let found = format!("/fhir/DocumentReference?patient={}", home.ids[TEENAGER]);
        let stale = patches(&home, &found, &removing(SECRET), Some("W/\"1\""));
        assert_eq!(stale.status(), 412);
        // A version is named by its moment.
        world.house.clock.advance(kernel::Instant::SECOND);
        let second = patches(&home, &found, &removing(SECRET), Some(&version));
        assert_eq!(second.status(), 200);
        assert_ne!(etag(&second), version);
        assert_eq!(her_mother_reads(&home, world, &entry), 200);
        // Nothing else is changed this way, and nobody else's.
        let status = operation(&json!([
            {"name": "type", "valueCode": "replace"},
            {"name": "path", "valueString": "DocumentReference.status"},
            {"name": "value", "valueCode": "superseded"},
        ]));
        assert_eq!(patches(&home, &address, &status, None).status(), 405);
        assert_eq!(
            patches(&home, "/fhir/DocumentReference/1-0000000000001", &removing(SECRET), None).status(),
            404
        );
        assert_eq!(patches(&home, &found.replace("patient=", "_id="), &removing(SECRET), None).status(), 422);
    });
}
