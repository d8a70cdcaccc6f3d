//! Health professionals: nobody of them reads without a right that the person or the law gave.

use super::theorems;

theorems! {
    /// In no mode, by no other right: not in an emergency, not with a code, not as her treating doctor.
    a_blocked_professional_never_reads:
    r#"
    forbid (principal is Professional, action, resource is Space)
    when { resource.blocked.contains(principal) };
    forbid (principal is Professional, action, resource is Entry)
    when { resource.space.blocked.contains(principal) };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when { !resource.space.blocked.isEmpty() };
    "#

    /// L1110-4, L1110-12, L1111-17, R1111-46 CSP.
    without_her_word_a_code_her_team_her_doctor_an_emergency_or_a_call_no_professional_reads:
    r#"
    forbid (
        principal is Professional,
        action in [Action::"readRecord", Action::"readIdentity", Action::"announceResult"],
        resource is Space
    )
    when {
        !(resource.allowed.contains(principal) || resource.present.contains(principal) ||
            resource.lent.contains(principal) || resource.teams.contains(principal.place) ||
            resource.careTeams.contains(principal.place) ||
            resource.treating.contains(principal) || resource.secretly.contains(principal) ||
            resource.broke.contains(principal) || resource.onCall.contains(principal))
    };
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        !(resource.space.allowed.contains(principal) || resource.space.present.contains(principal) ||
            resource.space.lent.contains(principal) || resource.space.teams.contains(principal.place) ||
            resource.space.careTeams.contains(principal.place) ||
            resource.space.treating.contains(principal) || resource.space.secretly.contains(principal) ||
            resource.space.broke.contains(principal) || resource.space.onCall.contains(principal))
    };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        !(resource.space.allowed.contains(principal) || resource.space.present.contains(principal) ||
            resource.space.teams.contains(principal.place) || resource.space.treating.contains(principal) ||
            resource.space.secretly.contains(principal) || resource.space.broke.contains(principal) ||
            resource.space.onCall.contains(principal))
    };
    "#

    /// « Nobody »: what she hands over herself, and what the law keeps for danger, remain.
    who_shares_with_nobody_is_read_by_code_in_emergencies_and_on_call_only:
    r#"
    forbid (
        principal is Professional,
        action in [Action::"readRecord", Action::"readIdentity", Action::"announceResult"],
        resource is Space
    )
    when {
        resource.mode == "nobody" &&
        !(resource.lent.contains(principal) || resource.broke.contains(principal) ||
            resource.onCall.contains(principal))
    };
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        resource.space.mode == "nobody" &&
        !(resource.space.lent.contains(principal) || resource.space.broke.contains(principal) ||
            resource.space.onCall.contains(principal))
    };
    forbid (principal is Professional, action == Action::"declarePresence", resource is Space)
    when { resource.mode == "nobody" };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when { resource.space.mode == "nobody" && !resource.space.lent.contains(principal) };
    "#

    /// L1111-17 CSP: her objection, made beforehand, holds.
    who_refuses_emergencies_is_not_read_in_one:
    r#"
    forbid (principal is Professional, action == Action::"breakGlass", resource is Space)
    when { resource.refusesEmergency };
    forbid (
        principal is Professional,
        action in [Action::"readRecord", Action::"readIdentity", Action::"announceResult"],
        resource is Space
    )
    when {
        resource.refusesEmergency &&
        !(resource.allowed.contains(principal) || resource.present.contains(principal) ||
            resource.lent.contains(principal) || resource.teams.contains(principal.place) ||
            resource.careTeams.contains(principal.place) ||
            resource.treating.contains(principal) || resource.secretly.contains(principal) ||
            resource.onCall.contains(principal))
    };
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        resource.space.refusesEmergency &&
        !(resource.space.allowed.contains(principal) || resource.space.present.contains(principal) ||
            resource.space.lent.contains(principal) || resource.space.teams.contains(principal.place) ||
            resource.space.careTeams.contains(principal.place) ||
            resource.space.treating.contains(principal) || resource.space.secretly.contains(principal) ||
            resource.space.onCall.contains(principal))
    };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when { resource.space.refusesEmergency && principal.purpose != "care" };
    "#

    /// L1111-17 CSP: an objection of its own; and nobody answers calls but who does so by profession.
    who_refuses_the_call_centre_is_not_read_by_it:
    r#"
    forbid (principal is Professional, action == Action::"answerCall", resource is Space)
    when { resource.refusesCallCentre || !principal.regulates };
    forbid (
        principal is Professional,
        action in [Action::"readRecord", Action::"readIdentity", Action::"announceResult"],
        resource is Space
    )
    when {
        (resource.refusesCallCentre || !principal.regulates) &&
        !(resource.allowed.contains(principal) || resource.present.contains(principal) ||
            resource.lent.contains(principal) || resource.teams.contains(principal.place) ||
            resource.careTeams.contains(principal.place) ||
            resource.treating.contains(principal) || resource.secretly.contains(principal) ||
            resource.broke.contains(principal))
    };
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        (resource.space.refusesCallCentre || !principal.regulates) &&
        !(resource.space.allowed.contains(principal) || resource.space.present.contains(principal) ||
            resource.space.lent.contains(principal) || resource.space.teams.contains(principal.place) ||
            resource.space.careTeams.contains(principal.place) ||
            resource.space.treating.contains(principal) || resource.space.secretly.contains(principal) ||
            resource.space.broke.contains(principal))
    };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        resource.space.refusesEmergency && resource.space.onCall.contains(principal) &&
        !resource.space.allowed.contains(principal)
    };
    "#

    /// An emergency declared this morning does not colour an ordinary visit: nothing but the emergency's own
    /// visits, each with its banner, are let in by it. The same for calls.
    an_emergency_or_a_call_opens_only_visits_that_say_so:
    r#"
    forbid (
        principal is Professional,
        action in [Action::"readRecord", Action::"readIdentity", Action::"announceResult"],
        resource is Space
    )
    when {
        !(resource.allowed.contains(principal) || resource.present.contains(principal) ||
            resource.lent.contains(principal) || resource.teams.contains(principal.place) ||
            resource.careTeams.contains(principal.place) ||
            resource.treating.contains(principal) || resource.secretly.contains(principal)) &&
        !(principal.purpose == "emergency" && resource.broke.contains(principal)) &&
        !(principal.purpose == "call-centre" && resource.onCall.contains(principal))
    };
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        !(resource.space.allowed.contains(principal) || resource.space.present.contains(principal) ||
            resource.space.lent.contains(principal) || resource.space.teams.contains(principal.place) ||
            resource.space.careTeams.contains(principal.place) ||
            resource.space.treating.contains(principal) || resource.space.secretly.contains(principal)) &&
        !(principal.purpose == "emergency" && resource.space.broke.contains(principal)) &&
        !(principal.purpose == "call-centre" && resource.space.onCall.contains(principal))
    };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when { principal.purpose == "care" && resource.space.broke.contains(principal) };
    "#

    /// MASQUE_PS, whoever asks, emergencies included; those who act for her are bound by theorems of their own.
    a_hidden_document_reaches_only_her_who_acts_for_her_its_author_and_her_treating_doctor:
    r#"
    forbid (principal, action == Action::"readEntry", resource is Entry)
    when {
        resource.hidden && !resource.byReader &&
        !(principal is Citizen && principal == resource.space.owner) &&
        !(principal is Acting && principal.actsFor == resource.space.owner) &&
        !(principal is Professional && resource.space.treating.contains(principal))
    };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when { resource.hidden && !resource.byReader };
    "#

    /// Order of 26 October 2023. An author knows what she wrote; and a purpose that was not declared is none.
    but_for_a_declared_emergency_or_call_a_profession_sees_only_what_is_for_it:
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        !resource.byReader &&
        (principal.never.contains(resource.typeCode) ||
            !(principal.everything || principal.only.contains(resource.typeCode))) &&
        !(principal.purpose == "emergency" && resource.space.broke.contains(principal)) &&
        !(principal.purpose == "call-centre" && resource.space.onCall.contains(principal))
    };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when { !resource.byReader && principal.never.contains(resource.typeCode) };
    "#

    /// Nor does one that she refused beforehand, or a call that was not for a call centre.
    what_is_not_for_a_profession_is_not_seen_by_an_emergency_or_call_that_she_refuses:
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        !resource.byReader && principal.never.contains(resource.typeCode) &&
        principal.purpose == "emergency" && resource.space.refusesEmergency
    };
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        !resource.byReader && principal.never.contains(resource.typeCode) &&
        principal.purpose == "call-centre" && (resource.space.refusesCallCentre || !principal.regulates)
    };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        !resource.byReader && principal.never.contains(resource.typeCode) &&
        principal.purpose == "call-centre" && resource.space.refusesEmergency
    };
    "#

    /// L1110-12 CSP: a team is people who work at one place, not people who have none.
    who_works_nowhere_is_of_no_team:
    r#"
    forbid (principal is Professional, action == Action::"readRecord", resource is Space)
    when {
        principal.place == "" &&
        !(resource.allowed.contains(principal) || resource.present.contains(principal) ||
            resource.lent.contains(principal) || resource.treating.contains(principal) ||
            resource.secretly.contains(principal) || resource.broke.contains(principal) ||
            resource.onCall.contains(principal))
    };
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        principal.place == "" &&
        !(resource.space.allowed.contains(principal) || resource.space.present.contains(principal) ||
            resource.space.lent.contains(principal) || resource.space.treating.contains(principal) ||
            resource.space.secretly.contains(principal) || resource.space.broke.contains(principal) ||
            resource.space.onCall.contains(principal))
    };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when { principal.place == "" };
    "#

    /// Who learns of a result in an emergency leaves its announcement to those who care for her.
    an_announcement_is_for_those_who_care_for_her:
    r#"
    forbid (principal is Professional, action == Action::"announceResult", resource is Space)
    when {
        !(resource.allowed.contains(principal) || resource.present.contains(principal) ||
            resource.lent.contains(principal) || resource.teams.contains(principal.place) ||
            resource.careTeams.contains(principal.place) ||
            resource.treating.contains(principal) || resource.secretly.contains(principal))
    };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"announceResult", resource is Space)
    when { !resource.allowed.contains(principal) };
    "#

    /// The other half: a right that she or the law gave opens her record, whichever of the rights it is.
    a_right_that_was_given_opens_the_record:
    r#"
    permit (
        principal is Professional,
        action in [Action::"readRecord", Action::"readIdentity", Action::"announceResult"],
        resource is Space
    )
    when {
        resource.state == "open" && !resource.blocked.contains(principal) &&
        (resource.lent.contains(principal) ||
            (resource.mode != "nobody" &&
                (resource.allowed.contains(principal) || resource.present.contains(principal) ||
                    (principal.place != "" && (resource.teams.contains(principal.place) ||
                        (resource.mode == "team" && resource.careTeams.contains(principal.place)))) ||
                    resource.treating.contains(principal))))
    };
    "#
    but not
    r#"
    permit (principal is Professional, action == Action::"readRecord", resource is Space)
    when {
        resource.state == "open" && !resource.blocked.contains(principal) &&
        resource.allowed.contains(principal)
    };
    "#

    /// And what stands in it, but for what she hid and what is not for this profession.
    a_right_that_was_given_opens_what_is_not_hidden_and_is_for_this_profession:
    r#"
    permit (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        (principal.purpose != "secret" || resource.secret || resource.kept) &&
        resource.space.state == "open" && !resource.space.blocked.contains(principal) &&
        (resource.space.lent.contains(principal) ||
            (resource.space.mode != "nobody" &&
                (resource.space.allowed.contains(principal) || resource.space.present.contains(principal) ||
                    (principal.place != "" && (resource.space.teams.contains(principal.place) ||
                        (resource.space.mode == "team" &&
                            resource.space.careTeams.contains(principal.place)))) ||
                    resource.space.treating.contains(principal)))) &&
        (resource.byReader ||
            (!resource.hidden && !principal.never.contains(resource.typeCode) &&
                (principal.everything || principal.only.contains(resource.typeCode))))
    };
    "#
    but not
    r#"
    permit (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        resource.space.state == "open" && !resource.space.blocked.contains(principal) &&
        resource.space.lent.contains(principal) && principal.everything && !resource.hidden
    };
    "#

    /// A treating doctor cannot do her work on half a record.
    a_treating_doctor_sees_what_was_hidden:
    r#"
    permit (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        principal.purpose != "secret" && resource.space.state == "open" && resource.space.mode != "nobody" &&
        !resource.space.blocked.contains(principal) && resource.space.treating.contains(principal) &&
        principal.everything && !principal.never.contains(resource.typeCode)
    };
    "#
    but not
    r#"
    permit (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        resource.space.state == "open" && !resource.space.blocked.contains(principal) &&
        resource.space.treating.contains(principal) && principal.everything &&
        !principal.never.contains(resource.typeCode)
    };
    "#

    /// L1111-17 CSP: where life is in danger everything is seen that she did not hide, whatever the profession.
    in_an_emergency_and_on_a_call_everything_is_seen_that_is_not_hidden:
    r#"
    permit (principal is Professional, action == Action::"breakGlass", resource is Space)
    when {
        resource.state == "open" && !resource.blocked.contains(principal) && !resource.refusesEmergency &&
        principal.purpose != "secret"
    };
    permit (principal is Professional, action == Action::"answerCall", resource is Space)
    when {
        resource.state == "open" && !resource.blocked.contains(principal) && !resource.refusesCallCentre &&
        principal.regulates && principal.purpose != "secret"
    };
    permit (
        principal is Professional,
        action in [Action::"readRecord", Action::"readIdentity"],
        resource is Space
    )
    when {
        resource.state == "open" && !resource.blocked.contains(principal) &&
        ((principal.purpose == "emergency" && resource.broke.contains(principal) &&
            !resource.refusesEmergency) ||
            (principal.purpose == "call-centre" && resource.onCall.contains(principal) &&
                principal.regulates && !resource.refusesCallCentre))
    };
    permit (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        resource.space.state == "open" && !resource.space.blocked.contains(principal) && !resource.hidden &&
        ((principal.purpose == "emergency" && resource.space.broke.contains(principal) &&
            !resource.space.refusesEmergency) ||
            (principal.purpose == "call-centre" && resource.space.onCall.contains(principal) &&
                principal.regulates && !resource.space.refusesCallCentre))
    };
    "#
    but not
    r#"
    permit (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        resource.space.state == "open" && !resource.space.blocked.contains(principal) &&
        principal.purpose == "emergency" && resource.space.broke.contains(principal) &&
        !resource.space.refusesEmergency
    };
    "#

    /// Whoever stands before her can say so, and type what she shows.
    who_is_not_blocked_may_say_that_she_is_present_and_use_her_code:
    r#"
    permit (principal is Professional, action == Action::"declarePresence", resource is Space)
    when {
        resource.state == "open" && resource.mode != "nobody" && !resource.blocked.contains(principal) &&
        principal.purpose != "secret"
    };
    permit (principal is Professional, action == Action::"useCode", resource is Space)
    when { resource.state == "open" && !resource.blocked.contains(principal) && principal.purpose != "secret" };
    "#
    but not
    r#"
    permit (principal is Professional, action == Action::"declarePresence", resource is Space)
    when { resource.state == "open" && !resource.blocked.contains(principal) };
    "#

    /// « Connexion secrète » (L1111-5 CSP): a minor's, and nothing but what those who represent her do not see.
    in_a_secret_connection_nothing_but_secret_documents_are_read:
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when { principal.purpose == "secret" && !(resource.secret || resource.kept) };
    forbid (principal is Professional, action == Action::"connectSecretly", resource is Space)
    when { (!resource.minor || resource.mode == "nobody") && !resource.secretly.contains(principal) };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when { principal.purpose == "secret" };
    "#

    /// Her word of that hour is good for that hour's visits, while she is under age, and not against her « nobody ».
    a_secret_connection_opens_only_a_minors_space_and_visits_that_say_so:
    r#"
    forbid (
        principal is Professional,
        action in [Action::"readRecord", Action::"readIdentity", Action::"announceResult"],
        resource is Space
    )
    when {
        !(principal.purpose == "secret" && resource.secretly.contains(principal) && resource.minor &&
            resource.mode != "nobody") &&
        !(resource.allowed.contains(principal) || resource.present.contains(principal) ||
            resource.lent.contains(principal) || resource.teams.contains(principal.place) ||
            resource.careTeams.contains(principal.place) || resource.treating.contains(principal) ||
            resource.broke.contains(principal) || resource.onCall.contains(principal))
    };
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        !(principal.purpose == "secret" && resource.space.secretly.contains(principal) && resource.space.minor &&
            resource.space.mode != "nobody") &&
        !(resource.space.allowed.contains(principal) || resource.space.present.contains(principal) ||
            resource.space.lent.contains(principal) || resource.space.teams.contains(principal.place) ||
            resource.space.careTeams.contains(principal.place) || resource.space.treating.contains(principal) ||
            resource.space.broke.contains(principal) || resource.space.onCall.contains(principal))
    };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"readRecord", resource is Space)
    when { resource.secretly.contains(principal) && principal.purpose != "secret" };
    "#

    /// What those who represent her would see does not begin in one.
    nothing_that_her_representatives_see_begins_in_a_secret_connection:
    r#"
    forbid (
        principal is Professional,
        action in [Action::"declarePresence", Action::"useCode", Action::"breakGlass", Action::"answerCall"],
        resource is Space
    )
    when { principal.purpose == "secret" };
    "#
    but not
    r#"
    forbid (principal is Professional, action, resource is Space) when { principal.purpose == "secret" };
    "#

    /// The other half: a minor's wish for secrecy is heard, and the professional may always leave.
    a_minors_wish_for_secrecy_is_heard:
    r#"
    permit (principal is Professional, action == Action::"connectSecretly", resource is Space)
    when {
        resource.state == "open" && !resource.blocked.contains(principal) &&
        ((resource.minor && resource.mode != "nobody") || resource.secretly.contains(principal))
    };
    permit (
        principal is Professional,
        action in [Action::"readRecord", Action::"readIdentity", Action::"announceResult"],
        resource is Space
    )
    when {
        resource.state == "open" && !resource.blocked.contains(principal) && resource.minor &&
        resource.mode != "nobody" && principal.purpose == "secret" && resource.secretly.contains(principal)
    };
    permit (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        resource.space.state == "open" && !resource.space.blocked.contains(principal) && resource.space.minor &&
        resource.space.mode != "nobody" && principal.purpose == "secret" &&
        resource.space.secretly.contains(principal) && (resource.secret || resource.kept) && !resource.hidden &&
        principal.everything && !principal.never.contains(resource.typeCode)
    };
    "#
    but not
    r#"
    permit (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        resource.space.state == "open" && !resource.space.blocked.contains(principal) && resource.space.minor &&
        resource.space.mode != "nobody" && principal.purpose == "secret" &&
        resource.space.secretly.contains(principal) && !resource.hidden && principal.everything &&
        !principal.never.contains(resource.typeCode)
    };
    "#

    /// Conseil d'État, 15 October 2025: no care team before she was asked and said yes.
    a_care_team_reads_only_where_she_shares_with_her_team:
    r#"
    forbid (
        principal is Professional,
        action in [Action::"readRecord", Action::"readIdentity", Action::"announceResult"],
        resource is Space
    )
    when {
        resource.mode != "team" &&
        !(resource.allowed.contains(principal) || resource.present.contains(principal) ||
            resource.lent.contains(principal) || resource.teams.contains(principal.place) ||
            resource.treating.contains(principal) || resource.secretly.contains(principal) ||
            resource.broke.contains(principal) || resource.onCall.contains(principal))
    };
    forbid (principal is Professional, action == Action::"readEntry", resource is Entry)
    when {
        resource.space.mode != "team" &&
        !(resource.space.allowed.contains(principal) || resource.space.present.contains(principal) ||
            resource.space.lent.contains(principal) || resource.space.teams.contains(principal.place) ||
            resource.space.treating.contains(principal) || resource.space.secretly.contains(principal) ||
            resource.space.broke.contains(principal) || resource.space.onCall.contains(principal))
    };
    "#
    but not
    r#"
    forbid (principal is Professional, action == Action::"readRecord", resource is Space)
    when { resource.mode != "team" && !resource.allowed.contains(principal) };
    "#

    /// Nothing new begins in a space that is not in use.
    no_professional_does_anything_in_a_space_that_is_not_open:
    r#"
    forbid (principal is Professional, action, resource is Space) when { resource.state != "open" };
    forbid (principal is Professional, action, resource is Entry) when { resource.space.state != "open" };
    "#
    but not
    r#"forbid (principal, action, resource is Space) when { resource.state != "open" };"#
}
