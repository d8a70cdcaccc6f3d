//! The person in her own space, and what the state of a space means for everybody.

use super::theorems;

theorems! {
    /// A closed space is kept for its owner to have back, not to be read (R1111-28 CSP).
    nobody_reads_a_space_that_is_not_open:
    r#"
    forbid (
        principal,
        action in [
            Action::"readRecord", Action::"readIdentity", Action::"readJournal", Action::"indexDocument",
            Action::"announceResult"
        ],
        resource is Space
    ) when { resource.state != "open" };
    forbid (principal, action == Action::"readEntry", resource is Entry) when { resource.space.state != "open" };
    "#
    but not
    r#"
    forbid (
        principal,
        action in [Action::"readRecord", Action::"readIdentity", Action::"readJournal", Action::"exportSpace"],
        resource is Space
    ) when { resource.state != "open" };
    "#

    /// The operator may have it reopened, or sealed for her, when she asks; nobody else comes near.
    a_closed_space_is_only_its_owners_and_the_operator_reads_nothing_in_it:
    r#"
    forbid (principal, action, resource is Space)
    when {
        resource.state == "closed" &&
        !(principal is Citizen && principal == resource.owner && action == Action::"reopenSpace") &&
        !(principal is Operator &&
            [
                Action::"reopenSpace", Action::"exportSpace", Action::"enterGuardian", Action::"readGuardians",
                Action::"readReports", Action::"answerReport"
            ].contains(action))
    };
    "#
    but not
    r#"
    forbid (principal, action, resource is Space)
    when { resource.state == "closed" && !(principal is Citizen && principal == resource.owner) };
    "#

    /// What is destroyed stays so.
    nobody_does_anything_in_an_erased_space:
    r#"
    forbid (principal, action, resource is Space) when { resource.state == "erased" };
    forbid (principal, action, resource is Entry) when { resource.space.state == "erased" };
    "#
    but not
    r#"forbid (principal, action, resource is Space) when { resource.state == "announced" };"#

    /// Opposition holds until she herself asks for a space, at a desk (R1111-28 CSP).
    an_opposed_space_is_opened_at_a_desk_and_nothing_else:
    r#"
    forbid (principal, action, resource is Space)
    when {
        resource.state == "opposed" &&
        ![Action::"openAtDesk", Action::"enterGuardian", Action::"readGuardians"].contains(action)
    };
    "#
    but not
    r#"forbid (principal, action, resource is Space) when { resource.state == "opposed" };"#

    /// One person is one space.
    a_citizen_reaches_no_space_but_her_own:
    r#"
    forbid (principal is Citizen, action, resource is Space) when { principal != resource.owner };
    forbid (principal is Citizen, action, resource is Entry) when { principal != resource.space.owner };
    "#
    but not
    r#"forbid (principal is Acting, action, resource is Space) when { principal.self != resource.owner };"#

    /// L1111-14, R1111-27 CSP: hidden, secret, kept, whoever wrote it.
    she_reads_all_that_is_hers_but_what_waits_for_an_announcement:
    r#"
    permit (principal is Citizen, action == Action::"readEntry", resource is Entry)
    when {
        principal == resource.space.owner && resource.space.state == "open" && !resource.notYetForPatient
    };
    "#
    but not
    r#"
    permit (principal is Citizen, action == Action::"readEntry", resource is Entry)
    when { principal == resource.space.owner && resource.space.state == "open" };
    "#

    /// R1111-42 CSP: bad news is told by somebody, not found.
    what_waits_for_an_announcement_reaches_neither_her_nor_who_acts_for_her:
    r#"
    forbid (principal is Citizen, action == Action::"readEntry", resource is Entry)
    when { resource.notYetForPatient };
    forbid (principal is Acting, action == Action::"readEntry", resource is Entry)
    when { resource.notYetForPatient };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when { resource.notYetForPatient };
    "#

    /// L1111-14 CSP: whatever she decided about others, and at any age (art. 15 GDPR), her space stays hers.
    in_her_open_space_she_reads_and_sees_who_looked:
    r#"
    permit (
        principal is Citizen,
        action in [
            Action::"readRecord", Action::"readIdentity", Action::"readJournal", Action::"addDocument",
            Action::"withdrawDocument", Action::"manageAccess", Action::"exportSpace"
        ],
        resource is Space
    ) when { principal == resource.owner && resource.state == "open" };
    "#
    but not
    r#"
    permit (principal is Citizen, action == Action::"manageDelegation", resource is Space)
    when { principal == resource.owner && resource.state == "open" };
    "#

    /// L1111-5 CSP: who may keep something from her parents may show it to whom she wants.
    from_the_age_of_secrets_she_decides_who_looks:
    r#"
    permit (principal is Citizen, action == Action::"manageSharing", resource is Space)
    when {
        principal == resource.owner && resource.state == "open" &&
        (resource.age >= resource.secretAge || !resource.minor)
    };
    "#
    but not
    r#"
    permit (principal is Citizen, action == Action::"manageSharing", resource is Space)
    when { principal == resource.owner && resource.state == "open" };
    "#

    /// L1111-2 CSP: those who hold parental authority do.
    before_that_age_she_does_not_decide_who_looks:
    r#"
    forbid (principal is Citizen, action == Action::"manageSharing", resource is Space)
    when { resource.minor && resource.age < resource.secretAge };
    "#
    but not
    r#"
    forbid (principal, action == Action::"manageSharing", resource is Space)
    when { resource.minor && resource.age < resource.secretAge };
    "#

    /// L1111-2 CSP.
    a_minor_neither_closes_her_space_nor_has_it_back:
    r#"
    forbid (principal is Citizen, action in [Action::"closeSpace", Action::"reopenSpace"], resource is Space)
    when { resource.minor };
    "#
    but not
    r#"
    forbid (principal is Citizen, action in [Action::"exportSpace", Action::"closeSpace"], resource is Space)
    when { resource.minor };
    "#

    /// R1111-28 CSP: at any time.
    of_age_she_closes_her_space:
    r#"
    permit (principal is Citizen, action == Action::"closeSpace", resource is Space)
    when { principal == resource.owner && resource.state == "open" && !resource.minor };
    "#
    but not
    r#"
    permit (principal is Citizen, action == Action::"closeSpace", resource is Space)
    when { principal == resource.owner && resource.state == "open" };
    "#

    /// For ten years (R1111-28 CSP).
    her_closed_space_is_given_back_to_her:
    r#"
    permit (principal is Citizen, action == Action::"reopenSpace", resource is Space)
    when { principal == resource.owner && resource.state == "closed" && !resource.minor };
    "#
    but not
    r#"
    permit (principal is Citizen, action == Action::"reopenSpace", resource is Space)
    when { principal == resource.owner && resource.state == "opposed" && !resource.minor };
    "#

    /// Art. 1145, 1146 Code civil.
    of_age_and_only_then_she_chooses_who_acts_for_her:
    r#"forbid (principal is Citizen, action == Action::"manageDelegation", resource is Space)
    when { resource.minor };"#
    but not
    r#"forbid (principal is Citizen, action == Action::"keepSecret", resource is Space) when { resource.minor };"#

    /// The other half.
    of_age_she_may_ask_anybody_for_help:
    r#"
    permit (principal is Citizen, action == Action::"manageDelegation", resource is Space)
    when { principal == resource.owner && resource.state == "open" && !resource.minor };
    "#
    but not
    r#"
    permit (principal is Citizen, action == Action::"manageDelegation", resource is Space)
    when { principal == resource.owner && resource.state == "open" && resource.age >= 17 };
    "#

    /// L1111-5 CSP.
    from_the_age_of_secrets_she_keeps_them_by_herself:
    r#"
    permit (principal is Citizen, action == Action::"keepSecret", resource is Space)
    when { principal == resource.owner && resource.state == "open" && resource.age >= resource.secretAge };
    "#
    but not
    r#"
    permit (principal is Citizen, action == Action::"keepSecret", resource is Space)
    when { principal == resource.owner && resource.state == "open" && resource.age >= 15 };
    "#

    /// Below that age the author of a document says so for her.
    below_that_age_she_does_not_keep_secrets_by_herself:
    r#"
    forbid (principal, action == Action::"keepSecret", resource is Space) when { resource.age < resource.secretAge };
    "#
    but not
    r#"forbid (principal, action == Action::"keepSecret", resource is Space) when { resource.age < 15 };"#
}
