//! Those who act for somebody: parents, guardians, delegates.

use super::theorems;

theorems! {
    /// L1111-5, L1111-5-1 CSP: whatever else is said of her.
    a_legal_representative_never_reaches_a_secret_document:
    r#"
    forbid (principal is Acting, action == Action::"readEntry", resource is Entry)
    when { resource.secret && (principal.standing == "parent" || principal.standing == "guardian") };
    "#
    but not
    r#"
    forbid (principal is Acting, action == Action::"readEntry", resource is Entry)
    when { resource.secret && principal.standing == "delegate" };
    "#

    /// Nor do delegates whom a representative chose.
    a_minors_secret_is_for_nobody_who_acts_for_her_and_later_for_those_whom_she_chose:
    r#"
    forbid (principal is Acting, action == Action::"readEntry", resource is Entry)
    when { resource.secret && (resource.space.minor || !principal.chosen) };
    "#
    but not
    r#"
    forbid (principal is Acting, action == Action::"readEntry", resource is Entry)
    when { resource.space.minor && !principal.chosen };
    "#

    /// Whatever right they have.
    what_she_keeps_is_for_nobody_who_acts_for_her:
    r#"forbid (principal is Acting, action == Action::"readEntry", resource is Entry) when { resource.kept };"#
    but not
    r#"forbid (principal is Acting, action == Action::"readEntry", resource is Entry) when { resource.hidden };"#

    /// Art. 1984, 1987, 1989 Code civil: documents of the families that were named, with the word « documents ».
    a_delegate_reads_no_document_that_was_not_given_to_her:
    r#"
    forbid (principal is Acting, action == Action::"readEntry", resource is Entry)
    when {
        principal.standing == "delegate" &&
        !(principal.scope.contains("documents") &&
            (principal.allFamilies || principal.families.contains(resource.classCode)))
    };
    "#
    but not
    r#"
    forbid (principal is Acting, action == Action::"readEntry", resource is Entry)
    when { principal.standing == "delegate" && !principal.families.contains(resource.classCode) };
    "#

    /// Each thing that can be done needs its word; what has no word is not hers to do.
    a_delegate_never_exceeds_her_scope:
    r#"
    forbid (principal is Acting, action == Action::"readRecord", resource is Space)
    when { principal.standing == "delegate" && !principal.scope.contains("documents") };
    forbid (principal is Acting, action == Action::"readIdentity", resource is Space)
    when { principal.standing == "delegate" && !principal.scope.contains("profile") };
    forbid (
        principal is Acting,
        action in [Action::"addDocument", Action::"withdrawDocument"],
        resource is Space
    ) when { principal.standing == "delegate" && !principal.scope.contains("add") };
    forbid (
        principal is Acting,
        action in [Action::"manageSharing", Action::"readJournal"],
        resource is Space
    ) when { principal.standing == "delegate" && !principal.scope.contains("sharing") };
    forbid (principal is Acting, action == Action::"manageDelegation", resource is Space)
    when { principal.standing == "delegate" };
    "#
    but not
    r#"
    forbid (principal is Acting, action == Action::"readJournal", resource is Space)
    when { principal.standing == "delegate" && !principal.scope.contains("documents") };
    "#

    /// The other half: what she was given she has.
    a_delegate_has_what_she_was_given:
    r#"
    permit (principal is Acting, action == Action::"readRecord", resource is Space)
    when {
        principal.actsFor == resource.owner && principal.standing == "delegate" && resource.state == "open" &&
        principal.scope.contains("documents")
    };
    permit (principal is Acting, action == Action::"readIdentity", resource is Space)
    when {
        principal.actsFor == resource.owner && principal.standing == "delegate" && resource.state == "open" &&
        principal.scope.contains("profile")
    };
    permit (
        principal is Acting,
        action in [Action::"addDocument", Action::"withdrawDocument"],
        resource is Space
    )
    when {
        principal.actsFor == resource.owner && principal.standing == "delegate" && resource.state == "open" &&
        principal.scope.contains("add")
    };
    permit (
        principal is Acting,
        action in [Action::"manageSharing", Action::"readJournal"],
        resource is Space
    )
    when {
        principal.actsFor == resource.owner && principal.standing == "delegate" && resource.state == "open" &&
        principal.scope.contains("sharing")
    };
    permit (principal is Acting, action == Action::"readEntry", resource is Entry)
    when {
        principal.actsFor == resource.space.owner && principal.standing == "delegate" &&
        resource.space.state == "open" && principal.scope.contains("documents") &&
        (principal.allFamilies || principal.families.contains(resource.classCode)) &&
        !resource.kept && !resource.notYetForPatient &&
        !(resource.secret && (resource.space.minor || !principal.chosen))
    };
    "#
    but not
    r#"
    permit (principal is Acting, action == Action::"readEntry", resource is Entry)
    when {
        principal.actsFor == resource.space.owner && principal.standing == "delegate" &&
        resource.space.state == "open" && principal.scope.contains("documents") && principal.allFamilies
    };
    "#

    /// A right that has ended is no right; only her own keys stay hers.
    who_may_not_act_today_reaches_nothing:
    r#"
    forbid (principal is Acting, action, resource is Space)
    when {
        !["parent", "guardian", "delegate"].contains(principal.standing) &&
        !(principal.self == resource.owner && action == Action::"manageAccess")
    };
    forbid (principal is Acting, action, resource is Entry)
    when { !["parent", "guardian", "delegate"].contains(principal.standing) };
    "#
    but not
    r#"
    forbid (principal is Acting, action, resource is Space)
    when { !["parent", "guardian", "delegate"].contains(principal.standing) };
    "#

    /// Her own space waits until she is back in it.
    who_acts_for_somebody_reaches_that_space_and_of_her_own_the_keys:
    r#"
    forbid (principal is Acting, action, resource is Space)
    when {
        principal.actsFor != resource.owner &&
        !(principal.self == resource.owner && action == Action::"manageAccess")
    };
    forbid (principal is Acting, action, resource is Entry) when { principal.actsFor != resource.space.owner };
    "#
    but not
    r#"
    forbid (principal is Acting, action, resource is Space) when { principal.actsFor != resource.owner };
    "#

    /// Her own, of all keys, and they stay within reach.
    who_acts_for_somebody_keeps_her_own_keys_and_touches_no_others:
    r#"
    forbid (principal is Acting, action == Action::"manageAccess", resource is Space)
    when { principal.self != resource.owner };
    "#
    but not
    r#"forbid (principal is Acting, action == Action::"manageAccess", resource is Space);"#

    /// The other half.
    who_acts_for_somebody_reaches_her_own_keys:
    r#"
    permit (principal is Acting, action == Action::"manageAccess", resource is Space)
    when { principal.self == resource.owner && resource.state == "open" };
    "#
    but not
    r#"
    permit (principal is Acting, action == Action::"manageAccess", resource is Space)
    when { principal.actsFor == resource.owner && resource.state == "open" };
    "#

    /// Art. 371-1, 388 Code civil: on the day of her majority.
    parental_authority_ends_when_the_child_is_of_age:
    r#"
    forbid (principal is Acting, action, resource is Space)
    when {
        principal.standing == "parent" && !resource.minor &&
        !(principal.self == resource.owner && action == Action::"manageAccess")
    };
    forbid (principal is Acting, action, resource is Entry)
    when { principal.standing == "parent" && !resource.space.minor };
    "#
    but not
    r#"
    forbid (principal is Acting, action, resource is Entry)
    when { principal.standing == "guardian" && !resource.space.minor };
    "#

    /// Art. 371-1, 372 (parents), 459, 473 (guardians) Code civil; L1111-2 CSP.
    parents_and_guardians_read_and_decide_for_whom_they_represent:
    r#"
    permit (
        principal is Acting,
        action in [
            Action::"readRecord", Action::"readIdentity", Action::"readJournal", Action::"addDocument",
            Action::"withdrawDocument", Action::"manageSharing", Action::"connectApp",
            Action::"manageDelegation"
        ],
        resource is Space
    )
    when {
        principal.actsFor == resource.owner && resource.state == "open" &&
        (principal.standing == "guardian" || (principal.standing == "parent" && resource.minor))
    };
    permit (principal is Acting, action == Action::"readEntry", resource is Entry)
    when {
        principal.actsFor == resource.space.owner && resource.space.state == "open" &&
        (principal.standing == "guardian" || (principal.standing == "parent" && resource.space.minor)) &&
        !resource.kept && !resource.notYetForPatient && !resource.secret
    };
    "#
    but not
    r#"
    permit (principal is Acting, action == Action::"readEntry", resource is Entry)
    when {
        principal.actsFor == resource.space.owner && resource.space.state == "open" &&
        principal.standing == "parent" && resource.space.minor && !resource.secret
    };
    "#
}
