//! Apps that she connected, and who connects them.

use super::theorems;
use crate::house;

theorems! {
    /// Art. 6, 7 GDPR: no word of hers, no data; and when the word ends, at once.
    without_a_connection_that_holds_an_app_reaches_nothing:
    r#"
    forbid (principal is App, action, resource is Space) when { !resource.connected.contains(principal) };
    forbid (principal is App, action, resource is Entry) when { !resource.space.connected.contains(principal) };
    "#
    but not
    r#"
    forbid (principal is App, action, resource is Space) when { !principal.scope.contains("documents") };
    "#

    /// Documents of the families that she ticked, with the word « documents ».
    an_app_reads_no_document_that_it_was_not_granted:
    r#"
    forbid (principal is App, action == Action::"readEntry", resource is Entry)
    when {
        !(principal.scope.contains("documents") &&
            (principal.allFamilies || principal.families.contains(resource.classCode)))
    };
    "#
    but not
    r#"
    forbid (principal is App, action == Action::"readEntry", resource is Entry)
    when { !principal.families.contains(resource.classCode) };
    "#

    /// Where nothing of it was granted, an app does not learn so much as that there is none.
    an_app_opens_no_record_without_documents_granted:
    r#"
    forbid (principal is App, action == Action::"readRecord", resource is Space)
    when { !principal.scope.contains("documents") };
    "#
    but not
    r#"
    forbid (principal is App, action == Action::"readRecord", resource is Space)
    when { principal.families.isEmpty() };
    "#

    /// Name, date of birth and INS are a grant of their own.
    an_app_does_not_learn_who_she_is_unless_she_granted_that:
    r#"
    forbid (principal is App, action == Action::"readIdentity", resource is Space)
    when { !principal.scope.contains("profile") };
    "#
    but not
    r#"
    forbid (principal is App, action == Action::"readIdentity", resource is Space)
    when { !principal.scope.contains("documents") };
    "#

    /// R1111-28 CSP: what is closed is kept for her to have back.
    an_app_reads_nothing_in_a_space_that_is_not_open:
    r#"
    forbid (principal is App, action, resource is Space) when { resource.state != "open" };
    forbid (principal is App, action, resource is Entry) when { resource.space.state != "open" };
    "#
    but not
    r#"
    forbid (principal is App, action, resource is Space) when { resource.state != "closed" };
    "#

    /// Whatever was granted: whoever holds the telephone reads there.
    an_app_never_reads_what_is_hidden_kept_or_secret:
    r#"
    forbid (principal is App, action == Action::"readEntry", resource is Entry) when { resource.hidden };
    forbid (principal is App, action == Action::"readEntry", resource is Entry) when { resource.kept };
    forbid (principal is App, action == Action::"readEntry", resource is Entry) when { resource.secret };
    "#
    but not
    r#"
    forbid (principal is App, action == Action::"readEntry", resource is Entry) when { resource.byReader };
    "#

    /// R1111-42 CSP: no app tells her first.
    an_app_never_reads_what_waits_for_an_announcement:
    r#"
    forbid (principal is App, action == Action::"readEntry", resource is Entry)
    when { resource.notYetForPatient };
    "#
    but not
    r#"
    forbid (principal is App, action == Action::"readEntry", resource is Entry)
    when { resource.typeCode == "11502-2" };
    "#

    /// The other half: what she granted it reads.
    a_connected_app_reads_what_it_was_granted:
    r#"
    permit (principal is App, action == Action::"readRecord", resource is Space)
    when {
        resource.state == "open" && resource.connected.contains(principal) &&
        principal.scope.contains("documents")
    };
    permit (principal is App, action == Action::"readIdentity", resource is Space)
    when {
        resource.state == "open" && resource.connected.contains(principal) && principal.scope.contains("profile")
    };
    permit (principal is App, action == Action::"readEntry", resource is Entry)
    when {
        resource.space.state == "open" && resource.space.connected.contains(principal) &&
        principal.scope.contains("documents") &&
        (principal.allFamilies || principal.families.contains(resource.classCode)) &&
        !resource.hidden && !resource.kept && !resource.secret && !resource.notYetForPatient
    };
    "#
    but not
    r#"
    permit (principal is App, action == Action::"readEntry", resource is Entry)
    when {
        resource.space.state == "open" && resource.space.connected.contains(principal) &&
        principal.scope.contains("documents") && principal.allFamilies
    };
    "#

    /// Art. 8 GDPR; art. 45 of the law of 6 January 1978.
    from_the_age_of_consent_she_connects_apps_by_herself:
    r#"
    permit (principal is Citizen, action == Action::"connectApp", resource is Space)
    when {
        principal == resource.owner && resource.state == "open" &&
        (resource.age >= resource.appAge || !resource.minor)
    };
    "#
    but not
    r#"
    permit (principal is Citizen, action == Action::"connectApp", resource is Space)
    when { principal == resource.owner && resource.state == "open" && resource.age >= resource.secretAge };
    "#

    /// Before it, those who represent her do.
    below_that_age_she_connects_none_by_herself:
    r#"
    forbid (principal is Citizen, action == Action::"connectApp", resource is Space)
    when { resource.minor && resource.age < resource.appAge };
    "#
    but not
    r#"
    forbid (principal, action == Action::"connectApp", resource is Space)
    when { resource.minor && resource.age < resource.appAge };
    "#

    /// Art. 371-1, 459 Code civil: to represent is more than to help.
    only_a_parent_or_a_guardian_connects_an_app_for_another:
    r#"
    forbid (principal is Acting, action == Action::"connectApp", resource is Space)
    when { !["parent", "guardian"].contains(principal.standing) };
    "#
    but not
    r#"
    forbid (principal is Acting, action == Action::"connectApp", resource is Space)
    when { !principal.scope.contains("sharing") };
    "#

    /// Whatever she was given, and whoever chose her.
    a_delegate_never_connects_an_app:
    r#"
    forbid (principal is Acting, action == Action::"connectApp", resource is Space)
    when { principal.standing == "delegate" };
    "#
    but not
    r#"
    forbid (principal is Acting, action == Action::"manageSharing", resource is Space)
    when { principal.standing == "delegate" };
    "#

    /// An app is connected to a space in use, or not at all.
    nobody_connects_an_app_to_a_space_that_is_not_open:
    r#"
    forbid (principal, action == Action::"connectApp", resource is Space) when { resource.state != "open" };
    "#
    but not
    r#"
    forbid (principal, action == Action::"connectApp", resource is Space) when { resource.age < resource.appAge };
    "#
}

/// The schema itself refuses every other question: neither writing, nor deciding, nor her journal.
#[test]
fn an_app_cannot_even_ask_for_anything_but_to_read() {
    let schema = house::schema();
    let asked: Vec<(String, String)> = house::kinds_of_request(&schema)
        .iter()
        .filter(|kind| kind.principal().to_string() == "App")
        .map(|kind| (kind.action().id().unescaped().to_owned(), kind.resource().to_string()))
        .collect();
    let expected = [("readEntry", "Entry"), ("readIdentity", "Space"), ("readRecord", "Space")];
    assert_eq!(asked, expected.map(|(action, resource)| (action.to_owned(), resource.to_owned())));
}

/// Nor does anybody else ask to connect one: no professional, software or operator, and no app.
#[test]
fn only_citizens_and_those_who_act_for_them_can_ask_to_connect_an_app() {
    let schema = house::schema();
    let who: Vec<String> = house::kinds_of_request(&schema)
        .iter()
        .filter(|kind| kind.action().id().unescaped() == "connectApp")
        .map(|kind| kind.principal().to_string())
        .collect();
    assert_eq!(who, ["Acting", "Citizen"]);
}
