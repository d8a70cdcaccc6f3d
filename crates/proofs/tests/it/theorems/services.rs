//! Software, operators, and the tasks of the service itself.

use super::theorems;
use crate::house;

theorems! {
    /// A sender may check what it sent.
    software_never_reads_what_it_did_not_send:
    r#"
    forbid (principal is Software, action == Action::"readEntry", resource is Entry)
    when { !resource.byReader };
    "#
    but not
    r#"
    forbid (principal is Software, action == Action::"readEntry", resource is Entry)
    when { resource.secret };
    "#

    /// And that it may always, while the space is open.
    software_reads_back_what_it_sent:
    r#"
    permit (principal is Software, action == Action::"readEntry", resource is Entry)
    when { resource.byReader && resource.space.state == "open" };
    permit (
        principal is Software,
        action in [Action::"readRecord", Action::"withdrawDocument", Action::"amendDocument"],
        resource is Space
    ) when { resource.state == "open" };
    "#
    but not
    r#"
    permit (principal is Software, action == Action::"readEntry", resource is Entry)
    when { resource.byReader };
    "#

    /// R1111-47 CSP: for a legitimate motive.
    whom_she_opposes_feeds_her_no_more:
    r#"
    forbid (principal is Software, action == Action::"depositDocument", resource is Space)
    when { resource.refusedSenders.contains(principal.organization) };
    "#
    but not
    r#"
    forbid (principal is Software, action, resource is Space)
    when { resource.refusedSenders.contains(principal.organization) };
    "#

    /// R1111-47 CSP: feeding needs no authorisation.
    whom_she_does_not_oppose_feeds_her_open_space:
    r#"
    permit (principal is Software, action == Action::"depositDocument", resource is Space)
    when { resource.state == "open" && !resource.refusedSenders.contains(principal.organization) };
    "#
    but not
    r#"
    permit (principal is Software, action == Action::"depositDocument", resource is Space)
    when { resource.state == "open" };
    "#

    /// No deposit is taken for a space that is not in use.
    nobody_feeds_a_space_that_is_not_open:
    r#"
    forbid (
        principal,
        action in [
            Action::"depositDocument", Action::"addDocument", Action::"withdrawDocument", Action::"amendDocument"
        ],
        resource is Space
    ) when { resource.state != "open" };
    "#
    but not
    r#"
    forbid (principal is Operator, action == Action::"exportSpace", resource is Space)
    when { resource.state != "open" };
    "#

    /// The migration feeds, enrolment closes after a death, search takes words: nothing else, nobody else.
    each_task_of_the_service_does_its_own_work_only:
    r#"
    forbid (principal is System, action == Action::"depositDocument", resource is Space)
    when { principal != System::"migration" };
    forbid (principal is System, action == Action::"closeSpace", resource is Space)
    when { principal != System::"enrolment" };
    forbid (principal is System, action == Action::"indexDocument", resource is Space)
    when { principal != System::"search" };
    "#
    but not
    r#"
    forbid (principal is System, action, resource is Space) when { principal != System::"migration" };
    "#

    /// The other half.
    each_task_of_the_service_does_its_work:
    r#"
    permit (principal == System::"migration", action == Action::"depositDocument", resource is Space)
    when { resource.state == "open" };
    permit (principal == System::"enrolment", action == Action::"closeSpace", resource is Space)
    when { resource.state == "open" };
    permit (principal == System::"search", action == Action::"indexDocument", resource is Space)
    when { resource.state == "open" };
    "#
    but not
    r#"
    permit (principal == System::"search", action == Action::"indexDocument", resource is Space);
    "#

    /// What an operator may, in which state, and no more (R1111-28 CSP).
    an_operator_opens_closes_and_helps_where_the_state_of_the_space_lets_him:
    r#"
    forbid (
        principal is Operator,
        action in [Action::"closeSpace", Action::"assistAtDesk"],
        resource is Space
    ) when { resource.state != "open" };
    forbid (principal is Operator, action == Action::"reopenSpace", resource is Space)
    when { resource.state != "closed" };
    forbid (principal is Operator, action == Action::"openAtDesk", resource is Space)
    when { resource.state != "announced" && resource.state != "opposed" };
    forbid (
        principal is Operator,
        action in [Action::"exportSpace", Action::"readReports", Action::"answerReport"],
        resource is Space
    ) when { resource.state != "open" && resource.state != "closed" };
    forbid (
        principal is Operator,
        action in [Action::"enterGuardian", Action::"readGuardians"],
        resource is Space
    ) when { resource.state == "erased" };
    "#
    but not
    r#"
    forbid (principal is Operator, action == Action::"openAtDesk", resource is Space)
    when { resource.state != "announced" };
    "#

    /// The other half: nobody is stranded who has no device.
    an_operator_can_do_what_the_law_wants_done:
    r#"
    permit (
        principal is Operator,
        action in [
            Action::"closeSpace", Action::"exportSpace", Action::"assistAtDesk", Action::"readReports",
            Action::"answerReport"
        ],
        resource is Space
    ) when { resource.state == "open" };
    permit (
        principal is Operator,
        action in [
            Action::"reopenSpace", Action::"exportSpace", Action::"readReports", Action::"answerReport"
        ],
        resource is Space
    ) when { resource.state == "closed" };
    permit (principal is Operator, action == Action::"openAtDesk", resource is Space)
    when { resource.state == "announced" || resource.state == "opposed" };
    permit (
        principal is Operator,
        action in [Action::"enterGuardian", Action::"readGuardians"],
        resource is Space
    ) when { resource.state != "erased" };
    "#
    but not
    r#"
    permit (principal is Operator, action == Action::"exportSpace", resource is Space)
    when { resource.state == "opposed" };
    "#
}

/// What is read of a space; a register of guardians and a line that she handed over herself are not.
const READING: [&str; 4] = ["readEntry", "readIdentity", "readJournal", "readRecord"];

/// What a type of principal can ask to read. The schema itself refuses the question to those who are not here.
fn reads(principal: &str) -> Vec<String> {
    let schema = house::schema();
    house::kinds_of_request(&schema)
        .iter()
        .filter(|kind| kind.principal().to_string() == principal)
        .map(|kind| kind.action().id().unescaped().to_owned())
        .filter(|action| READING.contains(&action.as_str()))
        .collect()
}

#[test]
fn operators_and_tasks_cannot_even_ask_to_read() {
    assert_eq!(reads("Operator"), [""; 0]);
    assert_eq!(reads("System"), [""; 0]);
    assert_eq!(reads("Software"), ["readEntry", "readRecord"]);
    assert_eq!(reads("App"), ["readEntry", "readIdentity", "readRecord"]);
    assert_eq!(reads("Citizen"), READING);
    // No professional reads the journal, which says who else treats her.
    assert_eq!(reads("Professional"), ["readEntry", "readIdentity", "readRecord"]);
    assert_eq!(reads("Acting"), READING);
}

/// A new word for reading would slip past the theorems that name those that there are.
#[test]
fn every_action_that_reads_is_known_here() {
    let schema = house::schema();
    let mut names: Vec<String> = schema.actions().map(|action| action.id().unescaped().to_owned()).collect();
    names.retain(|name| name.starts_with("read") && !READING.contains(&name.as_str()));
    names.sort();
    assert_eq!(names, ["readGuardians", "readReports"]);
}
